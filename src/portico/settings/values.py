"""What a value of a setting must look like: one function and one type per form.

Rules of this file: a function raises `ValueError` with the words that complete "PORTICO_X …";
the words never repeat the value, because people paste secrets into the wrong variable.
"""

import ipaddress
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

# RFC 1123 §2.1: letters, digits and inner hyphens, up to 63 to a label and 253 in all.
_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)

# GitHub: 39 letters, digits and hyphens; managed users end in an underscore and a short code.
_LOGIN = re.compile(r"[a-z0-9][a-z0-9-]{0,38}(_[a-z0-9]{1,12})?")

_DEFAULT_PORTS = {"http": 80, "https": 443}

_STORE_FORMS = "sqlite:///PATH and memory://"

# The size of sun_path on Linux, with its closing NUL; unix(7).
_SUN_PATH_BYTES = 108


def _split_url(text: str) -> SplitResult:
    """Split a URL; the port is looked at as well, as `urlsplit` checks it only when asked."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is not a URL") from None
    return parts


def http_url(text: str) -> str:
    """Check the address of an HTTP service; answer it without a slash at the end.

    Scheme and host are answered in lower case (RFC 3986 §6.2.2.1), as GitHub's links have them.
    """
    parts = _split_url(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be a URL that begins with http:// or https:// and names a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user name or password")
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError("must end with the path: no '?', no '#'")
    if re.search(r"[\s\\\x00-\x1f\x7f]", text):
        raise ValueError("holds a space or another character that no URL may hold")
    return parts._replace(netloc=parts.netloc.lower()).geturl().rstrip("/")


def origin(text: str) -> str:
    """Check a web origin (RFC 6454 §6.2), or the `*` that stands for all of them."""
    if text == "*":
        return text
    url = http_url(text)
    parts = _split_url(url)
    if parts.path:
        raise ValueError("must list origins: scheme, host and port, without a path; or '*'")
    if parts.port == _DEFAULT_PORTS[parts.scheme]:
        # As browsers leave it out.
        return url.rpartition(":")[0]
    return url


def host_name(text: str) -> str:
    """Check the name of a host, as it stands in a Host field, without a port."""
    name = text.lower()
    if not _HOST_NAME.fullmatch(name):
        raise ValueError("must be a host name, without scheme, port or path")
    return name


def listening_host(text: str) -> str:
    """Check a host name or an IP address to listen on."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    try:
        return host_name(text)
    except ValueError:
        raise ValueError("must be an IP address or a host name, without scheme or port") from None


def network(text: str) -> str:
    """Check an IP address, or a network of them (RFC 4632, `10.0.0.0/8`)."""
    try:
        parsed = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(
            "must list IP addresses, or networks such as 10.0.0.0/8 without bits beyond the prefix"
        ) from None
    if not parsed.prefixlen:
        raise ValueError("must not be everybody: whoever is named may claim any address")
    return str(parsed)


def login(text: str) -> str:
    """Check a GitHub login; answer it in lower case, as GitHub does not tell the cases apart."""
    name = text.lower()
    if not _LOGIN.fullmatch(name):
        raise ValueError("must list GitHub logins: letters, digits and hyphens")
    return name


def own_path(path: Path) -> Path:
    """Answer a path with `~` put in full: a shell does that, a `.env` file does not."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("begins with '~', and no such home directory is known") from None


def store_url(text: str) -> str:
    """Check the form of a store's address. Whether it can be opened shows when it is."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in {"sqlite", "memory"}:
        raise ValueError(f"is no store that Portico knows; it knows {_STORE_FORMS}")
    if scheme == "memory" and rest:
        raise ValueError("must be exactly memory://, it has no path")
    if scheme == "sqlite" and (not rest.startswith("/") or rest.endswith("/")):
        raise ValueError("must be sqlite:/// (three slashes) and the path of a file")
    if "\x00" in rest:
        raise ValueError("holds a NUL character")
    if rest.startswith("/~"):
        return f"{scheme}:///{own_path(Path(rest[1:]))}"
    return text


def socket_path(path: Path) -> Path:
    """Check that the system can bind the path of a Unix socket."""
    if len(bytes(path)) >= _SUN_PATH_BYTES:
        raise ValueError(
            f"must be a path of fewer than {_SUN_PATH_BYTES} bytes, as the system allows no more"
        )
    return path


def port_number(text: object) -> object:
    """Explain the one wrong port that nobody typed."""
    if isinstance(text, str) and text.startswith(("tcp://", "udp://")):
        raise ValueError(
            "was set by Kubernetes for a Service named portico; "
            "set enableServiceLinks: false in the pod's spec"
        )
    return text


def plain(secret: SecretStr) -> SecretStr:
    """Refuse a secret that everybody knows: a command that nobody has run."""
    if re.match(r"\$[({]|`", secret.get_secret_value()):
        raise ValueError(
            "is the text of a command or of a variable, taken as it stands; in a .env file write "
            "the secret itself"
        )
    return secret


ONLY_ONE = (
    "must be one token: GitHub's terms (section H) forbid sharing tokens to exceed its limits, so "
    "Portico adds none up; where one does not reach, set up a GitHub App (PORTICO_GITHUB_APP_ID)"
)


def token(secret: SecretStr) -> SecretStr:
    """Check that it is one token, which can stand in a header field as it is."""
    # By their beginnings, or by what stands between: the oldest ones are 40 hex digits.
    text = secret.get_secret_value()
    if len(re.findall(r"(?:gh[a-z]|github_pat)_", text)) > 1 or re.search(r"[,;]", text):
        raise ValueError(ONLY_ONE)
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError(
            "must be the token alone: no 'Bearer' before it, no space or line break in it"
        )
    return secret


def comma_list(text: object) -> object:
    """Split `a, b` into its items; a list that is one already stays as it is."""
    if not isinstance(text, str):
        return text
    return tuple(item for item in (part.strip() for part in text.split(",")) if item)


HttpUrl = Annotated[str, AfterValidator(http_url)]
ListeningHost = Annotated[str, AfterValidator(listening_host)]
StoreUrl = Annotated[str, AfterValidator(store_url)]
OwnPath = Annotated[Path, AfterValidator(own_path)]
SocketPath = Annotated[OwnPath, AfterValidator(socket_path)]
Port = Annotated[int, BeforeValidator(port_number)]
Secret = Annotated[SecretStr, AfterValidator(plain)]
Token = Annotated[Secret, AfterValidator(token)]
# NoDecode: pydantic-settings would take the variable of a tuple for JSON.
Logins = Annotated[
    tuple[Annotated[str, AfterValidator(login)], ...], NoDecode, BeforeValidator(comma_list)
]
Origins = Annotated[
    tuple[Annotated[str, AfterValidator(origin)], ...], NoDecode, BeforeValidator(comma_list)
]
Networks = Annotated[
    tuple[Annotated[str, AfterValidator(network)], ...], NoDecode, BeforeValidator(comma_list)
]
HostNames = Annotated[
    tuple[Annotated[str, AfterValidator(host_name)], ...], NoDecode, BeforeValidator(comma_list)
]
