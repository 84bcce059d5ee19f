# SPDX-License-Identifier: GPL-2.0-or-later
"""What several topotests do: take a group over, watch owners, run the stream."""

import json
import os
import select
import socket
import struct
import time

from labkit import netns
from labkit.fibmon import overlaps, windows
from labkit.patience import Deadline
from labkit.plan import LAN, PREFIX4, PREFIX6
from labkit.run import run, wait_for

BOTH = (PREFIX4, PREFIX6)


def take_over(frrd, group="shop", timeout=20):
    """failover as soon as frrd knows that nobody else announces, and with the arbiter bgp
    has quorum; installed."""
    wait_for(lambda: frrd.group(group), timeout,
             f"group {group} at {frrd.router.ns} to see no other announcer", interval=0.02,
             until=lambda shown: shown["prefixes"]["elsewhere"] == 0
             and shown.get("quorum", True)
             and frrd.show()["zebra"] == "connected")
    answer = frrd.failover(group)
    assert answer.ok, f"failover refused: {answer.text}"
    return frrd.wait_installed(group, timeout)


def wait_fib(lab, site, devices, prefixes=BOTH, timeout=10):
    """The site's kernel sends the prefixes to exactly these interfaces."""
    want = set(devices)
    return wait_for(lambda: {prefix: lab.router(site).fib_devices(prefix) for prefix in prefixes},
                    timeout, f"{site} to send {', '.join(prefixes)} to {want or 'nowhere'}",
                    until=lambda seen: all(devs == want for devs in seen.values()), interval=0.02)


def wait_elsewhere(frrd, count, group="shop", timeout=10):
    """frrd sees `count` prefixes of the group announced by somebody else."""
    return wait_for(lambda: frrd.group(group), timeout,
                    f"{count} prefixes of {group} elsewhere, seen at {frrd.router.ns}",
                    until=lambda shown: shown["prefixes"]["elsewhere"] == count, interval=0.02)


def assert_no_overlap(monitors, prefixes=BOTH):
    """No two sites had the prefix on their LAN at the same time; monitors:
    site -> FibMonitor."""
    until = time.monotonic_ns()
    for prefix in prefixes:
        owned = {site: windows(monitor.changes(prefix), LAN, until)
                 for site, monitor in monitors.items()}
        sites = sorted(owned)
        for i, a in enumerate(sites):
            for b in sites[i + 1:]:
                common = overlaps(owned[a], owned[b])
                assert not common, (f"{prefix} was announced by {a} and {b} together for "
                                    f"{[f'{(e - s) / 1e6:.1f} ms' for s, e in common]}")


def kernel_prefixes(router, device=None):
    """All prefixes in the kernel's main table that FRR has put there."""
    found = set()
    for family in ("-4", "-6"):
        for route in json.loads(run(["ip", "-j", family, "-n", router.ns, "route", "show"]).stdout
                                or "[]"):
            if route.get("protocol") not in ("kernel", "boot", None) and \
                    (device is None or route.get("dev") == device):
                found.add(route["dst"])
    return found


def _checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def ping(ns, address, interface=None, timeout=2):
    """Does one of a few echo requests come back? (The ping program is not
    part of a small installation.)"""
    six = ":" in address
    request, reply = (128, 129) if six else (8, 0)
    with netns.inside(ns):
        sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW,
                             socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP)
    with sock:
        if interface:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        number = os.getpid() & 0xffff
        packet = struct.pack("!BBHHH", request, 0, 0, number, 1)
        if not six:  # the kernel adds the checksum of ICMPv6
            packet = struct.pack("!BBHHH", request, 0, _checksum(packet), number, 1)
        deadline = Deadline(timeout)
        while not deadline.over():
            try:
                sock.sendto(packet, (address, 0))
            except OSError:
                pass  # the neighbor did not resolve: try again
            while select.select([sock], [], [], 0.2)[0]:
                try:
                    data = sock.recv(2048)
                except OSError:
                    break
                header = data if six else data[(data[0] & 15) * 4:]
                if header[0] == reply and struct.unpack_from("!H", header, 4)[0] == number:
                    return True
    return False


def status_fields(pid):
    """/proc/PID/status as a dict."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return {key: value.strip() for key, _, value in
                (line.partition(":") for line in file)}
