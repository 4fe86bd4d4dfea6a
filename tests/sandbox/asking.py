"""Asks the sandbox's pure function as a client would, without a socket or a real clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from portico.sandbox import Request, Response, World, respond, seeded_world

NOON_AT = 1_795_000_000.0  # 2026-11-18, after the seeded world's last instant
API_URL = "https://api.github.com"


@dataclass(slots=True)
class Asker:
    """A client of one world. `now` is the world's time and moves only when a test moves it."""

    now: float = NOON_AT
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.world = seeded_world(lambda: self.now)

    def ask(
        self,
        method: str,
        target: str,
        *,
        token: str | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Ask for a path with query, or for an absolute URL taken from a body or a header."""
        parts = urlsplit(target.removeprefix(API_URL))
        sent = {"user-agent": "tests", "accept": "application/vnd.github+json"}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        raw = b"" if body is None else json.dumps(body).encode()
        request = Request(method, parts.path, parts.query, {**sent, **(headers or {})}, raw)
        return respond(self.world, request, self.now)

    def get(
        self, target: str, token: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """GET."""
        return self.ask("GET", target, token=token, headers=headers)


def value(response: Response) -> Any:  # noqa: ANN401 - bodies are of every shape
    """Return a response's JSON."""
    return json.loads(response.body)


def links(response: Response) -> dict[str, str]:
    """Return the Link header as relation -> URL."""
    found = {}
    for part in (response.header("link") or "").split(", "):
        url, _, relation = part.partition("; ")
        if url:
            found[relation.split('"')[1]] = url.strip("<>")
    return found
