"""Reports of other programs: Open311 GeoReport v2, keys for them, and webhooks out."""
