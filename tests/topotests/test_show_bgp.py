# SPDX-License-Identifier: GPL-2.0-or-later
"""What people and programs are shown with `arbiter bgp`, and what a command
answers: sites, quorum, `why`, budget, journal, YANG state, `wait`."""

import contextlib
import threading

import pytest

from failover_kit import MBB
from labkit.config import PATIENT_BFD_MS, QUICK
from labkit.run import wait_for

STATE = "/frr-subnet-mover:subnet-mover-state"
# Slow enough that what runs out can be looked at.
SLOW = {**QUICK, "takeover-delay": 5400, "fence-delay": 5000, "settle-time": 6200}


def sites(shop, site):
    return shop.lab.router(site).ask_json("frrd", "show subnet-mover sites json")


def wait_sites(shop, site, what, until):
    return wait_for(lambda: sites(shop, site), 10, what, interval=0.02, until=until)


def show(shop, site, line):
    with shop.lab.router(site).vty("frrd") as vty:
        return vty.run(f"show subnet-mover {line}")


def timers(shop, site):
    return {timer["timer"]: timer for timer in shop.frrd(site).why("shop")["timers"]}


def wait_timer(shop, site, name):
    return wait_for(lambda: timers(shop, site), 10, f"the timer {name} at {site}", interval=0.02,
                    until=lambda shown: name in shown)[name]


def state_of(shop, site):
    return shop.lab.router(site).ask_json(
        "frrd", f"show yang operational-data {STATE}")["frr-subnet-mover:subnet-mover-state"]


@pytest.fixture
def settled(shop):
    """dc1 owns the group and dc2 could take it over, as all three see it."""
    shop.load(extra=MBB)
    shop.settle()
    for site in shop.lab.plan.sites:
        wait_sites(shop, site, f"{site} to see the claim and who is ready",
                   lambda seen: seen["sites"]["dc1"]["claims"] == ["shop"]
                   and seen["sites"]["dc2"]["ready"] == ["shop"])
    return shop


# --- sites and quorum ----------------------------------------------------------

@pytest.mark.parametrize("site", ["dc1", "dc2", "hub"])
def test_every_site_shows_the_same_sites(settled, site):
    shown = sites(settled, site)
    assert shown["quorum"]["voters"] == shown["quorum"]["present"] == 3
    assert shown["quorum"]["reached"] and shown["quorum"]["missing"] == []
    assert shown["quorum"]["sinceMs"] >= 0
    for name, entry in shown["sites"].items():
        assert entry["alive"] and entry["local"] == (name == site), (name, entry)
        assert entry["local"] or entry["sinceMs"] >= 0, (name, entry)
        assert entry["memberOf"] == ([] if name == "hub" else ["shop"]), (name, entry)
        assert entry["requests"] == entry["grants"] == [], (name, entry)
    assert shown["sites"]["hub"]["witness"]
    text = show(settled, site, "sites")
    assert "Quorum: yes, 3 of 3" in text, text
    summary = settled.frrd(site).show()
    assert summary["arbiter"] == "bgp" and summary["quorum"]["present"] == 3
    assert summary["groups"]["shop"]["owner"] == "dc1"
    assert "dc1" in show(settled, site, "").splitlines()[-1]


def test_a_site_that_is_gone_is_missed(settled):
    settled.lab.kill("dc2")
    shown = wait_sites(settled, "dc1", "dc1 to miss dc2",
                       lambda seen: not seen["sites"]["dc2"]["alive"])
    assert shown["quorum"]["present"] == 2 and shown["quorum"]["reached"]
    assert shown["quorum"]["missing"] == ["dc2"]
    assert "missing: dc2" in show(settled, "dc1", "sites")
    assert shown["sites"]["dc2"]["ready"] == []


def test_an_owner_without_quorum_shows_its_fence(shop):
    shop.load(times=SLOW, extra=MBB)
    shop.settle()
    shop.lab.isolate("dc1")
    shown = wait_sites(shop, "dc1", "dc1 to lose quorum",
                       lambda seen: not seen["quorum"]["reached"])
    assert sorted(shown["quorum"]["missing"]) == ["dc2", "hub"]
    assert 0 < shown["quorum"]["fenceLeftMs"] <= 5000
    assert 0 < wait_timer(shop, "dc1", "fence-delay")["leftMs"] <= 5000
    why = shop.frrd("dc1").why("shop")
    assert "withdrawn" in why["next"] and "quorum" in why["next"], why["next"]
    assert {rule["check"]: rule["ok"] for rule in why["rules"]}["quorum"] is False
    assert "Quorum: NO, 1 of 3" in show(shop, "dc1", "group shop why")


# --- why -----------------------------------------------------------------------

def test_why_says_what_a_standby_waits_for(settled):
    why = settled.frrd("dc2").why("shop")
    assert why["next"].startswith("dc1 owns the group") and "takes over" in why["next"], why
    checks = {check["check"]: check for check in why["checks"]}
    assert checks["claimed"]["text"] == "claimed by dc1", checks["claimed"]
    assert all(check["hint"] == "" for check in checks.values() if check["ok"])
    votes = {vote["site"]: vote for vote in why["votes"]}
    assert votes["dc1"]["claims"] and votes["dc2"]["ready"] and votes["hub"]["alive"]
    assert (votes["dc1"]["rank"], votes["dc2"]["rank"], "rank" in votes["hub"]) == (1, 2, False)
    assert why["decisions"][-1]["to"] == "standby"
    assert "stays the owner" in settled.frrd("dc1").why("shop")["next"]


def test_why_counts_down_to_the_takeover(shop):
    shop.load(times={**QUICK, "takeover-delay": 2000}, extra=MBB)
    shop.settle()
    shop.lab.kill("dc1")
    timer = wait_timer(shop, "dc2", "takeover-delay")
    assert 0 < timer["leftMs"] <= 2000
    assert "takes over in" in shop.frrd("dc2").why("shop")["next"]
    text = show(shop, "dc2", "group shop why")
    assert "Timers" in text and "takeover-delay" in text, text
    shop.wait_owner("dc2", without=("dc1",))
    assert [entry["reason"] for entry in shop.frrd("dc2").why("shop")["decisions"]][-1] == \
        "routes-installed"


def test_why_says_that_a_command_is_waited_for(shop):
    shop.load(groups=None, owner=None)
    shop.wait_owner("dc1")
    shop.wait_ready("dc2")
    shop.command("dc1", "hold shop reason work on the storage")
    why = shop.frrd("dc1").why("shop")
    assert "until resume" in why["next"], why
    answer = shop.frrd("dc1").switchover("shop", "dc2")
    assert not answer.ok and "work on the storage" in answer.text, answer.text


# --- commands ------------------------------------------------------------------

@pytest.mark.parametrize("at", ["hub", "dc1", "dc2"])
def test_switchover_waits_and_reports(settled, at):
    with settled.guard.two_allowed():
        answer = settled.command(at, "switchover shop to dc2 wait")
        lines = answer.text.splitlines()
        assert "asking dc1" in lines[0] or "granted to dc2" in lines[0], lines
        assert any("->" in line for line in lines[1:-1]), lines
        assert "dc2" in lines[-1] and " after " in lines[-1], lines
        # What it said is so, without waiting.
        assert settled.frrd("dc2").state("shop") == "active"
        assert settled.frrd("dc1").state("shop") in ("standby", "releasing")
        settled.wait_owner("dc2")


@contextlib.contextmanager
def deaf_successor(shop):
    """frrd at dc2 is stopped in the block. When it goes on, a grant that it has
    not heard of the end of may still move the group there."""
    with shop.guard.two_allowed():
        with shop.frrd_stopped("dc2"):
            yield
        states = wait_for(lambda: shop.states(sites=("dc1", "dc2")), 10, "one owner in the end",
                          until=lambda seen: sorted(seen.values()) == ["active", "standby"])
        shop.wait_owner("dc1" if states["dc1"] == "active" else "dc2")


def test_a_wait_that_fails_says_so_and_holds_nobody_up(settled):
    answers = []
    with deaf_successor(settled):
        waiting = threading.Thread(target=lambda: answers.append(
            settled.frrd("dc1").command("switchover shop to dc2 wait")))
        waiting.start()
        settled.wait_state("dc1", "draining")
        handover = settled.frrd("dc1").group("shop")["handover"]
        assert handover["grantTo"] == "dc2" and 0 < handover["leftMs"] <= 3000
        # A second command is refused while the first is under way.
        second = settled.frrd("dc1").command("switchover shop to dc2")
        assert not second.ok and "dc2" in second.text, second.text
        waiting.join(20)
        assert not waiting.is_alive() and len(answers) == 1
        assert not answers[0].ok and "failed after" in answers[0].text, answers[0].text
        assert settled.frrd("dc1").state("shop") == "active"


def test_whoever_hangs_up_is_not_waited_for(settled):
    with deaf_successor(settled):
        with settled.lab.router("dc1").vty("frrd") as vty:
            vty.send("subnet-mover switchover shop to dc2 wait")
            settled.wait_state("dc1", "draining")
        settled.wait_state("dc1", "active")


def test_failover_of_what_is_owned_is_refused(settled):
    for at in ("hub", "dc1", "dc2"):
        answer = settled.frrd(at).command("failover shop to dc2")
        assert not answer.ok and "switchover" in answer.text, (at, answer.text)
    answer = settled.frrd("hub").command("failover shop")
    assert not answer.ok and "not a member" in answer.text, answer.text
    answer = settled.frrd("dc1").command("failover shop to dc2 force reason no")
    assert not answer.ok and "there only" in answer.text, answer.text


def test_release_bars_and_failover_to_brings_it_back(settled):
    """Nobody owns it, for both sites were told not to: the third site orders it."""
    settled.command("dc2", "hold shop")
    answer = settled.command("dc1", "release shop wait")
    assert "withdrawn after" in answer.text, answer.text
    assert settled.frrd("dc1").group("shop")["barred"]
    rules = {rule["check"]: rule["ok"] for rule in settled.frrd("dc1").why("shop")["rules"]}
    assert rules == {"auto-failover": True, "not-barred": False}
    wait_sites(settled, "hub", "the hub to see that nobody claims it",
               lambda seen: not seen["sites"]["dc1"]["claims"]
               and seen["sites"]["dc1"]["ready"] == ["shop"])
    answer = settled.command("hub", "failover shop to dc1 wait")
    assert "owned by dc1 after" in answer.text, answer.text
    settled.wait_owner("dc1")
    assert not settled.frrd("dc1").group("shop")["barred"]


def test_a_successor_that_is_not_ready_is_named(settled):
    settled.command("dc2", "hold shop")
    wait_sites(settled, "dc1", "dc1 to see that dc2 is not ready",
               lambda seen: not seen["sites"]["dc2"]["ready"])
    answer = settled.frrd("dc1").switchover("shop", "dc2")
    assert not answer.ok and "dc2" in answer.text and "not ready" in answer.text, answer.text
    settled.lab.kill("dc2")
    wait_sites(settled, "hub", "the hub to miss dc2",
               lambda seen: not seen["sites"]["dc2"]["alive"])
    answer = settled.frrd("hub").switchover("shop", "dc2")
    assert not answer.ok and "beacon" in answer.text, answer.text


def test_what_is_there_already_is_no_error(settled):
    for at in ("hub", "dc2", "dc1"):
        answer = settled.command(at, "switchover shop to dc1 wait")
        assert answer.ok, (at, answer.text)
    assert settled.guard.owners() == ["dc1"]


# --- budget, journal, YANG -----------------------------------------------------

def test_budget_has_every_group(settled):
    shown = settled.lab.router("hub").ask_json("frrd", "show subnet-mover budget json")
    assert shown["ok"] and shown["problem"] == ""
    assert shown["takeoverDelayMs"] == QUICK["takeover-delay"] >= shown["leastTakeoverDelayMs"]
    phases = {phase["phase"]: phase for phase in shown["phases"]}
    assert phases["detection"]["worstMs"] == 3 * PATIENT_BFD_MS
    assert phases["takeover-delay"]["bestMs"] == QUICK["takeover-delay"]
    moves = {move["phase"]: move for move in shown["groups"]["shop"]["moves"]}
    assert moves["total-1"]["worstMs"] > moves["total-1"]["bestMs"] > QUICK["takeover-delay"]
    text = show(settled, "hub", "budget")
    assert f"takeover-delay is {QUICK['takeover-delay']} ms" in text and "total-1" in text, text


def test_journal_has_command_and_decisions(settled):
    with settled.guard.two_allowed():
        settled.command("dc1", "switchover shop to dc2 wait")
        settled.wait_owner("dc2")
    shown = settled.lab.router("dc1").ask_json("frrd", "show subnet-mover journal 1000 json")
    assert shown["problem"] == "" and shown["dropped"] == 0
    commands = [line for line in shown["lines"] if line["kind"] == "command"]
    assert commands[-1]["command"] == "switchover" and commands[-1]["to"] == "dc2"
    assert commands[-1]["accepted"]
    reasons = [line["reason"] for line in shown["lines"] if line["kind"] == "decision"]
    assert "command-switchover-away" in reasons and "handed-over" in reasons
    text = show(settled, "dc1", "journal 3")
    assert len(text.splitlines()) == 3 and "monoUs" not in text, text


def test_yang_state(settled):
    for site in ("dc1", "dc2", "hub"):
        state = state_of(settled, site)
        assert state["arbiter"] == "bgp"
        assert state["quorum"]["voters"] == state["quorum"]["present"] == 3
        assert state["quorum"]["reached"] is True and "since" in state["quorum"]
        seen = {entry["name"]: entry for entry in state["site"]}
        assert all(entry["alive"] for entry in seen.values()), seen
        assert seen["dc1"]["claim"] == ["shop"] and "ready" not in seen["dc1"]
        assert seen["dc2"]["ready"] == ["shop"] and "claim" not in seen["dc2"]
        group = state["group"][0]
        assert group["owner"] == "dc1" and "damped-until" not in group
        numbers = [entry["number"] for entry in group.get("history", [])]
        assert numbers == sorted(numbers)
    settled.lab.kill("dc2")
    wait_for(lambda: state_of(settled, "hub")["quorum"]["present"], 10, "the hub to miss dc2",
             until=lambda present: present == 2, interval=0.05)
