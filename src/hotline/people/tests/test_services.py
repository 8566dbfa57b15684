"""Services of people on a real PostgreSQL."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from hotline.core.access import NotAllowed, may
from hotline.core.models import LiveMark, Outbox
from hotline.kernel.rules import Refused
from hotline.people import queries
from hotline.people.models import Notice, Person, Position, Post, Presence, PresenceState, SeatSession, WorkLogKind
from hotline.people.services import accounts, notices, organisation, presence, seats, undertakings
from hotline.people.tests import builders
from hotline.people.tests.builders import AT, PASSWORD

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
TODAY = date(2026, 3, 2)


def send(sql, values):
    """Raw SQL, constraints that wait included."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused_by_the_database(sql, *values):
    """Whether raw SQL is stopped, whoever sends it."""
    with pytest.raises(DatabaseError):
        send(sql, values)


@pytest.mark.clause("A2.7")
@pytest.mark.parametrize(("members", "outside"), [(11, True), (12, False), (14, False), (15, True)])
def test_every_team_outside_twelve_to_fourteen_is_shown(members, outside):
    centre = builders.centre()
    team = builders.unit(centre)
    builders.person(position=Position.TEAM_LEADER, unit=team)
    for _each in range(members):
        builders.person(unit=team)
    assert queries.teams_outside_span(centre, on=TODAY) == ([(team, members)] if outside else [])
    [root] = queries.chart(centre, on=TODAY)
    [branch] = root.below
    assert (branch.unit, branch.members, branch.outside) == (team, members, outside)
    assert len(branch.leaders) == 1


def test_a_person_who_left_is_no_member_any_more():
    centre = builders.centre()
    team = builders.unit(centre)
    person = builders.person(unit=team)
    accounts.deactivate(person=person, by=builders.system(centre), at=AT)
    assert queries.sizes(centre, on=TODAY).get(team.pk, 0) == 0


def test_names_are_found_by_pinyin_initials_and_number():
    centre = builders.centre()
    person = builders.person(centre, name="单小华")
    director = builders.person(centre, position=Position.DIRECTOR)
    for text in ("单", "shanxiao", "SXH", "sx", person.number):
        assert queries.find(director, text) == [person], text
    assert queries.find(director, "hua") == []
    assert queries.find(builders.person(centre), "sxh") == []


def test_a_main_position_follows_the_one_before_without_a_gap():
    centre = builders.centre()
    person, team = builders.person(centre), builders.unit(centre)
    organisation.give_post(
        person=person, position=Position.TEAM_LEADER, unit=team, since=TODAY, by=builders.system(centre), at=AT
    )
    assert person.standing_on(TODAY - timedelta(days=1)).positions == {Position.OPERATOR}
    assert person.standing_on(TODAY).positions == {Position.TEAM_LEADER}


def test_two_main_positions_at_once_are_refused_by_the_service_and_by_the_database():
    centre = builders.centre()
    person, root = builders.person(centre), builders.root(centre)
    with pytest.raises(Refused):
        organisation.give_post(
            person=person, position=Position.HR, unit=root, since=builders.SINCE, by=builders.system(centre), at=AT
        )
    refused_by_the_database(
        "INSERT INTO people_post (person_id, position, unit_id, days, is_primary) "
        "VALUES (%s, 'hr', %s, '[2025-01-01,)', true)",
        person.pk,
        root.pk,
    )


def test_a_post_ends_on_its_day_and_one_never_held_vanishes():
    centre = builders.centre()
    system, person = builders.system(centre), builders.person(centre)
    post = Post.objects.get(person=person)
    organisation.end_post(post=post, until=TODAY, by=system, at=AT)
    assert person.standing_on(TODAY - timedelta(days=1)).positions
    assert not person.standing_on(TODAY).positions
    with pytest.raises(Refused):
        organisation.end_post(post=post, until=TODAY + timedelta(days=9), by=system, at=AT)
    organisation.end_post(post=post, until=builders.SINCE, by=system, at=AT)
    assert not Post.objects.filter(person=person).exists()


def test_numbers_and_user_names_are_taken_once():
    centre = builders.centre()
    person = builders.person(centre)
    with pytest.raises(Refused) as refused:
        organisation.hire(
            number=person.number,
            name="别人",
            username=person.username.upper(),
            position=Position.OPERATOR,
            unit=builders.root(centre),
            since=TODAY,
            by=builders.system(centre),
            at=AT,
        )
    assert {refusal.params["field"] for refusal in refused.value.refusals} == {"number", "username"}


def test_only_those_who_organise_hire_and_only_in_their_centre():
    centre, other = builders.centre(), builders.centre()
    form = {"number": "1", "name": "新", "username": "new", "position": Position.OPERATOR, "since": TODAY, "at": AT}
    for by in (builders.person(centre), builders.person(other, position=Position.HR)):
        with pytest.raises(NotAllowed):
            organisation.hire(unit=builders.root(centre), by=by, **form)
    assert organisation.hire(unit=builders.root(centre), by=builders.person(centre, position=Position.HR), **form)


def test_a_skill_has_one_level_at_a_time():
    centre = builders.centre()
    person, system = builders.person(centre), builders.system(centre)
    organisation.give_skill(person=person, code="en", name="英语", level=2, since=builders.SINCE, by=system, at=AT)
    organisation.give_skill(person=person, code="en", level=4, since=TODAY, by=system, at=AT)
    assert [(held.level, held.days.upper) for held in queries.skills_of(person)] == [(4, None), (2, TODAY)]
    with pytest.raises(Refused):
        organisation.give_skill(person=person, code="en", level=6, since=TODAY, by=system, at=AT)


def test_presence_is_one_interval_after_another_to_the_microsecond():
    person = builders.person()
    moments = [AT, AT + SECOND, AT + timedelta(microseconds=1_000_001), AT + 3 * SECOND]
    for state, at in zip(["busy", "ready", "busy", "ready"], moments, strict=True):
        presence.set_presence(person=person, state=state, by=person, at=at)
    presence.leave_seat(person=person, by=person, at=AT + 10 * SECOND)
    spans = [row.span for row in person.presences.order_by("span")]
    assert [span.lower for span in spans] == moments
    assert [span.upper for span in spans] == [*moments[1:], AT + 10 * SECOND]
    assert sum((span.upper - span.lower for span in spans), timedelta()) == 10 * SECOND


def test_a_clock_that_steps_back_leaves_no_overlap_and_nobody_stuck():
    person = builders.person()
    presence.set_presence(person=person, state="ready", by=person, at=AT)
    presence.set_presence(person=person, state="busy", by=person, at=AT + 5 * SECOND)
    now = presence.set_presence(person=person, state="ready", reason="", by=person, at=AT - 60 * SECOND)
    assert (now.state, now.span.lower) == ("ready", AT + 5 * SECOND)
    presence.leave_seat(person=person, by=person, at=AT - 60 * SECOND)
    presence.set_presence(person=person, state="ready", by=person, at=AT - 30 * SECOND)
    assert queries.ready_since(person) == AT + 5 * SECOND


def test_presence_tells_pages_and_those_above():
    person = builders.person()
    LiveMark.objects.all().delete()
    Outbox.objects.all().delete()
    presence.set_presence(person=person, state="ready", by=person, at=AT)
    presence.set_presence(person=person, state="ready", by=person, at=AT + SECOND)
    topics = set(LiveMark.objects.values_list("topic", flat=True))
    assert {f"presence:{person.centre_id}", f"desk:{person.pk}"} <= topics
    [event] = Outbox.objects.all()
    assert event.kind == "people.PresenceChanged"
    assert event.payload == {"person_id": person.pk, "centre_id": person.centre_id, "state": "ready", "was": ""}
    assert queries.ready_since(person) == AT


@pytest.mark.clause("C3")
def test_nobody_says_for_another_that_he_is_ready():
    person, other = builders.person(), builders.person()
    with pytest.raises(NotAllowed):
        presence.set_presence(person=person, state="ready", by=other, at=AT)


def test_raw_sql_makes_no_second_presence():
    person = builders.person()
    presence.set_presence(person=person, state="ready", by=person, at=AT)
    insert = "INSERT INTO people_presence (person_id, state, reason, span) VALUES (%s, %s, '', %s)"
    for state, span in [
        ("busy", "[2026-03-02,)"),
        ("busy", "[2026-03-03,2026-03-04)"),
        ("busy", "empty"),
        ("x", "[2020-01-01,2020-01-02)"),
    ]:
        refused_by_the_database(insert, person.pk, state, span)
    assert Presence.objects.filter(person=person).count() == 1


@pytest.mark.clause("D2.15")
def test_the_system_writes_the_work_log_itself():
    person = builders.person()
    hour = timedelta(hours=1)
    seats.begin_session(person=person, session_key="k", seat="12", address="10.0.0.1", by=person, at=AT)
    assert seats.lock(person=person, by=person, at=AT + hour)
    assert not seats.lock(person=person, by=person, at=AT + hour)
    assert queries.presence_of(person).state == PresenceState.AWAY
    assert seats.unlock(person=person, by=person, at=AT + 2 * hour)
    assert seats.end_session(person=person, how=WorkLogKind.LOGOUT, by=person, at=AT + 3 * hour)
    assert not seats.end_session(person=person, how=WorkLogKind.LOGOUT, by=person, at=AT + 3 * hour)
    lines = [(line.kind, line.at, line.seat) for line in person.worklog.order_by("pk")]
    assert lines == [
        ("login", AT, "12"),
        ("lock", AT + hour, "12"),
        ("unlock", AT + 2 * hour, "12"),
        ("logout", AT + 3 * hour, "12"),
    ]
    assert queries.presence_of(person) is None


@pytest.mark.clause("C4")
def test_the_newest_sign_in_wins_and_two_seats_at_once_are_told_with_evidence():
    team = builders.unit(builders.centre())
    person, leader = builders.person(unit=team), builders.person(position=Position.TEAM_LEADER, unit=team)
    old = seats.begin_session(person=person, session_key="a", address="10.0.0.1", by=person, at=AT)
    new = seats.begin_session(person=person, session_key="b", address="10.0.0.2", by=person, at=AT + SECOND)
    old.refresh_from_db()
    assert (old.ended_at, old.ended_how) == (AT + SECOND, WorkLogKind.TAKEN_OVER)
    assert queries.live_session(person) == new
    assert [line.kind for line in person.worklog.order_by("pk")] == ["login", "taken_over", "login"]
    [notice] = leader.notices.all()
    assert notice.params == {"name": str(person), "old": "10.0.0.1", "new": "10.0.0.2"}
    [event] = Outbox.objects.filter(kind="people.SeatTakenOver")
    assert event.payload["old_session_id"] == old.pk


@pytest.mark.clause("C4")
def test_nobody_takes_a_seat_for_another():
    person, other = builders.person(), builders.person()
    with pytest.raises(NotAllowed):
        seats.begin_session(person=person, session_key="a", by=other, at=AT)


def test_raw_sql_makes_no_second_live_session():
    person = builders.person()
    seats.begin_session(person=person, session_key="a", by=person, at=AT)
    refused_by_the_database(
        "INSERT INTO people_seatsession (person_id, session_hash, seat, device, began_at, last_seen_at, ended_how) "
        "VALUES (%s, 'x', '', '', now(), now(), '')",
        person.pk,
    )
    refused_by_the_database(
        "UPDATE people_seatsession SET ended_at = began_at - interval '1 s' WHERE person_id = %s", person.pk
    )
    assert SeatSession.objects.filter(person=person, ended_at__isnull=True).count() == 1


def test_the_history_can_only_grow_and_is_signed():
    person = builders.person()
    presence.set_presence(person=person, state="ready", by=person, at=AT)
    row = Presence.history.rel.related_model.objects.get(state="ready", person=person)
    assert row.pgh_context["by"] == person.pk
    assert row.pgh_context["action"] == "people.set_presence"
    table = row._meta.db_table
    for sql in (f"UPDATE {table} SET state = 'busy'", f"DELETE FROM {table}", "DELETE FROM people_personhistory"):
        refused_by_the_database(sql)


def test_an_invitation_works_once_within_its_day():
    centre = builders.centre()
    person, system = builders.person(centre), builders.system(centre)
    first = accounts.invite(person=person, by=system, at=AT)
    token = accounts.invite(person=person, by=system, at=AT)
    for bad, at in [(first, AT), ("nonsense", AT), (token, AT + timedelta(hours=24))]:
        with pytest.raises(Refused):
            accounts.accept_invitation(token=bad, password=PASSWORD, at=at)
    with pytest.raises(ValidationError):
        accounts.accept_invitation(token=token, password="12345678", at=AT)
    accounts.accept_invitation(token=token, password=PASSWORD, at=AT + timedelta(hours=23))
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.password.startswith("argon2")
    with pytest.raises(Refused):
        accounts.accept_invitation(token=token, password=PASSWORD, at=AT)
    assert not any(token in str(row) for row in person.invitations.values())


@pytest.mark.clause("D2.15")
def test_whoever_leads_cannot_set_anothers_password():
    centre = builders.centre()
    person, director = builders.person(centre), builders.person(centre, position=Position.DIRECTOR)
    with pytest.raises(NotAllowed):
        accounts.change_password(person=person, password=PASSWORD, by=director, at=AT)
    with pytest.raises(NotAllowed):
        accounts.invite(person=person, by=director, at=AT)


def test_a_closed_account_is_out_at_once():
    centre = builders.centre()
    person, hr = builders.person(centre), builders.person(centre, position=Position.HR)
    seats.begin_session(person=person, session_key="a", by=person, at=AT)
    token = accounts.invite(person=person, by=hr, at=AT)
    accounts.deactivate(person=person, by=hr, at=AT)
    person = Person.objects.get(pk=person.pk)
    assert not may(person, "people.view_person", person)
    assert queries.live_session(person) is None
    assert person.standing_on(TODAY).positions
    assert not person.standing_on(TODAY + timedelta(days=1)).positions
    with pytest.raises(Refused):
        accounts.accept_invitation(token=token, password=PASSWORD, at=AT)
    with pytest.raises(Refused):
        accounts.invite(person=person, by=hr, at=AT)
    with pytest.raises(Refused):
        accounts.deactivate(person=hr, by=hr, at=AT)
    assert accounts.reactivate(person=person, by=hr, at=AT).is_active


def test_a_notice_is_for_one_person_and_counts_until_read():
    centre = builders.centre()
    person, other = builders.person(centre), builders.person(centre)
    notice = notices.notify(to=person, text="{n} cases wait", params={"n": 3}, by=other, at=AT)
    assert queries.frame(person, at=AT).unread == 1
    with pytest.raises(NotAllowed):
        notices.mark_read(notice=notice, by=other, at=AT)
    notices.mark_read(notice=notice, by=person, at=AT)
    notices.mark_read(notice=notice, by=person, at=AT + SECOND)
    assert Notice.objects.get(pk=notice.pk).read_at == AT
    notices.notify(to=person, text="x", by=other, at=AT)
    assert notices.mark_all_read(by=person, at=AT + SECOND) == 1
    assert queries.unread_notices(person) == 0
    with pytest.raises(NotAllowed):
        notices.notify(to=person, text="x", by=builders.person(), at=AT)


@pytest.mark.clause("A2.14")
def test_an_undertaking_is_signed_by_name_and_anew_for_every_version():
    centre = builders.centre()
    person, director = builders.person(centre, name="单小华"), builders.person(centre, position=Position.DIRECTOR)
    assert queries.has_signed(person)
    first = undertakings.publish_undertaking(title="保密", body="一", by=director, at=AT)
    assert not queries.has_signed(person)
    assert person in queries.unsigned(first)
    with pytest.raises(Refused):
        undertakings.sign_undertaking(version=1, typed_name="别人", by=person, at=AT)
    signed = undertakings.sign_undertaking(version=1, typed_name="单 小华", address="10.0.0.1", by=person, at=AT)
    again = undertakings.sign_undertaking(version=1, typed_name="单小华", by=person, at=AT + SECOND)
    assert (again.pk, again.at) == (signed.pk, AT)
    assert queries.has_signed(person)
    assert person not in queries.unsigned(first)
    undertakings.publish_undertaking(title="保密", body="二", by=director, at=AT)
    assert not queries.has_signed(person)
    with pytest.raises(Refused):
        undertakings.sign_undertaking(version=1, typed_name="单小华", by=person, at=AT)
    with pytest.raises(NotAllowed):
        undertakings.publish_undertaking(title="x", body="x", by=person, at=AT)


def test_a_centre_opens_once_with_its_program():
    centre = builders.centre("north")
    assert queries.system_person(centre).is_system
    timer = organisation.make_system_person(centre=centre, name="timer", by=builders.system(centre), at=AT)
    assert organisation.make_system_person(centre=centre, name="timer", by=builders.system(centre), at=AT) == timer
    with pytest.raises(IntegrityError), transaction.atomic():
        builders.centre("north")


@pytest.mark.clause("D2.15")
def test_a_work_log_kept_elsewhere_ends_where_this_one_begins_and_moves_nobody():
    person, stranger = builders.person(), builders.person(builders.centre())
    system = builders.system(person.centre)
    seats.begin_session(person=person, session_key="k", by=person, at=AT)
    signs = [
        seats.Sign(person.pk, WorkLogKind.LOGIN, AT - 9 * HOUR, "A01"),
        seats.Sign(person.pk, WorkLogKind.LOGOUT, AT - HOUR, "A01"),
        seats.Sign(person.pk, WorkLogKind.LOGIN, AT + HOUR),  # the program writes that itself
        seats.Sign(stranger.pk, WorkLogKind.LOGIN, AT - HOUR),
    ]
    with pytest.raises(NotAllowed):
        seats.enter_worklog(centre=person.centre, signs=signs, by=person, at=AT)
    assert seats.enter_worklog(centre=person.centre, signs=signs, by=system, at=AT) == 2
    assert [row.kind for row in person.worklog.order_by("at")] == ["login", "logout", "login"]
    assert queries.live_session(person) is not None
    assert Presence.objects.get(person=person).span.upper is None
