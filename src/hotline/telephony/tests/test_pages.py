"""Pages of telephony for those who may, and for nobody else."""

import wave

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import translation

from hotline.core.access import may
from hotline.customers.models import Customer, CustomerNumber
from hotline.people.models import Position
from hotline.people.services import undertakings
from hotline.people.tests import builders as people
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Call, Listening, Queue, Recording
from hotline.telephony.queries import files
from hotline.telephony.services import leading, recordings, setup
from hotline.telephony.tests.builders import NINE, NUMBER, SECOND, arrive, house, offer, recording, talk


@pytest.fixture(name="of")
def _of(db, settings, tmp_path):
    settings.VAR = tmp_path
    return house()


@pytest.fixture(name="talked")
def _talked(of):
    customer = Customer.objects.create(centre=of.centre, name="王小云", since=NINE, changed_at=NINE)
    CustomerNumber.objects.create(customer=customer, e164=NUMBER)
    arrive(of, "a")
    return talk(of, "a", of.first, NINE + 12 * SECOND)


def page(client, person, name, *args, **query):
    client.force_login(person)
    response = client.get(reverse(f"telephony:{name}", args=args), query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def side(path, hertz):
    at = np.arange(16_000) / 8000
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes((8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16).tobytes())
    return path


@pytest.fixture(name="kept")
def _kept(of, talked, tmp_path):
    key = recording(of, talked, talked.answered_at)
    sides = side(tmp_path / "c.wav", 440), side(tmp_path / "p.wav", 880)
    return recordings.keep(recording_id=key, caller=sides[0], person=sides[1], by=of.system, at=NINE)


def test_the_list_shows_numbers_behind_the_mask_and_who_answered(of, talked, client):
    text = page(client, of.leader, "calls", since="2026-03-02")
    for shown in ("139****1234", "王小云", of.first.name, of.queue.name, "已通话"):
        assert shown in text, shown
    assert NUMBER not in text
    assert "13900001234" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [({"q": "13900001234"}, True), ({"q": "1234"}, True), ({"q": "王小云"}, True), ({"how": "abandoned"}, False),
     ({"how": "talked"}, True), ({"until": "2026-03-01"}, False), ({"queue": "nonsense"}, True)],
)  # fmt: skip
def test_the_list_is_narrowed(of, talked, client, query, found):
    text = page(client, of.leader, "calls", **{"since": "2026-03-01", **query})
    assert ("139****1234" in text) is found


def test_everybody_sees_the_calls_that_concern_him(of, talked, client):
    arrive(of, "b", NINE + 60 * SECOND)
    seen = {}
    for who in (of.first, of.second, of.head, of.leader, of.quality, people.person(position=Position.DIRECTOR)):
        seen[who] = set(Call.objects.visible_to(who).values_list("ref", flat=True))
    mine = [seen[who] for who in (of.first, of.second, of.head)]
    assert mine == [{"a"}, set(), {"a"}]
    assert [len(seen[who]) for who in (of.leader, of.quality)] == [2, 2]
    assert list(seen.values())[-1] == set()


def hand_over(of, ref, to, at):
    """The caller with whom the first person talks is handed over to somebody, who talks to him last."""
    name = offer(of, ref, of.first, at)
    lease = (at + 90 * SECOND).isoformat()
    of.tell(
        (Fact.OFFER_ENDED, at + SECOND, ref, of.first, {"offer": name, "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, at + SECOND, ref, None, {"queue": of.queue.pk, "how": "answered"}),
        (Fact.TALK_BEGAN, at + SECOND, ref, of.first, {"offer": name, "queue": of.queue.pk}),
        (Fact.TALK_ENDED, at + 30 * SECOND, ref, of.first, {"who": "transfer", "offer": name}),
        (Fact.QUEUE_ENTERED, at + 30 * SECOND, ref, None, {"queue": of.queue.pk}),
        (Fact.OFFER_MADE, at + 30 * SECOND, ref, to, {
            "offer": f"{ref}-2", "queue": of.queue.pk, "lease": lease, "candidates": [], "others": {},
        }),
        (Fact.OFFER_ENDED, at + 32 * SECOND, ref, to, {"offer": f"{ref}-2", "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, at + 32 * SECOND, ref, None, {"queue": of.queue.pk, "how": "answered"}),
        (Fact.TALK_BEGAN, at + 32 * SECOND, ref, to, {"offer": f"{ref}-2", "queue": of.queue.pk}),
        (Fact.TALK_ENDED, at + 60 * SECOND, ref, to, {"who": "caller", "offer": f"{ref}-2"}),
        (Fact.CALL_ENDED, at + 60 * SECOND, ref, None, {"how": "talked"}),
    )  # fmt: skip
    return Call.objects.get(ref=ref)


@pytest.fixture(name="elsewhere")
def _elsewhere(of):
    """Two calls of which one's own team has only a part: handed over to another team, and missed."""
    other = people.unit(of.centre)
    third = people.person(position=Position.OPERATOR, unit=other)
    arrive(of, "moved")
    moved = hand_over(of, "moved", third, NINE + SECOND)
    missed = arrive(of, "missed", NINE + 120 * SECOND)
    name = offer(of, "missed", of.first, NINE + 121 * SECOND)
    of.tell(
        (Fact.OFFER_ENDED, NINE + 140 * SECOND, "missed", of.first, {"offer": name, "how": "no_answer", "rings": 3}),
        (Fact.QUEUE_LEFT, NINE + 150 * SECOND, "missed", None, {"queue": of.queue.pk, "how": "abandoned"}),
        (Fact.CALL_ENDED, NINE + 150 * SECOND, "missed", None, {"how": "abandoned"}),
    )
    return moved, missed, third, people.person(position=Position.TEAM_LEADER, unit=other)


@pytest.mark.clause("A2.3")
def test_a_call_is_of_everybody_who_had_a_part_in_it(of, elsewhere, client):
    moved, missed, third, head = elsewhere
    assert moved.person == third, "the last to talk"
    seen = {who: set(Call.objects.visible_to(who)) for who in (of.first, of.head, of.second, third, head)}
    assert seen == {
        of.first: {moved, missed}, of.head: {moved, missed}, of.second: set(), third: {moved}, head: {moved},
    }  # fmt: skip
    for call in (moved, missed):
        for who, known in seen.items():
            assert may(who, "telephony.view_call", call) is (call in known)
            client.force_login(who)
            code = client.get(reverse("telephony:call", args=[call.pk])).status_code
            assert code == (200 if call in known else 404)
    assert set(Call.objects.answered_under(of.head)) == set(), "whom he does not lead he does not score"
    assert set(Call.objects.answered_under(head)) == {moved}
    assert of.second.name not in page(client, of.first, "call", missed.pk), "what a colleague was doing is not for all"


@pytest.mark.clause("A2.14")
def test_a_call_that_was_only_offered_to_one_is_not_heard(of, elsewhere):
    moved, _missed, third, _head = elsewhere
    name = offer(of, "moved", of.second, NINE + 300 * SECOND, name="moved-3")
    of.tell((Fact.OFFER_ENDED, NINE + 310 * SECOND, "moved", of.second, {"offer": name, "how": "refused"}))
    recording(of, moved, NINE + 2 * SECOND)
    assert moved in Call.objects.visible_to(of.second)
    heard = {who: Recording.objects.visible_to(who).count() for who in (of.first, of.second, of.head, third)}
    assert heard == {of.first: 1, of.second: 0, of.head: 1, third: 1}


def test_ones_own_calls_are_found_by_indexes(of, elsewhere):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for who in (of.first, of.head):
        plan = Call.objects.visible_to(who).order_by("-came_at", "-pk").explain()
        assert "Seq Scan on telephony_offer" not in plan
        assert "Seq Scan on telephony_segment" not in plan
        assert "Seq Scan on telephony_call" not in plan
        since = Call.objects.visible_since(who, NINE).order_by("-came_at", "-pk")
        assert list(since) == list(Call.objects.visible_to(who).filter(came_at__gte=NINE).order_by("-came_at", "-pk"))
        plan = since.explain()
        assert who != of.first or "SubPlan" not in plan, "nothing is asked of each call of the centre"
        assert "Seq Scan on telephony" not in plan


def test_a_call_says_why_it_came_to_whom(of, talked, client):
    text = page(client, of.leader, "call", talked.pk)
    for shown in (
        "选中：空闲时间最长",
        "已空闲 42 秒",
        "响铃 1 声",
        "示忙",
        "小休",
        "通话中：3",
        "通话开始",
        "为什么这样分配",
    ):
        assert shown in text, shown
    mine = page(client, of.first, "call", talked.pk)
    assert "选中：空闲时间最长" in mine
    assert "为什么分配给我" in mine
    assert of.second.name not in mine, "what a colleague was doing is not everybody's to know"
    assert "另外考虑的同事：1 人" in mine
    client.force_login(of.second)
    assert client.get(reverse("telephony:call", args=[talked.pk])).status_code == 404


def test_a_call_that_goes_on_is_shown_as_such(of, client):
    call = arrive(of, "a")
    offer(of, "a", of.first, NINE + SECOND)
    text = page(client, of.leader, "call", call.pk)
    assert "进行中" in text
    assert "振铃中" in text


def sign(person):
    current = undertakings.publish(title="保密承诺书", body="x", by=people.system(person.centre), at=people.AT)
    undertakings.sign(undertaking_id=current.pk, typed_name=person.name, address=None, by=person, at=people.AT)


def test_listening_is_for_those_who_signed_and_is_kept_for_good(of, kept, client):
    path = reverse("telephony:listen", args=[kept.pk])
    sound = reverse("telephony:sound", args=[kept.pk])
    client.force_login(of.leader)
    assert client.get(sound).status_code == 404, "nobody hears anything before he has said why"
    assert client.post(path, {"reason": ""}).status_code == 200
    assert not Listening.objects.exists()
    response = client.post(path, {"reason": "市民投诉核实"})
    assert "audio" in response.content.decode()
    [heard] = Listening.objects.all()
    assert (heard.person, heard.reason) == (of.leader, "市民投诉核实")
    whole = client.get(sound)
    assert b"".join(whole.streaming_content) == files.file_of(kept).read_bytes()
    some = client.get(sound, headers={"Range": "bytes=44-143"})
    assert (some.status_code, len(some.content)) == (206, 100)
    assert some.headers["Content-Range"] == f"bytes 44-143/{kept.size}"
    assert client.get(sound, headers={"Range": f"bytes={kept.size}-"}).status_code == 416
    assert "市民投诉核实" in page(client, of.leader, "call", kept.call_id)


def test_a_recording_holds_both_sides_apart(of, kept):
    assert (kept.fate, kept.length_ms, len(kept.wave)) == ("kept", 2000, 240)
    with wave.open(str(files.file_of(kept)), "rb") as source:
        assert (source.getnchannels(), source.getframerate()) == (2, 8000)


def test_a_talk_without_sound_is_missing_not_kept(of, talked):
    key = recording(of, talked, NINE)
    assert recordings.keep(recording_id=key, caller=None, person=None, by=of.system, at=NINE).fate == "missing"


def test_queues_show_who_waits_and_all_four_formulas(of, talked, client, django_assert_max_num_queries):
    text = page(client, of.supervisor, "queues")
    for shown in ("全部及时", "占已接听", "占全部来电", "不计早挂断", of.queue.name):
        assert shown in text, shown
    with django_assert_max_num_queries(40):
        page(client, of.supervisor, "queues")


def test_an_acd_that_is_not_heard_of_is_said_so(of, client):
    assert "最后一次响应于" in page(client, of.supervisor, "queues")


def test_rules_are_changed_by_those_who_may(of, client):
    client.force_login(of.supervisor)
    path = reverse("telephony:queue", args=[of.queue.pk])
    values = {
        "name": "热线", "is_active": "on", "priority": "5", "opens": "08:30", "closes": "22:00", "rings": "4",
        "answer_within": "15", "short_abandon": "5", "wrap_up": "20", "wrap_more": "30", "wrap_most": "120",
        "size": "0", "owner_patience": "10", "persons": [str(of.first.pk)],
    }  # fmt: skip
    assert client.post(path, values).status_code == 302
    row = Queue.objects.get(pk=of.queue.pk)
    assert (row.name, row.rings, row.wrap_up, str(row.opens)) == ("热线", 4, 20, "08:30:00")
    assert set(row.members.values_list("person", flat=True)) == {of.first.pk}
    response = client.post(path, {**values, "rings": "99"})
    assert response.status_code == 200
    assert Queue.objects.get(pk=of.queue.pk).rings == 4
    client.force_login(of.leader)
    assert client.post(path, {**values, "name": "别的"}).status_code == 302
    assert Queue.objects.get(pk=of.queue.pk).name == "热线"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"closes": ""}, "开放时间须起止都填写"),
        ({"wrap_up": "200"}, "话后整理最长时间不得短于话后整理时间"),
    ],
)
def test_rules_that_do_not_fit_together_are_refused_in_words(of, client, wrong, said):
    client.force_login(of.supervisor)
    values = {
        "name": "热线", "is_active": "on", "priority": "5", "opens": "08:30", "closes": "22:00", "rings": "4",
        "answer_within": "15", "short_abandon": "5", "wrap_up": "20", "wrap_more": "30", "wrap_most": "120",
        "size": "0", "owner_patience": "10",
    }  # fmt: skip
    text = client.post(reverse("telephony:queue", args=[of.queue.pk]), {**values, **wrong}).content.decode()
    assert said in text
    assert "telephony_queue" not in text, "no name of a constraint"
    with pytest.raises(ValidationError, match="to itself"), translation.override("en"):
        setup.change_queue(queue_id=of.queue.pk, changes={"overflow_to": of.queue}, by=of.supervisor, at=NINE)


def test_people_at_the_telephones(of, client):
    of.state(of.first, State.NOT_READY, NINE, reason="rest")
    of.state(of.second, State.OFFLINE, NINE)
    text = page(client, of.head, "states")
    assert of.first.name in text
    assert "小休" in text
    assert of.second.name not in text
    client.force_login(of.first)
    assert client.get(reverse("telephony:states")).status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_the_number_of_queries_does_not_grow(of, client, rows, django_assert_max_num_queries):
    for n in range(rows):
        arrive(of, f"c{n}", NINE + n * SECOND)
    client.force_login(of.leader)
    with django_assert_max_num_queries(22):
        assert client.get(reverse("telephony:calls"), {"since": "2026-03-01"}).status_code == 200


def test_nothing_yet_is_said(client, db):
    leader = people.person(position=Position.SHIFT_LEADER)
    assert "暂无通话" in page(client, leader, "calls")
    assert "暂无队列" in page(client, leader, "queues")
    assert "无人签入" in page(client, leader, "states")


def test_a_lost_call_is_closed_with_everything_open(of):
    arrive(of, "a")
    of.tell((Fact.CALL_ENDED, NINE + 9 * SECOND, "a", None, {"how": "lost"}))
    call = Call.objects.get(ref="a")
    assert call.segments.get().how == "lost"


def test_a_beat_keeps_the_acd_alive(of):
    leading.beat(centre=of.centre, epoch=of.epoch, note={"waiting": 2}, by=of.system, at=NINE)
    assert Recording.objects.count() == 0
