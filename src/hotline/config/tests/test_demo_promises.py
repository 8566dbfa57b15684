"""The demonstration's promises are told through the services, up to the moment at which somebody looks."""

import pytest

from hotline.config.demo import promises
from hotline.promises.logic import Status
from hotline.promises.models import Promise, Question
from hotline.promises.tests import builders as b


@pytest.mark.django_db
def test_a_day_of_promises_is_kept_missed_or_still_owed():
    of = b.house()
    now = b.wall(b.DAY, 16)
    promises.fill(of.centre, now)
    rows = Promise.objects.filter(centre=of.centre)
    assert rows.filter(status=Status.KEPT).exists()
    assert Question.objects.filter(centre=of.centre).exists()
    assert not rows.filter(made_at__gt=now).exists()
    assert not rows.filter(settled_at__gt=now).exists()
    assert not rows.filter(look_at__lt=now).exists()  # the clock has come to all of them
    before = rows.count()
    promises.fill(of.centre, now)
    assert rows.count() == before
