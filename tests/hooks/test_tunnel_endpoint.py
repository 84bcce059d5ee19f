# SPDX-License-Identifier: GPL-2.0-or-later
"""tunnel-endpoint: its command line, and WireGuard against the real thing (in user
space). IPsec: test_tunnel_ipsec.py."""

import subprocess

import pytest

from conftest import move
from labkit import netns
from labkit.run import run, wait_for

ENDPOINTS = ("dc1=192.0.2.1:51820", "dc2=[2001:db8:2::1]:51821")


@pytest.fixture(scope="module")
def peer():
    private = run(["wg", "genkey"]).stdout
    return run(["wg", "pubkey"], stdin=private).stdout.strip()


@pytest.fixture
def tunnel(namespace, peer):
    """show() -> what wg says about the interface, which has one peer at dc1"""
    def wg(*words):
        with netns.inside(namespace.name):
            return run(["wg", *words]).stdout
    name = f"wg{namespace.name.rsplit('-', 1)[1]}"[:15]
    process = namespace.start(["wireguard-go", "--foreground", name], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: wg("show", name), 60, "wireguard-go")
        wg("set", name, "peer", peer, "endpoint", "192.0.2.1:51820", "allowed-ips", "10.9.0.0/24")
        yield name, lambda what: wg("show", name, what).split()
    finally:
        process.terminate()
        process.wait()


def test_wireguard_endpoint_follows(namespace, tunnel, peer):
    name, show = tunnel
    code, said = namespace.hook("tunnel-endpoint", "wireguard", name, peer, *ENDPOINTS,
                                **move("dc2", "dc1"))
    assert code == 0, said
    assert f"{name}: endpoint 192.0.2.1:51820 -> [2001:db8:2::1]:51821" in said
    assert show("endpoints") == [peer, "[2001:db8:2::1]:51821"]
    assert show("allowed-ips") == [peer, "10.9.0.0/24"]
    code, said = namespace.hook("tunnel-endpoint", "wireguard", name, peer, *ENDPOINTS,
                                **move("dc2", "dc1"))
    assert code == 0 and "as it should be" in said
    code, said = namespace.hook("tunnel-endpoint", "wireguard", name, peer, *ENDPOINTS,
                                "--keepalive", 25, **move("dc1", "dc2"))
    assert code == 0, said
    assert show("endpoints") == [peer, "192.0.2.1:51820"]
    assert show("persistent-keepalive") == [peer, "25"]


def test_wireguard_peer_is_never_made(namespace, tunnel):
    name, show = tunnel
    stranger = run(["wg", "pubkey"], stdin=run(["wg", "genkey"]).stdout).stdout.strip()
    code, said = namespace.hook("tunnel-endpoint", "wireguard", name, stranger, *ENDPOINTS,
                                **move("dc2"))
    assert code == 1 and f"{name} has no peer {stranger}" in said
    assert len(show("peers")) == 1


def test_wireguard_interface_that_is_not_there(namespace, peer):
    code, said = namespace.hook("tunnel-endpoint", "wireguard", "none0", peer, *ENDPOINTS,
                                **move("dc2"))
    assert code == 1 and "none0" in said


def test_wg_that_hangs(namespace, program, peer):
    code, said = namespace.hook("tunnel-endpoint", "wireguard", "wg0", peer, *ENDPOINTS, "--wg",
                                program("wg", "exec sleep 1000\n"), "--timeout", "0.3",
                                **move("dc2"))
    assert code == 1 and "no end in time" in said


@pytest.mark.parametrize("arguments, text", [
    ((), "the following arguments are required"),
    (("wireguard", "wg0", "key", "dc1"), "it is SITE="),
    (("wireguard", "wg0", "key", "dc2=vpn.example.org:1"), "an endpoint is ADDRESS:PORT"),
    (("wireguard", "wg0", "key", "dc2=192.0.2.1:0"), "an endpoint is ADDRESS:PORT"),
    (("wireguard", "wg0", "key", "dc2=2001:db8::1:1"), "an endpoint is ADDRESS:PORT"),
    (("wireguard", "wg0", "key", "dc1=192.0.2.1:1"), "the new owner is dc2, and it is not"),
    (("ipsec", "dc1=a"), "the new owner is dc2, and it is not among the sites"),
])
def test_command_line(namespace, arguments, text):
    code, said = namespace.hook("tunnel-endpoint", *arguments, **move("dc2"))
    assert code == 2 and text in said
