"""An entry -> bytes for a store outside this process, and back.

Layout: one byte of version, eight of checksum, then MessagePack. The checksum covers the version
and the content, and is bound to the key: bytes that were damaged, or that a damaged index brings
up under another key, are no entry. Whatever cannot be read is None, so a miss, never an error.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import Final

import msgspec

from portico.core.entry import Entry
from portico.core.key import Key
from portico.core.message import Headers, Response
from portico.core.resource import RouteClass

VERSION: Final = 2
_CHECKSUM_BYTES: Final = 8
_HEAD_BYTES: Final = 1 + _CHECKSUM_BYTES
# The fastest level: about 5:1 on GitHub's JSON, and the writer must keep up with a cold start.
_ZLIB_LEVEL: Final = 1


class _Stored(msgspec.Struct, array_like=True, frozen=True):
    """An entry as it lies on disk. A change of these fields is a new `VERSION`."""

    status: int
    headers: tuple[tuple[str, str], ...]
    is_compressed: bool
    body: bytes
    route_class: RouteClass
    tags: tuple[str, ...]
    obtained_with: str
    fetched_at: float
    confirmed_at: float
    is_marked: bool
    unsettled_until: float


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Stored)


def encode(key: Key, entry: Entry) -> bytes:
    """Return the entry as bytes that only `decode` with the same key reads.

    Raises:
        ValueError: a text in it cannot be written as UTF-8.

    """
    response = entry.response
    compressed = zlib.compress(response.body, _ZLIB_LEVEL)
    is_smaller = len(compressed) < len(response.body)
    content = _encoder.encode(
        _Stored(
            status=response.status,
            headers=tuple(response.headers),
            is_compressed=is_smaller,
            body=compressed if is_smaller else response.body,
            route_class=entry.route_class,
            tags=tuple(entry.tags),
            obtained_with=entry.obtained_with,
            fetched_at=entry.fetched_at,
            confirmed_at=entry.confirmed_at,
            is_marked=entry.marked,
            unsettled_until=entry.unsettled_until,
        )
    )
    version = bytes((VERSION,))
    return version + _checksum(key, version, content) + content


def decode(key: Key, data: bytes) -> Entry | None:
    """Return the entry that was stored under this key, or None if these bytes are not it."""
    version, checksum, content = data[:1], data[1:_HEAD_BYTES], data[_HEAD_BYTES:]
    if version != bytes((VERSION,)) or checksum != _checksum(key, version, content):
        return None
    try:
        stored = _decoder.decode(content)
        body = zlib.decompress(stored.body) if stored.is_compressed else stored.body
    except (msgspec.MsgspecError, zlib.error):
        return None
    return Entry(
        response=Response(stored.status, Headers(stored.headers), body),
        route_class=stored.route_class,
        tags=frozenset(stored.tags),
        obtained_with=stored.obtained_with,
        fetched_at=stored.fetched_at,
        confirmed_at=stored.confirmed_at,
        marked=stored.is_marked,
        unsettled_until=stored.unsettled_until,
    )


def _checksum(key: Key, version: bytes, content: bytes) -> bytes:
    digest = hashlib.blake2b(
        version, digest_size=_CHECKSUM_BYTES, key=bytes.fromhex(key.digest), person=b"portico-entry"
    )
    digest.update(content)
    return digest.digest()
