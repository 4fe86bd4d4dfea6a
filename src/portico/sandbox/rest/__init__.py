"""The REST endpoints that the sandbox knows, one file per family, and their one table."""

from __future__ import annotations

from portico.sandbox.rest import (
    accounts,
    actions,
    activity,
    apps,
    checks,
    contents,
    history,
    hooks,
    issues,
    meta,
    pulls,
    releases,
    repositories,
    repository_lists,
    search,
    stars,
    stats,
)
from portico.sandbox.routing import Table

_FAMILIES = (
    meta,
    apps,
    accounts,
    repository_lists,
    stars,
    activity,
    repositories,
    contents,
    checks,  # before history, whose /commits/{ref:path} takes everything
    history,
    issues,
    pulls,
    releases,
    actions,
    hooks,
    search,
    stats,
)

TABLE = Table([route for family in _FAMILIES for route in family.ROUTES])
