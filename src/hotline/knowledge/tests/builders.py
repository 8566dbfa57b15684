"""A centre that knows something, made through the services; time is always given."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hotline.knowledge.models import Kind, Version
from hotline.knowledge.services import articles
from hotline.people.models import Centre, Person, Position
from hotline.people.tests import builders as people

DAY = date(2026, 3, 9)  # a Monday
NINE = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # 09:00 in the centre
MINUTE, DAYS = timedelta(minutes=1), timedelta(days=1)


@dataclass
class House:
    """Who reads, writes and approves."""

    centre: Centre
    reader: Person
    writer: Person
    leader: Person
    trainer: Person
    clerk: Person

    @property
    def system(self) -> Person:
        """The program that acts for the centre."""
        return people.system(self.centre)


def house() -> House:
    """A centre with one of each."""
    centre = people.centre()
    return House(
        centre=centre,
        reader=people.person(centre, position=Position.OPERATOR),
        writer=people.person(centre, position=Position.QUALITY),
        leader=people.person(centre, position=Position.SHIFT_LEADER),
        trainer=people.person(centre, position=Position.TRAINER),
        clerk=people.person(centre, position=Position.DEPARTMENT_CLERK),
    )


def text(
    title: str = "井盖不见了怎么处理", body: str = "先问清位置，再通知供排水公司围挡。", **more: Any
) -> articles.Text:
    """What an article says."""
    return articles.Text(title=title, body=body, **more)


def draft(of: House, said: articles.Text | None = None, *, kind: str = Kind.QA, at: datetime = NINE) -> Version:
    """A draft of the writer."""
    return articles.draft_article(kind=kind, text=said or text(), by=of.writer, at=at)


def approved(of: House, version: Version, at: datetime = NINE) -> Version:
    """The version, submitted by the writer and approved by the shift leader."""
    articles.submit(version_id=version.pk, by=of.writer, at=at)
    return articles.approve(version_id=version.pk, by=of.leader, at=at)


def published(of: House, said: articles.Text | None = None, *, kind: str = Kind.QA, at: datetime = NINE) -> Version:
    """An article that everybody reads."""
    version = approved(of, draft(of, said, kind=kind, at=at), at)
    return articles.publish(version_id=version.pk, by=of.leader, at=at)
