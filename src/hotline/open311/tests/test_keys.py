"""Keys: shown once, kept as a hash, limited, counted, ended."""

from datetime import timedelta

import pytest

from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.open311.models import ApiKey, Spent, Use
from hotline.open311.queries import keys as queries
from hotline.open311.services import keys
from hotline.open311.tests import builders
from hotline.open311.tests.builders import get, post
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
NINE = cases.NINE


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch):
    builders.show_clock(monkeypatch)


@pytest.fixture
def town():
    return cases.town()


def test_the_text_of_a_key_is_kept_nowhere(town):
    key, text = builders.key(town)
    assert text.startswith(key.hint)
    assert len(text) > 40
    assert text not in str(ApiKey.objects.filter(pk=key.pk).values()[0])
    assert queries.carried(text, NINE) == key
    assert queries.carried(text[:-1], NINE) is None


def test_a_key_ends_by_itself_or_when_it_is_revoked(town):
    admin = builders.sysadmin(town)
    key, text = builders.key(town, expires_at=NINE)
    assert queries.carried(text, NINE - timedelta(seconds=1)) == key
    assert queries.carried(text, NINE) is None
    other, text = builders.key(town)
    with pytest.raises(Refused):
        keys.revoke_key(key_id=other.pk, reason=" ", by=admin, at=NINE)
    keys.revoke_key(key_id=other.pk, reason="泄露", by=admin, at=NINE)
    assert queries.carried(text, NINE) is None
    assert post("requests.json", builders.form(text)).status_code == 403
    with pytest.raises(Refused):
        keys.change_key(key_id=other.pk, values={"per_day": 5}, by=admin, at=NINE)


def test_only_those_who_look_after_the_system_make_and_end_keys(town):
    key, _text = builders.key(town)
    for person in (town.operator, town.leader, people.person(town.centre, position=Position.DIRECTOR)):
        with pytest.raises(NotAllowed):
            keys.make_key(values={}, by=person, at=NINE)
        with pytest.raises(NotAllowed):
            keys.revoke_key(key_id=key.pk, reason="x", by=person, at=NINE)
    stranger = builders.sysadmin(cases.town())
    with pytest.raises(NotAllowed):
        keys.change_key(key_id=key.pk, values={"per_day": 5}, by=stranger, at=NINE)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_above_the_limit_of_a_key_it_has_to_wait(town, form):
    key, text = builders.key(town, per_minute=3)
    answers = [get(f"services.{form}", api_key=text) for _one in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    assert b"429" in answers[3].content
    used = {row.what: row.count for row in Use.objects.filter(key=key)}
    assert used == {"read": 3, "limited": 1}


def test_a_day_has_its_own_limit(town):
    key, _text = builders.key(town, per_day=2)
    by = people.system(town.centre)
    waits = [
        keys.count_call(
            centre=town.centre, key=key, address="", per_minute=1, what="read", by=by, at=NINE + one * cases.HOUR
        )
        for one in range(3)
    ]
    assert waits[:2] == [0, 0]
    assert waits[2] == 13 * 3600  # until the midnight of the centre's wall
    tomorrow = NINE + timedelta(days=1)
    assert not keys.count_call(centre=town.centre, key=key, address="", per_minute=1, what="read", by=by, at=tomorrow)


def test_an_address_without_a_key_has_a_limit_too(town, settings):
    settings.OPEN311_PER_MINUTE = 2
    codes = [get("services.json").status_code for _one in range(3)]
    assert codes == [200, 200, 429]
    assert get("services.json", api_key=builders.key(town)[1]).status_code == 200
    assert Use.objects.get(key__isnull=True, what="read").count == 2
    assert "127.0.0.1" not in str(list(Spent.objects.values()))
    by = people.system(town.centre)
    assert keys.sweep(centre=town.centre, by=by, at=clock.now() + timedelta(days=3)) == 3
    assert not Spent.objects.exists()


def test_the_key_may_travel_in_the_header(town):
    _key, text = builders.key(town)
    values = builders.form("")
    assert post("requests.json", values, **{"X-Api-Key": text}).status_code == 201


def test_reading_in_bulk_needs_the_right(town):
    assert get("requests.csv").status_code == 403
    assert get("requests.csv", api_key=builders.key(town, may_read=False)[1]).status_code == 403
    text = builders.key(town)[1]
    builders.report(town, clock.now() - cases.HOUR, description="=HYPERLINK(1) 13800001234")
    lines = b"".join(get("requests.csv", api_key=text).streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert "'=HYPERLINK***" in lines[1]
    assert get("requests.csv", api_key=text, service_code="C9999").status_code == 404


def test_a_key_opens_its_own_centre_alone(town):
    _key, text = builders.key(town)
    other = cases.town()
    assert get("services.json").status_code == 400  # several centres: one must be named
    assert get("services.json", jurisdiction_id="nowhere").status_code == 404
    assert get("services.json", jurisdiction_id=other.centre.code).status_code == 200
    assert get("services.json", api_key=text).status_code == 200
    assert get("services.json", api_key=text, jurisdiction_id=other.centre.code).status_code == 403


def test_what_is_switched_off_answers_nothing(town, settings):
    settings.OPEN311_CENTRES = ["off"]
    assert get("requests.json").status_code == 404
    settings.OPEN311_CENTRES = [town.centre.code]
    cases.town()
    assert get("requests.json").status_code == 200
