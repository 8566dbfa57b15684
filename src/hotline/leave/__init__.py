"""What somebody asks of the roster: leave of every kind, balances, papers, swaps of shifts (D2.8 to D2.11, D4)."""
