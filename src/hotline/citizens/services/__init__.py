"""Writes of citizens: taking reports in, tracking, telling, calling back, letters and visits."""
