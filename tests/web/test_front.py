"""The outermost application: ids, shapes of errors, callers who leave, one record for each."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest

from portico.core.errors import GitHubTimedOut
from portico.core.message import NO_HEADERS, Request
from portico.core.rewrite import GITHUB_API_URL, Rewriter
from portico.gateway.gather import gather
from portico.portfolio.decode import read_languages
from portico.portfolio.model import Reduction
from portico.portfolio.part import Step
from portico.web.asgi import Message, Receive, Scope, Send
from portico.web.caller import caller_of
from portico.web.documents import asked_by
from portico.web.front import Front
from portico.web.live import LiveStreams
from portico.web.proxy import Proxy
from portico.web.record import Record
from portico.web.rendered import Rendered
from portico.web.representation import Representations
from portico.web.target import Faces
from portico.web.webhook import Webhook
from tests.gateway.live_scene import LiveScene
from tests.gateway.scene import Scene, let_all_run, start
from tests.support.upstream import Reply, Sent, binary, by_path, in_turn, ok
from tests.web.exchange import Exchange, put_to, scope
from tests.web.test_caller import TOKEN, state_over

OWN = (("Authorization", f"Bearer {TOKEN}"),)
USER = "/api/v3/users/octo"


WEBHOOK_SECRET = b"invented for the tests"


class Stand:
    """A front over a scripted GitHub, with a stub in FastAPI's place, and its records."""

    def __init__(self, *outcomes: Reply | GitHubTimedOut) -> None:
        self.scene = Scene(*outcomes)
        self.records: list[Record] = []
        self.asked: list[Scope] = []
        self.fails = False
        state = self.state = state_over(self.scene)
        self.front = Front(
            self._api,
            Proxy(state, Representations(Rewriter(GITHUB_API_URL))),
            Webhook(self.scene.deliveries, (WEBHOOK_SECRET,)),
            LiveStreams(LiveScene().live, state),
            Faces(),
            state=state,
            written=lambda record, _: self.records.append(record),
        )

    async def _api(self, made: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(made)
        if self.fails:
            raise RuntimeError("what nobody may know")
        if made["path"] == "/slow":
            await asyncio.Event().wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"own"})


async def test_github_face_and_own_face() -> None:
    """The proxy answers for GitHub, FastAPI all else; each answer has an id and a Date."""
    stand = Stand(ok(b"1"))

    github = await put_to(stand.front, scope("GET", USER))
    own = await put_to(stand.front, scope("GET", "/v1/users/octo"))

    assert (github.content, own.content) == (b"1", b"own")
    assert [made["path"] for made in stand.asked] == ["/v1/users/octo"]
    ids = [exchange.headers.get("X-Request-Id") for exchange in (github, own)]
    assert ids == [record.request_id for record in stand.records]
    assert len(set(ids)) == 2
    assert (own.headers.get("Date") or "").endswith("GMT")


DOCUMENT = Reduction(part="languages", reason="Any document will do.")


async def _keeping(asked: Scope) -> Stand:
    """Return a stand in which a document is kept for whoever asks this."""
    stand = Stand(ok(b"{}"))
    everybody = caller_of(NO_HEADERS, stand.state)
    step = Step(part="languages", name="l", request=Request("GET", "/l"), read=read_languages)
    await gather(stand.scene.gateway, [step], everybody, deadline_s=10.0)
    parts = await gather(stand.scene.gateway, [step], everybody, deadline_s=10.0)
    rendered = Rendered(DOCUMENT, parts, at=stand.scene.clock.now(), is_public=True)
    stand.state.documents.keep(asked_by(everybody, asked), rendered, parts)
    return stand


async def test_a_kept_document_needs_no_fastapi() -> None:
    """The answer that is at hand goes out at once, and is written down as a hit."""
    asked = scope("GET", "/v1/users/octo")
    stand = await _keeping(asked)

    exchange = await put_to(stand.front, asked)

    assert exchange.content == DOCUMENT.model_dump_json().encode()
    assert (stand.asked, stand.records[0].mode, stand.records[0].status) == ([], "hit", 200)


@pytest.mark.parametrize(
    ("method", "field"),
    [
        ("GET", ("Cache-Control", "max-age=5")),
        ("GET", ("Pragma", "no-cache")),
        ("GET", ("Portico-Position", "0123abcd.7")),
        ("GET", ("Authorization", "Bearer a b")),
        ("POST", ("Accept", "*/*")),
    ],
)
async def test_whoever_wants_more_than_what_is_kept_is_left_to_fastapi(
    method: str, field: tuple[str, str]
) -> None:
    """Wishes about freshness, an unreadable credential and other methods are the route's."""
    stand = await _keeping(scope("GET", "/v1/users/octo"))

    exchange = await put_to(stand.front, scope(method, "/v1/users/octo", fields=[field]))

    assert (exchange.content, len(stand.asked)) == (b"own", 1)


async def test_githubs_own_date_is_kept() -> None:
    """A stored answer is as old as GitHub's Date says (RFC 9111 §4)."""
    date = "Tue, 17 Nov 2026 10:00:00 GMT"
    stand = Stand(ok(b"1").having("Date", date))

    exchange = await put_to(stand.front, scope("GET", USER))

    assert exchange.headers.all("Date") == (date,)


@pytest.mark.parametrize(
    ("target", "content_type"),
    [("/api/v3/a//b", "application/json; charset=utf-8"), ("/v1", "application/problem+json")],
)
async def test_malformed_request(target: str, content_type: str) -> None:
    """What is malformed is refused in the shape of the face that was meant."""
    exchange = await put_to(Stand().front, scope("GET", target, host="a b"))

    assert exchange.status == 400
    assert exchange.headers.get("Content-Type") == content_type


@pytest.mark.parametrize(
    ("target", "members"),
    [
        (USER, {"message", "documentation_url", "status"}),
        ("/v1", {"type", "title", "status", "detail", "instance", "advice", "request_id"}),
    ],
)
async def test_unforeseen_failure(
    target: str, members: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A bug is a 500 in the right shape that tells nothing, a line in the log, and no more."""
    stand = Stand()
    stand.fails = True
    stand.scene.github.script = _bug

    with caplog.at_level(logging.CRITICAL + 1):
        exchange = await put_to(stand.front, scope("GET", target))

    assert exchange.status == 500
    assert set(json.loads(exchange.content)) == members
    assert b"nobody may know" not in exchange.content
    assert stand.records[0].status == 500


async def test_caller_who_leaves() -> None:
    """Who leaves before the answer is written down as such, and nobody works for them."""
    stand = Stand()
    exchange = Exchange()
    asking = start(put_to(stand.front, scope("GET", "/slow"), exchange))
    await let_all_run()

    exchange.left.set()
    await asking

    assert (exchange.sent, stand.records[0].status) == ([], 499)


async def test_caller_who_leaves_the_proxy() -> None:
    """The same where GitHub is waited for; what was asked of it is stored for the next one."""
    release = asyncio.Event()
    stand = Stand(ok(b"1").held(release))
    exchange = Exchange()
    asking = start(put_to(stand.front, scope("GET", USER), exchange))
    await stand.scene.github.asked(1)

    exchange.left.set()
    await asking
    release.set()
    await stand.scene.done()

    assert stand.records[0].status == 499
    assert (await put_to(stand.front, scope("GET", USER))).content == b"1"


async def test_writer_who_leaves() -> None:
    """A write is not cut short: GitHub may have done it already."""
    release = asyncio.Event()
    stand = Stand(ok(b"1", status=201).held(release))
    exchange = Exchange(body=b"{}")
    made = scope("POST", "/api/v3/repos/octo/hello/issues", fields=OWN)
    asking = start(put_to(stand.front, made, exchange))
    await stand.scene.github.asked(1)

    exchange.left.set()
    await let_all_run()

    assert not asking.done()
    release.set()
    await asking
    assert stand.records[0].status == 201


async def test_caller_who_leaves_a_stream() -> None:
    """The rest of a body is not fetched for somebody who has left."""
    stand = Stand(binary(*[b"x"] * 1_000))
    exchange, offered = Exchange(), 0

    def leave_soon(_message: Message) -> None:
        nonlocal offered
        offered += 1
        if offered == 3:
            exchange.left.set()

    exchange.noticed = leave_soon
    await put_to(stand.front, scope("GET", USER), exchange)
    await let_all_run()

    assert stand.scene.github.open == 0
    assert offered < 50
    assert stand.records[0].status == 200


async def test_stream_to_its_end() -> None:
    """A body that is passed through comes out whole; HEAD gets none of it."""
    stand = Stand(binary(b"a", b"b"), binary(b"c"))

    whole = await put_to(stand.front, scope("GET", USER))
    head = await put_to(stand.front, scope("HEAD", USER))

    assert (whole.content, head.content) == (b"ab", b"")
    assert whole.headers.get("Cache-Status") == "Portico; fwd=bypass; fwd-status=200; detail=bypass"
    assert stand.scene.github.open == 0
    assert stand.records[0].body_bytes == 2


async def test_stream_that_breaks() -> None:
    """A body that breaks off is broken off for the caller too, never ended as if it were whole."""
    stand = Stand(binary(b"a").breaking(GitHubTimedOut()))

    exchange = await put_to(stand.front, scope("GET", USER))

    assert exchange.sent[-1].get("more_body") is True
    assert stand.scene.github.open == 0


async def test_record_tells_how_the_answer_came_about() -> None:
    """Mode, age, points and audience are in the record; the path is as it came."""
    stand = Stand()
    stand.scene.github.script = by_path({"/users/octo?b=1": ok(b"1")})
    await put_to(stand.front, scope("GET", f"{USER}?b=1", fields=OWN))
    stand.scene.clock.advance(60)
    await put_to(stand.front, scope("GET", f"{USER}?b=1", fields=OWN))

    missed, hit = stand.records
    assert (missed.mode, missed.points, missed.audience) == ("miss", 1, "principal")
    assert (hit.mode, hit.points, hit.age_s, hit.path) == ("hit", 0, 60, f"{USER}?b=1")


async def test_errors_of_github_in_githubs_shape() -> None:
    """A failure of GitHub's is told so that its clients understand, to HEAD without a body."""
    stand = Stand()
    stand.scene.github.script = in_turn(GitHubTimedOut("silence"), GitHubTimedOut("silence"))

    got = await put_to(stand.front, scope("GET", USER))
    head = await put_to(stand.front, scope("HEAD", USER))

    assert (got.status, head.status, head.content) == (504, 504, b"")
    assert json.loads(got.content)["status"] == "504"
    assert json.loads(got.content)["message"].startswith("silence. ")


def _bug(_sent: Sent) -> Reply:
    raise RuntimeError("what nobody may know")
