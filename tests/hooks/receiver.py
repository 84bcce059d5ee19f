# SPDX-License-Identifier: GPL-2.0-or-later
"""A web server in a namespace that keeps what is posted to it."""

import http.server
import ssl
import threading

from labkit import netns


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what is posted; /status/N answers N, /hang does not answer."""
    daemon_threads = True

    class RequestHandlerClass(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.posts.append((self.path, self.headers["Content-Type"], body))
            self.server.posted(self.path, body)
            if self.path == "/hang":
                self.server.over.wait()
                return
            self.send_response(int(self.path[8:]) if self.path.startswith("/status/") else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    def __init__(self, ns, certificate=None, address="127.0.0.1"):
        with netns.inside(ns.name):
            super().__init__((address, 0), self.RequestHandlerClass)
        self.posts, self.over = [], threading.Event()
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://{address}:{self.server_address[1]}"
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})

    def posted(self, path, body):
        """Before the answer, in a thread of its own."""

    def handle_error(self, *_):
        """A client that hangs up is what some tests want."""

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.shutdown()
        self.thread.join()
        self.server_close()
