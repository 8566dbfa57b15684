"""Live topics: a write touches a topic, the ticker folds touches into versions, pages fetch themselves again.

A message carries only topics and versions, never data: a wrong topic costs a request and leaks nothing.
"""

from django.db import connection
from django.db.models import Max

from hotline.core.models import LiveTopic
from hotline.core.rows import Writes

CHANNEL = "hotline_live"


def touch(*topics: str, writes: Writes | None = None) -> None:
    """Mark topics as changed by this transaction (insert only: no lock is shared between writers).

    With `writes` the marks travel with what the caller sends.
    """
    marks = writes if writes is not None else Writes()
    marks.say("INSERT INTO core_livemark (topic) SELECT unnest(%s::text[])", list(dict.fromkeys(topics)))
    if writes is None:
        marks.send()


def fold() -> int | None:
    """Fold the marks of finished transactions into versions; the newest version, or None when nothing changed.

    Whatever is visible is taken and deleted, so that a mark which is committed later is simply folded later: nothing is
    skipped, and no long transaction anywhere on the server holds the others' marks back. The number of the folding
    transaction is given after its snapshot, so that it is newer than every transaction whose marks it takes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH safe AS (
                DELETE FROM core_livemark RETURNING topic
            ), folded AS (
                INSERT INTO core_livetopic (topic, version, seen_at)
                SELECT topic, pg_current_xact_id()::text::bigint, clock_timestamp() FROM safe GROUP BY topic
                ON CONFLICT (topic) DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at
                RETURNING version
            )
            SELECT max(version) FROM folded
            """
        )
        row = cursor.fetchone()
    return row[0] if row else None


def announce(version: int) -> None:
    """Wake the web processes. Called by the ticker alone: NOTIFY takes a lock of the whole cluster."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(version)])


def forget(keep_hours: int = 24) -> int:
    """Drop topics that nobody has touched for long; pages that still show them fetch once on reconnecting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM core_livetopic WHERE seen_at < clock_timestamp() - make_interval(hours => %s)", [keep_hours]
        )
        return int(cursor.rowcount)


def newest() -> int:
    """The newest version of any topic; what is read afterwards is at least as new."""
    found: int | None = LiveTopic.objects.aggregate(newest=Max("version"))["newest"]
    return found or 0


def versions(topics: list[str]) -> dict[str, int]:
    """The versions of these topics; one that was never touched is 0."""
    known = dict(LiveTopic.objects.filter(topic__in=topics).values_list("topic", "version"))
    return {topic: known.get(topic, 0) for topic in topics}
