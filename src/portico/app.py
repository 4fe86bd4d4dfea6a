"""Builds everything and joins it; the only place that wires, and that reads settings to do so."""

from __future__ import annotations

import gc
import resource
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from portico import __version__
from portico.clock import SystemClock
from portico.core.budget import Budget
from portico.core.cap import AnonymousCaps, Caps
from portico.core.history import History
from portico.core.holders import Holders
from portico.core.offset import ClockOffset
from portico.core.rewrite import GITHUB_API_URL, Rewriter
from portico.core.webhook import EFFECTS
from portico.core.window import Window
from portico.gateway.access import Access
from portico.gateway.deliveries import Deliveries
from portico.gateway.gateway import Gateway
from portico.gateway.live import Live
from portico.gateway.ports import Clock
from portico.gateway.sender import Sender
from portico.gateway.tally import Tally
from portico.gateway.throttle import Throttle
from portico.github.app_key import key_from_file, key_from_text
from portico.github.client import GitHubClient
from portico.github.github_app import GitHubApp
from portico.github.operator import OperatorToken, Watched
from portico.keyring.keyring import Keyring
from portico.settings import Settings, load
from portico.stores.open import open_store
from portico.telemetry import crash, logs
from portico.telemetry.metrics import Metrics
from portico.telemetry.observers import Observers
from portico.web.api import create_api
from portico.web.asgi import App
from portico.web.forwarded import Forwarded
from portico.web.front import Front
from portico.web.live import LiveStreams
from portico.web.proxy import Proxy
from portico.web.record import Record
from portico.web.representation import Representations
from portico.web.spending import charge
from portico.web.state import State
from portico.web.target import Faces
from portico.web.webhook import Webhook

# The webhook events that something is known of; others are counted together.
EVENTS = frozenset(effect.event for effect in EFFECTS)
# How long renewals may take to finish when the process is asked to stop.
DRAIN_S = 5.0
# Far above what can be of use; without a bound, a leak would be noticed late.
MOST_OPEN_FILES = 131_072


def create_app(settings: Settings, *, clock: Clock | None = None) -> App:
    """Return Portico as an ASGI application. Its lifespan opens and closes what it uses.

    Raises:
        StoreFailed: the store cannot be opened.
        KeysFileError: the keys file cannot be used.
        AppKeyUnusable: the GitHub App's key cannot be used.

    """
    clock = clock or SystemClock()
    budget = Budget()
    metrics = Metrics(
        buckets=lambda: _known_buckets(budget, clock.now()),
        events=EVENTS,
        listeners=lambda: len(live),
    )
    observer = Observers(logs.LogObserver(), metrics)
    store = open_store(
        settings.store,
        memory_bytes=settings.memory_bytes,
        disk_bytes=settings.store_bytes,
        now=clock.now,
        shared=settings.workers > 1,
    )
    client = client_for(settings)
    github_app = app_for(settings, client, clock, budget.offset)
    operator = OperatorToken(client, settings.github_token, now=clock.now)
    holders = Holders()
    rewriter = Rewriter(settings.github_api_url, GITHUB_API_URL)
    throttle = Throttle(
        budget,
        clock,
        places=settings.upstream_concurrency,
        patience_s=settings.upstream_timeout_s,
    )
    gateway = Gateway(
        store=store,
        sender=Sender(
            Watched(client if github_app is None else github_app.upstream, operator),
            throttle,
            clock,
            observer,
            body_limit_bytes=settings.body_limit_bytes,
            holders=holders,
        ),
        throttle=throttle,
        rewriter=rewriter,
        clock=clock,
        observer=observer,
        is_shared=settings.share_proven,
        charge=lambda caller, request, points, mode: charge(caller, request, points, mode, state),
    )
    access = Access(gateway, clock, deadline_s=settings.deadline_s)
    live = Live(
        History(store.identity, secrets.token_hex(4), now=clock.now()),
        access,
        clock,
        observer,
        most_listeners=settings.live_listeners,
        catch_up=gateway.invalidate.catch_up if settings.workers > 1 else None,
    )
    deliveries = Deliveries(
        gateway.invalidate,
        store,
        gateway.covering,
        offset=budget.offset,
        observer=observer,
        listeners=(live.publish, *(() if github_app is None else (github_app.installations.hear,))),
    )
    tally = Tally(store, clock)
    keyring = Keyring(settings.keys_file, now=clock.now)
    keyring.load()
    state = State(
        gateway=gateway,
        clock=clock,
        operator=operator,
        keyring=keyring,
        caps=Caps(shares=settings.workers),
        tally=tally,
        metrics=metrics,
        secret=store.secret,
        owners=frozenset(settings.owners),
        is_proxy_anonymous=settings.proxy_is_anonymous,
        is_local=settings.is_local,
        deadline_s=settings.deadline_s,
        body_limit_bytes=settings.body_limit_bytes,
        holders=holders,
        app=None if github_app is None else github_app.installations,
        anonymous_caps=_anonymous_caps(settings),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await client.start()
        await gateway.covering.recall()
        app_running = nullcontext() if github_app is None else github_app.running()
        async with operator.examined(clock.sleep), app_running, tally.written(), live.running():
            yield
        await access.drain(DRAIN_S)
        await gateway.drain(DRAIN_S)
        await client.close()
        await store.close()

    front = Front(
        create_api(state, lifespan),
        Proxy(state, Representations(rewriter)),
        Webhook(deliveries, _webhook_secrets(settings)),
        LiveStreams(live, state),
        _faces(settings),
        state=state,
        written=_written(metrics),
    )
    return _with_cors(_with_proxies(front, settings), settings)


def client_for(settings: Settings) -> GitHubClient:
    """Return the client for the configured GitHub, to be started by the caller."""
    return GitHubClient(
        settings.github_api_url, timeout_s=settings.upstream_timeout_s, version=__version__
    )


def app_for(
    settings: Settings, client: GitHubClient, clock: Clock, offset: ClockOffset
) -> GitHubApp | None:
    """Return the configured GitHub App, or None if there is none.

    Raises:
        AppKeyUnusable: its key cannot be used.

    """
    app_id, path, text = (
        settings.github_app_id,
        settings.github_app_key_file,
        settings.github_app_key,
    )
    if app_id is None:
        return None
    if path is not None:
        key = key_from_file(app_id, path)
    else:
        key = key_from_text(app_id, text.get_secret_value() if text else "")
    return GitHubApp(client, key, offset=offset, now=clock.now, sleep=clock.sleep)


def from_environment() -> App:
    """Return the application of one worker process, configured by the environment.

    Raises:
        SettingsError: a setting is wrong.
        SystemExit: the store, or something else that is needed, cannot be opened; the log says it.

    """
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    crash.install()
    with crash.told():
        tune_process()
        return create_app(settings)


def tune_process() -> None:
    """Make the garbage collector rarer, and let as many files be open as the system allows.

    The collector was measured to be two thirds of a miss's p99; what is loaded at start is frozen,
    as it will never be rubbish. Each listener occupies an open file, and the soft limit is often
    1,024 for the sake of programs that use select(2), which nothing here does.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _webhook_secrets(settings: Settings) -> tuple[bytes, ...]:
    secrets = (settings.webhook_secret, settings.webhook_previous_secret)
    return tuple(each.get_secret_value().encode() for each in secrets if each is not None)


def _written(metrics: Metrics) -> Callable[[Record, float], None]:
    def written(record: Record, now: float) -> None:
        logs.access(record, now)
        metrics.answered(record, now)

    return written


def _known_buckets(budget: Budget, now: float) -> Iterator[tuple[str, Window]]:
    """Tell the buckets whose names say no more than a number."""
    for name in budget.buckets():
        if not name or ":" in name:
            for window in budget.windows(name, now=now):
                yield name or "anonymous", window


def _faces(settings: Settings) -> Faces:
    own = urlsplit(settings.github_api_url).hostname or ""
    of_github = urlsplit(GITHUB_API_URL).hostname or ""
    return Faces(frozenset(settings.github_hosts), settings.public_url, frozenset({own, of_github}))


def _anonymous_caps(settings: Settings) -> AnonymousCaps | None:
    if settings.is_local:
        return None
    return AnonymousCaps(
        settings.address_points_per_hour or None, settings.owner_points_per_hour or None
    )


def _with_proxies(app: App, settings: Settings) -> App:
    if settings.is_local and not settings.trusted_proxies:
        return app
    return Forwarded(app, settings.trusted_proxies)


def _with_cors(app: App, settings: Settings) -> App:
    if not settings.cors_origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=["*"],
        max_age=86_400,
    )
