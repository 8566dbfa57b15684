"""Frozen facts for the handbook's what-if, and a month by what the centre had decided by a day. Nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from hotline.appraisal.models import Sheet
from hotline.appraisal.queries.facts import judged_shifts, shift_facts
from hotline.appraisal.queries.reckoning import kept_facts
from hotline.attendance.models import Source
from hotline.attendance.queries.records import shift_of
from hotline.handbook.logic.facts import Known
from hotline.handbook.queries import decided
from hotline.people.models import Person
from hotline.rulebook.assessment.month import assess_with
from hotline.rulebook.attendance import attendance, attendance_terms
from hotline.rulebook.parameters.values import Values, in_force

# By these a shift is judged from its own kept facts, so that it can be judged again by others.
OF_SHIFTS = frozenset({"late.dwell_s", "late.presence_sources", "excuse.kinds", "early.grace_s", "early.overtime_s"})


def of_month(centre_id: int, month: date, reader: Person, then: Values) -> Iterable[Known]:
    """Everybody's name and facts of a month, frozen and as other values would have made them, as far as the reader may
    see them. One query; a further one where the values are such by which shifts are judged.
    """
    rows = Sheet.objects.visible_to(reader).filter(period__centre=centre_id, period__month=month, is_current=True)
    sheets = list(rows.select_related("person").order_by("person__name_key", "person"))
    shifts = _judged_again([one.person_id for one in sheets], month, then) if OF_SHIFTS & set(then.overrides) else None
    for sheet in sheets:
        facts = kept_facts(sheet)
        if shifts is None:
            yield sheet.person.name, facts, facts
        else:
            yield sheet.person.name, facts, kept_facts(sheet, attendance=shifts.get(sheet.person_id, []))


def _judged_again(keys: Sequence[int], month: date, then: Values) -> dict[int, list[dict[str, Any]]]:
    """The shifts of a month judged by other values, from the facts that were kept; what a person found stands."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    terms = attendance_terms(then.reading())
    for row in judged_shifts(keys, month):
        late, early = row.late_s, row.early_s
        if row.source == Source.DERIVED and row.facts.get("traces") is not None:
            again = attendance.on(row.day)(shift_of(row.day, row.facts), terms)
            late, early = again.late, again.early_leave
        found[row.person_id] += shift_facts(row, late, early)
    return found


def as_known(sheet: Sheet, known_on: date) -> tuple[int, int]:
    """Points and fen of a sheet by the values of its month as they were known on a day (D3.1).

    The facts are the frozen ones; the corrections of earlier months that are booked in it stay what they are.
    """
    own = decided(sheet.period.centre_id)
    found = assess_with(kept_facts(sheet), in_force(sheet.period.month, known_on=known_on, decided=own))
    booked = [(points, fen) for _key, points, fen in sheet.facts["corrections"]]
    return found.points + sum(points for points, _fen in booked), found.fen + sum(fen for _points, fen in booked)
