"""Writes of promises, one verb a function."""
