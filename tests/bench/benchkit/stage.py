# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab made ready for a bench: prefixes, frrd's configuration, quiet."""

import contextlib
import ipaddress
import os
import time

from labkit import config
from labkit.plan import LAN
from labkit.run import wait_for

GROUP = "bench"
PREFIX_LIST = "BENCH"
FIRST = "198.18.0.0/32"       # RFC 2544: 131072 addresses for benchmarks
MAX_PREFIXES = 1 << 17
NICE = -19
HANDOVER_TIMEOUT_MS = 600000
DC1, DC2, HUB = "dc1", "dc2", "hub"
MEMBERS = (DC1, DC2)


def toward(site):
    """The interface of another site's router that leads to this site."""
    return f"to-{site}"


def prefixes(count):
    first = int(ipaddress.ip_network(FIRST).network_address)
    return [f"{ipaddress.ip_address(first + i)}/32" for i in range(count)]


def frrd_config(plan, site, count, by_prefix_list=False):
    """One group of so many prefixes, dc1 primary and dc2 recovery."""
    member = [f"next-hop interface {LAN}"]
    members = {DC1: (200, member), DC2: (100, member)}
    arbiter = [f"handover-timeout {HANDOVER_TIMEOUT_MS}"]
    if not by_prefix_list:
        group = config.frrd_group(GROUP, 1, prefixes(count), members)
        return config.frrd(plan, site, groups=group, arbiter=arbiter)
    group = config.frrd_group(GROUP, 1, [], members, extra=[f"prefix-list {PREFIX_LIST}"])
    lines = [f"ip prefix-list {PREFIX_LIST} seq {number} permit {prefix}"
             for number, prefix in enumerate(prefixes(count), 1)]
    return "\n".join(lines) + "\n" + config.frrd(plan, site, groups=group, arbiter=arbiter)


# FRRD_SENTINELS in frrd/frrd_watch.h
SENTINELS = 16


class Stage:
    """A lab that is up, with frrd stopped until it is asked for."""

    def __init__(self, lab):
        self.lab = lab
        self.build = lab.router(DC1).build

    def frrd(self, site):
        return self.lab.frrd(site)

    def _daemon(self, site):
        return self.lab.router(site).daemon("frrd")

    def load_frrd(self, count, sites=MEMBERS, by_prefix_list=False, options=None):
        """Start frrd with that many prefixes; options: site -> more argv."""
        def load(site):
            router, daemon = self.lab.router(site), self._daemon(site)
            daemon.stop()
            daemon.options = [*router.frrd_options(), *(options or {}).get(site, ())]
            router.write_config("frrd", frrd_config(self.lab.plan, site, count, by_prefix_list))
            daemon.start(timeout=300)
            self.frrd(site).wait_ready()
            wait_for(lambda: self.frrd(site).group(GROUP), 300,
                     f"{count} prefixes in group {GROUP} at {site}",
                     until=lambda group: group["prefixes"]["total"] == count)
        self.lab.each(load, sites)
        self.prefer()

    def stop_frrd(self, sites=None):
        self.lab.each(lambda site: self._daemon(site).stop(), sites)

    def wait_claiming(self, site, count, timeout=120):
        """The successor waits, and knows that others announce (of a large group
        it tracks a few prefixes until these are gone)."""
        return wait_for(lambda: self.frrd(site).group(GROUP), timeout,
                        f"{site} to be claiming and to know its prefixes elsewhere",
                        until=lambda group: group["state"] == "claiming" and
                        group["prefixes"]["elsewhere"] >= min(count, SENTINELS), interval=0.1)

    def pids(self):
        """zebra, bgpd and frrd everywhere; bfdd never rests."""
        found = [daemon.pid() for router in self.lab.routers.values()
                 for name, daemon in router.daemons.items() if name != "bfdd"]
        return [pid for pid in found if pid]

    def prefer(self):
        """Let the lab's daemons run before whatever else this machine does, so
        that the numbers depend less on it: frrd, the bare loop and all others
        alike."""
        for pid in self.pids():
            prefer(pid)

    def wait_quiet(self, timeout=120):
        """Wait until the daemons have worked off what came before: for half a
        second together they use no more than three clock ticks."""
        def busy():
            before = {pid: cpu_ticks(pid) for pid in self.pids()}
            time.sleep(0.5)
            return sum(cpu_ticks(pid) - ticks for pid, ticks in before.items())
        wait_for(busy, timeout, "the daemons to be idle", until=lambda ticks: ticks <= 3)


def prefer(pid):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), NICE)


def cpu_ticks(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(fields[11]) + int(fields[12])


def machine():
    """What the numbers depend on."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return {"cpus": os.cpu_count(), "model": models[0] if models else "unknown",
            "kernel": os.uname().release, "loadBefore": round(os.getloadavg()[0], 2)}


def machine_text(found):
    return (f"{found['cpus']} CPUs, {found['model']}, Linux {found['kernel']}, "
            f"load before the bench {found['loadBefore']} (it should be near 0)")
