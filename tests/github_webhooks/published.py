"""What GitHub publishes of its webhooks: the list of events and actions, and example payloads.

`python -m tests.github_webhooks.published` prints what Portico makes of the examples, event by
event, in the form of changes.txt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from portico.core.happening import read_happening
from portico.core.webhook import changes_of

HERE: Final = Path(__file__).parent
OCTOKIT: Final = HERE / "node_modules" / "@octokit"
CHANGES: Final = HERE / "changes.txt"
# The one action of GitHub's list that is a made-up example: whoever dispatches chooses it.
_CHOSEN: Final = "sample.collected"
_OPERATION: Final = re.compile(r'operations\["([a-z0-9./-]+)"\]')
# Repositories and owners by name; those by id only repeat them.
_BY_ID: Final = re.compile(r"(?:repo|owner):#")
_OWNER: Final = re.compile(r"^(repos|owner):[^/]+")
_REPOSITORY: Final = re.compile(r"^repo:[^/]+/[^/]+")
_SHA: Final = re.compile(r"\b[0-9a-f]{40}\b")
_NUMBER: Final = re.compile(r"/\d+")


@dataclass(frozen=True, slots=True)
class Example:
    """A payload as GitHub documents it."""

    event: str
    payload: dict[str, Any]

    @property
    def name(self) -> str:
        """Event, and action if it has one."""
        action = self.payload.get("action")
        return f"{self.event}.{action}" if action else self.event

    @property
    def body(self) -> bytes:
        """The payload as it is sent."""
        return json.dumps(self.payload).encode()


def published_events() -> dict[str, set[str]]:
    """Return GitHub's events, each with its actions (none where it has no action)."""
    types = (OCTOKIT / "openapi-webhooks-types" / "types.d.ts").read_text()
    events: dict[str, set[str]] = {}
    for operation in _OPERATION.findall(types):
        event, _, action = operation.partition("/")
        actions = events.setdefault(event.replace("-", "_"), set())
        if action and action != _CHOSEN:
            actions.add(action.replace("-", "_"))
    return events


def examples() -> Iterator[Example]:
    """Yield all payloads that GitHub documents."""
    index = OCTOKIT / "webhooks-examples" / "api.github.com" / "index.json"
    for event in json.loads(index.read_text()):
        for payload in event["examples"]:
            yield Example(event["name"], payload)


def summary() -> str:
    """Return what the examples of each event and action make stale, names and numbers left out."""
    marked: dict[str, set[str]] = {}
    for example in examples():
        changes = changes_of(read_happening(example.event, example.body))
        lines = marked.setdefault(example.name, set())
        lines.update(f"drop {tag}" for tag in _general(changes.drop))
        lines.update(f"mark {tag}" for tag in _general(changes.mark))
    return "".join(
        f"{name}\n" + "".join(f"    {line}\n" for line in sorted(lines) or ["nothing"])
        for name, lines in sorted(marked.items())
    )


def _general(tags: Iterable[str]) -> Iterator[str]:
    for tag in tags:
        if not _BY_ID.match(tag):
            short = _REPOSITORY.sub("repo", _OWNER.sub(r"\1", tag))
            yield _NUMBER.sub("/N", _SHA.sub("SHA", short))


if __name__ == "__main__":
    print(summary(), end="")  # noqa: T201  # a script's output
