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
from tomlkit.items import AoT

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
        held = known.secrets if known else ()
        keys: Any = text.setdefault("keys", tomlkit.table(is_super_table=True))
        if known is None:
            keys[name] = _table(rights)
        elif rights:
            raise KeysFileError(f"{name} has rights already: change them in {path}")
        elif sum(not one.is_expired(now) for one in held) >= MOST_SECRETS:
            message = f"{name} has {MOST_SECRETS} secrets already: revoke one of them first"
            raise KeysFileError(message)
        _remove(keys[name], [at for at, one in enumerate(held) if one.is_expired(now)])
        _append(keys[name], _secret(secret, now=now, lifetime_s=lifetime_s))
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
        _remove(table[name], [at for at, one in enumerate(known.secrets) if one in gone])
    return len(gone)


@contextlib.contextmanager
def _edited(path: Path) -> Iterator[tomlkit.TOMLDocument]:
    """Hand out the file's content; put it back after the block, if it still makes sense."""
    # What a symbolic link leads to is edited, and the link stays one.
    path = path.resolve()
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
    except UnicodeDecodeError as error:
        raise KeysFileError(f"{path} cannot be read as text: {error}") from None
    except OSError as error:
        raise KeysFileError(f"{path} cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("w") as lock:
        _keep_owner(lock.fileno(), path)
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            _keep_owner(handle, path)
            # Else a power cut could leave the new name without its content.
            os.fsync(handle)
        # mkstemp's own rights: the owner's alone.
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _keep_owner(handle: int, path: Path) -> None:
    """Where root edits, leave what is written to whom the file, or its folder, belongs.

    Portico's own user could not read it otherwise.
    """
    owner = (path if path.exists() else path.parent).stat()
    with contextlib.suppress(PermissionError):
        os.fchown(handle, owner.st_uid, owner.st_gid)


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


def _remove(table: Any, places: list[int]) -> None:  # noqa: ANN401 (tomlkit's many kinds of table)
    """Take secrets out where they stand: what is written beside the others stays."""
    for at in reversed(places):
        del table["secrets"][at]


def _append(table: Any, secret: Mapping[str, Any]) -> None:  # noqa: ANN401 (as above)
    if "secrets" not in table:
        table["secrets"] = tomlkit.array().multiline(multiline=True)
    # Of `[[keys.NAME.secrets]]` each is a table with a heading.
    is_headed = isinstance(table["secrets"], AoT)
    entry = tomlkit.table() if is_headed else tomlkit.inline_table()
    entry.update(secret)
    table["secrets"].append(entry)


def _secret(secret: str, *, now: float, lifetime_s: float | None) -> Mapping[str, Any]:
    entry: dict[str, Any] = {}
    entry["hash"] = hash_of(secret)
    entry["added_at"] = _instant(now)
    if lifetime_s is not None:
        entry["expires_at"] = _instant(now + lifetime_s)
    return entry


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
