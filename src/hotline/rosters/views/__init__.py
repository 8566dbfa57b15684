"""Pages of rosters, a module a subject."""
