"""Rows sent together: the same as saved one by one, in order, in one round trip, all of them or none."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hotline.core import live, rows
from hotline.core.models import Heartbeat, LiveMark, Outbox

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


def test_new_changed_and_deleted_rows_travel_together():
    kept = Heartbeat.objects.create(part="kept", at=AT)
    gone = Heartbeat.objects.create(part="gone", at=AT)
    kept.at, kept.note = AT + timedelta(hours=1), {"speed": 60}
    told = Outbox(kind="cases.CaseEnded", payload={"case": 1, "text": "50% of “it”; all"}, at=AT)
    writes = rows.Writes()
    writes.insert(told)
    writes.update(kept, "at", "note")
    writes.delete(gone)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        writes.send()
    assert len(asked) == 1
    assert Outbox.objects.get(pk=told.pk).payload == {"case": 1, "text": "50% of “it”; all"}
    assert not told._state.adding
    assert Heartbeat.objects.values_list("part", "at", "note").get() == ("kept", AT + timedelta(hours=1), {"speed": 60})


def test_what_was_sent_is_not_sent_again():
    writes = rows.Writes()
    live.touch("board:1", "case:2", "case:2", writes=writes)
    writes.send()
    writes.send()
    assert sorted(LiveMark.objects.values_list("topic", flat=True)) == ["board:1", "case:2"]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_row_that_is_not_there_any_more_is_told(verb):
    lost = Heartbeat(part="lost", at=AT)
    writes = rows.Writes()
    writes.update(lost, "at") if verb == "update" else writes.delete(lost)
    with pytest.raises(ObjectDoesNotExist), transaction.atomic():
        writes.send()


def test_when_one_statement_fails_none_happens():
    Heartbeat.objects.create(part="first", at=AT)
    writes = rows.Writes()
    writes.insert(Outbox(kind="cases.CaseEnded", payload={}, at=AT))
    writes.insert(Heartbeat(part="first", at=AT))
    with pytest.raises(IntegrityError), transaction.atomic():
        writes.send()
    assert not Outbox.objects.exists()


def test_a_row_is_made_of_what_a_statement_found_and_nothing_of_nothing():
    Heartbeat.objects.create(part="pulse", at=AT, note={"speed": 1})
    columns = rows.columns(Heartbeat)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM core_heartbeat WHERE part = 'none'; SELECT {columns} FROM core_heartbeat"
        )
        assert rows.take(cursor, Heartbeat) is None
        found = rows.take(cursor, Heartbeat)
    assert found == Heartbeat.objects.get()
    assert (found.at, found.note) == (AT, {"speed": 1})


def test_new_rows_of_a_table_travel_as_one_statement_and_get_their_keys_in_order():
    told = [Outbox(kind="cases.CaseEnded", payload={"case": number}, at=AT) for number in range(5)]
    beat = Heartbeat(part="between", at=AT)
    writes = rows.Writes()
    for row in (*told[:3], beat, *told[3:]):
        writes.insert(row)
    with CaptureQueriesContext(connection) as asked:
        writes.send()
    assert asked[0]["sql"].count("INSERT INTO") == 3
    assert [row.payload["case"] for row in Outbox.objects.order_by("pk")] == [0, 1, 2, 3, 4]
    for row in told:
        assert Outbox.objects.get(pk=row.pk).payload == row.payload
    assert Heartbeat.objects.filter(part="between").exists()


def test_a_new_row_that_has_a_key_keeps_it():
    row = Outbox(pk=123_456, kind="cases.CaseEnded", payload={}, at=AT)
    writes = rows.Writes()
    writes.insert(row)
    writes.send()
    assert row.pk == 123_456
    assert Outbox.objects.get(pk=123_456).kind == "cases.CaseEnded"
