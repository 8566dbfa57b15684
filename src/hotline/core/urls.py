"""Addresses of the plumbing."""

from django.urls import path

from hotline.core import views

app_name = "core"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics_text, name="metrics"),
    path("live/versions", views.versions, name="versions"),
]
