"""Entries as bytes: what goes in comes out, and what was damaged never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.audience import Principal
from portico.core.entry import Entry
from portico.core.message import Headers, Response
from portico.core.resource import RouteClass
from portico.stores.codec import VERSION, decode, encode
from tests.stores.builders import content, entry, key, noise

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
INSTANTS = st.floats(min_value=0, max_value=1e11)
ENTRIES = st.builds(
    Entry,
    response=st.builds(
        Response,
        status=st.integers(100, 599),
        headers=st.lists(st.tuples(TEXT, TEXT), max_size=8).map(Headers),
        body=st.binary(max_size=2_000) | st.binary(max_size=20).map(lambda part: part * 100),
    ),
    route_class=st.sampled_from(RouteClass),
    tags=st.frozensets(TEXT, max_size=5),
    obtained_with=TEXT,
    fetched_at=INSTANTS,
    confirmed_at=INSTANTS,
    marked=st.booleans(),
)


@given(ENTRIES)
def test_round_trip(kept: Entry) -> None:
    """Every entry comes back exactly as it was."""
    assert content(decode(key(), encode(key(), kept))) == content(kept)


@given(ENTRIES, st.data())
def test_any_damage_is_noticed(kept: Entry, data: st.DataObject) -> None:
    """Bytes of which any one was changed are no entry."""
    stored = bytearray(encode(key(), kept))
    position = data.draw(st.integers(0, len(stored) - 1))
    stored[position] ^= data.draw(st.integers(1, 255))

    assert decode(key(), bytes(stored)) is None


@given(st.binary(max_size=200))
def test_noise_is_no_entry(data: bytes) -> None:
    """Bytes that nobody encoded are no entry, and no error."""
    assert decode(key(), data) is None


def test_cut_short() -> None:
    """Bytes that end too early are no entry, wherever they end."""
    stored = encode(key(), entry())

    assert all(decode(key(), stored[:length]) is None for length in range(len(stored)))


def test_bound_to_its_key() -> None:
    """The bytes of one audience's entry are no entry under the key of another."""
    mine, yours = key(audience=Principal("a" * 32)), key(audience=Principal("b" * 32))

    stored = encode(mine, entry())

    assert decode(mine, stored) is not None
    assert decode(yours, stored) is None


def test_unknown_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole entry of a version to come is a miss."""
    with monkeypatch.context() as to_come:
        to_come.setattr("portico.stores.codec.VERSION", VERSION + 1)
        stored = encode(key(), entry())
        assert decode(key(), stored) is not None

    assert decode(key(), stored) is None


def test_compressed_where_it_helps() -> None:
    """A body that compresses takes less room; one that does not takes no more than itself."""
    text, random = b'{"login":"octo"},' * 1_000, noise(1)

    assert len(encode(key(), entry(text))) < len(text) / 10
    assert len(encode(key(), entry(random))) < len(random) + 300


def test_broken_text() -> None:
    """A text that is no UTF-8 is refused when it is written, not when it is read."""
    with pytest.raises(ValueError, match="surrogates"):
        encode(key(), entry(tags=("\ud800",)))
