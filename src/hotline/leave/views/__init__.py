"""Pages of leave."""
