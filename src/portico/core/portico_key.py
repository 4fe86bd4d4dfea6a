"""Portico's own keys: how one looks, and how it is recognised without being kept.

A key is `ptk_` and 32 random bytes in base64url, then six digits of a checksum, so that a mistyped
one is told from a revoked one, and a scanner for secrets from noise. Only its SHA-256 is stored:
a random key of 256 bits needs no slow hash, as nobody can guess it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Final

PREFIX: Final = "ptk_"
RANDOM_BYTES: Final = 32
_FORM: Final = re.compile(r"ptk_([A-Za-z0-9_-]{43})([0-9a-f]{6})")
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")


def key_of_bytes(random: bytes) -> str:
    """Return the key made of 32 random bytes. A secret: shown once, never logged."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"A key is made of {RANDOM_BYTES} random bytes")
    body = base64.urlsafe_b64encode(random).decode().rstrip("=")
    return f"{PREFIX}{body}{_checksum(body)}"


def is_portico_key(text: str) -> bool:
    """Return whether a secret is meant to be a key of Portico's, well-formed or not."""
    return text.startswith(PREFIX)


def is_well_formed(key: str) -> bool:
    """Return whether a key is complete and without a slip of the hand."""
    found = _FORM.fullmatch(key)
    return found is not None and found[2] == _checksum(found[1])


def hash_of(key: str) -> str:
    """Return the text by which a key is stored: `sha256:` and 64 hex digits."""
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def is_hash(text: str) -> bool:
    """Return whether a stored text has the form that `hash_of` gives."""
    return _HASH.fullmatch(text) is not None


def _checksum(body: str) -> str:
    return f"{binascii.crc32(body.encode()) & 0xFFFFFF:06x}"
