"""A sheet as a page shows it: lines by part, each with its evidence as links; months to choose from; a bar."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_noop

from hotline.appraisal.models import Appeal, Line, Period, Sheet
from hotline.core.templatetags.formats import chinese
from hotline.leave.queries import months
from hotline.planning.logic import charts
from hotline.rulebook.assessment.lines import yuan
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.telling import value_words

PARTS = {
    "attendance": gettext_noop("Attendance"),
    "timeliness": gettext_noop("Timeliness"),
    "accuracy": gettext_noop("Accuracy"),
    "exam": gettext_noop("Exam"),
    "other": gettext_noop("Other work"),
    "bonus": gettext_noop("Rewards"),
    "breach": gettext_noop("Breaches"),
}
FEN = 100  # of a yuan: a chart shows whole ones
NAMES = {
    "shift": gettext_noop("Shift {n}"),
    "spell": gettext_noop("Leave {n}"),
    "incident": gettext_noop("Incident {n}"),
    "appeal": gettext_noop("Objection {n}"),
}
# What is no row of its own but a month of one person's: it opens onto a page of its own.
BEHIND = {
    "holdings": gettext_noop("All cases that were in hand this month"),
    "accuracy": gettext_noop("The reviews of this month"),
    "exam": gettext_noop("The exam of this month"),
}
NAMED = re.compile(r"(shift|spell|incident|appeal) (\d+)")
CASE = re.compile(r"(?:case )?(\d{8}-\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line, told in the reader's language."""

    line: Line
    words: str
    points: str
    yuan: str
    takes: bool
    appeals: tuple[Appeal, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one part with their sums, and what of its points is left as a share of a hundred for a bar."""

    name: str
    rows: tuple[Row, ...]
    points: int
    yuan: str
    most: int

    @property
    def share(self) -> int:
        """How much of the part was earned."""
        return max(0, min(100, 100 * self.points // self.most)) if self.most else 0


def signed(number: int) -> str:
    """+2, -4, and a dash where nothing changes."""
    return f"{number:+d}" if number else "—"


def signed_yuan(fen: int) -> str:
    """+200, -2.5, and a dash where nothing changes."""
    return f"{'+' if fen > 0 else ''}{yuan(fen)}" if fen else "—"


def row(line: Line, appeals: Iterable[Appeal] = ()) -> Row:
    """A line for a list, with what was said against it."""
    words = line.zh if chinese() else line.en
    takes = line.points < 0 or line.fen < 0
    return Row(line, words, signed(line.points), signed_yuan(line.fen), takes, tuple(appeals))


def groups(lines: Iterable[Line], said: Mapping[int, Iterable[Appeal]]) -> list[Group]:
    """Lines by part, in the order of the handbook, with what was `said` against each."""
    of: dict[str, list[Line]] = {key: [] for key in PARTS}
    for line in lines:
        of.setdefault(line.part, []).append(line)
    return [_group(key, kept, said) for key, kept in of.items() if kept]


def _group(key: str, kept: list[Line], said: Mapping[int, Iterable[Appeal]]) -> Group:
    return Group(
        name=gettext(PARTS.get(key, key)),
        rows=tuple(row(line, said.get(line.pk, ())) for line in kept),
        points=sum(line.points for line in kept),
        yuan=yuan(sum(line.fen for line in kept)),
        most=sum(line.points for line in kept if line.sort == "award"),
    )


def months_chart(kept: Iterable[Sheet]) -> dict[str, Any]:
    """Points and yuan over a person's months, the oldest first; nothing for a single month."""
    sheets = sorted(kept, key=lambda one: one.period.month)
    if len(sheets) < 2:
        return {"months": []}
    words = [f"{one.period.month:%y-%m}" for one in sheets]
    return {
        "months": [(one.period.month, one.points, yuan(one.fen)) for one in sheets],
        "points_chart": charts.draw(words, bars=[charts.Bars("there", [one.points for one in sheets])]),
        "yuan_chart": charts.draw(words, bars=[charts.Bars("need", [one.fen // FEN for one in sheets])]),
    }


@dataclass(frozen=True, slots=True)
class Taken:
    """What the deductions under one clause took, and their share of all that was taken, in percent of the points."""

    clause: str
    points: int
    yuan: str
    share: int


def by_clause(lines: Iterable[Line]) -> list[Taken]:
    """Deductions by clause, the heaviest first: as the lines say, before caps give anything back."""
    found: dict[str, tuple[int, int]] = {}
    for line in lines:
        if line.sort == "deduction":
            points, fen = found.get(line.clause, (0, 0))
            found[line.clause] = (points - line.points, fen - line.fen)
    whole = sum(points for points, _fen in found.values())
    rows = sorted(found.items(), key=lambda one: (-one[1][0], -one[1][1], one[0]))
    return [Taken(clause, points, yuan(fen), 100 * points // whole if whole else 0) for clause, (points, fen) in rows]


def evidence(line: Line) -> list[dict[str, str]]:
    """What a line rests on, each a link where there is a page for it: the case's timeline, the shift, the incident."""
    found = []
    for name in line.evidence:
        told, url = name, ""
        if (case := CASE.match(name)) is not None:
            told, url = gettext("Case {n}").format(n=case[1]), reverse("cases:case", args=[case[1]])
        elif (named := NAMED.match(name)) is not None:
            told, url = gettext(NAMES[named[1]]).format(n=named[2]), _address(line, named[1], int(named[2]))
        elif name in BEHIND:
            told, url = gettext(BEHIND[name]), reverse("appraisal:line_behind", args=[line.pk])
        found.append({"name": told, "url": url})
    return found


def _address(line: Line, kind: str, pk: int) -> str:
    match kind:
        case "shift":
            return reverse("attendance:shift", args=[pk])
        case "incident":
            return f"{reverse('appraisal:incidents')}?month={line.sheet.period.month}#incident-{pk}"
        case "appeal":  # the correction opens what it corrects, with the objection and its decision
            return reverse("appraisal:line", args=[line.corrects_id])
    first = months.first_of(pk)
    return reverse("leave:leave", args=[first]) if first else reverse("leave:mine")


def values(read: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Parameters by key, each with its name and its value in the reader's language; one that is gone by its key."""
    tongue = get_language() or ""
    found = []
    for key, value in sorted(read.items()):
        parameter = PARAMETERS.get(key)
        name = parameter.name.told(tongue) if parameter else key
        found.append((key, name, value_words(parameter, value).told(tongue) if parameter else str(value)))
    return found


def summary(sheet: Sheet) -> dict[str, Any]:
    """Points and yuan so far, and matters that only people decide."""
    tongue = "zh" if chinese() else "en"
    return {
        "points": sheet.points,
        "yuan": yuan(sheet.fen),
        "own_values": values(sheet.facts["facts"].get("parameters", {})),
        "uncollected": yuan(sheet.uncollected_fen) if sheet.uncollected_fen else "",
        "proposals": [
            {"clause": one["clause"], "words": one[tongue], "stop": one["stop"][tongue] if one["stop"] else ""}
            for one in sheet.proposals
        ],
    }


def may_object(period: Period, at: Any) -> bool:
    """Whether a line may be objected to at this moment."""
    if period.status in ("closed", "computed"):
        return True
    return period.status == "shown" and period.appeal_until is not None and at < period.appeal_until
