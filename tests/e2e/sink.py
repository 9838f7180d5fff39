"""A receiver of webhooks on this machine, which takes everything and writes it down."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any


class Sink:
    """`received` holds the bodies, in the order in which they came."""

    def __init__(self) -> None:
        self.received: Queue[dict[str, Any]] = Queue()
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.put(json.loads(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/pingji"

    def next(self, patience: float = 60) -> dict[str, Any]:
        return self.received.get(timeout=patience)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
