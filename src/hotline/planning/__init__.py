"""Planning: what the calls and cases will be, how many people that needs, and the day as it goes."""
