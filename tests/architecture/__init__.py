"""Laws of the house that neither the linter nor the import contracts can see (docs/house.md)."""
