"""Addresses of rosters."""

from django.urls import path

from hotline.rosters.views import bookings, calendar, mine, month, paper, patterns, places, plans, runs, shifts, today

app_name = "rosters"
urlpatterns = [
    path("today/", today.today, name="today"),
    path("month/", month.month, name="month"),
    path("month/paper/", paper.paper, name="paper"),
    path("month/roster.xlsx", paper.workbook, name="workbook"),
    path("month/<int:person_id>/<str:day>/", month.cell, name="cell"),
    path("changes/<int:pk>/withdraw/", month.withdraw, name="withdraw"),
    path("mine/", mine.mine, name="mine"),
    path("mine/wishes/", mine.wish, name="wish"),
    path("mine/wishes/<int:pk>/drop/", mine.unwish, name="unwish"),
    path("mine/months/<int:pk>/confirm/", mine.confirm, name="confirm"),
    path("mine/changes/<int:pk>/", mine.answer, name="answer"),
    path("mine/feed/", mine.make_feed, name="make_feed"),
    path("mine/feed/end/", mine.end_feed, name="end_feed"),
    path("feed/<str:token>.ics", mine.feed, name="feed"),
    path("plans/", plans.months, name="plans"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/roster.xlsx", plans.export, name="export"),
    path("plans/<int:pk>/discard/", plans.discard, name="discard"),
    path("plans/<int:pk>/place/", places.place, name="place"),
    path("plans/<int:pk>/release/", places.release, name="release"),
    path("plans/<int:pk>/days/<str:day>/", places.day, name="day"),
    path("plans/<int:pk>/<int:person_id>/<str:day>/", places.cell, name="plan_cell"),
    path("plans/<int:pk>/solve/", runs.solve, name="solve"),
    path("plans/<int:pk>/stop/", runs.stop, name="stop"),
    path("plans/<int:pk>/publish/", runs.publish, name="publish"),
    path("bookings/", bookings.bookings, name="bookings"),
    path("bookings/<int:pk>/cancel/", bookings.cancel, name="cancel_booking"),
    path("patterns/", patterns.patterns, name="patterns"),
    path("patterns/keepers/<int:pk>/end/", patterns.end, name="end_keeping"),
    path("shifts/", shifts.shift_types, name="shifts"),
    path("shifts/install/", shifts.install, name="install"),
    path("shifts/<int:pk>/", shifts.edition, name="edition"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/load/", calendar.load, name="load"),
]
