"""Every write of cases, by subject; `act` is the one way a case changes."""
