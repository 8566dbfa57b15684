"""Asterisk as we run it: found or brought, configured from nothing into one folder, started and stopped."""
