"""A day in the centre, in a browser, and the start of a day."""
