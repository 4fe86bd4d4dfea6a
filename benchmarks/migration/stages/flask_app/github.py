"""GitHub over one pooled `requests.Session`: the waiting of stage 0.

Each call holds the thread that makes it until GitHub has answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from benchmarks.migration.stages.flask_app.fan_out import in_threads, in_turn
from benchmarks.migration.stages.questions import Document, Question, fields
from portico.core.errors import GitHubTimedOut, GitHubUnreachable
from portico.core.message import Headers, Response
from portico.portfolio.part import Part, Step, answered, failed


class GitHub:
    """GitHub as the configuration says. One for the process; its threads share it."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._root: str = config["GITHUB_API_URL"].rstrip("/")
        self._timeout_s: float = config["GITHUB_TIMEOUT_S"]
        self._session = requests.Session()
        self._session.headers.update(fields(config["GITHUB_TOKEN"]))
        # Otherwise `.netrc` and the proxies' variables are read anew for every call.
        self._session.trust_env = False
        adapter = HTTPAdapter(pool_maxsize=config["GITHUB_CONNECTIONS"])
        self._session.mount(self._root, adapter)
        threads = config["FAN_OUT_THREADS"]
        self._threads = ThreadPoolExecutor(threads, "github") if threads else None

    def answer(self, question: Question) -> Document:
        """Ask GitHub whatever the question takes, and return the document.

        Raises:
            PorticoError: there is no answer at all.

        """
        if self._threads is None:
            return question.document(in_turn(question.steps, self._part))
        return question.document(in_threads(question.steps, self._part, self._threads))

    def _part(self, step: Step) -> Part:
        url = self._root + step.request.target
        try:
            reply = self._session.get(url, timeout=self._timeout_s)
        except requests.Timeout:
            return failed(step, GitHubTimedOut())
        except requests.RequestException:
            return failed(step, GitHubUnreachable())
        headers = Headers(reply.headers.items())
        return answered(step, Response(reply.status_code, headers, reply.content))
