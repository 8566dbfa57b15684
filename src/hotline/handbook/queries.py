"""Reads of the handbook: what is in force, what changed, who is bound, what is due."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, Count, Min, Q, QuerySet, When
from django.db.models.functions import Coalesce

from hotline.handbook.logic import facts as frozen
from hotline.handbook.models import (
    IN_FORCE,
    INSIDE,
    REVIEWS,
    Acknowledgement,
    CheckStatus,
    Edition,
    EditionStatus,
    ExecutionCheck,
    Opinion,
    ProcedureReview,
    QuestionFlag,
    TextChange,
    ValueChange,
)
from hotline.kernel.words import Words
from hotline.people.models import Person, Post
from hotline.people.models.organisation import by_name
from hotline.rulebook.assessment.whatif import Outcome, compare
from hotline.rulebook.leave import months_after
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.declaring import Parameter
from hotline.rulebook.parameters.values import Decided, Origin, Values, in_force
from hotline.rulebook.texts.handbook import CHAPTERS, CLAUSES
from hotline.rulebook.texts.kinds import Chapter, Clause

# ---------------------------------------------------------------- values


# Asked at every step of a case, so it is written out. Of two decisions of one day for one day the later version's
# stands first, and is taken.
DECIDED = """
    SELECT v.key, v.raw, e.effective_from, e.decided_on FROM handbook_valuechange v
    JOIN handbook_edition e ON e.id = v.edition_id
    WHERE e.centre_id = %s AND e.status = ANY(%s) AND e.decided_on IS NOT NULL
    ORDER BY e.number DESC NULLS LAST, v.id
"""
FOR_ITS_DATES = [status.value for status in IN_FORCE]


def decided(centre_id: int) -> tuple[Decided, ...]:
    """Every value that this centre has decided and published, whatever its dates: one query."""
    with connection.cursor() as cursor:
        cursor.execute(DECIDED, [centre_id, FOR_ITS_DATES])
        return decisions(cursor.fetchall())


def decisions(rows: Iterable[Sequence[Any]]) -> tuple[Decided, ...]:
    """What DECIDED has found, for who asks it together with something else."""
    return tuple(Decided(key, json.loads(raw), since, on) for key, raw, since, on in rows if key in PARAMETERS)


def values_on(centre_id: int, day: date, known_on: date | None = None) -> Values:
    """What applies in this centre on a day, as known on a day: for every area that reads a parameter."""
    return in_force(day, known_on=known_on, decided=decided(centre_id))


class InForce:
    """What applies in a centre on each of many days, as known on a day: one query for all of them."""

    def __init__(self, centre_id: int, known_on: date | None = None, own: tuple[Decided, ...] | None = None) -> None:
        """`own` are the values that the centre has decided, where they were read already."""
        self.known_on = known_on
        self._decided = decided(centre_id) if own is None else own
        self._on: dict[date, Values] = {}

    def on(self, day: date) -> Values:
        """The values of a day."""
        if day not in self._on:
            self._on[day] = in_force(day, known_on=self.known_on, decided=self._decided)
        return self._on[day]


@dataclass(frozen=True, slots=True)
class Dated:
    """One value of a parameter with its two dates and the version that set it; None: as shipped."""

    shown: object
    effective_from: date
    decided_on: date
    edition: Edition | None


def history(centre_id: int, parameter: Parameter) -> list[Dated]:
    """Every value a parameter has had or is going to have in this centre, the latest first."""
    found = [Dated(one.raw, one.effective_from, one.decided_on, None) for one in parameter.values if not one.needs_act]
    rows = ValueChange.objects.filter(edition__in=Edition.objects.decided(centre_id), key=parameter.key)
    for row in rows.select_related("edition"):
        assert row.edition.decided_on is not None
        found.append(Dated(row.raw, row.edition.effective_from, row.edition.decided_on, row.edition))
    return sorted(found, key=lambda one: (one.effective_from, one.decided_on), reverse=True)


@dataclass(frozen=True, slots=True)
class Shown:
    """A parameter as a list shows it: its present value and the next one, if one is decided."""

    parameter: Parameter
    now: object
    origin: Origin
    later: Dated | None


def parameters(centre_id: int, day: date, *, known_on: date | None = None) -> list[Shown]:
    """Every parameter with what applies on that day and what is decided for a later one: one query."""
    own = decided(centre_id)
    values = in_force(day, known_on=known_on, decided=own)
    later = {
        one.key: one
        for one in sorted(own, key=lambda one: one.effective_from, reverse=True)
        if one.effective_from > day
    }
    found = []
    for key, parameter in PARAMETERS.items():
        origin = values.origin(key)
        coming = later.get(key)
        dated = Dated(coming.raw, coming.effective_from, coming.decided_on, None) if coming else None
        found.append(Shown(parameter, parameter.shown(origin.value), origin, dated))
    return found


def undecided(centre_id: int, day: date) -> frozenset[str]:
    """What a person at the centre must decide and has not decided, for that day or a later one: one query."""
    own = decided(centre_id)
    known = in_force(max([day, *(one.effective_from for one in own)]), decided=own)
    return frozenset(key for key, one in PARAMETERS.items() if one.must_decide and known.origin(key).source != "centre")


# ---------------------------------------------------------------- texts


def text_changes(centre_id: int, day: date) -> dict[str, TextChange]:
    """By clause, the wording in force on a day where a version of the centre has changed it."""
    rows = TextChange.objects.filter(edition__in=Edition.objects.decided(centre_id), edition__effective_from__lte=day)
    found: dict[str, TextChange] = {}
    for row in rows.select_related("edition").order_by("edition__effective_from", "edition__number"):
        found[row.clause] = row
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A clause as it reads on a day, with its own parameters."""

    clause: Clause
    text: Words
    edition: Edition | None
    parameters: tuple[Parameter, ...]


def parameters_of(clause: str) -> tuple[Parameter, ...]:
    """The parameters that stand under a clause."""
    return tuple(one for one in PARAMETERS.values() if one.clause == clause)


def read(centre_id: int, day: date, clauses: Iterable[Clause]) -> list[Line]:
    """These clauses as they read on a day: one query."""
    changes = text_changes(centre_id, day)
    found = []
    for clause in clauses:
        change = changes.get(clause.id)
        text = Words(change.zh, change.en) if change else clause.text
        found.append(Line(clause, text, change.edition if change else None, parameters_of(clause.id)))
    return found


def search(centre_id: int, day: date, wanted: str) -> list[Line]:
    """Clauses that hold every word wanted, in their id, title, text or parameters."""
    words = wanted.lower().split()
    found = []
    for line in read(centre_id, day, CLAUSES.values()):
        names = " ".join(f"{one.key} {one.name.zh} {one.name.en}" for one in line.parameters)
        title = line.clause.title
        whole = f"{line.clause.id} {title.zh} {title.en} {line.text.zh} {line.text.en} {names}".lower()
        if words and all(word in whole for word in words):
            found.append(line)
    return found


# ---------------------------------------------------------------- versions


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what a version changes: before and after."""

    clause: str
    title: Words
    before: object
    after: object
    parameter: Parameter | None = None


def changes(edition: Edition) -> list[Change]:
    """What a version changes against what would apply on its day without it."""
    before = _values_without(edition)
    found = []
    for row in edition.values.all():
        parameter = PARAMETERS.get(row.key)
        if parameter is not None:
            shown = parameter.shown(before.value(row.key))
            found.append(Change(parameter.clause, parameter.name, shown, row.raw, parameter))
    earlier = {
        key: row
        for key, row in text_changes(edition.centre_id, edition.effective_from).items()
        if row.edition_id != edition.pk
    }
    for text in edition.texts.all():
        clause = CLAUSES.get(text.clause)
        if clause is not None:
            old = earlier.get(text.clause)
            was = Words(old.zh, old.en) if old else clause.text
            found.append(Change(text.clause, clause.title, was, Words(text.zh, text.en)))
    return found


def _values_without(edition: Edition) -> Values:
    rows = ValueChange.objects.filter(edition__in=Edition.objects.decided(edition.centre_id).exclude(pk=edition.pk))
    if edition.decided_on is not None:
        rows = rows.filter(edition__decided_on__lte=edition.decided_on)
    own = [
        Decided(row.key, row.raw, row.edition.effective_from, row.edition.decided_on)
        for row in rows.select_related("edition")
        if row.edition.decided_on is not None and row.key in PARAMETERS
    ]
    return in_force(edition.effective_from, decided=own)


def clauses_of(edition: Edition) -> tuple[str, ...]:
    """The clauses that a version touches, by text or by value."""
    keys = edition.values.values_list("key", flat=True)
    touched = {PARAMETERS[key].clause for key in keys if key in PARAMETERS}
    return tuple(sorted(touched | set(edition.texts.values_list("clause", flat=True))))


def editions(reader: Person) -> list[Edition]:
    """Versions that a reader may see, the latest first, each with its counts."""
    rows = Edition.objects.visible_to(reader).select_related("drafted_by")
    counted = rows.annotate(
        value_count=Count("values", distinct=True),
        text_count=Count("texts", distinct=True),
        acknowledged=Count("acknowledgements", distinct=True),
    )
    return list(counted.order_by("-pk")[:200])


def opinion_counts(edition: Edition) -> Mapping[str, int]:
    """How many agree, have concerns, object."""
    return dict(Opinion.objects.filter(edition=edition).values_list("stance").annotate(Count("pk")))


def is_over(edition: Edition, today: date) -> bool:
    """Whether the last day on which opinions are taken is over."""
    return edition.opinions_until is not None and today > edition.opinions_until


def silent(edition: Edition, today: date) -> list[Person]:
    """Who is bound and has not said what he thinks of a version: three queries."""
    spoke = set(edition.opinions.values_list("person", flat=True))
    return [person for person in bound(edition.centre_id, today) if person.pk not in spoke]


# ---------------------------------------------------------------- who is bound


def bound(centre_id: int, on: date) -> list[Person]:
    """Everybody who works inside the centre on that day, by name."""
    posts = Post.objects.on(on).filter(unit__kind__in=INSIDE).values("person")
    return by_name(Person.objects.filter(pk__in=posts, centre=centre_id, is_active=True, is_system=False))


def is_bound(person: Person) -> bool:
    """Whether the handbook of the centre binds this person today."""
    inside = Post.objects.filter(person=person.pk, unit__kind__in=INSIDE, unit__in=person.standing.units)
    return not person.is_system and inside.exists()


def to_acknowledge(person: Person) -> list[Edition]:
    """Published versions that this person has not acknowledged yet, the oldest first."""
    done = Acknowledgement.objects.filter(person=person.pk).values("edition")
    rows = Edition.objects.filter(centre=person.centre_id, status=EditionStatus.PUBLISHED)
    return list(rows.exclude(pk__in=done).order_by("number"))


def acknowledged(person: Person) -> list[Acknowledgement]:
    """What this person has acknowledged, the latest first."""
    return list(Acknowledgement.objects.filter(person=person.pk).select_related("edition").order_by("-at")[:100])


def not_yet(edition: Edition, on: date) -> list[Person]:
    """Who is bound and has not acknowledged a version."""
    done = set(edition.acknowledgements.values_list("person", flat=True))
    return [person for person in bound(edition.centre_id, on) if person.pk not in done]


# ---------------------------------------------------------------- questions and procedures


def open_flags(reader: Person) -> list[QuestionFlag]:
    """Clauses whose exam questions are still to be looked at."""
    rows = QuestionFlag.objects.visible_to(reader).filter(settled_at__isnull=True)
    return list(rows.select_related("edition"))


@dataclass(frozen=True, slots=True)
class Due:
    """A procedure with its last review and the day of the next."""

    chapter: Chapter
    last: ProcedureReview | None
    next_on: date
    is_over: bool


def reviews_due(centre_id: int, today: date) -> list[Due]:
    """Every procedure and when it is due (A7.17), the first due first.

    One never reviewed counts from the first version, and without any from the day on which the centre began.
    """
    months = values_on(centre_id, today).reading().whole("review.months")
    last: dict[str, ProcedureReview] = {}
    for row in ProcedureReview.objects.filter(centre=centre_id).select_related("by").order_by("on", "pk"):
        last[row.chapter] = row
    first = Edition.objects.decided(centre_id).order_by("effective_from").values_list("effective_from", flat=True)[:1]
    begun = first[0] if first else beginning(centre_id, today)
    found = []
    for chapter in CHAPTERS:
        if chapter.is_procedure:
            seen = last.get(chapter.key)
            due = months_after(seen.on if seen else begun, months)
            found.append(Due(chapter, seen, due, due < today))
    return sorted(found, key=lambda one: (one.next_on, one.chapter.key))


def beginning(centre_id: int, today: date) -> date:
    """The first day on which somebody held a position in a centre; today where nobody does yet."""
    rows = Post.objects.filter(person__centre=centre_id, person__is_system=False, days__startswith__isnull=False)
    found: date | None = rows.aggregate(first=Min("days__startswith"))["first"]
    return found or today


def reviewers(centre_id: int, on: date) -> list[Person]:
    """Who looks at the procedures (A7.17)."""
    posts = Post.objects.on(on).filter(position__in=REVIEWS, unit__centre=centre_id).values("person")
    return by_name(Person.objects.filter(pk__in=posts, is_active=True, is_system=False))


# ---------------------------------------------------------------- is it carried out?


def checks(reader: Person, *, clause: str = "") -> QuerySet[ExecutionCheck]:
    """Checks of execution that a reader may see: open ones by the day they are due, then the latest."""
    rows = ExecutionCheck.objects.visible_to(reader).select_related("checker", "owner", "status_by")
    if clause:
        rows = rows.filter(clause=clause)
    is_over = Case(When(status__in=(CheckStatus.KEPT, CheckStatus.VERIFIED), then=1), default=0)
    return rows.order_by(is_over, Coalesce("correct_by", "due_on"), "-pk")


# ---------------------------------------------------------------- what if


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A month under the values of a version beside the same month as it stands."""

    month: date
    outcomes: tuple[Outcome, ...]

    @property
    def changed(self) -> list[Outcome]:
        """Whom it changes, the largest loss first."""
        return sorted((one for one in self.outcomes if one.changes), key=lambda one: (one.fen, one.points, one.name))

    @property
    def fen(self) -> int:
        """By how much the whole month changes."""
        return sum(one.fen for one in self.outcomes)


def what_if(edition: Edition, months: Sequence[date], reader: Person) -> list[WhatIf]:
    """Last months' frozen facts under a version's values: who changes and by how much, before anybody approves."""
    own = decided(edition.centre_id)
    proposed = {row.key: row.raw for row in edition.values.all() if row.key in PARAMETERS}
    found = []
    for month in months:
        now = in_force(month, decided=own)
        then = in_force(month, decided=own, overrides=proposed)
        known = frozen.of_month(edition.centre_id, month, reader, then)
        outcomes = tuple(compare(name, one, now, other, then) for name, one, other in known)
        found.append(WhatIf(month, outcomes))
    return found


def published_on(centre_id: int, day: date) -> Edition | None:
    """The version whose number stands for the handbook of that day."""
    rows = Edition.objects.filter(centre=centre_id, status__in=IN_FORCE, effective_from__lte=day)
    return rows.order_by("-number").first()


def newer(centre_id: int, today: date) -> list[Edition]:
    """Published versions that a later one, in force today, has superseded."""
    latest = published_on(centre_id, today)
    if latest is None:
        return []
    rows = Edition.objects.filter(Q(number__lt=latest.number), centre=centre_id, status=EditionStatus.PUBLISHED)
    return list(rows.order_by("number"))
