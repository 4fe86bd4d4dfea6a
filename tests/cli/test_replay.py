"""`portico replay`, as operators meet it: a process of its own, in front of a real receiver."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.command import run_portico
from tests.support.receiver import Receiver, receiving
from tests.support.running import Running, running

SECRET = "between the two of us"


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def recording(folder: Path, count: int = 3) -> str:
    """Write a recording of so many deliveries of `push`, one a line; return its name."""
    lines = [
        {"headers": {"X-GitHub-Event": "push", "X-GitHub-Delivery": f"id-{n}"}, "body": {"n": n}}
        for n in range(count)
    ]
    (folder / "d.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return "d.jsonl"


def test_all_are_posted_in_their_order(tmp_path: Path, receiver: Receiver) -> None:
    """Signed over the very bytes, with the recorded ids; exit code 0 and a last line."""
    name = recording(tmp_path, 20)

    said = run_portico(
        "replay", name, "--url", receiver.url, cwd=tmp_path, PORTICO_WEBHOOK_SECRET=SECRET
    )

    assert said.returncode == 0, said.stderr
    assert "20 of 20 deliveries taken" in said.stderr
    sent = receiver.received
    assert [each.headers["x-github-delivery"] for each in sent] == [f"id-{n}" for n in range(20)]
    for each in sent:
        signature = hmac.new(SECRET.encode(), each.body, hashlib.sha256).hexdigest()
        assert each.headers["x-hub-signature-256"] == f"sha256={signature}"
        assert each.headers["content-type"] == "application/json"
    assert SECRET not in said.stdout + said.stderr


def test_with_new_ids_none_is_a_repeat(tmp_path: Path, receiver: Receiver) -> None:
    """Each gets an id that nobody has seen; some at once, from a file's secret."""
    (tmp_path / "secret").write_text(SECRET + "\n")
    name = recording(tmp_path, 20)

    said = run_portico(
        "replay", name, "--url", receiver.url, "--secret-file", "secret", "--new-ids",
        "--concurrency", "5", cwd=tmp_path,
    )  # fmt: skip

    assert said.returncode == 0, said.stderr
    ids = {each.headers["x-github-delivery"] for each in receiver.received}
    assert len(ids) == 20
    assert not any(each.startswith("id-") for each in ids)


def test_the_refused_are_counted_and_named(tmp_path: Path, receiver: Receiver) -> None:
    """The first ones by their line, all by the reason that was given; exit code 1."""
    receiver.statuses, receiver.detail = [204, 400], "issues: no such shape"
    name = recording(tmp_path, 15)

    said = run_portico(
        "replay", name, "--url", receiver.url, cwd=tmp_path, PORTICO_WEBHOOK_SECRET=SECRET
    )

    assert said.returncode == 1
    assert "refused: d.jsonl, line 2 (push): 400 issues: no such shape" in said.stderr
    assert "14 x 400 issues: no such shape" in said.stderr
    assert "1 of 15 deliveries taken" in said.stderr


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_secret_ends_it_and_is_named(
    tmp_path: Path, receiver: Receiver, status: int
) -> None:
    """All others would be refused as well; which secret was used is said, not what it is."""
    receiver.statuses = [status]
    (tmp_path / "old-secret").write_text(SECRET)
    name = recording(tmp_path, 9)

    said = run_portico(
        "replay", name, "--url", receiver.url, "--secret-file", "old-secret", cwd=tmp_path
    )

    assert said.returncode == 1
    assert len(receiver.received) == 1
    assert "the secret of old-secret is not the one" in said.stderr
    assert SECRET not in said.stderr


@pytest.mark.parametrize("status", [301, 404])
def test_another_place_ends_it(tmp_path: Path, receiver: Receiver, status: int) -> None:
    """Where nothing takes deliveries, or redirects them (a POST would arrive as a GET)."""
    receiver.statuses = [status]
    name = recording(tmp_path)

    said = run_portico(
        "replay", name, "--url", receiver.url, cwd=tmp_path, PORTICO_WEBHOOK_SECRET=SECRET
    )

    assert said.returncode == 1
    assert len(receiver.received) == 1
    assert "must end in /webhooks/github" in said.stderr


def test_nobody_there_is_said_once(tmp_path: Path) -> None:
    """Exit code 1, and where nobody is."""
    name = recording(tmp_path)

    said = run_portico(
        "replay", name, "--url", "http://127.0.0.1:1/webhooks/github", cwd=tmp_path,
        PORTICO_WEBHOOK_SECRET=SECRET,
    )  # fmt: skip

    assert said.returncode == 1
    assert said.stderr.count("nobody answers at http://127.0.0.1:1/webhooks/github") == 1


def test_the_own_portico_is_the_default(tmp_path: Path) -> None:
    """The URL follows from PORTICO_HOST and PORTICO_PORT."""
    name = recording(tmp_path)

    said = run_portico(
        "replay", name, cwd=tmp_path, PORTICO_WEBHOOK_SECRET=SECRET, PORTICO_HOST="0.0.0.0",
        PORTICO_PORT="1",
    )  # fmt: skip

    assert "http://127.0.0.1:1/webhooks/github" in said.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("absent.jsonl",), "does not exist"),
        (("bad.jsonl",), "bad.jsonl, line 2: Input data was truncated"),
        (("empty.jsonl",), "holds no deliveries"),
        (("d.jsonl", "--secret-file", "absent"), "absent: No such file"),
        (("d.jsonl", "--secret-file", "empty.jsonl"), "it must hold the webhook's secret"),
        (("d.jsonl", "--rate", "0"), "rate"),
        (("d.jsonl", "--concurrency", "1000"), "concurrency"),
    ],
)
def test_wrong_usage_sends_nothing(
    tmp_path: Path, receiver: Receiver, arguments: tuple[str, ...], words: str
) -> None:
    """Exit code 2 and what is missing; a bad last line is found before the first is sent."""
    (tmp_path / "bad.jsonl").write_text((tmp_path / recording(tmp_path, 1)).read_text() + "{")
    (tmp_path / "empty.jsonl").write_text("")

    said = run_portico(
        "replay", *arguments, "--url", receiver.url, cwd=tmp_path, PORTICO_WEBHOOK_SECRET=SECRET
    )

    assert said.returncode == 2
    assert words in said.stderr
    assert receiver.received == []


def test_without_a_secret_it_says_which(tmp_path: Path, receiver: Receiver) -> None:
    """Exit code 2, and both ways to name one."""
    said = run_portico("replay", recording(tmp_path), "--url", receiver.url, cwd=tmp_path)

    assert said.returncode == 2
    assert "PORTICO_WEBHOOK_SECRET" in said.stderr
    assert "--secret-file" in said.stderr


def test_a_rate_is_kept_to(tmp_path: Path, receiver: Receiver) -> None:
    """With a rate far above what is needed, everything arrives all the same."""
    name = recording(tmp_path)

    said = run_portico(
        "replay", name, "--url", receiver.url, "--rate", "1000", "--concurrency", "3",
        cwd=tmp_path, PORTICO_WEBHOOK_SECRET=SECRET,
    )  # fmt: skip

    assert said.returncode == 0
    assert len(receiver.received) == 3


def test_a_running_portico_takes_them(tmp_path: Path) -> None:
    """What GitHub's API tells of a lost delivery, replayed, refreshes what is stored; once."""
    with running(webhook_secret=SECRET) as portico:
        world = portico.sandbox.world
        world.add_hook(repository="solveig/harbor", events=("star",))
        before = stars(portico)
        world.star("solveig/harbor")
        lost = world.outbox.arrived[-1]
        told = {
            "guid": lost.guid,
            "event": lost.event,
            "request": {"payload": json.loads(lost.body)},
        }
        (tmp_path / "lost.json").write_text(json.dumps(told))
        unheard = stars(portico)

        said = run_portico(
            "replay", "lost.json", "--url", f"{portico.url}/webhooks/github", cwd=tmp_path,
            PORTICO_WEBHOOK_SECRET=SECRET,
        )  # fmt: skip

        assert said.returncode == 0, said.stderr
        assert (unheard, stars(portico)) == (before, before + 1)


def stars(portico: Running) -> int:
    """Ask how many stars a repository has."""
    with urlopen(f"{portico.github}/repos/solveig/harbor", timeout=20) as answer:
        return int(json.load(answer)["stargazers_count"])
