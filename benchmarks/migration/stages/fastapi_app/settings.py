"""The configuration by Pydantic Settings: the same variables, typed, read when asked for.

A wrong value is named in the error together with what is wrong about it, and the token does not
show itself in a `repr` or a log.
Source: https://docs.pydantic.dev/latest/concepts/pydantic_settings/
"""

from __future__ import annotations

from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Where GitHub is and how to ask it."""

    github_api_url: str = "https://api.github.com"
    github_token: SecretStr | None = None
    # GitHub ends its own work after 10 seconds.
    github_timeout_s: float = 15
    # GitHub allows 100 requests at once.
    github_connections: int = 100
