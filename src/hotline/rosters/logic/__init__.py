"""The trade's own arithmetic of rosters, pure."""
