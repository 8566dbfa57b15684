"""What strangers send to an exchange: guesses, calls to dear numbers, and whatever is no SIP at all. Loopback only."""

import hashlib
import random
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice

DEAR = ("0088216", "00870", "00252", "00960", "001900", "900", "0", "+88216", "0044909")
PASSWORDS = ("1234", "password", "1001", "admin", "", "changeme", "12319")
SIZE = 65_000


class Stranger:
    """Somebody at an address of his own."""

    def __init__(self, address: str, target: tuple[str, int], seed: int) -> None:
        assert address.startswith("127."), "never beyond this machine"
        self.address, self.target = address, target
        self.pick = random.Random(seed)  # noqa: S311
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind((address, 0))
        self.line.settimeout(0.02)
        self.port = self.line.getsockname()[1]
        self.heard: Counter[str] = Counter()

    def close(self) -> None:
        """Go away."""
        self.line.close()

    def ask(self, text: str | bytes) -> str:
        """Send something; the first answer, or nothing."""
        self.line.sendto(text if isinstance(text, bytes) else text.encode(), self.target)
        with suppress(TimeoutError, ConnectionError):
            answer = self.line.recv(SIZE).decode(errors="replace")
            self.heard[answer.split(" ")[1] if answer.startswith("SIP/2.0 ") else "?"] += 1
            return answer
        self.heard[""] += 1
        return ""

    def request(self, method: str, user: str, number: int, *more: str, body: str = "") -> str:
        """A request as SIP has it."""
        host, port = self.target
        to = f"<sip:{user}@{host}>"
        lines = [
            f"{method} sip:{user}@{host}:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.address}:{self.port};branch=z9hG4bK{self.pick.getrandbits(64):x};rport",
            f"From: <sip:{user}@{host}>;tag={self.pick.getrandbits(32):x}", f"To: {to}",
            f"Call-ID: {self.pick.getrandbits(64):x}@{self.address}", f"CSeq: {number} {method}",
            f"Contact: <sip:{user}@{self.address}:{self.port}>", "Max-Forwards: 70", *more,
            *(["Content-Type: application/sdp"] if body else []), f"Content-Length: {len(body)}", "", body,
        ]  # fmt: skip
        return "\r\n".join(lines)

    # ------------------------------------------------------------ what he tries

    def guess(self, accounts: list[str], count: int) -> None:
        """Sign-ins as these people or as anybody, with passwords as they come; half answer the challenge."""
        for number, account in enumerate(islice(cycle([*accounts, "1001", "admin", "test"]), count)):
            answer = self.ask(self.request("REGISTER", account, 1))
            nonce = re.search(r'nonce="([^"]+)"', answer)
            if nonce is not None and number % 2:
                self.ask(self.request("REGISTER", account, 2, self._answer(account, nonce.group(1))))

    def _answer(self, account: str, nonce: str) -> str:
        uri, word = f"sip:{self.target[0]}:{self.target[1]}", self.pick.choice(PASSWORDS)
        first = hashlib.md5(f"{account}:hotline:{word}".encode(), usedforsecurity=False).hexdigest()
        second = hashlib.md5(f"REGISTER:{uri}".encode(), usedforsecurity=False).hexdigest()
        whole = hashlib.md5(f"{first}:{nonce}:{second}".encode(), usedforsecurity=False).hexdigest()
        return (
            f'Authorization: Digest username="{account}",realm="hotline",nonce="{nonce}",uri="{uri}",response="{whole}"'
        )

    def call_dear_numbers(self, count: int) -> None:
        """Calls to numbers that cost much."""
        where = f"IN IP4 {self.address}"
        sdp = f"v=0\r\no=- 1 1 {where}\r\ns=-\r\nc={where}\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n"
        for number in range(count):
            dear = f"{DEAR[number % len(DEAR)]}{self.pick.randrange(10**8):08}"
            self.ask(self.request("INVITE", dear, 1, body=sdp))

    def talk_nonsense(self, count: int) -> None:
        """Whatever is no SIP, and SIP that is broken somewhere."""
        for text in islice(self._nonsense(), count):
            self.line.sendto(text[:SIZE], self.target)
            if self.pick.random() < 0.2:
                time.sleep(0.001)

    def _nonsense(self) -> Iterator[bytes]:
        while True:
            good = self.request(self.pick.choice(("OPTIONS", "INVITE", "REGISTER", "ACK", "BYE", "NOTIFY")), "a", 1)
            raw = bytearray(good.encode())
            for _ in range(self.pick.randint(1, 12)):
                raw[self.pick.randrange(len(raw))] = self.pick.randrange(256)
            yield bytes(raw)
            yield self.pick.randbytes(self.pick.randint(0, 1500))
            yield good.replace("CSeq: 1", f"CSeq: {self.pick.choice(('-1', '99999999999', 'x', ''))}").encode()
            yield good.replace("Content-Length: 0", "Content-Length: 99999999").encode()
            yield good.replace("Max-Forwards: 70", f"Max-Forwards: 70\r\nX: {'a' * 9000}").encode()
            yield good.replace("Via: SIP/2.0/UDP", "Via: SIP/2.0/UDP " * self.pick.randint(1, 60)).encode()
            yield good.replace("sip:a@", "sip:" + "%00" * self.pick.randint(1, 300) + "@").encode()
            yield good[: self.pick.randrange(len(good))].encode()


class Outside:
    """The carrier's end of the line: it counts what is sent there."""

    def __init__(self, address: str, port: int) -> None:
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind((address, port))
        self.line.setblocking(False)

    def heard(self) -> list[str]:
        """The first lines of everything that came."""
        found = []
        with suppress(BlockingIOError):
            while True:
                found.append(self.line.recv(SIZE).decode(errors="replace").split("\r\n")[0])
        return found

    def close(self) -> None:
        """Go away."""
        self.line.close()
