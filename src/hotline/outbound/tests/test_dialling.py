"""The exchange dials for whoever is on the line of a campaign; what it says of its calls; what must never be."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.outbound.jobs import look_at_all
from hotline.outbound.logic.line import Line
from hotline.outbound.logic.pacing import Hold
from hotline.outbound.logic.words import Dialled, Mode, Outcome, Source, Standing
from hotline.outbound.models import Attempt, Look, Record, Stint
from hotline.outbound.queries import figures, line
from hotline.outbound.services import barred, campaigns, dialling, work
from hotline.outbound.tests import builders as b
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Leader, Wish, WishKind
from hotline.telephony.tests import builders as telephony

pytestmark = pytest.mark.django_db
NINE, SECOND, MINUTE, HOUR = b.NINE, b.SECOND, b.MINUTE, b.HOUR


@pytest.fixture
def of():
    return b.house(6, mode=Mode.PROGRESSIVE, pause_seconds=20)


@pytest.fixture
def floor(of):
    return exchange(of)


def exchange(of, at=NINE):
    """An exchange that lives; both agents sit at telephones that are ready."""
    floor = telephony.house(of.centre)
    alive(of, at)
    for person in (of.agent, of.second):
        floor.state(person, State.READY, at - MINUTE)
    return floor


def alive(of, at):
    Leader.objects.filter(centre=of.centre).update(beat_at=at)


def on_line(of, person=None, at=NINE):
    return dialling.enter(campaign_id=of.campaign.pk, by=person or of.agent, at=at)


def next_one(of, person=None, at=NINE):
    alive(of, at)
    return dialling.dial_next(by=person or of.agent, at=at)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def begins(floor, attempt, at):
    """The ACD has taken the wish: his own telephone rings, he picks up, the number is dialled."""
    Wish.objects.filter(taken_at__isnull=True).update(taken_at=at)
    ref, person = attempt.call_ref, attempt.by
    floor.tell(
        (Fact.CALL_ARRIVED, at, ref, person, {"number": attempt.e164, "queue": None, "kind": "out"}),
        (Fact.OFFER_MADE, at, ref, person, {"offer": f"{ref}-1", "queue": None, "role": "out",
                                            "lease": (at + MINUTE).isoformat()}),
        (Fact.AGENT_STATE, at, ref, person, {"state": "ringing"}),
    )  # fmt: skip


def dials(floor, attempt, at):
    ref, person = attempt.call_ref, attempt.by
    floor.tell(
        (Fact.OFFER_ENDED, at, ref, person, {"offer": f"{ref}-1", "how": "taken"}),
        (Fact.AGENT_STATE, at, ref, person, {"state": "talking"}),
        (Fact.CALLBACK_DIALLED, at, ref, person, {"offer": f"{ref}-1", "number": attempt.e164}),
    )


def fails(floor, attempt, why, at):
    ref, person = attempt.call_ref, attempt.by
    floor.tell(
        (Fact.CALLBACK_FAILED, at, ref, None, {"why": why}),
        (Fact.CALL_ENDED, at, ref, None, {"how": "not_reached"}),
        (Fact.AGENT_STATE, at, ref, person, {"state": "wrap_up", "due": (at + MINUTE).isoformat()}),
    )


def given_up(floor, attempt, at):
    ref, person = attempt.call_ref, attempt.by
    floor.tell(
        (Fact.OFFER_ENDED, at, ref, person, {"offer": f"{ref}-1", "how": "no_answer"}),
        (Fact.CALL_ENDED, at, ref, None, {"how": "given_up"}),
        (Fact.AGENT_STATE, at, "", person, {"state": "ready"}),
    )


def settled(of, record, outcome, at, **said):
    told = work.Said(disposition=of.endings[outcome].pk, **said)
    return work.settle(record_id=record.pk, said=told, by=record.taken_by, at=at)


# ---------------------------------------------------------------- on the line


@pytest.mark.clause("A3.14")
@pytest.mark.usefixtures("floor")
def test_whoever_is_on_the_line_gets_the_next_one_dialled_at_once(of):
    on_line(of)
    turn = next_one(of)
    assert turn.record is not None
    attempt = Attempt.objects.get()
    wish = Wish.objects.get(kind=WishKind.CALL_OUT)
    assert (attempt.how, attempt.call_ref) == (Dialled.EXCHANGE, f"o{wish.pk}")
    assert (wish.person, wish.data) == (of.agent, {"number": turn.record.e164})
    assert not Look.objects.exists(), "nobody saw the number"
    again = next_one(of)
    assert (again.hold, again.record.pk) == (Hold.IN_HAND, turn.record.pk)
    assert Attempt.objects.count() == 1


@pytest.mark.clause("A3.14")
def test_the_end_of_the_line_is_proposed_and_then_comes_the_pause(of, floor):
    on_line(of)
    record = next_one(of).record
    attempt = Attempt.objects.get()
    assert line.line_of(attempt, NINE) is Line.ASKED
    begins(floor, attempt, NINE + SECOND)
    assert line.line_of(attempt, NINE + MINUTE) is Line.OWN
    dials(floor, attempt, NINE + 2 * SECOND)
    assert line.line_of(attempt, NINE + MINUTE) is Line.DIALLING
    end = NINE + 20 * SECOND
    fails(floor, attempt, "busy", end)
    stands = line.line_of(attempt, end)
    assert stands is Line.BUSY
    busy = line.proposed(stands, list(of.campaign.dispositions.all()))
    assert busy is not None
    assert busy.name == "占线"
    work.settle(record_id=record.pk, said=work.Said(busy.pk), by=of.agent, at=end)
    assert next_one(of, at=end + 19 * SECOND).hold is Hold.PAUSE
    # his telephone still does the after-call work of this very call: the campaign's pause is what counts
    assert next_one(of, at=end + 20 * SECOND).record is not None


@pytest.mark.clause("A3.14")
def test_nobody_is_taken_back_while_the_exchange_still_talks_to_him(of, floor):
    on_line(of)
    record = next_one(of).record
    attempt = Attempt.objects.get()
    begins(floor, attempt, NINE + SECOND)
    dials(floor, attempt, NINE + 2 * SECOND)
    floor.tell((Fact.TALK_BEGAN, NINE + MINUTE, attempt.call_ref, of.agent, {"offer": f"{attempt.call_ref}-1"}))
    for minutes in (31, 59):
        look_at_all(NINE + minutes * MINUTE)
        assert (fresh(record).status, fresh(attempt).ended_at) == (Standing.TAKEN, None)
    end = NINE + 60 * MINUTE
    floor.tell((Fact.CALL_ENDED, end, attempt.call_ref, None, {"how": "talked"}))
    look_at_all(end + MINUTE)
    assert fresh(record).status == Standing.TAKEN, "he has time to say what came of it"
    look_at_all(end + 40 * MINUTE)
    assert fresh(record).status == Standing.WAITING


def test_after_call_work_of_another_call_is_left_to_its_end(of, floor):
    on_line(of)
    floor.state(of.agent, State.WRAP_UP, NINE, call="c1", due=(NINE + MINUTE).isoformat())
    assert next_one(of, at=NINE + SECOND).hold is Hold.BUSY
    floor.state(of.agent, State.NOT_READY, NINE + 2 * SECOND)
    assert next_one(of, at=NINE + 3 * SECOND).hold is Hold.NOT_READY
    floor.state(of.agent, State.OFFLINE, NINE + 4 * SECOND)
    assert next_one(of, at=NINE + 5 * SECOND).hold is Hold.OFFLINE
    assert not Attempt.objects.exists()


@pytest.mark.usefixtures("floor")
def test_without_an_exchange_nobody_is_taken(of):
    on_line(of)
    assert dialling.dial_next(by=of.agent, at=NINE + MINUTE).hold is Hold.NO_EXCHANGE
    assert not Record.objects.filter(status=Standing.TAKEN).exists()


@pytest.mark.clause("A3.14")
def test_a_telephone_that_its_person_does_not_pick_up_is_no_try(of, floor):
    on_line(of)
    record = next_one(of).record
    attempt = Attempt.objects.get()
    begins(floor, attempt, NINE + SECOND)
    given_up(floor, attempt, NINE + 20 * SECOND)
    at = NINE + 21 * SECOND
    assert line.line_of(attempt, at) is Line.NOT_CALLED
    assert next_one(of, at=at).hold is Hold.IN_HAND, "nobody else is called behind his back"
    with pytest.raises(Refused):
        settled(of, record, Outcome.RETRY, at)
    second = dialling.call(record_id=record.pk, by=of.agent, at=at)
    assert (fresh(attempt).is_void, fresh(record).tries, second.number) == (True, 1, 2)
    begins(floor, second, at + SECOND)
    given_up(floor, second, at + 20 * SECOND)
    work.give_back(record_id=record.pk, by=of.agent, at=at + 21 * SECOND)
    assert (fresh(record).status, fresh(record).tries) == (Standing.WAITING, 0)
    assert figures.progress(of.campaign, at + MINUTE).calls == 0


@pytest.mark.clause("A3.14")
def test_who_must_not_be_called_is_asked_at_the_dialling(of, floor):
    on_line(of)
    first, second = of.records()[:2]
    barred.bar(number=first.e164, reason="投诉", source=Source.COMPLAINT, by=of.second, at=NINE)
    assert next_one(of).record.pk == second.pk
    assert fresh(first).status == Standing.BARRED
    on_line(of, of.second)
    held = work.take_next(campaign_id=of.campaign.pk, by=of.second, at=NINE)
    barred.bar(number=held.e164, reason="投诉", source=Source.COMPLAINT, by=of.agent, at=NINE)
    with pytest.raises(Refused):
        dialling.call(record_id=held.pk, by=of.second, at=NINE)
    assert Wish.objects.filter(person=of.second, kind=WishKind.CALL_OUT).count() == 0, (
        "the exchange hears nothing of it"
    )


@pytest.mark.usefixtures("floor")
def test_a_number_that_the_house_never_calls_leaves_the_list(of):
    Record.objects.filter(pk=of.records()[0].pk).update(e164="+85223456789")
    on_line(of)
    assert next_one(of).record.pk == of.records()[1].pk
    gone = of.records()[0]
    assert (gone.status, gone.status_note) == (Standing.BARRED, "Numbers abroad are not called from here.")


# ---------------------------------------------------------------- it ends


@pytest.mark.clause("A3.14")
@pytest.mark.usefixtures("floor")
def test_the_line_ends_at_closing_time_at_a_pause_and_when_one_leaves(of):
    stint = on_line(of)
    late = NINE + 11 * HOUR
    assert next_one(of, at=late).hold is Hold.CLOSED
    assert fresh(stint).why == "closed"
    with pytest.raises(Refused):
        on_line(of, at=late)
    stint = on_line(of)
    campaigns.pause(campaign_id=of.campaign.pk, by=of.owner, at=NINE + SECOND)
    assert fresh(stint).why == "not_running"
    with pytest.raises(Refused):
        on_line(of)
    campaigns.start(campaign_id=of.campaign.pk, by=of.owner, at=NINE + SECOND)
    stint = on_line(of, at=NINE + 2 * SECOND)
    dialling.leave(by=of.agent, at=NINE + 3 * SECOND)
    assert fresh(stint).why == "person"
    with pytest.raises(Refused):
        next_one(of, at=NINE + 4 * SECOND)


@pytest.mark.clause("A2.8")
def test_the_line_ends_when_the_goal_of_the_day_is_reached(of, floor):
    campaigns.set_crew(campaign_id=of.campaign.pk, among=[of.agent.pk], members={of.agent.pk: 1}, by=of.owner, at=NINE)
    stint = on_line(of)
    record = next_one(of).record
    attempt = Attempt.objects.get()
    begins(floor, attempt, NINE + SECOND)
    settled(of, record, Outcome.DONE, NINE + MINUTE, typed={"f1": ["满意"]})
    floor.state(of.agent, State.READY, NINE + 2 * MINUTE)
    assert next_one(of, at=NINE + 2 * MINUTE).hold is Hold.GOAL
    assert fresh(stint).why == "goal"
    with pytest.raises(Refused):
        on_line(of, at=NINE + 2 * MINUTE)
    assert work.take_next(campaign_id=of.campaign.pk, by=of.agent, at=NINE + 2 * MINUTE), "by hand he may go on"


def test_who_left_the_campaign_or_closed_his_telephone_is_taken_off(of, floor):
    first, second = on_line(of), on_line(of, of.second)
    campaigns.set_crew(
        campaign_id=of.campaign.pk, among=[of.agent.pk, of.second.pk], members={of.second.pk: None}, by=of.owner,
        at=NINE + SECOND,
    )  # fmt: skip
    assert fresh(first).why == "crew"
    look_at_all(NINE + MINUTE)
    assert fresh(second).ended_at is None
    floor.state(of.second, State.OFFLINE, NINE + MINUTE)
    look_at_all(NINE + 2 * MINUTE)
    assert fresh(second).why == "offline"


@pytest.mark.usefixtures("floor")
def test_at_closing_time_the_program_takes_everybody_off(of):
    stint = on_line(of)
    look_at_all(NINE + 11 * HOUR)
    assert fresh(stint).why == "closed"


def test_too_many_abandoned_calls_stop_the_exchange(of, floor):
    record = work.take_next(campaign_id=of.campaign.pk, by=of.second, at=NINE)
    b.finished(of, record, Outcome.DROPPED, of.second)
    on_line(of)
    assert next_one(of, at=NINE + 2 * MINUTE).hold is Hold.OVER_CAP
    floor.state(of.agent, State.READY, NINE + 25 * HOUR)
    assert next_one(of, at=NINE + 25 * HOUR).record is not None


def test_in_a_campaign_of_previews_nobody_is_on_the_line_and_the_telephone_still_dials():
    of = b.house(2)
    exchange(of)
    with pytest.raises(Refused):
        on_line(of)
    record = b.taken(of)
    assert dialling.dial(record_id=record.pk, by=of.agent, at=NINE).how == Dialled.EXCHANGE
    other = b.taken(of, of.second)
    alive(of, NINE - HOUR)
    assert dialling.dial(record_id=other.pk, by=of.second, at=NINE).how == Dialled.HAND


# ---------------------------------------------------------------- what must never be


@pytest.mark.usefixtures("floor")
def test_only_who_works_in_the_campaign_is_on_its_line_and_on_one_at_a_time(of):
    for person in (of.owner, of.supervisor):
        with pytest.raises(NotAllowed):
            on_line(of, person)
    stint = on_line(of)
    assert on_line(of).pk == stint.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Stint.objects.create(campaign=of.campaign, person=of.agent, began_at=NINE)


@pytest.mark.clause("A3.14")
@pytest.mark.usefixtures("floor")
def test_the_database_allows_nobody_two_calls_and_no_call_twice(of):
    on_line(of)
    record = next_one(of).record
    known = Attempt.objects.get()
    values = {"campaign": of.campaign, "number": 9, "e164": "+8613900000009", "by": of.agent, "dialled_at": NINE}
    other = of.records()[3]
    for more in (
        {"record": other, "how": "hand"},  # a second call of the same person
        {"record": record, "how": "hand", "by": of.second},  # a second call to the same person
        {"record": other, "how": "exchange", "by": of.second, "call_ref": known.call_ref},
        {"record": other, "how": "exchange", "by": of.second},  # of the exchange, and without its name
        {"record": other, "how": "hand", "by": of.second, "is_void": True},  # void, and still open
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.create(**{**values, **more})


@pytest.mark.clause("A3.14")
@pytest.mark.django_db(transaction=True)
def test_thirty_on_the_line_at_once_get_thirty_different_ones():
    of = b.house(40, mode=Mode.PROGRESSIVE, pause_seconds=0)
    floor = exchange(of)
    team = of.agent.posts.get().unit
    crowd = [people.person(position=Position.AGENT, unit=team) for _ in range(30)]
    members: dict[int, int | None] = {person.pk: None for person in crowd}
    campaigns.set_crew(campaign_id=of.campaign.pk, among=list(members), members=members, by=of.owner, at=NINE)
    for person in crowd:
        floor.state(person, State.READY, NINE - MINUTE)
        on_line(of, person)

    def ask(pk):
        try:
            person = Person.objects.get(pk=pk)
            return [dialling.dial_next(by=person, at=NINE).record.pk for _turn in range(2)]
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(ask, members))
    assert all(first == second for first, second in found), "asked twice, dialled once"
    assert len({first for first, _second in found}) == 30
    assert Wish.objects.filter(kind=WishKind.CALL_OUT).count() == Attempt.objects.count() == 30
