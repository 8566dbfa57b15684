"""What is read of decisions, reviews and figures."""
