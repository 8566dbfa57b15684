"""Addresses of knowledge."""

from django.urls import path

from hotline.knowledge.views import articles, beside, inboxes, search, writing

app_name = "knowledge"
urlpatterns = [
    path("", search.look_up, name="search"),
    path("hits", search.hits, name="hits"),
    path("opened", search.opened, name="opened"),
    path("missed", search.missed, name="missed"),
    path("list", articles.listing, name="list"),
    path("list/export", articles.export, name="export"),
    path("new", writing.new, name="new"),
    path("preview", writing.preview, name="preview"),
    path("inbox", inboxes.inbox, name="inbox"),
    path("inbox/<int:pk>", articles.body_of, name="body"),
    path("proposals", inboxes.proposal_list, name="proposals"),
    path("proposals/new", inboxes.propose, name="propose"),
    path("proposals/<int:pk>/<slug:act>", inboxes.take, name="take"),
    path("unanswered", inboxes.unanswered, name="unanswered"),
    path("unanswered/<int:pk>", inboxes.settle, name="settle"),
    path("stale", inboxes.stale, name="stale"),
    path("synonyms", inboxes.synonyms, name="synonyms"),
    path("synonyms/<int:pk>/drop", inboxes.drop_synonyms, name="drop_synonyms"),
    path("exams", inboxes.exams, name="exams"),
    path("exams/mark", inboxes.mark_condition, name="mark_condition"),
    path("exams/<int:pk>/unmark", inboxes.unmark, name="unmark"),
    path("beside/case/<int:pk>", beside.of_case, name="of_case"),
    path("beside/idle", beside.idle, name="idle"),
    path("beside/category/<int:pk>", beside.of_category, name="of_category"),
    path("K<int:serial>", articles.article, name="article"),
    path("K<int:serial>/panel", search.panel, name="panel"),
    path("K<int:serial>/diff", articles.differences, name="diff"),
    path("K<int:serial>/vote", articles.vote, name="vote"),
    path("K<int:serial>/exam", articles.exam, name="exam"),
    path("K<int:serial>/confirm", articles.confirm, name="confirm"),
    path("K<int:serial>/edit", writing.edit, name="edit"),
    path("K<int:serial>/step/<slug:act>", writing.step, name="step"),
]
