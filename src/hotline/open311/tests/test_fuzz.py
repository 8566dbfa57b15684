"""Generated calls: whatever is asked, the answer is never an error of ours, and tells nothing of the inside."""

import pytest
from django.test import Client
from django.urls import reverse

from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.open311.tests import builders, fuzzing

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]  # of what generates, not of ours


def test_six_hundred_generated_calls_break_nothing(settings):
    settings.OPEN311_PER_MINUTE = 1_000_000
    town = cases.town()
    for one in range(3):
        builders.report(town, clock.now() - cases.HOUR, description=f"第{one}件")
    text = builders.key(town, per_minute=1_000_000, per_day=1_000_000)[1]
    document = Client().get(reverse("open311:openapi")).json()
    outcome = fuzzing.Outcome()
    operations = sum(len(methods) for methods in document["paths"].values())
    fuzzing.interface(document, text, outcome, each=-(-640 // operations), number=20_260_309)
    assert outcome.faults == []
    assert outcome.calls >= 500
    assert {200, 400, 403, 404} <= set(outcome.codes)
    assert len(outcome.by_page) == operations
