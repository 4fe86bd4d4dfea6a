"""A README's HTML -> HTML that may stand in anybody's page.

GitHub cleans what it renders, for its own pages and for its own rules of content security. Here
nothing is taken on trust: an allow-list of elements and attributes, by a parser that reads as
browsers do (ammonia, through nh3). Links lead to where they led on GitHub and are not followed by
search engines; ids get GitHub's own prefix, so that none can pass for a name of the page's scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urljoin

import nh3

from portico.portfolio.shown import web_url

# Cleaning takes less than a second for what keeps to all of these; it grows with the square of
# the last three. Browsers stop at a depth of 512, and GitHub renders no file over half a megabyte.
MOST_CHARACTERS: Final = 1_048_576
MOST_DEPTH: Final = 1_000
MOST_ENTITIES: Final = 100_000
MOST_IN_A_TAG: Final = 65_536

_ID_PREFIX: Final = "user-content-"
_TAGS: Final = frozenset(
    """
    a abbr article aside b bdi bdo blockquote br caption center cite code col colgroup dd
    del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd
    li mark ol p pre q rp rt ruby s samp small span strike strong sub summary sup table
    tbody td tfoot th thead time tr tt u ul var wbr
    """.split()  # noqa: SIM905 - sixty quotes are harder to read
)
# Elements whose text is not for reading, or is read in another way than other text.
_GONE_WITH_CONTENT: Final = frozenset(
    """
    embed iframe math noembed noframes noscript object plaintext script select style svg
    template textarea title xmp
    """.split()  # noqa: SIM905 - sixty quotes are harder to read
)
_SIZE: Final = {"height", "width"}
_SPAN: Final = {"align", "colspan", "rowspan"}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": {"dir", "id", "lang", "title"},
    "a": {"href"},
    "details": {"open"},
    "div": {"align"},
    "img": {"align", "alt", "src", *_SIZE},
    "input": {"checked", "disabled"},
    "ol": {"start"},
    "p": {"align"},
    "td": _SPAN,
    "th": _SPAN,
    **{f"h{level}": {"align"} for level in range(1, 7)},
}
# Of all inputs only the box of a task list. No second one per tag: their order would be random.
_FORCED: Final = {"input": {"type": "checkbox"}}
# A tag as serializers write it. No part of it can match a text in two ways.
_TAG: Final = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9-]*+)"""
    r"""(?:\s++[^\s"'<>/=]++(?:=(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?)*+\s*+/?>"""
)
_MARKUP: Final = re.compile(r"<[a-zA-Z/!?]")
_START: Final = re.compile(r"<[a-zA-Z]")
_VOID: Final = frozenset(
    """
    area base br col embed hr img input link meta source track wbr
    """.split()  # noqa: SIM905 - sixty quotes are harder to read
)
_BLANKS: Final = re.compile(r"[\t\n\r]")


def safe_html(html: str, *, file_url: str | None) -> str:
    """Return the HTML without anything that acts, loads, imitates or leads astray.

    `file_url` is the page of the file on GitHub, from which relative links start; without one they
    are taken out.

    Raises:
        ValueError: it is too large, or nested too deeply; the message says which.

    """
    if len(html) > MOST_CHARACTERS or html.count("&") > MOST_ENTITIES:
        raise ValueError("The README's HTML is too long.")
    if _depth(html) > MOST_DEPTH:
        raise ValueError("The README's HTML is nested too deeply.")
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_filter(file_url),
        set_tag_attribute_values=_FORCED,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
        id_prefix=_ID_PREFIX,
    )


def _depth(html: str) -> int:
    """Return a depth that a browser's reading of the HTML does not exceed by much.

    GitHub's HTML is well-formed, so each end tag closes the last start tag. From the first place
    where that is not so, browsers guess; from there on nothing is taken to be closed.

    Raises:
        ValueError: a tag is too long.

    """
    is_open: list[str] = []
    deepest = 0
    markup = _MARKUP.search(html)
    while markup:
        found = _TAG.match(html, markup.start())
        end, name = (found[1], found[2].lower()) if found else ("", "")
        if found is None or (end and is_open[-1:] != [name]):
            rest = html[markup.start() :]
            _check_length(max(map(len, rest.split(">"))))
            return max(deepest, len(is_open) + len(_START.findall(rest)))
        _check_length(len(found[0]))
        if end:
            is_open.pop()
        elif name not in _VOID:
            is_open.append(name)
            deepest = max(deepest, len(is_open))
        # Behind the tag: what looks like one within a quoted value is none.
        markup = _MARKUP.search(html, found.end())
    return deepest


def _check_length(characters: int) -> None:
    if characters > MOST_IN_A_TAG:
        raise ValueError("The README's HTML has a tag that is too long.")


def _filter(file_url: str | None) -> Callable[[str, str, str], str | None]:
    page = web_url(file_url)
    # Where GitHub has the file itself, not a page about it.
    raw = page.replace("/blob/", "/raw/", 1) if page else None

    def filtered(_tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            return _link(value, page)
        if attribute == "src":
            return _absolute(value, raw)
        return value

    return filtered


def _link(value: str, page: str | None) -> str | None:
    target = value.strip()
    if target.startswith("#"):
        # The ids that it may lead to have the prefix.
        name = target.removeprefix("#").removeprefix(_ID_PREFIX)
        return f"#{_ID_PREFIX}{name}"
    if target.lower().startswith("mailto:"):
        return target
    return _absolute(target, page)


def _absolute(value: str, base: str | None) -> str | None:
    # As browsers read it: blanks within do not count, other blanks are escaped.
    target = _BLANKS.sub("", value.strip()).replace(" ", "%20").replace("\\", "/")
    try:
        return web_url(urljoin(base or "", target))
    except ValueError:
        return None
