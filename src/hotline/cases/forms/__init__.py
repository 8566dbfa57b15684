"""Parsing of what people type about cases."""
