"""May the portal connect there? (ACCESS.md 6, item 22)

Whoever describes a source decides where this server opens a connection. What only the server can reach, its own services
and the cloud's metadata, stays out of that reach unless ``CONNECT_ALLOW`` lists it: names as globs (``*.corp.example``)
and addresses as networks (``10.0.0.0/8``).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
METADATA = frozenset({"fd00:ec2::254", "100.100.100.200", "168.63.129.16"})  # beside the link-local ones


class OutOfReach(Exception):
    """``str()`` is a sentence for people."""


def check(host: str, *, resolve: Callable[[str], Sequence[str]] | None = None) -> None:
    """Every address that the name stands for must be allowed: one bad one among them could be the one that is used.

    Raises:
        OutOfReach: the host may not be connected to, or its name does not resolve.
    """
    host = host.strip().rstrip(".").lower()
    names, networks = _allowed(settings.CONNECT_ALLOW)
    if not host or "\0" in host or len(host) > 253:
        raise OutOfReach("There is no host to connect to.")
    if host.startswith(("/", "@")):
        if not any(fnmatchcase(host, name) for name in names):
            raise OutOfReach("A socket on the portal's own server may not be connected to (CONNECT_ALLOW).")
        return
    trusted = any(fnmatchcase(host, name) for name in names)
    for address in _addresses(host, resolve or _resolve):
        if not _may(address, networks, trusted=trusted):
            raise OutOfReach(f"{host} is an address inside this network that CONNECT_ALLOW does not list.")


def _may(address: Address, networks: Sequence[Network], *, trusted: bool) -> bool:
    """A listed name opens private networks, since its owner knows where it points; never the server itself."""
    if any(address in network for network in networks if network.version == address.version):
        return True
    if address.is_loopback or address.is_link_local or address.is_unspecified or str(address) in METADATA:
        return False
    if address.is_multicast or (address.is_reserved and address.version == 4):
        return False
    return trusted or address.is_global


def _addresses(host: str, resolve: Callable[[str], Sequence[str]]) -> list[Address]:
    """``127.1``, ``0x7f000001`` and ``017700000001`` resolve like names, as the drivers would resolve them."""
    literal = host.strip("[]").partition("%")[0]
    try:
        return [_plain(ip_address(literal))]
    except ValueError:
        pass
    try:
        found = resolve(host)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise OutOfReach(f"The name {host[:100]} does not resolve.")
    return [_plain(ip_address(text.partition("%")[0])) for text in found]


def _resolve(host: str) -> Sequence[str]:
    return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})


def _plain(address: Address) -> Address:
    """The IPv4 address inside of an IPv6 one: ``::ffff:127.0.0.1`` is this server."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or _nat64(address)
    return address


def _nat64(address: IPv6Address) -> Address:
    if address in IPv6Network("64:ff9b::/96") or (int(address) >> 32 == 0 and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _allowed(entries: Sequence[str]) -> tuple[list[str], list[Network]]:
    names: list[str] = []
    networks: list[Network] = []
    for entry in entries:
        try:
            networks.append(ip_network(entry, strict=False))
        except ValueError:
            names.append(entry.lower())
    return names, networks
