"""Addresses of rosters."""

from django.urls import path

from hotline.rosters.views import calendar, month, shifts, today

app_name = "rosters"
urlpatterns = [
    path("today/", today.today, name="today"),
    path("month/", month.month, name="month"),
    path("month/<int:person_id>/<str:day>/", month.cell, name="cell"),
    path("shifts/", shifts.shift_types, name="shifts"),
    path("shifts/install/", shifts.install, name="install"),
    path("shifts/<int:pk>/", shifts.edition, name="edition"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/load/", calendar.load, name="load"),
]
