"""Addresses of campaigns."""

from django.urls import path

from hotline.outbound.views import barred, campaigns, line, on_call, setting, work

app_name = "outbound"
urlpatterns = [
    path("", work.mine, name="mine"),
    path("campaigns", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new", setting.new, name="new"),
    path("campaigns/<int:pk>", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit", setting.edit, name="edit"),
    path("campaigns/<int:pk>/script", setting.script, name="script"),
    path("campaigns/<int:pk>/endings", setting.endings, name="endings"),
    path("campaigns/<int:pk>/crew", setting.crew, name="crew"),
    path("campaigns/<int:pk>/list", setting.take_in, name="take_in"),
    path("campaigns/<int:pk>/people", campaigns.people, name="people"),
    path("campaigns/<int:pk>/export", campaigns.export, name="export"),
    path("campaigns/<int:pk>/next", work.take_next, name="next"),
    path("campaigns/<int:pk>/do/<slug:act>", setting.act, name="act"),
    path("campaigns/<int:pk>/enter", line.enter, name="enter"),
    path("call/<int:pk>", on_call.on_call, name="on_call"),
    path("line", line.line, name="line"),
    path("line/next", line.dial_next, name="line_next"),
    path("line/leave", line.leave, name="leave"),
    path("people/<int:pk>", work.record, name="record"),
    path("people/<int:pk>/dial", work.dial, name="dial"),
    path("people/<int:pk>/call", work.call, name="call"),
    path("people/<int:pk>/settle", work.settle, name="settle"),
    path("people/<int:pk>/back", work.give_back, name="give_back"),
    path("people/<int:pk>/reveal", work.reveal, name="reveal"),
    path("barred", barred.barred_list, name="barred"),
    path("barred/new", barred.new, name="bar"),
    path("barred/list", barred.take_in, name="bar_list"),
    path("barred/<int:pk>/lift", barred.lift, name="lift"),
]
