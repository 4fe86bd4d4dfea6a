"""The settings of webhooks. The same rules as in `model.py`, which has all other settings."""

from pydantic import Field
from pydantic_settings import BaseSettings

from portico.settings.values import Secret


class WebhookSettings(BaseSettings):
    """What GitHub's deliveries are known by."""

    webhook_secret: Secret | None = Field(
        None,
        description=(
            "The secret that GitHub signs its deliveries with, as set in the webhook (see "
            "docs/webhooks.md); `openssl rand -hex 32` makes one. Unset: deliveries are refused."
        ),
        examples=["7f1c…"],
    )
    webhook_previous_secret: Secret | None = Field(
        None,
        description=(
            "The secret of before, while webhooks are changed over to a new one: deliveries "
            "signed with either are taken."
        ),
        examples=["2e90…"],
    )
