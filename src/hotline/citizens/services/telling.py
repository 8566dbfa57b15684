"""Telling citizens: that their report came in, what became of it, that it goes on with another."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from hotline.cases.logic.flow import ENDED, Status
from hotline.cases.models import Case
from hotline.citizens.logic import codes
from hotline.citizens.logic import public as words
from hotline.citizens.queries import contacts, public
from hotline.core.access import authorize
from hotline.kernel.rules import Refused
from hotline.messages import services as messages
from hotline.people.models import Person

RECEIVED, ENDED_, MERGED = "citizens_received", "citizens_ended", "citizens_merged"


def _tell(case: Case, occasion: str, key: str, params: dict[str, str], by: Person, at: datetime) -> int:
    """Ask for a text by every way the citizen left; an address to which nothing can be sent is passed over."""
    asked = 0
    said = {"centre": case.centre.name, "number": case.number} | params
    for channel, address in contacts.addresses(case):
        try:
            messages.send(
                channel=channel,
                to=address,
                occasion=occasion,
                params=said,
                key=f"{key}:{channel}",
                about=f"cases.case:{case.pk}",
                language=contacts.language_of(case),
                by=by,
                at=at,
            )
        except Refused:
            continue  # a number of another country that takes no SMS
        asked += 1
    return asked


def _link(case: Case) -> str:
    return f"{settings.PUBLIC_ADDRESS}{reverse('citizens:track', args=[case.centre.code])}"


@transaction.atomic
def tell_received(*, case_id: int, code: str, by: Person, at: datetime) -> int:
    """Number and code, at once after the report came in; by how many ways."""
    case = Case.objects.select_related("centre").get(pk=case_id)
    authorize(by, "citizens.tell", case)
    params = {"code": codes.written(code), "link": _link(case)}
    return _tell(case, RECEIVED, f"received:{case.pk}", params, by, at)


@transaction.atomic
def tell_ended(*, case_id: int, by: Person, at: datetime) -> int:
    """What became of it, with a link to say how content he is; once for each end."""
    case = Case.objects.select_related("centre", "merged_into").get(pk=case_id)
    authorize(by, "citizens.tell", case)
    root = public.root_of(case)
    if root.code not in ENDED:
        return 0  # opened again meanwhile: its next end will be told
    with override(contacts.language_of(case)):
        answer = gettext(words.words_for(root.code))
        if case.is_secret:  # others may read the telephone
            answer = gettext("Look it up with the number and your code.")
        elif root.code is Status.CLOSED and root.closing_answer:
            answer = root.closing_answer
    token = public.rating_token(case.pk, root.reopen_count)
    rating = f"{settings.PUBLIC_ADDRESS}{reverse('citizens:rate_link', args=[token])}"
    params = {"answer": answer, "link": rating}
    return _tell(case, ENDED_, f"ended:{case.pk}:{root.pk}:{root.reopen_count}", params, by, at)


@transaction.atomic
def tell_merged(*, case_id: int, by: Person, at: datetime) -> int:
    """That his report goes on together with others of the same matter, and that he will get the answer."""
    case = Case.objects.select_related("centre").get(pk=case_id)
    authorize(by, "citizens.tell", case)
    if case.merged_into_id is None:
        return 0
    return _tell(case, MERGED, f"merged:{case.pk}:{case.merged_into_id}", {"link": _link(case)}, by, at)
