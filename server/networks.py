"""Addresses and networks as text: reading them, and who belongs where.

Owns how an address and a list of networks (CIDR, RFC 4632 and RFC 4291) are written. Knows nothing
of requests, councils or settings.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST = 64  # characters, which no address needs
# What one subscriber or office has, and what a provider gives to one customer (RFC 6177).
HOST = {4: 32, 6: 64}
SITE = {4: 24, 6: 48}


def parse_address(text: str | None) -> Address | None:
    """An address, or None for anything else. IPv4 inside IPv6 is IPv4; zones are left out."""
    if not text or len(text) > LONGEST:
        return None
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


@lru_cache(maxsize=1024)
def parse_network(text: str) -> Network:
    """A network such as `192.0.2.0/24`; a single address is one of its own.

    Raises ValueError: not a network, bits set beyond its prefix, or IPv4 written inside IPv6.
    """
    if len(text) > LONGEST or not text.isascii() or "%" in text:
        raise ValueError("not a network")
    found = ip_network(text)
    if isinstance(found, IPv6Network) and found.network_address.ipv4_mapped:
        raise ValueError("write an IPv4 network as IPv4")
    return found


def within(address: Address | None, networks: Iterable[Network]) -> bool:
    """Whether the address belongs to one of the networks; what has no address belongs to none."""
    return address is not None and any(
        address.version == each.version and address in each for each in networks
    )


def admits(networks: str | None, address: str | None) -> bool:
    """Whether a list of networks, separated by spaces, lets the address in; no list lets all in."""
    if not networks:
        return True
    return within(parse_address(address), map(parse_network, networks.split()))


def around(address: str | None, prefixes: dict[int, int]) -> str:
    """The network (`HOST` or `SITE`) an address belongs to; `unknown` where there is none."""
    found = parse_address(address)
    if found is None:
        return "unknown"
    return str(ip_network(f"{found}/{prefixes[found.version]}", strict=False))
