"""The plumbing every area uses, and the only place that knows how it works."""
