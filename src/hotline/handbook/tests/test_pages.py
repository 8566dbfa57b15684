"""Pages of the handbook: whom they admit, what they show, what they do, how many queries they cost."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from hotline.core import clock
from hotline.handbook import queries
from hotline.handbook.models import Edition, EditionStatus, Opinion, ProcedureReview, QuestionFlag
from hotline.handbook.services import editions as services
from hotline.handbook.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.people.tests.seats import admits, said, signed_in
from hotline.rulebook.parameters.book import PARAMETERS

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D0.2", "D2.17")]
AT, P, S = b.AT, Position, EditionStatus
INSIDE = {position for position in P if position not in {P.FIELD_SUPERVISOR, P.DEPARTMENT_CLERK, P.SYSTEM}}
DRAFTS = {P.CENTRE_SUPERVISOR, P.SHIFT_LEADER}
LEADS = DRAFTS | {P.DIRECTOR, P.MANAGER, P.HR}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def staff(centre):
    return people.everybody(centre)


def page(name, *arguments):
    return reverse(f"handbook:{name}", args=arguments)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_whom_they_say(centre, staff, language):
    row = b.published(staff)
    pages = {
        page("book"): INSIDE,
        f"{page('book')}?q=D3": INSIDE,
        page("chapter", "leave"): INSIDE,
        page("clause", "D3.8"): INSIDE,
        page("parameters"): INSIDE,
        f"{page('parameters')}?show=decide": INSIDE,
        page("parameter", "skill.weights"): INSIDE,
        page("editions"): INSIDE,
        page("edition", row.pk): INSIDE,
        page("mine"): INSIDE,
        page("reviews"): INSIDE,
        page("checks"): INSIDE,
        page("plan_check"): {P.MANAGER, P.DIRECTOR, P.CENTRE_SUPERVISOR},
        page("propose"): DRAFTS,
        page("what_if", row.pk): LEADS,
        page("review", "leave"): {*DRAFTS, P.MANAGER},
        page("questions"): {*LEADS, P.TRAINER},
    }
    admits(centre, pages, language)


def test_a_draft_is_seen_by_those_who_lead_and_a_consultation_by_everybody(centre, staff):
    row = b.draft(staff)
    operator = signed_in(staff[P.OPERATOR])
    assert operator.get(page("edition", row.pk)).status_code == 404
    assert signed_in(staff[P.HR]).get(page("edition", row.pk)).status_code == 200
    services.consult(edition_id=row.pk, until=b.NOVEMBER, by=staff[P.CENTRE_SUPERVISOR], at=AT)
    assert operator.get(page("edition", row.pk)).status_code == 200
    stranger = people.person(people.centre(), position=P.DIRECTOR)
    assert signed_in(stranger).get(page("edition", row.pk)).status_code == 404


def test_the_notice_counts_what_is_still_to_decide_and_goes_with_it(staff):
    leader = signed_in(staff[P.SHIFT_LEADER])
    row = b.draft(staff, values={})
    field = leader.get(f"{page('set_value', row.pk)}?key=shift.types").content.decode()
    assert "08:30" in field
    assert 'name="raw"' not in field
    assert leader.post(f"{page('set_value', row.pk)}?key=shift.types", {}).url == page("edition", row.pk)
    assert "维持原值" in leader.get(page("edition", row.pk)).content.decode()
    before = leader.get(page("parameters")).context["undecided"]
    values = queries.values_on(row.centre_id, b.NOVEMBER)
    b.published(staff, values={key: values.shown(key) for key in before})
    shown = leader.get(page("parameters"))
    assert not shown.context["undecided"]
    assert "本中心已决定" in leader.get(page("parameter", "shift.types")).content.decode()


def test_the_whole_way_by_pages(monkeypatch, centre, staff):
    leader, operator = signed_in(staff[P.SHIFT_LEADER]), signed_in(staff[P.OPERATOR])
    sent = leader.post(page("propose"), {"title": "迟到", "reason": "从严", "effective_from": "2026-11-01"})
    row = Edition.objects.get()
    assert sent.url == page("edition", row.pk)
    value = f"{page('set_value', row.pk)}?key=late.points"
    assert "整数" in leader.post(value, {"raw": "99"}).content.decode()
    assert leader.post(value, {"raw": "3"}).url == sent.url
    text = f"{page('set_text', row.pk)}?clause=D1"
    assert leader.get(text).status_code == 200
    assert leader.post(text, {"zh": "早晚打扫", "en": "Twice a day"}).url == sent.url
    leader.post(page("take_out", row.pk), {"clause": "D1"})
    assert "3 分" in leader.get(sent.url).content.decode()
    leader.post(page("act", row.pk, "consult"), {"until": "2026-10-08"})
    operator.post(page("opinion", row.pk), {"stance": "concern", "words": "先提醒"})
    answer = {"answer": "先提醒一个月"}
    leader.post(page("answer", Opinion.objects.get().pk), answer)
    waits = leader.get(sent.url).content.decode()
    assert "2026-10-08" in waits
    assert page("act", row.pk, "close") not in waits
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=1))
    leader, operator = signed_in(staff[P.SHIFT_LEADER]), signed_in(staff[P.OPERATOR])
    assert "我的意见" not in operator.get(sent.url).content.decode()
    leader.post(page("act", row.pk, "close"), {"record": "已征求"})
    leader.post(page("act", row.pk, "meet"))
    assert operator.post(page("act", row.pk, "agree")).status_code == 403
    signed_in(staff[P.MANAGER]).post(page("act", row.pk, "agree"))
    director = signed_in(staff[P.DIRECTOR])
    director.post(page("act", row.pk, "agree"), {"note": "同意"})
    assert said(director.post(page("act", row.pk, "publish")))[-1] == "已发布，受约束的人员须逐一确认。"
    assert "先提醒一个月" in operator.get(page("edition", row.pk)).content.decode()
    assert "等待您确认" in operator.get(page("book")).content.decode()
    assert operator.post(page("act", row.pk, "acknowledge"), {"next": "mine"}).url == page("mine")
    row.refresh_from_db()
    assert (row.status, row.acknowledgements.count()) == (S.PUBLISHED, 1)
    trainer = signed_in(staff[P.TRAINER])
    flag = QuestionFlag.objects.get()
    trainer.post(page("settle", flag.pk), {"note": "已改"})
    assert "没有待复核的试题" in trainer.get(page("questions")).content.decode()


@pytest.mark.clause("D3.1")
@pytest.mark.parametrize(
    ("today", "until"), [(8, "2026-10-15"), (24, "2026-10-31"), (30, "2026-10-31"), (31, "2026-10-31")]
)
def test_the_days_for_opinions_that_are_proposed_lie_ahead_and_before_its_first(staff, monkeypatch, today, until):
    row = b.draft(staff)
    monkeypatch.setattr(clock, "now", lambda: clock.wall(date(2026, 10, today), 10))
    shown = signed_in(staff[P.CENTRE_SUPERVISOR]).get(page("edition", row.pk))
    assert f'type="date" name="until" value="{until}"' in shown.content.decode()  # as the browser's field takes it


def test_a_wrong_entry_keeps_what_was_typed(staff):
    leader = signed_in(staff[P.SHIFT_LEADER])
    answer = leader.post(page("propose"), {"title": "迟到", "reason": "", "effective_from": "2026-11-01"})
    assert answer.status_code == 200
    assert 'value="迟到"' in answer.content.decode()
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("key", "typed", "raw"),
    [
        ("timeliness.shared_cap", "false", False),
        ("step.counts", "started", "started"),
        ("pay.roles", ["operator", "agent"], ["operator", "agent"]),
        ("sick.notice", "08:30", "08:30"),
        ("other.yuan_per_point", "3.5", "3.5"),
    ],
)
def test_every_kind_of_value_can_be_typed(staff, key, typed, raw):
    row = b.draft(staff, values={})
    supervisor = signed_in(staff[P.CENTRE_SUPERVISOR])
    address = f"{page('set_value', row.pk)}?key={key}"
    assert supervisor.get(address).status_code == 200
    supervisor.post(address, {"raw": typed})
    assert row.values.get().raw == raw


def setting(staff, key):
    row = b.draft(staff, values={})
    return row, signed_in(staff[P.CENTRE_SUPERVISOR]), f"{page('set_value', row.pk)}?key={key}"


def filled(answer):
    """What a page's form holds, as a browser would send it back."""
    form = answer.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_weights_are_typed_part_by_part(staff):
    row, supervisor, address = setting(staff, "skill.weights")
    assert filled(supervisor.get(address)) == {"raw_written": "40", "raw_phone": "60"}
    wrong = supervisor.post(address, {"raw_written": "40", "raw_phone": "100"}).content.decode()
    assert 'value="100"' in wrong
    supervisor.post(address, {"raw_written": "50", "raw_phone": "50"})
    assert row.values.get().raw == {"written": "50", "phone": "50"}


@pytest.mark.clause("D4.5")
def test_what_days_are_counted_by_is_chosen_row_by_row(staff):
    row, supervisor, address = setting(staff, "leave.count")
    typed = filled(supervisor.get(address))
    assert typed["raw_sick"] == "rostered"
    same = supervisor.post(address, typed).content.decode()
    assert "该取值已在执行" in same
    against = supervisor.post(address, typed | {"raw_annual": "calendar"})
    assert "职工带薪年休假条例" in against.content.decode()
    assert supervisor.post(address, typed | {"raw_sick": "calendar"}).url == page("edition", row.pk)
    shown = supervisor.get(page("edition", row.pk)).content.decode()
    assert "<del>缺勤的排班</del>" in shown
    assert "<ins>自然日</ins>" in shown
    assert "请假天数按：病假" in shown
    assert "请假天数按：事假" not in shown  # only what differs
    assert filled(supervisor.get(address))["raw_sick"] == "calendar"  # gone on with where the draft stands


@pytest.mark.clause("D2.8", "D2.9")
def test_who_approves_leave_is_set_by_lengths(staff):
    row, supervisor, address = setting(staff, "leave.chain")
    typed = filled(supervisor.get(address))
    assert (typed["below_sick_0"], typed["who_sick_0_0"]) == ("2", "supervisor")
    assert (typed["who_sick_2_0"], typed["who_sick_2_1"]) == ("supervisor", "director")
    longer = typed | {
        "below_sick_0": "1", "who_sick_0_0": "shift_leader", "below_sick_1": "3", "who_sick_1_0": "supervisor",
        "who_sick_2_0": "director", "who_sick_2_1": "",
    }  # fmt: skip
    nobody = supervisor.post(address, longer | {"who_sick_2_0": ""})
    assert "病假：每档须有 1 到 3 位审批人" in nobody.content.decode()
    assert 'value="3"' in nobody.content.decode()  # what was typed stays
    falling = supervisor.post(address, longer | {"below_sick_1": "1"}).content.decode()
    assert "天数逐档增大" in falling
    assert supervisor.post(address, longer).url == page("edition", row.pk)
    assert row.values.get().raw["sick"] == [
        {"below": "1", "roles": ["shift_leader"]},
        {"below": "3", "roles": ["supervisor"]},
        {"roles": ["director"]},
    ]
    shown = supervisor.get(page("edition", row.pk)).content.decode()
    assert "<del>不满 2 天：主管，2 天及以上：主管、主任</del>" in shown
    assert "<ins>不满 1 天：值班长，不满 3 天：主管，3 天及以上：主任</ins>" in shown
    value = supervisor.get(page("parameter", "leave.chain")).content.decode()
    assert "不满 2 天" in value


def test_what_cannot_be_set_says_why(staff):
    supervisor = signed_in(staff[P.CENTRE_SUPERVISOR])
    for key, parameter in PARAMETERS.items():
        shown = supervisor.get(page("parameter", key)).content.decode()
        if parameter.by_release:
            assert parameter.why_not.zh in shown, key
        else:
            assert not parameter.why_not.zh, key


@pytest.mark.clause("D3.1", "A1.1")
def test_a_value_shows_what_was_known_then(staff):
    b.published(staff)
    operator = signed_in(staff[P.OPERATOR])
    shown = operator.get(page("parameter", "accuracy.target"), {"on": "2026-11-01", "known": "2026-10-07"})
    assert '<p class="kpi-value">97 %</p>' in shown.content.decode()
    shown = operator.get(page("parameter", "accuracy.target"), {"on": "2026-11-01", "known": "2026-10-08"})
    assert '<p class="kpi-value">99 %</p>' in shown.content.decode()
    assert "须由中心确定" not in shown.content.decode()
    assert "须由中心确定" in operator.get(page("parameter", "late.yuan")).content.decode()
    assert operator.get(page("parameter", "accuracy.target"), {"on": "2019-01-01"}).status_code == 200
    assert operator.get(page("parameter", "nothing")).status_code == 404


@pytest.mark.clause("A7.17")
def test_a_review_is_written_down(staff):
    manager = signed_in(staff[P.MANAGER])
    assert manager.post(page("review", "leave"), {"outcome": ""}).status_code == 200
    assert manager.post(page("review", "leave"), {"outcome": "维持不变"}).url == page("reviews")
    assert ProcedureReview.objects.get().on == date(2026, 10, 8)
    assert manager.get(page("review", "manager")).status_code == 404


def test_search_finds_clause_value_and_number(staff):
    operator = signed_in(staff[P.OPERATOR])
    for wanted, found in (("首问", "D2.6"), ("accuracy.target", "D3.8"), ("d6.1", "D6.1"), ("case in hand", "D2.4")):
        assert f'id="{found}"' in operator.get(page("book"), {"q": wanted}).content.decode(), wanted
    assert "没有条文包含这些词" in operator.get(page("book"), {"q": "不存在的词"}).content.decode()


@pytest.mark.parametrize(
    ("name", "most"), [("book", 22), ("parameters", 20), ("editions", 20), ("mine", 24), ("reviews", 22)]
)
def test_pages_cost_few_queries(staff, django_assert_max_num_queries, name, most):
    for month in (b.NOVEMBER, b.DECEMBER, date(2027, 1, 1)):
        b.published(staff, values={"late.points": month.month}, since=month)
    browser = signed_in(staff[P.OPERATOR])
    browser.get(page(name))
    with django_assert_max_num_queries(most):
        browser.get(page(name))


def test_a_version_costs_few_queries_with_many_opinions(centre, staff, django_assert_max_num_queries):
    row = b.draft(staff)
    services.consult(edition_id=row.pk, until=b.NOVEMBER, by=staff[P.CENTRE_SUPERVISOR], at=AT)
    team = people.unit(centre)
    for _number in range(20):
        person = people.person(centre, unit=team)
        services.give_opinion(edition_id=row.pk, stance="object", words="不同意" * 30, by=person, at=AT)
    browser = signed_in(staff[P.SHIFT_LEADER])
    browser.get(page("edition", row.pk))
    with django_assert_max_num_queries(32):
        browser.get(page("edition", row.pk))
