# SPDX-License-Identifier: GPL-2.0-or-later
"""Address change: the recovery site announces other prefixes. The group's own ones are
announced by dc1 only, and every site knows by both who owns the group."""

import time

import pytest

from failover_kit import MBB, ORDERS
from helpers import kernel_prefixes, take_over, wait_elsewhere, wait_fib
from hook_kit import Programs
from labkit import config
from labkit.fibmon import windows
from labkit.plan import LAN, PREFIX4, PREFIX6
from labkit.run import run, wait_for

OWN = (PREFIX4, PREFIX6)
RECOVERY4, RECOVERY6 = "192.168.101.0/24", "2001:db8:101::/64"
RECOVERY = (RECOVERY4, RECOVERY6)
MAPS = (f"map {PREFIX4} {RECOVERY4}", f"map {PREFIX6} {RECOVERY6}")
AUTO = ("auto-failover",)


def group(extra=AUTO, maps=MAPS, prefixes=OWN, at_dc1=()):
    return config.frrd_group("shop", 1, prefixes, {
        "dc1": (200, [f"next-hop interface {LAN}", *at_dc1]),
        "dc2": (150, [f"next-hop interface {LAN}", *maps])}, extra)


def wait_owner(shop, owner, own=OWN, recovery=RECOVERY, without=(), timeout=20):
    """Its prefixes are everywhere, and those of the other site nowhere."""
    here, gone = (own, recovery) if owner == "dc1" else (recovery, own)
    shop.wait_owner(owner, prefixes=here, without=without, timeout=timeout)
    for site in shop.lab.plan.sites:
        if site not in without:
            shop.wait_fib(site, set(), gone, timeout)


def load(shop, **more):
    """dc1 owns the group, and dc2 could take it over."""
    shop.load(groups=group(**more))
    shop.wait_ready("dc2")
    wait_owner(shop, "dc1")


def elsewhere(frrd):
    """Prefixes that somebody else announces."""
    return {prefix for prefix, route in frrd.routes("shop").items() if route["elsewhere"]}


# Unplanned moves

@pytest.mark.parametrize("how", ["kill", "crash"])
def test_the_primary_is_killed(shop, how):
    load(shop)
    getattr(shop.lab, how)("dc1")
    wait_owner(shop, "dc2", without=["dc1"])
    assert ("claiming", "owner-gone") in shop.decisions("dc2")
    counters = shop.frrd("dc2").group("shop")["prefixes"]
    assert counters["total"] == counters["announced"] == counters["installed"] == 2
    # it comes back as a standby, and sees by dc2's prefixes that the group has an owner
    shop.lab.start("dc1")
    shop.lab.wait_converged()
    wait_owner(shop, "dc2")
    shop.wait_ready("dc1")
    assert elsewhere(shop.frrd("dc1")) == set(RECOVERY)
    # failback
    shop.switchover("hub", "dc1")
    wait_owner(shop, "dc1")
    assert elsewhere(shop.frrd("dc2")) == set(OWN)


def test_the_primary_is_isolated(shop):
    """It fences itself; when it is back it leaves the group to dc2."""
    load(shop)
    shop.lab.isolate("dc1")
    wait_owner(shop, "dc2", without=["dc1"])
    shop.wait_state("dc1", "fenced")
    wait_fib(shop.lab, "dc1", set())
    shop.lab.heal()
    shop.lab.wait_converged()
    wait_owner(shop, "dc2")


# Planned moves

@pytest.mark.parametrize("order", list(ORDERS))
def test_planned_move_there_and_back(shop, order):
    load(shop, extra=(*AUTO, *ORDERS[order]))
    with shop.guard.two_allowed():
        for owner in ("dc2", "dc1"):
            shop.command("hub", f"switchover shop to {owner} wait")
            wait_owner(shop, owner)
            shop.wait_ready("dc1" if owner == "dc2" else "dc2")
    assert all(reason != "conflict" for site in ("dc1", "dc2") for reason in shop.reasons(site))


def test_the_move_ends_at_every_site(shop):
    """Convergence: the prefix of the old owner stays away, and that is no gap for ever."""
    load(shop)
    shop.switchover("hub", "dc2")
    wait_owner(shop, "dc2")
    for site in shop.lab.plan.sites:
        seen = wait_for(
            lambda at=site: shop.lab.router(at).ask_json(
                "frrd", "show subnet-mover convergence json")["groups"]["shop"], 15,
            f"the move to be over at {site}", interval=0.1,
            until=lambda move: move and not move["open"] and move.get("to") == "dc2")
        present = {path["prefix"] for path in seen["prefixes"] if path["present"]}
        assert present == set(RECOVERY), (site, seen)
        assert seen["gapUs"] < 15_000_000, (site, seen)


def test_retained_routes_are_resumed(shop):
    """frrd of the recovery site dies as the owner, and is back at once."""
    shop.load(groups=group(), times={**config.QUICK, "stale-retention": 1000})
    shop.settle()
    shop.switchover("hub", "dc2")
    wait_owner(shop, "dc2")
    shop.wait_retained("dc2")
    shop.lab.kill("dc2", ["frrd"])
    shop.lab.start("dc2", ["frrd"])
    wait_owner(shop, "dc2")
    assert "resumed" in shop.reasons("dc2")
    wait_for(lambda: shop.frrd("dc2").group("shop")["stateMs"], 5, "stale-retention to pass",
             until=lambda ms: ms > 1500)
    wait_owner(shop, "dc2")


def test_single_addresses_under_one_line(shop):
    """/32 and /128 prefixes, mapped by the subnets around them."""
    own = ("192.168.1.10/32", "192.168.1.77/32", "2001:db8:1::10/128")
    recovery = ("192.168.101.10/32", "192.168.101.77/32", "2001:db8:101::10/128")
    shop.load(groups=group(prefixes=own), owner=None)
    owner = shop.wait_one_owner(prefixes=own)
    assert owner == "dc1"
    wait_owner(shop, "dc1", own, recovery)
    shop.wait_ready("dc2")
    shop.switchover("hub", "dc2")
    wait_owner(shop, "dc2", own, recovery)


# Without markers

def test_manual_arbiter(lab):
    """That the group is announced elsewhere is seen by what the other site announces."""
    lab.load_frrd(group(extra=()))
    dc1, dc2 = lab.frrd("dc1"), lab.frrd("dc2")
    take_over(dc1)
    wait_elsewhere(dc2, 2)
    answer = dc2.failover("shop")
    assert not answer.ok, answer.text
    assert f"{PREFIX4} is announced elsewhere" in answer.text or \
        f"{PREFIX6} is announced elsewhere" in answer.text, answer.text
    # successor first
    assert dc2.switchover("shop", "dc2").ok
    dc2.wait_state("shop", "claiming")
    assert dc1.switchover("shop", "dc2").ok
    dc2.wait_installed("shop")
    dc1.wait_state("shop", "standby")
    wait_fib(lab, "hub", {"to-dc2"}, RECOVERY)
    wait_fib(lab, "hub", set(), OWN)
    wait_elsewhere(dc1, 2)
    assert elsewhere(dc1) == set(RECOVERY)
    answer = dc1.failover("shop")
    assert not answer.ok and "in place of" in answer.text, answer.text


def test_an_owner_that_was_away_asks_for_what_the_other_site_announces(lab):
    """Its own prefixes are nowhere, and yet another site owns the group by now."""
    lab.load_frrd(group(extra=()))
    dc1, dc2 = lab.frrd("dc1"), lab.frrd("dc2")
    take_over(dc1)
    wait_fib(lab, "hub", {"to-dc1"})
    lan = ["ip", "-n", lab.router("dc1").ns, "link", "set", LAN]
    run([*lan, "down"])
    try:
        wait_fib(lab, "dc2", set())
        take_over(dc2)
        wait_fib(lab, "dc1", {"to-dc2"}, RECOVERY)
    finally:
        run([*lan, "up"])
    shown = dc1.wait_state("shop", "standby")
    assert shown["reason"] == "taken-over"
    wait_fib(lab, "hub", set(), OWN)
    wait_fib(lab, "hub", {"to-dc2"}, RECOVERY)
    # and when nobody has taken it over, it goes on
    assert dc2.release("shop").ok
    wait_fib(lab, "hub", set(), RECOVERY)
    take_over(dc1)
    wait_fib(lab, "hub", {"to-dc1"})
    run([*lan, "down"])
    wait_fib(lab, "hub", set())
    run([*lan, "up"])
    wait_fib(lab, "hub", {"to-dc1"})
    dc1.wait_installed("shop")


def test_two_prefixes_become_the_same_at_two_other_sites(lab):
    """What is asked for in the name of one of them keeps the other one from nothing."""
    own = (PREFIX4, "192.168.3.0/24")
    one, two = RECOVERY4, "192.168.103.0/24"
    nexthop = f"next-hop interface {LAN}"
    lab.load_frrd(config.frrd_group("shop", 1, own, {
        "dc1": (200, [nexthop]),
        "dc2": (150, [nexthop, f"map {own[0]} {one}", f"map {own[1]} {two}"]),
        "dc9": (100, [nexthop, f"map {own[0]} {two}", f"map {own[1]} {one}"])}),
        options=("site dc9", " id 9", "exit"))
    dc1 = lab.frrd("dc1")
    take_over(dc1)
    wait_fib(lab, "hub", {"to-dc1"}, own)
    lan = ["ip", "-n", lab.router("dc1").ns, "link", "set", LAN]
    run([*lan, "down"])
    try:
        wait_fib(lab, "hub", set(), own)
    finally:
        run([*lan, "up"])
    wait_fib(lab, "hub", {"to-dc1"}, own)
    dc1.wait_installed("shop")


def test_a_local_route_for_the_other_sites_prefix_holds_nobody_up(lab):
    """dc2 has the primary's subnet on an interface of its own. That is bad for its own
    traffic, which preflight says, but does not keep it from taking over."""
    lab.load_frrd(group(extra=()))
    router, dc2 = lab.router("dc2"), lab.frrd("dc2")
    run(["ip", "-n", router.ns, "address", "add", "192.168.1.200/24", "dev", LAN])
    try:
        wait_fib(lab, "dc2", {LAN}, [PREFIX4])
        take_over(dc2)
        found = [finding["text"] for finding in
                 router.vtysh_json("show subnet-mover preflight json")["findings"]
                 if finding["check"] == "shadow" and finding["severity"] == "error"]
        assert any("when the site that announces it is the owner" in text for text in found), found
    finally:
        run(["ip", "-n", router.ns, "address", "del", "192.168.1.200/24", "dev", LAN])


def test_many_prefixes_are_swept(lab):
    """More than stand registered: the successor asks for its own and for the owner's."""
    own = [f"192.168.{number}.0/24" for number in range(1, 61)]
    recovery = [f"172.16.{number}.0/24" for number in range(1, 61)]
    lab.load_frrd(config.frrd_group("shop", 1, own, {
        "dc1": (200, [f"next-hop interface {LAN}"]),
        "dc2": (150, [f"next-hop interface {LAN}", "map 192.168.0.0/16 172.16.0.0/16"])}))
    dc1, dc2 = lab.frrd("dc1"), lab.frrd("dc2")
    take_over(dc1)
    wait_fib(lab, "dc2", {"to-dc1"}, own)
    assert not dc2.failover("shop").ok
    assert dc2.switchover("shop", "dc2").ok
    dc2.wait_state("shop", "claiming")
    assert dc1.switchover("shop", "dc2").ok
    dc2.wait_installed("shop", 20)
    wait_fib(lab, "hub", {"to-dc2"}, recovery)
    wait_fib(lab, "hub", set(), own)
    # and a standby that was restarted sees the owner, whichever prefixes stand registered
    wait_for(lambda: elsewhere(dc1), 10, "dc1 to see dc2's prefixes", until=bool)
    assert not dc1.failover("shop").ok


# Changes

def test_map_lines_change_while_it_is_the_owner(shop):
    load(shop)
    shop.switchover("hub", "dc2")
    wait_owner(shop, "dc2")
    before = shop.decisions("dc2")
    other = "192.168.202.0/24"
    for site in shop.lab.plan.sites:
        shop.lab.router(site).configure(f"subnet-mover\n group shop\n  site dc2\n"
                                        f"   map {PREFIX4} {other}\n  exit\n exit\nexit")
    wait_owner(shop, "dc2", recovery=(other, RECOVERY6))
    wait_fib(shop.lab, "hub", set(), [RECOVERY4])
    # without a line: the group's own
    for site in shop.lab.plan.sites:
        shop.lab.router(site).configure(f"subnet-mover\n group shop\n  site dc2\n"
                                        f"   no map {PREFIX4}\n  exit\n exit\nexit")
    shop.wait_owner("dc2", prefixes=(PREFIX4, RECOVERY6))
    wait_fib(shop.lab, "hub", set(), [other, PREFIX6])
    # and back, with a prefix that comes in the same transaction
    for site in shop.lab.plan.sites:
        shop.lab.router(site).configure("subnet-mover\n group shop\n  prefix 192.168.2.0/24\n"
                                        "  site dc2\n   map 192.168.0.0/22 192.168.100.0/22\n"
                                        "  exit\n exit\nexit")
    shop.wait_owner("dc2", prefixes=(RECOVERY4, "192.168.102.0/24", RECOVERY6))
    wait_fib(shop.lab, "hub", set(), [PREFIX4, PREFIX6, "192.168.2.0/24"])
    assert shop.frrd("dc2").state("shop") == "active"
    assert [decision for decision in shop.decisions("dc2") if decision[0] != "active"] == \
        [decision for decision in before if decision[0] != "active"]


@pytest.fixture
def programs():
    with Programs() as made:
        yield made


def leave(lab, programs, fib_monitor):
    """dc2 owns the group and is no member any more; programs of pre-withdraw run. What
    becomes of the prefixes in dc2's FIB from here on is watched."""
    told = programs.program("told", "env\n")
    lab.load_frrd(group(extra=(f"hook pre-withdraw 1 command {programs.gate('gate')}",
                               "hook pre-withdraw 1 timeout 60000",
                               f"hook post-withdraw 1 command {told}")))
    take_over(lab.frrd("dc2"))
    wait_fib(lab, "hub", {"to-dc2"}, RECOVERY)
    monitor = fib_monitor("dc2")
    lab.router("dc2").configure("subnet-mover\n group shop\n  no site dc2\n exit\nexit")
    programs.wait_runs("gate")
    return monitor


def windows_of(monitor, prefix):
    """When the prefix was on dc2's LAN since the monitor was started."""
    return windows(monitor.changes(prefix), LAN, time.monotonic_ns())


def test_the_owner_is_no_member_any_more(lab, programs, fib_monitor):
    """An ordinary release of what it has announced; it does not begin with the primary's
    prefixes. Its hooks are told about the same prefixes."""
    monitor = leave(lab, programs, fib_monitor)
    router, dc2 = lab.router("dc2"), lab.frrd("dc2")
    shown = dc2.group("shop")
    assert (shown["state"], shown["reason"], shown["step"]) == \
        ("releasing", "member-removed", "pre-withdraw")
    # other lines of the group may change meanwhile
    router.configure("subnet-mover\n group shop\n  prefix 192.168.9.0/24\n exit\nexit")
    router.configure("subnet-mover\n group shop\n  no prefix 192.168.9.0/24\n exit\nexit")
    assert kernel_prefixes(router, LAN) & {*OWN, *RECOVERY} == set(RECOVERY)
    routes = dc2.routes("shop")
    assert {prefix for prefix, route in routes.items() if not route["watchedOnly"]} == \
        set(RECOVERY)
    assert routes[RECOVERY4]["groupPrefix"] == PREFIX4
    assert f"{PREFIX4} announced as {RECOVERY4} here until the release is over" in \
        router.vtysh("show subnet-mover group shop")
    wait_fib(lab, "hub", {"to-dc2"}, RECOVERY)
    programs.touch("gate-open")
    dc2.wait_state("shop", "standby")
    wait_fib(lab, "hub", set(), OWN)
    wait_fib(lab, "hub", set(), RECOVERY)
    assert all(len(windows_of(monitor, prefix)) == 1 for prefix in RECOVERY)
    assert not any(windows_of(monitor, prefix) for prefix in OWN)
    # and then it is a site like any other that is no member
    wait_for(lambda: dc2.routes("shop"), 10, "the prefixes to be the group's",
             until=lambda routes: set(routes) == set(OWN))
    assert "until the release is over" not in router.vtysh("show subnet-mover group shop")
    done = [(entry["kind"], entry.get("event") or entry.get("what"))
            for entry in router.journal() if entry["kind"] in ("hook", "written")]
    assert done[-3:] == [("hook", "pre-withdraw"), ("written", "withdraw"),
                         ("hook", "post-withdraw")]
    for entry in [entry for entry in router.journal() if entry["kind"] == "hook"][-2:]:
        told = next(line for line in entry["output"].splitlines()
                    if line.startswith("FRRD_PREFIXES="))
        assert set(told.partition("=")[2].split()) == set(RECOVERY), entry


def test_the_member_comes_back_during_its_release(lab, programs, fib_monitor):
    """It withdraws what it has announced, and may own the group again."""
    monitor = leave(lab, programs, fib_monitor)
    router, dc2 = lab.router("dc2"), lab.frrd("dc2")
    router.configure("\n".join(["subnet-mover", "group shop", "site dc2", "preference 150",
                                f"next-hop interface {LAN}", *MAPS]))
    assert dc2.state("shop") == "releasing"
    assert kernel_prefixes(router, LAN) & {*OWN, *RECOVERY} == set(RECOVERY)
    programs.touch("gate-open")
    dc2.wait_state("shop", "standby")
    wait_fib(lab, "hub", set(), RECOVERY)
    assert set(dc2.routes("shop")) == {*OWN, *RECOVERY}
    take_over(dc2)
    wait_fib(lab, "hub", {"to-dc2"}, RECOVERY)
    assert not any(windows_of(monitor, prefix) for prefix in OWN)


def test_the_member_comes_back_without_its_lines(lab, programs, fib_monitor):
    """Then it has the prefixes of the group, as configured, at the end of its release, too."""
    leave(lab, programs, fib_monitor)
    router, dc2 = lab.router("dc2"), lab.frrd("dc2")
    router.configure(f"subnet-mover\ngroup shop\nsite dc2\nnext-hop interface {LAN}")
    wait_fib(lab, "hub", set(), RECOVERY)
    programs.touch("gate-open")
    dc2.wait_state("shop", "standby")
    wait_fib(lab, "hub", set(), OWN)
    assert set(dc2.routes("shop")) == set(OWN)
    take_over(dc2)
    wait_fib(lab, "hub", {"to-dc2"}, OWN)


def test_a_prefix_goes_during_the_release_of_a_site_that_was_a_member(lab, programs, fib_monitor):
    """At once, as it does at any owner."""
    leave(lab, programs, fib_monitor)
    lab.router("dc2").configure(f"subnet-mover\n group shop\n  no prefix {PREFIX6}\n exit\nexit")
    wait_fib(lab, "hub", set(), [RECOVERY6])
    wait_fib(lab, "hub", {"to-dc2"}, [RECOVERY4])
    assert lab.frrd("dc2").group("shop")["step"] == "pre-withdraw"
    programs.touch("gate-open")
    lab.frrd("dc2").wait_state("shop", "standby")
    wait_fib(lab, "hub", set(), [RECOVERY4])


def test_prefix_list_with_map(lab):
    """The prefixes of a list are mapped as they come and go."""
    lines = "ip prefix-list SHOP seq 5 permit 192.168.1.0/24\n"
    for site in ("dc1", "dc2"):
        lab.router(site).configure(lines)
    try:
        groups = config.frrd_group("shop", 1, [], {
            "dc1": (200, [f"next-hop interface {LAN}"]),
            "dc2": (150, [f"next-hop interface {LAN}", "map 192.168.0.0/16 172.16.0.0/16",
                          "map 10.0.0.0/8 11.0.0.0/8"])}, ["prefix-list SHOP"])
        lab.load_frrd(groups)
        for site in ("dc1", "dc2"):
            lab.router(site).configure(lines)
        dc2 = lab.frrd("dc2")
        wait_for(lambda: dc2.routes("shop"), 10, "the mapped prefix",
                 until=lambda routes: set(routes) == {"192.168.1.0/24", "172.16.1.0/24"})
        take_over(dc2)
        wait_fib(lab, "hub", {"to-dc2"}, ["172.16.1.0/24"])
        lab.router("dc2").configure("ip prefix-list SHOP seq 10 permit 192.168.2.0/24")
        wait_fib(lab, "hub", {"to-dc2"}, ["172.16.1.0/24", "172.16.2.0/24"])
        lab.router("dc2").configure("no ip prefix-list SHOP seq 5")
        wait_fib(lab, "hub", set(), ["172.16.1.0/24", "192.168.1.0/24", "192.168.2.0/24"])
        assert kernel_prefixes(lab.router("dc2"), LAN) & {"172.16.2.0/24"}
        warned = [finding for finding in
                  lab.router("dc2").vtysh_json("show subnet-mover preflight json")["findings"]
                  if finding["check"] == "map"]
        assert warned and "map 10.0.0.0/8 11.0.0.0/8" in warned[0]["text"], warned
        # without the lines: the prefixes of the list themselves, as soon as all is withdrawn
        lab.router("dc2").configure("subnet-mover\n group shop\n  no site dc2\n exit\nexit")
        dc2.wait_state("shop", "standby")
        wait_for(lambda: dc2.routes("shop"), 10, "the prefixes to be the list's",
                 until=lambda routes: set(routes) == {"192.168.2.0/24"})
        wait_fib(lab, "hub", set(), ["172.16.2.0/24", "192.168.2.0/24"])
    finally:
        for site in ("dc1", "dc2"):
            lab.router(site).configure("no ip prefix-list SHOP")


def map_findings(router, severity):
    return [finding for finding in
            router.vtysh_json("show subnet-mover preflight json")["findings"]
            if finding["check"] == "map" and finding["severity"] == severity]


@pytest.mark.parametrize("own, dc2, dc9", [
    # the subnets around single addresses change places: no prefix is announced twice
    (("192.168.1.10/32", "192.168.3.77/32"),
     {"192.168.1.0/24": "192.168.3.0/24", "192.168.3.0/24": "192.168.1.0/24"}, {}),
    # one moves to where the next one was, which moves away
    (("192.168.1.10/32", "192.168.3.77/32"),
     {"192.168.1.0/24": "192.168.3.0/24", "192.168.3.0/24": "192.168.4.0/24"}, {}),
    # the prefix of one at dc2 is that of the other one at dc9
    (("192.168.1.0/24", "192.168.3.0/24"),
     {"192.168.1.0/24": "192.168.101.0/24", "192.168.3.0/24": "192.168.103.0/24"},
     {"192.168.1.0/24": "192.168.102.0/24", "192.168.3.0/24": "192.168.101.0/24"})])
def test_preflight_warns_of_an_address_with_two_meanings(lab, own, dc2, dc9):
    nexthop = f"next-hop interface {LAN}"
    maps = [[f"map {old} {new}" for old, new in lines.items()] for lines in (dc2, dc9)]
    lab.load_frrd(config.frrd_group("shop", 1, own, {
        "dc1": (200, [nexthop]), "dc2": (150, [nexthop, *maps[0]]),
        "dc9": (100, [nexthop, *maps[1]])}), options=("site dc9", " id 9", "exit"))
    for site in ("dc1", "dc2"):
        finding, = map_findings(lab.router(site), "warning")
        assert finding["object"] == "shop" and not map_findings(lab.router(site), "ok")
        assert "what an address there stands for depends on the owner" in finding["text"]
        assert any(new in finding["text"] for new in dc2.values()), finding
    lines = "".join(f"   no map {old}\n" for old in dc2)
    lab.router("dc2").configure(f"subnet-mover\n group shop\n  site dc2\n{lines}  exit\n exit\nexit")
    assert not map_findings(lab.router("dc2"), "warning")


# Shows

def test_shows(shop):
    load(shop, extra=(*AUTO, *MBB))
    router = shop.lab.router("dc2")
    text = router.vtysh("show subnet-mover group shop")
    assert f"{PREFIX4} announced as {RECOVERY4} at site dc2 (local)" in text, text
    assert f"{PREFIX4} is announced elsewhere" in text or \
        f"{PREFIX6} is announced elsewhere" in text, text
    routes = shop.frrd("dc2").routes("shop")
    assert routes[RECOVERY4]["groupPrefix"] == PREFIX4 and routes[RECOVERY4]["sites"] == ["dc2"]
    assert routes[PREFIX4]["watchedOnly"] is True and routes[PREFIX4]["sites"] == ["dc1"]
    lines = router.vtysh("show subnet-mover bgp-config")
    assert lines
    findings = router.vtysh_json("show subnet-mover preflight json")["findings"]
    assert [f for f in findings if f["severity"] == "error"] == [], findings
    assert any(f["check"] == "map" and f["severity"] == "ok" for f in findings), findings
