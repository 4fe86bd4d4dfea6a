"""The HTTP proxy that the environment names, if any.

Read here and not by aiohttp: its `trust_env` would look into `.netrc` as well, and put a
password from there in place of the credential that was chosen.
"""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

from yarl import URL


def proxy_for(root: URL) -> URL | None:
    """Return the proxy of `https_proxy` or `http_proxy`, by the scheme; heeds `no_proxy`.

    Raises:
        ValueError: the proxy named is not an HTTP proxy.

    """
    named = getproxies().get(root.scheme)
    if not named or proxy_bypass(f"{root.host}:{root.port}"):
        return None
    proxy = URL(named if "://" in named else f"http://{named}")
    if proxy.scheme not in ("http", "https") or not proxy.raw_host:
        raise ValueError(f"{root.scheme}_proxy must name an HTTP proxy: http://HOST:PORT")
    return proxy
