"""Places on low pages that areas above fill."""

from types import SimpleNamespace

from django.template import Context, Template
from django.test import RequestFactory

from hotline.core import slots


def drawn(person, monkeypatch):
    monkeypatch.setattr(slots, "_views", {})
    slots.fill(slots.Place.CASE, "customers:page")
    slots.fill(slots.Place.CASE, "customers:page")
    request = RequestFactory().get("/")
    request.user = person
    return Template('{% slot "case" 7 %}').render(Context({"request": request}))


def test_a_fragment_stands_once_at_its_place_for_whom_its_view_admits(monkeypatch):
    monkeypatch.setattr("hotline.core.access.may", lambda *_: True)
    assert drawn(SimpleNamespace(), monkeypatch).count('hx-get="/customers/7/"') == 1


def test_whom_its_view_does_not_admit_sees_nothing(monkeypatch):
    monkeypatch.setattr("hotline.core.access.may", lambda *_: False)
    assert drawn(SimpleNamespace(), monkeypatch) == ""


def test_an_empty_place_is_empty(monkeypatch):
    monkeypatch.setattr(slots, "_views", {})
    request = RequestFactory().get("/")
    request.user = SimpleNamespace()
    assert Template('{% slot "desk" 7 %}').render(Context({"request": request})) == ""
