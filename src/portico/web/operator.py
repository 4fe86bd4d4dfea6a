"""Who may see what everybody spends: the operator, by key or by sitting at this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from portico.core.address import network_of
from portico.core.audience import Caller
from portico.core.errors import CredentialNeeded, NotAllowed
from portico.core.message import Headers
from portico.web.state import State


def is_operator(caller: Caller, headers: Headers, state: State) -> bool:
    """Return whether the caller who sent these fields is the operator.

    Without a key that is whoever reaches a Portico that listens on this machine alone, and before
    which no proxy stands that would bring others there. Web pages of others reach it as well, from
    the operator's own browser: by a name of theirs that they let point here, which is then the
    `Host`, or across origins, which the `Origin` tells.
    """
    if caller.grant is not None:
        return caller.grant.is_operators
    if not caller.is_public or not state.is_local:
        return False
    places = [f"//{headers.get('Host')}", *headers.all("Origin")]
    return all(_is_here(place) for place in places)


def require_operator(caller: Caller, headers: Headers, state: State) -> None:
    """Refuse everybody but the operator.

    Raises:
        CredentialNeeded: no key was brought.
        NotAllowed: the key, or token, is not the operator's.

    """
    if is_operator(caller, headers, state):
        return
    message = "This needs a Portico key with operator = true; see docs/keys.md"
    if caller.grant is not None or not caller.is_public:
        raise NotAllowed(message)
    raise without_credential(message, state)


def without_credential(needs: str, state: State) -> CredentialNeeded:
    """Return the refusal of who brings nothing and is not taken for the operator."""
    if state.is_local:
        needs = f"Ask by 'localhost', and from no web page of another origin. Else: {needs}"
    return CredentialNeeded(needs)


def _is_here(url: str) -> bool:
    """Return whether the host of a URL is this machine by a name that nobody else can give."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host == "localhost" or not network_of(host)
