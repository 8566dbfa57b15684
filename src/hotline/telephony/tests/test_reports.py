"""Figures of calls: what they count, that each opens onto exactly its calls, and what they cost."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.urls import reverse

from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.telephony.logic.reports import By, Figure, Work, period
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Call, Segment
from hotline.telephony.queries import board, reports
from hotline.telephony.queries.reports import Asked
from hotline.telephony.services import setup
from hotline.telephony.tests import builders
from hotline.telephony.tests.builders import DAY, NINE, SECOND

MINUTE = 60 * SECOND


@pytest.fixture(name="of")
def _of(db):
    """Two talks (waits 10 s and 20 s), one gone after 40 s, one for a call-back, one handed over, one missed offer."""
    made = builders.house()
    for person in (made.first, made.second):
        made.state(person, State.NOT_READY, NINE, reason="sign_in")
        made.state(person, State.READY, NINE + SECOND)
    builders.arrive(made, "a", NINE)
    builders.talk(made, "a", made.first, NINE + 10 * SECOND)
    builders.arrive(made, "b", NINE + 5 * MINUTE)
    gone = NINE + 5 * MINUTE + 40 * SECOND
    made.tell(
        (Fact.QUEUE_LEFT, gone, "b", None, {"queue": made.queue.pk, "how": "abandoned"}),
        (Fact.CALL_ENDED, gone, "b", None, {"how": "abandoned"}),
    )
    builders.arrive(made, "c", NINE + 40 * MINUTE)
    builders.talk(made, "c", made.second, NINE + 40 * MINUTE + 20 * SECOND, seconds=120)
    builders.arrive(made, "d", NINE + 50 * MINUTE)
    made.tell((Fact.QUEUE_LEFT, NINE + 51 * MINUTE, "d", None, {"queue": made.queue.pk, "how": "callback"}))
    builders.arrive(made, "e", NINE + 55 * MINUTE)
    name = builders.offer(made, "e", made.first, NINE + 55 * MINUTE)
    missed = NINE + 55 * MINUTE + 15 * SECOND
    made.tell(
        (Fact.OFFER_ENDED, missed, "e", made.first, {"offer": name, "how": "no_answer", "rings": 3}),
        (Fact.AGENT_STATE, missed, "", made.first, {"state": "not_ready", "reason": "no_answer"}),
        (Fact.AGENT_STATE, NINE + 60 * MINUTE, "", made.first, {"state": "offline"}),
        (Fact.AGENT_STATE, NINE + 60 * MINUTE, "", made.second, {"state": "offline"}),
    )
    return made


def asked(by, **more):
    return Asked(by, DAY, DAY, **more)


@pytest.mark.clause("A2.4")
def test_by_half_hour_and_together(of):
    found = reports.report(of.leader, asked(By.HALF_HOUR))
    assert [row.name for row in found.rows] == ["09:00", "09:30"]
    first, second = (row.figures for row in found.rows)
    assert (first.tally.offered, first.tally.answered, first.tally.abandoned) == (2, 1, 1)
    assert (first.average_wait, first.average_talk, first.average_wrap_up) == (10 * SECOND, MINUTE, 30 * SECOND)
    assert (second.tally.answered, second.callbacks, second.callbacks_kept) == (1, 1, 0)
    whole = found.whole.figures
    assert (whole.tally.offered, whole.talks, whole.talked) == (3, 2, 3 * MINUTE)
    assert whole.handling == 2 * MINUTE
    assert whole.abandonment.numerator, whole.abandonment.denominator == (1, 3)
    levels = {code: (over, under) for code, _, _, over, under in found.levels}
    assert levels == {"F1": (1, 3), "F2": (1, 2), "F3": (1, 3), "F4": (1, 3)}, "answered within 15 s is one of them"


@pytest.mark.clause("A3.2")
def test_by_person_and_by_team(of):
    found = reports.report(of.leader, asked(By.PERSON))
    works = {int(row.key): row.figures for row in found.rows}
    first, second = works[of.first.pk], works[of.second.pk]
    assert (first.offers, first.taken, first.missed, first.talks) == (2, 1, 1, 1)
    assert first.within_rings.denominator == 2
    assert (second.talked, second.average_wrap_up) == (2 * MINUTE, 30 * SECOND)
    assert second.occupancy == reports_share(second)
    assert second.signed_in == 60 * MINUTE
    [team] = reports.report(of.leader, asked(By.TEAM)).rows
    assert (team.name, team.figures.offers, team.figures.signed_in) == (of.team.name, 3, 120 * MINUTE)


@pytest.mark.clause("A2.4")
def test_a_talk_that_is_taken_up_again_after_a_reload_is_one_talk(of):
    before = reports.report(of.leader, asked(By.QUEUE)).whole.figures
    builders.arrive(of, "r", NINE + 56 * MINUTE)
    builders.offer(of, "r", of.second, NINE + 56 * MINUTE)
    begins, breaks, again, ends = (NINE + 56 * MINUTE + n * SECOND for n in (3, 63, 65, 125))
    of.tell(
        (Fact.OFFER_ENDED, begins, "r", of.second, {"offer": "r-1", "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, begins, "r", None, {"queue": of.queue.pk, "how": "answered"}),
        (Fact.TALK_BEGAN, begins, "r", of.second, {"offer": "r-1", "queue": of.queue.pk}),
        (Fact.TALK_ENDED, breaks, "r", of.second, {"who": "reload", "offer": "r-1"}),
        (Fact.TALK_BEGAN, again, "r", of.second, {"offer": "r-2", "queue": of.queue.pk}),
        (Fact.TALK_ENDED, ends, "r", of.second, {"who": "caller", "offer": "r-2"}),
        (Fact.CALL_ENDED, ends, "r", None, {"how": "talked"}),
    )
    whole = reports.report(of.leader, asked(By.QUEUE)).whole.figures
    assert (whole.talks, whole.talked) == (before.talks + 1, before.talked + 2 * MINUTE)
    for by in (By.QUEUE, By.PERSON):
        test_each_figure_opens_onto_exactly_what_it_counts(of, by)
    works = {int(row.key): row.figures for row in reports.report(of.leader, asked(By.PERSON)).rows}
    assert works[of.second.pk].talks == 2
    assert board._handled([of.second.pk], NINE + 60 * MINUTE) == {of.second.pk: 2}
    Segment.objects.filter(call__ref="r", kind="talk", how="caller").update(person=of.first)
    works = {int(row.key): row.figures for row in reports.report(of.leader, asked(By.PERSON)).rows}
    assert works[of.second.pk].talks == 2, "he did not come back: it was a talk of his"


def test_whom_a_person_calls_is_in_his_talks_and_in_no_queues_figures(of):
    before = reports.report(of.leader, asked(By.QUEUE)).whole.figures
    at, end = NINE + 58 * MINUTE, NINE + 59 * MINUTE
    data = {"number": "13900001111", "dialled": "", "queue": None, "came": at.isoformat(), "kind": "out"}
    offer = {"offer": "o-1", "queue": None, "role": "out", "lease": end.isoformat(), "candidates": [], "others": {}}
    of.tell(
        (Fact.CALL_ARRIVED, at, "o", of.second, data),
        (Fact.OFFER_MADE, at, "o", of.second, offer),
        (Fact.OFFER_ENDED, at, "o", of.second, {"offer": "o-1", "how": "taken"}),
        (Fact.TALK_BEGAN, at, "o", of.second, {"offer": "o-1", "queue": of.queue.pk}),
        (Fact.TALK_ENDED, end, "o", of.second, {"who": "caller", "offer": "o-1"}),
        (Fact.CALL_ENDED, end, "o", None, {"how": "talked"}),
    )
    Call.objects.filter(ref="o").update(queue=of.queue)
    Segment.objects.filter(call__ref="o").update(queue=of.queue)
    assert reports.report(of.leader, asked(By.QUEUE)).whole.figures == before
    works = {int(row.key): row.figures for row in reports.report(of.leader, asked(By.PERSON)).rows}
    second = works[of.second.pk]
    assert (second.offers, second.taken, second.talks) == (1, 1, 2)
    test_each_figure_opens_onto_exactly_what_it_counts(of, By.PERSON)
    test_each_figure_opens_onto_exactly_what_it_counts(of, By.HALF_HOUR)


@pytest.mark.clause("A3.2")
def test_what_goes_on_is_counted_up_to_now_and_not_to_midnight(of, client, monkeypatch):
    ten, now = NINE + 60 * MINUTE, NINE + 90 * MINUTE
    of.state(of.first, State.READY, ten)
    of.state(of.second, State.NOT_READY, ten, reason="rest")
    found = reports.report(of.leader, reports.asked({"by": "person"}, now))
    works = {int(row.key): row.figures for row in found.rows}
    assert [works[one.pk].signed_in for one in (of.first, of.second)] == [90 * MINUTE, 90 * MINUTE]
    assert works[of.first.pk].time("ready") < 90 * MINUTE
    assert works[of.second.pk].utilisation < 1
    assert found.whole.figures.signed_in == 180 * MINUTE
    yesterday = Asked(By.PERSON, DAY - timedelta(days=1), DAY - timedelta(days=1), at=now)
    assert reports.report(of.leader, yesterday).rows == []
    tomorrow = Asked(By.PERSON, DAY + timedelta(days=1), DAY + timedelta(days=1), at=now)
    assert reports.report(of.leader, tomorrow).rows == []
    monkeypatch.setattr(clock, "now", lambda: now)
    client.force_login(of.leader)
    query = {"by": "person", "since": DAY.isoformat(), "until": DAY.isoformat(), "format": "xlsx"}
    sheet = client.get(reverse("telephony:reports"), query).content
    assert b"<v>10800</v>" in ZipFile(BytesIO(sheet)).read("xl/worksheets/sheet1.xml"), "two people, 90 minutes each"


def handed_over(of):
    """A caller of the first queue is handed over to another one: each of the two has after-call work of his own."""
    other = setup.make_queue(centre=of.centre, code="heat", name="供热热线", by=of.system, at=people.AT)
    setup.set_members(queue_id=other.pk, persons=[of.second.pk], by=of.system, at=people.AT)
    at = NINE + 90 * MINUTE
    for person in (of.first, of.second):
        of.state(person, State.READY, at - MINUTE)
    builders.arrive(of, "t", at)
    name, moved, end = builders.offer(of, "t", of.first, at), at + 2 * MINUTE, at + 5 * MINUTE
    lease = (moved + MINUTE).isoformat()
    of.tell(
        (Fact.OFFER_ENDED, at + 3 * SECOND, "t", of.first, {"offer": name, "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, at + 3 * SECOND, "t", None, {"queue": of.queue.pk, "how": "answered"}),
        (Fact.AGENT_STATE, at + 3 * SECOND, "t", of.first, {"state": "talking"}),
        (Fact.TALK_BEGAN, at + 3 * SECOND, "t", of.first, {"offer": name, "queue": of.queue.pk}),
        (Fact.TALK_ENDED, moved, "t", of.first, {"who": "transfer", "offer": name}),
        (Fact.AGENT_STATE, moved, "t", of.first, {"state": "wrap_up", "due": end.isoformat()}),
        (Fact.QUEUE_ENTERED, moved, "t", None, {"queue": other.pk}),
        (Fact.AGENT_STATE, moved + 50 * SECOND, "", of.first, {"state": "ready"}),
        (Fact.OFFER_MADE, moved, "t", of.second, {
            "offer": "t-2", "queue": other.pk, "lease": lease, "candidates": [], "others": {},
        }),
        (Fact.OFFER_ENDED, moved + SECOND, "t", of.second, {"offer": "t-2", "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, moved + SECOND, "t", None, {"queue": other.pk, "how": "answered"}),
        (Fact.AGENT_STATE, moved + SECOND, "t", of.second, {"state": "talking"}),
        (Fact.TALK_BEGAN, moved + SECOND, "t", of.second, {"offer": "t-2", "queue": other.pk}),
        (Fact.TALK_ENDED, end, "t", of.second, {"who": "caller", "offer": "t-2"}),
        (Fact.CALL_ENDED, end, "t", None, {"how": "talked"}),
        (Fact.AGENT_STATE, end, "t", of.second, {"state": "wrap_up", "due": end.isoformat()}),
        (Fact.AGENT_STATE, end + 20 * SECOND, "", of.second, {"state": "offline"}),
        (Fact.AGENT_STATE, end + 20 * SECOND, "", of.first, {"state": "offline"}),
    )  # fmt: skip
    return other


@pytest.mark.clause("A2.4")
def test_after_call_work_stays_with_the_queue_of_its_own_talk(of):
    before = {row.key: row.figures.wrapped for row in reports.report(of.leader, asked(By.QUEUE)).rows}
    other = handed_over(of)
    after = {row.key: row.figures.wrapped for row in reports.report(of.leader, asked(By.QUEUE)).rows}
    assert after[str(of.queue.pk)] - before[str(of.queue.pk)] == 50 * SECOND
    assert after[str(other.pk)] == 20 * SECOND


@pytest.mark.clause("A2.4")
def test_by_person_with_a_queue_everything_is_of_that_queue(of, client):
    other = handed_over(of)
    works = {}
    for queue in (of.queue, other):
        found = reports.report(of.leader, asked(By.PERSON, queue=queue.pk))
        works[queue.pk] = {int(row.key): row.figures for row in found.rows}
        assert (found.whole.figures.occupancy, found.whole.figures.utilisation) == (None, None)
    assert set(works[other.pk]) == {of.second.pk}, "who has nothing to do with a queue does not stand in its figures"
    second = works[other.pk][of.second.pk]
    assert (second.talks, second.wrapped, second.average_wrap_up) == (1, 20 * SECOND, 20 * SECOND)
    assert works[of.queue.pk][of.first.pk].wrapped == 80 * SECOND
    assert works[of.queue.pk][of.second.pk].wrapped == 30 * SECOND
    client.force_login(of.leader)
    query = {"by": "person", "since": DAY.isoformat(), "until": DAY.isoformat()}
    for chosen, shown in (({}, True), ({"queue": other.pk}, False)):
        text = client.get(reverse("telephony:reports"), {**query, **chosen}).content.decode()
        assert ("占用率" in text) is shown
        assert ("利用率" in text) is shown


def reports_share(work: Work):
    from fractions import Fraction  # noqa: PLC0415 (one place)

    busy = work.busy // SECOND
    return Fraction(busy, busy + work.time("ready") // SECOND)


@pytest.mark.parametrize("by", list(By))
def test_each_figure_opens_onto_exactly_what_it_counts(of, by):
    found = reports.report(of.leader, asked(by))
    for row in [*found.rows, found.whole]:
        counts = figures_of(row.figures)
        for figure, count in counts.items():
            rows, whole = reports.behind(of.leader, asked(by), figure, row.key)
            assert whole == rows.count() == count, (by, row.name, figure)


def figures_of(figures):
    if isinstance(figures, Work):
        return {
            Figure.OFFERS: figures.offers, Figure.TAKEN: figures.taken, Figure.MISSED: figures.missed,
            Figure.REFUSED: figures.refused, Figure.TALKS: figures.talks, Figure.TRANSFERS: figures.transfers,
        }  # fmt: skip
    return {
        Figure.OFFERED: figures.tally.offered, Figure.ANSWERED: figures.tally.answered,
        Figure.ABANDONED: figures.tally.abandoned, Figure.OTHERWISE: figures.tally.left_otherwise,
        Figure.CALLBACKS: figures.callbacks, Figure.CALLBACKS_KEPT: figures.callbacks_kept,
        Figure.TALKS: figures.talks, Figure.TRANSFERS: figures.transfers,
    }  # fmt: skip


def test_the_log_rebuilt_from_its_events_gives_the_same_figures(of):
    from hotline.telephony.services import journal  # noqa: PLC0415

    before = [reports.report(of.leader, asked(by)) for by in By]
    for call in Call.objects.filter(centre=of.centre):
        journal.rebuild(call_id=call.pk, by=of.system, at=NINE)
    assert [reports.report(of.leader, asked(by)) for by in By] == before


def test_a_team_leader_sees_the_people_of_his_team_and_an_operator_no_report(of, client):
    other = people.person(of.centre, position=Position.TEAM_LEADER, unit=people.unit(of.centre))
    assert reports.report(other, asked(By.PERSON)).rows == []
    assert len(reports.report(of.head, asked(By.PERSON)).rows) == 2
    client.force_login(of.first)
    assert client.get(reverse("telephony:reports")).status_code == 403


@pytest.mark.parametrize("by", list(By))
def test_pages_and_workbook(of, client, by, django_assert_max_num_queries):
    client.force_login(of.leader)
    query = {"by": by.value, "since": DAY.isoformat(), "until": DAY.isoformat()}
    with django_assert_max_num_queries(30):
        text = client.get(reverse("telephony:reports"), query).content.decode()
    for said in ("合计", "平均通话", "处理时长"):
        assert said in text, said
    book = client.get(reverse("telephony:reports"), {**query, "format": "xlsx"})
    assert book.headers["Content-Disposition"].endswith('.xlsx"')
    sheet = ZipFile(BytesIO(book.content)).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") >= 3
    figure = "offers" if by in {By.PERSON, By.TEAM} else "offered"
    listed = client.get(reverse("telephony:report_calls"), {**query, "figure": figure}).content.decode()
    assert "139****1234" in listed
    assert client.get(reverse("telephony:report_calls"), {**query, "figure": "nonsense"}).status_code == 404
    wrong = client.get(reverse("telephony:report_calls"), {**query, "figure": figure, "key": "nonsense"})
    assert wrong.status_code == 404


@pytest.mark.parametrize(
    ("by", "since", "days", "cut"), [(By.DAY, 0, 1, False), (By.DAY, -200, 92, True), (By.HALF_HOUR, -9, 3, True)]
)
def test_a_period_is_bounded(by, since, days, cut):
    first, last, was_cut = period(DAY + timedelta(days=since), DAY, by)
    assert ((last - first).days + 1, was_cut) == (days, cut)


def test_stays_of_a_day_are_found_by_the_index(of):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = reports._stay_rows([of.queue.pk], asked(By.DAY)).explain()
    assert "telephony_segment_queue" in plan
    assert clock.wall(DAY) < NINE
