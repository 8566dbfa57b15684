"""Addresses of approvals."""

from django.urls import path

from hotline.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.waiting, name="waiting"),
    path("stand-ins/", views.stand_ins, name="stand_ins"),
    path("stand-ins/<int:pk>/end/", views.end, name="end"),
]
