"""Pages of hand-overs, one module a page."""
