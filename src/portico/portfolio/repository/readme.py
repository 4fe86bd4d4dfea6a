"""The README of one repository: as a document, as its text, or as HTML that is safe to show."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Final

from portico.core.errors import GitHubBroken, NotFound, TooLarge
from portico.portfolio.part import Part
from portico.portfolio.repository.decode import PageBody, ReadmeBody
from portico.portfolio.repository.model import Readme, ReadmeFile
from portico.portfolio.repository.safe_html import safe_html
from portico.portfolio.repository.subject import Told, told_by
from portico.portfolio.shown import web_url
from portico.portfolio.state import is_complete, state_of

# GitHub sends no content of a file over a megabyte, and says "none".
_TOO_LARGE: Final = "The README is larger than GitHub hands out, a megabyte."


def fold_readme(parts: Iterable[Part], *, asked: str) -> Readme:
    """Fold `readme_plan`.

    Raises:
        PorticoError: GitHub denies the repository, or nothing answered.

    """
    told = told_by(parts, asked=asked)
    file = _file(told)
    is_cut = file is not None and file.encoding != "base64"
    cause = _TOO_LARGE if is_cut else None
    states = [*told.states(), state_of("readme", told.parts, cause=cause)]
    return Readme(
        complete=is_complete(states),
        reduced=[],
        parts=states,
        repository=told.subject,
        readme=None if file is None else _shown(file),
    )


def fold_text(parts: Iterable[Part], *, asked: str) -> bytes:
    """Fold `readme_plan` into the README's text, as it is in the repository.

    Raises:
        PorticoError: there is no README, or it is not to be had.

    """
    told = told_by(parts, asked=asked)
    content = _content(_required(told, "readme"))
    if content is None:
        raise TooLarge(_TOO_LARGE)
    return content


def fold_html(parts: Iterable[Part], *, asked: str) -> bytes:
    """Fold `readme_plan` with HTML into HTML that is safe to show.

    Raises:
        PorticoError: there is no README, or it is not to be had.

    """
    told = told_by(parts, asked=asked)
    file = _required(told, "readme")
    part = told.parts["html"]
    if not isinstance(part.value, PageBody):
        raise part.failure or NotFound("The repository has no README")
    try:
        return safe_html(part.value.html, file_url=file.html_url).encode()
    except ValueError as error:
        raise TooLarge(str(error)) from error


def _file(told: Told) -> ReadmeBody | None:
    return next(iter(told.values(ReadmeBody)), None)


def _required(told: Told, name: str) -> ReadmeBody:
    file = _file(told)
    if file is None:
        raise told.parts[name].failure or NotFound("The repository has no README")
    return file


def _content(file: ReadmeBody) -> bytes | None:
    """Return the file's bytes; None where GitHub sent none, or none that can be read."""
    if file.encoding != "base64":
        return None
    try:
        return base64.b64decode(file.content)
    except ValueError as error:
        raise GitHubBroken("GitHub's README is not what its encoding says") from error


def _shown(file: ReadmeBody) -> ReadmeFile:
    content = _content(file)
    try:
        text = None if content is None else content.decode()
    except UnicodeDecodeError:
        text = None
    return ReadmeFile(
        name=file.name,
        path=file.path,
        sha=file.sha,
        size_bytes=file.size,
        encoding=None if text is None else "utf-8",
        text=text,
        html_url=web_url(file.html_url),
    )
