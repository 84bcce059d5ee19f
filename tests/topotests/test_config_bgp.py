# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration of the arbiter bgp: what is shown can be pasted back and loaded
by vtysh, what is missing or does not fit is refused with object, reason and
numbers, and the timers of a file are checked together."""

import json
import re
import signal

import pytest

from config_helpers import (BASE, BGP, Terminal, block, configured,  # noqa: F401
                            running, typed, vtysh_file)
from helpers import take_over
from labkit.run import wait_for
from labkit.vty import CMD_SUCCESS

ROOT = ["subnet-mover"]
SHOP = ROOT + ["group shop"]
ARBITER = ROOT + ["arbiter bgp"]
HUB = ROOT + ["site hub"]

# Timers at their defaults, and two members
USUAL = BASE.replace(" arbiter manual\n", " arbiter bgp\n")


# Round trip

@pytest.mark.parametrize("text", [BGP, USUAL], ids=["all", "usual"])
def test_file_is_shown_as_it_was(configured, text):
    assert running(configured(text)) == text


@pytest.mark.parametrize("text", [BGP, USUAL], ids=["all", "usual"])
def test_shown_lines_can_be_pasted(configured, text):
    """Each line is a transaction, so the order in which timers are shown matters."""
    router = configured("")
    for _ in range(2):  # once more changes nothing
        with router.vty("frrd") as vty:
            Terminal(vty).paste(text)
        assert running(router) == text


def test_shown_lines_can_be_loaded_by_vtysh(configured):
    router = configured("")
    router.configure(BGP)
    assert running(router) == BGP
    assert block(router.vtysh("show running-config")) == BGP


# detection, fence-delay, takeover-delay, settle-time: shorter and longer than the defaults
TIMERS = [
    ("bfd 50 multiplier 3", 0, 60, 360),
    ("bfd 300 multiplier 3", 0, 310, 5000),
    ("bfd 900 multiplier 3", 0, 1000, 2910),
    ("bfd 900 multiplier 3", 400, 1310, 3310),
    ("bfd 10 multiplier 2", 900, 1000, 1130),
    ("bfd 10 multiplier 255", 980, 1000, 3740),
    ("bfd 50 multiplier 255", 0, 60, 12960),
    ("bfd 1000 multiplier 2", 2000, 3010, 4210),
    ("bfd 1000 multiplier 5", 0, 1010, 5210),
    ("hold-time 3", 0, 1010, 3210),
    ("hold-time 9", 400, 3410, 9610),
    ("hold-time 180", 600, 60610, 180810),
]


@pytest.mark.parametrize("detection, fence, takeover, settle", TIMERS)
def test_timers_are_shown_in_an_order_that_is_accepted(configured, detection, fence, takeover,
                                                       settle):
    router = configured("")
    lines = (f"  takeover-delay {takeover}\n  settle-time {settle}\n  fence-delay {fence}\n"
             f"  detection {detection}\n").splitlines(True)
    for order in (lines, lines[::-1]):  # in a file the order does not matter
        said = vtysh_file(router, USUAL.replace(" arbiter bgp\n", " arbiter bgp\n" +
                                                "".join(order)))
        assert "refused" not in said and "arbiter:" not in said, said
        shown = running(router)
        with router.vty("frrd") as vty:
            term = Terminal(vty)
            assert term.type("no subnet-mover")[0] == CMD_SUCCESS
            term.paste(shown)
        assert running(router) == shown
        default = {"  takeover-delay 1000\n", "  settle-time 5000\n", "  fence-delay 400\n",
                   "  detection bfd 300 multiplier 3\n"}
        for line in lines:
            assert (line in shown) == (line not in default)


NO_FORMS = [
    (ARBITER, "no takeover-delay", "takeover-delay"),
    (ARBITER, "no stagger 400", "stagger"),
    (ARBITER, "no settle-time", "settle-time"),
    (ARBITER, "no hold-down 0", "hold-down"),
    (ARBITER, "no stale-retention", "stale-retention"),
    (ARBITER, "no handover-timeout", "handover-timeout"),
    (ROOT, "no marker-tag", "marker-tag"),
    (HUB, "no beacon", "beacon"),
    (HUB, "no beacon 2001:db8:3::/64", "beacon"),
    (ROOT + ["site dc2"], "no maintenance", "maintenance"),
    (SHOP, "no handover", "handover make"),
    (SHOP, "no auto-failover", "auto-failover"),
    (SHOP, "no failback", "failback automatic"),
    (SHOP, "no failback automatic", "failback automatic"),
    (SHOP, "no failback wait-to-restore", "wait-to-restore"),
    (SHOP, "no failback wait-to-restore 60000", "wait-to-restore"),
    (SHOP, "no damping max-moves", "max-moves"),
    (SHOP, "no damping window 7200000", "window"),
    (SHOP, "no when-no-successor", "when-no-successor"),
    (SHOP, "no when-no-successor withdraw", "when-no-successor"),
]


@pytest.mark.parametrize("where, line, gone", NO_FORMS, ids=[line for _, line, _ in NO_FORMS])
def test_no_form(bench, where, line, gone):
    router = bench.router
    if running(router) != BGP:
        with router.vty("frrd") as vty:
            Terminal(vty).paste("no subnet-mover\n" + BGP)
    ok, said = typed(router, *where, line)
    assert ok, said
    after = running(router)
    assert gone not in after
    with router.vty("frrd") as vty:
        Terminal(vty).paste(BGP)
    assert running(router) == BGP


def test_no_forms_of_the_budget(configured):
    """They change what the others have to fit."""
    router = configured(USUAL)
    with router.vty("frrd") as vty:
        term = Terminal(vty)
        term.paste("subnet-mover\narbiter bgp\ntakeover-delay 20000\nsettle-time 30610\n"
                   "detection hold-time 30")
        assert "detection hold-time 30\n" in running(router)
        term.paste("detection bfd 1000 multiplier 3")  # one takes the place of the other
        assert "detection bfd 1000 multiplier 3\n" in running(router)
        assert "hold-time" not in running(router)
        for line in ("no detection", "no detection bfd", "no detection bfd 1000 multiplier 3"):
            term.paste(f"detection bfd 1000 multiplier 3\n{line}")
            assert "detection" not in running(router)
        for line in ("no detection", "no detection hold-time", "no detection hold-time 30"):
            term.paste(f"detection hold-time 30\n{line}")
            assert "detection" not in running(router)
        term.paste("fence-delay 0\nno fence-delay\nno takeover-delay 20000\nno settle-time")
    assert running(router) == USUAL


def test_no_arbiter_takes_its_timers_along(configured):
    router = configured(BGP[:BGP.index(" group shop")] + "exit\n")
    assert "takeover-delay 360" in running(router)
    assert typed(router, *ROOT, "no site dc2", )[0]
    ok, said = typed(router, *ROOT, "no arbiter")
    assert ok, said
    assert "arbiter" not in running(router) and "takeover-delay" not in running(router)
    assert typed(router, *ROOT, "arbiter manual")[0]


# Errors: the configuration, where, the line, what has to be said

FENCE = ("arbiter: with takeover-delay {} ms a takeover can outrun the fence of the old owner; "
         "it has to be at least {} ms: {} ms (detection takes {} to {} ms with {}) + "
         "fence-delay {} ms + 10 ms (zebra's withdrawal)")
FENCE_OF_4 = FENCE.replace(" + fence", " + 200 ms (of 4 sites some hear of the loss through a "
                                       "neighbour) + fence")
SETTLE = ("arbiter: with settle-time {} ms a site that has just joined can take over before an "
          "owner that it never heard of has fenced; it has to be at least {} ms: {} ms (longest "
          "detection with {}) + fence-delay {} ms + 10 ms (zebra's withdrawal) + 200 ms (a "
          "claim's way to another site)")
STAGGER = ("group shop: with {} members and stagger {} ms two of them can take over at once; "
           "stagger (of the arbiter) has to be at least {} ms: {} ms (detection takes {} to {} ms "
           "with {}) + 200 ms (a claim's way to another site)")
STAGGER_OF_A_WAY = ("group shop: with {} members and stagger {} ms two of them can take over at "
                    "once; stagger (of the arbiter) has to be at least 400 ms: 200 ms (the way of "
                    "the owner's markers as they vanish) + 200 ms (a claim's way to another site)")

ERRORS = [
    # the budget
    (USUAL, ARBITER, "takeover-delay 709",
     FENCE.format(709, 710, 300, 600, 900, "BFD 300 ms x 3", 400)),
    (USUAL, ARBITER, "fence-delay 691", FENCE.format(1000, 1001, 300, 600, 900, "BFD 300 ms x 3",
                                                     691)),
    (USUAL, ARBITER, "detection bfd 591 multiplier 3",
     FENCE.format(1000, 1001, 591, 1182, 1773, "BFD 591 ms x 3", 400)),
    (USUAL, ARBITER, "detection hold-time 9",
     FENCE.format(1000, 3410, 3000, 6000, 9000, "hold time 9 s", 400)),
    (USUAL, ARBITER, "settle-time 1509", SETTLE.format(1509, 1510, 900, "BFD 300 ms x 3", 400)),
    (USUAL, ARBITER, "detection bfd 300 multiplier 15",
     SETTLE.format(5000, 5110, 4500, "BFD 300 ms x 15", 400)),
    (BGP, ARBITER, "takeover-delay 359",
     FENCE_OF_4.format(359, 360, 50, 150, 200, "BFD 50 ms x 4", 100)),
    (BGP, ARBITER, "no detection",
     FENCE_OF_4.format(360, 610, 300, 600, 900, "BFD 300 ms x 3", 100)),
    (BGP, ARBITER, "no fence-delay",
     FENCE_OF_4.format(360, 660, 50, 150, 200, "BFD 50 ms x 4", 400)),
    (BGP, ARBITER, "settle-time 509", SETTLE.format(509, 510, 200, "BFD 50 ms x 4", 100)),
    (BGP, ARBITER, "stagger 399", STAGGER_OF_A_WAY.format(3, 399)),
    (BGP, ARBITER, "stagger 0", STAGGER_OF_A_WAY.format(3, 0)),
    (BGP, ARBITER, "stale-retention 1500",
     "arbiter: stale-retention 1500 is not a multiple of 1000: zebra counts whole seconds"),
    # ranges
    (USUAL, ARBITER, "takeover-delay 600001",
     "takeover-delay 600001 is out of range: it is a number from 0 to 600000"),
    (USUAL, ARBITER, "stagger 60001", "from 0 to 60000"),
    (USUAL, ARBITER, "hold-down 86400001", "from 0 to 86400000"),
    (USUAL, ARBITER, "stale-retention 61000", "from 0 to 60000"),
    (USUAL, ARBITER, "detection bfd 9 multiplier 3", "detection bfd 9 is out of range: it is a "
                                                     "number from 10 to 60000"),
    (USUAL, ARBITER, "detection bfd 50 multiplier 1", "multiplier 1 is out of range: it is a "
                                                      "number from 2 to 255"),
    (USUAL, ARBITER, "detection hold-time 2", "from 3 to 65535"),
    (USUAL, SHOP, "damping max-moves 33", "damping max-moves 33 is out of range: it is a number "
                                          "from 0 to 32"),
    (USUAL, SHOP, "damping window 999", "from 1000 to 604800000"),
    (USUAL, SHOP, "failback wait-to-restore 86400001", "from 0 to 86400000"),
    # what the arbiter bgp needs
    (USUAL, ROOT, "no marker-range",
     "group shop: arbiter bgp needs a marker-range, by which the sites see each other"),
    (USUAL, ROOT + ["site dc1"], "no id", "site dc1 is local-site and has no id, and arbiter bgp "
                                          "needs one"),
    (USUAL, ROOT + ["site dc2"], "no id", "site dc2 has no id, and arbiter bgp needs one"),
    (USUAL, SHOP, "no id", "group shop has no id, and arbiter bgp needs one; configure `id` "
                           "before its sites"),
    (USUAL, SHOP, "id 512", "group shop: id 512 does not fit marker-range 100.64.0.0/16"),
    # beacons
    (USUAL, HUB, "beacon 192.0.2.3/24", "beacon 192.0.2.3/24 has host bits set; did you mean "
                                        "192.0.2.0/24?"),
    (USUAL, HUB, "beacon 0.0.0.0/0", "site hub: beacon 0.0.0.0/0 is the default route, which "
                                     "others may announce as well"),
    (USUAL, HUB, "beacon 100.64.9.9/32", "site hub: beacon 100.64.9.9/32 lies within marker-range "
                                         "100.64.0.0/16, whose addresses frrd announces itself"),
    (USUAL, HUB, "beacon 192.168.1.0/24", "prefix 192.168.1.0/24 of group shop is the beacon of "
                                          "site hub, which does not move"),
    (USUAL, ROOT + ["site dc2"], "beacon 203.0.113.2/32",
     "site dc2 has a beacon that is not frrd's (203.0.113.2/32), which is for sites without frrd; "
     "a member runs frrd"),
    (BGP, ROOT + ["site other"], "beacon 2001:db8:3::/64",
     "beacon 2001:db8:3::/64 is that of site"),
    (BGP, SHOP, "prefix 2001:db8:3::/64", "prefix 2001:db8:3::/64 of group shop is the beacon of "
                                          "site hub, which does not move"),
    # prefixes and markers
    (USUAL, SHOP, "prefix 100.64.7.0/24", "prefix 100.64.7.0/24 of group shop lies within "
                                          "marker-range 100.64.0.0/16, whose addresses are the "
                                          "sites' markers"),
    (USUAL, ROOT, "marker-range 192.168.0.0/16", "prefix 192.168.1.0/24 of group shop lies within "
                                                 "marker-range 192.168.0.0/16"),
    (BGP, SHOP, "prefix 2001:db8:ffff::7/128", "lies within marker-range 2001:db8:ffff::/112"),
    # what the arbiter manual has not
    (BASE, ROOT + ["arbiter manual"], "takeover-delay 2000",
     "arbiter manual: takeover-delay belongs to arbiter bgp, with which the sites decide by "
     "themselves; here an operator does"),
    (BASE, ROOT + ["arbiter manual"], "detection hold-time 9", "arbiter manual: detection belongs "
                                                               "to arbiter bgp"),
    (BASE, ROOT + ["site dc2"], "maintenance", "site dc2: `maintenance` is not possible with "
                                               "arbiter manual, where groups move only on command"),
    (BASE, SHOP, "auto-failover", "group shop: `auto-failover` is not possible with arbiter "
                                  "manual, where groups move only on command"),
    (BASE, SHOP, "failback automatic", "group shop: `failback` is not possible"),
    (BASE, SHOP, "failback wait-to-restore 1", "group shop: `failback` is not possible"),
    (BASE, SHOP, "damping max-moves 1", "group shop: `damping` is not possible"),
    (BASE, SHOP, "when-no-successor withdraw", "group shop: `when-no-successor` is not possible"),
    (BASE, SHOP, "handover make-before-break", "group shop: `handover make-before-break` is not "
                                               "possible with arbiter manual"),
    (BGP, ROOT, "arbiter manual", "arbiter manual: "),
    (USUAL.replace("  id 1\n  prefix", "  auto-failover\n  id 1\n  prefix"), ROOT,
     "arbiter manual", "group shop: `auto-failover` is not possible with arbiter manual"),
    # not yet
    (USUAL, ROOT, "arbiter etcd", "`arbiter etcd` is not available in this version; `arbiter bgp` "
                                  "and `arbiter manual` are"),
]


@pytest.mark.parametrize("text, where, line, said", ERRORS, ids=[
    f"{'bgp' if text is BGP else 'usual' if text is USUAL else 'other'}-{line}"
    for text, _, line, _ in ERRORS])
def test_error(bench, text, where, line, said):
    """One daemon for all of them, because nothing may change."""
    router = bench.router
    with router.vty("frrd") as vty:
        Terminal(vty).paste("no subnet-mover\n" + text)
    before = running(router)
    ok, answer = typed(router, *where, line)
    assert not ok and said in answer, answer
    if "site other" not in where:
        assert running(router) == before


def test_defaults_are_possible_with_manual(configured):
    router = configured(BASE)
    with router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\narbiter manual\ntakeover-delay 1000\n"
                            "detection bfd 300 multiplier 3\nexit\ngroup shop\n"
                            "no auto-failover\nfailback manual\ndamping max-moves 5\n"
                            "when-no-successor keep\nhandover break-before-make")
    assert running(router) == BASE


def test_from_manual_to_bgp_and_back(configured):
    router = configured(BASE)
    assert typed(router, *ROOT, "arbiter bgp")[0]
    assert running(router) == USUAL
    assert typed(router, *ROOT, "arbiter manual")[0]
    assert running(router) == BASE


def test_third_member_needs_the_stagger(configured):
    router = configured(USUAL)
    with router.vty("frrd") as vty:
        term = Terminal(vty)
        term.paste("subnet-mover\narbiter bgp\nstagger 100\nexit\nsite dc3\nid 4\nexit\n"
                   "group shop")
        code, said = term.type("site dc3")
        assert code != CMD_SUCCESS
        assert STAGGER.format(3, 100, 500, 300, 600, 900, "BFD 300 ms x 3") in " ".join(said.split())
        term.paste("exit\narbiter bgp\nno stagger\nexit\ngroup shop\nsite dc3")


def test_new_site_needs_no_id_at_once(configured):
    """A line is a transaction: a site, and a group, begin without one."""
    router = configured(USUAL)
    with router.vty("frrd") as vty:
        term = Terminal(vty)
        term.paste("subnet-mover\nsite dc3\nexit\ngroup new")
        code, said = term.type("site dc3")
        assert code != CMD_SUCCESS and "group new has no id" in said
        term.paste("id 9")
        code, said = term.type("site dc3")
        assert code != CMD_SUCCESS and "group new: site dc3 has no id" in said
        term.paste("exit\nsite dc3\nid 4\nexit\ngroup new\nsite dc3")


def test_wider_prefix_may_contain_the_markers(configured):
    """The default route may move: markers are found by their exact address."""
    router = configured(USUAL)
    with router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\ngroup shop\nprefix 100.64.0.0/10\nallow-more-specific\n"
                            "exit\ngroup mail\nallow-more-specific\nprefix 0.0.0.0/0")


# Files

def with_timers(lines):
    return USUAL.replace(" arbiter bgp\n", " arbiter bgp\n" + lines)


def test_bad_budget_in_a_file_keeps_the_rest(configured):
    router = configured("")
    said = vtysh_file(router, with_timers("  takeover-delay 60\n  hold-down 1000\n"
                                          "  fence-delay 0\n"))
    assert FENCE.format(60, 310, 300, 600, 900, "BFD 300 ms x 3", 0) in " ".join(said.split())
    assert "the timers of this arbiter stay as they were" in said
    assert running(router) == with_timers("  hold-down 1000\n")
    # and over timers that are not the defaults
    good = ("  fence-delay 0\n  detection bfd 50 multiplier 3\n  takeover-delay 60\n"
            "  settle-time 360\n")
    assert "arbiter:" not in vtysh_file(router, with_timers(good))
    said = vtysh_file(router, with_timers("  detection hold-time 9\n  takeover-delay 3409\n"
                                          "  fence-delay 400\n  settle-time 9610\n"))
    assert FENCE.format(3409, 3410, 3000, 6000, 9000, "hold time 9 s", 400) in \
        " ".join(said.split())
    assert running(router) == with_timers(good + "  hold-down 1000\n")
    said = vtysh_file(router, with_timers("  detection hold-time 9\n  takeover-delay 3410\n"
                                          "  fence-delay 400\n  settle-time 9610\n"))
    assert "arbiter:" not in said
    assert running(router) == with_timers("  takeover-delay 3410\n  settle-time 9610\n"
                                          "  detection hold-time 9\n  hold-down 1000\n")


def test_bad_budget_at_the_start(configured, bench):
    router = bench.router
    with open(router.daemon("frrd").log_file, "w", encoding="utf-8"):
        pass
    configured(with_timers("  takeover-delay 60\n"))
    assert running(router) == USUAL
    with open(router.daemon("frrd").log_file, encoding="utf-8") as file:
        assert "with takeover-delay 60 ms a takeover can outrun the fence" in file.read()


def test_sighup_with_a_bad_budget_changes_nothing(configured, bench):
    router = configured(USUAL)
    router.write_config("frrd", with_timers("  takeover-delay 60\n  fence-delay 0\n"))
    reload_frrd(router, "refused, nothing was changed")
    assert running(router) == USUAL
    router.write_config("frrd", BGP)
    reload_frrd(router, "the configuration was changed")
    assert running(router) == BGP


def reload_frrd(router, word):
    daemon = router.daemon("frrd")
    daemon.mark()
    daemon.signal(signal.SIGHUP)
    wait_for(lambda: daemon.tail("log", 40), 10, f"'{word}' in the log",
             until=lambda log: word in log)


# What must not change while a group is announced

# One site alone is a majority of itself.
ALONE = """subnet-mover
 local-site dc1
 marker-range 100.64.0.0/16
 site dc1
  id 1
 exit
 arbiter bgp
  settle-time 0
 exit
 group shop
  id 1
  prefix 192.168.1.0/24
  site dc1
   next-hop interface lan
  exit
 exit
exit
"""


def test_identity_stays_while_announced(configured, bench):
    router = configured(ALONE)
    take_over(bench.frrd)
    for where, line, said in (
            (ROOT, "marker-range 100.65.0.0/16", "marker-range cannot change while group shop is "
                                                 "announced here; release it first"),
            (ROOT + ["site dc1"], "id 2", "the id of local-site cannot change while group shop is "
                                          "announced here"),
            (SHOP, "id 2", "group shop: its id cannot change while it is announced here")):
        ok, answer = typed(router, *where, line)
        assert not ok and said in answer, answer
    # what is only policy may change, and the arbiter
    for where, line in ((SHOP, "auto-failover"), (SHOP, "no auto-failover"),
                        (ARBITER, "takeover-delay 2000"), (ARBITER, "no takeover-delay"),
                        (ARBITER, "no settle-time"), (ROOT, "arbiter manual"),
                        (ROOT, "marker-range 100.65.0.0/16"), (ROOT, "arbiter bgp")):
        ok, answer = typed(router, *where, line)
        assert ok, answer
        assert bench.frrd.state("shop") == "active", line
    assert bench.frrd.release("shop").ok
    bench.frrd.wait_state("shop", "standby")
    for where, line in ((ROOT, "marker-range 100.66.0.0/16"), (ROOT + ["site dc1"], "id 2"),
                        (SHOP, "id 2")):
        ok, answer = typed(router, *where, line)
        assert ok, answer


# A quorum that one loss ends

def test_too_few_votes_are_allowed_and_reported(configured, bench):
    router = bench.router
    log = router.daemon("frrd").log_file
    with open(log, "w", encoding="utf-8"):
        pass
    configured(USUAL.replace(" site hub\n  id 3\n  witness\n exit\n", ""))
    with open(log, encoding="utf-8") as file:
        said = re.findall(r"only \d sites? votes?; .*", file.read())
    assert said == ["only 2 sites vote; when one is lost the rest has no quorum and announces "
                    "nothing: add a witness"]


def test_model_has_what_was_typed(configured):
    router = configured(BGP)
    with router.vty("frrd") as vty:
        vty.run("configure terminal")
        shown = vty.run("do show running-config")
    assert block(shown) == BGP
    data = json.loads(router.ask("frrd", "show subnet-mover json"))
    assert data["arbiter"] == "bgp"
