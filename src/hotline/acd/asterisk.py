"""Asterisk as a switch: the ACD's orders in its language, its events in ours."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from structlog import get_logger

from hotline.acd.ari import Ari, AriError, part
from hotline.acd.broken import Broken
from hotline.acd.directory import Directory
from hotline.acd.engine import messages as m
from hotline.acd.exchange.instance import Instance
from hotline.acd.lines import (
    BRIDGE,
    EAR,
    KEEP_EVERY,
    KEEP_FOR,
    LEG,
    LISTENS_FOR,
    OUT,
    SNOOP,
    SPY,
    VOICE,
    Line,
    account_of,
    arrived,
    end_of,
    moment_of,
    voice_of,
    why_of,
)
from hotline.acd.parties import Parties
from hotline.acd.probing import PROBE, AsteriskProbes, answered, over
from hotline.acd.speaking import Speaking
from hotline.acd.switch import Alive, Back, Deposed, Heard, Lost, Probes, Telephone, Told, call_of
from hotline.acd.taping import Taper
from hotline.acd.watch import Watch
from hotline.telephony.logic.calling import dialled
from hotline.telephony.logic.words import OfferEnd

log = get_logger()
MOST_ENDED = 1000


class Asterisk(Speaking):
    """A switch over ARI."""

    name = "asterisk"
    simulated = False

    def __init__(self, instance: Instance, home: Path, number_of: Callable[[], str] = str) -> None:
        """`number_of` says the centre's own number, which others see when they are called; "": none."""
        super().__init__(home)
        self._instance = instance
        self._number_of = number_of
        self._shown = instance.caller_id
        self._ari = Ari(instance.address, instance.app, instance.ari_user, instance.ari_password)
        self._lines: dict[str, Line] = {}
        self._directory = Directory(self._ari, instance.app)
        self._started: dict[str, asyncio.Event] = {}
        self._ended: dict[str, bool] = {}  # lines that ended by themselves (False): nobody need hang them up
        self._broken = Broken(self._ari, self._directory, self._ended)
        self._watch = Watch(self._ari, home, [trunk.match for trunk in instance.trunks])
        self._always: list[asyncio.Task[None]] = []
        self._made: set[asyncio.Task[Any]] = set()
        self._own: asyncio.Queue[Told | None] = asyncio.Queue()  # None: the line was lost
        self._taper = Taper(
            self._ari, instance.app, self._started, home / "spool" / "recording", self._later, self._tell
        )
        self._parties = Parties(self._ari, instance.app, self._started, self._taper.record_both)
        self.probes: Probes | None = AsteriskProbes(self._ari, instance, self._taper.record_sides)

    # ------------------------------------------------------------ listening

    async def open(self) -> None:
        """Connect, and say which events are wanted."""
        await self._ari.open()
        self._always = self._always or [
            asyncio.create_task(self._keep_waiting()),
            asyncio.create_task(self._watch.run()),
        ]

    async def heard(self) -> AsyncIterator[Told]:
        """Events in our words; when the line is lost it is found again."""
        while True:
            reading = asyncio.create_task(self._read())
            reading.add_done_callback(lambda _done: self._own.put_nowait(None))
            try:
                while (told := await self._own.get()) is not None:
                    yield told
                reading.result()
            finally:
                reading.cancel()
            yield Told(Lost())
            await self._ari.open()
            self._watch.forget()
            yield Told(Back())

    async def _read(self) -> None:
        async for event in self._ari.events():
            if event["type"] == "ApplicationReplaced":
                raise Deposed
            for heard in self._told(event):
                self._own.put_nowait(Told(heard, moment_of(event)))

    def _tell(self, heard: Heard) -> None:
        """Something that no event of the exchange tells of."""
        self._own.put_nowait(Told(heard))

    def _told(self, event: dict[str, Any]) -> list[Heard]:
        kind, channel = event["type"], event.get("channel") or {}
        key = channel.get("id", "")
        match kind:
            case "StasisStart":
                return self._began(key, channel, event.get("args") or [])
            case "StasisEnd" | "ChannelDestroyed":
                return self._over(key, int(event.get("cause", 16)), kind, account_of(channel))
            case "ChannelStateChange" if key.startswith(LEG) and channel.get("state") == "Ringing":
                return [m.OfferRings(key.removeprefix(LEG))]
            case "ChannelDtmfReceived" if key in self._lines:
                return [m.KeyPressed(self._lines[key].call, event["digit"])]
            case "PlaybackFinished" | "RecordingFinished" | "RecordingFailed":
                played = event.get("playback")
                return self._spoken(played) if played else list(self._taper.ended(event["recording"]["name"]))
            case "EndpointStateChange" | "PeerStatusChange" | "ContactStatusChange":
                endpoint = event.get("endpoint") or {}
                person = self._directory.persons.get(endpoint.get("resource", ""))
                if person is not None and person not in self._directory.fixed:
                    self._later(self._reach(person))
        return []

    def _began(self, key: str, channel: dict[str, Any], args: list[str]) -> list[Heard]:
        self._started.setdefault(key, asyncio.Event()).set()
        self._ended.pop(key, None)
        if key.startswith(LEG):
            return [m.OfferTaken(key.removeprefix(LEG))]
        if key.startswith(OUT):
            return [m.CalledAnswered(call_of(key.removeprefix(OUT)))]
        if key.startswith(PROBE):
            return answered(key)
        if args[:1] == ["in"] and key not in self._lines:
            self._lines[key] = Line(key, key)
            return [arrived(channel, args)]
        return []

    def _over(self, key: str, cause: int, kind: str, account: str) -> list[Heard]:
        was_up = self._started.pop(key, None) is not None
        self._ended[key] = False
        if len(self._ended) > MOST_ENDED:
            del self._ended[next(iter(self._ended))]
        if key.startswith(PROBE):
            return over(key)
        if key.startswith(LEG):
            return self._leg_over(key, cause, "" if was_up else account)
        if key.startswith(OUT):
            call = call_of(key.removeprefix(OUT))
            self._lines.pop(call, None)
            return (
                [m.CalledFailed(call, why_of(cause)), m.CallerLeft(call)]
                if kind == "ChannelDestroyed"
                else [m.CallerLeft(call)]
            )
        line = self._lines.get(key)
        if line is not None and line.channel == key:
            del self._lines[key]
            return [m.CallerLeft(key)]
        return []

    def _leg_over(self, key: str, cause: int, rung: str) -> list[Heard]:
        """A person's line has ended; `rung` is the account of a telephone that still rang."""
        if self._broken.is_expected(key):
            return []
        offer, why = key.removeprefix(LEG), end_of(cause)
        if why is OfferEnd.FAILED and rung:
            self._later(self._break(offer, rung))
            return []
        return [m.OfferOver(offer, why)]

    async def _break(self, offer: str, account: str) -> None:
        self._tell(await self._broken.told(offer, account))

    def _spoken(self, playback: dict[str, Any]) -> list[Heard]:
        """The last word was said: music again, or the end; in a menu the engine decides."""
        key = playback.get("target_uri", "").removeprefix("channel:")
        line = self._lines.get(key)
        if line is None or playback.get("id") != voice_of(line):
            return []
        if playback.get("state") == "failed":
            log.warning("asterisk.prompt", media=playback.get("media_uri"))
        if line.then_end:
            self._later(self._hang_up(line.channel))
        elif line.turn:
            return [m.Said(line.call, line.turn)]
        elif line.waiting:
            self._later(self._music(line))
        return []

    def files_of(self, recording: str) -> tuple[Path | None, Path | None]:
        """Where the two sides of a talk lie, as far as there are any."""
        return self._taper.files_of(recording)

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._made.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._made.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("asterisk.order", error=str(error))

    # ------------------------------------------------------------ orders

    async def do(self, order: m.Order) -> None:
        """Carry out an order. What cannot be done any more is told as the event that it amounts to."""
        try:
            await _ORDERS[type(order)](self, order)
        except AriError as error:
            log.info("asterisk.no", order=type(order).__name__, error=str(error))
            if isinstance(order, m.Ring | m.RingOut):
                self._tell(m.OfferOver(order.offer, OfferEnd.FAILED))
            elif isinstance(order, m.DialOut):
                self._tell(m.CalledFailed(order.call))
            elif isinstance(order, m.Connect) and order.call not in self._lines:
                self._tell(m.CallerLeft(order.call))

    async def _answer(self, order: m.Answer) -> None:
        await self._ari.ask("POST", f"channels/{part(order.call)}/answer")

    async def _say(self, order: m.Say) -> None:
        line = self._lines.get(order.call)
        if line is None:
            return
        await self._hush(line)
        line.then_end, line.turn = order.then_end, order.turn
        if order.turn:  # nobody pushes while it is spoken and waited for
            await self._set_limit(line, KEEP_FOR + order.patience)
        media = ",".join(f"sound:hotline/{name}" for name in order.prompts)
        await self._ari.ask("POST", f"channels/{part(line.channel)}/play/{part(voice_of(line))}", {"media": media})

    async def _music(self, line: Line) -> None:
        if line.waiting and not line.music:
            line.music = True
            await self._ari.attempt("POST", f"channels/{part(line.channel)}/moh")
            await self._push(line)

    async def _hush(self, line: Line) -> None:
        """Nothing is played any more; music added to a conference would go on in it."""
        spoken = voice_of(line)
        line.voice += 1
        if line.music:
            line.music = False
            await self._ari.attempt("DELETE", f"channels/{part(line.channel)}/moh")
        elif line.voice > 1:
            await self._ari.attempt("DELETE", f"playbacks/{part(spoken)}")

    async def _ring(self, order: m.Ring) -> None:
        account = self._directory.accounts.get(order.person)
        if account is None:
            raise AriError(404, "no telephone")
        line = self._lines.get(order.call)
        query: dict[str, object] = {
            "endpoint": f"PJSIP/{account}", "app": self._instance.app, "appArgs": f"agent,{order.offer}",
            "channelId": f"{LEG}{order.offer}", "timeout": order.seconds + 5, **self._caller_id(),
        }  # fmt: skip
        if line is not None:
            query["originator"] = line.channel
        if order.again:
            await self._broken.end(f"{LEG}{order.offer}")
        else:
            await self._parties.ring_beside(order)
        await self._ari.ask("POST", "channels", query)

    async def _ring_out(self, order: m.RingOut) -> None:
        """A further line to the outside; from here on it is a line like a person's."""
        query: dict[str, object] = {
            "endpoint": self._outside(order.number), "app": self._instance.app, "appArgs": f"third,{order.offer}",
            "channelId": f"{LEG}{order.offer}", "timeout": order.seconds + 5, **self._caller_id(),
        }  # fmt: skip
        await self._parties.ring_beside(order)
        await self._ari.ask("POST", "channels", query)

    def _caller_id(self) -> dict[str, object]:
        """What whoever is called sees: the number of the instance, else the centre's own."""
        return {"callerId": self._shown} if self._shown else {}

    def _outside(self, number: str) -> str:
        trunk = next(iter(self._instance.trunks), None)
        digits = dialled(number)
        if trunk is None or not digits:
            raise AriError(404, "no line to the outside")
        return f"PJSIP/{digits}@trunk-{trunk.name}"

    async def _stop_ringing(self, order: m.StopRinging) -> None:
        await self._parties.hush_beside(order.offer)
        await self._hang_up(f"{LEG}{order.offer}")

    async def _pick_up(self, order: m.PickUp) -> None:
        """A telephone picks itself up: the one in the browser hears of it by its own page."""

    async def _dial_out(self, order: m.DialOut) -> None:
        channel, endpoint = f"{OUT}{order.offer}", self._outside(order.number)
        self._lines[order.call] = Line(order.call, channel, waiting=False)
        await self._ari.attempt("POST", f"channels/{part(LEG + order.offer)}/ring")
        query: dict[str, object] = {
            "endpoint": endpoint, "app": self._instance.app, "channelId": channel,
            "appArgs": f"out,{order.offer}", "timeout": 40, **self._caller_id(),
        }  # fmt: skip
        await self._ari.ask("POST", "channels", query)

    async def _connect(self, order: m.Connect) -> None:
        line = self._lines.get(order.call)
        if line is None:
            raise AriError(404, "the caller has gone")
        line.waiting = False
        await self._hush(line)
        await self._parties.end_spy(order.offer)
        bridge, leg = f"{BRIDGE}{order.offer}", f"{LEG}{order.offer}"
        if line.held:
            line.held = False
            await self._ari.attempt("DELETE", f"channels/{part(line.channel)}/moh")
        if line.channel.startswith(OUT):
            await self._ari.attempt("DELETE", f"channels/{part(leg)}/ring")
        await self._ari.ask("POST", f"bridges/{part(bridge)}", {"type": "mixing"})
        await self._ari.ask("POST", f"bridges/{part(bridge)}/addChannel", {"channel": f"{line.channel},{leg}"})
        if order.person is not None:
            self._taper.record_both(order.offer, line.channel, leg)
        self._later(self._unpush(line))

    async def _add_third(self, order: m.AddThird) -> None:
        line, bridge = self._lines.get(order.call), f"bridges/{part(BRIDGE + order.offer)}"
        person, third = f"{LEG}{order.offer}", f"{LEG}{order.third}"
        await self._parties.hush_beside(order.third, order.offer if line is None else "")
        if line is None:
            await self._ari.ask("POST", bridge, {"type": "mixing"})
            await self._ari.ask("POST", f"{bridge}/addChannel", {"channel": person})
        await self._ari.ask("POST", f"{bridge}/addChannel", {"channel": third})
        self._taper.record_both(order.third, line.channel if line is not None else person, third)

    async def _let_hear(self, order: m.Spy) -> None:
        line = self._lines.get(order.call)
        await self._parties.spy(order, line.channel if line is not None else f"{LEG}{order.offer}")

    async def _hold(self, order: m.PutOnHold) -> None:
        line, bridge = self._lines.get(order.call), f"{BRIDGE}{order.offer}"
        if line is None:
            return
        where = f"bridges/{part(bridge)}/"
        line.held = order.on
        if order.on:
            await self._ari.ask("POST", f"{where}removeChannel", {"channel": line.channel})
            await self._ari.ask("POST", f"channels/{part(line.channel)}/moh")
        else:
            await self._ari.attempt("DELETE", f"channels/{part(line.channel)}/moh")
            await self._ari.ask("POST", f"{where}addChannel", {"channel": line.channel})

    async def _back_in_line(self, order: m.BackInLine) -> None:
        """Music again for the caller; what was recorded of this talk ends with it."""
        line = self._lines.get(order.call)
        await self._hang_up(f"{SNOOP}{order.offer}-c")
        if line is None:
            return
        await self._ari.attempt(
            "POST", f"bridges/{part(BRIDGE + order.offer)}/removeChannel", {"channel": line.channel}
        )
        await self._ari.attempt("DELETE", f"channels/{part(line.channel)}/moh")
        line.waiting, line.music = True, False
        await self._music(line)
        await self._push(line)

    async def _end_leg(self, order: m.EndLeg) -> None:
        await self._parties.end_spy(order.offer)
        await self._parties.hush_beside(order.offer)
        await self._taper.let_go(order.offer)
        await self._hang_up(f"{LEG}{order.offer}")
        await self._ari.attempt("DELETE", f"bridges/{part(BRIDGE + order.offer)}")

    async def _end_call(self, order: m.EndCall) -> None:
        line = self._lines.get(order.call)
        await self._hang_up(line.channel if line is not None else order.call)

    async def _hang_up(self, channel: str) -> None:
        if self._ended.pop(channel, True):
            await self._ari.attempt("DELETE", f"channels/{part(channel)}", {"reason": "normal"})

    # ------------------------------------------------------------ waiting callers outlive us

    async def _keep_waiting(self) -> None:
        """Push the time limit of everybody who waits; when nobody pushes it the dialplan takes the caller back."""
        while True:
            await asyncio.sleep(KEEP_EVERY)
            for line in list(self._lines.values()):
                if line.waiting and line.music:
                    await self._push(line)

    async def _push(self, line: Line) -> None:
        await self._set_limit(line, KEEP_FOR)

    async def _unpush(self, line: Line) -> None:
        await self._set_limit(line, 0)

    async def _set_limit(self, line: Line, seconds: int) -> None:
        query = {"variable": "TIMEOUT(absolute)", "value": seconds}
        await self._ari.attempt("POST", f"channels/{part(line.channel)}/variable", query)

    # ------------------------------------------------------------ what lives there

    async def look(self) -> Alive:
        """Ask for every line there is."""
        allowed = [{"type": kind} for kind in LISTENS_FOR]
        await self._ari.ask("PUT", f"applications/{part(self._instance.app)}/eventFilter", body={"allowed": allowed})
        alive = Alive()
        for channel in await self._ari.ask("GET", "channels"):
            key, up = channel["id"], channel["state"] == "Up"
            if key.startswith(LEG):
                alive.legs[key.removeprefix(LEG)] = up
            elif key.startswith(OUT):
                call = call_of(key.removeprefix(OUT))
                alive.called.add(call)
                self._lines.setdefault(call, Line(call, key, waiting=False))
            elif channel["dialplan"].get("context") == "from-trunk" and channel["dialplan"].get("app_name") != "Stasis":
                alive.kept.add(key)
            elif channel["dialplan"].get("app_name") == "Stasis" and not key.startswith(SNOOP):
                words = (channel["dialplan"].get("app_data") or "").split(",")
                if words[:2] == [self._instance.app, "in"]:
                    alive.callers[key] = arrived(channel, words[1:])
                    self._lines.setdefault(key, Line(key, key, music=True))
        for key in [key for key, line in self._lines.items() if key not in alive.callers and key not in alive.called]:
            del self._lines[key]
        return alive

    async def sweep(self, calls: set[str], offers: set[str]) -> None:
        """End what belongs to nothing, and know again who talks (he is not to hear music)."""
        for channel in await self._ari.ask("GET", "channels"):
            key = channel["id"]
            if key.startswith(SNOOP) and not key.startswith(f"{SNOOP}{PROBE}"):
                self._taper.know(key)
            stray = (
                key.startswith((SPY, PROBE))
                or (key.startswith(LEG) and key.removeprefix(LEG) not in offers)
                or (key.startswith(OUT) and call_of(key.removeprefix(OUT)) not in calls)
            )
            if stray:
                await self._hang_up(key)
        for bridge in await self._ari.ask("GET", "bridges"):
            offer = bridge["id"].removeprefix(BRIDGE)
            if bridge["id"].startswith(EAR) or (bridge["id"].startswith(BRIDGE) and offer not in offers):
                await self._ari.attempt("DELETE", f"bridges/{part(bridge['id'])}")
            elif bridge["id"].startswith(BRIDGE):
                line = self._lines.get(call_of(offer))
                if line is not None:
                    line.waiting = line.music = False
                    line.held = True
        for line in list(self._lines.values()):
            if line.waiting and line.call in calls:
                await self._take_over(line)

    async def _take_over(self, line: Line) -> None:
        """Silence what a dead ACD was saying, and let the caller hear music."""
        for number in (0, 1):
            await self._ari.attempt("DELETE", f"playbacks/{part(f'{VOICE}{line.channel}-{number}')}")
        line.music = False
        await self._music(line)

    # ------------------------------------------------------------ telephones

    async def know(self, telephones: Sequence[Telephone]) -> dict[int, bool]:
        """Tell the exchange every telephone anew, and learn which number is shown to those who are called."""
        self._shown = self._instance.caller_id or await asyncio.to_thread(self._number_of) or self._shown
        return await self._directory.know(telephones)

    async def _reach(self, person: int) -> None:
        online = await self._directory.is_online(self._directory.accounts[person])
        self._tell(m.Reachable(person, online))

    async def close(self) -> None:
        """Stop; calls go on."""
        for task in self._always:
            task.cancel()
        await self._ari.close()


_ORDERS: dict[type, Any] = {
    m.Answer: Asterisk._answer,
    m.Say: Asterisk._say,
    m.Ring: Asterisk._ring,
    m.RingOut: Asterisk._ring_out,
    m.AddThird: Asterisk._add_third,
    m.Spy: Asterisk._let_hear,
    m.StopRinging: Asterisk._stop_ringing,
    m.PickUp: Asterisk._pick_up,
    m.Connect: Asterisk._connect,
    m.DialOut: Asterisk._dial_out,
    m.PutOnHold: Asterisk._hold,
    m.BackInLine: Asterisk._back_in_line,
    m.EndLeg: Asterisk._end_leg,
    m.EndCall: Asterisk._end_call,
}
