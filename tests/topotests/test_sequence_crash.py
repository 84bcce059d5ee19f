# SPDX-License-Identifier: GPL-2.0-or-later
"""frrd of the owner is killed in each step of a move, and started again.

What must hold afterwards, whatever the step was: one site owns the group, never have
two announced it (the guard watches), the addresses are at the owner and nowhere else,
and no program of the dead frrd runs. A step is held by what it waits for, not by time:
a program that waits for a file, a zebra that is stopped, a question to the LAN."""

import os

import pytest

from labkit import config, netns
from labkit.plan import LAN
from labkit.run import run, wait_for
from attach_kit import addresses, listening
from test_failover_daemons import start_again

ADDRESS = "192.168.1.77/32"
MANY = 200


class Crash:
    """The group of the story with an address that moves; dc1 has hooks with gates."""

    def __init__(self, shop):
        self.shop, self.lab = shop, shop.lab
        self.frrd, self.router = shop.frrd("dc1"), shop.lab.router("dc1")
        self.folder = f"/usr/local/lib/frrd-crash-{os.getpid()}"
        self.scratch = f"/tmp/frrd-crash-{os.getpid()}"
        os.makedirs(self.folder)
        os.makedirs(self.scratch)
        os.chmod(self.scratch, 0o777)  # the programs are not root

    def gate(self, event):
        """Lines for a program that says that it runs and goes on when the test says so."""
        path = f"{self.folder}/{event}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\necho >>{self.scratch}/{event}-runs\n"
                       f"until [ -e {self.scratch}/{event}-open ]; do sleep 0.02; done\n")
        os.chmod(path, 0o755)
        return [f"hook {event} 1 {line}" for line in
                (f"command {path}", "timeout 60000", "site dc1")]

    def runs(self, event):
        try:
            with open(f"{self.scratch}/{event}-runs", encoding="ascii") as file:
                return len(file.readlines())
        except FileNotFoundError:
            return 0

    def wait_runs(self, event, count=1):
        wait_for(lambda: self.runs(event), 30, f"{event} to run", interval=0.02,
                 until=lambda runs: runs >= count)

    def open(self, event):
        with open(f"{self.scratch}/{event}-open", "w", encoding="ascii"):
            pass

    def load(self, *gates, attach=(ADDRESS,), options=(), **more):
        lines = [*(f"attach interface {LAN} address {address}" for address in attach),
                 *(f"attach interface {LAN} {option}" for option in options)]
        extra = [line for event in gates for line in self.gate(event)]
        self.shop.load(groups=config.shop(extra=("auto-failover", *extra), member=lines), **more)

    def wait_step(self, step):
        return wait_for(lambda: self.frrd.group("shop"), 30, f"dc1 to be at {step}",
                        interval=0.01, until=lambda shown: shown["step"] == step)

    def kill(self):
        self.lab.kill("dc1", ["frrd"])

    def start(self):
        self.lab.start("dc1", ["frrd"])

    def attached(self, site):
        return ADDRESS in addresses(self.lab.router(site).ns, LAN)

    def programs(self):
        return run(["pgrep", "-f", f"^/bin/sh {self.folder}/"], check=False).stdout.split()

    def wait_order(self):
        """All is as it should be; returns the owner."""
        wait_for(self.programs, 10, "no program of the dead frrd to run",
                 until=lambda pids: not pids)
        owner = self.shop.wait_one_owner()
        for site in ("dc1", "dc2"):
            wait_for(lambda at=site: self.attached(at), 15, f"the address at {owner} only",
                     interval=0.02, until=lambda there, at=site: there == (at == owner))
        shown = self.frrd.group("shop")
        assert shown["step"] == ("owner" if owner == "dc1" else "rest"), shown
        return owner


@pytest.fixture
def crash(shop):
    made = Crash(shop)
    yield made
    shop.lab.router("dc1").daemon("zebra").thaw()
    shop.lab.each(shop.lab.stop_frrd, ["dc1", "dc2"])
    run(["rm", "-r", made.folder, made.scratch])


def test_pre_announce(crash):
    """Nothing was announced: another site takes it."""
    crash.load("pre-announce", owner=None)
    crash.wait_runs("pre-announce")
    crash.kill()
    crash.start()
    assert crash.wait_order() == "dc2"
    assert "resumed" not in crash.shop.reasons("dc1")


def test_attach(crash):
    """The LAN is asked for the address when frrd dies: the question takes 400 ms."""
    crash.load(owner=None, options=["duplicate-check"])
    crash.wait_step("attach")
    crash.kill()
    assert not crash.attached("dc1")
    crash.start()
    crash.wait_order()
    assert "resumed" not in crash.shop.reasons("dc1")


def test_announce(crash):
    """The routes were written, and zebra has answered for none: it is stopped."""
    crash.load("pre-announce", owner=None)
    crash.wait_runs("pre-announce")
    with_zebra_stopped(crash, "pre-announce", "announce")
    crash.start()
    crash.wait_order()


def with_zebra_stopped(crash, event, step):
    zebra = crash.router.daemon("zebra")
    zebra.freeze()
    try:
        crash.open(event)
        crash.wait_step(step)
        crash.kill()
    finally:
        zebra.thaw()


def test_post_announce(crash):
    """It goes on as the owner, and the programs that died with frrd run again: what they
    were to do is not done."""
    crash.load("post-announce")
    crash.wait_runs("post-announce")
    crash.shop.wait_retained("dc1")
    crash.kill()
    crash.start()
    crash.wait_runs("post-announce", 2)
    crash.open("post-announce")
    assert crash.wait_order() == "dc1"
    assert "resumed" in crash.shop.reasons("dc1")
    assert crash.shop.guard.owners() == ["dc1"]

    crash.shop.wait_retained("dc1")
    crash.kill()
    crash.start()
    assert crash.wait_order() == "dc1"
    assert crash.runs("post-announce") == 2, "the programs had ended"


def test_pre_withdraw(crash):
    """It still announced, but was about to give the group away."""
    crash.load("pre-withdraw")
    crash.shop.settle()
    crash.shop.switchover("dc1", "dc2")
    crash.wait_runs("pre-withdraw")
    crash.kill()
    crash.start()
    crash.wait_order()
    assert "resumed" not in crash.shop.reasons("dc1")


def test_withdraw(crash):
    """The deletions were written, and zebra has answered for none: it is stopped."""
    crash.load("pre-withdraw")
    crash.shop.settle()
    crash.shop.switchover("dc1", "dc2")
    crash.wait_runs("pre-withdraw")
    with_zebra_stopped(crash, "pre-withdraw", "withdraw")
    crash.start()
    assert crash.wait_order() == "dc2"


def test_detach(crash):
    """frrd dies when the first of many addresses is taken away."""
    many = [f"198.18.0.{number}/32" for number in range(1, MANY)]
    crash.load(attach=[ADDRESS, *many])
    crash.shop.settle()
    with listening(["ip", "-o", "-n", crash.router.ns, "monitor", "address"], None) as seen:
        def heard():
            """ip does not say when it has begun to listen."""
            netns.ip_batch(crash.router.ns, ["address add 198.18.1.1/32 dev lo",
                                             "address del 198.18.1.1/32 dev lo"])
            return seen()
        wait_for(heard, 10, "ip to listen", until=lambda lines: "198.18.1.1" in " ".join(lines))
        crash.shop.switchover("dc1", "dc2")
        wait_for(seen, 20, "an address to go", interval=0.001,
                 until=lambda lines: any(line.startswith("Deleted") and " 198.18.0." in line
                                         for line in lines))
        crash.kill()
    crash.start()
    assert crash.wait_order() == "dc2"
    wait_for(lambda: addresses(crash.router.ns, LAN) & set(many), 15, "all addresses to go",
             until=lambda left: not left)


def test_post_withdraw(crash):
    """The group is given away, and the programs died with frrd."""
    crash.load("post-withdraw")
    crash.shop.settle()
    crash.shop.switchover("dc1", "dc2")
    crash.wait_runs("post-withdraw")
    assert not crash.attached("dc1")
    crash.kill()
    crash.shop.wait_owner("dc2", without=["dc1"])
    crash.start()
    assert crash.wait_order() == "dc2"
    assert crash.runs("post-withdraw") == 1


@pytest.mark.parametrize("event", ["pre-announce", "post-announce", "pre-withdraw",
                                   "post-withdraw"])
def test_zebra_dies_while_programs_run(crash, event):
    """Its kernel forwards until all of FRR is started anew. The programs go on, or are
    ended because nothing is left to wait for; in no case does the group hang."""
    crash.load(event, owner=None if event == "pre-announce" else "dc1")
    if event.endswith("withdraw"):
        crash.shop.settle()
        crash.shop.switchover("dc1", "dc2")
    crash.wait_runs(event)
    with crash.shop.guard.excused("dc1"):
        crash.lab.kill("dc1", ["zebra"])
        wait_for(lambda: crash.frrd.show()["zebra"], 5, "frrd to notice",
                 until=lambda shown: shown == "disconnected")
        crash.router.flush_stale()
        start_again(crash.shop, "dc1", "zebra")
        crash.open(event)
        crash.wait_order()
