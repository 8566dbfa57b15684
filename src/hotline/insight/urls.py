"""Addresses of insight."""

from django.urls import path

from hotline.insight.views import spatial, voice

app_name = "insight"
urlpatterns = [
    path("voice", voice.voice, name="voice"),
    path("voice/behind", voice.behind, name="behind"),
    path("voice/export", voice.export, name="export"),
    path("reports", voice.report_list, name="reports"),
    path("reports/make", voice.report_make, name="report_make"),
    path("reports/<int:pk>", voice.report, name="report"),
    path("recipients/add", voice.recipient_add, name="recipient_add"),
    path("recipients/<int:pk>/end", voice.recipient_end, name="recipient_end"),
    path("map", spatial.page, name="map"),
    path("map/open", spatial.map_open, name="map_open"),
    path("map/heat", spatial.map_heat, name="map_heat"),
    path("map/day", spatial.map_day, name="map_day"),
    path("map/ground", spatial.map_ground, name="map_ground"),
]
