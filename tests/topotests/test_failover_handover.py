# SPDX-License-Identifier: GPL-2.0-or-later
"""Planned moves: from any site, in both orders, and what dies in the middle."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from failover_kit import MBB, ORDERS
from helpers import wait_fib
from labkit import config
from labkit.run import wait_for

MIDDLE = {"break-before-make": "releasing", "make-before-break": "draining"}


def allowed(shop, order):
    """Two may announce in the block if that is what the order is for."""
    return shop.guard.two_allowed() if ORDERS[order] else contextlib.nullcontext()


@pytest.mark.parametrize("at", ["hub", "dc2", "dc1"])
def test_switchover_without_loss(shop, at):
    """Make-before-break, commanded at the third site, the successor, the owner."""
    shop.load(extra=MBB)
    shop.settle()
    stream = shop.stream("dc1")
    shop.more_packets(stream)
    with shop.guard.two_allowed():
        shop.switchover(at, "dc2")
        shop.wait_owner("dc2")
    stream.wait_site("dc2")
    shop.more_packets(stream)
    summary = stream.finish()
    assert summary["lost"] == 0, summary
    assert shop.guard.owners() == ["dc1", "dc2"]
    assert "handed-over" in shop.reasons("dc1")
    assert any(state in ("requesting", "activating", "claiming") and reason == "granted"
               for state, reason in shop.decisions("dc2")), shop.decisions("dc2")


def test_switchover_break_before_make(shop):
    """At no time do two announce; the guard looks all the time."""
    shop.load()
    shop.settle()
    stream = shop.stream("dc1")
    shop.switchover("hub", "dc2")
    shop.wait_owner("dc2")
    stream.wait_site("dc2")
    summary = stream.finish()
    print(f"{summary['lost']} packets lost")
    assert summary["lost"] < 2000
    assert shop.guard.owners() == ["dc1", "dc2"]
    # and back
    shop.wait_ready("dc1")
    shop.switchover("dc2", "dc1")
    shop.wait_owner("dc1")
    assert shop.guard.owners() == ["dc1", "dc2", "dc1"]


def test_the_command_waits_for_the_end(shop):
    shop.load(extra=MBB)
    shop.settle()
    with shop.guard.two_allowed():
        shop.command("hub", "switchover shop to dc2 wait")
        assert shop.frrd("dc2").state("shop") == "active"
        shop.wait_owner("dc2")


def test_commanded_at_all_sites_at_once(shop):
    """The same move three times is one move."""
    shop.load(extra=MBB)
    shop.settle()
    with shop.guard.two_allowed():
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda at: shop.frrd(at).switchover("shop", "dc2"),
                          ["dc1", "dc2", "hub"]))
        shop.wait_owner("dc2")
    assert shop.guard.owners() == ["dc1", "dc2"]
    assert shop.decisions("dc1")[-1][0] == "standby"


def test_there_and_back_at_once(shop):
    """Two operators want opposite things: one owner in the end, never two."""
    shop.load()
    shop.settle()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda want: shop.frrd(want[0]).switchover("shop", want[1]),
                      [("hub", "dc2"), ("dc1", "dc1")]))
    shop.wait_one_owner()


def test_two_sites_take_over_at_once(shop):
    """Nobody owns it, and both are told to: the better-ranked has it."""
    shop.load(owner=None, groups=config.shop())
    for site in ("dc1", "dc2"):
        shop.wait_ready(site)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda site: shop.frrd(site).failover("shop"), ["dc1", "dc2"]))
    assert any(answer.ok for answer in answers), answers
    owner = shop.wait_one_owner()
    assert set(shop.guard.owners()) == {owner}


def granted(shop, order):
    """dc1 has granted the group to dc2, whose frrd does not move just now."""
    shop.switchover("dc1", "dc2")
    shop.wait_state("dc1", MIDDLE[order])
    if not ORDERS[order]:
        wait_fib(shop.lab, "hub", set())


@pytest.mark.parametrize("order", list(ORDERS))
def test_the_successor_dies_in_the_middle(shop, order):
    """The owner takes the grant back and is the owner again."""
    shop.load(extra=ORDERS[order])
    shop.settle()
    with allowed(shop, order):
        with shop.frrd_stopped("dc2"):
            granted(shop, order)
            shop.lab.kill("dc2")
            shop.wait_owner("dc1", without=["dc2"])
        assert "successor-lost" in shop.reasons("dc1")
        assert set(shop.guard.owners()) == {"dc1"}
        shop.lab.start("dc2")
        shop.lab.wait_converged()
        shop.wait_owner("dc1")


@pytest.mark.parametrize("order", list(ORDERS))
def test_the_successor_does_not_answer(shop, order):
    """Alive, but its frrd hangs: after handover-timeout the owner goes on. When
    the successor wakes up there is no grant any more; should it still act on
    the old one, the owner yields. One owner, whichever."""
    shop.load(extra=ORDERS[order], times={**config.QUICK, "handover-timeout": 1000})
    shop.settle()
    with allowed(shop, order):
        with shop.frrd_stopped("dc2"):
            granted(shop, order)
            shop.wait_owner("dc1", without=["dc2"])
            assert "grant-timeout" in shop.reasons("dc1")
        owner = shop.wait_one_owner()
        shop.wait_ready("dc1" if owner == "dc2" else "dc2")
        shop.wait_owner(owner)


@pytest.mark.parametrize("order", list(ORDERS))
def test_the_owner_dies_in_the_middle(shop, order):
    """The successor takes over, be it by the grant or as an orphan."""
    shop.load(extra=ORDERS[order])
    shop.settle()
    with allowed(shop, order):
        with shop.frrd_stopped("dc2"):
            granted(shop, order)
            shop.lab.kill("dc1")
        shop.wait_owner("dc2", without=["dc1"])
        shop.lab.start("dc1")
        shop.lab.wait_converged()
        shop.wait_owner("dc2")
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_the_owner_hangs_after_the_grant(shop):
    """Make-before-break: the successor has taken over, and the owner's frrd does
    not see it. When it goes on, it yields."""
    shop.load(extra=MBB)
    shop.settle()
    with shop.guard.two_allowed():
        with shop.frrd_stopped("dc2"):
            granted(shop, "make-before-break")
            shop.lab.freeze("dc1", daemons=["frrd"])
        shop.frrd("dc2").wait_installed("shop")
        shop.lab.router("dc1").daemon("frrd").thaw()
        shop.wait_owner("dc2")
    assert shop.guard.owners()[-1] == "dc2"


def test_a_successor_that_is_not_ready_gets_nothing(shop):
    """Held at dc2: the owner keeps the group, and the command says why."""
    shop.load()
    shop.settle()
    with shop.nothing_moves():
        shop.command("dc2", "hold shop reason works on its line")
        shop.wait_not_ready("dc2")
        for site in ("hub", "dc1", "dc2"):
            answer = shop.frrd(site).command("switchover shop to dc2 wait")
            assert not answer.ok, answer.text
    assert shop.guard.owners() == ["dc1"]
