"""What the handbook announces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditionPublished:
    """A version was published: everybody bound acknowledges it, and questions about its clauses are looked at."""

    edition_id: int
    centre_id: int
    effective_from: str
    clauses: tuple[str, ...]
