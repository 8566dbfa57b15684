"""Reads of leave, a module a subject."""
