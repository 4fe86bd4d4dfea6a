"""What a stage of the migration is: an application, the command that serves it, and its paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a stage is there to show."""

    WSGI = "wsgi"
    ASGI = "asgi"
    ADMISSION = "admission"
    TRAP = "trap"
    MODELS = "models"
    PORTICO_COLD = "portico-cold"
    PORTICO_WARM = "portico-warm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One row of the benchmark.

    `command(host, port, upstream_url)` is the argument vector that serves it, to be run from the
    repository's root with `environment` added. `needs` are the modules that it imports beside the
    product's own. `one`, `repositories` and `portfolio` are templates of its routes, in which
    `{owner}`, `{repo}` and `{login}` are to be filled; they are the same everywhere, below `root`.
    `is_sequential`: the calls that one answer takes are made one after the other.
    """

    name: str
    title: str
    stage: str
    kind: Kind
    description: str
    command: Callable[[str, int, str], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    root: str = ""
    is_sequential: bool = False

    @property
    def one(self) -> str:
        """The route that takes one call to GitHub."""
        return f"{self.root}/repos/{{owner}}/{{repo}}"

    @property
    def repositories(self) -> str:
        """The route that takes a call for each hundred repositories; it shows one hundred."""
        # Stages 0 to 2 show as many anyhow.
        return f"{self.root}/users/{{login}}/repos?limit=100"

    @property
    def portfolio(self) -> str:
        """The route that takes a call for each repository, and a few more."""
        return f"{self.root}/users/{{login}}/portfolio"
