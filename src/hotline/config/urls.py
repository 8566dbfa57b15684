"""Every address of the product."""

from django.conf import settings
from django.urls import include, path

from hotline.config import home, search

urlpatterns = [
    path("", home.home, name="home"),
    path("search", search.search, name="search"),
    path("audit/", include("hotline.config.audit.urls")),
    path("", include("hotline.core.urls")),
    path("", include("hotline.people.account_urls")),
    path("", include("hotline.people.urls")),
    path("approvals/", include("hotline.approvals.urls")),
    path("handbook/", include("hotline.handbook.urls")),
    path("messages/", include("hotline.messages.urls")),
    path("customers/", include("hotline.customers.urls")),
    path("knowledge/", include("hotline.knowledge.urls")),
    path("leave/", include("hotline.leave.urls")),
    path("rosters/", include("hotline.rosters.urls")),
    path("calls/", include("hotline.telephony.urls")),
    path("cases/", include("hotline.cases.urls")),
    path("quality/", include("hotline.quality.urls")),
    path("attendance/", include("hotline.attendance.urls")),
    path("promises/", include("hotline.promises.urls")),
    path("departments/", include("hotline.departments.urls")),
    path("planning/", include("hotline.planning.urls")),
    path("handover/", include("hotline.handover.urls")),
    path("outbound/", include("hotline.outbound.urls")),
    path("open311/", include("hotline.open311.urls")),
    path("insight/", include("hotline.insight.urls")),
    path("", include("hotline.citizens.urls")),
    path("appraisal/", include("hotline.appraisal.urls")),
    path("routines/", include("hotline.routines.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("", include("hotline.core.gallery")))

handler400 = "hotline.core.errors.bad_request"
handler403 = "hotline.core.errors.permission_denied"
handler404 = "hotline.core.errors.not_found"
handler500 = "hotline.core.errors.server_error"
