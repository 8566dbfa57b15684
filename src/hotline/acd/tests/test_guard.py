"""Who is locked out, line by line of the exchange's own log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.acd.exchange import guard
from hotline.acd.exchange.guard import Guard

GUESSER, OFFICE, CARRIER = "203.0.113.66", "198.51.100.7", "203.0.113.10"


def line(what, address=GUESSER, second=0.0, *, service="PJSIP", transport="UDP"):
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(int(minutes), 60)
    moment = f"2026-11-30T{9 + hours:02}:{minutes:02}:{seconds:06.3f}+0000"
    return (
        f'[2026-11-30 09:00:00.000] SECURITY[71] res_security_log.c: SecurityEvent="{what}",EventTV="{moment}",'
        f'Severity="Error",Service="{service}",EventVersion="1",AccountID="1001",SessionID="0x7f",'
        f'LocalAddress="IPV4/UDP/10.0.0.5/5160",RemoteAddress="IPV4/{transport}/{address}/5080"'
    )


def many(what, count=guard.GUESSES, address=GUESSER, begin=0.0, apart=0.1):
    return [line(what, address, begin + apart * number) for number in range(count)]


def test_a_line_is_read():
    found = guard.read(line("InvalidAccountID", second=61.5))
    assert (found.what, found.address) == ("InvalidAccountID", GUESSER)
    assert found.at - guard.read(line("InvalidAccountID")).at == 61.5
    v6 = line("InvalidAccountID").replace("IPV4/UDP/203.0.113.66", "IPV6/TLS/2001:db8::7")
    assert guard.read(v6).address == "2001:db8::7"


@pytest.mark.parametrize(
    "text", ["", "nothing", line("InvalidAccountID", service="ARI"), line("InvalidAccountID", transport="WS"), 'x="y"']
)
def test_what_did_not_come_over_the_net_to_a_telephone_is_passed_over(text):
    assert guard.read(text) is None


@pytest.mark.parametrize("what", ["InvalidAccountID", "ChallengeResponseFailed", "InvalidPassword", "RequestBadFormat"])
def test_whoever_guesses_is_locked_out_at_the_twentieth_time(what):
    seen = Guard()
    assert not seen.hear(many(what, guard.GUESSES - 1))
    assert seen.hear([line(what, second=3)]) == {GUESSER}


def test_slow_mistakes_are_no_guessing():
    assert not Guard().hear(many("InvalidPassword", 200, apart=4))


def test_a_lock_ends_and_is_longer_the_second_time():
    seen = Guard()
    seen.hear(many("InvalidPassword"))
    seen.pass_time(guard.LOCKED - 10)
    assert seen.locked()
    seen.pass_time(20)
    assert not seen.locked()
    again = [line("InvalidPassword", second=guard.LOCKED + 30 + number / 10) for number in range(guard.GUESSES)]
    assert seen.hear(again)
    seen.pass_time(guard.LOCKED + 60)
    assert seen.locked()


def test_whoever_goes_on_stays_locked_out():
    seen = Guard()
    seen.hear(many("InvalidPassword"))
    seen.hear([line("FailedACL", second=guard.LOCKED - 5)])
    seen.pass_time(60)
    assert seen.locked()


def test_nobody_can_lock_out_an_office_or_a_carrier_by_writing_in_its_name():
    seen = Guard(never=guard.nets(["203.0.113.8/29", "trunk.example.org"]))
    seen.hear([line("SuccessfulAuth", OFFICE)])
    forged = many("InvalidAccountID", 100, OFFICE, 1) + many("InvalidAccountID", 100, CARRIER, 1)
    assert not seen.hear(forged)
    assert seen.hear(many("ChallengeResponseFailed", address=OFFICE, begin=30)) == {OFFICE}


def test_what_is_remembered_has_an_end():
    seen = Guard()
    seen.hear(line("InvalidAccountID", f"10.{n // 65536}.{n // 256 % 256}.{n % 256}") for n in range(guard.MOST + 500))
    assert len(seen.sources) == guard.MOST


@given(st.lists(st.one_of(st.text(), st.sampled_from([line("InvalidPassword"), line("FailedACL"), line("x")]))))
def test_no_line_upsets_it(lines):
    Guard().hear(lines)
