"""What a killed supervisor has started ends with it, whatever it is doing: `python -m hotline.config.remains MARK …`.

Every part is told when the supervisor dies (`serve.Supervisor.start`); one that was just starting, or whose head had
died before, may not hear it. This waits at the end of a pipe from the supervisor, gives the parts their time to stop,
and kills what is left of them; never what another supervisor has started meanwhile.
"""

import contextlib
import os
import signal
import sys
import time

from hotline.config import serve


def main(marks: list[str]) -> None:
    """Wait for the end of the supervisor, then for its parts."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    left = {(mark, pid) for mark in marks for pid in serve.processes_of(mark)}
    until = time.monotonic() + serve.GRACE
    while left and time.monotonic() < until:
        time.sleep(0.2)
        left &= {(mark, pid) for mark in marks for pid in serve.processes_of(mark)}
    for _mark, pid in left:
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
