"""Management commands of the plumbing."""
