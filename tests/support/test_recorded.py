"""The replay of recordings: the right question gets its answer, a wrong one is noticed."""

from __future__ import annotations

import gzip
import json
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.recorded import Exchange, Replay, read_scenario, replaying

RECORDED = Exchange(
    origin="https://api.github.com:443",
    method="GET",
    target="/users/octo",
    asked_with=(("authorization", "token 1"),),
    sent=b"",
    status=200,
    fields=(("ETag", 'W/"a"'), ("Content-Type", "application/json"), ("Connection", "close")),
    body='{"name":"Åse"}'.encode(),
)


def _ask(replay: Replay, target: str, **fields: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection(urlsplit(replay.url).netloc, timeout=5)
    try:
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        connection.request("GET", target, headers={"Authorization": "Bearer 1"} | headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_the_recorded_request_gets_the_recorded_answer() -> None:
    """Status, fields and body are the recorded ones; the connection's own fields are not."""
    with replaying(is_gzip=False) as replay:
        replay.expected = RECORDED
        status, fields, body = _ask(replay, "/users/octo")

    assert (status, body) == (200, RECORDED.body)
    assert fields == {
        "ETag": 'W/"a"',
        "Content-Type": "application/json",
        "Content-Length": str(len(RECORDED.body)),
    }
    assert replay.asked == ["GET /users/octo 200"]


def test_who_accepts_gzip_gets_it_where_the_replay_compresses() -> None:
    """A compressing replay codes the body for those who accept it."""
    with replaying(is_gzip=True) as replay:
        replay.expected = RECORDED
        _, fields, body = _ask(replay, "/users/octo", Accept_Encoding="gzip")

    assert fields["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == RECORDED.body


def test_a_validator_is_confirmed() -> None:
    """The recorded ETag, weak or strong, is answered with 304."""
    with replaying(is_gzip=False) as replay:
        replay.expected = RECORDED
        status, _, body = _ask(replay, "/users/octo", If_None_Match='"a"')

    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    ("target", "fields"), [("/users/other", {}), ("/users/octo", {"Authorization": "token 2"})]
)
def test_anything_else_is_refused(target: str, fields: dict[str, str]) -> None:
    """Another target or another credential gets a status that GitHub does not have."""
    with replaying(is_gzip=False) as replay:
        replay.expected = RECORDED
        status, _, _ = _ask(replay, target, **fields)

    assert status == 599


def test_a_recording_is_read(tmp_path: Path) -> None:
    """A recording's parsed body becomes compact JSON again, a hexadecimal one its bytes."""
    recorded = {
        "scope": "https://api.github.com:443",
        "method": "post",
        "path": "/x?y=1",
        "reqheaders": {"content-length": 7},
        "body": {"a": "ø"},
        "status": 201,
        "rawHeaders": ["Server", "GitHub.com", "Link", "<a>"],
        "response": "1f8b",
        "responseIsBinary": True,
    }
    path = tmp_path / "raw.json"
    path.write_text(json.dumps([recorded]), encoding="utf-8")

    [exchange] = read_scenario(path)

    assert (exchange.method, exchange.sent) == ("POST", '{"a":"ø"}'.encode())
    assert exchange.asked_with == (("content-length", "7"),)
    assert (exchange.field("link"), exchange.body) == ("<a>", b"\x1f\x8b")
