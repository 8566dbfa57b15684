"""Every write of people: one verb a function, one transaction."""
