"""The demonstration's last month: told beside the pages in its own time, assessed, disputed, closed, once."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.test import override_settings

from hotline.appraisal.models import Appeal, Award, Incident, Line, Measure, Period, Sheet
from hotline.attendance.models import AttendanceFact, MonthStatement, Talk
from hotline.cases.models import Case, Holding
from hotline.config.demo import appraisal, centre, history, leave, past_cases, past_month, rosters
from hotline.config.demo.world import World
from hotline.core import clock
from hotline.core.models import Outbox
from hotline.leave.models import Leave
from hotline.people.models import Centre, Presence, SeatSession
from hotline.quality.models import MonthReview, Review

FIRST = date(2026, 3, 6)  # of the history; February was before it
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


@pytest.mark.django_db
@pytest.mark.clause("D3.2", "D3.15", "A7.15")
def test_last_month_is_there_from_its_shifts_to_its_closing(tmp_path, monkeypatch):
    monkeypatch.setattr(past_cases, "PER_DAY", 3)
    now = clock.wall(FIRST, 11)
    with override_settings(MEDIA_ROOT=tmp_path, VAR=tmp_path):
        for _step in centre.open_centre(at=clock.wall(FEBRUARY, 7), works_from=FIRST):
            pass
        found = Centre.objects.get(code=centre.CODE)
        rosters.fill(found, now)
        leave.fill(found, now)
        history.tell(World(found), clock.wall(FIRST, 8), now, per_day=6, watch=lambda _share: None)
        appraisal.fill(found, now)
        there = set(SeatSession.objects.filter(ended_at__isnull=True).values_list("pk", flat=True))
        open_now = set(Holding.objects.open().filter(unit__isnull=True).values_list("pk", flat=True))
        presences = set(Presence.objects.values_list("pk", "span"))
        past_month.fill(found, now)

    # whoever works now was not touched by it
    assert set(SeatSession.objects.filter(ended_at__isnull=True).values_list("pk", flat=True)) == there
    assert set(Holding.objects.open().filter(unit__isnull=True).values_list("pk", flat=True)) == open_now
    assert set(Presence.objects.values_list("pk", "span")) == presences
    assert not Outbox.objects.filter(at__lt=clock.wall(FIRST, 0)).exists()

    period = Period.objects.get(month=FEBRUARY)
    assert period.status == "closed"
    assert period.confirmed_by_id != period.status_by_id
    states = Counter(AttendanceFact.objects.filter(is_current=True, day__lt=MARCH).values_list("state", flat=True))
    assert states["present"] > 500, states
    assert states["late"] == 5
    assert states["leave"] == 3
    assert {(row.kind, row.status) for row in Talk.objects.filter(opened_at__lt=clock.wall(FIRST))} == {
        ("return", "held"), ("lateness", "held"),
    }  # fmt: skip
    assert MonthStatement.objects.filter(month=FEBRUARY).exists()
    assert set(Leave.objects.filter(first__lt=MARCH).values_list("kind", "status")) == {
        ("sick", "granted"), ("personal", "granted"),
    }  # fmt: skip
    cases = Case.objects.filter(arrived_at__lt=clock.wall(MARCH))
    assert cases.count() > 40
    assert not cases.filter(ended_at__isnull=True).exists()
    assert {"closed", "rejected", "not_accepted"} <= set(cases.values_list("status", flat=True))
    assert set(Review.objects.filter(month=FEBRUARY).values_list("status", flat=True)) >= {"correct", "overturned"}
    assert set(Incident.objects.filter(month=FEBRUARY).values_list("kind", "status")) == {
        ("minor", "confirmed"), ("reward", "confirmed"), ("conduct", "confirmed"),
    }  # fmt: skip
    assert MonthReview.objects.filter(month=FEBRUARY).count() > 20
    assert Award.objects.filter(period="2026-02", status="confirmed").count() == 3
    assert sorted(Appeal.objects.filter(line__sheet__period=period).values_list("status", flat=True)) == [
        "declined", "granted",
    ]  # fmt: skip
    assert Measure.objects.filter(month=FEBRUARY, numbers__attended__gt=0).count() > 30
    parts = set(
        Line.objects.filter(sheet__period=period, sheet__is_current=True, points__lt=0).values_list("part", flat=True)
    )
    assert {"timeliness", "exam", "attendance"} <= parts, parts
    for sheet in Sheet.objects.filter(period=period, is_current=True).prefetch_related("lines"):
        assert sum(line.points for line in sheet.lines.all()) == sheet.points
        assert sheet.fen >= 0

    counts = (Case.objects.count(), AttendanceFact.objects.count(), Sheet.objects.count(), Leave.objects.count())
    with override_settings(MEDIA_ROOT=tmp_path, VAR=tmp_path):
        past_month.fill(found, now + timedelta(hours=1))
    assert counts == (
        Case.objects.count(), AttendanceFact.objects.count(), Sheet.objects.count(), Leave.objects.count(),
    )  # fmt: skip
