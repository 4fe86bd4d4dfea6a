"""The page of docs/live.md that updates itself, in a real browser."""

from __future__ import annotations

import http.server
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.chromium import Page, browsing
from tests.support.cutting import Relay, relaying
from tests.support.running import Running, running

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "examples" / "live.html").read_text(encoding="utf-8")
SECRET: Final = "invented-for-the-tests"
HARBOR: Final = "solveig/harbor"
EVENTS: Final = "[...document.querySelectorAll('#events span')].map((each) => each.textContent)"
STATE: Final = "document.querySelector('#state').textContent"


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico whose answers any page may read, told of everything by the small GitHub."""
    with running(webhook_secret=SECRET, cors_origins="*") as started:
        started.sandbox.add_hook(url=f"{started.url}/webhooks/github", secret=SECRET)
        yield started


@pytest.fixture
def relay(portico: Running) -> Iterator[Relay]:
    """What the page talks to Portico through."""
    with relaying(portico.url) as started:
        yield started


@pytest.fixture
def page_url(relay: Relay) -> Iterator[str]:
    """Where the page is, on an origin of its own, with its one address changed."""
    content = PAGE.replace("http://localhost:8000", relay.url).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
async def page(
    page_url: str, require_tool: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Page]:
    """The page, open and live."""
    async with browsing(require_tool("chromium"), tmp_path / "chromium") as opened:
        await opened.go_to(page_url)
        await opened.until(f"{STATE} === 'live'")
        yield opened


async def test_it_shows_what_happens(portico: Running, page: Page) -> None:
    """A star and an issue appear by themselves: in the list, and in the numbers."""
    stars = int(portico.sandbox.world[HARBOR].stars)
    await page.until(f"document.querySelector('#stars').textContent === '{stars}'")
    portico.sandbox.world.star(HARBOR)
    issue = portico.sandbox.world.open_issue(HARBOR, "<img src=x onerror=alert(1)>", login="eirik")

    await page.until(f"document.querySelector('#stars').textContent === '{stars + 1}'")
    await page.until(f"{EVENTS}.length === 3")

    assert sorted(await page.value(EVENTS)) == [
        f"issues opened #{issue.number}",
        "star created",
        "watch started",
    ]


async def test_it_comes_back(portico: Running, relay: Relay, page: Page) -> None:
    """After a cut the browser resumes by itself, and shows what happened meanwhile, once."""
    first = portico.sandbox.world.open_issue(HARBOR, "x", login="eirik")
    await page.until(f"{EVENTS}.length === 1")
    relay.cut()
    second = portico.sandbox.world.open_issue(HARBOR, "y", login="eirik")
    await page.until(f"{EVENTS}.length === 2")
    await page.until(f"{STATE} === 'live'")

    expected = [f"issues opened #{issue.number}" for issue in (second, first)]
    assert await page.value(EVENTS) == expected
    assert any("Last-Event-ID: " in head for head in relay.heads)


async def test_what_it_may_no_longer_show(portico: Running, page: Page) -> None:
    """When the repository is hidden the page says so, and asks no more."""
    portico.sandbox.world.make_private(HARBOR)
    portico.sandbox.world.outbox.wait_until_posted()
    portico.clock.advance(60)

    await page.until(f"{STATE} === 'not shown any more'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_how_it_looks(page: Page, scheme: str, tmp_path: Path) -> None:
    """It has a look for either scheme: the ground is as light or dark as is wished."""
    picture = await page.picture(scheme=scheme)
    ground = await page.value("getComputedStyle(document.body).backgroundColor")
    (tmp_path / f"{scheme}.png").write_bytes(picture)

    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[scheme]
