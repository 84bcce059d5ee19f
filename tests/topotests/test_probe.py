# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes at one router: what they say, who runs them, what becomes of them when
frrd-io dies or hangs; tracks and their routes."""

import os
import signal

import pytest

import probe_kit as kit
from helpers import kernel_prefixes
from labkit import netns
from labkit.bench import LAN, WAN, WAN_PEER4, WAN_PEER6
from labkit.daemon import wait_exit
from labkit.frrd import parse_time
from labkit.run import wait_for

PORT = 8080
NET_RAW = 1 << 13
NET_ADMIN = 1 << 12
URL = f"http://{WAN_PEER4}:{PORT}/healthz"


@pytest.fixture
def web(bench):
    with kit.WebServer(bench.stub_ns, WAN_PEER4, PORT) as server:
        yield server


def http_probe(name="web", **kwargs):
    return kit.quick(name, f"http {URL}", **kwargs)


def start_zebra(router):
    """With a new bgpd: the old one would not ask a new zebra for IPv6 table routes."""
    router.start(["zebra"])
    router.restart("bgpd")


# frrd-io


def test_frrd_io_runs_only_when_something_needs_it(router):
    assert kit.io(router) == {"state": "idle", "restarts": 0}
    kit.configure(router, "probe if", f" interface {WAN}", "exit")
    kit.wait_probe(router, "if", "up")
    assert kit.io(router)["state"] == "idle"
    kit.configure(router, *kit.quick("ping", f"icmp {WAN_PEER4}"))
    kit.wait_probe(router, "ping", "up")
    seen = kit.wait_io(router)
    frrd = router.daemon("frrd").pid()
    with open(f"/proc/{seen['pid']}/stat", encoding="utf-8") as file:
        assert int(file.read().rpartition(")")[2].split()[1]) == frrd
    # frrd can hand the two on, and uses neither
    assert kit.capabilities(frrd, "CapPrm") & (NET_RAW | NET_ADMIN) == NET_RAW | NET_ADMIN
    assert kit.capabilities(frrd) == 0


def test_frrd_io_ends_with_frrd(router):
    kit.configure(router, *kit.quick("ping", f"icmp {WAN_PEER4}"))
    pid = kit.wait_io(router)["pid"]
    router.kill(["frrd"])
    assert wait_exit(pid, 20)


def test_killed_again_and_again(router, web):
    kit.configure(router, *http_probe())
    kit.wait_probe(router, "web", "up")
    seen = kit.wait_io(router)
    for number in range(1, 4):
        os.kill(seen["pid"], signal.SIGKILL)
        seen = kit.wait_io(router, other_than=seen["pid"])
        assert seen["restarts"] == number
        assert "signal 9" in seen["problem"]
        good = kit.shown(router, "web")["good"]
        wait_for(lambda: kit.shown(router, "web"), 20, "results again", interval=0.02,
                 until=lambda probe, good=good: probe["good"] > good + 1)
    # It is back sooner than the probe's patience ends: nothing has changed
    assert kit.shown(router, "web")["state"] == "up"
    assert "frrd-io (pid" in router.logs(200)


def test_a_hang_makes_probes_unknown(router, web):
    kit.configure(router, *http_probe(), *http_probe("strict", more=["when-unknown down"]))
    kit.wait_probe(router, "web", "up")
    kit.wait_probe(router, "strict", "up")
    pid = kit.wait_io(router)["pid"]
    os.kill(pid, signal.SIGSTOP)
    seen = kit.wait_probe(router, "web", "unknown", text="no result")
    assert (seen["countsAs"], seen["whenUnknown"]) == ("up", "no-move")
    assert kit.wait_probe(router, "strict", "unknown")["countsAs"] == "down"
    seen = kit.wait_io(router, other_than=pid)
    assert "not answered" in seen["problem"]
    kit.wait_probe(router, "web", "up")
    kit.wait_probe(router, "strict", "up")
    changes = [(line["from"], line["to"]) for line in router.journal()
               if line["kind"] == "probe" and line["probe"] == "web"]
    assert changes == [("unknown", "up"), ("up", "unknown"), ("unknown", "up")]


def test_frrd_that_was_stopped_blames_nobody(router, web):
    """Its timers have run out when it goes on, but the results are there."""
    kit.configure(router, *http_probe())
    kit.wait_probe(router, "web", "up")
    pid = kit.wait_io(router)["pid"]
    before = kit.shown(router, "web")
    router.daemon("frrd").freeze()
    try:
        # Longer than the silence after which a frrd-io is ended
        with pytest.raises(Exception):
            wait_for(lambda: False, 3, "a stop of three seconds")
    finally:
        router.daemon("frrd").thaw()
    after = wait_for(lambda: kit.shown(router, "web"), 20, "results after the stop", interval=0.02,
                     until=lambda seen: seen["good"] > before["good"] + 1)
    assert after["state"] == "up"
    assert after["changes"] == before["changes"]
    assert kit.wait_io(router)["pid"] == pid


# What frrd-io runs


def test_http(router, web):
    kit.configure(router, *http_probe())
    seen = kit.wait_probe(router, "web", "up", text="200")
    assert (seen["kind"], seen["target"], seen["bad"]) == ("http", URL, 0)
    assert seen["good"] >= 2 and seen["latencyUs"] > 0
    web.answer(503)
    kit.wait_probe(router, "web", "down", text="503")
    web.answer(200)
    kit.wait_probe(router, "web", "up", text="200")
    web.stop()
    kit.wait_probe(router, "web", "down", text="refused")
    lines = [line for line in router.journal() if line["kind"] == "probe"]
    assert [(line["from"], line["to"]) for line in lines] == \
        [("unknown", "up"), ("up", "down"), ("down", "up"), ("up", "down")]
    assert "503" in lines[1]["text"] and lines[0]["latencyUs"] > 0
    text = router.ask("frrd", "show subnet-mover probes")
    assert "frrd-io: running" in text and "down" in text
    text = router.ask("frrd", "show subnet-mover probes web")
    assert "State: down" in text and "Used by: nothing at this site" in text
    with router.vty("frrd") as vty:
        code, text = vty.ask("show subnet-mover probes x")
    assert code and "there is no probe x" in text


@pytest.mark.parametrize("peer", [WAN_PEER4, WAN_PEER6])
def test_icmp(bench, router, peer):
    kit.configure(router, *kit.quick("ping", f"icmp {peer}"))
    kit.wait_probe(router, "ping", "up")
    netns.ip_batch(bench.stub_ns, [f"link set {WAN}-peer down"])
    try:
        kit.wait_probe(router, "ping", "down")
    finally:
        netns.ip_batch(bench.stub_ns, [f"link set {WAN}-peer up",
                                       f"addr replace {WAN_PEER6}/64 dev {WAN}-peer nodad"])
    kit.wait_probe(router, "ping", "up")


def test_tcp(router, web):
    kit.configure(router, *kit.quick("port", f"tcp {WAN_PEER4} port {PORT}"))
    kit.wait_probe(router, "port", "up")
    web.stop()
    kit.wait_probe(router, "port", "down", text="refused")


def test_exec(router):
    kit.configure(router, *kit.quick("yes", "exec /bin/true", timeout=5000),
                  *kit.quick("no", "exec /bin/false", timeout=5000),
                  *kit.quick("none", "exec /nonexistent/program", timeout=5000))
    kit.wait_probe(router, "yes", "up")
    kit.wait_probe(router, "no", "down", text="1")
    kit.wait_probe(router, "none", "down")


def test_changes_of_the_configuration(router, web):
    """The state stays when times are changed; another kind begins anew; results of the
    old configuration do not count."""
    kit.configure(router, *http_probe())
    before = kit.wait_probe(router, "web", "up")
    kit.configure(router, "probe web", " interval 200", " fall 3", "exit")
    wait_for(lambda: kit.shown(router, "web"), 20, "more results", interval=0.02,
             until=lambda seen: seen["good"] > before["good"] + 3)
    after = kit.shown(router, "web")
    assert (after["state"], after["changes"], after["intervalMs"]) == ("up", 1, 200)
    kit.configure(router, "probe web", f" interface {WAN}", "exit")
    assert kit.wait_probe(router, "web", "up", text=f"interface {WAN}")["kind"] == "interface"
    kit.configure(router, "no probe web")
    assert kit.shown(router)["probes"] == {}


def test_hundreds_of_probes(router, web):
    """They reach a new frrd-io as well."""
    lines = []
    for number in range(300):
        lines += kit.quick(f"p{number}", f"tcp {WAN_PEER4} port {PORT}", interval=1000, timeout=900)
    kit.configure(router, *lines)

    def all_up():
        wait_for(lambda: {probe["state"] for probe in kit.shown(router)["probes"].values()}, 60,
                 "all probes to be up", until=lambda states: states == {"up"}, interval=0.2)
    all_up()
    pid = kit.wait_io(router)["pid"]
    os.kill(pid, signal.SIGKILL)
    kit.wait_io(router, other_than=pid)
    good = {name: probe["good"] for name, probe in kit.shown(router)["probes"].items()}
    wait_for(lambda: kit.shown(router)["probes"], 60, "all probes to run again", interval=0.2,
             until=lambda probes: all(probe["good"] > good[name]
                                      for name, probe in probes.items()))
    all_up()


# What frrd follows itself


def test_interface(bench, router):
    kit.configure(router, "probe if", " interface stub0", "exit")
    kit.wait_probe(router, "if", "down", text="does not exist")
    bench.add_stub("stub0", ["192.0.2.129/30"])
    kit.wait_probe(router, "if", "up")
    bench.set_link("stub0", False)
    kit.wait_probe(router, "if", "down", text="is down")
    bench.set_link("stub0", True)
    kit.wait_probe(router, "if", "up")
    netns.ip_batch(bench.ns, ["link set stub0 down", "link set stub0 name stub1",
                              "link set stub1 up"])
    kit.wait_probe(router, "if", "down", text="does not exist")
    netns.ip_batch(bench.ns, ["link set stub1 down", "link set stub1 name stub0",
                              "link set stub0 up"])
    kit.wait_probe(router, "if", "up")
    bench.del_stub("stub0")
    kit.wait_probe(router, "if", "down", text="does not exist")


@pytest.mark.parametrize("address, length", [("192.168.1.254", 32), ("2001:db8:1::fe", 128)])
def test_interface_with_an_address(bench, router, address, length):
    """As VRRP would set it."""
    kit.configure(router, "probe vrrp", f" interface {LAN} address {address}", "exit")
    kit.wait_probe(router, "vrrp", "down", text=f"does not have the address {address}")
    netns.ip_batch(bench.ns, [f"addr add {address}/{length} dev {LAN}"])
    try:
        kit.wait_probe(router, "vrrp", "up")
    finally:
        netns.ip_batch(bench.ns, [f"addr del {address}/{length} dev {LAN}"])
    kit.wait_probe(router, "vrrp", "down")


def test_route(router):
    kit.configure(router, "probe exact", " route 203.0.113.0/24", "exit",
                  "probe covering", " route 203.0.113.0/24 covering", "exit",
                  "probe via", f" route 203.0.113.0/24 via {WAN_PEER4}", "exit",
                  "probe elsewhere", " route 203.0.113.0/24 via 192.0.2.9", "exit",
                  "probe six", f" route 2001:db8:77::/48 via {WAN_PEER6}", "exit")
    for name in ("exact", "covering", "via", "elsewhere", "six"):
        kit.wait_probe(router, name, "down", text="no route")
    router.configure(f"ip route 203.0.0.0/16 {WAN_PEER4}")
    kit.wait_probe(router, "covering", "up", text="203.0.0.0/16")
    kit.wait_probe(router, "exact", "down")
    router.configure(f"ip route 203.0.113.0/24 {WAN_PEER4}\nipv6 route 2001:db8:77::/48 {WAN_PEER6}")
    kit.wait_probe(router, "exact", "up")
    kit.wait_probe(router, "via", "up")
    kit.wait_probe(router, "six", "up")
    kit.wait_probe(router, "elsewhere", "down", text="not via 192.0.2.9")
    # One of two that follow the same prefix goes; the other goes on
    kit.configure(router, "no probe exact")
    router.configure(f"no ip route 203.0.113.0/24 {WAN_PEER4}")
    kit.wait_probe(router, "via", "down")
    kit.wait_probe(router, "covering", "up", text="203.0.0.0/16")


def test_zebra_goes_and_comes_back(bench, router):
    kit.configure(router, "probe if", f" interface {WAN}", "exit",
                  "probe gone", " interface stub0", "exit",
                  "probe route", " route 192.0.2.0/30", "exit")
    bench.add_stub("stub0", ["192.0.2.129/30"])
    for name in ("if", "gone", "route"):
        kit.wait_probe(router, name, "up")
    router.kill(["zebra"])
    for name in ("if", "gone", "route"):
        seen = kit.wait_probe(router, name, "unknown", text="zebra is not connected")
        assert seen["countsAs"] == "up"
    bench.del_stub("stub0")
    start_zebra(router)
    kit.wait_probe(router, "if", "up")
    kit.wait_probe(router, "route", "up")
    kit.wait_probe(router, "gone", "down", text="does not exist")
    changes = [(line["from"], line["to"]) for line in router.journal()
               if line["kind"] == "probe" and line["probe"] == "if"]
    assert changes == [("unknown", "up"), ("up", "unknown"), ("unknown", "up")]


def test_bfd(lab):
    """Sessions of bfdd that bgpd has made as well."""
    router = lab.router("dc1")
    link = next(link for link in lab.plan.links if {link.a, link.b} == {"dc1", "hub"})
    peer4 = link_address(link, "hub")
    kit.configure(router, "probe hub4", f" bfd {peer4}", "exit", "probe nobody", " bfd 192.0.2.99",
                  "exit")
    kit.wait_probe(router, "hub4", "up", text="BFD session is up")
    kit.wait_probe(router, "nobody", "down", text="BFD session is down")
    lab.cut("dc1", "hub")
    kit.wait_probe(router, "hub4", "down", text="BFD session is down")
    lab.heal("dc1", "hub")
    kit.wait_probe(router, "hub4", "up")
    lab.kill("dc1", ["zebra"])
    kit.wait_probe(router, "hub4", "unknown", text="zebra is not connected")
    lab.start("dc1", ["zebra"])
    kit.wait_probe(router, "hub4", "up", timeout=40)


def link_address(link, site):
    """The IPv4 address of the site at this link."""
    return link.net4[0 if link.a == site else 1].split("/")[0]


# Tracks

TRACKED = "198.51.100.0/25"
TRACKED6 = "2001:db8:77::/48"


def test_track_announces_while_up(router, web):
    kit.configure(router, *http_probe(), "track service", " probe web",
                  f" next-hop interface {WAN}", " metric 30", f" prefix {TRACKED}",
                  f" prefix {TRACKED6}", "exit")
    both = {TRACKED: "installed", TRACKED6: "installed"}
    none = {TRACKED: "idle", TRACKED6: "idle"}
    kit.wait_track(router, "service", "up", both)
    assert {TRACKED, TRACKED6} <= kernel_prefixes(router, WAN)
    route = router.zebra_routes(TRACKED)[0]
    assert (route["protocol"], route["instance"], route["distance"], route["metric"],
            route["tag"]) == ("table", 142, 15, 30, 142)
    wait_for(lambda: router.own_bgp_prefixes(), 10, "bgpd to have them",
             until=lambda seen: {TRACKED, TRACKED6} <= set(seen))
    web.answer(500)
    kit.wait_track(router, "service", "down", none)
    wait_for(lambda: kernel_prefixes(router, WAN), 10, "the kernel to lose them",
             until=lambda seen: not {TRACKED, TRACKED6} & seen)
    web.answer(200)
    kit.wait_track(router, "service", "up", both)
    kit.configure(router, "track service", f" no prefix {TRACKED6}", "exit")
    kit.wait_track(router, "service", "up", {TRACKED: "installed"})
    kit.configure(router, "no track service")
    wait_for(lambda: kernel_prefixes(router, WAN), 10, "the kernel to lose it",
             until=lambda seen: TRACKED not in seen)
    assert "No tracks are configured" in router.ask("frrd", "show subnet-mover track")
    assert {"track"} <= {line["kind"] for line in router.journal()}


def test_track_follows_its_next_hop(bench, router):
    kit.configure(router, "probe lan", f" interface {LAN}", "exit", "track t", " probe lan",
                  " next-hop interface stub0", f" prefix {TRACKED}", "exit")
    kit.wait_track(router, "t", "up", {TRACKED: "failed"})
    assert "interface" in kit.track(router, "t")["routes"][TRACKED]["cause"]
    bench.add_stub("stub0", ["192.0.2.129/30"])
    kit.wait_track(router, "t", "up", {TRACKED: "installed"})
    bench.set_link("stub0", False)
    kit.wait_track(router, "t", "up", {TRACKED: "failed"})
    bench.set_link("stub0", True)
    kit.wait_track(router, "t", "up", {TRACKED: "installed"})
    text = router.ask("frrd", "show subnet-mover track t")
    assert f"Route {TRACKED}: installed" in text and "lan: up" in text


def test_track_that_zebra_refuses(router):
    """A next-hop that is reached through another route only: zebra knows a way to it
    and does not install the route. The deletion of what was never installed has no
    answer."""
    router.configure(f"ip route 203.0.113.8/30 {WAN_PEER4}")
    kit.configure(router, "probe lan", f" interface {LAN}", "exit", "track t", " probe lan",
                  " next-hop 203.0.113.9", f" prefix {TRACKED}", "exit")
    kit.wait_track(router, "t", "up", {TRACKED: "failed"})
    assert "did not install" in kit.track(router, "t")["routes"][TRACKED]["cause"]
    kit.configure(router, "probe lan", " interface none0", "exit")
    kit.wait_track(router, "t", "down", {TRACKED: "idle"})


def test_track_whose_next_hop_comes_later(bench, router):
    kit.configure(router, "probe lan", f" interface {LAN}", "exit", "track t", " probe lan",
                  " next-hop 192.0.2.130", f" prefix {TRACKED}", "exit")
    kit.wait_track(router, "t", "up", {TRACKED: "failed"})
    bench.add_stub("stub0", ["192.0.2.129/30"])
    kit.wait_track(router, "t", "up", {TRACKED: "installed"})
    bench.del_stub("stub0")
    kit.wait_track(router, "t", "up", {TRACKED: "failed"})
    bench.add_stub("stub0", ["192.0.2.129/30"])
    kit.wait_track(router, "t", "up", {TRACKED: "installed"})
    kit.configure(router, "probe lan", " interface none0", "exit")
    kit.wait_track(router, "t", "down", {TRACKED: "idle"})


def test_track_and_a_new_zebra(router):
    kit.configure(router, "probe lan", f" interface {LAN}", "exit", "track t", " probe lan",
                  f" next-hop {WAN_PEER4}", f" prefix {TRACKED}", "exit")
    kit.wait_track(router, "t", "up", {TRACKED: "installed"})
    router.kill(["zebra"])
    start_zebra(router)
    kit.wait_track(router, "t", "up", {TRACKED: "installed"}, timeout=40)
    wait_for(lambda: router.fib_devices(TRACKED), 10, "the kernel to have it",
             until=lambda seen: seen == {WAN})


def test_track_combines_probes(bench, router):
    bench.add_stub("stub0", ["192.0.2.129/30"])
    bench.add_stub("stub1", ["192.0.2.133/30"])
    kit.configure(router, *[line for n in (0, 1) for line in
                            (f"probe p{n}", f" interface stub{n}", "exit")],
                  "probe wan", f" interface {WAN}", "exit", "track all", " probe p0", " probe p1", "exit",
                  "track any", " probe p0", " probe p1", " probes any", "exit",
                  "track two", " probe p0", " probe p1", " probe wan", " probes at-least 2", "exit")
    for name in ("all", "any", "two"):
        kit.wait_track(router, name, "up")
    bench.set_link("stub0", False)
    kit.wait_track(router, "all", "down")
    assert kit.track(router, "any")["state"] == "up" == kit.track(router, "two")["state"]
    bench.set_link("stub1", False)
    kit.wait_track(router, "any", "down")
    kit.wait_track(router, "two", "down")


# Operational state


def test_operational_state(router, web):
    kit.configure(router, *http_probe(), "track t", " probe web", "exit")
    kit.wait_track(router, "t", "up")
    state = router.ask_json(
        "frrd", "show yang operational-data /frr-subnet-mover:subnet-mover-state")
    state = state["frr-subnet-mover:subnet-mover-state"]
    probe = state["probe"][0]
    assert (probe["name"], probe["state"]) == ("web", "up")
    assert probe["latency"] > 0 and "200" in probe["text"] and parse_time(probe["since"])
    assert [(track["name"], track["state"]) for track in state["track"]] == [("t", "up")]
