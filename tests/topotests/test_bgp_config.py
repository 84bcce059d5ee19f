# SPDX-License-Identifier: GPL-2.0-or-later
"""What bgp-config prints is enough for a bgpd that knows nothing of frrd; and
answers to a command that come later reach the one who asked, and nobody else."""

import contextlib
import os
import select
import signal
import socket
import time

from labkit.patience import Since
from labkit.run import wait_for
from preflight_kit import (BGP, dc1, found, owner, preflight, problems, shop,
                           shop_of_the_module, wait_gone)

__all__ = ["dc1", "owner", "shop", "shop_of_the_module"]  # fixtures


# bgp-config

FRESH = """router bgp 65001
 bgp router-id 203.0.113.1
 neighbor 192.0.2.2 remote-as 65002
 neighbor 192.0.2.6 remote-as 65003
 neighbor 2001:db8:ff12::2 remote-as 65002
 neighbor 2001:db8:ff13::2 remote-as 65003
 address-family ipv6 unicast
  neighbor 2001:db8:ff12::2 activate
  neighbor 2001:db8:ff13::2 activate
 exit-address-family
exit
"""


def test_bgp_config_is_all_that_a_fresh_bgpd_needs(shop, owner):
    bgpd = owner.daemon("bgpd")
    with open(bgpd.config_file, encoding="utf-8") as file:
        before = file.read()
    owner.kill(["bgpd"])
    try:
        owner.write_config("bgpd", FRESH)
        owner.start(["bgpd"])
        wait_for(lambda: all(peer["bgpState"] == "Established" for peer in
                             owner.ask_json("bgpd", "show bgp neighbors json").values()),
                 20, "sessions")
        assert found(owner, "redistribute") and found(owner, "filter")
        lines = owner.vtysh("show subnet-mover bgp-config")
        print(lines)
        owner.configure(lines)
        wait_for(lambda: problems(owner), 30, "a clean preflight", interval=0.2,
                 until=lambda left: not left)
        shop.wait_owner("dc2", timeout=30)  # it took over from the dead bgpd
        shop.wait_ready("dc1")
        assert shop.frrd("dc1").switchover("shop", "dc1").ok
        shop.wait_owner("dc1")
        shop.wait_ready("dc2")
        # Refused while the granter of the move before is not done yet.
        wait_for(lambda: shop.frrd("dc1").switchover("shop", "dc2"), 5, "the next move",
                 until=lambda answer: answer.ok)
        shop.wait_owner("dc2")
        # Once it is there, the same lines change nothing
        config_now = owner.ask("bgpd", "show running-config")
        owner.configure(owner.vtysh("show subnet-mover bgp-config"))
        assert owner.ask("bgpd", "show running-config") == config_now
    finally:
        owner.kill(["bgpd"])
        with open(bgpd.config_file, "w", encoding="utf-8") as file:
            file.write(before)
        owner.start(["bgpd"])


def test_bgp_config_as_json(dc1):
    shown = dc1.vtysh_json("show subnet-mover bgp-config json")
    assert shown["addressFamilies"] == [
        {"addressFamily": "ipv4 unicast", "command": "redistribute table 142 route-map FRRD"},
        {"addressFamily": "ipv6 unicast", "command": "redistribute table route-map FRRD"}]
    assert shown["lines"][0] == BGP
    assert all(note.startswith("!") for note in shown["notes"])


def test_bgp_config_without_bgpd(dc1):
    dc1.kill(["bgpd"])
    text = dc1.vtysh("show subnet-mover bgp-config")
    assert "! bgpd does not run" in text and "router bgp <ASN>" in text
    assert "route-map FRRD permit 20\n match tag 143\n" in text


def test_bgp_config_adds_what_a_route_map_lacks(dc1):
    dc1.configure("route-map FRRD deny 5\n match tag 142\nexit\n"
                  "route-map FRRD deny 6\n match tag 143\nexit")
    wait_for(lambda: len(found(dc1, "route-map")), 10, "both tags to be denied",
             until=lambda count: count >= 2)
    dc1.configure(dc1.vtysh("show subnet-mover bgp-config"))
    wait_gone(dc1, "route-map")


# Answers that take a while

@contextlib.contextmanager
def asking(router):
    """A connection to frrd's vty, as vtysh makes it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(10)
        sock.connect(router.daemon("frrd").vty_path)
        sock.sendall(b"enable\0")
        assert receive(sock) == b""
        yield sock


def receive(sock):
    """One answer, without its end."""
    answer = bytearray()
    while len(answer) < 4 or answer[-4:-1] != b"\0\0\0":
        chunk = sock.recv(65536)
        assert chunk, "frrd closed its vty"
        answer += chunk
    return bytes(answer[:-4])


def test_bgpd_hangs_and_frrd_does_not(dc1):
    dc1.daemon("bgpd").signal(signal.SIGSTOP)
    begin = time.monotonic()
    with asking(dc1) as sock:
        sock.sendall(b"show subnet-mover preflight json\0")
        answered = 0  # the engine goes on meanwhile
        while not select.select([sock], [], [], 0)[0]:
            dc1.ask_json("frrd", "show subnet-mover json")
            answered += 1
        assert answered > 1
        answer = receive(sock)
    assert b"bgpd has not answered within 2000 ms" in answer
    assert time.monotonic() - begin > 1.9
    dc1.signal(signal.SIGCONT)
    wait_gone(dc1, "bgpd")


def test_the_asker_leaves(dc1):
    dc1.daemon("bgpd").signal(signal.SIGSTOP)
    pid = dc1.daemon("frrd").pid()
    before = len(os.listdir(f"/proc/{pid}/fd"))
    for _ in range(20):
        with asking(dc1) as sock:
            sock.sendall(b"show subnet-mover preflight\0")
    dc1.signal(signal.SIGCONT)
    wait_for(lambda: len(os.listdir(f"/proc/{pid}/fd")), 10, "frrd to close what it opened",
             until=lambda count: count <= before)
    assert dc1.daemon("frrd").pid() == pid
    assert problems(dc1) == [] or wait_gone(dc1, "session") is None


def test_several_ask_at_once(dc1):
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(asking(dc1)) for _ in range(8)]
        for sock in socks:
            sock.sendall(b"show subnet-mover preflight\0")
        answers = [receive(sock) for sock in socks]
    for answer in answers:
        assert answer.startswith(b"Preflight of site dc1: 0 errors"), answer.decode()


def test_one_connection_asks_again_and_again(dc1):
    with asking(dc1) as sock:
        for command in (b"show subnet-mover preflight", b"show version",
                        b"show subnet-mover bgp-config", b"show subnet-mover"):
            sock.sendall(command + b"\0")
            assert receive(sock)


def test_filter_of_the_command_line(dc1):
    text = dc1.vtysh("show subnet-mover preflight | include beacon")
    assert len(text.splitlines()) == 3
    assert all("beacon of site" in line for line in text.splitlines())


def test_nobody_waits_for_an_answer_in_a_file(dc1):
    """A command in a configuration file cannot be answered later, and says so."""
    frrd = dc1.daemon("frrd")
    with open(frrd.config_file, "a", encoding="utf-8") as file:
        file.write("do show subnet-mover preflight\n")
    dc1.restart("frrd")
    wait_for(lambda: preflight(dc1).get("site"), 10, "frrd to answer",
             until=lambda site: site == "dc1")
