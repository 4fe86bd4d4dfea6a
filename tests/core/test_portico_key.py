"""Portico's own keys: their form, and what is kept of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.portico_key import (
    RANDOM_BYTES,
    hash_of,
    is_hash,
    is_portico_key,
    is_well_formed,
    key_of_bytes,
)

RANDOM = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


@given(RANDOM)
def test_a_key_that_was_made_is_well_formed(random: bytes) -> None:
    """Every key begins with its prefix, passes its checksum, and is stored as a hash."""
    key = key_of_bytes(random)

    assert is_portico_key(key)
    assert is_well_formed(key)
    assert is_hash(hash_of(key))
    assert key not in hash_of(key)


@given(RANDOM, st.integers(4, 52), st.sampled_from("abcXYZ019_-"))
def test_a_slip_of_the_hand_is_noticed(random: bytes, at: int, typed: str) -> None:
    """One wrong character and the key is not well-formed."""
    key = key_of_bytes(random)
    mistyped = key[:at] + typed + key[at + 1 :]

    assert is_well_formed(mistyped) == (mistyped == key)


@pytest.mark.parametrize("text", ["", "ptk_", "ptk_abc", "ghp_" + "a" * 36, "ptk_" + "a" * 49])
def test_what_is_no_key_is_not_well_formed(text: str) -> None:
    """Incomplete keys, other tokens and made-up ones are told."""
    assert not is_well_formed(text)


def test_a_key_takes_its_random_bytes_and_no_fewer() -> None:
    """A weak key cannot be made by mistake."""
    with pytest.raises(ValueError, match="32 random bytes"):
        key_of_bytes(b"short")
