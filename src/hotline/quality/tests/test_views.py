"""Pages of reviews: who sees what, a batch by keys alone, exports, bounded queries."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.core.access import may
from hotline.people.models import Person
from hotline.people.tests import builders as people
from hotline.quality.models import Appeal, Hint, HintKind, Plan, Review, ReviewStatus
from hotline.quality.services import appeals, hints
from hotline.quality.tests.builders import NEXT_DAY, House, drawn, house, reviewed, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.8")]


def browser(person: Person, language: str = "en") -> Client:
    Person.objects.filter(pk=person.pk).update(language=language)
    client = Client()
    client.force_login(person)
    return client


def full() -> tuple[House, Plan, Review]:
    """A house with a sample, a finding under appeal, and a hint."""
    of = house(filed=4, rejected=1)
    row = wrong(of)
    plan = drawn(of)
    appeals.appeal(review_id=row.pk, words="来电人说的就是上水", by=of.operator, at=NEXT_DAY)
    hints.suggest(case_id=of.filed[1].pk, kind=HintKind.OBJECTION, by=of.supervisor, at=NEXT_DAY)
    return of, plan, row


def test_rows_and_permissions_agree_for_every_position() -> None:
    of, _plan, _row = full()
    for person in [*people.everybody(of.town.centre).values(), of.operator, of.inspector, *strangers()]:
        for model, name in (
            (Review, "quality.view_review"), (Plan, "quality.view_plan"),
            (Appeal, "quality.view_appeal"), (Hint, "quality.view_hint"),
        ):  # fmt: skip
            rows: Any = model._default_manager
            seen = set(rows.visible_to(person).values_list("pk", flat=True))
            assert seen == {row.pk for row in rows.all() if may(person, name, row)}, (person, name)


def strangers() -> list[Person]:
    return [people.person(people.centre(), position="quality")]


def test_the_handler_sees_a_finding_and_never_what_is_about_to_be_reviewed() -> None:
    of = house()
    plan = drawn(of)
    waiting = plan.reviews.all()[0]
    client = browser(of.operator)
    assert client.get(reverse("quality:review", args=[waiting.pk])).status_code == 404
    row = wrong(of, waiting)
    page = client.get(reverse("quality:review", args=[row.pk]))
    assert "应为雨水井盖" in page.content.decode()
    assert "Keep as wrong" not in page.content.decode()
    assert client.get(reverse("quality:desk")).status_code == 403


def test_a_batch_goes_from_case_to_case_by_keys() -> None:
    of = house(filed=3, rejected=0)
    drawn(of)
    client = browser(of.inspector)
    answer = client.post(reverse("quality:next"))
    while answer.status_code == 302 and "reviews" in answer["Location"]:
        page = client.get(answer["Location"]).content.decode()
        assert 'data-key="c"' in page
        pk = answer["Location"].rsplit("/", 1)[1]
        answer = client.post(reverse("quality:correct", args=[pk]))
    assert answer["Location"] == reverse("quality:desk")
    assert not Review.objects.filter(status=ReviewStatus.WAITING).exists()


def test_a_wrong_finding_by_the_form_and_what_is_missing_is_said_there() -> None:
    of = house(filed=2, rejected=0)
    row = reviewed(of)
    client = browser(of.inspector)
    path = reverse("quality:wrong", args=[row.pk])
    refused = client.post(path, {"cause": "wrong_filing", "evidence": row.event.seq, "words": ""})
    assert refused.status_code == 422
    assert "required" in refused.content.decode()
    assert client.post(path, {"cause": "wrong_rejection", "evidence": 1, "words": "错"}).status_code == 422
    done = client.post(path, {"cause": "wrong_filing", "evidence": row.event.seq, "words": "不应立案"})
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.status, row.cause) == (ReviewStatus.WRONG, "wrong_filing")


def test_the_handler_appeals_and_a_second_person_decides() -> None:
    of = house()
    row = wrong(of, at=NEXT_DAY)
    client = browser(of.operator)
    page = client.get(reverse("quality:review", args=[row.pk]))
    assert page.status_code == 200
    appeals.appeal(review_id=row.pk, words="不对", by=of.operator, at=NEXT_DAY)
    inbox = browser(of.inspector).get(reverse("quality:appeals")).content.decode()
    assert "somebody else decides" in inbox
    second = browser(of.supervisor)
    assert "Grant" in second.get(reverse("quality:appeals")).content.decode()
    path = reverse("quality:appeal_decide", args=[row.appeal.pk])
    assert second.post(path, {"grant": "on", "reason": ""}).status_code == 302
    row.refresh_from_db()
    assert row.status == ReviewStatus.APPEALED
    second.post(path, {"grant": "on", "reason": "录音为证"})
    row.refresh_from_db()
    assert row.status == ReviewStatus.OVERTURNED
    assert "录音为证" in second.get(reverse("quality:appeals"), {"show": "decided"}).content.decode()


def test_the_side_of_a_case_shows_reviews_to_those_they_concern() -> None:
    of, _plan, _row = full()
    path = reverse("quality:of_case", args=[of.filed[0].pk])
    assert "Ask for a review" in browser(of.inspector).get(path).content.decode()
    assert "Appealed" in browser(of.operator).get(path).content.decode()
    assert browser(of.town.second).get(path).content == b""
    assert browser(of.town.clerk).get(path).status_code == 403


def test_asking_for_a_review_by_the_form() -> None:
    of = house(filed=1, rejected=0)
    client = browser(of.inspector)
    path = reverse("quality:target", args=[of.filed[0].number])
    assert client.get(path).status_code == 200
    answer = client.post(path, {"whose": f"{of.operator.pk}:dispatched", "reason": "部门异议"})
    assert answer.status_code == 302
    assert Review.objects.get().decision == "dispatched"
    again = client.post(path, {"whose": f"{of.operator.pk}:filed", "reason": "再查"})
    assert "already" in again.content.decode()


def test_drawing_by_the_form_says_what_is_refused() -> None:
    of = house()
    client = browser(of.inspector)
    path = reverse("quality:plans")
    values = {"first": "2026-03-09", "last": "2026-03-09", "size_by": "percent", "rejected": 0, "dispatched": 0}
    assert "At most 100 percent" in client.post(path, {**values, "filed": 101}).content.decode()
    answer = client.post(path, {**values, "filed": 100})
    plan = Plan.objects.get()
    assert answer["Location"] == reverse("quality:plan", args=[plan.pk])
    assert (plan.population, plan.drawn) == (4, 3)
    assert "the same cases" in client.get(answer["Location"], {"again": 1}).content.decode()
    assert "never drawn again" in client.post(path, {**values, "filed": 5}).content.decode()
    assert browser(of.town.leader).post(path, {**values, "filed": 5}).status_code == 200
    assert Plan.objects.count() == 1


def test_hints_are_taken_or_dismissed() -> None:
    of = house()
    [hint] = hints.suggest(case_id=of.filed[1].pk, kind=HintKind.OBJECTION, by=of.supervisor, at=NEXT_DAY)
    client = browser(of.inspector)
    assert "objection" in client.get(reverse("quality:hints")).content.decode()
    assert client.post(reverse("quality:hint_dismiss", args=[hint.pk]), {"reason": ""}).status_code == 409
    answer = client.post(reverse("quality:hint_take", args=[hint.pk]))
    assert answer["Location"].startswith("/quality/reviews/")


def test_exports_hold_what_the_pages_show() -> None:
    of, _plan, _row = full()
    client = browser(of.inspector)
    for name in ("quality:export", "quality:team_export"):
        answer = client.get(reverse(name), {"month": "2026-03-01"})
        assert answer.status_code == 200
        assert answer.content[:2] == b"PK"
    assert browser(of.operator).get(reverse("quality:export")).status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("page", ["desk", "hints", "plans", "findings", "mine", "team", "appeals"])
def test_pages_are_drawn_with_few_queries_however_much_there_is(page: str, language: str) -> None:
    of, _plan, _row = full()
    person = of.supervisor if page == "mine" else of.inspector
    if page == "mine":
        person = of.operator
    client = browser(person, language)
    client.get(reverse(f"quality:{page}"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(f"quality:{page}")).status_code == 200
    assert len(asked) <= 32, [row["sql"][:90] for row in asked.captured_queries]


def test_the_figure_of_a_person_opens_onto_the_list_behind_it() -> None:
    of, _plan, _row = full()
    client = browser(of.inspector)
    page = client.get(reverse("quality:team"), {"month": "2026-03-01"}).content.decode()
    behind = f"{reverse('quality:findings')}?month=2026-03-01&amp;handler={of.operator.pk}"
    assert behind in page
    listed = client.get(behind.replace("&amp;", "&")).content.decode()
    assert "应为雨水井盖" in listed
