"""The public client `three` discovers, posts and reads back over the wire, as other cities' programs do."""

import itertools
import warnings

import pytest

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.open311.tests import builders
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client_class():
    """The client was written for Python 2: one line makes it run."""
    itertools.ifilter = filter
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it imports
        from three import Three  # type: ignore[import-untyped]  # noqa: PLC0415 only once it can be imported
    return Three


@pytest.mark.clause("B3.1")
def test_three_discovers_posts_and_reads_back(live_server, client_class):
    town = cases.town()
    _key, text = builders.key(town)
    client = client_class(f"{live_server.url}/open311/v2", api_key=text)
    try:
        endpoint = client.discovery()["endpoints"][0]
        assert endpoint["url"] == f"{live_server.url}/open311/v2"
        assert [row["service_code"] for row in client.services()] == ["C0101"]
        assert client.services("C0101")["attributes"][0]["code"] == "COND"
        posted = client.post(
            "C0101",
            name="Zhang San",
            phone="13900001111",
            description="井盖松动",
            address="学府路口",
            **{"attribute[COND]": "1"},
        )
        number = posted[0]["service_request_id"]
        assert client.request(number)[0]["description"] == "井盖松动"
        assert [row["service_request_id"] for row in client.requests("C0101", status="open", count=5)] == [number]
        assert client.requests(between=["01-01-2020", "02-01-2020"]) == []
        assert client.token(number)[0]["service_request_id"] == number
        case = Case.objects.select_related("customer").get(number=number)
        assert case.customer.name == "San Zhang"[::1] or "Zhang" in case.customer.name
        assert case.status_by_id == people.system(town.centre).pk
    finally:
        client.session.close()
