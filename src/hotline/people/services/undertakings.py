"""Confidentiality undertakings (A2.14): publish a text, sign it."""

from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people import queries
from hotline.people.models import Centre, Person, Undertaking, UndertakingSigned


@transaction.atomic
def publish_undertaking(*, title: str, body: str, by: Person, at: datetime) -> Undertaking:
    """Publish a new text: from now on everybody has to sign this one."""
    authorize(by, "people.publish_undertaking")
    centre = Centre.objects.select_for_update().get(pk=by.centre_id)
    last = queries.current_undertaking(centre.pk)
    return Undertaking.objects.create(
        centre=centre, version=last.version + 1 if last else 1, title=title, body=body, published_at=at, published_by=by
    )


@transaction.atomic
def sign_undertaking(
    *, version: int, typed_name: str, address: str | None = None, by: Person, at: datetime
) -> UndertakingSigned:
    """Sign the current version by typing one's own name."""
    authorize(by, "people.sign_undertaking")
    current = queries.current_undertaking(by.centre_id)
    if current is None or current.version != version:
        raise Refused(Refusal("A2.14", gettext_noop("A newer version has been published. Read it first.")))
    if "".join(typed_name.split()) != "".join(by.name.split()):
        raise Refused(
            Refusal(
                "A2.14",
                gettext_noop("Type your name as it is registered: {name}."),
                {"name": by.name, "field": "typed_name"},
            )
        )
    signed, _new = UndertakingSigned.objects.get_or_create(
        undertaking=current, person=by, defaults={"typed_name": typed_name, "address": address, "at": at}
    )
    return signed
