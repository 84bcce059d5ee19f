# SPDX-License-Identifier: GPL-2.0-or-later
"""An owner that could not announce for a while asks before it announces again:
another site may have taken the group over meanwhile, and two owners are the
worst failure."""

import pytest

from helpers import assert_no_overlap, take_over, wait_elsewhere, wait_fib
from labkit.plan import LAN
from labkit.run import run, wait_for


def set_lan(lab, site, state):
    run(["ip", "-n", lab.router(site).ns, "link", "set", LAN, state])


@pytest.fixture(autouse=True)
def lan_is_up_afterwards(lab):
    yield
    set_lan(lab, "dc1", "up")


def wait_counters(lab, site, **counters):
    return wait_for(lambda: lab.frrd(site).group("shop")["prefixes"], 20,
                    f"{counters} at {site}", interval=0.02,
                    until=lambda seen: all(seen[key] == value
                                           for key, value in counters.items()))


def events(lab, site):
    return [(entry["to"], entry["reason"]) for entry in lab.frrd(site).history("shop")]


def test_lan_outage_without_a_takeover(lab, owner_sampler):
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "hub", {"to-dc1"})
    set_lan(lab, "dc1", "down")
    # A dead LAN must not draw traffic
    wait_fib(lab, "hub", set())
    wait_counters(lab, "dc1", installed=0, failed=2)
    routes = lab.frrd("dc1").routes("shop").values()
    assert {route["cause"] for route in routes} == {"the next-hop interface is down"}
    shown = lab.frrd("dc1").group("shop")
    assert (shown["state"], shown["reason"]) == ("active", "routes-none")
    set_lan(lab, "dc1", "up")
    wait_counters(lab, "dc1", installed=2, failed=0)
    wait_fib(lab, "hub", {"to-dc1"})


def test_lan_outage_with_a_takeover(lab, fib_monitor, owner_sampler):
    monitors = {site: fib_monitor(site) for site in ("dc1", "dc2")}
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "hub", {"to-dc1"})
    set_lan(lab, "dc1", "down")
    wait_fib(lab, "dc2", set())
    take_over(lab.frrd("dc2"))
    wait_fib(lab, "dc1", {"to-dc2"})
    set_lan(lab, "dc1", "up")
    # The old owner sees the new one and yields; it says why
    shown = lab.frrd("dc1").wait_state("shop", "standby")
    assert shown["reason"] == "taken-over"
    assert ("releasing", "taken-over") in events(lab, "dc1")
    wait_fib(lab, "hub", {"to-dc2"})
    wait_fib(lab, "dc1", {"to-dc2"})
    assert lab.frrd("dc2").group("shop")["prefixes"]["installed"] == 2
    assert_no_overlap(monitors)


def test_lost_zebra_and_a_takeover_before_it_is_back(lab, owner_sampler):
    """zebra and bgpd of the owner die; its prefixes vanish everywhere; an
    operator takes over elsewhere. bgpd comes back first and has learned of the
    new owner by the time zebra asks."""
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "dc2", {"to-dc1"})
    lab.kill("dc1", ["zebra", "bgpd"])
    wait_fib(lab, "dc2", set(), timeout=30)
    take_over(lab.frrd("dc2"))
    wait_fib(lab, "hub", {"to-dc2"})
    # frrd is kept from its session until the network is known again
    lab.kill("dc1", ["frrd"])
    lab.start("dc1", ["zebra", "bgpd"])
    lab.wait_converged()
    lab.start("dc1", ["frrd"])
    lab.frrd("dc1").wait_ready()
    wait_elsewhere(lab.frrd("dc1"), 2)
    assert lab.frrd("dc1").state("shop") == "standby"
    wait_fib(lab, "hub", {"to-dc2"})


def test_lost_zebra_with_bgpd_alive(lab, owner_sampler):
    """bgpd goes on announcing while zebra is away, so nobody else may take over,
    and the owner announces again when zebra is back."""
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "dc2", {"to-dc1"})
    wait_elsewhere(lab.frrd("dc2"), 2)
    lab.kill("dc1", ["zebra"])
    assert not lab.frrd("dc2").failover("shop").ok
    lab.start("dc1", ["zebra"])
    lab.frrd("dc1").wait_installed("shop", 30)
    assert ("active", "zebra-back") in events(lab, "dc1")
    assert lab.frrd("dc1").group("shop")["state"] == "active"
    wait_fib(lab, "hub", {"to-dc1"})
