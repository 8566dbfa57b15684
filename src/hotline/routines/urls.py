"""Addresses of routines."""

from django.urls import path

from hotline.routines import views

app_name = "routines"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("all", views.archive, name="archive"),
    path("new", views.new, name="new"),
    path("banner", views.banner, name="banner"),
    path("banner/<int:pk>", views.banner_beside, name="banner_beside"),
    path("files/<uuid:key>", views.file, name="file"),
    path("remind/<int:pk>", views.remind, name="remind"),
    path("<int:pk>", views.instruction, name="instruction"),
    path("<int:pk>/confirm", views.confirm, name="confirm"),
    path("<int:pk>/export", views.export, name="export"),
    path("<int:pk>/<slug:act>", views.end, name="end"),
]
