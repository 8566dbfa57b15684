"""Reads of articles for their pages: versions, differences, lists, inboxes."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from hotline.knowledge.logic import diff
from hotline.knowledge.models import (
    Article,
    AskStatus,
    ExamMark,
    Opening,
    Proposal,
    Unanswered,
    Version,
    VersionStatus,
    Vote,
)
from hotline.people.models import Person

MOST_VOTES = 50


def article(person: Person, serial: int) -> Article:
    """An article by its number, as far as the person may see it."""
    rows = Article.objects.visible_to(person).select_related("owner", "centre")
    return get_object_or_404(rows, serial=serial)


def versions(person: Person, article: Article) -> list[Version]:
    """Every version the person may see, the newest first."""
    rows = Version.objects.visible_to(person).filter(article=article)
    return list(rows.select_related("author", "approved_by", "status_by", "found_by").order_by("-seq"))


def shown(rows: list[Version], seq: int | None, day: date) -> Version | None:
    """The version that was asked for; else the one in force; else the newest."""
    if seq is not None:
        return next((row for row in rows if row.seq == seq), None)
    return in_force(rows, day) or (rows[0] if rows else None)


def in_force(rows: list[Version], day: date) -> Version | None:
    """What is said on a day."""
    return next((row for row in rows if row.status == VersionStatus.PUBLISHED and day in row.days), None)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two versions in one part."""

    name: str
    lines: list[diff.Line]


def changes(before: Version, after: Version) -> list[Change]:
    """The parts in which two versions differ."""
    parts = {
        "title": (before.title, after.title),
        "body": (before.body, after.body),
        "keywords": ("\n".join(before.keywords), "\n".join(after.keywords)),
        "codes": ("\n".join(before.codes), "\n".join(after.codes)),
        "departments": ("\n".join(before.departments), "\n".join(after.departments)),
        "links": (_links(before), _links(after)),
    }
    return [Change(name, diff.lines(old, new)) for name, (old, new) in parts.items() if old != new]


def _links(version: Version) -> str:
    return "\n".join(f"{link['title']} {link['url']}" for link in version.links)


def vote_of(person: Person, version: Version) -> Vote | None:
    """What the person said about a version."""
    return Vote.objects.filter(person=person, version=version).first()


def complaints(person: Person, version: Version) -> list[Vote]:
    """Why a version did not help, for its owner and those who write."""
    rows = Vote.objects.visible_to(person).filter(version=version, is_useful=False)
    return list(rows.select_related("person").order_by("-at")[:MOST_VOTES])


def openings_of(version: Version, limit: int = 10) -> list[Opening]:
    """For which cases a version was opened last."""
    rows = Opening.objects.filter(version=version).exclude(case_number="").select_related("person")
    return list(rows.order_by("-at")[:limit])


def inbox(person: Person) -> "QuerySet[Version]":
    """What waits for approval or publishing, the oldest first."""
    rows = Version.objects.visible_to(person).filter(status__in=[VersionStatus.SUBMITTED, VersionStatus.APPROVED])
    return rows.select_related("article", "author", "edited_by", "approved_by").order_by("status_at", "pk")


def listed(person: Person, day: date, state: str) -> "QuerySet[Version]":
    """Versions by where they stand; `in_force` is what readers are told."""
    rows = Version.objects.visible_to(person)
    match state:
        case "in_force":
            rows = rows.in_force(day)
        case "stale":
            rows = rows.in_force(day).filter(article__is_stale=True)
        case "ended":
            rows = rows.filter(status=VersionStatus.PUBLISHED, days__endswith__lte=day)
        case _:
            rows = rows.filter(status=state)
    return rows.select_related("article__owner", "author", "found_by")


def proposals(person: Person, state: str) -> "QuerySet[Proposal]":
    """Hard questions, the oldest first while they wait."""
    rows = Proposal.objects.visible_to(person).filter(status=state)
    rows = rows.select_related("proposed_by", "status_by", "version__article")
    return rows.order_by("proposed_at" if state == AskStatus.OPEN else "-status_at", "pk")


def unanswered(person: Person, state: str) -> "QuerySet[Unanswered]":
    """Searches in vain, the most frequent first."""
    rows = Unanswered.objects.visible_to(person).filter(status=state)
    return rows.select_related("last_by", "article").order_by("-times", "-last_at", "pk")


def waiting(person: Person, day: date) -> dict[str, int]:
    """How much waits in each inbox of those who write."""
    from hotline.knowledge.queries.due import to_review  # noqa: PLC0415 beside this module

    return {
        "approve": inbox(person).count(),
        "proposals": proposals(person, AskStatus.OPEN).count(),
        "unanswered": unanswered(person, AskStatus.OPEN).count(),
        "stale": to_review(person, day).count(),
    }


def stamps(person: Person, numbers: list[str], day: date) -> dict[str, str]:
    """Which version of these articles is in force: K0042 -> 3."""
    serials = [int(number[1:]) for number in numbers]
    rows = Version.objects.visible_to(person).in_force(day).filter(article__serial__in=serials)
    return {row.article.number: str(row.seq) for row in rows.select_related("article")}


def exam_mark(centre_id: int, kind: str, key: str) -> ExamMark | None:
    """Whether something is exam material."""
    return ExamMark.objects.filter(centre=centre_id, kind=kind, key=key).first()
