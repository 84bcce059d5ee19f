# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of attachments share: an interface that a group attaches, and what
tcpdump and `ip monitor` see of it."""

import contextlib
import json
import os
import re
import signal
import subprocess

from labkit import config, netns
from labkit.plan import LAN, PREFIX4, PREFIX6
from labkit.run import run, wait_for

GW = "gw"
GATEWAY4, GATEWAY6 = "192.168.1.254/32", "2001:db8:1::fe/128"
HOST4, HOST6 = "192.168.1.11/24", "2001:db8:1::11/64"
BOTH_GATEWAYS = (GATEWAY4, GATEWAY6)


def attach_lines(*addresses, interface=GW, options=()):
    return [*(f"attach interface {interface} address {address}" for address in addresses),
            *(f"attach interface {interface} {option}" for option in options)]


def group(*lines, name="shop", number=1, prefixes=(PREFIX4, PREFIX6), extra=(), interface=LAN):
    """A group of the bench's only site, with these lines of its member."""
    return config.frrd_group(name, number, prefixes,
                             {"dc1": (100, [f"next-hop interface {interface}", *lines])}, extra)


def addresses(ns, interface):
    """{"192.168.1.254/32", ...} of an interface."""
    return {line.split()[3] for line in
            run(["ip", "-o", "-n", ns, "address", "show", "dev", interface]).stdout.splitlines()}


class Gateway:
    """The bench with an interface that has hosts and no address of its own."""

    def __init__(self, bench):
        self.bench = bench
        self.ns, self.frrd, self.router = bench.ns, bench.frrd, bench.router
        bench.add_stub(GW, (), (HOST4, HOST6))

    def load(self, *lines, **more):
        self.bench.load_frrd(group(*(lines or attach_lines(*BOTH_GATEWAYS)), **more))
        self.wait_known()

    def wait_known(self, name="shop"):
        """frrd has looked at the interfaces."""
        wait_for(lambda: self.attachments(name), 10, "the attachments", interval=0.02,
                 until=lambda found: all(a["state"] != "unknown" for a in found.values()))

    def attachments(self, name="shop"):
        return {a["interface"]: a for a in self.frrd.group(name).get("attachments", [])}

    def wait_attachment(self, state, interface=GW, name="shop", timeout=15):
        return wait_for(lambda: self.attachments(name).get(interface, {}), timeout,
                        f"{interface} to be {state}", interval=0.02,
                        until=lambda a: a.get("state") == state)

    def here(self, interface=GW):
        return addresses(self.ns, interface)

    def wait_here(self, wanted, interface=GW, timeout=10):
        """Exactly these addresses (those of the link's own do not count)."""
        def present():
            return {a for a in self.here(interface) if not a.startswith("fe80:")}
        wait_for(present, timeout, f"{interface} to have {wanted}", interval=0.02,
                 until=lambda found: found == set(wanted))

    def take(self, name="shop"):
        answer = self.frrd.failover(name)
        assert answer.ok, answer.text

    def own(self, name="shop"):
        self.take(name)
        self.frrd.wait_state(name, "active", 20)

    def release(self, name="shop"):
        answer = self.frrd.release(name)
        assert answer.ok, answer.text
        self.frrd.wait_state(name, "standby", 20)

    def crash(self):
        self.router.kill(["frrd"])

    def start(self):
        self.router.daemon("frrd").start()
        self.frrd.wait_ready()

    def ip(self, *lines):
        netns.ip_batch(self.ns, lines)

    def kept(self):
        """What the state file has."""
        with open(self.router.state_file, encoding="utf-8") as file:
            return json.loads(file.readlines()[1])["attachments"]["interfaces"]


@contextlib.contextmanager
def listening(argv, ready):
    """A program's lines on standard output, as a list that grows; it is ready when it
    has said so, and is ended at the end of the block."""
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, bufsize=1)
    lines = []
    os.set_blocking(process.stdout.fileno(), False)

    def more():
        with contextlib.suppress(TypeError, BlockingIOError):
            lines.extend(line.rstrip("\n") for line in process.stdout)
        return lines
    try:
        if ready:
            wait_for(more, 20, f"{argv[0]} to listen", interval=0.02,
                     until=lambda seen: any(ready in line for line in seen))
        yield more
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stdout.close()


def capture(ns, interface, what):
    return listening(["ip", "netns", "exec", ns, "tcpdump", "-l", "-n", "-e", "-v", "-i",
                      interface, what], "listening on")


def garps(lines, address):
    """ARP announcements: requests of an address for itself, to everybody."""
    text = " ".join(lines)
    return re.findall(rf"> ff:ff:ff:ff:ff:ff[^>]*?who-has {re.escape(address)}"
                      rf"(?: \([^)]*\))? tell {re.escape(address)}[, ]", text)


def advertisements(lines, address):
    """Unsolicited neighbour advertisements to all nodes, for a router, with override."""
    text = " ".join(lines)
    return re.findall(rf"{re.escape(address)} > ff02::1: \[icmp6 sum ok\] ICMP6, neighbor "
                      rf"advertisement, length 32, tgt is {re.escape(address)}, "
                      r"Flags \[router, override\]", text)


def mac(ns, interface):
    return netns.ip_json(ns, "link", "show", "dev", interface)[0]["address"]


def wait_listening(ns, seen):
    """The monitor is there when it has seen something that nobody cares for."""
    def provoke():
        netns.ip_batch(ns, ["address add 198.18.0.1/32 dev lo",
                            "address del 198.18.0.1/32 dev lo"])
        return [line for line in seen() if "198.18.0.1" in line]
    wait_for(provoke, 20, "ip monitor to listen", interval=0.1, until=bool)
