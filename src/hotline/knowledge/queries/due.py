"""Articles that somebody has to look at again."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from hotline.knowledge.logic.review import REMIND_DAYS
from hotline.knowledge.models import Article, Version
from hotline.people.models import Person


def due(day: date) -> "QuerySet[Article]":
    """Articles whose owner is to be reminded, or that have become stale."""
    soon = day + timedelta(days=REMIND_DAYS.on(day))
    rows = Article.objects.filter(review_on__lte=soon, is_stale=False)
    return rows.filter(Q(reminded_on__isnull=True) | Q(review_on__lte=day)).order_by("review_on", "pk")


def to_review(person: Person, day: date) -> "QuerySet[Version]":
    """What is stale or soon will be, as it is said now, the oldest first."""
    soon = day + timedelta(days=REMIND_DAYS.on(day))
    rows = Version.objects.visible_to(person).in_force(day)
    rows = rows.filter(Q(article__is_stale=True) | Q(article__review_on__lte=soon))
    return rows.select_related("article__owner", "found_by").order_by("article__review_on", "pk")
