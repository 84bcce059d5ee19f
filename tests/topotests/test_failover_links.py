# SPDX-License-Identifier: GPL-2.0-or-later
"""What must not move anything: a cut link, a lost third or recovery site. And
what must wait for a majority."""

import pytest

from helpers import wait_fib
from labkit.run import wait_for

# link -> site, and through whom it then sends the prefixes of dc1
DETOURS = {("dc1", "dc2"): {"dc2": "hub"}, ("dc1", "hub"): {"hub": "dc2"}, ("dc2", "hub"): {}}


@pytest.mark.parametrize("link", list(DETOURS), ids="-".join)
def test_a_single_link_is_cut(shop, link):
    """The sites reach each other through the third: nothing moves, and nothing
    is announced twice."""
    shop.load()
    shop.settle()
    others = {site: shop.decisions(site) for site in ("dc2", "hub")}
    with shop.nothing_moves():
        shop.lab.cut(*link)
        wait_for(lambda: shop.lab.missing_sessions(link[:1]), 10, "BFD to notice",
                 until=lambda missing: len(missing) == 4)
        shop.wait_owner("dc1", via=DETOURS[link])
        shop.wait_ready("dc2")
        shop.lab.heal()
        shop.lab.wait_converged()
        shop.wait_owner("dc1")
        shop.wait_ready("dc2")
    assert others == {site: shop.decisions(site) for site in others}
    assert shop.guard.owners() == ["dc1"]


def test_the_third_site_is_lost_and_then_the_primary(shop):
    """Two of three are a majority; the one that is left is none, and waits
    until the third site is back."""
    shop.load()
    shop.settle()
    with shop.nothing_moves():
        shop.lab.kill("hub")
        wait_for(lambda: shop.lab.missing_sessions(["dc1"]), 10, "dc1 to notice",
                 until=lambda missing: len(missing) == 4)
        shop.wait_owner("dc1", without=["hub"])
    shop.lab.kill("dc1")
    wait_fib(shop.lab, "dc2", set(), timeout=10)
    shop.wait_state("dc2", "fenced")
    assert shop.guards("dc2")["quorum"] is False
    refused = shop.frrd("dc2").failover("shop")
    assert not refused.ok and "quorum" in refused.text + str(shop.frrd("dc2").why("shop"))
    shop.lab.start("hub")
    shop.wait_owner("dc2", without=["dc1"], timeout=30)
    shop.lab.start("dc1")
    shop.lab.wait_converged()
    shop.wait_owner("dc2")


def test_the_recovery_site_is_lost(shop):
    shop.load()
    shop.settle()
    with shop.nothing_moves():
        shop.lab.kill("dc2")
        wait_for(lambda: shop.lab.missing_sessions(["dc1"]), 10, "dc1 to notice",
                 until=lambda missing: len(missing) == 4)
        shop.wait_owner("dc1", without=["dc2"])
        shop.lab.start("dc2")
        shop.lab.wait_converged()
        shop.wait_owner("dc1")
        shop.wait_ready("dc2")
    assert shop.guard.owners() == ["dc1"]


def test_the_recovery_site_is_isolated(shop):
    """It sees nobody announce the group, and has no say."""
    shop.load()
    shop.settle()
    with shop.nothing_moves():
        shop.lab.isolate("dc2")
        shop.wait_state("dc2", "fenced")
        wait_fib(shop.lab, "dc2", set())
        assert shop.guards("dc2")["quorum"] is False
        shop.lab.heal()
        shop.lab.wait_converged()
        shop.wait_owner("dc1")
        shop.wait_ready("dc2")
    assert shop.guard.owners() == ["dc1"]
