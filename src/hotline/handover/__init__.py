"""End-of-shift records, transfer with acceptance, and first-asked responsibility."""
