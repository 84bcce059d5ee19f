# SPDX-License-Identifier: GPL-2.0-or-later
"""Preflight on real FRR: each test makes something that lets a move fail, sees
the finding, types what the finding says, and sees it gone."""

import contextlib
import os
import re

import pytest

from labkit import config
from labkit.daemon import Daemon
from labkit.plan import LAN, PREFIX4, PREFIX6
from labkit.router import FRR_SBIN
from labkit.run import LabError, wait_for
from preflight_kit import (BEACON, BGP, DC2, HUB, as_typed, check_remedy, dc1, found, ip, owner,
                           preflight, problems, shop, shop_of_the_module, wait_found, wait_gone)

__all__ = ["dc1", "owner", "shop", "shop_of_the_module"]  # fixtures


# In order

def test_nothing_to_complain_about(shop, owner):
    shown = preflight(owner)
    assert (shown["site"], shown["errors"], shown["warnings"]) == ("dc1", 0, 0)
    assert shown["ok"] == len(shown["findings"])
    text = owner.vtysh("show subnet-mover preflight")
    assert re.match(r"Preflight of site dc1: 0 errors, 0 warnings, \d+ ok\n", text)
    assert f"prefix {PREFIX4}: {PREFIX4} is advertised to 2 neighbors" in text
    for site in ("dc2", "hub"):
        assert problems(shop.lab.router(site)) == []


def test_an_error_is_the_result_of_the_command(dc1):
    assert dc1.vtysh_run("show subnet-mover preflight").returncode == 0
    dc1.configure(f"{BGP}\n address-family ipv6 unicast\n  no redistribute table\n"
                  " exit-address-family\nexit")
    done = dc1.vtysh_run("show subnet-mover preflight")
    assert done.returncode == 1
    assert "ERROR    bgpd, address-family ipv6 unicast: frrd's IPv6 routes are not " in done.stdout
    assert "         type this:\n           router bgp 65001\n" in done.stdout


# bgpd

@pytest.mark.parametrize("family, line", [("ipv4", "redistribute table 142"),
                                          ("ipv6", "redistribute table")])
def test_not_redistributed(owner, family, line):
    owner.configure(f"{BGP}\n address-family {family} unicast\n  no {line}\n"
                  " exit-address-family\nexit")
    check_remedy(owner, "redistribute", "not redistributed", family)
    if family == "ipv4":
        wait_gone(owner, "beacon", about="dc1")
        wait_gone(owner, "announced", PREFIX4)


def test_route_map_does_not_exist(owner):
    owner.configure(f"{BGP}\n address-family ipv4 unicast\n"
                  "  redistribute table 142 route-map LATER\n exit-address-family\nexit")
    wait_found(owner, "announced", PREFIX4)
    check_remedy(owner, "route-map", "LATER does not exist", "ipv4")
    wait_gone(owner, "announced", PREFIX4)


@pytest.mark.parametrize("tag, words", [(142, "prefixes of group shop"),
                                        (143, "this site's markers")])
def test_route_map_denies_a_tag(dc1, tag, words):
    dc1.configure(f"route-map FRRD deny 5\n match tag {tag}\nexit")
    check_remedy(dc1, "route-map", words, "FRRD, IPv4")


def test_route_map_that_goes_on_and_calls(dc1):
    """An entry that is continued, and one that asks another route-map, are followed."""
    dc1.configure("route-map INNER permit 10\n match tag 142\nexit\n"
                  "no route-map FRRD permit 10\nno route-map FRRD permit 20\n"
                  "no route-map FRRD permit 30\n"
                  "route-map FRRD permit 10\n on-match next\nexit\n"
                  "route-map FRRD permit 20\n call INNER\nexit")
    wait_found(dc1, "route-map", "this site's markers")
    assert not found(dc1, "route-map", "prefixes of group shop")
    dc1.configure("route-map INNER permit 20\n match tag 143\nexit")
    wait_gone(dc1, "route-map")


def test_route_map_that_cannot_be_judged(dc1):
    dc1.configure("route-map FRRD deny 5\n match metric 7\nexit")
    check_remedy(dc1, "route-map", "prefixes of group shop", "FRRD, IPv4", "warning")


def test_bgpd_is_not_there(shop, dc1):
    dc1.kill(["bgpd"])
    finding = wait_found(dc1, "bgpd", "bgpd does not run")
    assert finding["typeAt"] == "a shell"
    dc1.start(["bgpd"])
    shop.lab.wait_converged()
    wait_gone(dc1, "bgpd")


@pytest.mark.parametrize("line, check, words, severity, family", [
    ("bgp dampening", "dampening", "suppressed", "error", "ipv4"),
    (f"network {PREFIX4}", "network", "also when this site does not own it", "error", "ipv4"),
    ("aggregate-address 192.168.0.0/16 summary-only", "aggregate", f"{PREFIX4} of group shop",
     "error", "ipv4"),
    ("aggregate-address 100.64.0.0/10 summary-only", "aggregate", "the marker-range", "error",
     "ipv4"),
    (f"network {PREFIX6}", "network", f"{PREFIX6} of group shop", "error", "ipv6"),
])
def test_line_against_moves(dc1, line, check, words, severity, family):
    dc1.configure(f"{BGP}\n address-family {family} unicast\n  {line}\n"
                  " exit-address-family\nexit")
    check_remedy(dc1, check, words, severity=severity)


@pytest.mark.parametrize("lines", ["bgp suppress-fib-pending",
                                   f"{BGP}\n bgp suppress-fib-pending\nexit"])
def test_suppress_fib_pending(dc1, lines):
    dc1.configure(lines)
    check_remedy(dc1, "suppress-fib", "delays", severity="warning")


# What is carried

def test_prefix_list_keeps_markers_from_the_neighbors(dc1):
    dc1.configure(f"ip prefix-list OUT seq 5 permit {PREFIX4}\n{BGP}\n"
                  " address-family ipv4 unicast\n"
                  f"  neighbor {DC2} prefix-list OUT out\n  neighbor {HUB} prefix-list OUT out\n"
                  " exit-address-family\nexit")
    wait_found(dc1, "beacon", f"{BEACON} and advertises it to nobody")
    check_remedy(dc1, "filter", "this site's markers", "prefix-list OUT, out")
    wait_gone(dc1, "beacon")


def test_route_map_keeps_a_group_from_one_neighbor(dc1):
    dc1.configure("route-map OUT deny 10\n match ip address prefix-list SHOP\nexit\n"
                  "route-map OUT permit 20\nexit\n"
                  f"ip prefix-list SHOP permit {PREFIX4}\n{BGP}\n address-family ipv4 unicast\n"
                  f"  neighbor {HUB} route-map OUT out\n exit-address-family\nexit")
    check_remedy(dc1, "filter", "prefixes of group shop", f"neighbor {HUB}, route-map OUT, out",
                 "warning")


def test_filter_drops_the_markers_of_others(dc1):
    dc1.configure(f"ip prefix-list IN seq 5 deny 100.64.0.0/16 le 32\n"
                  f"ip prefix-list IN seq 10 permit any\n{BGP}\n address-family ipv4 unicast\n"
                  f"  neighbor {DC2} prefix-list IN in\n  neighbor {HUB} prefix-list IN in\n"
                  " exit-address-family\nexit")
    wait_found(dc1, "beacon", "is not in bgpd", "site dc2", "warning")
    check_remedy(dc1, "filter", "markers of another site", "prefix-list IN, in")


def test_a_site_is_not_there(shop, dc1):
    shop.lab.stop_frrd("hub")
    finding = wait_found(dc1, "beacon", "100.64.6.0/32 is not in bgpd", "site hub", "warning")
    assert "do show bgp ipv4 unicast 100.64.6.0/32" in finding["type"]
    shop.lab.start_frrd("hub")
    wait_gone(dc1, "beacon")


def test_no_neighbor_carries_the_family(dc1):
    two = [line.split()[1] for line in dc1.vtysh("show running-config bgpd").splitlines()
           if re.match(r" neighbor 2001.* remote-as", line)]
    dc1.configure(f"{BGP}\n address-family ipv6 unicast\n"
                  + "".join(f"  no neighbor {peer} activate\n" for peer in two)
                  + " exit-address-family\nexit")
    check_remedy(dc1, "family", "active with no neighbor", "ipv6")


# Neighbors

def test_graceful_restart_here(dc1):
    dc1.configure(f"{BGP}\n bgp graceful-restart\nexit")
    check_remedy(dc1, "graceful-restart", about="bgp graceful-restart")


def test_long_lived_graceful_restart_here(dc1):
    dc1.configure(f"{BGP}\n bgp long-lived-graceful-restart stale-time 600\nexit")
    check_remedy(dc1, "graceful-restart", "for 600 s more")


def test_graceful_restart_for_one_neighbor(dc1):
    dc1.configure(f"{BGP}\n neighbor {DC2} graceful-restart\nexit")
    as_typed(dc1, [f"do clear bgp {DC2}"])
    check_remedy(dc1, "graceful-restart", "this router asks it", f"neighbor {DC2}")


def test_graceful_restart_of_a_neighbor(shop, dc1):
    shop.lab.router("dc2").configure("router bgp 65002\n bgp graceful-restart\nexit")
    as_typed(shop.lab.router("dc2"), ["do clear bgp *"])
    check_remedy(dc1, "graceful-restart", "keeps its dead routes for up to 120 s",
                 f"neighbor {DC2}")


def test_no_bfd(dc1):
    dc1.configure(f"{BGP}\n no neighbor {HUB} bfd\nexit")
    finding = check_remedy(dc1, "bfd", "no BFD", f"neighbor {HUB} (hub)", where="the neighbor")
    assert {" profile frrd", f"  receive-interval {config.PATIENT_BFD_MS}"} <= set(finding["type"])


def test_bfd_is_slower_than_the_budget(dc1):
    dc1.configure("bfd\n profile lab\n  receive-interval 400\n exit\nexit")
    check_remedy(dc1, "bfd-interval", "after 1200 ms (3 x 400;", f"neighbor {HUB}")


@pytest.fixture
def loaded(shop):
    """For tests with an arbiter of their own."""
    yield shop
    shop.load(owner="dc1")


def test_bfd_is_faster_than_the_budget(loaded):
    loaded.load(owner="dc1", times={"takeover-delay": 1000},
                arbiter=("detection bfd 500 multiplier 3",))
    dc1 = loaded.lab.router("dc1")
    check_remedy(dc1, "bfd-interval", "earlier than the 1000 to 1500 ms", severity="warning",
                 where="every site")


def test_bfd_is_down(shop, dc1):
    """The neighbor has BFD configured here only."""
    shop.lab.router("hub").configure("router bgp 65003\n no neighbor 192.0.2.5 bfd\nexit")
    try:
        wait_found(dc1, "bfd", "BFD is down", f"neighbor {HUB}")
    finally:
        shop.lab.router("hub").configure(
            "router bgp 65003\n neighbor 192.0.2.5 bfd\n neighbor 192.0.2.5 bfd profile lab\nexit")
    wait_gone(dc1, "bfd")


def test_hold_time(loaded):
    loaded.load(owner="dc1", times={"takeover-delay": 5000, "settle-time": 7000},
                arbiter=("detection hold-time 6",))
    dc1 = loaded.lab.router("dc1")
    finding = check_remedy(dc1, "hold-time", "the hold time is 9 s", f"neighbor {HUB}")
    assert f" neighbor {HUB} timers 2 6" in finding["type"]


def test_advertisement_interval(dc1):
    dc1.configure(f"{BGP}\n neighbor {HUB} advertisement-interval 5\nexit")
    check_remedy(dc1, "advertisement-interval", "5 s", f"neighbor {HUB}", "warning")


def test_session_is_down(shop, dc1):
    shop.lab.cut("dc1", "dc2")
    wait_found(dc1, "session", about=f"neighbor {DC2}", severity="warning")
    shop.lab.heal()
    wait_gone(dc1, "session")


# This router

def test_address_with_the_length_of_the_subnet(dc1):
    dc1.configure(f"interface {LAN}\n ip address 192.168.1.7/24\nexit")
    finding = check_remedy(dc1, "shadow", "with the length of the subnet", PREFIX4)
    assert " ip address 192.168.1.7/32" in finding["type"]
    dc1.configure(f"interface {LAN}\n no ip address 192.168.1.7/32\nexit")


@pytest.mark.parametrize("prefix, address, host", [(PREFIX4, "192.168.1.7/24", "192.168.1.7/32"),
                                                   (PREFIX6, "2001:db8:1::7/64",
                                                    "2001:db8:1::7/128")])
def test_address_of_the_kernel(dc1, prefix, address, host):
    ip(dc1, "address", "add", address, "dev", LAN)
    try:
        check_remedy(dc1, "shadow", "with the length of the subnet", prefix, where="a shell")
    finally:
        for left in (address, host):
            with contextlib.suppress(LabError):
                ip(dc1, "address", "del", left, "dev", LAN)


def test_connected_route_within_a_prefix(dc1):
    ip(dc1, "address", "add", "192.168.1.129/25", "dev", LAN)
    try:
        check_remedy(dc1, "shadow", "192.168.1.128/25", PREFIX4, "warning", "a shell")
    finally:
        with contextlib.suppress(LabError):
            ip(dc1, "address", "del", "192.168.1.129/32", "dev", LAN)


@pytest.mark.parametrize("line, words, severity", [
    (f"ip route {PREFIX4} 192.0.2.6", "with distance 1 wins over frrd's", "error"),
    (f"ip route {PREFIX4} 192.0.2.6 18", "loses to frrd's, but wins when", "error"),
    ("ip route 192.168.1.64/26 192.0.2.6", "does not follow a move", "warning"),
    (f"ipv6 route {PREFIX6} blackhole", "with distance 1 wins over frrd's", "error"),
])
def test_static_route(dc1_static, line, words, severity):
    dc1_static.configure(line)
    check_remedy(dc1_static, "shadow", words, severity=severity)


@pytest.fixture
def dc1_static(dc1):
    """dc1 with a staticd, which the lab does not have."""
    staticd = Daemon("staticd", f"{FRR_SBIN}/staticd", dc1.ns, dc1.pathspace, dc1.run_dir,
                     dc1.site_dir, [], {})
    with open(staticd.config_file, "w", encoding="utf-8") as file:
        file.write(config.header(dc1.pathspace, staticd.log_file))
    os.chmod(staticd.config_file, 0o644)
    staticd.start()
    yield dc1
    staticd.stop()


def test_kernel_route(dc1):
    ip(dc1, "route", "add", PREFIX4, "via", "192.0.2.6", "metric", "5")
    try:
        check_remedy(dc1, "shadow", "the kernel route", PREFIX4, where="a shell")
    finally:
        with contextlib.suppress(LabError):
            ip(dc1, "route", "del", PREFIX4, "via", "192.0.2.6", "metric", "5")


def test_forwarding_is_off(dc1):
    dc1.configure("no ip forwarding")
    check_remedy(dc1, "forwarding", "does not forward", "IPv4")


def test_next_hop_interface_is_down(dc1):
    dc1.configure(f"interface {LAN}\n shutdown\nexit")
    check_remedy(dc1, "next-hop", f"interface {LAN} is down", "group shop, site dc1")


def test_next_hop_is_not_there(dc1):
    dc1.configure("subnet-mover\n group far\n  id 9\n  prefix 198.18.0.0/24\n"
                  "  prefix 2001:db8:99::/64\n"
                  "  site dc1\n   next-hop 203.0.113.250\n  exit\n exit\nexit")
    wait_found(dc1, "next-hop", "knows no way to the IPv4 next-hop", "group far")
    wait_found(dc1, "next-hop", "no next-hop for the IPv6 prefixes", "group far")
    wait_found(dc1, "members", "1 members", "group far", "warning")
    dc1.configure("subnet-mover\n group far\n  site dc1\n   no next-hop 203.0.113.250\n"
                  "   next-hop interface nowhere\n  exit\n exit\nexit")
    finding = wait_found(dc1, "next-hop", "interface nowhere does not exist", "group far")
    assert finding["type"] == ["ip link show nowhere"]
    dc1.configure("subnet-mover\n no group far\nexit")
    wait_gone(dc1, "next-hop")


def test_group_that_moves_on_command_only(dc1):
    dc1.configure("subnet-mover\n group shop\n  no auto-failover\n exit\nexit")
    check_remedy(dc1, "auto-failover", "on command only", "group shop", "warning")


def test_distance(dc1):
    dc1.configure("subnet-mover\n distance 150\nexit")
    check_remedy(dc1, "distance", "with distance 150")


def test_two_voters(shop, dc1):
    dc1.configure("subnet-mover\n no site hub\nexit")
    finding = wait_found(dc1, "voters", "2 sites vote")
    assert finding["typeAt"].startswith("every site")
    dc1.configure("\n".join(finding["type"]).replace("NAME", "hub"))
    wait_gone(dc1, "voters")


def test_many_prefixes_and_a_zebra_that_does_not_wait(dc1):
    many = "\n".join(f"  prefix 198.18.{i // 256}.{i % 256}/32" for i in range(1000))
    dc1.configure(f"subnet-mover\n group many\n  id 9\n{many}\n exit\nexit")
    finding = wait_found(dc1, "zebra-restart", "1002 prefixes", severity="warning")
    assert "-K 3" in finding["type"][0]
    zebra = dc1.daemon("zebra")
    zebra.options += ["-K", "3"]
    try:
        dc1.restart("zebra")
        wait_gone(dc1, "zebra-restart")
    finally:
        zebra.options[-2:] = []
        dc1.kill(["bgpd"])  # which loses IPv6 when zebra alone is restarted
        dc1.restart("zebra")
        dc1.start(["bgpd"])
        dc1.configure("subnet-mover\n no group many\nexit")
