"""What happens around every request: the stamp of its moment and id, the audit's request, deny by default, refusals."""

import secrets
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from hotline.core import audit, clock, metrics, pages
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused

GetResponse = Callable[[HttpRequest], HttpResponse]
# Views of other packages that guard themselves.
FOREIGN = ("allauth.", "django.", "whitenoise.")


def request_stamp(get_response: GetResponse) -> GetResponse:
    """Give the request its moment `at`, read once, and an id that logs, audit rows and error pages share."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = clock.now()  # type: ignore[attr-defined]
        request.id = secrets.token_hex(8)  # type: ignore[attr-defined]
        audit.set_request(request.id)  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers["X-Server-Time"] = request.at.isoformat()  # type: ignore[attr-defined]
        response.headers["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


class closed_by_default:  # noqa: N801 (a middleware is named like a function in the settings)
    """Every view of ours says whom it admits (`core.pages.view`); one that says nothing admits nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, _request: HttpRequest, view: Callable[..., Any], _args: list[Any], _kwargs: dict[str, Any]
    ) -> None:
        """Stop a view that declares no permission."""
        if hasattr(view, "permission") or view.__module__.startswith(FOREIGN):
            return
        raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} declares no permission")


class refusals:  # noqa: N801
    """Turn what a service refuses into an answer that says the clause, the reason and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a refusal or a missing permission; anything else goes on."""
        if isinstance(error, Refused):
            return pages.refused(request, error)
        if isinstance(error, NotAllowed):
            return pages.forbidden(request)
        return None


def measured(get_response: GetResponse) -> GetResponse:
    """Count and time requests by the name of their page, for /metrics."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = metrics.start()
        response = get_response(request)
        match = request.resolver_match
        metrics.request_done(match.view_name if match else "-", response.status_code, started)
        return response

    return middleware
