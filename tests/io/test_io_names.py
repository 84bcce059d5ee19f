# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of targets: /etc/hosts, a name server, none; nothing ever waits for them."""

import pytest

from iokit import Io
from netkit import LEFT4, LEFT6, RIGHT4, RIGHT6, Net

NOWHERE4 = "192.0.2.200"


@pytest.fixture
def net():
    with Net() as made:
        yield made


def asked_names(server):
    return [name for name, _ in server.asked]


def test_hosts(net):
    net.hosts(f"{RIGHT4} four.example.org four", f"{RIGHT6} six.example.org")
    with Io(prefix=net.prefix) as io:
        for number, name in enumerate(("four.example.org", "FOUR", "six.example.org"), 1):
            io.probe(number, "icmp", host=name, timeout_ms=20000)
            assert io.result(number)["good"], name


def test_no_server(net):
    with Io(prefix=net.prefix) as io:
        io.probe(1, "tcp", host="www.example.org", port=80, interval_ms=100, timeout_ms=20000)
        for _ in range(3):
            result = io.result(1)
            assert not result["good"]
            assert result["text"] == ("www.example.org: there is no name server in"
                                      " /etc/resolv.conf")


def test_server(net):
    server = net.dns({"four.example.org": [RIGHT4], "six.example.org": [RIGHT6]})
    net.resolv_conf(f"nameserver {RIGHT4}")
    with Io(prefix=net.prefix) as io:
        io.probe(1, "icmp", host="four.example.org", timeout_ms=20000)
        io.probe(2, "icmp", host="six.example.org", timeout_ms=20000)
        io.probe(3, "icmp", host="none.example.org", timeout_ms=20000)
        io.probe(4, "icmp", host=RIGHT4, timeout_ms=20000)
        assert io.result(1)["good"]
        assert io.result(2)["good"]
        assert io.result(4)["good"]
        result = io.result(3)
        assert not result["good"]
        assert result["text"] == "none.example.org: no such name, or it has no address"
    # Literal addresses are nobody's names.
    assert set(asked_names(server)) == {"four.example.org", "six.example.org", "none.example.org"}


def test_asked_once(net):
    """A hundred probes and many runs: the answer is remembered."""
    server = net.dns({"www.example.org": [RIGHT4]})
    net.resolv_conf(f"nameserver {RIGHT4}")
    with Io(prefix=net.prefix) as io:
        for number in range(1, 101):
            io.probe(number, "icmp", host="www.example.org", interval_ms=200, timeout_ms=20000)
        for number in range(1, 101):
            assert io.result(number)["good"]
            assert io.result(number)["good"]
        runs = len(io.results)
    assert len(server.asked) < runs / 10


@pytest.mark.parametrize("source", [LEFT4, LEFT6])
def test_family_of_the_source(net, source):
    """A name with addresses of both families."""
    net.dns({"www.example.org": [RIGHT4, RIGHT6], "four.example.org": [RIGHT4],
             "six.example.org": [RIGHT6]})
    net.resolv_conf(f"nameserver {RIGHT4}")
    other = "four.example.org" if ":" in source else "six.example.org"
    with Io(prefix=net.prefix) as io:
        io.probe(1, "icmp", host="www.example.org", source_address=source, timeout_ms=20000)
        assert io.result(1)["good"]
        io.probe(2, "icmp", host=other, source_address=source, timeout_ms=20000)
        assert io.result(2)["text"] == (f"{other} has no address of the family of"
                                        " source-address")


def test_family_with_a_route(net):
    """IPv6 where there is a way to it, otherwise IPv4."""
    net.dns({"www.example.org": [NOWHERE4, RIGHT6],
             "far.example.org": [RIGHT4, "2001:db8:ffff::1"]})
    net.resolv_conf(f"nameserver {RIGHT4}")
    with Io(prefix=net.prefix) as io:
        for number, name in enumerate(("www.example.org", "far.example.org"), 1):
            io.probe(number, "icmp", host=name, timeout_ms=20000)
            assert io.result(number)["good"], name


def test_silent_server(net):
    """Its probes time out while they wait, and no other probe is late for it."""
    server = net.dns({}, silent=True)
    net.resolv_conf(f"nameserver {RIGHT4}")
    with Io(prefix=net.prefix) as io:
        for number in range(1, 51):
            io.probe(number, "tcp", host=f"host{number}.example.org", port=80,
                     interval_ms=200, timeout_ms=300)
        io.probe(100, "icmp", host=RIGHT4, interval_ms=100, timeout_ms=20000)
        for number in range(1, 51):
            result = io.result(number)
            assert not result["good"]
            assert result["text"] in (
                f"host{number}.example.org: not resolved within 300 ms",
                f"host{number}.example.org: the name servers did not answer")
        for _ in range(10):
            assert io.result(100)["good"]
        # The probe goes while its name is being asked for.
        for number in range(1, 51):
            io.delete(number)
        io.ping()
    assert server.asked


def test_files_change(net):
    """A server, an address in /etc/hosts: found without a restart."""
    net.dns({"www.example.org": [RIGHT4]})
    with Io(prefix=net.prefix) as io:
        io.probe(1, "icmp", host="www.example.org", interval_ms=500, timeout_ms=20000)
        io.probe(2, "icmp", host="local.example.org", interval_ms=500, timeout_ms=20000)
        assert not io.result(1)["good"]
        assert not io.result(2)["good"]
        net.resolv_conf(f"nameserver {RIGHT4}")
        net.hosts(f"{RIGHT4} local.example.org")
        while not io.result(1)["good"]:
            pass
        while not io.result(2)["good"]:
            pass
        # And away again: what is remembered still serves, for a while.
        net.resolv_conf()
        assert io.result(1)["good"]


def test_many_names(net):
    """Each probe its own name, all of them at once."""
    names = {f"host{number}.example.org": [RIGHT4] for number in range(1, 301)}
    net.dns(names)
    net.resolv_conf(f"nameserver {RIGHT4}")
    with Io(prefix=net.prefix) as io:
        for number, name in enumerate(names, 1):
            io.probe(number, "icmp", host=name, interval_ms=5000, timeout_ms=60000)
        for number in range(1, 301):
            assert io.result(number)["good"]
