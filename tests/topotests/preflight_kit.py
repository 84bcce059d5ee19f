# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of preflight and bgp-config share: three sites with `arbiter
bgp`, started once a module; finding a problem, typing its remedy, seeing it gone."""

import signal

import pytest

from labkit.auto import Auto
from labkit.run import run, wait_for

BGP = "router bgp 65001"
DC2, HUB = "192.0.2.2", "192.0.2.6"  # dc1's neighbors
BEACON = "100.64.2.0/32"             # of dc1


@pytest.fixture(scope="module")
def shop_of_the_module(lab_of_the_run):
    """frrd with `arbiter bgp` at all three sites, started once for all tests."""
    lab = lab_of_the_run
    lab.each(lab.stop_frrd)
    lab.up(with_frrd=True, start_frrd=False)
    shop = Auto(lab)
    shop.load(owner="dc1")
    shop.asked = {site: asked(router) for site, router in lab.routers.items()}
    yield shop
    restore(shop)


DAEMONS = ("bgpd", "bfdd")


def asked(router):
    return {name: router.ask(name, "show running-config") for name in DAEMONS}


def restore(shop):
    """bgpd and bfdd have their own files again wherever a test has changed them."""
    lab = shop.lab
    lab.heal()
    for site, router in lab.routers.items():
        router.signal(signal.SIGCONT)
        router.start()
        if asked(router) != shop.asked[site]:
            router.kill(DAEMONS)
            router.start(DAEMONS)
    lab.wait_converged()


@pytest.fixture
def shop(shop_of_the_module):
    shop = shop_of_the_module
    before = shop.lab.findings()
    for router in shop.lab.routers.values():
        router.mark_logs()
    yield shop
    restore(shop)
    assert shop.lab.findings() == before, "sanitizer reports or crash logs"


@pytest.fixture
def dc1(shop):
    """Everything is in order at dc1."""
    router = shop.lab.router("dc1")
    wait_for(lambda: problems(router), 20, "a clean preflight", until=lambda found: not found)
    return router


@pytest.fixture
def owner(shop, dc1):
    """dc1, which owns the group."""
    if shop.frrd("dc1").state("shop") != "active":
        shop.wait_ready("dc1")
        answer = shop.frrd("dc1").switchover("shop", "dc1")
        assert answer.ok, answer.text
    shop.wait_owner("dc1")
    return dc1


def preflight(router):
    return router.vtysh_json("show subnet-mover preflight json")


def problems(router):
    return [finding for finding in preflight(router)["findings"] if finding["severity"] != "ok"]


def found(router, check, words="", about=""):
    """Problems of this check whose text and object contain these words."""
    return [finding for finding in problems(router)
            if finding["check"] == check and words in finding["text"]
            and about in finding["object"]]


def wait_found(router, check, words="", about="", severity="error"):
    finding = wait_for(lambda: found(router, check, words, about), 15,
                       f"preflight to find {check} {about} {words}", interval=0.1)[0]
    assert finding["severity"] == severity, finding
    assert finding["type"], f"nothing to type: {finding}"
    return finding


def wait_gone(router, check, words="", about=""):
    wait_for(lambda: found(router, check, words, about), 15, f"{check} to be gone",
             until=lambda left: not left, interval=0.1)


def as_typed(router, lines):
    """As a person types them, which a file is not: it knows no `do`."""
    done = router.vtysh_run("configure terminal", *lines)
    assert done.returncode == 0 and "%" not in done.stdout, done.stdout + done.stderr


def type_it(router, finding, where="vtysh"):
    """What the finding says, into vtysh or a shell."""
    assert finding["typeAt"].startswith(where), finding
    if where == "a shell":
        for line in finding["type"]:
            run(["ip", "netns", "exec", router.ns, *line.split()])
    else:
        as_typed(router, finding["type"])


def check_remedy(router, check, words="", about="", severity="error", where="vtysh"):
    finding = wait_found(router, check, words, about, severity)
    type_it(router, finding, where)
    wait_gone(router, check, words, about)
    return finding


def ip(router, *words):
    run(["ip", "-n", router.ns, *words])
