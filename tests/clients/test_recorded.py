"""Real exchanges with GitHub, recorded by Octokit's authors, replayed through Portico.

What comes out must be what was recorded, byte for byte, but for what is rewritten on purpose; what
that is, is worked out here by other means than the product's. One replay is as recorded, without
content coding; the other compresses, as GitHub does for whoever accepts it.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portico.settings import Settings
from tests.support.clock import ManualClock
from tests.support.recorded import Exchange, Replay, read_scenario, replaying
from tests.support.running import serving

SCENARIOS = Path(__file__).parent / "octokit/node_modules/@octokit/fixtures/scenarios"
API = "https://api.github.com"
MONTHS_S = 90 * 86_400  # longer than anything is fresh, or may be served stale

# Not passed on as they are: of the connection, of another host's policy, or replaced by Portico's.
NOT_PASSED_ON = {
    "access-control-allow-origin",
    "access-control-expose-headers",
    "connection",
    "content-length",
    "etag",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "x-github-request-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-resource",
    "x-ratelimit-used",
}
# The caller's own start page is shown only when GitHub has confirmed it.
CONFIRMED_EACH_TIME = {"/"}


class Portico:
    """A running Portico behind which recordings are replayed."""

    def __init__(self, url: str, replay: Replay, clock: ManualClock) -> None:
        self.base = f"{url}/api/v3"
        self.replay = replay
        self.clock = clock
        self._address = urlsplit(url).netloc

    def ask(self, recorded: Exchange, coding: str) -> tuple[int, HTTPMessage, bytes]:
        """Ask what was asked when it was recorded; return the answer as it came."""
        ours = {"accept-encoding", "content-length", "host", "x-octokit-fixture-ignore"}
        fields = {n: v for n, v in recorded.asked_with if n not in ours}
        connection = HTTPConnection(self._address, timeout=10)
        try:
            fields["Accept-Encoding"] = coding
            target = "/api/v3" + recorded.target
            connection.request(recorded.method, target, recorded.sent or None, fields)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


@pytest.fixture(params=["identity", "gzip"])
def portico(request: pytest.FixtureRequest) -> Iterator[Portico]:
    """A Portico whose GitHub is a replay in this content coding."""
    clock = ManualClock()
    with replaying(is_gzip=request.param == "gzip") as replay:
        chosen = {"github_api_url": replay.url, "store": "memory://", "port": 0}
        with serving(Settings.model_validate(chosen), clock) as (url, _):
            yield Portico(url, replay, clock)


@pytest.fixture(scope="session")
def scenarios(require_tool: Callable[[str], str]) -> dict[str, list[Exchange]]:
    """All recorded scenarios by name."""
    require_tool("npm")
    found = sorted(SCENARIOS.glob("*/*/raw-fixture.json"))
    if not found:
        pytest.fail("@octokit/fixtures is not installed: make npm")
    return {path.parent.name: read_scenario(path) for path in found}


def test_all_recordings_are_there(scenarios: dict[str, list[Exchange]]) -> None:
    """Only what was recorded on hosts that Portico does not stand before is left out."""
    origins = Counter(e.origin for scenario in scenarios.values() for e in scenario)

    assert len(scenarios) == 22
    assert origins == {
        f"{API}:443": 127,
        "https://uploads.github.com:443": 4,
        "https://codeload.github.com:443": 1,
    }


def test_real_exchanges_come_out_as_recorded(
    portico: Portico, scenarios: dict[str, list[Exchange]], subtests: pytest.Subtests
) -> None:
    """Each recorded request gets its recorded answer, and a GET, asked again, the stored one."""
    for name, scenario in scenarios.items():
        with subtests.test(name):
            for recorded in scenario:
                if recorded.origin == f"{API}:443":
                    _check(portico, recorded)
            portico.clock.advance(MONTHS_S)


def _check(portico: Portico, recorded: Exchange) -> None:
    replay = portico.replay
    replay.expected = recorded
    replay.asked.clear()
    what = f"{recorded.method} {recorded.target}"

    _assert_same(portico.ask(recorded, "identity"), recorded, portico.base)
    assert replay.asked in ([f"{what} {recorded.status}"], [f"{what} 304"])

    if recorded.method == "GET" and recorded.status == 200:
        replay.asked.clear()
        status, fields, body = portico.ask(recorded, "gzip")
        if fields["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        _assert_same((status, fields, body), recorded, portico.base)
        confirmed = [f"{what} 304"] if recorded.target in CONFIRMED_EACH_TIME else []
        assert replay.asked == confirmed


def _assert_same(answer: tuple[int, HTTPMessage, bytes], recorded: Exchange, base: str) -> None:
    status, fields, body = answer
    meant = _rewritten(recorded.body, base) if recorded.is_json else recorded.body
    assert status == recorded.status
    assert body == meant
    for name, recorded_value in recorded.fields:
        if name.lower() not in NOT_PASSED_ON:
            value = recorded_value
            if name.lower() == "cache-control":
                # All were recorded with a token: nothing of it is public.
                value = value.replace("public", "private")
            assert value.replace(API, base) in ", ".join(fields.get_all(name, [])), name


def _rewritten(body: bytes, base: str) -> bytes:
    """Return a JSON body in which the URLs that a client would follow begin with `base`."""
    walked = _walked(json.loads(body), base)
    return json.dumps(walked, separators=(",", ":"), ensure_ascii=False).encode()


def _walked(value: Any, base: str, key: str = "") -> Any:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            return {k: _walked(v, base, k) for k, v in value.items()}
        case list():
            return [_walked(each, base) for each in value]
        case str() if key in {"url", "href", "self", "git"} or key.endswith("_url"):
            rest = value.removeprefix(API)
            leads_there = rest != value and rest[:1] in {"", "/", "?", "{"}
            return base + rest if leads_there else value
        case _:
            return value
