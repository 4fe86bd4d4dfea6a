"""What must be equal in the answers of all stages: the whole JSON but two members of each part.

A part of a composed document says how old its answers are (`age_s`) and how they came about
(`modes`). Stages 0 to 2 keep nothing, so these are always 0 and `miss` there; stage 3 exists to
make them something else. All the rest counts: how many calls were made, and whether one failed.
"""

from __future__ import annotations

import json
from typing import Final

HOW_IT_CAME_ABOUT: Final = ("age_s", "modes")


def picture(body: bytes) -> object:
    """Return what a body shows, comparable with `==`.

    Raises:
        ValueError: the body is no JSON object.

    """
    document = json.loads(body)
    if not isinstance(document, dict):
        raise ValueError("The body is no JSON object")  # noqa: TRY004 (a value, not a type, of ours)
    if "parts" in document:
        document["parts"] = [_without(part, *HOW_IT_CAME_ABOUT) for part in document["parts"]]
    return document


def _without(part: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in part.items() if name not in names}
