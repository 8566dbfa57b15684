"""What areas above let the search of knowledge reach: the standard, cases' categories; entered when they are ready.

Knowledge stands below cases and knows categories by their codes alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hotline.people.models import Person


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found outside the articles."""

    key: str  # as it is quoted: C0101-1
    title: str
    text: str
    url: str
    stamp: str  # which edition: its first day


@dataclass(frozen=True, slots=True)
class Category:
    """A category as the articles know it."""

    code: str
    name: str
    big: str
    initials: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What somebody at the desk has before him."""

    code: str = ""
    case_number: str = ""


class Source:
    """What one area gives; each part may be nothing."""

    title = ""  # an English msgid: the heading above its hits
    view = ""  # the permission to see its hits

    def search(self, person: Person, words: list[str], day: date, limit: int) -> list[Hit]:  # noqa: ARG002
        """Hits for the words of a search, as far as the person may see them."""
        return []

    def categories(self, centre_id: int) -> list[Category]:  # noqa: ARG002
        """Every category of a centre in the order of their codes."""
        return []

    def of_category(self, person: Person, pk: int) -> Subject | None:  # noqa: ARG002
        """The subject that a category's key stands for."""
        return None

    def of_case(self, person: Person, pk: int) -> Subject | None:  # noqa: ARG002
        """The subject that a case's key stands for, if the person may see it."""
        return None


_sources: dict[str, Source] = {}


def enter(name: str, source: Source) -> None:
    """Let search reach a source; entering it twice changes nothing."""
    _sources.setdefault(name, source)


def every() -> Iterable[Source]:
    """The sources in the order in which they were entered."""
    return _sources.values()


def categories(centre_id: int) -> dict[str, Category]:
    """Every category of a centre by its code."""
    return {one.code: one for source in every() for one in source.categories(centre_id)}


def names(codes: Iterable[str], known: Mapping[str, Category]) -> list[tuple[str, str]]:
    """Codes with their names; one that nobody knows any more stands for itself."""
    return [(code, known[code].name if code in known else code) for code in codes]


def subject_of_category(person: Person, pk: int) -> Subject | None:
    """What a category's key stands for."""
    return next((found for source in every() if (found := source.of_category(person, pk))), None)


def subject_of_case(person: Person, pk: int) -> Subject | None:
    """What a case's key stands for."""
    return next((found for source in every() if (found := source.of_case(person, pk))), None)
