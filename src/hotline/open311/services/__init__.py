"""Every write of the open interface, by subject."""
