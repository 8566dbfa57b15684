"""Menus are drafted, published and put before numbers by those who may; nothing wrong is ever published."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.kernel.workclock import DayKind
from hotline.telephony.models import Line, Menu, MenuStatus, MenuVersion
from hotline.telephony.queries import days, for_acd
from hotline.telephony.queries import menus as queries
from hotline.telephony.services import menus
from hotline.telephony.tests.builders import NINE, SECOND, house

HOUR = timedelta(hours=1)


@pytest.fixture(name="of")
def _of(db):
    return house()


@pytest.fixture(name="menu")
def _menu(of):
    return menus.make_menu(centre=of.centre, name="总菜单", by=of.supervisor, at=NINE)


def finish(of, menu):
    """Give the first step its words: nothing is wrong any more."""
    menus.change_step(menu_id=menu.pk, key="s1", values={"text": "人工请按零"}, by=of.supervisor, at=NINE)


def post(client, person, menu, status=302, **values):
    client.force_login(person)
    response = client.post(reverse("telephony:menu", args=[menu.pk]), values)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_a_menu_is_off_and_its_draft_cannot_be_published_before_it_says_something(of, menu):
    assert not menu.is_on
    with pytest.raises(Refused, match="says nothing"):
        menus.publish(menu_id=menu.pk, by=of.supervisor, at=NINE)
    with pytest.raises(Refused, match="Publish a version first"):
        menus.switch(menu_id=menu.pk, on=True, lines=["12319"], by=of.supervisor, at=NINE)
    finish(of, menu)
    version = menus.publish(menu_id=menu.pk, by=of.supervisor, at=NINE)
    assert (version.status, version.effective_from) == (MenuStatus.PUBLISHED, NINE)
    assert for_acd.setup(of.centre, NINE.date()).menus == [], "still off"


def test_what_the_acd_reads_is_what_is_on(of, menu, monkeypatch):
    monkeypatch.setattr(days, "_calendars", [lambda _on: {NINE.date(): DayKind.HOLIDAY}])
    finish(of, menu)
    version = menus.publish(menu_id=menu.pk, by=of.supervisor, at=NINE)
    menus.switch(menu_id=menu.pk, on=True, lines=["12319"], by=of.supervisor, at=NINE)
    found = for_acd.setup(of.centre, NINE.date())
    assert (found.menu_lines, found.menus) == ({"12319": menu.pk}, [version])
    assert found.days == {NINE.date(): DayKind.HOLIDAY}
    menus.switch(menu_id=menu.pk, on=True, lines=[], by=of.supervisor, at=NINE)
    assert Line.objects.get(dialled="12319").menu_id is None
    assert for_acd.setup(of.centre, NINE.date()).menu_lines == {}


def test_a_published_version_stays_as_it_is_and_a_coming_one_may_be_taken_back(of, menu):
    finish(of, menu)
    first = menus.publish(menu_id=menu.pk, by=of.supervisor, at=NINE)
    with pytest.raises(ProgrammingError), transaction.atomic():
        MenuVersion.objects.filter(pk=first.pk).update(tree={})
    draft = menus.open_draft(menu_id=menu.pk, by=of.supervisor, at=NINE)
    assert (draft.number, draft.tree) == (2, first.tree)
    second = menus.publish(menu_id=menu.pk, effective_from=NINE + HOUR, by=of.supervisor, at=NINE)
    versions = [first, second]
    assert queries.in_force(versions, NINE + HOUR - SECOND) == first
    assert queries.in_force(versions, NINE + HOUR) == second
    menus.withdraw(version_id=second.pk, by=of.supervisor, at=NINE)
    with pytest.raises(Refused, match="counts already"):
        menus.withdraw(version_id=first.pk, by=of.supervisor, at=NINE)


def test_only_those_who_set_queues_work_on_menus(of, menu, client):
    for work in (
        lambda: menus.make_menu(centre=of.centre, name="别的", by=of.leader, at=NINE),
        lambda: menus.add_step(menu_id=menu.pk, kind=menus.StepKind.END, name="x", by=of.leader, at=NINE),
        lambda: menus.publish(menu_id=menu.pk, by=of.leader, at=NINE),
        lambda: menus.switch(menu_id=menu.pk, on=False, lines=[], by=of.leader, at=NINE),
    ):
        with pytest.raises(NotAllowed):
            work()
    post(client, of.leader, menu, 403, act="add", kind="end", name="x")
    assert Menu.objects.visible_to(of.leader).exists()
    assert not Menu.objects.visible_to(of.first).exists()


def test_the_editor_walks_from_a_draft_to_a_menu_that_callers_hear(of, menu, client):
    text = post(client, of.supervisor, menu, 200, act="publish", effective_from="")
    assert "没有内容" in text
    post(client, of.supervisor, menu, act="add", kind="end", name="再见")
    path = reverse("telephony:menu_step", args=[menu.pk, "s3"])
    assert "没有路径" in client.get(path).content.decode()
    assert client.post(path, {"name": "再见", "text": "谢谢"}).status_code == 302
    step = reverse("telephony:menu_step", args=[menu.pk, "s1"])
    values = {
        "name": "总菜单", "text": "人工请按零，结束请按一", "key_0": "s3", "key_9": "s2", "wait": "5",
        "silent_repeats": "1", "silent_to": "s2", "wrong_repeats": "1", "wrong_to": "s2",
    }  # fmt: skip
    refused = client.post(step, {**values, "wait": "99"})
    assert refused.status_code == 200
    assert "人工请按零，结束请按一" in refused.content.decode(), "nothing typed is lost"
    assert client.post(step, values).status_code == 302
    post(client, of.supervisor, menu, act="publish", effective_from="")
    post(client, of.supervisor, menu, act="use", is_on="on", lines=["12319"])
    shown = client.get(reverse("telephony:menus")).content.decode()
    assert "来电可听到" in shown
    page = client.get(reverse("telephony:menu", args=[menu.pk])).content.decode()
    for said in ("按键 1", "未按键", "按错键", "谢谢", "共 4 条路径"):
        assert said in page, said


def test_a_step_is_taken_out_and_the_first_one_stays(of, menu, client):
    post(client, of.supervisor, menu, act="add", kind="times", name="时段")
    step = reverse("telephony:menu_step", args=[menu.pk, "s3"])
    values = {
        "name": "时段", "days_0": "working", "opens_0": "08:30", "closes_0": "17:30", "to_0": "s1", "to": "s2",
    }  # fmt: skip
    assert client.post(step, values).status_code == 302
    post(client, of.supervisor, menu, act="start", key="s3")
    finish(of, menu)
    version = menus.publish(menu_id=menu.pk, by=of.supervisor, at=NINE)
    assert version.tree["steps"]["s3"]["windows"] == [
        {"days": "working", "opens": "08:30", "closes": "17:30", "to": "s1"}
    ]
    post(client, of.supervisor, menu, act="draft")
    with pytest.raises(Refused, match="first step"):
        menus.drop_step(menu_id=menu.pk, key="s3", by=of.supervisor, at=NINE)
    assert client.post(reverse("telephony:menu_step", args=[menu.pk, "s2"]), {"act": "drop"}).status_code == 302
    with pytest.raises(Refused):
        menus.publish(menu_id=menu.pk, by=of.supervisor, at=NINE)


def test_the_list_costs_as_much_for_thirty_as_for_one(of, menu, client, django_assert_max_num_queries):
    for n in range(30):
        menus.make_menu(centre=of.centre, name=f"菜单{n}", by=of.supervisor, at=NINE)
    client.force_login(of.supervisor)
    with django_assert_max_num_queries(22):
        assert client.get(reverse("telephony:menus")).status_code == 200
