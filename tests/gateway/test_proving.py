"""What one principal's token obtained, and how it becomes another's: by that one's own 304 only."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Final

import pytest

from portico.core.audience import Caller, Credential, installation_caller, principal_caller
from portico.core.errors import GitHubUnreachable, PorticoError
from portico.core.key import DEFAULT_ACCEPT
from portico.core.message import Headers, Request, Response
from portico.core.resource import classify
from portico.core.validator import MATCHES_TO_TRUST, computed_etag
from tests.gateway.scene import ANYBODY, HUBOT, OCTO, SECRET, Scene, let_all_run, start
from tests.support.upstream import Outcome, Reply, Sent, ok

PRIVATE: Final = "/repos/octo/secret/languages"
OUTSIDER: Final = principal_caller(Credential("Bearer", "token-of-outsider"), key=SECRET)
HOUR_S: Final = 3_600
VARY: Final = Headers([("Vary", "Accept, Authorization")])


@dataclass(slots=True)
class TaggingGitHub:
    """A script that makes tags as GitHub does, and shows private things to their readers only."""

    readers: set[str] = field(default_factory=lambda: {"token-of-octo", "token-of-hubot"})
    version: int = 1
    is_churning: bool = False
    is_bare: bool = False
    is_down: bool = False
    until: asyncio.Event | None = None
    bodies: int = 0
    confirmations: int = 0

    def __call__(self, sent: Sent) -> Outcome:
        """Answer, confirm, refuse or fail."""
        if self.is_down:
            return GitHubUnreachable("refused")
        credential = sent.credential
        secret = credential.secret if credential else None
        if "/secret/" in sent.request.path and secret not in self.readers:
            return ok(b'{"message":"Not Found"}', status=404)
        body = json.dumps({"path": sent.request.path, "version": self.version}).encode()
        authorization = credential.authorization if credential else None
        tag = computed_etag(DEFAULT_ACCEPT, authorization, body)
        if self.is_churning:
            tag = f'"{self.bodies:064x}"'
        if sent.if_none_match == tag or (self.is_bare and sent.if_none_match):
            self.confirmations += 1
            headers = VARY if self.is_bare else VARY.having("ETag", tag)
            return Reply(304, headers, until=self.until)
        self.bodies += 1
        reply = ok(body, etag=tag).having("Vary", "Accept, Authorization")
        return reply if self.until is None else reply.held(self.until)


@pytest.fixture
def github() -> TaggingGitHub:
    """Return a GitHub that makes tags as the formula says."""
    return TaggingGitHub()


@pytest.fixture
async def scene(github: TaggingGitHub) -> Scene:
    """Return a scene in which the formula has been seen to hold, for the class of `PRIVATE`."""
    scene = Scene()
    scene.github.script = github
    for number in range(MATCHES_TO_TRUST):
        await scene.get(f"/repos/octo/open{number}/languages", OCTO)
    github.bodies = 0
    scene.github.sent.clear()
    return scene


def trust(scene: Scene, path: str) -> None:
    """Let the formula be seen to hold for the class of a path, too."""
    assert OCTO.credential is not None
    tag = computed_etag(DEFAULT_ACCEPT, OCTO.credential.authorization, b"{}")
    found = Response(200, VARY.having("ETag", tag), b"{}")
    like_it = path.replace("/contents/key", "/issues")
    assert classify(like_it, "").route_class is classify(path, "").route_class
    for _ in range(MATCHES_TO_TRUST):
        scene.gateway.proving.learn(Request("GET", like_it), OCTO, found)


async def test_another_token_of_the_same_installation(github: TaggingGitHub) -> None:
    """What a token obtained, the next one confirms without being sent the body again."""
    scene = Scene()
    scene.github.script = github
    first, following = (
        installation_caller(5150, Credential("Bearer", f"installation-{number}"), key=SECRET)
        for number in (1, 2)
    )
    github.readers |= {"installation-1", "installation-2"}
    await scene.get(PRIVATE, first)
    scene.clock.advance(HOUR_S + 1)

    await scene.get(PRIVATE, following, cache_control="no-cache")
    again = await scene.get(PRIVATE, following, cache_control="no-cache")

    assert again.response.status == 200
    assert (github.bodies, github.confirmations) == (1, 2)

    # It is the next one's own now, whatever becomes of the formula.
    is_churning, github.is_churning = github.is_churning, True
    await scene.get("/repos/octo/other/languages", following)
    github.is_churning = is_churning
    await scene.get(PRIVATE, following, cache_control="no-cache")
    assert scene.gateway.proving.refuted
    assert github.confirmations == 3


async def test_proved(scene: Scene, github: TaggingGitHub) -> None:
    """A second principal's own 304 makes the stored body theirs; it was sent once."""
    first = await scene.get(PRIVATE, OCTO)
    second = await scene.get(PRIVATE, HUBOT)
    third = await scene.get(PRIVATE, HUBOT)

    assert second.response.body == first.response.body
    assert third.mode == "hit"
    assert (github.bodies, github.confirmations) == (1, 1)
    # The tag is the asker's, not that of whom the body was obtained for.
    assert second.response.headers.get("ETag") != first.response.headers.get("ETag")


async def test_refused(scene: Scene, github: TaggingGitHub) -> None:
    """Who may not see it gets GitHub's 404, asked with the tag or not."""
    await scene.get(PRIVATE, OCTO)

    answer = await scene.get(PRIVATE, OUTSIDER)

    assert scene.github.sent[-1].if_none_match is not None
    assert answer.response.status == 404


@pytest.mark.parametrize("cache_control", [None, "max-stale", "only-if-cached, max-stale"])
async def test_github_is_down(
    scene: Scene, github: TaggingGitHub, cache_control: str | None
) -> None:
    """Nobody is rescued with what another holds."""
    await scene.get(PRIVATE, OCTO)
    github.is_down = True

    with pytest.raises(PorticoError):
        await scene.get(PRIVATE, HUBOT, cache_control=cache_control)


async def test_changed_meanwhile(scene: Scene, github: TaggingGitHub) -> None:
    """Where GitHub has a newer body it is sent, and the older one is nobody else's."""
    await scene.get(PRIVATE, OCTO)
    github.version = 2

    answer = await scene.get(PRIVATE, HUBOT)

    assert json.loads(answer.response.body)["version"] == 2
    assert github.confirmations == 0


async def test_a_confirmation_that_names_no_tag(scene: Scene, github: TaggingGitHub) -> None:
    """A 304 that may come from anywhere proves nothing: GitHub is asked for the body itself."""
    await scene.get(PRIVATE, OCTO)
    github.is_bare = True

    answer = await scene.get(PRIVATE, HUBOT)

    assert answer.response.status == 200
    assert [sent.if_none_match is None for sent in scene.github.sent] == [True, False, True]
    assert github.bodies == 2


async def test_marked_is_not_lent(scene: Scene, github: TaggingGitHub) -> None:
    """What is known to have changed is not worth a question."""
    await scene.get(PRIVATE, OCTO)
    scene.gateway.invalidate.mark({"repo:octo/secret"})

    await scene.get(PRIVATE, HUBOT)

    assert scene.github.sent[-1].if_none_match is None


async def test_a_change_during_the_flight(scene: Scene, github: TaggingGitHub) -> None:
    """A proof that was under way when the thing changed is asked for again."""
    await scene.get(PRIVATE, OCTO)
    github.until = asyncio.Event()
    asked = start(scene.get(PRIVATE, HUBOT))
    await let_all_run()
    scene.gateway.invalidate.drop({"repo:octo/secret"})
    github.readers.clear()
    github.until.set()
    await asked

    assert (await scene.get(PRIVATE, HUBOT)).response.status == 404


@pytest.mark.parametrize(
    ("path", "asker"),
    [
        (PRIVATE, ANYBODY),
        ("/user", HUBOT),
        ("/repos/octo/secret/contents/key", HUBOT),
    ],
)
async def test_never_lent(scene: Scene, github: TaggingGitHub, path: str, asker: Caller) -> None:
    """Nothing is lent to whom a 304 costs a point, nor what is somebody's own."""
    trust(scene, path)
    await scene.get(path, OCTO)

    await scene.get(path, asker)

    assert scene.github.sent[-1].if_none_match is None


async def test_turned_off_by_one_difference(scene: Scene, github: TaggingGitHub) -> None:
    """A tag that is made otherwise ends the sharing for its class, and is told once."""
    await scene.get(PRIVATE, OCTO)
    github.is_churning = True
    await scene.get("/repos/octo/other/languages", OCTO)
    await scene.get("/repos/octo/another/languages", OCTO)

    await scene.get(PRIVATE, HUBOT)

    assert scene.github.sent[-1].if_none_match is None
    assert scene.witness.refutations == ["slow"]
    assert scene.gateway.proving.refuted == {"slow"}


async def test_not_before_it_is_known(github: TaggingGitHub) -> None:
    """The formula is not relied upon before it has been seen to hold."""
    scene = Scene()
    scene.github.script = github
    await scene.get(PRIVATE, OCTO)

    await scene.get(PRIVATE, HUBOT)

    assert github.bodies == 2
