"""Addresses of the handbook."""

from django.urls import path

from hotline.handbook.views import book, checks, duties, editions, steps

app_name = "handbook"
urlpatterns = [
    path("", book.book, name="book"),
    path("chapters/<slug:chapter>", book.chapter, name="chapter"),
    path("clauses/<str:clause>", book.clause, name="clause"),
    path("values", book.parameters, name="parameters"),
    path("values/<str:key>", book.parameter, name="parameter"),
    path("versions", editions.editions, name="editions"),
    path("versions/new", editions.propose, name="propose"),
    path("versions/<int:pk>", editions.edition, name="edition"),
    path("versions/<int:pk>/what-if", editions.what_if, name="what_if"),
    path("versions/<int:pk>/value", editions.set_value, name="set_value"),
    path("versions/<int:pk>/text", editions.set_text, name="set_text"),
    path("versions/<int:pk>/take-out", editions.take_out, name="take_out"),
    path("versions/<int:pk>/opinion", steps.opinion, name="opinion"),
    path("versions/<int:pk>/<slug:act>", steps.act, name="act"),
    path("opinions/<int:pk>/answer", steps.answer, name="answer"),
    path("mine", duties.mine, name="mine"),
    path("reviews", duties.reviews, name="reviews"),
    path("reviews/<slug:chapter>", duties.review, name="review"),
    path("checks", checks.checks, name="checks"),
    path("checks/new", checks.plan, name="plan_check"),
    path("checks/<int:pk>", checks.check, name="check"),
    path("questions", duties.questions, name="questions"),
    path("questions/<int:pk>", duties.settle, name="settle"),
]
