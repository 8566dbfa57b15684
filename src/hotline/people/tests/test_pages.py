"""Every page of people, for every position, through the client: what it admits, and that it never breaks."""

import pytest
from django.urls import reverse

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
