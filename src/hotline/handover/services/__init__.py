"""What changes hand-overs, one module a purpose."""
