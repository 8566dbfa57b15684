"""The files of cases: drawn photographs where the standard asks for them, and proofs for waivers."""

from datetime import datetime

from hotline.cases.models import Attachment, Case, FileKind, PhotoRule
from hotline.cases.services import files, waivers
from hotline.config.demo import pictures
from hotline.config.demo.world import World
from hotline.people.models import Person

NAMES = {
    FileKind.NEAR: "近景",
    FileKind.FAR: "远景",
    FileKind.BEFORE: "处置前",
    FileKind.AFTER: "处置后",
    FileKind.EVIDENCE: "情况说明",
}
BEFORE = {FileKind.NEAR, FileKind.FAR, FileKind.BEFORE}


def attach(world: World, case: Case, kind: FileKind, by: Person, at: datetime) -> Attachment:
    """A photograph of the case's place."""
    category = case.category.code if case.category else "C0201"
    variant = world.dice(case.number, "street").randrange(pictures.VARIANTS)
    return files.attach(
        case_id=case.pk,
        kind=kind,
        name=f"{NAMES[kind]}.jpg",
        content=pictures.picture(category, is_after=kind is FileKind.AFTER, variant=variant),
        by=by,
        at=at,
        latitude=case.latitude,
        longitude=case.longitude,
    )


def kinds_of(case: Case) -> set[str]:
    """Which kinds of files a case has."""
    return set(Attachment.objects.filter(case=case).values_list("kind", flat=True))


def missing(case: Case, *, done: bool) -> list[FileKind]:
    """The photographs that closing will ask for and that are not there; `done` once there is something to show."""
    rule = case.condition.photos if case.condition else PhotoRule.NONE
    if rule == PhotoRule.NONE:
        return []
    there = kinds_of(case)
    found = []
    if rule == PhotoRule.BEFORE_AFTER and not there & BEFORE:
        found.append(FileKind.BEFORE)
    if done and FileKind.AFTER not in there:
        found.append(FileKind.AFTER)
    return found


def complete(world: World, case: Case, by: Person, at: datetime) -> int:
    """Add what is missing; the version of the case afterwards."""
    wanted = missing(case, done=True)
    for kind in wanted:
        attach(world, case, kind, by, at)
    return case.version + len(wanted)


def ask_waiver(world: World, holding_id: int, case_id: int, code: str, reason: str, by: Person, at: datetime) -> int:
    """Ask for a waiver with a proof; its key."""
    case = Case.objects.select_related("category").get(pk=case_id)
    proof = attach(world, case, FileKind.EVIDENCE, by, at)
    waiver = waivers.ask_waiver(
        holding_id=holding_id, reason_code=code, reason=reason, evidence_id=proof.pk, by=by, at=at
    )
    return waiver.pk


def decide_waiver(world: World, waiver_id: int, by: Person, at: datetime) -> None:
    """Approve most; refuse some with a word."""
    approve = world.dice(waiver_id, "waiver").randrange(100) < 70
    waivers.decide_waiver(
        waiver_id=waiver_id, approve=approve, note="" if approve else "通话录音显示没有等待，不予扣除。", by=by, at=at
    )
