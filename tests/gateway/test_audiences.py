"""The one property that matters most: what GitHub showed to one, Portico shows to nobody else.

Three principals, an App's installation (with one token, the next, or none just now) and everybody
fetch, write and lose access in any order, while GitHub answers, confirms, refuses and fails, and
while answers are under way. Each body that the scripted GitHub makes names whom it was made for.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st

from portico.core.audience import (
    Caller,
    Credential,
    installation_caller,
    principal_caller,
)
from portico.core.errors import GitHubTimedOut, GitHubUnreachable, PorticoError
from tests.gateway.scene import HUBOT, OCTO, OPERATORS, SECRET, Scene, get, leave, let_all_run
from tests.support.upstream import Outcome, Reply, Sent, binary, ok

MONA: Final = principal_caller(Credential("Bearer", "token-of-mona"), key=SECRET)
# Of one installation the tokens differ behind the `#`.
FIRST_TOKEN, NEXT_TOKEN = (
    installation_caller(5150, Credential("Bearer", f"installation#{number}"), key=SECRET)
    for number in (1, 2)
)
NO_TOKEN: Final = replace(
    installation_caller(5150, None, key=SECRET), failure=GitHubUnreachable("no token just now")
)
CALLERS: Final = (OCTO, HUBOT, MONA, FIRST_TOKEN, NEXT_TOKEN, NO_TOKEN, OPERATORS)
PATHS: Final = (
    "/repos/octo/secret",
    "/repos/octo/secret/issues",
    "/repos/octo/secret/contents/key",
    "/user",
    "/search/code?q=secret",
)
KINDS: Final = ("fine", "fine", "fine", "stream", "500", "reset", "silence", "limit", "404", "401")
DIRECTIVES: Final = (None, None, "no-cache", "max-stale", "only-if-cached", "max-age=0")
STEPS: Final = st.lists(
    st.one_of(
        st.tuples(
            st.just("fetch"),
            st.sampled_from(CALLERS),
            st.sampled_from(PATHS),
            st.sampled_from(DIRECTIVES),
        ),
        st.tuples(st.just("write"), st.sampled_from(CALLERS[:-1]), st.sampled_from(PATHS[:3])),
        st.tuples(st.just("wait"), st.sampled_from([1, 61, 400, 90_000])),
        st.tuples(st.just("github"), st.sampled_from(KINDS)),
        st.tuples(st.just("hold")),
        st.tuples(st.just("release")),
        st.tuples(st.just("leave")),
    ),
    min_size=3,
    max_size=40,
)


def name_of(caller: Caller) -> str:
    """Return by what name the scripted GitHub knows a caller."""
    if caller.credential is None:
        return "nobody" if caller.failure is None else "installation"
    return _holder(caller.credential)


def _holder(credential: Credential) -> str:
    return credential.secret.partition("#")[0]


class GitHub:
    """What the script knows: how it fares at the moment, and whether its answers are held."""

    def __init__(self) -> None:
        self.kind = "fine"
        self.gate = asyncio.Event()
        self.gate.set()
        self.version = 0

    def answer(self, sent: Sent) -> Outcome:
        """Answer in the name of the credential, as GitHub fares at the moment."""
        return self._fare(sent) if self.kind == "fine" else self._fail(sent)

    def _fare(self, sent: Sent) -> Reply:
        seen = name_seen(sent)
        if sent.request.method != "GET":
            self.version += 1
        etag = f'"{self.version}-of-{sent.credential and sent.credential.secret}"'
        # An ETag of GitHub's tells the credential: another one's never matches. Contents are
        # the exception, as their ETag is that of the content.
        if "/contents/" in sent.request.path:
            etag = f'"{self.version}"'
        if sent.if_none_match == etag:
            return Reply(304).held(self.gate)
        return ok(json.dumps({"for": seen}).encode(), etag=etag).held(self.gate)

    def _fail(self, sent: Sent) -> Outcome:
        body = json.dumps({"for": name_seen(sent), "message": "API rate limit exceeded"}).encode()
        match self.kind:
            case "reset":
                return GitHubUnreachable()
            case "silence":
                return GitHubTimedOut()
            case "stream":
                return binary(body).held(self.gate)
            case "limit":
                return ok(body, status=403).held(self.gate)
            case status:
                return ok(body, status=int(status)).held(self.gate)


def name_seen(sent: Sent) -> str:
    """Return the name of the credential that was sent."""
    return _holder(sent.credential) if sent.credential else "nobody"


class Play:
    """One sequence of steps, and a look at every answer."""

    def __init__(self) -> None:
        self.github = GitHub()
        self.scene = Scene()
        self.scene.github.script = self.github.answer
        self.waiting: list[asyncio.Task[None]] = []

    async def act(self, step: tuple[object, ...]) -> None:
        """Do one step, and let all that can go on go on."""
        match step:
            case ("fetch", Caller() as caller, str() as path, str() | None as directive):
                self.waiting.append(asyncio.create_task(self._look(path, caller, directive)))
            case ("write", Caller() as caller, str() as path):
                self.waiting.append(asyncio.create_task(self._write(path, caller)))
            case ("wait", int() as seconds):
                self.scene.clock.advance(seconds)
            case ("github", str() as kind):
                self.github.kind = kind
            case ("hold",):
                if self.github.gate.is_set():
                    self.github.gate = asyncio.Event()
            case ("release",):
                self.github.gate.set()
            case _:
                await leave(*self.waiting[:1])
                del self.waiting[:1]
        await let_all_run()

    async def end(self) -> None:
        """Let everything come to its end, and hear what was seen."""
        self.github.gate.set()
        await asyncio.gather(*self.waiting)
        await self.scene.done()
        assert self.scene.github.open == 0

    async def _look(self, path: str, caller: Caller, directive: str | None) -> None:
        request = get(path, cache_control=directive)
        try:
            at_hand = self.scene.gateway.hit(request, caller)
            answer = at_hand or await self.scene.gateway.fetch(request, caller)
        except PorticoError:
            return
        body = answer.response.body
        if answer.streaming is not None:
            body = b"".join([chunk async for chunk in answer.streaming.chunks()])
        # An answer of Portico's own (a limit it knows of) names nobody.
        assert json.loads(body).get("for") in (name_of(caller), None)

    async def _write(self, path: str, caller: Caller) -> None:
        try:
            answer = await self.scene.send("PATCH", path, caller)
        except PorticoError:
            return
        if answer.streaming is not None:
            await answer.streaming.close()


@given(STEPS)
@example([("fetch", caller, PATHS[0], None) for caller in CALLERS])
@example([("fetch", caller, PATHS[0], None) for caller in reversed(CALLERS)])
def test_no_body_reaches_another_audience(steps: list[tuple[object, ...]]) -> None:
    """Whatever happens in whatever order, a body made for one credential is shown to it alone."""

    async def play() -> None:
        acting = Play()
        for step in steps:
            await acting.act(step)
        await acting.end()

    asyncio.run(play())
