"""Drafts: what a person types is kept by form, so that nothing typed is ever lost."""

import json
import re
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from hotline.cases.models import Draft
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person

MOST_BYTES = 64_000
MOST_DRAFTS = 200
KEY = re.compile(r"[0-9A-Za-z:_-]{1,60}")  # "new", "case:17", a case number
CLAUSE = "cases.draft"


@transaction.atomic
def keep_draft(*, key: str, data: Mapping[str, object], by: Person, at: datetime) -> Draft:
    """Keep what stands in a form now, in place of what stood there; the oldest drafts go when there are too many."""
    authorize(by, "cases.keep_draft")
    _check(key, data)
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # drafts of a person one after another
    kept, _made = Draft.objects.update_or_create(person=by, key=key, defaults={"data": dict(data), "at": at})
    surplus = Draft.objects.filter(person=by).order_by("-at", "-pk").values("pk")[MOST_DRAFTS:]
    Draft.objects.filter(pk__in=list(surplus.values_list("pk", flat=True))).delete()
    return kept


@transaction.atomic
def drop_draft(*, key: str, by: Person, at: datetime) -> bool:
    """Forget a draft whose form was sent; whether there was one."""
    authorize(by, "cases.keep_draft")
    return Draft.objects.filter(person=by, key=key).delete()[0] > 0


def _check(key: str, data: Mapping[str, object]) -> None:
    """A key is one short word; data are JSON that a form can hold and the database can keep."""
    if not KEY.fullmatch(key):
        raise Refused(Refusal(CLAUSE, _("A draft has no such name.")))
    try:
        written = json.dumps(dict(data), allow_nan=False)
        size = len(json.dumps(dict(data), ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError) as bad:
        raise Refused(Refusal(CLAUSE, _("A draft holds words and numbers only."))) from bad
    if size > MOST_BYTES:
        note = _("The draft is larger than {most} KB and was not kept.")
        raise Refused(Refusal(CLAUSE, note, {"most": MOST_BYTES // 1000}))
    if "\\u0000" in written:  # the one sign that the database has no place for
        raise Refused(Refusal(CLAUSE, _("A draft holds words and numbers only.")))
