"""Pages of the field supervisor: tasks by due time and distance, the reply with photos, a report of his own."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hotline.cases.models import Attachment, Case, Task
from hotline.cases.queries import field as queries
from hotline.cases.queries.field import Spot
from hotline.cases.services import filing
from hotline.cases.tests import builders as b
from hotline.cases.tests import pictures
from hotline.core import clock
from hotline.people.models import Position, UnitKind
from hotline.people.tests import builders as people
from hotline.people.tests.seats import admits, signed_in

pytestmark = pytest.mark.django_db
AT = b.NINE + 20 * b.MINUTE
HERE = {"latitude": "37.900000", "longitude": "112.550000"}


@pytest.fixture(autouse=True)
def now(monkeypatch, tmp_path, settings):
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def town():
    return b.town()


def to_verify(town, at=b.NINE, **more):
    case = b.report(town, at=at, **more)
    filing.ask_verify(case_id=case.pk, version=case.version, question="是否属实", by=town.operator, at=at)
    return Task.objects.get(case=case)


def photo(name="a.jpg"):
    return SimpleUploadedFile(name, pictures.shot(), content_type="image/jpeg")


def reply(town, task, **data):
    return signed_in(town.field).post(reverse("cases:task", args=[task.pk]), data)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_only_field_supervisors_have_tasks(town, language):
    to_verify(town)
    mine = {Position.FIELD_SUPERVISOR}
    admits(town.centre, {reverse("cases:tasks"): mine, reverse("cases:task_report"): mine}, language)


def test_a_task_is_found_by_whoever_was_asked_alone(town):
    task = to_verify(town)
    where = reverse("cases:task", args=[task.pk])
    unit = people.unit(town.centre, "外勤二队", UnitKind.FIELD)
    other = people.person(town.centre, position=Position.FIELD_SUPERVISOR, unit=unit)
    assert signed_in(town.field).get(where).status_code == 200
    assert signed_in(other).get(where).status_code == 404
    assert signed_in(other).post(where, {"confirmed": "yes"}).status_code == 404
    assert signed_in(town.operator).get(where).status_code == 403


@pytest.mark.clause("B3.2")
def test_tasks_stand_by_due_time_and_on_wish_by_distance(town):
    far = to_verify(town, latitude=Decimal("37.940000"), longitude=Decimal("112.590000"))
    near = to_verify(town, at=b.NINE + b.MINUTE)
    unknown = to_verify(town, at=b.NINE + 2 * b.MINUTE, latitude=None, longitude=None)
    assert unknown.person is None  # nobody answers for it: it waits for the shift leader
    Task.objects.filter(pk=unknown.pk).update(person=town.field)
    assert [one.task for one in queries.to_do(town.field)] == [far, near, unknown]
    nearest = queries.to_do(town.field, Spot(Decimal("37.900000"), Decimal("112.551000")))
    assert [one.task for one in nearest] == [near, far, unknown]
    assert [one.metres for one in nearest][2] is None
    page = signed_in(town.field).get(reverse("cases:tasks"), {"latitude": "37.9", "longitude": "112.551"})
    assert [one.task for one in page.context["rows"]] == [near, far, unknown]


def test_distance_is_that_of_the_earth():
    # One degree of latitude is a hundred and eleven kilometres; half way round is half of the girth.
    assert queries.metres_between(Spot(Decimal(37), Decimal(112)), Spot(Decimal(38), Decimal(112))) == 111_195
    assert queries.metres_between(Spot(Decimal(0), Decimal(0)), Spot(Decimal(0), Decimal(180))) == 20_015_087
    assert queries.metres_between(Spot(Decimal(37), Decimal(112)), Spot(Decimal(37), Decimal(112))) == 0


def test_a_nonsense_position_is_no_position(town):
    to_verify(town)
    page = signed_in(town.field).get(reverse("cases:tasks"), {"latitude": "991", "longitude": "x"})
    assert page.status_code == 200
    assert page.context["here"] is None


@pytest.mark.clause("B3.2")
def test_a_reply_with_photos_and_position(town):
    task = to_verify(town)
    answer = reply(town, task, confirmed="yes", text="井盖确实松动", photos_near=photo(), **HERE)
    assert answer.status_code == 302
    task.refresh_from_db()
    assert (task.status, task.is_confirmed, task.reply) == ("done", True, "井盖确实松动")
    assert (task.latitude, task.longitude) == (Decimal("37.900000"), Decimal("112.550000"))
    [file] = Attachment.objects.filter(case=task.case)
    assert (file.kind, file.by) == ("near", town.field)
    assert b.fresh(task.case).holding.queue == "intake"


def test_what_was_typed_is_forgotten_once_it_is_sent(town):
    task = to_verify(town)
    browser = signed_in(town.field)
    kept = reverse("cases:draft", args=[f"task:{task.pk}"])
    browser.post(kept, {"text": "正在看"})
    assert browser.get(kept).json()["fields"]["text"] == "正在看"
    browser.post(reverse("cases:task", args=[task.pk]), {"confirmed": "no", "text": "没有松动"})
    assert browser.get(kept).status_code == 204


@pytest.mark.clause("B3.4")
def test_a_check_asks_whether_the_closing_condition_is_met(town):
    walk = b.Walk(town, b.report(town))
    walk.handled().take()
    from hotline.cases.services import closing  # noqa: PLC0415 only this test needs it

    walk._next(closing.ask_check, town.operator)
    task = Task.objects.get(case=walk.case)
    where = reverse("cases:task", args=[task.pk])
    assert town.condition.closing_condition in signed_in(town.field).get(where).content.decode()
    reply(town, task, confirmed="yes", text="", photos_after=photo())
    assert [file.kind for file in Attachment.objects.filter(case=walk.case)] == ["after"]


@pytest.mark.parametrize("data", [{}, {"confirmed": "no", "text": " "}, {"confirmed": "maybe"}])
def test_a_reply_that_says_too_little_is_asked_again(town, data):
    task = to_verify(town)
    answer = reply(town, task, **data)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    task.refresh_from_db()
    assert task.status == "asked"


def test_a_bad_photo_refuses_the_reply_as_a_whole(town):
    task = to_verify(town)
    bad = SimpleUploadedFile("a.jpg", b"this is no picture", content_type="image/jpeg")
    answer = reply(town, task, confirmed="yes", photos_near=photo(), photos_far=bad)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    task.refresh_from_db()
    assert (task.status, Attachment.objects.count()) == ("asked", 0)


def test_a_second_reply_is_not_possible(town):
    task = to_verify(town)
    reply(town, task, confirmed="yes")
    assert reply(town, task, confirmed="yes").status_code == 403
    page = signed_in(town.field).get(reverse("cases:task", args=[task.pk])).content.decode()
    assert 'name="confirmed"' not in page


@pytest.mark.clause("B3.1")
def test_a_report_of_his_own_waits_in_the_intake_queue(town):
    answer = signed_in(town.field).post(
        reverse("cases:task_report"), {"description": "路灯不亮", "place": "学府路", "photos_near": photo(), **HERE}
    )
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.source, case.reporter, case.grid, case.holding.queue) == ("field", town.field, town.grid, "intake")
    assert Attachment.objects.get().kind == "near"
    assert case.number in signed_in(town.field).get(reverse("cases:tasks")).content.decode()


@pytest.mark.parametrize("data", [{"description": "路灯不亮"}, {"place": "学府路"}])
def test_a_report_needs_what_and_where(town, data):
    answer = signed_in(town.field).post(reverse("cases:task_report"), data)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Case.objects.exists()


def test_the_tasks_cost_few_queries(town, django_assert_max_num_queries):
    for n in range(8):
        to_verify(town, at=b.NINE + n * b.MINUTE)
    browser = signed_in(town.field)
    browser.get(reverse("cases:tasks"))
    with django_assert_max_num_queries(14):
        browser.get(reverse("cases:tasks"))
