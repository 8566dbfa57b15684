"""Queues, numbers, reasons, skills and fixed telephones are set by pages, by those who may."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hotline.kernel.rules import Refused
from hotline.people.models import Person, Position, Skill
from hotline.people.services import organisation
from hotline.people.tests import builders as people
from hotline.telephony.models import Line, Phone, Queue, RestReason, Wish, WishKind
from hotline.telephony.queries import for_acd
from hotline.telephony.services import phones, setup
from hotline.telephony.tests.builders import DAY, NINE, house

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.4")]
RULES = {
    "name": "供热热线", "is_active": "on", "priority": "0", "opens": "", "closes": "", "rings": "3",
    "answer_within": "15", "short_abandon": "5", "wrap_up": "30", "wrap_more": "60", "wrap_most": "300", "size": "0",
    "owner_patience": "15",
}  # fmt: skip


@pytest.fixture(name="of")
def _of():
    return house()


def get(client, person, name, *args):
    client.force_login(person)
    response = client.get(reverse(f"telephony:{name}", args=args))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def post(client, person, name, /, *args, **values):
    client.force_login(person)
    return client.post(reverse(f"telephony:{name}", args=args), values)


def test_a_centre_without_anything_is_set_up_by_pages_alone(client):
    """What a real install begins with: a centre, people, and nothing of telephony."""
    centre = people.centre()
    head = people.person(centre, position=Position.CENTRE_SUPERVISOR)
    operator = people.person(centre, position=Position.OPERATOR)
    assert reverse("telephony:new_queue") in get(client, head, "queues")
    assert "请先建立队列" in get(client, head, "numbers")
    assert "暂无示忙原因" in get(client, head, "reasons")
    assert post(client, head, "new_queue", code="heating", **RULES).status_code == 302
    queue = Queue.objects.get()
    assert (queue.code, queue.name, queue.centre, queue.wrap_up) == ("heating", "供热热线", centre, 30)
    assert post(client, head, "queue", queue.pk, persons=[operator.pk], **RULES).status_code == 302
    assert post(client, head, "numbers", dialled="12345", queue=queue.pk).status_code == 302
    assert post(client, head, "reasons", name="用餐", minutes="45").status_code == 302
    known = for_acd.setup(centre, DAY)
    assert (known.lines, known.members) == ({"12345": queue.pk}, {operator.pk: {queue.pk}})
    assert known.limits["r1"] == timedelta(minutes=45)
    assert queue.members.get().person == operator
    assert Line.objects.get().queue == queue
    reason = RestReason.objects.get()
    assert (reason.code, reason.name, reason.limit) == ("r1", "用餐", 2700)
    assert Wish.objects.filter(kind=WishKind.SETUP, centre=centre).count() >= 4, "the ACD reads it again each time"


def test_nothing_typed_is_lost_when_a_queue_is_refused(of, client):
    response = post(client, of.supervisor, "new_queue", code="city", **RULES)
    text = response.content.decode()
    assert (response.status_code, "已有队列使用该代码" in text, "供热热线" in text) == (200, True, True)
    text = post(client, of.supervisor, "new_queue", code="heat", **{**RULES, "opens": "08:00"}).content.decode()
    assert "开放时间须起止都填写" in text
    assert "只能使用英文字母" in post(client, of.supervisor, "new_queue", code="供热", **RULES).content.decode()
    assert Queue.objects.count() == 1


def test_a_number_leads_elsewhere_and_is_taken_out(of, client):
    other = setup.make_queue(centre=of.centre, code="heat", name="供热热线", by=of.system, at=NINE)
    text = post(client, of.supervisor, "numbers", dialled="12a", queue=other.pk).content.decode()
    assert "1 至 20 位数字" in text
    assert 'value="12a"' in text
    assert post(client, of.supervisor, "numbers", dialled="12319", queue=other.pk).status_code == 302
    assert Line.objects.get().queue == other
    assert "供热热线" in get(client, of.supervisor, "numbers")
    strange = house(people.centre(code="other")).queue
    assert post(client, of.supervisor, "numbers", dialled="1", queue=strange.pk).status_code == 200
    with pytest.raises(Refused, match="not this centre's"):
        setup.set_line(centre=of.centre, dialled="1", queue=strange, by=of.supervisor, at=NINE)
    assert post(client, of.supervisor, "numbers", act="drop", dialled="12319").status_code == 302
    assert not Line.objects.filter(centre=of.centre).exists()


@pytest.mark.clause("C5")
def test_reasons_are_changed_and_put_out_of_use(of, client):
    row = RestReason.objects.get()
    assert 'value="10"' in get(client, of.supervisor, "reason", row.pk), "six hundred seconds are ten minutes"
    assert post(client, of.supervisor, "reason", row.pk, name="短休", minutes="", is_active="on").status_code == 302
    row.refresh_from_db()
    assert (row.name, row.limit, row.code) == ("短休", None, "rest")
    assert "不限时" in get(client, of.supervisor, "reasons")
    text = post(client, of.supervisor, "reasons", name="短休").content.decode()
    assert "已有同名的示忙原因" in text
    assert post(client, of.supervisor, "reason", row.pk, name="短休").status_code == 302
    row.refresh_from_db()
    assert not row.is_active
    assert post(client, of.supervisor, "reasons", name="短休", minutes="5").status_code == 302
    assert RestReason.objects.get(is_active=True).code == "r1"
    with pytest.raises(Refused, match="system itself"):
        setup.set_reason(centre=of.centre, code="lost", name="x", limit=None, by=of.supervisor, at=NINE)
    assert post(client, of.supervisor, "reasons", name="长休", minutes="999").status_code == 200
    strange = house(people.centre(code="other")).supervisor
    client.force_login(strange)
    assert client.get(reverse("telephony:reason", args=[row.pk])).status_code == 404


def test_a_queue_asks_for_skills_until_a_caller_has_waited(of, client):
    assert "暂无技能" in get(client, of.supervisor, "queue", of.queue.pk)
    organisation.give_skill(
        person=of.first, code="en", name="英语", level=3, since=DAY, by=people.system(of.centre), at=NINE
    )
    skill = Skill.objects.get()
    level, until = f"level_{skill.pk}", f"until_{skill.pk}"
    values = {**RULES, "persons": [of.first.pk]}
    assert post(client, of.supervisor, "queue", of.queue.pk, **values, **{level: "2", until: "60"}).status_code == 302
    row = of.queue.skills.get()
    assert (row.skill, row.level, row.until) == (skill, 2, 60)
    assert "英语" in get(client, of.leader, "queue", of.queue.pk), "who only reads is told"
    text = post(client, of.supervisor, "queue", of.queue.pk, **values, **{level: "", until: "60"}).content.decode()
    assert "请同时选择等级" in text
    assert post(client, of.supervisor, "queue", of.queue.pk, **values, **{level: "4"}).status_code == 302
    row.refresh_from_db()
    assert (row.level, row.until) == (4, None)
    assert post(client, of.supervisor, "queue", of.queue.pk, **values).status_code == 302
    assert not of.queue.skills.exists()


def test_a_desk_telephone_gets_a_fixed_address(of, client):
    url = reverse("telephony:desk_phone", args=[of.first.pk])
    client.force_login(of.supervisor)
    text = client.post(url, {"act": "contact", "contact": "10.0.0.7"}).content.decode()
    assert "sip:1001@10.0.0.7:5060 的形式" in text
    assert not Phone.objects.exists(), "a wrong address makes no secret either"
    assert client.post(url, {"act": "contact", "contact": "sip:1001@10.0.0.7:5060"}).status_code == 302
    assert Phone.objects.get().contact == "sip:1001@10.0.0.7:5060"
    assert "固定地址" in client.get(url).content.decode()
    client.force_login(of.leader)
    assert client.post(url, {"act": "contact", "contact": "sip:a@10.0.0.8"}).status_code == 403
    assert Phone.objects.get().contact == "sip:1001@10.0.0.7:5060"


@pytest.mark.parametrize("name", ["new_queue", "numbers", "reasons"])
def test_those_who_may_set_queues_and_nobody_else(of, client, name):
    for position in Position:
        who = people.person(of.centre, position=position)
        client.force_login(who)
        code = client.get(reverse(f"telephony:{name}")).status_code
        assert (code == 200) is (position in {Position.CENTRE_SUPERVISOR, Position.MANAGER, Position.SYSADMIN}), (
            position
        )
    assert Person.objects.count() > 10


def test_a_queue_is_set_up_whole_or_not_at_all(of):
    elsewhere = people.centre()
    stranger = people.person(elsewhere)
    organisation.give_skill(
        person=stranger, code="en", name="英语", level=3, since=DAY, by=people.system(elsewhere), at=NINE
    )
    serving = set(of.queue.members.values_list("person", flat=True))
    with pytest.raises(Refused) as refused:
        setup.set_up_queue(
            queue_id=of.queue.pk, changes={"name": "另一条热线"}, persons=[of.first.pk],
            skills=[(Skill.objects.get().pk, 2, None)], by=of.supervisor, at=NINE,
        )  # fmt: skip
    assert refused.value.refusals[0].clause == "A2.4"
    row = Queue.objects.get(pk=of.queue.pk)
    assert (row.name, set(row.members.values_list("person", flat=True))) == (of.queue.name, serving)


@pytest.mark.clause("A2.3")
def test_whoever_may_telephone_is_found_by_name_whether_he_serves_a_queue_or_not(of, client):
    leads = people.person(of.centre, position=Position.SHIFT_LEADER)
    clerk = people.person(of.centre, position=Position.HR)
    gone = people.person(of.centre, position=Position.SHIFT_LEADER)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    elsewhere = people.person(people.centre(), position=Position.SHIFT_LEADER)
    text = get(client, of.supervisor, "phones")
    assert all(reverse("telephony:desk_phone", args=[one.pk]) in text for one in (of.first, leads, of.supervisor))
    for one in (clerk, gone, elsewhere):
        assert reverse("telephony:desk_phone", args=[one.pk]) not in text
        assert client.get(reverse("telephony:desk_phone", args=[one.pk])).status_code == 404
    client.force_login(of.supervisor)
    found = client.get(reverse("telephony:phones"), {"q": leads.number}).content.decode()
    assert leads.name in found
    assert reverse("telephony:desk_phone", args=[of.first.pk]) not in found
    assert "没有这样的人" in client.get(reverse("telephony:phones"), {"q": "无此人"}).content.decode()
    url = reverse("telephony:desk_phone", args=[leads.pk])
    assert client.post(url, {"act": "contact", "contact": "sip:1002@10.0.0.7:5060"}).status_code == 302
    client.force_login(leads)
    assert "签入" in client.get(reverse("telephony:bar")).content.decode(), "he signs in by the bar, without a queue"


def test_five_hundred_telephones_are_a_page_of_few_questions(of, client, django_assert_max_num_queries):
    for _one in range(3):
        person = people.person(position=Position.OPERATOR, unit=of.team)
        phones.issue_desk(person=person, by=of.supervisor, at=NINE)
    client.force_login(of.supervisor)
    client.get(reverse("telephony:phones"))
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("telephony:phones"))
    for _one in range(30):
        people.person(position=Position.OPERATOR, unit=of.team)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("telephony:phones"))
