"""Drafts over HTTP: kept while a person types, handed back when the form opens again."""

import json

from django.http import HttpResponse, JsonResponse
from django.http.request import RawPostDataException

from hotline.cases.queries import files
from hotline.cases.services import drafts
from hotline.core.pages import SIGNED_IN, Request, view, words
from hotline.kernel.rules import Refused

NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "password"})


@view(SIGNED_IN, methods=("GET", "POST"))
def draft(request: Request, key: str) -> HttpResponse:
    """GET hands back `{"fields": {...}}` or 204; POST keeps a form's fields (or a JSON object)."""
    if request.method != "POST":
        kept = files.draft(request.user, key)
        return JsonResponse({"fields": kept.data, "at": kept.at}) if kept else HttpResponse(status=204)
    length = int(request.headers.get("Content-Length") or 0)
    if length > 2 * drafts.MOST_BYTES:
        return HttpResponse(status=413)
    fields = _fields(request)
    if fields is None:
        return HttpResponse(status=400)
    try:
        drafts.keep_draft(key=key, data=fields, by=request.user, at=request.at)
    except Refused as error:
        return JsonResponse({"refused": [words(refusal) for refusal in error.refusals]}, status=409)
    return HttpResponse(status=204)


def _fields(request: Request) -> dict[str, object] | None:
    """What was sent: one value as text, several under one name as a list; None when it is not an object."""
    if request.content_type == "application/json":
        try:
            sent = json.loads(request.body)
        except (ValueError, RecursionError, RawPostDataException):
            return None
        return _without(sent) if isinstance(sent, dict) else None
    lists = {name: values for name, values in request.POST.lists()}  # noqa: C416
    return _without({name: values[0] if len(values) == 1 else values for name, values in lists.items()})


def _without(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name not in NEVER_KEPT}
