"""Addresses of the appraisal."""

from django.urls import path

from hotline.appraisal.views import centre, indicators, leading, mine, rewards

app_name = "appraisal"

urlpatterns = [
    path("", mine.mine, name="mine"),
    path("lines/<int:pk>", mine.line, name="line"),
    path("lines/<int:pk>/behind", mine.line_behind, name="line_behind"),
    path("incidents", mine.incidents, name="incidents"),
    path("incidents/new", leading.propose, name="propose"),
    path("incidents/<int:pk>/say", mine.say, name="say"),
    path("incidents/<int:pk>/decide", leading.decide_incident, name="decide_incident"),
    path("team", leading.team, name="team"),
    path("sheets/<int:pk>", mine.sheet, name="sheet"),
    path("compute", leading.compute, name="compute"),
    path("months/<int:pk>/show", leading.show, name="show"),
    path("months/<int:pk>/confirm", leading.confirm, name="confirm"),
    path("months/<int:pk>/close", leading.close, name="close"),
    path("months/<int:pk>/payroll.<slug:form>", leading.export, name="export"),
    path("appeals", leading.appeals, name="appeals"),
    path("appeals/<int:pk>", leading.decide_appeal, name="decide_appeal"),
    path("exams", leading.exams, name="exams"),
    path("ranking", rewards.ranking, name="ranking"),
    path("awards", rewards.wall, name="awards"),
    path("awards/new", rewards.propose, name="propose_award"),
    path("awards/<int:pk>/decide", rewards.decide, name="decide_award"),
    path("centre", centre.centre, name="centre"),
    path("indicators", indicators.overview, name="indicators"),
    path("indicators/mine", indicators.mine, name="my_indicators"),
    path("indicators/<int:pk>", indicators.of_person, name="indicators_of"),
    path("indicators/<int:pk>/<slug:key>", indicators.behind, name="behind"),
]
