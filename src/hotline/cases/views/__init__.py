"""Pages of cases: parse, call one service or query, render."""
