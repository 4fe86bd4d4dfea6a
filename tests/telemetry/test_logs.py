"""Log lines as they are written to standard error."""

import json
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from portico.gateway.ports import Call, Observer
from portico.telemetry import logs

TOKEN = "ghp_" + "a" * 36


@dataclass
class Record:
    """A request as the web edge tells of it."""

    request_id: str = "r1"
    method: str = "GET"
    path: str = "/users/solveig?access_token=geheim"
    started_at: float = 1_000.0
    status: int = 200
    mode: str = "hit"
    age_s: float = 12.34
    points: int = 0
    body_bytes: int = 512
    audience: str = "public"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Put logging back as pytest had it."""
    root = logging.getLogger()
    handlers, level, raises = list(root.handlers), root.level, logging.raiseExceptions
    yield
    root.handlers, logging.raiseExceptions = handlers, raises
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logging.getLogger("uvicorn.access").disabled = False


def fail_with_a_cause() -> None:
    """Raise an error with a secret in it, from another one."""
    try:
        int(TOKEN)
    except ValueError as error:
        raise RuntimeError(f"Authorization: Bearer {TOKEN}") from error


def written(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines on standard error; standard output is empty."""
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def test_a_request_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    """All that is known of a request is a member of its own, without the secret in its query."""
    logs.configure("info", "json")
    logs.access(Record(), 1_000.0125)

    (line,) = written(capsys)
    members = json.loads(line)
    assert members.pop("time").endswith("Z")
    assert members == {
        "level": "info",
        "logger": "portico.access",
        "message": "GET /users/solveig?access_token=[redacted] 200 hit 12.5 ms",
        "request_id": "r1",
        "method": "GET",
        "path": "/users/solveig?access_token=[redacted]",
        "status": 200,
        "mode": "hit",
        "age_s": 12.3,
        "points": 0,
        "milliseconds": 12.5,
        "body_bytes": 512,
        "audience": "public",
    }


def test_a_request_is_one_line_on_the_console(capsys: pytest.CaptureFixture[str]) -> None:
    """A person reads the same on one line, without colours where there is no terminal."""
    logs.configure("info", "console")
    logs.access(Record(), 1_000.0125)

    (line,) = written(capsys)
    assert line[12:] == (
        " info    GET /users/solveig?access_token=[redacted] 200 hit 12.5 ms"
        " age_s=12.3 points=0 body_bytes=512 audience=public request_id=r1"
    )


@pytest.mark.parametrize("form", ["console", "json"])
def test_no_path_can_forge_a_line(form: logs.Form, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters of a request do not reach the terminal or begin a new line."""
    logs.configure("info", form)
    logs.access(Record(path="/\r\nWARNING all is lost \x1b[2J\x9b2J"), 1_000.0)

    (line,) = written(capsys)
    assert not any(ord(character) < 32 or 126 < ord(character) < 160 for character in line)


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize(
    "name", ["portico.web", "uvicorn.error", "aiohttp.client", "asyncio", "anything"]
)
def test_no_library_can_write_a_secret(
    name: str, form: logs.Form, capsys: pytest.CaptureFixture[str]
) -> None:
    """Message, arguments and traceback, with its causes, are redacted for every logger."""
    logs.configure("info", form)
    try:
        fail_with_a_cause()
    except RuntimeError:
        logging.getLogger(name).exception("with %s", TOKEN)

    text = "\n".join(written(capsys))
    assert TOKEN not in text
    assert text.count("[redacted]") >= 3
    assert "RuntimeError" in text
    assert "test_logs.py" in text


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_record_with_wrong_arguments_shows_none_of_them(
    form: logs.Form, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake in a library's log call is a line, not a dump of its arguments."""
    logs.configure("info", form)
    message = "%d and %d"
    logging.getLogger("a").info(message, TOKEN)

    (line,) = written(capsys)
    assert "%d and %d (its arguments do not fit)" in line
    assert TOKEN not in line


def test_a_warning_of_python_is_a_line_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    """`warnings.warn` goes the same way, redacted."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logs.configure("info", "json")
        warnings.warn(f"token={TOKEN}", UserWarning, stacklevel=1)

    (line,) = written(capsys)
    assert json.loads(line)["logger"] == "py.warnings"
    assert TOKEN not in line


def test_configuring_again_replaces_what_was(capsys: pytest.CaptureFixture[str]) -> None:
    """After a second call there is still one handler, of the second form and level."""
    logs.configure("debug", "json")
    logs.configure("warning", "console")
    logging.getLogger("a").info("not this")
    logging.getLogger("a").warning("but this")

    (line,) = written(capsys)
    assert line.endswith("warning but this")


def test_uvicorn_does_not_write_requests_a_second_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The access lines of the server are left out, as they have the whole query."""
    logs.configure("debug", "console")
    logging.getLogger("uvicorn.access").info("GET /?token=x")

    assert written(capsys) == []


def test_a_terminal_gets_colours_for_what_matters() -> None:
    """A warning stands out on a terminal; an ordinary line does not."""
    formatter = logs.ConsoleFormatter(is_coloured=True)
    warning = logging.makeLogRecord({"levelname": "WARNING", "msg": "w"})
    ordinary = logging.makeLogRecord({"levelname": "INFO", "msg": "i"})

    assert "\x1b[33mwarning\x1b[0m" in formatter.format(warning)
    assert "\x1b" not in formatter.format(ordinary)


def test_what_the_gateway_does_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A call to GitHub is a line for whoever debugs, a failure behind the answers a warning."""
    logs.configure("debug", "console")
    observer: Observer = logs.LogObserver()
    observer.called(Call("GET", "/users/solveig", 200, 1, 0.0125))
    observer.failed("renewing /x", OSError(f"token={TOKEN}"))

    call, failure = written(capsys)
    assert call.endswith("debug   GitHub: GET /users/solveig 200, 1 points, 12.5 ms")
    assert failure.endswith("warning renewing /x failed: OSError: token=[redacted]")


def test_calls_to_github_are_left_out_above_debug(capsys: pytest.CaptureFixture[str]) -> None:
    """At the usual level GitHub's calls are not listed."""
    logs.configure("info", "console")
    logs.LogObserver().called(Call("GET", "/users/solveig", 200, 1, 0.0125))

    assert written(capsys) == []
