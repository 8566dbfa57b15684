"""Figures with what they rest on: the sample alone, targeted ones apart, appeals open until decided."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hotline.core import clock
from hotline.handbook.tests import builders as editions
from hotline.people.tests import builders as people
from hotline.quality.models import Review
from hotline.quality.queries import figures
from hotline.quality.services import appeals, reviewing
from hotline.quality.tests.builders import HOUR, MONTH, NEXT_DAY, House, drawn, house, reviewed, wrong
from hotline.quality.views import telling
from hotline.rulebook.accuracy import Basis, Decision

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.8")]
ALL = {Decision.FILED: 50, Decision.REJECTED: 50, Decision.DISPATCHED: 50}


def judge(of: House, faulty: int, correct: int) -> list[Review]:
    """Review the next so many as wrong, then so many as correct."""
    found = []
    for number in range(faulty + correct):
        row = reviewing.take_next(by=of.inspector, at=NEXT_DAY)
        assert row is not None
        if number < faulty:
            found.append(wrong(of, row))
        else:
            found.append(reviewing.find_correct(review_id=row.pk, by=of.inspector, at=NEXT_DAY))
    return found


def test_the_facts_of_a_month_name_numerator_denominator_population_and_evidence() -> None:
    of = house(filed=5, rejected=1)
    drawn(of, sizes={Decision.FILED: 4, Decision.REJECTED: 1, Decision.DISPATCHED: 0})
    rows = judge(of, faulty=1, correct=3)
    facts = figures.accuracy_of(of.operator, MONTH)
    assert (facts.numerator, facts.denominator, facts.population) == (3, 4, 6)
    assert facts.figure.rate == Fraction(3, 4)
    assert facts.evidence == (rows[0].pk,)
    assert (facts.waiting, facts.is_final) == (1, False)
    assert not facts.figure.for_pay  # four is below thirty
    assert facts.shortfall.deduct_fen == 0


def test_the_whole_month_checked_is_used_for_pay() -> None:
    of = house(filed=4, rejected=1)
    drawn(of, sizes=ALL)
    judge(of, faulty=1, correct=4)
    facts = figures.accuracy_of(of.operator, MONTH)
    assert facts.is_final
    assert facts.figure.for_pay
    assert (facts.shortfall.points, facts.shortfall.deduct_fen) == (17, 5000)  # 80 % against 97 %


def test_targeted_findings_stand_apart_from_the_rate_of_the_sample() -> None:
    of = house(filed=3, rejected=0)
    drawn(of, sizes={Decision.FILED: 2, Decision.REJECTED: 0, Decision.DISPATCHED: 0})
    wrong(of, reviewed(of))
    judge(of, faulty=0, correct=2)
    facts = figures.accuracy_of(of.operator, MONTH)
    assert facts.figure.rate == 1
    assert (facts.targeted, facts.targeted_wrong) == (1, 1)
    assert len(facts.evidence) == 1


def test_without_a_sample_a_wrong_case_counts_against_all_that_were_handled() -> None:
    of = house(filed=3, rejected=1)
    wrong(of)
    facts = figures.accuracy_of(of.operator, MONTH)
    assert facts.figure.basis is Basis.WHOLE
    assert (facts.numerator, facts.denominator) == (3, 4)
    assert facts.interval is None


def test_a_case_is_wrong_once_even_when_two_reviews_say_so() -> None:
    of = house(filed=2, rejected=0)
    wrong(of)
    drawn(of, sizes=ALL)
    judge(of, faulty=2, correct=0)
    facts = figures.accuracy_of(of.operator, MONTH)
    assert (facts.numerator, facts.denominator) == (0, 2)


def test_an_appealed_finding_counts_neither_way_until_it_is_decided() -> None:
    of = house(filed=2, rejected=0)
    drawn(of, sizes=ALL)
    [row, _correct] = judge(of, faulty=1, correct=1)
    asked = appeals.appeal(review_id=row.pk, words="不对", by=of.operator, at=NEXT_DAY + HOUR)
    facts = figures.accuracy_of(of.operator, MONTH)
    assert (facts.numerator, facts.denominator, facts.appealed, facts.is_final) == (1, 1, 1, False)
    appeals.decide(appeal_id=asked.pk, grant=True, reason="录音为证", by=of.supervisor, at=NEXT_DAY + HOUR)
    facts = figures.accuracy_of(of.operator, MONTH)
    assert (facts.numerator, facts.denominator, facts.is_final) == (2, 2, True)


def test_nothing_decided_is_not_applicable() -> None:
    of = house(filed=0, rejected=0)
    facts = figures.accuracy_of(of.town.second, MONTH)
    assert facts.figure.basis is Basis.NOTHING
    assert telling.rate(facts) == "—"
    assert figures.accuracy_of(of.operator, MONTH - timedelta(days=28)).population == 0


def test_the_figure_says_what_it_rests_on() -> None:
    of = house(filed=5, rejected=0)
    drawn(of, sizes={Decision.FILED: 4, Decision.REJECTED: 0, Decision.DISPATCHED: 0})
    judge(of, faulty=1, correct=3)
    facts = figures.accuracy_of(of.operator, MONTH)
    with translation.override("en"):
        assert telling.sentence(facts) == "75.0 % (3 of 4 checked, of 5 decided)"
        assert telling.interval(facts) == "95 % interval: 30.1 % to 95.4 %"
    with translation.override("zh-hans"):
        assert telling.sentence(facts) == "75.0 %（已检 4 件中正确 3 件，经办共 5 件）"


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(165, 168), "98.2 %"),
        (Fraction(1), "100.0 %"),
        (Fraction(0), "0.0 %"),
        (Fraction(1995, 2000), "99.8 %"),
    ],
)
def test_a_rate_is_told_to_a_tenth_of_a_percent(rate: Fraction, text: str) -> None:
    assert telling.percent(rate) == text


def test_the_team_sums_up_to_the_centre_and_asks_no_more_for_more_people() -> None:
    of = house(filed=3, rejected=1)
    drawn(of, sizes=ALL)
    judge(of, faulty=1, correct=3)
    centre = of.town.centre.pk
    with CaptureQueriesContext(
        connection,
    ) as asked:
        lines = figures.team(centre, MONTH)
    assert len(asked) == 4  # one of them for the values that the centre has decided
    whole = figures.whole(lines, MONTH, centre)
    assert (whole.numerator, whole.denominator, whole.population) == (3, 4, 4)
    assert figures.causes(centre, MONTH) == [("wrong_category", 1)]
    assert figures.months(centre) == [MONTH]
    assert figures.team(people.centre().pk, MONTH) == []


def test_in_the_team_too_what_was_found_without_a_sample_counts_against_all_that_was_handled() -> None:
    of = house(filed=3, rejected=1)
    wrong(of)
    [line] = figures.team(of.town.centre.pk, MONTH)
    assert line.person == of.operator
    assert (line.facts.numerator, line.facts.denominator) == (3, 4)
    assert line.facts.figure == figures.accuracy_of(of.operator, MONTH).figure


@pytest.mark.clause("D3.1")
def test_the_standard_and_the_sample_that_counts_are_those_of_the_centre() -> None:
    of = house(filed=5, rejected=0)
    drawn(of, sizes={Decision.FILED: 4, Decision.REJECTED: 0, Decision.DISPATCHED: 0})
    judge(of, faulty=1, correct=3)
    before = figures.accuracy_of(of.operator, MONTH)
    assert (before.target, before.figure.for_pay, before.shortfall.points) == (Fraction(97, 100), False, 0)
    values = {"accuracy.target": "80", "accuracy.min_n": 4}
    editions.decide(of.town.centre, values, at=clock.wall(date(2026, 2, 9), 9), since=MONTH)
    facts = figures.accuracy_of(of.operator, MONTH)
    assert (facts.target, facts.figure.for_pay, facts.shortfall.points) == (Fraction(4, 5), True, 5)
    [line] = figures.team(of.town.centre.pk, MONTH)
    assert line.facts.shortfall == facts.shortfall
    last_month = MONTH - timedelta(days=28)
    assert figures.terms_of(of.town.centre.pk, last_month).target == Fraction(97, 100)
