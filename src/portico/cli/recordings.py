"""Recorded webhook deliveries, read from a file or a folder.

Four shapes are known, because deliveries come from four places:

- lines of JSON with `headers` and `body` (a text, an object, or `body_base64`): what a receiver
  has written down;
- GitHub's own record of a delivery, `{"event", "guid", "request": {"headers", "payload"}}`
  (https://docs.github.com/rest/repos/webhooks#get-a-delivery-for-a-repository-webhook);
- GitHub's examples, `{"name": event, "examples": [payload, …]}`, as npm's
  @octokit/webhooks-examples has them;
- a folder of payloads named by their event: `push.json`, `issues.opened.json`, or
  `issues/opened.json`.

The first three stand one a line, or together in one array. Bodies are handed on byte for byte.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec

# What is sent on of the recorded headers, besides all that begin with X-GitHub-. GitHub's own
# record holds the payload of a form as JSON: its Content-Type is not that of what is posted.
_KEPT: Final = frozenset({"content-type", "user-agent"})
_KEPT_OF_GITHUB: Final = frozenset({"user-agent"})
_OWN: Final = "x-github-"
# What a header field can hold, in ASCII: each of these is sent in one.
_FIELD: Final = re.compile(r"[\x20-\x7e]*")
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


T = TypeVar("T")


class RecordingError(Exception):
    """A file that holds no deliveries; the message names the place and never what stands there."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One delivery. `place` says where it was found; header names are lower case."""

    place: str
    event: str
    body: bytes
    guid: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be sent, before anything is."""
        pairs = (("event", self.event), ("id", self.guid or ""), *self.headers)
        for name, text in pairs:
            if not (_FIELD.fullmatch(name) and _FIELD.fullmatch(text)):
                raise RecordingError(f"{self.place}: holds what no header field can")


class _Request(msgspec.Struct):
    headers: dict[str, str | int | None] = msgspec.field(default_factory=dict)
    payload: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _Line(msgspec.Struct):
    """All shapes in one: what is there tells which it is. A Raw that is not there is empty."""

    headers: dict[str, str | int | None] = msgspec.field(default_factory=dict)
    body: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    body_base64: str | None = None
    request: _Request | None = None
    event: str | None = None
    guid: str | None = None
    name: str | None = None
    examples: list[msgspec.Raw] | None = None


_LINE: Final = msgspec.json.Decoder(_Line)
_LINES: Final = msgspec.json.Decoder(list[_Line])
_TEXT: Final = msgspec.json.Decoder(str)
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def recorded(path: Path) -> Iterator[Recorded]:
    """Read deliveries, in the order recorded; of a folder, by name.

    Raises:
        RecordingError: the path cannot be read, or what stands there is no delivery.

    """
    try:
        yield from _of_folder(path) if path.is_dir() else _of_file(path)
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror}") from None


def _of_folder(folder: Path) -> Iterator[Recorded]:
    paths = sorted(folder.rglob("*.json"))
    if not paths:
        raise RecordingError(f"{folder}: no file there ends in .json")
    for path in paths:
        inside = path.relative_to(folder)
        body = path.read_bytes()
        if body.lstrip()[:1] == b"[":  # a whole collection: GitHub's examples
            yield from _of_file(path)
            continue
        event = inside.parts[0] if len(inside.parts) > 1 else inside.name.partition(".")[0]
        yield Recorded(str(inside), event, _checked(body, str(inside)))


def _of_file(path: Path) -> Iterator[Recorded]:
    with path.open("rb") as file:
        first = file.readline()
        is_by_line = _is_line(first) or not _is_one_document(path)
        file.seek(0)
        if not is_by_line:
            yield from _of_document(path)
            return
        for number, line in enumerate(file, start=1):
            if line.strip():
                place = f"{path.name}, line {number}"
                yield from _of_line(_decoded(_LINE, line, place), place)


def _is_line(first: bytes) -> bool:
    """Whether a first line is a delivery on its own."""
    try:
        _LINE.decode(first)
    except _UNREADABLE:
        return False
    return True


def _is_one_document(path: Path) -> bool:
    """Whether a file as a whole is JSON: then it is an array, or one delivery on many lines."""
    try:
        msgspec.json.decode(path.read_bytes(), type=msgspec.Raw)
    except _UNREADABLE:
        return False
    return True


def _of_document(path: Path) -> Iterator[Recorded]:
    text = path.read_bytes()
    if text.lstrip()[:1] == b"[":
        lines: list[_Line] = _decoded(_LINES, text, path.name)
        for at, line in enumerate(lines, start=1):
            yield from _of_line(line, f"{path.name}, item {at}")
    else:
        yield from _of_line(_decoded(_LINE, text, path.name), path.name)


def _of_line(line: _Line, place: str) -> Iterator[Recorded]:
    if line.examples is not None:
        event = _event(line.name, place)
        for at, example in enumerate(line.examples, start=1):
            where = f"{place}, example {at}"
            yield Recorded(where, event, _checked(bytes(example), where))
        return
    sent = line.request.headers if line.request else line.headers
    kept = _KEPT_OF_GITHUB if line.request else _KEPT
    headers = {key.lower(): str(value) for key, value in sent.items() if value is not None}
    yield Recorded(
        place,
        _event(headers.get("x-github-event") or line.event, place),
        _body(line, place),
        headers.get("x-github-delivery") or line.guid,
        tuple(pair for pair in headers.items() if pair[0] in kept or pair[0].startswith(_OWN)),
    )


def _event(name: str | None, place: str) -> str:
    if not name:
        raise RecordingError(f"{place}: names no event; it needs headers with X-GitHub-Event")
    return name


def _body(line: _Line, place: str) -> bytes:
    """Return the body as it was sent; of GitHub's own record, the payload as it stands there."""
    raw = bytes(line.request.payload if line.request else line.body)
    if line.body_base64 is not None:
        try:
            return base64.b64decode(line.body_base64, validate=True)
        except binascii.Error:
            raise RecordingError(f"{place}: body_base64 is not base64") from None
    if not raw:
        raise RecordingError(f"{place}: has no body; it needs `body` or `request.payload`")
    return _decoded(_TEXT, raw, place).encode() if raw[:1] == b'"' else _checked(raw, place)


def _checked(body: bytes, place: str) -> bytes:
    """Return a payload that is a JSON object, and was not cut off."""
    _decoded(_OBJECT, body, place)
    return body


def _decoded(decoder: msgspec.json.Decoder[T], text: bytes, place: str) -> T:
    try:
        return decoder.decode(text)
    except _UNREADABLE as error:
        raise RecordingError(f"{place}: {error}") from None
