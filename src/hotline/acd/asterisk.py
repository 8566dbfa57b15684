"""Asterisk as a switch: the ACD's orders in its language, its events in ours."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from structlog import get_logger

from hotline.acd import phones
from hotline.acd.ari import Ari, AriError, part
from hotline.acd.engine import messages as m
from hotline.acd.exchange.instance import Instance
from hotline.acd.switch import Alive, Arrived, Back, Deposed, Heard, Lost, SidesReady, Telephone, call_of, recording_of
from hotline.acd.watch import Watch
from hotline.telephony.logic.words import OfferEnd

log = get_logger()
LEG, OUT, SNOOP, BRIDGE, VOICE = "ag-", "out-", "sn-", "br-", "say-"
LISTENS_FOR = (
    "StasisStart", "StasisEnd", "ChannelDestroyed", "ChannelStateChange", "ChannelDtmfReceived", "PlaybackFinished",
    "RecordingFinished", "RecordingFailed", "EndpointStateChange", "ContactStatusChange", "PeerStatusChange",
    "ApplicationReplaced", "RESTResponse",  # answers pass the filter too
)  # fmt: skip
REJECTED = {17, 21, 55, 57}  # causes that mean: the person said no
KEEP_EVERY = 5.0  # seconds: how often a waiting caller's own time limit is pushed further
# Seconds: a caller whom no ACD pushes is taken back by the dialplan's own queue. Nothing can be set while words are
# spoken (that request, and every one behind it, would wait for their end), so the limit outlasts the longest of them.
KEEP_FOR = 25


@dataclass(slots=True)
class Line:
    """What the caller's line is about."""

    call: str
    channel: str
    music: bool = False
    waiting: bool = True
    then_end: bool = False
    voice: int = 0  # how often something was said


class Asterisk:
    """A switch over ARI."""

    name = "asterisk"
    simulated = False

    def __init__(self, instance: Instance, home: Path) -> None:
        self._instance = instance
        self._recordings = home / "spool" / "recording"
        self._ari = Ari(instance.address, instance.app, instance.ari_user, instance.ari_password)
        self._lines: dict[str, Line] = {}
        self._accounts: dict[int, str] = {}
        self._persons: dict[str, int] = {}
        self._fixed: set[int] = set()
        self._started: dict[str, asyncio.Event] = {}
        self._sides: dict[str, tuple[str, set[str]]] = {}  # file -> the offer, sides still being recorded
        self._watch = Watch(self._ari, home, [trunk.match for trunk in instance.trunks])
        self._always: list[asyncio.Task[None]] = []
        self._made: set[asyncio.Task[Any]] = set()
        self._own: asyncio.Queue[Heard] = asyncio.Queue()

    # ------------------------------------------------------------ listening

    async def open(self) -> None:
        """Connect, and say which events are wanted."""
        await self._ari.open()
        self._always = self._always or [
            asyncio.create_task(self._keep_waiting()),
            asyncio.create_task(self._watch.run()),
        ]

    async def heard(self) -> AsyncIterator[Heard]:
        """Events in our words; when the line is lost it is found again."""
        while True:
            reading = asyncio.create_task(self._read())
            try:
                while True:
                    getting = asyncio.create_task(self._own.get())
                    await asyncio.wait({getting, reading}, return_when=asyncio.FIRST_COMPLETED)
                    if getting.done():
                        yield getting.result()
                        continue
                    getting.cancel()
                    reading.result()
                    break
            finally:
                reading.cancel()
            while not self._own.empty():
                yield self._own.get_nowait()
            yield Lost()
            await self._ari.open()
            self._watch.forget()
            yield Back()

    async def _read(self) -> None:
        async for event in self._ari.events():
            if event["type"] == "ApplicationReplaced":
                raise Deposed
            for told in self._told(event):
                self._own.put_nowait(told)

    def _told(self, event: dict[str, Any]) -> list[Heard]:
        kind, channel = event["type"], event.get("channel") or {}
        key = channel.get("id", "")
        match kind:
            case "StasisStart":
                return self._began(key, channel, event.get("args") or [])
            case "StasisEnd" | "ChannelDestroyed":
                return self._over(key, int(event.get("cause", 16)), kind)
            case "ChannelStateChange" if key.startswith(LEG) and channel.get("state") == "Ringing":
                return [m.OfferRings(key.removeprefix(LEG))]
            case "ChannelDtmfReceived" if key in self._lines:
                return [m.KeyPressed(self._lines[key].call, event["digit"])]
            case "PlaybackFinished":
                self._spoken(event["playback"])
            case "RecordingFinished" | "RecordingFailed":
                return self._recorded(event["recording"]["name"])
            case "EndpointStateChange" | "PeerStatusChange" | "ContactStatusChange":
                endpoint = event.get("endpoint") or {}
                person = self._persons.get(endpoint.get("resource", ""))
                if person is not None and person not in self._fixed:
                    self._later(self._reach(person))
        return []

    def _began(self, key: str, channel: dict[str, Any], args: list[str]) -> list[Heard]:
        self._started.setdefault(key, asyncio.Event()).set()
        if key.startswith(LEG):
            return [m.OfferTaken(key.removeprefix(LEG))]
        if key.startswith(OUT):
            return [m.CalledAnswered(call_of(key.removeprefix(OUT)))]
        if args[:1] == ["in"] and key not in self._lines:
            self._lines[key] = Line(key, key)
            return [_arrived(channel, args)]
        return []

    def _over(self, key: str, cause: int, kind: str) -> list[Heard]:
        self._started.pop(key, None)
        if key.startswith(LEG):
            why = OfferEnd.REFUSED if cause in REJECTED else OfferEnd.FAILED
            return [m.OfferOver(key.removeprefix(LEG), why)]
        if key.startswith(OUT):
            call = call_of(key.removeprefix(OUT))
            self._lines.pop(call, None)
            return [m.CalledFailed(call), m.CallerLeft(call)] if kind == "ChannelDestroyed" else [m.CallerLeft(call)]
        line = self._lines.get(key)
        if line is not None and line.channel == key:
            del self._lines[key]
            return [m.CallerLeft(key)]
        return []

    def _spoken(self, playback: dict[str, Any]) -> None:
        """The last word was said: music again, or the end."""
        key = playback.get("target_uri", "").removeprefix("channel:")
        line = self._lines.get(key)
        if line is None or playback.get("id") != _voice(line):
            return
        if playback.get("state") == "failed":
            log.warning("asterisk.prompt", media=playback.get("media_uri"))
        if line.then_end:
            self._later(self._hang_up(line.channel))
        elif line.waiting:
            self._later(self._music(line))

    def _recorded(self, name: str) -> list[Heard]:
        key, _, side = name.rpartition("_")
        offer, open_sides = self._sides.get(key, ("", set()))
        if side not in open_sides:
            return []
        open_sides.discard(side)
        if open_sides:
            return []
        del self._sides[key]
        return [SidesReady(offer, *self.files_of(key))]

    def files_of(self, recording: str) -> tuple[Path | None, Path | None]:
        """Where the two sides of a talk lie, as far as there are any."""
        caller, person = (self._recordings / f"{recording}_{side}.wav" for side in ("c", "p"))
        return caller if caller.exists() else None, person if person.exists() else None

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
            if isinstance(order, m.Ring):
                self._own.put_nowait(m.OfferOver(order.offer, OfferEnd.FAILED))
            elif isinstance(order, m.DialOut):
                self._own.put_nowait(m.CalledFailed(order.call))
            elif isinstance(order, m.Connect) and order.call not in self._lines:
                self._own.put_nowait(m.CallerLeft(order.call))

    async def _answer(self, order: m.Answer) -> None:
        await self._ari.ask("POST", f"channels/{part(order.call)}/answer")
        line = self._lines.get(order.call)
        if line is not None:
            await self._push(line)

    async def _say(self, order: m.Say) -> None:
        line = self._lines.get(order.call)
        if line is None:
            return
        await self._hush(line)
        line.then_end = order.then_end
        media = ",".join(f"sound:hotline/{name}" for name in order.prompts)
        await self._ari.ask("POST", f"channels/{part(line.channel)}/play/{part(_voice(line))}", {"media": media})

    async def _music(self, line: Line) -> None:
        if line.waiting and not line.music:
            line.music = True
            await self._ari.attempt("POST", f"channels/{part(line.channel)}/moh")
            await self._push(line)

    async def _hush(self, line: Line) -> None:
        """Nothing is played any more; music added to a conference would go on in it."""
        spoken = _voice(line)
        line.voice += 1
        if line.music:
            line.music = False
            await self._ari.attempt("DELETE", f"channels/{part(line.channel)}/moh")
        elif line.voice > 1:
            await self._ari.attempt("DELETE", f"playbacks/{part(spoken)}")

    async def _ring(self, order: m.Ring) -> None:
        account = self._accounts.get(order.person)
        if account is None:
            raise AriError(404, "no telephone")
        line = self._lines.get(order.call)
        query: dict[str, object] = {
            "endpoint": f"PJSIP/{account}", "app": self._instance.app, "appArgs": f"agent,{order.offer}",
            "channelId": f"{LEG}{order.offer}", "timeout": order.seconds + 5, "callerId": "12319",
        }  # fmt: skip
        if line is not None:
            query["originator"] = line.channel
        await self._ari.ask("POST", "channels", query)

    async def _stop_ringing(self, order: m.StopRinging) -> None:
        await self._hang_up(f"{LEG}{order.offer}")

    async def _pick_up(self, order: m.PickUp) -> None:
        """A telephone picks itself up: the one in the browser hears of it by its own page."""

    async def _dial_out(self, order: m.DialOut) -> None:
        trunk = next(iter(self._instance.trunks), None)
        if trunk is None:
            raise AriError(404, "no line to the outside")
        channel = f"{OUT}{order.offer}"
        self._lines[order.call] = Line(order.call, channel, waiting=False)
        await self._ari.attempt("POST", f"channels/{part(LEG + order.offer)}/ring")
        digits = order.number.removeprefix("+86")
        query: dict[str, object] = {
            "endpoint": f"PJSIP/{digits}@trunk-{trunk.name}", "app": self._instance.app, "channelId": channel,
            "appArgs": f"out,{order.offer}", "timeout": 40, "callerId": "12319",
        }  # fmt: skip
        await self._ari.ask("POST", "channels", query)

    async def _connect(self, order: m.Connect) -> None:
        line = self._lines.get(order.call)
        if line is None:
            raise AriError(404, "the caller has gone")
        line.waiting = False
        await self._hush(line)
        bridge, leg = f"{BRIDGE}{order.offer}", f"{LEG}{order.offer}"
        await self._ari.ask("POST", f"bridges/{part(bridge)}", {"type": "mixing"})
        await self._ari.ask("POST", f"bridges/{part(bridge)}/addChannel", {"channel": f"{line.channel},{leg}"})
        self._sides[str(recording_of(order.offer))] = (order.offer, {"c", "p"})
        self._later(self._record(order.offer, "c", line.channel))
        self._later(self._record(order.offer, "p", leg))
        self._later(self._unpush(line))

    async def _record(self, offer: str, side: str, channel: str) -> None:
        """One side apart: a listener at the channel that hears only what comes in from it."""
        name = f"{SNOOP}{offer}-{side}"
        began = self._started.setdefault(name, asyncio.Event())
        query = {"spy": "in", "app": self._instance.app, "appArgs": "snoop"}
        try:
            await self._ari.ask("POST", f"channels/{part(channel)}/snoop/{part(name)}", query)
            await asyncio.wait_for(began.wait(), 5)
            query = {"name": _file(offer, side), "format": "wav", "ifExists": "overwrite"}
            await self._ari.ask("POST", f"channels/{part(name)}/record", query)
        except (AriError, TimeoutError) as error:
            log.warning("asterisk.recording", offer=offer, side=side, error=str(error))
            for told in self._recorded(_file(offer, side)):
                self._own.put_nowait(told)

    async def _hold(self, order: m.PutOnHold) -> None:
        line, bridge = self._lines.get(order.call), f"{BRIDGE}{order.offer}"
        if line is None:
            return
        where = f"bridges/{part(bridge)}/"
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
        await self._hang_up(f"{LEG}{order.offer}")
        await self._ari.attempt("DELETE", f"bridges/{part(BRIDGE + order.offer)}")

    async def _end_call(self, order: m.EndCall) -> None:
        line = self._lines.get(order.call)
        await self._hang_up(line.channel if line is not None else order.call)

    async def _hang_up(self, channel: str) -> None:
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
                    alive.callers[key] = _arrived(channel, words[1:])
                    self._lines.setdefault(key, Line(key, key, music=True))
        for key in [key for key, line in self._lines.items() if key not in alive.callers and key not in alive.called]:
            del self._lines[key]
        return alive

    async def sweep(self, calls: set[str], offers: set[str]) -> None:
        """End what belongs to nothing, and know again who talks (he is not to hear music)."""
        for channel in await self._ari.ask("GET", "channels"):
            key = channel["id"]
            stray = (key.startswith(LEG) and key.removeprefix(LEG) not in offers) or (
                key.startswith(OUT) and call_of(key.removeprefix(OUT)) not in calls
            )
            if stray:
                await self._hang_up(key)
        for bridge in await self._ari.ask("GET", "bridges"):
            offer = bridge["id"].removeprefix(BRIDGE)
            if bridge["id"].startswith(BRIDGE) and offer not in offers:
                await self._ari.attempt("DELETE", f"bridges/{part(bridge['id'])}")
            elif bridge["id"].startswith(BRIDGE):
                self._sides.setdefault(str(recording_of(offer)), (offer, {"c", "p"}))
                line = self._lines.get(call_of(offer))
                if line is not None:
                    line.waiting = line.music = False
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
        """Tell the exchange every telephone anew."""
        reached = {}
        for telephone in telephones:
            self._accounts[telephone.person] = telephone.account
            self._persons[telephone.account] = telephone.person
            (self._fixed.add if telephone.contact else self._fixed.discard)(telephone.person)
            try:
                for kind, fields in phones.settings(telephone):
                    path = f"asterisk/config/dynamic/res_pjsip/{kind}/{telephone.account}"
                    await self._ari.ask("PUT", path, body={"fields": fields})
                source = {"eventSource": f"endpoint:PJSIP/{telephone.account}"}
                await self._ari.ask("POST", f"applications/{part(self._instance.app)}/subscription", source)
            except AriError as error:
                log.warning("asterisk.telephone", account=telephone.account, error=str(error))
                reached[telephone.person] = False
            else:
                reached[telephone.person] = bool(telephone.contact) or await self._is_online(telephone.account)
        return reached

    async def _is_online(self, account: str) -> bool:
        found = await self._ari.ask("GET", f"endpoints/PJSIP/{part(account)}")
        return bool(found.get("state") == "online")

    async def _reach(self, person: int) -> None:
        online = await self._is_online(self._accounts[person])
        self._own.put_nowait(m.Reachable(person, online))

    async def close(self) -> None:
        """Stop; calls go on."""
        for task in self._always:
            task.cancel()
        await self._ari.close()


def _voice(line: Line) -> str:
    """The name of what is being said: one of two, so that a new ACD can silence what a dead one began."""
    return f"{VOICE}{line.channel}-{line.voice % 2}"


def _file(offer: str, side: str) -> str:
    return f"{recording_of(offer)}_{side}"


def _arrived(channel: dict[str, Any], args: list[str]) -> Arrived:
    came = datetime.strptime(channel["creationtime"], "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
    dialled = args[1] if len(args) > 1 else str(channel.get("dialplan", {}).get("exten", ""))
    return Arrived(channel["id"], str((channel.get("caller") or {}).get("number", "")), dialled, came)


_ORDERS: dict[type, Any] = {
    m.Answer: Asterisk._answer,
    m.Say: Asterisk._say,
    m.Ring: Asterisk._ring,
    m.StopRinging: Asterisk._stop_ringing,
    m.PickUp: Asterisk._pick_up,
    m.Connect: Asterisk._connect,
    m.DialOut: Asterisk._dial_out,
    m.PutOnHold: Asterisk._hold,
    m.BackInLine: Asterisk._back_in_line,
    m.EndLeg: Asterisk._end_leg,
    m.EndCall: Asterisk._end_call,
}
