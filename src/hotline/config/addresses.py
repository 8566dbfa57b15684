"""Addresses of views and what they ask for: the same as long as the process lives, so each is looked up once."""

from functools import cache

from django.urls import NoReverseMatch, resolve, reverse

from hotline.core.pages import PUBLIC


@cache
def link(view: str) -> str:
    """The address of a view, or nothing while its area has not landed."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


@cache
def asked_of(url: str) -> str:
    """The permission that the view behind an address asks for."""
    return str(getattr(resolve(url).func, "permission", PUBLIC))
