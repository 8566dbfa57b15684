"""The demonstration's history: a small one is told, and every row of it is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pghistory.models
import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import F, Q
from django.test import override_settings

from hotline.cases.logic import pictures as picture_logic
from hotline.cases.models import Attachment, Case, CaseEvent, Holding, Waiver
from hotline.cases.queries import rebuild
from hotline.cases.services import desk
from hotline.config.demo import arrivals, centre, content, history, live, pictures, stage
from hotline.config.demo.engine import fetch
from hotline.config.demo.history import Life
from hotline.config.demo.world import DEVICE, MINUTE, World
from hotline.core import clock
from hotline.core.models import Outbox
from hotline.people import queries as people
from hotline.people.models import Centre, Notice, Person, Position, Presence, PresenceState, WorkLog
from hotline.people.services import presence, seats
from hotline.rosters.models import RosterEntry

pytestmark = pytest.mark.django_db  # each test's own changes are gone after it
FIRST = date(2026, 3, 9)  # a Monday
DAYS = 1
BEFORE_ANYBODY = ("CentreHistory", "UnitHistory", "PersonHistory", "PostHistory")


@dataclass
class Told:
    """A small history."""

    life: Life
    centre: Centre


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[Told]:
    """A day and a morning of a centre, told once for every test here and rolled back afterwards."""
    folder = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder, VAR=folder), transaction.atomic():
        for _step in centre.open_centre(at=clock.wall(FIRST, 7)):
            pass
        found = Centre.objects.get(code=centre.CODE)
        until = clock.wall(FIRST + timedelta(days=DAYS), 11)
        life = history.tell(World(found), clock.wall(FIRST, 8), until, per_day=24, watch=lambda _share: None)
        yield Told(life, found)
        transaction.set_rollback(True)


def audited():
    """Every history table with the table it follows."""
    for model in apps.get_models():
        if issubclass(model, pghistory.models.Event) and model._meta.app_config.name.startswith("hotline."):
            yield model


def test_not_one_row_is_written_past_the_services(told: Told):
    unsigned = {}
    for model in audited():
        rows = model.objects.filter(
            ~Q(pgh_context__has_keys=["by", "action"]) | Q(pgh_context__isnull=True) | Q(pgh_context__by=None)
        )
        if rows.exists():
            unsigned[model.__name__] = {(row.pgh_context or {}).get("action") for row in rows}
    # written before anybody exists: the centre, its root unit, its program and that program's post
    assert unsigned == {name: {"people.open_centre"} for name in BEFORE_ANYBODY}
    signed = [model for model in audited() if model.objects.exists()]
    assert len(signed) >= 20


def test_every_row_stands_in_its_history(told: Told):
    for model in audited():
        tracked = model.pgh_tracked_model
        kept = model.objects.filter(pgh_label="insert").values("pgh_obj_id")
        assert tracked.objects.count() <= kept.count(), tracked


def test_who_signs_is_who_acts(told: Told):
    history_of = apps.get_model("cases", "CaseHistory")
    for event in CaseEvent.objects.filter(action__in=["file", "dispatch", "feedback", "close"]):
        row = history_of.objects.filter(pgh_obj_id=event.case_id, version=event.seq).order_by("-pgh_id")[0]
        assert row.pgh_context["by"] == event.actor_id


def test_the_events_tell_what_the_tables_say(told: Told):
    for keys in rebuild.batches(told.centre.pk):
        assert rebuild.differences(keys) == []


def test_cases_of_every_kind_are_on_their_way(told: Told):
    cases = Case.objects.filter(centre=told.centre)
    assert cases.count() > 15
    assert {"closed", "handling"} <= set(cases.values_list("status", flat=True))
    assert {"phone", "field", "web"} <= set(cases.values_list("source", flat=True))
    acts = set(CaseEvent.objects.filter(case__centre=told.centre).values_list("action", flat=True))
    assert {"register", "take", "pre_file", "file", "dispatch", "accept", "feedback", "attach"} <= acts
    assert {"ask_check", "checked", "to_closing_gate", "close"} <= acts
    assert told.life.engine.counts.arrived == cases.count()


def test_the_moments_are_those_of_the_simulated_clock(told: Told):
    end = clock.wall(FIRST + timedelta(days=DAYS), 11)
    assert not CaseEvent.objects.filter(Q(at__lt=clock.wall(FIRST, 0)) | Q(at__gt=end)).exists()
    assert not Notice.objects.filter(at__gt=end).exists()


def test_people_come_rest_and_go_and_the_work_log_fills(told: Told):
    kinds = set(WorkLog.objects.filter(person__centre=told.centre).values_list("kind", flat=True))
    assert {"login", "logout", "lock", "unlock"} <= kinds
    assert Presence.objects.filter(state=PresenceState.READY).count() > 30
    open_ones = people.ready_by_person(told.life.world.staff)
    assert set(open_ones) <= told.life.seats.there


def test_most_hold_their_cases_for_less_than_five_minutes_but_not_all(told: Told):
    ended = Holding.objects.filter(case__centre=told.centre, person__isnull=False, due_at__isnull=False)
    ended = ended.filter(span__upper_inf=False, stage__in=["acceptance", "filing", "dispatch"])
    late = ended.filter(span__endswith__gt=F("due_at")).count()
    assert 0 < late < ended.count() / 2


def test_photographs_are_there_where_the_standard_asks(told: Told):
    for case in Case.objects.filter(centre=told.centre, status="closed").select_related("condition"):
        assert case.condition is not None
        if case.condition.photos != "none":
            assert Attachment.objects.filter(case=case, kind="after").exists()


def test_somebody_has_not_signed_yet(told: Told):
    text = people.current_undertaking(told.centre.pk)
    assert text is not None
    assert {one.number for one in people.unsigned(text)} == centre.UNSIGNED


def test_nothing_announced_is_left_for_the_worker(told: Told):
    told.life.engine.settle(told.life.engine.now)
    assert not Outbox.objects.exists()


def test_shifts_reach_to_the_end_of_the_month(told: Told):
    last = centre.last_planned(told.centre)
    assert last is not None
    assert last.month != (last + timedelta(days=1)).month
    assert RosterEntry.objects.filter(day=FIRST).exists()


def test_there_is_a_log_in_for_every_position_and_it_is_at_work(told: Told):
    now = told.life.engine.now
    found = stage.logins(told.centre, now)
    assert [login.position for login in found] == list(stage.ORDER)
    operator = next(one for one in told.life.world.staff.values() if one.username == found[0].username)
    assert told.life.world.on_duty(operator.pk, now)


def test_the_seats_of_the_log_ins_become_free(told: Told):
    now = told.life.engine.now
    stage.leave_seats(told.life, now)
    for login in stage.logins(told.centre, now):
        person = Person.objects.get(username=login.username)
        assert people.live_session(person) is None
        if login.position == Position.OPERATOR:
            assert not Holding.objects.open().filter(person=person).exists()


def test_a_person_with_a_browser_is_never_moved(told: Told):
    life, now = told.life, told.life.engine.now
    case = next(iter(Case.objects.filter(centre=told.centre, status="handling")))
    held = fetch(case.pk).holding
    assert held is not None
    assert held.unit_id is not None
    clerk = life.world.clerks[held.unit_id][0]
    assert life.staff.decide(fetch(case.pk), now) is not None
    seats.begin_session(person=clerk, session_key="browser", device="Mozilla/5.0", by=clerk, at=now)
    life.world.see_humans()
    assert clerk.pk in life.world.humans
    assert life.staff.decide(fetch(case.pk), now) is None
    life.world.humans.clear()


@pytest.mark.parametrize("waits", [True, False], ids=["what waits", "what comes in"])
def test_an_operator_with_a_browser_gets_a_case(told: Told, waits):
    life, now = told.life, told.life.engine.now
    human = life.staff.free(now, Position.OPERATOR)[0]
    seats.begin_session(person=human, session_key="browser", device="Mozilla/5.0", by=human, at=now)
    presence.set_presence(person=human, state=PresenceState.READY, by=human, at=now)
    living = live.Living(life.world)
    living.life = life
    life.world.see_humans()
    life.engine.live = True
    try:
        if waits:
            life.register(arrivals.one(now, seed="another"), life.world.system, "web", now)
        living.offer_to_humans(now + MINUTE / 6)
        assert not Holding.objects.open().filter(person=human).exists()  # he has hardly sat down
        living.offer_to_humans(now + MINUTE)
    finally:
        life.engine.live = False
        life.world.humans.clear()
        life.engine.waiting.clear()
    assert Holding.objects.open().filter(person=human).count() == 1


def test_a_seat_that_locked_itself_is_opened_again(told: Told):
    life, now = told.life, told.life.engine.now
    person = life.staff.free(now, Position.OPERATOR)[0]
    seats.lock(person=person, by=life.world.system, at=now)
    life.seats.stay(now + MINUTE)
    session = people.live_session(person)
    assert session is not None
    assert session.locked_at is None
    assert session.last_seen_at == now + MINUTE


def test_an_act_that_comes_too_late_looks_again(told: Told):
    life, now = told.life, told.life.engine.now
    case = life.register(arrivals.of_day(FIRST, seed="third", per_day=20)[1], life.world.system, "web", now)
    key = case.pk
    operators = life.staff.free(now, Position.OPERATOR)
    fresh = fetch(key)
    assert fresh.holding is not None
    if fresh.holding.queue:  # nobody took it yet
        fresh = desk.take(case_id=key, version=fresh.version, by=operators[0], at=now)
        life.engine.follow(fresh, now)
    desk.add_note(case_id=key, version=fresh.version, text="补充：在路东侧。", by=operators[-1], at=now)
    before = (life.engine.counts.overtaken, life.engine.counts.refused)
    life.engine.live = True
    try:
        planned = life.engine.planned[key]
        life.engine._act(fresh, planned, lambda _case, _at: pytest.fail("acted on what it had not seen"), now)
    finally:
        life.engine.live = False
    assert (life.engine.counts.overtaken, life.engine.counts.refused) == (before[0] + 1, before[1])
    assert life.engine.planned[key] == fetch(key).version


def test_seats_of_the_simulation_are_known_by_their_device(told: Told):
    person = told.life.world.staff[next(iter(told.life.seats.there))]
    session = people.live_session(person)
    assert session is not None
    assert session.device == DEVICE


def test_waivers_have_a_proof_and_another_person_decides(told: Told):
    for waiver in Waiver.objects.exclude(status="asked"):
        assert waiver.evidence_id
        assert waiver.status_by_id not in {waiver.person_id, waiver.asked_by_id}


def test_arrivals_are_the_same_for_the_same_seed():
    one = arrivals.of_day(FIRST, seed="a", per_day=30)
    assert one == arrivals.of_day(FIRST, seed="a", per_day=30)
    assert one != arrivals.of_day(FIRST, seed="b", per_day=30)
    assert one == sorted(one, key=lambda arrival: arrival.at)
    assert all(content.pattern_of(arrival.text, arrival.place.name) == arrival.pattern for arrival in one)


@pytest.mark.parametrize("category", ["C0101", "C0201", "C0301", "C0401", "E0103", "E0201", "E0401", "E0503", "E0601"])
def test_pictures_are_whole_and_show_the_difference(category):
    before = pictures.picture(category, is_after=False, variant=1)
    after = pictures.picture(category, is_after=True, variant=1)
    assert before != after
    assert before == pictures.picture(category, is_after=False, variant=1)
    for content_of_file in (before, after):
        picture_logic.checked_picture(content_of_file, "image/jpeg")
        assert len(content_of_file) < 40_000
