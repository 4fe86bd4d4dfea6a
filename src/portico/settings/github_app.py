"""The settings of a GitHub App: an id and a key, both or neither.

The same rules as in `model.py`, which has all other settings.
"""

import re
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from portico.settings.values import OwnPath, Secret

# GitHub: an App id is a number, a client id `Iv1.` or `Iv23` and letters and digits.
_APP_ID = re.compile(r"[0-9]{1,12}|Iv[0-9A-Za-z.]{10,40}")


class GitHubAppSettings(BaseSettings):
    """What a GitHub App is known by. Whether the key can be used is seen when it is loaded."""

    github_app_key: Secret | None = Field(
        None,
        description=(
            "The App's private key itself, in PEM form, where a file is no option; its lines may "
            "be joined by `\\n`."
        ),
        examples=['"-----BEGIN RSA PRIVATE KEY-----\\n…"'],
    )
    github_app_key_file: OwnPath | None = Field(
        None,
        validate_default=True,
        description="The file of the App's private key, as GitHub lets it be downloaded (PEM).",
        examples=["/run/secrets/portico-app.pem"],
    )
    github_app_id: str | None = Field(
        None,
        validate_default=True,
        description=(
            "The App id or client id of a GitHub App, on whose installations Portico's own keys "
            'may be bound (`credential = "app"` in [keys.md](keys.md)): private reach for whom '
            "you say, without a token of anybody's. What it fetches is never shown to others."
        ),
        examples=["Iv23liAbCdEfGhIjKlMn"],
    )

    @field_validator("github_app_key_file")
    @classmethod
    def _one_key(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        """Refuse two keys, of which one would be ignored."""
        if path is not None and info.data.get("github_app_key") is not None:
            raise ValueError("must not be set beside PORTICO_GITHUB_APP_KEY: give the key once")
        return path

    @field_validator("github_app_id")
    @classmethod
    def _whole_or_absent(cls, app_id: str | None, info: ValidationInfo) -> str | None:
        """Refuse an id without a key, and the reverse; the keys are validated before."""
        if app_id is not None and not _APP_ID.fullmatch(app_id):
            raise ValueError(
                "must be the App id (digits) or the client id (Iv…) from the App's settings"
            )
        if not {"github_app_key", "github_app_key_file"} <= info.data.keys():
            return app_id
        has_key = any(info.data[name] for name in ("github_app_key", "github_app_key_file"))
        if app_id is None and has_key:
            raise ValueError("must be set where a GitHub App's key is: whose key is it?")
        if app_id is not None and not has_key:
            raise ValueError(
                "needs the App's key beside it: set PORTICO_GITHUB_APP_KEY_FILE (or _KEY)"
            )
        return app_id
