# SPDX-License-Identifier: GPL-2.0-or-later
"""http and https probes against real servers, and against servers that misbehave."""

import contextlib
import os
import shutil
import socket
import ssl
import threading

import pytest

from iokit import Io
from webkit import (Authority, RawServer, answer, file_server, openssl, openssl_server, reset, says,
                    self_signed)

# A run may take as long as the machine needs, but where a timeout is what is tested.
PATIENT = {"interval_ms": 50, "timeout_ms": 60000}


def probe(io, server, id=1, path="/", **fields):
    port = server if isinstance(server, int) else server.port
    fields.setdefault("url", f"http://127.0.0.1:{port}{path}")
    io.probe(id, "http", **{**PATIENT, **fields})
    result = io.result(id, generation=fields.get("generation"))
    io.delete(id)
    return result


def good(io, server, **fields):
    result = probe(io, server, **fields)
    assert result["good"], result
    return result["text"]


def bad(io, server, **fields):
    result = probe(io, server, **fields)
    assert not result["good"], result
    return result["text"]


# --- what is asked ---------------------------------------------------------------------

def test_python_server(io, tmp_path):
    (tmp_path / "health").write_text("everything is well\n", encoding="ascii")
    with file_server(tmp_path) as port:
        assert good(io, port, path="/health") == "HTTP 200"
        assert good(io, port, id=2, path="/health", body_match="is well") == "HTTP 200"
        assert bad(io, port, id=3, path="/health", body_match="is bad") == \
            "HTTP 200, but the text is not in the body"
        assert bad(io, port, id=4, path="/nothing") == "HTTP 404"
        assert good(io, port, id=5, path="/nothing", status="200,400-404") == "HTTP 404"
        assert good(io, port, id=6, path="/health", head=1) == "HTTP 200"


def test_request(io):
    with RawServer(says(answer())) as server:
        good(io, server, path="/a/b?c=d#e")
        good(io, server, id=2, head=1, host_header="www.example.com")
        good(io, server, id=3, path="?q")
    lines = server.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /a/b?c=d HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert "Connection: close" in lines and "Accept-Encoding: identity" in lines
    assert lines[-2:] == ["", ""]
    assert server.requests[1].startswith(b"HEAD / HTTP/1.1\r\nHost: www.example.com\r\n")
    assert server.requests[2].startswith(b"GET /?q HTTP/1.1\r\n")


def test_ipv6_literal(io):
    with RawServer(says(answer()), address="::1") as server:
        good(io, server, url=f"http://[::1]:{server.port}/")
    assert f"\r\nHost: [::1]:{server.port}\r\n".encode() in server.requests[0]


def test_source_address(io):
    with RawServer(says(answer())) as server:
        good(io, server, source_address="127.0.0.77")
        assert "source-address" in bad(io, server, id=2, source_address="192.0.2.1")
        assert "source-interface" in bad(io, server, id=3, source_interface="nothing0")
    assert server.peers[0][0] == "127.0.0.77"


def test_no_redirect(io):
    with RawServer(says(answer(status="302 Found", fields=["Location: /other"]))) as server:
        assert bad(io, server) == "HTTP 302"
        assert good(io, server, id=2, status="302") == "HTTP 302"
        assert all(request.startswith(b"GET / ") for request in server.requests)


@pytest.mark.parametrize("fields, text", [
    ({"url": "ftp://192.0.2.1/"}, "does not begin with http"),
    ({"url": "http://user:word@192.0.2.1/"}, "user name"),
    ({"url": "http://192.0.2.1:99999/"}, "port"),
    ({"url": "http://[192.0.2.1]/"}, "IPv6"),
    ({"url": "http://192.0.2.1/", "status": "20x"}, "status codes"),
    ({"url": "http://192.0.2.1/", "host_header": "a/b"}, "host header"),
    ({"url": "http://192.0.2.1/", "head": 1, "body_match": "x"}, "HEAD"),
])
def test_configuration_errors(io, fields, text):
    assert text in bad(io, 0, **fields)


# --- answers ---------------------------------------------------------------------------

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("data, fields", [
    (answer(), {}),
    (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", {"body_match": "the end"}),
    (b"HTTP/1.1 200\n\n", {}),
    (CHUNKED + b"3\r\nall\r\n5;x=y\r\n is w\r\n3\r\nell\r\n0\r\nX: y\r\n\r\n", {"body_match": "all is well"}),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer(), {}),
    (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", {}),
    (answer(b"aaaaab" * 3), {"body_match": "aaab"}),
    # Found: what comes later is not asked for.
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfound", {"body_match": "found"}),
])
def test_good_answers(io, data, fields):
    with RawServer(says(data)) as server:
        good(io, server, **fields)


@pytest.mark.parametrize("data, text", [
    (b"", "without an answer"),
    (b"HTTP/1.1 200 OK\r\nContent-Le", "middle of the header"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", "middle of the body"),
    (CHUNKED + b"5\r\n12", "middle of the body"),
    (CHUNKED + b"5\r\n12345\r\n", "middle of the body"),
    (CHUNKED + b"2\r\n12345\r\n", "chunk is longer"),
    (CHUNKED + b"x\r\n", "size of a chunk"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n1", "two values"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "both"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "chunked"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "not a number"),
    (b"HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", "several lines"),
    (b"HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "name: value"),
    (b"HTTP/1.1 200 OK\r\nX: y\rz\r\n\r\n", "control character"),
    (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "another protocol"),
    (b"HTTP/2 200\r\n\r\n", "HTTP/1"),
    (b"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1"),
    (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\n", "control character"),
])
def test_bad_answers(io, data, text):
    with RawServer(says(data)) as server:
        assert text in bad(io, server)


def endless(begin, piece):
    def handler(connection, request):
        connection.sendall(begin)
        while True:
            connection.sendall(piece)
    return handler


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nX: "])
def test_endless_header(io, begin):
    piece = b"X: y\r\n" * 100 if begin.endswith(b"OK\r\n") else b"y" * 1000
    with RawServer(endless(begin, piece)) as server:
        assert "header of the answer is too long" in bad(io, server)


def test_endless_interim_answers(io):
    with RawServer(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10)) as server:
        assert "too long" in bad(io, server)


@pytest.mark.parametrize("begin, piece", [
    (b"HTTP/1.1 200 OK\r\n\r\n", b"z" * 8192),
    (CHUNKED, b"400\r\n" + b"z" * 1024 + b"\r\n"),
])
def test_endless_body(io, begin, piece):
    with RawServer(endless(begin, piece)) as server:
        # 64 KiB are looked at, the rest is not read.
        assert good(io, server) == "HTTP 200"
        assert bad(io, server, id=2, body_match="x") == \
            "HTTP 200, but the text is not in the first 64 KiB of the body"


def test_bad_status_needs_no_body(io):
    def handler(connection, request):
        connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 10\r\n\r\n")
        connection.recv(1)  # until the client hangs up

    with RawServer(handler) as server:
        assert bad(io, server) == "HTTP 503"


# --- connections -----------------------------------------------------------------------

def test_refused(io):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert bad(io, port) == "connect: Connection refused"


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234"])
def test_reset(io, sent):
    def handler(connection, request):
        connection.sendall(sent)
        reset(connection)

    with RawServer(handler) as server:
        assert "Connection reset" in bad(io, server)


def test_slow_servers_delay_no_other(io):
    """Silent, and byte for byte: both come to their timeouts, a good one runs on."""
    stop = threading.Event()

    def silent(connection, request):
        stop.wait(60)

    def trickling(connection, request):
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
            connection.sendall(bytes([byte]))
            if stop.wait(0.05):
                return

    with RawServer(silent) as first, RawServer(trickling) as second, RawServer(says(answer())) as third:
        io.probe(1, "http", url=f"http://127.0.0.1:{first.port}/", interval_ms=1000, timeout_ms=700)
        io.probe(2, "http", url=f"http://127.0.0.1:{second.port}/", interval_ms=1000, timeout_ms=800)
        io.probe(3, "http", url=f"http://127.0.0.1:{third.port}/", **PATIENT)
        assert io.result(1)["text"] == "timed out after 700 ms"
        hung = io.result(2)
        assert hung["text"] == "timed out after 800 ms"
        assert [r for r in io.results if r["id"] == 3 and r["good"] and r["at_us"] < hung["at_us"]]
        stop.set()


def test_nothing_is_left(io):
    """No descriptor stays, whatever way a run ends; changes and deletions in the middle of runs."""
    def descriptors():
        return len(os.listdir(f"/proc/{io.pid}/fd"))

    stop = threading.Event()

    def silent(connection, request):
        stop.wait(60)

    with RawServer(says(answer())) as fine, RawServer(silent) as hung, \
            RawServer(says(b"")) as empty:
        before = descriptors()
        for generation in range(1, 4):
            for id, server in enumerate((fine, hung, empty), 1):
                io.probe(id, "http", generation=generation, interval_ms=50, timeout_ms=100,
                         url=f"http://127.0.0.1:{server.port}/")
            for id in (1, 2, 3):
                io.result(id, generation=generation)
        for id in (1, 2, 3):
            io.delete(id)
        io.ping()
        assert descriptors() == before
        stop.set()


# --- TLS -------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    class Pki:
        folder = tmp_path_factory.mktemp("pki")
        ca = Authority(folder / "ca")
        other_ca = Authority(folder / "other", "Other CA")
        good = ca.issue("good", "DNS:www.example.com,IP:127.0.0.1")
        wrong = ca.issue("wrong", "DNS:www.example.org,DNS:example.org")
        expired = ca.issue("expired", "DNS:www.example.com", "20200101000000Z", "20210203040506Z")
        early = ca.issue("early", "DNS:www.example.com", "20400101000000Z", "20410101000000Z")
        client = ca.issue("client", "DNS:client.example.com")
        self = self_signed(folder, "DNS:www.example.com")
    return Pki


def tls(io, server, pki, port=None, **fields):
    """A result over TLS; the name is www.example.com where nothing else is said."""
    fields.setdefault("tls_ca", str(pki.ca.cert))
    fields.setdefault("tls_name", "www.example.com")
    fields.setdefault("url", f"https://127.0.0.1:{server if isinstance(server, int) else server.port}/")
    return probe(io, 0, **fields)


def test_tls_good(io, pki, tmp_path):
    (tmp_path / "health").write_text("well", encoding="ascii")
    with file_server(tmp_path, pki.good.server()) as port:
        result = tls(io, port, pki, url=f"https://127.0.0.1:{port}/health", body_match="well")
        assert result["good"] and result["text"] == "HTTP 200"
        # By address: the certificate has it as well, and SNI says nothing.
        assert tls(io, port, pki, id=2, tls_name="")["good"]


def test_tls_openssl_server(io, pki):
    with openssl_server(pki.good) as port:
        result = tls(io, port, pki)
        assert result["good"], result
    with openssl_server(pki.good, "-tls1_2") as port:
        assert tls(io, port, pki, id=2)["good"]


@pytest.mark.parametrize("which, text", [
    ("expired", "certificate expired: 2021-02-03 04:05:06 UTC"),
    ("early", "certificate not yet valid: it begins 2040-01-01 00:00:00 UTC"),
    ("wrong", 'certificate for another name: it is for "www.example.org", "example.org"'),
    ("self", "certificate is self-signed and not trusted"),
])
def test_tls_bad_certificate(io, pki, which, text):
    with RawServer(says(answer()), tls=getattr(pki, which).server()) as server:
        result = tls(io, server, pki)
        assert not result["good"] and result["text"] == text
        assert not server.requests
        # Who does not want to verify gets the answer.
        assert tls(io, server, pki, id=2, tls_verify=0)["good"]


def test_tls_address_mismatch(io, pki):
    with RawServer(says(answer()), tls=pki.wrong.server()) as server:
        assert "another name" in tls(io, server, pki, tls_name="")["text"]


def test_tls_self_signed_with_ca(io, pki):
    with RawServer(says(answer()), tls=pki.self.server()) as server:
        assert tls(io, server, pki, tls_ca=str(pki.self.cert))["good"]


def test_tls_unknown_ca(io, pki):
    with RawServer(says(answer()), tls=pki.good.server()) as server:
        for id, ca in enumerate((str(pki.other_ca.cert), ""), 1):
            result = tls(io, server, pki, id=id, tls_ca=ca)
            assert not result["good"] and "CA" in result["text"], result


def test_tls_sni(io, pki):
    names = []

    def remember(connection, name, context):
        names.append(name)

    context = pki.good.server()
    context.sni_callback = remember
    with RawServer(says(answer()), tls=context) as server:
        assert tls(io, server, pki)["good"]
        assert tls(io, server, pki, id=2, tls_name="")["good"]
        assert tls(io, server, pki, id=3, url=f"https://localhost:{server.port}/",
                   tls_name="www.example.com", host_header="shop.example.com")["good"]
    assert names == ["www.example.com", None, "www.example.com"]
    assert b"\r\nHost: shop.example.com\r\n" in server.requests[2]


def test_tls_own_certificate(io, pki):
    context = pki.good.server()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(pki.ca.cert)
    with RawServer(says(answer()), tls=context) as server:
        # The server's alert, or the reset that follows it.
        result = tls(io, server, pki)
        assert not result["good"] and result["text"].startswith("TLS: "), result
        own = {"tls_cert": str(pki.client.cert), "tls_key": str(pki.client.key)}
        assert tls(io, server, pki, id=2, **own)["good"]
        result = tls(io, server, pki, id=3, tls_cert=str(pki.client.cert), tls_key=str(pki.good.key))
        assert "cannot use the key" in result["text"], result


def test_tls_files_that_come_and_change(io, pki, tmp_path):
    """A file that is not there is the error of a run; a renewed one is used at once."""
    ca = tmp_path / "ca.pem"
    with RawServer(says(answer()), tls=pki.good.server()) as server:
        io.probe(1, "http", url=f"https://127.0.0.1:{server.port}/", tls_ca=str(ca), **PATIENT)
        assert "cannot read the CA file" in io.result(1)["text"]
        shutil.copy(pki.ca.cert, tmp_path / "new.pem")
        os.rename(tmp_path / "new.pem", ca)
        io.wait(lambda m: m["type"] == "result" and m["good"])
        shutil.copy(pki.other_ca.cert, tmp_path / "new.pem")
        os.rename(tmp_path / "new.pem", ca)
        assert "CA" in io.wait(lambda m: m["type"] == "result" and not m["good"]
                               and "file" not in m["text"])["text"]


def test_tls_key_with_passphrase(io, pki, tmp_path):
    """Nobody is asked for it."""
    key = tmp_path / "locked.key"
    openssl("pkcs8", "-topk8", "-in", pki.client.key, "-out", key, "-passout", "pass:word")
    with RawServer(says(answer()), tls=pki.good.server()) as server:
        result = tls(io, server, pki, tls_cert=str(pki.client.cert), tls_key=str(key))
    assert "cannot use the key" in result["text"], result


def test_tls_with_who_does_not_speak_it(io, pki):
    with RawServer(says(answer()), read=False) as server:
        result = tls(io, server, pki)
        assert not result["good"] and result["text"].startswith("TLS: "), result
    with RawServer(says(b""), read=False) as server:
        result = tls(io, server, pki, id=2)
        assert not result["good"] and "TLS" in result["text"], result


def test_tls_handshake_that_hangs(io, pki):
    stop = threading.Event()
    with RawServer(lambda connection, request: stop.wait(60), read=False) as server:
        assert tls(io, server, pki, timeout_ms=500)["text"] == "timed out after 500 ms"
        stop.set()


def test_tls_reset_and_half_answers(io, pki):
    def handler(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234")
        reset(connection)

    with RawServer(handler, tls=pki.good.server()) as server:
        result = tls(io, server, pki)
        assert not result["good"], result
    def polite(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234")
        with contextlib.suppress(OSError):
            connection.unwrap()

    with RawServer(polite, tls=pki.good.server()) as server:
        assert "middle of the body" in tls(io, server, pki, id=2)["text"]


def test_tls_endless_body(io, pki):
    with RawServer(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"z" * 16384), tls=pki.good.server()) as server:
        assert tls(io, server, pki)["good"]
        assert "64 KiB" in tls(io, server, pki, id=2, body_match="x")["text"]


def test_tls_many_with_one_context(io, pki):
    """Many probes at a time; the connections are all closed at the end."""
    with RawServer(says(answer()), tls=pki.good.server()) as server:
        before = len(os.listdir(f"/proc/{io.pid}/fd"))
        for id in range(1, 41):
            io.probe(id, "http", url=f"https://127.0.0.1:{server.port}/", tls_ca=str(pki.ca.cert),
                     interval_ms=60000, timeout_ms=60000)
        for id in range(1, 41):
            assert io.result(id)["good"]
            io.delete(id)
        io.ping()
        assert len(os.listdir(f"/proc/{io.pid}/fd")) == before


def test_as_another_user():
    """As frrd runs it: no root, no capabilities."""
    with RawServer(says(answer())) as server, \
            Io(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]) as io:
        assert good(io, server) == "HTTP 200"
        assert good(io, server, id=2, source_interface="lo", source_address="127.0.0.77") == "HTTP 200"
    assert "127.0.0.77" in [peer[0] for peer in server.peers]
