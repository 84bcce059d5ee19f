# SPDX-License-Identifier: GPL-2.0-or-later
"""Policies and operators: failback, damping, hold, maintenance, force, release,
health."""

import pytest

from failover_kit import MBB
from helpers import wait_fib
from labkit import config
from labkit.run import wait_for


def configure(shop, *lines, sites=None):
    """The same lines of the subnet-mover node at all sites."""
    text = "\n".join(["subnet-mover", *lines])
    shop.lab.each(lambda site: shop.lab.router(site).configure(text), sites)


@pytest.fixture(autouse=True)
def lan_is_up_afterwards(lab_of_the_run):
    yield
    from labkit.netns import ip_batch
    ip_batch(lab_of_the_run.router("dc1").ns, ["link set lan up"])


def test_failback_by_itself(shop):
    """The primary is ready again for wait-to-restore: it gets the group, and the
    client loses nothing."""
    shop.load(extra=[*MBB, "failback automatic", "failback wait-to-restore 1000"])
    shop.settle()
    shop.lab.crash("dc1")
    shop.wait_owner("dc2", without=["dc1"])
    stream = shop.stream("dc2")
    with shop.guard.two_allowed():
        shop.lab.start("dc1")
        shop.lab.wait_converged()
        shop.wait_owner("dc1")
    stream.wait_site("dc1")
    assert stream.finish()["lost"] == 0
    assert shop.guard.owners() == ["dc1", "dc2", "dc1"]
    # not before dc1 had been ready for that long
    (granted,) = shop.times("dc2", "grant-failback")
    assert granted - max(at for at in shop.times("dc1", "settled") if at < granted) > 0.9


def test_an_unhealthy_owner_hands_over_and_damping(shop):
    """The LAN of the owner is lost: its next-hop cannot work, the recovery site
    is ready and gets the group. It flaps; a site may move a group away once in
    an hour, but nothing is kept at a site that announces nothing. Failback is."""
    shop.load(extra=["failback automatic", "failback wait-to-restore 300",
                     "damping max-moves 1", "damping window 3600000"])
    shop.settle()
    shop.set_lan("dc1", up=False)
    shop.wait_owner("dc2")
    assert "grant-unhealthy" in shop.reasons("dc1")
    assert shop.guards("dc1")["healthy"] is False
    shop.set_lan("dc1", up=True)
    shop.wait_owner("dc1")
    assert "grant-failback" in shop.reasons("dc2")
    shop.wait_ready("dc2")
    shop.set_lan("dc1", up=False)
    shop.wait_owner("dc2")
    assert len(shop.times("dc1", "grant-unhealthy")) == 2
    shop.set_lan("dc1", up=True)
    shop.wait_ready("dc1")
    assert "dampedUntil" in shop.frrd("dc2").group("shop")
    assert shop.guard.owners() == ["dc1", "dc2", "dc1", "dc2"]


@pytest.mark.parametrize("policy", ["keep", "withdraw"])
def test_an_unhealthy_owner_without_a_successor(shop, policy):
    shop.load(extra=[f"when-no-successor {policy}"])
    shop.settle()
    shop.command("dc2", "hold shop")
    shop.wait_not_ready("dc2")
    shop.set_lan("dc1", up=False)
    wait_fib(shop.lab, "hub", set())
    if policy == "keep":
        shop.wait_reason("dc1", "unhealthy-kept")
        assert shop.frrd("dc1").state("shop") == "active"
    else:
        shop.wait_decision("dc1", "releasing", "unhealthy-withdrawn")
        shop.wait_state("dc1", "standby")
    shop.set_lan("dc1", up=True)
    shop.wait_owner("dc1")
    assert shop.guard.owners() == ["dc1"]


def test_hold_at_the_standby(shop):
    """Held there, it takes nothing over; resumed, it does at once."""
    shop.load()
    shop.settle()
    shop.command("dc2", "hold shop reason ticket 12")
    shop.wait_state("dc2", "held")
    shop.lab.crash("dc1")
    wait_fib(shop.lab, "hub", set())
    wait_fib(shop.lab, "dc2", set())
    state = shop.frrd("dc2").group("shop")
    assert state["held"] is True and state["holdReason"] == "ticket 12"
    wait_for(lambda: shop.guards("dc2")["elsewhere"], 10, "dc2 to see it free")
    assert shop.frrd("dc2").state("shop") == "held"
    shop.command("dc2", "resume shop")
    shop.wait_owner("dc2", without=["dc1"])


def test_hold_outlives_a_restart(shop):
    shop.load()
    shop.settle()
    shop.command("dc2", "hold shop reason ticket 12")
    shop.wait_state("dc2", "held")
    wait_for(lambda: "ticket 12" in shop.lab.router("dc2").state_text(), 5, "the state file")
    shop.lab.kill("dc2", ["frrd"])
    shop.lab.start("dc2", ["frrd"])
    shop.wait_state("dc2", "held")
    assert shop.frrd("dc2").group("shop")["holdReason"] == "ticket 12"
    assert any("ticket 12" in str(entry) for entry in shop.frrd("dc2").history("shop"))


def test_hold_at_the_owner(shop):
    """It keeps the group; a request is not granted."""
    shop.load(times={**config.QUICK, "handover-timeout": 1000})
    shop.settle()
    with shop.nothing_moves():
        shop.command("dc1", "hold shop")
        answer = shop.frrd("dc2").command("switchover shop to dc2 wait")
        assert not answer.ok, answer.text
        shop.wait_state("dc2", "standby")
        wait_for(lambda: shop.frrd("dc1").group("shop")["requests"], 5, "dc1 to hear of the end",
                 until=lambda requests: not requests, interval=0.02)
        shop.command("dc1", "resume shop")
    shop.switchover("dc2", "dc2")
    shop.wait_owner("dc2")


def test_maintenance_drains_the_site(shop):
    """Every group of the site goes to another; with the word gone it may own again."""
    shop.load(extra=MBB)
    shop.settle()
    stream = shop.stream("dc1")
    with shop.guard.two_allowed():
        configure(shop, "site dc1", "maintenance")
        shop.wait_owner("dc2")
    stream.wait_site("dc2")
    assert stream.finish()["lost"] == 0
    assert "grant-maintenance" in shop.reasons("dc1")
    assert shop.guards("dc1")["maintenance"] is False
    refused = shop.frrd("hub").command("switchover shop to dc1 wait")
    assert not refused.ok, refused.text
    configure(shop, "site dc1", "no maintenance")
    shop.wait_ready("dc1")
    with shop.guard.two_allowed():
        shop.switchover("hub", "dc1")
        shop.wait_owner("dc1")


def test_force_without_quorum(shop):
    """The last site that is left: an operator who knows takes over, in so many
    words. It stays the owner when the others come back."""
    shop.load()
    shop.settle()
    shop.lab.kill("hub")
    shop.lab.kill("dc1")
    shop.wait_state("dc2", "fenced")
    wait_fib(shop.lab, "dc2", set())
    assert not shop.frrd("dc2").failover("shop").ok
    answer = shop.frrd("dc2").failover("shop", force="both are on fire")
    assert answer.ok, answer.text
    shop.frrd("dc2").wait_installed("shop")
    assert "force-no-quorum" in shop.reasons("dc2")
    assert any("both are on fire" in str(entry) for entry in shop.frrd("dc2").history("shop"))
    for site in ("hub", "dc1"):
        shop.lab.start(site)
    shop.lab.wait_converged()
    shop.wait_owner("dc2")
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_release_lets_the_next_site_have_it(shop):
    """An operator takes it away from dc1, which does not take it again by itself."""
    shop.load()
    shop.settle()
    shop.command("dc1", "release shop")
    shop.wait_owner("dc2")
    assert ("releasing", "command-release") in shop.decisions("dc1")
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_release_without_auto_failover(shop):
    """Nobody takes it, until somebody is told to."""
    shop.load(owner=None, groups=config.shop())
    for site in ("dc1", "dc2"):
        shop.wait_ready(site)
    assert set(shop.states().values()) == {"standby"}
    shop.command("dc1", "failover shop")
    shop.wait_owner("dc1")
    shop.command("dc1", "release shop")
    shop.wait_state("dc1", "standby")
    wait_fib(shop.lab, "hub", set())
    wait_for(lambda: shop.guards("dc2")["claimed"] and shop.guards("dc2")["elsewhere"], 10,
             "dc2 to see it free")
    assert set(shop.states().values()) == {"standby"}
    shop.command("hub", "failover shop to dc2")
    shop.wait_owner("dc2")
    assert shop.guard.owners() == ["dc1", "dc2"]
