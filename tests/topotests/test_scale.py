# SPDX-License-Identifier: GPL-2.0-or-later
"""10,000 prefixes announced and moved, and prefixes from prefix-lists.

The addresses: 198.18.0.0/15 is set aside for benchmarks (RFC 2544), and
2001:db8::/32 for documentation. FRR 8.4 itself takes 26 s to read 2,000 lines
of a prefix-list (the time grows with the square), which is why the lists here
are short and the 10,000 are `prefix` lines of a file.
"""

import ipaddress
import time

import pytest

from helpers import assert_no_overlap, take_over, wait_fib
from labkit import config
from labkit.plan import LAN
from labkit.patience import Since
from labkit.run import wait_for

HALF = 5000
ON_LAN = ["next-hop interface lan"]
MEMBERS = {"dc1": (200, ON_LAN), "dc2": (100, ON_LAN)}


def many_prefixes(half=HALF):
    v4 = int(ipaddress.ip_address("198.18.0.0"))
    v6 = int(ipaddress.ip_address("2001:db8:4000::"))
    return ([f"{ipaddress.ip_address(v4 + 4 * i)}/30" for i in range(half)] +
            [f"{ipaddress.ip_address(v6 + (i << 64))}/64" for i in range(half)])


@pytest.fixture(scope="module")
def prefixes():
    return many_prefixes()


@pytest.fixture
def big_lab(lab, prefixes):
    lab.load_frrd(groups=config.frrd_group("big", 1, prefixes, MEMBERS), sites=["dc1", "dc2"])
    return lab


def wait_count(monitor, prefixes, device, timeout=60):
    """Until every prefix points to the device (None: none has a route)."""
    want = 0 if device is None else len(prefixes)
    devices = None if device is None else {device}
    wait_for(lambda: monitor.count(prefixes, devices), timeout,
             f"{want} of {len(prefixes)} prefixes {'' if device is None else 'to ' + device} "
             f"in {monitor.ns}", until=lambda count: count == want, interval=0.1)
    return time.monotonic()


def test_ten_thousand_prefixes_move(big_lab, prefixes, fib_monitor):
    lab = big_lab
    monitors = {site: fib_monitor(site) for site in ("dc1", "dc2", "hub")}
    group = lab.frrd("dc1").group("big")
    assert group["prefixes"]["total"] == len(prefixes)

    begin = time.monotonic()
    take_over(lab.frrd("dc1"), "big", 60)
    installed = time.monotonic() - begin
    announced = wait_count(monitors["hub"], prefixes, "to-dc1") - begin
    counts = lab.frrd("dc1").group("big")["prefixes"]
    assert counts["installed"] == counts["announced"] == len(prefixes)
    assert counts["pending"] == counts["failed"] == counts["lost"] == 0
    wait_count(monitors["dc2"], prefixes, "to-dc1")

    assert lab.frrd("dc2").switchover("big", "dc2").ok
    lab.frrd("dc2").wait_state("big", "claiming")
    begin = time.monotonic()
    answer = lab.frrd("dc1").switchover("big", "dc2")
    assert answer.ok, answer.text
    moved = wait_count(monitors["hub"], prefixes, "to-dc2") - begin
    lab.frrd("dc2").wait_installed("big", 60)
    lab.frrd("dc1").wait_state("big", "standby", 60)
    print(f"{len(prefixes)} prefixes: confirmed by zebra after {installed:.2f} s, at the hub "
          f"after {announced:.2f} s; moved to dc2 after {moved:.2f} s")
    assert moved < 60
    sample = prefixes[::500]
    assert_no_overlap({site: monitors[site] for site in ("dc1", "dc2")}, sample)

    assert lab.frrd("dc2").release("big").ok
    lab.frrd("dc2").wait_state("big", "standby", 60)
    for monitor in monitors.values():
        wait_count(monitor, prefixes, None)


def test_ten_thousand_prefixes_are_refused_by_one(big_lab, prefixes, fib_monitor):
    """One prefix of 10,000 elsewhere is enough to refuse, and it is named."""
    lab = big_lab
    one = prefixes[HALF - 1]  # the last IPv4 one: no short list of samples has it
    lab.router("hub").vtysh("configure terminal", "router bgp 65003",
                            "address-family ipv4 unicast", f"network {one}")
    try:
        wait_fib(lab, "dc1", {"to-hub"}, [one])
        frrd = lab.frrd("dc1")
        answer = frrd.failover("big")
        # Refused at once, or the claim is given up when zebra's answer arrives
        frrd.wait_state("big", "standby", 30)
        history = str(frrd.history("big"))
        assert one in answer.text or one in history, (answer.text, history[-2000:])
        assert fib_monitor("dc1").count(prefixes, {LAN}) == 0
    finally:
        lab.router("hub").vtysh("configure terminal", "router bgp 65003",
                                "address-family ipv4 unicast", f"no network {one}")


def kill_zebra(lab, prefixes, hub, timeout):
    """Kill and start zebra at the owner; until everything is announced again."""
    take_over(lab.frrd("dc1"), "big", 60)
    wait_count(hub, prefixes, "to-dc1")
    lab.kill("dc1", ["zebra"])
    lab.start("dc1", ["zebra"])
    lab.frrd("dc1").wait_installed("big", timeout)
    wait_count(hub, prefixes, "to-dc1")


def test_zebra_restart_with_ten_thousand(big_lab, prefixes, fib_monitor):
    """zebra's -K gives it time to read what its predecessor has left in the
    kernel before it sweeps that."""
    zebra = big_lab.router("dc1").daemon("zebra")
    before = list(zebra.options)
    zebra.options += ["-K", "3"]
    try:
        kill_zebra(big_lab, prefixes, fib_monitor("hub"), 60)
    finally:
        zebra.options[:] = before
    counts = big_lab.router("dc1").table_counters()
    assert counts == (len(prefixes), 0, 0), "everything once, nothing twice"


def test_zebra_restart_with_ten_thousand_and_default_options(big_lab, prefixes):
    """Without -K zebra 8.4 may sweep before it has read a large table, and then
    prefers what it has left in the kernel itself to frrd's routes. frrd cannot
    mend that; it says which prefixes are lost and goes on owning the group."""
    frrd = big_lab.frrd("dc1")
    take_over(frrd, "big", 60)
    big_lab.kill("dc1", ["zebra"])
    big_lab.start("dc1", ["zebra"])
    group = wait_for(lambda: frrd.group("big"), 60, "an answer for every prefix",
                     until=lambda shown: shown["reason"] in ("routes-installed", "routes-degraded")
                     and shown["prefixes"]["pending"] == 0)
    counters = group["prefixes"]
    assert group["state"] == "active"
    assert counters["installed"] + counters["lost"] == len(prefixes)
    lost = [route for route in frrd.routes("big").values() if route["status"] == "lost"]
    assert len(lost) == counters["lost"]
    assert {route["cause"] for route in lost} <= {"zebra prefers another route for this prefix"}


def test_show_with_ten_thousand(big_lab, prefixes):
    """Nothing is cut off or takes ages."""
    begin = Since()
    routes = big_lab.frrd("dc1").routes("big")
    assert len(routes) == len(prefixes)
    assert {route["status"] for route in routes.values()} == {"idle"}
    assert begin.counted_s() < 15


# Prefix-lists

COUNT = 100


def prefix_lists(v4, v6, name="SHOP"):
    lines = [f"ip prefix-list {name} seq {5 * (i + 1)} permit {prefix}"
             for i, prefix in enumerate(v4)]
    lines += [f"ipv6 prefix-list {name} seq {5 * (i + 1)} permit {prefix}"
              for i, prefix in enumerate(v6)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def listed(bench):
    """A group whose prefixes come from an IPv4 and an IPv6 list, 100 each."""
    prefixes = many_prefixes(COUNT)
    text = bench.frrd_config(groups=config.frrd_group(
        "shop", 1, [], {"dc1": (200, ON_LAN)}, ["prefix-list SHOP"]))
    bench.router.daemon("frrd").stop()
    bench.router.write_config("frrd", prefix_lists(prefixes[:COUNT], prefixes[COUNT:]) + text)
    bench.router.daemon("frrd").start()
    bench.frrd.wait_ready()
    return prefixes


def test_prefixes_from_prefix_lists(listed, router, frrd):
    wait_for(lambda: frrd.group("shop")["prefixes"]["total"], 10, "the prefixes of both lists",
             until=lambda total: total == 2 * COUNT)
    routes = frrd.routes("shop")
    assert set(routes) == set(listed)
    assert {route["source"] for route in routes.values()} == {"prefix-list"}
    take_over(frrd)
    for prefix in (listed[0], listed[COUNT - 1], listed[COUNT], listed[-1]):
        assert router.fib_devices(prefix) == {LAN}


def test_prefix_list_changes_while_active(listed, router, frrd):
    take_over(frrd)
    gone, new = listed[0], "198.19.255.0/30"
    router.configure(f"ip prefix-list SHOP seq 9999 permit {new}")
    frrd.wait_status(new, "installed")
    router.configure("no ip prefix-list SHOP seq 5")
    wait_for(frrd.routes, 10, f"{gone} to be forgotten", until=lambda routes: gone not in routes)
    wait_for(lambda: router.fib_devices(gone), 10, "no route", until=lambda devs: not devs)
    assert frrd.state("shop") == "active"
    assert frrd.group("shop")["prefixes"]["total"] == 2 * COUNT


def test_only_exact_permit_entries_count(listed, router, frrd):
    """`deny`, `le` and `ge` name no prefixes."""
    router.configure("ip prefix-list SHOP seq 9000 deny 198.19.1.0/30\n"
                     "ip prefix-list SHOP seq 9005 permit 198.19.2.0/24 le 30\n"
                     "ip prefix-list SHOP seq 9010 permit 198.19.3.0/24")
    wait_for(frrd.routes, 10, "the exact entry", until=lambda routes: "198.19.3.0/24" in routes)
    routes = frrd.routes()
    assert "198.19.1.0/30" not in routes and "198.19.2.0/24" not in routes
    assert len(routes) == 2 * COUNT + 1


def test_prefix_lines_and_list_together(listed, router, frrd):
    router.configure(f"subnet-mover\n group shop\n  prefix {listed[0]}\n  prefix 192.0.2.192/26\n")
    wait_for(lambda: frrd.group("shop")["prefixes"]["total"], 10, "one prefix more",
             until=lambda total: total == 2 * COUNT + 1)
    router.configure(f"subnet-mover\n group shop\n  no prefix {listed[0]}\n")
    wait_for(lambda: frrd.routes()[listed[0]]["source"], 10, "the list to keep the prefix",
             until=lambda source: source == "prefix-list")


def test_list_that_comes_later(bench, router, frrd):
    bench.load_frrd(groups=config.frrd_group("shop", 1, [], {"dc1": (200, ON_LAN)},
                                             ["prefix-list LATER"]))
    answer = frrd.failover("shop")
    assert not answer.ok and "prefix" in answer.text
    router.configure("ip prefix-list LATER seq 5 permit 198.18.0.0/30")
    wait_for(lambda: frrd.group("shop")["prefixes"]["total"], 10, "the prefix",
             until=lambda total: total == 1)
    take_over(frrd)
    router.configure("no ip prefix-list LATER")
    wait_for(lambda: router.fib_devices("198.18.0.0/30"), 10, "no route",
             until=lambda devices: not devices)
    # With nothing left to withdraw there is nothing to wait for
    assert frrd.release("shop").ok
    frrd.wait_state("shop", "standby", 3)
