"""The shortest road to a composed document: one that is kept is sent without FastAPI.

Whatever is out of the ordinary (a credential that cannot be read, a document that is not kept,
a caller with wishes of their own about freshness) is left to the route, which decides and answers.
"""

from __future__ import annotations

from typing import Final

from portico.core.errors import PorticoError
from portico.core.message import Headers
from portico.core.policy import Mode
from portico.core.tally import COMPOSED, Cost
from portico.web.asgi import Scope, Send, send_whole
from portico.web.caller import caller_of
from portico.web.documents import asked_by
from portico.web.lending import acts_as_app
from portico.web.record import Record
from portico.web.state import State

# With one of these a caller says how fresh each part must be.
WISHES: Final = ("Cache-Control", "Pragma", "Portico-Position")


async def send_kept(scope: Scope, send: Send, record: Record, state: State) -> bool:
    """Send the kept document that answers a GET or HEAD; return whether there was one."""
    if not len(state.documents):
        return False
    headers = Headers.from_asgi(scope["headers"])
    if any(name in headers for name in WISHES):
        return False
    try:
        caller = caller_of(headers, state)
    except PorticoError:
        return False
    if acts_as_app(caller):
        # On whose behalf is seen when it is known where the App is installed.
        return False
    now = state.clock.now()
    document = state.documents.find(asked_by(caller, scope), state.gateway, caller, now=now)
    if document is None:
        return False
    record.audience = "public" if caller.is_public else "principal"
    record.mode = Mode.HIT.value
    record.age_s = document.age_s(now)
    cost = Cost(0, document.calls)
    state.tally.count(caller, cost, route=COMPOSED, mode=record.mode)
    whole = document.answer(headers, now=now, cost=cost)
    await send_whole(send, whole.status, whole.fields, whole.body)
    return True
