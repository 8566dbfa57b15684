"""Tables of the plumbing, and the decorator that puts a table under audit."""

from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

ModelT = TypeVar("ModelT", bound=type[models.Model])


def audited(model: ModelT) -> ModelT:
    """Keep every insert, update and delete of the table in an append-only history table, by database triggers.

    A history row is the whole row as written (as it was, for a deletion), the moment, and the signature set by
    `core.audit.sign`: who, which action, which request, which reason.
    """
    return _audited(model, pghistory.InsertEvent())


def audited_in_bulk(model: ModelT) -> ModelT:
    """The same for a table that gets thousands of rows by one statement: their history is copied together.

    One by one the copying would take four times as long as the rows themselves.
    """
    return _audited(model, pghistory.InsertEvent(level=pgtrigger.Statement))


def _audited(model: ModelT, of_new: pghistory.InsertEvent) -> ModelT:
    track = pghistory.track(
        of_new,
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        append_only=True,
        obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]
        model_name=f"{model.__name__}History",
    )
    tracked: ModelT = track(model)
    return tracked


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows are written once: no change, no deletion, no truncation."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'events of cases are never truncated';",
        ),
    ]


def guard(*, name: str, column: str, when: dict[str, object], check: str) -> pgtrigger.Trigger:
    """A check before a row is written that needs to look at other rows: `check` is PL/pgSQL over NEW that raises.

    `column` is the one whose change is watched; `when` names the rows, with `new__` before the fields.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(column),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Q(**when),
        func=check,
    )


def written_while(*, name: str, table: str, key: str, status: str) -> pgtrigger.Trigger:
    """Rows that belong to another row are written, changed and deleted only while that one has this status."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("owner", "bigint")],
        func=f"""
            IF TG_OP = 'INSERT' THEN owner = NEW.{key}; ELSE owner = OLD.{key}; END IF;
            PERFORM 1 FROM {table} WHERE id = owner AND status = '{status}';
            IF NOT FOUND THEN RAISE EXCEPTION 'written only while its {table} is {status}'; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


def kept(*columns: str, name: str, when: dict[str, object]) -> pgtrigger.Trigger:
    """Columns that nobody changes any more in rows named by `when`, with `old__` before the fields."""
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.UpdateOf(*columns),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Q(**when),
    )


def sealed(*, name: str, old: str, new: str, message: str) -> list[pgtrigger.Trigger]:
    """Triggers of a table that nobody writes once something is closed: `old` and `new` are SQL conditions over the row
    that is changed or deleted, and over the row that is written; `message` is what the refused writer reads."""
    return [
        pgtrigger.Trigger(
            name=name,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            func=f"""
                IF TG_OP <> 'INSERT' AND ({old}) THEN RAISE EXCEPTION '{message}'; END IF;
                IF TG_OP <> 'DELETE' AND ({new}) THEN RAISE EXCEPTION '{message}'; END IF;
                RETURN COALESCE(NEW, OLD);
            """,
        ),
        pgtrigger.Trigger(
            name=f"{name}_no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=f"RAISE EXCEPTION '{message}';",
        ),
    ]


class CurrentTransaction(models.Func):
    """The id of the writing transaction, as a whole number; the first migration still names it."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = models.TextField()


class Outbox(models.Model):
    """An event that commits with the facts it tells of; the drainer turns it into jobs and deletes it."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=100)
    payload = models.JSONField()
    at = models.DateTimeField()


class LiveMark(models.Model):
    """A topic touched by a transaction; the ticker folds marks into versions. Insert only, so nobody waits."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=100)


class LiveTopic(models.Model):
    """The newest version of a topic; a page that shows it fetches itself again when the version moves."""

    topic = models.CharField(max_length=100, primary_key=True)
    version = models.BigIntegerField(db_index=True)
    seen_at = models.DateTimeField()


class Effect(models.Model):
    """A key used up: an effect that must happen once has happened (queues and clients deliver at least once)."""

    key = models.CharField(max_length=200, primary_key=True)
    at = models.DateTimeField()


class Heartbeat(models.Model):
    """The last sign of life of a process."""

    part = models.CharField(max_length=50, primary_key=True)
    at = models.DateTimeField()
    note = models.JSONField(default=dict)
