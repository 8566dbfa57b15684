"""Hours and the four formulas, by examples."""

from datetime import date, datetime, time, timedelta
from fractions import Fraction

import numpy as np
import pytest

from hotline.kernel.workclock import ZONE
from hotline.telephony.logic import sound
from hotline.telephony.logic.hours import Hours
from hotline.telephony.logic.service_level import SERVICE_LEVEL, Tally

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("opens", "closes", "clock", "open_now"),
    [
        (time(8, 30), time(22, 0), time(8, 29, 59), False),
        (time(8, 30), time(22, 0), time(8, 30), True),
        (time(8, 30), time(22, 0), time(22, 0), False),
        (time(22, 0), time(6, 0), time(23, 0), True),
        (time(22, 0), time(6, 0), time(6, 0), False),
        (None, None, time(3, 0), True),
    ],
)
def test_hours_by_the_wall_clock(opens, closes, clock, open_now):
    assert Hours(opens, closes).open_at(datetime.combine(DAY, clock, ZONE)) is open_now


@pytest.mark.parametrize(
    ("clock", "closes"),
    [
        (time(21, 59), datetime.combine(DAY, time(22), ZONE)),
        (time(22, 0), datetime.combine(DAY + timedelta(days=1), time(22), ZONE)),
    ],
)
def test_the_next_moment_at_which_a_queue_closes(clock, closes):
    at = datetime.combine(DAY, clock, ZONE)
    assert Hours(time(8), time(22)).closes_after(at) == closes
    assert Hours().closes_after(at) is None


def test_four_formulas_of_the_printed_example():
    """100 offered, 90 answered of which 70 in time, 10 hung up of which 4 in time."""
    of = Tally(answered_within=70, answered_late=20, abandoned_within=4, abandoned_late=6)
    shares = {code: dated.on(DAY).share(of) for code, dated in SERVICE_LEVEL.items()}
    assert shares == {"F1": Fraction(74, 100), "F2": Fraction(70, 90), "F3": Fraction(70, 100), "F4": Fraction(70, 96)}
    assert all(dated.on(DAY).share(Tally()) is None for dated in SERVICE_LEVEL.values())


def test_two_sides_become_one_and_their_loudness_is_seen():
    left = np.full(8000, 16384, dtype=np.int16)
    both = sound.stereo(left, np.zeros(4000, dtype=np.int16))
    assert both.shape == (8000, 2)
    wave = sound.loudness(both)
    assert len(wave) == sound.STRETCHES
    assert wave[0] == [70, 0]
    assert sound.loudness(both[:0]) == []


def test_a_tone_is_found_where_it_is():
    at = np.arange(8000) / sound.RATE
    tone = (10_000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)
    assert sound.energy(tone, 440) > 950
    assert sound.energy(tone, 880) < 50
    assert sound.energy(tone[:0], 440) == 0
