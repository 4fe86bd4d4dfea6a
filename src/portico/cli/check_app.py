"""`portico check` of the GitHub App: its key, its clock, and each installation with its bucket."""

from __future__ import annotations

from portico.app import app_for
from portico.cli.finding import Finding, Found, left_in
from portico.clock import SystemClock
from portico.core.audience import Credential, installation_bucket
from portico.core.errors import PorticoError
from portico.core.message import Request
from portico.core.offset import ClockOffset
from portico.core.window import read_window
from portico.github.app_client import Installed
from portico.github.app_key import AppKeyUnusable, exposure
from portico.github.app_token import Rights
from portico.github.ask import ask
from portico.github.client import GitHubClient
from portico.github.github_app import GitHubApp
from portico.settings import Settings

# As many as fit on a screen; a token is made for each.
_MOST_SHOWN = 20


async def app_findings(settings: Settings, client: GitHubClient) -> list[Finding]:
    """Try out the GitHub App, if one is configured."""
    offset = ClockOffset()
    try:
        app = app_for(settings, client, SystemClock(), offset)
        if app is None:
            return []
        slug, installed = await app.client.slug(), await app.client.installations()
    except AppKeyUnusable as error:
        return [Finding("GitHub App", Found.BAD, str(error))]
    except PorticoError as error:
        return [Finding("GitHub App", Found.BAD, error.detail)]
    said = f"{slug}, installed on {len(installed)} account{'' if len(installed) == 1 else 's'}"
    findings = [Finding("GitHub App", Found.GOOD, said), *_about_the_machine(settings, offset)]
    async with app.tokens.running():
        findings += [await _installation(app, each) for each in installed[:_MOST_SHOWN]]
    if len(installed) > _MOST_SHOWN:
        more = f"{len(installed) - _MOST_SHOWN} more are not shown"
        findings.append(Finding("Installation", Found.NOTE, more))
    return findings


def _about_the_machine(settings: Settings, offset: ClockOffset) -> list[Finding]:
    findings = []
    exposed = settings.github_app_key_file and exposure(settings.github_app_key_file)
    if exposed:
        findings.append(Finding("Key file", Found.NOTE, exposed))
    if offset.is_far:
        findings.append(Finding("Clock", Found.NOTE, offset.in_words))
    return findings


async def _installation(app: GitHubApp, found: Installed) -> Finding:
    reach = "all repositories" if found.is_on_all else "chosen repositories"
    said = f"{found.account}, {reach}, {installation_bucket(found.id)}: "
    try:
        credential = await app.tokens.get(found, Rights.READ)
        left = "it is gone" if credential is None else await _left(app, credential)
    except PorticoError as error:
        return Finding("Installation", Found.BAD, said + error.detail)
    return Finding("Installation", Found.GOOD if credential else Found.BAD, said + left)


async def _left(app: GitHubApp, credential: Credential) -> str:
    """Ask what the bucket has left, which costs nothing."""
    answer = await ask(app.upstream, Request("GET", "/rate_limit"), credential)
    window = read_window(answer.headers)
    if window is None:
        return f"GitHub answered {answer.status} and told no limits"
    now = app.client.offset.githubs(SystemClock().now())
    return left_in(window.at(now), now=now)
