# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes of kind icmp: which answers count, and which do not."""

import os
import socket
import struct
import threading

import pytest

from iokit import Io
from netfixtures import io, net  # noqa: F401
from netkit import GONE4, LEFT6, OTHER4, RIGHT4, RIGHT6, ip, netns

IDS = {"v4": RIGHT4, "v6": RIGHT6}


@pytest.mark.parametrize("size", [0, 1, 7, 8, 56, 1472, 9000])
@pytest.mark.parametrize("address", [RIGHT4, RIGHT6])
def test_reply(io, address, size):
    """9,000 bytes travel in fragments."""
    io.probe(1, "icmp", host=address, size=size, interval_ms=50, timeout_ms=20000)
    for _ in range(3):
        result = io.result(1)
        assert result["good"] and result["text"] == "echo reply", result
        assert 0 < result["latency_us"] < 20_000_000


def test_link_local(net, io):
    """The right end's duplicate address detection may still be going on at first."""
    io.probe(1, "icmp", host=net.link_local() + "%wire", interval_ms=100, timeout_ms=20000)
    while not io.result(1)["good"]:
        pass


@pytest.mark.parametrize("family", ["icmp", "icmpv6"])
def test_loss(net, io, family):
    net.nft(f"table inet t {{ chain c {{ type filter hook input priority 0;"
            f" {family} type echo-request drop; }}; }}")
    io.probe(1, "icmp", host=RIGHT4 if family == "icmp" else RIGHT6, timeout_ms=250)
    result = io.result(1)
    assert not result["good"] and result["text"] == "timed out after 250 ms"
    net.nft("flush ruleset")
    while not io.result(1)["good"]:
        pass


def test_unreachable(net, io):
    io.probe(1, "icmp", host="198.51.100.1", timeout_ms=20000)
    assert io.result(1)["text"] == "not sent: Network is unreachable"
    # What a router on the way says.
    ip("-n", net.left, "route", "add", "198.51.100.0/24", "via", RIGHT4)
    ip("netns", "exec", net.right, "sysctl", "-qw", "net.ipv4.ip_forward=1")
    io.probe(2, "icmp", host="198.51.100.1", timeout_ms=60000)
    result = io.result(2)
    assert not result["good"] and result["text"] == f"network unreachable, says {RIGHT4}"
    ip("-n", net.left, "route", "add", "2001:db8:1::/48", "via", RIGHT6)
    ip("netns", "exec", net.right, "sysctl", "-qw", "net.ipv6.conf.all.forwarding=1")
    io.probe(3, "icmp", host="2001:db8:1::1", timeout_ms=60000)
    result = io.result(3)
    assert not result["good"] and result["text"] == f"no route, says {RIGHT6}"


def test_neighbor_is_gone(io):
    io.probe(1, "icmp", host=GONE4, timeout_ms=300)
    result = io.result(1)
    assert not result["good"]
    assert result["text"] == "timed out after 300 ms"


def test_source_address(net, io):
    """Only requests from the second address are answered."""
    net.nft(f"table ip t {{ chain c {{ type filter hook input priority 0;"
            f" icmp type echo-request ip saddr != {OTHER4} drop; }}; }}")
    io.probe(1, "icmp", host=RIGHT4, source_address=OTHER4, timeout_ms=20000)
    assert io.result(1)["good"]
    io.probe(2, "icmp", host=RIGHT4, timeout_ms=200)
    assert not io.result(2)["good"]
    io.probe(3, "icmp", host=RIGHT6, source_address=LEFT6, timeout_ms=20000)
    assert io.result(3)["good"]


def test_source_faults(io):
    # By the kernel's version, one of these.
    io.probe(1, "icmp", host=RIGHT4, source_address="203.0.113.1", timeout_ms=20000)
    assert io.result(1)["text"] in ("not sent: Invalid argument",
                                    "not sent: Network is unreachable")
    for number, fields, text in (
            (2, {"source_address": LEFT6},
             "source-address: Address family not supported by protocol"),
            (3, {"source_interface": "nowhere"}, "source-interface: No such device"),
            (4, {"vrf": "red"}, "vrf: No such device")):
        io.probe(number, "icmp", host=RIGHT4, timeout_ms=20000, **fields)
        result = io.result(number)
        assert not result["good"] and result["text"] == text


def test_source_interface(io):
    io.probe(1, "icmp", host=RIGHT4, source_interface="wire", timeout_ms=20000)
    assert io.result(1)["good"]
    # Out of the loopback nobody answers.
    io.probe(2, "icmp", host=RIGHT4, source_interface="lo", timeout_ms=200)
    assert not io.result(2)["good"]


def test_many(io):
    """Two hundred at once, each its own answer."""
    for number in range(1, 201):
        io.probe(number, "icmp", host=RIGHT4 if number % 2 else RIGHT6, interval_ms=1000,
                 timeout_ms=30000)
    for number in range(1, 201):
        assert io.result(number)["good"]


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Liar(threading.Thread):
    """Answers echo requests in the place of the right end's kernel, by `change`:
    (identifier, sequence, data) -> list of (source, ICMP message)."""

    def __init__(self, net, change):
        super().__init__(daemon=True)
        self.change, self.ending, self.count = change, False, 0
        ip("netns", "exec", net.right, "sysctl", "-qw", "net.ipv4.icmp_echo_ignore_all=1")
        ip("-n", net.right, "addr", "replace", "192.0.2.77/24", "dev", "wire")
        with netns.inside(net.right):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
            # With headers of our own: of an ICMP socket the kernel wants two bytes at least.
            self.out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.socket.settimeout(0.2)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ending = True
        self.join()
        self.socket.close()
        self.out.close()

    def run(self):
        while not self.ending:
            try:
                packet, peer = self.socket.recvfrom(65535)
            except TimeoutError:
                continue
            if packet[20] != 8:
                continue
            ident, sequence = struct.unpack("!HH", packet[24:28])
            self.count += 1
            for source, message in self.change(ident, sequence, packet[28:]):
                # length and checksum are the kernel's
                header = struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_ICMP, 0)
                self.out.sendto(header + socket.inet_aton(source) + socket.inet_aton(peer[0]) +
                                message, peer)


def reply(ident, sequence, data, kind=0):
    bare = struct.pack("!BBHHH", kind, 0, 0, ident, sequence) + data
    return bare[:2] + struct.pack("!H", checksum(bare)) + bare[4:]


LIES = {
    "another source": lambda i, s, d: [("192.0.2.77", reply(i, s, d))],
    "another identifier": lambda i, s, d: [(RIGHT4, reply(i ^ 1, s, d))],
    "another sequence": lambda i, s, d: [(RIGHT4, reply(i, s ^ 1, d))],
    "another cookie": lambda i, s, d: [(RIGHT4, reply(i, s, os.urandom(8) + d[8:]))],
    "too short": lambda i, s, d: [(RIGHT4, reply(i, s, d[:-1]))],
    "too long": lambda i, s, d: [(RIGHT4, reply(i, s, d + b"x"))],
    "another type": lambda i, s, d: [(RIGHT4, reply(i, s, d, kind=14))],
    "nothing in it": lambda i, s, d: [(RIGHT4, b"\0"), (RIGHT4, b"\0\0\0\0\0\0\0")],
    "checksum": lambda i, s, d: [(RIGHT4, reply(i, s, d)[:2] + b"\x12\x34" + reply(i, s, d)[4:])],
    "unreachable without the request": lambda i, s, d: [(RIGHT4, reply(0, 0, b"E" * 60, kind=3))],
    "unreachable with a guess": lambda i, s, d: [(RIGHT4, reply(
        0, 0, inner(i, s, os.urandom(len(d))), kind=3))],
}


def inner(ident, sequence, data):
    """A request of the left end as an error message quotes it."""
    return (struct.pack("!BBHHHBBH", 0x45, 0, 28 + len(data), 0, 0, 64, 1, 0)
            + socket.inet_aton("192.0.2.1") + socket.inet_aton(RIGHT4)
            + reply(ident, sequence, data, kind=8))


@pytest.mark.parametrize("lie", LIES)
def test_lies(net, io, lie):
    with Liar(net, LIES[lie]) as liar:
        io.probe(1, "icmp", host=RIGHT4, interval_ms=150, timeout_ms=300)
        for _ in range(2):
            assert io.result(1)["text"] == "timed out after 300 ms"
        assert liar.count and liar.is_alive()


def test_honest(net, io):
    """The same way of answering without a lie, so that it is the lies that do not count."""
    with Liar(net, lambda i, s, d: [(RIGHT4, reply(i, s, d))]):
        io.probe(1, "icmp", host=RIGHT4, timeout_ms=20000)
        assert io.result(1)["good"]
        io.delete(1)
    with Liar(net, lambda i, s, d: [(RIGHT4, reply(0, 0, inner(i, s, d), kind=3))]):
        io.probe(2, "icmp", host=RIGHT4, timeout_ms=20000)
        assert io.result(2)["text"] == f"network unreachable, says {RIGHT4}"


def test_late_answer(net, io):
    """The answer to a run that was given up is not one to the next run."""
    kept = []

    def late(ident, sequence, data):
        kept.append((ident, sequence, data))
        return [(RIGHT4, reply(*kept[-2]))] if len(kept) > 1 else []

    with Liar(net, late):
        io.probe(1, "icmp", host=RIGHT4, interval_ms=400, timeout_ms=200)
        for _ in range(4):
            assert not io.result(1)["good"]


def setpriv(*words):
    return ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *words)


@pytest.mark.parametrize("address", IDS.values(), ids=IDS)
def test_one_capability(net, address):
    """As frrd starts it: a user of its own, with CAP_NET_RAW."""
    prefix = net.prefix + setpriv("--inh-caps", "-all,+net_raw", "--ambient-caps",
                                  "-all,+net_raw")
    with Io(prefix=prefix) as io:
        io.probe(1, "icmp", host=address, timeout_ms=20000)
        assert io.result(1)["good"]


@pytest.mark.parametrize("address", IDS.values(), ids=IDS)
def test_ping_socket(net, address):
    """Without a capability: the kernel's ping sockets, where they are allowed."""
    ip("netns", "exec", net.left, "sysctl", "-qw", "net.ipv4.ping_group_range=0 65535")
    with Io(prefix=net.prefix + setpriv()) as io:
        io.probe(1, "icmp", host=address, interval_ms=100, timeout_ms=20000)
        for _ in range(3):
            assert io.result(1)["good"]


def test_no_socket(net):
    ip("netns", "exec", net.left, "sysctl", "-qw", "net.ipv4.ping_group_range=1 0")
    with Io(prefix=net.prefix + setpriv()) as io:
        io.probe(1, "icmp", host=RIGHT4, timeout_ms=20000)
        assert io.result(1)["text"] == "no ICMP socket: Operation not permitted"
