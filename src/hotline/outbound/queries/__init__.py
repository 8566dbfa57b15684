"""Reads of campaigns: who works what, the next record, figures, what is exported."""
