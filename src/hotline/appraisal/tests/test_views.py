"""Pages of the appraisal: who sees what, a deduction down to its case, the objection, nothing typed is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.appraisal import jobs
from hotline.appraisal.models import Appeal, ExamResult, Incident, Line, Period, Sheet
from hotline.appraisal.services import assessing, objecting, recording
from hotline.appraisal.tests.builders import (
    APRIL,
    DAY,
    EVENING,
    MONTH,
    House,
    closed,
    computed,
    deduction,
    exam,
    house,
    sheet_of,
    shown,
)
from hotline.core import clock
from hotline.core.access import may
from hotline.handbook.tests import builders as editions
from hotline.people.models import Person, Position, Post
from hotline.people.queries import system_person
from hotline.people.tests import builders as people
from hotline.quality.models import Review
from hotline.quality.services import reviewing
from hotline.quality.tests import builders as quality
from hotline.rulebook.accuracy import Decision

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.2")]


def browser(person: Person, language: str = "zh-hans") -> Client:
    Person.objects.filter(pk=person.pk).update(language=language)
    client = Client()
    client.force_login(person)
    return client


def full() -> House:
    of = house()
    exam(of, "70")
    recording.propose(
        person=of.operator, day=DAY, kind="minor", words="玩游戏", evidence="监控", by=of.town.leader, at=EVENING
    )
    shown(of)
    return of


def test_rows_and_permissions_agree_for_every_position():
    of = full()
    objecting.appeal(line_id=deduction(of.operator).pk, words="不对", by=of.operator, at=APRIL)
    names = {
        Sheet: "view_sheet", Line: "view_line", Appeal: "view_appeal", Incident: "view_incident",
        ExamResult: "view_exam_result", Period: "view_period",
    }  # fmt: skip
    strangers = [people.person(people.centre(), position=Position.HR)]
    for person in [*people.everybody(of.town.centre).values(), of.operator, of.supervisor, *strangers]:
        for model, name in names.items():
            rows: Any = model._default_manager
            seen = set(rows.visible_to(person).values_list("pk", flat=True))
            assert seen == {row.pk for row in rows.all() if may(person, f"appraisal.{name}", row)}, (person, name)


@pytest.mark.clause("A5.8")
def test_my_month_opens_each_line_down_to_the_case():
    of = full()
    client = browser(of.operator)
    page = client.get(reverse("appraisal:mine")).content.decode()
    line = deduction(of.operator)
    assert reverse("appraisal:line", args=[line.pk]) in page
    shift = client.get(reverse("appraisal:line", args=[line.pk])).content.decode()
    assert "/attendance/shifts/" in shift
    assert "late.points" in shift
    rows = sheet_of(of.operator).lines.filter(part="timeliness", sort="deduction")
    slow = next(one for one in rows if "20260309" in one.evidence[0])
    assert "/cases/20260309-" in client.get(reverse("appraisal:line", args=[slow.pk])).content.decode()
    assert client.get(reverse("appraisal:mine"), {"month": "2025-01-01"}).status_code == 200


def test_a_colleague_sees_nothing_of_it():
    of = full()
    client = browser(of.town.second)
    assert client.get(reverse("appraisal:line", args=[deduction(of.operator).pk])).status_code == 404
    assert client.get(reverse("appraisal:team")).status_code == 403
    assert browser(of.supervisor).get(reverse("appraisal:sheet", args=[sheet_of(of.operator).pk])).status_code == 200


@pytest.mark.clause("D3.15")
def test_an_objection_is_decided_and_the_money_follows():
    of = house()
    exam(of, "70")
    computed(of)  # while the month is only computed, objections are taken at any time
    line = deduction(of.operator, "exam")
    before = sheet_of(of.operator)
    client = browser(of.operator)
    assert "请填写理由" not in client.get(reverse("appraisal:line", args=[line.pk])).content.decode()
    client.post(reverse("appraisal:line", args=[line.pk]), {"words": "第12题答案印错"})
    row = Appeal.objects.get()
    leader = browser(of.supervisor)
    assert "第12题答案印错" in leader.get(reverse("appraisal:appeals")).content.decode()
    leader.post(reverse("appraisal:decide_appeal", args=[row.pk]), {"verdict": "yes", "note": ""})
    row.refresh_from_db()
    assert row.status == "asked"
    leader.post(reverse("appraisal:decide_appeal", args=[row.pk]), {"verdict": "yes", "note": "属实"})
    assert sheet_of(of.operator).points == before.points - line.points
    assert "已成立" not in leader.get(reverse("appraisal:team")).content.decode()


@pytest.mark.clause("D6.1")
def test_what_is_put_forward_is_answered_and_decided():
    of = full()
    row = Incident.objects.get()
    mine = browser(of.operator)
    assert "玩游戏" in mine.get(reverse("appraisal:incidents"), {"month": str(MONTH)}).content.decode()
    mine.post(reverse("appraisal:say", args=[row.pk]), {"statement": "只看了一眼时间"})
    decides = browser(of.supervisor)
    decides.post(reverse("appraisal:decide_incident", args=[row.pk]), {"verdict": "yes", "note": "属实"})
    row.refresh_from_db()
    assert (row.status, row.statement) == ("confirmed", "只看了一眼时间")


def test_what_was_typed_stays_when_it_is_refused():
    of = full()
    answer = browser(of.town.leader).post(
        reverse("appraisal:propose"),
        {
            "person": of.operator.pk,
            "day": str(DAY),
            "kind": "conduct",
            "points": "",
            "words": "交接不清",
            "evidence": "x",
        },
    )
    assert "交接不清" in answer.content.decode()
    trainer = browser(of.trainer)
    answer = trainer.post(reverse("appraisal:exams"), {"person": of.operator.pk, "score": "", "paper": "四月卷"})
    assert "四月卷" in answer.content.decode()
    assert browser(of.operator).get(reverse("appraisal:exams")).status_code == 403


@pytest.mark.clause("A5.8")
def test_human_resources_follow_the_month_to_its_end():
    of = full()
    page = browser(of.hr).get(reverse("appraisal:team"), {"month": str(MONTH)}).content.decode()
    assert "已公示" in page
    period = Period.objects.get()
    answer = browser(of.hr).post(reverse("appraisal:close", args=[period.pk]), follow=True)
    assert answer.status_code == 200
    period.refresh_from_db()
    assert period.status == "shown"
    csv = browser(of.hr).get(reverse("appraisal:export", args=[period.pk, "csv"])).content.decode("utf-8-sig")
    assert csv.startswith("月份 month,工号 number")
    assert csv.count("\r\n") == Line.objects.filter(sheet__is_current=True).count() + 1


def test_the_clock_computes_the_running_and_the_last_month():
    of = house()
    jobs.compute_months(at=APRIL)
    jobs.compute_months(at=APRIL)
    assert sorted(Period.objects.values_list("month", flat=True)) == [MONTH, APRIL.date()]
    assert Sheet.objects.filter(person=of.operator).count() == 2


def test_pages_take_a_bounded_number_of_queries():
    of = full()
    for person, address in [
        (of.operator, reverse("appraisal:mine")),
        (of.hr, f"{reverse('appraisal:team')}?month={MONTH}"),
    ]:
        client = browser(person)
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        assert len(found) <= 24


@pytest.mark.clause("A5.8", "D3.7", "D3.9")
def test_a_line_about_a_whole_month_opens_what_it_rests_on():
    of = full()
    exam(of, "60")
    computed(of)
    client = browser(of.operator, "en")
    average = sheet_of(of.operator).lines.get(evidence=["holdings"])
    for line, name, words in [
        (average, "All cases that were in hand this month", "25:00"),
        (deduction(of.operator, "exam"), "The exam of this month", "60%"),
    ]:
        there = reverse("appraisal:line_behind", args=[line.pk])
        page = client.get(reverse("appraisal:line", args=[line.pk])).content.decode()
        assert there in page
        assert name in page
        assert words in client.get(there).content.decode()
        assert browser(of.town.second).get(there).status_code == 404
    page = client.get(reverse("appraisal:line_behind", args=[average.pk])).content.decode()
    assert "/cases/20260309-" in page
    assert client.get(reverse("appraisal:line_behind", args=[deduction(of.operator).pk])).status_code == 404


@pytest.mark.clause("D3.8")
def test_a_sample_that_is_too_small_is_told_with_its_size_and_opens_the_reviews_of_that_person():
    of = quality.house()
    quality.drawn(of)
    review = Review.objects.filter(case__in=of.filed, handler=of.operator).first()
    quality.wrong(of, review)
    program = system_person(of.town.centre)
    assessing.compute(centre=of.town.centre, month=MONTH, by=program, at=APRIL)
    sheet = sheet_of(of.operator)
    line = sheet.lines.get(part="accuracy", sort="none")
    assert "below 30" in line.en
    assert sheet.facts["facts"]["accuracy"] == {"total": 1, "wrong": 1, "sample": True}
    for reader in (of.operator, of.supervisor):
        client = browser(reader, "en")
        there = reverse("appraisal:line_behind", args=[line.pk])
        assert there in client.get(reverse("appraisal:line", args=[line.pk])).content.decode()
        page = client.get(there).content.decode()
        assert reverse("quality:review", args=[review.pk]) in page


@pytest.mark.clause("D3.8")
def test_a_month_that_was_checked_whole_counts_for_pay_however_small_it_is():
    """The page of accuracy says the same: five of five drawn and judged, 80 % against 97 %, is no sample."""
    of = quality.house(filed=4, rejected=1)
    quality.drawn(of, sizes=dict.fromkeys(Decision, 50))
    for number, review in enumerate(Review.objects.filter(handler=of.operator).order_by("place")):
        if number:
            reviewing.find_correct(review_id=review.pk, by=of.inspector, at=quality.NEXT_DAY)
        else:
            quality.wrong(of, review)
    program = system_person(of.town.centre)
    assessing.compute(centre=of.town.centre, month=MONTH, by=program, at=APRIL)
    sheet = sheet_of(of.operator)
    assert sheet.facts["facts"]["accuracy"] == {"total": 5, "wrong": 1}
    parts = sheet.lines.filter(part="accuracy").values_list("points", "fen")
    assert (sum(points for points, _fen in parts), sum(fen for _points, fen in parts)) == (0, 0)  # 20 and 50 yuan less


@pytest.mark.clause("D3.2")
def test_a_team_leader_sees_the_months_in_which_somebody_stood_in_his_team():
    of = full()
    post = of.operator.posts.get()
    head = people.person(of.town.centre, position=Position.TEAM_LEADER, unit=post.unit, name="田班长")
    sheet = sheet_of(of.operator)
    for until, sees in [(DAY, True), (MONTH, False)]:  # until the 9th of March, and never in March
        Post.objects.filter(pk=post.pk).update(days=DateRange(MONTH - timedelta(days=40), until))
        assert Sheet.objects.visible_to(head).filter(pk=sheet.pk).exists() is sees
        assert may(head, "appraisal.view_sheet", sheet) is sees
        assert Line.objects.visible_to(head).filter(sheet=sheet).exists() is sees
        assert Incident.objects.visible_to(head).filter(person=of.operator).exists() is sees


@pytest.mark.clause("D6.1", "D6.2")
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fine.minor_yuan": "12.5"}, ["Breach (D6.1): 12.5 yuan", "Grave breach (D6.2): 50 yuan"]),
        ({"fine_policy": "forbid"}, ["Breach (D6.1)", "Grave breach (D6.2)"]),
    ],
)
def test_what_a_breach_takes_is_told_as_the_centre_has_it(values, words):
    of = house(late=False)
    editions.decide(of.town.centre, values, at=clock.wall(date(2026, 2, 9), 9), since=MONTH)
    page = browser(of.town.leader, "en").get(reverse("appraisal:propose"))
    assert [label for _key, label in page.context["form"].fields["kind"].choices][:2] == words


@pytest.mark.clause("D6.1")
def test_a_breach_says_what_happened_and_opens_it_in_its_own_month():
    """The page begins with the newest month; a notice and a line lead to the one in which it stands."""
    of = house(late=False)
    words = "当班时在工位接听私人电话约十分钟，\n经值班长提醒后仍未停止，后续又接听了一次，前后共约二十分钟。"
    row = recording.propose(
        person=of.operator, day=DAY, kind="minor", words=words, evidence="值班长巡查记录", by=of.town.leader, at=EVENING
    )
    recording.hear(incident_id=row.pk, statement="家里有急事", by=of.operator, at=EVENING)
    recording.decide_incident(incident_id=row.pk, confirm=True, note="属实", by=of.supervisor, at=EVENING)
    program = system_person(of.town.centre)
    for month in (MONTH, APRIL.date()):
        assessing.compute(centre=of.town.centre, month=month, by=program, at=APRIL)
    line = deduction(of.operator, "breach")
    assert line.zh.startswith("违规处罚：当班时在工位接听私人电话约十分钟， 经值班长提醒")
    assert line.zh.endswith("…")
    client = browser(of.operator)
    [one] = client.get(reverse("appraisal:line", args=[line.pk])).context["evidence"]
    told = of.operator.notices.filter(link__startswith=reverse("appraisal:incidents"))
    assert {one["url"]} == set(told.values_list("link", flat=True))
    page = client.get(one["url"].partition("#")[0]).content.decode()
    assert f'id="{one["url"].partition("#")[2]}"' in page


@pytest.mark.clause("A5.8", "D3.2")
def test_a_month_that_is_not_closed_never_looks_like_the_final_one():
    of = full()
    period = Period.objects.get(month=MONTH)
    client = browser(of.supervisor, "en")
    for form in ("csv", "xlsx"):
        sent = client.get(reverse("appraisal:export", args=[period.pk, form])).headers["Content-Disposition"]
        assert f"payroll-2026-03-not-closed.{form}" in sent
    mine = browser(of.operator, "en")
    assert "Points so far" in mine.get(reverse("appraisal:mine"), {"month": MONTH}).content.decode()
    Period.objects.filter(pk=period.pk).update(status="closed", status_by=of.hr, confirmed_by=of.supervisor)
    for form in ("csv", "xlsx"):
        sent = client.get(reverse("appraisal:export", args=[period.pk, form])).headers["Content-Disposition"]
        assert f"payroll-2026-03.{form}" in sent
    assert "so far" not in mine.get(reverse("appraisal:mine"), {"month": MONTH}).content.decode()


@pytest.mark.clause("D3.13")
def test_what_waits_to_be_decided_is_opened_in_the_month_in_which_it_waits():
    of = full()
    assessing.compute(centre=of.town.centre, month=APRIL.date(), by=system_person(of.town.centre), at=APRIL)
    page = browser(of.supervisor).get(reverse("appraisal:centre"), {"month": APRIL.date()}).content.decode()
    assert f"{reverse('appraisal:incidents')}?month={MONTH}" in page


@pytest.mark.clause("D3.2")
def test_who_answered_for_a_closed_month_is_named_beside_who_closed_it():
    of = house()
    closed(of)
    page = browser(of.supervisor, "en").get(reverse("appraisal:team"), {"month": MONTH}).content.decode()
    assert of.hr.name in page
    assert f"confirmed by {of.supervisor.name}" in page
