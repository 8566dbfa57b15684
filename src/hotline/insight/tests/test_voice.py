"""The voice of a month: reasons, places, wishes not met, the trend; frozen when sent; each number with its list."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.models import Source
from hotline.cases.tests import builders as cases
from hotline.core.access import NotAllowed, may
from hotline.insight import jobs
from hotline.insight.models import Recipient, Report
from hotline.insight.queries import voice
from hotline.insight.services import reports
from hotline.insight.tests.builders import APRIL, FEBRUARY, MARCH, MINUTE, NOW, count, months, report
from hotline.kernel.rules import Refused
from hotline.messages.models import Message
from hotline.people.models import Person, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A1.2")]


def browser(person: Person, language: str = "en") -> Client:
    Person.objects.filter(pk=person.pk).update(language=language)
    client = Client()
    client.force_login(person)
    return client


def manager(of: cases.Town) -> Person:
    return people.person(of.centre, position=Position.MANAGER, name="陈经理")


def test_reasons_are_ranked_with_their_change() -> None:
    of = months()
    count(of)
    classes, small = voice.reasons(of.centre.pk, MARCH)
    assert [(one.name, one.reports, one.then, one.more) for one in small] == [("上水井盖", 3, 2, 1), ("", 1, 0, 1)]
    assert (small[0].change, small[1].change) == ("+50.0%", "")
    assert [(one.name, one.reports) for one in classes] == [("公用设施", 3), ("", 1)]


def test_places_are_cells_with_their_usual_name_and_what_is_reported_most() -> None:
    of = months()
    count(of)
    [hot, cool] = voice.places(of.centre.pk, MARCH)
    assert (hot.name, hot.district, hot.reports, hot.then, hot.top) == ("学府路口", "城东区", 3, 2, "上水井盖")
    assert (cool.name, cool.reports, cool.then) == ("北大街", 1, 0)


def test_the_trend_has_thirteen_months_by_source() -> None:
    of = months()
    count(of)
    trend = voice.trend(of.centre.pk, MARCH)
    assert len(trend) == 13
    assert trend[-2:] == [(FEBRUARY, {"phone": 1, "web": 1}), (MARCH, {"phone": 4})]
    assert voice.trend(of.centre.pk, MARCH, Source.WEB)[-1] == (MARCH, {})


def test_every_number_opens_onto_as_many_reports() -> None:
    of = months()
    count(of)
    person = manager(of)
    for key, number in voice.totals(of.centre.pk, MARCH).items():
        assert voice.behind(person, voice.Wanted(MARCH, became=key)).count() == number
    classes, small = voice.reasons(of.centre.pk, MARCH)
    for one in [*classes, *small]:
        assert voice.behind(person, voice.Wanted(MARCH, category=one.key)).count() == one.reports
    for place in voice.places(of.centre.pk, MARCH):
        assert voice.behind(person, voice.Wanted(MARCH, cell=(place.row, place.column))).count() == place.reports
    for wish in voice.unmet(of.centre.pk, MARCH):
        assert voice.behind(person, voice.Wanted(MARCH, became=wish.kind, reason=wish.text)).count() == wish.times
    assert voice.behind(person, voice.Wanted(FEBRUARY, source="web")).count() == 1


def test_a_report_is_frozen_when_it_is_made() -> None:
    of = months()
    count(of)
    by = system_person(of.centre)
    made = reports.make(centre=of.centre, month=MARCH, by=by, at=NOW)
    report(of, cases.NINE + 30 * MINUTE)
    count(of)
    again = reports.make(centre=of.centre, month=MARCH, by=by, at=NOW)
    assert again == made
    assert again.body["totals"]["reports"] == 4
    assert "上水井盖" in again.text
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        Report.objects.filter(pk=made.pk).update(text="")


def test_on_the_first_the_report_of_last_month_goes_to_everybody_once() -> None:
    of = months()
    person = manager(of)
    reports.add_recipient(name="市政处", mail="Sz@Example.org", unit=of.department, by=person, at=NOW)
    reports.add_recipient(name="陈经理", mail="chen@example.org", by=person, at=NOW)
    for _again in range(2):
        jobs.report_of(APRIL)
    sent = Message.objects.filter(centre=of.centre, occasion="insight.voice")
    assert (sent.count(), set(sent.values_list("channel", flat=True))) == (2, {"mail"})
    assert Report.objects.get(centre=of.centre).month == MARCH


def test_who_left_gets_no_report_and_nobody_is_entered_twice() -> None:
    of = months()
    person = manager(of)
    row = reports.add_recipient(name="市政处", mail="sz@example.org", by=person, at=NOW)
    with pytest.raises(Refused, match="already"):
        reports.add_recipient(name="市政", mail="SZ@example.org", by=person, at=NOW)
    with pytest.raises(Refused, match="not one of"):
        reports.add_recipient(name="外", mail="x@example.org", unit=cases.town().department, by=person, at=NOW)
    with pytest.raises(NotAllowed):
        reports.end_recipient(recipient_id=row.pk, by=of.operator, at=NOW)
    reports.end_recipient(recipient_id=row.pk, by=person, at=NOW)
    made = reports.make(centre=of.centre, month=MARCH, by=person, at=NOW)
    assert reports.mail(report_id=made.pk, by=person, at=NOW) == []
    assert reports.add_recipient(name="市政处", mail="sz@example.org", by=person, at=NOW).is_active


def test_rows_and_permissions_agree() -> None:
    of = months()
    reports.make(centre=of.centre, month=MARCH, by=system_person(of.centre), at=NOW)
    reports.add_recipient(name="市政处", mail="sz@example.org", by=manager(of), at=NOW)
    stranger = people.person(people.centre(), position=Position.MANAGER)
    for person in [*people.everybody(of.centre).values(), stranger]:
        for rows, name in ((Report.objects, "insight.view_report"), (Recipient.objects, "insight.view_recipient")):
            seen = set(rows.visible_to(person).values_list("pk", flat=True))
            assert seen == {row.pk for row in rows.all() if may(person, name, row)}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_shows_the_month_with_few_queries(language: str) -> None:
    of = months()
    count(of)
    client = browser(manager(of), language)
    path = reverse("insight:voice")
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(path, {"month": "2026-03-01"}).content.decode()
    assert len(asked) <= 30
    for told in ("上水井盖", "学府路口", "不属受理范围", "+50.0%", "<svg", "2026-03"):
        assert told in page
    assert 'style="' not in page
    assert browser(of.operator).get(path).status_code == 403
    assert client.get(path, {"month": "nonsense", "source": "x"}).status_code == 200


def test_lists_exports_and_reports_answer() -> None:
    of = months()
    count(of)
    person = manager(of)
    client = browser(person)
    listed = client.get(reverse("insight:behind"), {"month": "2026-03-01", "became": "rejected"}).content.decode()
    assert "Rejected" in listed
    for odd in (
        {"cell": "a:b"},
        {"cell": "99999999:1"},
        {"category": "x'--"},
        {"category": "event-99"},
        {"reason": "x"},
    ):
        assert client.get(reverse("insight:behind"), {"month": "2026-03-01", **odd}).status_code == 200
    assert client.get(reverse("insight:export"), {"month": "2026-03-01"}).content[:2] == b"PK"
    assert client.post(reverse("insight:recipient_add"), {"name": "市政处", "mail": "nonsense"}).status_code == 422
    assert (
        client.post(reverse("insight:recipient_add"), {"name": "市政处", "mail": "sz@example.org"}).status_code == 302
    )
    assert "sz@example.org" in client.get(reverse("insight:reports")).content.decode()
    made = client.post(reverse("insight:report_make"))
    assert "Voice of the customer" in client.get(made["Location"]).content.decode()
    row = Recipient.objects.get()
    client.post(reverse("insight:recipient_end", args=[row.pk]))
    row.refresh_from_db()
    assert not row.is_active
