"""`portico serve`: Portico in front of GitHub."""

from __future__ import annotations

import asyncio
import logging

from portico.app import app_for, client_for, create_app, tune_process
from portico.cli.start import WRONG_USAGE, fail, failing_clearly, listening, settings_with, url_of
from portico.clock import SystemClock
from portico.core.errors import CredentialRefused, GitHubError
from portico.core.offset import ClockOffset
from portico.github.app_key import AppKeyUnusable, exposure
from portico.github.client import GitHubClient
from portico.github.credentials import refusal
from portico.github.operator import OperatorToken
from portico.settings import Settings
from portico.telemetry import logs
from portico.web.listening import run

_log = logging.getLogger("portico")


def serve(*, host: str | None, port: int | None) -> None:
    """Serve until a signal comes; exit code 2 if a setting or a credential cannot be used."""
    settings = settings_with(host=host, port=port)
    logs.configure(settings.log_level, settings.log_format)
    asyncio.run(_refuse_unusable_credentials(settings))
    with failing_clearly(), listening(settings) as sockets:
        if settings.workers > 1:
            _announce(settings, url_of(sockets[0]))
            run("portico.app:from_environment", sockets, workers=settings.workers)
            return
        app = create_app(settings)
        tune_process()
        _announce(settings, url_of(sockets[0]))
        run(app, sockets)


def _announce(settings: Settings, url: str) -> None:
    _log.info("Portico is at %s (GitHub's API below %s/api/v3, docs at %s/docs)", url, url, url)
    if settings.unix_socket is not None:
        _log.info("GitHub's API is also on the Unix socket %s", settings.unix_socket)
    if settings.github_token is None:
        _log.warning(
            "PORTICO_GITHUB_TOKEN is not set: GitHub allows 60 calls an hour, and aggregates "
            "are reduced to what these allow"
        )


async def _refuse_unusable_credentials(settings: Settings) -> None:
    """End with exit code 2 if a credential cannot be used, or would show private data."""
    async with client_for(settings) as client:
        try:
            await _refuse_unusable_app(settings, client)
            await _refuse_dangerous_token(settings, client)
        except GitHubError:
            # Not now: the server goes on trying, and asks anonymously until it knows.
            return


async def _refuse_dangerous_token(settings: Settings, client: GitHubClient) -> None:
    clock = SystemClock()
    reach = await OperatorToken(client, settings.github_token, now=clock.now).reach()
    refused = refusal(reach) if reach else None
    if reach is not None and refused and (reach.private or not reach.is_valid):
        fail(refused, code=WRONG_USAGE)


async def _refuse_unusable_app(settings: Settings, client: GitHubClient) -> None:
    offset = ClockOffset()
    try:
        app = app_for(settings, client, SystemClock(), offset)
        if app is None:
            return
        await app.client.slug()
    except AppKeyUnusable as error:
        fail(str(error), code=WRONG_USAGE)
    except CredentialRefused as error:
        fail(error.detail, code=WRONG_USAGE)
    if settings.github_app_key_file is not None:
        exposed = exposure(settings.github_app_key_file)
        if exposed:
            _log.warning("%s", exposed)
    if offset.is_far:
        _log.warning("%s", offset.in_words)
