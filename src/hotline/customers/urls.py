"""Addresses of customers."""

from django.urls import path

from hotline.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("new/", views.new, name="new"),
    path("suggest/", views.suggest, name="suggest"),
    path("pick/", views.pick, name="pick"),
    path("reveals/", views.reveals, name="reveals"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/numbers/", views.add_number, name="add_number"),
    path("<int:pk>/secrecy/", views.secrecy, name="secrecy"),
    path("<int:pk>/reveal/", views.reveal, name="reveal"),
]
