"""Pages of knowledge, a module a subject."""
