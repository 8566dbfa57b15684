"""What rosters announce to their own jobs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SolveAsked:
    """A month waits to be solved."""

    run_id: int


@dataclass(frozen=True, slots=True)
class PriceAsked:
    """Somebody wants to know what a wish costs."""

    price_id: int
