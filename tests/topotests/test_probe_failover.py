# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes move a subnet: a dead service behind a living router; and what is not
known moves nothing."""

import contextlib
import os
import signal

import pytest

import probe_kit as kit
from failover_kit import MBB
from labkit import config
from labkit.plan import LAN, PREFIX4, PREFIX6, SERVICE4
from labkit.run import wait_for

PORT = 8080
WEB = kit.quick("web", f"http http://{SERVICE4}:{PORT}/", more=[f"source-interface {LAN}"])


def shop_group(lines, extra=()):
    """The group of the story; lines: site -> more lines of that member."""
    members = {site: (preference, [*member, *lines.get(site, ())])
               for site, (preference, member) in config.members(["dc1", "dc2"]).items()}
    return config.frrd_group("shop", 1, (PREFIX4, PREFIX6), members,
                             ("auto-failover", *extra))


def load(shop, lines, probes=tuple(WEB), extra=(), **kwargs):
    shop.load(groups=shop_group(lines, extra), options=probes, **kwargs)


@pytest.fixture
def web(shop):
    """site -> the web server behind it"""
    with contextlib.ExitStack() as stack:
        yield {site: stack.enter_context(kit.WebServer(
            shop.lab.plan.host_ns(site), SERVICE4, PORT)) for site in ("dc1", "dc2")}


BOTH_USE = {"dc1": ["probe web"], "dc2": ["probe web"]}


def test_a_dead_service_behind_a_living_router(shop, web):
    load(shop, BOTH_USE)
    shop.settle()
    assert shop.frrd("dc1").group("shop")["healthy"]
    web["dc1"].stop()
    shop.wait_owner("dc2")
    entries = [entry for entry in shop.frrd("dc1").history("shop")
               if entry["reason"] == "grant-unhealthy"]
    assert len(entries) == 1 and "probe web is down" in entries[0]["note"]
    assert shop.guard.owners() == ["dc1", "dc2"]
    # It is no successor while its service is dead, and says why
    shown = shop.frrd("dc1").group("shop")
    assert not shown["healthy"] and "probe web is down" in shown["health"]
    assert not shop.guards("dc1")["healthy"]
    assert shown["probes"] == {"mode": "all", "list": {"web": {"role": "both", "state": "down"}}}
    assert "Probes here: all of web is down" in \
        shop.frrd("dc1").router.ask("frrd", "show subnet-mover group shop")
    why = shop.frrd("dc1").router.ask("frrd", "show subnet-mover group shop why")
    assert "probe web is down" in why and "refused" in why
    assert not shop.frrd("dc2").switchover("shop", "dc1").ok
    web["dc1"].start()
    shop.wait_ready("dc1")
    shop.switchover("dc2", "dc1")
    shop.wait_owner("dc1")


def no_routes(shop, site):
    """The site announces nothing of the group, and zebra has confirmed that."""
    wait_for(lambda: set(shop.frrd(site).statuses("shop").values()), 10,
             f"{site} to have withdrawn all", interval=0.02, until=lambda seen: seen == {"idle"})


def test_make_before_break_keeps_nothing_that_is_dead(shop, web):
    """The withdrawal goes out with the grant: it does not wait for the successor, which
    hangs here. Claim and grant stand until it has taken over."""
    load(shop, BOTH_USE, extra=MBB)
    shop.settle()
    with shop.guard.two_allowed():
        with shop.frrd_stopped("dc2"):
            web["dc1"].stop()
            shop.wait_decision("dc1", "releasing", "grant-unhealthy")
            no_routes(shop, "dc1")
            shop.wait_fib("hub", [])
            assert shop.frrd("dc1").state("shop") == "releasing"
            assert shop.sees("hub")["dc1"]["claims"] == ["shop"]
            assert "dc2 claims the group" in \
                shop.frrd("dc1").router.ask("frrd", "show subnet-mover group shop why")
        shop.wait_owner("dc2")
    assert "draining" not in [state for state, _ in shop.decisions("dc1")]
    assert shop.frrd("dc1").group("shop")["reason"] == "handed-over"
    assert ("activating", "granted") in shop.decisions("dc2")
    # What an operator moves back has no gap
    web["dc1"].start()
    shop.wait_ready("dc1")
    with shop.guard.two_allowed():
        shop.switchover("dc2", "dc1")
        shop.wait_owner("dc1")
    assert "draining" in [state for state, _ in shop.decisions("dc2")]


def test_the_successor_of_a_dead_service_does_not_come(shop, web):
    """Then an unhealthy owner is better than none, and waits for the next successor."""
    load(shop, BOTH_USE, extra=MBB, times={**config.QUICK, "handover-timeout": 1000})
    shop.settle()
    with shop.guard.two_allowed():
        with shop.frrd_stopped("dc2"):
            web["dc1"].stop()
            shop.wait_decision("dc1", "claiming", "grant-timeout")
            shop.wait_decision("dc1", "draining", "grant-unhealthy")
            shop.wait_owner("dc1", without=["dc2"])
        shop.wait_owner("dc2", timeout=40)
    withdrawn = [reason for state, reason in shop.decisions("dc1") if state == "releasing"]
    assert withdrawn == ["grant-unhealthy", "handed-over"]


SLOW_AND_NO = [f"hook pre-announce {line}" for line in (
    "1 command /usr/bin/sleep 3", "1 site dc2",
    "2 command /usr/bin/false", "2 policy abort", "2 site dc2")]


def test_the_successor_of_a_dead_service_fails_late(shop, web):
    """Its programs take longer than handover-timeout, and one says no in the end. The owner
    has waited for that, and has the group again."""
    load(shop, BOTH_USE, extra=SLOW_AND_NO, times={**config.QUICK, "handover-timeout": 1000})
    shop.settle()
    web["dc1"].stop()
    shop.wait_decision("dc1", "releasing", "grant-unhealthy")
    shop.wait_state("dc2", "activating")
    wait_for(lambda: shop.frrd("dc1").router.ask("frrd", "show subnet-mover group shop why"), 10,
             "dc1 to see the claim", interval=0.1,
             until=lambda text: "dc2, which has claimed the group, announces it" in text)
    shop.wait_decision("dc1", "claiming", "grant-cancelled", timeout=20)
    shop.wait_fib("hub", {"to-dc1"})
    assert ("releasing", "unhealthy-withdrawn") in shop.decisions("dc2")
    assert not shop.frrd("dc1").group("shop")["healthy"]
    assert set(shop.guard.owners()) == {"dc1"}


def test_no_successor_keeps_the_group(shop, web):
    web["dc2"].stop()
    load(shop, BOTH_USE)
    kit.wait_probe(shop.lab.router("dc2"), "web", "down")
    shop.settle(ready=())
    web["dc1"].answer(503)
    shop.wait_reason("dc1", "unhealthy-kept")
    assert shop.frrd("dc1").group("shop")["state"] == "active"
    assert "HTTP 503" in shop.frrd("dc1").group("shop")["health"]
    web["dc2"].start()
    shop.wait_owner("dc2")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_frrd_io_of_the_owner_fails(shop, web, number):
    """Unknown is not down."""
    load(shop, BOTH_USE)
    shop.settle()
    router = shop.lab.router("dc1")
    pid = kit.wait_io(router)["pid"]
    with shop.nothing_moves():
        os.kill(pid, number)
        if number == signal.SIGSTOP:
            kit.wait_probe(router, "web", "unknown")
            assert shop.frrd("dc1").group("shop")["healthy"]
        kit.wait_io(router, other_than=pid)
        kit.wait_probe(router, "web", "up")
    shop.settle()


def test_frrd_io_of_a_standby_fails(shop, web):
    """What its probe said last still counts: it stays ready."""
    load(shop, BOTH_USE)
    shop.settle()
    router = shop.lab.router("dc2")
    pid = kit.wait_io(router)["pid"]
    os.kill(pid, signal.SIGSTOP)
    kit.wait_probe(router, "web", "unknown")
    assert shop.frrd("dc2").group("shop")["healthy"]
    web["dc1"].stop()
    shop.wait_owner("dc2")


def test_what_never_said_anything(shop):
    """A standby is not ready by it, an owner not unhealthy."""
    mute = ["probe mute", " exec /bin/true", " interval 3600000", " rise 2", "exit"]
    load(shop, {"dc1": ["probe mute owner"], "dc2": ["probe mute"]}, probes=mute)
    wait_for(lambda: kit.shown(shop.lab.router("dc2"), "mute"), 20, "its only result",
             until=lambda seen: seen["good"] == 1, interval=0.05)
    assert kit.shown(shop.lab.router("dc1"), "mute")["state"] == "unknown"
    assert shop.frrd("dc1").group("shop")["healthy"]
    assert not shop.guards("dc2")["healthy"]
    assert "probe mute is unknown" in shop.frrd("dc2").group("shop")["health"]
    assert not shop.frrd("dc1").switchover("shop", "dc2").ok


def test_roles(shop, web):
    """A probe of the owner does not keep a standby from taking over, and has its time to
    come up there; one of a standby says nothing about an owner."""
    service = kit.quick("service", f"http http://{SERVICE4}:{PORT}/", interval=500, fall=6,
                        more=[f"source-interface {LAN}"])
    disk = kit.quick("disk", f"tcp {SERVICE4} port {PORT}", more=[f"source-interface {LAN}"])
    both = ["probe service owner", "probe disk standby"]
    web["dc2"].answer(503)  # the service does not run at a standby
    load(shop, {"dc1": both, "dc2": both}, probes=[*service, *disk])
    kit.wait_probe(shop.lab.router("dc2"), "service", "down")
    shop.settle()
    shop.switchover("dc1", "dc2")
    shop.wait_owner("dc2")
    assert shop.frrd("dc2").group("shop")["healthy"]
    web["dc2"].answer(200)
    kit.wait_probe(shop.lab.router("dc2"), "service", "up")
    assert shop.reasons("dc2")[-1] != "grant-unhealthy"
    # Now that it is up, it counts at once
    shop.wait_ready("dc1")
    web["dc2"].answer(503)
    shop.wait_owner("dc1")
    assert "grant-unhealthy" in shop.reasons("dc2")


def test_the_next_hop_and_the_probes(shop, web):
    """Either makes the site unhealthy, and the words say which."""
    load(shop, BOTH_USE)
    shop.settle()
    shop.set_lan("dc2", False)
    try:
        shop.wait_not_ready("dc2")
        assert "interface is down" in shop.frrd("dc2").group("shop")["health"]
    finally:
        shop.set_lan("dc2", True)
    kit.wait_probe(shop.lab.router("dc2"), "web", "up")
    shop.wait_ready("dc2")


def test_a_restart_of_the_owner_moves_nothing(shop, web):
    """Its probes are unknown at first."""
    load(shop, BOTH_USE)
    shop.settle()
    shop.wait_retained("dc1")
    before = shop.guard.owners()
    shop.lab.router("dc1").kill(["frrd"])
    shop.lab.router("dc1").start(["frrd"])
    kit.wait_probe(shop.lab.router("dc1"), "web", "up")
    shop.settle()
    assert shop.guard.owners() == before
    assert "grant-unhealthy" not in shop.reasons("dc1")
