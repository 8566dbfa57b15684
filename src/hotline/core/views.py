"""Pages of the plumbing: health, metrics, versions of live topics."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse

from hotline.core import health, live, metrics
from hotline.core.pages import PUBLIC, SIGNED_IN, Request, view

SILENT = timedelta(seconds=30)
MOST_TOPICS = 100


@view(PUBLIC, methods=["GET"])
def healthz(request: Request) -> HttpResponse:
    """200 while the database answers and the ticker lives, 503 otherwise; says which part is at fault."""
    parts: dict[str, str] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        parts["database"] = "ok"
        beat = health.last("pulse")
        if beat is None:
            parts["pulse"] = "never seen"
        else:
            parts["pulse"] = "ok" if abs(request.at - beat.at) < SILENT * beat.note.get("speed", 1) else "silent"
    except DatabaseError:
        parts["database"] = "no answer"
    good = all(state == "ok" for state in parts.values())
    return JsonResponse({"ok": good, "parts": parts}, status=200 if good else 503)


@view(PUBLIC, methods=["GET"])
def metrics_text(request: Request) -> HttpResponse:
    """Prometheus text; answers only this machine, a collector elsewhere comes through the reverse proxy's rules."""
    if request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1", ""}:
        return HttpResponse(status=404)
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@view(SIGNED_IN, methods=["GET"])
def versions(request: Request) -> HttpResponse:
    """Versions of ?topics=a,b for a page whose stream is down."""
    topics = [topic for topic in request.GET.get("topics", "").split(",") if topic][:MOST_TOPICS]
    return JsonResponse(live.versions(topics))
