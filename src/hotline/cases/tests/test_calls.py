"""A call opens a report in one key, and stands on its page with what was recorded of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.models import Case, CaseCall
from hotline.cases.services import calls
from hotline.cases.tests import builders
from hotline.core.access import NotAllowed
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.telephony.logic.words import Fact
from hotline.telephony.tests import builders as telephony
from hotline.telephony.tests.builders import NINE, SECOND

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(name="town")
def _town():
    return builders.town()


@pytest.fixture(name="house")
def _house(town):
    return telephony.house(town.centre)


def ringing(town, house, ref="a"):
    """A call that rings at the operator's telephone."""
    call = telephony.arrive(house, ref)
    telephony.offer(house, ref, town.operator, NINE + 2 * SECOND)
    return call


@pytest.mark.clause("D2.6")
def test_a_report_that_is_opened_from_a_call_is_tied_to_it(town, house, client):
    call = ringing(town, house)
    client.force_login(town.operator)
    page = client.get(reverse("cases:desk_new"), {"call": call.pk}).content.decode()
    assert f'name="call" value="{call.pk}"' in page
    sent = {"source": "phone", "description": "路灯不亮", "place": "滨河路 3 号", "call": call.pk}
    client.post(reverse("cases:desk_new"), sent, **HTMX)
    row = CaseCall.objects.get()
    assert (row.call, row.case, row.by) == (call, Case.objects.get(), town.operator)


def test_what_was_refused_keeps_the_call(town, house, client):
    call = ringing(town, house)
    client.force_login(town.operator)
    answer = client.post(reverse("cases:desk_new"), {"source": "phone", "description": "", "call": call.pk}, **HTMX)
    assert answer.status_code == 422
    assert f'name="call" value="{call.pk}"' in answer.content.decode()


def test_a_call_is_tied_once_to_a_case_that_is_open_already_and_a_strangers_call_to_none(town, house, client):
    case = builders.report(town)
    call = ringing(town, house)
    client.force_login(town.operator)
    for _ in range(2):
        answer = client.post(reverse("cases:tie_call", args=[call.pk]), {"case": case.number}, **HTMX)
        assert answer.status_code == 204
    assert CaseCall.objects.count() == 1
    foreign = telephony.arrive(house, "b")
    answer = client.post(reverse("cases:tie_call", args=[foreign.pk]), {"case": case.number}, **HTMX)
    assert answer.status_code == 404
    with pytest.raises(NotAllowed):
        calls.tie(case=case, call_id=call.pk, by=town.clerk, at=NINE)


def test_the_cases_page_lists_its_calls_with_recordings_for_whom_they_are(town, house, client):
    case = builders.report(town)
    telephony.arrive(house, "a")
    call = telephony.talk(house, "a", town.operator, NINE + 10 * SECOND)
    key = telephony.recording(house, call, NINE + 10 * SECOND)
    call.recordings.update(fate="kept", path="x.wav", sha256="0")
    calls.tie(case=case, call_id=call.pk, by=town.operator, at=NINE + 90 * SECOND)
    url = reverse("cases:calls_of", args=[case.pk])
    client.force_login(town.operator)
    text = client.get(url).content.decode()
    assert reverse("telephony:call", args=[call.pk]) in text
    assert reverse("telephony:listen", args=[key]) in text
    assert telephony.NUMBER not in text
    client.force_login(people.person(town.centre, position=Position.DISPATCHER))
    text = client.get(url).content.decode()
    assert "139****1234" in text
    assert reverse("telephony:call", args=[call.pk]) not in text
    assert reverse("telephony:listen", args=[key]) not in text


def test_twenty_calls_cost_no_more_queries_than_two(town, house, client):
    case = builders.report(town)
    client.force_login(people.person(town.centre, position=Position.SHIFT_LEADER))
    counts = []
    for first, last in ((0, 2), (2, 20)):
        for number in range(first, last):
            at = NINE + number * 200 * SECOND
            telephony.arrive(house, f"c{number}", at)
            house.tell((Fact.CALL_ENDED, at + SECOND, f"c{number}", None, {"how": "abandoned"}))
            call = house.centre.calls.get(ref=f"c{number}")
            calls.tie(case=case, call_id=call.pk, by=town.leader, at=at)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse("cases:calls_of", args=[case.pk])).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.clause("A2.8")
@pytest.mark.parametrize(("how", "said"), [("not_reached", "未接通"), ("given_up", "未拨出即放弃")])
def test_a_call_that_reached_nobody_stands_among_the_cases_calls(town, house, client, how, said):
    case = builders.report(town)
    call = telephony.arrive(house, "a")
    house.tell((Fact.CALL_ENDED, NINE + SECOND, "a", None, {"how": how}))
    calls.tie(case=case, call_id=call.pk, by=town.leader, at=NINE + 2 * SECOND)
    client.force_login(town.leader)
    answer = client.get(reverse("cases:calls_of", args=[case.pk]))
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_case_without_calls_shows_nothing_of_them(town, client):
    case = builders.report(town)
    client.force_login(town.operator)
    assert client.get(reverse("cases:calls_of", args=[case.pk])).content == b""
