"""The life of a campaign: made, prepared, started, paused, closed; its script, its dispositions, who works in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.outbound.logic import scripts
from hotline.outbound.logic.line import Line
from hotline.outbound.logic.words import Left, Outcome, Standing, Status
from hotline.outbound.models import Campaign, Crew, Disposition, Record, Script
from hotline.outbound.models.campaigns import CALLS
from hotline.outbound.queries import line, work
from hotline.outbound.services import dialling
from hotline.people.models import Person

CLAUSE = "A3.14"
SET = (
    "name", "purpose", "mode", "first_day", "last_day", "opens", "closes", "on_rest_days", "cap", "most_tries", "goal",
    "daily_goal", "pause_seconds",
)  # fmt: skip
# With what a campaign begins: (name, outcome, try again after so many minutes, the end of the line it stands for).
USUAL: tuple[tuple[str, Outcome, int, str], ...] = (
    ("完成", Outcome.DONE, 0, ""),
    ("拒绝", Outcome.REFUSED, 0, ""),
    ("预约再打", Outcome.LATER, 0, ""),
    ("无人接听", Outcome.RETRY, 120, Line.NO_ANSWER),
    ("占线", Outcome.RETRY, 15, Line.BUSY),
    ("号码有误", Outcome.WRONG, 0, Line.UNKNOWN),
    ("请勿再打", Outcome.BARRED, 0, ""),
    ("接通无人应答", Outcome.DROPPED, 60, ""),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """A way in which calls may end, as its owner sets it; `pk` of one that is there already."""

    place: int
    name: str
    outcome: Outcome
    retry_after: int = 0
    most: int | None = None
    is_active: bool = True
    pk: int | None = None
    line: str = ""  # the end of the line (`logic.line.Line`) for which it is proposed


def locked(campaign_id: int) -> Campaign:
    """Lock a campaign."""
    return Campaign.objects.select_for_update(of=("self",)).select_related("centre", "owner").get(pk=campaign_id)


@transaction.atomic
def make(*, values: Mapping[str, Any], by: Person, at: datetime) -> Campaign:
    """Begin a campaign (A3.14); it stays a draft until it is started. It ends calls in the usual eight ways."""
    authorize(by, "outbound.make_campaign", by.centre)
    campaign = Campaign(centre=by.centre, owner=by, made_at=at, made_by=by)
    _fill(campaign, values, at)
    begin(campaign, Status.DRAFT, by=by, at=at)
    campaign.save(force_insert=True)
    for place, (name, outcome, retry_after, end) in enumerate(USUAL, start=1):
        Disposition.objects.create(
            campaign=campaign, place=place, name=name, outcome=outcome, retry_after=retry_after, line=end
        )
    _tell(campaign)
    return campaign


@transaction.atomic
def change(*, campaign_id: int, values: Mapping[str, Any], by: Person, at: datetime) -> Campaign:
    """Change what is set; a closed campaign stays as it was."""
    campaign = locked(campaign_id)
    authorize(by, "outbound.run_campaign", campaign)
    _still_open(campaign)
    _fill(campaign, values, at)
    campaign.save(update_fields=SET)
    _tell(campaign)
    return campaign


def _fill(campaign: Campaign, values: Mapping[str, Any], at: datetime) -> None:
    for name in SET:
        if name in values:
            setattr(campaign, name, values[name])
    refuse_if(_wrong(campaign, at))


def _wrong(campaign: Campaign, at: datetime) -> list[Refusal]:
    terms = work.terms(at)
    found = []
    opens, closes = campaign.window.within(terms)
    if campaign.opens < terms.earliest or campaign.closes > terms.latest or opens >= closes:
        note = _("Calls may be made from {earliest} to {latest} only.")
        words = {"earliest": f"{terms.earliest:%H:%M}", "latest": f"{terms.latest:%H:%M}", "field": "opens"}
        found.append(Refusal(CLAUSE, note, words))
    if campaign.last_day is not None and campaign.last_day < campaign.first_day:
        found.append(Refusal(CLAUSE, _("The last day lies before the first."), {"field": "last_day"}))
    if campaign.cap > terms.most_cap:
        note = _("At most {most} in a thousand answered calls may be abandoned.")
        found.append(Refusal(CLAUSE, note, {"most": terms.most_cap, "field": "cap"}))
    if not 1 <= campaign.most_tries <= terms.most_tries:
        note = _("Nobody is tried more often than {most} times.")
        found.append(Refusal(CLAUSE, note, {"most": terms.most_tries, "field": "most_tries"}))
    same = Campaign.objects.filter(centre=campaign.centre_id, name=campaign.name).exclude(pk=campaign.pk)
    if not campaign.name.strip() or same.exists():
        found.append(Refusal(CLAUSE, _("Give a name that no other campaign has."), {"field": "name"}))
    return found


def _still_open(campaign: Campaign) -> None:
    if campaign.code is Status.CLOSED:
        raise Refused(Refusal(CLAUSE, _("This campaign is closed; what it was stays as it was.")))


def _tell(campaign: Campaign) -> None:
    live.touch(f"campaign:{campaign.pk}", f"campaigns:{campaign.centre_id}")


@transaction.atomic
def write_script(*, campaign_id: int, text: str, fields: Sequence[scripts.Field], by: Person, at: datetime) -> Script:
    """A new version of what is said and asked. The same again is no new version; answers keep theirs."""
    campaign = locked(campaign_id)
    authorize(by, "outbound.run_campaign", campaign)
    _still_open(campaign)
    if not text.strip():
        raise Refused(Refusal(CLAUSE, _("Write what is said to begin with."), {"field": "text"}))
    before = work.script_of(campaign)
    versions = Script.objects.filter(campaign=campaign)
    used = {one.key for version in versions for one in version.form}
    keyed = scripts.keyed(fields, before.form if before else (), used)
    refuse_if(
        Refusal(CLAUSE, wrong.note, {**wrong.params, "field": wrong.where}) for wrong in scripts.wrong_with(keyed)
    )
    stored = [one.as_data() for one in keyed]
    if before is not None and before.text == text.strip() and before.fields == stored:
        return before
    script = Script.objects.create(
        campaign=campaign, version=before.version + 1 if before else 1, text=text.strip(), fields=stored, made_at=at,
        made_by=by,
    )  # fmt: skip
    _tell(campaign)
    return script


@transaction.atomic
def set_dispositions(*, campaign_id: int, endings: Sequence[Ending], by: Person, at: datetime) -> list[Disposition]:
    """Set in which ways calls may end. One that calls have ended in is not taken away but put out of use."""
    campaign = locked(campaign_id)
    authorize(by, "outbound.run_campaign", campaign)
    _still_open(campaign)
    refuse_if(_wrong_endings(endings))
    rows = {row.pk: row for row in Disposition.objects.select_for_update().filter(campaign=campaign)}
    Disposition.objects.filter(pk__in=rows).update(is_active=False)  # so that keys may change places
    for ending in endings:
        row = rows.get(ending.pk or 0) or Disposition(campaign=campaign)
        used = row.pk is not None and row.attempts.exists()
        if used and row.outcome != ending.outcome:
            note = _("Calls have ended in “{name}”: what it comes to cannot change any more. Add another one.")
            raise Refused(Refusal(CLAUSE, note, {"name": row.name}))
        row.place, row.name, row.outcome = ending.place, ending.name.strip(), ending.outcome.value
        row.retry_after, row.most, row.is_active = ending.retry_after, ending.most, ending.is_active
        row.line = ending.line
        row.save()
    _tell(campaign)
    return work.dispositions(campaign)


def _wrong_endings(endings: Sequence[Ending]) -> list[Refusal]:
    used = [ending for ending in endings if ending.is_active]
    found = []
    places = [ending.place for ending in used]
    if len(set(places)) != len(places):
        found.append(Refusal(CLAUSE, _("Two ways have the same key.")))
    if any(not ending.name.strip() for ending in endings):
        found.append(Refusal(CLAUSE, _("Each way needs a name.")))
    there = {ending.outcome for ending in used}
    for needed, note in (
        (Outcome.DONE, _("There must be a way for a completed call.")),
        (Outcome.RETRY, _("There must be a way for a call that reached nobody.")),
        (Outcome.BARRED, _("There must be a way for somebody who does not want to be called again.")),
    ):
        if needed not in there:
            found.append(Refusal(CLAUSE, note))
    return found


@transaction.atomic
def set_crew(
    *, campaign_id: int, among: Sequence[int], members: Mapping[int, int | None], by: Person, at: datetime
) -> None:
    """Of the people `among`, those in `members` work in the campaign, each with his own daily goal or the usual one.

    Whoever has somebody in hand finishes him first; what he promised goes to everybody.
    """
    campaign = locked(campaign_id)
    authorize(by, "outbound.run_campaign", campaign)
    _still_open(campaign)
    people = Person.objects.filter(pk__in=list(members), centre=campaign.centre_id, is_active=True, is_system=False)
    able = {person.pk: person for person in people if person.standing.is_any(*CALLS)}
    if set(members) - set(able):
        raise Refused(Refusal(CLAUSE, _("Only those who make calls can work in a campaign.")))
    there = {row.person_id: row for row in Crew.objects.select_for_update().filter(campaign=campaign)}
    for pk, goal in members.items():
        row = there.get(pk) or Crew(campaign=campaign, person=able[pk], since=at)
        row.is_active, row.daily_goal = True, goal
        row.save()
    for pk in set(among) - set(members):
        if pk in there and there[pk].is_active:
            _leave(there[pk], at)
    _tell(campaign)


def _leave(crew: Crew, at: datetime) -> None:
    crew.is_active = False
    crew.save(update_fields=["is_active"])
    dialling.end(line.open_stints(crew.campaign).filter(person=crew.person_id), Left.CREW, at)
    Record.objects.filter(campaign=crew.campaign_id, promised_to=crew.person_id, status=Standing.WAITING.value).update(
        promised_to=None
    )


@transaction.atomic
def leave_all(*, person_id: int, by: Person, at: datetime) -> None:
    """Somebody does not work here any more: what he promised goes to everybody who works in the campaign."""
    for crew in Crew.objects.select_related("campaign").filter(person=person_id, is_active=True):
        authorize(by, "outbound.dial_by_program", crew.campaign)
        _leave(crew, at)


@transaction.atomic
def start(*, campaign_id: int, by: Person, at: datetime) -> Campaign:
    """Let calls begin, or go on after a pause. Refused while something is missing."""
    campaign = locked(campaign_id)
    authorize(by, "outbound.run_campaign", campaign)
    refuse_if(_missing(campaign, at))
    move(campaign, Status.RUNNING, by=by, at=at)
    _tell(campaign)
    return campaign


def _missing(campaign: Campaign, at: datetime) -> list[Refusal]:
    found = []
    if work.script_of(campaign) is None:
        found.append(Refusal(CLAUSE, _("Write its script first.")))
    if not Record.objects.filter(campaign=campaign).exists():
        found.append(Refusal(CLAUSE, _("Take a list in first.")))
    if not Crew.objects.filter(campaign=campaign, is_active=True).exists():
        found.append(Refusal(CLAUSE, _("Say first who works in it.")))
    if work.opening(campaign, at) is None:
        found.append(Refusal(CLAUSE, _("By its days and hours nobody could ever be called.")))
    return found


@transaction.atomic
def pause(*, campaign_id: int, note: str = "", by: Person, at: datetime) -> Campaign:
    """Nobody new is called; whoever is in hand is finished."""
    campaign = locked(campaign_id)
    authorize(by, "outbound.run_campaign", campaign)
    move(campaign, Status.PAUSED, by=by, at=at, note=note.strip())
    dialling.end(line.open_stints(campaign), Left.NOT_RUNNING, at)
    _tell(campaign)
    return campaign


@transaction.atomic
def close(*, campaign_id: int, note: str = "", by: Person, at: datetime) -> Campaign:
    """End a campaign for good. What was promised stays owed: it stands in the ledger of promises (A2.16)."""
    campaign = locked(campaign_id)
    authorize(by, "outbound.run_campaign", campaign)
    if Record.objects.filter(campaign=campaign, status=Standing.TAKEN.value).exists():
        raise Refused(Refusal(CLAUSE, _("Somebody is still being called: pause it, and close it when he is finished.")))
    move(campaign, Status.CLOSED, by=by, at=at, note=note.strip())
    dialling.end(line.open_stints(campaign), Left.NOT_RUNNING, at)
    _tell(campaign)
    return campaign
