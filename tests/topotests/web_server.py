# SPDX-License-Identifier: GPL-2.0-or-later
"""A web server: web_server.py ADDRESS PORT [CERTIFICATE KEY]. Says "ready" when it listens. A number
on standard input is the status of all answers from now on; it is answered by
"set". Ends with standard input."""

import http.server
import json
import socketserver
import ssl
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self):
        body = b"all is well\n"
        self.send_response(Handler.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256  # hundreds of probes may come at once

    def handle_error(self, request, client_address):
        """A probe of a port closes its connection at once, and needs no traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def server_bind(self):
        """Without HTTPServer's question to a name server, which no lab has."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


def serve(address, port, *certificate):
    server = Server((address, port), Handler)
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate)
        # The handshake belongs to the connection's own thread.
        server.socket = tls.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    for line in sys.stdin:
        Handler.status = json.loads(line)
        print("set", flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
