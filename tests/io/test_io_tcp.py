# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes of kind tcp: what is good, and which words a bad run has."""

import socket
import struct

import pytest

from netfixtures import io, net  # noqa: F401
from netkit import GONE4, LEFT4, LEFT6, OTHER4, RIGHT4, RIGHT6, ip


@pytest.mark.parametrize("address", [RIGHT4, RIGHT6])
def test_open(net, io, address):
    with net.listen(address) as server:
        port = server.getsockname()[1]
        io.probe(1, "tcp", host=address, port=port, interval_ms=100, timeout_ms=20000)
        for _ in range(3):
            result = io.result(1)
            assert result["good"] and result["text"] == "connected"
            assert 0 < result["latency_us"] < 20_000_000
            connection, peer = server.accept()
            assert peer[0] == (LEFT6 if ":" in address else LEFT4)
            connection.close()


def test_connection_is_reset(net, io):
    """Nothing is sent, and the connection does not stay behind in TIME_WAIT."""
    with net.listen() as server:
        io.probe(1, "tcp", host=RIGHT4, port=server.getsockname()[1], timeout_ms=20000)
        assert io.result(1)["good"]
        connection, _ = server.accept()
        with connection, pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_refused(io):
    io.probe(1, "tcp", host=RIGHT4, port=9, timeout_ms=20000)
    result = io.result(1)
    assert not result["good"] and result["text"] == "Connection refused"
    assert result["latency_us"] == 0


def test_unreachable(net, io):
    io.probe(1, "tcp", host="198.51.100.1", port=80, timeout_ms=20000)
    assert io.result(1)["text"] == "Network is unreachable"
    # A neighbor that does not answer, and one that an ICMP message tells about.
    io.probe(2, "tcp", host=GONE4, port=80, timeout_ms=60000)
    assert io.result(2)["text"] == "No route to host"
    net.nft("table inet t { chain c { type filter hook input priority 0;"
            " tcp dport 81 reject with icmpx type admin-prohibited; }; }")
    io.probe(3, "tcp", host=RIGHT4, port=81, timeout_ms=60000)
    result = io.result(3)
    assert not result["good"] and result["text"] in ("No route to host", "Connection refused")


def test_dropped(net, io):
    net.nft("table inet t { chain c { type filter hook input priority 0; tcp dport 80 drop; }; }")
    io.probe(1, "tcp", host=RIGHT4, port=80, timeout_ms=300)
    result = io.result(1)
    assert not result["good"] and result["text"] == "timed out after 300 ms"


def test_backlog_full(net, io):
    """A process that hangs: the kernel no longer accepts connections for it."""
    with net.listen(backlog=0) as server:
        address = server.getsockname()
        waiting = [net.connect(address) for _ in range(3)]
        io.probe(1, "tcp", host=RIGHT4, port=address[1], interval_ms=200, timeout_ms=300)
        assert io.result(1)["text"] == "timed out after 300 ms"
        # It wakes up.
        server.setblocking(False)
        for sock in waiting:
            sock.close()
        io.send("probe-set", id=1, generation=2, kind="tcp", host=RIGHT4, port=address[1],
                interval_ms=100, timeout_ms=20000)
        drain(server)
        while not io.result(1, generation=2)["good"]:
            drain(server)


def drain(server):
    try:
        while True:
            server.accept()[0].close()
    except BlockingIOError:
        pass


def test_source_address(net, io):
    with net.listen() as server:
        io.probe(1, "tcp", host=RIGHT4, port=server.getsockname()[1], source_address=OTHER4,
                 timeout_ms=20000)
        assert io.result(1)["good"]
        connection, peer = server.accept()
        connection.close()
        assert peer[0] == OTHER4


def test_source_faults(io):
    io.probe(1, "tcp", host=RIGHT4, port=9, source_address="203.0.113.1", timeout_ms=20000)
    assert io.result(1)["text"] == "source-address: Cannot assign requested address"
    io.probe(2, "tcp", host=RIGHT4, port=9, source_address=LEFT6, timeout_ms=20000)
    assert io.result(2)["text"] == "source-address: Address family not supported by protocol"
    io.probe(3, "tcp", host=RIGHT4, port=9, source_interface="nowhere", timeout_ms=20000)
    assert io.result(3)["text"] == "source-interface: No such device"
    io.probe(4, "tcp", host=RIGHT4, port=9, vrf="red", timeout_ms=20000)
    assert io.result(4)["text"] == "vrf: No such device"


def test_source_interface(net, io):
    """It comes and goes while the probe runs; no privilege is left to bind to it."""
    with net.listen() as server:
        port = server.getsockname()[1]
        io.probe(1, "tcp", host=RIGHT4, port=port, source_interface="wire", interval_ms=100,
                 timeout_ms=20000)
        assert io.result(1)["good"]
        ip("-n", net.left, "link", "set", "wire", "down")
        ip("-n", net.left, "link", "set", "wire", "name", "cable")
        while io.result(1)["text"] != "source-interface: No such device":
            pass
        ip("-n", net.left, "link", "set", "cable", "name", "wire")
        ip("-n", net.left, "link", "set", "wire", "up")
        while not io.result(1)["good"]:
            pass


def test_link_local(net, io):
    """A target with a zone."""
    with net.listen("::") as server:
        address = net.link_local()
        io.probe(1, "tcp", host=address + "%wire", port=server.getsockname()[1],
                 interval_ms=100, timeout_ms=20000)
        while not io.result(1)["good"]:
            pass
        # The interface goes, and another one of its name comes.
        ip("-n", net.left, "link", "set", "wire", "down")
        ip("-n", net.left, "link", "set", "wire", "name", "cable")
        while io.result(1)["text"] != "the interface of the address is not there":
            pass
        ip("-n", net.left, "link", "set", "cable", "name", "wire")
        ip("-n", net.left, "link", "set", "wire", "up")
        while not io.result(1)["good"]:
            pass


def test_reset_by_peer(net, io):
    """Accepted and reset at once is still a connection."""
    with net.listen() as server:
        io.probe(1, "tcp", host=RIGHT4, port=server.getsockname()[1], interval_ms=100,
                 timeout_ms=20000)
        for _ in range(3):
            connection, _ = server.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            assert io.result(1)["good"]
