"""What is no HTTP, or too much of it, over a raw socket: refused early; the process lives on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from portico.sandbox import tokens
from portico.web import protocol
from portico.web.protocol import HEAD_LIMIT_BYTES
from tests.support.raw_client import ask, talk
from tests.support.running import Running, running

LINE = b"GET /api/v3/users/solveig HTTP/1.1\r\nHost: portico.example\r\n"
POST = (
    b"POST /api/v3/repos/solveig/harbor/issues HTTP/1.1\r\nHost: portico.example\r\n"
    b"Transfer-Encoding: chunked\r\n"
)
PIECE = b"a" * 8_192
AUTHORIZATION = b"Authorization: Bearer " + tokens.SOLVEIG.encode() + b"\r\n"
CLOSE = b"Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def portico() -> Iterator[Running]:
    """A Portico for all tests here: none may harm it for the next."""
    with running() as started:
        yield started


@pytest.fixture(autouse=True)
def _alive(portico: Running) -> Iterator[None]:
    yield
    assert ask(f"{portico.url}/healthz").status == 200


def refusal(answer: bytes) -> int:
    """Return the status of an answer that is an error in GitHub's shape, and the last one."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert set(json.loads(body)) == {"message", "documentation_url", "status"}
    return int(head.split()[1])


@pytest.mark.parametrize(
    "pieces",
    [
        (LINE + b"X-A: " + b"a" * 65_536 + b"\r\n\r\n",),
        (LINE + b"X-A: b\r\n" * 8_192 + b"\r\n",),
        (b"GET /api/v3/" + b"a" * 65_536 + b" HTTP/1.1\r\nHost: a\r\n\r\n",),
        (LINE + b"X-A: ", *[PIECE] * 100),
        (LINE, *[b"X-A: b\r\n" * 1_024] * 100),
        (b"GET /", *[PIECE] * 100),
        (b"GET /v1/users/solveig HTTP/1.1\r\nHost: a\r\nX-A: ", *[PIECE] * 100),
    ],
    ids=["field", "fields", "target", "endless-field", "endless-fields", "endless-target", "v1"],
)
def test_head_over_the_limit(portico: Running, pieces: tuple[bytes, ...]) -> None:
    """A head of 64 KiB is a 431, and one without an end is not read to it."""
    assert refusal(talk(portico.url, *pieces)) == 431


def test_head_within_the_limit(portico: Running) -> None:
    """What is long but within the limit is answered, also when it comes byte by byte."""
    long = LINE + b"X-A: " + b"a" * (HEAD_LIMIT_BYTES - 200) + b"\r\n" + CLOSE

    assert talk(portico.url, long).startswith(b"HTTP/1.1 200 ")
    assert talk(portico.url, *(bytes([byte]) for byte in LINE + CLOSE)).startswith(b"HTTP/1.1 200 ")


def test_limit_is_of_one_head(portico: Running) -> None:
    """A connection may carry any number of requests, each with a head within the limit."""
    connection = HTTPConnection(portico.url.removeprefix("http://"), timeout=10)
    for _ in range(4):
        connection.request("GET", "/api/v3/users/solveig", headers={"X-A": "a" * 20_000})
        response = connection.getresponse()

        assert (response.status, bool(response.read())) == (200, True)
    connection.close()


def test_long_body_is_no_head(portico: Running) -> None:
    """A body far over that limit is a body, in however many pieces."""
    pieces = [b'{"title":"ebb","body":"', *[b"a" * 65_536] * 12, b'"}']
    length = b"Content-Length: %d" % sum(map(len, pieces))
    head = POST.replace(b"Transfer-Encoding: chunked", length)

    answer = talk(portico.url, head + AUTHORIZATION + CLOSE, *pieces)

    assert answer.startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03 a TLS client\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET\r\n\r\n",
        b"BREW /api/v3/users/solveig HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET /api/v3/users/sol\rveig HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /api/v3/users/sol\nveig HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /api/v3/users/sol\x00veig HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /api/v3/users/s\xc3\xb8lveig HTTP/1.1\r\nHost: a\r\n\r\n",
        LINE + b"X-A: a\rX-B: b\r\n\r\n",
        LINE + b"X-A: a\x00b\r\n\r\n",
        LINE + b" folded\r\n\r\n",
        LINE + b"X A: b\r\n\r\n",
        LINE + b"Content-Length: -1\r\n\r\n",
        LINE + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        LINE + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"\r\nzz\r\n",
    ],
)
def test_garbage(portico: Running, request_bytes: bytes) -> None:
    """What is no HTTP, or could be read in two ways, is a 400 and the end of the connection."""
    portico.sandbox.reset_counters()

    assert refusal(talk(portico.url, request_bytes)) in (400, 401)
    assert portico.sandbox.calls() == 0


@pytest.mark.parametrize(
    "target",
    [
        b"http://evil.example/api/v3/users/solveig",
        b"http://portico.example/api/v3/users/solveig",
        b"HTTP://evil.example/api/v3/users/solveig",
    ],
)
def test_absolute_form(portico: Running, target: bytes) -> None:
    """Portico is no forward proxy: an absolute-form target is a 400, whatever the host."""
    portico.sandbox.reset_counters()
    answer = talk(portico.url, b"GET " + target + b" HTTP/1.1\r\nHost: portico.example\r\n" + CLOSE)

    assert refusal(answer) == 400
    assert portico.sandbox.calls() == 0


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n", b"Host: a/b\r\n"])
def test_hosts(portico: Running, hosts: bytes) -> None:
    """No `Host`, two of them, or nonsense: 400 (RFC 9112 §3.2)."""
    answer = talk(portico.url, b"GET /api/v3/users/solveig HTTP/1.1\r\n" + hosts + CLOSE)

    assert refusal(answer) == 400


def test_credential_in_the_trailers(portico: Running) -> None:
    """A trailer is no header field: nobody becomes somebody by what comes after the body."""
    portico.sandbox.reset_counters()
    answer = talk(portico.url, POST + CLOSE + b"2\r\n{}\r\n0\r\n" + AUTHORIZATION + b"\r\n")

    assert refusal(answer) == 401
    assert portico.sandbox.calls() == 0


@pytest.mark.parametrize("start", [b"2\r\n{}\r\n0\r\nX-A: ", b"2;"])
def test_endless_trailers_and_extensions(portico: Running, start: bytes) -> None:
    """What frames a body has the same limit as a head."""
    answer = talk(portico.url, POST + AUTHORIZATION + b"\r\n" + start, *[PIECE] * 100)

    assert b"HTTP/1.1 431 " in answer


def test_upgrade_is_ignored(portico: Running) -> None:
    """An offer to speak another protocol may be left unanswered (RFC 9110 §7.8)."""
    answer = talk(portico.url, LINE + b"Upgrade: h2c\r\nConnection: upgrade, close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_slow_head_is_not_waited_for(portico: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends half a head, or nothing, finds the connection closed."""
    monkeypatch.setattr(protocol, "HEAD_PATIENCE_S", 0.05)

    assert talk(portico.url, LINE) == b""
    assert talk(portico.url) == b""
