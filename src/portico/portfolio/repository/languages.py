"""The languages of one repository: bytes, and their shares."""

from __future__ import annotations

from collections.abc import Iterable

from portico.portfolio.languages import by_bytes
from portico.portfolio.part import Part
from portico.portfolio.repository.model import LanguageBytes, RepositoryLanguages
from portico.portfolio.repository.subject import told_by
from portico.portfolio.state import is_complete


def fold_languages(parts: Iterable[Part], *, asked: str) -> RepositoryLanguages:
    """Fold `languages_plan`.

    Raises:
        PorticoError: GitHub denies the repository, or nothing answered.

    """
    told = told_by(parts, asked=asked)
    states = told.states("languages")
    counted = by_bytes(told.values(dict))
    is_known = counted.repositories > 0
    return RepositoryLanguages(
        complete=is_complete(states),
        reduced=[],
        parts=states,
        repository=told.subject,
        items=[
            LanguageBytes(name=item.name, bytes=item.bytes or 0, share=item.share)
            for item in counted.items
        ]
        if is_known
        else None,
        total_bytes=counted.total_bytes if is_known else None,
    )
