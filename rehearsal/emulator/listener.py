"""A quiet HTTP server on loopback, in threads of its own, that leaves nothing open behind it.

werkzeug's own development server closes the connection after each answer and then waits for what
may still come; here a client keeps its connection from call to call.
"""

from __future__ import annotations

import io
import socket
import threading
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

from rehearsal.emulator.front import Front
from rehearsal.emulator.shortcut import answered


class Handler(MotoRequestHandler):  # type: ignore[misc]  # moto is untyped
    """moto's request handler: quiet, and for many requests on one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two packets: 40 ms a call otherwise

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's own name
        """Say nothing: errors are in the answer."""

    def run_wsgi(self) -> None:
        """Read one whole request, answer it whole, and leave the connection at its end."""
        environ = self.make_environ()
        # What is left unread would be taken for the next request.
        environ["wsgi.input"] = io.BytesIO(self._body(environ))
        environ["wsgi.input_terminated"] = True
        code, reason, headers, body = answered(self.server.app, environ)
        self.send_response_only(code, reason)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _body(self, environ: dict[str, Any]) -> bytes:
        in_chunks = environ.get("wsgi.input_terminated")  # werkzeug puts them together
        length = -1 if in_chunks else int(environ.get("CONTENT_LENGTH") or 0)
        whole: bytes = environ["wsgi.input"].read(length)
        return whole


class Listener(ThreadedWSGIServer):  # type: ignore[misc]  # so is werkzeug to us
    """Serves one application on a free port of 127.0.0.1 until stopped."""

    def __init__(self, front: Front) -> None:
        super().__init__("127.0.0.1", 0, front, Handler)
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> str:
        """Begin to serve; returns the endpoint's URL."""
        self._thread.start()
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End, with every connection that a client keeps open: the next state is not theirs."""
        self.shutdown()
        self._thread.join()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the client was faster
                continue

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no fault of ours to print."""
