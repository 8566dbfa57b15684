"""The trade's own arithmetic of planning, pure: queues, simulation, forecasts, the day."""
