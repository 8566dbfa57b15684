"""The demonstration: a living centre whose simulated staff act through the services, as people do."""
