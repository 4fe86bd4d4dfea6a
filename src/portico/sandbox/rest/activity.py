"""What happened: public events, stars and their history, starring."""

from __future__ import annotations

from portico.sandbox import link
from portico.sandbox.bodies import activity as activity_bodies
from portico.sandbox.call import Call
from portico.sandbox.git import Commit
from portico.sandbox.message import Answer, Caching
from portico.sandbox.model import Account, Repository
from portico.sandbox.routing import Route, route

_MOST_EVENTS = 300
_MOST_WEEKS = 30
_POLL = (("X-Poll-Interval", "60"),)


def list_events(call: Call) -> Answer:
    """Answer with a user's public events, newest first.

    GitHub forgets them after 30 days; the sandbox does not, or its world would fall silent.
    """
    account = call.account()
    found = sorted(_events(call, account), key=lambda event: -event[1].date_at)[:_MOST_EVENTS]
    page = link.by_number(call.request, found, f"/user/{account.id}/events/public")
    body = [activity_bodies.push_event(account, *each, call.view) for each in page.items]
    newest = page.items[0][1].date_at if page.items else None
    return Answer(
        json=body, link=page.link, last_modified_at=newest, caching=Caching.EVENTS, headers=_POLL
    )


def _events(call: Call, account: Account) -> list[tuple[Repository, Commit]]:
    return [
        (repository, commit)
        for repository in call.world.repositories.values()
        if not repository.private
        for commit in repository.commits
        if commit.login == account.login
    ]


ROUTES: list[Route] = [
    route(
        "GET",
        "/users/{login}/events/public",
        list_events,
        "activity/events#list-public-events-for-a-user",
    ),
    route(
        "GET",
        "/user/{id:int}/events/public",
        list_events,
        "activity/events#list-public-events-for-a-user",
    ),
]
