"""`./run bench [--keep] [name …]`: each benchmark in a process and a database of its own."""

import argparse
import os
import subprocess
import sys
from contextlib import nullcontext
from importlib import import_module

from bench import house

NAMES = (
    "cases",
    "lists",
    "duplicates",
    "desk",
    "serving",
    "fuzz",
    "knowledge",
    "assessment",
    "forecast",
    "staffing",
    "rosters",
    "centre",
    "acd",
    "board",
    "start",
)
# Whose database a benchmark looks at: with --keep the million cases are made once for both.
LOOKS_AT = {"duplicates": "lists"}
PURE = frozenset({"forecast", "staffing", "rosters", "centre", "start"})  # need no database
TAKES = {"instances": {"rosters"}, "seconds": {"rosters", "centre"}}  # which benchmark knows which option


def main() -> int:
    """Run the benchmarks that were asked for, all without a name."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure speed beside a peer or a limit.")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--keep", action="store_true", help="leave the database, and use the one that was left")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and rows, to try the benchmark itself")
    parser.add_argument("--instances", help="of rosters: which published ones, such as 1-8 or 2,5")
    parser.add_argument("--seconds", type=float, help="of rosters and centre: for each instance")
    options = parser.parse_args()
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    names = options.names or list(NAMES)
    settings = {name: getattr(options, name) for name in TAKES if getattr(options, name) is not None}
    for name in settings:
        if not set(names) <= TAKES[name]:
            parser.error(f"--{name} is for {', '.join(sorted(TAKES[name]))} alone")
    if len(names) > 1:
        flags = [f"--{flag}" for flag in ("keep", "quick") if getattr(options, flag)]
        flags += [f"--{name}={value}" for name, value in settings.items()]
        codes = [
            subprocess.run([sys.executable, "-m", "bench", *flags, name], check=False).returncode for name in names
        ]
        return max(codes)
    os.environ.setdefault("HOTLINE_LOG_LEVEL", "ERROR")
    with nullcontext() if names[0] in PURE else house.database(LOOKS_AT.get(names[0], names[0]), keep=options.keep):
        house.say(f"== {names[0]}: {house.machine()}")
        import_module(f"bench.{names[0]}").run(quick=options.quick, **settings)
        house.say(f"   afterwards: {house.machine()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
