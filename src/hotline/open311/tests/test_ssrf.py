"""Nothing inside the house is ever called, however it is written, resolved or redirected to."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest

from hotline.open311 import wire
from hotline.open311.logic import outward
from hotline.open311.services.webhooks import Outgoing
from hotline.open311.tests import builders

INSIDE = [
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "https://",
    "https:///path",
    "//example.com/",
    "example.com",
    "https://user@example.com/",
    "https://user:word@example.com/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com:port/",
    "https://exa mple.com/",
    "https://example.com/#part",
    "https://127.0.0.1/",
    "https://127.1.2.3:8443/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.254/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://100.100.100.200/latest/meta-data/",
    "https://198.18.0.1/",
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://203.0.113.7/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[::127.0.0.1]/",
    "https://[2001:db8::1]/",
    "https://[::1%25lo]/",
]
# Names and ways of writing numbers that only resolving unmasks.
RESOLVED = {
    "https://localhost/": ["127.0.0.1"],
    "https://localhost.localdomain/": ["::1"],
    "https://2130706433/": ["127.0.0.1"],
    "https://0x7f000001/": ["127.0.0.1"],
    "https://0177.0.0.1/": ["127.0.0.1"],
    "https://127.1/": ["127.0.0.1"],
    "https://metadata.google.internal/": ["169.254.169.254"],
    "https://inside.example.com/": ["10.1.2.3"],
    "https://both.example.com/": ["93.184.215.14", "10.1.2.3"],
    "https://six.example.com/": ["93.184.215.14", "::ffff:127.0.0.1"],
    "https://nothing.example.com/": [],
    "https://①②⑦.0.0.1/": ["127.0.0.1"],
}


def outgoing(url):
    return Outgoing(
        delivery_id=7, url=url, event="request.created", body=b'{"a":1}', secret="s", timestamp=1_773_018_000
    )


@pytest.mark.parametrize("url", INSIDE)
def test_what_is_not_outside_is_refused_before_anything_is_resolved(url):
    def never(_host, _port):
        raise AssertionError("it was resolved")

    answer = wire.send(outgoing(url), never)
    assert not answer.is_taken
    assert answer.code is None
    assert answer.error
    assert outward.fault_of(url, loopback=False)


@pytest.mark.parametrize("url", RESOLVED)
def test_a_name_is_refused_when_any_of_its_addresses_is_inside(url):
    answer = wire.send(outgoing(url), lambda _host, _port: RESOLVED[url])
    assert not answer.is_taken
    assert answer.code is None
    assert answer.address == ""


def test_a_name_that_is_not_known_is_told():
    def unknown(_host, _port):
        raise socket.gaierror(-2, "Name or service not known")

    assert wire.send(outgoing("https://nowhere.example.com/"), unknown).error


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "1.1.1.1", "223.5.5.5"])
def test_the_open_internet_is_not_refused(address):
    assert outward.is_public(address)
    found = wire.target_of("https://example.com:8443/x", lambda _host, _port: [address])
    assert (found.address, found.port, found.host) == (address, 8443, "example.com")


def test_the_address_that_was_checked_is_the_one_that_is_called(settings):
    """A name that leads elsewhere at a second look is looked at once; name and path stay as they were written."""
    settings.WEBHOOK_LOOPBACK = True
    looks = []

    def rebinding(host, port):
        looks.append((host, port))
        return ["127.0.0.1"] if len(looks) == 1 else ["203.0.113.7"]

    with builders.receiver() as there:
        url = f"http://hooks.example.com:{there.port}/in/here?x=1&y=%E4%BA%95"
        answer = wire.send(outgoing(url), rebinding)
    assert (answer.is_taken, answer.code, answer.address) == (True, 200, "127.0.0.1")
    assert looks == [("hooks.example.com", there.port)]
    [(path, headers, body)] = there.got
    assert path == "/in/here?x=1&y=%E4%BA%95"
    assert headers["Host"] == f"hooks.example.com:{there.port}"
    assert body == b'{"a":1}'
    assert headers["X-Hotline-Signature"] == outward.signature("s", 1_773_018_000, body)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(settings, code):
    settings.WEBHOOK_LOOPBACK = True
    with builders.receiver() as inside, builders.receiver((code, {"Location": inside.url}, b"")) as there:
        answer = wire.send(outgoing(there.url))
    assert (answer.is_taken, answer.code) == (False, code)
    assert inside.got == []


def test_a_proxy_of_the_environment_is_not_used(settings, monkeypatch):
    settings.WEBHOOK_LOOPBACK = True
    with builders.receiver() as proxy, builders.receiver() as there:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert wire.send(outgoing(there.url)).is_taken
    assert proxy.got == []
    assert len(there.got) == 1


def test_a_flood_is_cut_and_a_silence_is_left(settings, monkeypatch):
    settings.WEBHOOK_LOOPBACK = True
    with builders.receiver((200, {}, b"x" * 1_000_000)) as there:
        answer = wire.send(outgoing(there.url))
    assert answer.is_taken
    assert len(answer.text) <= wire.MOST_BYTES
    monkeypatch.setattr(wire, "PATIENCE", wire.httpx.Timeout(0.2))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        answer = wire.send(outgoing(f"http://127.0.0.1:{silent.getsockname()[1]}/"))
    assert not answer.is_taken
    assert "Timeout" in answer.error
    assert answer.took < timedelta(seconds=3)


def test_certificates_are_checked_against_the_name(settings, tmp_path):
    """A server that shows a certificate of its own making is not believed, whatever its address is."""
    settings.WEBHOOK_LOOPBACK = True
    certificate, key = certificate_for("elsewhere.example.com", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]

        def serve():
            line, _address = listening.accept()
            with line:
                try:
                    context.wrap_socket(line, server_side=True)
                except (ssl.SSLError, OSError):
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        answer = wire.send(outgoing(f"https://hooks.example.com:{port}/"), lambda _host, _port: ["127.0.0.1"])
        thread.join(5)
    assert not answer.is_taken
    assert "CERTIFICATE_VERIFY_FAILED" in answer.error
    assert names == ["hooks.example.com"]


def certificate_for(name, folder):
    """A certificate that nobody vouches for."""
    from cryptography import x509  # noqa: PLC0415 comes with the sign-in's libraries
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2046, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
