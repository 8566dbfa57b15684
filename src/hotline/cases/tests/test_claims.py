"""Many people at once: fifty claimers never get the same case, two commands never overwrite each other."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from hotline.cases.models import Case, CaseEvent, Holding
from hotline.cases.queries import rebuild
from hotline.cases.services import desk
from hotline.cases.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.people.models import Position

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("B3.6")]
CLAIMERS = 50


def at_once(jobs):
    """Run every job in a thread of its own, all released together; their results in order."""
    gate = Barrier(len(jobs))

    def run(job):
        try:
            gate.wait(timeout=30)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_fifty_at_once_never_get_the_same_case():
    town = b.town()
    claimers = [b.people.person(town.centre, position=Position.OPERATOR) for _ in range(CLAIMERS)]
    cases = [b.report(town, by=town.field, source="field") for _ in range(20)]
    got = at_once([lambda who=who: desk.take_next(by=who, at=b.NINE + b.MINUTE) for who in claimers])
    taken = [case.pk for case in got if case is not None]
    assert Counter(taken).most_common(1)[0][1] == 1
    # Whoever found every waiting case locked by others came away with nothing; nobody waits for anybody.
    assert Holding.objects.open().filter(person__isnull=False).count() == len(taken)
    while desk.take_next(by=claimers[0], at=b.NINE + 2 * b.MINUTE):
        pass
    assert not Holding.objects.open().filter(queue="intake").exists()
    assert [found for case in cases for found in rebuild.differences([case.pk])] == []


def test_fifty_at_once_on_one_case_one_wins_and_the_rest_are_told():
    town = b.town()
    claimers = [b.people.person(town.centre, position=Position.OPERATOR) for _ in range(CLAIMERS)]
    case = b.report(town, by=town.field, source="field")

    def claim(who):
        try:
            return desk.take(case_id=case.pk, version=case.version, by=who, at=b.NINE + b.MINUTE).holding.person_id
        except Refused as told:
            return told.refusals[0].clause

    results = Counter(at_once([lambda who=who: claim(who) for who in claimers]))
    assert results.pop("cases.version") == CLAIMERS - 1
    assert list(results.values()) == [1]
    assert CaseEvent.objects.filter(case=case).count() == 2


def test_numbers_are_given_once():
    town = b.town()
    at_once([lambda: b.report(town, by=town.field, source="field") for _ in range(20)])
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert numbers == [f"20260309-{serial:04d}" for serial in range(1, 21)]
