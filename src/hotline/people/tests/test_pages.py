"""Every page of people, for every position, through the client: what it admits, and that it never breaks."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from hotline.people import queries
from hotline.people.models import Person, Position
from hotline.people.services import notices, undertakings
from hotline.people.tests import builders

pytestmark = pytest.mark.django_db

EVERYBODY = set(Position.values) - {Position.SYSTEM}
OUTSIDE = {Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK}
LEADS = {
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.HR,
    Position.SYSADMIN,
    Position.QUALITY,
    Position.TRAINER,
}
ORGANISES = {Position.DIRECTOR, Position.MANAGER, Position.HR, Position.SYSADMIN}
PAGES = {
    "people:me": EVERYBODY,
    "people:my_data": EVERYBODY,
    "people:password": EVERYBODY,
    "people:chart": EVERYBODY - OUTSIDE,
    "people:new_unit": ORGANISES,
    "people:persons": LEADS,
    "people:hire": ORGANISES,
    "people:accounts": {Position.HR, Position.SYSADMIN},
    "people:worklog": EVERYBODY,
    "people:undertakings": EVERYBODY,
    "people:publish_undertaking": {Position.DIRECTOR, Position.MANAGER, Position.HR},
    "people:notices": EVERYBODY,
    "people:notices_count": EVERYBODY,
    "people:bell": EVERYBODY,
    "people:presence": EVERYBODY,
    "mfa_index": EVERYBODY,
    "mfa_activate_totp": EVERYBODY,
    "mfa_list_webauthn": EVERYBODY,
    "mfa_add_webauthn": EVERYBODY,
}


@pytest.fixture
def staff():
    return builders.everybody(builders.centre())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_admits_whom_it_says(client, staff, language):
    director = staff[Position.DIRECTOR]
    undertakings.publish_undertaking(title="保密", body="不外传。", by=director, at=builders.AT)
    for position, person in staff.items():
        notices.notify(to=person, text="Signed. Thank you.", by=builders.system(person.centre), at=builders.AT)
        Person.objects.filter(pk=person.pk).update(language=language)
        client.force_login(person)
        for name, admitted in PAGES.items():
            answer = client.get(reverse(name))
            assert answer.status_code == (200 if position in admitted else 403), (position, name)
        client.logout()


def test_a_visitor_is_sent_to_sign_in(client):
    for name in PAGES:
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer.url.startswith(reverse("account_login"))
    assert client.get(reverse("account_login")).status_code == 200


def test_the_list_of_persons_and_the_permission_of_a_row_agree(client, staff):
    other = builders.person(builders.centre(), position=Position.DIRECTOR)
    one_of_another_team = builders.person(unit=builders.unit(staff[Position.DIRECTOR].centre, "受理二组"), name="别组")
    rows = [*staff.values(), other, one_of_another_team]
    for reader in staff.values():
        client.force_login(reader)
        visible = set(Person.objects.visible_to(reader).values_list("pk", flat=True))
        for row in rows:
            status = client.get(reverse("people:person", args=[row.pk])).status_code
            assert status == (200 if row.pk in visible else 404), (reader, row)
        client.logout()
    assert one_of_another_team.pk not in set(
        Person.objects.visible_to(staff[Position.TEAM_LEADER]).values_list("pk", flat=True)
    )


@pytest.fixture
def hr(client):
    person = builders.person(builders.centre(), position=Position.HR)
    client.force_login(person)
    return person


def test_from_hiring_to_leaving_on_the_pages(client, hr):
    team = builders.unit(hr.centre)
    form = {"number": "7001", "name": "单小华", "username": "Shan.xh", "position": "operator", "unit": team.pk}
    page = client.post(reverse("people:hire"), form | {"since": "2026-01-05"})
    person = Person.objects.get(username="shan.xh")
    here = reverse("people:person", args=[person.pk])
    assert page.url == here
    again = client.post(reverse("people:hire"), form | {"since": "2026-01-05"})
    assert again.status_code == 200
    assert "7001" in again.content.decode()
    post = {"position": "team_leader", "unit": team.pk, "since": "2026-02-01", "primary": "on"}
    assert client.post(reverse("people:give_post", args=[person.pk]), post).url == here
    assert client.post(reverse("people:give_post", args=[person.pk]), post).status_code == 422
    skill = {"code": "en", "name": "英语", "level": "3", "since": "2026-02-01"}
    assert client.post(reverse("people:give_skill", args=[person.pk]), skill).url == here
    assert client.post(reverse("people:give_skill", args=[person.pk]), skill | {"level": "9"}).status_code == 422
    assert client.post(reverse("people:correct", args=[person.pk]), {"name": "单晓华", "phone": "1"}).url == here
    held = person.posts.get(position="team_leader")
    end = reverse("people:end_post", args=[person.pk, held.pk])
    assert client.post(end, {"until": "x"}).status_code == 422
    assert client.post(end, {"until": "2026-03-01"}).url == here
    assert client.post(reverse("people:close_account", args=[person.pk])).url == here
    assert not Person.objects.get(pk=person.pk).is_active
    assert client.get(here).status_code == 200
    assert client.post(reverse("people:reopen_account", args=[person.pk])).url == here
    assert client.post(reverse("people:end_session", args=[person.pk])).url == here
    assert client.post(reverse("people:drop_second_factor", args=[person.pk])).url == here
    assert "/invitation/" in client.post(reverse("people:invite", args=[person.pk])).content.decode()
    assert person.name not in client.get(here).content.decode()


def test_a_new_unit_stands_in_the_chart_with_its_size(client, hr):
    form = {"kind": "team", "code": "T9", "name": "受理九组", "parent": builders.root(hr.centre).pk}
    assert client.post(reverse("people:new_unit"), form).url == reverse("people:chart")
    page = client.get(reverse("people:chart")).content.decode()
    assert "受理九组" in page
    assert "12–14" in page
    assert client.post(reverse("people:new_unit"), form).status_code == 200


def test_the_list_of_persons_is_narrowed_sorted_and_exported(client, hr):
    team = builders.unit(hr.centre)
    person = builders.person(unit=team, name="=SUM(A1)")
    other = builders.person(hr.centre, name="单小华")
    where = reverse("people:persons")

    def names(**query):
        return [row.name for row, _position in client.get(where, query).context["rows"]]

    assert names(q="sxh") == ["单小华"]
    assert names(unit=team.pk) == [person.name]
    assert names(position="hr") == [hr.name]
    assert names(state="left") == []
    assert names(sort="-number")[0] == other.name
    for sort in ("number", "name", "position", "unit", "joined", "nonsense"):
        assert len(names(sort=sort)) == 3
    workbook = client.get(where, {"export": "xlsx"})
    assert workbook["Content-Disposition"].endswith('persons.xlsx"')
    assert b"<f>" not in workbook.content


def test_lists_take_as_many_queries_for_forty_as_for_three(client, hr, django_assert_max_num_queries):
    team = builders.unit(hr.centre)
    pages = [reverse(f"people:{name}") for name in ("persons", "accounts", "worklog", "chart", "notices")]
    for page in pages:
        client.get(page)
    for _each in range(37):
        builders.person(unit=team)
    for page in pages:
        with django_assert_max_num_queries(25):
            client.get(page)


def test_accounts_are_found_by_their_state(client, hr):
    person = builders.person(hr.centre)
    where = reverse("people:accounts")
    found = {
        state: {row.pk for row in client.get(where, {"state": state}).context["page"].rows}
        for state in ("in", "none", "invited", "locked", "closed", "")
    }
    assert found == {
        "in": {hr.pk},
        "none": {hr.pk, person.pk},
        "invited": set(),
        "locked": set(),
        "closed": set(),
        "": {hr.pk, person.pk},
    }


def test_the_switch_in_the_top_bar(client):
    person = builders.person()
    client.force_login(person)
    where = reverse("people:presence")
    assert client.post(where, {"state": "ready"}, headers={"HX-Request": "true"}).status_code == 200
    assert queries.presence_of(person).state == "ready"
    client.post(where, {"state": "busy", "reason": "Meal"})
    assert (queries.presence_of(person).state, queries.presence_of(person).reason) == ("busy", "Meal")
    client.post(where, {"state": "away"})
    client.post(where, {"state": "busy", "reason": "nonsense"})
    assert queries.presence_of(person).reason == "Meal"
    assert "用餐" in client.get(where).content.decode()


def test_a_notice_is_read_in_ones_language_and_leads_inside_only(client):
    person = builders.person()
    client.force_login(person)
    by = builders.system(person.centre)
    text = "Your second-factor devices were taken back by {name}."
    good = notices.notify(to=person, text=text, params={"name": "单小华"}, link="/me/", by=by, at=builders.AT)
    bad = notices.notify(to=person, text=text, params={"name": "x"}, link="https://e.example/", by=by, at=builders.AT)
    assert "单小华 已收回您的验证设备" in client.get(reverse("people:notices")).content.decode()
    assert ">2<" in client.get(reverse("people:bell")).content.decode()
    assert client.post(reverse("people:open_notice", args=[good.pk])).url == "/me/"
    assert client.post(reverse("people:open_notice", args=[bad.pk])).url == reverse("people:notices")
    strange = notices.notify(to=by, text="x", by=by, at=builders.AT)
    assert client.post(reverse("people:open_notice", args=[strange.pk])).status_code == 404
    client.post(reverse("people:read_all"))
    assert queries.unread_notices(person) == 0


def test_language_and_colours_stay_with_the_person_and_the_browser(client):
    person = builders.person()
    client.force_login(person)
    answer = client.post(reverse("people:language"), {"language": "en", "next": reverse("people:me")})
    assert answer.url == reverse("people:me")
    assert answer.cookies["language"].value == "en"
    assert "My work log" in client.get(reverse("people:me")).content.decode()
    client.post(reverse("people:language"), {"language": "zh-hans"})
    assert "我的工作日志" in client.get(reverse("people:me")).content.decode()
    assert client.post(reverse("people:theme"), {"theme": "dark"}).cookies["theme"].value == "dark"
    client.post(reverse("people:theme"), {"theme": "nonsense"})
    assert Person.objects.get(pk=person.pk).theme == "dark"
    assert client.post(reverse("people:language"), {"language": "xx"}).cookies.get("language") is None


@pytest.mark.clause("A2.14")
def test_the_undertaking_is_signed_on_its_page(client, hr):
    where = reverse("people:undertakings")
    form = {"title": "保密承诺书", "body": "<b>不外传</b>"}
    assert client.post(reverse("people:publish_undertaking"), form).url == where
    page = client.get(where).content.decode()
    assert "&lt;b&gt;" in page
    assert client.post(where, {"version": 1, "typed_name": "别人"}).status_code == 200
    assert not queries.has_signed(hr)
    assert client.post(where, {"version": 1, "typed_name": hr.name}).url == where
    assert queries.has_signed(hr)


@pytest.mark.clause("D2.15")
def test_the_work_log_is_narrowed_and_exported_and_shows_ones_own_to_everybody(client, hr):
    person = builders.person(hr.centre)
    Client().force_login(person)
    where = reverse("people:worklog")

    def lines(**query):
        return [(line.person_id, line.kind) for line in client.get(where, query).context["page"].rows]

    assert lines(person=person.pk) == [(person.pk, "login")]
    assert lines(kind="logout") == []
    assert len(lines(since="2020-01-01")) == 2
    assert lines(until="2020-01-01") == []
    assert lines(q=person.number) == [(person.pk, "login")]
    assert client.get(where, {"export": "xlsx"}).status_code == 200
    client.force_login(person)
    assert {line[0] for line in lines()} == {person.pk}


def test_my_data_is_whole_and_holds_no_secret(client):
    person = builders.person()
    client.force_login(person)
    data = client.get(reverse("people:my_data")).json()
    assert set(data) == {
        "person",
        "posts",
        "skills",
        "sessions",
        "presence",
        "work_log",
        "undertakings",
        "notices",
    }
    assert data["person"]["username"] == person.username
    assert [line["kind"] for line in data["work_log"]] == ["login"]
    assert "password" not in str(data)
    assert "hash" not in str(data)


def test_the_first_administrator_is_invited_by_a_command():
    out = StringIO()
    call_command("open_centre", "south", "南区热线", admin="root", name="张三", stdout=out)
    assert "/invitation/" in out.getvalue()
    person = Person.objects.get(username="root")
    assert person.standing.is_any(Position.SYSADMIN)
    for more in ({"admin": "other"}, {"admin": "root", "code": "west"}):
        code = more.pop("code", "south")
        with pytest.raises(CommandError):
            call_command("open_centre", code, "x", name="x", stdout=out, **more)
