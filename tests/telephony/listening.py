"""What somebody hears: an ear of the test's own at a line of Asterisk, and which tones are in it."""

import asyncio
import wave
from itertools import count
from pathlib import Path

import numpy as np

from hotline.acd.ari import Ari, part
from hotline.acd.exchange.instance import Instance
from hotline.telephony.logic import sound

TONES = {"caller": 440, "person": 880, "colleague": 1320, "outside": 1760}
HEARD = 60  # thousandths of what one hears: from here on somebody's tone is in it
LONG = 0.7  # seconds
WRITTEN = 10  # seconds within which what was heard is a whole file
APP = "ears"
_numbers = count(1)


async def hears(instance: Instance, home: Path, channel: str, way: str = "out") -> set[str]:
    """Whose tones go out to a line, or come in from it, during a moment.

    A whisper is mixed in behind the ear on the way out; a telephone that echoes gives it back on the way in.
    """
    ari = Ari(instance.address, APP, instance.ari_user, instance.ari_password)
    await ari.open(10)
    name = f"ear{next(_numbers)}"
    try:
        query = {"spy": way, "app": APP}
        await ari.ask("POST", f"channels/{part(channel)}/snoop/{name}", query)
        async for event in ari.events():
            if event["type"] == "StasisStart" and event["channel"]["id"] == name:
                break
        await ari.ask("POST", f"channels/{name}/record", {"name": name, "format": "wav", "ifExists": "overwrite"})
        await asyncio.sleep(LONG)
        await ari.ask("POST", f"recordings/live/{name}/stop")
        async with asyncio.timeout(WRITTEN):
            async for event in ari.events():
                if event["type"] == "RecordingFinished" and event["recording"]["name"] == name:
                    break
        await ari.attempt("DELETE", f"channels/{name}")
    finally:
        await ari.close()
    path = home / "spool" / "recording" / f"{name}.wav"
    with wave.open(str(path), "rb") as source:
        heard = np.frombuffer(source.readframes(source.getnframes()), dtype=np.int16)
    path.unlink()
    return {tone for tone, hertz in TONES.items() if sound.energy(heard, hertz) > HEARD}
