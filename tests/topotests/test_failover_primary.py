# SPDX-License-Identifier: GPL-2.0-or-later
"""The owner fails: the recovery site takes over by itself, once, and an owner
that comes back stale takes nothing back."""

import pytest

from failover_kit import BOTH
from helpers import wait_fib
from labkit.run import wait_for


def comes_back_as_a_standby(shop, site="dc1", owner="dc2"):
    """Whatever it remembers, it leaves the group to its new owner."""
    shop.lab.wait_converged()
    shop.wait_owner(owner)
    shop.wait_ready(site)
    assert shop.frrd(site).state("shop") == "standby"
    assert shop.guard.owners()[-1] == owner


@pytest.mark.parametrize("how", ["kill", "crash"])
def test_the_primary_is_killed(shop, how):
    """kill: it falls silent, and BFD notices. crash: its kernel closes the
    connections of the dead daemons."""
    shop.load()
    shop.settle()
    stream = shop.stream("dc1")
    getattr(shop.lab, how)("dc1")
    shop.wait_owner("dc2", without=["dc1"])
    stream.wait_site("dc2")
    assert ("claiming", "owner-gone") in shop.decisions("dc2")
    assert shop.guard.owners() == ["dc1", "dc2"]
    assert shop.frrd("dc2").group("shop")["state"] == "active"
    summary = stream.finish()
    print(f"{summary['lost']} packets lost, longest gap {summary['longestGapMs']} ms")
    assert summary["lost"] < 3000
    shop.lab.start("dc1")
    comes_back_as_a_standby(shop)
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_the_primary_freezes_and_goes_on_later(shop):
    """All its processes stop, and nothing comes from it. When they go on they
    believe that they own the group."""
    shop.load()
    shop.settle()
    with shop.guard.excused("dc1"):  # its kernel has the route until frrd goes on
        shop.lab.freeze("dc1")
        shop.wait_owner("dc2", without=["dc1"])
        assert shop.guard.owners() == ["dc1", "dc2"]
        shop.lab.thaw("dc1")
        wait_for(lambda: shop.frrd("dc1").state("shop"), 10, "dc1 to give up",
                 until=lambda state: state in ("standby", "fenced"), interval=0.01)
        wait_fib(shop.lab, "dc1", {"to-dc2"}, timeout=20)
    comes_back_as_a_standby(shop)
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_the_daemons_of_the_primary_hang(shop):
    """Its kernel goes on forwarding and answering, but BFD, BGP and frrd hang."""
    shop.load()
    shop.settle()
    with shop.guard.excused("dc1"):
        shop.lab.freeze("dc1", forwarding=True)
        shop.wait_owner("dc2", without=["dc1"])
        shop.lab.thaw("dc1")
        wait_fib(shop.lab, "dc1", {"to-dc2"}, timeout=20)
    comes_back_as_a_standby(shop)
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_only_frrd_of_the_primary_hangs(shop):
    """zebra and bgpd go on announcing what it gave them: nothing to take over.
    It goes on as the owner."""
    shop.load()
    shop.settle()
    before = shop.decisions("dc1")
    with shop.frrd_stopped("dc1"):
        wait_for(lambda: shop.frrd("dc2").group("shop")["stateMs"], 5, "a second to pass",
                 until=lambda ms, begin=shop.frrd("dc2").group("shop")["stateMs"]:
                 ms > begin + 1000)
        assert shop.frrd("dc2").state("shop") == "standby"
    shop.wait_owner("dc1")
    assert shop.decisions("dc1") == before
    assert shop.guard.owners() == ["dc1"]


def test_the_primary_is_isolated(shop):
    """It lives, sees nobody, and fences itself before dc2 announces: the guard
    compares the kernels of both."""
    shop.load()
    shop.settle()
    shop.lab.isolate("dc1")
    shop.wait_owner("dc2", without=["dc1"])
    shop.wait_state("dc1", "fenced")
    assert ("releasing", "fenced") in shop.decisions("dc1")
    assert shop.guards("dc1")["quorum"] is False
    assert ("claiming", "owner-gone") in shop.decisions("dc2")
    # The owner has withdrawn before the successor announced
    for prefix in BOTH:
        (first,), (second,) = (shop.guard.owned(site, prefix) for site in ("dc1", "dc2"))
        assert first[1] < second[0], (prefix, first, second)
    shop.lab.heal()
    comes_back_as_a_standby(shop)
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_isolated_with_its_neighbours_hearing_half(shop):
    """First one link, later the other: the moment of the last counts."""
    shop.load()
    shop.settle()
    shop.lab.cut("dc1", "dc2")
    wait_fib(shop.lab, "dc2", {"to-hub"}, timeout=10)
    shop.lab.cut("dc1", "hub")
    shop.wait_owner("dc2", without=["dc1"])
    shop.wait_state("dc1", "fenced")
    shop.lab.heal("dc1", "hub")
    shop.wait_state("dc1", "standby")
    shop.wait_owner("dc2", via={"dc1": "hub"})
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_both_third_parties_are_gone(shop):
    """Without a majority nobody owns it, whoever has it; with one exactly one
    site does."""
    shop.load()
    shop.settle()
    for a, b in (("dc1", "hub"), ("dc2", "hub"), ("dc1", "dc2")):
        shop.lab.cut(a, b)
    for site in ("dc1", "dc2"):
        shop.wait_state(site, "fenced")
    for site in shop.lab.plan.sites:
        wait_fib(shop.lab, site, set())
    shop.lab.heal()
    shop.wait_one_owner()
