"""The settings that say who may ask, for what, and how much of it.

The same rules as in `model.py`, which has all other settings.
"""

from pathlib import Path

from platformdirs import user_config_path
from pydantic import Field
from pydantic_settings import BaseSettings

from portico.settings.values import Logins, Networks, Origins, OwnPath


def default_keys_file() -> Path:
    """Name the keys file in the user's own configuration directory (on Linux `~/.config`)."""
    return user_config_path("portico", appauthor=False) / "keys.toml"


class AccessSettings(BaseSettings):
    """Who may ask. `None` stands for what depends on where Portico listens."""

    keys_file: OwnPath = Field(
        default_factory=default_keys_file,
        description=(
            "Portico's own keys and their rights, as `portico keys` writes them; a change counts "
            "within seconds. The default is a file in the user's configuration directory (on "
            "Linux `~/.config/portico`); without it there are no keys."
        ),
        examples=["/etc/portico/keys.toml"],
    )
    share_proven: bool = Field(
        default=True,
        description=(
            "Whether an answer that one caller's token obtained may be given to another whose own "
            "token GitHub has confirmed it with (a free 304). Off: each token fetches its own."
        ),
        examples=["false"],
    )
    owners: Logins = Field(
        (),
        description=(
            "Users and organisations, separated by commas, whose data callers without a token may "
            "ask for. Empty: everybody's."
        ),
        examples=["solveig,nordlys"],
    )
    proxy_anonymous: bool | None = Field(
        None,
        description=(
            "Whether callers without a token may use the proxy, and so spend the points of "
            "`PORTICO_GITHUB_TOKEN`. Unset: yes if only this machine reaches Portico, so "
            "`PORTICO_HOST` is on loopback and there is no `PORTICO_PUBLIC_URL`; else no."
        ),
        examples=["true"],
    )
    address_points_per_hour: int = Field(
        1_000,
        ge=0,
        description=(
            "How many points of GitHub's limits callers without a token may spend in an hour, by "
            "where they come from (an IPv4 address, a /64 of IPv6); then they get what is stored. "
            "A fifth of what a token is given. 0: no such limit; nor is there one on a Portico "
            "that only this machine reaches."
        ),
        examples=["200"],
    )
    owner_points_per_hour: int = Field(
        2_500,
        ge=0,
        description=(
            "How many points callers without a token may spend in an hour on what belongs to one "
            "user or organisation, wherever they come from: half of a token's, so that one page "
            "that is asked for too much leaves something for the others. 0: no such limit; nor is "
            "there one on a Portico that only this machine reaches."
        ),
        examples=["500"],
    )
    trusted_proxies: Networks = Field(
        (),
        description=(
            "Addresses or networks, separated by commas, of the proxies before Portico whose "
            "`X-Forwarded-For` and `X-Forwarded-Proto` are believed. Empty: nobody's, as anybody "
            "can send these fields."
        ),
        examples=["127.0.0.1,10.0.0.0/8"],
    )
    cors_origins: Origins = Field(
        (),
        description=(
            "Web origins, separated by commas, whose pages may read answers in the browser "
            "(CORS); `*` stands for all. Empty: none."
        ),
        examples=["https://solveig.example.com"],
    )
