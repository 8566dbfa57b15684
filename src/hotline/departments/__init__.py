"""Agreements with departments, objections to dispatches, delivery, monthly reports (A2.21)."""
