# SPDX-License-Identifier: GPL-2.0-or-later
"""Markers: what the sites say to each other by host routes, what covers these in
zebra, and what zebra keeps of a frrd that has died.

The range is 100.64.0.0/16 or 2001:db8:ffff::/112: 3 bits for the kind, 4 for the
site, 9 for the group.
"""

import contextlib
import ipaddress
import signal
import subprocess
import time

import pytest

from helpers import wait_fib
from labkit import config
from labkit.netns import ip_batch, ip_json
from labkit.patience import Since
from labkit.plan import LAN, MARKER_COMMUNITY, MARKER_TAG, PREFIX4, PREFIX6
from labkit.router import build_dir
from labkit.run import wait_for
from preflight_kit import found

RANGE4, RANGE6 = config.MARKER_RANGE, "2001:db8:ffff::/112"
BEACON, CLAIM, REQUEST, GRANT, READY = range(5)
SITES = {"dc1": 1, "dc2": 2, "hub": 3}
ON_LAN = {"dc1": (200, ["next-hop interface lan"]), "dc2": (100, ["next-hop interface lan"])}


def marker(kind, site, group=1, where=RANGE4):
    """The marker's host route, as doc/protocol.md lays it out."""
    network = ipaddress.ip_network(where)
    rest = network.max_prefixlen - network.prefixlen - 7
    address = network[(kind << 4 | SITES[site]) << rest | (0 if kind == BEACON else group)]
    return f"{address}/{network.max_prefixlen}"


def rib(router, where=RANGE4):
    """prefix -> selected route, of everything in the marker range."""
    network = ipaddress.ip_network(where)
    family = "ip" if network.version == 4 else "ipv6"
    found = {}
    for prefix, routes in router.ask_json("zebra", f"show {family} route json").items():
        if ipaddress.ip_network(prefix).subnet_of(network):
            found.update((prefix, route) for route in routes if route.get("selected"))
    return found


def markers(router, where=RANGE4):
    """prefix -> protocol of the markers, without what covers them."""
    longest = ipaddress.ip_network(where).max_prefixlen
    return {prefix: route["protocol"] for prefix, route in rib(router, where).items()
            if prefix.endswith(f"/{longest}")}


def covers(router, where=RANGE4):
    return set(rib(router, where)) - set(markers(router, where))


def wait_markers(router, present=(), absent=(), where=RANGE4, timeout=15):
    return wait_for(lambda: markers(router, where), timeout,
                    f"{router.ns} to see {present} and not {absent}", interval=0.02,
                    until=lambda seen: set(present) <= set(seen) and not set(absent) & set(seen))


def in_bgp(router, where=RANGE4):
    """Everything in the marker range that bgpd knows."""
    network = ipaddress.ip_network(where)
    routes = router.ask_json("bgpd", f"show bgp ipv{network.version} unicast json")["routes"]
    return {prefix for prefix in routes if ipaddress.ip_network(prefix).subnet_of(network)}


def own_routes(router):
    """How many routes of frrd are in zebra: markers, covers, prefixes."""
    return sum(route["protocol"] == "table" for family in ("ip", "ipv6")
               for routes in router.ask_json("zebra", f"show {family} route json").values()
               for route in routes)


def sites_at(shop, site):
    return shop.lab.router(site).ask_json("frrd", "show subnet-mover sites json")["sites"]


@pytest.mark.parametrize("where", [RANGE4, RANGE6])
def test_markers_are_seen_by_all_sites(shop, where):
    shop.load(marker_range=where)
    shop.settle()
    claim, ready = marker(CLAIM, "dc1", where=where), marker(READY, "dc2", where=where)
    beacons = {site: marker(BEACON, site, where=where) for site in SITES}
    for site in SITES:
        router = shop.lab.router(site)
        seen = wait_markers(router, {claim, ready, *beacons.values()}, where=where)
        own = {beacons[site], *([claim] if site == "dc1" else []),
               *([ready] if site == "dc2" else [])}
        assert {prefix for prefix, protocol in seen.items() if protocol == "table"} == own
        assert set(seen) == {claim, ready, *beacons.values()}, "nothing else is announced"
        for prefix in own:
            assert rib(router, where)[prefix]["tag"] == MARKER_TAG
    # bgpd has read the tag of those from elsewhere, too
    version = ipaddress.ip_network(where).version
    path = shop.lab.router("hub").ask_json("bgpd",
                                           f"show bgp ipv{version} unicast {claim} json")
    assert path["paths"][0]["community"]["string"] == MARKER_COMMUNITY

    shop.switchover("hub", "dc2")
    shop.wait_owner("dc2")
    for site in SITES:
        wait_markers(shop.lab.router(site),
                     {marker(CLAIM, "dc2", where=where), marker(READY, "dc1", where=where)},
                     {claim, ready, *(marker(kind, name, where=where) for name in ON_LAN
                                      for kind in (REQUEST, GRANT))}, where)


@pytest.mark.parametrize("where", [RANGE4, RANGE6])
def test_what_covers_the_markers_stays_at_home(shop, where):
    shop.load(marker_range=where)
    shop.settle()
    network = ipaddress.ip_network(where)
    expected = {str(list(network.subnets(3))[BEACON])}
    for kind in (CLAIM, REQUEST, GRANT, READY):
        for number in SITES.values():
            expected.add(str(list(network.subnets(7))[kind << 4 | number]))
    for site in SITES:
        router = shop.lab.router(site)
        assert covers(router, where) == expected
        for prefix in expected:
            route = rib(router, where)[prefix]
            assert route["distance"] == 254
            assert route["nexthops"][0]["blackhole"]
        assert not in_bgp(router, where) & expected
        assert all(prefix.endswith(f"/{network.max_prefixlen}")
                   for prefix in in_bgp(router, where))


def test_another_range_replaces_everything(shop):
    """Allowed while nothing is announced."""
    shop.load(owner=None, groups=config.shop())
    for site in SITES:
        wait_markers(shop.lab.router(site), {marker(BEACON, name) for name in SITES})
    for site in SITES:
        said = shop.lab.router(site).vtysh("configure terminal", "subnet-mover",
                                           f"marker-range {RANGE6}")
        assert not said, said
    for site in SITES:
        router = shop.lab.router(site)
        wait_for(lambda r=router: rib(r), 10, f"the old range to be empty at {site}",
                 until=lambda left: not left)
        wait_markers(router, {marker(BEACON, name, where=RANGE6) for name in SITES} |
                     {marker(READY, "dc1", where=RANGE6)}, where=RANGE6)
        assert len(covers(router, RANGE6)) == 13


def test_witness_without_frrd(shop):
    """Any prefix that a site announces can stand for its beacon; only exactly
    this prefix counts."""
    third = {"hub": ["beacon 198.51.100.0/24"]}
    for site in SITES:
        shop.lab.stop_frrd(site)
    for site in ("dc1", "dc2"):
        shop.write(site, sites=third)
        shop.lab.start_frrd(site)
    hub, dc1 = shop.lab.router("hub"), shop.lab.router("dc1")
    wait_for(lambda: sites_at(shop, "dc1")["hub"]["alive"], 10, "the witness to be seen")
    assert marker(BEACON, "hub") not in markers(dc1)
    hub.vtysh("configure terminal", "router bgp 65003", "address-family ipv4 unicast",
              "no network 198.51.100.0/24", "network 198.51.100.0/25")
    try:
        wait_for(lambda: sites_at(shop, "dc1")["hub"]["alive"], 10, "the witness to be missed",
                 until=lambda alive: not alive)
    finally:
        hub.vtysh("configure terminal", "router bgp 65003", "address-family ipv4 unicast",
                  "no network 198.51.100.0/25", "network 198.51.100.0/24")
    wait_for(lambda: sites_at(shop, "dc1")["hub"]["alive"], 10, "the witness to be seen again")
    assert sites_at(shop, "dc1")["dc2"]["alive"]


@pytest.mark.parametrize("where", [RANGE4, RANGE6])
def test_a_beacon_that_zebra_does_not_select(shop, where):
    """A kernel route stands before it, such as one of a zebra that has crashed."""
    shop.load(marker_range=where)
    shop.settle()
    beacon = marker(BEACON, "hub", where=where)
    router, dc1 = shop.lab.router("hub"), shop.lab.router("dc1")
    wait_markers(dc1, {beacon}, where=where)

    def hidden():
        return router.ask_json("frrd", "show subnet-mover sites json")["hiddenMarkers"]

    assert hidden() == 0
    ip_batch(router.ns, [f"route add blackhole {beacon} metric 10"])
    try:
        wait_markers(dc1, absent={beacon}, where=where)
        wait_for(hidden, 20, "frrd to notice", until=lambda count: count == 1)
        warning = f"the beacon {beacon} of this site is not selected by zebra"
        assert warning in router.ask("frrd", "show subnet-mover")
        assert warning in router.ask("frrd", "show subnet-mover sites")
        finding, = found(router, "own-markers")
        assert finding["severity"] == "error" and f"beacon {beacon}" in finding["text"]
        assert not sites_at(shop, "dc1")["hub"]["alive"] and sites_at(shop, "hub")["dc1"]["alive"]
    finally:
        ip_batch(router.ns, [f"route del blackhole {beacon} metric 10"])
    wait_markers(dc1, {beacon}, where=where)
    wait_for(hidden, 20, "frrd to notice", until=lambda count: count == 0)
    assert not found(router, "own-markers")
    assert f"the beacon {beacon} of this site is selected" in router.daemon("frrd").tail()
    shop.wait_owner("dc1")


def test_zebra_keeps_everything_for_stale_retention(shop):
    """And then drops everything, all together."""
    shop.load(times={**config.QUICK, "stale-retention": 3000})
    shop.settle()
    shop.wait_retained("dc1")
    dc1 = shop.lab.router("dc1")
    before = own_routes(dc1)
    assert before == len(covers(dc1)) + 2 + 2  # beacon, claim; both prefixes
    shop.lab.kill("dc1", ["frrd"])
    died = Since()
    count = own_routes(dc1)
    while time.monotonic() < died.begin + 2.5:  # also when it was asked lately
        assert count == before
        count = own_routes(dc1)
    wait_for(lambda: own_routes(dc1), 3, "zebra to drop all routes", interval=0.01,
             until=lambda count: count < before)
    assert time.monotonic() - died.begin > 2.5
    assert died.counted_s() < 5
    wait_for(lambda: own_routes(dc1), 1, "zebra to drop the last", until=lambda n: n == 0)
    wait_markers(shop.lab.router("hub"), absent={marker(BEACON, "dc1"), marker(CLAIM, "dc1")})
    shop.wait_owner("dc2", without=["dc1"])


def test_restart_within_stale_retention(shop, fib_monitor):
    """Nothing leaves the RIB, here and elsewhere; what is not sent again goes."""
    shop.load(times={**config.QUICK, "stale-retention": 5000})
    shop.settle()
    shop.wait_retained("dc1")
    monitor = fib_monitor("hub")
    followed = [PREFIX4, PREFIX6, marker(BEACON, "dc1")[:-3], marker(CLAIM, "dc1")[:-3]]
    for _ in range(2):  # the second death comes after the first was overcome
        shop.lab.kill("dc1", ["frrd"])
        shop.lab.start("dc1", ["frrd"])
        shop.wait_owner("dc1")
        shop.wait_retained("dc1")
    for prefix in followed:
        assert len(monitor.changes(prefix)) <= 1, f"{prefix} has flapped"
    assert shop.reasons("dc1").count("resumed") == 2


def test_second_death_before_it_has_resumed(shop):
    """The time of the first death goes on to run. zebra hears of the second life
    and of its end at once, so that nothing could be decided in it."""
    shop.load(times={**config.QUICK, "stale-retention": 3000})
    shop.settle()
    shop.wait_retained("dc1")
    dc1 = shop.lab.router("dc1")
    shop.lab.kill("dc1", ["frrd"])
    died = Since()
    with frozen(dc1, "zebra"):
        shop.lab.start("dc1", ["frrd"])
        shop.lab.kill("dc1", ["frrd"])
    seen = wait_markers(dc1, absent={marker(BEACON, "dc1"), marker(CLAIM, "dc1")})
    assert time.monotonic() - died.begin > 2.5
    assert died.counted_s() < 5
    assert "table" not in seen.values()
    shop.wait_owner("dc2", without=["dc1"])
    shop.lab.start("dc1", ["frrd"])
    shop.wait_ready("dc1")
    assert markers(dc1)[marker(CLAIM, "dc2")] == "bgp"


def test_second_death_after_it_has_resumed(shop):
    """All of it was sent again a moment ago, and is not kept a second time."""
    shop.load(times={**config.QUICK, "stale-retention": 5000})
    shop.settle()
    shop.wait_retained("dc1")
    dc1 = shop.lab.router("dc1")
    shop.lab.kill("dc1", ["frrd"])
    shop.lab.start("dc1", ["frrd"])
    shop.wait_owner("dc1")
    assert "resumed" in shop.reasons("dc1")
    assert not dc1.retained()
    shop.lab.kill("dc1", ["frrd"])
    wait_for(lambda: own_routes(dc1), 1, "zebra to drop all routes", until=lambda n: n == 0)
    shop.wait_owner("dc2", without=["dc1"])


def test_restart_with_a_grant_out(shop):
    """The owner dies after it has granted the group, and comes back while zebra
    still has all of it: the successor may have used the grant, so it withdraws."""
    shop.load(extra=["handover make-before-break"],
              times={**config.QUICK, "handover-timeout": 10000})
    shop.settle()
    dc1 = shop.lab.router("dc1")
    with shop.guard.two_allowed():
        with shop.frrd_stopped("dc2"):
            shop.switchover("dc1", "dc2")
            shop.wait_state("dc1", "draining")
            shop.wait_retained("dc1")
            shop.lab.kill("dc1", ["frrd"])
            shop.lab.start("dc1", ["frrd"])
            shop.wait_reason("dc1", "not-resumed")
            wait_for(dc1.journal, 5, "the journal to tell of the grant",
                     until=lambda entries: any(entry.get("ownGrant") for entry in entries))
        shop.wait_one_owner()


def test_what_was_added_a_moment_ago_is_not_kept(shop):
    """zebra 8.4 would keep it for ever."""
    shop.load()
    shop.settle()
    dc1 = shop.lab.router("dc1")
    shop.wait_retained("dc1")
    dc1.vtysh("configure terminal", "subnet-mover", "group shop", "prefix 198.18.0.0/24")
    wait_for(lambda: dc1.zebra_routes("198.18.0.0/24"), 5, "the new prefix", interval=0.005)
    assert not dc1.retained()
    shop.lab.kill("dc1", ["frrd"])
    wait_for(lambda: own_routes(dc1), 1, "zebra to drop all routes", until=lambda n: n == 0)
    shop.wait_owner("dc2", without=["dc1"])


def test_nothing_stays_after_a_clean_end(shop):
    shop.load(times={**config.QUICK, "stale-retention": 30000})
    shop.settle()
    for site in ("dc1", "hub"):
        shop.wait_retained(site)
        router = shop.lab.router(site)
        router.daemon("frrd").stop()
        assert own_routes(router) == 0
    wait_markers(shop.lab.router("dc2"), absent={marker(BEACON, "dc1"), marker(CLAIM, "dc1"),
                                                 marker(BEACON, "hub")})


def many_groups(count, extra=("auto-failover",)):
    lines = []
    for number in range(1, count + 1):
        prefix = f"198.18.{number // 250}.{number % 250}/32"
        lines += config.frrd_group(f"g{number}", number, [prefix], ON_LAN, extra)
    return lines


def owned(shop, site):
    return sum(group["state"] == "active" for group in shop.frrd(site).show()["groups"].values())


def test_many_groups_move_together(shop):
    count = 100
    shop.load(groups=many_groups(count), owner=None)
    wait_for(lambda: owned(shop, "dc1"), 30, "dc1 to own everything",
             until=lambda active: active == count)
    claims = {marker(CLAIM, "dc1", number) for number in range(1, count + 1)}
    readies = {marker(READY, "dc2", number) for number in range(1, count + 1)}
    wait_markers(shop.lab.router("hub"), claims | readies)
    shop.lab.kill("dc1")
    wait_for(lambda: owned(shop, "dc2"), 30, "dc2 to own everything",
             until=lambda active: active == count)
    wait_markers(shop.lab.router("hub"), {marker(CLAIM, "dc2", n) for n in range(1, count + 1)},
                 claims | readies | {marker(BEACON, "dc1")})
    shop.lab.start("dc1")


def test_markers_pass_a_full_buffer(shop):
    """zebra takes nothing for a while, and frrd's buffer fills with prefixes:
    the markers that change meanwhile are neither lost nor late."""
    big = config.frrd_group("big", 2, [f"198.18.{i // 256}.{i % 256}/32" for i in range(20000)],
                            ON_LAN)
    small = config.frrd_group("small", 3, ["198.19.0.0/24"], ON_LAN)
    shop.load(groups=[*config.shop(extra=("auto-failover",)), *big, *small])
    shop.settle()
    shop.wait_ready("dc1", "small")
    dc1, hub = shop.lab.router("dc1"), shop.lab.router("hub")
    shop.command("dc1", "failover big")
    shop.frrd("dc1").wait_installed("big", 30)
    wait_markers(hub, {marker(CLAIM, "dc1", 2)}, {marker(READY, "dc1", 2)})
    with frozen(dc1, "zebra"):
        shop.command("dc1", "release big")
        assert shop.frrd("dc1").group("big")["prefixes"]["pending"] == 20000
        shop.command("dc1", "failover small")
        shop.wait_state("dc1", "activating", "small")
    shop.frrd("dc1").wait_installed("small", 30)
    wait_markers(hub, {marker(CLAIM, "dc1", 3)}, {marker(READY, "dc1", 3)})
    shop.wait_state("dc1", "standby", "big", 30)
    wait_markers(hub, absent={marker(CLAIM, "dc1", 2)})


@contextlib.contextmanager
def frozen(router, name):
    router.daemon(name).signal(signal.SIGSTOP)
    try:
        yield
    finally:
        router.daemon(name).signal(signal.SIGCONT)


def cpu_ms(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 10


class Routes:
    """Ten thousand routes of somebody else, by the bench's ZAPI client."""

    def __init__(self, router):
        self.router = router
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", router.ns, f"{build_dir()}/tests/bench/zapi_loop", "-N",
             router.pathspace, "-n", "10000", "-p", "10.0.0.0/32", "-I", "9"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()  # it is connected

    def _do(self, command):
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def cost(self):
        """CPU milliseconds of zebra for adding all of them: the least of three."""
        pid = self.router.daemon("zebra").pid()
        costs = []
        for _ in range(3):
            begin = cpu_ms(pid)
            self._do("announce")
            costs.append(cpu_ms(pid) - begin)
            self._do("withdraw")
        return min(costs)

    def end(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.close()
        self.process.wait(10)


def tracked_markers(router):
    """Addresses in the range that zebra tracks for frrd."""
    network = ipaddress.ip_network(RANGE4)
    lines = router.ask("zebra", "show ip nht").splitlines()
    found = (line.split("(")[0].split()[0] for line in lines if line and line[0].isdigit())
    return sum(ipaddress.ip_address(address.split("/")[0]) in network for address in found)


MORE_SITES = [line for number in range(4, 16)
              for line in (f"site s{number}", f" id {number}", "exit")]


def absent_members(groups):
    """Groups whose members are all sites but dc1, and none of them is there: 52
    markers each."""
    members = {site: (100, ON_LAN["dc2"][1])
               for site in ("dc2", *(f"s{number}" for number in range(4, 16)))}
    lines = []
    for number in range(1, groups + 1):
        lines += config.frrd_group(f"g{number}", number, [f"198.18.0.{number}/32"], members)
    return lines


def test_absent_markers_cost_other_routes_nothing(bench):
    """Without what covers them, 1,000 absent markers make it eight times as
    expensive to add a route, any route, to zebra."""
    routes = Routes(bench.router)
    try:
        bench.router.stop(["frrd"])
        plain = routes.cost()
        text = config.frrd(bench.plan, "dc1", absent_members(20), options=MORE_SITES,
                           arbiter=config.arbiter_bgp(config.QUICK), kind="bgp")
        bench.router.write_config("frrd", text)
        bench.router.start(["frrd"])
        bench.frrd.wait_ready()
        wait_for(lambda: tracked_markers(bench.router), 10, "1,000 markers to be tracked",
                 until=lambda count: count >= 1000)
        tracked = routes.cost()
    finally:
        routes.end()
    print(f"zebra's CPU time for 10,000 routes: {plain} ms, with absent markers {tracked} ms")
    assert tracked < 2 * plain + 50
