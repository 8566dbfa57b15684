"""The demonstration's telephones: a morning of calls is told, and what follows in clock time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from hotline.acd.simulated.exchange import Exchange
from hotline.cases.models import Case, Source
from hotline.config.demo import callers, centre, history, telephones
from hotline.config.demo.debts import Debts
from hotline.config.demo.history import Life
from hotline.config.demo.live import ASKS, PER_DAY
from hotline.config.demo.live_phones import LivePhones
from hotline.config.demo.told_calls import ToldCalls
from hotline.config.demo.world import MINUTE, World
from hotline.core import clock
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.people.services import organisation, seats
from hotline.promises.services import calls as owing
from hotline.telephony.models import (
    Call,
    CallEvent,
    Leader,
    Line,
    Member,
    Menu,
    MenuStatus,
    PhoneState,
    Queue,
    Wish,
    WishKind,
)

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 9)  # a Monday
UNTIL = clock.wall(FIRST, 11)


@dataclass
class Told:
    """A morning."""

    life: Life
    calls: ToldCalls
    centre: Centre
    file: Path


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[Told]:
    """A morning of a centre with its telephones, told once for every test here and rolled back afterwards."""
    folder = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder, VAR=folder), transaction.atomic():
        for _step in centre.open_centre(at=clock.wall(FIRST, 7)):
            pass
        found = Centre.objects.get(code=centre.CODE)
        telephones.open_lines(found, system_person(found), clock.wall(FIRST, 7))
        calls: list[ToldCalls] = []

        def begin(life: Life) -> None:
            calls.append(ToldCalls(life, FIRST))
            calls[0].begin(life.start)

        life = history.tell(
            World(found), clock.wall(FIRST, 8), UNTIL, per_day=60, watch=lambda _share: None, begin=begin
        )
        file = telephones.lines_file(found, folder)
        calls[0].end(UNTIL, file)
        yield Told(life, calls[0], found, file)
        transaction.set_rollback(True)


def test_a_menu_can_be_looked_at_and_stands_before_no_number(told: Told):
    menu = Menu.objects.get(centre=told.centre)
    assert (menu.is_on, menu.versions.get().status) == (False, MenuStatus.PUBLISHED)
    assert not Line.objects.filter(centre=told.centre, menu__isnull=False).exists()


def test_callers_are_answered_or_give_up_by_the_rules_of_the_engine(told: Told):
    ends = set(Call.objects.filter(centre=told.centre).values_list("ended_how", flat=True))
    assert "talked" in ends
    assert ends <= {"talked", "abandoned", ""}
    assert Call.objects.filter(centre=told.centre).count() > 15
    assert not CallEvent.objects.filter(at__gt=UNTIL).exists()
    assert not Wish.objects.filter(taken_at__isnull=True).exists()
    assert Leader.objects.get(centre=told.centre).switch == "simulated"


def test_whoever_answered_has_written_the_report_down(told: Told):
    rows = list(Case.objects.filter(centre=told.centre, source=Source.PHONE).select_related("customer"))
    assert len(rows) >= 5
    for case in rows:
        assert case.customer is not None
        numbers = list(case.customer.numbers.values_list("e164", flat=True))
        taken = Call.objects.filter(number__in=numbers, person=case.first_owner, answered_at__lte=case.arrived_at)
        assert taken.exists(), case.number


def test_whoever_is_on_the_line_stays_there_for_the_exchange_that_goes_on(told: Told):
    exchange = Exchange("again")
    exchange.take_up(json.loads(told.file.read_text()))
    open_calls = set(Call.objects.filter(centre=told.centre, ended_at__isnull=True).values_list("ref", flat=True))
    assert set(exchange.lines) == open_calls


def test_the_day_is_the_same_for_everybody_who_looks_at_it():
    rows = callers.of_day(FIRST, per_day=60, asks=40)
    assert rows == callers.of_day.__wrapped__(FIRST, per_day=60, asks=40)
    assert sum(one.arrival is None for one in rows.values()) == 40
    assert {one.caller.dialled for one in rows.values()} == {callers.OURS, callers.HANDED_ON}
    for name, one in rows.items():
        assert (one.caller.call, clock.local_day(one.caller.at)) == (name, FIRST)
        assert one.arrival is None or one.caller.number == one.arrival.citizen.number


def test_lines_are_opened_once(told: Told):
    assert Queue.objects.filter(centre=told.centre).count() == 3
    telephones.open_lines(told.centre, told.life.world.system, UNTIL)
    assert Queue.objects.filter(centre=told.centre).count() == 3
    assert Member.objects.filter(queue__centre=told.centre).count() == 80


def test_only_the_demonstration_has_a_simulated_exchange():
    organisation.open_centre(code="real", name="真实中心", by=None, at=UNTIL)
    with pytest.raises(CommandError, match="demo"):
        call_command("acd", "--simulated", "--centre", "real")


# ---------------------------------------------------------------- in clock time


@pytest.fixture(name="phones")
def _phones(told: Told) -> LivePhones:
    found = LivePhones(told.life, PER_DAY, ASKS)
    found.leads = True
    return found


def _somebody_there(told: Told):
    return next(one for one in told.life.world.staff.values() if one.pk in told.life.seats.ready_ones)


def _row(told: Told, person, state, reason="", since=UNTIL - MINUTE):
    return PhoneState(centre=told.centre, person=person, state=state, reason=reason, span=_Span(since))


@dataclass
class _Span:
    lower: object


def test_a_telephone_follows_its_person(told: Told, phones: LivePhones):
    person = _somebody_there(told)
    quiet = next(at for at in (UNTIL + n * MINUTE for n in range(60)) if not phones._rests(person, at))
    assert phones._wanted(person, None, quiet) == (WishKind.SIGN_IN, "")
    assert phones._wanted(person, _row(told, person, "not_ready", "sign_in"), quiet) == (WishKind.READY, "")
    assert phones._wanted(person, _row(told, person, "ready"), quiet) is None
    assert phones._wanted(person, _row(told, person, "talking"), quiet) is None
    missed = _row(told, person, "not_ready", "no_answer", quiet - timedelta(seconds=5))
    assert phones._wanted(person, missed, quiet) is None
    assert phones._wanted(person, missed, quiet + 2 * MINUTE) in {(WishKind.READY, ""), None}
    told.life.seats.there.discard(person.pk)
    assert phones._wanted(person, _row(told, person, "ready"), quiet) == (WishKind.SIGN_OUT, "")
    assert phones._wanted(person, None, quiet) is None
    told.life.seats.there.add(person.pk)


def test_people_take_short_breaks_and_come_back(told: Told, phones: LivePhones):
    person = _somebody_there(told)
    rest = next(at for at in (UNTIL + n * MINUTE for n in range(6000)) if phones._rests(person, at))
    assert phones._wanted(person, _row(told, person, "ready"), rest) == (WishKind.NOT_READY, "break")
    assert phones._wanted(person, _row(told, person, "not_ready", "break"), rest) is None
    after = rest + 10 * MINUTE
    if not phones._rests(person, after):
        assert phones._wanted(person, _row(told, person, "not_ready", "break"), after) == (WishKind.READY, "")


def test_what_is_reported_on_a_call_is_taken_down_once(told: Told, phones: LivePhones, monkeypatch):
    call = Call.objects.filter(centre=told.centre, person__isnull=False, ended_how="talked").order_by("-came_at")[0]
    planned = next(one for one in callers.of_day(FIRST, per_day=60, asks=40).values() if one.arrival is not None)
    arrival = planned.arrival
    assert arrival is not None
    monkeypatch.setattr(callers, "of_day", lambda *_a, **_more: {call.ref: planned})
    told.life.engine.live = True
    monkeypatch.setattr(clock, "now", lambda: UNTIL + 10 * MINUTE)
    before = Case.objects.filter(description=arrival.text, first_owner=call.person).count()
    for _twice in range(2):
        again = LivePhones(told.life, PER_DAY, ASKS)
        again._take_down(UNTIL)
        told.life.engine.run(UNTIL + 10 * MINUTE)
    told.life.engine.live = False
    assert Case.objects.filter(description=arrival.text, first_owner=call.person).count() == before + 1


def test_somebody_real_is_called_by_a_citizen_whose_report_he_took(told: Told, phones: LivePhones, monkeypatch):
    owner = Case.objects.filter(centre=told.centre, customer__isnull=False, first_owner__isnull=False).open()[0]
    person = owner.first_owner
    assert person is not None
    seats.begin_session(person=person, session_key="browser", device="Mozilla/5.0", by=person, at=UNTIL)
    PhoneState.objects.filter(person=person, span__upper_inf=True).update(
        state="ready", reason="", call_ref="", span=(UNTIL, None)
    )
    monkeypatch.setattr(clock, "now", lambda: UNTIL + MINUTE)
    given: dict[int, datetime] = {}
    [caller] = telephones._for_the_idle(told.centre, given, UNTIL + MINUTE)
    assert Case.objects.filter(first_owner=person, customer__numbers__e164=caller.number).open().exists()
    assert list(telephones._for_the_idle(told.centre, given, UNTIL + MINUTE)) == [], "one at a time"
    assert caller.dialled == callers.DIRECT
    told.life.world.see_humans()
    phones._open_direct_line(UNTIL)
    told.life.world.humans.clear()
    assert [row.person for row in Member.objects.filter(queue__code="direct")] == [person]
    exchange = telephones.switch(told.centre, told.file.parent, frozenset())
    assert exchange._by_hand(person.pk)
    other = _somebody_there(told)
    assert not exchange._by_hand(other.pk) or other.pk == person.pk


@pytest.mark.clause("A2.16")
def test_whoever_was_missed_is_called_back_by_somebody_of_the_team_who_has_time(told: Told):
    system, queue = told.life.world.system, Queue.objects.get(centre=told.centre, code="city")
    call = Call.objects.create(
        centre=told.centre, ref="sim-missed", number="+8613600001111", queue=queue, came_at=UNTIL - 2 * MINUTE,
        ended_at=UNTIL - MINUTE, ended_how="timeout",
    )  # fmt: skip
    promise = owing.owe(call=call, by=system, at=UNTIL)
    assert promise is not None
    there = [person for person in told.life.world.staff.values() if person.pk in told.life.seats.ready_ones]
    PhoneState.objects.filter(person__in=there, span__upper_inf=True).update(state="ready", reason="", call_ref="")
    at_work, debts = told.life.seats.ready_ones, Debts(told.life.world)
    Wish.objects.all().delete()
    debts.look(UNTIL + MINUTE, at_work)
    assert not Wish.objects.exists(), "nobody calls back at once"
    debts.look(UNTIL + 25 * MINUTE, at_work)
    [wish] = Wish.objects.filter(kind=WishKind.CALL_OUT)
    promise.refresh_from_db()
    assert (wish.data["number"], promise.owner) == (call.number, wish.person)
    debts.look(UNTIL + 26 * MINUTE, at_work)
    assert Wish.objects.filter(kind=WishKind.CALL_OUT).count() == 1, "not reached, he is tried again a while later"
    debts.look(UNTIL + 56 * MINUTE, at_work)
    assert set(Wish.objects.filter(kind=WishKind.CALL_OUT).values_list("person", flat=True)) == {wish.person_id}
    assert wish.person_id is not None
    told.life.world.humans.add(wish.person_id)
    Wish.objects.all().delete()
    Debts(told.life.world).look(UNTIL + 90 * MINUTE, at_work)
    told.life.world.humans.discard(wish.person_id)
    assert not Wish.objects.exists(), "somebody real keeps his own promises"
