"""The ACD of a centre on the simulated exchange, as a journey runs it: `python -m ... CENTRE FOLDER`."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

CALLERS = "callers"


def main() -> None:
    """Lead the centre that was named."""
    import django  # noqa: PLC0415 the address of the database stands in the environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.config.settings")
    django.setup()
    from hotline.acd.runner import Runner  # noqa: PLC0415
    from hotline.acd.simulated.exchange import Caller  # noqa: PLC0415
    from hotline.acd.simulated.switch import Simulated  # noqa: PLC0415
    from hotline.config.management.commands.acd import Command, lead  # noqa: PLC0415
    from hotline.people.queries import system_person  # noqa: PLC0415

    code, folder = sys.argv[1], Path(sys.argv[2])
    known: set[str] = set()
    second = timedelta(seconds=1)

    def callers(since: datetime, _until: datetime) -> Iterable[Caller]:
        for line in (folder / CALLERS).read_text().splitlines():
            row = json.loads(line)
            if row["call"] not in known:
                known.add(row["call"])
                times = (row["waits"] * second, row["talks"] * second)
                yield Caller(row["call"], since, row["number"], row["dialled"], *times)

    centre = Command().centre(code)
    switch = Simulated(folder / "lines.json", code, callers, lambda _person: True)
    asyncio.run(lead(Runner(centre, system_person(centre), switch, folder)))


if __name__ == "__main__":
    main()
