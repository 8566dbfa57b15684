"""Pages of the line: the exchange dials while they are open, and says how its calls stand."""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.core import clock
from hotline.outbound.logic.words import Mode, Outcome, Source, Standing
from hotline.outbound.models import Attempt, Campaign, Record, Stint
from hotline.outbound.services import barred, campaigns
from hotline.outbound.services import work as calls
from hotline.outbound.tests import builders as b
from hotline.outbound.tests.test_dialling import begins, dials, exchange, fails, given_up
from hotline.outbound.tests.test_pages import HTMX, url
from hotline.people.tests.seats import said, signed_in
from hotline.telephony.logic.words import State
from hotline.telephony.models import Leader

pytestmark = pytest.mark.django_db
AT = b.NINE
SECOND, MINUTE = b.SECOND, b.MINUTE


class Clock:
    """A moment that goes on when told to; the exchange lives meanwhile."""

    def __init__(self):
        self.at = AT

    def __call__(self):
        return self.at

    def later(self, span):
        self.at += span
        Leader.objects.update(beat_at=self.at)


@pytest.fixture
def now(monkeypatch):
    made = Clock()
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture
def of(now):
    return b.house(6, mode=Mode.PROGRESSIVE, pause_seconds=20)


@pytest.fixture
def floor(of):
    return exchange(of)


@pytest.mark.clause("A3.14")
def test_one_after_another_as_a_person_at_his_browser_meets_them(of, floor, now):
    browser = signed_in(of.agent)
    page = browser.get(url("mine")).content.decode()
    assert url("enter", of.campaign.pk) in page
    entered = browser.post(url("enter", of.campaign.pk))
    assert entered.url == url("line")
    page = browser.get(url("line")).content.decode()
    assert 'hx-trigger="load delay:300ms"' in page
    sent = browser.post(url("line_next"), **HTMX)
    record = Record.objects.get(status=Standing.TAKEN)
    assert sent.headers["HX-Redirect"] == url("record", record.pk)
    assert browser.get(url("line")).url == url("record", record.pk)
    attempt = Attempt.objects.get()
    page = browser.get(url("record", record.pk)).content.decode()
    assert "13900000000" not in page
    assert 'data-key="Alt+1"' in page
    assert 'data-key="d"' not in page
    begins(floor, attempt, AT + SECOND)
    dials(floor, attempt, AT + 2 * SECOND)
    now.later(20 * SECOND)
    fails(floor, attempt, "busy", now.at)
    part = browser.get(url("call", record.pk), **HTMX).content.decode()
    assert 'data-key="Alt+0"' in part
    assert "占线" in part
    busy = next(one for one in of.campaign.dispositions.all() if one.name == "占线")
    kept = browser.post(url("settle", record.pk), {"disposition": busy.pk})
    assert kept.url == url("line")
    page = browser.get(url("line")).content.decode()
    assert 'hx-trigger="load delay:20000ms"' in page
    assert "countdown" in page
    now.later(20 * SECOND)
    assert browser.post(url("line_next"), **HTMX).status_code == 204
    assert Attempt.objects.count() == 2
    assert browser.post(url("leave")).url == url("mine")
    assert Stint.objects.get().why == "person"


def test_a_telephone_that_was_not_picked_up_offers_to_dial_again_or_to_put_back(of, floor, now):
    browser = signed_in(of.agent)
    browser.post(url("enter", of.campaign.pk))
    browser.post(url("line_next"), **HTMX)
    attempt, record = Attempt.objects.get(), Record.objects.get(status=Standing.TAKEN)
    begins(floor, attempt, AT + SECOND)
    given_up(floor, attempt, AT + 20 * SECOND)
    now.later(21 * SECOND)
    part = browser.get(url("call", record.pk), **HTMX).content.decode()
    assert {'data-key="d"', 'data-key="b"'} <= {f'data-key="{key}"' for key in "db" if f'data-key="{key}"' in part}
    browser.post(url("dial", record.pk))
    assert Attempt.objects.filter(is_void=True).count() == 1
    browser.get(url("record", record.pk))
    assert browser.get(url("call", record.pk)).url == url("record", record.pk)


@pytest.mark.usefixtures("floor")
def test_what_ends_the_line_is_said_and_nobody_is_dialled(of, now):
    browser = signed_in(of.agent)
    assert browser.get(url("line")).url == url("mine")
    assert browser.get(url("line"), **HTMX).headers["HX-Redirect"] == url("mine")
    assert browser.post(url("line_next"), **HTMX).headers["HX-Redirect"] == url("mine")
    browser.post(url("enter", of.campaign.pk))
    Campaign.objects.update(closes=time(9, 5))
    now.later(6 * MINUTE)
    assert 'hx-trigger="load' in browser.get(url("line")).content.decode()
    assert browser.post(url("line_next"), **HTMX).headers["HX-Redirect"] == url("mine")
    assert Stint.objects.get().why == "closed"
    assert said(browser.post(url("enter", of.campaign.pk)))
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("state", [State.NOT_READY, State.TALKING, State.WRAP_UP, State.OFFLINE])
def test_a_telephone_that_is_not_free_is_waited_for_without_asking(of, floor, now, state):
    browser = signed_in(of.agent)
    browser.post(url("enter", of.campaign.pk))
    floor.state(of.agent, state, AT + SECOND)
    now.later(2 * SECOND)
    page = browser.get(url("line"), **HTMX).content.decode()
    assert "load delay" not in page
    assert browser.post(url("line_next"), **HTMX).status_code == 200
    assert not Attempt.objects.exists()


@pytest.mark.usefixtures("floor")
def test_when_nobody_is_due_the_page_looks_again_when_somebody_is(of, now):
    Record.objects.update(next_at=AT + 30 * SECOND)
    browser = signed_in(of.agent)
    browser.post(url("enter", of.campaign.pk))
    assert "load delay:30000ms" in browser.get(url("line")).content.decode()
    for record in of.records():
        barred.bar(number=record.e164, reason="名单", source=Source.AUTHORITY, by=of.owner, at=AT)
    now.later(31 * SECOND)
    part = browser.post(url("line_next"), **HTMX).content.decode()
    assert "load delay:60000ms" in part
    assert not Attempt.objects.exists()


@pytest.mark.clause("A2.8")
@pytest.mark.usefixtures("floor", "now")
def test_whoever_leads_sees_who_is_on_the_line(of):
    signed_in(of.agent).post(url("enter", of.campaign.pk))
    page = signed_in(of.owner).get(url("campaign", of.campaign.pk))
    assert [one.person for one in page.context["on_line"]] == [of.agent]
    campaigns.pause(campaign_id=of.campaign.pk, by=of.owner, at=AT)
    assert not signed_in(of.owner).get(url("campaign", of.campaign.pk)).context["on_line"]


@pytest.mark.usefixtures("now")
def test_the_way_of_dialling_and_the_pause_are_set_by_the_page(of):
    values = {
        "name": "自动外呼", "mode": "progressive", "first_day": "2026-03-09", "opens": "09:00", "closes": "20:00",
        "most_tries": "3", "cap": "30", "pause_seconds": "601",
    }  # fmt: skip
    browser = signed_in(of.owner)
    assert "field-error" in browser.post(url("new"), values).content.decode()
    browser.post(url("new"), {**values, "pause_seconds": "0"})
    made = Campaign.objects.get(name="自动外呼")
    assert (made.mode, made.pause_seconds) == ("progressive", 0)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("line", 20), ("line_next", 62), ("record", 18), ("call", 9), ("people", 12), ("script", 11), ("endings", 11),
        ("take_in", 11), ("crew", 12), ("edit", 10), ("export", 11), ("bar", 9), ("bar_list", 9), ("new", 9),
        ("campaign", 22), ("mine", 17),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("floor")
def test_queries_of_every_page_are_bounded(of, now, name, most):
    for turn in range(3):  # some work is done already, so that nothing is empty
        b.called(of, Outcome.RETRY, at=AT + turn * MINUTE)
        b.called(of, Outcome.DONE, of.second, at=AT + turn * MINUTE)
    Record.objects.filter(status=Standing.WAITING).update(next_at=AT)
    now.later(5 * MINUTE)
    browser = signed_in(of.agent)
    browser.post(url("enter", of.campaign.pk))
    if name in {"record", "call"}:
        record = calls.take_next(campaign_id=of.campaign.pk, by=of.agent, at=now.at)
        browser.post(url("dial", record.pk))
        assert Attempt.objects.filter(ended_at__isnull=True, how="exchange").exists()
        arguments = [record.pk]
    else:
        arguments = [] if name in {"line", "line_next", "mine", "bar", "bar_list", "new"} else [of.campaign.pk]
    if name == "new" or (arguments and name not in {"record", "call"}):
        browser = signed_in(of.owner)
    ask = browser.post if name == "line_next" else browser.get
    htmx = HTMX if name in {"call", "line_next"} else {}
    with CaptureQueriesContext(connection) as found:
        answer = ask(url(name, *arguments), **htmx)
    assert answer.status_code == (204 if name == "line_next" else 200)
    assert len(found) <= most, [query["sql"][:150] for query in found]


@pytest.mark.clause("A2.8")
def test_the_bar_leads_to_the_form_of_a_campaigns_call_and_not_to_a_new_report(of, floor, now):
    browser, other = signed_in(of.agent), signed_in(of.second)
    browser.post(url("enter", of.campaign.pk))
    browser.post(url("line_next"))
    attempt = Attempt.objects.get()
    begins(floor, attempt, now.at)
    dials(floor, attempt, now.at)
    call = of.centre.calls.get()
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(url("on_call", call.pk)).content.decode()
    assert url("record", attempt.record_id) in page
    assert of.campaign.name in page
    assert 'data-key="Alt+c"' in page
    assert len(asked) <= 11
    beside = browser.get(reverse("cases:on_call", args=[call.pk])).content.decode()
    assert 'data-key="Alt+c"' not in beside, "one key, one meaning"
    assert reverse("cases:desk_new") in beside, "he may report something all the same"
    assert other.get(url("on_call", call.pk)).content == b"", "it is not before him"
    calls.settle(
        record_id=attempt.record_id, said=calls.Said(disposition=of.endings[Outcome.RETRY].pk), by=of.agent, at=now.at
    )
    assert browser.get(url("on_call", call.pk)).content == b"", "it is written down"
