"""Reads of hand-overs, one module a purpose."""
