"""Writes of telephony."""
