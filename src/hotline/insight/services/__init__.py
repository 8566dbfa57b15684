"""Counting months, freezing and mailing reports."""
