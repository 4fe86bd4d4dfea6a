"""Header fields -> on whose behalf, and whether that caller may ask for it at all.

Three kinds of caller: who brings a GitHub credential (what it sees, stored for its holder alone),
who brings a key of Portico's (what the key's grant names, and no GitHub secret), and everybody
else. A key never leaves Portico.
"""

from __future__ import annotations

from dataclasses import replace

from portico.core.audience import Caller, principal_caller, public_caller, read_authorization
from portico.core.errors import CredentialNeeded, NotAllowed
from portico.core.grant import CredentialKind, Grant, refusal
from portico.core.graphql import GRAPHQL_PATH
from portico.core.limits import RATE_LIMIT_PATH
from portico.core.message import Headers, Request
from portico.core.portico_key import is_portico_key
from portico.core.resource import classify
from portico.web.state import State


def caller_of(headers: Headers, state: State, *, address: str = "") -> Caller:
    """Return the caller: the holder of the credential or key sent, or everybody.

    `address` is the network that one without a credential is counted by.

    Raises:
        CredentialNeeded: an `Authorization` field is there but cannot be read, or holds a key of
            Portico's that is no good.

    """
    values = headers.all("Authorization")
    if not values:
        return replace(everybody(state), address=address)
    try:
        # Two fields: one proxy might check the first and another use the second.
        credential = read_authorization(", ".join(values))
    except ValueError as error:
        raise CredentialNeeded(str(error)) from error
    if is_portico_key(credential.secret):
        return _holder(state.keyring.find(credential.secret), state)
    caller = principal_caller(credential, key=state.secret)
    return replace(caller, bucket=state.holders.bucket_of(caller.bucket))


def github_caller(request: Request, state: State, *, address: str = "") -> Caller:
    """Return the caller of a request for GitHub's own API. `address` is as in `caller_of`.

    Of GraphQL the body is not there yet: `permit` is to be asked again when it is.

    Raises:
        CredentialNeeded: it needs a credential, and none (or none that can be read) was sent.
        NotAllowed: this Portico does not serve that to this caller.

    """
    path = request.path
    if "Authorization" in request.headers:
        caller = caller_of(request.headers, state)
        if caller.grant is None:
            return caller
        if path != GRAPHQL_PATH:
            permit(caller.grant, request, state)
        return less_what_is_not_lent(caller, path, state)
    if not state.is_proxy_anonymous:
        raise CredentialNeeded("This Portico proxies GitHub only for callers with a credential")
    if not request.is_read:
        raise CredentialNeeded("Requires authentication")
    refuse_other_owners(classify(path).owner, state)
    return less_what_is_not_lent(replace(everybody(state), address=address), path, state)


def permit(grant: Grant, request: Request, state: State) -> None:
    """Refuse what a key's grant does not name.

    Raises:
        NotAllowed: the grant lacks something; the detail says what.

    """
    reason = refusal(grant, request, owner=state.gateway.invalidate.owner_of(request.path))
    if reason is not None:
        raise NotAllowed(reason)


def permit_owner(caller: Caller, owner: str | None, state: State) -> None:
    """Refuse a clean endpoint about an account that is not this caller's to ask about.

    Raises:
        NotAllowed: PORTICO_OWNERS, or the key's grant, does not name the owner.

    """
    if caller.grant is not None:
        if not caller.grant.allows_owner(owner.lower() if owner else None):
            raise NotAllowed(f"The key {caller.grant.name!r} is not for the owner {owner!r}")
    elif caller.is_public:
        refuse_other_owners(owner, state)


def refuse_other_owners(owner: str | None, state: State) -> None:
    """Refuse a caller without a credential whom PORTICO_OWNERS does not let ask for `owner`.

    Raises:
        NotAllowed: there is a list, and this owner (or no owner at all) is not on it.

    """
    if state.owners and (owner is None or owner.lower() not in state.owners):
        raise NotAllowed("Without a credential, this Portico serves only its configured owners")


def _holder(grant: Grant, state: State) -> Caller:
    if grant.credential is CredentialKind.APP and state.app is None:
        raise NotAllowed("The key acts as a GitHub App, and none is configured")
    if grant.credential is CredentialKind.NONE:
        return replace(public_caller(None, key=state.secret), grant=grant)
    # For the App's the right installation is found when the request is whole (web/lending.py).
    return replace(everybody(state), grant=grant)


def everybody(state: State) -> Caller:
    """Return the caller that all without a credential of their own are."""
    operator = state.operator
    return public_caller(operator.credential, key=state.secret, bucket=operator.bucket)


def less_what_is_not_lent(caller: Caller, path: str, state: State) -> Caller:
    """Return a public caller without the operator's credential where that may not be used.

    What is left of the bucket that everybody spends from may be known to everybody; whatever
    else may be the credential's own is asked for without one. GraphQL knows no anonymous callers.
    """
    is_lent = classify(path).is_for_everybody or path in (RATE_LIMIT_PATH, GRAPHQL_PATH)
    if is_lent or not caller.is_public:
        return caller
    nobody = public_caller(None, key=state.secret)
    return replace(nobody, grant=caller.grant, address=caller.address)
