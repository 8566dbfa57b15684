"""How the handbook's words, values and changes are told to a reader."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.pages import Request
from hotline.core.templatetags.pieces import Tab
from hotline.handbook.forms import said
from hotline.handbook.queries import Change, Line, WhatIf
from hotline.handbook.views.tables import cell
from hotline.kernel.words import Words
from hotline.rulebook.assessment.lines import yuan
from hotline.rulebook.parameters.declaring import Parameter
from hotline.rulebook.parameters.grids import Grid
from hotline.rulebook.parameters.telling import rows_of, value_words


def told(words: Words) -> str:
    """In the reader's language."""
    return words.told(said())


def value_text(parameter: Parameter, shown: object) -> str:
    """A value in words, with its unit; a table in one line."""
    if parameter.by_release and isinstance(shown, list | tuple):
        return gettext("; ").join(" ".join(map(cell, one)) for one in shown if isinstance(one, list | tuple))
    return told(value_words(parameter, shown))


@dataclass(frozen=True, slots=True)
class Told:
    """A clause as a page shows it."""

    id: str
    title: str
    text: str
    edition: object
    parameters: list[tuple[str, str, bool]]  # key, name, to decide


def lines(found: Iterable[Line], undecided: Collection[str] = ()) -> list[Told]:
    """Clauses in the reader's language."""
    return [
        Told(
            one.clause.id,
            told(one.clause.title),
            told(one.text),
            one.edition,
            [(parameter.key, told(parameter.name), parameter.key in undecided) for parameter in one.parameters],
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One line of what a version changes, as a page shows it."""

    clause: str
    title: str
    before: str
    after: str
    key: str  # of the parameter; empty for a text
    is_first: bool = True  # a value with several rows is told row by row, and taken out as a whole

    @property
    def is_kept(self) -> bool:
        """Whether the centre decides to keep what applies."""
        return bool(self.key) and self.before == self.after


def changed(found: Iterable[Change]) -> list[ToldChange]:
    """What a version changes, in the reader's language."""
    rows: list[ToldChange] = []
    for one in found:
        if one.parameter is not None:
            rows += _changed_value(one, one.parameter)
        else:
            assert isinstance(one.before, Words)
            assert isinstance(one.after, Words)
            rows.append(ToldChange(one.clause, told(one.title), told(one.before), told(one.after), ""))
    return rows


def _changed_value(one: Change, parameter: Parameter) -> Iterable[ToldChange]:
    """A value before and after; of one with several rows those that differ."""
    before, after = _rows(parameter, one.before), _rows(parameter, one.after)
    differ = [(name, was, after.get(name, "")) for name, was in before.items() if after.get(name, "") != was]
    for number, (name, was, then) in enumerate(differ):
        title = gettext("{value}: {row}").format(value=told(one.title), row=name)
        yield ToldChange(one.clause, title, was, then, parameter.key, is_first=not number)
    if not differ:
        was, then = value_text(parameter, one.before), value_text(parameter, one.after)
        yield ToldChange(one.clause, told(one.title), was, then, parameter.key)


def _rows(parameter: Parameter, shown: object) -> dict[str, str]:
    if not isinstance(parameter.kind, Grid) or not isinstance(shown, Mapping):
        return {}
    return {told(row.name): told(row.text) for row in rows_of(parameter.kind, shown)}


def tabs(request: Request, active: str, waiting: int | None = None) -> list[Tab]:
    """The views of the handbook that this reader has."""
    found = [
        Tab(gettext("Handbook"), reverse("handbook:book"), active=active == "book"),
        Tab(gettext("Values"), reverse("handbook:parameters"), active=active == "values"),
        Tab(gettext("Versions"), reverse("handbook:editions"), active=active == "versions"),
        Tab(gettext("My acknowledgements"), reverse("handbook:mine"), active=active == "mine", count=waiting),
        Tab(gettext("Reviews of procedures"), reverse("handbook:reviews"), active=active == "reviews"),
        Tab(gettext("Checks of execution"), reverse("handbook:checks"), active=active == "checks"),
    ]
    if may(request.user, "handbook.keep_questions"):
        found.append(Tab(gettext("Exam questions"), reverse("handbook:questions"), active=active == "questions"))
    return found


@dataclass(frozen=True, slots=True)
class ToldOutcome:
    """A person's month as it stands and as it would be."""

    name: str
    points_now: int
    points_then: int
    yuan_now: str
    yuan_then: str
    difference: str


@dataclass(frozen=True, slots=True)
class ToldMonth:
    """A month of a what-if as a page shows it."""

    month: date
    outcomes: int
    rows: list[ToldOutcome]
    total: str


def month_told(found: WhatIf) -> ToldMonth:
    """Whom a month would change, the largest loss first."""
    rows = [
        ToldOutcome(
            one.name, one.now.points, one.then.points, yuan(one.now.fen), yuan(one.then.fen),
            ("+" if one.fen > 0 else "") + yuan(one.fen),
        )
        for one in found.changed
    ]  # fmt: skip
    return ToldMonth(found.month, len(found.outcomes), rows, ("+" if found.fen > 0 else "") + yuan(found.fen))
