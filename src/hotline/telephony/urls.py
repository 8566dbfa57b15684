"""Addresses of telephony."""

from django.urls import path

from hotline.telephony.views import calls, queues

app_name = "telephony"
urlpatterns = [
    path("", calls.call_list, name="calls"),
    path("queues", queues.queues, name="queues"),
    path("queues/<int:pk>", queues.queue, name="queue"),
    path("people", queues.states, name="states"),
    path("recordings/<uuid:key>/listen", calls.listen, name="listen"),
    path("recordings/<uuid:key>/sound", calls.sound, name="sound"),
    path("<int:pk>", calls.call, name="call"),
]
