"""What comes down from above the centre: instructions that each person concerned confirms (B1.2)."""
