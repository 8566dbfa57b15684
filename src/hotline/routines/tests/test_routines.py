"""Instructions passed down, confirmed by each person concerned, followed up; their pages (B1.2)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from hotline.cases.tests import builders as cases
from hotline.cases.tests import pictures
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.people.models import Notice, Person, Position, UnitKind
from hotline.people.tests import builders as people
from hotline.people.tests.seats import admits, signed_in
from hotline.routines import handlers, jobs, queries, services
from hotline.routines.events import InstructionIssued
from hotline.routines.models import Confirmation, Duty, Instruction
from hotline.routines.tests import builders as b

pytestmark = [pytest.mark.django_db, pytest.mark.clause("B1.2")]
AT, HOUR, P = b.AT, cases.HOUR, Position


@pytest.fixture(autouse=True)
def now(monkeypatch, tmp_path, settings):
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def town():
    return cases.town()


@pytest.fixture
def chief(town):
    return b.chief(town)


def owing(row):
    return set(Person.objects.filter(instruction_duties__in=Duty.objects.owed().filter(instruction=row)))


def confirm(row, by, said="read", **more):
    return services.confirm(instruction_id=row.pk, said=said, by=by, at=more.pop("at", AT), **more)


def test_only_those_above_pass_down_and_everybody_concerned_owes_it(town, chief):
    for person in (town.operator, town.leader, town.clerk):
        with pytest.raises(NotAllowed):
            b.issued(person)
    row = b.issued(chief)
    assert owing(row) == {town.operator, town.second}
    handlers.tell_audience(InstructionIssued(row.pk, town.centre.pk), at=AT)
    handlers.tell_audience(InstructionIssued(row.pk, town.centre.pk), at=AT)
    assert Notice.objects.filter(link=f"/routines/{row.pk}").count() == 2


def test_an_audience_is_positions_units_with_all_below_and_persons(town, chief):
    team = people.unit(town.centre, "二组")
    below = people.unit(town.centre, "二组夜班", parent=team)
    member = people.person(position=P.OPERATOR, unit=below)
    row = b.issued(chief, units=[team], persons=[town.field], positions=[P.DISPATCHER])
    assert owing(row) == {member, town.field, town.dispatcher}
    elsewhere = cases.town()
    with pytest.raises(Refused):
        b.issued(chief, persons=[elsewhere.operator])  # nobody of this centre is concerned


@pytest.mark.parametrize("wrong", [{"title": " "}, {"body": ""}, {"source": ""}, {"kind": "case"}, {"due": AT}])
def test_what_makes_no_sense_is_not_passed_down(chief, wrong):
    with pytest.raises(Refused):
        b.issued(chief, **wrong)
    assert not Instruction.objects.exists()


def test_each_confirms_for_himself_once_and_for_ever(town, chief):
    row = b.issued(chief)
    first = confirm(row, town.operator)
    assert confirm(row, town.operator, at=AT + HOUR).pk == first.pk
    assert owing(row) == {town.second}
    with pytest.raises(Duty.DoesNotExist):
        confirm(row, town.leader)
    for change in (lambda: Confirmation.objects.update(report="x"), Confirmation.objects.all().delete):
        with pytest.raises(Exception, match=r"[Cc]annot"), transaction.atomic():
            change()


def test_where_a_report_is_asked_for_reading_is_not_enough(town, chief):
    row = b.issued(chief, needs_report=True)
    with pytest.raises(Refused):
        confirm(row, town.operator, "done", report="已排查")  # not read yet
    confirm(row, town.operator)
    assert town.operator in owing(row)
    with pytest.raises(Refused):
        confirm(row, town.operator, "done", report=" ")
    confirm(row, town.operator, "done", report="已排查12处")
    assert town.operator not in owing(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(
            duty=Duty.objects.get(person=town.second), said="done", report="", by=town.second, at=AT
        )


def test_who_joins_while_it_is_open_owes_it_too_with_a_newcomers_grace(town, chief):
    row = b.issued(chief, due=AT + 2 * HOUR)
    new = people.person(position=P.OPERATOR, unit=people.unit(town.centre, "新组"))
    jobs.look_after_instructions(at=AT + HOUR)
    jobs.look_after_instructions(at=AT + HOUR)
    duty = Duty.objects.get(instruction=row, person=new)
    assert (duty.since, duty.due_at) == (AT + HOUR, AT + HOUR + timedelta(days=1))
    assert Notice.objects.filter(recipient=new, text__contains="to be confirmed").count() == 1
    services.close(instruction_id=row.pk, note="期满", by=chief, at=AT + 2 * HOUR)
    late = people.person(position=P.OPERATOR, unit=people.unit(town.centre, "再新组"))
    jobs.look_after_instructions(at=AT + 3 * HOUR)
    assert not Duty.objects.filter(person=late).exists()


def test_who_has_left_owes_nothing(town, chief):
    row = b.issued(chief)
    Person.objects.filter(pk=town.second.pk).update(is_active=False)
    jobs.look_after_instructions(at=AT + HOUR)
    assert owing(row) == {town.operator}
    assert queries.counts([row.pk]) == {row.pk: (0, 1)}


def test_the_forgetful_are_reminded_then_their_leaders_hear_of_it_once(town, chief):
    row = b.issued(chief)
    confirm(row, town.second)
    reminder = Notice.objects.filter(recipient=town.operator, text__startswith="Reminder")
    jobs.look_after_instructions(at=AT + 10 * HOUR)
    assert reminder.count() == 0
    for minutes in (0, 10, 20):
        jobs.look_after_instructions(at=AT + 21 * HOUR + timedelta(minutes=minutes))
    assert reminder.count() == 1
    for minutes in (1, 11):
        jobs.look_after_instructions(at=AT + 24 * HOUR + timedelta(minutes=minutes))
    told = Notice.objects.filter(text__contains="have not confirmed")
    assert set(told.values_list("recipient", flat=True)) == {town.leader.pk, chief.pk}
    assert told.count() == 2
    assert not Notice.objects.filter(recipient=town.second, text__startswith="Reminder").exists()


def test_those_who_never_confirm_do_not_keep_others_from_being_reminded(monkeypatch, town, chief):
    monkeypatch.setattr(queries, "MOST", 2)
    old = b.issued(chief)
    old.duties.update(reminded=5, reminded_at=AT + 24 * HOUR, escalated_at=AT + 24 * HOUR)
    later = AT + 240 * HOUR
    new = b.issued(chief, at=later)
    jobs.look_after_instructions(at=later + 22 * HOUR)
    assert set(new.duties.values_list("reminded", flat=True)) == {1}
    assert set(old.duties.values_list("reminded", flat=True)) == {5}


def test_archiving_with_gaps_needs_a_reason_and_ends_it(town, chief):
    row = b.issued(chief)
    with pytest.raises(Refused):
        services.close(instruction_id=row.pk, by=chief, at=AT)
    with pytest.raises(NotAllowed):
        services.close(instruction_id=row.pk, note="x", by=town.leader, at=AT)
    services.close(instruction_id=row.pk, note="已由上级收回", by=chief, at=AT)
    with pytest.raises(Refused):
        confirm(row, town.operator)
    assert not queries.owed_by(town.operator).exists()
    other = b.issued(chief)
    with pytest.raises(Refused):
        services.withdraw(instruction_id=other.pk, note="", by=chief, at=AT)
    assert services.withdraw(instruction_id=other.pk, note="发错", by=chief, at=AT).status == "withdrawn"


# ---------------------------------------------------------------- pages

EVERYBODY = set(P.values) - {P.SYSTEM}
FOLLOWS = {P.DIRECTOR, P.MANAGER, P.CENTRE_SUPERVISOR, P.SHIFT_LEADER, P.TEAM_LEADER, P.HR, P.QUALITY}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_whom_they_say(town, chief, language):
    row = b.issued(chief)
    pages = {
        reverse("routines:mine"): EVERYBODY,
        f"{reverse('routines:mine')}?show=settled": EVERYBODY,
        reverse("routines:archive"): EVERYBODY,
        reverse("routines:banner"): EVERYBODY,
        reverse("routines:new"): {P.DIRECTOR, P.MANAGER, P.CENTRE_SUPERVISOR},
        reverse("routines:export", args=[row.pk]): FOLLOWS,
    }
    admits(town.centre, pages, language)


def test_whom_it_does_not_concern_does_not_see_it(town, chief):
    row = b.issued(chief, persons=[town.operator])
    page = reverse("routines:instruction", args=[row.pk])
    assert signed_in(town.operator).get(page).status_code == 200
    assert signed_in(town.leader).get(page).status_code == 200  # follows it up
    assert signed_in(town.second).get(page).status_code == 404
    assert signed_in(cases.town().leader).get(page).status_code == 404
    assert signed_in(town.leader).post(reverse("routines:confirm", args=[row.pk]), {"said": "read"}).status_code == 404


def test_reading_is_confirmed_at_the_page_and_the_desk_stops_reminding(town, chief):
    row = b.issued(chief, due=AT + HOUR)
    seat = signed_in(town.operator)
    banner = seat.get(reverse("routines:banner_beside", args=[cases.report(town).pk])).content.decode()
    assert row.title in banner
    assert seat.post(reverse("routines:confirm", args=[row.pk]), {"said": "read"}).status_code == 302
    assert seat.get(reverse("routines:banner")).content == b""
    assert row.title in seat.get(f"{reverse('routines:mine')}?show=settled").content.decode()
    page = signed_in(town.leader).get(reverse("routines:instruction", args=[row.pk]))
    assert (page.context["done"], page.context["whole"]) == (1, 2)
    duty = Duty.objects.get(person=town.second)
    signed_in(town.leader).post(reverse("routines:remind", args=[duty.pk]))
    assert Notice.objects.filter(recipient=town.second, text__startswith="Reminder").count() == 1
    assert signed_in(town.second).post(reverse("routines:remind", args=[duty.pk])).status_code == 403


def form(**more):
    return {
        "kind": "order", "source": "市数据局", "title": "系统切换", "body": "今晚切换。", "due": "2026-03-11T18:00",
        "needs_report": "on", "positions": ["operator"], **more,
    }  # fmt: skip


def test_passing_down_with_a_file_and_a_case(town, chief):
    case = cases.report(town)
    seat = signed_in(chief)
    page = reverse("routines:new")
    assert seat.post(page, form(positions=[])).context["form"].errors
    assert seat.post(page, form(case="20260309-9999")).context["form"].errors["case"]
    bad = SimpleUploadedFile("x.exe", b"MZ" + b"\0" * 50, content_type="application/pdf")
    assert seat.post(page, form(files=bad)).status_code == 200
    assert not Instruction.objects.exists()
    paper = SimpleUploadedFile("通知.pdf", pictures.pdf(), content_type="application/pdf")
    assert seat.post(page, form(kind="case", case=case.number, files=paper)).status_code == 302
    row = Instruction.objects.get()
    assert (row.case, row.needs_report, row.due_at) == (case, True, clock.wall(AT.date(), 18) + timedelta(days=2))
    file = reverse("routines:file", args=[row.files.get().pk])
    answer = signed_in(town.operator).get(file)
    assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
    assert answer.content == pictures.pdf()
    assert signed_in(town.clerk).get(file).status_code == 404
    report = reverse("routines:confirm", args=[row.pk])
    signed_in(town.operator).post(report, {"said": "read"})
    assert signed_in(town.operator).post(report, {"said": "done", "report": ""}).status_code == 200
    assert signed_in(town.operator).post(report, {"said": "done", "report": "已切换"}).status_code == 302
    end = reverse("routines:end", args=[row.pk, "close"])
    assert signed_in(town.operator).post(end).status_code == 403
    seat.post(end, {"words": "已切换完毕"})
    row.refresh_from_db()
    assert row.status == "closed"


def test_the_archive_is_searched(town, chief):
    flood, heat = b.issued(chief), b.issued(chief, title="高温津贴", body="按标准发放。", kind="order")
    page = reverse("routines:archive")
    seat = signed_in(town.operator)

    def found(**asked):
        return {row.pk for row, _counts in seat.get(page, asked).context["rows"]}

    assert found() == {flood.pk, heat.pk}
    assert found(q="汛期 低洼") == {flood.pk}
    assert found(q="城管〔2026〕", kind="order") == {heat.pk}
    assert found(status="closed") == set()
    assert found(since="2026-03-10") == set()
    assert found(since="nonsense") == {flood.pk, heat.pk}
    assert {row.pk for row, _c in signed_in(town.clerk).get(page).context["rows"]} == set()


def test_the_pages_cost_few_queries_however_many_are_concerned(town, chief, django_assert_max_num_queries):
    team = people.unit(town.centre, "大组", UnitKind.TEAM)
    for _ in range(6):
        people.person(position=P.OPERATOR, unit=team)
    rows = [b.issued(chief) for _ in range(4)]
    confirm(rows[0], town.operator)
    for person, page, most in [
        (town.operator, reverse("routines:mine"), 14),
        (town.leader, reverse("routines:archive"), 14),
        (town.leader, reverse("routines:instruction", args=[rows[0].pk]), 18),
        (town.operator, reverse("routines:banner"), 10),
    ]:
        browser = signed_in(person)
        browser.get(page)
        with django_assert_max_num_queries(most):
            browser.get(page)
