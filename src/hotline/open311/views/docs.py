"""For those who build clients: a page that explains the interface, and its OpenAPI document."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from hotline.core.pages import PUBLIC, Request, view
from hotline.open311.logic import openapi, outward
from hotline.open311.logic.asking import MOST_PAGES, MOST_ROWS, WINDOW
from hotline.open311.logic.wishes import MOST_BYTES, MOST_FILES, MOST_TEXT
from hotline.open311.queries import published
from hotline.open311.queries.keys import SAME_WITHIN


def base_of(request: Request) -> str:
    """Where the interface is."""
    return request.build_absolute_uri(reverse("open311:base")).rstrip("/")


@view(PUBLIC, methods=["GET"])
def docs(request: Request) -> HttpResponse:
    """How to read, report and be told, with examples to copy."""
    context = {
        "base": base_of(request),
        "openapi": request.build_absolute_uri(reverse("open311:openapi")),
        "centres": published.centres(),
        "days": WINDOW.days,
        "rows": MOST_ROWS,
        "pages": MOST_PAGES,
        "characters": MOST_TEXT,
        "files": MOST_FILES,
        "megabytes": MOST_BYTES // 1_000_000,
        "minutes": SAME_WITHIN.seconds // 60,
        "window": outward.REPLAY_WINDOW.seconds // 60,
        "tries": outward.MOST_TRIES,
        "failures": outward.MOST_FAILURES,
    }
    return render(request, "open311/docs.html", context)


@view(PUBLIC, methods=["GET"])
def document(request: Request) -> HttpResponse:
    """The interface as OpenAPI."""
    centres = published.centres()
    title = f"{centres[0].name} · Open311 GeoReport v2" if len(centres) == 1 else "Open311 GeoReport v2"
    response = JsonResponse(openapi.document(base_of(request), title), json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
