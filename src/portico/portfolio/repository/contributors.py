"""The contributors of one repository, those without an account included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

from portico.portfolio.part import Part
from portico.portfolio.repository.decode import ContributorBody, ContributorsBody
from portico.portfolio.repository.model import Contributor, Contributors
from portico.portfolio.repository.subject import told_by
from portico.portfolio.repository.window import Position, Window, shown_in
from portico.portfolio.shown import web_url
from portico.portfolio.state import is_complete

# https://docs.github.com/en/rest/repos/repos#list-repository-contributors says both.
_OLD: Final = "GitHub keeps this list for some hours, so the last commits may not count yet."
_LINKED: Final = (
    "GitHub looks for the accounts of the first 500 e-mail addresses only; whoever comes after "
    "them is anonymous, and is listed once for each address."
)
_MOST_LINKED: Final = 500
# Git bounds no name, but a cursor must fit into a URL.
_MOST_IN_A_CURSOR: Final = 40


def fold_contributors(parts: Iterable[Part], window: Window, *, asked: str) -> Contributors:
    """Fold `contributors_plan`.

    Raises:
        PorticoError: GitHub denies the repository, or nothing answered.

    """
    told = told_by(parts, asked=asked)
    states = told.states("contributors")
    known = _each_once(told.values(ContributorsBody))
    contributions = sum(item.contributions for item in known)
    shown, cursor = shown_in(_placed(known), window, lambda placed: placed[0])
    return Contributors(
        complete=is_complete(states),
        reduced=[],
        parts=states,
        repository=told.subject,
        items=[_shown(item, of=contributions) for _, item in shown],
        total=len(known) if is_complete(states[1:]) else None,
        accounts=sum(not _is_anonymous(item) for item in known),
        anonymous=sum(map(_is_anonymous, known)),
        contributions=contributions,
        notes=[_OLD, _LINKED] if len(known) >= _MOST_LINKED else [_OLD],
        next=cursor,
    )


def _each_once(pages: Iterable[ContributorsBody]) -> Sequence[ContributorBody]:
    """Return all contributors; an account that moved from page to page meanwhile counts once.

    Anonymous ones have nothing that tells two of one name apart: each line is one.
    """
    accounts: dict[int, ContributorBody] = {}
    anonymous: list[ContributorBody] = []
    for page in pages:
        for item in page.items:
            if item.id is None or _is_anonymous(item):
                anonymous.append(item)
            else:
                accounts.setdefault(item.id, item)
    return [*accounts.values(), *anonymous]


def _is_anonymous(item: ContributorBody) -> bool:
    return item.login is None


def _placed(items: Iterable[ContributorBody]) -> list[tuple[Position, ContributorBody]]:
    """Return each with its place; anonymous ones that look the same are numbered."""
    same: Counter[tuple[int, str]] = Counter()
    placed: list[tuple[Position, ContributorBody]] = []
    for item in items:
        name = f"@{item.login}" if item.login is not None else _short(item.name or "")
        same[item.contributions, name] += 1
        place = (item.contributions, f"{name}\n{same[item.contributions, name]}")
        placed.append((place, item))
    return placed


def _short(name: str) -> str:
    """Return a name, or what stands for it in a cursor where it is very long."""
    if len(name) <= _MOST_IN_A_CURSOR:
        return name
    return f"{name[:_MOST_IN_A_CURSOR]}\n{blake2b(name.encode(), digest_size=8).hexdigest()}"


def _shown(item: ContributorBody, *, of: int) -> Contributor:
    anonymous = _is_anonymous(item)
    return Contributor(
        login=item.login,
        id=None if anonymous else item.id,
        name=item.name if anonymous else None,
        anonymous=anonymous,
        kind="anonymous" if anonymous else item.type.lower(),
        contributions=item.contributions,
        share=round(item.contributions / of, 4) if of else 0.0,
        avatar_url=web_url(item.avatar_url),
        html_url=web_url(item.html_url),
    )
