"""Pages of campaigns for everybody: who sees what, a campaign built and worked, bounded queries, safe exports."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.core import clock
from hotline.outbound.logic.words import Outcome, Source, Standing
from hotline.outbound.models import Attempt, Campaign, DoNotCall, Export, Record
from hotline.outbound.services import barred, lists
from hotline.outbound.services import work as calls
from hotline.outbound.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests.seats import admits, said, signed_in

pytestmark = pytest.mark.django_db
P = Position
AT = b.NINE + 10 * b.MINUTE
LEADS = {P.MANAGER, P.CENTRE_SUPERVISOR}
OWNS = LEADS | {P.SHIFT_LEADER, P.TEAM_LEADER}
WATCHES = OWNS | {P.DIRECTOR, P.QUALITY}
CALLS = {P.OPERATOR, P.AGENT, P.TEAM_LEADER, P.SHIFT_LEADER}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def of():
    return b.house()


def url(name, *args):
    return reverse(f"outbound:{name}", args=args)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_whom_they_say(of, language):
    row = barred.bar(number="13900009999", reason="投诉", source=Source.COMPLAINT, by=of.owner, at=AT)
    b.called(of, Outcome.DONE, at=AT)
    pages = {
        url("mine"): CALLS,
        url("campaigns"): WATCHES,
        url("new"): OWNS,
        url("people", of.campaign.pk): WATCHES,
        url("people", of.campaign.pk) + "?status=waiting&q=0001": WATCHES,
        url("edit", of.campaign.pk): LEADS,
        url("script", of.campaign.pk): LEADS,
        url("endings", of.campaign.pk): LEADS,
        url("crew", of.campaign.pk): LEADS,
        url("take_in", of.campaign.pk): LEADS,
        url("export", of.campaign.pk): LEADS,
        url("act", of.campaign.pk, "close"): LEADS,
        url("barred"): WATCHES | CALLS,
        url("bar"): OWNS | CALLS,
        url("bar_list"): OWNS | CALLS,
        url("lift", row.pk): LEADS,
    }
    admits(of.centre, pages, language)


def test_whoever_works_in_it_sees_its_progress_and_his_own_line_alone(of):
    b.called(of, Outcome.DONE, at=AT)
    page = signed_in(of.agent).get(url("campaign", of.campaign.pk)).content.decode()
    assert of.agent.name in page
    assert of.second.name not in page
    assert of.second.name in signed_in(of.owner).get(url("campaign", of.campaign.pk)).content.decode()
    stranger = b.house(1)
    assert signed_in(stranger.owner).get(url("campaign", of.campaign.pk)).status_code == 404
    assert signed_in(stranger.agent).get(url("campaign", of.campaign.pk)).status_code == 404


@pytest.mark.clause("A3.14")
def test_an_owner_builds_a_campaign_by_its_pages():
    of = b.house(1)
    browser = signed_in(of.owner)
    wrong = browser.post(url("new"), {"name": "冬季回访", "opens": "06:00"})
    assert wrong.status_code == 200
    assert "冬季回访" in wrong.content.decode()
    values = {
        "name": "冬季回访", "mode": "preview", "first_day": "2026-03-09", "opens": "06:00", "closes": "20:00",
        "most_tries": "3", "cap": "30", "pause_seconds": "15",
    }  # fmt: skip
    refused = browser.post(url("new"), values).content.decode()
    assert "08:00" in refused
    made = browser.post(url("new"), {**values, "opens": "09:00"})
    campaign = Campaign.objects.get(name="冬季回访")
    assert made.url == url("take_in", campaign.pk)
    bad = SimpleUploadedFile("名单.csv", b.numbers(3) + "\n坏,12,x".encode())
    page = browser.post(made.url, {"file": bad}).content.decode()
    assert "number" in page
    assert "12" in page
    assert not Record.objects.filter(campaign=campaign).exists()
    nonsense = browser.post(made.url, {"file": SimpleUploadedFile("a.csv", b"x\n1\n")}).content.decode()
    assert 'role="alert"' in nonsense
    assert browser.post(made.url, {"file": SimpleUploadedFile("名单.csv", b.numbers(3))}).status_code == 302
    assert Record.objects.filter(campaign=campaign).count() == 3
    started = browser.post(url("act", campaign.pk, "start"))
    refusals = [line for line in said(started) if "A3.14" in line]
    assert len(refusals) == 2  # no script, nobody works in it
    rows = {"q-TOTAL_FORMS": "2", "q-INITIAL_FORMS": "0", "text": "您好"}
    choice = {"q-0-label": "满意吗", "q-0-kind": "choice", "q-0-options": "满意", "q-0-required": "on"}
    assert (
        "field-error"
        in browser.post(url("script", campaign.pk), {**rows, **choice, "q-1-kind": "text"}).content.decode()
    )
    choice["q-0-options"] = "满意\n不满意"
    assert browser.post(url("script", campaign.pk), {**rows, **choice, "q-1-kind": "text"}).status_code == 302
    crew = {f"in_{of.agent.pk}": "1", f"goal_{of.agent.pk}": "七"}
    assert "七" in browser.post(url("crew", campaign.pk), crew).content.decode()
    assert browser.post(url("crew", campaign.pk), {**crew, f"goal_{of.agent.pk}": "7"}).status_code == 302
    browser.post(url("act", campaign.pk, "start"))
    campaign.refresh_from_db()
    assert campaign.status == "running"
    browser.post(url("act", campaign.pk, "pause"), {"note": "午休"})
    assert "午休" in browser.get(url("campaign", campaign.pk)).content.decode()


def test_the_ways_calls_end_are_set_by_their_page(of):
    browser = signed_in(of.owner)
    page = browser.get(url("endings", of.campaign.pk))
    rows = page.context["rows"]
    data = {"e-TOTAL_FORMS": str(len(rows.forms)), "e-INITIAL_FORMS": str(len(rows.initial))}
    for place, row in enumerate(rows.initial):
        data |= {
            f"e-{place}-{name}": str(value) for name, value in row.items() if value is not None and value is not False
        }
    data["e-3-name"] = "没人接"
    assert browser.post(url("endings", of.campaign.pk), data).status_code == 302
    assert "没人接" in browser.get(url("endings", of.campaign.pk)).content.decode()
    del data["e-6-is_active"]  # nobody could say any more that he is not to be called
    assert "notice tone-red" in browser.post(url("endings", of.campaign.pk), data).content.decode()


@pytest.mark.clause("A3.14")
@pytest.mark.clause("A2.8")
def test_an_agent_works_one_after_another(of):
    browser = signed_in(of.agent)
    page = browser.get(url("mine")).content.decode()
    assert 'data-key="n"' in page
    taken = browser.post(url("next", of.campaign.pk))
    record = Record.objects.get(status=Standing.TAKEN)
    assert taken.url == url("record", record.pk)
    page = browser.get(taken.url).content.decode()
    assert "139****0000" in page
    assert "13900000000" not in page
    assert "您好，这里是城市管理热线。" in page
    assert 'data-key="d"' in page
    assert 'data-key="Alt+1"' not in page
    browser.post(url("dial", record.pk))
    page = browser.get(taken.url).content.decode()
    assert "13900000000" in page
    assert 'data-key="Alt+1"' in page
    done = of.endings[Outcome.DONE].pk
    missing = browser.post(url("settle", record.pk), {"disposition": done, "f4": "路灯太暗", "f2": "42"})
    assert missing.status_code == 200
    assert "路灯太暗" in missing.content.decode()
    assert "field-error" in missing.content.decode()
    kept = browser.post(url("settle", record.pk), {"disposition": done, "f1": "满意", "f4": "路灯太暗"})
    assert kept.url == url("mine") + f"?last={of.campaign.pk}"
    assert "路灯太暗" in browser.get(url("record", record.pk)).content.decode()
    mine = browser.get(kept.url)
    assert mine.context["lines"][0][0].my_done == 1
    browser.post(url("next", of.campaign.pk))
    second = Record.objects.get(status=Standing.TAKEN)
    assert browser.post(url("give_back", second.pk)).url == url("mine")
    assert not Record.objects.filter(status=Standing.TAKEN).exists()


@pytest.mark.clause("A3.14")
def test_an_appointment_asks_for_its_time_and_loses_nothing(of):
    browser = signed_in(of.agent)
    record = b.taken(of, at=AT)
    calls.dial(record_id=record.pk, by=of.agent, at=AT)
    later = of.endings[Outcome.LATER].pk
    page = browser.post(url("settle", record.pk), {"disposition": later, "note": "下午在家"}).content.decode()
    assert "下午在家" in page
    assert "field-error" in page
    browser.post(
        url("settle", record.pk), {"disposition": later, "note": "下午在家", "appointment": "2026-03-09T15:00"}
    )
    record.refresh_from_db()
    assert clock.local(record.next_at).hour == 15
    assert str(record) in browser.get(url("mine")).content.decode()
    nobody = browser.post(url("settle", record.pk), {"disposition": later})
    assert nobody.status_code == 200  # not in his hands any more: said, not broken


def test_outside_the_hours_the_page_says_so(of, monkeypatch):
    night = b.NINE + 13 * b.HOUR
    monkeypatch.setattr(clock, "now", lambda: night)
    browser = signed_in(of.agent)
    page = browser.get(url("mine")).content.decode()
    assert "20:00" in page
    assert 'data-key="n"' not in page
    assert said(browser.post(url("next", of.campaign.pk)))


@pytest.mark.clause("A3.6")
def test_a_look_behind_the_mask_asks_why(of):
    record = b.taken(of, at=AT)
    browser = signed_in(of.agent)
    asked = browser.get(url("reveal", record.pk), **HTMX).content.decode()
    assert 'name="reason"' in asked
    shown = browser.post(url("reveal", record.pk), {"reason": "核对"}, **HTMX).content.decode()
    assert "13900000000" in shown
    assert signed_in(of.second).post(url("reveal", record.pk), {"reason": "核对"}, **HTMX).status_code == 404


@pytest.mark.clause("A3.14")
def test_what_is_exported_is_text_and_numbers_are_masked_without_a_reason(of):
    content = "姓名,电话,备注\n=HYPERLINK(1),13900000077,+危险".encode()
    lists.take_in(campaign_id=of.campaign.pk, name="=坏.csv", content=content, by=of.owner, at=AT)
    b.called(of, Outcome.DONE, at=AT, typed={"f1": ["满意"], "f2": ["42"], "f3": ["yes"], "f4": ["@SUM(1)"]}, note="-1")
    browser = signed_in(of.owner)
    assert browser.post(url("export", of.campaign.pk), {"with_numbers": "on"}).status_code == 200
    assert not Export.objects.exists()

    def sheet(**data):
        answer = browser.post(url("export", of.campaign.pk), data)
        assert answer.headers["Content-Type"].endswith("sheet")
        return openpyxl.load_workbook(io.BytesIO(answer.content)).active

    masked = sheet()
    rows = [[cell.value for cell in row] for row in masked.iter_rows()]
    assert rows[1][0] == "139****0000"
    assert {"@SUM(1)", "-1", 42, "满意"} <= set(rows[1])
    assert rows[7][1] == "=HYPERLINK(1)"
    assert not [cell for row in masked.iter_rows() for cell in row if cell.data_type == "f"]
    assert sheet(with_numbers="on", reason="委托方核对").cell(2, 1).value == "13900000000"
    assert list(Export.objects.order_by("pk").values_list("with_numbers", flat=True)) == [False, True]


def test_the_list_of_those_who_must_not_be_called_by_its_pages(of):
    browser = signed_in(of.owner)
    assert (
        "field-error"
        in browser.post(url("bar"), {"number": "12", "source": "customer", "reason": "x"}).content.decode()
    )
    assert (
        browser.post(url("bar"), {"number": "13900000055", "source": "customer", "reason": "本人要求"}).status_code
        == 302
    )
    page = browser.get(url("barred") + "?q=0055").content.decode()
    assert "139****0055" in page
    assert "13900000055" not in page
    bad = SimpleUploadedFile("b.csv", "电话,原因\n12,乙".encode())
    assert browser.post(url("bar_list"), {"file": bad, "source": "authority"}).context["fault_count"] == 1
    good = SimpleUploadedFile("b.csv", "电话,原因\n13900000066,监管".encode())
    assert browser.post(url("bar_list"), {"file": good, "source": "authority"}).status_code == 302
    row = DoNotCall.objects.get(e164="+8613900000055")
    signed_in(of.supervisor).post(url("lift", row.pk), {"reason": "误登"})
    assert "139****0055" not in browser.get(url("barred")).content.decode()
    assert "139****0055" in browser.get(url("barred") + "?past=on").content.decode()


@pytest.mark.parametrize(
    ("name", "most"), [("campaigns", 12), ("campaign", 26), ("people", 18), ("mine", 22), ("barred", 12)]
)
def test_queries_do_not_grow_with_the_rows(of, name, most):
    lists.take_in(campaign_id=of.campaign.pk, name="b.csv", content=b.numbers(200, 100), by=of.owner, at=AT)
    for _number in range(3):
        b.called(of, Outcome.RETRY, at=AT)
        b.called(of, Outcome.DONE, of.second, at=AT)
    arguments = [of.campaign.pk] if name in {"campaign", "people"} else []
    browser = signed_in(of.agent if name == "mine" else of.owner)
    browser.get(url(name, *arguments))
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert browser.get(url(name, *arguments)).status_code == 200
    assert len(found) <= most, [query["sql"][:120] for query in found]


def test_empty_pages_say_what_to_do(of):
    other = b.house(0, start=False)
    for name in ("campaign", "people", "take_in"):
        assert signed_in(other.owner).get(url(name, other.campaign.pk)).status_code == 200
    assert not Attempt.objects.exists()
    assert signed_in(other.second).get(url("mine")).status_code == 200
