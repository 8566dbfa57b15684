"""Pages of the staff: call-back desk, list, satisfaction, reviews, letters and visits, the public page's settings."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hotline.cases.tests import builders as cases
from hotline.citizens.models import CallBack, Paper, PublicIntake, Review
from hotline.citizens.services import calls, tracking
from hotline.citizens.tests import builders
from hotline.citizens.tests.builders import HOUR, OTHER
from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
P = Position
DESK = {P.OPERATOR, P.AGENT, P.SHIFT_LEADER, P.TEAM_LEADER}
LEADS = {P.SHIFT_LEADER, P.CENTRE_SUPERVISOR}
READS = {P.DIRECTOR, P.MANAGER, P.QUALITY}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path


@pytest.fixture
def town():
    return builders.town()


@pytest.fixture
def ended(town):
    """A matter that was settled yesterday, whose caller waits to be called."""
    at = clock.now() - 6 * HOUR
    walk = builders.closed(town, builders.phoned(town, at), at)
    builders.settle(walk.at)
    CallBack.objects.update(next_at=walk.at)  # whatever the hour is at which the tests run
    return walk.case


def seat(person):
    client = Client()
    person.language = "en"
    person.save(update_fields=["language"])
    client.force_login(person)
    return client


def test_each_position_opens_what_it_works_with(town, ended):
    call = builders.call_of(ended)
    pages = {
        "citizens:calls": ([], DESK | LEADS),
        "citizens:call_list": ([], DESK | LEADS | READS),
        "citizens:call": ([call.pk], DESK | LEADS | READS),
        "citizens:satisfaction": ([], LEADS | READS | {P.TEAM_LEADER}),
        "citizens:reviews": ([], LEADS | READS),
        "citizens:papers": ([], DESK | LEADS | READS),
        "citizens:paper_new": ([], DESK),
        "citizens:intake": ([], {P.CENTRE_SUPERVISOR, P.MANAGER, P.SYSADMIN}),
    }
    for position, person in people.everybody(town.centre).items():
        client = seat(person)
        for name, (arguments, admitted) in pages.items():
            code = client.get(reverse(name, args=arguments)).status_code
            assert code == (200 if position in admitted else 403), (position, name)


def test_rows_of_another_centre_are_not_there(town, ended):
    call = builders.call_of(ended)
    client = seat(people.person(position=P.SHIFT_LEADER))
    assert client.get(reverse("citizens:call", args=[call.pk])).status_code == 404
    assert client.post(reverse("citizens:take", args=[call.pk])).status_code == 404
    assert client.get(reverse("citizens:of_case", args=[ended.pk])).status_code == 404


@pytest.mark.clause("B3.6")
def test_an_operator_takes_the_next_and_keeps_what_is_said(town, ended):
    client = seat(town.second)
    assert "Next call-back" in client.get(reverse("citizens:calls")).content.decode()
    answer = client.post(reverse("citizens:take_next"))
    call = builders.call_of(ended)
    assert answer.headers["Location"] == reverse("citizens:call", args=[call.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "井盖已修复" in page
    assert "13800001234" not in page
    grade = reverse("citizens:grade", args=[call.pk])
    assert "result or the service" in client.post(grade, {"grade": "dissatisfied"}).content.decode()
    said = {"grade": "dissatisfied", "reason": "result_not_solved", "words": "还在响", "reopen": "on"}
    assert client.post(grade, said).status_code == 302
    assert cases.fresh(ended).status == "reopened"
    assert client.post(grade, said).status_code == 200  # sent twice: it says that it is not in hand any more
    assert client.post(reverse("citizens:take_next")).headers["Location"] == reverse("citizens:calls")


def test_nobody_answers(town, ended):
    client = seat(town.second)
    call = builders.call_of(ended)
    client.post(reverse("citizens:take", args=[call.pk]))
    client.post(reverse("citizens:unreached", args=[call.pk]), {"note": "关机"})
    call.refresh_from_db()
    assert (call.status, call.tries) == ("waiting", 1)
    assert "关机" in client.get(reverse("citizens:call", args=[call.pk])).content.decode()
    client.post(reverse("citizens:take", args=[call.pk]))
    client.post(reverse("citizens:give_back", args=[call.pk]))
    call.refresh_from_db()
    assert (call.status, call.tries) == ("waiting", 1)


def test_every_figure_opens_onto_its_rows(town, ended, django_assert_max_num_queries):
    calls.rate_by_himself(case_id=ended.pk, round_=0, grade="satisfied", by=builders.web(town), at=clock.now())
    client = seat(town.leader)
    url = reverse("citizens:satisfaction")
    client.get(url)
    with django_assert_max_num_queries(22):
        page = client.get(url).content.decode()
    assert "100.0%" in page
    assert "1/1" in page.replace(" ", "").replace("\n", "") or "1" in page
    listed = reverse("citizens:call_list")
    with django_assert_max_num_queries(20):
        assert ended.number in client.get(listed, {"part": "satisfied"}).content.decode()
    assert ended.number not in client.get(listed, {"part": "dissatisfied"}).content.decode()
    assert ended.number not in client.get(listed, {"first": "2020-01-01", "last": "2020-02-01"}).content.decode()
    department = {"department": str(town.department.pk)}
    assert ended.number in client.get(listed, department).content.decode()
    for nonsense in ({"part": "x"}, {"first": "x"}, {"department": "9" * 40}, {"page": "-1"}):
        assert client.get(listed, nonsense).status_code == 200


@pytest.mark.clause("B3.6")
def test_a_shift_leader_decides_with_a_reason(town, ended):
    calls.rate_by_himself(
        case_id=ended.pk, round_=0, grade="dissatisfied", reason="service_attitude", words="态度差",
        by=builders.web(town), at=clock.now(),
    )  # fmt: skip
    review = Review.objects.get()
    client = seat(town.leader)
    assert ended.number in client.get(reverse("citizens:reviews")).content.decode()
    url = reverse("citizens:review", args=[review.pk])
    assert "态度差" in client.get(url).content.decode()
    assert "Give a reason" in client.post(url, {"decision": "keep", "reason": ""}).content.decode()
    assert client.post(url, {"decision": "keep", "reason": "已道歉"}).status_code == 302
    assert "已道歉" in client.get(url).content.decode()
    assert ended.number in client.get(reverse("citizens:reviews"), {"show": "decided"}).content.decode()
    assert seat(town.second).get(url).status_code == 403


@pytest.mark.clause("B3.1")
def test_letters_are_entered_one_after_another(town):
    client = seat(town.operator)
    url = reverse("citizens:paper_new")
    day = clock.local_day(clock.now()).isoformat()
    said = {"source": "visit", "day": day, "description": "来访反映噪声", "name": "陈敏", "number": OTHER}
    scan = SimpleUploadedFile("登记表.jpg", builders.photo(), "image/jpeg")
    answer = client.post(url, said | {"scans": scan})
    assert answer.status_code == 302
    following = client.get(answer.headers["Location"]).content.decode()
    paper = Paper.objects.get()
    assert paper.case.number in following
    assert 'value="visit" selected' in following
    assert (paper.case.source, paper.case.files.count()) == ("visit", 1)
    bad = client.post(url, said | {"scans": SimpleUploadedFile("x.exe", b"MZ")})
    assert "来访反映噪声" in bad.content.decode()
    assert Paper.objects.count() == 1
    assert "not a number" in client.post(url, said | {"number": "12"}).content.decode()
    assert paper.case.number in client.get(reverse("citizens:papers")).content.decode()


def test_the_public_page_is_opened_and_closed(town):
    keeper = people.person(town.centre, position=P.CENTRE_SUPERVISOR)
    client = seat(keeper)
    url = reverse("citizens:intake")
    said = {"name_wish": "needed", "number_wish": "optional", "most_photos": "3", "notice": "", "consent": ""}
    assert client.post(url, said).status_code == 302
    row = PublicIntake.objects.get(centre=town.centre)
    assert (row.is_open, row.name_wish, row.most_photos, row.changed_by) == (False, "needed", 3, keeper)
    assert Client().get(reverse("citizens:report", args=[town.centre.code])).status_code == 404
    assert client.post(url, said | {"most_photos": "99"}).status_code == 200


def test_what_a_citizen_added_stands_on_the_page_of_the_case(town):
    case = builders.report(town, at=clock.now()).case
    client = seat(town.operator)
    url = reverse("citizens:of_case", args=[case.pk])
    assert client.get(url).content == b""
    tracking.add(case_id=case.pk, text="又响了", photos=[], wants_call=True, by=builders.web(town), at=clock.now())
    assert "又响了" in client.get(url).content.decode()
