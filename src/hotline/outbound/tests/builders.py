"""A small centre with a campaign, made through the services; time is always given."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from hotline.cases.tests import builders as cases
from hotline.outbound.logic.scripts import Field
from hotline.outbound.logic.words import Kind, Mode, Outcome
from hotline.outbound.models import Campaign, Disposition, Record
from hotline.outbound.services import campaigns, lists, work
from hotline.people.models import Centre, Person, Position
from hotline.people.tests import builders as people

DAY, NINE, SECOND, MINUTE, HOUR = cases.DAY, cases.NINE, cases.SECOND, cases.MINUTE, cases.HOUR
FIELDS = (
    Field("", "是否满意", Kind.CHOICE, required=True, options=("满意", "一般", "不满意")),
    Field("", "年龄", Kind.NUMBER, least=18, most=99),
    Field("", "愿意再次接受回访", Kind.YES_NO),
    Field("", "意见", Kind.LONG),
)
SETTINGS: dict[str, Any] = {
    "name": "文明城市满意度回访",
    "purpose": "了解市民对城市管理的满意度",
    "mode": Mode.PREVIEW,
    "first_day": date(2026, 3, 2),
    "last_day": date(2026, 3, 31),
    "opens": time(9),
    "closes": time(20),
    "on_rest_days": False,
    "cap": 30,
    "most_tries": 3,
    "goal": 100,
    "daily_goal": 5,
}


@dataclass
class House:
    """A team leader who owns a campaign, and two agents of his team who work in it."""

    centre: Centre
    owner: Person
    agent: Person
    second: Person
    supervisor: Person
    campaign: Campaign
    endings: dict[Outcome, Disposition] = field(default_factory=dict)

    @property
    def system(self) -> Person:
        """The program."""
        return people.system(self.centre)

    def records(self) -> list[Record]:
        """Everybody on the lists."""
        return list(Record.objects.filter(campaign=self.campaign).order_by("pk"))


def numbers(count: int, start: int = 0) -> bytes:
    """A list of so many people."""
    rows = [f"市民{one},1390000{one:04},小区{one % 3}" for one in range(start, start + count)]
    return "\n".join(["姓名,电话,小区", *rows]).encode()


def house(count: int = 6, *, start: bool = True, at: datetime = NINE, **settings: Any) -> House:
    """A centre with a campaign of so many people, running."""
    centre = people.centre()
    team = people.unit(centre)
    owner = people.person(position=Position.TEAM_LEADER, unit=team)
    agent, second = (people.person(position=Position.AGENT, unit=team) for _ in range(2))
    supervisor = people.person(centre, position=Position.CENTRE_SUPERVISOR)
    campaign = campaigns.make(values={**SETTINGS, **settings}, by=owner, at=at)
    of = House(centre, owner, agent, second, supervisor, campaign)
    campaigns.write_script(campaign_id=campaign.pk, text="您好，这里是城市管理热线。", fields=FIELDS, by=owner, at=at)
    if count:
        lists.take_in(campaign_id=campaign.pk, name="名单.csv", content=numbers(count), by=owner, at=at)
    crew = {agent.pk: None, second.pk: 8}
    campaigns.set_crew(campaign_id=campaign.pk, among=list(crew), members=crew, by=owner, at=at)
    if start:
        campaigns.start(campaign_id=campaign.pk, by=owner, at=at)
    of.campaign = Campaign.objects.get(pk=campaign.pk)
    of.endings = {Outcome(row.outcome): row for row in Disposition.objects.filter(campaign=campaign).order_by("-place")}
    return of


def taken(of: House, by: Person | None = None, at: datetime = NINE) -> Record:
    """Somebody in hand."""
    found = work.take_next(campaign_id=of.campaign.pk, by=by or of.agent, at=at)
    assert found is not None
    return found


def called(of: House, outcome: Outcome, by: Person | None = None, at: datetime = NINE, **said: Any) -> Record:
    """The next one, dialled, and what came of it."""
    record = taken(of, by, at)
    return finished(of, record, outcome, by, at, **said)


def finished(
    of: House, record: Record, outcome: Outcome, by: Person | None = None, at: datetime = NINE, **said: Any
) -> Record:
    """Dial somebody in hand and say what came of it."""
    person = by or of.agent
    work.dial(record_id=record.pk, by=person, at=at)
    if outcome is Outcome.DONE:
        said.setdefault("typed", {"f1": ["满意"]})
    told = work.Said(disposition=of.endings[outcome].pk, **said)
    return work.settle(record_id=record.pk, said=told, by=person, at=at + MINUTE)
