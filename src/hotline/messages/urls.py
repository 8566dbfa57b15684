"""Addresses of texts."""

from django.urls import path

from hotline.messages import views

app_name = "messages"
urlpatterns = [
    path("", views.message_list, name="list"),
    path("setup/", views.setup, name="setup"),
    path("wordings/", views.wordings, name="wordings"),
    path("wordings/<str:occasion>/<slug:channel>/", views.wording, name="wording"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/again/", views.send_again, name="send_again"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/reveal/", views.reveal, name="reveal"),
]
