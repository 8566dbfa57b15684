"""Writes of knowledge, a module a subject."""
