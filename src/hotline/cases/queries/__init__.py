"""Reads of cases over several tables, by subject; they never write."""
