"""The voice of the customer (A1.2) and the spatial view: what cases say together, counted by month and by place."""
