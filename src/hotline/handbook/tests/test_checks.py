"""Is it carried out? A sample is looked at, what is wrong is put right, and somebody looks again (A1.6)."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from hotline.core.access import NotAllowed
from hotline.handbook.models import ExecutionCheck
from hotline.handbook.services import checks
from hotline.handbook.tests.builders import AT
from hotline.kernel.rules import Refused
from hotline.people.models import Notice, Position
from hotline.people.tests import builders as people

P = Position
DUE = date(2026, 10, 20)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A1.6")]


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def staff(centre):
    return people.everybody(centre)


def planned(staff, **more):
    wish = {"clause": "D2.5", "sample": "上周交接记录 10 份", "due_on": DUE, "checker": staff[P.QUALITY]}
    return checks.plan_check(**wish | more, by=staff[P.MANAGER], at=AT)


def broken(staff, row, **more):
    about = {
        "looked_at": 10, "broken": 3, "finding": "三份没有写明下一步", "owner": staff[P.SHIFT_LEADER],
        "correction": "交接班时逐件核对", "correct_by": DUE + timedelta(days=10),
    }  # fmt: skip
    return checks.record_check(check_id=row.pk, **about | more, by=staff[P.QUALITY], at=AT)


def test_what_is_found_is_put_right_and_looked_at_again_by_who_found_it(staff):
    row = planned(staff)
    assert Notice.objects.filter(recipient=staff[P.QUALITY], link=f"/handbook/checks/{row.pk}").exists()
    row = broken(staff, row)
    assert row.status == "broken"
    leader = staff[P.SHIFT_LEADER]
    with pytest.raises(NotAllowed):
        checks.correct(check_id=row.pk, done="已改", by=staff[P.QUALITY], at=AT)
    checks.correct(check_id=row.pk, done="已在班前会说明并逐件核对", by=leader, at=AT)
    with pytest.raises(NotAllowed):
        checks.verify(check_id=row.pk, is_right=True, note="好", by=leader, at=AT)
    assert (
        checks.verify(check_id=row.pk, is_right=False, note="仍有一份", by=staff[P.QUALITY], at=AT).status == "broken"
    )
    checks.correct(check_id=row.pk, done="再次核对", by=leader, at=AT)
    done = checks.verify(check_id=row.pk, is_right=True, note="抽 5 份均合格", by=staff[P.QUALITY], at=AT)
    assert (done.status, done.status_note) == ("verified", "抽 5 份均合格")


def test_what_is_in_order_ends_at_once(staff):
    row = checks.record_check(
        check_id=planned(staff).pk, looked_at=10, broken=0, finding="", by=staff[P.QUALITY], at=AT
    )
    assert (row.status, row.owner) == ("kept", None)
    with pytest.raises(Refused):
        checks.record_check(check_id=row.pk, looked_at=1, broken=0, finding="", by=staff[P.QUALITY], at=AT)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"clause": "X1"}, "no such clause"),
        ({"sample": " "}, "what is looked at"),
        ({"due_on": date(2026, 10, 7)}, "over"),
    ],
)
def test_a_plan_says_what_when_and_by_whom(staff, wrong, words):
    with pytest.raises(Refused, match=words):
        planned(staff, **wrong)
    with pytest.raises(Refused, match="of this centre"):
        planned(staff, checker=people.person(people.centre()))
    with pytest.raises(NotAllowed):
        checks.plan_check(clause="D2.5", sample="x", due_on=DUE, checker=staff[P.QUALITY], by=staff[P.OPERATOR], at=AT)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"looked_at": 0}, "how many"),
        ({"broken": 11}, "how many"),
        ({"finding": ""}, "what was found"),
        ({"owner": None}, "who puts it right"),
        ({"correction": " "}, "has to be put right"),
        ({"correct_by": None}, "until when"),
        ({"correct_by": date(2026, 10, 1)}, "until when"),
    ],
)
def test_a_finding_names_what_is_wrong_and_who_puts_it_right(staff, wrong, words):
    row = planned(staff)
    with pytest.raises(Refused, match=words):
        broken(staff, row, **wrong)
    with pytest.raises(Refused, match="somebody else"):
        broken(staff, row, owner=staff[P.QUALITY])


def test_the_database_holds_that_it_is_verified_by_another(staff):
    row = broken(staff, planned(staff))
    checks.correct(check_id=row.pk, done="已改", by=staff[P.SHIFT_LEADER], at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        ExecutionCheck.objects.filter(pk=row.pk).update(status="verified", status_by=staff[P.SHIFT_LEADER])
    with pytest.raises(DatabaseError), transaction.atomic():
        ExecutionCheck.objects.filter(pk=row.pk).update(broken=11)


def test_by_pages_from_the_plan_to_the_end(client, staff):
    client.force_login(staff[P.MANAGER])
    page = client.get(f"{reverse('handbook:plan_check')}?clause=D2.5")
    assert page.status_code == 200
    wish = {"clause": "D2.5", "sample": "三个早班", "due_on": "2027-12-31", "checker": staff[P.SHIFT_LEADER].pk}
    there = client.post(reverse("handbook:plan_check"), wish).url
    client.force_login(staff[P.SHIFT_LEADER])
    assert client.post(there, {"looked_at": 3, "broken": 1}).status_code == 200  # says what is missing
    found = {
        "looked_at": 3, "broken": 1, "finding": "一班无记录", "owner": staff[P.OPERATOR].pk, "correction": "补记",
        "correct_by": "2027-12-31",
    }  # fmt: skip
    assert client.post(there, found).url == there
    client.force_login(staff[P.OPERATOR])
    assert client.get(reverse("handbook:checks")).content.decode().count(there) >= 1
    client.post(there, {"done": "已补记"})
    client.force_login(staff[P.SHIFT_LEADER])
    client.post(there, {"note": "看过", "verdict": "yes"})
    row = ExecutionCheck.objects.get()
    assert row.status == "verified"
    assert "已补记" in client.get(there).content.decode()
    assert f"/handbook/checks/{row.pk}" in client.get(reverse("handbook:clause", args=["D2.5"])).content.decode()


def test_who_neither_leads_nor_has_to_do_with_it_sees_nothing(client, staff, django_assert_max_num_queries):
    row = planned(staff)
    client.force_login(staff[P.OPERATOR])
    assert client.get(reverse("handbook:check", args=[row.pk])).status_code == 404
    client.force_login(staff[P.DIRECTOR])
    for number in range(5):
        planned(staff, sample=f"第 {number} 组")
    with django_assert_max_num_queries(20):
        assert client.get(reverse("handbook:checks")).status_code == 200
