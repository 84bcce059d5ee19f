# SPDX-License-Identifier: GPL-2.0-or-later
"""frrd, zebra or bgpd dies by itself, at the owner, the standby and the third
site, and is started again. In the end there is one owner."""

import pytest

from helpers import wait_fib
from labkit import config
from labkit.run import wait_for


def back_in_order(shop, owner):
    shop.lab.wait_converged()
    shop.wait_owner(owner)


def start_again(shop, site, daemon):
    """What watchfrr does: when zebra has died, it starts all of FRR anew. (bgpd
    would not forget what only the dead zebra knew.)"""
    shop.lab.start(site)
    if daemon == "zebra":
        for other in ("bfdd", "bgpd"):
            shop.lab.router(site).restart(other)


@pytest.mark.parametrize("site", ["dc2", "hub"])
def test_elsewhere_than_at_the_owner(shop, site):
    """Nothing moves, whatever dies there."""
    shop.load()
    shop.settle()
    with shop.nothing_moves():
        for daemon in ("frrd", "bgpd", "zebra"):
            shop.lab.kill(site, [daemon])
            if daemon == "bgpd":  # seen by everybody
                wait_for(lambda: shop.lab.missing_sessions(["dc1"]), 10, "dc1 to notice")
            start_again(shop, site, daemon)
            back_in_order(shop, "dc1")
        shop.wait_ready("dc2")
    assert shop.guard.owners() == ["dc1"]


def test_frrd_of_the_owner_dies_and_is_started_at_once(shop):
    """zebra keeps its routes for stale-retention, and the client notices
    nothing (rule 6)."""
    shop.load(times={**config.QUICK, "stale-retention": 1000})
    shop.settle()
    shop.wait_retained("dc1")
    standby = shop.decisions("dc2")
    stream = shop.stream("dc1")
    shop.more_packets(stream)
    shop.lab.kill("dc1", ["frrd"])
    shop.lab.start("dc1", ["frrd"])
    shop.wait_owner("dc1")
    shop.more_packets(stream)
    assert "resumed" in shop.reasons("dc1")
    assert shop.decisions("dc2") == standby
    assert shop.guard.owners() == ["dc1"]
    # It has sent everything again, so that nothing goes when stale-retention has passed
    wait_for(lambda: shop.frrd("dc1").group("shop")["stateMs"], 5, "stale-retention to pass",
             until=lambda ms: ms > 1500)
    assert stream.finish()["lost"] == 0
    assert shop.guard.owners() == ["dc1"]


def test_frrd_of_the_owner_dies_and_stays_dead(shop):
    """After stale-retention zebra drops its routes and markers together."""
    shop.load()
    shop.settle()
    shop.wait_retained("dc1")
    shop.lab.kill("dc1", ["frrd"])
    shop.wait_owner("dc2", without=["dc1"])
    wait_fib(shop.lab, "dc1", {"to-dc2"})
    assert ("claiming", "owner-gone") in shop.decisions("dc2")
    shop.lab.start("dc1", ["frrd"])
    back_in_order(shop, "dc2")
    shop.wait_ready("dc1")
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_frrd_comes_back_after_another_took_over(shop):
    """It dies together with the links, so that the standby takes over while
    zebra at dc1 still keeps everything."""
    shop.load(times={**config.QUICK, "stale-retention": 5000})
    shop.settle()
    shop.wait_retained("dc1")
    with shop.guard.excused("dc1"):  # the double fault that the budget names
        shop.lab.kill("dc1", ["frrd"])
        shop.lab.isolate("dc1")
        shop.wait_owner("dc2", without=["dc1"])
        shop.lab.start("dc1", ["frrd"])
        wait_for(lambda: shop.frrd("dc1").state("shop"), 10, "dc1 to give up",
                 until=lambda state: state == "fenced")
        wait_fib(shop.lab, "dc1", set())
    assert "not-resumed" in shop.reasons("dc1")
    shop.lab.heal()
    back_in_order(shop, "dc2")
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_bgpd_of_the_owner_dies(shop):
    """It hears nobody any more and fences itself; the standby takes over."""
    shop.load()
    shop.settle()
    shop.lab.kill("dc1", ["bgpd"])
    shop.wait_owner("dc2", without=["dc1"])
    shop.wait_state("dc1", "fenced")
    shop.lab.start("dc1", ["bgpd"])
    back_in_order(shop, "dc2")
    shop.wait_ready("dc1")
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_zebra_of_the_owner_dies(shop):
    """Its kernel forwards and its bgpd announces until all of FRR is started
    anew. Then the owner's claim does not stand any more, and another has it."""
    shop.load()
    shop.settle()
    with shop.guard.excused("dc1"):  # nobody controls its kernel meanwhile
        shop.lab.kill("dc1", ["zebra"])
        wait_for(lambda: shop.frrd("dc1").show()["zebra"], 5, "frrd to notice",
                 until=lambda shown: shown == "disconnected")
        shop.lab.router("dc1").flush_stale()
        start_again(shop, "dc1", "zebra")
        shop.wait_one_owner()


def test_zebra_and_bgpd_of_the_owner_die(shop):
    """The whole of FRR at the owner: the standby takes over."""
    shop.load()
    shop.settle()
    with shop.guard.excused("dc1"):
        shop.lab.kill("dc1", ["zebra", "bgpd", "bfdd"])
        shop.wait_owner("dc2", without=["dc1"])
        shop.lab.router("dc1").flush_stale()
        shop.lab.start("dc1")
        back_in_order(shop, "dc2")
    assert shop.guard.owners() == ["dc1", "dc2"]
