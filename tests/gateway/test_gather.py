"""Plans are run all at once, followed where they lead, and end at the deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from portico.core.errors import GitHubBroken, GitHubError, GitHubTimedOut, NotFound
from portico.core.message import Headers, Request
from portico.core.policy import Mode
from portico.gateway.gather import PAUSES_S, gather
from portico.portfolio.decode import Value, read_languages
from portico.portfolio.part import Part, Step
from tests.gateway.scene import HUBOT, OCTO, Scene, let_all_run, start
from tests.support.upstream import Reply, binary, by_path, in_turn, ok

AMPLE_S = 10.0
# Real time, as a deadline is: long enough for everything in process that is not held back.
SHORT_S = 0.2
API = "https://api.github.com"


def no_more(_value: Value, _headers: Headers) -> tuple[Step, ...]:
    """Make no further steps necessary."""
    return ()


def step(path: str, then: Callable[[Value, Headers], tuple[Step, ...]] = no_more) -> Step:
    """Return a step that reads numbers by name."""
    return Step(
        part="languages", name=path, request=Request("GET", path), read=read_languages, then=then
    )


def moved(location: str, status: int = 301) -> Reply:
    """Return a redirect."""
    return ok(b'{"message":"Moved Permanently"}', status=status).having("Location", location)


async def only(scene: Scene, path: str = "/a") -> Part:
    """Run one step and return its part."""
    (part,) = await gather(scene.gateway, [step(path)], OCTO, deadline_s=AMPLE_S)
    return part


async def test_all_at_once() -> None:
    """No step waits for another."""
    release = asyncio.Event()
    paths = [f"/{number}" for number in range(7)]
    scene = Scene()
    scene.github.script = by_path({path: ok(b'{"C":1}').held(release) for path in paths})
    gathering = start(gather(scene.gateway, map(step, paths), OCTO, deadline_s=AMPLE_S))

    await scene.github.asked(7)
    release.set()
    parts = await gathering

    assert [part.value for part in parts] == [{"C": 1}] * 7
    assert {sent.credential for sent in scene.github.sent} == {OCTO.credential}


async def test_further_steps_start_at_once() -> None:
    """What an answer makes necessary is asked while other steps still wait."""
    release = asyncio.Event()
    scene = Scene()
    scene.github.script = by_path(
        {"/a": ok(b'{"b":1}'), "/b": ok(b"{}"), "/slow": ok().held(release)}
    )

    def then(value: Value, _headers: Headers) -> tuple[Step, ...]:
        assert isinstance(value, dict)
        return tuple(step(f"/{name}") for name in value)

    steps = [step("/a", then), step("/slow")]
    gathering = start(gather(scene.gateway, steps, OCTO, deadline_s=AMPLE_S))

    await scene.github.asked(3)
    release.set()
    parts = await gathering

    assert [(part.step.name, part.failure) for part in parts] == [
        ("/a", None),
        ("/slow", None),
        ("/b", None),
    ]


async def test_deadline() -> None:
    """What is not there in time is late and said to be pending; what is there is handed out."""
    scene = Scene()
    scene.github.script = by_path({"/a": ok(b"{}"), "/slow": ok().held(asyncio.Event())})

    parts = await gather(scene.gateway, map(step, ("/a", "/slow")), OCTO, deadline_s=SHORT_S)

    assert [(part.value, part.is_pending) for part in parts] == [({}, False), (None, True)]
    assert isinstance(parts[1].failure, GitHubTimedOut)


async def test_late_answer_fills_the_store() -> None:
    """A call that was made goes on after the deadline, so that the next one finds its answer."""
    release = asyncio.Event()
    scene = Scene(ok(b'{"C":1}').held(release))
    await gather(scene.gateway, [step("/a")], OCTO, deadline_s=SHORT_S)

    release.set()
    await scene.done()

    assert (await only(scene)).mode is Mode.HIT


async def test_late_call_that_was_not_made_is_dropped() -> None:
    """What still queued when the deadline passed is never sent."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release), places=1)
    busy = start(scene.get())
    await scene.github.asked(1)

    await gather(scene.gateway, [step("/a")], OCTO, deadline_s=SHORT_S)
    release.set()
    await busy
    await scene.done()

    assert len(scene.asked) == 1


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (ok(status=404), NotFound),
        (ok(status=500), GitHubError),
        (GitHubTimedOut(), GitHubTimedOut),
        (ok(b"[]"), GitHubBroken),
        (ok(b'{"half":'), GitHubBroken),
    ],
)
async def test_failure_is_a_part(outcome: Reply | GitHubTimedOut, kind: type[Exception]) -> None:
    """A step that fails says why, and takes no other along."""
    scene = Scene()
    scene.github.script = by_path({"/a": outcome, "/b": ok(b"{}")})

    failed, fine = await gather(scene.gateway, map(step, ("/a", "/b")), OCTO, deadline_s=AMPLE_S)

    assert isinstance(failed.failure, kind)
    assert (failed.is_pending, fine.value) == (False, {})


async def test_redirect_is_followed() -> None:
    """A renamed repository is asked for by where it went, with the same credential."""
    scene = Scene(moved(f"{API}/repositories/7/languages?x=1"), ok(b'{"C":1}'))

    part = await only(scene, "/repos/octo/old/languages")

    assert part.value == {"C": 1}
    assert scene.asked == [
        "GET /repos/octo/old/languages",
        "GET /repositories/7/languages?x=1",
    ]
    assert scene.github.sent[1].credential == OCTO.credential


@pytest.mark.parametrize(
    "location",
    [
        "https://codeload.github.com/octo/hello",
        "https://api.github.com.evil.example/repositories/7",
        "https://api.github.com@evil.example/repositories/7",
        "//evil.example/",
        "http://api.github.com/repositories/7",
        "",
    ],
)
async def test_redirect_elsewhere_is_not_followed(location: str) -> None:
    """No credential goes anywhere but to GitHub's API; such a redirect is a failure."""
    scene = Scene(moved(location))

    part = await only(scene)

    assert isinstance(part.failure, GitHubError)
    assert len(scene.asked) == 1


async def test_redirects_end() -> None:
    """Three redirects are followed, and no more."""
    hops = [moved(f"{API}/{number}") for number in range(1, 5)]
    scene = Scene(*hops[:3], ok(b"{}"))
    assert (await only(scene)).value == {}

    scene = Scene(*hops)
    assert isinstance((await only(scene)).failure, GitHubBroken)


@pytest.mark.parametrize("reply", [binary(b"\x00"), Reply(200, ok().headers, (b" " * 1_001,))])
async def test_streaming_answer_is_a_failure(reply: Reply) -> None:
    """What cannot be read whole is no part, and its connection is let go of."""
    scene = Scene(reply)

    part = await only(scene)

    assert isinstance(part.failure, GitHubBroken)
    assert "too large or binary" in part.failure.detail
    assert scene.github.open == 0


async def test_parts_tell_age_and_mode() -> None:
    """Each part says how it came about, how old it is, and how long it stays fresh."""
    scene = Scene(ok(b"{}"))
    missed = await only(scene, "/repos/octo/hello/languages")
    scene.clock.advance(100)

    hit = await only(scene, "/repos/octo/hello/languages")

    assert (missed.mode, missed.age_s, missed.ttl_s) == (Mode.MISS, 0, 300)
    assert (hit.mode, hit.age_s, hit.ttl_s) == (Mode.HIT, 100, 200)


async def test_directives_hold_for_every_part() -> None:
    """The caller's cache directives are laid upon each step."""
    scene = Scene(ok(b"{}", etag='"e"'), Reply(304))
    await only(scene)

    (part,) = await gather(
        scene.gateway,
        [step("/a")],
        OCTO,
        deadline_s=AMPLE_S,
        directives=Headers([("Cache-Control", "no-cache")]),
    )

    assert part.mode is Mode.REVALIDATED


async def test_a_steps_own_fields_are_sent_too() -> None:
    """A step may ask for a media type; the caller's directives come before its own."""
    scene = Scene(ok(b"{}"))
    fields = Headers([("Accept", "application/vnd.github.html"), ("Cache-Control", "max-age=9")])
    asking = replace(step("/a"), request=Request("GET", "/a", headers=fields))

    await gather(
        scene.gateway,
        [asking],
        OCTO,
        deadline_s=AMPLE_S,
        directives=Headers([("Cache-Control", "max-age=1")]),
    )

    (sent,) = scene.github.sent
    assert sent.request.headers.get("Accept") == "application/vnd.github.html"
    assert sent.request.headers.all("Cache-Control")[:1] == ("max-age=1",)


async def test_gatherings_of_two_callers_are_apart() -> None:
    """The same plan for two principals is asked twice, each with its own credential."""
    scene = Scene()
    scene.github.script = in_turn(ok(b'{"C":1}'), ok(b'{"C":2}'))
    octo = start(gather(scene.gateway, [step("/a")], OCTO, deadline_s=AMPLE_S))
    await scene.github.asked(1)
    hubot = start(gather(scene.gateway, [step("/a")], HUBOT, deadline_s=AMPLE_S))
    await let_all_run()

    values = [part.value for part in (*await octo, *await hubot)]

    assert values == [{"C": 1}, {"C": 2}]


def computed(path: str) -> Step:
    """Return a step whose answer GitHub computes when it is asked."""
    return replace(step(path), is_computed=True)


async def test_what_github_computes_is_waited_for() -> None:
    """After a 202 it is asked again, and each attempt counts as a point."""
    scene = Scene(ok(status=202), ok(status=202), ok(b'{"C":1}'))

    (part,) = await gather(scene.gateway, [computed("/a")], OCTO, deadline_s=AMPLE_S)

    assert (part.value, part.is_pending, part.points) == ({"C": 1}, False, 3)


async def test_what_is_never_computed_is_pending() -> None:
    """A 202 for ever ends after a few attempts, and nothing of it is stored."""
    scene = Scene()
    scene.github.script = by_path({"/a": ok(status=202)})

    (part,) = await gather(scene.gateway, [computed("/a")], OCTO, deadline_s=AMPLE_S)

    assert (part.is_pending, part.points) == (True, 1 + len(PAUSES_S))
    assert part.failure is not None
    assert part.failure.retry_after_s
    assert scene.gateway.hit(Request("GET", "/a"), OCTO) is None


async def test_attempts_before_the_deadline_count() -> None:
    """Where the deadline passes between two attempts, the points of the first are told."""
    scene = Scene()
    scene.github.script = in_turn(ok(status=202), ok().held(asyncio.Event()))

    (part,) = await gather(scene.gateway, [computed("/a")], OCTO, deadline_s=SHORT_S)

    assert (part.is_pending, part.points) == (True, 1)


async def test_a_202_where_none_is_due_is_a_failure() -> None:
    """Only what GitHub computes is asked for again."""
    scene = Scene(ok(status=202))

    part = await only(scene, "/a")

    assert (type(part.failure), part.is_pending) == (GitHubError, False)


@pytest.mark.parametrize(
    ("first_age_s", "second_age_s", "is_asked"),
    [(0, 30, True), (30, 31, True), (30, 30, False), (30, 0, False)],
)
async def test_a_step_may_have_to_be_as_new_as_the_one_that_named_it(
    first_age_s: float, second_age_s: float, is_asked: bool
) -> None:
    """What was confirmed before that one is asked for again; all else is taken as it is stored."""
    scene = Scene()
    scene.github.script = by_path({"/users/a": ok(b'{"b":1}'), "/users/b": ok(b"{}")})
    behind = replace(step("/users/b"), is_no_older=True)
    oldest_s = max(first_age_s, second_age_s)
    for path, age_s in sorted(
        {"/users/a": first_age_s, "/users/b": second_age_s}.items(), key=lambda found: -found[1]
    ):
        scene.clock.advance(oldest_s - age_s)
        oldest_s = age_s
        await gather(scene.gateway, [step(path)], OCTO, deadline_s=AMPLE_S)
    scene.clock.advance(oldest_s)
    asked = len(scene.github.sent)

    lax = Headers([("Cache-Control", "max-age=3600")])
    plan = [step("/users/a", lambda _value, _headers: (behind,))]
    parts = await gather(scene.gateway, plan, OCTO, deadline_s=AMPLE_S, directives=lax)

    assert len(scene.github.sent) == asked + is_asked
    # Whoever asks whether they are still the same entries asks without the bound.
    assert [len(request.headers) for part in parts for request, _ in part.sources] == [0, 0]
