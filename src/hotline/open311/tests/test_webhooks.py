"""Webhooks against a real server on this machine: signed, retried, once, public data alone, switched off in the end."""

import json
from datetime import timedelta

import pytest

from hotline.cases.tests import builders as cases
from hotline.core.access import NotAllowed
from hotline.core.models import Heartbeat
from hotline.customers.models import Customer
from hotline.kernel.rules import Refused
from hotline.open311 import jobs
from hotline.open311.logic import outward
from hotline.open311.models import Attempt, Delivery, Subscription, Update
from hotline.open311.queries import webhooks as queries
from hotline.open311.services import webhooks
from hotline.open311.tests import builders
from hotline.people.models import Notice
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
NINE, MINUTE = cases.NINE, cases.MINUTE
LATER = NINE + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings):
    settings.WEBHOOK_LOOPBACK = True


@pytest.fixture
def town():
    return cases.town()


def work(town, at):
    """What the minute's job does for a centre."""
    webhooks.gather(centre=town.centre, by=people.system(town.centre), at=at)
    return jobs.deliver(town.centre, at)


@pytest.mark.clause("B3.1")
def test_a_receiver_is_told_in_order_and_signed(town):
    with builders.receiver() as there:
        row = builders.subscription(town, there.url)
        cases.Walk(town, builders.report(town)).closed()
        assert work(town, LATER) == len(there.got) == 5
        assert work(town, LATER + MINUTE) == 0
    events = [headers["X-Hotline-Event"] for _path, headers, _body in there.got]
    assert events == ["request.created", *["request.updated"] * 3, "request.closed"]
    secret = queries.secret_of(row)
    for path, headers, body in there.got:
        assert path == "/hook"
        stamp = int(headers["X-Hotline-Timestamp"])
        assert outward.is_genuine(secret, stamp, body, headers["X-Hotline-Signature"], stamp + 299)
        assert not outward.is_genuine(secret, stamp, body, headers["X-Hotline-Signature"], stamp + 301)
        assert not outward.is_genuine(secret, stamp, body + b" ", headers["X-Hotline-Signature"], stamp)
        assert not outward.is_genuine(secret + "0", stamp, body, headers["X-Hotline-Signature"], stamp)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}
    assert Attempt.objects.filter(code=200, address="127.0.0.1").count() == 5


def test_the_body_is_what_the_interface_itself_answers(town):
    with builders.receiver() as there:
        builders.subscription(town, there.url)
        customer = Customer.objects.create(centre=town.centre, name="孙大圣", since=NINE, changed_at=NINE)
        case = builders.report(town, description="孙大圣 13800001234 井盖", customer=customer)
        work(town, LATER)
    told = there.bodies[0]
    answered = builders.get(f"requests/{case.number}.json", extensions="true").json()[0]
    assert set(told) == {"event", "delivery", "request", "update"}
    assert set(told["request"]) == set(answered)
    assert told["request"]["description"] == "孙** *** 井盖"
    assert "13800001234" not in json.dumps(there.bodies)


def test_what_fails_is_tried_again_ever_later_and_then_given_up(town):
    with builders.receiver((500, {}, b"no")) as there:
        builders.subscription(town, there.url)
        builders.report(town)
        at, pauses = LATER, []
        work(town, at)
        while (row := Delivery.objects.get()).status == "waiting":
            pauses.append(row.next_at - at)
            assert work(town, row.next_at - timedelta(seconds=1)) == 0
            at = row.next_at
            work(town, at)
    assert tuple(pauses) == outward.PAUSES
    assert len(there.got) == outward.MOST_TRIES == row.attempts.count()
    assert (row.status, row.next_at) == ("failed", None)


def test_a_try_that_was_broken_off_is_made_again_after_its_lease(town):
    with builders.receiver() as there:
        builders.subscription(town, there.url)
        builders.report(town)
        by = people.system(town.centre)
        webhooks.gather(centre=town.centre, by=by, at=LATER)
        [key] = queries.due(town.centre, LATER)
        assert webhooks.take(delivery_id=key, by=by, at=LATER) is not None
        assert webhooks.take(delivery_id=key, by=by, at=LATER) is None  # somebody is at it
        assert work(town, LATER + MINUTE) == 0
        assert work(town, LATER + webhooks.LEASE) == 1
    assert len(there.got) == 1


def test_what_never_answers_is_switched_off_and_told(town):
    admin = builders.sysadmin(town)
    with builders.receiver((503, {}, b"")) as there:
        row = builders.subscription(town, there.url)
        for one in range(outward.MOST_FAILURES + 3):
            builders.report(town, NINE + one * MINUTE, description=f"第{one}件")
        work(town, LATER)
        row.refresh_from_db()
        assert not row.is_active
        assert row.disabled_why
        assert len(there.got) == outward.MOST_FAILURES
        assert Notice.objects.filter(recipient=admin).count() == 1
        assert work(town, LATER + MINUTE * 2) == 0
        values = {"name": row.name, "url": row.url}
        changed = webhooks.change_subscription(
            subscription_id=row.pk, values=values, is_active=True, by=admin, at=LATER
        )
        assert (changed.failures, changed.disabled_why) == (0, "")


def test_a_success_forgets_what_failed_before(town):
    with builders.receiver((500, {}, b""), (200, {}, b"")) as there:
        row = builders.subscription(town, there.url)
        builders.report(town)
        work(town, LATER)
        row.refresh_from_db()
        assert row.failures == 1
        work(town, LATER + MINUTE)
        row.refresh_from_db()
        assert row.failures == 0
    assert len(there.got) == 2


@pytest.mark.clause("A3.6")
def test_what_became_secret_is_dropped(town):
    with builders.receiver() as there:
        builders.subscription(town, there.url)
        case = builders.report(town)
        webhooks.gather(centre=town.centre, by=people.system(town.centre), at=LATER)
        type(case).objects.filter(pk=case.pk).update(is_secret=True)
        assert jobs.deliver(town.centre, LATER) == 0
    assert there.got == []
    assert Delivery.objects.get().status == "dropped"


def test_a_subscription_hears_only_what_it_asked_for(town):
    with builders.receiver() as there:
        builders.subscription(town, there.url, on_created=False, on_updated=False)
        cases.Walk(town, builders.report(town)).closed()
        work(town, LATER)
    assert [body["event"] for body in there.bodies] == ["request.closed"]
    assert there.bodies[0]["request"]["status"] == "closed"


def test_gathering_twice_and_late_events_change_nothing(town):
    case = cases.Walk(town, builders.report(town)).dispatched().case
    by = people.system(town.centre)
    assert webhooks.gather(centre=town.centre, by=by, at=LATER) == 3
    assert webhooks.gather(centre=town.centre, by=by, at=LATER) == 0
    Heartbeat.objects.filter(part=queries.mark_name(town.centre)).delete()
    assert webhooks.gather(centre=town.centre, by=by, at=LATER) == 0
    assert list(Update.objects.filter(case=case).order_by("pk").values_list("said", flat=True)) == [
        "received",
        "filed",
        "assigned",
    ]


def test_history_is_not_sent(town):
    with builders.receiver() as there:
        builders.subscription(town, there.url)
        builders.report(town)
        assert work(town, NINE + timedelta(days=2)) == 0
    assert Update.objects.count() == 1
    assert there.got == []


def test_sending_again(town):
    admin = builders.sysadmin(town)
    with builders.receiver() as there:
        builders.subscription(town, there.url)
        builders.report(town)
        work(town, LATER)
        row = Delivery.objects.get()
        webhooks.resend(delivery_id=row.pk, by=admin, at=LATER)
        assert work(town, LATER) == 1
    assert len(there.got) == 2
    with pytest.raises(NotAllowed):
        webhooks.resend(delivery_id=row.pk, by=town.operator, at=LATER)


def test_another_secret_signs_from_now_on(town):
    row = builders.subscription(town, "https://example.com/")
    before = queries.secret_of(row)
    after = webhooks.renew_secret(subscription_id=row.pk, by=builders.sysadmin(town), at=LATER)
    assert queries.secret_of(after) != before
    assert len(before) == 64
    assert before not in str(Subscription.objects.filter(pk=row.pk).values()[0])


@pytest.mark.parametrize("events", [{}, {"on_created": False, "on_updated": False, "on_closed": False}])
def test_a_subscription_must_want_something_at_an_address_outside(town, settings, events):
    settings.WEBHOOK_LOOPBACK = False
    url = "https://example.com/" if events else "http://127.0.0.1/"
    with pytest.raises(Refused):
        builders.subscription(town, url, **events)
