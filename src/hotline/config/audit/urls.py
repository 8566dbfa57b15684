"""Addresses of the audit trail."""

from django.urls import path

from hotline.config.audit import views

urlpatterns = [path("", views.audit, name="audit")]
