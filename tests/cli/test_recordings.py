"""Recorded deliveries in all the shapes that they come in, and what is none."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from portico.cli.recordings import Recorded, RecordingError, recorded

PUSH = b'{"ref": "refs/heads/main",\t"after":"\\u00e9"}'  # to be kept byte for byte
HEADERS = {
    "X-GitHub-Event": "push",
    "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "X-GitHub-Hook-ID": 292430182,
    "X-Hub-Signature-256": "sha256=00",
    "User-Agent": "GitHub-Hookshot/044aadd",
    "Content-Type": "application/json",
    "Host": "elsewhere.example",
}


def read(path: Path, text: str | bytes) -> list[Recorded]:
    """Write a file and read it as a recording."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(recorded(path))


def line(**members: object) -> str:
    """Return one line of a recording."""
    return json.dumps({"headers": HEADERS, **members})


def test_what_a_receiver_wrote_down(tmp_path: Path) -> None:
    """A body as text or in base64 is taken as it was; an object as it stands there."""
    raw = b'{"headers":' + json.dumps(HEADERS).encode() + b',"body":' + PUSH + b"}\n\n"
    encoded = line(body_base64=base64.b64encode(PUSH).decode())

    found = read(tmp_path / "d.jsonl", raw + f"{line(body=PUSH.decode())}\n{encoded}\n".encode())

    assert [each.body for each in found] == [PUSH] * 3
    assert [each.place for each in found] == [f"d.jsonl, line {n}" for n in (1, 3, 4)]
    assert {each.event for each in found} == {"push"}
    assert {each.guid for each in found} == {HEADERS["X-GitHub-Delivery"]}


def test_only_githubs_headers_are_kept(tmp_path: Path) -> None:
    """Not the signature, which is made anew, nor what belonged to another connection."""
    [found] = read(tmp_path / "d.jsonl", line(body={}))

    assert {name for name, _ in found.headers} == {
        "x-github-event",
        "x-github-delivery",
        "x-github-hook-id",
        "user-agent",
        "content-type",
    }


def test_what_githubs_api_tells(tmp_path: Path) -> None:
    """The request of a delivery; what was sent as a form is JSON there, and goes as JSON."""
    form = {**HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
    told = {
        "id": 12345678,
        "guid": "0b989ba4-242f-11e5-81e1-c7b6966d2516",
        "event": "push",
        "action": None,
        "status_code": 502,
        "request": {"headers": form, "payload": {"ref": "refs/heads/main"}},
        "response": {"headers": {}, "payload": None},
    }

    [found] = read(tmp_path / "d.json", json.dumps(told, indent=2))

    assert json.loads(found.body) == {"ref": "refs/heads/main"}
    assert found.event == "push"
    assert found.guid == HEADERS["X-GitHub-Delivery"]
    assert "content-type" not in dict(found.headers)


def test_without_recorded_headers_githubs_own_words_count(tmp_path: Path) -> None:
    """Event and guid stand beside the request, too."""
    told = {"guid": "g", "event": "star", "request": {"payload": {}}}

    [found] = read(tmp_path / "d.json", json.dumps(told))

    assert (found.event, found.guid) == ("star", "g")


def test_an_array_of_them(tmp_path: Path) -> None:
    """On one line or on many."""
    for text in (f"[{line(body={})}]", f"[\n{line(body={})},\n{line(body={})}\n]\n"):
        found = read(tmp_path / "d.json", text)

        assert found[0].place == "d.json, item 1"


def test_githubs_examples(tmp_path: Path) -> None:
    """An array by event, each with its payloads."""
    index = [
        {"name": "push", "description": "…", "examples": [{"ref": "a"}, {"ref": "b"}]},
        {"name": "star", "examples": [{"action": "created"}]},
    ]

    found = read(tmp_path / "index.json", json.dumps(index))

    assert [each.event for each in found] == ["push", "push", "star"]
    assert found[1].place == "index.json, item 1, example 2"
    assert {each.guid for each in found} == {None}


def test_a_folder_of_payloads(tmp_path: Path) -> None:
    """Named by the event, in the file's name or in that of its folder; sorted."""
    for name in ("push.json", "issues.opened.json", "star/created.payload.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"x": 1}')
    (tmp_path / "README.md").write_text("not one")
    (tmp_path / "index.json").write_text('[{"name": "watch", "examples": [{}]}]')

    found = list(recorded(tmp_path))

    assert [each.event for each in found] == ["watch", "issues", "push", "star"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{line(body={})}\n{{cut", "line 2: JSON is malformed"),
        (f"{line(body={})}\n[]", "line 2: Expected `object`"),
        (line(), "line 1: has no body"),
        (json.dumps({"body": {}}), "line 1: names no event"),
        (line(body=7), "line 1: Expected `object`, got `int`"),
        (line(body=[1]), "line 1: Expected `object`, got `array`"),
        (line(body_base64="s3cret!"), "line 1: body_base64 is not base64"),
        ('[{"name": "push", "examples": [[]]}]', "item 1, example 1: Expected `object`"),
        ('[{"examples": []}]', "item 1: names no event"),
        (b"\xff\xfe", "line 1"),
        ("no JSON at all\n", "line 1: JSON is malformed"),
        (line(body={}, event="a", headers={"X-GitHub-Event": "push\n"}), "line 1: holds what no"),
        (line(body={}, guid="a", headers={"X-GitHub-Event": "é"}), "line 1: holds what no"),
        (f'{{"body":{"[" * 100_000}}}', "line 1: maximum recursion"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, text: str | bytes, said: str) -> None:
    """By its number and by what is wrong with it, never by what stands there."""
    with pytest.raises(RecordingError) as raised:
        read(tmp_path / "d.jsonl", text)

    assert f"d.jsonl, {said}" in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_folder_without_payloads_is_named(tmp_path: Path) -> None:
    """And what was looked for."""
    with pytest.raises(RecordingError, match=r"no file there ends in \.json"):
        list(recorded(tmp_path))


def test_a_bad_payload_in_a_folder_is_named(tmp_path: Path) -> None:
    """By the file's name."""
    (tmp_path / "push.json").write_text("{")

    with pytest.raises(RecordingError, match=r"push\.json: "):
        list(recorded(tmp_path))


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With the system's own word for it."""
    with pytest.raises(RecordingError, match="No such file"):
        list(recorded(tmp_path / "absent.jsonl"))
