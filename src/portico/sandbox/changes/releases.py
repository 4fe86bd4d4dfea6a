"""Releases: published, edited, deleted."""

from __future__ import annotations

from portico.sandbox.bodies import releases as release_bodies
from portico.sandbox.changes.git import GitChanges
from portico.sandbox.message import Json
from portico.sandbox.model import Release, Repository


class ReleaseChanges(GitChanges):
    """What happens to releases."""

    __slots__ = ()

    def publish_release(
        self,
        repository: Repository | str,
        tag: str,
        *,
        name: str = "",
        body: str = "",
        prerelease: bool = False,
        draft: bool = False,
        login: str | None = None,
    ) -> Release:
        """Release a tag, making it if it is missing, and return the release.

        Three actions of `release` tell of it; of a draft, nothing but `created`, and it has no tag.
        """
        with self.lock:
            repo, now = self.find(repository), self.clock()
            author = self.actor(repo, login)
            if not draft and tag not in repo.history.tags:
                self.create_tag(repo, tag)
            published_at = None if draft else now
            release = Release(
                self.next_id(), tag, name or tag, body, author, now, published_at, draft, prerelease
            )
            repo.releases.insert(0, release)
            self._tell_release(repo, release, "created")
            if not draft:
                self._tell_release(repo, release, "published")
                self._tell_release(repo, release, "prereleased" if prerelease else "released")
            return release

    def edit_release(
        self,
        repository: Repository | str,
        release_id: int,
        *,
        name: str | None = None,
        body: str | None = None,
    ) -> None:
        """Change a release's name or text; None leaves it as it is."""
        with self.lock:
            repo, release = self._release(repository, release_id)
            changes: dict[str, Json] = {}
            for key, new in (("name", name), ("body", body)):
                if new is not None and new != getattr(release, key):
                    changes[key] = {"from": getattr(release, key)}
                    setattr(release, key, new)
            if changes:
                release.updated_at = self.clock()
                self._tell_release(repo, release, "edited", changes=changes)

    def delete_release(self, repository: Repository | str, release_id: int) -> None:
        """Delete a release; its tag stays."""
        with self.lock:
            repo, release = self._release(repository, release_id)
            repo.releases.remove(release)
            self._tell_release(repo, release, "deleted")

    def _tell_release(self, repo: Repository, release: Release, action: str, **body: Json) -> None:
        told = release_bodies.release(release, repo, self.outsider)
        self.tell("release", repo, release.author, action=action, release=told, **body)

    def _release(self, repository: Repository | str, release_id: int) -> tuple[Repository, Release]:
        repo = self.find(repository)
        return repo, {each.id: each for each in repo.releases}[release_id]
