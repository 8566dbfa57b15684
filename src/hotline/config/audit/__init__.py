"""The audit trail as a page: every row ever written in any area, by whom, at which request, for which reason."""
