"""Debts to customers: what was promised, by whom, until when, and how it ended; difficult-issue forms."""
