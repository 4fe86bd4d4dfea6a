"""Counting languages: by bytes of code, or by repositories where bytes are too dear to ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from portico.portfolio.model import LanguageShare, LanguageSummary


def by_bytes(repositories: Iterable[Mapping[str, int]]) -> LanguageSummary:
    """Sum the bytes of each language over what each repository is made of."""
    size_bytes: Counter[str] = Counter()
    found_in: Counter[str] = Counter()
    looked_at = 0
    for languages in repositories:
        size_bytes.update(languages)
        found_in.update(languages.keys())
        looked_at += 1
    total = size_bytes.total()
    items = [
        LanguageShare(name=name, bytes=n, share=_share(n, total), repositories=found_in[name])
        for name, n in _most_first(size_bytes)
    ]
    return LanguageSummary(counted="bytes", items=items, total_bytes=total, repositories=looked_at)


def by_repositories(main_languages: Iterable[str | None]) -> LanguageSummary:
    """Count repositories by their main language; those without one are only looked at."""
    main_languages = tuple(main_languages)
    found_in = Counter(name for name in main_languages if name is not None)
    total = found_in.total()
    items = [
        LanguageShare(name=name, bytes=None, share=_share(n, total), repositories=n)
        for name, n in _most_first(found_in)
    ]
    return LanguageSummary(
        counted="repositories", items=items, total_bytes=None, repositories=len(main_languages)
    )


def _most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    # By name where equal, so that the same input gives the same bytes.
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _share(amount: int, total: int) -> float:
    return round(amount / total, 4) if total > 0 else 0.0
