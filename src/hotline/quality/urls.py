"""Addresses of accuracy reviews."""

from django.urls import path

from hotline.quality.views import calls, desk, findings, listening, plans

app_name = "quality"
urlpatterns = [
    path("listening", listening.weeks, name="listening"),
    path("month-reviews", listening.talks, name="talks"),
    path("month-reviews/<int:pk>", listening.talk, name="talk"),
    path("calls", calls.calls, name="calls"),
    path("calls/<int:pk>", calls.score, name="score"),
    path("desk", desk.desk, name="desk"),
    path("desk/next", desk.take_next, name="next"),
    path("reviews/<int:pk>", desk.review, name="review"),
    path("reviews/<int:pk>/take", desk.take, name="take"),
    path("reviews/<int:pk>/correct", desk.correct, name="correct"),
    path("reviews/<int:pk>/wrong", desk.wrong, name="wrong"),
    path("reviews/<int:pk>/put-back", desk.put_back, name="put_back"),
    path("reviews/<int:pk>/take-back", desk.take_back, name="take_back"),
    path("reviews/<int:pk>/appeal", desk.appeal, name="appeal"),
    path("hints", desk.hint_list, name="hints"),
    path("hints/<int:pk>/take", desk.hint_take, name="hint_take"),
    path("hints/<int:pk>/dismiss", desk.hint_dismiss, name="hint_dismiss"),
    path("target/<str:number>", desk.target, name="target"),
    path("of-case/<int:pk>", desk.of_case, name="of_case"),
    path("plans", plans.plans, name="plans"),
    path("plans/<int:pk>", plans.plan, name="plan"),
    path("findings", findings.findings, name="findings"),
    path("findings/export", findings.export, name="export"),
    path("mine", findings.mine, name="mine"),
    path("team", findings.team, name="team"),
    path("team/export", findings.team_export, name="team_export"),
    path("appeals", findings.appeal_list, name="appeals"),
    path("appeals/<int:pk>/decide", findings.appeal_decide, name="appeal_decide"),
]
