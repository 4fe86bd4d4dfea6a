"""Adding and revoking keys in the file, without touching what else stands there.

The file is read, changed and put back under a lock, so that two commands at once lose nothing, and
replaced as a whole, so that a server never reads half of it. Only its owner may read it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.items import InlineTable

from portico.core.portico_key import hash_of
from portico.keyring.document import MOST_SECRETS, Document, KeysFileError, read_document

_HEAD: Final = (
    "Portico's keys: who may ask for what. Written by `portico keys`, and yours to edit.",
    "Secrets are here as hashes only; a lost one cannot be read back, only replaced.",
)


def add_key(
    path: Path,
    name: str,
    secret: str,
    *,
    now: float,
    lifetime_s: float | None,
    rights: Mapping[str, Any],
) -> Document:
    """Add a secret: to a new name with these rights, or to a known one, whose rights stay.

    `rights` are members of `document.Rights`. Secrets that have expired go.

    Raises:
        KeysFileError: the file cannot be used or written, the name has two secrets that are good,
            or rights were given for a name that has some already.

    """
    with _edited(path) as text:
        known = read_document(text.as_string()).keys.get(name)
        keys: Any = text.setdefault("keys", tomlkit.table(is_super_table=True))
        if known is None:
            keys[name] = _table(rights)
        elif rights:
            raise KeysFileError(f"{name} has rights already: change them in {path}")
        else:
            good = [one for one in known.secrets if not one.is_expired(now)]
            if len(good) >= MOST_SECRETS:
                message = f"{name} has {MOST_SECRETS} secrets already: revoke one of them first"
                raise KeysFileError(message)
        kept = [
            entry
            for entry, one in zip(
                keys[name].get("secrets", ()), known.secrets if known else (), strict=True
            )
            if not one.is_expired(now)
        ]
        keys[name]["secrets"] = _array([*kept, _secret(secret, now=now, lifetime_s=lifetime_s)])
    return read_document(path.read_text(encoding="utf-8"))


def revoke_key(path: Path, name: str, *, which: str | None = None) -> int:
    """Remove a name's secrets, or the one whose hash begins with `which`; return how many went.

    The name and its rights stay, so that a key can be added again.

    Raises:
        KeysFileError: there is no such name or secret, or the file cannot be used or written.

    """
    with _edited(path) as text:
        known = read_document(text.as_string()).keys.get(name)
        if known is None:
            raise KeysFileError(f"There is no key called {name} in {path}")
        wanted = f"sha256:{(which or '').removeprefix('sha256:')}"
        gone = [one for one in known.secrets if one.hash.startswith(wanted)]
        if which is not None and len(gone) != 1:
            found = "no secret" if not gone else "more than one secret"
            raise KeysFileError(f"{name} has {found} whose hash begins so; see `portico keys list`")
        table: Any = text["keys"]
        entries = table[name].get("secrets", ())
        kept = [e for e, one in zip(entries, known.secrets, strict=True) if one not in gone]
        table[name]["secrets"] = _array(kept)
    return len(gone)


@contextlib.contextmanager
def _edited(path: Path) -> Iterator[tomlkit.TOMLDocument]:
    """Hand out the file's content; put it back after the block, if it still makes sense."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path):
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            read_document(text)
            document = tomlkit.parse(text) if text else _empty()
            yield document
            changed = document.as_string()
            read_document(changed)
            _replace(path, changed)
    except OSError as error:
        raise KeysFileError(f"{path} cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        # mkstemp's own rights: the owner's alone.
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _empty() -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    for line in _HEAD:
        document.add(tomlkit.comment(line))
    return document


def _table(rights: Mapping[str, Any]) -> tomlkit.items.Table:
    table = tomlkit.table()
    for name, value in rights.items():
        table[name] = list(value) if isinstance(value, tuple) else value
    return table


def _array(entries: list[Any]) -> tomlkit.items.Array:
    array = tomlkit.array()
    array.multiline(multiline=True)
    array.extend(entries)
    return array


def _secret(secret: str, *, now: float, lifetime_s: float | None) -> InlineTable:
    entry = tomlkit.inline_table()
    entry["hash"] = hash_of(secret)
    entry["added_at"] = _instant(now)
    if lifetime_s is not None:
        entry["expires_at"] = _instant(now + lifetime_s)
    return entry


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
