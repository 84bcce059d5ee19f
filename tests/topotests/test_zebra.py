# SPDX-License-Identifier: GPL-2.0-or-later
"""frrd and zebra: what the routes look like, and what happens when zebra,
bgpd, a next-hop, an interface or another route comes and goes.

"Nothing twice" is read from zebra's own counters of what the client sent."""

import json
import signal

import pytest

from helpers import BOTH, kernel_prefixes, take_over, wait_fib
from labkit import config, netns
from labkit.bench import WAN, WAN_PEER4, WAN_PEER6
from labkit.daemon import wait_exit
from labkit.plan import LAN, PREFIX4, PREFIX6
from labkit.run import LabError, run, wait_for


def load_member(bench, member, prefixes=BOTH, **kwargs):
    """Group shop at dc1 with these member lines; standby."""
    bench.load_frrd(groups=config.frrd_group("shop", 1, prefixes, {"dc1": (200, member)}),
                    **kwargs)


def table_route(router, prefix):
    """zebra's one TABLE entry for the prefix."""
    entries = [entry for entry in router.zebra_routes(prefix) if entry["protocol"] == "table"]
    assert len(entries) == 1, entries
    return entries[0]


def table_routes(router):
    """All TABLE entries in zebra: {prefix: [entries]}."""
    found = {}
    for family in ("ip", "ipv6"):
        for prefix, entries in router.ask_json("zebra", f"show {family} route json").items():
            mine = [entry for entry in entries if entry["protocol"] == "table"]
            if mine:
                found[prefix] = mine
    return found


def wait_zebra(router, prefix, wanted, timeout=10):
    """Until zebra has (or has not) a selected TABLE route for the prefix."""
    return wait_for(
        lambda: [e for e in router.zebra_routes(prefix)
                 if e["protocol"] == "table" and e.get("selected")],
        timeout, f"zebra {'to have' if wanted else 'to lose'} {prefix}",
        until=lambda entries: bool(entries) == wanted, interval=0.02)


def wait_bgp(router, prefix, wanted, timeout=10):
    return wait_for(lambda: [path for path in router.bgp_paths(prefix)
                             if path.get("bestpath", {}).get("overall")], timeout,
                    f"bgpd {'to have' if wanted else 'to lose'} {prefix}",
                    until=lambda paths: bool(paths) == wanted, interval=0.02)


# What a route looks like

def test_route_attributes(bench, router, frrd):
    load_member(bench, ["next-hop interface lan", "metric 77"])
    take_over(frrd)
    for prefix in BOTH:
        route = table_route(router, prefix)
        assert (route["distance"], route["metric"], route["tag"]) == (15, 77, 142), route
        assert route["selected"] and route["installed"]
        assert [hop["interfaceName"] for hop in route["nexthops"]] == [LAN]
    assert table_route(router, PREFIX4)["instance"] == 142
    assert router.fib_devices(PREFIX4) == router.fib_devices(PREFIX6) == {LAN}


@pytest.mark.parametrize("prefix", BOTH)
def test_metric_becomes_med(bench, router, frrd, prefix):
    load_member(bench, ["next-hop interface lan", "metric 77"])
    take_over(frrd)
    path = wait_bgp(router, prefix, True)[0]
    assert path["metric"] == 77, path  # bgpd's name for MED here
    assert path["community"]["string"] == "65000:142", path


def test_attributes_as_configured(bench, router, frrd):
    load_member(bench, ["next-hop interface lan"],
                options=["route-table 77", "distance 33", "route-tag 4242"])
    take_over(frrd)
    for prefix in BOTH:
        route = table_route(router, prefix)
        assert (route["distance"], route["tag"]) == (33, 4242), route
    assert table_route(router, PREFIX4)["instance"] == 77
    # bgpd redistributes table 142, which this is not
    assert router.bgp_paths(PREFIX4) == []
    number = ["configure terminal", "router bgp 65001", "address-family ipv4 unicast"]
    router.vtysh(*number, "redistribute table 77")
    try:
        path = wait_bgp(router, PREFIX4, True)[0]
        assert "community" not in path
    finally:
        router.vtysh(*number, "no redistribute table 77")


def test_changed_attributes_reach_zebra_while_active(router, frrd):
    take_over(frrd)
    router.configure("subnet-mover\n group shop\n  site dc1\n   metric 5\n")
    for prefix in BOTH:
        wait_for(lambda p=prefix: table_route(router, p)["metric"], 10, "the metric in zebra",
                 until=lambda metric: metric == 5)
    assert len(table_routes(router)) == 2
    frrd.wait_installed("shop")


def test_route_table_cannot_change_while_active(router, frrd):
    """It would mean another session with zebra, and every route gone between."""
    take_over(frrd)
    before = router.table_counters()
    with pytest.raises(LabError, match="route-table.*shop"):
        router.configure("subnet-mover\n route-table 99\n")
    assert table_route(router, PREFIX4)["instance"] == 142
    assert router.table_counters() == before
    assert frrd.release("shop").ok
    frrd.wait_state("shop", "standby")
    router.configure("subnet-mover\n route-table 99\n")
    take_over(frrd)
    assert table_route(router, PREFIX4)["instance"] == 99


# Next-hops

def test_next_hop_by_address(bench, router, frrd):
    load_member(bench, [f"next-hop {WAN_PEER4}", f"next-hop {WAN_PEER6}"])
    take_over(frrd)
    assert [hop["ip"] for hop in table_route(router, PREFIX4)["nexthops"]] == [WAN_PEER4]
    assert [hop["ip"] for hop in table_route(router, PREFIX6)["nexthops"]] == [WAN_PEER6]
    assert router.fib_devices(PREFIX4) == router.fib_devices(PREFIX6) == {WAN}


def test_next_hop_address_and_interface(bench, router, frrd):
    load_member(bench, [f"next-hop {WAN_PEER4}", f"next-hop {WAN_PEER6}",
                        f"next-hop interface {WAN}"])
    take_over(frrd)
    for prefix, address in ((PREFIX4, WAN_PEER4), (PREFIX6, WAN_PEER6)):
        hops = table_route(router, prefix)["nexthops"]
        assert [(hop["ip"], hop["interfaceName"]) for hop in hops] == [(address, WAN)]


def test_next_hop_blackhole(bench, router, frrd):
    """An anchor: announced, and everything that has no more specific route is
    dropped."""
    load_member(bench, ["next-hop blackhole"])
    take_over(frrd)
    for prefix in BOTH:
        assert router.fib_devices(prefix) <= {"blackhole", "lo"} and router.fib_devices(prefix)
        assert table_route(router, prefix)["nexthops"][0].get("blackhole") is True
        wait_bgp(router, prefix, True)


def test_one_family_without_next_hop_is_refused(bench, frrd):
    load_member(bench, [f"next-hop {WAN_PEER4}"])
    answer = frrd.failover("shop")
    assert not answer.ok and "next-hop" in answer.text
    assert frrd.state("shop") == "standby"


# Next-hops and interfaces that come and go

def test_inactive_next_hop_comes_back(bench, router, frrd):
    load_member(bench, [f"next-hop {WAN_PEER4}", f"next-hop {WAN_PEER6}"])
    take_over(frrd)
    bench.set_link(WAN, False)
    for prefix in BOTH:
        frrd.wait_status(prefix, {"failed", "removed", "pending"}, 15)
        wait_zebra(router, prefix, False)
        wait_bgp(router, prefix, False)
    assert frrd.state("shop") in ("active", "activating")
    bench.set_link(WAN, True)
    frrd.wait_installed("shop", 30)
    for prefix in BOTH:
        wait_zebra(router, prefix, True)
        wait_bgp(router, prefix, True)


def test_lan_goes_down_and_comes_back(bench, router, frrd):
    take_over(frrd)
    bench.set_link(LAN, False)
    for prefix in BOTH:
        wait_bgp(router, prefix, False)
    bench.set_link(LAN, True)
    frrd.wait_installed("shop", 30)
    for prefix in BOTH:
        wait_bgp(router, prefix, True)
        assert router.fib_devices(prefix) == {LAN}


def test_interface_that_appears_later(bench, router, frrd):
    load_member(bench, ["next-hop interface later0"])
    assert frrd.failover("shop").ok
    for prefix in BOTH:
        frrd.wait_status(prefix, {"failed", "pending", "queued"})
        wait_bgp(router, prefix, False)
    bench.add_stub("later0", ("192.0.2.65/27", "2001:db8:aaaa::1/64"))
    frrd.wait_installed("shop", 30)
    for prefix in BOTH:
        assert router.fib_devices(prefix) == {"later0"}
    # and away again, and back under the same name with another index
    bench.del_stub("later0")
    for prefix in BOTH:
        wait_bgp(router, prefix, False)
    bench.add_stub("later0", ("192.0.2.65/27", "2001:db8:aaaa::1/64"))
    frrd.wait_installed("shop", 30)
    for prefix in BOTH:
        wait_bgp(router, prefix, True)
        assert router.fib_devices(prefix) == {"later0"}


def test_address_next_hop_that_resolves_later(bench, router, frrd):
    load_member(bench, ["next-hop 192.0.2.66", "next-hop 2001:db8:aaaa::2"])
    assert frrd.failover("shop").ok
    for prefix in BOTH:
        frrd.wait_status(prefix, {"failed", "pending", "removed"})
    bench.add_stub("later0", ("192.0.2.65/27", "2001:db8:aaaa::1/64"))
    frrd.wait_installed("shop", 30)
    for prefix in BOTH:
        assert router.fib_devices(prefix) == {"later0"}


# Another route for the same prefix

@pytest.mark.parametrize("prefix, gateway", [(PREFIX4, WAN_PEER4), (PREFIX6, WAN_PEER6)])
def test_better_distance_takes_over_and_goes(router, frrd, prefix, gateway):
    command = "ipv6" if ":" in prefix else "ip"
    other = PREFIX4 if prefix == PREFIX6 else PREFIX6
    take_over(frrd)
    wait_bgp(router, prefix, True)
    router.configure(f"{command} route {prefix} {gateway} 1")
    frrd.wait_status(prefix, "lost")
    assert frrd.group("shop")["prefixes"]["lost"] == 1
    assert frrd.statuses()[other] == "installed"
    wait_bgp(router, prefix, False)
    wait_for(lambda: router.fib_devices(prefix), 10, "the static route",
             until=lambda devices: devices == {WAN})
    router.configure(f"no {command} route {prefix} {gateway} 1")
    frrd.wait_installed("shop", 30)
    wait_bgp(router, prefix, True)
    assert router.fib_devices(prefix) == {LAN}


def test_a_connected_route_shadows(bench, router, frrd):
    """The mistake that the design warns of: /24 on the LAN interface."""
    take_over(frrd)
    netns.ip_batch(bench.ns, ["address add 192.168.1.2/24 dev lan"])
    try:
        frrd.wait_status(PREFIX4, "lost")
        wait_bgp(router, PREFIX4, False)
    finally:
        netns.ip_batch(bench.ns, ["address del 192.168.1.2/24 dev lan"])
    frrd.wait_installed("shop", 30)
    wait_bgp(router, PREFIX4, True)


def test_worse_distance_changes_nothing(router, frrd):
    take_over(frrd)
    before = router.table_counters()
    router.configure(f"ip route {PREFIX4} {WAN_PEER4} 200")
    wait_for(lambda: [e["protocol"] for e in router.zebra_routes(PREFIX4)], 10,
             "both routes in zebra", until=lambda found: set(found) == {"static", "table"})
    assert frrd.statuses()[PREFIX4] == "installed"
    assert router.fib_devices(PREFIX4) == {LAN}
    assert router.table_counters() == before


def test_a_route_from_elsewhere_refuses_failover(router, frrd):
    router.configure(f"ip route {PREFIX4} {WAN_PEER4} 200")
    wait_for(lambda: frrd.routes()[PREFIX4]["elsewhere"], 10, "the static route to be seen")
    elsewhere = frrd.routes()[PREFIX4]["elsewhere"]
    assert (elsewhere["protocol"], elsewhere["distance"]) == ("static", 200)
    assert elsewhere["via"] == [WAN_PEER4]
    answer = frrd.failover("shop")
    assert not answer.ok and PREFIX4 in answer.text and "static" in answer.text
    router.configure(f"no ip route {PREFIX4} {WAN_PEER4} 200")
    take_over(frrd)


def test_a_covering_route_is_not_elsewhere(router, frrd):
    """Nexthop tracking falls back to a covering prefix; only the exact one counts."""
    router.configure(f"ip route 192.168.0.0/16 {WAN_PEER4}\nip route 0.0.0.0/0 {WAN_PEER4}\n"
                     f"ipv6 route 2001:db8::/32 {WAN_PEER6}")
    wait_for(lambda: router.fib_devices("192.168.0.0/16"), 10, "the covering route")
    wait_for(lambda: frrd.group("shop")["prefixes"], 10, "nothing untracked",
             until=lambda prefixes: prefixes["untracked"] == 0)
    assert frrd.group("shop")["prefixes"]["elsewhere"] == 0
    take_over(frrd)


# zebra and bgpd restart

def test_zebra_killed_at_the_owner(router, frrd):
    take_over(frrd)
    for prefix in BOTH:
        wait_bgp(router, prefix, True)
    router.kill(["zebra"])
    wait_for(lambda: frrd.show()["zebra"], 10, "frrd to notice",
             until=lambda state: state == "disconnected")
    router.start(["zebra"])
    frrd.wait_installed("shop", 30)
    for prefix in BOTH:
        table_route(router, prefix)  # exactly one
        wait_zebra(router, prefix, True)
        wait_bgp(router, prefix, True, 30)
        assert router.fib_devices(prefix) == {LAN}
    assert router.table_counters() == (2, 0, 0), "every route once, to a zebra that began from zero"


def test_zebra_killed_again_and_again(router, frrd):
    take_over(frrd)
    for _ in range(3):
        router.kill(["zebra"])
        router.start(["zebra"])
        frrd.wait_installed("shop", 30)
    assert router.table_counters() == (2, 0, 0)
    assert set(table_routes(router)) == set(BOTH)


def test_zebra_killed_at_a_standby(router, frrd):
    router.kill(["zebra"])
    wait_for(lambda: frrd.show()["zebra"], 10, "frrd to notice",
             until=lambda state: state == "disconnected")
    answer = frrd.failover("shop")
    assert not answer.ok and "zebra" in answer.text
    router.start(["zebra"])
    frrd.wait_ready()
    assert frrd.state("shop") == "standby"
    assert table_routes(router) == {}
    take_over(frrd)


def test_release_while_zebra_is_away(router, frrd):
    take_over(frrd)
    router.kill(["zebra"])
    wait_for(lambda: frrd.show()["zebra"], 10, "frrd to notice",
             until=lambda state: state == "disconnected")
    frrd.release("shop")
    router.start(["zebra"])
    frrd.wait_ready()
    frrd.wait_state("shop", "standby", 20)
    assert table_routes(router) == {}


def wait_bgpd_at_zebra(router):
    """libfrr's client comes back to a new zebra after 10 s."""
    wait_for(lambda: router.vtysh("show zebra client summary"), 30, "bgpd to be back at zebra",
             until=lambda shown: "bgp" in shown)


def test_bgpd_forgets_by_a_second_release(router, frrd):
    """bgpd 8.4 keeps redistributed routes when zebra dies, and a new zebra that
    does not have them does not make it forget. The user guide's remedy for a
    release in that time is to announce and to release once more."""
    take_over(frrd)
    wait_bgp(router, PREFIX4, True)
    router.kill(["zebra"])
    wait_for(lambda: frrd.show()["zebra"], 10, "frrd to notice",
             until=lambda state: state == "disconnected")
    frrd.release("shop")
    router.start(["zebra"])
    frrd.wait_state("shop", "standby", 20)
    wait_bgpd_at_zebra(router)
    take_over(frrd)
    assert frrd.release("shop").ok
    frrd.wait_state("shop", "standby", 20)
    wait_bgp(router, PREFIX4, False, 15)
    router.restart("bgpd")


def test_bgpd_killed_at_the_owner(router, frrd):
    take_over(frrd)
    for prefix in BOTH:
        wait_bgp(router, prefix, True)
    before = router.table_counters()
    router.kill(["bgpd"])
    router.start(["bgpd"])
    for prefix in BOTH:
        wait_bgp(router, prefix, True, 30)
    assert frrd.state("shop") == "active"
    assert router.table_counters() == before, "bgpd's restart is none of frrd's business"


def test_frozen_zebra(router, frrd):
    """zebra hangs for a while: nothing is lost, nothing is sent twice."""
    router.daemon("zebra").signal(signal.SIGSTOP)
    try:
        frrd.failover("shop")
        assert frrd.state("shop") != "active", "active only when zebra has confirmed"
    finally:
        router.daemon("zebra").signal(signal.SIGCONT)
    frrd.wait_installed("shop", 30)
    assert router.table_counters()[0] == 2 and router.table_counters()[1:] == (0, 0)


def test_zebra_and_bgpd_killed_with_three_sites(lab):
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "hub", {"to-dc1"})
    for name in ("zebra", "bgpd"):
        lab.kill("dc1", [name])
        lab.start("dc1", [name])
        lab.frrd("dc1").wait_installed("shop", 30)
        lab.wait_converged()
        wait_fib(lab, "hub", {"to-dc1"}, timeout=30)
        wait_fib(lab, "dc2", {"to-dc1"}, timeout=30)
    assert lab.frrd("dc2").state("shop") == "standby"


def test_moved_away_after_zebra_was_killed(lab):
    """IPv4, because bgpd 8.4 loses its IPv6 `redistribute table` with its zebra
    session, and the kernel's old IPv6 route stands beside the new one: the user
    guide says to restart zebra and bgpd together, as watchfrr does."""
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "hub", {"to-dc1"})
    lab.kill("dc1", ["zebra"])
    lab.start("dc1", ["zebra"])
    lab.frrd("dc1").wait_installed("shop", 30)
    wait_bgpd_at_zebra(lab.router("dc1"))
    assert lab.frrd("dc1").release("shop").ok
    wait_fib(lab, "hub", set(), [PREFIX4])
    wait_fib(lab, "dc1", set(), [PREFIX4])
    take_over(lab.frrd("dc2"))
    wait_fib(lab, "dc1", {"to-dc2"}, [PREFIX4])


# The end of frrd

def test_sigterm_withdraws_everything_first(router, frrd):
    take_over(frrd)
    for prefix in BOTH:
        wait_bgp(router, prefix, True)
    daemon = router.daemon("frrd")
    pid = daemon.pid()
    daemon.signal(signal.SIGTERM)
    assert wait_exit(pid, 20), "frrd did not end"
    # The withdrawal was confirmed before the exit: nothing to wait for
    assert table_routes(router) == {}
    for prefix in BOTH:
        assert router.fib_devices(prefix) == set()
    assert kernel_prefixes(router, LAN) == set()
    for prefix in BOTH:
        wait_bgp(router, prefix, False)


def test_kill_9_leaves_nothing_for_long(router, frrd):
    take_over(frrd)
    for prefix in BOTH:
        wait_bgp(router, prefix, True)
    router.kill(["frrd"])
    wait_for(lambda: table_routes(router), 15, "zebra to drop the dead client's routes",
             until=lambda left: not left)
    for prefix in BOTH:
        wait_bgp(router, prefix, False)
        assert router.fib_devices(prefix) == set()
    # The new one does not announce on the strength of a file
    router.start(["frrd"])
    frrd.wait_ready()
    assert frrd.state("shop") == "standby"
    assert table_routes(router) == {}
    take_over(frrd)


def test_kill_9_and_quick_restart_leaves_no_stale_route(router, frrd):
    take_over(frrd)
    router.kill(["frrd"])
    router.start(["frrd"])
    frrd.wait_ready()
    assert frrd.state("shop") == "standby"
    wait_for(lambda: table_routes(router), 15, "the routes of the dead client to go",
             until=lambda left: not left)
    wait_for(lambda: [p for p in BOTH if router.fib_devices(p)], 15, "an empty FIB",
             until=lambda left: not left)


# Configuration that changes while the group is announced

def test_prefix_added_and_removed_while_active(router, frrd):
    added = "192.0.2.128/25"
    take_over(frrd)
    before = router.table_counters()
    router.configure(f"subnet-mover\n group shop\n  prefix {added}\n")
    frrd.wait_status(added, "installed")
    frrd.wait_installed("shop")
    wait_bgp(router, added, True)
    assert router.table_counters() == (before[0] + 1, before[1], before[2])
    router.configure(f"subnet-mover\n group shop\n  no prefix {added}\n")
    wait_zebra(router, added, False)
    wait_bgp(router, added, False)
    wait_for(frrd.routes, 10, "the prefix to be forgotten", until=lambda r: added not in r)
    assert frrd.state("shop") == "active"
    assert set(table_routes(router)) == set(BOTH)


def test_group_removed_while_active(router, frrd):
    take_over(frrd)
    router.configure("subnet-mover\n no group shop\n")
    wait_for(lambda: table_routes(router), 10, "no route in zebra", until=lambda left: not left)
    for prefix in BOTH:
        wait_bgp(router, prefix, False)
    assert "shop" not in frrd.show()["groups"]


def test_routes_json_and_text_agree(router, frrd):
    take_over(frrd)
    text = router.vtysh("show subnet-mover routes")
    for prefix, route in frrd.routes().items():
        assert (route["group"], route["source"], route["status"], route["elsewhere"]) == \
            ("shop", "prefix", "installed", None), route
        line = [row for row in text.splitlines() if prefix in row]
        assert line and "installed" in line[0] and "shop" in line[0]
    everything = json.loads(run([*router.vtysh_argv(), "-c",
                                 "show subnet-mover routes group shop json"]).stdout)
    assert len(everything["routes"]) == 2
