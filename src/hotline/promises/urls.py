"""Addresses of promises."""

from django.urls import path

from hotline.promises.views import fragments, ledger, promise, questions

app_name = "promises"
urlpatterns = [
    path("", promise.mine, name="mine"),
    path("new", promise.new, name="new"),
    path("ledger", ledger.ledger, name="ledger"),
    path("ledger/export", ledger.export, name="export"),
    path("figures", ledger.figures_page, name="figures"),
    path("inbox", questions.inbox, name="inbox"),
    path("questions/new", questions.new, name="question_new"),
    path("questions/<int:pk>", questions.question, name="question"),
    path("questions/<int:pk>/<slug:act>", questions.act, name="question_act"),
    path("of-case/<int:pk>", fragments.of_case, name="of_case"),
    path("of-customer/<int:pk>", fragments.of_customer, name="of_customer"),
    path("idle", fragments.idle, name="idle"),
    path("on-board", fragments.on_board, name="on_board"),
    path("on-tomorrow", fragments.on_tomorrow, name="on_tomorrow"),
    path("<int:pk>", promise.promise, name="promise"),
    path("<int:pk>/<slug:act>", promise.act, name="act"),
]
