"""What the clock starts: versions move on when a later one comes into force; reviews that are due are told."""

from datetime import datetime

from hotline.core.jobs import job
from hotline.handbook.services import editions as services
from hotline.people.models import Centre
from hotline.people.queries import system_person


def move_on(*, at: datetime) -> None:
    """In every centre, supersede what a version in force since today has replaced."""
    for centre in Centre.objects.all():
        services.supersede(centre_id=centre.pk, by=system_person(centre), at=at)


nightly = job(queue="nightly", cron="5 0 * * *", lock="handbook.move_on", name="handbook.move_on")(move_on)


def tell_reviews(*, at: datetime) -> None:
    """In every centre, tell who reviews procedures that some are due."""
    for centre in Centre.objects.all():
        services.tell_reviews(centre_id=centre.pk, by=system_person(centre), at=at)


reviews = job(queue="nightly", cron="15 0 * * *", lock="handbook.reviews", name="handbook.reviews")(tell_reviews)
