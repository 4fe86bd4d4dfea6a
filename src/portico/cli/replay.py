"""`portico replay`: recorded webhook deliveries, signed anew and posted to a running Portico.

All of the recording is read before anything is sent, so that a mistake in its last line is found
while nothing has happened yet.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from portico.cli.posting import Replay, Tally, post_all
from portico.cli.recordings import RecordingError, recorded
from portico.cli.start import FAILED, WRONG_USAGE, fail, settings_with
from portico.web.webhook import PATH

# What listens on every address is reached at this one from the same machine.
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound


def replay(
    *,
    path: Path,
    url: str | None,
    secret_file: Path | None,
    concurrency: int,
    rate: float | None,
    keeps_ids: bool,
) -> None:
    """Post the deliveries of a file or folder.

    Exit code 0: all were taken. 1: some were not. 2: nothing was sent, as something is missing.
    """
    secret, secret_from = _secret(secret_file)
    plan = Replay(
        path=path,
        url=url or _own_url(),
        secret=secret,
        secret_from=secret_from,
        concurrency=concurrency,
        rate=rate,
        keeps_ids=keeps_ids,
    )
    total = _count(path)
    console = Console(stderr=True)
    with _progress(console) as progress:
        task = progress.add_task("", total=total)
        tally = asyncio.run(post_all(plan, lambda: progress.advance(task)))
    _report(console, tally, total)
    if tally.taken < total:
        raise typer.Exit(FAILED)


def _secret(secret_file: Path | None) -> tuple[bytes, str]:
    """Return the secret and where it is from; exit if there is none."""
    if secret_file is not None:
        try:
            secret = secret_file.read_bytes().strip()
        except OSError as error:
            fail(f"{secret_file}: {error.strerror}", code=WRONG_USAGE)
        if not secret:
            fail(f"{secret_file} is empty: it must hold the webhook's secret", code=WRONG_USAGE)
        return secret, str(secret_file)
    configured = settings_with().webhook_secret
    if configured is None or not configured.get_secret_value():
        fail(
            "no secret to sign with: set PORTICO_WEBHOOK_SECRET to that of the Portico which is to "
            "take the deliveries, or name a file that holds it by --secret-file",
            code=WRONG_USAGE,
        )
    return configured.get_secret_value().encode(), "PORTICO_WEBHOOK_SECRET"


def _own_url() -> str:
    """Return where the Portico of these settings takes deliveries, as seen from this machine."""
    settings = settings_with()
    host = _EVERYWHERE.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}{PATH}"


def _count(path: Path) -> int:
    """Read the whole recording once; exit if something in it is no delivery."""
    try:
        total = sum(1 for _ in recorded(path))
    except RecordingError as error:
        fail(f"{error}; nothing was sent", code=WRONG_USAGE)
    if not total:
        fail(f"{path} holds no deliveries", code=WRONG_USAGE)
    return total


class _RateColumn(ProgressColumn):
    """Deliveries per second."""

    def render(self, task: Task) -> Text:
        """Return the rate, or nothing while there is none."""
        rate = task.finished_speed or task.speed
        return Text(f"{rate:.0f}/s" if rate else "", style="progress.data.speed")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("posting"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _report(console: Console, tally: Tally, total: int) -> None:
    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    for each in tally.named:
        say(f"refused: {each}")
    if tally.refused > len(tally.named):
        say(f"refused: {tally.refused - len(tally.named)} more")
        for reason, count in tally.reasons.most_common():
            say(f"  {count:6} x {reason}")
    if tally.stopped:
        say(f"portico: {tally.stopped}")
    say(f"{tally.taken} of {total} deliveries taken")
