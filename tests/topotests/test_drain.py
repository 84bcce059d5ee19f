# SPDX-License-Identifier: GPL-2.0-or-later
"""Drain routes: the old owner of a make-before-break handover goes on forwarding
until the successor's route is here, and nothing of it stays."""

import contextlib
import ipaddress

import pytest

from failover_kit import BOTH, MBB, members
from labkit import config
from labkit.fibmon import FibMonitor
from labkit.plan import LAN, PREFIX4, PREFIX6
from labkit.run import run, wait_for

DRAIN_DISTANCE = 250
DENY = """
ip prefix-list MOVED seq 5 permit 192.168.1.0/24
ipv6 prefix-list MOVED seq 5 permit {prefix6}
route-map NO-SUCCESSOR deny 10
 match ip address prefix-list MOVED
exit
route-map NO-SUCCESSOR deny 15
 match ipv6 address prefix-list MOVED
exit
route-map NO-SUCCESSOR permit 20
exit
""".format(prefix6=PREFIX6)


def many(count):
    first4 = int(ipaddress.ip_address("198.18.0.0"))
    first6 = int(ipaddress.ip_address("2001:db8:4000::"))
    half = count // 2
    return ([f"{ipaddress.ip_address(first4 + 4 * i)}/30" for i in range(half)] +
            [f"{ipaddress.ip_address(first6 + (i << 64))}/64" for i in range(half)])


def drains(router):
    """Prefixes that have a drain route in zebra."""
    found = set()
    for family in ("ip", "ipv6"):
        for prefix, entries in router.ask_json("zebra", f"show {family} route json").items():
            if any(entry["protocol"] == "table" and entry["distance"] == DRAIN_DISTANCE
                   for entry in entries):
                found.add(prefix)
    return found


def wait_drained(router, timeout=5):
    wait_for(lambda: drains(router), timeout, "the drain routes to go", interval=0.02,
             until=lambda left: not left)


def gaps(monitor, prefixes):
    """Prefixes that had no route for a while, and how long. zebra 8.4 replaces an
    IPv6 route by a deletion and an addition, as a rule in one message to the kernel."""
    found, began = {}, {}
    for change in monitor.changes():
        if not change.devices:
            began[change.prefix] = change.ns
        elif change.prefix in began:
            gap = (change.ns - began.pop(change.prefix)) / 1e6
            if ":" not in change.prefix or gap > 5:
                found[change.prefix] = f"{gap:.1f} ms"
    found.update({prefix: "to the end" for prefix in began})
    return {prefix: gap for prefix, gap in found.items() if prefix in prefixes}


def move(shop, successor, prefixes=BOTH, split=1):
    """Hand the group over; the old owner has a route at every moment. split: for
    so many IPv6 prefixes deletion and addition may be in two messages: zebra 8.4 replaces
    IPv6 routes by both, and may have to wait for the processor in between."""
    owner = "dc1" if successor == "dc2" else "dc2"
    with FibMonitor(shop.lab.router(owner).ns) as monitor:
        with shop.guard.two_allowed():
            shop.switchover("hub", successor)
            shop.wait_owner(successor)
            wait_for(lambda: monitor.count(prefixes, {f"to-{successor}"}), 30,
                     f"{owner} to send all to {successor}", interval=0.02,
                     until=lambda count: count == len(prefixes))
        found = gaps(monitor, prefixes)
        assert not [prefix for prefix in found if ":" not in prefix], found
        assert len(found) <= split, found
    wait_drained(shop.lab.router(owner))
    for prefix in BOTH:
        protocols = [entry["protocol"] for entry in
                     shop.lab.router(owner).zebra_routes(prefix)]
        assert protocols == ["bgp"], (prefix, protocols)


def test_there_and_back(shop):
    """Three times in both directions, and no packet is lost."""
    shop.load(extra=MBB)
    stream = shop.stream("dc1")
    for successor in ("dc2", "dc1") * 3:
        shop.wait_ready(successor)
        move(shop, successor)
        stream.wait_site(successor)
        shop.more_packets(stream, 100)
    summary = stream.finish()
    assert summary["lost"] == 0, summary


def test_many_prefixes(shop):
    prefixes = [*BOTH, *many(500)]
    shop.load(groups=config.frrd_group("shop", 1, prefixes, members("dc1", "dc2"),
                                       ["auto-failover", *MBB]))
    for successor in ("dc2", "dc1"):
        shop.wait_ready(successor)
        move(shop, successor, prefixes, split=50)


def test_another_route_is_there_already(shop):
    """A route of another protocol is selected in the moment of the withdrawal: the
    drain route is never used, and goes all the same."""
    shop.load(extra=MBB)
    shop.settle()
    router = shop.lab.router("dc1")
    metric = 201 << 24   # zebra takes the upper byte for the distance
    run(["ip", "-n", router.ns, "route", "add", PREFIX4, "dev", LAN, "metric", str(metric)])
    try:
        wait_for(lambda: {entry["protocol"] for entry in router.zebra_routes(PREFIX4)}, 5,
                 "zebra to read the kernel's route", until=lambda seen: "kernel" in seen)
        with shop.guard.two_allowed():
            shop.switchover("hub", "dc2")
            shop.frrd("dc2").wait_installed("shop")
            shop.wait_state("dc1", "standby")
            wait_drained(router)
    finally:
        run(["ip", "-n", router.ns, "route", "del", PREFIX4, "metric", str(metric)])
    shop.wait_owner("dc2")


@contextlib.contextmanager
def deaf(router):
    """zebra of the router takes no route of the group from bgpd in the block."""
    router.configure(DENY)
    router.configure("ip protocol bgp route-map NO-SUCCESSOR\n"
                     "ipv6 protocol bgp route-map NO-SUCCESSOR")
    try:
        yield
    finally:
        router.configure("no ip protocol bgp route-map NO-SUCCESSOR\n"
                         "no ipv6 protocol bgp route-map NO-SUCCESSOR\n"
                         "no route-map NO-SUCCESSOR\n"
                         "no ip prefix-list MOVED\nno ipv6 prefix-list MOVED")


def handed_over(shop):
    shop.switchover("hub", "dc2")
    shop.wait_reason("dc1", "handed-over")
    wait_for(lambda: drains(shop.lab.router("dc1")), 1, "drain routes", interval=0.01,
             until=lambda found: found == set(BOTH))


def test_the_successors_route_never_comes(shop):
    """Two seconds later the drain routes go, and the kernel has nothing."""
    shop.load(extra=MBB)
    shop.settle()
    with deaf(shop.lab.router("dc1")), shop.guard.two_allowed():
        handed_over(shop)
        shop.wait_state("dc1", "standby")
        shop.wait_fib("dc1", {LAN})
        wait_drained(shop.lab.router("dc1"))
        shop.wait_fib("dc1", set())
    shop.wait_owner("dc2")


def test_the_successor_dies_and_the_old_owner_takes_over_again(shop):
    """Its drain routes stand until its own are installed: its kernel has a
    route all the time."""
    shop.load(extra=MBB)
    shop.settle()
    router = shop.lab.router("dc1")
    with deaf(router), shop.guard.two_allowed():
        with FibMonitor(router.ns) as monitor:
            handed_over(shop)
            shop.lab.crash("dc2")
            shop.wait_owner("dc1", without=["dc2"])
            wait_drained(router, 1)
            # That of IPv6 may be split, see move(); IPv4 would be there as well
            assert len(gaps(monitor, BOTH)) <= 1, gaps(monitor, BOTH)
    for prefix in BOTH:
        entries = router.zebra_routes(prefix)
        assert [(entry["protocol"], entry["distance"]) for entry in entries] == [("table", 15)]
    shop.lab.start("dc2")
    shop.lab.wait_converged()
    shop.wait_owner("dc1")


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_nothing_stays_when_frrd_ends(shop, how):
    """frrd ends while there are drain routes: zebra drops them at once, whatever
    stale-retention says."""
    shop.load(extra=MBB)
    shop.settle()
    router = shop.lab.router("dc1")
    with deaf(router), shop.guard.two_allowed():
        handed_over(shop)
        (router.kill if how == "killed" else router.stop)(["frrd"])
        wait_drained(router, 0.5)
        shop.wait_fib("dc1", set())
        shop.wait_owner("dc2", without=["dc1"])  # until the hub has heard it, too
    shop.lab.start_frrd("dc1")
    shop.wait_owner("dc2")
