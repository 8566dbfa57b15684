"""The ACD as `bench/acd` runs it: as ever, or `--mute`, without voices (there are none to record without media)."""

import asyncio
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotline.acd.switch import Switch


def main() -> None:
    """Lead the centre that was named on the instance that was named."""
    import django  # noqa: PLC0415 the address of the database stands in the environment

    django.setup()
    from hotline.acd import scribe  # noqa: PLC0415
    from hotline.acd.runner import Runner  # noqa: PLC0415
    from hotline.config import telephony  # noqa: PLC0415
    from hotline.config.management.commands.acd import Command, lead  # noqa: PLC0415
    from hotline.people.queries import system_person  # noqa: PLC0415

    code, name = sys.argv[1:3]
    command = Command()
    centre = command.centre(code)
    switch: Switch = command.asterisk(name, centre)
    if "--mute" in sys.argv:
        _mute(switch)
    by = system_person(centre)
    asyncio.run(lead(Runner(centre, by, switch, telephony.top(), scribe=scribe.begin(centre, by))))


def _mute(switch: "Switch") -> None:
    """Nothing is recorded, and nothing is entered as being recorded."""

    switch.simulated = True
    switch._taper.record_sides = lambda *_words: None  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
