"""With which credential a key that acts as the GitHub App asks: the installation's that reaches.

Done once the request is whole, as GraphQL names its subject in the body. Where the App is not
installed there is nothing private to reach: GitHub is asked as for everybody, and what comes is
stored for everybody. Nobody writes that way.
"""

from __future__ import annotations

from dataclasses import replace

from portico.core.audience import Caller, installation_caller
from portico.core.credential_choice import Offer, choose
from portico.core.errors import NotAllowed
from portico.core.grant import CredentialKind, Grant, owner_asked
from portico.core.graphql import GRAPHQL_PATH, root_fields
from portico.core.message import Request
from portico.core.resource import classify
from portico.web.caller import everybody, less_what_is_not_lent
from portico.web.state import State


def acts_as_app(caller: Caller) -> bool:
    """Return whether the caller's key acts as the GitHub App's installations."""
    return caller.grant is not None and caller.grant.credential is CredentialKind.APP


async def lent(caller: Caller, request: Request, state: State) -> Caller:
    """Return the caller with what a request for GitHub's own API is to be asked with.

    Raises:
        NotAllowed: the installation is suspended, or there is none to write with.
        GitHubError: GitHub could not be asked where the App is installed.

    """
    if caller.grant is None or not acts_as_app(caller):
        return caller
    path = request.path
    owner = owner_asked(caller.grant, request, owner=state.gateway.invalidate.owner_of(path))
    _, _, repository = (classify(path).repository or "").partition("/")
    is_write = _writes(request)
    found = await _chosen(caller.grant, owner, repository or None, path, state, is_write=is_write)
    return less_what_is_not_lent(found, path, state)


async def lent_for(caller: Caller, owner: str, state: State) -> Caller:
    """Return the caller with what a document about `owner`'s things is to be asked with.

    Raises:
        NotAllowed: the installation is suspended.
        GitHubError: GitHub could not be asked where the App is installed.

    """
    if caller.grant is None or not acts_as_app(caller):
        return caller
    path = f"/users/{owner}"
    return await _chosen(caller.grant, owner.lower(), None, path, state, is_write=False)


async def _chosen(
    grant: Grant,
    owner: str | None,
    repository: str | None,
    path: str,
    state: State,
    *,
    is_write: bool,
) -> Caller:
    offered: list[tuple[str | None, Caller]] = []
    if not is_write:
        offered.append((None, replace(everybody(state), grant=grant)))
    if state.app is not None and owner is not None:
        loan = await state.app.lend(owner, repository, may_write=is_write)
        # Of a repository that moved it may be another account's.
        if loan is not None and grant.allows_owner(loan.account):
            own = installation_caller(loan.installation_id, loan.credential, key=state.secret)
            offered.append((owner, replace(own, grant=grant, failure=loan.failure)))
    callers = {
        Offer(each.bucket, account, _remaining(each, path, state)): each
        for account, each in offered
    }
    choice = choose(callers, owner=owner, for_public=False)
    if choice is None:
        where = f"not installed on {owner!r}" if owner else "asked about no one account"
        raise NotAllowed(f"The GitHub App is {where}, so it cannot write there")
    return callers[choice]


def _writes(request: Request) -> bool:
    """Return whether a request may change something; GraphQL's queries are sent by POST too."""
    if request.path != GRAPHQL_PATH:
        return not request.is_read
    fields = root_fields(request.body)
    return fields is None or any(one.is_mutation for one in fields)


def _remaining(caller: Caller, path: str, state: State) -> int | None:
    window = state.gateway.window(caller, path)
    return None if window is None else window.remaining
