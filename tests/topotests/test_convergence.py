# SPDX-License-Identifier: GPL-2.0-or-later
"""Convergence: at every site, when its routes to a group followed the move."""

import time

from helpers import BOTH, take_over, wait_elsewhere, wait_fib
from labkit import config
from labkit.plan import PREFIX4
from labkit.run import wait_for

OVER_S = 10  # a move is over some seconds after its last change


def seen(lab, site, group="shop"):
    return lab.router(site).ask_json("frrd", "show subnet-mover convergence json")["groups"][group]


def wait_over(lab, site, number=None, group="shop"):
    return wait_for(lambda: seen(lab, site, group), OVER_S, f"the move to be over at {site}",
                    until=lambda move: move and not move["open"] and
                    (number is None or move["move"] >= number), interval=0.05)


def paths(move):
    return {path["prefix"]: path for path in move["prefixes"]}


def assert_at_fib_time(monitor, move, prefix):
    """The last change that frrd saw is when the kernel's route changed."""
    at_ns = monitor.changes(prefix)[-1].ns
    assert abs(paths(move)[prefix]["changedUs"] - at_ns / 1000) < 100_000


def test_takeover_of_an_orphan(lab, fib_monitor):
    """dc1 withdraws, dc2 takes over later: the gap is the same at all sites."""
    dc1, dc2 = lab.frrd("dc1"), lab.frrd("dc2")
    take_over(dc1)
    wait_fib(lab, "hub", {"to-dc1"})
    for site in lab.routers:
        first = wait_over(lab, site)
    monitor = fib_monitor("hub")
    released_us = time.monotonic_ns() // 1000
    assert dc1.release("shop").ok
    wait_fib(lab, "hub", set())
    wait_elsewhere(dc2, 0)
    take_over(dc2)
    wait_fib(lab, "hub", {"to-dc2"})
    moves = {site: wait_over(lab, site, first["move"] + 1) for site in lab.routers}
    for site, move in moves.items():
        assert set(paths(move)) == set(BOTH)
        assert move["gapUs"] > 0, f"{site}: {move}"
        assert released_us < move["beganUs"] < move["convergedUs"]
        for path in move["prefixes"]:
            assert path["present"] and path["changes"] >= 2, f"{site}: {path}"
            assert 0 < path["lostUs"] < path["backUs"] <= path["changedUs"], f"{site}: {path}"
            assert 0 < path["gapUs"] <= move["gapUs"]
    for prefix in BOTH:
        assert_at_fib_time(monitor, moves["hub"], prefix)
    # the owners know their own part
    assert moves["dc2"]["announcedUs"] <= moves["dc2"]["installedUs"]
    assert moves["dc1"]["withdrawnUs"] >= released_us
    assert moves["dc2"]["to"] == "dc2" and moves["dc1"]["from"] == "dc1"
    assert "announcedUs" not in moves["hub"] and "withdrawnUs" not in moves["hub"]
    # the journal has it, too
    for site in lab.routers:
        last = [entry for entry in lab.router(site).journal() if entry["kind"] == "convergence"][-1]
        assert last["gapUs"] == moves[site]["gapUs"] and last["group"] == "shop"
    text = lab.router("hub").ask("frrd", "show subnet-mover convergence")
    assert "Group shop" in text and PREFIX4 in text and " ms" in text


def test_route_that_only_changes_its_way(lab):
    """The link of hub and dc1 is cut: the route goes round by dc2."""
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "hub", {"to-dc1"})
    first = wait_over(lab, "hub")
    lab.cut("dc1", "hub")
    wait_fib(lab, "hub", {"to-dc2"})
    move = wait_over(lab, "hub", first["move"] + 1)
    for path in move["prefixes"]:
        assert path["changes"] >= 1 and path["present"]
    lab.heal("dc1", "hub")


def test_nothing_yet(lab):
    for site in lab.routers:
        assert seen(lab, site) == {}
        assert "no move was seen yet" in lab.router(site).ask(
            "frrd", "show subnet-mover convergence")


def test_few_prefixes_are_tracked(lab):
    """A large group costs a site that is no member a handful of registrations."""
    many = [f"198.18.{n}.0/24" for n in range(100)] + [f"2001:db8:1:{n:x}::/64" for n in range(100)]
    lab.load_frrd(groups=config.frrd_group("large", 1, many, {
        "dc1": (200, ["next-hop blackhole"]), "dc2": (100, ["next-hop blackhole"])}))
    take_over(lab.frrd("dc1"), "large")
    move = wait_over(lab, "hub", group="large")
    assert 1 <= len(move["prefixes"]) <= 8
    tracked = lab.router("hub").ask("zebra", "show ip nht")
    assert sum(line.startswith("198.18.") for line in tracked.splitlines()) <= 4


# Arbiter bgp: the sites know of each other, hence who took it from whom

def test_switchover_between_sites(shop):
    shop.load(extra=["handover make-before-break"])
    shop.settle()
    moves = {site: wait_over(shop.lab, site) for site in shop.lab.routers}
    for site, move in moves.items():  # the first announcement: nobody had it before
        assert "from" not in move and move["to"] == "dc1", f"{site}: {move}"
    first = {site: move["move"] for site, move in moves.items()}
    with shop.guard.two_allowed():
        shop.switchover("hub", "dc2")
        shop.wait_owner("dc2")
    for site in shop.lab.routers:
        move = wait_over(shop.lab, site, first[site] + 1)
        assert (move["from"], move["to"]) == ("dc1", "dc2"), f"{site}: {move}"
        assert move["move"] == first[site] + 1, "one move is one, not many"
        if site != "dc2":
            assert move["beganUs"] <= move["claimUs"] <= move["convergedUs"]
        if site == "hub":
            assert move["gapUs"] == 0, f"make before break: {move}"


def test_killed_owner(shop):
    shop.load()
    shop.settle()
    first = wait_over(shop.lab, "hub")["move"]
    shop.lab.kill("dc1")
    shop.wait_owner("dc2", without=["dc1"])
    move = wait_over(shop.lab, "hub", first + 1)
    assert (move["from"], move["to"]) == ("dc1", "dc2"), move
    assert move["gapUs"] > 0 and move["claimUs"] < move["convergedUs"]
    own = wait_over(shop.lab, "dc2")
    assert own["announcedUs"] <= own["installedUs"] and own["gapUs"] > 0
