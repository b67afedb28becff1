"""A real HTTP server on loopback that serves documents with validators and remembers who asked for what."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0  # seconds before the first byte
    validators: bool = True  # answer 304 to a matching If-None-Match
    etag: str | None = None  # instead of the body's own; one that stays while the body changes is a lie
    frozen: bool = False  # answer 304 to whatever If-None-Match


@dataclass
class Loopback:
    url: str
    routes: dict[str, Answer]
    requests: list[tuple[str, dict[str, str]]]  # path, lower-case headers
    visits: list[tuple[float, float]]  # begin and end of each answer in seconds, by when it ended

    def put(self, path: str, body: bytes | str = b"", **more: object) -> str:
        """Serve `body` at `path`; the full address."""
        data = body.encode() if isinstance(body, str) else body
        self.routes[path] = Answer(data, **more)  # type: ignore[arg-type]
        return self.url + path

    def asked(self, path: str) -> list[dict[str, str]]:
        return [headers for asked, headers in self.requests if asked == path]


@contextmanager
def serving() -> Iterator[Loopback]:
    routes: dict[str, Answer] = {}
    requests: list[tuple[str, dict[str, str]]] = []
    visits: list[tuple[float, float]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            begun = time.monotonic()
            try:
                self.answer()
            finally:
                visits.append((begun, time.monotonic()))

        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            requests.append((self.path, headers))
            answer = routes.get(self.path, Answer(b"nothing here", 404, validators=False))
            time.sleep(answer.delay)
            etag = answer.etag or '"' + hashlib.md5(answer.body).hexdigest() + '"'
            known = headers.get("if-none-match")
            if answer.validators and (known == etag or (answer.frozen and known)):
                self.send_response(304)
                self.send_header("ETag", etag)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                return
            self.send_response(answer.status)
            if answer.validators and answer.status == 200:
                self.send_header("ETag", etag)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that hangs up is what some tests are about

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Loopback(f"http://127.0.0.1:{server.server_port}", routes, requests, visits)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
