"""Every indicator on a day reckoned by hand; the number and the list behind it; pages and what they cost."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic import indicators as logic
from hotline.cases.logic.flow import ENDED, Action, Stage, Status
from hotline.cases.logic.indicators import BY_KEY, CASE_FACTS, INDICATORS, STAGE_FACTS, Base, Part, Timing
from hotline.cases.models import Case
from hotline.cases.queries import indicators as queries
from hotline.cases.queries.indicators import Wanted
from hotline.cases.services import closing, dispatching, filing
from hotline.cases.tests import builders as b
from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.people.tests.seats import signed_in

AT = b.NINE + timedelta(hours=9, minutes=30)  # 18:30 of the same day
TODAY = Wanted(b.DAY, b.DAY)
VIEWERS = {
    Position.OPERATOR, Position.AGENT, Position.SHIFT_LEADER, Position.TEAM_LEADER, Position.DIRECTOR, Position.MANAGER,
    Position.CENTRE_SUPERVISOR, Position.DISPATCHER, Position.QUALITY,
}  # fmt: skip

# key: numerator, denominator, done, open in time, open late
BY_HAND = {
    "valid_report": (1, 2, 1, 0, 1),  # field reports H (rejected) and I (filed)
    "merged": (0, 11, 5, 2, 4),  # a test of its own merges
    "missed_report": (1, 6, 2, 0, 4),  # of A B E F I K, B was verified as true in a grid
    "acceptance": (8, 10, 9, 1, 1),  # J is not yet due; D was not accepted, G is overdue
    "acceptance_in_time": (7, 8, 8, 1, 1),  # B after 20 minutes
    "acceptance_accurate": (5, 8, 8, 1, 1),  # without C, H (rejected) and F (cancelled)
    "verify_sent_in_time": (0, 1, 1, 1, 1),
    "verify_in_time": (1, 1, 1, 0, 0),
    "check_sent_in_time": (1, 1, 1, 0, 1),
    "check_in_time": (1, 1, 1, 0, 0),
    "filing": (6, 9, 5, 2, 4),  # G and J are not decided on
    "filing_in_time": (5, 6, 6, 0, 0),  # I after 34 minutes
    "filing_accurate": (5, 6, 2, 0, 4),  # F was cancelled
    "dispatch": (6, 6, 6, 0, 0),  # A B B E I K; F was cancelled before
    "dispatch_in_time": (5, 6, 6, 0, 0),  # B's second after 30 minutes
    "dispatch_accurate": (5, 6, 6, 0, 0),  # B's first came back
    "handling": (3, 5, 3, 0, 2),  # A, E, I done; B and E's rework overdue; B's first and K left out
    "handling_in_time": (2, 5, 3, 0, 2),
    "handling_late": (1, 5, 3, 0, 2),  # I
    "rework": (1, 3, 1, 0, 2),  # E of A, E, I
    "review_in_time": (3, 4, 3, 0, 1),  # A twice, E; I waits since 16:00
    "check": (1, 1, 1, 0, 0),
    "closing": (1, 4, 1, 0, 3),  # A; B, E, I are past their deadline; F and K left out
    "closing_in_time": (1, 4, 1, 0, 3),
}


def go(walk, service, by, minute, **values):
    """One command at a minute after nine."""
    walk.at = b.NINE + timedelta(minutes=minute - 1)
    return walk._next(service, by, **values)


def a_day(town):
    """Eleven reports of one day, named as in the comments above."""
    found = {name: b.Walk(town, b.report(town)) for name in "ABCDEFGK"}
    found["A"].closed()
    verified(town, found["B"])
    go(found["C"], filing.reject, town.operator, 5, reason="不属于城市管理")
    go(found["D"], filing.not_accept, town.operator, 5, reason="内容不清")
    go(found["E"].handled().take(), closing.demand_rework, town.operator, 7, reason="未修好")
    go(found["F"].filed(), closing.cancel, town.leader, 10, reason="重复")
    go(found["K"].dispatched(), dispatching.accept, town.clerk, 4)
    go(found["K"], dispatching.park, town.dispatcher, 5, reason="等待拆迁")
    own = {"by": town.field, "source": "field", "reporter": town.field}
    found |= {name: b.Walk(town, b.report(town, **own)) for name in "HI"}
    found["H"].at = found["I"].at = b.NINE + 4 * b.MINUTE
    go(found["H"].take(), filing.reject, town.operator, 10, reason="已有案件")
    go(found["I"].take().pre_filed(), filing.file, town.operator, 40)
    go(found["I"], dispatching.dispatch, town.operator, 41, department=town.department)
    go(found["I"], dispatching.feedback, town.clerk, 7 * 60, result="已处理")
    found["J"] = b.Walk(town, b.report(town, at=AT - 10 * b.MINUTE))
    return found


def verified(town, walk):
    go(walk, filing.ask_verify, town.operator, 20, question="是否属实")
    walk.at = b.NINE + 24 * b.MINUTE
    walk.replied().take().pre_filed()._next(filing.file, town.operator)
    go(walk, dispatching.dispatch, town.operator, 29, department=town.department)
    go(walk, dispatching.send_back, town.clerk, 30, reason="不归我们")
    go(walk, dispatching.dispatch, town.dispatcher, 60, department=town.department)


@pytest.fixture
def town(db):
    return b.town()


def parts(figure):
    return tuple(figure.of(part) for part in Part)


def listed(person, indicator, part, wanted, at):
    rows = queries.stage_rows if indicator.base is Base.STAGE else queries.case_rows
    return rows(person, indicator, part, wanted, at)


@pytest.mark.clause("B2.4")
def test_every_indicator_of_a_day_reckoned_by_hand(town):
    a_day(town)
    figures = {one.indicator.key: one for one in queries.figures(town.leader, TODAY, AT)}
    assert {key: parts(figure) for key, figure in figures.items()} == BY_HAND
    assert figures["acceptance"].value == Fraction(4, 5)
    assert figures["closing"].value == Fraction(1, 4)


def test_a_list_is_as_long_as_its_number_at_any_moment_and_narrowing(town):
    a_day(town)
    narrowed = [
        TODAY,
        Wanted(b.DAY, b.DAY, district=town.grid.district_id),
        Wanted(b.DAY, b.DAY, department=town.department.pk),
        Wanted(b.DAY, b.DAY, operator=town.operator.pk),
        Wanted(b.DAY, b.DAY, operator=town.second.pk),
        Wanted(b.DAY - timedelta(days=7), b.DAY - timedelta(days=1)),
    ]
    for at, wanted in [(b.NINE + 42 * b.MINUTE, TODAY), *((AT, one) for one in narrowed)]:
        for figure in queries.figures(town.leader, wanted, at):
            assert 0 <= figure.numerator <= figure.denominator, figure
            for part in Part:
                rows = listed(town.leader, figure.indicator, part, wanted, at)
                assert rows.count() == figure.of(part), (figure.indicator.key, part, wanted)


def test_the_database_and_the_definition_agree_on_what_is_late(town):
    a_day(town)
    for key in ("acceptance", "handling", "dispatch", "review_in_time"):
        for row in listed(town.leader, BY_KEY[key], Part.DENOMINATOR, TODAY, AT):
            assert row.timing == logic.timing_of(row.due_at, row.ended_at, AT), (key, row.case.number)


def test_nothing_to_divide_by_is_not_applicable(town):
    for figure in queries.figures(town.leader, TODAY, AT):
        assert (figure.value, parts(figure)) == (None, (0, 0, 0, 0, 0))


def test_another_centres_cases_are_in_no_figure(town):
    a_day(town)
    other = b.town()
    assert all(parts(one) == (0, 0, 0, 0, 0) for one in queries.figures(other.leader, TODAY, AT))


def test_a_day_ends_at_midnight_in_the_centre(town):
    b.report(town, at=clock.wall(b.DAY + timedelta(days=1)) - b.SECOND)
    b.report(town, at=clock.wall(b.DAY + timedelta(days=1)))
    [first] = queries.figures(town.leader, TODAY, AT, [BY_KEY["filing"]])
    both = Wanted(b.DAY, b.DAY + timedelta(days=1))
    [second] = queries.figures(town.leader, both, AT, [BY_KEY["filing"]])
    assert (first.open_in_time, second.open_in_time) == (1, 2)


def test_what_was_due_does_not_depend_on_when_one_looks_once_it_is_over(town):
    a_day(town)
    keys = [BY_KEY["handling_late"], BY_KEY["dispatch_in_time"], BY_KEY["filing_in_time"]]
    now, later = (queries.figures(town.leader, TODAY, at, keys) for at in (AT, AT + timedelta(days=30)))
    assert [one.numerator for one in now] == [one.numerator for one in later]


# ---------------------------------------------------------------- definitions


def test_every_indicator_says_what_it_counts_in_words():
    assert len(BY_KEY) == len(INDICATORS) == len(BY_HAND)
    for one in INDICATORS:
        facts = STAGE_FACTS if one.base is Base.STAGE else CASE_FACTS
        for part in Part:
            assert set(one.condition(part)) <= set(facts), (one.key, part)
        assert "/" in one.formula
        assert one.numerator_words.startswith("of these")


OUTCOMES = ["", *(action.value for action in Action)]
stage_facts = st.fixed_dictionaries(
    {
        "stage": st.sampled_from([stage.value for stage in Stage]),
        "outcome": st.sampled_from(OUTCOMES),
        "timing": st.sampled_from([timing.value for timing in Timing]),
        "is_first": st.booleans(),
        "was_sent_back": st.booleans(),
        "end": st.sampled_from([logic.OPEN, logic.OPEN_FILED, *(status.value for status in ENDED)]),
    }
)
case_facts = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["field", "phone"]),
        "end": st.sampled_from([logic.OPEN, logic.OPEN_FILED, *(status.value for status in ENDED)]),
        "timing": st.sampled_from([timing.value for timing in Timing]),
        **{fact: st.booleans() for fact in CASE_FACTS if fact.startswith("is_")},
    }
)


def counted(facts):
    return st.lists(st.tuples(facts, st.integers(1, 50)), max_size=12)


@given(counted(stage_facts), counted(case_facts))
def test_a_numerator_never_exceeds_its_denominator(stages, cases):
    for one in INDICATORS:
        rows = stages if one.base is Base.STAGE else cases
        figure = logic.figure(one, rows)
        assert 0 <= figure.numerator <= figure.denominator
        population = sum(count for facts, count in rows if logic.lets_in(one.population, facts))
        assert figure.done + figure.open_in_time + figure.open_late == population
        assert figure.denominator <= population
        assert figure.value is None if not figure.denominator else 0 <= figure.value <= 1


@pytest.mark.parametrize(
    ("due", "ended", "at", "timing"),
    [
        (10, 10, 50, Timing.IN_TIME),  # exactly at the deadline
        (10, 11, 50, Timing.LATE),
        (None, 11, 50, Timing.IN_TIME),
        (10, None, 10, Timing.OPEN_IN_TIME),
        (10, None, 11, Timing.OPEN_LATE),
        (None, None, 11, Timing.OPEN_IN_TIME),
    ],
)
def test_how_a_row_stands_to_its_deadline(due, ended, at, timing):
    moments = [None if minute is None else b.NINE + minute * b.MINUTE for minute in (due, ended, at)]
    assert logic.timing_of(*moments) is timing


def test_end_facts_are_those_of_the_flow():
    ends = {"open", "open_filed", Status.CLOSED.value, Status.MERGED.value}
    assert {str(one) for one in logic.NOT_FAILED} == ends


# ---------------------------------------------------------------- pages


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_those_who_see_the_whole_centre(town, now, language):
    a_day(town)
    pages = [reverse("cases:indicators"), reverse("cases:indicator_list", args=["closing", "denominator"])]
    pages += [reverse("cases:indicator_list", args=["dispatch", "numerator"])]
    for position, person in people.everybody(town.centre).items():
        person.language = language
        person.save(update_fields=["language"])
        browser = signed_in(person)
        for page in pages:
            assert browser.get(page).status_code == (200 if position in VIEWERS else 403), (page, position)
    browser = signed_in(town.leader)
    assert browser.get(reverse("cases:indicator_list", args=["nothing", "done"])).status_code == 404
    assert browser.get(reverse("cases:indicator_list", args=["closing", "nothing"])).status_code == 404


def test_a_rate_stands_with_its_numbers_and_opens_onto_its_list(town, now):
    a_day(town)
    browser = signed_in(town.leader)
    page = browser.get(reverse("cases:indicators"), {"first": "2026-03-09", "last": "2026-03-09"})
    text = page.content.decode()
    assert "25.0%" in text  # closing: 1 of 4
    where = reverse("cases:indicator_list", args=["closing", "denominator"])
    assert f'href="{where}?first=2026-03-09&amp;last=2026-03-09">4</a>' in text
    rows = browser.get(where, {"first": "2026-03-09", "last": "2026-03-09"})
    assert rows.context["page"].total == 4
    numbers = {row.number for row in rows.context["page"].rows}
    assert numbers == set(Case.objects.filter(number__in=numbers).values_list("number", flat=True))
    empty = browser.get(reverse("cases:indicators"), {"first": "2026-02-01", "last": "2026-02-02"}).content.decode()
    assert "%" not in empty.split("</h1>")[1].split("<script")[0].replace("100%", "")


def test_a_nonsense_period_says_so_and_shows_this_month(town, now):
    page = signed_in(town.leader).get(reverse("cases:indicators"), {"first": "2026-03-09", "last": "2026-03-01"})
    assert page.status_code == 200
    assert page.context["form"].errors["last"]
    assert page.context["wanted"].first == b.DAY.replace(day=1)


def test_the_pages_cost_few_queries(town, now, django_assert_max_num_queries):
    a_day(town)
    browser = signed_in(town.leader)
    browser.get(reverse("cases:indicators"))
    with django_assert_max_num_queries(18):
        browser.get(reverse("cases:indicators"))
    with django_assert_max_num_queries(20):
        browser.get(reverse("cases:indicator_list", args=["dispatch", "denominator"]))
