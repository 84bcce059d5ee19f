# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes in a VRF. For a program a VRF is a device that a socket is bound to; here the
device is an ordinary interface, so that the tests need no kernel with VRFs. That binding
keeps a probe to its device is seen by a second way to the same target."""

import pytest

from netfixtures import io, net  # noqa: F401
from netkit import LEFT4, RIGHT4, RIGHT6, ip, netns
from webkit import answer

VRF = "wire"
ELSEWHERE4, ELSEWHERE6 = "203.0.113.7", "2001:db8:7::7"  # of a second cable's other end


def kinds(server, address):
    """The kinds that send, aimed at the address."""
    port = server.getsockname()[1]
    host = f"[{address}]" if ":" in address else address
    return (("icmp", {"host": address}), ("tcp", {"host": address, "port": port}),
            ("http", {"url": f"http://{host}:{port}/"}))


def serve(server):
    """One HTTP answer, or the end of a tcp probe's connection."""
    connection, peer = server.accept()
    with connection:
        connection.settimeout(10)
        try:
            if connection.recv(4096):
                connection.sendall(answer())
        except OSError:
            pass
    return peer


@pytest.mark.parametrize("address", [RIGHT4, RIGHT6])
def test_bound_to_the_device(net, io, address):
    with net.listen(address) as server:
        for number, (kind, fields) in enumerate(kinds(server, address), 1):
            io.probe(number, kind, vrf=VRF, interval_ms=60000, timeout_ms=20000, **fields)
            if kind != "icmp":
                serve(server)
            assert io.result(number)["good"], kind


def second_cable(net):
    """Another way out, with addresses that only it leads to."""
    ip("link", "add", "second", "netns", net.left, "type", "veth", "peer", "name", "second",
       "netns", net.right)
    for name, addresses in ((net.left, ("203.0.113.1/24", "2001:db8:7::1/64")),
                            (net.right, (f"{ELSEWHERE4}/24", f"{ELSEWHERE6}/64"))):
        for address in addresses:
            ip("-n", name, "addr", "add", address, "dev", "second",
               *(["nodad"] if ":" in address else []))
        ip("-n", name, "link", "set", "second", "up")
    # an address is answered for at its own interface only
    netns.sysctl(net.right, {"net.ipv4.conf.all.arp_ignore": 1})


@pytest.mark.parametrize("address", [ELSEWHERE4, ELSEWHERE6])
def test_no_way_out_but_that_of_the_device(net, io, address):
    """What is reached by another device is not reached out of this VRF."""
    second_cable(net)
    with net.listen(address) as server:
        for number, (kind, fields) in enumerate(kinds(server, address), 1):
            io.probe(number, kind, vrf=VRF, interval_ms=60000, timeout_ms=500, **fields)
            assert not io.result(number)["good"], kind
            io.probe(number + 10, kind, vrf="second", interval_ms=60000, timeout_ms=20000,
                     **fields)
            if kind != "icmp":
                serve(server)
            assert io.result(number + 10)["good"], kind


@pytest.mark.parametrize("kind, fields", [
    ("icmp", {"host": RIGHT4}), ("tcp", {"host": RIGHT4}),
    ("http", {"url": "http://" + RIGHT4 + ":{port}/"})], ids=["icmp", "tcp", "http"])
def test_comes_and_goes(net, io, kind, fields):
    """No such VRF, then there is one, then it is removed, while the probe runs."""
    with net.listen() as server:
        port = server.getsockname()[1]
        fields = {name: value.format(port=port) for name, value in fields.items()}
        if kind == "tcp":
            fields["port"] = port
        io.probe(1, kind, vrf="blue", interval_ms=100, timeout_ms=5000, **fields)

        def until(good):
            while True:
                if good and kind != "icmp":
                    serve(server)
                result = io.result(1)
                if result["good"] == good:
                    return result["text"]
        assert until(False).endswith("vrf: No such device")
        rename(net, VRF, "blue")
        until(True)
        rename(net, "blue", VRF)
        # a run that had begun may still be good
        text = until_gone(io)
        assert text.endswith("vrf: No such device"), text


def until_gone(io):
    while True:
        result = io.result(1)
        if not result["good"] and "vrf" in result["text"]:
            return result["text"]


def rename(net, old, new):
    for words in (("down",), ("name", new)):
        ip("-n", net.left, "link", "set", old, *words)
    ip("-n", net.left, "link", "set", new, "up")


def test_source_address_within_the_vrf(net, io):
    with net.listen() as server:
        io.probe(1, "tcp", host=RIGHT4, port=server.getsockname()[1], vrf=VRF,
                 source_address=LEFT4, timeout_ms=20000)
        assert serve(server)[0] == LEFT4
        assert io.result(1)["good"]


def test_source_interface_is_in_its_vrf(net, io):
    """It is what a socket is bound to; the name of the VRF adds nothing."""
    io.probe(1, "icmp", host=RIGHT4, source_interface="wire", vrf="blue", timeout_ms=20000)
    assert io.result(1)["good"]
    io.probe(2, "icmp", host=RIGHT4, source_interface="none", vrf=VRF, timeout_ms=20000)
    assert io.result(2)["text"] == "source-interface: No such device"
