"""Content codings: from the bytes on the wire to the representation (RFC 9110 §8.4).

Only gzip is asked for: GitHub always has it, while "deflate" means two things in the wild.
Decoding is done here rather than by the HTTP client, because that takes a gzip stream which
stops too soon for a whole one. Rules: what comes out comes in bounded pieces, whatever the
ratio; a body is complete only if its last gzip member is (RFC 1952 §2.2).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, Protocol

from portico.core.errors import GitHubBroken
from portico.core.message import Headers

ACCEPT_ENCODING: Final = "gzip"
# As much as one read of a socket usually brings; bounds what a bomb yields at a time.
PIECE_BYTES: Final = 65_536
# 16 more than the largest window: zlib then expects gzip's frame and checks its CRC.
_GZIP_WBITS: Final = 16 + zlib.MAX_WBITS


class Decoder(Protocol):
    """Takes off one content coding, step by step."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Return what can be decoded now, in pieces that are not empty.

        A coding that makes small of large yields at most PIECE_BYTES at a time, as it is asked.

        Raises:
            GitHubBroken: the bytes are not in this coding.

        """
        ...

    def end(self) -> None:
        """Say that there are no more bytes.

        Raises:
            GitHubBroken: the coded stream is not complete.

        """
        ...


class Identity:
    """No coding at all: whatever comes is passed on."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Return `data` itself."""
        yield data

    def end(self) -> None:
        """Accept any end: the message's framing has been checked by the HTTP client."""


class Gunzip:
    """gzip, of one member or several."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP_WBITS)
        self._begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Return what can be decoded now; see `Decoder.feed`."""
        self._begun = self._begun or bool(data)
        while data:
            if self._member.eof:
                self._member = zlib.decompressobj(_GZIP_WBITS)
            if piece := self._decompressed(data):
                yield piece
            data = self._member.unconsumed_tail or self._member.unused_data

    def end(self) -> None:
        """Check that the last member was whole; an empty body is, too."""
        if self._begun and not self._member.eof:
            raise GitHubBroken("GitHub's answer stops in the middle of its gzip stream")

    def _decompressed(self, data: bytes) -> bytes:
        try:
            return self._member.decompress(data, PIECE_BYTES)
        except zlib.error as error:
            raise GitHubBroken("GitHub's answer says gzip, but is not") from error


class Unasked:
    """A coding that was not asked for: no body in it is taken."""

    def feed(self, data: bytes) -> Iterator[bytes]:  # noqa: ARG002 (as `Decoder` has it)
        """Refuse."""
        raise GitHubBroken("GitHub's answer has a content coding that was not asked for")

    def end(self) -> None:
        """Accept an answer without a body; its fields then describe another one's."""


def decoder_of(headers: Headers) -> Decoder:
    """Return the decoder for a message with these header fields."""
    codings = ",".join(headers.all("Content-Encoding")).strip().lower()
    match codings:
        case "" | "identity":
            return Identity()
        case "gzip" | "x-gzip":
            return Gunzip()
        case _:
            return Unasked()


def without_coding(headers: Headers) -> Headers:
    """Return the fields of a message as they are once its body has been decoded."""
    if "Content-Encoding" not in headers:
        return headers
    return headers.without("Content-Encoding", "Content-Length")
