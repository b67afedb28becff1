"""Which addresses we dial.

A feed's URL, a redirect or a name in somebody's DNS may point into the operator's own network (server-side request
forgery). So the check stands where the connection is made: the name is resolved once, every address it has
must be permitted, and only those checked addresses are dialled; Host header, SNI and certificate keep the name.
That holds for every redirect, and a second DNS answer cannot slip between check and dial.

`ipaddress.is_global` alone is not enough: older Python 3.11 passes NAT64, 6to4, `::127.0.0.1`, multicast and fec0::.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from ingest import urls
from ingest.records import FailureKind

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
Dial = Callable[[str, int], Awaitable[socket.socket]]

WEB_PORTS = frozenset({80, 443, 8080, 8443})

_NOT_PUBLIC_4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 "
    "198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)  # the IANA special-purpose registry, multicast, and the host agent of a large cloud (168.63.129.16)
_NOT_PUBLIC_6 = (
    "::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001:db8::/32 2620:4f:8000::/48 3fff::/20 5f00::/16 "
    "fc00::/7 fe80::/10 fec0::/10 ff00::/8"
)
_DENIED: dict[int, Sequence[Network]] = {
    4: [IPv4Network(text) for text in _NOT_PUBLIC_4.split()],
    6: [IPv6Network(text) for text in _NOT_PUBLIC_6.split()],
}
_NAT64 = IPv6Network("64:ff9b::/96")


class Refused(Exception):  # noqa: N818 - it is no error: a limit of ours did its work
    """A visit that we end ourselves; `kind` and `detail` become its Failure."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class AddressGuard:
    """What may be dialled: public addresses on web ports, and any port in `allow_networks` (CIDR)."""

    def __init__(self, allow_networks: Iterable[str] = ()) -> None:
        self._allowed: list[Network] = [ip_network(text, strict=False) for text in allow_networks]

    def permits(self, ip: str, port: int = 443) -> bool:
        """Whether the address (a literal, with or without IPv6 zone) may be dialled on this port."""
        given = ip_address(ip.partition("%")[0])
        real = _really(given)
        if any(given in network or real in network for network in self._allowed):
            return True
        return port in WEB_PORTS and _is_public(real)

    def may_know(self, port: int) -> bool:
        """Whether any address could be permitted on this port: else its name need not be looked up."""
        return bool(self._allowed) or port in WEB_PORTS


def _really(address: Address) -> Address:
    """The IPv4 address that a mapped, 6to4 or NAT64 address reaches."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast:
        return False
    return not any(address in network for network in _DENIED[address.version])


class SystemResolver:
    """The system's name service, on threads of its own: a slow server there must not hold up other work."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="dns")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _lookup, host, port)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _lookup(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


async def dial(ip: str, port: int) -> socket.socket:
    """A TCP connection to an address. Raises OSError."""
    made = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, (ip, port))
    except BaseException:
        made.close()
        raise
    return made


class GuardedDialler:
    """The network as the HTTP client sees it: `await dialler(host, port, seconds)` → a connected socket."""

    def __init__(self, guard: AddressGuard, resolve: Resolver, dial: Dial = dial) -> None:
        self._guard = guard
        self._resolve = resolve
        self._dial = dial

    async def __call__(self, host: str, port: int, seconds: float) -> socket.socket:
        """Raises Refused before anything is dialled; OSError (TimeoutError is one) of the last address dialled."""
        end = time.monotonic() + seconds
        addresses = await self._addresses(host, port, end)
        for place, ip in enumerate(addresses):
            left = len(addresses) - place
            share = (
                max(end - time.monotonic(), 0.1) / left
            )  # a dead first address must leave time for the next
            try:
                async with asyncio.timeout(share):
                    return await self._dial(ip, port)
            except OSError:
                if left == 1:
                    raise
        raise Refused(FailureKind.DNS, f"{host} has no address")

    async def _addresses(self, host: str, port: int, end: float) -> Sequence[str]:
        """The addresses of `host`, all of them permitted."""
        if not self._guard.may_know(port):
            raise Refused(
                FailureKind.BLOCKED, f"port {port} of {host} is not a web port (80, 443, 8080, 8443)"
            )
        try:
            if urls.is_ip(host):  # no name service, and no thread to ask it, need be troubled
                addresses: Sequence[str] = [host]
            else:
                async with asyncio.timeout(end - time.monotonic()):
                    addresses = await self._resolve(host, port)
        except TimeoutError:
            raise Refused(
                FailureKind.DNS, f"cannot resolve {host}: the name service did not answer"
            ) from None
        except (OSError, UnicodeError) as error:
            cause = (getattr(error, "strerror", None) or str(error)).lower()
            raise Refused(FailureKind.DNS, f"cannot resolve {host}: {cause}") from error
        if forbidden := [ip for ip in addresses if not self._guard.permits(ip, port)]:
            # The address itself is not told: it would map the operator's network to whoever reads the log.
            what = f"port {port} of {host}" if self._guard.permits(forbidden[0]) else host
            raise Refused(
                FailureKind.BLOCKED,
                f"{what} is not on the public web; fetch.allow_networks opens networks of your own",
            )
        return addresses[:4]
