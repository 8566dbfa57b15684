"""Shift types: the handbook's table as rows, and editions of them from a day on."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.spans import Span
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person, Position
from hotline.rosters.logic import hours
from hotline.rosters.models import ShiftType
from hotline.rulebook import shifts as handbook

# Who keeps the hours of which column of the printed table.
KEEPS_HOURS: dict[handbook.Post, tuple[str, ...]] = {
    handbook.Post.OPERATOR: (
        Position.OPERATOR,
        Position.AGENT,
        Position.DISPATCHER,
        Position.TEAM_LEADER,
        Position.QUALITY,
        Position.TRAINER,
        Position.FIELD_SUPERVISOR,
    ),
    handbook.Post.SHIFT_LEADER: (Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR),
}


@transaction.atomic
def install_shift_types(*, centre: Centre, by: Person, at: datetime) -> list[ShiftType]:
    """Bring every edition of the handbook's shifts (D2.1) into the centre; a second time changes nothing."""
    authorize(by, "rosters.set_shifts", centre)
    found = []
    for since, shifts in handbook.SHIFTS.items():
        for shift in shifts:
            row, _created = ShiftType.objects.get_or_create(
                centre=centre, code=shift.code, since=since, defaults=_as_row(shift, since)
            )
            found.append(row)
    live.touch(f"roster:{centre.pk}")
    return found


def _as_row(shift: handbook.ShiftType, since: date) -> dict[str, object]:
    whole = Span(*handbook.shift_span(shift, since))
    rests = [Span(*rest) for rest in handbook.shift_breaks(shift, since)]
    return {
        "name": shift.name,
        "starts": shift.start,
        "ends": shift.end,
        "breaks": hours.minutes_of(whole, rests),
        "positions": list(KEEPS_HOURS[shift.post]),
        "weekdays": sorted(shift.weekdays),
        "must_clear_queue": shift.must_clear_queue,
        "note": shift.remark,
    }


@transaction.atomic
def change_shift_type(
    *,
    shift_type_id: int,
    since: date,
    starts: time,
    ends: time,
    breaks: Sequence[int],
    by: Person,
    at: datetime,
) -> ShiftType:
    """Give a shift other hours from a day on, as a new edition; entries planned before keep theirs."""
    earlier = ShiftType.objects.select_for_update().select_related("centre").get(pk=shift_type_id)
    authorize(by, "rosters.set_shifts", earlier.centre)
    later = ShiftType.objects.filter(centre=earlier.centre, code=earlier.code, since__gte=since)
    refuse_if(_faults(is_last=not later.exists(), starts=starts, ends=ends, breaks=breaks))
    edition = ShiftType.objects.create(
        centre=earlier.centre,
        code=earlier.code,
        name=earlier.name,
        since=since,
        starts=starts,
        ends=ends,
        breaks=list(breaks),
        positions=earlier.positions,
        weekdays=earlier.weekdays,
        must_clear_queue=earlier.must_clear_queue,
        note=earlier.note,
    )
    live.touch(f"roster:{earlier.centre_id}")
    return edition


def _faults(*, is_last: bool, starts: time, ends: time, breaks: Sequence[int]) -> list[Refusal]:
    found = []
    if not is_last:
        note = gettext_noop("There is already an edition of this shift from that day or later.")
        found.append(Refusal("D2.1", note, {"field": "since"}))
    if hours.faults_of_breaks(starts, ends, breaks):
        note = gettext_noop("Breaks must lie within the shift, one after another.")
        found.append(Refusal("D2.1", note, {"field": "breaks"}))
    return found
