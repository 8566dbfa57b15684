"""The navigation: by position, nine rows at most, only what exists and admits the person; the frame draws."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from hotline.config import menu
from hotline.people.models import Position
from hotline.people.tests import builders

POSITIONS = [position for position in Position if position != Position.SYSTEM]


@pytest.fixture(autouse=True)
def _plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def test_every_position_has_a_menu_that_fits():
    assert set(menu.MENUS) == set(POSITIONS)
    for position, keys in menu.MENUS.items():
        assert 1 < len(keys) <= menu.MOST_ENTRIES, position
        assert len(set(keys)) == len(keys), position
        assert keys[-1] == "me", position
        assert set(keys) <= set(menu.ITEMS), position


def test_every_heading_has_an_icon():
    assert set(menu.GROUP_ICONS) == set(menu.GROUPS)


def _behind_more(shell, entry):
    return any(entry in group.entries for group in shell.more)


def test_every_item_is_used():
    assert {key for keys in menu.MENUS.values() for key in keys} == set(menu.ITEMS)


def test_every_item_stands_under_one_heading():
    listed = [key for keys in menu.GROUPS.values() for key in keys]
    assert sorted(listed) == sorted(menu.ITEMS)


def test_a_view_that_does_not_exist_has_no_address():
    assert menu.link("nowhere:at_all") == ""


def test_the_entry_of_the_page_is_marked_and_only_that_one():
    entries = [
        menu.Entry("a", "flag", "/cases/"),
        menu.Entry("b", "flag", "/cases/board/"),
        menu.Entry("c", "flag", "/x/"),
    ]
    assert [entry.active for entry in menu.with_active(entries, "/cases/board/7/")] == [False, True, False]
    assert [entry.active for entry in menu.with_active(entries, "/cases/20261012-0042/")] == [True, False, False]
    assert not any(entry.active for entry in menu.with_active(entries, "/elsewhere/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("position", "path", "label"),
    [
        (Position.CENTRE_SUPERVISOR, "/appraisal/indicators", "Monthly assessment"),
        (Position.CENTRE_SUPERVISOR, "/appraisal/sheets/7", "Monthly assessment"),
        (Position.CENTRE_SUPERVISOR, "/appraisal/exams", "Monthly exam"),
        (Position.CENTRE_SUPERVISOR, "/attendance/inbox", "Attendance"),
        (Position.SHIFT_LEADER, "/appraisal/indicators/12/attendance", "Monthly assessment"),
        (Position.SHIFT_LEADER, "/appraisal/indicators/mine", "My month"),
        (Position.SHIFT_LEADER, "/appraisal/", "My month"),
        (Position.OPERATOR, "/appraisal/indicators/12", "My month"),
    ],
)
def test_a_page_below_an_entry_marks_it_though_its_address_is_another(position, path, label):
    entries = menu.with_active(menu.entries_for(builders.person(position=position)), path)
    assert [entry.url for entry in entries if entry.active] == [menu.link(_item(label).view)]


def _item(label):
    return next(item for item in menu.ITEMS.values() if item.label == label)


@pytest.mark.django_db
@pytest.mark.parametrize("position", POSITIONS)
def test_a_person_gets_only_what_admits_him(position):
    someone = builders.person(position=position)
    entries = menu.entries_for(someone)
    assert entries
    assert len(entries) <= menu.MOST_ENTRIES
    assert all(menu.admits(someone, entry.url) for entry in entries)
    shell = menu.shell_of(someone, "/")
    assert len(shell.daily) + len(shell.groups) <= menu.MOST_ROWS
    assert {*shell.daily, *(entry for group in shell.groups for entry in group.entries)} == set(shell.menu)


@pytest.mark.django_db
def test_the_heading_of_the_page_stands_open():
    someone = builders.person(position=Position.SHIFT_LEADER)
    shell = menu.shell_of(someone, reverse("people:me"))
    assert [group.is_open for group in shell.groups].count(True) == 1


@pytest.mark.django_db
def test_an_operator_is_not_shown_the_accounts():
    assert not menu.admits(builders.person(position=Position.OPERATOR), reverse("people:accounts"))
    assert menu.admits(builders.person(position=Position.SYSADMIN), reverse("people:accounts"))


@pytest.mark.django_db
def test_the_frame_names_centre_team_and_person():
    team = builders.unit(builders.centre(name="滨江指挥中心"), "受理二组")
    someone = builders.person(position=Position.OPERATOR, unit=team, name="欧阳春晓")
    shell = menu.shell_of(someone, reverse("people:me"))
    assert (shell.centre, shell.team, shell.name, shell.initial) == ("滨江指挥中心", "受理二组", "欧阳春晓", "欧")
    assert [*shell.menu] == [*shell.first_four, *(entry for entry in shell.menu if _behind_more(shell, entry))]
    drawn = render_to_string("core/base.html", {"shell": shell}, RequestFactory().get(reverse("people:me")))
    assert "受理二组" in drawn
    assert drawn.count('aria-current="page"') == 2  # side menu and the phone's bottom bar


@pytest.mark.django_db
def test_the_frame_costs_few_queries(django_assert_max_num_queries):
    someone = builders.person(position=Position.SHIFT_LEADER)
    someone = type(someone).objects.select_related("centre").get(pk=someone.pk)
    with django_assert_max_num_queries(4):
        menu.shell_of(someone, "/")
