"""What changes in planning, one verb a function."""
