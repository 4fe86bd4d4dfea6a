"""gidgethub, asynchronous and small: paths in, decoded JSON out.

It follows `Link` as it stands; redirects are followed by aiohttp below it. Each call here has a
session and a loop of its own, so that the driver is synchronous like the others.
"""

# ruff: noqa: D102 - what each method does is said once, in driver.py

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, ClassVar, TypeVar

import gidgethub
from aiohttp import ClientSession
from gidgethub.aiohttp import GitHubAPI

from tests.clients.driver import Json, Trouble

T = TypeVar("T")


class Gidgethub:
    """A `Driver`."""

    raises: ClassVar[Mapping[Trouble, type[Exception]]] = {
        Trouble.BAD_CREDENTIAL: gidgethub.BadRequest,
        Trouble.FORBIDDEN: gidgethub.BadRequest,
        Trouble.NOT_FOUND: gidgethub.BadRequest,
        Trouble.INVALID: gidgethub.InvalidField,
        Trouble.PRIMARY: gidgethub.RateLimitExceeded,
        Trouble.SECONDARY: gidgethub.BadRequest,  # it knows no secondary limits
        Trouble.SECONDARY_429: gidgethub.BadRequest,
    }

    def __init__(
        self, url: str, token: str, *, cache: MutableMapping[str, Any] | None = None
    ) -> None:
        self._url = url
        self._token = token
        self._cache = cache

    def user(self, login: str) -> str | None:
        name: str | None = self.get(f"/users/{login}")["name"]
        return name

    def repository(self, full_name: str) -> str:
        name: str = self.get(f"/repos/{full_name}")["full_name"]
        return name

    def repositories(self, login: str, *, per_page: int) -> list[str]:
        async def all_pages(api: GitHubAPI) -> list[str]:
            pages = api.getiter(f"/users/{login}/repos?per_page={per_page}")
            return [repository["full_name"] async for repository in pages]

        return self.run(all_pages)

    def search(self, query: str) -> list[str]:
        async def all_found(api: GitHubAPI) -> list[str]:
            found = api.getiter("/search/repositories?q={query}", {"query": query})
            return [repository["full_name"] async for repository in found]

        return self.run(all_found)

    def open_issue(self, full_name: str, title: str) -> int:
        path, data = f"/repos/{full_name}/issues", {"title": title}
        number: int = self.run(lambda api: api.post(path, data=data))["number"]
        return number

    def issue(self, full_name: str, number: int) -> str:
        title: str = self.get(f"/repos/{full_name}/issues/{number}")["title"]
        return title

    def issues(self, full_name: str) -> list[str]:
        return [issue["title"] for issue in self.get(f"/repos/{full_name}/issues")]

    def get(self, path: str) -> Json:
        return self.run(lambda api: api.getitem(path))

    def told(self, error: Exception) -> tuple[int, str]:
        assert isinstance(error, gidgethub.HTTPException)
        return int(error.status_code), str(error)

    def run(self, call: Callable[[GitHubAPI], Awaitable[T]]) -> T:
        """Return what a coroutine makes of the library's API object."""

        async def run() -> T:
            async with ClientSession() as session:
                api = GitHubAPI(
                    session, "me", oauth_token=self._token, cache=self._cache, base_url=self._url
                )
                return await call(api)

        return asyncio.run(run())
