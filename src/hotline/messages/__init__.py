"""Texts that leave the house by SMS or mail: queued, sent once, retried, kept sealed and forgotten in time."""
