"""Addresses of telephony."""

from django.urls import path

from hotline.telephony.views import board, calls, desk, queues

app_name = "telephony"
urlpatterns = [
    path("", calls.call_list, name="calls"),
    path("queues", queues.queues, name="queues"),
    path("queues/<int:pk>", queues.queue, name="queue"),
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
    path("recordings/<uuid:key>/listen", calls.listen, name="listen"),
    path("recordings/<uuid:key>/sound", calls.sound, name="sound"),
    path("<int:pk>", calls.call, name="call"),
]
