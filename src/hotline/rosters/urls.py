"""Addresses of rosters."""

from django.urls import path

from hotline.rosters import views

app_name = "rosters"
urlpatterns = [
    path("today/", views.today, name="today"),
    path("month/", views.month, name="month"),
    path("month/<int:person_id>/<str:day>/", views.cell, name="cell"),
    path("shifts/", views.shift_types, name="shifts"),
    path("shifts/install/", views.install, name="install"),
    path("shifts/<int:pk>/", views.edition, name="edition"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/load/", views.load, name="load"),
]
