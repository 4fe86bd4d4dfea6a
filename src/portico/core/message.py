"""The values that travel: header fields, a request to GitHub, a response from it.

All are frozen. Paths and queries stay as they were on the wire (percent-encoded), because
decoding `%2F` in a branch name and encoding it again would ask for something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final


class Headers:
    """An immutable, ordered list of header fields; names compare without case (RFC 9110 §5.1)."""

    __slots__ = ("_index", "_items")

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items: Final = tuple(items)
        self._index: Final[dict[str, tuple[str, ...]]] = {}
        for name, value in self._items:
            key = name.lower()
            self._index[key] = (*self._index.get(key, ()), value)

    @classmethod
    def from_asgi(cls, raw: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Return the fields of an ASGI scope, decoded as latin-1 (RFC 9110 §5.5)."""
        return cls((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)

    def get(self, name: str) -> str | None:
        """Return the first value of `name`, or None."""
        values = self._index.get(name.lower())
        return values[0] if values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of `name`, in order."""
        return self._index.get(name.lower(), ())

    def having(self, name: str, value: str) -> Headers:
        """Return a copy in which `name` has exactly this one value."""
        return Headers((*self.without(name), (name, value)))

    def without(self, *names: str) -> Headers:
        """Return a copy that lacks the named fields."""
        unwanted = {name.lower() for name in names}
        return Headers(item for item in self._items if item[0].lower() not in unwanted)

    def updated(self, newer: Headers) -> Headers:
        """Return a copy in which each field of `newer` replaces its namesake (RFC 9111 §3.2)."""
        kept = (item for item in self._items if item[0] not in newer)
        return Headers((*kept, *newer))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._index

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        # Names only: a value may be a credential.
        return f"Headers({', '.join(name for name, _ in self._items)})"


NO_HEADERS: Final = Headers()
# Greater ones count as this one (RFC 9111 §1.2.2). It is 68 years.
MOST_DELTA_S: Final = 2_147_483_648.0


def delta_seconds(value: str | None) -> float | None:
    """Read a number of seconds in a field or directive; None where there is no such number."""
    text = (value or "").strip()
    # isdecimal, not isdigit: "²" is a digit that float() refuses.
    return min(float(text), MOST_DELTA_S) if text.isascii() and text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Request:
    """A request as GitHub would see it, less the credential, which travels apart.

    `path` begins with one slash and is relative to the API's root; `query` has no question mark.
    """

    method: str
    path: str
    query: str = ""
    headers: Headers = NO_HEADERS
    body: bytes = field(default=b"", repr=False)

    @property
    def target(self) -> str:
        """The path with its query, as in a request line (RFC 9112 §3.2.1)."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def is_read(self) -> bool:
        """Whether the method is safe and its answer may be stored (RFC 9110 §9.2)."""
        return self.method in ("GET", "HEAD")

    def having(self, name: str, value: str) -> Request:
        """Return a copy in which the header field `name` has exactly this one value."""
        return replace(self, headers=self.headers.having(name, value))


@dataclass(frozen=True, slots=True)
class Response:
    """A whole response: the body is complete, and decoded from its content coding."""

    status: int
    headers: Headers = NO_HEADERS
    body: bytes = field(default=b"", repr=False)
