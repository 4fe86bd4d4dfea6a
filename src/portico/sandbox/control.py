"""The control plane, for people and for other processes: JSON under /_sandbox.

GET    /_sandbox              this list
GET    /_sandbox/counters     calls and points; DELETE sets them to zero
GET    /_sandbox/log?n=50     the newest exchanges, tokens by their markers
GET    /_sandbox/tokens       the credentials that this world knows, all invented
POST   /_sandbox/faults       {"kind": "unicorn", "path": "/repos/*", "times": 2}; GET, DELETE
POST   /_sandbox/change       {"do": "push", "repository": "solveig/harbor"}

Webhooks are in `control_hooks`: /_sandbox/hooks and /_sandbox/deliveries.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from portico.sandbox import control_hooks
from portico.sandbox.faults import Fault, FaultKind
from portico.sandbox.message import Json, Request, Response

if TYPE_CHECKING:
    from portico.sandbox.sandbox import Exchange, Sandbox

PREFIX = "/_sandbox"
_NEWEST = 50

# What `do` may name, of the methods of World -> the keys that it takes.
CHANGES = {
    "push": ("repository", "path", "branch", "login", "message"),
    "create_branch": ("repository", "name", "sha"),
    "delete_branch": ("repository", "name"),
    "create_tag": ("repository", "name", "sha"),
    "delete_tag": ("repository", "name"),
    "star": ("repository", "login"),
    "unstar": ("repository", "login"),
    "create_repository": ("owner", "name", "private"),
    "fork": ("repository", "login"),
    "edit_repository": ("repository", "description", "homepage", "topics", "default_branch"),
    "make_private": ("repository", "private"),
    "archive": ("repository", "archived"),
    "rename": ("repository", "name"),
    "transfer": ("repository", "owner"),
    "delete_repository": ("repository",),
    "open_issue": ("repository", "title", "login", "body"),
    "close_issue": ("repository", "number", "reason", "login"),
    "reopen_issue": ("repository", "number", "login"),
    "edit_issue": ("repository", "number", "title", "body", "login"),
    "assign_issue": ("repository", "number", "login", "assigned"),
    "label_issue": ("repository", "number", "name", "labeled", "login"),
    "comment": ("repository", "number", "body", "login"),
    "edit_comment": ("repository", "number", "comment_id", "body"),
    "delete_comment": ("repository", "number", "comment_id"),
    "create_label": ("repository", "name", "color", "description"),
    "delete_label": ("repository", "name"),
    "open_pull": ("repository", "title", "login", "head", "body", "draft"),
    "mark_ready": ("repository", "number", "ready"),
    "review": ("repository", "number", "login", "state", "body"),
    "merge_pull": ("repository", "number", "login"),
    "publish_release": ("repository", "tag", "name", "body", "prerelease", "draft", "login"),
    "edit_release": ("repository", "release_id", "name", "body"),
    "delete_release": ("repository", "release_id"),
    "set_status": ("repository", "ref", "state", "context", "description", "login"),
    "start_check": ("repository", "ref", "name"),
    "complete_check": ("repository", "ref", "name", "conclusion"),
    "start_workflow": ("repository", "ref", "name"),
    "complete_workflow": ("repository", "ref", "name", "conclusion"),
    "add_collaborator": ("repository", "login"),
    "remove_collaborator": ("repository", "login"),
    "add_member": ("organization", "login"),
    "remove_member": ("organization", "login"),
    "rename_account": ("login", "new"),
    "suspend": ("installation_id", "suspended"),
    "uninstall": ("installation_id",),
}


def is_meant(path: str) -> bool:
    """Whether a path belongs to the control plane."""
    return path == PREFIX or path.startswith(PREFIX + "/")


def answer(sandbox: Sandbox, request: Request) -> Response:
    """Answer a request to the control plane; mistakes get a 400 that says what was wrong."""
    act = _ACTIONS.get((request.method, request.path.removeprefix(PREFIX).strip("/")))
    if act is None:
        return _response(404, {"error": "unknown", "known": [" ".join(k) for k in _ACTIONS]})
    try:
        return _response(200, act(sandbox, request))
    except (KeyError, TypeError, ValueError) as error:
        return _response(400, {"error": f"{type(error).__name__}: {error}"})


def _response(status: int, body: Json) -> Response:
    text = json.dumps(body, indent=2, ensure_ascii=False) + "\n"
    headers = (("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store"))
    return Response(status, headers, text.encode())


def _index(_: Sandbox, __: Request) -> Json:
    return {"see": [" ".join([m, f"{PREFIX}/{p}"]) for m, p in _ACTIONS], "changes": CHANGES}


def _counters(sandbox: Sandbox, _: Request) -> Json:
    resources = sorted({each.resource for each in sandbox.log if each.resource})
    statuses: dict[str, int] = {}
    for each in sandbox.log:
        statuses[str(each.status)] = statuses.get(str(each.status), 0) + 1
    return {
        "calls": sandbox.calls(),
        "points": {name: sandbox.points(name) for name in resources},
        "statuses": statuses,
        "most_in_flight": sandbox.most_in_flight,
    }


def _reset_counters(sandbox: Sandbox, request: Request) -> Json:
    sandbox.reset_counters()
    return _counters(sandbox, request)


def _log(sandbox: Sandbox, request: Request) -> Json:
    newest = int(request.parameter("n", str(_NEWEST)))
    return [_shown(sandbox, each) for each in sandbox.log[-newest:]]


def _shown(sandbox: Sandbox, each: Exchange) -> Json:
    value = each.authorization.partition(" ")[2]
    token = sandbox.world.tokens.get(value)
    return {**asdict(each), "authorization": token.marker if token else bool(value)}


def _tokens(sandbox: Sandbox, _: Request) -> Json:
    return [
        {"value": t.value, "login": t.login, "scopes": t.scopes, "marker": t.marker}
        for t in sandbox.world.tokens.values()
    ]


def _faults(sandbox: Sandbox, _: Request) -> Json:
    return [asdict(fault) for fault in sandbox.faults.waiting]


def _add_fault(sandbox: Sandbox, request: Request) -> Json:
    sent = json.loads(request.body)
    sandbox.faults.add(Fault(**{**sent, "kind": FaultKind(sent["kind"])}))
    return _faults(sandbox, request)


def _clear_faults(sandbox: Sandbox, request: Request) -> Json:
    sandbox.faults.clear()
    return _faults(sandbox, request)


def _change(sandbox: Sandbox, request: Request) -> Json:
    sent = json.loads(request.body)
    known = CHANGES[sent["do"]]
    details = {key: sent[key] for key in known if key in sent}
    result = getattr(sandbox.world, sent["do"])(**details)
    return {"done": sent["do"], "result": _named(result)}


def _named(result: object) -> Json:
    """Return what names the thing that a change has made: an issue's number, another's id."""
    if isinstance(result, int | str):
        return result
    return getattr(result, "number", getattr(result, "id", None))


_ACTIONS: dict[tuple[str, str], Callable[[Sandbox, Request], Json]] = {
    ("GET", ""): _index,
    ("GET", "counters"): _counters,
    ("DELETE", "counters"): _reset_counters,
    ("GET", "log"): _log,
    ("GET", "tokens"): _tokens,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "change"): _change,
    **control_hooks.ACTIONS,
}
