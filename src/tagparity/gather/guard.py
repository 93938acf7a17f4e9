"""The one door for requests: resolves once, refuses what is not public, dials the address it has looked at.

Only http and https, only ports 80 and 443 unless private hosts are allowed, no credentials in URLs, redirects looked at
like the first URL, no proxy of the environment, a limit on seconds and bytes for everything one guard does.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import certifi
import dns.exception
import dns.name
import dns.resolver
import httpcore

from .. import __version__
from ..core.errors import Refused
from ..core.text import outside
from .addresses import embedded, literal, public

SECONDS = 30.0
BYTES = 4 << 20
EACH = 700_000  # of one answer: a tag script tells what it is long before
HOPS = 5
AGENT = f"tagparity/{__version__} (measurement audit)"
# Names that lead to the machine itself, its network or a cloud's metadata, whatever a resolver says of them.
_INSIDE = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "home.arpa",
    "localdomain",
    "arpa",
)


class Failed(Exception):
    """A request that was allowed and did not work; the message says why in a few words."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name leads to: itself and its CNAMEs in order, and every address."""

    chain: tuple[str, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one request. `headers` in order, names in lower case; `body` up to the limit of bytes, `cut` there;
    `hops` the hosts redirects went through; `peer` the address that answered; `tls` what the connection was."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    cut: bool
    hops: tuple[str, ...] = ()
    peer: str = ""
    tls: Mapping[str, Any] = field(default_factory=dict)

    def all(self, name: str) -> list[str]:
        return [v for k, v in self.headers if k == name]


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart and found harmless as written."""

    scheme: str
    host: str
    port: int
    path: str


class Guard:
    """Asks hosts for a while. `nameserver` is (address, port) of a resolver to use in place of the system's; `trust`
    replaces the public certificate authorities."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        nameserver: tuple[str, int] | None = None,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        size: int = BYTES,
    ) -> None:
        self.allow_private = allow_private
        self.left, self.ends = size, time.monotonic() + seconds
        self.known: dict[str, Resolved] = {}
        self.resolver = dns.resolver.Resolver(configure=nameserver is None)
        if nameserver:
            self.resolver.nameservers, self.resolver.port = [nameserver[0]], nameserver[1]
        self.trust = trust or ssl.create_default_context(cafile=certifi.where())
        self.pool = httpcore.ConnectionPool(ssl_context=self.trust, network_backend=_Backend(self), http2=False)

    def close(self) -> None:
        self.pool.close()

    def seconds(self) -> float:
        """Seconds left. Raises Failed when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise Failed("the time for all requests is over")
        return left

    def target(self, url: str) -> Target:
        """A URL taken apart. Raises Refused where no request may follow."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            raise Refused("not a URL that can be asked") from None
        if parts.scheme not in ("http", "https") or not host or any(c <= " " or c == "\\" for c in url):
            raise Refused("only http and https URLs can be asked")
        if parts.username is not None or parts.password is not None:
            raise Refused(f"{outside(host)}: a URL with credentials is not asked")
        port = port or (443 if parts.scheme == "https" else 80)
        if port not in (80, 443) and not self.allow_private:
            raise Refused(f"{outside(host)}: only ports 80 and 443 are asked (--allow-private for others)")
        path = parts.path or "/"
        return Target(parts.scheme, self.host(host), port, f"{path}?{parts.query}" if parts.query else path)

    def host(self, host: str) -> str:
        """A host name in the form it is asked for. Raises Refused for one that leads inside by its name alone."""
        try:
            # what is not ASCII is made so first: other scripts' digits and full stops make addresses too
            ascii_ = (host if host.isascii() else host.encode("idna").decode("ascii")).lower().rstrip(".")
            address = literal(ascii_)
            if address is not None:
                self._allowed(host, [str(address)])
                return ascii_
            name = dns.name.from_text(ascii_)
        except (ValueError, UnicodeError, dns.exception.DNSException):
            raise Refused(f"{outside(host)}: not a host name, or an address written in an unusual way") from None
        inside = any(ascii_ == n or ascii_.endswith(f".{n}") for n in _INSIDE)
        if (inside or len(name.labels) < 3) and not self.allow_private:
            raise Refused(f"{outside(host)}: a name inside a network (--allow-private to ask it)")
        return ascii_

    def resolve(self, host: str) -> Resolved:
        """Addresses of a host, asked for once. Raises Refused if any is not public, Failed if there is none."""
        if host not in self.known:
            self.known[host] = self._resolve(host)
        return self.known[host]

    def _resolve(self, host: str) -> Resolved:
        address = literal(host)
        if address is not None:
            self._allowed(host, [str(address)])
            return Resolved((host,), (str(address),))
        chain, found = [host], list[str]()
        for kind in ("A", "AAAA"):
            try:
                answer = self.resolver.resolve(host, kind, lifetime=min(10.0, self.seconds()), raise_on_no_answer=False)
            except dns.resolver.NXDOMAIN:
                raise Failed("the name does not exist") from None
            except dns.exception.DNSException as error:
                raise Failed(f"the name cannot be resolved ({type(error).__name__})") from None
            names = [str(rr.target).rstrip(".").lower() for cname in answer.chaining_result.cnames for rr in cname]
            chain = max(chain, [host, *names], key=len)
            found += [str(rr.address) for rr in answer.rrset or ()]
        if not found:
            raise Failed("the name has no address")
        self._allowed(host, found)
        return Resolved(tuple(chain), tuple(found))

    def _allowed(self, host: str, addresses: Iterable[str]) -> None:
        """One address that is not public spoils all: which of them is dialled is nobody's choice."""
        if self.allow_private:
            return
        for text in addresses:
            address = ipaddress.ip_address(text)
            if embedded(address) is not None or not public(address):
                raise Refused(f"{outside(host)}: leads to an address that is not public (--allow-private to ask it)")

    def get(self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, hops: int = HOPS) -> Answer:
        """One request and its redirects. Raises Refused, or Failed with the reason."""
        went: list[str] = []
        while True:
            target = self.target(url)
            answer = self._once(target, url, method, headers or {}, tuple(went))
            where = answer.all("location")
            if not (300 <= answer.status < 400 and where):
                return answer
            if len(went) >= hops:
                raise Failed(f"more than {hops} redirects")
            went.append(target.host)
            url = urljoin(url, where[0])

    def _once(self, target: Target, url: str, method: str, headers: Mapping[str, str], hops: tuple[str, ...]) -> Answer:
        self.resolve(target.host)
        sent = {"Host": _authority(target), "User-Agent": AGENT, "Accept": "*/*", **headers}
        address = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=_ascii(target.path))
        left = self.seconds()
        if self.left <= 0:
            raise Failed("the limit of bytes for all requests is reached")
        timeout = {k: min(10.0, left) for k in ("connect", "read", "write", "pool")}
        try:
            with self.pool.stream(method, address, headers=list(sent.items()), extensions={"timeout": timeout}) as got:
                connection = _connection(got.extensions.get("network_stream"))  # gone once a cut body is closed
                body, cut = self._body(got.iter_stream())
                named = tuple((k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in got.headers)
                return Answer(url, got.status, named, body, cut, hops, *connection)
        except (
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
            ssl.SSLError,
            OSError,
        ) as error:
            raise Failed(_why(error)) from None

    def _body(self, chunks: Iterable[bytes]) -> tuple[bytes, bool]:
        kept: list[bytes] = []
        room = EACH
        for chunk in chunks:
            self.seconds()
            kept.append(chunk[: min(self.left, room)])
            self.left -= len(kept[-1])
            room -= len(kept[-1])
            if self.left <= 0 or room <= 0:
                return b"".join(kept), True
        return b"".join(kept), False


class _Backend(httpcore.SyncBackend):
    """Dials the address the guard has looked at, never the name."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        last: Exception = Failed("the name has no address")
        for address in self.guard.resolve(host).addresses[:4]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise Refused("sockets of this machine are not asked")


def _authority(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == (443 if target.scheme == "https" else 80) else f"{host}:{target.port}"


def _ascii(path: str) -> str:
    """The path and query as they travel: what is not ASCII percent-encoded."""
    return "".join(c if " " < c < "\x7f" else "".join(f"%{b:02X}" for b in c.encode("utf-8", "replace")) for c in path)


def _connection(stream: Any) -> tuple[str, dict[str, Any]]:
    """Address of the other end, and of TLS its version and certificate (subject names, issuer, last day)."""
    if stream is None:
        return "", {}
    peer = stream.get_extra_info("server_addr")
    tls = stream.get_extra_info("ssl_object")
    said: dict[str, Any] = {}
    if tls is not None:
        cert = tls.getpeercert() or {}
        issuer = {k: v for part in cert.get("issuer", ()) for k, v in part}
        said = {
            "version": tls.version() or "",
            "names": [v for k, v in cert.get("subjectAltName", ()) if k == "DNS"][:50],
            "issuer": issuer.get("organizationName") or issuer.get("commonName") or "",
            "expires": cert.get("notAfter", ""),
        }
    return (str(peer[0]) if peer else ""), said


def _why(error: Exception) -> str:
    """The reason in a few words, without what the other end said."""
    text = str(error).lower()
    if isinstance(error, httpcore.TimeoutException):
        return "no answer in time"
    if "certificate" in text or isinstance(error, ssl.SSLCertVerificationError):
        for sign, words in (
            ("expired", "has expired"),
            ("hostname mismatch", "is for another name"),
            ("self", "is signed by nobody known"),
        ):
            if sign in text:
                return f"the certificate {words}"
        return "the certificate is not valid"
    if isinstance(error, ssl.SSLError) or "ssl" in text:
        return "no TLS connection"
    if isinstance(error, httpcore.ProtocolError):
        return "not an HTTP answer"
    return "refused" if "refused" in text else "no connection"
