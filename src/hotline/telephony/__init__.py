"""Calls, queues, what people at the telephones do, recordings."""
