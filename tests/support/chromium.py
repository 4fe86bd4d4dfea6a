"""A real browser without a window, driven by the DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp

# Far longer than a page takes; only a test that hangs meets it.
PATIENCE_S: Final = 20.0
_PORT_FILE: Final = "DevToolsActivePort"


@dataclass(slots=True)
class Page:
    """One page of the browser."""

    socket: aiohttp.ClientWebSocketResponse
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Have one command done, and return its result."""
        number = next(self._numbers)
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(PATIENCE_S):
            while True:
                answer = await self.socket.receive_json()
                if answer.get("id") == number:
                    assert "error" not in answer, answer
                    result: dict[str, Any] = answer["result"]
                    return result

    async def value(self, expression: str) -> Any:  # noqa: ANN401 (whatever the page has)
        """Return what an expression of JavaScript comes to."""
        answer = await self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, expression: str) -> None:
        """Return when an expression is true."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self.value(expression):  # noqa: ASYNC110 (the page is elsewhere)
                await asyncio.sleep(0.02)

    async def go_to(self, url: str) -> None:
        """Load a page."""
        await self.send("Page.navigate", url=url)
        await self.until("document.readyState === 'complete'")

    async def picture(self, *, scheme: str) -> bytes:
        """Return the page as a PNG, for who prefers a light or a dark scheme."""
        wish = {"name": "prefers-color-scheme", "value": scheme}
        await self.send("Emulation.setEmulatedMedia", features=[wish])
        shot = await self.send("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])


@asynccontextmanager
async def browsing(program: str, home: Path) -> AsyncIterator[Page]:
    """Run the browser `program`, with its files in `home`, for the length of the block."""
    process = await asyncio.create_subprocess_exec(
        program,
        "--headless=new",
        # Its sandbox needs rights that containers do not give; the pages are the tests' own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--remote-debugging-port=0",
        f"--user-data-dir={home}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        port = await _port(home)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                targets = await answer.json()
            (page,) = [each for each in targets if each["type"] == "page"]
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Page(socket)
    finally:
        process.kill()
        await process.wait()


async def _port(home: Path) -> int:
    """Return the port that the browser has chosen, once it says so."""
    file = home / _PORT_FILE
    async with asyncio.timeout(PATIENCE_S):
        # It is there before it is written.
        while not file.is_file() or "\n" not in file.read_text():  # noqa: ASYNC110 (told by a file)
            await asyncio.sleep(0.05)
    return int(file.read_text().split()[0])
