"""Which machines are connected to: no page or link may reach into the user's own network."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
MayConnect = Callable[[Address], bool]

NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones in their last 32 bits (RFC 6052)."""


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the internet's, and not of this machine or its network."""
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
        if address.is_reserved or address.is_site_local:  # which some count as global
            return False
    return address.is_global and not address.is_multicast


def is_any(address: Address) -> bool:  # noqa: ARG001 as is_public
    """Allow every address: what --allow-private asks for."""
    return True


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for, or leads through a tunnel to."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
