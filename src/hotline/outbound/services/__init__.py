"""Writes of campaigns: made and led, lists taken in, calls and their outcomes, who must not be called."""
