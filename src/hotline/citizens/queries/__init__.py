"""Reads for the pages of citizens and for those who call them back."""
