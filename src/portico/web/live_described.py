"""What OpenAPI says of `/live`, which FastAPI does not answer itself (`web/live.py`)."""

from __future__ import annotations

from typing import Any, Final

from portico.core.event_stream import MEDIA_TYPE
from portico.core.live import MOST_SUBJECTS, TOLD
from portico.web.documented import PROBLEMS

_ABOUT: Final = f"""\
Server-sent events: what happens in repositories, as GitHub's webhooks tell of it. Ask for
repositories, for all of an owner's, or both: at most {MOST_SUBJECTS} together. Events without a
name carry JSON; `reset`, `overrun`, `lost` and `closing` are Portico's own words. Nothing of a
repository is told to whom GitHub does not show it.

The answer does not end by itself, so "Try it out" shows nothing; use `curl -N` or `EventSource`.
"""


def _query(name: str, description: str, items: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "array", "items": items}
    return {"name": name, "in": "query", "description": description, "schema": schema}


_TEXT: Final = {"type": "string"}
LIVE_ITEM: Final[dict[str, Any]] = {
    "get": {
        "tags": ["live"],
        "summary": "What changes, as it happens",
        "description": _ABOUT,
        "parameters": [
            _query("repo", "`owner/name`; case does not matter.", _TEXT),
            _query("user", "The login of a user or an organisation.", _TEXT),
            _query("event", "Only these events.", {"type": "string", "enum": sorted(TOLD)}),
            {
                "name": "last_event_id",
                "in": "query",
                "description": "For clients that cannot send `Last-Event-ID`.",
                "schema": _TEXT,
            },
            {
                "name": "Last-Event-ID",
                "in": "header",
                "description": "Go on after this event; browsers send it when they come back.",
                "schema": _TEXT,
            },
        ],
        "responses": {
            "200": {
                "description": "The stream.",
                "content": {MEDIA_TYPE: {"schema": _TEXT}},
            },
            **{str(status): said for status, said in PROBLEMS.items() if status != 304},
        },
    }
}
