"""Secrets planted everywhere against a real `portico serve`, and looked for in all that it wrote.

What may be in the store: the bodies and header fields of GitHub's answers, as they came. What may
not: anything of a request, a credential, a key or a delivery.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import re
import signal
import socket
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from portico.core.portico_key import key_of_bytes
from portico.keyring.editing import add_key
from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import run_in_thread
from tests.support.app_key import APP_ID, app_pem, assertion, register
from tests.support.command import Started, started_portico
from tests.support.raw_client import ask, talk

WEBHOOK_SECRET: Final = "webhook-s3cret-of-the-operator"
KEY: Final = key_of_bytes(b"k" * 32)
UNKNOWN_KEY: Final = key_of_bytes(b"u" * 32)
LEGACY: Final = "0123456789abcdef" * 2 + "01234567"
PASSWORD: Final = "hunter2-of-somebody"
FORMS: Final = {
    "classic": "ghp_" + "plantedClassicToken".ljust(36, "0"),
    "fine-grained": "github_pat_" + "plantedFineGrained".ljust(82, "0"),
    "user": "ghu_" + "plantedUserToken".ljust(36, "0"),
    "refresh": "ghr_" + "plantedRefreshToken".ljust(76, "0"),
    "old installation": "ghs_" + "plantedInstallation".ljust(36, "0"),
    "new installation": tokens.installation_token(99, nonce=12_345),
    "jwt": assertion(1_795_000_000, issuer="planted"),
    "key": UNKNOWN_KEY,
}
BASIC: Final = base64.b64encode(f"octo:{PASSWORD}".encode()).decode()


@dataclass
class Watched:
    """A running Portico, all that it has written so far, and what must not be in it."""

    started: Started
    url: str
    directory: Path
    planted: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)

    @property
    def written(self) -> str:
        """All that went to standard output and standard error."""
        return self.started.output + "".join(self.lines)

    def stored(self) -> bytes:
        """Return all that is in the store's files, what is compressed decompressed as well."""
        files = sorted(self.directory.glob("portico.db*"))
        data = b"".join(file.read_bytes() for file in files)
        return data + b"".join(_inflated(data))

    def send(self, target: str, method: str = "GET", *, body: bytes = b"", **headers: str) -> None:
        """Ask for something; what is answered does not matter, only that nothing is echoed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = ask(f"{self.url}{target}", method, headers=named, body=body or None)
        for secret in self.planted:
            assert secret not in reply.everything, target


def _inflated(data: bytes) -> Iterator[bytes]:
    for found in re.finditer(rb"\x78\x01", data):
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[found.start() :])


@contextlib.contextmanager
def watched(directory: Path, **variables: str) -> Iterator[Watched]:
    """Run Portico with these variables, drain what it writes, and end it with an abort."""
    chosen = {
        "PORTICO_STORE": f"sqlite:///{directory / 'portico.db'}",
        "PORTICO_LOG_LEVEL": "debug",
        "PORTICO_PROXY_ANONYMOUS": "true",
        **variables,
    }
    with started_portico("serve", "--port", "0", cwd=directory, **chosen) as started:
        url = started.until(r"Portico is at (http://[^\s\"]+)")
        started.until(r"(Application startup complete)")
        portico = Watched(started, url, directory)
        stdout = started.process.stdout
        assert stdout is not None
        drain = threading.Thread(target=lambda: portico.lines.extend(stdout))
        drain.start()
        try:
            yield portico
        finally:
            # So that a dump of the crash is among what is looked through.
            started.process.send_signal(signal.SIGABRT)
            started.process.wait(20)
            drain.join(20)


def plant_in_requests(portico: Watched, secret: str) -> None:
    """Put a secret wherever a request has room for one."""
    portico.planted.add(secret)
    for scheme in ("Bearer", "token", "Bearer  x", "Digest"):
        portico.send("/api/v3/user", Authorization=f"{scheme} {secret}")
    said = f"token={secret}"
    portico.send("/v1/users/solveig", Cookie=said, X_GitHub_OTP=said, Private_Token=said)
    for query in ("access_token", "client_secret", "token", "sig", "q"):
        portico.send(f"/api/v3/repos/solveig/harbor?{query}={secret}")
        portico.send(f"/v1/users/solveig?{query}={secret}")
    for path in (f"/api/v3/repos/solveig/{secret}", f"/v1/users/{secret}", f"/{secret}"):
        portico.send(path)
    body = b'{"title":"%s","token":"%s"}' % (secret.encode(), secret.encode())
    fields = {"Authorization": f"Bearer {tokens.SOLVEIG}"}
    portico.send("/api/v3/repos/solveig/harbor/milestones", "POST", body=body, **fields)
    portico.send("/api/graphql", "POST", body=body, Authorization=f"Bearer {KEY}")
    # No HTTP at all, and a head that breaks off.
    for line in (
        b"GET /%s HTTP/9.9\r\n\r\n",
        b"%s\r\n\r\n",
        b"GET / HTTP/1.1\r\n%s: x: \x00\r\n\r\n",
    ):
        with contextlib.suppress(OSError, HTTPException):
            talk(portico.url, line % secret.encode())


def deliver(portico: Watched, secret: str) -> None:
    """Send webhooks with a secret in them: signed, signed wrongly, and broken."""
    body = b'{"action":"created","hook_id":1,"zen":"%s","config":{"secret":"%s"}}' % (
        secret.encode(),
        secret.encode(),
    )
    signed = hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
    portico.planted.add(signed)
    for signature, sent in ((signed, body), (signed, body[:-3]), (signed[::-1], body)):
        for event in ("ping", "issues", "installation", "unknown"):
            portico.send(
                "/webhooks/github",
                "POST",
                body=sent,
                X_GitHub_Event=event,
                X_GitHub_Delivery=f"{event}-{len(sent)}",
                X_Hub_Signature_256=f"sha256={signature}",
                Content_Type="application/json",
            )


def look_for(portico: Watched, *secrets: str) -> None:
    """Fail if one of these, or the end of one, is in what was written or stored."""
    written, stored = portico.written, portico.stored()
    assert "Fatal Python error: Aborted" in written
    for secret in {*secrets, *portico.planted}:
        for part in (secret, secret[-16:]):
            assert part not in written
            assert part.encode() not in stored


@pytest.mark.parametrize("form", ["console", "json"])
def test_no_secret_is_written_anywhere(form: str, tmp_path: Path) -> None:
    """Of requests, settings, the App's key, its assertions and tokens, keys and deliveries."""
    sandbox = Sandbox()
    register(sandbox.world)
    sandbox.world.token_delay_s = 1
    keys_file = tmp_path / "keys.toml"
    rights = {"credential": "app", "owners": ("nordlys",), "routes": ("slow", "own", "graphql")}
    add_key(keys_file, "bot", KEY, now=sandbox.world.clock(), lifetime_s=86_400, rights=rights)
    (tmp_path / "app.pem").write_text(app_pem())
    (tmp_path / ".env").write_text(
        f"PORTICO_GITHUB_TOKEN={tokens.PUBLIC}\nPORTICO_WEBHOOK_SECRET={WEBHOOK_SECRET}\n"
    )
    with (
        run_in_thread(sandbox) as github,
        watched(
            tmp_path,
            PORTICO_GITHUB_API_URL=github,
            PORTICO_GITHUB_APP_ID=APP_ID,
            PORTICO_GITHUB_APP_KEY_FILE=str(tmp_path / "app.pem"),
            PORTICO_KEYS_FILE=str(keys_file),
            PORTICO_LOG_FORMAT=form,
        ) as portico,
    ):
        for secret in FORMS.values():
            plant_in_requests(portico, secret)
            deliver(portico, secret)
        portico.planted |= {PASSWORD, BASIC}
        portico.send("/api/v3/user", Authorization=f"Basic {BASIC}")
        portico.send("/api/v3/user", Authorization=f"token {LEGACY}")
        for target in ("/api/v3/repos/nordlys/aurora-internal", "/v1/users/nordlys"):
            portico.send(target, Authorization=f"Bearer {KEY}")
        for target in ("/metrics", "/v1/budget", "/readyz", "/docs", "/nowhere"):
            portico.send(target, Authorization=f"Bearer {tokens.SOLVEIG}")
            portico.send(target)

    assert b'"full_name":"nordlys/aurora-internal"' in portico.stored()
    used = {each.authorization.rpartition(" ")[2] for each in sandbox.log if each.authorization}
    assert any(secret.startswith("eyJ") for secret in used)
    assert any(secret.startswith(f"ghs_{APP_ID}") for secret in used)
    key_lines = [line for line in app_pem().splitlines() if not line.startswith("-")]
    look_for(portico, *used, *key_lines, KEY, WEBHOOK_SECRET, tokens.SOLVEIG, LEGACY, tokens.PUBLIC)


class _Echo(BaseHTTPRequestHandler):
    """A GitHub that throws back what it is sent, wherever an answer has room for it."""

    def do_GET(self) -> None:
        """Throw back a read."""
        self._echo()

    def do_POST(self) -> None:
        """Throw back a write."""
        self._echo()

    def _echo(self) -> None:
        sent = self.headers.get("Authorization", "") + self.path
        if "garbage" in self.path:
            self.wfile.write(f"HTTP/9.9 {sent}\r\n{sent}\r\n\r\n".encode())
        elif "header" in self.path:
            self.wfile.write(f"HTTP/1.1 200 OK\r\n{sent} \x01: {sent}\r\n\r\n".encode())
        elif "cut" in self.path:
            self.wfile.write(f"HTTP/1.1 200 {sent}\r\nContent-Length: 999\r\n\r\n{sent}".encode())
        elif "chunk" in self.path:
            head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            self.wfile.write(f"{head}{sent}\r\n".encode())
        else:
            body = f'{{"message":"{sent}"}}'.encode()
            self.send_response(500 if "error" in self.path else 403, sent)
            self.send_header("Location", f"https://evil.example/?token={sent}")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextlib.contextmanager
def echoing() -> Iterator[str]:
    """Run it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()


def test_what_github_throws_back_is_not_written(tmp_path: Path) -> None:
    """Errors, reasons, broken fields and bodies that quote the credential and the query."""
    secret = FORMS["classic"]
    with echoing() as github, watched(tmp_path, PORTICO_GITHUB_API_URL=github) as portico:
        for what in ("garbage", "header", "cut", "chunk", "error", "refused"):
            for method, body in (("GET", b""), ("POST", b"{}")):
                target = f"{portico.url}/api/v3/repos/o/{what}?token={FORMS['user']}"
                ask(target, method, body=body, token=secret)
            ask(f"{portico.url}/v1/repos/o/{what}", token=secret)

    look_for(portico, secret, FORMS["user"])


def test_a_key_in_a_variable_is_not_written(tmp_path: Path) -> None:
    """Neither a good one nor one that is broken, at the start or at the check."""
    broken = app_pem().replace("\n", "\\n")[:-80]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with watched(
            tmp_path,
            PORTICO_GITHUB_API_URL=url,
            PORTICO_GITHUB_APP_ID=APP_ID,
            PORTICO_GITHUB_APP_KEY=app_pem(),
        ) as portico:
            portico.send("/api/v3/repos/o/r", Authorization=f"Bearer {KEY}")

    look_for(portico, *[line for line in broken.split("\\n") if len(line) == 64])
