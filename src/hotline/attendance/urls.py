"""Addresses of attendance."""

from django.urls import path

from hotline.attendance.views import mine, team

app_name = "attendance"

urlpatterns = [
    path("", mine.mine, name="mine"),
    path("excuse", mine.excuse, name="excuse"),
    path("shifts/<int:pk>", mine.shift, name="shift"),
    path("month", team.team, name="team"),
    path("month/export", team.export, name="export"),
    path("month/confirm", team.confirm, name="confirm"),
    path("persons/<int:pk>", team.person, name="person"),
    path("inbox", team.inbox, name="inbox"),
    path("excuses/<int:pk>", team.decide_excuse, name="decide_excuse"),
    path("corrections/<int:pk>", team.decide_correction, name="decide_correction"),
    path("talks", team.talks, name="talks"),
    path("talks/<int:pk>", team.talk, name="talk"),
]
