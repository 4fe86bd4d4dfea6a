"""`portico budget` and `portico top`: a running Portico's budget, once or as a live table."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from portico.cli.start import WRONG_USAGE, fail, settings_with

KEY_VARIABLE: Final = "PORTICO_KEY"
_PATIENCE_S: Final = 10.0
_ROWS: Final = 12
# Printable and without a blank: an error of the client's about another would repeat it.
_KEY: Final = re.compile(r"[\x21-\x7e]+")


class _Untold(Exception):
    """There is no budget to be had; the message says why, and what to do."""


def show(*, url: str | None, hours: int) -> None:
    """Print the budget once."""
    ask = _asking(url, hours)
    try:
        Console().print(ask())
    except _Untold as error:
        fail(str(error))


def watch(*, url: str | None, hours: int, every_s: float) -> None:
    """Show the budget anew every few seconds, until Ctrl-C."""
    ask = _asking(url, hours)
    try:
        with Live(ask(), screen=True, auto_refresh=False) as live:
            while True:
                time.sleep(every_s)
                live.update(ask(), refresh=True)
    except KeyboardInterrupt:
        return
    except _Untold as error:
        # Not before: what is said on the live screen is gone with it.
        fail(str(error))


def _asking(url: str | None, hours: int) -> Callable[[], Group]:
    """Return what asks a running Portico, and raises _Untold where it does not tell."""
    key = os.environ.get(KEY_VARIABLE)
    if key and not _KEY.fullmatch(key):
        fail(f"{KEY_VARIABLE} must be the key alone, on one line", code=WRONG_USAGE)
    address = _address(url)
    try:
        request = Request(f"{address}/v1/budget?hours={hours}")  # noqa: S310 (checked there)
    except ValueError:
        fail(f"{address} is not a URL", code=WRONG_USAGE)
    if key:
        request.add_header("Authorization", f"Bearer {key}")

    def ask() -> Group:
        try:
            return _page(_report(request, address))
        except (KeyError, TypeError, ValueError) as error:
            raise _Untold(f"What answers at {address} is no Portico of this version") from error

    return ask


def _address(url: str | None) -> str:
    if url is not None:
        if not url.startswith(("http://", "https://")):
            fail("--url must begin with http:// or https://", code=WRONG_USAGE)
        return url.rstrip("/")
    settings = settings_with()
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _report(request: Request, address: str) -> dict[str, Any]:
    try:
        with urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 (the same)
            report: dict[str, Any] = json.load(answer)
            return report
    except HTTPError as error:
        said = _said(error)
        hint = f" Set {KEY_VARIABLE} to a key of Portico's." if error.code in (401, 403) else ""
        raise _Untold(f"{address} answered {error.code}: {said}{hint}") from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        message = f"No Portico answers at {address} ({reason}); name another with --url"
        raise _Untold(message) from error


def _said(error: HTTPError) -> str:
    try:
        return str(json.load(error)["detail"])
    except (OSError, ValueError, KeyError, TypeError):
        return error.reason


def _page(report: dict[str, Any]) -> Group:
    total = report["total"]
    head = Text.assemble(
        (f"Portico's budget: {report['whose']}", "bold"),
        f", the last {report['hours']} h: {total['answers']:,} answers cost {total['spent']:,} "
        f"points and saved {total['saved']:,}",
    )
    return Group(head, Text(), _buckets(report), Text(), *_sums(report))


def _buckets(report: dict[str, Any]) -> Table:
    table = Table("bucket", "resource", box=None, title="Left at GitHub", title_justify="left")
    for name in ("left", "of", "under way", "resets", "forecast"):
        table.add_column(name, justify="right")
    cap = [report["cap"]] if report["cap"] else []
    for one in (*report["buckets"], *cap):
        table.add_row(
            one["bucket"],
            one["resource"],
            Text(f"{one['remaining']:,}", style=_colour(one)),
            f"{one['limit']:,}",
            f"{one['in_flight']:,}",
            one["reset_at"][11:19],
            _forecast(one),
        )
    if not table.row_count:
        table.add_row("nothing is known yet")
    return table


def _colour(bucket: dict[str, Any]) -> str:
    share = bucket["remaining"] / max(1, bucket["limit"])
    return "green" if share > 1 / 2 else "yellow" if share > 1 / 10 else "red"


def _forecast(bucket: dict[str, Any]) -> str:
    if bucket["empty_at"]:
        return f"empty at {bucket['empty_at'][11:19]}"
    left = bucket["remaining_at_reset"]
    return "-" if left is None else f"{left:,} left"


def _sums(report: dict[str, Any]) -> Iterator[Table]:
    for title, name in (("By who", "by_who"), ("By route", "by_route"), ("By mode", "by_mode")):
        table = Table(title, box=None)
        for column in ("answers", "spent", "saved"):
            table.add_column(column, justify="right")
        rows = report[name]
        for one in rows[:_ROWS]:
            table.add_row(one["name"], *(f"{one[key]:,}" for key in ("answers", "spent", "saved")))
        if len(rows) > _ROWS:
            table.add_row(f"and {len(rows) - _ROWS} more")
        if rows:
            yield table
