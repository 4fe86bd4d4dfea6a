"""The sandbox on a real port: whole answers, broken ones, counters, shutdown."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from portico.sandbox import Fault, FaultKind, Sandbox, run_in_thread, serve, tokens

PATIENCE_S = 5.0
TARGET = "/users/solveig/repos?per_page=100"


class Client:
    """One keep-alive connection to a running sandbox."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.host, self.port = parts.hostname or "", parts.port or 0
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)

    def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Return status, headers and body."""
        sent = {"User-Agent": "tests", **{k.replace("_", "-"): v for k, v in headers.items()}}
        raw = None if body is None else json.dumps(body)
        self.connection.request(method, path, raw, sent)
        response = self.connection.getresponse()
        return response.status, response.headers, response.read()

    def raw(self, data: bytes) -> bytes:
        """Send bytes on a connection of their own, return all that comes back."""
        with socket.create_connection((self.host, self.port), PATIENCE_S) as connection:
            connection.sendall(data)
            return b"".join(iter(lambda: connection.recv(65536), b""))


def happens(condition: Callable[[], bool]) -> bool:
    """Wait until something that another thread does is true; False if it takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    tick = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        tick.wait(0.002)
    return True


@pytest.fixture
def sandbox() -> Sandbox:
    """Make a sandbox that the test can look into."""
    return Sandbox()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    """Run the sandbox, and connect to it."""
    with run_in_thread(sandbox) as base_url:
        client = Client(base_url)
        yield client
        client.connection.close()


def test_links_lead_back_to_the_port(client: Client) -> None:
    """Without an api_url, bodies and links carry the host that was asked."""
    _, headers, body = client.ask("GET", TARGET)

    base = f"http://127.0.0.1:{client.port}"
    assert headers["Link"].startswith(f"<{base}/user/1001/repos?per_page=100&page=2>")
    assert json.loads(body)[0]["url"].startswith(f"{base}/repos/solveig/")


def test_an_api_url_is_carried_whatever_the_host() -> None:
    """With an api_url, bodies and links carry that."""
    with run_in_thread(Sandbox(api_url="https://api.github.com")) as base_url:
        client = Client(base_url)
        _, headers, _ = client.ask("GET", TARGET)
        client.connection.close()

    assert headers["Link"].startswith("<https://api.github.com/user/1001/repos")


def test_a_connection_is_kept(client: Client) -> None:
    """Many requests use one connection, HEAD, 304 and 204 included."""
    _, headers, _ = client.ask("GET", TARGET, Authorization=f"token {tokens.SOLVEIG}")
    local = client.connection.sock.getsockname()
    star = "/user/starred/solveig/harbor"
    seen = [
        client.ask(
            "GET", TARGET, Authorization=f"token {tokens.SOLVEIG}", If_None_Match=headers["ETag"]
        )[0],
        client.ask("HEAD", TARGET)[0],
        client.ask("PUT", star, Authorization=f"token {tokens.INGRID}")[0],
        client.ask("GET", TARGET)[0],
    ]

    assert seen == [304, 200, 204, 200]
    assert client.connection.sock.getsockname() == local


def test_header_names_travel_as_spelled(client: Client) -> None:
    """The mixture of cases reaches the wire."""
    got = client.raw(b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: t\r\nConnection: close\r\n\r\n")

    assert b"\r\nX-GitHub-Request-Id: " in got
    assert b"\r\nx-github-api-version-selected: " in got


def test_a_chunked_request_body_is_read(client: Client, sandbox: Sandbox) -> None:
    """Clients that do not know their length are served too."""
    body = b'{"title":"chunks"}'
    head = (
        "POST /repos/solveig/harbor/issues HTTP/1.1\r\nHost: x\r\nUser-Agent: t\r\n"
        f"Authorization: token {tokens.SOLVEIG}\r\nConnection: close\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    sent = head.encode() + b"".join(
        b"%x\r\n%b\r\n" % (1, body[n : n + 1]) for n in range(len(body))
    )

    assert client.raw(sent + b"0\r\n\r\n").startswith(b"HTTP/1.1 201 Created")
    assert max(sandbox.world["solveig/harbor"].issues) == 131


@pytest.mark.parametrize("junk", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n"])
def test_junk_is_400_and_harms_nobody(client: Client, junk: bytes) -> None:
    """A malformed request ends its own connection only."""
    assert client.raw(junk).startswith(b"HTTP/1.1 400 ")
    assert client.ask("GET", "/")[0] == 200


def test_a_cut_body_is_shorter_than_promised(client: Client, sandbox: Sandbox) -> None:
    """Content-Length says more than comes."""
    sandbox.faults.add(Fault(FaultKind.CUT_LENGTH))

    with pytest.raises(http.client.IncompleteRead):
        client.ask("GET", TARGET)


def test_a_cut_chunked_body_never_ends(client: Client, sandbox: Sandbox) -> None:
    """The last chunk is missing."""
    sandbox.faults.add(Fault(FaultKind.CUT_CHUNKED))

    with pytest.raises(http.client.IncompleteRead):
        client.ask("GET", TARGET)


def test_a_reset_is_a_reset(client: Client, sandbox: Sandbox) -> None:
    """The connection ends with RST before the status line."""
    sandbox.faults.add(Fault(FaultKind.RESET))

    with pytest.raises(ConnectionResetError):
        client.ask("GET", TARGET)


def test_silence_lasts_until_the_client_leaves(client: Client, sandbox: Sandbox) -> None:
    """Nothing comes; when the client has gone, the sandbox stops waiting."""
    sandbox.faults.add(Fault(FaultKind.SILENCE))
    client.connection.timeout = 0.2

    with pytest.raises(TimeoutError):
        client.ask("GET", TARGET)
    client.connection.close()

    assert happens(lambda: sandbox.in_flight == 0)


def test_a_huge_body_has_the_size_asked_for(client: Client, sandbox: Sandbox) -> None:
    """It is valid JSON, chunked, without a warning in the headers."""
    sandbox.faults.add(Fault(FaultKind.HUGE, size_bytes=1_000_000))

    _, headers, body = client.ask("GET", TARGET)

    assert len(body) == 1_000_000
    assert isinstance(json.loads(body), str)
    assert headers["Content-Length"] is None


def test_a_slow_body_arrives_whole(client: Client, sandbox: Sandbox) -> None:
    """Pieces with pauses add up to the true answer."""
    true = client.ask("GET", TARGET)[2]
    sandbox.faults.add(Fault(FaultKind.SLOW, pause_s=0.001))

    assert client.ask("GET", TARGET)[2] == true


def test_an_answer_held_back_is_older_than_a_write_that_overtook_it() -> None:
    """Latency delays the sending, not the answering: the world is read when the request arrives."""
    sandbox = Sandbox(latency_s=0.3)
    with run_in_thread(sandbox) as base_url, concurrent.futures.ThreadPoolExecutor() as pool:
        reader = Client(base_url)
        reading = pool.submit(reader.ask, "GET", "/repos/solveig/harbor")
        assert happens(lambda: bool(sandbox.log))
        stars = sandbox.world.star("solveig/harbor")
        body = json.loads(reading.result()[2])
        reader.connection.close()

    assert body["stargazers_count"] == stars - 1


def test_too_many_at_once_meet_the_secondary_limit() -> None:
    """Beyond the limit a request is refused with Retry-After; the high-water mark is kept."""
    sandbox = Sandbox(latency_s=0.3, concurrency_limit=2)

    def ask(base_url: str) -> int:
        client = Client(base_url)
        status = client.ask("GET", "/")[0]
        client.connection.close()
        return status

    with run_in_thread(sandbox) as base_url, concurrent.futures.ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(ask, [base_url] * 6))

    assert statuses[:2] == [200, 200]
    assert statuses[-1] == 403
    assert sandbox.most_in_flight > 2


def test_counters_tell_calls_and_points(client: Client, sandbox: Sandbox) -> None:
    """Calls count by path and method, points by resource; a reset forgets both."""
    token = f"Bearer {tokens.PUBLIC}"
    _, headers, _ = client.ask("GET", TARGET, Authorization=token)
    client.ask("GET", TARGET, Authorization=token, If_None_Match=headers["ETag"])
    client.ask("GET", "/search/users?q=sol", Authorization=token)

    assert (sandbox.calls(), sandbox.calls("/users/"), sandbox.calls(method="POST")) == (3, 2, 0)
    assert (sandbox.points(), sandbox.points("search")) == (1, 1)
    assert [e.status for e in sandbox.log] == [200, 304, 200]
    assert sandbox.log[1].if_none_match == headers["ETag"]
    assert sandbox.log[0].authorization == token
    assert tokens.PUBLIC not in repr(sandbox.log)
    sandbox.reset_counters()
    assert (sandbox.calls(), sandbox.points()) == (0, 0)


def test_a_download_lies_on_another_host(client: Client, sandbox: Sandbox) -> None:
    """The archive's Location has the other loopback name, and what is sent there is logged."""
    _, headers, _ = client.ask("GET", "/repos/solveig/harbor/tarball")
    where = urlsplit(headers["Location"])

    assert (where.hostname, where.port) == ("localhost", client.port)
    assert client.ask("GET", where.path)[2][:2] == b"\x1f\x8b"
    assert sandbox.log[-1].points == 0


def test_a_port_in_use_is_an_error(client: Client) -> None:
    """Two sandboxes cannot share a port; the second says so."""
    with (
        pytest.raises(OSError, match="address already in use"),
        run_in_thread(Sandbox(), port=client.port),
    ):
        pass


def test_the_port_is_free_after_the_block() -> None:
    """Open keep-alive connections do not keep a stopped sandbox alive."""
    with run_in_thread(Sandbox()) as base_url:
        client = Client(base_url)
        client.ask("GET", "/")
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        client.ask("GET", "/")
    client.connection.close()
    with run_in_thread(Sandbox(), port=client.port):
        pass


async def test_serving_ends_when_cancelled() -> None:
    """`serve` tells its URL once it is open, and stops on cancellation."""
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(Sandbox(), ready=opened.set_result))

    assert (await asyncio.wait_for(opened, PATIENCE_S)).startswith("http://127.0.0.1:")
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()
