"""Who may see what everybody spends: the operator, by key or by sitting at this machine."""

from __future__ import annotations

from portico.core.audience import Caller
from portico.core.errors import CredentialNeeded, NotAllowed
from portico.web.state import State


def is_operator(caller: Caller, state: State) -> bool:
    """Return whether a caller is the operator.

    Without a key that is whoever reaches a Portico that listens on this machine alone, and before
    which no proxy stands that would bring others there.
    """
    if caller.grant is not None:
        return caller.grant.is_operators
    return caller.is_public and state.is_local


def require_operator(caller: Caller, state: State) -> None:
    """Refuse everybody but the operator.

    Raises:
        CredentialNeeded: no key was brought.
        NotAllowed: the key, or token, is not the operator's.

    """
    if is_operator(caller, state):
        return
    if caller.grant is None and caller.is_public:
        raise CredentialNeeded("This needs a Portico key with operator = true; see docs/keys.md")
    raise NotAllowed("This needs a Portico key with operator = true; see docs/keys.md")
