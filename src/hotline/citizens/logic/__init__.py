"""Tracking codes, public words, call-back rounds and the share of those who are content. Pure."""
