"""One caller, one answer: the modes, and what each makes of the store and of GitHub."""

from __future__ import annotations

import pytest

from portico.core.errors import (
    GitHubBroken,
    GitHubTimedOut,
    NotStored,
)
from portico.core.policy import Mode
from tests.gateway.scene import ANYBODY, HUBOT, OCTO, OPERATORS, PATH, Scene, get
from tests.support.upstream import not_modified, ok

FRESH_S = 300
STALE_S = 86_400


async def test_miss_then_hit() -> None:
    """What was just fetched is answered from the store, and says how old it is."""
    scene = Scene(ok(b"1"))

    missed = await scene.get()
    scene.clock.advance(FRESH_S)
    hit = await scene.get()

    assert (missed.mode, missed.points, missed.is_stored) == (Mode.MISS, 1, True)
    assert (hit.mode, hit.points, hit.age_s, hit.ttl_s) == (Mode.HIT, 0, FRESH_S, 0)
    assert hit.response.body == b"1"
    assert len(scene.asked) == 1


async def test_hit_without_waiting() -> None:
    """What is fresh can be had without awaiting anything; what is stale or absent cannot."""
    scene = Scene(ok(b"1"))

    assert scene.gateway.hit(get(), OCTO) is None
    await scene.get()
    at_hand = scene.gateway.hit(get(), OCTO)
    scene.clock.advance(FRESH_S + 1)

    assert at_hand is not None
    assert at_hand.response.body == b"1"
    assert scene.gateway.hit(get(), OCTO) is None


async def test_head_is_answered_by_what_get_stored() -> None:
    """HEAD is asked and stored as GET."""
    scene = Scene(ok(b"1"))
    head = type(get())("HEAD", PATH)

    missed = await scene.gateway.fetch(head, OCTO)
    hit = await scene.get()

    assert scene.asked == ["GET /users/octo"]
    assert (missed.mode, hit.mode) == (Mode.MISS, Mode.HIT)


async def test_revalidated() -> None:
    """A 304 makes the stored body fresh again, at no point."""
    scene = Scene(ok(b"1", etag='W/"e1"'), not_modified())
    await scene.get()
    scene.clock.advance(FRESH_S + STALE_S + 1)

    answer = await scene.get()

    assert scene.github.sent[1].if_none_match == '"e1"'
    assert (answer.mode, answer.points, answer.age_s) == (Mode.REVALIDATED, 0, 0)
    assert answer.response.body == b"1"
    assert answer.upstream_status == 304
    assert (await scene.get()).mode is Mode.HIT


async def test_anonymous_revalidation_costs_a_point() -> None:
    """GitHub counts a 304 unless a credential was sent."""
    scene = Scene(ok(etag='"e1"'), not_modified())
    await scene.get(caller=ANYBODY)

    answer = await scene.get(caller=ANYBODY, cache_control="no-cache")

    assert (answer.mode, answer.points) == (Mode.REVALIDATED, 1)


async def test_changed() -> None:
    """A 200 to a conditional request replaces what was stored."""
    scene = Scene(ok(b"1", etag='"e1"'), ok(b"2", etag='"e2"'))
    await scene.get()

    answer = await scene.get(cache_control="no-cache")

    assert (answer.mode, answer.response.body) == (Mode.CHANGED, b"2")
    assert (await scene.get()).response.body == b"2"


async def test_validator_of_another_credential_is_not_sent() -> None:
    """The public store's ETag is the operator's; a caller without that credential sends none."""
    scene = Scene(ok(etag='"operators"'), ok(etag='"anonymous"'))
    await scene.get(caller=OPERATORS)

    await scene.get(caller=ANYBODY, cache_control="no-cache")

    assert scene.github.sent[1].if_none_match is None


async def test_callers_own_validator_stays_here() -> None:
    """`If-None-Match` of the caller is about Portico's representation, so GitHub never sees it."""
    scene = Scene(ok())
    request = get().having("If-None-Match", '"of-portico"')

    await scene.gateway.fetch(request, OCTO)

    assert scene.github.sent[0].if_none_match is None


async def test_stale_while_revalidate() -> None:
    """What is stale is answered at once, and renewed once behind the answers."""
    scene = Scene(ok(b"1", etag='"e1"'), ok(b"2"))
    await scene.get()
    scene.clock.advance(FRESH_S + 1)

    answers = [await scene.get() for _ in range(3)]
    await scene.done()
    renewed = await scene.get()

    assert {answer.mode for answer in answers} == {Mode.STALE}
    assert {answer.response.body for answer in answers} == {b"1"}
    assert [answer.ttl_s for answer in answers] == [-1, -1, -1]
    assert (renewed.mode, renewed.response.body) == (Mode.HIT, b"2")
    assert len(scene.asked) == 2


async def test_failure_is_not_stored() -> None:
    """After a failure the next caller asks again."""
    scene = Scene(GitHubTimedOut(), ok(b"{}", status=500), ok(b"1"))

    with pytest.raises(GitHubTimedOut):
        await scene.get()
    failed = await scene.get()
    answer = await scene.get()

    assert (failed.response.status, failed.is_stored) == (500, False)
    assert (answer.mode, answer.response.body) == (Mode.MISS, b"1")


async def test_only_if_cached() -> None:
    """`only-if-cached` never asks GitHub: a stored answer or an error."""
    scene = Scene(ok(b"1"))

    with pytest.raises(NotStored):
        await scene.get(cache_control="only-if-cached")
    await scene.get()
    answer = await scene.get(cache_control="only-if-cached")

    assert (answer.mode, len(scene.asked)) == (Mode.HIT, 1)


async def test_only_if_cached_starts_no_renewal() -> None:
    """A stale answer to `only-if-cached` is not renewed behind it."""
    scene = Scene(ok(b"1"))
    await scene.get()
    scene.clock.advance(FRESH_S + 1)

    answer = await scene.get(cache_control="only-if-cached")
    await scene.done()

    assert (answer.mode, len(scene.asked)) == (Mode.STALE, 1)


async def test_no_cache_asks_github() -> None:
    """`no-cache` means revalidate, however fresh the stored answer is."""
    scene = Scene(ok(b"1", etag='"e1"'), not_modified())
    await scene.get()

    assert (await scene.get(cache_control="no-cache")).mode is Mode.REVALIDATED


async def test_max_age() -> None:
    """`max-age` bounds the age that the caller takes without asking."""
    scene = Scene(ok(b"1", etag='"e1"'), not_modified())
    await scene.get()
    scene.clock.advance(10)

    young = await scene.get(cache_control="max-age=10")
    old = await scene.get(cache_control="max-age=9")

    assert (young.mode, old.mode) == (Mode.HIT, Mode.REVALIDATED)


async def test_no_store() -> None:
    """What is asked with `no-store` is not kept."""
    scene = Scene(ok(b"1"), ok(b"2"))

    await scene.get(cache_control="no-store")

    assert (await scene.get()).response.body == b"2"


async def test_errors_of_github_are_answers() -> None:
    """A 404 is answered as it came, and stored for a minute."""
    scene = Scene(ok(b'{"message":"Not Found"}', status=404), ok(b"1"))

    missing = await scene.get()
    again = await scene.get()
    scene.clock.advance(61)
    made = await scene.get()

    assert [a.response.status for a in (missing, again, made)] == [404, 404, 200]
    assert again.mode is Mode.HIT


async def test_access_lost() -> None:
    """After a 403 that is no limit, what was stored is gone: no failure brings it back."""
    scene = Scene(ok(b"1"), ok(b'{"message":"No"}', status=403), GitHubTimedOut())
    await scene.get()

    refused = await scene.get(cache_control="no-cache")

    assert refused.response.status == 403
    with pytest.raises(GitHubTimedOut):
        await scene.get()


async def test_revoked_credential_loses_everything_of_its_own() -> None:
    """A 401 drops all that its holder has stored, and nothing of anybody else's."""
    scene = Scene(ok(b"1"), ok(b"2"), ok(b"3"), ok(status=401), GitHubTimedOut())
    await scene.get("/repos/octo/private")
    await scene.get("/repos/octo/private", HUBOT)
    await scene.get("/repos/octo/private", ANYBODY)

    await scene.get("/users/octo")

    with pytest.raises(GitHubTimedOut):
        await scene.get("/repos/octo/private")
    assert (await scene.get("/repos/octo/private", HUBOT)).mode is Mode.HIT
    assert (await scene.get("/repos/octo/private", ANYBODY)).mode is Mode.HIT


async def test_anonymous_401_drops_nothing() -> None:
    """A thing that needs a credential tells nothing of what everybody may see."""
    scene = Scene(ok(b"1"), ok(status=401))
    await scene.get(caller=ANYBODY)

    refused = await scene.get("/user", ANYBODY)

    assert refused.response.status == 401
    assert (await scene.get(caller=ANYBODY)).mode is Mode.HIT


async def test_nothing_stays_open() -> None:
    """Every answer of GitHub's that was read has been closed."""
    scene = Scene(ok(b"1"), not_modified(), ok(status=500), ok(b"{").breaking(GitHubBroken()))

    await scene.get()
    for _ in range(3):
        scene.clock.advance(FRESH_S + STALE_S + 1)
        await scene.get()

    assert len(scene.asked) == 4
    assert scene.github.open == 0


async def test_what_is_from_the_future_is_asked_anew() -> None:
    """After the clock was set back nobody knows how old it is: it is not fresh until then."""
    scene = Scene(ok(b"1"), ok(b"2"))
    await scene.get()
    scene.clock.advance(-86_400)

    assert (await scene.get()).response.body == b"2"
    assert (await scene.get()).mode is Mode.HIT
    assert scene.gateway.hit(get(), OCTO) is not None
