"""Addresses of the open interface."""

from typing import Any

from django.urls import URLPattern, path

from hotline.open311.logic.formats import JSON, XML
from hotline.open311.views import bulk, docs, geo, pages

app_name = "open311"


def both(address: str, view: Any, name: str) -> list[URLPattern]:
    """An address in both written forms, each a page of its own name."""
    return [path(f"v2/{address}.{form}", view, {"form": form}, name=f"{name}_{form}") for form in (XML, JSON)]


urlpatterns = [
    path("", docs.docs, name="docs"),
    path("openapi.json", docs.document, name="openapi"),
    *both("discovery", geo.discovery, "discovery"),
    *both("services", geo.services_list, "services"),
    *both("services/<str:code>", geo.definition, "service"),
    *both("requests", geo.requests, "requests"),
    *both("requests/<str:number>", geo.request_one, "request"),
    *both("tokens/<str:token>", geo.token_one, "token"),
    *both("servicerequestupdates", geo.updates, "updates"),
    path("v2/requests.csv", bulk.bulk, {"form": JSON}, name="bulk"),
    path("v2/", geo.nothing, name="base"),
    path("v2/<path:rest>", geo.nothing, name="nothing"),
    path("keys/", pages.keys, name="keys"),
    path("keys/new/", pages.new_key, name="new_key"),
    path("keys/<int:pk>/", pages.key, name="key"),
    path("keys/<int:pk>/revoke/", pages.revoke_key, name="revoke_key"),
    path("webhooks/", pages.webhooks, name="webhooks"),
    path("webhooks/new/", pages.new_webhook, name="new_webhook"),
    path("webhooks/<int:pk>/", pages.webhook, name="webhook"),
    path("webhooks/<int:pk>/secret/", pages.renew_secret, name="renew_secret"),
    path("deliveries/", pages.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/", pages.delivery, name="delivery"),
    path("deliveries/<int:pk>/resend/", pages.resend, name="resend"),
    path("cases/<int:case_id>/", pages.of_case, name="of_case"),
]
