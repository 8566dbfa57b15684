"""The arithmetic of cases: the flow, the projection of events, indicators. Pure."""
