"""Hooks, and telling them: the one way from a change to its deliveries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Literal

from portico.sandbox import tokens
from portico.sandbox.access import Caller
from portico.sandbox.bodies import payloads
from portico.sandbox.bodies.view import View
from portico.sandbox.message import Json
from portico.sandbox.model import Account, Repository
from portico.sandbox.state import State
from portico.sandbox.webhooks.event import Event
from portico.sandbox.webhooks.hook import EVERYTHING, Hook, HookKind, WebhookDelivery, delivery

# Of the App on accounts on which it is not installed otherwise.
_FIRST_INSTALLATION_ID = 6_000_000
_NAMESPACE = uuid.UUID("7a3c1b52-5d0f-4c65-9a2e-5f6f0f6d1c11")


class Telling(State):
    """The part of the world that registers hooks and makes their deliveries."""

    __slots__ = ()

    @property
    def outsider(self) -> View:
        """How deliveries look at things: as nobody in particular, so without `permissions`."""
        return View(self.api_url, Caller("hookshot"))

    def add_hook(
        self,
        *,
        repository: Repository | str | None = None,
        owner: str | None = None,
        events: Iterable[str] = (EVERYTHING,),
        secret: str | None = None,
        url: str | None = None,
        content_type: Literal["json", "form"] = "json",
    ) -> Hook:
        """Register a hook on a repository, on an owner or, without either, on everybody.

        GitHub knows no hooks on a user's account: there, and on everybody, it is an App's, whose
        deliveries name the installation. The hook is greeted with a `ping`.

        Raises:
            KeyError: no such repository or owner.
            ValueError: both were given, or a URL that the sandbox cannot post to.

        """
        if repository is not None and owner is not None:
            raise ValueError("a hook is on a repository or on an owner, not on both")
        if url is not None and not url.startswith("http://"):
            raise ValueError("the sandbox posts to http:// only")
        with self.lock:
            about: Repository | Account | None = None
            if repository is not None:
                about = self.find(repository)
            elif owner is not None:
                about = self.accounts[owner.lower()]
            hook = Hook(
                id=self.next_id(),
                kind=_kind(about),
                about_id=about.id if about else None,
                app_id=tokens.INSTALLATION_APP_ID,
                created_at=self.clock(),
                events=frozenset(events),
                secret=None if secret is None else secret.encode(),
                url=url,
                content_type=content_type,
            )
            self.hooks.append(hook)
            self._say(hook, "ping", None, payloads.ping(hook, self._hooks_url(hook)))
            return hook

    def remove_hook(self, hook: Hook) -> None:
        """Take a hook away; `meta`, with action `deleted`, is its last delivery."""
        with self.lock:
            self.hooks.remove(hook)
            described = payloads.described(hook, self._hooks_url(hook))
            self._say(hook, "meta", "deleted", {"hook_id": hook.id, "hook": described})

    def redeliver(self, guid: str) -> WebhookDelivery:
        """Send an event's newest delivery again, with the same GUID; KeyError if it is not kept."""
        with self.lock:
            return self.outbox.redeliver(guid, self.clock(), self.next_delivery())

    def tell(
        self,
        name: str,
        about: Repository | Account,
        sender: Account,
        /,
        *,
        action: str | None = None,
        **body: Json,
    ) -> None:
        """Make the deliveries of an event for all hooks that hear it.

        `body` holds the payload's members apart from those that every payload has.
        """
        event = Event(self._guid(name), name, action, about, sender, body, self.clock())
        for hook in self.hooks:
            if hook.hears(event):
                self._send(event, hook)

    def _say(self, hook: Hook, name: str, action: str | None, body: dict[str, Json]) -> None:
        """Tell one hook something about itself."""
        about = self._registered_on(hook)
        sender = self.actor(about) if isinstance(about, Repository) else about
        if hook.kind is HookKind.APP:
            about = sender = None  # an App's hook is nobody's in particular
        self._send(Event(self._guid(name), name, action, about, sender, body, self.clock()), hook)

    def _send(self, event: Event, hook: Hook) -> None:
        installation_id = None
        if hook.kind is HookKind.APP and event.account is not None:
            installation_id = self.installation_id(event.account)
        payload = payloads.payload(event, self.outsider, installation_id=installation_id)
        self.outbox.send(delivery(event, hook, payload, self.next_delivery()), self.clock())

    def _guid(self, name: str) -> str:
        """Return a GUID that is the same in every run of the same world."""
        return str(uuid.uuid5(_NAMESPACE, f"{name} {self.next_delivery()} {self.clock()}"))

    def _registered_on(self, hook: Hook) -> Repository | Account | None:
        if hook.about_id is None:
            return None
        if hook.kind is HookKind.REPOSITORY:
            return self.repositories.get(hook.about_id)
        return self.account_by_id(hook.about_id)

    def _hooks_url(self, hook: Hook) -> str:
        match self._registered_on(hook):
            case Repository() as repository:
                return self.outsider.url("repos", repository.owner.login, repository.name, "hooks")
            case Account() as account:
                return self.outsider.url("orgs", account.login, "hooks")
            case None:
                return self.outsider.url("app", "hook")

    def installation_id(self, account: Account) -> int:
        """Return the id of the App's installation on an account."""
        known = self.installations.values()
        found = next((each.id for each in known if each.account == account.login), None)
        return found or _FIRST_INSTALLATION_ID + account.id


def _kind(about: Repository | Account | None) -> HookKind:
    if isinstance(about, Repository):
        return HookKind.REPOSITORY
    return HookKind.ORGANIZATION if about and about.is_organization else HookKind.APP
