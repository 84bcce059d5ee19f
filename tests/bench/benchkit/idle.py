# SPDX-License-Identifier: GPL-2.0-or-later
"""What frrd costs while nothing happens: processor time of frrd, and of zebra
and bgpd with frrd and without it.

Half of the groups belong to dc1, half to dc2, and all sites show each other
their markers. The times are the kernel's, in nanoseconds.
"""

import time

from labkit import config
from labkit.auto import Auto
from labkit.plan import LAN
from labkit.run import wait_for

from .stage import DC1, DC2

TARGET_PERCENT = 0.5
WATCHED = ("frrd", "zebra", "bgpd")


def groups(count):
    """One IPv4 host route and one IPv6 host route each."""
    lines = []
    for number in range(1, count + 1):
        best, other = (DC1, DC2) if number % 2 else (DC2, DC1)
        member = [f"next-hop interface {LAN}"]
        lines += config.frrd_group(
            f"g{number}", number, [f"198.18.0.{number}/32", f"2001:db8:1:{number:x}::/64"],
            {best: (200, member), other: (100, member)}, ["auto-failover"])
    return lines


def used_ns(pid):
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0])


def sample(lab, seconds):
    """{site: {daemon: percent of one core}} over so many seconds."""
    pids = {(site, name): router.daemon(name).pid() for site, router in lab.routers.items()
            for name in WATCHED if router.daemon(name).running()}
    before = {key: used_ns(pid) for key, pid in pids.items()}
    begin = time.monotonic_ns()
    time.sleep(seconds)
    passed = time.monotonic_ns() - begin
    found = {}
    for (site, name), pid in pids.items():
        share = (used_ns(pid) - before[site, name]) / passed * 100
        found.setdefault(site, {})[name] = round(share, 3)
    return found


def owned(lab, site):
    return sum(group["state"] == "active" for group in lab.frrd(site).show()["groups"].values())


def measure(stage, count, seconds, say):
    lab = stage.lab
    stage.stop_frrd()
    stage.wait_quiet()
    without = sample(lab, seconds)
    auto = Auto(lab)
    auto.load(owner=None, groups=groups(count))
    wait_for(lambda: (owned(lab, DC1), owned(lab, DC2)), 60, f"{count} groups at their owners",
             until=lambda seen: seen == ((count + 1) // 2, count // 2), interval=0.2)
    stage.wait_quiet()
    with_frrd = sample(lab, seconds)
    say("  frrd " + ", ".join(f"{site} {shares['frrd']:g} %"
                              for site, shares in with_frrd.items()))
    return {"groups": count, "seconds": seconds, "without": without, "with": with_frrd,
            "frrdWorstPercent": max(shares["frrd"] for shares in with_frrd.values()),
            "zebraGrowthWorstPercent": round(max(with_frrd[site]["zebra"] - without[site]["zebra"]
                                                 for site in with_frrd), 3)}
