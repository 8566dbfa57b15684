"""What leave writes: requests, decisions, papers, balances, swaps."""
