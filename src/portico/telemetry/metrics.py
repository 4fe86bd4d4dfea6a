"""What happens, as numbers for Prometheus: one registry for each application.

Labels take few values, none of which a caller can choose: no path, no login, no credential. Names
follow https://prometheus.io/docs/practices/naming.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from portico.telemetry.logs import AccessRecord, MadeCall

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
# From a hit in memory to GitHub's own ten seconds.
_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_OTHER: Final = "other"


class Bucket(Protocol):
    """One resource of a bucket at GitHub, as far as it is known."""

    @property
    def resource(self) -> str:
        """GitHub's name of the resource."""
        ...

    @property
    def limit(self) -> int:
        """The points of a window."""
        ...

    @property
    def remaining(self) -> int:
        """What is left."""
        ...


Buckets = Callable[[], Iterable[tuple[str, Bucket]]]
"""Tells all buckets whose holder is known by number, by their names."""


class Metrics:
    """Counts. Implements `gateway.ports.Observer`.

    `events` are the webhook events with a label; `listeners` tells how many listen now.
    """

    def __init__(
        self, *, buckets: Buckets, events: frozenset[str], listeners: Callable[[], int]
    ) -> None:
        self._events = events
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "portico_requests",
            "Requests answered, by status and by how the answer came about.",
            ("status", "mode", "audience"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "portico_request_seconds",
            "From a request's head to the end of its answer, by how that came about.",
            ("mode",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._calls = Counter(
            "portico_github_calls",
            "Calls to GitHub, by status; 0 is a failure.",
            ("status",),
            registry=self._registry,
        )
        self._call_seconds = Histogram(
            "portico_github_call_seconds",
            "How long GitHub took.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._points = Counter(
            "portico_points_spent",
            "Points taken of GitHub's primary limits.",
            registry=self._registry,
        )
        self._deliveries = Counter(
            "portico_deliveries",
            "Genuine deliveries of GitHub's webhooks, by event.",
            ("event", "outcome"),
            registry=self._registry,
        )
        self._misses = Counter(
            "portico_coverage_misses",
            "Changes that no delivery told of, found by samples.",
            registry=self._registry,
        )
        self._refuted = Counter(
            "portico_etag_formula_refuted",
            "Classes of route for which GitHub's entity tags turned out to be made otherwise.",
            ("route_class",),
            registry=self._registry,
        )
        Gauge(
            "portico_live_listeners",
            "Connections that listen to /live.",
            registry=self._registry,
        ).set_function(listeners)
        self._failures = Counter(
            "portico_failures",
            "What failed while nobody waited for it.",
            registry=self._registry,
        )
        self._registry.register(_BudgetCollector(buckets))

    def page(self) -> bytes:
        """Return all numbers in Prometheus' text format."""
        return generate_latest(self._registry)

    def answered(self, record: AccessRecord, now: float) -> None:
        """Count a request that was answered at `now` (Unix seconds)."""
        self._requests.labels(record.status, record.mode, record.audience).inc()
        self._seconds.labels(record.mode).observe(max(0.0, now - record.started_at))

    def called(self, call: MadeCall) -> None:
        """Count a call to GitHub."""
        self._calls.labels(call.status).inc()
        self._call_seconds.observe(max(0.0, call.seconds))
        self._points.inc(call.points)

    def delivered(self, event: str, outcome: str) -> None:
        """Count a delivery."""
        self._deliveries.labels(event if event in self._events else _OTHER, outcome).inc()

    def missed(self, subject: str) -> None:  # noqa: ARG002 (of the port; who it is is in the log)
        """Count a change that no delivery told of."""
        self._misses.inc()

    def refuted(self, route_class: str) -> None:
        """Count a class of route for which the formula of entity tags does not hold."""
        self._refuted.labels(route_class).inc()

    def failed(self, what: str, error: BaseException) -> None:  # noqa: ARG002 (the same)
        """Count a failure that no caller sees."""
        self._failures.inc()


class _BudgetCollector(Collector):
    """What is left of the buckets, read when somebody asks."""

    def __init__(self, buckets: Buckets) -> None:
        self._buckets = buckets

    def collect(self) -> Iterator[Metric]:
        labels = ("bucket", "resource")
        limit = GaugeMetricFamily("portico_budget_limit_points", "A bucket's limit.", labels=labels)
        left = GaugeMetricFamily(
            "portico_budget_remaining_points", "What is left of a bucket.", labels=labels
        )
        for name, bucket in self._buckets():
            limit.add_metric((name, bucket.resource), bucket.limit)
            left.add_metric((name, bucket.resource), bucket.remaining)
        yield from (limit, left)
