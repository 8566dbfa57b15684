"""Reads for the open interface, by subject; they never write."""
