"""What the handbook writes: versions and what people owe them, checks of execution."""
