"""Reads of telephony."""
