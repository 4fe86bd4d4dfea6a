"""Which credential asks: by reach first, by budget second.

Reach: an installation sees what is private of the account that it is on, and of nobody else's; a
public-only credential sees what everybody sees. What everybody is to be shown is never asked
for with a credential that sees more: a repository may be made private at any moment, and its
owner's installation would go on showing it. Budget: of those that reach as far, the one with the
most left. Nothing is added up: what one credential does not reach is not asked for with another's
points. GitHub's terms, section H:
https://docs.github.com/en/site-policy/github-terms/github-terms-of-service#h-api-terms
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """One credential that could ask.

    `account` is the login (lower case) whose private things it sees; None: it sees nothing
    private. `remaining` is what its bucket has left, None where nothing is known yet.
    """

    bucket: str
    account: str | None
    remaining: int | None = None


def choose(offers: Collection[Offer], *, owner: str | None, for_public: bool) -> Offer | None:
    """Return the offer to take for what is `owner`'s (lower case; None: nobody's), if any.

    `for_public`: the answer is for everybody.
    """
    public = [each for each in offers if each.account is None]
    own = [each for each in offers if owner is not None and each.account == owner]
    reaching = public if for_public else own or public
    return max(reaching, key=_left, default=None)


def _left(offer: Offer) -> float:
    # Of what nobody has used yet, all is left.
    return float("inf") if offer.remaining is None else offer.remaining
