# SPDX-License-Identifier: GPL-2.0-or-later
"""Failover groups of single addresses: a router is in many of them, they follow VRRP or
an interface of the router, and an address that is used twice is told."""

import contextlib
import signal
import socket

import pytest

import probe_kit as kit
from labkit import config, netns
from labkit.plan import LAN
from labkit.run import LabError, run, wait_for
from vrrp_kit import LEVELS, OWN, SHARED, VIRTUAL4, VRRPD_INTERFACE, Keepalived, vrrp, vrrpd

# Groups vip0 .. vip9: an IPv4 and an IPv6 address each
VIPS = range(10)
AUTO = ("auto-failover", "handover make-before-break")
ON_LAN = f"next-hop interface {LAN}"
VRRP_PROBE = ("probe vrrp", f" interface {SHARED} address {VIRTUAL4}", "exit")
PORT = "port0"
STAY4, STAY6 = "198.51.100.200/32", "2001:db8:19::200/128"


def name(number):
    return f"vip{number}"


def addresses(number):
    return f"198.51.100.{101 + number}/32", f"2001:db8:19::{number + 1:x}/128"


def groups(lines):
    """All groups prefer dc1; `stay` has no probe."""
    members = {"dc1": (200, [ON_LAN, *lines]), "dc2": (100, [ON_LAN, *lines])}
    text = [line for number in VIPS for line in config.frrd_group(
        name(number), number + 1, addresses(number), members, AUTO)]
    return text + config.frrd_group("stay", 100, [STAY4, STAY6],
                                    {"dc1": (200, [ON_LAN]), "dc2": (100, [ON_LAN])}, AUTO)


def wait_owner(scenario, owner):
    """Of every address: routes at every site, and the states of the groups."""
    for number in VIPS:
        scenario.wait_owner(owner, name(number), prefixes=addresses(number), timeout=40)


@contextlib.contextmanager
def others_stay(scenario):
    """In the block the group without a probe does not move."""
    owner = scenario.wait_one_owner("stay", (STAY4, STAY6))
    decided = scenario.decisions(owner, "stay")
    yield
    assert scenario.frrd(owner).state("stay") == "active"
    assert scenario.decisions(owner, "stay") == decided


@pytest.fixture
def vrrp_lan(shop, tmp_path):
    with vrrp(shop.lab, tmp_path) as made:
        yield made


def test_many_groups_follow_vrrp(shop, vrrp_lan):
    """keepalived moves its address, and ten groups follow it; and back."""
    vrrp_lan.start("dc1")
    vrrp_lan.wait_master("dc1")
    vrrp_lan.start("dc2")
    shop.load(owner=None, groups=groups(["probe vrrp"]), options=VRRP_PROBE)
    wait_owner(shop, "dc1")
    kit.wait_probe(shop.lab.router("dc2"), "vrrp", "down",
                   text=f"does not have the address {VIRTUAL4}")
    with others_stay(shop):
        vrrp_lan.stop("dc1")
        vrrp_lan.wait_master("dc2")
        wait_owner(shop, "dc2")
        vrrp_lan.start("dc1")
        vrrp_lan.wait_master("dc1")
        wait_owner(shop, "dc1")


def test_two_vrrp_masters_move_nothing(shop, vrrp_lan):
    """A keepalived that hangs keeps its address, and the other one takes it too."""
    for site in ("dc1", "dc2"):
        vrrp_lan.start(site)
        wait_for(lambda: vrrp_lan.has("dc1"), 30, "dc1 to be the master")
    shop.load(owner=None, groups=groups(["probe vrrp"]), options=VRRP_PROBE)
    wait_owner(shop, "dc1")
    before = shop.decisions("dc1", name(0))
    vrrp_lan.running["dc1"].signal_worker(signal.SIGSTOP)
    wait_for(lambda: vrrp_lan.has("dc2"), 30, f"dc2 to have {VIRTUAL4} too")
    kit.wait_probe(shop.lab.router("dc2"), "vrrp", "up")
    shop.wait_ready("dc2", name(0))
    assert shop.decisions("dc1", name(0)) == before
    vrrp_lan.running["dc1"].signal_worker(signal.SIGCONT)
    vrrp_lan.wait_master("dc1")
    assert shop.decisions("dc1", name(0)) == before


def test_the_interface_of_frr_vrrpd(bench, router, tmp_path):
    """It is up at the master: no address has to be named."""
    bench.add_stub(SHARED, [f"{OWN['dc1']}/24"], [f"{OWN['dc2']}/24"])
    kit.configure(router, "probe vrrp", f" interface {VRRPD_INTERFACE}", "exit")
    with vrrpd(router):
        kit.wait_probe(router, "vrrp", "up")
        rival = Keepalived(bench.stub_ns, "rival", LEVELS["dc1"], f"{SHARED}-peer", tmp_path)
        try:
            kit.wait_probe(router, "vrrp", "down", text=f"interface {VRRPD_INTERFACE} is down")
        finally:
            rival.stop()
        kit.wait_probe(router, "vrrp", "up")


def test_groups_follow_an_interface(shop):
    """The state of any interface of the router, here one that no route uses."""
    def set_port(site, state):
        netns.ip_batch(shop.lab.router(site).ns, [f"link set {PORT}-peer {state}"])
    try:
        for site in ("dc1", "dc2"):
            netns.ip_batch(shop.lab.router(site).ns, [
                f"link add {PORT} type veth peer name {PORT}-peer", f"link set {PORT} up"])
        set_port("dc1", "up")
        shop.load(owner=None, groups=groups(["probe port"]),
                  options=("probe port", f" interface {PORT}", "exit"))
        wait_owner(shop, "dc1")
        with others_stay(shop):
            set_port("dc2", "up")
            shop.wait_ready("dc2", name(0))
            set_port("dc1", "down")
            wait_owner(shop, "dc2")
            assert "probe port is down" in shop.frrd("dc1").group(name(0))["health"]
    finally:
        for site in ("dc1", "dc2"):
            run(["ip", "-n", shop.lab.router(site).ns, "link", "del", PORT], check=False)


# An address that is used twice


def test_prefix_of_a_track_in_a_prefix_list(bench, router, frrd):
    """The entry is left out, with a warning that names both, while the track has it."""
    router.daemon("frrd").mark()
    bench.load_frrd(config.frrd_group("one", 1, [], {"dc1": (100, [ON_LAN])},
                                      ["prefix-list VIPS"]))
    router.configure("ip prefix-list VIPS seq 5 permit 198.51.100.7/32\n"
                     "ip prefix-list VIPS seq 10 permit 198.51.100.8/32")
    wait_for(frrd.statuses, 10, "both addresses", until=lambda found: len(found) == 2)
    assert frrd.failover("one").ok
    frrd.wait_state("one", "active")
    assert set(frrd.statuses("one")) == {"198.51.100.7/32", "198.51.100.8/32"}
    kit.configure(router, "probe lan", f" interface {LAN}", "exit", "track dns", " probe lan",
                  f" {ON_LAN}", " prefix 198.51.100.7/32", "exit")
    try:
        kit.wait_track(router, "dns", "up", {"198.51.100.7/32": "installed"})
        assert set(frrd.statuses("one")) == {"198.51.100.8/32"}
        assert frrd.state("one") == "active"
        assert frrd.group("one")["prefixLists"]["VIPS"] == {"used": 1, "ranges": 0, "conflicts": 1}
        assert "1 prefixes of other groups or tracks left out" in \
            router.ask("frrd", "show subnet-mover group one")
        assert "group one: prefix 198.51.100.7/32 of prefix-list VIPS belongs to track dns" in \
            router.daemon("frrd").tail("log", 60)
        assert found(router, "prefixes", "1 entries of prefix-list VIPS are prefixes of other")
    finally:
        kit.configure(router, "no track dns", "no probe lan")
    frrd.wait_status("198.51.100.7/32", "installed")
    assert frrd.group("one")["prefixLists"]["VIPS"] == {"used": 2, "ranges": 0, "conflicts": 0}
    assert router.fib_devices("198.51.100.7/32") == {LAN}


def test_prefix_of_another_group_in_a_prefix_list(bench, router, frrd):
    bench.load_frrd([*config.frrd_group("one", 1, ["198.51.100.7/32"], {"dc1": (100, [ON_LAN])}),
                     *config.frrd_group("two", 2, [], {"dc1": (100, [ON_LAN])},
                                        ["prefix-list VIPS"])])
    router.configure("ip prefix-list VIPS seq 5 permit 198.51.100.7/32")
    wait_for(lambda: frrd.group("two")["prefixLists"]["VIPS"]["conflicts"], 10, "the conflict")
    assert frrd.statuses("two") == {}
    kit.configure(router, "no group one")
    wait_for(lambda: frrd.group("two")["prefixLists"]["VIPS"], 10, "the prefix to be free",
             until=lambda ref: ref == {"used": 1, "ranges": 0, "conflicts": 0})
    assert set(frrd.statuses("two")) == {"198.51.100.7/32"}


SVC = "svc"
WAN4, WAN6 = "192.0.2.1", "2001:db8:ff12::1"


def reached_from_outside(bench, address, gateway):
    """A connection from the other end of the uplink arrives at the router."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    netns.ip_batch(bench.stub_ns, [f"route replace {address} via {gateway}"])
    with netns.inside(bench.ns):
        server = socket.socket(family)
    with netns.inside(bench.stub_ns):
        client = socket.socket(family)
    with server, client:
        server.bind((address, 0))
        server.listen()
        client.settimeout(10)
        client.connect(server.getsockname()[:2])
        return True


@pytest.mark.parametrize("address, gateway", [("198.51.100.7/31", WAN4),
                                              ("2001:db8:19::7/127", WAN6)])
def test_router_has_the_address_itself(bench, router, frrd, address, gateway):
    """Not with the length of one address, whose connected route would win."""
    bench.add_stub(SVC)
    host = address.replace("/31", "/32").replace("/127", "/128")
    bench.load_frrd(config.frrd_group("one", 1, [host], {"dc1": (100, [
        "next-hop blackhole", f"attach interface {SVC} address {address}"])}))
    assert frrd.failover("one").ok
    frrd.wait_state("one", "active")
    assert frrd.statuses("one") == {host: "installed"}
    wait_for(router.own_bgp_prefixes, 10, "bgpd to have it", until=lambda seen: host in seen)
    assert reached_from_outside(bench, address.split("/")[0], gateway)
    with pytest.raises(LabError) as refused:
        kit.configure(router, "group one", " site dc1", f"  attach interface {SVC} address {host}")
    assert f"the connected route of address {host} would stand before prefix {host} of the " \
        f"group, which could not be announced; with {address} the address" in str(refused.value)


def test_attached_address_that_is_the_prefix_of_another_group(bench, router, frrd):
    bench.add_stub(SVC)
    bench.load_frrd([
        *config.frrd_group("one", 1, ["198.51.100.8/32"], {"dc1": (100, [
            ON_LAN, f"attach interface {SVC} address 198.51.100.7/32"])}),
        *config.frrd_group("two", 2, ["198.51.100.7/32"], {"dc1": (100, [ON_LAN])})])
    assert found(router, "attach", f"the connected route of 198.51.100.7/32 on interface {SVC} "
                 "stands before prefix 198.51.100.7/32 of group two")
    assert frrd.failover("one").ok
    frrd.wait_state("one", "active")
    said = wait_for(lambda: found(router, "shadow", f"interface {SVC} has this address"), 10,
                    "the shadow")
    assert "With /31 the router has the address" in said


def found(router, check, text):
    """The text of the preflight's finding, or None."""
    findings = router.ask_json("frrd", "show subnet-mover preflight json")["findings"]
    return next((finding["text"] for finding in findings
                 if finding["check"] == check and text in finding["text"]), None)
