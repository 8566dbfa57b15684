"""What rosters write: shift types, entries, the calendar."""
