"""Matters from intake to closing: events, custody, stages, standards, places, tasks, files."""
