"""The page of the audit trail."""

from dataclasses import replace

from django.http import HttpResponse

from hotline.config.audit import access as access  # noqa: PLC0414 its permission must be known before a page asks for it
from hotline.config.audit import queries
from hotline.config.audit.forms import AuditFilter
from hotline.core import pages
from hotline.core.pages import Request, view


@view("config.view_audit", methods=["GET"])
def audit(request: Request) -> HttpResponse:
    """Who wrote what, newest first."""
    form = AuditFilter(request.GET, reader=request.user)
    asked = form.asked() if form.is_valid() else None
    page = pages.Slice([], 1, pages.ROWS, 0, more=False)
    if asked is not None:
        page = pages.page_of(request, queries.found(asked, request.user))
        page = replace(page, rows=queries.entries(page.rows, request.user))
    context = {
        "form": form,
        "page": page,
        "newest_only": bool(asked and not asked.key and not asked.since),
        "newest": queries.NEWEST,
        "last_of_each": queries.LAST_OF_EACH,
        "all_tables": bool(asked and not asked.table),
    }
    return pages.draw(request, "config/audit.html", context)
