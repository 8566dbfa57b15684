"""What every page's frame needs: menu, centre, current shift, clock, live topics, unread notices."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from hotline.config import menu
from hotline.core import clock
from hotline.rosters.queries import duty as rosters


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's context; cheap for fragments, which draw no frame."""
    person = getattr(request, "user", None)
    at = getattr(request, "at", None) or clock.now()
    context: dict[str, Any] = {
        "server_time": at,
        "clock_speed": clock.speed(),
        "request_id": getattr(request, "id", ""),
        "idle_seconds": settings.IDLE_LOCK_SECONDS,
        "theme": request.COOKIES.get("theme", "auto"),
    }
    if person is None or not person.is_authenticated or getattr(request, "htmx", None):
        return context
    return context | {"shell": menu.shell_of(person, request.path), "on_shift": rosters.shift_of(person, at)}
