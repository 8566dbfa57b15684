"""Abandoned calls: somebody picked up and nobody of ours was on the line. Pure."""

THOUSAND = 1000


def over_cap(answered: int, abandoned: int, cap: int) -> bool:
    """Whether more calls were abandoned than `cap` in a thousand answered ones."""
    return abandoned * THOUSAND > cap * answered
