"""`fields=login,totals.stars,repositories.full_name`: the members of a document that are wanted.

A name is checked against the document's model, so that a slip is an error and not an empty answer.
Of a list each item is cut alike. What a composed document says of itself is always there: a part
that is missing must not go unnoticed because nobody asked for `parts`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from types import UnionType
from typing import Any, Final, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel

from portico.portfolio.model import Composed

MOST_CHARACTERS: Final = 2_000
_PATH: Final = re.compile(r"[a-z_]+(?:\.[a-z_]+)*")
_EVERY_ITEM: Final = "__all__"

Selection: TypeAlias = dict[str, Any]
"""What pydantic calls `include`: members, each with True or with its own members."""


def selection_of(text: str, model: type[BaseModel]) -> Selection:
    """Return the members that a `fields` parameter names.

    Raises:
        ValueError: it is no list of names, or names what the document does not have.

    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"fields must have {MOST_CHARACTERS} characters at the most")
    chosen: Selection = {}
    for path in text.split(","):
        if not _PATH.fullmatch(path.strip()):
            raise ValueError("fields must be names separated by commas, as in fields=login,name")
        _choose(chosen, path.strip().split("."), model, path.strip())
    if issubclass(model, Composed):
        chosen |= dict.fromkeys(Composed.model_fields, True)
    return chosen


def _choose(chosen: Selection, names: list[str], model: type[BaseModel], path: str) -> None:
    name, *rest = names
    if name not in model.model_fields:
        close = get_close_matches(name, model.model_fields, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ValueError(f"fields: there is no {path}{hint}")
    inner, is_list = _inner(model.model_fields[name].annotation)
    if not rest or chosen.get(name) is True:
        # The whole member, also if parts of it were named before or are named again.
        chosen[name] = True
        return
    if inner is None:
        raise ValueError(f"fields: {name} has no members, so there is no {path}")
    below = chosen.setdefault(name, {_EVERY_ITEM: {}} if is_list else {})
    _choose(below[_EVERY_ITEM] if is_list else below, rest, inner, path)


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, bool]:  # noqa: ANN401 (a type of any kind)
    """Return the model that a member holds, or None, and whether it holds a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    origin = get_origin(annotation)
    if origin is list:
        return _inner(get_args(annotation)[0])[0], True
    if origin in (Union, UnionType):
        found = (_inner(each) for each in get_args(annotation))
        return next((each for each in found if each[0] is not None), (None, False))
    return None, False
