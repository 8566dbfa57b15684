"""Error pages that say what happened, what to do, and the id to quote."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def _id(request: HttpRequest) -> str:
    return str(getattr(request, "id", ""))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django passes it by name)
    """400."""
    return render(request, "400.html", {"request_id": _id(request)}, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django passes it by name)
    """403."""
    return render(request, "403.html", {"request_id": _id(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django passes it by name)
    """404."""
    return render(request, "404.html", {"request_id": _id(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without context processors, because one of them may be what failed."""
    return HttpResponse(render_to_string("500.html", {"request_id": _id(request)}), status=500)
