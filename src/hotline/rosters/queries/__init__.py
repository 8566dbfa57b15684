"""Reads of rosters, a module a subject."""
