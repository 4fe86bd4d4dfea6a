"""What is written when something breaks that nobody caught, with its secrets taken out.

Python prints such errors itself, of the main thread, of other threads and of finalizers, each with
its message as it is; an error's message may quote what a peer or a caller sent. A process that is
killed by a signal of its own (SIGSEGV, SIGABRT) leaves names of files and functions, no values.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Final, TypeAlias

from portico.telemetry.redact import redact

if TYPE_CHECKING:
    # At run time a module of the interpreter's own without this name.
    from sys import UnraisableHookArgs

_log: Final = logging.getLogger("portico.crash")

_Info: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]


def install() -> None:
    """Let every error that nobody catches in this process be told through here."""
    sys.excepthook = _of_the_main_thread
    threading.excepthook = _of_a_thread
    sys.unraisablehook = _of_a_finalizer
    try:
        faulthandler.enable()
    except (OSError, ValueError, AttributeError):
        # Standard error is no file of the system's: then there is nothing to write to.
        return


@contextmanager
def told() -> Iterator[None]:
    """End the process after an error with a redacted word about it.

    For where the error would be printed by whoever called, as in a process of multiprocessing's.

    Raises:
        SystemExit: there was one.

    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 (whatever it is, the process ends with it)
        _tell("Portico could not start", (type(error), error, error.__traceback__))
    else:
        return
    raise SystemExit(1)


def _of_the_main_thread(
    kind: type[BaseException], error: BaseException, where: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _tell("Portico ends, by an error that nobody caught", (kind, error, where))


def _of_a_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread else "unknown"
    info = (args.exc_type, args.exc_value, args.exc_traceback)
    _tell(f"The thread {name} ended, by an error that nobody caught", info)


def _of_a_finalizer(args: UnraisableHookArgs) -> None:
    if args.exc_value is None:
        return
    what = args.err_msg or "Exception ignored in"
    info = (args.exc_type, args.exc_value, args.exc_traceback)
    _tell(f"{what}: {type(args.object).__name__}", info)


def _tell(what: str, info: _Info) -> None:
    if logging.getLogger().handlers:
        _log.critical("%s", what, exc_info=info)
        return
    # Before logging is configured.
    lines = [f"portico: {what}\n", *traceback.format_exception(*info)]
    sys.stderr.write(redact("".join(lines)))
