"""`portico keys add | list | revoke`: who may ask with which rights, in the keys file."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console
from rich.markup import escape

from portico.cli.start import WRONG_USAGE, fail, settings_with
from portico.clock import SystemClock
from portico.core.portico_key import RANDOM_BYTES, key_of_bytes
from portico.keyring.document import Document, KeysFileError, Rights, Secret, read_document
from portico.keyring.editing import add_key, revoke_key

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LIFETIME: Final = re.compile(r"(\d{1,5})([hdw])")
_UNITS_S: Final = {"h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
_NEVER: Final = "never"
# Enough of a hash to tell two secrets of one name apart.
_SHOWN_DIGITS: Final = 8


def add(name: str, *, expires: str, rights: dict[str, Any]) -> None:
    """Make a key and print it once, on standard output; all else goes to standard error."""
    if not _NAME.fullmatch(name):
        fail("A name has letters, digits, '.', '-' and '_', 64 at the most", code=WRONG_USAGE)
    path = _path()
    key = key_of_bytes(secrets.token_bytes(RANDOM_BYTES))
    try:
        document = add_key(
            path,
            name,
            key,
            now=SystemClock().now(),
            lifetime_s=_lifetime_s(expires),
            rights={field: value for field, value in rights.items() if value not in (None, ())},
        )
    except KeysFileError as error:
        fail(str(error))
    granted = document.keys[name]
    say = Console(stderr=True, highlight=False, soft_wrap=True).print
    say(f"[bold]{name}[/] may: {escape(_rights_of(granted))}")
    if not granted.owners:
        say("It names no owner yet, so it opens nothing: set owners in the file, or '*' for all.")
    say(f"Kept in {escape(str(path))} as a hash; this is the only time that the key is shown:")
    typer.echo(key)


def show() -> None:
    """Print all names with their rights and secrets."""
    path = _path()
    document = _read(path)
    if not document.keys:
        typer.echo(f"No keys in {path}. Make one: portico keys add NAME --owner LOGIN")
        return
    now = SystemClock().now()
    say = Console(highlight=False, soft_wrap=True).print
    for name, rights in sorted(document.keys.items()):
        say(f"[bold]{escape(name)}[/]  {escape(_rights_of(rights))}")
        for one in [_secret_of(secret, now) for secret in rights.secrets] or ["none: revoked"]:
            say(f"    {one}", markup=False)


def revoke(name: str, *, which: str | None) -> None:
    """Make a name's secrets, or one of them, worthless; servers notice within seconds."""
    try:
        gone = revoke_key(_path(), name, which=which)
    except KeysFileError as error:
        fail(str(error))
    typer.echo(f"{gone} secret{'' if gone == 1 else 's'} of {name} revoked.")


def _path() -> Path:
    return settings_with().keys_file


def _read(path: Path) -> Document:
    try:
        return read_document(path.read_text(encoding="utf-8")) if path.exists() else Document()
    except KeysFileError as error:
        fail(f"{path}: {error}")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path} cannot be read as text: {error}")


def _lifetime_s(text: str) -> float | None:
    if text == _NEVER:
        return None
    found = _LIFETIME.fullmatch(text)
    if found is None or not int(found[1]):
        fail("--expires takes a number and h, d or w (90d), or 'never'", code=WRONG_USAGE)
    return int(found[1]) * _UNITS_S[found[2]]


def _rights_of(rights: Rights) -> str:
    owners = "every owner" if "*" in rights.owners else ", ".join(rights.owners) or "no owner"
    parts = [f"{' '.join(rights.methods)} of {owners}", f"routes {' '.join(rights.routes)}"]
    if rights.graphql:
        parts.append(f"GraphQL {' '.join(rights.graphql)}")
    if rights.points_per_hour is not None:
        parts.append(f"{rights.points_per_hour:,} points an hour")
    return "; ".join((*parts, f"credential {rights.credential}", f"lane {rights.lane}"))


def _secret_of(secret: Secret, now: float) -> str:
    digits = secret.hash.removeprefix("sha256:")[:_SHOWN_DIGITS]
    if secret.expires_at is None:
        return f"{digits}  never expires"
    day = secret.expires_at.astimezone(UTC).date()
    if secret.is_expired(now):
        return f"{digits}  expired {day}"
    left = secret.expires_at - datetime.fromtimestamp(now, UTC)
    return f"{digits}  until {day} ({left.days} days)"
