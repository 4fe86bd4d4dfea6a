"""`portico check`: the effective settings, and whether they work."""

from __future__ import annotations

import asyncio
from typing import Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from portico.app import client_for
from portico.cli.check_app import app_findings
from portico.cli.finding import Finding, Found, left_in
from portico.cli.start import FAILED, settings_with
from portico.clock import SystemClock
from portico.core.errors import PorticoError
from portico.core.freshness import DAY_S
from portico.core.message import Request
from portico.github.client import GitHubClient
from portico.github.credentials import Reach, refusal
from portico.github.operator import OperatorToken
from portico.keyring.document import KeysFileError
from portico.keyring.keyring import Keyring
from portico.settings import Settings, describe
from portico.stores.open import open_store, probe

# A token that ends sooner should be renewed while somebody thinks of it.
SOON_DAYS: Final = 14


def check() -> None:
    """Print the effective settings, secrets masked, then try them out.

    Exit code 0: all is well. 1: something does not work. 2: a setting is wrong.
    """
    settings = settings_with()
    console = Console()
    table = Table("setting", "value", "", title="Effective settings")
    for shown in describe(settings):
        table.add_row(shown.variable, escape(shown.value), "default" if shown.is_default else "set")
    console.print(table)
    findings = asyncio.run(_findings(settings))
    for finding in findings:
        said = escape(f"{finding.what}: {finding.said}")
        console.print(f"{finding.found} {said}", soft_wrap=True)
    if any(finding.found is Found.BAD for finding in findings):
        raise typer.Exit(FAILED)


async def _findings(settings: Settings) -> list[Finding]:
    return [
        await _store(settings),
        *_keys(settings),
        *_proxies(settings),
        *await _github(settings),
    ]


def _proxies(settings: Settings) -> list[Finding]:
    if settings.public_url is None or settings.trusted_proxies:
        return []
    said = (
        "PORTICO_PUBLIC_URL says that one stands before Portico, and PORTICO_TRUSTED_PROXIES names "
        "none: whoever comes through it cannot be told apart by address"
    )
    return [Finding("Proxy", Found.NOTE, said)]


def _keys(settings: Settings) -> list[Finding]:
    keyring = Keyring(settings.keys_file, now=SystemClock().now)
    try:
        keyring.load()
    except KeysFileError as error:
        return [Finding("Keys", Found.BAD, str(error))]
    count = len(keyring.grants)
    said = f"{count} name{'' if count == 1 else 's'} in {settings.keys_file}"
    return [Finding("Keys", Found.GOOD, said)] if count else []


async def _store(settings: Settings) -> Finding:
    try:
        store = open_store(
            settings.store,
            memory_bytes=settings.memory_bytes,
            disk_bytes=settings.store_bytes,
            now=SystemClock().now,
            shared=settings.workers > 1,
            is_visit=True,
        )
        try:
            seconds = await probe(store)
        finally:
            await store.close()
    except PorticoError as error:
        return Finding("Store", Found.BAD, error.detail)
    return Finding(
        "Store", Found.GOOD, f"{settings.store} keeps what is written ({seconds * 1e3:.1f} ms)"
    )


async def _github(settings: Settings) -> list[Finding]:
    async with client_for(settings) as client:
        clock = SystemClock()
        operator = OperatorToken(client, settings.github_token, now=clock.now)
        try:
            await _answers(client)
            reach = await operator.reach()
        except PorticoError as error:
            return [Finding("GitHub", Found.BAD, f"{error.detail}. {error.advice}")]
        of_the_app = await app_findings(settings, client)
    said = f"{settings.github_api_url} answers"
    return [Finding("GitHub", Found.GOOD, said), *_token(reach, now=clock.now()), *of_the_app]


async def _answers(client: GitHubClient) -> None:
    """Ask GitHub something that costs no points.

    Raises:
        GitHubError: it does not answer.

    """
    incoming = await client.send(Request("GET", "/rate_limit"), None)
    await incoming.close()


def _token(reach: Reach | None, *, now: float) -> list[Finding]:
    if reach is None:
        said = "PORTICO_GITHUB_TOKEN is not set: 60 calls an hour, and reduced aggregates"
        return [Finding("Token", Found.NOTE, said)]
    refused = refusal(reach)
    if refused is not None:
        return [Finding("Token", Found.BAD, refused)]
    who = f" of {reach.login}" if reach.login else ""
    findings = [
        Finding("Token", Found.GOOD, f"{reach.kind}{who}, valid; it reaches nothing private"),
    ]
    if reach.core is not None:
        named = f"{reach.bucket}: " if reach.bucket else ""
        said = named + left_in(reach.core, now=now)
        findings.append(Finding("Bucket", Found.NOTE, said))
    if reach.expires_at is not None:
        days = round((reach.expires_at - now) / DAY_S)
        found = Found.GOOD if days > SOON_DAYS else Found.NOTE
        findings.append(Finding("Expiry", found, f"in {days} days"))
    return findings
