"""Bad input from both sides, over real sockets.

Whatever a caller sends or GitHub answers: a clear error in the right shape, nothing stored,
nothing told that is nobody's business, and the process alive.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from portico.sandbox import Fault, FaultKind, tokens
from portico.telemetry import logs
from tests.support.raw_client import Reply, ask, talk
from tests.support.running import Running, running

TIMEOUT_S = 0.3
BODY_LIMIT_BYTES = 65_536
PROBLEM = {"type", "title", "status", "detail", "instance", "advice", "request_id"}
GITHUB_SHAPE = {"message", "documentation_url", "status"}
# More fields than any true answer has.
HUGE_BYTES = 262_144
PLANTED = "planted-a-secret-to-be-found"
FACES = ("/v1/repos/solveig/harbor", "/api/v3/repos/solveig/harbor")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as it would be printed; logging is put back as pytest had it."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, level, raises = list(root.handlers), root.level, logging.raiseExceptions
    monkeypatch.setattr("sys.stderr", written)
    logs.configure("debug", "console")
    yield written
    root.handlers, logging.raiseExceptions = handlers, raises
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logging.getLogger("uvicorn.access").disabled = False


@pytest.fixture
def portico(log: io.StringIO) -> Iterator[Running]:
    """A Portico of the test's own, still alive and discreet when the test has ended."""
    with running(upstream_timeout_s=TIMEOUT_S, body_limit_bytes=BODY_LIMIT_BYTES) as started:
        yield started
        assert ask(f"{started.url}/healthz").status == 200
    for secret in (*started.sandbox.world.tokens, PLANTED):
        assert secret not in log.getvalue()


def assert_refused(reply: Reply, *statuses: int, target: str) -> None:
    """Assert that this is an error in the shape of its face, which nobody stores."""
    assert reply.status in statuses
    assert reply.headers["Cache-Control"] == "no-store"
    if target.startswith("/v1"):
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert set(reply.json) == PROBLEM
        assert (reply.json["status"], bool(reply.json["advice"])) == (reply.status, True)
    else:
        assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
        assert set(reply.json) == GITHUB_SHAPE
        assert reply.json["status"] == str(reply.status)


def test_targets(portico: Running) -> None:
    """Names, limits, cursors and paths that cannot be: refused without asking GitHub."""
    table = {
        "/v1/users/_x": (400,),
        "/v1/users/a%20b": (400,),
        "/v1/users/" + "a" * 200: (400,),
        "/v1/users/..": (400, 404),
        "/v1/users/%2e%2e": (400, 404),
        "/v1/users/solveig%0d%0aX-Evil:1": (400,),
        "/v1/users/solveig%00": (400,),
        "/v1/users/%C3%A5": (400,),
        "/v1/users//repos": (400, 404),
        "/v1//users/solveig": (404,),
        "/v1/repos/solveig/..": (400, 404),
        "/v1/repos/solveig/a%2Fb": (400, 404),
        "/v1/nothing": (404,),
        "/v1/users/solveig/repos?limit=0": (400,),
        "/v1/users/solveig/repos?limit=-1": (400,),
        "/v1/users/solveig/repos?limit=1000000000000000000000": (400,),
        "/v1/users/solveig/repos?limit=NaN": (400,),
        "/v1/users/solveig/repos?limit=": (400,),
        "/v1/users/solveig/repos?cursor=broken": (400,),
        "/v1/users/solveig/repos?cursor=eyJhbGciOiJub25lIn0": (400,),
        "/v1/users/solveig/repos?cursor=%00%ff": (400,),
        "/v1/users/solveig/repos?sort=evil": (400,),
        "/v1/users/solveig/repos?direction=up": (400,),
        "/api/v3/repos/solveig/../ingrid": (400,),
        "/api/v3/repos/solveig/%2e%2e/ingrid": (400,),
        "/api/v3//users/solveig": (400,),
        "/api/v3/users/solveig%0d%0aX-Evil:1": (400,),
        "/api/v3/users/solveig%00": (400,),
        "/api/v3/users/%": (400,),
        f"/api/v3/user?access_token={PLANTED}": (400,),
    }
    for target, statuses in table.items():
        reply = ask(portico.url + target)
        assert_refused(reply, *statuses, target=target)
        assert PLANTED not in reply.everything
        assert "X-Evil" not in reply.headers
    assert [each.path for each in portico.sandbox.log] == []


def test_unknown_owner(portico: Running) -> None:
    """Whom GitHub does not know is a 404: a problem here, GitHub's own words there."""
    clean = ask(f"{portico.url}/v1/users/nobody-at-all")
    proxied = ask(f"{portico.github}/users/nobody-at-all")

    assert_refused(clean, 404, target="/v1")
    assert (proxied.status, proxied.json["message"]) == (404, "Not Found")


def test_unreadable_credential(portico: Running) -> None:
    """A credential that cannot be read is refused and not repeated; nobody is not meant by it."""
    for value in (f"Digest {PLANTED}", f"Bearer {PLANTED} x", PLANTED, ""):
        for target in FACES:
            reply = ask(portico.url + target, headers={"Authorization": value})

            assert_refused(reply, 401, target=target)
            assert PLANTED not in reply.everything
    assert portico.sandbox.calls() == 0


def test_refused_credential(portico: Running) -> None:
    """A credential that GitHub refuses is told so, and what everybody sees is not shown instead."""
    for target in FACES:
        ask(portico.url + target)

        reply = ask(portico.url + target, token="ghp_" + "x" * 36)

        assert reply.status == 401
        assert "full_name" not in reply.json


def test_body_over_the_limit(portico: Running) -> None:
    """A body over the limit is refused, whatever it is for, and GitHub sees nothing of it."""
    body = b'{"title":"' + b"x" * BODY_LIMIT_BYTES + b'"}'

    for target in ("/api/v3/repos/solveig/harbor/issues", "/api/graphql"):
        reply = ask(portico.url + target, "POST", token=tokens.SOLVEIG, body=body)
        assert_refused(reply, 413, target=target)
    reply = ask(portico.url + "/v1/users/solveig", "POST", body=body)
    assert_refused(reply, 405, target="/v1")
    assert portico.sandbox.calls() == 0


def test_body_that_never_ends(portico: Running) -> None:
    """A caller who goes on sending is answered at the limit."""
    head = (
        "POST /api/v3/repos/solveig/harbor/issues HTTP/1.1\r\nHost: a\r\n"
        f"Authorization: Bearer {tokens.SOLVEIG}\r\nContent-Length: 1000000000\r\n"
        "Connection: close\r\n\r\n"
    )

    answer = talk(portico.url, head.encode(), *[b"x" * 8_192] * 16)

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.BAD_GATEWAY_HTML, 502),
        (FaultKind.UNICORN, 502),
        (FaultKind.HTML_OK, 502),
        (FaultKind.HTML_AS_JSON, 502),
        (FaultKind.INVALID_JSON, 502),
        (FaultKind.CUT_LENGTH, 502),
        (FaultKind.CUT_CHUNKED, 502),
        (FaultKind.RESET, 502),
        (FaultKind.HUGE_HEADERS, 502),
        (FaultKind.BARE_304, 502),
        (FaultKind.SILENCE, 504),
    ],
)
def test_nonsense_from_github(
    portico: Running, kind: FaultKind, status: int, log: io.StringIO
) -> None:
    """What cannot be an answer is an error that says so, and is not stored."""
    for target, token in zip(FACES, (tokens.SOLVEIG, tokens.EIRIK), strict=True):
        portico.sandbox.faults.add(Fault(kind, times=None, size_bytes=HUGE_BYTES))

        failed = ask(portico.url + target, token=token)
        portico.sandbox.faults.clear()
        fine = ask(portico.url + target, token=token)

        assert_refused(failed, status, target=target)
        assert "<html" not in failed.everything.lower()
        assert token not in failed.everything
        assert fine.status == 200
        assert "miss" in fine.headers["Cache-Status"]
    assert "Traceback" not in log.getvalue()


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.ACCEPTED])
def test_passing_states_of_github(portico: Running, kind: FaultKind) -> None:
    """A 500 in JSON and a 202 are GitHub's answers, passed on and not stored."""
    portico.sandbox.faults.add(Fault(kind, path="/repos/*"))

    passed_on = ask(f"{portico.github}/repos/solveig/harbor")
    fine = ask(f"{portico.github}/repos/solveig/harbor")

    assert passed_on.status in (500, 202)
    assert "stored" not in passed_on.headers["Cache-Status"]
    assert fine.json["name"] == "harbor"


@pytest.mark.parametrize(
    "kind", [FaultKind.RESET, FaultKind.CUT_CHUNKED, FaultKind.SILENCE, FaultKind.BAD_GATEWAY_HTML]
)
def test_lost_answer_to_a_write(portico: Running, kind: FaultKind) -> None:
    """A write whose answer is lost is sent once, and told to be unknown."""
    issues = f"{portico.github}/repos/solveig/harbor/issues"
    portico.sandbox.faults.add(Fault(kind, method="POST", times=None))

    reply = ask(issues, "POST", token=tokens.SOLVEIG, body=b'{"title":"ebb"}')

    assert reply.status in (502, 504)
    assert portico.sandbox.calls(method="POST") == 1


def test_many_bad_callers_at_once_do_no_harm(portico: Running) -> None:
    """After a hundred broken connections the next caller is answered."""
    for number in range(100):
        talk(portico.url, b"GET /api/v3/users/solveig HTTP/1.1\r\nHost: a\x00%d\r\n\r\n" % number)

    assert ask(f"{portico.github}/users/solveig").status == 200
