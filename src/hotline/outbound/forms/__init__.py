"""What people type about campaigns. Parsing only, no decisions."""
