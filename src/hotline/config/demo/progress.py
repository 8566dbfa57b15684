"""A bar in the terminal while something long is built; plain lines where there is no terminal."""

import sys
import time
from dataclasses import dataclass, field

WIDTH = 32
EVERY = 0.1  # seconds between two drawings in a terminal
EVERY_LINE = 5.0  # seconds between two lines elsewhere


@dataclass(slots=True)
class Bar:
    """What is being done, and how much of it is over."""

    label: str
    begun: float = field(default_factory=time.monotonic)
    drawn: float = 0.0

    def show(self, share: float, words: str = "", *, done: bool = False) -> None:
        """Draw, not too often."""
        terminal, now = sys.stderr.isatty(), time.monotonic()
        if not done and now - self.drawn < (EVERY if terminal else EVERY_LINE):
            return
        self.drawn = now
        share = min(max(share, 0), 1)
        full = round(share * WIDTH)
        line = (
            f"hotline: {self.label} [{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%} {now - self.begun:5.1f} s {words}"
        )
        sys.stderr.write(f"\r{line}\x1b[K" if terminal else f"{line}\n")
        if terminal and done:
            sys.stderr.write("\n")
        sys.stderr.flush()

    def end(self, words: str = "") -> None:
        """It is done."""
        self.show(1, words, done=True)
