"""Pages of the voice of the customer and the spatial view."""
