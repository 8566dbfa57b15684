"""The parameters of the book: their two dates, what they take, and which readings they carry."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clauses import titles

from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.kinds import BadValue, Weights, exact, number, plain, whole
from hotline.rulebook.parameters.values import Decided, NotKnown, in_force

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
pytestmark = pytest.mark.clause("D3.1")

# readings that name a parameter or are settled by one, and those that a person at the centre decides
WITH_A_PARAMETER = (
    *range(1, 16), 19, *range(20, 25), *range(26, 28), *range(29, 31), *range(32, 40), *range(42, 49), 52, 53,
    *range(55, 75), *range(76, 78), *range(79, 88), 93, *range(96, 101),
)  # fmt: skip
TO_DECIDE = (1, 9, 19, 22, 26, 33, 69, 80)


def target(day, **about):
    return in_force(day, **about).reading().number("accuracy.target")


def test_a_value_changes_on_its_day_and_the_past_stays():
    assert (target(OCTOBER), target(NOVEMBER), target(DECEMBER)) == (97, 99, 99)


@pytest.mark.clause("A1.1")
def test_what_was_known_on_a_day_is_what_was_decided_by_then():
    assert target(NOVEMBER, known_on=date(2026, 10, 19)) == 97
    assert target(NOVEMBER, known_on=date(2026, 10, 20)) == 99
    with pytest.raises(NotKnown):
        target(NOVEMBER, known_on=date(2019, 12, 31))


def test_a_centre_has_no_stricter_standard_without_an_act_of_its_own():
    assert target(NOVEMBER, decided=[]) == 97
    act = Decided("accuracy.target", "99", NOVEMBER, date(2026, 10, 28))
    assert target(NOVEMBER, decided=[act]) == 99
    assert target(OCTOBER, decided=[act]) == 97
    assert target(DECEMBER, decided=[act], known_on=date(2026, 10, 27)) == 97


def test_of_two_decisions_for_a_day_the_later_one_counts():
    first = Decided("accuracy.target", "98.5", NOVEMBER, date(2026, 10, 10))
    second = Decided("accuracy.target", "98", NOVEMBER, date(2026, 10, 20))
    assert target(NOVEMBER, decided=[second, first]) == 98
    assert target(NOVEMBER, decided=[second, first], known_on=date(2026, 10, 15)) == Fraction("98.5")


def test_a_reading_remembers_what_was_read():
    read = in_force(OCTOBER, overrides={"case.limit_s": 360}).reading()
    assert (read.whole("case.limit_s"), read.number("accuracy.target"), read.flag("timeliness.shared_cap")) == (
        360,
        97,
        True,
    )
    assert read.shown == {"case.limit_s": 360, "accuracy.target": "97", "timeliness.shared_cap": True}


def test_every_parameter_stands_under_a_clause_and_takes_its_own_values():
    known = titles()
    for key, parameter in PARAMETERS.items():
        assert parameter.clause in known, key
        assert parameter.name.zh, key
        assert parameter.name.en, key
        days = [one.effective_from for one in parameter.values]
        assert days == sorted(set(days)), key
        assert all(day.day == 1 for day in days), key
        if not parameter.by_release:
            for one in parameter.values:
                assert parameter.parsed(parameter.shown(parameter.parsed(one.raw))) == parameter.parsed(one.raw)


def test_every_reading_with_a_parameter_has_one_and_those_to_decide_are_marked():
    carried = {reading for parameter in PARAMETERS.values() for reading in parameter.readings}
    assert set(WITH_A_PARAMETER) - carried == set()
    marked = {reading for parameter in PARAMETERS.values() if parameter.must_decide for reading in parameter.readings}
    assert set(TO_DECIDE) - marked == set()


def test_every_parameter_can_be_set_or_says_why_not():
    for key, parameter in PARAMETERS.items():
        assert parameter.by_release == bool(parameter.why_not.zh and parameter.why_not.en), key


# What the readings name (the page that settles the printed text), by the key in the book.
NAMED = (
    "shift.break", "service.window", "late.dwell_s", "late.presence_sources", "late.yuan", "excuse.kinds",
    "early.grace_s", "absent.points", "step.counts", "timeliness.shared_cap", "timeliness.combine", "case.limit_s",
    "accuracy.min_n", "na", "exam.step", "exam.absent", "skill.weights", "other.yuan_per_point", "total.max",
    "fine_policy", "pay.roles", "pay.prorata", "leave.unit", "leave.count", "leave.points_per", "leave.chain",
    "leave.papers_from", "notice_days", "role.map", "swap.count_partner", "leave.day_max", "leave.annual_max",
    "roster.notice_days", "dismiss.leave_days", "dismiss.long_sick_days", "dismiss.window_months", "sick.notice",
    "return.talk_by", "monitor.weekly", "feedback_days", "attendance.base", "target.max", "target.curve", "util.base",
    "aht.base", "aht.waiting", "rank.by", "stage.charged", "timeliness.average_of", "hours.scheme",
)  # fmt: skip


def test_every_parameter_that_the_readings_name_is_in_the_book():
    assert set(NAMED) - set(PARAMETERS) == set()
    kept = {key for key in NAMED if PARAMETERS[key].by_release}
    assert kept <= {"shift.break", "service.window", "role.map"}  # each with its reason on its page


MONTHS = [date(2026, month, 1) for month in range(1, 13)]
SETTABLE = sorted(key for key, one in PARAMETERS.items() if not one.by_release)


@st.composite
def decisions(draw):
    """Decisions as publication allows them: for the first of a month that is still to come on their day."""
    on = draw(st.dates(date(2026, 1, 1), date(2026, 11, 30)))
    first = draw(st.sampled_from([month for month in MONTHS if month >= on]))
    key = draw(st.sampled_from(SETTABLE))
    return Decided(key, draw(st.sampled_from([one.raw for one in PARAMETERS[key].values])), first, on)


@given(st.lists(decisions(), max_size=6), decisions())
def test_a_later_publication_never_changes_a_past_month(before, new):
    keys = {new.key, *(one.key for one in before)}
    for month in MONTHS:
        was = in_force(month, decided=before)
        now = in_force(month, decided=[*before, new])
        if month < new.effective_from:
            assert all(was.origin(key) == now.origin(key) for key in keys)
        known = new.decided_on - timedelta(days=1)
        earlier, again = (in_force(month, known_on=known, decided=rows) for rows in (before, [*before, new]))
        assert earlier.origin(new.key) == again.origin(new.key)


@pytest.mark.parametrize("raw", [1.0, True, None, "1e3", "1,5", "", "٣", "101", "-1", "1.234"])
def test_a_number_is_exact_or_refused(raw):
    with pytest.raises(BadValue) as fault:
        number(0, 100, 2).parse(raw)
    assert "from 0 to 100" in str(fault.value)


def test_weights_add_up_to_a_hundred():
    kind = PARAMETERS["skill.weights"].kind
    assert isinstance(kind, Weights)
    assert dict(kind.parse({"written": "40", "phone": 60})) == {"written": 40, "phone": 60}
    for raw in ({"written": "40", "phone": "100"}, {"written": "100"}, {"written": "-1", "phone": "101"}, []):
        with pytest.raises(BadValue):
            kind.parse(raw)


def test_a_whole_number_is_shown_as_one():
    assert whole(0, 9).show(whole(0, 9).parse("7")) == 7


@given(st.integers(-(10**12), 10**12), st.integers(0, 9))
def test_plain_says_a_number_exactly(digits, places):
    value = Fraction(digits, 10**places)
    text = plain(value)
    assert exact(text) == value
    assert not ("." in text and text.endswith("0"))
    assert text != "-0"
