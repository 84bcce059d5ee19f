# SPDX-License-Identifier: GPL-2.0-or-later
"""Web servers for tests, good and bad ones, and certificates made with openssl."""

import contextlib
import http.server
import re
import socket
import ssl
import struct
import subprocess
import threading

LIMIT = 60


class RawServer:
    """Says what `handler(connection, request)` says: one thread for each connection.

    `request` is what came up to the empty line. `tls` is an ssl.SSLContext.
    """

    def __init__(self, handler, tls=None, address="127.0.0.1", read=True):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.create_server((address, 0), family=family, backlog=128)
        self.port = self.listener.getsockname()[1]
        self.handler = handler
        self.tls = tls
        self.read = read
        self.requests = []  # bytes of each
        self.peers = []
        self.errors = []
        self.closed = threading.Event()
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def _accept(self):
        while not self.closed.is_set():
            try:
                connection, peer = self.listener.accept()
            except OSError:
                return
            self.peers.append(peer)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, connection):
        with contextlib.suppress(OSError, ValueError):
            try:
                connection.settimeout(LIMIT)
                if self.tls:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                request = b""
                while self.read and b"\r\n\r\n" not in request:
                    data = connection.recv(65536)
                    if not data:
                        break
                    request += data
                if request:
                    self.requests.append(request)
                self.handler(connection, request)
            except ssl.SSLError as error:
                self.errors.append(str(error))
            finally:
                connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed.set()
        # A connection of our own wakes accept(); closing the listener would not.
        with contextlib.suppress(OSError):
            socket.create_connection(self.listener.getsockname()[:2], timeout=5).close()
        self.listener.close()


def says(data):
    """A handler that sends this and closes."""
    return lambda connection, request: connection.sendall(data)


def answer(body=b"OK", status="200 OK", fields=()):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def reset(connection):
    """Closes with RST in the place of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextlib.contextmanager
def file_server(folder, tls=None):
    """Python's http.server for a folder. Yields the port."""
    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, format, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def openssl_server(certificate, *arguments):
    """openssl s_server with its own status page. Yields the port."""
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-naccept", "1000",
               "-cert", str(certificate.cert), "-key", str(certificate.key), *map(str, arguments)]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
    try:
        # "ACCEPT 127.0.0.1:40001"
        for line in server.stdout:
            found = re.match(r"ACCEPT .*:(\d+)", line)
            if found:
                break
        else:
            raise AssertionError("openssl s_server did not start")
        drain = threading.Thread(target=server.stdout.read, daemon=True)
        drain.start()
        yield int(found[1])
    finally:
        server.kill()
        server.wait()


def openssl(*arguments, cwd=None):
    subprocess.run(["openssl", *map(str, arguments)], cwd=cwd, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Certificate:
    def __init__(self, cert, key):
        self.cert, self.key = cert, key

    def server(self):
        """An SSL context for a server with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


class Authority:
    """A CA in a folder."""

    def __init__(self, folder, name="Test CA"):
        self.folder = folder
        folder.mkdir()
        self.cert, self.key = folder / "ca.pem", folder / "ca.key"
        (folder / "index.txt").write_text("", encoding="ascii")
        (folder / "index.txt.attr").write_text("unique_subject = no\n", encoding="ascii")
        (folder / "serial").write_text("1000\n", encoding="ascii")
        (folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca = x\n[x]\ndatabase = index.txt\nserial = serial\nnew_certs_dir = .\n"
            "default_md = sha256\npolicy = p\ncopy_extensions = copy\nrand_serial = yes\n"
            "[p]\ncommonName = optional\n", encoding="ascii")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-subj", f"/CN={name}", "-days", "30", "-keyout", self.key, "-out", self.cert,
                "-addext", "basicConstraints=critical,CA:TRUE")

    def issue(self, file, names, begin="20200101000000Z", end="20491231235959Z"):
        """A certificate for names such as "DNS:www.example.com", "IP:127.0.0.1"."""
        cert, key, request = (self.folder / f"{file}.{end}" for end in ("pem", "key", "csr"))
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-subj", f"/CN={file}", "-addext", f"subjectAltName={names}",
                "-keyout", key, "-out", request)
        openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", self.cert, "-keyfile", self.key,
                "-startdate", begin, "-enddate", end, "-in", request, "-out", cert, cwd=self.folder)
        return Certificate(cert, key)


def self_signed(folder, names):
    cert, key = folder / "self.pem", folder / "self.key"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=self", "-days", "30", "-addext", f"subjectAltName={names}",
            "-keyout", key, "-out", cert)
    return Certificate(cert, key)
