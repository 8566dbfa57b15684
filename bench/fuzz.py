"""Generated calls against everything that needs no sign-in: no error of ours, nothing of the inside in any answer."""

import time

from bench import house

CALLS, QUICK = 20_000, 1_000


def run(*, quick: bool) -> None:
    """Make the calls, print how many were answered with what, and fail at the first thing that is wrong."""
    from django.conf import settings  # noqa: PLC0415 the settings stand only now
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from hotline.cases.tests import builders as cases  # noqa: PLC0415
    from hotline.core import clock  # noqa: PLC0415
    from hotline.open311.tests import builders, fuzzing  # noqa: PLC0415

    setup_test_environment()
    settings.OPEN311_PER_MINUTE = 10_000_000
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    town = cases.town()
    for one in range(20):
        builders.report(town, clock.now() - cases.HOUR, description=f"第{one}件")
    text = builders.key(town, per_minute=10_000_000, per_day=10_000_000)[1]
    document = Client().get(reverse("open311:openapi")).json()
    calls = QUICK if quick else CALLS
    outcome, number, began = fuzzing.Outcome(), 0, time.perf_counter()
    operations = sum(len(methods) for methods in document["paths"].values())
    others = list(fuzzing.public_pages())
    fuzzing.pages(outcome, -(-calls // (5 * len(others))), 1)
    while outcome.calls < calls:
        number += 1
        left = calls - outcome.calls
        fuzzing.interface(document, text, outcome, each=max(2, -(-left // operations)), number=number)
        house.say(f"   {outcome.calls} calls, {len(outcome.faults)} faults, {time.perf_counter() - began:.0f} s")
    for code, count in sorted(outcome.codes.items()):
        house.say(f"   {code}: {count}")
    house.say(f"   {outcome.calls} calls over {len(outcome.by_page)} pages, {len(outcome.faults)} faults")
    for fault in outcome.faults[:20]:
        house.say(f"   ! {fault}")
    if outcome.faults:
        raise SystemExit(1)
