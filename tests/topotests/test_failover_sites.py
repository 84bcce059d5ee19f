# SPDX-License-Identifier: GPL-2.0-or-later
"""Two recovery sites and two third sites: ranks, staggers, majorities of five."""

from concurrent.futures import ThreadPoolExecutor

from failover_kit import MBB
from labkit.run import wait_for

OTHERS = ("dc2", "dc3")


def settle(shop):
    shop.settle(ready=OTHERS)


def test_each_recovery_site_in_its_turn(shop5):
    """dc1 is lost: dc2 takes over, and dc3 stands by. dc2 is lost too: dc3."""
    shop5.load()
    settle(shop5)
    shop5.lab.kill("dc1")
    shop5.wait_owner("dc2", without=["dc1"])
    assert "claiming" not in [state for state, _ in shop5.decisions("dc3")]
    shop5.wait_ready("dc3")
    shop5.lab.kill("dc2")
    shop5.wait_owner("dc3", without=["dc1", "dc2"])
    assert shop5.guard.owners() == ["dc1", "dc2", "dc3"]
    for site in ("dc1", "dc2"):
        shop5.lab.start(site)
    shop5.lab.wait_converged()
    shop5.wait_owner("dc3")
    assert shop5.guard.owners() == ["dc1", "dc2", "dc3"]


def test_both_better_ranked_sites_are_lost_at_once(shop5):
    """dc3 waits a stagger for dc2, which does not come."""
    shop5.load()
    settle(shop5)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(shop5.lab.crash, ["dc1", "dc2"]))
    shop5.wait_owner("dc3", without=["dc1", "dc2"])
    assert shop5.guard.owners() == ["dc1", "dc3"]


def test_the_network_falls_apart(shop5):
    """dc1 and hub2 on one side, the majority on the other."""
    shop5.load()
    settle(shop5)
    minority = ("dc1", "hub2")
    for site in ("dc2", "hub", "dc3"):
        for other in minority:
            shop5.lab.cut(site, other)
    shop5.wait_owner("dc2", without=minority)
    shop5.wait_state("dc1", "fenced")
    shop5.lab.heal()
    shop5.lab.wait_converged()
    shop5.wait_owner("dc2")
    shop5.wait_ready("dc1")
    assert shop5.guard.owners() == ["dc1", "dc2"]


def test_two_successors_are_named_at_once(shop5):
    """Both ask; the owner grants to one of them at a time."""
    shop5.load(extra=MBB)
    settle(shop5)
    with shop5.guard.two_allowed():
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda site: shop5.frrd(site).switchover("shop", site), OTHERS))
        wait_for(shop5.states, 20, "one owner other than dc1, and no move under way", interval=0.1,
                 until=lambda states: states["dc1"] == "standby"
                 and sorted(states.values()) == ["active"] + 4 * ["standby"])
        owner = next(site for site, state in shop5.states().items() if state == "active")
        assert owner in OTHERS
        shop5.wait_owner(owner)


def test_a_ring_is_enough(shop5):
    """Half of the links are gone, and each site sees the others through its
    neighbours: nothing moves, and a lost primary is replaced all the same."""
    shop5.load()
    settle(shop5)
    ring = [("dc1", "hub"), ("hub", "dc2"), ("dc2", "hub2"), ("hub2", "dc3"), ("dc3", "dc1")]
    keep = {shop5.lab.plan.link(a, b).name for a, b in ring}
    with shop5.nothing_moves():
        for link in shop5.lab.plan.links:
            if link.name not in keep:
                shop5.lab.cut(link.a, link.b)
        shop5.wait_fib("dc2", {"to-hub"})
        shop5.wait_fib("hub2", {"to-dc3"})
        for site in OTHERS:
            shop5.wait_ready(site)
    shop5.lab.crash("dc1")
    shop5.wait_owner("dc2", without=["dc1"], via={"dc3": "hub2"})
    assert shop5.guard.owners() == ["dc1", "dc2"]
