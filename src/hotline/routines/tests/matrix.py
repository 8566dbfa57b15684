"""Something real for every argument of an address of routines."""

from uuid import uuid4

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.routines.models import InstructionFile
from hotline.routines.tests import builders as b


def arguments(town: cases.Town, case: Case) -> dict[str, dict[str, object]]:
    """An instruction to everybody, a duty of it, and a file."""
    row = b.issued(b.chief(town), for_all=True)
    file = InstructionFile.objects.create(
        id=uuid4(), instruction=row, name="通知.pdf", media_type="application/pdf", size=1, sha256="0" * 64, at=b.AT
    )
    duty = row.duties.get(person=town.operator)
    return {
        "routines": {"pk": row.pk, "act": "close", "key": file.pk},
        "routines:remind": {"pk": duty.pk},
        "routines:banner_beside": {"pk": case.pk},
    }
