# SPDX-License-Identifier: GPL-2.0-or-later
"""Several groups with different owners, one within another, and other ways for
the markers and votes."""

import pytest

from failover_kit import members
from labkit import config
from labkit.guard import Guard
from labkit.plan import LAN, PREFIX4, PREFIX6

MAIL4, MAIL6 = "192.0.2.128/26", "2001:db8:7::/64"
WEB4 = "192.168.1.128/25"


@pytest.fixture
def guard_all(shop):
    """A guard for the other prefixes of this page too."""
    with Guard(shop.lab, [PREFIX4, PREFIX6, MAIL4, MAIL6, WEB4]) as guard:
        yield guard
        guard.check()


def groups():
    auto = ["auto-failover"]
    return (config.frrd_group("shop", 1, [PREFIX4, PREFIX6], members("dc1", "dc2"), auto) +
            config.frrd_group("mail", 2, [MAIL4, MAIL6], members("dc2", "dc1"), auto) +
            config.frrd_group("web", 3, [WEB4], members("dc2", "dc1"),
                              [*auto, "allow-more-specific"]))


def wait_all(shop, shop_owner, mail, web, **more):
    shop.wait_owner(shop_owner, "shop", **more)
    shop.wait_owner(mail, "mail", prefixes=[MAIL4, MAIL6], **more)
    shop.wait_owner(web, "web", prefixes=[WEB4], **more)


def test_groups_with_different_owners(shop, guard_all):
    shop.load(owner=None, groups=groups())
    # by rank, or whoever was there first
    for group, owner, prefixes in (("shop", "dc1", [PREFIX4, PREFIX6]),
                                   ("mail", "dc2", [MAIL4, MAIL6]), ("web", "dc2", [WEB4])):
        if shop.wait_one_owner(group, prefixes) != owner:
            shop.wait_ready(owner, group)
            shop.switchover("hub", owner, group)
    wait_all(shop, "dc1", "dc2", "dc2")
    mail = shop.decisions("dc2", "mail")
    # The more specific group moves out of the wider one's site and into it
    shop.wait_ready("dc1", "web")
    shop.switchover("hub", "dc1", "web")
    wait_all(shop, "dc1", "dc2", "dc1")
    # dc1 fails: what it owned moves, and what it did not own stays
    shop.lab.crash("dc1")
    wait_all(shop, "dc2", "dc2", "dc2", without=["dc1"])
    assert shop.decisions("dc2", "mail") == mail
    assert guard_all.owners(PREFIX4)[-2:] == ["dc1", "dc2"]
    shop.lab.start("dc1")
    shop.lab.wait_converged()
    shop.wait_ready("dc1", "mail")
    # dc2 is isolated: all of it moves back
    shop.lab.isolate("dc2")
    wait_all(shop, "dc1", "dc1", "dc1", without=["dc2"])
    shop.wait_state("dc2", "fenced", "mail")


def test_one_group_fails_for_its_lan_alone(shop):
    """The other group of the same site stays where it is."""
    on_uplink = ["next-hop interface to-hub"]
    two = (config.shop(extra=["auto-failover"]) +
           config.frrd_group("mail", 2, [MAIL4], {"dc1": (200, on_uplink), "dc2": (100, on_uplink)},
                             ["auto-failover"]))
    shop.load(groups=two)
    shop.frrd("dc1").wait_installed("mail")
    shop.wait_ready("dc2")
    mail = shop.decisions("dc1", "mail")
    try:
        shop.set_lan("dc1", up=False)
        shop.wait_owner("dc2")
        assert shop.decisions("dc1", "mail") == mail
        assert shop.frrd("dc1").state("mail") == "active"
    finally:
        shop.set_lan("dc1", up=True)


def test_markers_in_ipv6(shop):
    """The marker-range may be an IPv6 prefix."""
    shop.load(marker_range="2001:db8:ffff::/112")
    shop.settle()
    shop.lab.crash("dc1")
    shop.wait_owner("dc2", without=["dc1"])
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_a_witness_without_frrd(shop):
    """The third site runs FRR alone; the network that it announces is its beacon."""
    shop.load(sites={"hub": ["beacon 198.51.100.0/24"]})
    shop.settle()
    with shop.nothing_moves():
        shop.lab.stop_frrd("hub")
        shop.wait_owner("dc1", without=["hub"])
    shop.lab.kill("dc1")
    shop.frrd("dc2").wait_installed("shop")
    shop.wait_fib("hub", {"to-dc2"})
    shop.wait_fib("dc2", {LAN})
    assert shop.guard.owners() == ["dc1", "dc2"]
