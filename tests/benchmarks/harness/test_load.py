"""The load against a server that does what each test wants; real sockets, short orders."""

from dataclasses import replace

import pytest

from benchmarks.harness.load import BEGIN, END, Load
from benchmarks.harness.order import Order, Tally
from tests.support.raw_server import HEAD, RawServer, answering, raw_server

OK = HEAD + b"Content-Length: 2\r\n\r\n{}"
ORDER = Order(
    port=0, target="/x", connections=2, warm_up_s=0.02, duration_s=0.05, longest_s=5.0, body=b"{}"
)


async def _tally(server: RawServer, order: Order = ORDER) -> Tally:
    load = Load(replace(order, port=int(server.url.rpartition(":")[2])))
    said: list[str] = []
    tally = await load.run(said.append)
    await load.close()
    assert said == [BEGIN, END]
    return tally


async def test_right_answers_are_counted_with_their_latencies() -> None:
    """Answers as ordered are completed, and have a median and a tail."""
    async with raw_server(answering(OK)) as server:
        tally = await _tally(server)

    assert tally.completed >= 4
    assert tally.errors == 0
    assert tally.p50_s is not None
    assert tally.p99_s is not None
    assert 0 < tally.p50_s <= tally.p99_s


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (HEAD + b"Content-Length: 2\r\n\r\n[]", "another body"),
        (OK.replace(b"200 OK", b"500 No"), "status 500 instead of 200"),
        (HEAD + b"\r\n", "did not tell its length"),
    ],
)
async def test_a_wrong_answer_is_an_error(answer: bytes, what: str) -> None:
    """Another body, another status and an answer without a length count as errors."""
    async with raw_server(answering(answer)) as server:
        tally = await _tally(server, replace(ORDER, longest_s=0.1))

    assert tally.completed == 0
    assert tally.first_error is not None
    assert what in tally.first_error


async def test_an_answer_must_hold_what_is_ordered() -> None:
    """A body that lacks the ordered text is an error, whatever its length."""
    wanted = replace(ORDER, body=None, holds='"complete":true', longest_s=0.1)

    async with raw_server(answering(OK)) as server:
        tally = await _tally(server, wanted)

    assert tally.completed == 0
    assert tally.errors > 0


async def test_a_short_answer_is_an_error() -> None:
    """A body of fewer bytes than ordered is an error."""
    async with raw_server(answering(OK)) as server:
        tally = await _tally(server, replace(ORDER, body=None, least_bytes=3, longest_s=0.1))

    assert tally.completed == 0
    assert tally.errors > 0


async def test_a_connection_that_is_closed_in_order_is_made_anew() -> None:
    """A server that closes after each answer, and says so, is asked on new connections."""
    closing = HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}"

    async with raw_server(answering(closing, then_close=True)) as server:
        tally = await _tally(server)
        connections = server.connections

    assert tally.errors == 0
    assert tally.completed >= 4
    assert connections >= tally.completed


async def test_a_broken_connection_is_an_error() -> None:
    """An answer that ends before its length is an error."""
    async with raw_server(answering(OK[:-1], then_close=True)) as server:
        tally = await _tally(server, replace(ORDER, longest_s=0.1))

    assert tally.completed == 0
    assert "broke" in (tally.first_error or "")


async def test_each_request_has_its_own_number() -> None:
    """A numbered target asks for something else each time."""
    async with raw_server(answering(OK)) as server:
        await _tally(server, replace(ORDER, target="/x-{n}-y"))
        lines = [head.partition("\r\n")[0] for head in server.heads]

    assert lines[0] == "GET /x-0000001-y HTTP/1.1"
    assert len(set(lines)) == len(lines)


async def test_a_server_that_is_silent_ends_the_load_in_time() -> None:
    """Without any answer the load ends when its longest time is over, and says what is open."""

    async def silent(*_: object) -> None:
        return

    async with raw_server(silent) as server:
        tally = await _tally(server, replace(ORDER, longest_s=0.1))

    assert tally.completed == 0
    assert tally.p50_s is None
    assert tally.unfinished == 2
