"""Runs a Sandbox on a TCP port: in the foreground (`serve`) or in a thread (`run_in_thread`).

Deliveries of hooks with a URL are posted meanwhile, from a thread of their own.

The sandbox's answers are atomic, because computing one never waits; only sending does. So a test in
another thread may change the world at any moment and sees each request either before or after it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from portico.sandbox import wire
from portico.sandbox.message import Request
from portico.sandbox.sandbox import Sandbox
from portico.sandbox.webhooks.posting import posting

_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_GONE = (ConnectionError, asyncio.IncompleteReadError, TimeoutError)
_START_TIMEOUT_S = 10.0  # binding a port takes milliseconds; longer means that something is wrong


async def serve(
    sandbox: Sandbox,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until cancelled. `ready` is called with the base URL once the port is open.

    Raises OSError if the port cannot be had. Port 0: any free one.
    """
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(_converse(sandbox, reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(connected, host, port, limit=wire.MOST_HEAD_BYTES)
    bound = server.sockets[0].getsockname()
    try:
        with posting(sandbox.world.outbox, sandbox.world.clock):
            if ready is not None:
                ready(f"http://{_in_url(bound[0])}:{bound[1]}")
            await asyncio.get_running_loop().create_future()
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


async def _converse(
    sandbox: Sandbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer one connection's requests until it ends."""
    try:
        while await _exchange(sandbox, reader, writer):
            pass
    except wire.MalformedRequestError:
        writer.write(_BAD_REQUEST)
    except _GONE:
        pass  # the client left; there is nobody to tell
    finally:
        writer.close()


async def _exchange(
    sandbox: Sandbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Answer one request; return whether another can follow."""
    incoming = await wire.read_request(reader, writer)
    if incoming is None:
        return False
    sandbox.enter()
    try:
        address = writer.get_extra_info("peername")[0]
        response = sandbox.answer(_request(sandbox, incoming, address))
        can_go_on = await wire.send(response, reader, writer)
    finally:
        sandbox.leave()
    return can_go_on and incoming.keeps_alive


def _request(sandbox: Sandbox, incoming: wire.Incoming, address: str) -> Request:
    parts = urlsplit(incoming.target)
    host = incoming.headers.get("host", "localhost")
    return Request(
        method=incoming.method,
        path=parts.path or "/",
        query_string=parts.query,
        headers=incoming.headers,
        body=incoming.body,
        client=address,
        api_url=sandbox.api_url or f"http://{host}",
        download_url=f"http://{_other_host(host)}",
    )


def _other_host(host: str) -> str:
    """Return another name of the same loopback port, so that downloads lie on another host."""
    name, colon, port = host.partition(":")
    return ("127.0.0.1" if name == "localhost" else "localhost") + colon + port


@contextlib.contextmanager
def run_in_thread(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve a sandbox from a thread of its own while the block runs; gives the base URL.

    Raises OSError if the port cannot be had.
    """
    started: concurrent.futures.Future[str] = concurrent.futures.Future()
    loop = asyncio.new_event_loop()
    task = loop.create_task(serve(sandbox, host=host, port=port, ready=started.set_result))

    def run() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        except OSError as error:
            started.set_exception(error)
        finally:
            loop.close()

    thread = threading.Thread(target=run, name="portico-sandbox", daemon=True)
    thread.start()
    try:
        yield started.result(_START_TIMEOUT_S)
    finally:
        if thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop ended between the two lines
                loop.call_soon_threadsafe(task.cancel)
        thread.join(_START_TIMEOUT_S)
