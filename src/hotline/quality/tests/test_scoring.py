"""Calls listened to and scored: by another, once, read by the person; the figures of A6.7 and A6.8 follow."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from hotline.core.access import NotAllowed, may
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.quality.models import CallScore
from hotline.quality.services import scoring
from hotline.telephony.tests import builders as telephone

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A6.7"), pytest.mark.clause("A6.8")]
AFTER = telephone.NINE + 600 * telephone.SECOND


@pytest.fixture
def of() -> telephone.House:
    return telephone.house()


@pytest.fixture
def call(of):
    telephone.arrive(of, "c1")
    return telephone.talk(of, "c1", of.first, telephone.NINE + 9 * telephone.SECOND)


def scored(call, by, **more):
    said = {"soft": 42, "technical": 40, "is_zero": False, "words": "开场规范，核实不全", **more}
    return scoring.score_call(call_id=call.pk, by=by, at=AFTER, **said)


def test_a_call_is_scored_once_and_the_person_reads_it(of, call):
    row = scored(call, of.quality, is_zero=True)
    assert (row.person, row.month.day, row.is_zero) == (of.first, 1, True)
    assert of.first.notices.count() == 1
    with pytest.raises(Refused):
        scored(call, of.supervisor)
    with pytest.raises(DatabaseError), transaction.atomic():
        CallScore.objects.update(soft=50)


def test_nonsense_is_refused_with_its_field(of, call):
    for wrong, name in (({"soft": 51}, "soft"), ({"technical": -1}, "technical"), ({"words": " "}, "words")):
        with pytest.raises(Refused) as told:
            scored(call, of.quality, **wrong)
        assert told.value.refusals[0].params["field"] == name


def test_nobody_scores_himself_and_not_everybody_scores(of, call):
    boss = people.person(of.centre, position=Position.HR)
    for nobody in (of.first, of.second, boss):
        with pytest.raises(NotAllowed):
            scored(call, nobody)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallScore.objects.create(
            centre=of.centre, call=call, person=of.first, month=AFTER.date().replace(day=1), soft=1, technical=1,
            words="好", scored_by=of.first, scored_at=AFTER,
        )  # fmt: skip


def test_rows_and_permission_agree_for_every_position(of, call):
    scored(call, of.quality)
    stranger = people.person(people.centre(), position=Position.QUALITY)
    for person in [*people.everybody(of.centre).values(), of.first, of.second, stranger]:
        seen = set(CallScore.objects.visible_to(person))
        assert {row for row in CallScore.objects.all() if may(person, "quality.view_call_score", row)} == seen


def test_the_pages(of, call):
    client = Client()
    client.force_login(of.quality)
    address = reverse("quality:score", args=[call.pk])
    wish = {"soft": 45, "technical": 41, "words": "语气亲切"}
    assert client.get(address).status_code == 200
    assert "语气亲切" in client.post(address, {**wish, "soft": 60}).content.decode()
    assert client.post(address, wish).status_code == 302
    assert "语气亲切" in client.get(reverse("quality:calls")).content.decode()
    client.force_login(of.first)
    assert client.get(address).status_code == 403
