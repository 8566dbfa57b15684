"""Pages of leave and swaps: whom they admit, what they show and hide, that every button does what it says, queries."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hotline.core import clock
from hotline.leave.models import Allowance, BalanceEntry, Leave, LeaveStatus, PregnancyNotice, Swap, SwapStatus
from hotline.leave.services import papers
from hotline.leave.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters.models import RosterEntry
from hotline.rosters.services import demand
from hotline.rulebook.leave import Code

pytestmark = pytest.mark.django_db
P = Position
OUTSIDE = {P.FIELD_SUPERVISOR, P.DEPARTMENT_CLERK}
MOST_QUERIES = 40  # the frame of a page asks about twenty itself
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)


@pytest.fixture
def of():
    return b.house()


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def url(name, *arguments):
    return reverse(f"leave:{name}", args=arguments)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_who_is_admitted_to_which_page(of, language):
    staff = people.everybody(of.centre)
    everybody = set(staff)
    asks, inside = everybody - {P.DEPARTMENT_CLERK}, everybody - OUTSIDE
    pages = {
        url("mine"): asks, url("ask"): asks, url("sick"): asks, url("pregnancy"): asks, url("kinds"): asks,
        url("swaps"): asks, url("swap_new"): asks, url("deciding"): inside, url("overview"): inside,
        url("overview_xlsx"): inside, url("balances"): {P.HR, P.DIRECTOR}, url("balances_xlsx"): {P.HR, P.DIRECTOR},
    }  # fmt: skip
    b.sick(of.one, 0)
    b.ask(of.two, first=7)
    for position, person in staff.items():
        person.language = language
        person.save(update_fields=["language"])
        browser = signed_in(person)
        for page, admitted in pages.items():
            assert browser.get(page).status_code == (200 if position in admitted else 403), (page, position)


@pytest.mark.clause("D2.9")
def test_the_preview_says_what_counts_who_decides_and_what_to_do(of):
    ask = {"kind": "personal", "first": "2026-03-16", "last": "2026-03-17", "reason": ""}
    browser = signed_in(of.one)
    page = browser.post(url("preview"), ask, **HTMX).content.decode()
    assert "计 2 天，缺 2 个班次" in page
    assert "主管" in page
    assert "主任" in page
    assert "D2.9" in page  # the reason is missing
    assert Leave.objects.count() == 0
    urgent = browser.post(url("preview"), ask | {"first": "2026-03-10", "last": "2026-03-10", "reason": "急事"}, **HTMX)
    assert "紧急" in urgent.content.decode()
    assert browser.post(url("preview"), {"kind": "personal"}, **HTMX).status_code == 200
    other = ask | {"person": of.two.pk}
    assert browser.post(url("preview"), other, **HTMX).status_code == 200  # his own: the field is not his


@pytest.mark.clause("D2.9")
def test_asked_on_the_page_and_decided_by_two_in_order(of):
    page = url("ask")
    ask = {"kind": "personal", "first": "2026-03-16", "last": "2026-03-17", "reason": ""}
    refused = signed_in(of.one).post(page, ask)
    assert refused.status_code == 200
    assert "2026-03-17" in refused.content.decode()  # nothing typed is lost
    assert signed_in(of.one).post(page, ask | {"reason": "搬家"}).status_code == 302
    row = Leave.objects.get()
    there, yes = url("leave", row.pk), url("decide", row.pk, "yes")
    assert "搬家" in signed_in(of.supervisor).get(there).content.decode()
    assert signed_in(of.director).post(yes, {"note": ""}).status_code == 403
    assert of.one.name in signed_in(of.supervisor).get(url("deciding")).content.decode()
    assert of.one.name not in signed_in(of.director).get(url("deciding")).content.decode()
    signed_in(of.supervisor).post(yes, {"note": "同意"})
    assert of.one.name in signed_in(of.director).get(url("deciding")).content.decode()
    signed_in(of.director).post(yes, {"note": ""})
    row.refresh_from_db()
    assert row.status == LeaveStatus.GRANTED
    assert signed_in(of.one).get(url("form", row.pk)).status_code == 200
    assert signed_in(of.one).post(url("act", row.pk, "take-back")).status_code == 302
    row.refresh_from_db()
    assert row.status == LeaveStatus.CANCELLED


def test_an_open_request_renews_its_state_and_its_buttons_with_itself(of):
    row = b.ask(of.one, first=7)
    page = signed_in(of.one).get(url("leave", row.pk)).content.decode()
    assert f'data-live-topic="leave.leave:{row.pk}"' in page
    b.yes(row, of.supervisor)
    fragment = signed_in(of.one).get(url("leave", row.pk), **HTMX).content.decode()
    assert "<html" not in fragment
    state = fragment.split('id="state" hx-swap-oob')[1]
    assert "已批准" in state
    swap = b.wish(of.one, of.two, [b.shift(of.one, 9)])
    page = signed_in(of.one).get(url("swap", swap.pk)).content.decode()
    assert f":{swap.pk}" in page.split("data-live-topic=")[-1][:40]
    assert 'id="state" hx-swap-oob' in signed_in(of.two).get(url("swap", swap.pk), **HTMX).content.decode()


def test_a_no_without_a_reason_stays_on_the_page(of):
    row = b.ask(of.one, first=7)
    no = url("decide", row.pk, "no")
    assert signed_in(of.supervisor).post(no, {"note": ""}).status_code == 200
    assert signed_in(of.supervisor).post(no, {"note": "缺人"}).status_code == 302
    row.refresh_from_db()
    assert row.status == LeaveStatus.REFUSED
    assert signed_in(of.supervisor).post(url("decide", row.pk, "maybe"), {}).status_code == 404


@pytest.mark.clause("D2.8")
def test_sickness_with_its_certificate_from_a_phone_and_who_reads_it(of):
    file = SimpleUploadedFile("note.pdf", b.PDF, content_type="application/pdf")
    ask = {"kind": "sick", "first": "2026-03-09", "last": "2026-03-10", "reason": "急性肠胃炎", "papers": file}
    assert signed_in(of.one).post(url("sick"), ask).status_code == 302
    row = Leave.objects.get()
    paper = row.certificates.get()
    there = url("leave", row.pk)
    assert "急性肠胃炎" in signed_in(of.supervisor).get(there).content.decode()
    leader = signed_in(of.leader).get(there).content.decode()  # sees that he is sick, not what it is
    assert "病假" in leader
    assert "急性肠胃炎" not in leader
    assert signed_in(of.two).get(there).status_code == 404
    own = signed_in(of.one).post(url("paper", paper.pk))
    assert (own.content, own["Content-Type"]) == (b.PDF, "application/pdf")
    assert signed_in(of.leader).post(url("paper", paper.pk), {"reason": "好奇"}).status_code == 403
    blank = signed_in(of.supervisor).post(url("paper", paper.pk), {"reason": ""}, follow=True)
    assert "(A3.6)" in blank.content.decode()  # the refusal with its clause
    assert signed_in(of.supervisor).post(url("paper", paper.pk), {"reason": "审批"}).content == b.PDF
    assert "审批" in signed_in(of.one).get(there).content.decode()  # its owner sees who looked
    month = url("overview")
    assert "病假" not in signed_in(of.two).get(month).content.decode()
    assert "病假" in signed_in(of.supervisor).get(month).content.decode()
    back = signed_in(of.one).post(url("act", row.pk, "back"), {"on": "2026-03-10"})
    assert back.status_code == 302
    row.refresh_from_db()
    assert row.last == b.day(0)


def test_what_is_handed_in_is_a_picture_or_a_pdf(of):
    row = b.sick(of.one, 0)
    hand_in = url("act", row.pk, "hand-in")
    bad = SimpleUploadedFile("note.pdf", b"MZ\x90 a program", content_type="application/pdf")
    signed_in(of.one).post(hand_in, {"papers": bad})
    signed_in(of.one).post(hand_in)
    assert row.certificates.count() == 0
    signed_in(of.one).post(hand_in, {"papers": SimpleUploadedFile("x", b"\xff\xd8\xff photo")})
    assert row.certificates.get().media_type == "image/jpeg"
    assert signed_in(of.one).post(url("act", row.pk, "dance")).status_code == 404


def test_the_decider_sees_what_the_roster_would_look_like(of):
    row = b.ask(of.one, first=7)
    demand.set_demand(
        centre=of.centre, heads={(b.day(7), 20): 2}, source="手工", by=of.supervisor, at=b.AT
    )  # fmt: skip
    page = signed_in(of.supervisor).get(url("leave", row.pk)).content.decode()
    assert "缺 1 人" in page


@pytest.mark.clause("D3.4")
def test_the_director_exempts_on_the_page(of):
    row = b.sick(of.one, 0)
    signed_in(of.director).post(url("act", row.pk, "exempt"), {"why": "重大疾病"})
    row.refresh_from_db()
    assert row.spell.is_exempt
    assert signed_in(of.supervisor).post(url("act", row.pk, "exempt"), {"why": "x"}).status_code == 403


@pytest.mark.clause("D4.4")
def test_human_resources_keep_balances_and_nobody_his_own(of):
    page = url("ledger", of.one.pk)
    assert signed_in(of.two).get(page).status_code == 404
    assert signed_in(of.one).get(page).status_code == 200
    signed_in(of.one).post(page, {"works_since": "2000-01-01"})
    assert BalanceEntry.objects.count() == 0
    signed_in(of.hr).post(page, {"works_since": "2012-05-01"})
    assert BalanceEntry.objects.get().half_days == 20
    signed_in(of.hr).post(page, {"days": "-1.5", "why": "correction", "note": "去年多休"})
    assert signed_in(of.hr).post(page, {"days": "0.3", "why": "correction", "note": "x"}).status_code == 200
    assert signed_in(of.hr).post(page, {"works_since": "2099-01-01"}).status_code == 200
    assert sorted(BalanceEntry.objects.values_list("half_days", flat=True)) == [-3, 20]
    assert "8.5" in signed_in(of.hr).get(url("balances")).content.decode()
    assert signed_in(of.hr).post(url("ledger", of.hr.pk), {"works_since": "2000-01-01"}).status_code == 200
    assert not BalanceEntry.objects.filter(person=of.hr).exists()


@pytest.mark.clause("D4.2")
def test_more_than_the_law_is_given_and_never_less(of):
    page = url("kinds")
    more = {"kind": "marriage", "days": "13", "since": "2026-01-01", "source": "省条例第 26 条"}
    assert signed_in(of.hr).post(page, more | {"days": "2"}).status_code == 200
    assert signed_in(of.hr).post(page, more).status_code == 302
    assert Allowance.objects.get().half_days == 26
    assert "省条例" in signed_in(of.one).get(page).content.decode()
    signed_in(of.one).post(page, more | {"days": "99"})
    assert Allowance.objects.get().half_days == 26
    assert b.ask(of.one, Code.MARRIAGE, 7, 23).half_days == 26


@pytest.mark.clause("D4.1")
def test_a_notice_of_pregnancy_is_free_read_by_few_and_taken_back(of):
    page = url("pregnancy")
    signed_in(of.one).post(page, {"expected_on": "2026-09-01"})
    row = PregnancyNotice.objects.get()
    assert b"2026-09-01" not in bytes(row.sealed)
    for person, reads in ((of.one, True), (of.hr, True), (of.director, True), (of.supervisor, False), (of.two, False)):
        assert ("2026-09-01" in signed_in(person).get(page).content.decode()) is reads, person.name
    assert signed_in(of.one).post(page, {"expected_on": "2020-01-01"}).status_code == 200
    signed_in(of.one).post(page, {"withdraw": "1"})
    assert not PregnancyNotice.objects.exists()


@pytest.mark.clause("D2.11")
def test_a_swap_from_wish_to_pay_back_on_the_pages(of):
    b.free(of, of.two, 7)
    b.free(of, of.one, 14)
    new = url("swap_new")
    assert of.two.name in signed_in(of.one).get(new).content.decode()
    there = f"{new}?partner={of.two.pk}"
    entry = b.shift(of.one, 7)
    assert signed_in(of.one).post(there, {"given": [entry.pk], "reason": ""}).status_code == 200
    assert signed_in(of.one).post(there, {"given": [entry.pk], "reason": "家长会"}).status_code == 302
    row = Swap.objects.get()
    act = {name: url("swap_act", row.pk, name) for name in ("agree", "approve", "withdraw", "dance")}
    assert of.one.name in signed_in(of.two).get(url("swaps")).content.decode()
    assert signed_in(of.one).post(act["agree"]).status_code == 403
    signed_in(of.two).post(act["agree"])
    assert of.two.name in signed_in(of.supervisor).get(url("deciding")).content.decode()
    signed_in(of.supervisor).post(act["approve"], {"note": "同意"})
    assert RosterEntry.objects.get(pk=entry.pk).person == of.two
    assert signed_in(of.one).post(act["dance"]).status_code == 404
    assert signed_in(people.person(of.centre)).get(url("swap", row.pk)).status_code == 404
    back = f"{new}?repays={row.pk}"
    assert signed_in(of.one).get(back).status_code == 200
    theirs = b.shift(of.two, 14)
    assert signed_in(of.one).post(back, {"taken": [theirs.pk], "reason": "还班"}).status_code == 302
    second = Swap.objects.exclude(pk=row.pk).get()
    signed_in(of.two).post(url("swap_act", second.pk, "agree"))
    signed_in(of.supervisor).post(url("swap_act", second.pk, "approve"))
    row.refresh_from_db()
    assert row.paid_back_at is not None
    assert RosterEntry.objects.get(pk=theirs.pk).person == of.one


def test_a_swap_that_cannot_be_made_says_why_on_its_page(of):
    b.free(of, of.two, 7)
    row = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    signed_in(of.two).post(url("swap_act", row.pk, "agree"))
    b.sick(of.two, 7, 8)
    page = signed_in(of.supervisor).post(url("swap_act", row.pk, "approve"))
    assert page.status_code == 200
    assert "D2.11" in page.content.decode()
    assert Swap.objects.get().status == SwapStatus.AGREED


def test_many_rows_cost_no_more_queries(of, django_assert_max_num_queries):
    many = b.operators(of, 12)
    for number, person in enumerate(many):
        papers.hand_in(leave_id=b.sick(person, 0, number % 4).pk, content=b.PDF, by=person, at=b.AT)
    for number in range(7, 12):
        b.ask(of.one, first=number)
        for person in many[:4]:
            b.ask(person, first=number)
    pages = {
        url("mine"): of.one, url("deciding"): of.supervisor, url("overview"): of.two, url("balances"): of.hr,
        url("swaps"): of.one,
    }  # fmt: skip
    for page, person in pages.items():
        browser = signed_in(person)
        browser.get(page)
        with django_assert_max_num_queries(MOST_QUERIES):
            assert browser.get(page).status_code == 200


def test_a_field_supervisor_asks_and_sees_his_own(of):
    field = people.person(unit=people.unit(of.centre, "外勤", "field"), position=P.FIELD_SUPERVISOR)
    browser = signed_in(field)
    answer = browser.post(url("ask"), {"kind": "sick", "first": "2026-03-09", "last": "2026-03-09", "reason": "扭伤"})
    assert answer.status_code == 302
    assert "扭伤" in browser.get(answer["Location"]).content.decode()
    assert browser.get(url("swaps")).status_code == 200
