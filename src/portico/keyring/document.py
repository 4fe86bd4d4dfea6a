"""The text of a keys file -> names with their rights and secrets, or what is wrong and where.

    [keys.site]
    owners = ["solveig"]            # "*": every owner
    routes = ["slow", "moving"]     # classes of route; "graphql", with its root fields beside it
    secrets = [{ hash = "sha256:…", expires_at = 2027-02-24T00:00:00Z }]

An unknown field is an error: a right that is misspelt must not be taken for one left out.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from portico.core.grant import CredentialKind, Grant
from portico.core.lane import Lane
from portico.core.portico_key import is_hash
from portico.core.resource import RouteClass

GRAPHQL: Final = "graphql"
EVERYBODY: Final = "*"
# One to use and one to change over to.
MOST_SECRETS: Final = 2
ROUTES: Final = (*(str(each) for each in RouteClass), GRAPHQL)
LANES: Final = tuple(lane.name.lower() for lane in Lane)

LaneName: TypeAlias = Literal["interactive", "refresh", "background"]
Method: TypeAlias = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class KeysFileError(Exception):
    """The keys file cannot be used; the message says where and why, and holds no secret."""


def _hash(text: str) -> str:
    if not is_hash(text):
        raise ValueError("must be 'sha256:' and 64 hex digits, as `portico keys add` writes it")
    return text


def _in_utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant


def _route(name: str) -> str:
    if name not in ROUTES:
        raise ValueError(f"must be one of {', '.join(ROUTES)}")
    return name


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Secret(_Strict):
    """One secret of a name, as its hash. Without `expires_at` it is good until it is revoked."""

    hash: Annotated[str, AfterValidator(_hash)]
    added_at: Annotated[datetime, AfterValidator(_in_utc)] | None = None
    expires_at: Annotated[datetime, AfterValidator(_in_utc)] | None = None

    def is_expired(self, now: float) -> bool:
        """Return whether it is no longer good at `now`, Unix seconds."""
        return self.expires_at is not None and self.expires_at.timestamp() <= now


class Rights(_Strict):
    """One name of the file: `core.grant.Grant` in the operator's words, and its secrets."""

    credential: CredentialKind = CredentialKind.PUBLIC
    owners: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ("GET", "HEAD")
    routes: tuple[Annotated[str, AfterValidator(_route)], ...] = (
        "immutable",
        "slow",
        "moving",
        "deciding",
    )
    graphql: tuple[str, ...] = ()
    points_per_hour: int | None = Field(default=None, ge=1)
    lane: LaneName = "interactive"
    operator: bool = False
    secrets: tuple[Secret, ...] = Field(default=(), max_length=MOST_SECRETS)

    @model_validator(mode="after")
    def _own_things_need_a_credential(self) -> Rights:
        if self.credential is CredentialKind.APP:
            return self
        if "own" in self.routes:
            raise ValueError("routes with 'own' need credential = 'app': others have nothing own")
        # The operator's token for public data is for reading, whatever it may do beside that.
        if not set(self.methods) <= {"GET", "HEAD"}:
            raise ValueError("methods that write need credential = 'app'")
        return self

    def grant(self, name: str) -> Grant:
        """Return the rights as they are decided by."""
        owners = frozenset(owner.lower() for owner in self.owners)
        return Grant(
            name=name,
            credential=self.credential,
            owners=None if EVERYBODY in owners else owners,
            methods=frozenset(self.methods),
            routes=frozenset(self.routes),
            root_fields=frozenset(self.graphql),
            points_per_hour=self.points_per_hour,
            is_operators=self.operator,
            lane=Lane[self.lane.upper()],
        )


class Document(_Strict):
    """A keys file."""

    keys: dict[str, Rights] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _hashes_are_of_one_name(self) -> Document:
        seen: dict[str, str] = {}
        for name, rights in self.keys.items():
            for secret in rights.secrets:
                if seen.setdefault(secret.hash, name) != name:
                    raise ValueError(f"{seen[secret.hash]} and {name} have a secret in common")
        return self


def read_document(text: str) -> Document:
    """Read a keys file.

    Raises:
        KeysFileError: it is no TOML, or says something that no rule knows. The message names the
            place, and holds no value: a secret may have been pasted where its hash belongs.

    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KeysFileError(f"It is no TOML: {error}") from None
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in found['loc']) or 'the file'}: {_words(found['msg'])}"
            for found in error.errors(include_input=False, include_url=False)
        )
        raise KeysFileError(wrong) from None


def _words(message: str) -> str:
    if message.startswith("Extra inputs"):
        return "no such field; see docs/keys.md for those there are"
    return message.removeprefix("Value error, ")
