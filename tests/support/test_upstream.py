"""The scripted GitHub does what its scripts say, and notices what a careless gateway would do."""

from __future__ import annotations

import asyncio

import pytest

from portico.core.audience import Credential
from portico.core.errors import GitHubUnreachable
from portico.core.message import Request
from tests.support.talking import body_of, fetch
from tests.support.upstream import ScriptedGitHub, binary, by_path, in_turn, ok

REQUEST = Request("GET", "/users/octo")
TOKEN = Credential("Bearer", "token-of-octo")


async def test_answers_come_in_turn_and_requests_are_kept() -> None:
    """Each request gets the next outcome, and is kept with its credential."""
    github = ScriptedGitHub(in_turn(ok(b"1"), ok(b"2")))

    bodies = [await body_of(await github.send(REQUEST, None)), await fetch(github)]

    assert bodies == [b"1", b"2"]
    assert [sent.request.path for sent in github.sent] == ["/users/octo", "/x"]


async def test_credential_is_kept() -> None:
    """A test can see with whose credential something was asked."""
    github = ScriptedGitHub(in_turn(ok()))

    await github.send(REQUEST.having("If-None-Match", '"1"'), TOKEN)

    assert [(sent.credential, sent.if_none_match) for sent in github.sent] == [(TOKEN, '"1"')]


async def test_a_request_too_many_fails_the_test() -> None:
    """What the script does not expect is an assertion that fails."""
    for github in (ScriptedGitHub(in_turn()), ScriptedGitHub(by_path({"/y": ok()}))):
        with pytest.raises(AssertionError):
            await fetch(github)


async def test_answer_is_held_back_until_released() -> None:
    """A held answer comes only when its event is set; meanwhile the request is known."""
    release = asyncio.Event()
    github = ScriptedGitHub(in_turn(ok(b"late").held(release)))
    asking = asyncio.create_task(fetch(github))

    await github.asked(1)

    assert not asking.done()
    release.set()
    assert await asking == b"late"


async def test_failures_are_raised_at_the_head_and_in_the_body() -> None:
    """An error in place of an answer is raised by `send`, a break by reading the body."""
    broken = GitHubUnreachable("reset")
    github = ScriptedGitHub(in_turn(broken, ok(b'{"half":').breaking(broken)))

    with pytest.raises(GitHubUnreachable):
        await fetch(github)
    with pytest.raises(GitHubUnreachable):
        await fetch(github)


async def test_answers_that_nobody_closed_are_counted() -> None:
    """`open` counts an answer until it is closed, once; `most_open` is the high-water mark."""
    github = ScriptedGitHub(in_turn(ok(), binary(b"a", b"b")))
    first, second = await github.send(REQUEST, None), await github.send(REQUEST, None)
    await first.close()
    await first.close()

    assert (github.open, github.most_open) == (1, 2)
    assert await body_of(second) == b"ab"


async def test_reading_on_after_leaving_the_loop() -> None:
    """A body may be read in two goes, as the port says."""
    github = ScriptedGitHub(in_turn(binary(b"a", b"b", b"c")))
    answer = await github.send(REQUEST, None)
    async for chunk in answer.chunks():
        assert chunk == b"a"
        break

    assert await body_of(answer) == b"bc"


async def test_reading_a_closed_answer_fails_the_test() -> None:
    """Whoever reads what was closed has a bug."""
    github = ScriptedGitHub(in_turn(ok(b"1")))
    answer = await github.send(REQUEST, None)
    await answer.close()

    with pytest.raises(AssertionError):
        await body_of(answer)
