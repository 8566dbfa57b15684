"""Routing as a pure function: (state, event, at) -> (state, commands). No clock, no socket, no database."""
