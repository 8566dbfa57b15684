"""The pages of hand-overs: whom they admit, what they show, that every button does what it says, few queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.services import filing
from hotline.core import clock
from hotline.customers.models import Customer
from hotline.handover import access, jobs
from hotline.handover.models import AskedAgain, CustomerTold, Handover, HandoverItem
from hotline.handover.services import accepting, following, items, signing
from hotline.handover.tests import builders as b
from hotline.people.models import Position, PresenceState
from hotline.people.services import presence
from hotline.people.tests import builders as people
from hotline.people.tests.seats import admits, said, signed_in

pytestmark = pytest.mark.django_db
P = Position
HANDS = {P.OPERATOR, P.AGENT, P.SHIFT_LEADER, P.TEAM_LEADER, P.CENTRE_SUPERVISOR, P.DISPATCHER, P.FIELD_SUPERVISOR}
DESK = {P.OPERATOR, P.AGENT, P.SHIFT_LEADER, P.TEAM_LEADER}
OVERSEE = {P.SHIFT_LEADER, P.CENTRE_SUPERVISOR, P.TEAM_LEADER, P.DIRECTOR, P.MANAGER, P.QUALITY}
MOST_QUERIES = 45  # the frame of a page asks about twenty itself
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(name="of")
def _of(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.NEAR)
    return b.house()


def url(name, *arguments):
    return reverse(f"handover:{name}", args=arguments)


@pytest.mark.clause("C6", "D2.6")
def test_who_is_admitted_to_which_page(of):
    admits(
        of.town.centre,
        {
            url("mine"): HANDS,
            url("inbox"): HANDS,
            url("list"): HANDS | OVERSEE,
            url("idle"): HANDS,
            url("today"): OVERSEE,
            url("of_board"): OVERSEE,
            url("owed"): DESK,
            url("export"): OVERSEE - {P.QUALITY},
        },
    )


@pytest.mark.clause("D2.5", "C6")
def test_from_the_list_of_what_is_in_hand_to_the_signed_record(of):
    case, other = b.case(of), b.case(of, place="北门路")
    b.promise(of, case=case)
    giver, taker = signed_in(of.giver), signed_in(of.late)
    shown = giver.get(url("mine")).content.decode()
    assert case.number in shown
    assert other.number in shown
    assert of.late.name in shown
    form = {"id": [f"case:{case.pk}"], "to": of.late.pk, "words": "请十点前回电", "act": "offer"}
    assert giver.post(url("act"), form).url == url("mine")
    answer = giver.post(url("sign_off"), {"note": "平稳"})
    assert answer.status_code == 409
    assert case.number in answer.content.decode()
    giver.post(url("act"), {"id": [f"case:{other.pk}"], "words": "市民明早再来电", "act": "keep"})
    waiting = taker.get(url("inbox")).content.decode()
    assert "请十点前回电" in waiting
    item = HandoverItem.objects.get(case=case)
    assert taker.post(url("accept", item.pk)).url == url("inbox")
    assert b.fresh(case).holding.person == of.late
    record = Handover.objects.get()
    assert giver.post(url("sign_off"), {"note": "平稳"}).url == url("record", record.pk)
    taker.post(url("result", item.pk), {"text": "已联系街道", "act": "handling"})
    taker.post(url("result", item.pk), {"text": "已修复，市民满意", "act": "result"})
    printed = giver.get(url("record", record.pk)).content.decode()
    assert "已修复，市民满意" in printed
    assert "市民明早再来电" in printed
    assert "print-only" in printed


def test_nothing_ticked_or_nothing_said_changes_nothing(of):
    case = b.case(of)
    giver = signed_in(of.giver)
    assert giver.post(url("act"), {"words": "跟进", "act": "offer"}).status_code == 422
    assert giver.post(url("act"), {"id": [f"case:{case.pk}"], "words": "", "act": "offer"}).status_code == 422
    assert giver.post(url("act"), {"id": ["case:999999"], "words": "跟进", "act": "offer"}).status_code == 302
    assert giver.post(url("note"), {"text": " "}).status_code == 422
    assert not HandoverItem.objects.exists()
    giver.post(url("act"), {"words": "跟进", "act": "all"})
    giver.post(url("note"), {"text": "系统今晚升级"})
    assert HandoverItem.objects.count() == 2
    note = HandoverItem.objects.get(kind="note")
    giver.post(url("act"), {"id": [f"note:{note.pk}"], "words": "已写在白板", "act": "keep"})
    assert b.fresh(note).reason == "已写在白板"


def test_declining_asks_why_on_the_same_page(of):
    item = b.offered(of, b.case(of), of.late)
    taker = signed_in(of.late)
    answer = taker.post(url("decline", item.pk), {"reason": " "})
    assert answer.status_code == 422
    assert b.fresh(item).status == "offered"
    taker.post(url("decline", item.pk), {"reason": "手上已满"})
    assert b.fresh(item).status == "declined"
    assert "手上已满" in signed_in(of.giver).get(url("mine")).content.decode()
    told = said(taker.post(url("accept", item.pk)))
    assert any("D2.5" in text for text in told)


def test_without_a_shift_the_page_says_so(of):
    stranger = people.person(of.town.centre, position=P.OPERATOR)
    browser = signed_in(stranger)
    assert browser.get(url("mine")).status_code == 200
    assert browser.post(url("act"), {"words": "x"}).url == url("mine")
    assert browser.get(url("idle")).content == b""


@pytest.mark.clause("D2.5", "C6")
def test_the_shift_leaders_day_and_what_nobody_accepted(of):
    case = b.case(of)
    jobs.escalate_all(b.at(17, 22))
    leader = signed_in(of.late_leader)
    shown = leader.get(url("today")).content.decode()
    assert case.number in shown
    assert of.giver.name in shown
    item = HandoverItem.objects.get()
    assert "1" in leader.get(url("of_board")).content.decode()
    assert leader.post(url("place"), {"id": [item.pk], "reason": ""}).status_code == 422
    director = people.person(of.town.centre, position=P.DIRECTOR)
    signed_in(director).post(url("place"), {"id": [item.pk], "to": of.late.pk, "reason": "请跟进"})
    assert b.fresh(case).holding.person == of.giver
    leader.post(url("place"), {"id": [item.pk], "to": of.late.pk, "reason": "请跟进"})
    assert b.fresh(case).holding.person == of.late
    assert leader.get(url("of_board")).content == b""


@pytest.mark.clause("C6")
def test_records_are_listed_filtered_and_taken_out(of):
    b.offered(of, b.case(of), of.late)
    items.add_note(text="系统今晚升级", by=of.town.second, at=b.NEAR)
    leader = signed_in(of.town.leader)
    assert len(leader.get(url("list")).context["page"].rows) == 2
    query = {"q": of.giver.name, "since": "2026-03-09", "until": "2026-03-09", "status": "open", "open": "on"}
    assert len(leader.get(url("list"), query).context["page"].rows) == 1
    assert leader.get(url("list"), {"since": "nonsense", "status": "none"}).status_code == 200
    assert leader.get(url("export"), query).headers["Content-Type"].startswith("application/vnd")
    assert len(signed_in(of.late).get(url("list")).context["page"].rows) == 1  # only what was offered to him


def test_rows_and_permissions_agree(of):
    item = b.offered(of, b.case(of), of.late)
    asked = following.ask_first_owner(
        case_id=item.case_id, text="何时修好", is_transfer=False, by=of.town.second, at=b.NEAR
    )
    foreign = b.house()
    everybody = [*people.everybody(of.town.centre).values(), of.giver, of.late, of.town.second, foreign.late_leader]
    checks = [
        (Handover, access.views_handover),
        (HandoverItem, access.views_item),
        (AskedAgain, access.views_asked_again),
    ]
    for model, check in checks:
        row = {Handover: item.handover, HandoverItem: item, AskedAgain: asked}[model]
        for person in everybody:
            seen = model.objects.visible_to(person).filter(pk=row.pk).exists()
            assert check(person, row) is seen
    assert not Handover.objects.visible_to(foreign.late_leader).filter(pk=item.handover_id).exists()
    assert signed_in(foreign.late_leader).get(url("record", item.handover_id)).status_code == 404


# ---------------------------------------------------------------- first-asked


@pytest.mark.clause("D2.6")
def test_all_i_owe_from_the_first_look_to_the_customer_who_knows(of):
    case = b.case(of)
    b.promise(of, case=case)
    browser = signed_in(of.giver)
    shown = browser.get(url("owed")).content.decode()
    assert case.number in shown
    assert "答复" in shown or "promise" in shown.lower()
    assert browser.post(url("seen", case.number)).url == reverse("cases:case", args=[case.number])
    browser.post(url("all_seen"))
    assert browser.get(url("owed")).context["lines"][0]["unread"] == 0
    filing.not_accept(case_id=case.pk, version=case.version, reason="不属城管", by=of.giver, at=b.NEAR)
    assert case.number in browser.get(url("owed"), {"show": "untold"}).content.decode()
    assert browser.get(url("told", case.number)).status_code == 200
    assert browser.post(url("told", case.number), {"how": "not_reached", "note": ""}).status_code == 422
    assert browser.post(url("told", case.number), {"how": "phone", "note": "满意"}).url == url("owed")
    assert CustomerTold.objects.get().by == of.giver
    browser.get(url("owed"))  # the message of success is read
    assert case.number not in browser.get(url("owed"), {"show": "untold"}).content.decode()


@pytest.mark.clause("D2.6")
def test_who_calls_again_is_sent_to_the_first_owner_from_the_page_of_the_case(of):
    case = b.case(of)
    second = signed_in(of.town.second)
    shown = second.get(url("of_case", case.pk)).content.decode()
    assert of.giver.name in shown
    assert 'name="transfer"' not in shown  # not ready: only a message
    presence.set_presence(person=of.giver, state=PresenceState.READY, by=of.giver, at=b.NEAR)
    assert 'name="transfer"' in second.get(url("of_case", case.pk)).content.decode()
    assert of.giver.name in second.get(url("of_customer", of.customer.pk)).content.decode()
    second.post(url("ask", case.number), {"text": ""})
    assert not AskedAgain.objects.exists()
    second.post(url("ask", case.number), {"text": "何时修好", "transfer": "on"})
    giver = signed_in(of.giver)
    assert "何时修好" in giver.get(url("owed"), {"show": "asked"}).content.decode()
    assert "1" in giver.get(url("idle")).content.decode()
    asked = AskedAgain.objects.get()
    giver.post(url("answer", asked.pk), {"answer": ""})
    giver.post(url("answer", asked.pk), {"answer": "今晚修好"})
    assert b.fresh(asked).done_at is not None
    assert "今晚修好" in second.get(url("of_case", case.pk)).content.decode()


def test_beside_a_case_without_anything_to_say_stands_nothing(of):
    case = b.cases.report(of.town, b.NEAR, by=of.town.field, source="field")
    assert signed_in(of.giver).get(url("of_case", case.pk)).content == b""
    nobody = Customer.objects.create(centre=of.town.centre, name="新客", since=b.NEAR, changed_at=b.NEAR)
    assert signed_in(of.giver).get(url("of_customer", nobody.pk)).content == b""


def test_at_the_idle_desk_the_end_of_the_shift_and_what_waits_is_said(of):
    b.promise(of)
    b.offered(of, b.case(of, by=of.town.second), of.late, by=of.town.second)
    assert "notice" in signed_in(of.giver).get(url("idle")).content.decode()
    assert "notice" in signed_in(of.late).get(url("idle")).content.decode()


# ---------------------------------------------------------------- few queries, whatever the length


@pytest.mark.parametrize(
    ("page", "who"),
    [("mine", "giver"), ("owed", "giver"), ("inbox", "late"), ("today", "late_leader"), ("list", "late_leader")],
)
def test_a_page_asks_the_database_little_however_long_it_is(of, page, who):
    browser = signed_in(getattr(of, who))

    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(url(page)).status_code == 200
        return len(asked)

    b.offered(of, b.case(of), of.late)
    count()
    few = count()
    for number in range(4):
        case = b.case(of, place=f"学府路{number}号")
        b.promise(of, case=case)
        b.offered(of, case, of.late)
    jobs.escalate_all(b.at(17, 22))
    assert count() <= few + 3
    assert few <= MOST_QUERIES


def test_a_record_of_many_things_is_one_page(of):
    for number in range(3):
        item = b.offered(of, b.case(of, place=f"学府路{number}号"), of.late)
        accepting.accept(item_id=item.pk, by=of.late, at=b.NEAR)
    record = signing.sign_off_shift(by=of.giver, at=b.NEAR)
    browser = signed_in(of.giver)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url("record", record.pk)).status_code == 200
    assert len(asked) <= MOST_QUERIES
    part = signed_in(of.giver).get(url("record", record.pk), **HTMX).content.decode()
    assert "<html" not in part
