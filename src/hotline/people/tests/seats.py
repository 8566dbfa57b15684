"""At the seat: a signed-in browser for tests of pages, and the matrix of who is admitted."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.test import Client

from hotline.people.models import Person
from hotline.people.tests import builders as people


def signed_in(person: Person) -> Client:
    """A browser in which the person has signed in."""
    browser = Client()
    browser.force_login(person)
    return browser


def admits(centre: Any, pages: Mapping[str, Iterable[str]], language: str = "zh-hans") -> None:
    """Every position gets 200 or 403 on every page, as the matrix says."""
    for position, person in people.everybody(centre).items():
        Person.objects.filter(pk=person.pk).update(language=language)
        browser = signed_in(person)
        for page, admitted in pages.items():
            assert browser.get(page).status_code == (200 if position in admitted else 403), (page, position)


def said(answer: Any) -> list[str]:
    """The messages that the next page will show."""
    return [str(message) for message in answer.wsgi_request._messages]
