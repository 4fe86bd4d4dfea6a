"""Every setting of Portico, with its unit, its default and the reason for the default.

Rules of this file: a field `x` is the variable `PORTICO_X`; units stand in the name (`_s` seconds,
`_bytes` bytes); the description is what docs/configuration.md prints, so it ends with the reason
for the default where the default is a number or a choice. The headings are in `shown.py`.
"""

import ipaddress
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from portico.settings.access import AccessSettings
from portico.settings.github_app import GitHubAppSettings
from portico.settings.values import (
    HostNames,
    HttpUrl,
    ListeningHost,
    Port,
    SocketPath,
    StoreUrl,
    Token,
)
from portico.settings.webhooks import WebhookSettings

PREFIX = "PORTICO_"


def default_store() -> str:
    """Name the store in the user's own data directory (on Linux below `~/.local/share`)."""
    return f"sqlite:///{user_data_path('portico', appauthor=False) / 'portico.db'}"


class Settings(AccessSettings, GitHubAppSettings, WebhookSettings):
    """The effective settings: complete, checked and unchangeable.

    `Settings()` reads `PORTICO_*` variables and `.env`; an argument wins over both, so that two
    of them can live in one process. `portico.settings.load` does the same and reports everything
    that is wrong at once, in an operator's words.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    github_api_url: HttpUrl = Field(
        "https://api.github.com",
        description=(
            "Where GitHub's REST API answers. For GitHub Enterprise Server it ends in `/api/v3`."
        ),
        examples=["https://github.example.com/api/v3"],
    )
    github_token: Token | None = Field(
        None,
        description=(
            "The token that Portico asks with for everybody who brings none. It should reach "
            "nothing private: a fine-grained one for public repositories, or a classic one "
            "without scopes. Without a token GitHub allows 60 requests an hour, with one 5,000."
        ),
        examples=["github_pat_…"],
    )
    upstream_timeout_s: float = Field(
        15.0,
        gt=0,
        le=300,
        allow_inf_nan=False,
        description=(
            "How long GitHub may take for one answer, in seconds. GitHub ends its own work after "
            "10; a little more lets its own error arrive."
        ),
        examples=["30"],
    )
    upstream_concurrency: int = Field(
        50,
        ge=1,
        le=100,
        description=(
            "How many requests may be under way to GitHub at once. GitHub refuses more than 100 "
            "for one account; half leaves room for whatever else uses it."
        ),
        examples=["20"],
    )
    deadline_s: float = Field(
        10.0,
        gt=0,
        le=300,
        allow_inf_nan=False,
        description=(
            "How long an answer made of many (a portfolio) may take, in seconds; what is missing "
            "then is named in it. About as long as a person waits for a page."
        ),
        examples=["5"],
    )

    host: ListeningHost = Field(
        "127.0.0.1",
        description=(
            "The address to listen on. The default is reached from this machine only; `0.0.0.0` "
            "opens it to the network."
        ),
        examples=["0.0.0.0"],  # noqa: S104 - an example, with its danger said beside it
    )
    port: Port = Field(
        8000,
        ge=0,
        le=65535,
        description="The TCP port to listen on; 0 takes any free one. 8000 needs no privilege.",
        examples=["8080"],
    )
    unix_socket: SocketPath | None = Field(
        None,
        description=(
            "Listen on this Unix socket as well, with GitHub's API at its root (for `gh config "
            "set http_unix_socket`). Fewer than 108 bytes long."
        ),
        examples=["/run/portico/portico.sock"],
    )
    public_url: HttpUrl | None = Field(
        None,
        description=(
            "How Portico is reached from outside, when a proxy stands before it; rewritten links "
            "begin with it. Unset: what the request's own Host says."
        ),
        examples=["https://portico.example.com"],
    )
    github_hosts: HostNames = Field(
        (),
        description=(
            "Host names, separated by commas, on which GitHub's API is served at the root, not "
            "below `/api/v3`."
        ),
        examples=["api.portico.example.com,github.internal"],
    )
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description=(
            "How many processes serve. One keeps everything in its own memory and is enough for "
            "most; more need a store that they can share."
        ),
        examples=["2"],
    )

    live_listeners: int = Field(
        1_000,
        ge=1,
        le=100_000,
        description=(
            "How many may listen to `/live` at once, in each process; more are told to come back "
            "later. A listener occupies a connection, so an open file, and some 25 KB."
        ),
        examples=["5000"],
    )

    store: StoreUrl = Field(
        default_factory=default_store,
        description=(
            "Where answers are kept: `sqlite:///PATH` survives a restart (a path that is not "
            "absolute begins at the working directory, an absolute one makes four slashes); "
            "`memory://` keeps nothing. The default is a file in the user's data directory (on "
            "Linux `~/.local/share/portico`, on macOS `~/Library/Application Support/portico`)."
        ),
        examples=["sqlite:////var/lib/portico/portico.db"],
    )
    memory_bytes: int = Field(
        67_108_864,
        ge=1_048_576,
        description=(
            "How much memory each process may fill with answers, in bytes. 64 MiB hold about "
            "10,000 usual ones and fit a small container."
        ),
        examples=["268435456"],
    )
    store_bytes: int = Field(
        1_073_741_824,
        ge=1_048_576,
        description=(
            "How much of the disk the store's answers may fill, in bytes; the longest unused go "
            "first. 1 GiB holds several hundred thousand usual ones, compressed."
        ),
        examples=["4294967296"],
    )
    body_limit_bytes: int = Field(
        16_777_216,
        ge=65_536,
        description=(
            "The largest body, in bytes, that Portico takes from a caller or keeps of GitHub's. "
            "Larger answers pass through without being kept. 16 MiB are far over any JSON of "
            "GitHub's."
        ),
        examples=["33554432"],
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        description="The least important lines to print. `info` prints one line a request.",
        examples=["debug"],
    )
    log_format: Literal["console", "json"] = Field(
        "console",
        description="How lines are printed: for people, or one JSON object a line for machines.",
        examples=["json"],
    )

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _in_lower_case(cls, value: object) -> object:
        """Take `INFO` for `info`, as other programs write it."""
        return value.lower() if isinstance(value, str) else value

    @field_validator("store")
    @classmethod
    def _workers_share_a_store(cls, store: str, info: ValidationInfo) -> str:
        """Refuse several processes with nothing to share; `workers` is validated before."""
        if store == "memory://" and info.data.get("workers", 1) > 1:
            raise ValueError(
                "must be sqlite:///PATH where PORTICO_WORKERS is above 1, as processes cannot "
                "share their memory"
            )
        return store

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach `host`."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches Portico, and no proxy brings others there."""
        return self.is_loopback and self.public_url is None

    @property
    def proxy_is_anonymous(self) -> bool:
        """Whether callers without a token may use the proxy."""
        return self.is_local if self.proxy_anonymous is None else self.proxy_anonymous

    @property
    def sqlite_path(self) -> Path | None:
        """The file of the store, or None if the store is no file."""
        scheme, _, path = self.store.partition(":///")
        return Path(path) if scheme == "sqlite" else None
