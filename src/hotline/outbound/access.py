"""Who may do what with campaigns, the people on their lists, and the list of those who must not be called."""

from hotline.core.access import permission
from hotline.outbound.models import Campaign, Crew, DoNotCall, Record
from hotline.outbound.models.campaigns import CALLS, LEADS, OWNS, WATCHES
from hotline.people.models import Centre, Person
from hotline.people.queries import has_signed


def _here(person: Person, campaign: Campaign) -> bool:
    return person.centre_id == campaign.centre_id


@permission("outbound.view_list")
def views_list(person: Person) -> bool:
    """Those who lead or judge."""
    return person.standing.is_any(*WATCHES)


@permission("outbound.view_campaign")
def views_campaign(person: Person, campaign: Campaign) -> bool:
    """Agrees with Campaign.objects.visible_to."""
    return Campaign.objects.visible_to(person).filter(pk=campaign.pk).exists()


@permission("outbound.view_progress")
def views_progress(person: Person) -> bool:
    """A2.8: everybody who works in campaigns sees their progress; which ones, `visible_to` says."""
    return person.standing.is_any(*WATCHES, *CALLS)


@permission("outbound.make_campaign")
def makes_campaign(person: Person, centre: Centre | None = None) -> bool:
    """Those who lead a team, a shift or the centre."""
    return (centre is None or centre.pk == person.centre_id) and person.standing.is_any(*OWNS)


@permission("outbound.run_campaign")
def runs_campaign(person: Person, campaign: Campaign) -> bool:
    """Its owner while he leads somebody, and those who lead the centre."""
    if not _here(person, campaign):
        return False
    return person.standing.is_any(*LEADS) or (campaign.owner_id == person.pk and person.standing.is_any(*OWNS))


@permission("outbound.open_work")
def opens_work(person: Person) -> bool:
    """Whoever may make calls."""
    return person.standing.is_any(*CALLS)


@permission("outbound.call")
def calls(person: Person, campaign: Campaign) -> bool:
    """Whoever works in the campaign and has signed to keep customers' secrets (A2.14)."""
    works = Crew.objects.filter(campaign=campaign.pk, person=person.pk, is_active=True).exists()
    return _here(person, campaign) and works and person.standing.is_any(*CALLS) and has_signed(person)


@permission("outbound.view_record")
def views_record(person: Person, record: Record) -> bool:
    """Agrees with Record.objects.visible_to."""
    return Record.objects.visible_to(person).filter(pk=record.pk).exists()


@permission("outbound.reveal")
def reveals(person: Person, record: Record) -> bool:
    """Whoever has him in hand, and those who run the campaign; programs never, and each look is logged (A3.6)."""
    if person.is_system or not has_signed(person):
        return False
    return record.taken_by_id == person.pk or runs_campaign(person, record.campaign)


@permission("outbound.export")
def exports(person: Person, campaign: Campaign) -> bool:
    """Those who run it, under an undertaking to keep secrets."""
    return runs_campaign(person, campaign) and has_signed(person)


@permission("outbound.dial_by_program")
def dials_by_program(person: Person, campaign: Campaign) -> bool:
    """The program that dials for whoever waits, and takes back what was left in somebody's hands."""
    return bool(person.is_system) and _here(person, campaign)


@permission("outbound.view_barred")
def views_barred(person: Person) -> bool:
    """Whoever leads, judges or makes calls knows who must not be called."""
    return person.standing.is_any(*WATCHES, *CALLS)


@permission("outbound.view_do_not_call")
def views_one_barred(person: Person, row: DoNotCall) -> bool:
    """Agrees with DoNotCall.objects.visible_to."""
    return person.centre_id == row.centre_id and views_barred(person)


@permission("outbound.bar")
def bars(person: Person, centre: Centre | None = None) -> bool:
    """Whoever talks with people must be able to write at once that they are not to be called."""
    return (centre is None or centre.pk == person.centre_id) and person.standing.is_any(*CALLS, *OWNS)


@permission("outbound.lift")
def lifts(person: Person, row: DoNotCall | None = None) -> bool:
    """Those who answer for the whole centre, and nobody else."""
    return (row is None or row.centre_id == person.centre_id) and person.standing.is_any(*LEADS)
