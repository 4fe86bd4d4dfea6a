"""What Portico writes to standard error: one handler, one form, every line redacted.

Rules: libraries' loggers lead here too, and have no handler of their own. A line is one line:
control characters are escaped, so that no path can forge another entry. Secrets are taken out of
messages, of fields and of tracebacks alike. Of a caller only the kind is told.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Final, Literal, Protocol, TypeAlias

from portico.telemetry.redact import redact

Form: TypeAlias = Literal["console", "json"]

_access: Final = logging.getLogger("portico.access")
_gateway: Final = logging.getLogger("portico.gateway")

# uvicorn writes its own access lines, with queries and without redaction; ours replace them.
_SILENT: Final = ("uvicorn.access",)
_LED_HERE: Final = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "aiohttp", "asyncio", "portico")
_COLOURS: Final = {"DEBUG": "2", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}
_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_CONTROLS_IN_TRACEBACKS: Final = {
    code: text for code, text in _CONTROLS.items() if chr(code) not in "\n\t"
}


class AccessRecord(Protocol):
    """What is known of one request when it has been answered.

    `path` may have a query. `started_at` is in Unix seconds. `mode` says how the answer came
    about, `age_s` how old it is, `points` what it cost at GitHub. `audience` is a kind.
    """

    request_id: str
    method: str
    path: str
    started_at: float
    status: int
    mode: str
    age_s: float
    points: int
    body_bytes: int
    audience: str


class MadeCall(Protocol):
    """A call to GitHub that has ended; `seconds` is how long it took, status 0 a failure."""

    @property
    def method(self) -> str:
        """The request's method."""
        ...

    @property
    def path(self) -> str:
        """The request's path."""
        ...

    @property
    def status(self) -> int:
        """The answer's status."""
        ...

    @property
    def points(self) -> int:
        """What it cost."""
        ...

    @property
    def seconds(self) -> float:
        """How long it took."""
        ...


def configure(level: str, form: Form) -> None:
    """Send all logging of this process to standard error in one form, from `level` on.

    May be called again; the last call counts.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter() if form == "json" else ConsoleFormatter(is_coloured=_is_terminal())
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _LED_HERE:
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    for name in _SILENT:
        logging.getLogger(name).disabled = True
    logging.captureWarnings(capture=True)
    # Else a record that cannot be written is printed with its arguments as they are.
    logging.raiseExceptions = False


def access(record: AccessRecord, now: float) -> None:
    """Write the one line of a request that ended at `now` (Unix seconds)."""
    milliseconds = round((now - record.started_at) * 1000, 1)
    _access.info(
        "%s %s %d %s %.1f ms",
        record.method,
        record.path,
        record.status,
        record.mode,
        milliseconds,
        extra={
            "fields": {
                "request_id": record.request_id,
                "method": record.method,
                "path": record.path,
                "status": record.status,
                "mode": record.mode,
                "age_s": round(record.age_s, 1),
                "points": record.points,
                "milliseconds": milliseconds,
                "body_bytes": record.body_bytes,
                "audience": record.audience,
            }
        },
    )


class LogObserver:
    """Implements `gateway.ports.Observer`: what happens behind the answers, as log lines."""

    def called(self, call: MadeCall) -> None:
        """Write a line about a call to GitHub, for whoever debugs."""
        _gateway.debug(
            "GitHub: %s %s %d, %d points, %.1f ms",
            call.method,
            call.path,
            call.status,
            call.points,
            call.seconds * 1000,
        )

    def delivered(self, event: str, outcome: str) -> None:
        """Write a line about a webhook's delivery, for whoever debugs."""
        _gateway.debug("GitHub delivered %s: %s", event, outcome)

    def missed(self, subject: str) -> None:
        """Write a warning that deliveries were lost, and what follows."""
        _gateway.warning(
            "%s changed, and no delivery told of it: its answers are fresh only for the time of "
            "their class, until a ping of its webhook or for a day",
            subject,
        )

    def refuted(self, route_class: str) -> None:
        """Write a warning that stored answers cannot be confirmed with another credential."""
        _gateway.warning(
            "GitHub's entity tags for routes of the class '%s' are made otherwise than was "
            "thought: answers are confirmed only with the credential that obtained them",
            route_class,
        )

    def failed(self, what: str, error: BaseException) -> None:
        """Write a warning about a failure that no caller sees."""
        _gateway.warning("%s failed: %s: %s", what, type(error).__name__, error)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time` (RFC 3339), `level`, `logger`, `message`, and the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        members: dict[str, object] = {
            "time": _time_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(_message_of(record)),
        }
        for name, value in getattr(record, "fields", {}).items():
            members[name] = redact(value) if isinstance(value, str) else value
        if record.exc_info:
            members["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(members, ensure_ascii=True, default=str)


class ConsoleFormatter(logging.Formatter):
    """For people: time, level, message, and what a person wants to know of a request."""

    def __init__(self, *, is_coloured: bool) -> None:
        super().__init__()
        self._is_coloured = is_coloured

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with a traceback below it if there is one."""
        fields = getattr(record, "fields", {})
        said = _message_of(record).translate(_CONTROLS)
        told = " ".join(f"{name}={fields[name]}" for name in _ON_CONSOLE if name in fields)
        line = f"{_time_of(record)[11:23]} {self._level(record)} {said} {told}".rstrip()
        if record.exc_info:
            traceback = self.formatException(record.exc_info)
            line += "\n" + traceback.translate(_CONTROLS_IN_TRACEBACKS)
        return redact(line)

    def _level(self, record: logging.LogRecord) -> str:
        level = f"{record.levelname.lower():<7}"
        colour = _COLOURS.get(record.levelname)
        return f"\x1b[{colour}m{level}\x1b[0m" if colour and self._is_coloured else level


_ON_CONSOLE: Final = ("age_s", "points", "body_bytes", "audience", "request_id")


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} (its arguments do not fit)"


def _time_of(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_terminal() -> bool:
    # https://no-color.org
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")
