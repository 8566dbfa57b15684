"""What is read of months, places and days."""
