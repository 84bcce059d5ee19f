# SPDX-License-Identifier: GPL-2.0-or-later
"""Attachments at three sites: the gateway moves with the subnet, and the hosts behind it
answer."""

import contextlib
import json

import pytest

from attach_kit import listening, wait_listening
from labkit import config, netns
from labkit.plan import LAN, SERVICE4, SERVICE_GATEWAY
from labkit.run import LabError, wait_for


def shop_group(extra=()):
    return config.shop(extra=("auto-failover", *extra), member=config.attach_gateway())


@pytest.fixture
def moving(shop):
    """The gateway addresses are attached by frrd."""
    for site in ("dc1", "dc2"):
        netns.ip_batch(shop.lab.router(site).ns, [f"address del {address} dev {LAN}"
                                                  for address in SERVICE_GATEWAY])
    yield shop
    shop.lab.heal()
    shop.lab.each(shop.lab.stop_frrd, ["dc1", "dc2"])
    for site in ("dc1", "dc2"):
        ns, present = shop.lab.router(site).ns, shop.lab.addresses(site, LAN)
        netns.ip_batch(ns, [f"address add {address} dev {LAN}{' nodad' if ':' in address else ''}"
                            for address in SERVICE_GATEWAY if address not in present])


def gateways(scenario, site):
    return scenario.lab.addresses(site, LAN) & set(SERVICE_GATEWAY)


def wait_gateways(scenario, site, wanted, timeout=15):
    wait_for(lambda: gateways(scenario, site), timeout, f"{site} to have {wanted or 'no gateway'}",
             until=lambda found: found == set(wanted), interval=0.02)


def test_gateway_moves_with_the_subnet(moving):
    moving.load(groups=shop_group())
    wait_gateways(moving, "dc1", SERVICE_GATEWAY)
    assert gateways(moving, "dc2") == set()
    stream = moving.stream("dc1", to=SERVICE4)
    for old, new in (("dc1", "dc2"), ("dc2", "dc1")):
        moving.wait_ready(new)
        moving.switchover(new, new)
        moving.wait_owner(new)
        wait_gateways(moving, new, SERVICE_GATEWAY)
        wait_gateways(moving, old, ())
        stream.wait_site(new)
    moving.more_packets(stream)


EXTRA = "extra"


def test_interface_that_goes_moves_the_group(moving):
    """A site without the interface is not healthy; one that has it again is ready."""
    def add(site):
        netns.ip_batch(moving.lab.router(site).ns, [
            f"link add {EXTRA} type veth peer name {EXTRA}-peer", f"link set {EXTRA}-peer up",
            f"link set {EXTRA} up"])
    try:
        add("dc1")
        add("dc2")
        lines = [*config.attach_gateway(), f"attach interface {EXTRA} address 198.18.0.1/32"]
        moving.load(groups=config.shop(extra=("auto-failover",), member=lines))
        moving.settle()
        ns = moving.lab.router("dc1").ns
        netns.ip_batch(ns, [f"link del {EXTRA}"])
        moving.wait_owner("dc2")
        wait_gateways(moving, "dc2", SERVICE_GATEWAY)
        wait_gateways(moving, "dc1", ())
        assert "grant-unhealthy" in moving.reasons("dc1")
        assert "there is no such interface now" in moving.lab.router("dc1").ask(
            "frrd", "show subnet-mover group shop")
        moving.wait_not_ready("dc1")
        healthy = next(check for check in moving.frrd("dc1").why("shop")["checks"]
                       if check["check"] == "healthy")
        assert not healthy["ok"] and f"the interface {EXTRA}, which the group attaches, does " \
            "not exist" in json.dumps(healthy)
        add("dc1")
        moving.wait_ready("dc1")
    finally:
        for site in ("dc1", "dc2"):
            with contextlib.suppress(LabError):
                netns.ip_batch(moving.lab.router(site).ns, [f"link del {EXTRA}"])


def test_fence_detaches(moving):
    moving.load(groups=shop_group())
    moving.settle()
    wait_gateways(moving, "dc1", SERVICE_GATEWAY)
    moving.lab.isolate("dc1")
    wait_for(lambda: moving.frrd("dc1").state("shop"), 30, "dc1 to be fenced", interval=0.02,
             until=lambda state: state == "fenced")
    wait_gateways(moving, "dc1", ())
    wait_gateways(moving, "dc2", SERVICE_GATEWAY, timeout=30)


def test_crash_of_the_owner_and_it_goes_on(moving):
    """It comes back within stale-retention: the addresses were never away."""
    moving.load(groups=shop_group())
    wait_gateways(moving, "dc1", SERVICE_GATEWAY)
    router = moving.lab.router("dc1")
    moving.wait_retained("dc1")
    with listening(["ip", "-o", "-n", router.ns, "monitor", "address"], None) as seen:
        wait_listening(router.ns, seen)
        router.kill(["frrd"])
        router.daemon("frrd").start()
        moving.wait_one_owner()
        owner = next(site for site in ("dc1", "dc2") if moving.frrd(site).state("shop") == "active")
        wait_gateways(moving, owner, SERVICE_GATEWAY)
        wait_gateways(moving, "dc2" if owner == "dc1" else "dc1", ())
        if owner == "dc1":
            assert not [line for line in seen() if line.startswith("Deleted") and LAN in line]
