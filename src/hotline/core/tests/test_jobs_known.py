"""Jobs: what the worker knows."""

from procrastinate.contrib.django import app


def test_the_worker_knows_every_job_and_its_hours():
    assert {"core.handle", "cases.jobs.remind_late", "cases.jobs.rebuild_from_events"} <= set(app.tasks)
    assert {name for name, _periodic in app.periodic_registry.periodic_tasks} >= {"cases.jobs.remind_late"}
