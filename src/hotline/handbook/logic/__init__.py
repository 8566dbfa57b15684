"""What the handbook knows without a database."""
