"""Hotline: a call and case centre that can account for every second."""
