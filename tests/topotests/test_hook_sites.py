# SPDX-License-Identifier: GPL-2.0-or-later
"""What is between the decision and the routes (hooks, attachments) must not make two
owners, and must not take away what stands."""

import os
import signal
import time

from helpers import wait_fib
from labkit import config
from labkit.plan import LAN, PREFIX4, PREFIX6
from labkit.run import run, wait_for

SLOW = ("command /usr/bin/sleep 60", "timeout 120000")


def hook(event, *options):
    return [f"hook {event} 1 {option}" for option in options]


def test_a_site_that_is_cut_off_does_not_wait_for_its_hook(shop):
    """It announces while pre-withdraw runs; when the others may think that it is gone, it
    withdraws."""
    shop.load(extra=hook("pre-withdraw", *SLOW))
    shop.settle()
    shop.command("dc1", "release shop")
    shop.wait_state("dc1", "releasing")
    wait_fib(shop.lab, "hub", {"to-dc1"})
    assert "Step: pre-withdraw\n" in \
        shop.lab.router("dc1").ask("frrd", "show subnet-mover group shop")
    assert "programs of pre-withdraw end" in shop.frrd("dc1").why("shop")["next"]
    shop.lab.isolate("dc1")
    wait_fib(shop.lab, "dc1", set(), timeout=20)
    shop.wait_owner("dc2", without=["dc1"])
    shop.lab.heal()
    shop.lab.wait_converged()
    shop.wait_owner("dc2")
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_a_release_waits_for_its_hook(shop):
    """Without a fault: another site has it when the programs have ended."""
    shop.load(extra=hook("pre-withdraw", "command /usr/bin/sleep 3"))
    shop.settle()
    begin = time.monotonic()
    shop.command("dc1", "release shop")
    shop.wait_owner("dc2")
    assert time.monotonic() - begin > 3
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_a_hold_during_a_release(shop):
    """It counts when the release has ended; the release goes on."""
    shop.load(extra=hook("pre-withdraw", "command /usr/bin/sleep 3"))
    shop.settle()
    shop.command("dc1", "release shop")
    shop.wait_state("dc1", "releasing")
    shop.command("dc1", "hold shop")
    shop.wait_owner("dc2")
    shop.wait_state("dc1", "held")
    assert shop.frrd("dc1").group("shop")["step"] == "rest"


def test_a_handover_waits_for_its_hook(shop):
    """Longer than handover-timeout: the grant's time begins when the successor sees it."""
    shop.load(extra=hook("pre-withdraw", "command /usr/bin/sleep 3"),
              times={**config.QUICK, "handover-timeout": 1000})
    shop.settle()
    shop.switchover("dc1", "dc2")
    shop.wait_owner("dc2")
    assert shop.decisions("dc1")[-1][0] == "standby"
    assert "grant-timeout" not in shop.reasons("dc1")
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_an_unhealthy_owner_grants_before_its_hook(shop):
    """Make-before-break: the successor has the group while pre-withdraw runs."""
    shop.load(extra=["handover make-before-break", *hook("pre-withdraw", *SLOW)])
    shop.settle()
    with shop.guard.two_allowed():
        shop.set_lan("dc1", False)
        try:
            shop.wait_decision("dc1", "releasing", "grant-unhealthy")
            shop.wait_state("dc2", "active")
            assert shop.frrd("dc1").state("shop") == "releasing"
            assert "Step: pre-withdraw\n" in \
                shop.lab.router("dc1").ask("frrd", "show subnet-mover group shop")
            wait_fib(shop.lab, "hub", {"to-dc2"})
        finally:
            shop.set_lan("dc1", True)


def test_a_takeover_that_a_hook_holds_up_is_not_resumed(shop):
    """frrd dies while pre-announce runs: nothing was announced, so there is nothing to
    go on with."""
    shop.load(owner=None, extra=[*hook("pre-announce", *SLOW), "hook pre-announce 1 site dc1"])
    shop.wait_state("dc1", "activating")
    assert "programs of pre-announce end" in shop.frrd("dc1").why("shop")["next"]
    shop.lab.kill("dc1", ["frrd"])
    shop.lab.start("dc1", ["frrd"])
    shop.wait_one_owner()
    assert "resumed" not in shop.reasons("dc1")
    assert shop.guard.owned("dc1", PREFIX4) == [] and shop.guard.owners() == ["dc2"]


def test_a_restart_keeps_the_routes_while_it_attaches(shop):
    """The addresses are looked at anew, and the routes stand all the time."""
    members = {site: (preference, [*lines, f"attach interface {LAN} address 192.168.1.77/32"])
               for site, (preference, lines) in config.members(shop.lab.plan.members).items()}
    group = config.frrd_group("shop", 1, (PREFIX4, PREFIX6), members, ("auto-failover",))
    shop.load(groups=group)
    shop.settle()
    shop.wait_retained("dc1")
    stood = len(shop.guard.monitors["dc1"].changes(PREFIX4))
    shop.lab.kill("dc1", ["frrd"])
    shop.lab.start("dc1", ["frrd"])
    shop.wait_owner("dc1")
    assert "resumed" in shop.reasons("dc1")
    wait_for(lambda: shop.frrd("dc1").group("shop")["stateMs"], 10, "stale-retention to pass",
             interval=0.1, until=lambda ms: ms > 2500)
    changes = shop.guard.monitors["dc1"].changes(PREFIX4)[stood:]
    assert all(change.devices == {LAN} for change in changes), changes
    assert shop.guard.owners() == ["dc1"]


def test_a_successor_whose_hook_says_no(shop):
    """Make-before-break: it announces nothing and gives the group back; the owner has
    announced it all the time."""
    shop.load(times={**config.QUICK, "handover-timeout": 20000}, extra=[
        "handover make-before-break",
        *hook("pre-announce", "command /usr/bin/false", "policy abort", "site dc2")])
    shop.settle()
    stood = len(shop.guard.monitors["dc1"].changes(PREFIX4))
    shop.switchover("dc1", "dc2")
    shop.wait_reason("dc2", "unhealthy-withdrawn")
    shop.wait_decision("dc1", "active", "grant-cancelled", timeout=15)
    shop.wait_owner("dc1")
    assert len(shop.guard.monitors["dc1"].changes(PREFIX4)) == stood
    assert shop.guard.owners() == ["dc1"]


def test_programs_do_not_keep_a_dead_site_alive(shop):
    """At the end of frrd the beacon goes with the last route, whatever still runs; and the
    process ends in its time, and says what it has not waited for."""
    shop.load(extra=hook("post-withdraw", *SLOW, "site dc1"))
    shop.settle()
    daemon = shop.lab.router("dc1").daemon("frrd")
    pid = daemon.pid()
    daemon.signal(signal.SIGTERM)
    wait_for(lambda: shop.sees("hub")["dc1"]["alive"], 8, "the hub to see dc1 go", interval=0.02,
             until=lambda alive: not alive)
    assert daemon.pid() == pid, "it does not wait for the programs of post-withdraw"
    shop.wait_owner("dc2", without=["dc1"])
    wait_for(daemon.pid, 20, "frrd to end", until=lambda pid: pid is None)
    assert "group shop: ending while programs of post-withdraw run" in daemon.tail()
    assert "all routes are withdrawn" in daemon.tail()
    assert shop.guard.owners() == ["dc1", "dc2"]


def test_frrd_io_hangs_while_a_site_is_cut_off(shop):
    """It is stopped under a program of pre-withdraw: the withdrawal does not wait for it."""
    shop.load(extra=hook("pre-withdraw", *SLOW))
    shop.settle()
    shop.command("dc1", "release shop")
    shop.wait_state("dc1", "releasing")
    router = shop.lab.router("dc1")
    helper = run(["pgrep", "-P", str(router.daemon("frrd").pid()), "frrd-io"]).stdout.split()
    os.kill(int(helper[0]), signal.SIGSTOP)
    shop.lab.isolate("dc1")
    wait_fib(shop.lab, "dc1", set(), timeout=20)
    shop.wait_owner("dc2", without=["dc1"])
    shop.lab.heal()
    shop.lab.wait_converged()
    shop.wait_owner("dc2")

    line, = wait_for(lambda: [entry for entry in router.journal() if entry["kind"] == "hook"], 20,
                     "the end of the program", until=bool)
    assert line["end"] == "cancelled" and line["why"] == "there is no quorum", line
