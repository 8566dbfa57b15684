"""The demonstration's assessment: a small history is told, judged, assessed; its lines add up."""

from datetime import date, timedelta

import pytest
from django.test import override_settings

from hotline.appraisal.models import Appeal, Award, ExamResult, Incident, Measure, Sheet
from hotline.attendance.models import AttendanceFact
from hotline.config.demo import appraisal, centre, history
from hotline.config.demo.world import World
from hotline.core import clock
from hotline.people.models import Centre

FIRST = date(2026, 4, 6)  # a Monday


@pytest.mark.django_db
def test_what_was_lived_is_judged_and_assessed(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path, VAR=tmp_path):
        for _step in centre.open_centre(at=clock.wall(FIRST, 7)):
            pass
        found = Centre.objects.get(code=centre.CODE)
        until = clock.wall(FIRST + timedelta(days=2), 11)
        history.tell(World(found), clock.wall(FIRST, 8), until, per_day=12, watch=lambda _share: None)
        appraisal.fill(found, until)
    assert AttendanceFact.objects.filter(is_current=True, state="present").count() > 10
    assert ExamResult.objects.exists()
    assert {row.status for row in Incident.objects.all()} == {"proposed", "confirmed"}
    assert Appeal.objects.exists()
    assert {row.status for row in Award.objects.all()} == {"proposed", "confirmed"}
    assert any(row.numbers["attended"] for row in Measure.objects.all())
    for sheet in Sheet.objects.filter(is_current=True).prefetch_related("lines"):
        lines = list(sheet.lines.all())
        assert sum(line.points for line in lines) == sheet.points
        assert sum(line.fen for line in lines) == sheet.fen
    states = set(Sheet.objects.values_list("period__month", "period__status"))
    assert states == {(date(2026, 4, 1), "computed")}  # the month before is told beside the pages
