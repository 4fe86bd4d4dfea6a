"""Whether GitHub sent a delivery: its signature with SHA-256.

https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries. Only
`X-Hub-Signature-256` counts: the older `X-Hub-Signature` is SHA-1.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

_SIGNATURE: Final = re.compile(r"sha256=([0-9a-fA-F]{64})")


def is_signed(body: bytes, signature_256: str, secret: bytes) -> bool:
    """Return whether `signature_256` is that of the raw `body`. Takes constant time.

    An empty secret signs nothing: with it anybody could.
    """
    found = _SIGNATURE.fullmatch(signature_256)
    if found is None or not secret:
        return False
    expected = hmac.digest(secret, body, "sha256")
    return hmac.compare_digest(expected, bytes.fromhex(found[1]))
