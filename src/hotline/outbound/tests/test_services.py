"""Campaigns on PostgreSQL: lists, fifty at once, who must not be called, hours, tries, appointments, what was said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from hotline.cases.logic.tables import Bad
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.outbound.handlers import person_left
from hotline.outbound.jobs import look_at_all
from hotline.outbound.logic.scripts import Field
from hotline.outbound.logic.words import Kind, Outcome, Source, Standing
from hotline.outbound.models import Answers, Attempt, Batch, Crew, DoNotCall, Look, Record, Script
from hotline.outbound.queries import figures, work
from hotline.outbound.services import barred, campaigns, lists
from hotline.outbound.services import work as calls
from hotline.outbound.tests import builders as b
from hotline.people.events import PersonLeft
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.promises.models import Promise
from hotline.rosters.models import CalendarDay, DayKind
from hotline.rosters.queries import duty
from hotline.telephony.queries import dialling

pytestmark = pytest.mark.django_db
NINE, MINUTE, HOUR, DAY = b.NINE, b.MINUTE, b.HOUR, b.DAY


@pytest.fixture(autouse=True)
def _calendar():
    """What a test has written into the calendar ends with it."""
    yield
    duty.forget_calendar()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def notes(error):
    return [refusal.note for refusal in error.value.refusals]


# ---------------------------------------------------------------- lists


@pytest.mark.clause("A3.14")
def test_a_list_is_taken_in_once_and_a_second_time_changes_nothing():
    of = b.house(5)
    again = lists.take_in(campaign_id=of.campaign.pk, name="名单.csv", content=b.numbers(5), by=of.owner, at=NINE)
    assert (again.added, again.known, again.rows) == (0, 5, 5)
    assert (Batch.objects.count(), len(of.records())) == (1, 5)
    more = lists.take_in(campaign_id=of.campaign.pk, name="b.csv", content=b.numbers(4, 3), by=of.owner, at=NINE)
    assert (more.added, more.known) == (2, 2)
    assert fresh(of.campaign).columns == ["小区"]


@pytest.mark.clause("A3.14")
def test_a_list_with_one_bad_row_is_refused_whole():
    of = b.house(2)
    content = b.numbers(3, 10) + "\n坏,12,x".encode()
    with pytest.raises(lists.Faulty) as error:
        lists.take_in(campaign_id=of.campaign.pk, name="a.csv", content=content, by=of.owner, at=NINE)
    assert [(fault.line, fault.column) for fault in error.value.faults] == [(5, "number")]
    with pytest.raises(Bad):
        lists.take_in(campaign_id=of.campaign.pk, name="a.xlsx", content=content, by=of.owner, at=NINE)
    assert len(of.records()) == 2


@pytest.mark.clause("A3.14")
def test_numbers_that_must_not_be_called_are_left_out_of_a_list():
    of = b.house(0, start=False)
    barred.bar(number="13900000001", reason="投诉", source=Source.COMPLAINT, by=of.agent, at=NINE)
    barred.bar(number="13900000002", reason="过期", source=Source.CENTRE, until=DAY, by=of.agent, at=NINE - 24 * HOUR)
    found = lists.take_in(
        campaign_id=of.campaign.pk, name="a.csv", content=b.numbers(4), by=of.owner, at=NINE + 24 * HOUR
    )
    assert (found.added, found.barred) == (3, 1)


# ---------------------------------------------------------------- the next one


@pytest.mark.clause("A3.14")
def test_who_was_not_called_before_comes_in_the_order_of_the_list_and_one_at_a_time():
    of = b.house(3)
    first = b.taken(of)
    assert first.pk == of.records()[0].pk
    assert b.taken(of).pk == first.pk  # asked again, the same
    assert b.taken(of, of.second).pk == of.records()[1].pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=of.records()[2].pk).update(status="taken", taken_by=of.agent, taken_at=NINE)


@pytest.mark.clause("A3.14")
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_never_get_the_same_one():
    of = b.house(60)
    team = of.agent.posts.get().unit
    crowd = [people.person(position=Position.AGENT, unit=team) for _ in range(50)]
    members = {person.pk: None for person in crowd}
    campaigns.set_crew(campaign_id=of.campaign.pk, among=list(members), members=members, by=of.owner, at=NINE)

    def take(person):
        try:
            found = calls.take_next(campaign_id=of.campaign.pk, by=person, at=NINE)
            again = calls.take_next(campaign_id=of.campaign.pk, by=person, at=NINE)
            return (found.pk, again.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(take, crowd))
    assert all(first == second for first, second in found)
    assert len({first for first, _second in found}) == 50
    assert Record.objects.filter(status="taken").count() == 50


@pytest.mark.clause("A3.14")
def test_only_who_works_in_the_campaign_and_has_signed_may_call(monkeypatch):
    of = b.house(2)
    stranger = people.person(position=Position.AGENT, unit=of.agent.posts.get().unit)
    for person in (stranger, of.owner, of.supervisor):
        with pytest.raises(NotAllowed):
            calls.take_next(campaign_id=of.campaign.pk, by=person, at=NINE)
    Crew.objects.filter(person=of.agent).update(is_active=False)
    with pytest.raises(NotAllowed):
        calls.take_next(campaign_id=of.campaign.pk, by=of.agent, at=NINE)


@pytest.mark.clause("A3.14")
@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (NINE - MINUTE, "Calls are made"),
        (NINE + 11 * HOUR, "Calls are made"),
        (datetime(2026, 3, 14, 2, 0, tzinfo=UTC), "days of rest"),
        (datetime(2026, 3, 10, 2, 0, tzinfo=UTC), "public holiday"),
        (datetime(2026, 4, 1, 2, 0, tzinfo=UTC), "last day"),
    ],
)
def test_outside_the_hours_nobody_is_handed_out_and_nobody_dialled(moment, says):
    of = b.house(2)
    CalendarDay.objects.create(day=date(2026, 3, 10), kind=DayKind.STATUTORY, name="节日")
    duty.forget_calendar()  # written past its service
    with pytest.raises(Refused) as error:
        calls.take_next(campaign_id=of.campaign.pk, by=of.agent, at=moment)
    assert says in notes(error)[0]
    held = b.taken(of)
    with pytest.raises(Refused):
        calls.dial(record_id=held.pk, by=of.agent, at=moment)
    assert not Attempt.objects.exists()


def test_a_paused_campaign_hands_nobody_out_and_lets_the_one_in_hand_be_finished():
    of = b.house(3)
    held = b.taken(of)
    calls.dial(record_id=held.pk, by=of.agent, at=NINE)
    campaigns.pause(campaign_id=of.campaign.pk, note="系统维护", by=of.owner, at=NINE)
    with pytest.raises(Refused):
        calls.take_next(campaign_id=of.campaign.pk, by=of.second, at=NINE)
    with pytest.raises(Refused):
        campaigns.close(campaign_id=of.campaign.pk, by=of.owner, at=NINE)
    b.finished(of, held, Outcome.REFUSED)
    campaigns.close(campaign_id=of.campaign.pk, by=of.owner, at=NINE)
    for act in (campaigns.start, campaigns.pause, campaigns.close):
        with pytest.raises(Refused):
            act(campaign_id=of.campaign.pk, by=of.owner, at=NINE)


# ---------------------------------------------------------------- who must not be called


@pytest.mark.clause("A3.14")
def test_whoever_must_not_be_called_leaves_the_list_when_he_is_met():
    of = b.house(3)
    barred.bar(number="+86 139 0000 0000", reason="本人要求", source=Source.CUSTOMER, by=of.agent, at=NINE)
    assert b.taken(of).pk == of.records()[1].pk
    assert of.records()[0].status == Standing.BARRED


@pytest.mark.clause("A3.14")
def test_he_is_asked_for_once_more_at_the_dialling():
    of = b.house(1)
    held = b.taken(of)
    barred.bar(number=held.e164, reason="投诉", source=Source.COMPLAINT, by=of.second, at=NINE)
    with pytest.raises(Refused):
        calls.dial(record_id=held.pk, by=of.agent, at=NINE)
    calls.give_back(record_id=held.pk, by=of.agent, at=NINE)
    assert calls.take_next(campaign_id=of.campaign.pk, by=of.agent, at=NINE) is None
    assert fresh(held).status == Standing.BARRED


@pytest.mark.clause("A3.14")
def test_who_says_so_in_a_call_is_called_by_no_campaign():
    of = b.house(2)
    done = b.called(of, Outcome.BARRED, note="骚扰")
    row = DoNotCall.objects.get(centre=of.centre)
    assert (row.e164, row.reason, row.source, row.until) == (done.e164, "骚扰", Source.CUSTOMER, None)
    assert fresh(done).status == Standing.BARRED


@pytest.mark.clause("A3.14")
def test_a_bar_of_every_call_binds_calls_outside_campaigns_too():
    of = b.house(1)
    barred.bar(number="13900000007", reason="律师函", source=Source.CUSTOMER, is_total=True, by=of.agent, at=NINE)
    barred.bar(number="13900000008", reason="不做调查", source=Source.CUSTOMER, by=of.agent, at=NINE)
    found = dialling.refusal(of.agent, "+8613900000007", NINE)
    assert found is not None
    assert found.params["reason"] == "律师函"
    assert dialling.refusal(of.agent, "+8613900000008", NINE) is None


def test_a_bar_is_made_longer_never_shorter_and_lifted_by_the_centre_alone():
    of = b.house(1)
    until = date(2026, 6, 1)
    row = barred.bar(number="13900000009", reason="短期", source=Source.CENTRE, until=until, by=of.agent, at=NINE)
    for shorter in (date(2026, 4, 1), until):
        barred.bar(number="13900000009", reason="更短", source=Source.CENTRE, until=shorter, by=of.agent, at=NINE)
    assert fresh(row).until == until
    barred.bar(number="13900000009", reason="永久", source=Source.CUSTOMER, by=of.agent, at=NINE)
    assert (fresh(row).until, fresh(row).reason) == (None, "永久")
    with pytest.raises(NotAllowed):
        barred.lift(row_id=row.pk, reason="误登", by=of.owner, at=NINE)
    with pytest.raises(Refused):
        barred.lift(row_id=row.pk, reason=" ", by=of.supervisor, at=NINE)
    barred.lift(row_id=row.pk, reason="误登", by=of.supervisor, at=NINE)
    assert not work.is_barred(of.centre.pk, row.e164, DAY)
    assert barred.bar(number="13900000009", reason="再次", source=Source.CUSTOMER, by=of.agent, at=NINE).pk != row.pk


def test_a_whole_list_of_numbers_all_or_none():
    of = b.house(1)
    good = "电话,原因,截止\n13900000000,监管名单,\n13900000007,监管名单,2026-12-31".encode()
    assert barred.take_in(name="b.csv", content=good, source=Source.AUTHORITY, by=of.owner, at=NINE) == (2, 2)
    assert barred.take_in(name="b.csv", content=good, source=Source.AUTHORITY, by=of.owner, at=NINE + HOUR) == (2, 0)
    bad = "电话,原因\n13900000011,甲\n12,乙".encode()
    with pytest.raises(lists.Faulty):
        barred.take_in(name="b.csv", content=bad, source=Source.AUTHORITY, by=of.owner, at=NINE)
    assert DoNotCall.objects.count() == 2


# ---------------------------------------------------------------- tries


@pytest.mark.clause("A3.14")
def test_whoever_is_not_reached_is_tried_again_by_its_rule_until_the_last_try():
    of = b.house(1, most_tries=3)
    record = of.records()[0]
    at = NINE
    for number in (1, 2):
        b.called(of, Outcome.RETRY, at=at)
        again = fresh(record)
        assert (again.status, again.tries) == (Standing.WAITING, number)
        assert again.next_at == at + MINUTE + 120 * MINUTE
        assert calls.take_next(campaign_id=of.campaign.pk, by=of.agent, at=again.next_at - MINUTE) is None
        at = again.next_at
    b.called(of, Outcome.RETRY, at=at)
    assert fresh(record).status == Standing.UNREACHED


def test_a_retry_after_closing_time_waits_for_the_next_opening():
    of = b.house(1)
    at = NINE + 10 * HOUR  # 19:00; two hours later nobody is called any more
    b.called(of, Outcome.RETRY, at=at)
    assert fresh(of.records()[0]).next_at == NINE + 24 * HOUR


@pytest.mark.clause("A3.14")
def test_a_number_is_tried_only_so_often_a_day_whatever_the_campaigns():
    of = b.house(2, most_tries=9)
    endings = work.dispositions(of.campaign)
    busy = next(one for one in endings if one.retry_after == 15)
    of.endings[Outcome.RETRY] = busy
    at = NINE
    first = of.records()[0]
    for _number in range(3):
        record = b.taken(of, at=at)
        assert record.pk == first.pk
        b.finished(of, record, Outcome.RETRY, at=at)
        at += 20 * MINUTE
        Record.objects.exclude(pk=first.pk).update(next_at=at + HOUR)
    assert calls.take_next(campaign_id=of.campaign.pk, by=of.agent, at=at) is None
    assert fresh(first).next_at == NINE + 24 * HOUR


def test_an_abandoned_call_counts_and_is_tried_again():
    of = b.house(1)
    b.called(of, Outcome.DROPPED)
    attempt = Attempt.objects.get()
    assert (attempt.is_abandoned, attempt.is_reached) == (True, False)
    assert figures.abandonment(of.campaign, NINE + HOUR) == (1, 1)
    assert figures.abandonment(of.campaign, NINE + 25 * HOUR) == (0, 0)
    assert figures.progress(of.campaign, NINE + HOUR).over_cap


# ---------------------------------------------------------------- what was said


@pytest.mark.clause("A3.14")
def test_a_completed_call_needs_its_answers_and_keeps_them_with_their_version():
    of = b.house(2)
    record = b.taken(of)
    with pytest.raises(Refused) as error:
        calls.settle(record_id=record.pk, said=calls.Said(of.endings[Outcome.DONE].pk), by=of.agent, at=NINE)
    assert "Dial first" in notes(error)[0]
    calls.dial(record_id=record.pk, by=of.agent, at=NINE)
    with pytest.raises(Refused) as error:
        calls.settle(record_id=record.pk, said=calls.Said(of.endings[Outcome.DONE].pk), by=of.agent, at=NINE)
    assert [refusal.params["field"] for refusal in error.value.refusals] == ["f1"]
    on_page = work.script_of(of.campaign)
    campaigns.write_script(
        campaign_id=of.campaign.pk,
        text="新版",
        fields=[Field("", "新问题", Kind.TEXT, required=True)],
        by=of.owner,
        at=NINE,
    )
    typed = {"f1": ["满意"], "f2": ["42"], "f3": ["yes"], "f9": ["外来"]}
    said = calls.Said(of.endings[Outcome.DONE].pk, on_page.pk, typed, "谢谢")
    calls.settle(record_id=record.pk, said=said, by=of.agent, at=NINE + MINUTE)
    answers = Answers.objects.get()
    assert (answers.script.version, answers.values) == (1, {"f1": "满意", "f2": 42, "f3": True})
    assert Attempt.objects.get().is_done
    assert fresh(record).status == Standing.DONE
    with pytest.raises(Refused):
        calls.settle(record_id=record.pk, said=said, by=of.agent, at=NINE + MINUTE)


def test_the_same_script_again_is_no_new_version_and_a_form_without_sense_is_refused():
    of = b.house(1)
    text = work.script_of(of.campaign).text
    same = campaigns.write_script(campaign_id=of.campaign.pk, text=text, fields=b.FIELDS, by=of.owner, at=NINE)
    assert (same.version, Script.objects.count()) == (1, 1)
    wrong = [Field("", "选", Kind.CHOICE, options=("一",))]
    with pytest.raises(Refused):
        campaigns.write_script(campaign_id=of.campaign.pk, text=text, fields=wrong, by=of.owner, at=NINE)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Script.objects.update(text="改")


@pytest.mark.clause("A3.14")
@pytest.mark.clause("A2.16")
def test_an_appointment_is_a_promise_comes_first_and_to_the_one_who_made_it():
    of = b.house(4)
    due = NINE + 3 * HOUR
    record = b.called(of, Outcome.LATER, appointment=due, typed={"f2": ["42"]})
    row = fresh(record)
    assert (row.status, row.next_at, row.promised_to) == (Standing.WAITING, due, of.agent)
    assert (row.promise.due_at, row.promise.owner, row.promise.status) == (due + 30 * MINUTE, of.agent, "open")
    assert "139****0000" in row.promise.what
    assert b.taken(of, of.second, due).pk != row.pk  # kept for the one who promised
    assert work.appointments(of.agent) == [row]
    mine = b.taken(of, at=due)
    assert mine.pk == row.pk
    b.finished(of, mine, Outcome.RETRY, at=due)
    assert Promise.objects.get().status == "kept"
    assert (fresh(row).promised_to, fresh(row).appointment_at) == (None, None)


@pytest.mark.clause("A3.14")
def test_an_appointment_for_anybody_and_one_that_was_left_go_to_whoever_is_free():
    of = b.house(4)
    due = NINE + 3 * HOUR
    everybodys = b.called(of, Outcome.LATER, appointment=due, is_own=False)
    own = b.called(of, Outcome.LATER, of.agent, appointment=due)
    assert everybodys.promise.owner is None
    assert b.taken(of, of.second, due).pk == everybodys.pk
    b.finished(of, fresh(everybodys), Outcome.DONE, of.second, due)
    assert Promise.objects.get(pk=everybodys.promise.pk).status == "kept"
    late = due + 31 * MINUTE
    assert b.taken(of, of.second, late).pk == own.pk
    b.finished(of, fresh(own), Outcome.LATER, of.second, late, appointment=late + HOUR)
    before, after = Promise.objects.order_by("pk")[1:]
    assert (before.status, before.settled_how, after.owner) == ("missed", "contact", of.second)


def test_what_comes_next_is_told_by_the_same_rule_that_gives_it():
    of = b.house(1)
    due = NINE + 2 * HOUR
    b.called(of, Outcome.LATER, appointment=due)
    kept = due + 30 * MINUTE
    for at, moment in ((NINE, kept), (due, kept), (kept, due)):
        assert work.next_due(of.campaign, of.second, at) == moment
        assert work.next_due(of.campaign, of.agent, at) == due
        given = calls.take_next(campaign_id=of.campaign.pk, by=of.second, at=at)
        assert (given is not None) == (moment <= at)


@pytest.mark.clause("A2.16")
def test_what_was_promised_to_a_number_that_was_barred_meanwhile_is_owed_no_longer():
    of = b.house(1)
    due = NINE + 2 * HOUR
    record = b.called(of, Outcome.LATER, appointment=due)
    barred.bar(number=record.e164, reason="投诉", source=Source.CUSTOMER, by=of.supervisor, at=NINE + HOUR)
    assert calls.take_next(campaign_id=of.campaign.pk, by=of.agent, at=due) is None
    record = fresh(record)
    assert record.status == Standing.BARRED
    assert (record.promise.status, record.promise.is_owed) == ("withdrawn", False)
    assert record.promise.status_note == "该号码禁呼。"


@pytest.mark.parametrize(
    "moment",
    [None, NINE - MINUTE, NINE + 12 * HOUR, NINE + 5 * 24 * HOUR, NINE + 100 * 24 * HOUR],
)
def test_an_appointment_without_sense_is_refused_and_the_call_stays_open(moment):
    of = b.house(1)
    record = b.taken(of)
    with pytest.raises(Refused) as error:
        b.finished(of, record, Outcome.LATER, appointment=moment)
    assert error.value.refusals[0].params["field"] == "appointment"
    assert work.open_attempt(record) is not None
    assert not Promise.objects.exists()


def test_what_was_promised_by_somebody_who_left_goes_to_everybody():
    of = b.house(2)
    record = b.called(of, Outcome.LATER, appointment=NINE + 3 * HOUR)
    person_left(PersonLeft(of.agent.pk, of.centre.pk), at=NINE + HOUR)
    assert fresh(record).promised_to is None
    assert not Crew.objects.get(campaign=of.campaign, person=of.agent).is_active


# ---------------------------------------------------------------- put back, left, looked at


def test_put_back_before_dialling_only():
    of = b.house(2)
    record = b.taken(of)
    calls.give_back(record_id=record.pk, by=of.agent, at=NINE)
    assert (fresh(record).status, fresh(record).tries) == (Standing.WAITING, 0)
    again = b.taken(of)
    calls.dial(record_id=again.pk, by=of.agent, at=NINE)
    assert calls.dial(record_id=again.pk, by=of.agent, at=NINE + MINUTE).number == 1  # the same call
    with pytest.raises(Refused):
        calls.give_back(record_id=again.pk, by=of.agent, at=NINE)
    with pytest.raises(Refused):
        calls.dial(record_id=again.pk, by=of.second, at=NINE)


def test_whoever_is_left_in_somebodys_hands_is_taken_back():
    of = b.house(2)
    looked, dialled = b.taken(of), b.taken(of, of.second)
    calls.dial(record_id=dialled.pk, by=of.second, at=NINE)
    look_at_all(NINE + 29 * MINUTE)
    assert fresh(looked).status == Standing.TAKEN
    look_at_all(NINE + 31 * MINUTE)
    assert (fresh(looked).status, fresh(dialled).status) == (Standing.WAITING, Standing.WAITING)
    assert fresh(dialled).next_at == NINE + 91 * MINUTE
    attempt = Attempt.objects.get()
    assert (attempt.ended_at, attempt.disposition) == (NINE + 31 * MINUTE, None)


@pytest.mark.clause("A3.6")
def test_every_whole_number_that_is_seen_is_in_the_log_and_looks_have_a_limit(monkeypatch):
    of = b.house(3)
    record = b.taken(of)
    calls.dial(record_id=record.pk, by=of.agent, at=NINE)
    assert [(look.person, look.reason) for look in Look.objects.all()] == [(of.agent, "")]
    other = of.records()[2]
    with pytest.raises(NotAllowed):
        calls.reveal(record_id=other.pk, reason="看看", by=of.agent, at=NINE)
    with pytest.raises(Refused):
        calls.reveal(record_id=other.pk, reason=" ", by=of.owner, at=NINE)
    assert calls.reveal(record_id=other.pk, reason="核对名单", by=of.owner, at=NINE) == "13900000002"
    for _number in range(29):
        calls.reveal(record_id=other.pk, reason="核对名单", by=of.owner, at=NINE)
    with pytest.raises(Refused):
        calls.reveal(record_id=other.pk, reason="核对名单", by=of.owner, at=NINE)
