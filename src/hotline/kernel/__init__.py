"""Pure Python that knows no handbook: words, rules, money, spans of time, the work clock, places."""
