"""Header fields -> on whose behalf, and whether that caller may ask for it at all."""

from __future__ import annotations

from portico.core.audience import Caller, principal_caller, public_caller, read_authorization
from portico.core.errors import CredentialNeeded, NotAllowed
from portico.core.limits import RATE_LIMIT_PATH
from portico.core.message import Headers
from portico.core.resource import classify
from portico.web.state import State


def caller_of(headers: Headers, state: State) -> Caller:
    """Return the caller: the holder of the credential sent, or everybody.

    Raises:
        CredentialNeeded: an `Authorization` field is there but cannot be read.

    """
    values = headers.all("Authorization")
    if not values:
        return public_caller(state.operator.credential, key=state.secret)
    try:
        # Two fields: one proxy might check the first and another use the second.
        return principal_caller(read_authorization(", ".join(values)), key=state.secret)
    except ValueError as error:
        raise CredentialNeeded(str(error)) from error


def github_caller(headers: Headers, path: str, state: State, *, is_read: bool) -> Caller:
    """Return the caller of a request for GitHub's own API at `path`.

    Raises:
        CredentialNeeded: it needs a credential, and none (or none that can be read) was sent.
        NotAllowed: this Portico does not serve that to callers without a credential.

    """
    if "Authorization" in headers:
        return caller_of(headers, state)
    if not state.is_proxy_anonymous:
        raise CredentialNeeded("This Portico proxies GitHub only for callers with a credential")
    if not is_read:
        raise CredentialNeeded("Requires authentication")
    resource = classify(path)
    refuse_other_owners(resource.owner, state)
    # What is left of the bucket that everybody spends from may be known to everybody; whatever
    # else may be the credential's own is asked for without one.
    is_lent = resource.is_for_everybody or path == RATE_LIMIT_PATH
    return public_caller(state.operator.credential if is_lent else None, key=state.secret)


def refuse_other_owners(owner: str | None, state: State) -> None:
    """Refuse a caller without a credential whom PORTICO_OWNERS does not let ask for `owner`.

    Raises:
        NotAllowed: there is a list, and this owner (or no owner at all) is not on it.

    """
    if state.owners and (owner is None or owner.lower() not in state.owners):
        raise NotAllowed("Without a credential, this Portico serves only its configured owners")
