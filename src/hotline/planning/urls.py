"""Addresses of planning."""

from django.urls import path

from hotline.planning.views import assignment, day, forecast, history, staffing, tomorrow

app_name = "planning"
urlpatterns = [
    path("day", day.day, name="day"),
    path("day/propose", day.propose, name="propose"),
    path("day/export", day.export, name="day_export"),
    path("assignment", assignment.assignment, name="assignment"),
    path("assignment/carry-out", assignment.carry_out, name="assign"),
    path("proposals/<int:pk>/accept", day.accept, name="accept"),
    path("proposals/<int:pk>/decline", day.decline, name="decline"),
    path("tomorrow", tomorrow.tomorrow, name="tomorrow"),
    path("forecast", forecast.forecast, name="forecast"),
    path("forecast/<int:pk>/ask", forecast.ask, name="ask"),
    path("forecast/<int:pk>/override", forecast.override, name="override"),
    path("forecast/<int:pk>/export", forecast.export, name="forecast_export"),
    path("overrides/<int:pk>/end", forecast.end_override, name="end_override"),
    path("staffing", staffing.staffing, name="staffing"),
    path("staffing/learned", staffing.learned, name="learned"),
    path("staffing/<int:pk>/hand", staffing.hand, name="hand"),
    path("staffing/<int:pk>/simulated", staffing.simulated, name="simulated"),
    path("series", history.series, name="series"),
    path("series/new", history.new, name="series_new"),
    path("series/<int:pk>/numbers", history.numbers, name="numbers"),
    path("series/<int:pk>/file", history.file, name="file"),
]
