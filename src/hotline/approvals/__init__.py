"""Chains of decisions for whatever needs one: who decides in which order, delegates, history. Knows no subject."""
