"""Addresses of sign-in under the names that allauth and the frame of a page know; what nobody needs has none."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from hotline.people.views import entry

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", entry.sign_out, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("language/", entry.language, name="set_language"),
]
