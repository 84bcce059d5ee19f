# SPDX-License-Identifier: GPL-2.0-or-later
"""frrd with `arbiter bgp` at the sites of a lab: load it, and see who owns a
group."""

import os

from . import config
from .plan import LAN, PREFIX4, PREFIX6
from .run import LabError, wait_for

SETTLED = ("standby", "held", "fenced")


class Auto:
    def __init__(self, lab):
        self.lab = lab

    def frrd(self, site):
        return self.lab.frrd(site)

    # Configuration

    def write(self, site, groups=None, times=None, extra=(), arbiter=(), **more):
        """The group of the story, with auto-failover and `extra` in it; or
        groups, as config.frrd_group() makes them. times: see config.arbiter_bgp()."""
        if groups is None:
            groups = config.shop(extra=("auto-failover", *extra), sites=self.lab.plan.members,
                                 member=config.attach_gateway() if self.lab.plan.attach else ())
        lines = config.arbiter_bgp(config.QUICK if times is None else times, self.lab.bfd_ms)
        self.lab.write_frrd(site, groups, arbiter=[*lines, *arbiter], kind="bgp", **more)

    def load(self, owner="dc1", group="shop", **configuration):
        """Restart frrd everywhere with a configuration of write(); what it
        knew is forgotten. The owner and the third sites start first, so that
        it is this one that takes the group; owner=None: all at once."""
        self.lab.each(self.lab.stop_frrd)
        for site in self.lab.plan.sites:
            self.write(site, **configuration)
        first = [site for site, data in self.lab.plan.sites.items()
                 if data.witness or site == owner] if owner else list(self.lab.plan.sites)
        self.lab.each(self._start, first)
        rest = [site for site in self.lab.plan.sites if site not in first]
        if rest:
            self.wait_quorum(owner, group)
            self.lab.each(self._start, rest)
        if owner:
            self.wait_owner(owner, group)

    def _start(self, site):
        """A line that frrd refuses is an error here."""
        log = self.lab.router(site).daemon("frrd").log_file
        before = os.path.getsize(log) if os.path.exists(log) else 0
        self.lab.start_frrd(site)
        with open(log, encoding="utf-8", errors="replace") as file:
            file.seek(before)
            refused = [line for line in file if "configuration line refused" in line]
        if refused:
            raise LabError(f"frrd at {site}: {''.join(refused)}")

    def wait_quorum(self, site, group="shop", timeout=20):
        """The site has begun to count its settle-time, or is done with it."""
        return wait_for(lambda: self.guards(site, group), timeout, f"quorum at {site}",
                        interval=0.02, until=lambda guards: guards["quorum"])

    def guards(self, site, group="shop"):
        """{"member": True, "quorum": False, ...}: what keeps the site from taking
        the group over."""
        return {check["check"]: check["ok"] for check in self.frrd(site).why(group)["checks"]}

    # Who owns it

    def states(self, group="shop", sites=None):
        """site -> state, of the sites whose frrd answers."""
        found = {}
        for site in sites or self.lab.plan.sites:
            if self.lab.router(site).daemon("frrd").state() == "running":
                found[site] = self.frrd(site).state(group)
        return found

    def wait_state(self, site, state, group="shop", timeout=15):
        return self.frrd(site).wait_state(group, state, timeout)

    def wait_owner(self, owner, group="shop", prefixes=(PREFIX4, PREFIX6), timeout=20,
                   without=(), via=None):
        """One owner, with every prefix installed; all others, but for those
        without a say (dead, frozen, cut off), rest, and their kernels send the
        prefixes to it; via: site -> the neighbor that they go through."""
        self.frrd(owner).wait_installed(group, timeout)
        for site in self.lab.plan.sites:
            if site == owner:
                self.wait_fib(site, {LAN}, prefixes, timeout)
            elif site not in without:
                wait_for(lambda s=site: self.frrd(s).state(group), timeout,
                         f"group {group} to rest at {site}",
                         until=lambda state: state in SETTLED, interval=0.02)
                self.wait_fib(site, {f"to-{(via or {}).get(site, owner)}"}, prefixes, timeout)
        return self.frrd(owner).group(group)

    def wait_fib(self, site, devices, prefixes=(PREFIX4, PREFIX6), timeout=10):
        """The site's kernel sends the prefixes to exactly these interfaces."""
        router = self.lab.router(site)
        return wait_for(lambda: {prefix: router.fib_devices(prefix) for prefix in prefixes},
                        timeout, f"{site} to send {', '.join(prefixes)} to "
                        f"{', '.join(devices) or 'nowhere'}", interval=0.02,
                        until=lambda seen: all(devs == set(devices) for devs in seen.values()))

    def wait_retained(self, site, timeout=15):
        """zebra would keep frrd's routes if it died now: the last route was
        added more than a second ago."""
        return wait_for(lambda: self.lab.router(site).retained(), timeout,
                        f"stale-retention to be in force at {site}", interval=0.02)

    def sees(self, site):
        """The sites as this one sees them, by name."""
        return self.lab.router(site).ask_json("frrd", "show subnet-mover sites json")["sites"]

    def wait_ready(self, site, group="shop", timeout=15):
        """The site could take the group over now, were its owner gone, and all
        who hear of it know."""
        def blocked():
            failed = {name for name, good in self.guards(site, group).items() if not good}
            deaf = {other for other in self.states(group)
                    if (seen := self.sees(other)[site])["alive"] and group not in seen["ready"]}
            return failed - {"elsewhere", "claimed", "tracked"} | deaf
        return wait_for(blocked, timeout, f"{site} to be ready for {group}", interval=0.02,
                        until=lambda missing: not missing)
