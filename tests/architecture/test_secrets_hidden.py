"""Types that hold a secret do not show it: not by `repr`, not by `str`, not in a traceback."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import portico
from portico.core.audience import Credential, installation_caller, principal_caller, public_caller
from portico.core.lent import Lent
from portico.core.message import Headers, Request, Response
from portico.github.app_client import Minted
from portico.github.app_key import key_from_text
from portico.settings import Settings
from portico.stores.memory import MemoryStore
from tests.support.app_key import app_pem

SECRET = "s3cretS3cret" * 4
CREDENTIAL = Credential("Bearer", SECRET)
BYTES = b"k" * 32
FIELD = Headers((("Authorization", f"Bearer {SECRET}"),))
TELLING = re.compile(r"secret|token|passw|authorization|private|pem$|credential")
# The name of a variable, and why a token reaches private things.
HARMLESS = {("cli.posting", "secret_from"), ("github.credentials", "private")}


def values() -> Iterator[object]:
    """Return one of each kind of value that a secret passes through."""
    yield CREDENTIAL
    yield principal_caller(CREDENTIAL, key=BYTES)
    yield public_caller(CREDENTIAL, key=BYTES)
    yield installation_caller(1, CREDENTIAL, key=BYTES)
    yield Lent(1, "octo", CREDENTIAL)
    yield Minted(CREDENTIAL, 0.0)
    yield Request("POST", "/x", headers=FIELD, body=SECRET.encode())
    yield Response(200, FIELD, SECRET.encode())
    yield FIELD
    yield Settings(
        _env_file=None,
        github_token=SECRET,
        webhook_secret=SECRET,
        github_app_key=SECRET,
        github_app_id="1",
    )
    yield MemoryStore(1_000_000, secret=SECRET.encode())


@pytest.mark.parametrize("value", list(values()), ids=lambda value: type(value).__name__)
def test_a_value_does_not_show_the_secret_in_it(value: object) -> None:
    """In no form that a log, a debugger or an error would use."""
    assert SECRET not in f"{value} {value!r} {[value]}"


def test_an_apps_key_shows_nothing_of_itself() -> None:
    """Neither the PEM's lines nor the numbers in them."""
    shown = repr(key_from_text("4242", app_pem()))

    assert "4242" in shown
    assert not any(line in shown for line in app_pem().splitlines() if line)


def dataclasses_of_portico() -> Iterator[type[object]]:
    """Return every dataclass but the sandbox's, whose secrets are printed on purpose."""
    for found in pkgutil.walk_packages(portico.__path__, "portico."):
        if found.name.startswith("portico.sandbox") or found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            if not isinstance(value, type) or value.__module__ != found.name:
                continue
            if dataclasses.is_dataclass(value):
                yield value


def test_a_field_that_is_called_a_secret_is_not_shown() -> None:
    """Text or bytes in a field of a telling name is left out of its dataclass's `repr`."""
    shown = [
        f"{owner.__module__}.{owner.__qualname__}.{field.name}"
        for owner in dataclasses_of_portico()
        for field in dataclasses.fields(owner)  # type: ignore[arg-type] # each is a dataclass
        if TELLING.search(field.name)
        and field.repr
        and field.type in ("str", "bytes", "str | None", "bytes | None")
        and (owner.__module__.removeprefix("portico."), field.name) not in HARMLESS
    ]

    assert shown == []
