"""The ACD on the simulated exchange, as `bench/board` runs it: so many calls a second, nobody real at any telephone."""

import asyncio
import random
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path


def main() -> None:
    """Lead the centre that was named, with its lines kept in the folder that was named."""
    import django  # noqa: PLC0415 the address of the database stands in the environment

    django.setup()
    from hotline.acd.runner import Runner  # noqa: PLC0415
    from hotline.acd.simulated.exchange import Caller  # noqa: PLC0415
    from hotline.acd.simulated.switch import Simulated  # noqa: PLC0415
    from hotline.config.management.commands.acd import Command, lead  # noqa: PLC0415
    from hotline.people.queries import system_person  # noqa: PLC0415

    code, name, rate = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    pick, second = random.Random("board"), timedelta(seconds=1)  # noqa: S311 nothing to hide

    def callers(since: datetime, until: datetime) -> Iterable[Caller]:
        at = since + pick.expovariate(rate) * second
        while at <= until:
            talk = pick.uniform(20, 70) * second
            yield Caller(f"b-{at.timestamp():.6f}", at, f"1390{pick.randrange(10**7):07}", "12319", 90 * second, talk)
            at += pick.expovariate(rate) * second

    centre = Command().centre(code)
    switch = Simulated(name / "lines.json", "board", callers, lambda _person: False)
    asyncio.run(lead(Runner(centre, system_person(centre), switch, name)))


if __name__ == "__main__":
    main()
