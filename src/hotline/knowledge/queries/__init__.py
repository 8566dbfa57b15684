"""Reads of knowledge, a module a subject."""
