"""Pages of promises for everybody: who sees what, commands in dialogs, fragments on pages below, bounded queries."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.customers.services import set_secret
from hotline.people.models import Position
from hotline.people.tests.seats import admits, signed_in
from hotline.promises.logic import Channel, Kind, Status
from hotline.promises.models import Promise, Question, QuestionStatus
from hotline.promises.services import ledger
from hotline.promises.tests import builders as b

pytestmark = pytest.mark.django_db
P = Position
AT = b.NINE + 10 * b.MINUTE
DESK = {P.OPERATOR, P.AGENT, P.DISPATCHER, P.TEAM_LEADER, P.SHIFT_LEADER}
LEADS = {P.TEAM_LEADER, P.SHIFT_LEADER, P.CENTRE_SUPERVISOR, P.MANAGER, P.DIRECTOR}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def of():
    return b.house()


def url(name, *args):
    return reverse(f"promises:{name}", args=args)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_whom_they_say(of, language):
    b.promise(of)
    b.question(of)
    owes = DESK | LEADS
    pages = {
        url("mine"): owes,
        url("mine") + "?show=team": owes,
        url("mine") + "?show=questions": owes,
        url("mine") + "?show=done": owes,
        url("ledger"): LEADS | {P.QUALITY},
        url("figures"): LEADS | {P.QUALITY},
        url("inbox"): LEADS,
        url("inbox") + "?show=others": LEADS,
        url("inbox") + "?show=answered": LEADS,
        url("question_new"): DESK,
        url("new"): owes,
    }
    admits(of.centre, pages, language)


@pytest.mark.clause("A2.16")
def test_my_list_shows_what_is_due_soonest_first_and_keeps_it_in_a_dialog(of):
    late = b.promise(of, what="回电说明停水", due=AT + 40 * b.MINUTE)
    soon = b.promise(of, what="答复路灯何时修", due=AT + 5 * b.MINUTE)
    browser = signed_in(of.operator)
    page = browser.get(url("mine")).content.decode()
    assert page.index(soon.what) < page.index(late.what)
    assert "王小云" in page
    asked = browser.get(url("act", soon.pk, "keep"), **HTMX)
    assert (asked.status_code, 'name="words"' in asked.content.decode()) == (200, True)
    wrong = browser.post(url("act", soon.pk, "keep"), {"via": "phone", "words": ""}, **HTMX)
    assert wrong.status_code == 422
    done = browser.post(url("act", soon.pk, "keep"), {"via": "sms", "words": "已短信告知今晚修好"}, **HTMX)
    assert done.status_code == 204
    assert {"close-dialog", "promises-changed", "toast"} <= set(json.loads(done.headers["HX-Trigger"]))
    kept = b.fresh(soon)
    assert (kept.status, kept.kept_via, kept.settled_at, kept.settled_by) == (Status.KEPT, "sms", AT, of.operator)
    assert soon.what in browser.get(url("mine") + "?show=done").content.decode()


def test_without_htmx_a_command_is_a_page_and_leads_back(of):
    made = b.promise(of, due=AT + b.HOUR)
    browser = signed_in(of.operator)
    assert "<html" in browser.get(url("act", made.pk, "move")).content.decode()
    sent = {"by_clock": "work_hour", "amount": "3", "note": "客户同意"}
    answer = browser.post(url("act", made.pk, "move"), sent)
    assert answer.headers["Location"] == url("promise", made.pk)
    moved = Promise.objects.get(follows=made)
    assert moved.due_at == b.wall(b.DAY, 14, 10)  # 09:10 and three working hours, the noon break left out
    page = browser.get(url("promise", moved.pk)).content.decode()
    assert url("promise", made.pk) in page


def test_every_command_by_its_dialog(of):
    waiting = b.promise(of, holder=of.team, kind=Kind.MISSED_CALL, due=AT + b.HOUR)
    mine, leader = signed_in(of.second), signed_in(of.leader)
    assert waiting.what in mine.get(url("mine") + "?show=team").content.decode()
    assert mine.post(url("act", waiting.pk, "take"), {}).status_code == 302
    assert b.fresh(waiting).owner == of.second
    refused = mine.post(url("act", waiting.pk, "pass"), {"to": of.town.clerk.pk, "note": "x"}, **HTMX)
    assert refused.status_code == 422
    assert mine.post(url("act", waiting.pk, "pass"), {"to": of.operator.pk, "note": "换班"}).status_code == 302
    new = Promise.objects.get(follows=waiting)
    assert mine.post(url("act", new.pk, "mine"), {"note": "我来回"}).status_code == 302
    back = Promise.objects.get(follows=new)
    assert back.owner == of.second
    assert leader.post(url("act", back.pk, "release"), {"note": "病假"}).status_code == 302
    assert b.fresh(back).owner is None
    assert leader.post(url("act", back.pk, "withdraw"), {"note": "客户不需要了"}).status_code == 302
    assert b.fresh(back).status == Status.WITHDRAWN
    assert mine.get(url("act", back.pk, "keep")).status_code == 404
    assert mine.get(url("act", back.pk, "nonsense")).status_code == 404
    assert mine.post(url("act", b.promise(of).pk, "withdraw"), {"note": "x"}).status_code == 403


def test_promising_beside_a_case(of):
    case = cases.report(of.town, customer=of.customer)
    browser = signed_in(of.operator)
    fragment = browser.get(url("of_case", case.pk)).content.decode()
    assert f"{url('new')}?case={case.pk}" in fragment
    assert f"{url('question_new')}?case={case.pk}" in fragment
    sent = {"kind": "reply", "what": "修好后回电", "by_clock": "at", "due_at": "2026-03-09T16:00", "via": "phone"}
    assert browser.post(f"{url('new')}?case={case.pk}", sent, **HTMX).status_code == 204
    made = Promise.objects.get(case=case)
    assert (made.due_at, made.customer, made.owner) == (b.wall(b.DAY, 16), of.customer, of.operator)
    assert made.what in browser.get(url("of_case", case.pk)).content.decode()
    assert made.what in browser.get(url("of_customer", of.customer.pk)).content.decode()
    wrong = browser.post(f"{url('new')}?case={case.pk}", {**sent, "by_clock": "work_hour"}, **HTMX)
    assert wrong.status_code == 422
    team = browser.post(f"{url('new')}?customer={of.customer.pk}", {**sent, "for_team": "on"}, **HTMX)
    assert (team.status_code, Promise.objects.latest("pk").owner) == (204, None)


@pytest.mark.clause("A3.6")
def test_of_a_secret_customer_nothing_is_told(of):
    case = cases.report(of.town, customer=of.customer, secret=True)
    made = b.promise(of, case=case, due=AT + b.HOUR)
    browser = signed_in(of.second)
    for page in (url("promise", made.pk), url("of_case", case.pk), url("ledger")):
        assert "王小云" not in signed_in(of.leader).get(page).content.decode()
    assert made.what not in browser.get(url("of_customer", of.customer.pk)).content.decode()
    set_secret(customer_id=of.customer.pk, is_secret=True, reason="本人要求", by=of.operator, at=AT)
    other = b.promise(of, due=AT + b.HOUR)
    assert other.what not in browser.get(url("of_customer", of.customer.pk)).content.decode()


@pytest.mark.clause("A2.16")
def test_the_figure_counts_misses_and_each_number_opens_its_list(of):
    b.kept(b.promise(of, what="及时答复", due=b.NINE + b.MINUTE), b.NINE + b.SECOND)
    b.promise(of, what="过期未答复", due=b.NINE + b.MINUTE)
    b.kept(b.promise(of, what="迟到的答复", due=b.NINE + b.MINUTE), b.NINE + 2 * b.MINUTE)
    moved = b.promise(of, what="改期", due=b.NINE + b.MINUTE)
    args = {"due": b.NINE + 5 * b.HOUR, "note": "同意", "by": of.operator, "at": b.NINE + b.SECOND}
    ledger.move_promise(promise_id=moved.pk, **args)
    browser = signed_in(of.leader)
    page = browser.get(url("figures") + "?since=2026-03-09&until=2026-03-09").content.decode()
    assert "33.3%" in page
    assert "part=missed" in page
    missed = browser.get(url("ledger") + f"?since=2026-03-09&until=2026-03-09&part=missed&owner={of.operator.pk}")
    rows = [line.row.what for line in missed.context["lines"]]
    assert set(rows) == {"迟到的答复", "过期未答复"}
    late = browser.get(url("ledger") + "?part=late").context["lines"]
    assert [line.row.what for line in late] == ["过期未答复"]
    assert [line.row.what for line in browser.get(url("ledger") + "?part=owed&q=改").context["lines"]] == ["改期"]
    book = browser.get(url("export") + "?part=missed")
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    whole = browser.get(url("figures") + "?since=2026-03-09&until=2026-03-09").context["whole"]
    assert (whole.kept, whole.missed, whole.late_owed, whole.moved) == (1, 2, 1, 1)


@pytest.mark.clause("A3.5")
def test_the_form_goes_up_comes_back_and_is_generalised(of):
    case = cases.report(of.town, customer=of.customer)
    browser, head = signed_in(of.operator), signed_in(of.head)
    empty = browser.get(f"{url('question_new')}?case={case.pk}").content.decode()
    assert of.head.name in empty
    nothing = browser.post(f"{url('question_new')}?case={case.pk}", {})
    assert set(nothing.context["form"].errors) == {"call_at", "content", "contact", "promised_at"}
    sent = {
        "call_at": "2026-03-09T09:00", "content": "要求说明噪声执法依据", "contact": "手机 13900001234",
        "promised_at": "2026-03-09T17:00",
    }  # fmt: skip
    made = browser.post(f"{url('question_new')}?case={case.pk}", sent)
    question = Question.objects.get()
    assert made.headers["Location"] == url("question", question.pk)
    assert (question.contact, question.promise.due_at) == ("手机 139****1234", b.wall(b.DAY, 17))
    assert question.content in head.get(url("inbox")).content.decode()
    assert question.content in signed_in(of.leader).get(url("inbox") + "?show=others").content.decode()
    acts = (("ask_back", head), ("say_more", browser), ("answer", head))
    for act, by in acts:
        assert by.get(url("question_act", question.pk, act), **HTMX).status_code == 200
        assert by.post(url("question_act", question.pk, act), {"text": ""}, **HTMX).status_code == 422
        assert by.post(url("question_act", question.pk, act), {"text": f"{act}: 依据条例第五条"}).status_code == 302
    assert b.fresh(question).status == QuestionStatus.ANSWERED
    assert browser.get(url("question_act", question.pk, "answer")).status_code == 404
    assert question.content in head.get(url("inbox") + "?show=answered").content.decode()
    say = {"title": "夜间施工噪声由谁查处?", "text": "按条例第五条由城管部门查处。"}
    assert head.get(url("question_act", question.pk, "generalise"), **HTMX).status_code == 200
    assert head.post(url("question_act", question.pk, "generalise"), say).status_code == 302
    assert "夜间施工" not in browser.get(url("mine")).content.decode()
    assert browser.get(url("question", question.pk)).status_code == 200


def test_an_issue_is_there_for_those_it_concerns(of):
    question = b.question(of)
    for person in (of.operator, of.head, of.leader, of.supervisor):
        assert signed_in(person).get(url("question", question.pk)).status_code == 200
    assert signed_in(of.second).get(url("question", question.pk)).status_code == 404
    assert signed_in(b.house().leader).get(url("question", question.pk)).status_code == 404


def test_the_idle_desk_and_the_board(of):
    made = b.promise(of, what="回电说明停水", due=AT + b.MINUTE)
    b.promise(of, holder=of.team, kind=Kind.CALL_BACK, via=Channel.QUEUE, by=of.system, due=AT + b.HOUR)
    assert made.what in signed_in(of.operator).get(url("idle")).content.decode()
    assert "hidden" in signed_in(of.leader).get(url("on_board")).content.decode()
    b.promise(of, what="早该答复", due=b.NINE + b.MINUTE)
    assert "早该答复" in signed_in(of.leader).get(url("on_board")).content.decode()
    assert signed_in(of.leader).get(reverse("cases:board")).content.decode().count(url("on_board")) == 1


@pytest.mark.clause("A2.20")
def test_tomorrow_s_plan_shows_what_is_owed_until_its_end(of):
    leader = signed_in(of.leader)
    assert "早该答复" not in leader.get(url("on_tomorrow")).content.decode()
    b.promise(of, what="早该答复", due=b.NINE + b.MINUTE)
    b.promise(of, what="明天回电", due=AT + b.HOUR * 30)
    b.promise(of, what="后天再说", due=AT + b.HOUR * 60)
    page = leader.get(url("on_tomorrow")).content.decode()
    assert page.index("早该答复") < page.index("明天回电")
    assert "后天再说" not in page
    assert signed_in(of.operator).get(url("on_tomorrow")).status_code == 403


def test_long_lists_ask_few_questions(of):
    for n in range(12):
        case = cases.report(of.town, customer=of.customer)
        b.promise(of, case=case, what=f"答复{n}", due=AT + b.HOUR)
    few = {url("mine"): 24, url("ledger"): 24, url("of_case", case.pk): 24, url("idle"): 20, url("figures"): 24}
    for page, most in few.items():
        browser = signed_in(of.leader)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(page).status_code == 200
        assert len(asked) <= most, (page, len(asked))
