"""The network that one caller is counted by."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.address import network_of


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", ""),
        ("127.8.9.10", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("unknown", "unreadable"),
        ("", "unreadable"),
        ("203.0.113.7, 10.0.0.1", "unreadable"),
    ],
)
def test_network_of(host: str, network: str) -> None:
    """An address for IPv4, a /64 for IPv6, nothing for this machine, one for all nonsense."""
    assert network_of(host) == network


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_the_last_64_bits_make_no_other_caller(address: ipaddress.IPv6Address, other: int) -> None:
    """Whoever has a /64 has 2**64 addresses to come from, and is one caller with all of them."""
    start = int(address) >> 64 << 64
    hosts = [ipaddress.IPv6Address(start | each) for each in (int(address) - start, other)]
    told = {network_of(str(host)) for host in hosts if not _stands_for_another(host)}

    assert len(told) <= 1


def _stands_for_another(host: ipaddress.IPv6Address) -> bool:
    return host.is_loopback or host.ipv4_mapped is not None


@given(st.ip_addresses())
def test_every_address_has_a_network_that_holds_it(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """What is counted is where the caller is, never somebody else."""
    told = network_of(str(address))
    if told:
        itself = (address.ipv4_mapped if address.version == 6 else None) or address
        assert itself in ipaddress.ip_network(told)
    else:
        assert address.is_loopback or getattr(address, "ipv4_mapped", None)
