"""What every call of GeoReport shares: who calls, within which limits, and errors in the form that was asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpResponse, HttpResponseBase
from django.http.request import UnreadablePostError
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from hotline.core import clock
from hotline.core.pages import PUBLIC, Request, view, words
from hotline.kernel.rules import Refused
from hotline.kernel.words import gettext_noop as _
from hotline.open311.logic import formats
from hotline.open311.logic.asking import BAD, FORBIDDEN, TOO_MANY, WRONG_METHOD, Arguments, Fault, Faulty
from hotline.open311.models import ApiKey
from hotline.open311.queries import keys, published
from hotline.open311.services import keys as counting
from hotline.people.models import Centre, Person
from hotline.people.queries import system_person

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
BAD_BODY = (BadRequest, SuspiciousOperation, UnreadablePostError, LookupError, ValueError)
Work = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that may go on: counted, its key known, its arguments ready to be read."""

    request: Request
    form: str
    centre: Centre
    by: Person
    key: ApiKey | None
    arguments: Arguments


class Wait(Exception):
    """A limit is used up."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def endpoint(**works: Work) -> Any:
    """A view that answers the methods it is given (`get`, `post`), everything that is wrong included, in `form`."""

    @wraps(next(iter(works.values())))
    def answered(request: Request, form: str, **kwargs: Any) -> HttpResponseBase:
        try:
            response = _answer(works, request, form, kwargs)
        except Faulty as error:
            response = refused(form, error.faults, error.code)
        except Refused as error:
            response = refused(form, [Fault(BAD, words(refusal)) for refusal in error.refusals], BAD)
        except Wait as error:
            response = refused(form, [Fault(TOO_MANY, _("Too many calls; wait a while."))], TOO_MANY)
            response.headers["Retry-After"] = str(error.seconds)
        if response.status_code == WRONG_METHOD:
            response.headers["Allow"] = ", ".join(sorted({*(name.upper() for name in works), "OPTIONS"}))
        response.headers["Access-Control-Allow-Origin"] = "*"  # no cookie counts here
        return response

    # Programs carry a key, not a session. A file that is streamed is an answer as any other.
    return csrf_exempt(view(PUBLIC, methods=METHODS)(cast("Callable[..., HttpResponse]", answered)))


def _answer(works: Mapping[str, Work], request: Request, form: str, kwargs: dict[str, Any]) -> HttpResponseBase:
    method = "get" if request.method == "HEAD" else str(request.method).lower()
    if method == "options":
        return HttpResponse(status=204, headers={"Access-Control-Allow-Methods": "GET, POST, OPTIONS"})
    if method not in works:
        raise Faulty(Fault(WRONG_METHOD, _("This address does not take that method.")))
    return works[method](_call(request, form, writes=method == "post"), **kwargs)


def _call(request: Request, form: str, *, writes: bool) -> Call:
    """Read the call, and count it against the limits of its key, or else of the address it comes from."""
    values, text = _values(request, writes=writes)
    key = keys.carried(text, request.at) if text else None
    centre = _centre(values.get("jurisdiction_id", ""), key)
    by = system_person(centre)
    what = counting.REFUSED if text and key is None else counting.CREATE if writes else counting.READ
    reading_key = key if key is not None and (writes or key.may_read) else None
    wait = counting.count_call(
        centre=centre,
        key=reading_key,
        address=_address(request),
        per_minute=settings.OPEN311_PER_MINUTE,
        what=what,
        by=by,
        at=request.at,
    )
    if wait:
        raise Wait(wait)
    if text and key is None:
        raise Faulty(Fault(FORBIDDEN, _("The api_key is not known, or has ended.")))
    return Call(request, form, centre, by, key, Arguments(values, at=request.at, zone=clock.ZONE))


def _values(request: Request, *, writes: bool) -> tuple[dict[str, str], str]:
    """The arguments, and the key among them or in its header. In a body, what it says counts before the address."""
    try:
        values = {name: request.GET[name] for name in request.GET}
        if writes:
            values |= {name: request.POST[name] for name in request.POST}
    except BAD_BODY as error:
        raise Faulty(Fault(BAD, _("The call could not be read."))) from error
    text = values.pop("api_key", "") or request.headers.get("X-Api-Key", "")
    return values, text.strip()


def _centre(jurisdiction: str, key: ApiKey | None) -> Centre:
    """The centre that is asked; a key opens its own alone."""
    if key is None:
        return published.centre_of(jurisdiction.strip())
    if key.centre not in published.centres() or (
        jurisdiction and len(published.centres()) > 1 and jurisdiction != key.centre.code
    ):
        raise Faulty(Fault(FORBIDDEN, _("The api_key is not one of this jurisdiction.")))
    return key.centre


def _address(request: Request) -> str:
    """Where the call comes from, in a form that tells nobody who it was."""
    told = f"{settings.SECRET_KEY}:{request.META.get('REMOTE_ADDR', '')}"
    return sha256(told.encode()).hexdigest()[:32]


def needs_key(call: Call, right: str, note: str) -> ApiKey:
    """The key of a call that must have one with this right."""
    if call.key is None:
        raise Faulty(Fault(FORBIDDEN, _("The api_key is missing.")))
    if not getattr(call.key, right):
        raise Faulty(Fault(FORBIDDEN, note))
    return call.key


def answer(form: str, root: str, value: Mapping[str, Any] | Sequence[Any], status: int = 200) -> HttpResponse:
    """An answer in the form that was asked for."""
    return HttpResponse(formats.written(form, root, value), content_type=formats.CONTENT_TYPES[form], status=status)


def refused(form: str, faults: Sequence[Fault], status: int) -> HttpResponse:
    """Everything that is wrong, in the reader's language."""
    rows = [
        {"code": fault.code, "description": gettext(fault.note).format(**fault.params)}
        if fault.params
        else {"code": fault.code, "description": gettext(fault.note)}
        for fault in faults
    ]
    return answer(form, "errors", rows, status)
