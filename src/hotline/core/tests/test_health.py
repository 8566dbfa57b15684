"""Health, metrics and error pages: what a machine and a person at a loss read."""

from datetime import timedelta

import pytest

from hotline.core import clock
from hotline.core.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_health_names_the_part_at_fault(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["parts"]) == (503, {"database": "ok", "pulse": "never seen"})
    Heartbeat.objects.create(part="pulse", at=clock.now())
    assert client.get("/healthz").json() == {"ok": True, "parts": {"database": "ok", "pulse": "ok"}}
    Heartbeat.objects.update(at=clock.now() - timedelta(minutes=5))
    assert client.get("/healthz").json()["parts"]["pulse"] == "silent"


def test_metrics_are_for_this_machine_alone(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"hotline_outbox_rows 0.0" in answer.content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404


def test_an_unknown_page_says_what_to_do_and_quotes_its_id(client):
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.content.decode()


def test_versions_of_topics_need_a_seat(client):
    assert client.get("/live/versions?topics=a").status_code == 302


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ],
)
def test_every_answer_carries_its_guards(client, header, value):
    answer = client.get("/no/such/page")
    assert answer.headers[header] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
