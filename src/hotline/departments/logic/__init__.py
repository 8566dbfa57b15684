"""The arithmetic of agreements: limits, the two clocks, what a month is measured by."""
