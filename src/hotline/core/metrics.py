"""Figures of the machine for a monitoring system, at /metrics. No personal data, no names."""

import os
import time
from collections.abc import Iterable

from django.db import connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily

REQUESTS = Counter("hotline_requests", "Answered requests", ["page", "status"])
SECONDS = Histogram(
    "hotline_request_seconds",
    "Time to answer",
    ["page"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5),
)


def start() -> int:
    """A point of the monotonic clock."""
    return time.perf_counter_ns()


def request_done(page: str, status: int, started: int) -> None:
    """Count one answered request."""
    REQUESTS.labels(page, str(status)).inc()
    SECONDS.labels(page).observe((time.perf_counter_ns() - started) / 1_000_000_000)


class Facts:
    """Figures read from the database at the moment of asking."""

    QUERIES = (
        ("hotline_outbox_rows", "Events not yet turned into jobs", "SELECT count(*) FROM core_outbox"),
        ("hotline_live_marks", "Touched topics not yet announced", "SELECT count(*) FROM core_livemark"),
        (
            "hotline_jobs_waiting",
            "Jobs due and not started",
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()",
        ),
        ("hotline_jobs_failed", "Jobs given up", "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"),
    )

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges, as the registry asks for them."""
        with connection.cursor() as cursor:
            for name, text, query in self.QUERIES:
                cursor.execute(query)
                yield GaugeMetricFamily(name, text, value=cursor.fetchone()[0])


def text() -> bytes:
    """Everything in the Prometheus text format, over all web processes when they share a folder."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(Facts())
    return generate_latest(registry)
