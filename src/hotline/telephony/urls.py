"""Addresses of telephony."""

from django.urls import path

from hotline.telephony.views import board, calls, checks, desk, menus, phones, queues, recordings, reports, setting

app_name = "telephony"
urlpatterns = [
    path("", calls.call_list, name="calls"),
    path("queues", queues.queues, name="queues"),
    path("queues/<int:pk>", queues.queue, name="queue"),
    path("queues/new", setting.new_queue, name="new_queue"),
    path("numbers", setting.number_list, name="numbers"),
    path("reasons", setting.reason_list, name="reasons"),
    path("reasons/<int:pk>", setting.reason, name="reason"),
    path("menus", menus.menu_list, name="menus"),
    path("menus/<int:pk>", menus.menu, name="menu"),
    path("menus/<int:pk>/<slug:key>", menus.menu_step, name="menu_step"),
    path("checks", checks.check_list, name="checks"),
    path("checks/<int:pk>", checks.check, name="check"),
    path("reports", reports.report, name="reports"),
    path("reports/calls", reports.report_calls, name="report_calls"),
    path("phones", phones.phone_list, name="phones"),
    path("phones/<int:pk>", phones.desk_phone, name="desk_phone"),
    path("people", queues.states, name="states"),
    path("bar", desk.bar, name="bar"),
    path("phone", desk.phone, name="phone"),
    path("phone/login", desk.login, name="login"),
    path("phone/ask", desk.ask, name="ask"),
    path("phone/hand-over", desk.hand_over, name="hand_over"),
    path("phone/dial", desk.dial, name="dial"),
    path("phone/help", desk.call_for_help, name="help"),
    path("board", board.board, name="board"),
    path("board/<int:pk>", board.person, name="person"),
    path("board/<int:pk>/watch", board.watch, name="watch"),
    path("wallboard", board.wallboard, name="wallboard"),
    path("watched", board.watched, name="watched"),
    path("recordings", recordings.recording_list, name="recordings"),
    path("recordings/<uuid:key>/hold", recordings.hold, name="hold"),
    path("recordings/<uuid:key>/listen", calls.listen, name="listen"),
    path("recordings/<uuid:key>/sound", calls.sound, name="sound"),
    path("<int:pk>", calls.call, name="call"),
]
