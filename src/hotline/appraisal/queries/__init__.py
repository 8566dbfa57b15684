"""Reads of the appraisal."""
