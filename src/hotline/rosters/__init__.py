"""Shift types, dated roster entries, breaks, the calendar of days, and who is on duty."""
