"""A DNS server on loopback. Answers come from a table; a callable in it may answer differently each time."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dns.message
import dns.rdatatype
import dns.rrset

Records = dict[str, list[str]]  # "A shop.example" -> addresses; "CNAME shop.example" -> one name
Table = dict[str, list[str] | Callable[[], list[str]]]


def _reply(table: Table, wire: bytes) -> bytes:
    query = dns.message.from_wire(wire)
    reply = dns.message.make_response(query)
    asked = query.question[0]
    name, kind = asked.name.to_text().rstrip(".").lower(), dns.rdatatype.to_text(asked.rdtype)
    known = {key.split(" ", 1)[1] for key in table}
    if name not in known:
        reply.set_rcode(3)
    for _ in range(10):
        found = table.get(f"{kind} {name}")
        values = found() if callable(found) else found
        if values:
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *values))
            break
        cname = table.get(f"CNAME {name}")
        if not cname or callable(cname):
            break
        reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{cname[0]}."))
        name = cname[0]
    return reply.to_wire()


@contextmanager
def resolver(table: Table) -> Iterator[tuple[str, int]]:
    """A resolver over `table`; yields its address and port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, sock = self.request
            sock.sendto(_reply(table, data), self.client_address)

    server: Any = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address
    finally:
        server.shutdown()
        server.server_close()
