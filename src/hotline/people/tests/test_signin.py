"""Stories at the door: passwords, lock-out, one live session, second factor, the end of the live stream."""

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import SESSION_KEY
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from hotline.core import clock, live
from hotline.core.models import LiveMark
from hotline.core.stream import Stream
from hotline.people import jobs, queries, signin
from hotline.people.models import Person, Position, PresenceState, SeatSession, WorkLogKind
from hotline.people.services import accounts, seats
from hotline.people.tests import builders
from hotline.people.tests.builders import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "account_login"


def sign_in(client, person, password=PASSWORD, address="10.0.0.1", **more):
    """Type name and password."""
    form = {"login": person.username, "password": password, **more}
    return client.post(reverse(LOGIN), form, REMOTE_ADDR=address)


def signed_in(client):
    return SESSION_KEY in client.session


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def person():
    return builders.person(password=PASSWORD)


def test_name_and_password_open_the_seat_in_any_case_of_letters(client, person):
    answer = client.post(
        reverse(LOGIN), {"login": person.username.upper(), "password": PASSWORD}, REMOTE_ADDR="10.0.0.1"
    )
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    session = queries.live_session(person)
    assert session.session_hash == queries.session_hash(client.session.session_key)
    assert session.address == "10.0.0.1"
    assert client.session.session_key not in str(SeatSession.objects.values())
    assert queries.presence_of(person).state == PresenceState.BUSY


def test_five_wrong_passwords_lock_one_user_at_one_address(person):
    neighbour = builders.person(unit=builders.root(person.centre), password=PASSWORD)
    client = Client()
    for name in [person.username, person.username.upper()] * 2:
        assert sign_in(client, Person(username=name), "wrong").status_code == 200
    assert sign_in(client, person, "wrong").status_code == 429
    assert sign_in(Client(), person).status_code == 429
    assert not queries.live_session(person)
    other, elsewhere = Client(), Client()
    assert sign_in(other, neighbour).status_code == 302
    assert signed_in(other)
    assert sign_in(elsewhere, person, address="10.0.0.2").status_code == 302
    assert person.worklog.filter(kind=WorkLogKind.REFUSED, address="10.0.0.1").count() >= 5


def test_a_stranger_learns_nothing_about_who_exists(client, person):
    known = sign_in(client, person, "wrong").content.decode()
    unknown = sign_in(client, Person(username="nobody"), "wrong").content.decode()
    strip = lambda page: [line for line in page.splitlines() if "csrf" not in line and "value=" not in line]  # noqa: E731
    assert len(strip(known)) == len(strip(unknown))


@pytest.mark.clause("C4")
def test_the_second_sign_in_ends_the_first_and_tells_it(person):
    first, second = Client(), Client()
    sign_in(first, person)
    key = first.session.session_key
    assert signin.session_lives(person, key)
    LiveMark.objects.all().delete()
    sign_in(second, person, address="10.0.0.2")
    assert f"session:{person.pk}" in set(LiveMark.objects.values_list("topic", flat=True))
    assert not signin.session_lives(person, key)
    answer = first.get(reverse("people:me"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse(LOGIN))
    assert not signed_in(first)
    assert "另一席位" in str([str(message) for message in get_messages(answer.wsgi_request)])
    assert second.get(reverse("people:me")).status_code == 200
    assert queries.live_session(person).session_hash == queries.session_hash(second.session.session_key)


def test_a_fragment_of_an_ended_session_makes_the_whole_page_leave(person):
    first = Client()
    sign_in(first, person)
    sign_in(Client(), person)
    answer = first.get(reverse("people:bell"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse(LOGIN)


def test_a_closed_account_is_out_with_its_next_request(client, person):
    sign_in(client, person)
    accounts.deactivate(person=person, by=builders.system(person.centre), at=clock.now())
    assert client.get(reverse("people:me")).status_code == 302
    assert sign_in(client, person).url == reverse("account_inactive")
    assert not queries.live_session(person)


def test_a_permission_given_or_taken_counts_at_once(client):
    person = builders.person(position=Position.HR)
    client.force_login(person)
    assert client.get(reverse("people:accounts")).status_code == 200
    person.posts.all().delete()
    assert client.get(reverse("people:accounts")).status_code == 403


@pytest.mark.clause("D2.15")
def test_signing_out_ends_the_session_and_is_written_down(client, person):
    sign_in(client, person)
    key = client.session.session_key
    assert client.post(reverse("account_logout")).status_code == 302
    assert not signin.session_lives(person, key)
    assert queries.presence_of(person) is None
    assert [line.kind for line in person.worklog.order_by("pk")] == ["login", "logout"]


@pytest.mark.clause("D2.15")
def test_a_locked_seat_shows_only_the_unlock_page(client, person):
    sign_in(client, person)
    assert client.post(reverse("people:lock")).url == reverse("people:unlock")
    assert not signin.session_lives(person, client.session.session_key)
    for name in ("home", "people:me", "people:notices", "mfa_index", "core:versions"):
        assert client.get(reverse(name)).url.startswith(reverse("people:unlock")), name
    assert client.post(reverse("people:presence"), {"state": "ready"}).url.startswith(reverse("people:unlock"))
    assert queries.presence_of(person).state == PresenceState.AWAY
    wrong = client.post(reverse("people:unlock"), {"password": "wrong"})
    assert wrong.status_code == 200
    assert queries.live_session(person).locked_at
    right = client.post(reverse("people:unlock"), {"password": PASSWORD, "next": reverse("people:notices")})
    assert right.url == reverse("people:notices")
    assert client.get(reverse("people:me")).status_code == 200
    assert [line.kind for line in person.worklog.order_by("pk")][-2:] == ["lock", "unlock"] or person.worklog.filter(
        kind="refused"
    ).exists()


def test_unlocking_never_leads_out_of_the_house(client, person):
    sign_in(client, person)
    client.post(reverse("people:lock"))
    answer = client.post(reverse("people:unlock"), {"password": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.url == reverse("home")


def test_guessing_at_the_unlock_page_locks_too(client, person):
    sign_in(client, person)
    client.post(reverse("people:lock"), REMOTE_ADDR="10.0.0.1")
    tries = [
        client.post(reverse("people:unlock"), {"password": "wrong"}, REMOTE_ADDR="10.0.0.1").status_code
        for _each in range(5)
    ]
    assert tries == [200] * 4 + [429]


def shift(person, **moved):
    """Let the live session have begun, or been seen, earlier."""
    session = queries.live_session(person)
    for field, span in moved.items():
        setattr(session, field, getattr(session, field) - span)
    session.save()


def test_a_seat_left_alone_locks_by_itself(client, person, settings):
    sign_in(client, person)
    idle = timedelta(seconds=settings.IDLE_LOCK_SECONDS)
    shift(person, began_at=idle, last_seen_at=idle - timedelta(seconds=30))
    assert client.get(reverse("people:me")).status_code == 200
    shift(person, last_seen_at=idle)
    assert client.get(reverse("people:me")).url.startswith(reverse("people:unlock"))
    assert queries.live_session(person).locked_at


def test_the_clock_locks_a_seat_whose_browser_is_gone_and_ends_a_session_after_twelve_hours(client, person, settings):
    sign_in(client, person)
    at = clock.now()
    jobs.look_after_seats(at=clock.now())
    assert queries.live_session(person).locked_at is None
    shift(person, began_at=timedelta(hours=1), last_seen_at=timedelta(hours=1))
    jobs.look_after_seats(at=clock.now())
    assert queries.live_session(person).locked_at >= at
    shift(person, began_at=timedelta(hours=12))
    jobs.look_after_seats(at=clock.now())
    assert queries.live_session(person) is None
    assert person.worklog.latest("pk").kind == WorkLogKind.EXPIRED
    assert client.get(reverse("people:me")).url.startswith(reverse(LOGIN))


def test_a_session_ends_after_twelve_hours_with_the_next_request(client, person):
    sign_in(client, person)
    shift(person, began_at=timedelta(hours=12))
    assert client.get(reverse("people:me")).url.startswith(reverse(LOGIN))
    assert queries.live_session(person) is None


def test_an_invitation_link_sets_the_password_once(client):
    person = builders.person()
    token = accounts.invite(person=person, by=builders.system(person.centre), at=clock.now())
    link = reverse("people:invitation", args=[token])
    assert person.username in client.get(link).content.decode()
    assert client.post(link, {"password": "short", "again": "short"}).status_code == 200
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD}).url == reverse(LOGIN)
    assert client.get(link).status_code == 410
    assert sign_in(client, person).status_code == 302
    assert signed_in(client)


def test_a_new_password_keeps_this_seat_and_asks_for_the_old_one_first(client, person):
    sign_in(client, person)
    page = reverse("people:password")
    assert client.get(page).url.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    fresh = "another-umbrella-48"
    assert client.post(page, {"password": fresh, "again": fresh}).url == reverse("people:me")
    assert client.get(reverse("people:me")).status_code == 200
    assert Person.objects.get(pk=person.pk).check_password(fresh)


def test_a_sensitive_act_needs_the_password_of_the_last_five_minutes(client):
    centre = builders.centre()
    admin, person = builders.person(centre, position=Position.SYSADMIN, password=PASSWORD), builders.person(centre)
    sign_in(client, admin)
    invite = reverse("people:invite", args=[person.pk])
    assert client.post(invite).url.startswith(reverse("account_reauthenticate"))
    assert not person.invitations.exists()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.post(invite)
    assert page.status_code == 200
    assert "/invitation/" in page.content.decode()
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 301} for record in session["account_authentication_methods"]
    ]
    session.save()
    assert client.post(invite).status_code == 302


def test_some_positions_must_set_up_a_second_factor_first(client, settings):
    settings.HOTLINE_MFA = "required"
    centre = builders.centre()
    for position, asked in [(Position.HR, True), (Position.DIRECTOR, True), (Position.OPERATOR, False)]:
        client.force_login(builders.person(centre, position=position))
        answer = client.get(reverse("people:me"))
        assert (answer.status_code == 302 and answer.url == reverse("mfa_index")) is asked
        assert client.get(reverse("mfa_index")).status_code == 200


def test_the_second_factor_is_asked_for_and_a_code_works_once(person):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    kept = Authenticator.objects.get(user=person)
    assert secret not in json.dumps(kept.data)
    client = Client()
    assert sign_in(client, person).url == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    code = code_for(secret)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert signed_in(client)
    again = Client()
    sign_in(again, person)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert not signed_in(again)


def test_codes_cannot_be_tried_out(person):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    client = Client()
    sign_in(client, person)
    for _each in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert not signed_in(client)


def test_the_last_device_stays_where_the_position_demands_one(settings):
    settings.HOTLINE_MFA = "required"
    centre = builders.centre()
    adapter = signin.MfaAdapter()
    for position, stays in [(Position.DIRECTOR, True), (Position.OPERATOR, False)]:
        holder = builders.person(centre, position=position)
        device = TOTP.activate(holder, generate_totp_secret()).instance
        assert adapter.can_delete_authenticator(device) is not stays


def test_a_passkey_page_offers_a_challenge(client, person):
    answer = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["challenge"]


ONE_USE = """
import sys, time
from hotline.config import manage
manage.connect()
import django
django.setup()
from django.conf import settings
settings.MFA_TOTP_PERIOD = 3600
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
code = format_hotp_value(hotp_value(sys.argv[1], int(time.time()) // 3600))
print(Authenticator.objects.get(pk=int(sys.argv[2])).wrap().validate_code(code))
"""


def address_of_the_test_database():
    given = connection.settings_dict
    host = given["HOST"] or given["OPTIONS"].get("host", "")
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@/{given['NAME']}?host={host}&port={given['PORT']}"


@pytest.mark.django_db(transaction=True)
def test_a_code_used_in_one_process_is_refused_in_another():
    person = builders.person()
    secret = generate_totp_secret()
    device = TOTP.activate(person, secret).instance
    environment = {**os.environ, "DATABASE_URL": address_of_the_test_database().rstrip("=").removesuffix("&port")}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", ONE_USE, secret, str(device.pk)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _each in range(2)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in started)
    caches["default"].clear()
    assert said == ["False", "True"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["sign-out", "take-over", "lock", "closing"])
def test_the_live_stream_of_an_ended_session_says_bye_within_a_second(how):
    person = builders.person()
    client = Client()
    client.force_login(person)
    acts = {
        "sign-out": lambda: client.post(reverse("account_logout")),
        "take-over": lambda: Client().force_login(person),
        "lock": lambda: seats.lock(person=person, by=person, at=clock.now()),
        "closing": lambda: accounts.deactivate(person=person, by=builders.system(person.centre), at=clock.now()),
    }
    said, seconds = asyncio.run(listen_while(client.session.session_key, acts[how]))
    assert "event: bye" in said
    assert seconds < 1


async def listen_while(key, act):
    """Open /live with this session, do it, let the ticker fold once, and hear what the page is told."""
    stream, said, told = Stream(), [], asyncio.Event()
    gone = asyncio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        said.append(message.get("body", b"").decode())
        if "event: hello" in said[-1] or "event: bye" in said[-1]:
            told.set()

    scope = {
        "type": "http",
        "query_string": b"topics=x",
        "headers": [(b"cookie", f"{signin.settings.SESSION_COOKIE_NAME}={key}".encode())],
    }
    await stream.open()
    page = asyncio.create_task(stream(scope, receive, send))
    await asyncio.wait_for(told.wait(), 10)
    await asyncio.sleep(0.3)
    told.clear()
    began = await asyncio.to_thread(do_and_announce, act)
    await asyncio.wait_for(told.wait(), 10)
    seconds = time.monotonic() - began
    gone.set()
    await page
    await stream.close()
    return "".join(said), seconds


def do_and_announce(act):
    """What the ticker does ten times a second; the moment of its announcement."""
    act()
    while (version := live.fold()) is None:
        time.sleep(0.05)  # an older transaction of the cluster is still running
    began = time.monotonic()
    live.announce(version)
    connections.close_all()
    return began
