"""Arithmetic of leave: spans of an absence, sealing."""
