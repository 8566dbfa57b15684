"""Sound as numbers: two sides into one file, and how loud it is over time. Pure."""

import numpy as np
import numpy.typing as npt

RATE = 8000
STRETCHES = 240  # of the drawn wave
FULL = 32768
FRAME = 160  # 20 ms
HUM = 60  # of 32768: quieter than this is silence

Side = npt.NDArray[np.int16]


def stereo(left: Side, right: Side) -> Side:
    """Two sides as one, the shorter filled with silence: (samples, 2)."""
    length = max(left.size, right.size)
    both = np.zeros((length, 2), dtype=np.int16)
    both[: left.size, 0] = left
    both[: right.size, 1] = right
    return both


def loudness(both: Side) -> list[list[int]]:
    """Pairs of 0 to 100, one a stretch: the root of the loudest moment of each side, so that speech can be seen."""
    count = min(STRETCHES, len(both))
    if not count:
        return []
    peaks = [np.abs(part.astype(np.int32)).max(axis=0) for part in np.array_split(both, count)]
    return [[_scaled(int(left)), _scaled(int(right))] for left, right in peaks]


def _scaled(peak: int) -> int:
    return int((peak * 10_000 // FULL) ** 0.5)


def energy(side: Side, hertz: int) -> int:
    """How much of a tone a side holds, in thousandths of its whole energy (for tests of who hears whom)."""
    if not side.size:
        return 0
    values = side.astype(np.float64)
    spectrum = np.abs(np.fft.rfft(values)) ** 2
    at = np.fft.rfftfreq(side.size, 1 / RATE)
    whole = spectrum[at > 50].sum()
    near = spectrum[np.abs(at - hertz) < 15].sum()
    return int(near * 1000 / whole) if whole > 0 else 0


def voiced(side: Side) -> int:
    """In how much of the time something is heard, in thousandths: stretches of 20 ms louder than the hum of a line."""
    frames = side.size // FRAME
    if not frames:
        return 0
    loud = np.abs(side[: frames * FRAME].astype(np.int32)).reshape(frames, FRAME).mean(axis=1) > HUM
    return int(loud.sum()) * 1000 // frames
