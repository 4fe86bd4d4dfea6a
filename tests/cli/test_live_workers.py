"""Live updates where several processes serve: GitHub tells one of them, all listeners hear."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from portico.sandbox import Sandbox
from portico.sandbox.server import run_in_thread
from tests.support.command import started_portico
from tests.support.live_client import listening

SECRET: Final = "invented-for-the-tests"
HARBOR: Final = "solveig/harbor"
# So many that with two processes each has some: all with one has a chance of one in 2,000.
LISTENERS: Final = 12


def test_every_listener_hears_of_it(tmp_path: Path) -> None:
    """Whichever worker a listener and a delivery came to, each happening is told once."""
    sandbox = Sandbox()
    with run_in_thread(sandbox) as github, ExitStack() as stack:
        variables = {
            "PORTICO_GITHUB_API_URL": github,
            "PORTICO_STORE": f"sqlite:///{tmp_path / 'portico.db'}",
            "PORTICO_WEBHOOK_SECRET": SECRET,
            "PORTICO_WORKERS": "2",
        }
        server = stack.enter_context(
            started_portico("serve", "--port", "0", cwd=tmp_path, **variables)
        )
        url = server.until(r"Portico is at (http://\S+)")
        server.until(r"(Application startup complete)")
        server.until(r"(Application startup complete)")
        sandbox.add_hook(url=f"{url}/webhooks/github", secret=SECRET)
        clients = [
            stack.enter_context(listening(f"{url}/live?repo={HARBOR}")) for _ in range(LISTENERS)
        ]
        numbers = [sandbox.world.open_issue(HARBOR, "x", login="ingrid").number for _ in range(3)]
        heard = [client.until_told(3) for client in clients]
        code = server.stop()
        ends = [client.until(lambda _: False).events[-1].name for client in clients]

    for each in heard:
        assert sorted(event["details"]["number"] for event in each) == numbers
    processes = {event["id"].partition("-")[0] for each in heard for event in each}
    assert len(processes) == 2
    assert len({process[:8] for process in processes}) == 1
    assert set(ends) == {"closing"}
    assert code == 0
