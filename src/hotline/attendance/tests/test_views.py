"""Pages of attendance: who sees what, nothing typed is lost, bounded queries."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from hotline.attendance.models import AttendanceFact, Correction, Excuse, MonthStatement, Talk
from hotline.attendance.services import asking, following
from hotline.attendance.tests import builders
from hotline.attendance.tests.builders import DAY, EVENING, MONTH, NEXT_MONTH, derived, fact_of, house, wall
from hotline.core import clock
from hotline.core.access import may
from hotline.handbook.tests import builders as editions
from hotline.kernel.spans import Span
from hotline.leave.models import Leave
from hotline.people.models import Person, Position
from hotline.people.queries import system_person
from hotline.people.services import organisation
from hotline.people.tests import builders as people
from hotline.rosters.models import Absence, RosterEntry
from hotline.rosters.tests import builders as rosters

ONE_DAY = timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.clause("D2.2")]


def browser(person: Person, language: str = "en") -> Client:
    Person.objects.filter(pk=person.pk).update(language=language)
    client = Client()
    client.force_login(person)
    return client


def full() -> builders.House:
    of = house()
    builders.late_day(of)
    derived(of)
    span = Span(wall(8, 30), wall(8, 52))
    asking.ask_excuse(person=of.operator, span=span, kind="meeting", words="晨会", by=of.operator, at=EVENING)
    fact = fact_of(of.operator)
    asking.ask_correction(fact_id=fact.pk, state="present", words="在岗", by=of.operator, at=EVENING)
    shift = RosterEntry.objects.get(person=of.operator, day=DAY)
    program = system_person(of.town.centre)
    following.open_return_talk(person=of.operator, ref="absence 1", shift=shift, by=program, at=wall(8))
    following.confirm_month(centre=of.town.centre, month=MONTH, by=of.town.leader, at=NEXT_MONTH)
    return of


def test_rows_and_permissions_agree_for_every_position():
    of = full()
    strangers = [people.person(people.centre(), position=Position.HR)]
    names = {
        AttendanceFact: "view_attendance_fact", Excuse: "view_excuse", Correction: "view_correction",
        Talk: "view_talk", MonthStatement: "view_month_statement",
    }  # fmt: skip
    for person in [*people.everybody(of.town.centre).values(), of.operator, of.supervisor, *strangers]:
        for model, name in names.items():
            rows: Any = model._default_manager
            seen = set(rows.visible_to(person).values_list("pk", flat=True))
            assert seen == {row.pk for row in rows.all() if may(person, f"attendance.{name}", row)}, (person, name)


def test_my_attendance_says_why_in_both_languages():
    of = full()
    address = f"{reverse('attendance:mine')}?month={MONTH}"
    assert "20:00" in browser(of.operator).get(address).content.decode()
    assert "自08:30:00起迟到 20:00" in browser(of.operator, "zh-hans").get(address).content.decode()
    page = browser(of.operator, "zh-hans").get(reverse("attendance:shift", args=[fact_of(of.operator).pk]))
    holds = fact_of(of.operator).facts["holds"]
    assert reverse("cases:case", args=[holds[0]["case"]]) in page.content.decode()


def test_a_colleague_does_not_see_it():
    of = full()
    pk = fact_of(of.operator).pk
    assert browser(of.town.second).get(reverse("attendance:shift", args=[pk])).status_code == 404
    assert browser(of.town.second).get(reverse("attendance:team")).status_code == 403
    assert browser(of.hr).get(reverse("attendance:shift", args=[pk])).status_code == 200


def test_what_was_typed_stays_when_it_is_refused():
    of = full()
    answer = browser(of.operator).post(
        reverse("attendance:excuse"),
        {"day": "2026-03-09", "since": "09:00", "until": "", "kind": "meeting", "words": "临时会议纪要"},
    )
    assert answer.status_code == 200
    assert "临时会议纪要" in answer.content.decode()
    fact = fact_of(of.town.second)
    answer = browser(of.town.second).post(
        reverse("attendance:shift", args=[fact.pk]), {"state": "late", "words": "其实晚到"}
    )
    assert "其实晚到" in answer.content.decode()
    assert not Correction.objects.filter(fact=fact).exists()


def test_the_supervisor_decides_and_the_leader_does_not():
    of = full()
    excuse, correction = Excuse.objects.get(), Correction.objects.get()
    assert "晨会" in browser(of.town.leader).get(reverse("attendance:inbox")).content.decode()
    there = reverse("attendance:decide_excuse", args=[excuse.pk])
    assert browser(of.town.leader).post(there, {"verdict": "approve"}).status_code == 403
    client = browser(of.supervisor)
    client.post(there, {"verdict": "refuse", "note": ""})
    excuse.refresh_from_db()
    assert excuse.status == "asked"
    client.post(there, {"verdict": "approve", "note": ""})
    client.post(reverse("attendance:decide_correction", args=[correction.pk]), {"verdict": "refuse", "note": "有记录"})
    excuse.refresh_from_db()
    correction.refresh_from_db()
    assert (excuse.status, correction.status) == ("approved", "refused")


def test_health_is_read_by_few():
    of = full()
    talk = Talk.objects.get()
    there = reverse("attendance:talk", args=[talk.pk])
    assert browser(of.town.leader).post(there, {"words": "恢复上岗", "health": "感冒已愈"}).status_code == 302
    for person, reads in [(of.operator, True), (of.supervisor, True), (of.hr, False), (of.town.leader, False)]:
        page = browser(person).get(there).content.decode()
        assert "恢复上岗" in page
        assert ("感冒已愈" in page) is reads
    assert "恢复上岗" in browser(of.hr).get(f"{reverse('attendance:talks')}?show=held").content.decode()


def test_the_month_is_exported_and_confirmed():
    of = full()
    client = browser(of.town.leader)
    page = client.get(f"{reverse('attendance:team')}?month={MONTH}").content.decode()
    assert "Figures confirmed" in page
    answer = client.get(f"{reverse('attendance:export')}?month={MONTH}")
    assert answer.content[:2] == b"PK"
    assert client.post(f"{reverse('attendance:confirm')}?month={MONTH}").status_code == 302
    assert client.get(reverse("attendance:person", args=[of.operator.pk]) + f"?month={MONTH}").status_code == 200


def test_pages_take_a_bounded_number_of_queries():
    of = full()
    client = browser(of.supervisor)
    address = f"{reverse('attendance:team')}?month={MONTH}"
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    assert len(found) <= 26


@pytest.mark.clause("B2.2")
def test_a_team_leader_is_not_told_that_the_centres_figures_changed():
    """His figures are his team's; the statement is the centre's."""
    of = full()
    head = people.person(
        of.town.centre, position=Position.TEAM_LEADER, unit=of.operator.posts.get().unit, name="田班长"
    )
    address = f"{reverse('attendance:team')}?month={MONTH}"
    for _confirmed in range(2):
        page = browser(head).get(address).content.decode()
        assert of.operator.name in page
        for words in ("Changed since it was confirmed", "Figures confirmed", "Not confirmed yet"):
            assert words not in page
        following.confirm_month(centre=of.town.centre, month=MONTH, by=of.town.leader, at=NEXT_MONTH)
    assert "Figures confirmed" in browser(of.hr).get(address).content.decode()


def test_a_team_leader_sees_the_days_on_which_somebody_stood_in_his_team():
    of = full()
    rosters.on_shift(of.operator, DAY + ONE_DAY)
    derived(of, at=wall(23, day=DAY + ONE_DAY), last=DAY + ONE_DAY)
    post = of.operator.posts.get()
    head = people.person(of.town.centre, position=Position.TEAM_LEADER, unit=post.unit, name="田班长")
    both = {fact_of(of.operator), fact_of(of.operator, DAY + ONE_DAY)}

    def seen() -> set[AttendanceFact]:
        found = set(AttendanceFact.objects.visible_to(head).filter(person=of.operator, is_current=True))
        assert found == {fact for fact in both if may(head, "attendance.view_attendance_fact", fact)}
        return found

    assert seen() == both
    organisation.end_post(post=post, until=DAY + ONE_DAY, by=people.system(of.town.centre), at=EVENING)
    assert seen() == {fact_of(of.operator)}
    asked = Excuse.objects.get()  # of a moment of 9 March
    assert Excuse.objects.visible_to(head).get() == asked
    assert may(head, "attendance.view_excuse", asked)


@pytest.mark.clause("A7.12", "A7.14", "A7.15")
def test_pages_tell_the_numbers_that_the_centre_has():
    of = full()
    values = {"sick.notice": "09:15", "late.talk_count": 1, "late.log_s": 480}
    editions.decide(of.town.centre, values, at=clock.wall(date(2026, 2, 9), 9), since=MONTH)
    assert "to be told by 09:15" in " ".join(browser(of.operator).get(reverse("leave:sick")).content.decode().split())
    client = browser(of.supervisor)
    assert client.get(f"{reverse('attendance:team')}?month={MONTH}").context["talk_from"] == 1
    assert "and after a lateness" in client.get(reverse("attendance:talks")).content.decode()
    book = load_workbook(BytesIO(client.get(f"{reverse('attendance:export')}?month={MONTH}").content))
    assert "Late by 8:00 or more" in [cell.value for cell in book.active[1]]


@pytest.mark.clause("A7.12", "D2.8")
@pytest.mark.parametrize("told_by", ["himself", "the leader"])
def test_sickness_is_told_once_and_known_everywhere(monkeypatch, told_by):
    """At home on his phone, or by telephone to whoever leads: in the roster, to decide, among those who told."""
    of = house()
    monkeypatch.setattr(clock, "now", lambda: wall(8, 40))
    by = of.operator if told_by == "himself" else of.town.leader
    client = browser(by)
    page = client.get(reverse("attendance:mine")).content.decode()
    assert reverse("leave:sick") in page
    sent = {"first": DAY.isoformat(), "last": DAY.isoformat(), "kind": "sick", "person": of.operator.pk}
    assert client.post(reverse("leave:sick"), sent).status_code == 302
    [row] = Leave.objects.filter(person=of.operator, kind="sick")
    assert row.status == "asked"
    assert Absence.objects.filter(person=of.operator, ref=row.pk).exists()
    shown = browser(of.town.leader).get(reverse("attendance:team")).content.decode()
    assert "Reported sick" in shown
    assert "in time" in shown


def test_nobody_is_led_to_a_door_that_is_closed_to_him():
    of = house()
    clerk = people.person(of.town.centre, position=Position.DEPARTMENT_CLERK)
    for person, is_led in ((of.operator, True), (clerk, False)):
        page = browser(person).get(reverse("attendance:mine")).content.decode()
        assert (reverse("leave:sick") in page) is is_led
        assert (browser(person).get(reverse("leave:sick")).status_code == 200) is is_led
