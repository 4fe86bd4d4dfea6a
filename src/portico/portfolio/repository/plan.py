"""Which document of a repository -> the requests that it takes, as steps.

Every plan asks for the repository itself too: it is in the store for all of them, and tells what
the others do not, such as the name that the repository has today.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Final

from portico.core.message import NO_HEADERS, Headers, Request
from portico.portfolio.decode import Value, read_languages
from portico.portfolio.pages import Pages
from portico.portfolio.part import Step
from portico.portfolio.plan import (
    PER_PAGE,
    repository_path,
    repository_plan,
)
from portico.portfolio.repository.decode import (
    ContributorsBody,
    ReleasesBody,
    StarWeeksBody,
    read_commit_weeks,
    read_contributors,
    read_page,
    read_participation,
    read_readme,
    read_release,
    read_releases,
    read_star_weeks,
)
from portico.portfolio.stated import Statement

# GitHub's most for the star history: https://docs.github.com/en/rest/activity/starring
STAR_WEEKS_PER_PAGE: Final = 30
MOST_STAR_PAGES: Final = 100

_EMPTY: Final = Statement(204, "empty")
_NO_README: Final = (Statement(404, "empty", b"is empty"), Statement(404, "absent"))


def languages_plan(owner: str, name: str) -> tuple[Step, ...]:
    """Plan the languages. Raises ValueError as `repository_plan` does."""
    languages = Step(
        part="languages",
        name="languages",
        request=_request(owner, name, "languages"),
        read=read_languages,
        has_none=lambda value: not value,
    )
    return (*repository_plan(owner, name), languages)


def contributors_plan(owner: str, name: str) -> tuple[Step, ...]:
    """Plan all contributors, anonymous ones too. Raises ValueError as `repository_plan` does."""
    pages = Pages(
        part="contributors",
        request=_request(owner, name, "contributors", f"per_page={PER_PAGE}&anon=1"),
        read=read_contributors,
        # The words of the one 403 that is about the list, as GitHub's users quote them.
        statements=(_EMPTY, Statement(403, "too_large", b"too large to list")),
        has_none=lambda value: isinstance(value, ContributorsBody) and not value.items,
    )
    return (*repository_plan(owner, name), pages.step(1, planned=1))


def releases_plan(owner: str, name: str) -> tuple[Step, ...]:
    """Plan all releases and the latest. Raises ValueError as `repository_plan` does."""
    pages = Pages(
        part="releases",
        request=_request(owner, name, "releases", f"per_page={PER_PAGE}"),
        read=read_releases,
        has_none=lambda value: isinstance(value, ReleasesBody) and not value.items,
        moves_on=True,
    )
    # Which one is the latest may be chosen by its author, so it cannot be told from the list.
    latest = Step(
        part="latest",
        name="latest",
        request=_request(owner, name, "releases/latest"),
        read=read_release,
        statements=(Statement(404, "absent"),),
    )
    return (*repository_plan(owner, name), pages.step(1, planned=1), latest)


def readme_plan(owner: str, name: str, *, with_html: bool = False) -> tuple[Step, ...]:
    """Plan the README. Raises ValueError as `repository_plan` does."""
    request = _request(owner, name, "readme")
    file = Step(
        part="readme", name="readme", request=request, read=read_readme, statements=_NO_README
    )
    if not with_html:
        return (*repository_plan(owner, name), file)
    html = Step(
        part="html",
        name="html",
        request=request.having("Accept", "application/vnd.github.html"),
        read=read_page,
        statements=_NO_README,
    )
    return (*repository_plan(owner, name), file, html)


def stars_plan(owner: str, name: str) -> tuple[Step, ...]:
    """Plan the whole history of stars. Raises ValueError as `repository_plan` does."""
    pages = Pages(
        part="stars",
        request=_request(owner, name, "stargazers/history", f"per_page={STAR_WEEKS_PER_PAGE}"),
        read=read_star_weeks,
        has_none=lambda value: isinstance(value, StarWeeksBody) and not value.items,
        most=MOST_STAR_PAGES,
        headers_behind=_since_the_newest_week,
    )
    return (*repository_plan(owner, name), pages.step(1, planned=1))


def activity_plan(owner: str, name: str) -> tuple[Step, ...]:
    """Plan the last year of commits. Raises ValueError as `repository_plan` does."""
    return (
        *repository_plan(owner, name),
        _statistic("commits", _request(owner, name, "stats/commit_activity"), read_commit_weeks),
        _statistic(
            "participation", _request(owner, name, "stats/participation"), read_participation
        ),
    )


def _statistic(part: str, request: Request, read: Callable[[bytes], Value]) -> Step:
    return Step(
        part=part,
        name=part,
        request=request,
        read=read,
        statements=(_EMPTY,),
        is_computed=True,
    )


def _since_the_newest_week(value: Value, headers: Headers) -> Headers:
    """Return what keeps pages of last week from being joined to a first page of this week.

    With each new week all weeks move on by one, some to the next page. So a page behind the first
    is good only if GitHub confirmed it since the first page's newest week began.
    """
    confirmed_at = _instant(headers.get("Date"))
    if confirmed_at is None or not isinstance(value, StarWeeksBody) or not value.items:
        return NO_HEADERS
    since_s = max(0, int(confirmed_at) - value.items[0].week)
    return Headers([("Cache-Control", f"max-age={since_s}")])


def _instant(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date or "").timestamp()
    except (ValueError, OverflowError):
        return None


def _request(owner: str, name: str, below: str, query: str = "") -> Request:
    return Request("GET", f"{repository_path(owner, name)}/{below}", query)
