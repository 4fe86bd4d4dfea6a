"""Files and directories as /contents, /readme and /license show them."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from portico.sandbox.bodies.accounts import GITHUB
from portico.sandbox.bodies.commits import base64_lines
from portico.sandbox.bodies.repositories import license_simple, repository_url
from portico.sandbox.bodies.view import View
from portico.sandbox.git import TreeItem
from portico.sandbox.message import Json
from portico.sandbox.model import Repository


def entry(item: TreeItem, repository: Repository, view: View, *, ref: str) -> dict[str, Json]:
    """Return what files and directories have in common; directories hold a list of these."""
    base = repository_url(repository, view)
    is_file = item.kind == "blob"
    path = quote(item.path)
    url = f"{base}/contents/{path}?ref={quote(ref, safe='')}"
    git_url = f"{base}/git/{item.kind}s/{item.sha}"
    html = f"{GITHUB}/{repository.full_name}/{'blob' if is_file else 'tree'}/{ref}/{path}"
    raw = f"https://raw.githubusercontent.com/{repository.full_name}/{ref}/{path}"
    token = view.caller.token
    if repository.private and token is not None:
        raw += f"?token={token.marker}"  # GitHub signs links to private files; ours name the asker
    return {
        "name": item.name,
        "path": item.path,
        "sha": item.sha,
        "size": item.size or 0,
        "url": url,
        "html_url": html,
        "git_url": git_url,
        "download_url": raw if is_file else None,
        "type": "file" if is_file else "dir",
        "_links": {"self": url, "git": git_url, "html": html},
    }


def file(
    item: TreeItem, data: bytes, repository: Repository, view: View, *, ref: str
) -> dict[str, Json]:
    """Return a file with its content in base64."""
    body = entry(item, repository, view, ref=ref)
    links = body.pop("_links")
    return {**body, "content": base64_lines(data), "encoding": "base64", "_links": links}


def license_file(
    item: TreeItem, data: bytes, repository: Repository, view: View, *, ref: str
) -> dict[str, Json]:
    """Return the licence's file together with the licence that GitHub found in it."""
    body = file(item, data, repository, view, ref=ref)
    return {**body, "license": license_simple(repository.license_key, view)}


def rendered(data: bytes) -> str:
    """Return a file as HTML. Of Markdown's rules only two: paragraphs, and HTML between them.

    The HTML is not cleaned, unlike GitHub's: whoever shows it must not rely on that.
    """
    paragraphs = data.decode(errors="replace").strip("\n").split("\n\n")
    blocks = [text if text.startswith("<") else f"<p>{escape(text)}</p>" for text in paragraphs]
    article = "\n".join(blocks)
    return f'<div id="file"><article class="markdown-body">{article}</article></div>'
