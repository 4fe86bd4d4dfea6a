"""Kept documents: found again while every part is the very same hit, for the very same question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from portico.core.audience import Caller
from portico.core.grant import Grant
from portico.core.key import key_of
from portico.core.message import Request
from portico.gateway.gather import gather
from portico.portfolio.decode import read_languages
from portico.portfolio.model import Reduction
from portico.portfolio.part import Part, Step
from portico.web.documents import Asked, Documents, asked_by
from portico.web.rendered import Rendered
from tests.gateway.scene import ANYBODY, HUBOT, OCTO, OPERATORS, Scene
from tests.support.upstream import by_path, not_modified, ok
from tests.web.exchange import scope

LANGUAGES = "/repos/octo/hello/languages"
MOVED = "/repos/octo/old/languages"
DOCUMENT = Reduction(part="languages", reason="Any document will do.")


def asked(caller: Caller = OCTO, target: str = "/v1/users/octo/languages") -> Asked:
    """Return what is asked by this caller."""
    return asked_by(caller, scope("GET", target))


def rendered() -> Rendered:
    """Return some document."""
    return Rendered(DOCUMENT, (), at=0.0, is_public=False)


class Stand:
    """Documents over a scripted GitHub, where one repository is known by an old name too."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.scene.github.script = by_path(
            {
                LANGUAGES: ok(b'{"C":1}', etag='"1"'),
                MOVED: ok(b"{}", status=301).having(
                    "Location", "https://api.github.com" + LANGUAGES
                ),
                "/repos/octo/none/languages": ok(b"{}", status=404),
                "/repos/octo/hello": ok(),
            }
        )
        self.documents = Documents()

    async def parts(self, *paths: str, caller: Caller = OCTO) -> list[Part]:
        """Ask for these paths as parts of a document."""
        steps = [
            Step(part="languages", name=path, request=Request("GET", path), read=read_languages)
            for path in paths
        ]
        return await gather(self.scene.gateway, steps, caller, deadline_s=10.0)

    async def keep(self, *paths: str, caller: Caller = OCTO) -> Rendered:
        """Keep a document that is made of these paths, now that they are stored."""
        await self.parts(*paths, caller=caller)
        document = rendered()
        self.documents.keep(asked(caller), document, await self.parts(*paths, caller=caller))
        return document

    def found(self, caller: Caller = OCTO, question: Asked | None = None) -> Rendered | None:
        """Look for the document."""
        now = self.scene.clock.now()
        question = question or asked(caller)
        return self.documents.find(question, self.scene.gateway, caller, now=now)


async def test_a_document_made_of_hits_is_found_again() -> None:
    """As long as nothing changes, the very document that was made is there."""
    stand = Stand()

    kept = await stand.keep(LANGUAGES, MOVED)

    assert [stand.found(), stand.found()] == [kept, kept]
    assert len(stand.scene.github.sent) == 2


async def test_a_part_that_was_fetched_keeps_nothing() -> None:
    """What was just asked of GitHub is made anew once more, as hits."""
    stand = Stand()

    stand.documents.keep(asked(), rendered(), await stand.parts(LANGUAGES))

    assert stand.found() is None


async def test_a_part_that_failed_keeps_nothing() -> None:
    """What is incomplete may be better the next time, also where the failure is stored."""
    stand = Stand()

    await stand.keep(LANGUAGES, "/repos/octo/none/languages")

    assert stand.found() is None


async def test_what_else_is_stored_meanwhile_does_not_matter() -> None:
    """A change in the store is looked at, and ends only what is made of what changed."""
    stand = Stand()
    kept = await stand.keep(LANGUAGES)
    stand.found()

    await stand.parts(MOVED)

    assert stand.found() is kept


def _mark(scene: Scene) -> None:
    scene.store.mark(["repo:octo/hello"])


def _drop(scene: Scene) -> None:
    scene.store.drop(["repo:octo/hello"])


def _forget_redirect(scene: Scene) -> None:
    scene.store.delete(key_of(Request("GET", MOVED), OCTO.audience))


def _let_age(scene: Scene) -> None:
    scene.clock.advance(301)


@pytest.mark.parametrize("change", [_mark, _drop, _forget_redirect, _let_age])
async def test_a_part_that_is_no_hit_any_more_ends_it(change: Callable[[Scene], None]) -> None:
    """A mark, a drop, an eviction or the end of the fresh time of any part, redirects included."""
    stand = Stand()
    await stand.keep(LANGUAGES, MOVED)
    stand.found()

    change(stand.scene)

    assert stand.found() is None
    assert len(stand.documents) == 0


async def test_in_a_shortage_it_is_kept_for_as_long_as_its_parts() -> None:
    """While points are few it is found beyond the time of its class, and not after the reset."""
    stand = Stand()
    reset_at = stand.scene.clock.now() + 900
    told = {"Limit": 60, "Remaining": 0, "Reset": int(reset_at), "Resource": "core"}
    reply = ok(b'{"C":1}')
    for name, value in told.items():
        reply = reply.having(f"X-RateLimit-{name}", str(value))
    stand.scene.github.script = by_path({LANGUAGES: reply})
    kept = await stand.keep(LANGUAGES, caller=ANYBODY)
    stand.scene.clock.advance(899)
    before = stand.found(ANYBODY)
    stand.scene.clock.advance(1)

    assert before is kept
    assert stand.found(ANYBODY) is None


async def test_a_part_that_was_renewed_ends_it() -> None:
    """A 304 makes another entry: younger, and perhaps with other header fields."""
    stand = Stand()
    await stand.keep(LANGUAGES)
    stand.scene.github.script = by_path({LANGUAGES: not_modified()})

    await stand.scene.get(LANGUAGES, cache_control="no-cache")

    assert stand.found() is None


async def test_a_write_ends_it() -> None:
    """Who writes through Portico is shown what was written."""
    stand = Stand()
    await stand.keep(LANGUAGES)

    await stand.scene.send("PATCH", "/repos/octo/hello")

    assert stand.found() is None


@pytest.mark.parametrize(
    "other",
    [
        asked(HUBOT),
        asked(ANYBODY),
        asked(OPERATORS),
        asked(replace(OCTO, grant=Grant(name="site"))),
        asked(replace(OCTO, credential=None)),
        asked(target="/v1/users/octo/portfolio"),
        asked(target="/v1/users/octo/languages?limit=3"),
    ],
)
async def test_another_question_does_not_find_it(other: Asked) -> None:
    """Another audience, grant, frugality, path or query is another document."""
    stand = Stand()

    kept = await stand.keep(LANGUAGES)

    assert stand.found(question=other) is None
    assert stand.found() is kept


@pytest.mark.parametrize(
    "bound", [{"most_bytes": 2 * (rendered().size_bytes + len("/v1/0"))}, {"most_parts": 2}]
)
async def test_the_longest_unused_goes_first(bound: dict[str, int]) -> None:
    """Memory is bounded by bytes and by parts, whatever is asked for."""
    stand = Stand()
    stand.documents = Documents(**bound)
    await stand.parts(LANGUAGES)
    parts = await stand.parts(LANGUAGES)
    one, two, three = (asked(target=f"/v1/{number}") for number in range(3))
    for question in (one, two):
        stand.documents.keep(question, rendered(), parts)
    stand.found(question=one)

    stand.documents.keep(three, rendered(), parts)

    found = [stand.found(question=question) is not None for question in (one, two, three)]
    assert found == [True, False, True]


async def test_long_questions_fill_no_memory() -> None:
    """A caller may put anything behind the question mark: what is kept of it counts too."""
    stand = Stand()
    stand.documents = Documents(most_bytes=30_000)
    await stand.parts(LANGUAGES)
    parts = await stand.parts(LANGUAGES)

    for number in range(10):
        target = f"/v1/users/octo/languages?{number}{'x' * 10_000}"
        stand.documents.keep(asked(target=target), rendered(), parts)

    assert len(stand.documents) == 2
