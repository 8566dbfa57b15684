"""What planning announces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ForecastAsked:
    """Somebody wants a new forecast; it takes longer than a page may."""

    series_id: int
    by_id: int
    model: str  # empty: the best one
