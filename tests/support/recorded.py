"""Exchanges with GitHub that others have recorded, and a server that replays them.

A scenario is a list of exchanges in their order. The server answers each only to the request that
was recorded for it, byte for byte; it confirms a validator that it has given out itself, and
answers everything else with 599, so that a wrong question cannot go unnoticed.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal

from tests.support.raw_server import Wire, raw_server

Fields = tuple[tuple[str, str], ...]

# Of the recorded connection, not of the answer: the server frames the body itself.
_FRAMING = {"connection", "content-length", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and its answer, the body as GitHub meant it: without content coding."""

    origin: str
    method: str
    target: str
    asked_with: Fields
    sent: bytes
    status: int
    fields: Fields
    body: bytes

    def field(self, name: str) -> str | None:
        """Return a header field of the answer."""
        return next((v for n, v in self.fields if n.lower() == name), None)

    @property
    def is_json(self) -> bool:
        """Whether the answer is JSON."""
        return "json" in (self.field("content-type") or "")


def read_scenario(path: Path) -> list[Exchange]:
    """Read a raw recording of `@octokit/fixtures` (the form of nock, its recorder)."""
    return [_exchange(recorded) for recorded in json.loads(path.read_text(encoding="utf-8"))]


def _exchange(recorded: dict[str, Any]) -> Exchange:
    names = iter(recorded["rawHeaders"])
    return Exchange(
        origin=recorded["scope"],
        method=recorded["method"].upper(),
        target=recorded["path"],
        asked_with=tuple((n, str(v)) for n, v in recorded["reqheaders"].items()),
        sent=_bytes(recorded["body"]),
        status=recorded["status"],
        fields=tuple(zip(names, names, strict=True)),
        body=_bytes(recorded["response"], is_hex=recorded["responseIsBinary"]),
    )


def _bytes(data: object, *, is_hex: bool = False) -> bytes:
    """Return a body as it was on the wire: what was JSON is kept parsed in a recording."""
    if isinstance(data, str):
        return bytes.fromhex(data) if is_hex else data.encode()
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(slots=True)
class Replay:
    """The server's state: what it waits for, and what it was asked."""

    is_gzip: bool
    url: str = ""
    expected: Exchange | None = None
    asked: list[str] = field(default_factory=list)
    """The request lines, each with the status that it got."""

    async def answer(self, wire: Wire, request: bytes) -> None:
        """Answer one request."""
        head, _, body = request.partition(b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        fields = {n.lower(): v.strip() for n, _, v in (each.partition(":") for each in lines)}
        status, extra, content = self._answer(line, fields, body)
        self.asked.append(f"{line.rpartition(' ')[0]} {status}")
        await wire.send(_on_the_wire(status, extra, content))

    def _answer(
        self, line: str, fields: dict[str, str], body: bytes
    ) -> tuple[int, Fields, bytes | None]:
        due = self.expected
        if due is None or line != f"{due.method} {due.target} HTTP/1.1" or body != due.sent:
            return 599, (), b"not what was recorded"
        if _secret(fields) != _secret(dict(due.asked_with)):
            return 599, (), b"not with the recorded credential"
        etag = due.field("etag")
        if etag and _opaque(fields.get("if-none-match")) == _opaque(etag):
            return 304, tuple(f for f in due.fields if f[0].lower() != "content-type"), None
        if self.is_gzip and due.body and "gzip" in fields.get("accept-encoding", ""):
            coded = (*due.fields, ("Content-Encoding", "gzip"))
            return due.status, coded, gzip.compress(due.body, mtime=0)
        return due.status, due.fields, due.body


def _secret(fields: Mapping[str, str]) -> str:
    # `token` and `Bearer` before it mean the same to GitHub.
    return fields.get("authorization", "").rpartition(" ")[2]


def _opaque(etag: str | None) -> str:
    return (etag or "").removeprefix("W/")


def _on_the_wire(status: int, fields: Fields, body: bytes | None) -> bytes:
    """Return an answer's bytes; a status that has no body is framed without a length."""
    kept = [f"{n}: {v}" for n, v in fields if n.lower() not in _FRAMING]
    sent = b"" if body is None or status == 204 else body
    if body is not None and status != 204:
        kept.append(f"Content-Length: {len(sent)}")
    head = "\r\n".join([f"HTTP/1.1 {status} Recorded", *kept, "", ""])
    return head.encode("latin-1") + sent


@contextmanager
def replaying(*, is_gzip: bool) -> Iterator[Replay]:
    """Run a replay server in a thread.

    `is_gzip`: bodies are compressed for those who accept it, as GitHub's are.
    """
    replay = Replay(is_gzip)

    async def script(wire: Wire, _: int) -> None:
        await replay.answer(wire, server.requests[-1])

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(raw_server(script)) as server,
    ):
        replay.url = server.url
        yield replay
