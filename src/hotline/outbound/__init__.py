"""Calls that the centre makes itself: campaigns with lists, scripts and forms, and who must not be called."""
