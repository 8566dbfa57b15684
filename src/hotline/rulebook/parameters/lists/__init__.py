"""The parameters, chapter by chapter."""
