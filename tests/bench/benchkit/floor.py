# SPDX-License-Identifier: GPL-2.0-or-later
"""The floor: the same faults without frrd.

Plain FRR with the standby announced all the time: dc1 and dc2 both announce
the subnet, dc2 with a longer AS path. Nobody decides anything; when dc1 is
gone, bgpd at the hub takes the other path that it has already. A daemon that
announces only after it has seen the other one gone cannot be as quick: it has
to add the way of the withdrawal to it and the way of the announcement back.
"""

from labkit import config, netns
from labkit.plan import LAN

from . import outage
from .stage import DC1, DC2, MEMBERS

LONGER = """route-map LONGER permit 10
 set as-path prepend 65002 65002
exit
!
"""


def bgpd(plan, site):
    """The lab's configuration, and the subnet in it."""
    longer = " route-map LONGER" if site == DC2 else ""
    lines = (LONGER if longer else "") + config.bgpd(plan, plan.site(site))
    for family, prefix in zip((4, 6), outage.PREFIXES):
        begin = f" address-family ipv{family} unicast\n"
        lines = lines.replace(begin, f"{begin}  network {prefix}{longer}\n")
    return lines


def add_routes(lab, site):
    ns = lab.plan.site_ns(site)
    netns.ip_batch(ns, [f"route replace {prefix} dev {LAN}" for prefix in outage.PREFIXES])


def prepare(lab):
    for site in MEMBERS:
        router = lab.router(site)
        add_routes(lab, site)
        router.write_config("bgpd", bgpd(lab.plan, site))
        router.restart("bgpd")
    lab.wait_converged()
    outage.wait_route(lab, DC1)


def measure(stage, runs, say):
    """The lab is up, without frrd."""
    found = {"killed": [], "frozen": []}
    lab = stage.lab
    prepare(lab)
    for number in range(1, runs + 1):
        for name, fault in (("killed", outage.crash), ("frozen", outage.freeze)):
            run = outage.measure(stage, DC1, DC2, fault)
            found[name].append(run)
            say(f"  run {number} floor {name:8s} {run['lost']:5d} packets lost, "
                f"gap {run['gapMs']:7.1f} ms")
            outage.revive(lab)
            add_routes(lab, DC1)
            outage.wait_route(lab, DC1)
    return found
