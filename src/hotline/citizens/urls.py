"""Addresses of citizens: the public ones are short, because they stand in an SMS and on posters."""

from django.urls import path

from hotline.citizens.views import calls, intake, papers, report, track

app_name = "citizens"
urlpatterns = [
    path("r/", report.door, name="report_door"),
    path("r/<slug:code>/", report.report, name="report"),
    path("r/<slug:code>/districts/", report.districts, name="report_districts"),
    path("t/", track.door, name="track_door"),
    path("t/s/<slug:token>/", track.rate_link, name="rate_link"),
    path("t/<slug:code>/", track.track, name="track"),
    path("t/<slug:code>/here/", track.here, name="here"),
    path("t/<slug:code>/add/", track.add, name="add"),
    path("t/<slug:code>/rate/", track.rate, name="rate"),
    path("t/<slug:code>/messages/", track.want_messages, name="want_messages"),
    path("t/<slug:code>/leave/", track.leave, name="leave"),
    path("citizens/calls/", calls.desk, name="calls"),
    path("citizens/calls/next/", calls.take_next, name="take_next"),
    path("citizens/calls/list/", calls.call_list, name="call_list"),
    path("citizens/calls/<int:pk>/", calls.call, name="call"),
    path("citizens/calls/<int:pk>/take/", calls.take, name="take"),
    path("citizens/calls/<int:pk>/back/", calls.give_back, name="give_back"),
    path("citizens/calls/<int:pk>/unreached/", calls.unreached, name="unreached"),
    path("citizens/calls/<int:pk>/grade/", calls.grade, name="grade"),
    path("citizens/satisfaction/", calls.satisfaction, name="satisfaction"),
    path("citizens/reviews/", calls.reviews, name="reviews"),
    path("citizens/reviews/<int:pk>/", calls.review, name="review"),
    path("citizens/letters/", papers.paper_list, name="papers"),
    path("citizens/letters/new/", papers.new, name="paper_new"),
    path("citizens/public-page/", intake.settings_page, name="intake"),
    path("citizens/case/<int:pk>/", calls.of_case, name="of_case"),
]
