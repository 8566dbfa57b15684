"""Arithmetic of charts and cells. Pure."""
