"""Just enough of git: object ids as git computes them, and commits with one parent each.

Blob and tree ids are real (SHA-1 over git's object format), so a file's id is the one a client
would compute. Every ref shows the same tree: the sandbox keeps the default branch's files only, at
their newest state.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

SHA_LENGTH = 40
NO_COMMIT = "0" * SHA_LENGTH  # what stands for nothing where a push comes from, or leads to


def object_id(kind: str, data: bytes) -> str:
    """Return the id git gives to an object: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `login` names the account that GitHub matched with the e-mail, if any."""

    sha: str
    message: str
    login: str | None
    name: str
    email: str
    date_at: float
    parent: str | None
    path: str  # the file that it touched
    tree: str  # the object ids of what it holds, and of that file, as they were then
    blob: str


@dataclass(frozen=True, slots=True)
class TreeItem:
    """An entry of a directory; `size` is None for directories."""

    path: str
    mode: str
    kind: str
    sha: str
    size: int | None = None

    @property
    def name(self) -> str:
        """The last segment of the path."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(slots=True)
class History:
    """The commits (newest first, of all branches), refs and files of one repository."""

    commits: list[Commit] = field(default_factory=list)
    branches: dict[str, str] = field(default_factory=dict)  # name -> commit id
    tags: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever committed."""
        return not self.commits

    def commit(
        self,
        *,
        message: str,
        who: tuple[str | None, str, str],
        at: float,
        path: str,
        onto: str | None = None,
    ) -> Commit:
        """Add a commit on top of `onto`, else of the newest one; no ref moves.

        `who` is login, name and e-mail.
        """
        parent = onto or (self.commits[0].sha if self.commits else None)
        text = f"{parent} {message} {who} {at} {path} {len(self.commits)}"
        sha = object_id("commit", text.encode())
        made = Commit(sha, message, *who, at, parent, path, self.tree_id(), self.oid(path))
        self.commits.insert(0, made)
        return made

    def resolve(self, ref: str) -> str | None:
        """Return the commit id that a branch, tag or full or short id names."""
        name = ref.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/")
        found = self.branches.get(name) or self.tags.get(name)
        if found is None and len(name) >= 7:  # the shortest id that git itself prints
            found = next((c.sha for c in self.commits if c.sha.startswith(name)), None)
        return found

    def since(self, sha: str) -> list[Commit]:
        """Return the commits reachable from `sha`, newest first."""
        known = {commit.sha: commit for commit in self.commits}
        found: list[Commit] = []
        at = known.get(sha)
        while at is not None:
            found.append(at)
            at = known.get(at.parent) if at.parent else None
        return found

    def between(self, before: str, after: str) -> list[Commit]:
        """Return the commits reachable from `after` and not from `before`, oldest first."""
        old = {commit.sha for commit in self.since(before)}
        return [commit for commit in reversed(self.since(after)) if commit.sha not in old]

    def is_directory(self, path: str) -> bool:
        """Whether some file lies below the path; the root is the empty path."""
        return path == "" or any(name.startswith(path + "/") for name in self.files)

    def listing(self, directory: str) -> list[TreeItem]:
        """Return what lies directly in a directory, in git's order."""
        prefix = f"{directory}/" if directory else ""
        inside = [name for name in self.files if name.startswith(prefix)]
        names = {name[len(prefix) :].split("/", 1)[0] for name in inside}
        items = [self._item(prefix + name) for name in names]
        # git sorts a directory as if its name ended with a slash
        return sorted(items, key=lambda i: i.name + ("/" if i.kind == "tree" else ""))

    def _item(self, path: str) -> TreeItem:
        data = self.files.get(path)
        if data is None:
            return TreeItem(path, "040000", "tree", self.tree_id(path))
        return TreeItem(path, "100644", "blob", object_id("blob", data), len(data))

    def tree_id(self, directory: str = "") -> str:
        """Return the id of a directory's tree object."""
        rows = [
            f"{item.mode.lstrip('0')} {item.name}\0".encode() + bytes.fromhex(item.sha)
            for item in self.listing(directory)
        ]
        return object_id("tree", b"".join(rows))

    def directories(self) -> list[str]:
        """Return every directory, the root (empty path) first."""
        found = {""}
        for name in self.files:
            parts = name.split("/")[:-1]
            found.update("/".join(parts[: n + 1]) for n in range(len(parts)))
        return sorted(found)

    def find(self, path: str) -> TreeItem | None:
        """Return the file or directory at a path; None if there is nothing."""
        if path in self.files or self.is_directory(path):
            return self._item(path)
        return None

    def oid(self, path: str) -> str:
        """Return the object id of what lies at a path, or of nothing."""
        item = self.find(path)
        return item.sha if item else object_id("blob", b"")

    def blob(self, sha: str) -> bytes | None:
        """Return the file content with this id."""
        return next((d for d in self.files.values() if object_id("blob", d) == sha), None)
