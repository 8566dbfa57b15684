"""Something real for every argument of this area's addresses."""

from typing import Any

from hotline.messages.tests.builders import ask
from hotline.people.tests import builders as people


def arguments(town: Any, case: Any) -> dict[str, dict[str, object]]:
    """A text of the town's centre."""
    message = ask(people.system(town.centre), key="matrix")
    return {"messages": {"pk": message.pk, "occasion": "plain", "channel": "sms"}}
