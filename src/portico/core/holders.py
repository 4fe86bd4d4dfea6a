"""Whose credential it is, learnt in passing: two tokens of one user spend from one bucket.

GitHub tells in two places: the body of `GET /user`, and the words of a used-up limit. Nothing is
asked for it. Until it is told, a credential has a bucket of its own, of which every answer tells
the true state all the same.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from typing import Final

from portico.core.audience import installation_bucket, user_bucket
from portico.core.message import Request, Response

# As many as there are buckets (core/budget.py): a caller may bring any token.
MOST_HOLDERS: Final = 10_000
_PATH: Final = "/user"
_LIMITED: Final = re.compile(
    rb"API rate limit (?:already )?exceeded for (user|installation) ID (\d{1,18})\b"
)
# The words stand first in such an answer; a text further down may hold anything.
_GLANCE_BYTES: Final = 2_048


class Holders:
    """The buckets of credentials, by the credentials' fingerprints."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, str] = OrderedDict()

    def bucket_of(self, fingerprint: str) -> str:
        """Return the bucket that a credential spends from; its own until its holder is known."""
        return self._buckets.get(fingerprint, fingerprint)

    def learn(self, fingerprint: str, request: Request, response: Response) -> str | None:
        """Take in what an answer to this credential ("" for none) tells of its holder.

        Return the bucket if it was not known before: what the answer tells is of that bucket.
        """
        if not fingerprint or fingerprint in self._buckets:
            return None
        bucket = _bucket_in(request, response)
        if bucket is None:
            return None
        self._buckets[fingerprint] = bucket
        if len(self._buckets) > MOST_HOLDERS:
            self._buckets.popitem(last=False)
        return bucket


def _bucket_in(request: Request, response: Response) -> str | None:
    if response.status == 200 and request.path == _PATH and request.method == "GET":
        return _user_in(response.body)
    if response.status in (403, 429):
        found = _LIMITED.search(response.body[:_GLANCE_BYTES])
        if found is not None:
            named = user_bucket if found[1] == b"user" else installation_bucket
            return named(int(found[2]))
    return None


def _user_in(body: bytes) -> str | None:
    try:
        user = json.loads(body)
    except ValueError:
        return None
    number = user.get("id") if isinstance(user, dict) else None
    # A truth value is an int too.
    return user_bucket(number) if type(number) is int and number > 0 else None
