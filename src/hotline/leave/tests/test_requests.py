"""Stories of asking for leave at its edges: readings 55 to 64, 69, 73, 74, 76 (D2.8 to D2.10, D4, A7.12, A7.16)."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.approvals.models import Step
from hotline.core import clock
from hotline.core.access import NotAllowed, may
from hotline.handbook.tests.builders import decide
from hotline.kernel.rules import Refused
from hotline.leave import jobs
from hotline.leave.models import BalanceEntry, Leave, LeaveDay, LeaveStatus, PrivateWords, Spell
from hotline.leave.queries import balances, months
from hotline.leave.queries import requests as queries
from hotline.leave.queries.kinds import Kinds
from hotline.leave.services import papers, requests
from hotline.leave.tests import builders as b
from hotline.people.models import Notice, Position, Post
from hotline.people.tests import builders as people
from hotline.rosters.models import Absence
from hotline.rosters.services import calendar, entries
from hotline.rulebook.leave import Code

pytestmark = pytest.mark.django_db
AT, L = b.AT, LeaveStatus


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def of():
    return b.house()


def positions(row):
    return [step.positions[0] for step in Step.objects.filter(chain__subject_id=row.pk).order_by("number")]


BOTH = ["centre_supervisor", "director"]


@pytest.mark.clause("D2.8", "D2.9")
@pytest.mark.parametrize(
    ("kind", "first", "last", "middle", "half_days", "chain"),
    [
        (Code.PERSONAL, 7, 7, True, 1, BOTH[:1]),  # half a day
        (Code.PERSONAL, 7, 7, False, 2, BOTH[:1]),
        (Code.PERSONAL, 7, 8, True, 3, BOTH[:1]),  # a day and a half (reading 61)
        (Code.PERSONAL, 7, 8, False, 4, BOTH),  # exactly two days
        (Code.PERSONAL, 7, 11, False, 10, BOTH),
        (Code.PERSONAL, 11, 14, False, 4, BOTH),  # Friday to Monday: the weekend is not counted (reading 56)
        (Code.SICK, 0, 1, True, 3, BOTH[:1]),  # reading 60
        (Code.SICK, 0, 1, False, 4, BOTH),
    ],
)
def test_who_decides_by_kind_and_length(of, kind, first, last, middle, half_days, chain):
    row = b.ask(of.one, kind, first, last, to_middle=middle)
    assert (row.half_days, positions(row)) == (half_days, chain)


@pytest.mark.clause("D2.9", "D4.5")
def test_two_days_of_personal_leave_from_the_asking_to_the_roster(of):
    row = b.ask(of.one, first=7, last=8)
    assert (row.status, row.shifts, Absence.objects.count()) == (L.ASKED, 2, 0)
    with pytest.raises(NotAllowed):
        b.yes(row, of.director)  # the supervisor first
    row = b.yes(row, of.supervisor)
    assert row.status == L.ASKED
    row = b.yes(row, of.director)
    assert (row.status, row.status_by) == (L.GRANTED, of.director)
    away = Absence.objects.get()
    assert (away.person, away.kind, away.ref, away.is_planned) == (of.one, "personal", row.pk, True)
    assert away.span.lower == clock.wall(b.day(7))
    assert away.span.upper == clock.wall(b.day(9))
    told = Notice.objects.filter(recipient=of.one).values_list("text", flat=True)
    assert list(told) == ["Your {kind} from {first} to {last} is granted."]


@pytest.mark.clause("D2.9")
def test_half_a_day_is_away_from_the_middle_of_its_shift(of):
    row = b.yes(b.ask(of.one, first=7, from_middle=True), of.supervisor)
    assert row.half_days == 1
    away = Absence.objects.get().span
    assert clock.local(away.lower).hour == 13  # 8:30 to 17:30
    assert clock.local(away.upper).hour == 0


@pytest.mark.clause("D2.9")
@pytest.mark.parametrize(("first", "late"), [(0, True), (1, True), (2, True), (3, False)])
def test_two_full_days_ahead_or_urgent_with_the_approvers_word(of, first, late):
    row = b.ask(of.one, first=first)
    assert row.is_late is late
    if late:
        with pytest.raises(Refused, match="urgent"):
            b.yes(row, of.supervisor, note=" ")
    assert b.yes(row, of.supervisor, note="家人急病" if late else "").status == L.GRANTED


@pytest.mark.clause("D2.9")
def test_personal_leave_needs_its_reason_and_a_shift(of):
    for words, first, last, middle in [("reason", 7, 7, False), ("no shift", 12, 13, False)]:
        with pytest.raises(Refused, match=words):
            b.ask(of.one, first=first, last=last, reason="" if words == "reason" else "有事", to_middle=middle)
    with pytest.raises(Refused, match="ends before it begins"):
        b.ask(of.one, first=8, last=7)
    with pytest.raises(Refused, match="ends before it begins"):
        b.ask(of.one, first=8, last=8, from_middle=True, to_middle=True)
    with pytest.raises(Refused, match="kind of leave"):
        b.ask(of.one, "holiday")
    with pytest.raises(Refused, match="too long ago"):
        b.ask(of.one, Code.SICK, -40, 1)


@pytest.mark.clause("D2.10")
def test_one_day_and_one_more_do_not_avoid_the_director(of):
    first = b.yes(b.ask(of.one, first=7), of.supervisor)
    more = b.ask(of.one, first=8, at=clock.wall(b.day(7), 9))
    assert (more.spell, more.extends, more.is_late) == (first.spell, first, False)  # an extension needs no notice
    assert positions(more) == BOTH  # reading 63: the sum is two days
    assert Spell.objects.count() == 1


@pytest.mark.clause("D2.10")
def test_a_weekend_between_makes_one_spell_and_a_shift_between_two(of):
    b.ask(of.one, first=11)  # Friday
    monday = b.ask(of.one, first=14)
    wednesday = b.ask(of.one, first=16)
    assert Spell.objects.count() == 2
    assert positions(monday) == BOTH
    assert positions(wednesday) == BOTH[:1]
    b.ask(of.one, first=15)  # fills the gap: all is one spell, the older one (reading 58)
    assert {row.spell_id for row in Leave.objects.all()} == {monday.spell_id}
    assert Spell.objects.count() == 1


@pytest.mark.clause("D2.10")
def test_an_afternoon_and_the_next_morning_are_one_spell_and_two_mornings_are_not(of):
    b.ask(of.one, first=7, from_middle=True)
    b.ask(of.one, first=8, to_middle=True)
    assert Spell.objects.count() == 1
    b.ask(of.one, first=9, to_middle=True)
    assert Spell.objects.count() == 2


@pytest.mark.clause("D2.9")
def test_a_refused_or_withdrawn_piece_belongs_to_no_spell_and_its_days_can_be_asked_for_again(of):
    row = b.no(b.ask(of.one, first=7), of.supervisor)
    assert (row.status, row.spell, row.status_note) == (L.REFUSED, None, "人手不足")
    again = b.ask(of.one, first=7)
    with pytest.raises(Refused, match="already on leave"):
        b.ask(of.one, first=7)
    requests.take_back(leave_id=again.pk, by=of.one, at=AT)
    assert Spell.objects.count() == 0
    assert b.ask(of.one, first=7).status == L.ASKED


@pytest.mark.clause("D2.9")
def test_leave_is_given_back_before_it_begins_and_only_then(of):
    row = b.yes(b.ask(of.one, first=7), of.supervisor)
    with pytest.raises(NotAllowed):
        requests.take_back(leave_id=row.pk, by=of.two, at=AT)
    with pytest.raises(Refused, match="has begun"):
        requests.take_back(leave_id=row.pk, by=of.one, at=clock.wall(b.day(7), 7))
    requests.take_back(leave_id=row.pk, by=of.one, at=AT)
    row.refresh_from_db()
    assert (row.status, Absence.objects.count()) == (L.CANCELLED, 0)


@pytest.mark.clause("D2.8")
def test_nobody_decides_his_own_and_the_next_above_does(of):
    row = b.ask(of.supervisor, Code.SICK, 0, reason="发烧")
    assert positions(row) == ["director"]
    boss = b.ask(of.director, Code.SICK, 0, reason="发烧")
    assert positions(boss) == ["centre_supervisor"]  # nobody stands above: the highest who is left
    with pytest.raises(NotAllowed):
        b.yes(boss, of.director)
    people.person(of.centre, position=Position.MANAGER)
    assert positions(b.ask(of.director, Code.SICK, 2, reason="发烧")) == ["manager"]


# ---------------------------------------------------------------- sickness


@pytest.mark.clause("D2.8", "A7.12")
@pytest.mark.parametrize(
    ("code", "hour", "minute", "late"),
    [
        ("early", 8, 44, False), ("early", 8, 45, False), ("early", 8, 46, True), ("late", 9, 30, False),
        ("late", 9, 31, True),
    ],
)  # fmt: skip
def test_sickness_is_told_by_a_quarter_to_nine_or_the_beginning_of_the_shift(of, code, hour, minute, late):
    if code == "late":
        b.late_shift(of, of.one, 1)
    row = b.sick(of.one, 1, at=clock.wall(b.day(1), hour, minute))
    assert row.is_reported_late is late
    assert row.status == L.ASKED  # told late or not, it is taken in


@pytest.mark.clause("D2.8", "A7.16")
def test_sickness_is_in_the_roster_at_once_and_never_blocked(of):
    many = b.operators(of, 5)
    for person in many:
        b.ask(person, first=7)
    row = b.sick(of.one, 7, 8)
    assert Absence.objects.get(person=of.one).kind == "leave"  # the roster does not know why
    assert Absence.objects.get(person=of.one).is_planned is False
    b.no(row, of.supervisor, note="未提供病假条")
    assert not Absence.objects.filter(person=of.one).exists()


@pytest.mark.clause("D2.8")
def test_half_a_day_of_sickness_needs_its_certificate(of):
    row = b.sick(of.one, 0, from_middle=True)
    assert queries.papers_missing(row, Kinds(of.centre.pk)) == 1  # reading 59
    with pytest.raises(Refused, match="Certificates are still missing: 1"):
        b.yes(row, of.supervisor)
    papers.hand_in(leave_id=row.pk, content=b.PDF, by=of.one, at=AT)
    assert b.yes(row, of.supervisor).status == L.GRANTED


@pytest.mark.clause("D2.8")
def test_a_leader_writes_down_what_he_was_told_on_the_telephone(of):
    row = b.sick(of.one, 0, by=of.leader)
    assert (row.person, row.asked_by) == (of.one, of.leader)
    with pytest.raises(NotAllowed):
        b.sick(of.one, 1, by=of.two)
    text = "{name} is not coming from {first} on: sick, told at {told}."
    assert Notice.objects.get(text=text).recipient == of.leader


@pytest.mark.clause("D2.8")
def test_the_reason_of_sickness_lies_sealed(of):
    row = b.sick(of.one, 0)
    assert row.reason == ""
    assert "肠胃".encode() not in bytes(PrivateWords.objects.get(leave=row).sealed)
    assert queries.reason_of(row) == "急性肠胃炎"


@pytest.mark.clause("D2.10")
def test_back_early_ends_the_spell_and_gives_the_rest_back(of):
    row = b.sick(of.one, 0, 4)
    later = b.sick(of.one, 7, 8)
    spell = requests.come_back(leave_id=row.pk, on=b.day(2), by=of.one, at=clock.wall(b.day(2), 8))
    row.refresh_from_db()
    later.refresh_from_db()
    assert (row.last, row.half_days, row.shifts, later.status) == (b.day(1), 4, 2, L.WITHDRAWN)
    assert spell.ended_on == b.day(2)
    assert Absence.objects.get().span.upper == clock.wall(b.day(2))
    with pytest.raises(Refused, match="on the day"):
        requests.come_back(leave_id=b.sick(of.two, 0, 10).pk, on=b.day(5), by=of.two, at=AT)


@pytest.mark.clause("D2.10")
def test_a_spell_runs_out_by_itself_and_an_extension_opens_it_again(of):
    row = b.sick(of.one, 0, 1)
    jobs.end_spells(at=clock.wall(b.day(1), 1))
    assert Spell.objects.get().ended_on is None
    jobs.end_spells(at=clock.wall(b.day(2), 0, 10))
    jobs.end_spells(at=clock.wall(b.day(2), 0, 20))
    assert Spell.objects.get().ended_on == b.day(2)
    more = b.sick(of.one, 2, 3, at=clock.wall(b.day(2), 8))
    assert more.spell == row.spell
    assert Spell.objects.get().ended_on is None
    jobs.end_spells(at=clock.wall(b.day(4), 0, 10))
    assert Spell.objects.get().ended_on == b.day(4)


@pytest.mark.clause("D3.4")
def test_the_director_exempts_a_spell_and_nobody_else(of):
    row = b.sick(of.one, 0, 4)
    with pytest.raises(NotAllowed):
        requests.exempt(leave_id=row.pk, why="重病", by=of.supervisor, at=AT)
    with pytest.raises(Refused, match="Say why"):
        requests.exempt(leave_id=row.pk, why="", by=of.director, at=AT)
    assert requests.exempt(leave_id=row.pk, why="重大疾病", by=of.director, at=AT).is_exempt


# ---------------------------------------------------------------- planned leave of a day


@pytest.mark.clause("A7.16")
def test_the_fifth_may_go_and_the_sixth_may_not(of):
    many = b.operators(of, 6)
    rows = [b.ask(person, first=7) for person in many[:5]]
    with pytest.raises(Refused, match="already 5 people") as error:
        b.ask(many[5], first=7)
    assert [refusal.clause for refusal in error.value.refusals] == ["A7.16"]
    with pytest.raises(Refused, match="already 5 people"):
        b.ask(many[5], first=6, last=8)
    assert b.ask(of.leader, Code.SICK, 7).status == L.ASKED  # not among those who take calls
    b.no(rows[0], of.supervisor)
    assert b.ask(many[5], first=7).status == L.ASKED


@pytest.mark.clause("A7.16", "D2.9", "D4.4")
def test_the_centre_s_own_numbers_say_how_many_may_be_away_and_how_long_ahead(of):
    values = {"leave.day_max": 1, "leave.annual_max": 2, "notice_days": 5}
    decide(of.centre, values, at=clock.wall(date(2026, 2, 20), 9), since=date(2026, 3, 1))
    assert not b.ask(of.one, Code.PERSONAL, 7).is_beside
    with pytest.raises(Refused) as error:
        b.ask(of.two, Code.PERSONAL, 7)
    assert [(one.clause, one.params["most"]) for one in error.value.refusals] == [("A7.16", 1)]
    assert [b.ask(of.two, Code.PERSONAL, number).is_late for number in (4, 8)] == [True, False]


@pytest.mark.clause("A7.16", "D2.9")
def test_half_a_day_takes_a_whole_place(of):
    many = b.operators(of, 6)
    for person in many[:5]:
        b.ask(person, first=7, to_middle=True)
    with pytest.raises(Refused, match="already 5"):
        b.ask(many[5], first=7, from_middle=True)


# ---------------------------------------------------------------- annual leave


@pytest.mark.clause("D4.4")
def test_annual_leave_is_asked_a_month_ahead_decided_by_the_director_and_taken_from_the_ledger(of):
    b.worked(of, of.one)  # since 2012: ten days
    with pytest.raises(Refused, match=r"one month ahead.*2026-04-09"):
        b.ask(of.one, Code.ANNUAL, 30)
    row = b.ask(of.one, Code.ANNUAL, 31, 35)  # Thursday 9 April to Monday
    assert (row.half_days, positions(row)) == (6, ["director"])
    assert balances.left(of.one, [2026], on=b.day(35)) == {2026: 14}  # promised already
    b.yes(row, of.director)
    assert balances.left(of.one, [2026], on=b.day(35)) == {2026: 14}
    assert list(BalanceEntry.objects.filter(person=of.one).values_list("why", "half_days")) == [
        ("grant", 20), ("taken", -6),
    ]  # fmt: skip
    requests.take_back(leave_id=row.pk, by=of.one, at=AT)
    assert balances.left(of.one, [2026], on=b.day(35)) == {2026: 20}


@pytest.mark.clause("D4.4")
def test_two_requests_cannot_promise_the_same_days_twice(of):
    b.worked(of, of.one, date(2020, 1, 1))  # five days
    b.ask(of.one, Code.ANNUAL, 31, 35)
    with pytest.raises(Refused, match="2 days are left and this takes 3"):
        b.ask(of.one, Code.ANNUAL, 37, 39)
    assert b.ask(of.one, Code.ANNUAL, 37, 38).half_days == 4


@pytest.mark.clause("D4.4")
def test_without_years_of_work_nothing_is_left(of):
    with pytest.raises(Refused, match="0 days are left"):
        b.ask(of.one, Code.ANNUAL, 31)


@pytest.mark.clause("D4.4")
def test_a_second_at_the_same_time_only_with_the_directors_reason(of):
    for person in (of.one, of.two):
        b.worked(of, person)
    b.ask(of.one, Code.ANNUAL, 31, 32)
    with pytest.raises(Refused, match="方小满 has annual leave"):
        b.ask(of.two, Code.ANNUAL, 32, reason="")
    row = b.ask(of.two, Code.ANNUAL, 32, reason="子女高考")
    assert row.is_beside
    with pytest.raises(Refused, match="special reason"):
        b.yes(row, of.director, note="")
    assert b.yes(row, of.director, note="家长须陪考").status == L.GRANTED


@pytest.mark.clause("D4.5")
def test_a_public_holiday_costs_no_annual_leave(of):
    calendar.load_calendar(years=[2026], by=people.system(of.centre), at=AT)
    b.worked(of, of.one)
    at = clock.wall(date(2026, 2, 20), 10)
    monday = (date(2026, 4, 6) - b.MONDAY).days  # Qingming is 5 April; 6 April is a day of rest by exchange
    holiday = (date(2026, 5, 1) - b.MONDAY).days
    row = b.ask(of.one, Code.ANNUAL, monday, monday + 1, at=at)
    assert row.half_days == 4  # he is on the roster on both days
    with pytest.raises(Refused, match="no shift"):
        b.ask(of.one, Code.ANNUAL, holiday, at=at)  # no roster of May, and no working day


@pytest.mark.clause("D4.5", "D4.4")
def test_where_no_roster_stands_yet_working_days_are_presumed_and_stay_counted(of):
    b.worked(of, of.one)
    first = (date(2026, 6, 4) - b.MONDAY).days  # Thursday
    row = b.ask(of.one, Code.ANNUAL, first, first + 5)
    days = list(LeaveDay.objects.filter(leave=row).values_list("day__day", "half_days", "is_presumed"))
    assert days == [(4, 2, True), (5, 2, True), (8, 2, True), (9, 2, True)]


@pytest.mark.clause("D4.5")
def test_the_roster_as_it_stands_when_it_is_granted_counts(of):
    row = b.ask(of.one, first=7, last=8)
    b.free(of, of.one, 8)
    row = b.yes(row, of.supervisor, of.director)
    assert (row.half_days, row.shifts) == (2, 1)


# ---------------------------------------------------------------- other kinds


@pytest.mark.clause("D4.2")
def test_marriage_leave_in_one_piece_with_both_certificates(of):
    with pytest.raises(Refused, match="gives 3 days and this takes 4"):
        b.ask(of.one, Code.MARRIAGE, 7, 10)
    row = b.ask(of.one, Code.MARRIAGE, 7, 9)
    assert positions(row) == ["director"]
    with pytest.raises(Refused, match="one piece"):
        b.ask(of.one, Code.MARRIAGE, 14)
    papers.hand_in(leave_id=row.pk, content=b.PDF, by=of.one, at=AT)
    with pytest.raises(Refused, match="missing: 1"):
        b.yes(row, of.director)
    papers.hand_in(leave_id=row.pk, content=b.PDF, by=of.one, at=AT)
    assert b.yes(row, of.director).status == L.GRANTED


@pytest.mark.clause("D4.3")
def test_maternity_leave_is_counted_by_the_calendar(of):
    row = b.ask(of.one, Code.MATERNITY, 7, 7 + 97)
    assert (row.half_days, positions(row)) == (196, BOTH)


@pytest.mark.clause("D3.4", "D3.12")
def test_what_the_month_gives_to_those_above(of):
    row = b.sick(of.one, 0, 1)
    papers.hand_in(leave_id=row.pk, content=b.PDF, by=of.one, at=AT)
    march = (date(2026, 3, 1), date(2026, 3, 31))
    assert months.taken([of.one.pk], *march) == {of.one.pk: []}  # nobody has decided yet
    assert months.days_away([of.one.pk], *march)[of.one.pk][b.day(0)][0].is_pending
    assert months.pending([of.one.pk], *march) == [row]
    b.yes(row, of.supervisor, of.director)
    b.yes(b.ask(of.one, first=7, to_middle=True), of.supervisor)
    b.worked(of, of.one)
    found = months.taken([of.one.pk], *march)[of.one.pk]
    assert [(one.kind, one.half_days) for one in found] == [("sick", 4), ("personal", 1)]
    year = months.years_of([of.one.pk, of.two.pk], date(2025, 4, 1), date(2026, 3, 31))
    assert list(year) == [of.one.pk]
    mine = year[of.one.pk]
    assert (mine.half_days, mine.sick_by_month) == ({"sick": 4, "personal": 1}, {date(2026, 3, 1): 4})
    assert (mine.sick_since, mine.had_maternity) == (b.day(0), False)
    booked = months.behind([row.pk])[row.pk]
    assert (booked.person_id, booked.kind) == (of.one.pk, "sick")  # the roster itself only knows that it is leave
    requests.exempt(leave_id=row.pk, why="重大疾病", by=of.director, at=AT)
    assert [one.is_exempt for one in months.taken([of.one.pk], *march)[of.one.pk]] == [True, False]
    assert months.years_of([of.one.pk], date(2025, 4, 1), date(2026, 3, 31))[of.one.pk].half_days == {"personal": 1}


@pytest.mark.clause("D4.3")
def test_those_above_do_not_learn_of_a_restricted_kind(of):
    row = b.ask(of.one, Code.MATERNITY, 7, 7 + 97)
    assert months.behind([row.pk])[row.pk].kind == "leave"


def test_taking_back_a_shift_that_is_missed_leaves_the_count(of):
    row = b.yes(b.ask(of.one, first=7), of.supervisor)
    entries.cancel(entry_id=b.shift(of.one, 7).pk, reason="已请假", by=people.system(of.centre), at=AT)
    row.refresh_from_db()
    assert row.half_days == 2


@pytest.mark.clause("C3")
def test_a_team_leader_sees_the_leave_of_those_who_were_in_the_team_while_it_lasted(of):
    team = of.one.posts.get().unit
    leader = people.person(unit=team, position=Position.TEAM_LEADER)
    before, after = b.ask(of.one, Code.PERSONAL, 7), b.ask(of.one, Code.PERSONAL, 21)
    assert set(Leave.objects.visible_to(leader)) == {before, after}
    post = of.one.posts.get()
    moved = b.day(14)
    Post.objects.filter(pk=post.pk).update(days=DateRange(post.days.lower, moved))
    Post.objects.create(
        person=of.one, unit=people.unit(of.centre), position=Position.OPERATOR, days=DateRange(moved, None)
    )
    assert set(Leave.objects.visible_to(leader)) == {before}
    assert not may(leader, "leave.view_leave", after)
