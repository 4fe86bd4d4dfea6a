"""Writes: sent once, with the caller's own credential; then what they touched is marked."""

from __future__ import annotations

import asyncio

import pytest

from portico.core.errors import GitHubTimedOut, GitHubUnreachable
from portico.core.policy import Mode
from tests.gateway.scene import (
    ANYBODY,
    HUBOT,
    ISSUES,
    OCTO,
    OPERATORS,
    Scene,
    leave,
    let_all_run,
    start,
)
from tests.support.upstream import Outcome, binary, ok

REPOSITORY = "/repos/octo/hello"
BY_ID = "/repositories/7"
REPOSITORY_BODY = b'{"id":7,"url":"https://api.github.com/repos/octo/hello"}'
CREATED = ok(b'{"number":1}', status=201)


async def test_own_next_read_is_fresh() -> None:
    """What was written to is asked of GitHub again before it is shown."""
    scene = Scene(ok(b"[]", etag='"e1"'), CREATED, ok(b"[1]"))
    await scene.get(ISSUES)

    written = await scene.send("POST", ISSUES)
    after = await scene.get(ISSUES)

    assert (written.mode, written.response.status) == (Mode.BYPASS, 201)
    assert (after.mode, after.response.body) == (Mode.CHANGED, b"[1]")
    assert scene.github.sent[2].if_none_match == '"e1"'


async def test_everybodys_next_read_is_fresh() -> None:
    """A write marks what all audiences have of the thing, not only the writer's."""
    scene = Scene(ok(b"1"), ok(b"2"), ok(b"3"), CREATED, ok(b"4"), ok(b"5"))
    for caller in (HUBOT, ANYBODY):
        await scene.get(ISSUES, caller)
    await scene.get("/repos/octo/other/issues", HUBOT)

    await scene.send("POST", ISSUES)

    assert (await scene.get(ISSUES, HUBOT)).response.body == b"4"
    assert (await scene.get(ISSUES, ANYBODY)).response.body == b"5"
    assert (await scene.get("/repos/octo/other/issues", HUBOT)).mode is Mode.HIT


async def test_answer_of_a_write_is_not_stored() -> None:
    """Nothing that answers a write is ever served to a read."""
    scene = Scene(ok(b"1", etag='"e"'), ok(b"2"))

    await scene.send("PUT", "/repos/octo/hello/subscription")

    assert (await scene.get("/repos/octo/hello/subscription")).response.body == b"2"


async def test_read_in_flight_during_the_write() -> None:
    """Whoever asks after the write starts a call of their own rather than share the old one.

    The old answer, when it lands at last, goes to who waits for it, and not over the newer one.
    """
    release = asyncio.Event()
    scene = Scene(ok(b"[]").held(release), CREATED, ok(b"[1]"))
    before = start(scene.get(ISSUES))
    await scene.github.asked(1)
    scene.clock.advance(1)

    await scene.send("POST", ISSUES)
    after = await scene.get(ISSUES)
    release.set()
    old = await before
    later = await scene.get(ISSUES)

    assert (after.response.body, old.response.body) == (b"[1]", b"[]")
    assert (later.mode, later.response.body) == (Mode.HIT, b"[1]")


async def test_own_things_in_flight_during_the_write() -> None:
    """What is the asker's own shows what was written too, though its path does not name it."""
    release = asyncio.Event()
    scene = Scene(ok(b"[]").held(release), CREATED, ok(b"[1]"))
    before = start(scene.get("/user/repos"))
    await scene.github.asked(1)

    await scene.send("PATCH", REPOSITORY)
    after = await scene.get("/user/repos")
    release.set()

    assert (after.response.body, (await before).response.body) == (b"[1]", b"[]")


async def test_old_answer_alone_is_stored_marked() -> None:
    """Where nobody asked in between, the old answer is revalidated before it is shown."""
    release = asyncio.Event()
    scene = Scene(ok(b"[]", etag='"e1"').held(release), CREATED, ok(b"[1]"))
    before = start(scene.get(ISSUES))
    await scene.github.asked(1)
    await scene.send("POST", ISSUES)
    release.set()
    await before

    after = await scene.get(ISSUES)

    assert (after.mode, after.response.body) == (Mode.CHANGED, b"[1]")


async def test_marked_before_the_answer_is_handed_out() -> None:
    """The mark is there before the writer can know that the write is done."""
    release = asyncio.Event()
    scene = Scene(ok(b"[]"), CREATED.held(release), ok(b"[1]"))
    await scene.get(ISSUES)
    writing = start(scene.send("POST", ISSUES))
    await scene.github.asked(2)

    during = await scene.get(ISSUES)
    release.set()
    await writing

    assert during.mode is Mode.HIT
    assert (await scene.get(ISSUES)).mode is Mode.CHANGED


@pytest.mark.parametrize("lost", [GitHubTimedOut(), GitHubUnreachable(), ok(status=502)])
async def test_write_whose_answer_is_lost(lost: Outcome) -> None:
    """A write is sent once, and marks also where nobody knows whether it took place."""
    scene = Scene(ok(b"[]"), lost, ok(b"[1]"))
    await scene.get(ISSUES)

    await asyncio.gather(scene.send("POST", ISSUES), return_exceptions=True)

    assert (await scene.get(ISSUES)).response.body == b"[1]"
    assert scene.asked == [f"GET {ISSUES}", f"POST {ISSUES}", f"GET {ISSUES}"]


async def test_writer_who_leaves_marks_too() -> None:
    """The caller leaves before the write is answered: it may have taken place."""
    scene = Scene(ok(b"[]"), CREATED.held(asyncio.Event()), ok(b"[1]"))
    await scene.get(ISSUES)
    writing = start(scene.send("POST", ISSUES))
    await scene.github.asked(2)

    await leave(writing)

    assert (await scene.get(ISSUES)).mode is Mode.CHANGED


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
async def test_refused_write_marks_nothing(status: int) -> None:
    """What GitHub refused changed nothing: nobody can empty the store with writes they may not."""
    scene = Scene(ok(b"[]"), ok(status=status))
    await scene.get(ISSUES, ANYBODY)

    await scene.send("DELETE", ISSUES)

    assert (await scene.get(ISSUES, ANYBODY)).mode is Mode.HIT


async def test_write_with_a_revoked_credential() -> None:
    """A 401 to a write takes away what its credential obtained, and nothing else."""
    scene = Scene(ok(b"[]"), ok(b"[]"), ok(status=401), ok(status=401))
    await scene.get(ISSUES)
    await scene.get(ISSUES, HUBOT)

    await scene.send("POST", ISSUES)

    assert (await scene.get(ISSUES)).response.status == 401
    assert (await scene.get(ISSUES, HUBOT)).mode is Mode.HIT


async def test_write_carries_the_callers_own_credential() -> None:
    """Method, path, query, body and credential are the caller's."""
    scene = Scene(ok())

    await scene.send("PATCH", REPOSITORY, body=b'{"name":"x"}')

    (sent,) = scene.github.sent
    assert (sent.request.method, sent.request.body) == ("PATCH", b'{"name":"x"}')
    assert sent.credential == OCTO.credential


async def test_star() -> None:
    """Starring marks the repository that was starred, and every list of repositories."""
    scene = Scene(ok(b"1"), ok(b"2"), ok(b"3"), ok(status=204), ok(b"4"), ok(b"5"))
    for path in (REPOSITORY, "/users/octo/starred", ISSUES):
        await scene.get(path)

    await scene.send("PUT", "/user/starred/Octo/Hello")

    assert (await scene.get(REPOSITORY)).response.body == b"4"
    assert (await scene.get("/users/octo/starred")).response.body == b"5"
    assert (await scene.get(ISSUES)).mode is Mode.HIT


async def test_unstar() -> None:
    """Taking the star away does the same."""
    scene = Scene(ok(b"1"), ok(status=204), ok(b"2"))
    await scene.get(REPOSITORY)

    await scene.send("DELETE", "/user/starred/octo/hello")

    assert (await scene.get(REPOSITORY)).response.body == b"2"


async def test_graphql_query_marks_nothing() -> None:
    """A query changes nothing."""
    scene = Scene(ok(b"1"), ok())
    await scene.get(ISSUES)

    await scene.send("POST", "/graphql", body=b'{"query":"{ viewer { login } }"}')

    assert (await scene.get(ISSUES)).mode is Mode.HIT


async def test_graphql_mutation_marks_all_that_the_writer_has() -> None:
    """What a mutation changes cannot be told, so all that the principal has is asked again."""
    scene = Scene(ok(b"1"), ok(b"2"), ok(), ok(b"3"))
    await scene.get(ISSUES)
    await scene.get(ISSUES, HUBOT)

    await scene.send("POST", "/graphql", body=b'{"query":"mutation { addStar }"}')

    assert (await scene.get(ISSUES)).mode is Mode.CHANGED
    assert (await scene.get(ISSUES, HUBOT)).mode is Mode.HIT


async def test_write_that_no_rule_knows() -> None:
    """A write to a path that names nothing known marks all that the principal has."""
    scene = Scene(ok(b"1"), ok(), ok(b"2"))
    await scene.get(ISSUES)

    await scene.send("POST", "/markdown")

    assert (await scene.get(ISSUES)).mode is Mode.CHANGED


async def test_written_by_name_read_by_id() -> None:
    """Once an answer has told both names, a write by name marks what was read by id."""
    scene = Scene(ok(REPOSITORY_BODY), ok(b"[]"), CREATED, ok(b"[1]"))
    await scene.get(REPOSITORY)
    await scene.get(f"{BY_ID}/issues")

    await scene.send("POST", ISSUES)

    assert (await scene.get(f"{BY_ID}/issues")).response.body == b"[1]"


async def test_written_by_id_read_by_name() -> None:
    """And a write by id marks what was read by name, learnt from a `Link` field."""
    link = '<https://api.github.com/repositories/7/issues?page=2>; rel="next"'
    scene = Scene(ok(b"[]").having("Link", link), CREATED, ok(b"[1]"))
    await scene.get(ISSUES)

    await scene.send("POST", f"{BY_ID}/issues")

    assert (await scene.get(ISSUES)).response.body == b"[1]"


async def test_write_answered_with_a_stream() -> None:
    """Even a write may be answered with what is passed through; its body is the writer's."""
    scene = Scene(binary(b"a", b"b"))

    answer = await scene.send("POST", "/markdown")

    assert answer.streaming is not None
    assert b"".join([chunk async for chunk in answer.streaming.chunks()]) == b"ab"
    assert scene.github.open == 0


async def test_write_waits_for_a_place_like_everybody() -> None:
    """Writes count among the calls that may be under way at once."""
    release = asyncio.Event()
    scene = Scene(ok(b"1").held(release), CREATED, places=1)
    reading = start(scene.get(caller=OPERATORS))
    await scene.github.asked(1)
    writing = start(scene.send("POST", ISSUES))
    await let_all_run()

    assert len(scene.asked) == 1
    release.set()
    await asyncio.gather(reading, writing)
    assert scene.github.most_open == 1
