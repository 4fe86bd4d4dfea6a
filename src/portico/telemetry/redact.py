"""Taking secrets out of text. The one redactor: whatever Portico logs goes through it.

Rules: known by its shape, a secret goes wherever it stands; known by its name only (a header
field, a parameter, a member), it goes with all that could belong to it. Rather too much than too
little, but a commit's 40 hexadecimal digits stay, as no log is readable without them. A legacy
token looks the same, and is known by what stands before it.

Shapes: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
"""

from __future__ import annotations

import re
from typing import Final

REDACTED: Final = "[redacted]"

# Names of query parameters and of JSON members whose value is a secret: access_token,
# temp_clone_token, client_secret, X-Amz-Signature, and the `sig` of Azure's signed URLs.
_NAMES: Final = r"[\w.-]*(?:token|secret|passw(?:or)?d|signature)|x-amz-[\w-]+|sig|private_?key|otp"
# A quote as it stands in JSON, in a `repr`, or in JSON within JSON.
_QUOTE: Final = r"""\\*["']"""
# What a pair of name and value begins with. A comma alone does not make one: in JSON it follows
# a value, and the next member's name would be taken for the secret.
_PAIR: Final = rf"[(\[]\s*b?{_QUOTE}"
_TO_THE_QUOTE: Final = r"""(?:[^\\"'\r\n]|(?!\2)\\*["']|\\+(?!["'\\]))+"""
_FIELDS: Final = r"authorization|x-hub-signature(?:-256)?|x-github-otp|cookie"

# Cheap to look for: what has none of these has no secret that any rule would find.
_HINT: Final = re.compile(
    r"gh[a-z]_|github_pat_|ptk_|eyJ|auth|bearer|basic|cookie|token|secret|passw|sig|otp|sha\d|amz"
    r"|private|@",
    re.IGNORECASE,
)

_RULES: Final = (
    re.compile(
        r"()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
    ),
    # A header field, as `Name: value`, in a `repr`, or as the pair that ASGI makes of it.
    re.compile(rf"(?i)((?:{_FIELDS})(?:{_QUOTE})?\s*[:=]\s*(?:b?{_QUOTE})?)[^\"'\\\r\n]+"),
    re.compile(rf"(?i)({_PAIR}(?:{_FIELDS}){_QUOTE}\s*,\s*b?{_QUOTE})[^\"'\\\r\n]+"),
    # A quoted value, of JSON, of a `repr` or of a pair, up to the quote that ends it.
    re.compile(
        rf"(?i)(?<![\w.-])((?:{_NAMES})(?:{_QUOTE})?\s*[:=]\s*b?({_QUOTE})){_TO_THE_QUOTE}",
    ),
    re.compile(rf"(?i)({_PAIR}(?:{_NAMES}){_QUOTE}\s*,\s*b?({_QUOTE})){_TO_THE_QUOTE}"),
    # A parameter of a query or of a form.
    re.compile(rf"(?i)(?<![\w.-])((?:{_NAMES})=)[^&\s\"'<>;\\]+"),
    # User and password, or a token, before a URL's host.
    re.compile(r"(://)[^/?#\s@\"'<>]+(?=@)"),
    # GitHub's prefixes. An installation's token may hold a JWT: ghs_<app>_<JWT>.
    re.compile(r"()(?:ghs_[\w.-]{8,}|gh[a-z]_\w{8,}|github_pat_\w{8,})"),
    # Portico's own keys.
    re.compile(r"()ptk_[\w-]{4,}"),
    # A JWT (RFC 7519), whole or cut.
    re.compile(r"()eyJ[\w-]{6,}(?:\.[\w-]*)*"),
    # Credentials without their field's name (RFC 9110 §11.4).
    re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{8,}"),
    re.compile(r"(?i)\b(token\s+)[0-9a-f]{40}(?![0-9a-f])"),
    re.compile(r"\b((?i:basic)\s+)(?=\S*[A-Z0-9+/=])[\w+/=-]{8,}"),
    # The signature of a webhook's delivery (sha1=, sha256=).
    re.compile(r"(?i)(sha(?:1|256)=)[0-9a-f]{40,}"),
)
"""Each keeps its first group, and replaces what follows it."""


def redact(text: str) -> str:
    """Return the text with `[redacted]` in place of each secret in it."""
    if _HINT.search(text) is None:
        return text
    for rule in _RULES:
        text = rule.sub(rf"\1{REDACTED}", text)
    return text
