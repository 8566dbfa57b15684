"""Finding articles: by word, by sound, by number; the title before the keywords before the answer.

A search reads the small rows of FoundBy alone and stops looking at FACETED of them, so that it answers at once however
much is known; only what is shown is read whole.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet, Value

from hotline.core.access import may
from hotline.knowledge import sources
from hotline.knowledge.logic import findable
from hotline.knowledge.logic.excerpt import Part, excerpt, marked
from hotline.knowledge.models import FoundBy, Kind, Synonyms, Version, reads_knowledge
from hotline.people.models import Person

SHOWN = 20
FACETED = 500
ENOUGH = 3  # so many hits, and no more lenient reading is tried
MOST_CATEGORIES = 8
WEIGHTS = [0.1, 0.2, 0.5, 1.0]  # sounds, answer, keywords, title
SHORT_FIRST = 1  # divide by the logarithm of the length: of two titles the shorter says it more exactly


@dataclass(frozen=True, slots=True)
class Facet:
    """A part of what was found."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """One article as it is listed."""

    version: Version
    title: tuple[Part, ...]
    text: tuple[Part, ...]
    categories: str = ""

    @property
    def number(self) -> str:
        """As it is quoted."""
        return self.version.article.number


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found, within one reader's sight."""

    lines: list[Line] = field(default_factory=list)
    kinds: list[Facet] = field(default_factory=list)
    categories: list[Facet] = field(default_factory=list)
    total: int = 0
    more: bool = False  # there are more than were counted
    is_lenient: bool = False  # nothing held all of the words as they were typed


Row = tuple[int, str, list[str]]


def find(person: Person, text: str, day: date, *, kind: str = "", code: str = "", limit: int = SHOWN) -> Answer:
    """Articles in force that a text names, the best first; without a text the most useful."""
    if not reads_knowledge(person):
        return Answer()
    rows = _in_force(person.centre_id, day)
    asked = findable.asked(text, synonyms(person.centre_id)) if text.strip() else findable.Asked()
    if not text.strip():
        found, lenient = _plainly(rows, kind, code), False
    elif not asked.exact:
        return Answer()
    else:
        found, lenient = _ranked(rows, asked)
    return _answer(person, found, asked.marks, kind=kind, code=code, limit=limit, lenient=lenient)


def of_category(person: Person, code: str, day: date, limit: int = 6) -> list[Line]:
    """Articles for the category in hand, the most useful first."""
    if not reads_knowledge(person) or not code:
        return []
    rows = _in_force(person.centre_id, day).filter(codes__contains=[code]).order_by("-worth", "-version")
    return _lines(list(rows.values_list("version", flat=True)[:limit]), (), {})


def synonyms(centre_id: int) -> list[list[str]]:
    """Every group of words that mean the same."""
    return list(Synonyms.objects.filter(centre=centre_id).values_list("words", flat=True))


def _in_force(centre_id: int, day: date) -> "QuerySet[FoundBy]":
    return FoundBy.objects.filter(centre=centre_id, days__contains=day)


def _plainly(rows: "QuerySet[FoundBy]", kind: str, code: str) -> list[Row]:
    if kind:
        rows = rows.filter(kind=kind)
    if code:
        rows = rows.filter(codes__contains=[code])
    return list(rows.order_by("-worth", "-version").values_list("version", "kind", "codes")[: FACETED + 1])


def _ranked(rows: "QuerySet[FoundBy]", asked: findable.Asked) -> tuple[list[Row], bool]:
    """Strict readings first; a more lenient one only where hardly anything was found."""
    found: dict[int, Row] = {}
    for column, words, lenient in (
        ("head", asked.exact, False),
        ("words", asked.exact, False),
        ("head", asked.lenient, True),
        ("words", asked.lenient, True),
        ("words", asked.some, True),
    ):
        if not words or (lenient and len(found) >= ENOUGH):
            continue
        is_lenient = lenient and not found
        for row in _matching(rows, column, words):
            found.setdefault(row[0], row)
        if len(found) > FACETED:
            break
        if is_lenient and found:
            return list(found.values()), True
    return list(found.values()), False


def _matching(rows: "QuerySet[FoundBy]", column: str, words: str) -> list[Row]:
    query = SearchQuery(words, search_type="raw", config="simple")
    named = rows.filter(**{column: query})
    if column == "words":
        # A word that stands everywhere tells little: of its many hits the most useful are weighed.
        best = named.order_by("-worth").values("version")[:FACETED]
        named = FoundBy.objects.filter(version__in=best)
    rank = SearchRank(F(column), query, weights=WEIGHTS, normalization=Value(SHORT_FIRST))
    ranked = named.annotate(score=rank * (F("worth") + 100)).order_by("-score", "-version")
    return list(ranked.values_list("version", "kind", "codes")[: FACETED + 1])


def _answer(
    person: Person, found: Sequence[Row], marks: tuple[str, ...], *, kind: str, code: str, limit: int, lenient: bool
) -> Answer:
    known = sources.categories(person.centre_id) if found else {}
    counted = list(found[:FACETED])
    kinds = Counter(row[1] for row in counted if not code or code in row[2])
    codes = Counter(one for row in counted for one in row[2] if not kind or row[1] == kind)
    shown = [row[0] for row in counted if (not kind or row[1] == kind) and (not code or code in row[2])]
    labels = dict(Kind.choices)
    top = [one for one, _count in codes.most_common(MOST_CATEGORIES)]
    if code and code not in top:
        top.append(code)
    return Answer(
        lines=_lines(shown[:limit], marks, known),
        kinds=[Facet(one.value, str(labels[one.value]), kinds[one.value]) for one in Kind if kinds[one.value]],
        categories=[Facet(one, name, codes[one]) for one, name in sources.names(top, known)],
        total=len(shown),
        more=len(found) > FACETED,
        is_lenient=lenient,
    )


def _lines(pks: list[int], marks: tuple[str, ...], known: dict[str, sources.Category]) -> list[Line]:
    by_key = Version.objects.select_related("article").in_bulk(pks)
    return [
        Line(
            version=by_key[pk],
            title=marked(by_key[pk].title, marks),
            text=excerpt(by_key[pk].body, marks),
            categories=" · ".join(name for _code, name in sources.names(by_key[pk].codes, known)),
        )
        for pk in pks
        if pk in by_key
    ]


def elsewhere(person: Person, text: str, day: date, limit: int = 5) -> list[tuple[str, list[sources.Hit]]]:
    """What areas above know of the words: the filing and closing standard (B3.7)."""
    words = findable.telling(text)
    open_to = [source for source in sources.every() if words and source.view and may(person, source.view)]
    found = [(source.title, source.search(person, words, day, limit)) for source in open_to]
    return [(title, hits) for title, hits in found if hits]
