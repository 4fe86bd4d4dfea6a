"""GitHub's entity tags, computed: a stored body can then be confirmed with another credential.

For nearly all JSON the tag is SHA-256 over the values of `Accept` and `Authorization`, each
followed by a colon and each only if GitHub hashes it, then the uncompressed body. That is not
documented: recorded exchanges reproduce it, and `Formula` compares it with every answer. It fails
safe: a wrong tag matches nothing, so GitHub answers 200 where it could have answered 304.

`/contents` is the exception: there the tag is the id of the Git object, the same for everybody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from portico.core.audience import Credential
from portico.core.entry import Entry
from portico.core.key import accept_of
from portico.core.message import Headers, Request, Response
from portico.core.resource import RouteClass

# 256 bits do not agree by chance; three also span several kinds of answer of a class.
MATCHES_TO_TRUST: Final = 3
# After a difference: more in a row than there would be if only some of GitHub's servers changed.
MATCHES_TO_TRUST_AGAIN: Final = 50


def computed_etag(accept: str, authorization: str | None, body: bytes) -> str:
    """Return the tag that GitHub would give this body, in the strong form.

    `authorization` is None where none is sent, or where GitHub's answer does not vary by it.
    """
    digest = hashlib.sha256(f"{accept}:".encode())
    if authorization is not None:
        digest.update(f"{authorization}:".encode())
    digest.update(body)
    return f'"{digest.hexdigest()}"'


def is_git_id(path: str) -> bool:
    """Return whether the tag of answers at `path` is the id of a Git object."""
    return "/contents" in path


def etag_for(entry: Entry, request: Request, credential: Credential | None) -> str | None:
    """Return the tag that GitHub would give the stored body if `credential` asked for it.

    None where it has none to begin with. It says nothing about whether GitHub would show it.
    """
    if entry.etag is None or is_git_id(request.path):
        return entry.etag
    authorization = credential.authorization if credential else None
    if entry.obtained_with and not _varies_by_credential(entry.response.headers):
        # As answers to an App's own JWT do: the same for whoever may ask.
        authorization = None
    return computed_etag(accept_of(request.headers), authorization, entry.response.body)


def agrees(request: Request, credential: Credential | None, response: Response) -> bool | None:
    """Return whether an answer's tag is what the formula says; None where that cannot be told."""
    said = response.headers.get("ETag")
    if response.status != 200 or said is None or is_git_id(request.path):
        return None
    is_hashed = credential is not None and _varies_by_credential(response.headers)
    authorization = credential.authorization if credential is not None and is_hashed else None
    made = computed_etag(accept_of(request.headers), authorization, response.body)
    # Weakly (RFC 9110 §8.8.3.2): the tag of a compressed answer is the same one, marked weak.
    return said.removeprefix("W/") == made


def _varies_by_credential(headers: Headers) -> bool:
    return any("authorization" in value.lower() for value in headers.all("Vary"))


@dataclass(slots=True)
class _Record:
    matches_in_a_row: int = 0
    is_refuted: bool = False


class Formula:
    """Whether the formula holds at the one GitHub that is asked, by class of route.

    Off for a class as soon as one answer of it differs, and back only after many matches in a
    row. To try it needs no proof, as a wrong tag costs what no tag costs. To rest upon it, as the
    proof of access does, it must have matched before.
    """

    def __init__(self) -> None:
        self._records: dict[RouteClass, _Record] = {}

    def learn(self, route_class: RouteClass, *, agrees: bool) -> bool:
        """Take in one comparison; return whether this one turns the class off."""
        record = self._records.setdefault(route_class, _Record())
        if agrees:
            record.matches_in_a_row += 1
            if record.matches_in_a_row >= MATCHES_TO_TRUST_AGAIN:
                record.is_refuted = False
            return False
        ends = not record.is_refuted
        record.matches_in_a_row = 0
        record.is_refuted = True
        return ends

    def may_be_tried(self, route_class: RouteClass) -> bool:
        """Return whether computed tags are worth sending for this class."""
        record = self._records.get(route_class)
        return record is None or not record.is_refuted

    def is_trusted(self, route_class: RouteClass) -> bool:
        """Return whether the formula has been seen to hold for this class."""
        record = self._records.get(route_class)
        if record is None or record.is_refuted:
            return False
        return record.matches_in_a_row >= MATCHES_TO_TRUST

    def refuted(self) -> frozenset[RouteClass]:
        """Return the classes for which it was found not to hold."""
        return frozenset(name for name, record in self._records.items() if record.is_refuted)
