"""The keys file's text: what it grants, and what is said of one that is wrong."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.grant import CredentialKind, Grant
from portico.core.lane import Lane
from portico.core.portico_key import hash_of
from portico.keyring.document import KeysFileError, read_document

HASH = hash_of("ptk_invented")
ENTRY = f"{{ hash = '{HASH}' }}"
SECRETS = f"secrets = [{ENTRY}]"
PASTED = "ptk_a-secret-in-the-wrong-place"


def test_a_file_grants_what_it_says() -> None:
    """Every field of a name becomes a right; owners lose their case."""
    text = f"""
    [keys.fleet]
    credential = "app"
    owners = ["Solveig", "nordlys"]
    methods = ["GET", "POST"]
    routes = ["slow", "own", "graphql"]
    graphql = ["repository"]
    points_per_hour = 500
    lane = "background"
    secrets = [{{ hash = "{HASH}", expires_at = 2027-02-24T00:00:00Z }}]
    """

    rights = read_document(text).keys["fleet"]

    assert rights.grant("fleet") == Grant(
        name="fleet",
        credential=CredentialKind.APP,
        owners=frozenset({"solveig", "nordlys"}),
        methods=frozenset({"GET", "POST"}),
        routes=frozenset({"slow", "own", "graphql"}),
        root_fields=frozenset({"repository"}),
        points_per_hour=500,
        lane=Lane.BACKGROUND,
    )
    assert rights.secrets[0].expires_at == datetime(2027, 2, 24, tzinfo=UTC)


def test_what_is_left_out_is_not_granted() -> None:
    """A name alone opens nothing; its defaults are those of a reader."""
    grant = read_document("[keys.site]").keys["site"].grant("site")

    assert grant == Grant(name="site", owners=frozenset())


def test_a_star_is_every_owner() -> None:
    """`*` among the owners opens all."""
    assert read_document('[keys.x]\nowners = ["*"]').keys["x"].grant("x").owners is None


def test_an_empty_file_has_no_keys() -> None:
    """A file without a name is no error."""
    assert read_document("") == read_document("# nothing yet\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[keys.site", "It is no TOML"),
        ("[keys.site]\nowner = ['x']", "keys.site.owner: no such field"),
        ("[kyes.site]", "kyes: no such field"),
        ("[keys.site]\nroutes = ['fast']", "keys.site.routes.0: must be one of immutable"),
        ("[keys.site]\nmethods = ['get']", "keys.site.methods.0"),
        ("[keys.site]\nlane = 'fast'", "keys.site.lane"),
        ("[keys.site]\npoints_per_hour = 0", "keys.site.points_per_hour"),
        ("[keys.site]\nroutes = ['own']", "keys.site: routes with 'own' need credential = 'app'"),
        ("[keys.site]\nmethods = ['POST']", "methods that write need credential = 'app'"),
        (f"[keys.site]\nsecrets = [{{ hash = '{PASTED}' }}]", "must be 'sha256:'"),
        (f"[keys.a]\n{SECRETS}\n[keys.b]\n{SECRETS}", "a and b have a secret in common"),
        (f"[keys.a]\nsecrets = [{', '.join([ENTRY] * 3)}]", "keys.a.secrets"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, said: str) -> None:
    """The message says where and what, and never repeats what stands there."""
    with pytest.raises(KeysFileError) as raised:
        read_document(text)

    assert said in str(raised.value)
    assert PASTED not in str(raised.value)


@given(st.text())
def test_reading_raises_nothing_else(text: str) -> None:
    """Whatever stands in the file."""
    with contextlib.suppress(KeysFileError):
        read_document(text)
