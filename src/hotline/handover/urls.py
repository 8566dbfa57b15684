"""Addresses of hand-overs."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from hotline.handover.views import inbox, leader, mine, owed, records

app_name = "handover"


class Number(StringConverter):
    """A case's number: 20260309-0042."""

    regex = r"[0-9]{8}-[0-9]{4,8}"


register_converter(Number, "case_number")

urlpatterns: list[URLPattern] = [
    path("", mine.mine, name="mine"),
    path("act", mine.act, name="act"),
    path("note", mine.note, name="note"),
    path("sign-off", mine.sign_off, name="sign_off"),
    path("idle", mine.idle, name="idle"),
    path("inbox", inbox.inbox, name="inbox"),
    path("items/<int:pk>/accept", inbox.accept, name="accept"),
    path("items/<int:pk>/decline", inbox.decline, name="decline"),
    path("items/<int:pk>/result", inbox.result, name="result"),
    path("today", leader.today, name="today"),
    path("today/place", leader.place, name="place"),
    path("of-board", leader.of_board, name="of_board"),
    path("records", records.listing, name="list"),
    path("records/export", records.export, name="export"),
    path("<int:pk>", records.record, name="record"),
    path("owed", owed.all_i_owe, name="owed"),
    path("owed/seen", owed.all_seen, name="all_seen"),
    path("owed/<case_number:number>/seen", owed.seen, name="seen"),
    path("owed/<case_number:number>/told", owed.told, name="told"),
    path("owed/<case_number:number>/ask", owed.ask, name="ask"),
    path("asked/<int:pk>/answer", owed.answer, name="answer"),
    path("of-case/<int:pk>", owed.of_case, name="of_case"),
    path("of-customer/<int:pk>", owed.of_customer, name="of_customer"),
]
