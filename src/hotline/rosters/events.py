"""What rosters announce to their own jobs and to the areas above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SolveAsked:
    """A month waits to be solved."""

    run_id: int


@dataclass(frozen=True, slots=True)
class PriceAsked:
    """Somebody wants to know what a wish costs."""

    price_id: int


@dataclass(frozen=True, slots=True)
class RosterPublished:
    """A centre's month is in force."""

    plan_id: int
    centre_id: int
    first: str
