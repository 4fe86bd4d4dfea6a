"""The settings of webhooks. The same rules as in `model.py`, which has all other settings."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class WebhookSettings(BaseSettings):
    """What GitHub's deliveries are known by."""

    webhook_secret: SecretStr | None = Field(
        None,
        description=(
            "The secret that GitHub signs its deliveries with, as set in the webhook (see "
            "docs/webhooks.md). Unset: deliveries are refused."
        ),
        examples=["$(openssl rand -hex 32)"],
    )
    webhook_previous_secret: SecretStr | None = Field(
        None,
        description=(
            "The secret of before, while webhooks are changed over to a new one: deliveries "
            "signed with either are taken."
        ),
        examples=["$(cat old-secret)"],
    )
