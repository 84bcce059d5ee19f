# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections of which one end is gone without a word, or is silent for good; and losses
in part. Each costs a probe its timeout, and the next run begins anew."""

import contextlib
import os

import pytest

from netfixtures import io, net  # noqa: F401
from netkit import RIGHT4
from webkit import Authority, answer

# What a machine without power says and hears
GONE = ("table inet gone { chain in { type filter hook input priority 0; policy drop; };"
        " chain out { type filter hook output priority 0; policy drop; }; }")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pki") / "ca"
    authority = Authority(folder)
    return authority.cert, authority.issue("good", f"IP:{RIGHT4}")


def request_of(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(4096)
        if not more:
            break
        data += more
    return data


def descriptors(io):
    return len(os.listdir(f"/proc/{io.pid}/fd"))


def serve_until_good(io, server, tls):
    """Connections that were given up meanwhile may come first."""
    while True:
        with contextlib.suppress(OSError), accept(server, tls) as connection:
            if request_of(connection):
                connection.sendall(answer())
        if io.result(1)["good"]:
            return


def accept(server, tls):
    connection, _ = server.accept()
    connection.settimeout(30)
    return tls.wrap_socket(connection, server_side=True) if tls else connection


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_server_that_vanishes(net, io, certificate, scheme):
    """Its machine loses power after it has taken the request: no answer, no reset."""
    ca, cert = certificate
    tls = cert.server() if scheme == "https" else None
    with net.listen() as server:
        before = descriptors(io)
        io.probe(1, "http", url=f"{scheme}://{RIGHT4}:{server.getsockname()[1]}/",
                 interval_ms=200, timeout_ms=1000, tls_ca=str(ca) if tls else "")
        with accept(server, tls) as connection:
            assert request_of(connection)
            net.nft(GONE)
            connection.sendall(answer())  # is lost
            assert io.result(1)["text"] == "timed out after 1000 ms"
        # nor does it take the next connection
        assert io.result(1)["text"] in ("timed out after 1000 ms", "connect: No route to host")
        net.nft("flush ruleset")
        serve_until_good(io, server, tls)
        io.delete(1)
        io.ping()
        assert descriptors(io) == before


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12"],
                         ids=["nothing", "a part"])
def test_server_that_closes_its_half(net, io, said):
    """It has ended its side, and keeps the connection."""
    with net.listen() as server:
        io.probe(1, "http", url=f"http://{RIGHT4}:{server.getsockname()[1]}/", interval_ms=60000,
                 timeout_ms=20000)
        with accept(server, None) as connection:
            assert request_of(connection)
            connection.sendall(said)
            connection.shutdown(1)
            result = io.result(1)
            assert not result["good"] and result["latency_us"] == 0, result


def test_half_of_the_pings_are_lost(net, io):
    """Every second request: one bad result after one good, so no `fall` of 2 is reached."""
    net.nft("table inet t { chain c { type filter hook input priority 0;"
            " icmp type echo-request numgen inc mod 2 0 drop; }; }")
    io.probe(1, "icmp", host=RIGHT4, interval_ms=600, timeout_ms=500)
    results = [io.result(1)["good"] for _ in range(6)]
    assert results in ([True, False] * 3, [False, True] * 3)
