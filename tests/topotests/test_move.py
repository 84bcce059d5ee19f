# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job: a subnet (IPv4 and IPv6) moves between sites on command, and
the third site's FIB follows. Each move also checks that no two sites ever
announce the subnet together, at the hub and by the owners' own FIBs."""

import time

import pytest

from helpers import (BOTH, assert_no_overlap, take_over, wait_elsewhere, wait_fib)
from labkit.frrd import parse_time
from labkit.plan import LAN, PREFIX4, PREFIX6, SEEN_COMMUNITY, SERVICE4, SERVICE6
from labkit.patience import Since
from labkit.run import wait_for


@pytest.fixture
def monitors(fib_monitor):
    """FIB monitors of the three sites."""
    return {site: fib_monitor(site) for site in ("dc1", "dc2", "hub")}


def assert_single_owner(monitors):
    assert_no_overlap({site: monitors[site] for site in ("dc1", "dc2")})


def hub_follows(monitors, device, since, timeout=10):
    """Wait for the hub's FIB; {prefix: milliseconds since then}."""
    return {prefix: (monitors["hub"].wait(prefix, lambda change: change.devices == {device},
                                          timeout, since=since).ns - since) / 1e6
            for prefix in BOTH}


def everybody_follows(lab, owner):
    """The hub and the other site know the owner's routes, and the other
    site's frrd sees them. (Before that a takeover there would be granted.)"""
    other = "dc2" if owner == "dc1" else "dc1"
    for site in ("hub", other):
        wait_fib(lab, site, {f"to-{owner}"})
    wait_elsewhere(lab.frrd(other), 2)


# Nothing moves by itself

def test_after_start_nothing_is_announced(lab, fib):
    for site in ("dc1", "dc2", "hub"):
        shown = lab.frrd(site).show()
        assert shown["localSite"] == site
        assert shown["arbiter"] == "manual"
        assert (shown["routeTable"], shown["distance"], shown["routeTag"]) == (142, 15, 142)
        group = shown["groups"]["shop"]
        assert group["state"] == "standby"
        assert group["held"] is False
        assert group["member"] is (site != "hub")
        assert group["prefixes"]["announced"] == group["prefixes"]["installed"] == 0
        assert fib(site, PREFIX4) == fib(site, PREFIX6) == set()


def test_restart_of_the_owner_does_not_announce(lab, fib):
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "hub", {"to-dc1"})
    lab.router("dc1").restart("frrd")
    lab.frrd("dc1").wait_ready()
    assert lab.frrd("dc1").state("shop") == "standby"
    wait_fib(lab, "hub", set())
    assert lab.frrd("dc1").state("shop") == "standby"


# failover and release

def test_failover_at_the_primary(lab, monitors, owner_sampler, fib):
    begin = time.monotonic_ns()
    answer = lab.frrd("dc1").failover("shop")
    assert answer.ok, answer.text
    group = lab.frrd("dc1").wait_installed("shop")
    assert group["prefixes"]["total"] == group["prefixes"]["announced"] == 2
    follows = hub_follows(monitors, "to-dc1", begin)
    print(f"hub's FIB followed after {follows} ms")
    assert max(follows.values()) < 2000
    assert fib("dc1", PREFIX4) == fib("dc1", PREFIX6) == {LAN}
    wait_fib(lab, "dc2", {"to-dc1"})
    for prefix in BOTH:
        assert owner_sampler.owners(prefix)[-1] == "dc1"


def test_the_tag_reaches_the_route_map(lab):
    """The route-map of `redistribute table` sets a community by tag 142."""
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "hub", {"to-dc1"})
    for prefix in BOTH:
        best = [path for path in lab.router("hub").bgp_paths(prefix)
                if path.get("bestpath", {}).get("overall")]
        assert best and best[0]["community"]["string"] == SEEN_COMMUNITY, best


@pytest.mark.parametrize("service", [SERVICE4, SERVICE6])
def test_the_client_reaches_the_owner(lab, stream, service):
    take_over(lab.frrd("dc1"))
    packets = stream(to=service)
    packets.wait_site("dc1")
    packets.wait_event(lambda event: event["event"] == "second" and event["answered"] > 800, 20,
                       "800 answers")
    summary = packets.finish()
    assert summary["sites"] == {"dc1": summary["answered"]}


def test_release_withdraws(lab, monitors, fib):
    frrd = lab.frrd("dc1")
    take_over(frrd)
    everybody_follows(lab, "dc1")
    answer = frrd.release("shop")
    assert answer.ok, answer.text
    frrd.wait_state("shop", "standby")
    wait_fib(lab, "hub", set())
    wait_fib(lab, "dc2", set())
    assert fib("dc1", PREFIX4) == fib("dc1", PREFIX6) == set()
    assert set(frrd.statuses("shop").values()) == {"idle"}
    assert frrd.group("shop")["prefixes"]["announced"] == 0


def test_failover_at_the_recovery_site_after_release(lab, monitors, owner_sampler):
    take_over(lab.frrd("dc1"))
    everybody_follows(lab, "dc1")
    lab.frrd("dc1").release("shop")
    wait_fib(lab, "dc2", set())
    begin = time.monotonic_ns()
    take_over(lab.frrd("dc2"))
    hub_follows(monitors, "to-dc2", begin)
    wait_fib(lab, "dc1", {"to-dc2"})
    assert_single_owner(monitors)


def test_release_at_a_site_that_does_not_own(lab):
    frrd = lab.frrd("dc2")
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "hub", {"to-dc1"})
    answer = frrd.release("shop")
    assert not answer.ok and "shop" in answer.text
    wait_fib(lab, "hub", {"to-dc1"})
    assert lab.frrd("dc1").state("shop") == "active"


def test_a_site_without_a_member_cannot_take_over(lab):
    answer = lab.frrd("hub").failover("shop")
    assert not answer.ok
    assert "hub" in answer.text or "member" in answer.text


def test_unknown_names_are_named(lab):
    answer = lab.frrd("dc1").failover("nosuchgroup")
    assert not answer.ok and "nosuchgroup" in answer.text
    answer = lab.frrd("dc1").switchover("shop", "nosuchsite")
    assert not answer.ok and "nosuchsite" in answer.text


# Refused while announced elsewhere; force

def test_refused_while_announced_elsewhere(lab, vtysh, monitors, owner_sampler):
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "dc2", {"to-dc1"})
    wait_elsewhere(lab.frrd("dc2"), 2)
    said = vtysh("dc2", "subnet-mover failover shop")
    assert PREFIX4 in said or PREFIX6 in said, said
    link = lab.plan.link("dc1", "dc2")
    assert "bgp" in said.lower() and (link.address("dc1", 4) in said or "fe80::" in said
                                      or link.address("dc1", 6) in said), said
    assert lab.frrd("dc2").state("shop") == "standby"
    wait_fib(lab, "hub", {"to-dc1"})
    assert_single_owner(monitors)


def test_origin_is_shown(lab):
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "dc2", {"to-dc1"})
    link = lab.plan.link("dc1", "dc2")
    routes = wait_for(lambda: lab.frrd("dc2").routes("shop"), 10, "the direct path to be seen",
                      until=lambda routes: routes[PREFIX4]["elsewhere"] and
                      routes[PREFIX4]["elsewhere"]["via"] == [link.address("dc1", 4)] and
                      routes[PREFIX6]["elsewhere"])
    assert set(routes) == set(BOTH)
    for prefix in BOTH:
        elsewhere = routes[prefix]["elsewhere"]
        assert elsewhere["protocol"] == "bgp"
        assert elsewhere["distance"] == 20
    # and what a refusal would say is in `why` before anybody asks for it
    failed = [check for check in lab.frrd("dc2").why("shop")["checks"] if not check["ok"]]
    assert failed and all(check["text"] and check["hint"] for check in failed), failed


def test_refused_over_the_third_site_when_the_direct_link_is_cut(lab):
    """A silent cut between the two sites must not look like a dead owner."""
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "dc2", {"to-dc1"})
    lab.cut("dc1", "dc2")
    wait_fib(lab, "dc2", {"to-hub"}, timeout=20)
    wait_elsewhere(lab.frrd("dc2"), 2)
    answer = lab.frrd("dc2").failover("shop")
    assert not answer.ok
    wait_fib(lab, "hub", {"to-dc1"})


def test_force_is_recorded_with_its_reason(lab, vtysh, owner_sampler):
    owner_sampler.two_expected = True  # that is what force can do
    take_over(lab.frrd("dc1"))
    wait_elsewhere(lab.frrd("dc2"), 2)
    frrd = lab.frrd("dc2")
    answer = frrd.failover("shop", force="ticket 4711, dc1 is on fire")
    assert answer.ok, answer.text
    frrd.wait_installed("shop")
    entries = frrd.history("shop")
    assert any("ticket 4711, dc1 is on fire" in str(entry) for entry in entries), entries
    assert "ticket 4711, dc1 is on fire" in vtysh("dc2", "show subnet-mover group shop history")
    # Its own route (distance 15) wins over dc1's (20) here; the hub hears both
    wait_for(owner_sampler.doubled, 10, "the hub to hear both sites")
    assert lab.router("dc2").fib_devices(PREFIX4) == {LAN}


def test_force_needs_a_reason(lab):
    take_over(lab.frrd("dc1"))
    wait_elsewhere(lab.frrd("dc2"), 2)
    for line in ("failover shop force", "failover shop force reason"):
        assert not lab.frrd("dc2").command(line).ok
    assert lab.frrd("dc2").state("shop") == "standby"


# Planned moves

def test_switchover_successor_first(lab, monitors, owner_sampler, stream):
    take_over(lab.frrd("dc1"))
    everybody_follows(lab, "dc1")
    packets = stream()
    packets.wait_site("dc1")
    waiting = lab.frrd("dc2").switchover("shop", "dc2")
    assert waiting.ok, waiting.text
    lab.frrd("dc2").wait_state("shop", "claiming")
    wait_fib(lab, "hub", {"to-dc1"})  # it waits
    begin = time.monotonic_ns()
    answer = lab.frrd("dc1").switchover("shop", "dc2")
    assert answer.ok, answer.text
    follows = hub_follows(monitors, "to-dc2", begin)
    lab.frrd("dc2").wait_installed("shop")
    lab.frrd("dc1").wait_state("shop", "standby")
    packets.wait_site("dc2")
    summary = packets.finish()
    print(f"hub followed after {follows} ms; {summary['lost']} packets lost, "
          f"longest gap {summary['longestGapMs']} ms")
    assert set(summary["sites"]) == {"dc1", "dc2"}
    for prefix in BOTH:
        assert owner_sampler.owners(prefix)[-1] == "dc2"
    assert_single_owner(monitors)


def test_switchover_owner_first(lab, monitors, owner_sampler):
    take_over(lab.frrd("dc1"))
    everybody_follows(lab, "dc1")
    answer = lab.frrd("dc1").switchover("shop", "dc2")
    assert answer.ok, answer.text
    lab.frrd("dc1").wait_state("shop", "standby")
    wait_fib(lab, "hub", set())
    begin = time.monotonic_ns()
    assert lab.frrd("dc2").switchover("shop", "dc2").ok
    hub_follows(monitors, "to-dc2", begin)
    lab.frrd("dc2").wait_installed("shop")
    assert_single_owner(monitors)


def test_there_and_back_again(lab, monitors, owner_sampler):
    take_over(lab.frrd("dc1"))
    everybody_follows(lab, "dc1")
    for successor, owner in (("dc2", "dc1"), ("dc1", "dc2"), ("dc2", "dc1"), ("dc1", "dc2")):
        assert lab.frrd(successor).switchover("shop", successor).ok
        begin = time.monotonic_ns()
        assert lab.frrd(owner).switchover("shop", successor).ok
        hub_follows(monitors, f"to-{successor}", begin)
        lab.frrd(successor).wait_installed("shop")
        lab.frrd(owner).wait_state("shop", "standby")
        everybody_follows(lab, successor)
    assert_single_owner(monitors)


def test_a_claim_ends_after_handover_timeout(lab, owner_sampler):
    lab.load_frrd(arbiter=["handover-timeout 1000"])
    take_over(lab.frrd("dc1"))
    wait_elsewhere(lab.frrd("dc2"), 2)
    begin = Since()
    assert lab.frrd("dc2").switchover("shop", "dc2").ok
    lab.frrd("dc2").wait_state("shop", "claiming", 2)
    group = lab.frrd("dc2").wait_state("shop", "standby", 5)
    assert time.monotonic() - begin.begin > 0.9
    assert begin.counted_s() < 3
    assert "timeout" in group["reason"] and group["reasonText"]
    # When the owner releases later, nobody jumps in
    lab.frrd("dc1").release("shop")
    wait_fib(lab, "hub", set())
    assert lab.frrd("dc2").state("shop") == "standby"


def test_release_cancels_a_claim(lab):
    take_over(lab.frrd("dc1"))
    wait_elsewhere(lab.frrd("dc2"), 2)
    assert lab.frrd("dc2").switchover("shop", "dc2").ok
    lab.frrd("dc2").wait_state("shop", "claiming")
    assert lab.frrd("dc2").release("shop").ok
    lab.frrd("dc2").wait_state("shop", "standby")
    lab.frrd("dc1").release("shop")
    wait_fib(lab, "hub", set())
    assert lab.frrd("dc2").state("shop") == "standby"


# Unplanned

def test_the_primary_dies(lab, monitors, owner_sampler, stream):
    take_over(lab.frrd("dc1"))
    everybody_follows(lab, "dc1")
    packets = stream()
    packets.wait_site("dc1")
    lab.kill("dc1")
    wait_fib(lab, "dc2", set(), timeout=20)
    begin = time.monotonic_ns()
    take_over(lab.frrd("dc2"))
    follows = hub_follows(monitors, "to-dc2", begin)
    packets.wait_site("dc2")
    summary = packets.finish()
    print(f"hub followed after {follows} ms; {summary['lost']} packets lost, "
          f"longest gap {summary['longestGapMs']} ms")
    # The dead primary comes back as a standby and changes nothing
    lab.start("dc1")
    lab.wait_converged()
    wait_elsewhere(lab.frrd("dc1"), 2)
    assert lab.frrd("dc1").state("shop") == "standby"
    wait_fib(lab, "hub", {"to-dc2"})
    # Failback
    assert lab.frrd("dc1").switchover("shop", "dc1").ok
    begin = time.monotonic_ns()
    assert lab.frrd("dc2").switchover("shop", "dc1").ok
    hub_follows(monitors, "to-dc1", begin)
    assert_single_owner(monitors)


def test_the_primary_freezes(lab, owner_sampler):
    take_over(lab.frrd("dc1"))
    wait_fib(lab, "dc2", {"to-dc1"})
    lab.freeze("dc1")
    wait_fib(lab, "dc2", set(), timeout=20)
    take_over(lab.frrd("dc2"))
    wait_fib(lab, "hub", {"to-dc2"})


# hold and resume

def test_hold_refuses_every_move(lab):
    frrd = lab.frrd("dc1")
    answer = frrd.hold("shop", "maintenance window 12")
    assert answer.ok, answer.text
    assert frrd.group("shop")["held"] is True
    for refused in (frrd.failover("shop"), frrd.switchover("shop", "dc1")):
        assert not refused.ok and "hold" in refused.text.lower(), refused.text
    assert frrd.state("shop") == "standby"
    answer = frrd.resume("shop")
    assert answer.ok, answer.text
    assert frrd.group("shop")["held"] is False
    take_over(frrd)
    assert any("maintenance window 12" in str(entry) for entry in frrd.history("shop"))


def test_hold_keeps_the_owner(lab):
    frrd = lab.frrd("dc1")
    take_over(frrd)
    wait_fib(lab, "hub", {"to-dc1"})
    assert frrd.hold("shop").ok
    for refused in (frrd.release("shop"), frrd.switchover("shop", "dc2")):
        assert not refused.ok, refused.text
    assert frrd.state("shop") == "active"
    wait_fib(lab, "hub", {"to-dc1"})
    assert frrd.resume("shop").ok
    assert frrd.release("shop").ok
    wait_fib(lab, "hub", set())


# What is written down

def test_history_tells_the_story(lab):
    frrd = lab.frrd("dc1")
    take_over(frrd)
    wait_fib(lab, "dc2", {"to-dc1"})
    frrd.release("shop")
    frrd.wait_state("shop", "standby")
    answer = lab.router("dc1").vtysh_json("show subnet-mover group shop history json")
    assert answer["group"] == "shop"
    entries = answer["history"]
    # by group changes of state, no state is skipped silently
    moves = [(entry["from"], entry["to"]) for entry in frrd.history("shop")
             if entry["from"] != entry["to"]]
    assert moves[-1][1] == "standby" and ("active" in [to for _, to in moves])
    for (_, before), (after, _) in zip(moves, moves[1:]):
        assert before == after, moves
    for entry in entries:
        assert entry["event"] and entry["reason"] and entry["reasonText"], entry
        assert " " not in entry["reason"], "the reason is a code; the text is for people"
        assert abs(parse_time(entry["time"]) - time.time()) < 3600, entry["time"]
        assert "." in entry["time"], "milliseconds"


def test_since_and_state_ms(lab):
    frrd = lab.frrd("dc1")
    take_over(frrd)
    group = frrd.group("shop")
    assert abs(time.time() - parse_time(group["since"]) - group["stateMs"] / 1000) < 2


# Two groups move apart from each other

def test_groups_move_independently(lab, fib):
    from labkit import config
    on_lan = ["next-hop interface lan"]
    members = {"dc1": (200, on_lan), "dc2": (100, on_lan)}
    groups = (config.frrd_group("shop", 1, [PREFIX4], members) +
              config.frrd_group("mail", 2, [PREFIX6], members))
    lab.load_frrd(groups=groups)
    take_over(lab.frrd("dc1"), "shop")
    take_over(lab.frrd("dc2"), "mail")
    wait_fib(lab, "hub", {"to-dc1"}, [PREFIX4])
    wait_fib(lab, "hub", {"to-dc2"}, [PREFIX6])
    lab.frrd("dc1").release("shop")
    wait_fib(lab, "hub", set(), [PREFIX4])
    assert fib("hub", PREFIX6) == {"to-dc2"}
    assert lab.frrd("dc2").state("mail") == "active"
