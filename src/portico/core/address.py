"""An IP address -> the network that one caller is counted by."""

from __future__ import annotations

import ipaddress
from typing import Final

# What one household or one machine is given (RFC 6177): its last 64 bits are for the asking.
_ONE_CALLERS_PREFIX: Final = 64
_UNREADABLE: Final = "unreadable"


def network_of(host: str) -> str:
    """Return the network that a caller at `host` is counted by, "" for this machine itself.

    That is the address for IPv4, the /64 for IPv6. An IPv4 address that is written as an IPv6 one
    (RFC 4291 §2.5.5.2, as a socket for both gives it) is what it stands for. What is no address,
    as only a proxy could have sent it, is all counted as one.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _UNREADABLE
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    # Without a zone (`%eth0`), which is this machine's own.
    return str(ipaddress.ip_network((int(address), _ONE_CALLERS_PREFIX), strict=False))
