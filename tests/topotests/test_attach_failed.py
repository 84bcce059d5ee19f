# SPDX-License-Identifier: GPL-2.0-or-later
"""A takeover that cannot attach the group: the site is no successor for a while, says
why, and is one again when the time is over or something has changed."""

import contextlib

import pytest

from failover_kit import ORDERS
from labkit import config, netns
from labkit.run import LabError, wait_for

GW = "gw"
TAKEN, REFUSED = "198.18.0.1/32", "2001:db8:18::1/128"
SAID = {TAKEN: f"interface {GW}: {TAKEN} is used by somebody else",
        REFUSED: f"interface {GW}: {REFUSED} cannot be added: "}
CASES = {"break-before-make": TAKEN, "make-before-break": REFUSED}


class Gateways:
    """Three sites whose members attach an address to an interface of their own, which can
    be made impossible: somebody else has it, or the kernel has IPv6 switched off there."""

    def __init__(self, shop):
        self.shop = shop
        self.address = None

    def ip(self, site, *lines):
        netns.ip_batch(self.shop.lab.router(site).ns, lines)

    def add(self, site):
        """Behind the interface is the site's host."""
        self.ip(site, f"link add {GW} type veth peer name {GW}-peer",
                f"link set {GW}-peer netns {self.shop.lab.plan.host_ns(site)}", f"link set {GW} up")
        netns.ip_batch(self.shop.lab.plan.host_ns(site), [f"link set {GW}-peer up"])

    def remove(self, site):
        with contextlib.suppress(LabError):
            self.ip(site, f"link del {GW}")

    def impossible(self, site, impossible=True):
        """From now on the address cannot be attached at the site, or can be again."""
        if self.address == TAKEN:
            netns.ip_batch(self.shop.lab.plan.host_ns(site), [
                f"address {'add' if impossible else 'del'} {TAKEN} dev {GW}-peer"])
        else:
            netns.sysctl(self.shop.lab.router(site).ns,
                         {f"net.ipv6.conf.{GW}.disable_ipv6": int(impossible)})

    def load(self, order):
        self.address = CASES[order]
        lines = [f"attach interface {GW} address {self.address}"]
        if self.address == TAKEN:
            lines.append(f"attach interface {GW} duplicate-check")
        self.shop.load(groups=config.shop(extra=("auto-failover", *ORDERS[order]), member=lines))
        self.shop.settle()

    def attached(self, site):
        return self.address in self.shop.lab.addresses(site, GW)

    def health(self, site):
        return self.shop.frrd(site).group("shop").get("health", "")


@pytest.fixture
def gateways(shop):
    scene = Gateways(shop)
    try:
        for site in ("dc1", "dc2"):
            scene.add(site)
        yield scene
    finally:
        shop.lab.each(shop.lab.stop_frrd, ["dc1", "dc2"])
        for site in ("dc1", "dc2"):
            scene.remove(site)


def allowed(shop, order):
    return shop.guard.two_allowed() if ORDERS[order] else contextlib.nullcontext()


def fail_at_dc2(gateways, order):
    """dc2 shall take over, cannot attach the address, and gives the group back."""
    shop, before = gateways.shop, len(gateways.shop.reasons("dc2"))
    gateways.impossible("dc2")
    with allowed(shop, order):
        # refused for a moment where a grant was taken back just now
        wait_for(lambda: shop.frrd("dc1").switchover("shop", "dc2").ok, 5, "the grant",
                 interval=0.1)
        # while dc1 still claims it, or by a grant when it took longer to find out
        wait_for(lambda: set(shop.reasons("dc2")[before:]), 20, "dc2 to give it back", interval=0.02,
                 until=lambda seen: seen & {"unhealthy-withdrawn", "grant-unhealthy"})
        shop.wait_owner("dc1", timeout=40)
    shop.wait_not_ready("dc2")


@pytest.mark.parametrize("order", list(ORDERS))
def test_not_chosen_again_at_once(gateways, order):
    """It gives the group back once, and is not ready for that group for 10 seconds."""
    shop = gateways.shop
    gateways.load(order)
    fail_at_dc2(gateways, order)
    assert not shop.guards("dc2")["healthy"]
    said = f"the last takeover could not attach the group: {SAID[gateways.address]}"
    assert said in gateways.health("dc2")
    assert said in shop.frrd("dc2").router.ask("frrd", "show subnet-mover group shop why")
    assert not shop.frrd("dc1").switchover("shop", "dc2").ok
    with shop.nothing_moves():
        gateways.impossible("dc2", False)
        # by itself, when the time is over
        shop.wait_ready("dc2", timeout=30)
    with allowed(shop, order):
        shop.switchover("dc1", "dc2")
        shop.wait_owner("dc2")
    assert gateways.attached("dc2") and gateways.health("dc2") == ""


def test_what_ends_it(gateways):
    """A new configuration of the group, or a new interface."""
    shop, order = gateways.shop, "make-before-break"
    gateways.load(order)
    fail_at_dc2(gateways, order)
    gateways.impossible("dc2", False)
    said = shop.lab.router("dc2").configure("\n".join(
        ["subnet-mover", "group shop", "site dc2", f"attach interface {GW} advertisements 1"]))
    assert not said, said
    shop.wait_ready("dc2", timeout=5)
    fail_at_dc2(gateways, order)
    gateways.remove("dc2")
    wait_for(lambda: gateways.health("dc2"), 5, "dc2 to notice", interval=0.02,
             until=lambda health: "does not exist" in health)
    gateways.add("dc2")
    shop.wait_ready("dc2", timeout=5)


def test_owner_that_cannot_attach_it_any_more(gateways):
    """It is unhealthy: whoever is ready takes over."""
    shop = gateways.shop
    gateways.load("break-before-make")
    wait_for(lambda: gateways.attached("dc1"), 10, "the address at dc1", interval=0.02)
    gateways.impossible("dc1")
    gateways.ip("dc1", f"address del {TAKEN} dev {GW}")
    shop.wait_owner("dc2", timeout=40)
    entries = [entry for entry in shop.frrd("dc1").history("shop")
               if entry["reason"] == "grant-unhealthy"]
    assert entries and f"the group is not attached; {SAID[TAKEN]}" in entries[-1]["note"]
    assert gateways.attached("dc2") and not gateways.attached("dc1")
