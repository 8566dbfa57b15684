"""What changes samples, reviews and appeals."""
