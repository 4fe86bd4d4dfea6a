"""GitHub's API through the proxy: the fields that Portico adds, its validator, what it refuses."""

from __future__ import annotations

import gzip
import json

import pytest

from portico.core.entry import Entry
from portico.core.message import Headers, Response
from portico.core.policy import Mode
from portico.core.resource import RouteClass
from portico.gateway.answer import Answer
from portico.web.proxy import cache_status
from tests.gateway.test_sender import telling
from tests.support.upstream import Reply, not_modified, ok
from tests.web.exchange import Exchange, put_to, scope
from tests.web.test_front import OWN, USER, Stand

STORED = Entry(Response(200), RouteClass.SLOW, frozenset(), "", 0.0, 0.0)
ISSUES = "/api/v3/repos/octo/hello/issues"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(Mode.HIT, Response(200), entry=STORED, ttl_s=299.9), "hit; ttl=299; detail=hit"),
        (Answer(Mode.STALE, Response(200), entry=STORED, ttl_s=-0.5), "hit; ttl=-1; detail=stale"),
        (
            Answer(
                Mode.MISS,
                Response(200),
                entry=STORED,
                ttl_s=300,
                upstream_status=200,
                is_stored=True,
            ),
            "fwd=uri-miss; fwd-status=200; stored; ttl=300; detail=miss",
        ),
        (
            Answer(Mode.REVALIDATED, Response(200), entry=STORED, upstream_status=304),
            "fwd=stale; fwd-status=304; ttl=0; detail=revalidated",
        ),
        (
            Answer(Mode.COALESCED, Response(200), entry=STORED, upstream_status=200),
            "fwd=uri-miss; fwd-status=200; collapsed; ttl=0; detail=coalesced",
        ),
        (
            Answer(Mode.RESCUED, Response(200), entry=STORED, ttl_s=-900.0),
            "fwd=stale; ttl=-900; detail=rescued",
        ),
        (
            Answer(Mode.BYPASS, Response(201), upstream_status=201),
            "fwd=bypass; fwd-status=201; detail=bypass",
        ),
    ],
)
def test_cache_status(answer: Answer, expected: str) -> None:
    """Each mode is told in the words of RFC 9211, and by its own name as detail."""
    assert cache_status(answer) == f"Portico; {expected}"


async def test_fields_of_a_hit() -> None:
    """A hit tells its age, and what is left of the asker's own bucket."""
    stand = Stand(telling(ok(b"1"), 4999))
    await put_to(stand.front, scope("GET", USER, fields=OWN))
    stand.scene.clock.advance(60.7)

    hit = await put_to(stand.front, scope("GET", USER, fields=OWN))

    assert hit.headers.get("Age") == "60"
    assert hit.headers.get("Cache-Status") == "Portico; hit; ttl=239; detail=hit"
    assert hit.headers.all("X-RateLimit-Remaining") == ("4999",)
    assert hit.headers.get("X-RateLimit-Used") == "1"


async def test_callers_validator() -> None:
    """`If-None-Match` of what is stored gets a 304 without body, and GitHub is not asked."""
    stand = Stand(ok(b'{"id":1}').having("Link", '<https://api.github.com/x>; rel="next"'))
    first = await put_to(stand.front, scope("GET", USER))
    etag = first.headers.get("ETag") or ""

    again = await put_to(stand.front, scope("GET", USER, fields=[("If-None-Match", etag)]))

    assert (again.status, again.content) == (304, b"")
    assert again.headers.get("ETag") == etag
    assert again.headers.get("Link") == first.headers.get("Link")
    for absent in ("Content-Type", "Content-Length", "Content-Encoding"):
        assert absent not in again.headers
    assert len(stand.scene.asked) == 1


async def test_callers_validator_after_a_change() -> None:
    """A validator of the old body gets the new body."""
    stand = Stand(ok(b"1"), ok(b"2"))
    first = await put_to(stand.front, scope("GET", USER))
    fields = [("If-None-Match", first.headers.get("ETag") or ""), ("Cache-Control", "no-cache")]

    second = await put_to(stand.front, scope("GET", USER, fields=fields))

    assert (second.status, second.content) == (200, b"2")


async def test_304_of_github_is_a_200_to_who_did_not_ask() -> None:
    """A revalidation is between Portico and GitHub; the caller gets the whole answer."""
    stand = Stand(ok(b"1", etag='"e"'), not_modified())
    await put_to(stand.front, scope("GET", USER))

    exchange = await put_to(stand.front, scope("GET", USER, fields=[("Cache-Control", "no-cache")]))

    assert (exchange.status, exchange.content) == (200, b"1")
    assert "detail=revalidated" in (exchange.headers.get("Cache-Status") or "")


async def test_head() -> None:
    """HEAD has the fields of GET, its length too, and no body."""
    stand = Stand(ok(b'{"id":1}'))

    head = await put_to(stand.front, scope("HEAD", USER))
    get = await put_to(stand.front, scope("GET", USER))

    assert (head.status, head.content) == (200, b"")
    assert head.headers.get("Content-Length") == get.headers.get("Content-Length") == "8"
    assert head.headers.get("ETag") == get.headers.get("ETag")


async def test_gzip() -> None:
    """A long answer is compressed for who takes it, and for nobody else."""
    stand = Stand(ok(b"[" + b'{"url":"https://api.github.com/"},' * 28 + b"1]"))
    fields = [("Accept-Encoding", "gzip")]

    packed = await put_to(stand.front, scope("GET", USER, fields=fields))
    plain = await put_to(stand.front, scope("GET", USER))

    assert packed.headers.get("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.content) == plain.content


async def test_method_that_github_does_not_have() -> None:
    """Other methods are refused with the list of those that there are."""
    exchange = await put_to(Stand().front, scope("OPTIONS", USER))

    assert exchange.status == 405
    assert exchange.headers.get("Allow") == "GET, HEAD, POST, PUT, PATCH, DELETE"


async def test_compressed_body_is_refused() -> None:
    """GitHub takes no compressed bodies, so none is sent on."""
    fields = [*OWN, ("Content-Encoding", "gzip")]

    exchange = await put_to(
        Stand().front, scope("POST", ISSUES, fields=fields), Exchange(gzip.compress(b"{}"))
    )

    assert exchange.status == 400


async def test_body_over_the_limit() -> None:
    """A body over the limit is refused unread, in GitHub's shape; GitHub is not asked."""
    stand = Stand()

    exchange = await put_to(stand.front, scope("POST", ISSUES, fields=OWN), Exchange(b"x" * 1_001))

    assert exchange.status == 413
    assert json.loads(exchange.content)["status"] == "413"
    assert stand.scene.asked == []


async def test_write_without_a_credential() -> None:
    """A write of nobody is refused here; the operator's token is not for that."""
    stand = Stand()

    exchange = await put_to(stand.front, scope("DELETE", ISSUES))

    assert (exchange.status, stand.scene.asked) == (401, [])
    assert exchange.headers.get("WWW-Authenticate") == 'Bearer realm="GitHub"'


@pytest.mark.parametrize("status", [204, 205, 304])
async def test_answers_without_a_body(status: int) -> None:
    """A write's answer that has no body gets none, and no type nor length that it has not."""
    stand = Stand(Reply(status, Headers()))

    exchange = await put_to(
        stand.front, scope("PUT", "/api/v3/user/starred/octo/hello", fields=OWN), Exchange(b"")
    )

    assert (exchange.status, exchange.content) == (status, b"")


def test_cache_status_of_a_write() -> None:
    """A write is forwarded for its method (RFC 9211 §2.2)."""
    answer = Answer(Mode.BYPASS, Response(201), upstream_status=201)

    assert "fwd=method; fwd-status=201" in cache_status(answer, is_read=False)
