"""HTTP and HTTPS servers on loopback that answer by path and remember what they were asked."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import trustme

Page = tuple[int, list[tuple[str, str]], bytes]


@dataclass
class Host:
    """A running server: its port, what it answers by path (without query), and what it was asked."""

    port: int
    pages: dict[str, Page]
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def server(pages: dict[str, Page], authority: trustme.CA | None = None, *names: str) -> Iterator[Host]:
    """A server over `pages`; with an authority, over TLS for `names`."""
    host = Host(0, pages)

    class Handler(http.server.BaseHTTPRequestHandler):
        def _any(self) -> None:
            host.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            status, headers, body = host.pages.get(self.path.split("?")[0], (404, [], b"no"))
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_OPTIONS = do_HEAD = _any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    http_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if authority:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        http_server.socket = context.wrap_socket(http_server.socket, server_side=True)
    host.port = http_server.server_address[1]
    threading.Thread(target=http_server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        http_server.shutdown()
        http_server.server_close()
