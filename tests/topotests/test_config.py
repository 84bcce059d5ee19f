# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration, line by line: what is shown can be pasted back, every line has
a `no` form, and what is wrong is refused with object and reason."""

import pytest

from config_helpers import BASE, FULL, Terminal, base, block, configured, running  # noqa: F401
from helpers import take_over
from labkit.plan import PREFIX4, PREFIX6
from labkit.run import wait_for
from labkit.vty import CMD_SUCCESS

ROOT = ["subnet-mover"]
SHOP = ROOT + ["group shop"]
SHOP_DC1 = SHOP + ["site dc1"]
SHOP_DC2 = SHOP + ["site dc2"]
MAIL = ROOT + ["group mail"]


# Round trip

def test_file_is_shown_as_it_was(configured):
    assert running(configured(FULL)) == FULL


def test_shown_lines_can_be_pasted(configured):
    router = configured("")
    assert running(router) == ""
    with router.vty("frrd") as vty:
        Terminal(vty).paste(FULL)
    assert running(router) == FULL
    # once more changes nothing
    with router.vty("frrd") as vty:
        Terminal(vty).paste(FULL)
    assert running(router) == FULL


def test_shown_lines_can_be_loaded_by_vtysh(configured):
    router = configured("")
    router.configure(FULL)
    assert running(router) == FULL
    assert block(router.vtysh("show running-config")) == FULL


def test_defaults_are_not_shown(base):
    before = running(base)
    with base.vty("frrd") as vty:
        term = Terminal(vty)
        term.paste("subnet-mover\n route-table 142\n distance 15\n route-tag 142\n"
                   " arbiter manual\n  handover-timeout 30000\n exit\n"
                   " group shop\n  handover break-before-make\n  site dc1\n   preference 100\n"
                   "  exit\n exit\nexit\n")
    assert running(base) == before


def test_prefixes_are_normalized(base):
    with base.vty("frrd") as vty:
        Terminal(vty).type(*MAIL, "prefix 2001:DB8:0003:0::/64")
    assert "  prefix 2001:db8:3::/64\n" in running(base)


def test_order_of_prefixes_is_kept(base):
    lines = [f"  prefix 203.0.113.{n}/32" for n in (9, 1, 5, 200, 3)]
    with base.vty("frrd") as vty:
        Terminal(vty).paste("\n".join(["subnet-mover", " group shop", *lines]))
    assert "\n".join(lines) in running(base)


# `no` forms

NO_FORMS = [
    (ROOT, "no marker-range", " marker-range"),
    (ROOT, "no marker-range 100.64.0.0/16", " marker-range"),
    (ROOT, "no route-table", " route-table"),
    (ROOT, "no route-table 143", " route-table"),
    (ROOT, "no distance", " distance"),
    (ROOT, "no distance 18", " distance"),
    (ROOT, "no route-tag", " route-tag"),
    (ROOT, "no route-tag 7", " route-tag"),
    (ROOT + ["site hub"], "no id", "  id 3\n"),
    (ROOT + ["site hub"], "no witness", "  witness"),
    (ROOT + ["site hub"], "no beacon", "  beacon"),
    (ROOT + ["site hub"], "no beacon 203.0.113.3/32", "  beacon"),
    (ROOT, "no marker-tag", " marker-tag"),
    (ROOT, "no marker-tag 144", " marker-tag"),
    (ROOT + ["arbiter manual"], "no handover-timeout", "handover-timeout"),
    (SHOP, "no id", "  id 1\n  desc"),
    (SHOP, "no description", "  description"),
    (SHOP, "no description the web shop", "  description"),
    (ROOT + ["group sub"], "no prefix 192.168.1.128/25", "192.168.1.128/25"),
    (ROOT + ["group sub"], "no prefix-list MORE", "prefix-list MORE"),
    (SHOP_DC1, "no preference", "preference 200"),
    (SHOP_DC1, "no metric", "metric 10\n"),
    (SHOP_DC1, "no metric 10", "metric 10\n"),
    (SHOP_DC1, "no next-hop fe80::1", "next-hop fe80::1"),
    (SHOP_DC2, "no next-hop 192.0.2.2", "next-hop 192.0.2.2"),
    (ROOT + ["group sub", "site dc1"], "no next-hop blackhole", "blackhole"),
    (SHOP, "no site dc1", "preference 200"),
    (ROOT, "no group empty", "group empty"),
    (ROOT, "no group sub", "group sub"),
    (ROOT, "no site hub", "site hub"),
]


@pytest.mark.parametrize("where, line, gone", NO_FORMS, ids=lambda v: v if isinstance(v, str) else "")
def test_no_form(configured, where, line, gone):
    router = configured(FULL)
    assert gone in running(router)
    with router.vty("frrd") as vty:
        code, said = Terminal(vty).type(*where, line)
    assert code == CMD_SUCCESS, said
    after = running(router)
    assert gone not in after
    # all the rest is as it was: what was removed can be put back
    with router.vty("frrd") as vty:
        Terminal(vty).paste(FULL)
    assert sorted(running(router).splitlines()) == sorted(FULL.splitlines())


def test_no_subnet_mover(base, bench):
    with base.vty("frrd") as vty:
        assert Terminal(vty).type("no subnet-mover")[0] == CMD_SUCCESS
    assert running(base) == ""
    shown = bench.frrd.show()
    assert shown["groups"] == {} and shown["localSite"] in ("", None)


def test_no_allow_more_specific_without_need(configured):
    router = configured(BASE)
    with router.vty("frrd") as vty:
        term = Terminal(vty)
        assert term.type(*MAIL, "allow-more-specific")[0] == CMD_SUCCESS
        assert "allow-more-specific" in running(router)
        assert term.type("no allow-more-specific")[0] == CMD_SUCCESS
    assert running(router) == BASE


# Errors: where, the line, what has to be said

ERRORS = [
    # numbers that are too big are named, not "unknown"
    (ROOT, "route-table 4242", "route-table 4242 is out of range: it is a number from 1 to 255"),
    (ROOT, "route-table 256", "from 1 to 255"),
    (ROOT, "distance 255", "distance 255 is out of range: it is a number from 1 to 254"),
    (ROOT + ["site hub"], "id 16", "site id 16 is out of range: it is a number from 1 to 15"),
    (ROOT + ["site hub"], "id 0", "site id 0"),
    (ROOT + ["arbiter manual"], "handover-timeout 999", "from 1000 to 600000"),
    (SHOP, "id 0", "group id 0"),
    (SHOP_DC1, "preference 65536", "from 0 to 65535"),
    # prefixes
    (SHOP, "prefix 192.168.1.5/24",
     "prefix 192.168.1.5/24 has host bits set; did you mean 192.168.1.0/24?"),
    (MAIL, "prefix 2001:db8:9::1/64",
     "prefix 2001:db8:9::1/64 has host bits set; did you mean 2001:db8:9::/64?"),
    (SHOP, "prefix 198.51.100.0/25",
     "prefix 198.51.100.0/25 of group shop is in group mail already"),
    (MAIL, "prefix 192.168.1.0/24", "prefix 192.168.1.0/24 of group mail is in group shop already"),
    (MAIL, "prefix 192.168.1.64/26",
     "prefix 192.168.1.64/26 of group mail lies within prefix 192.168.1.0/24 of group shop; "
     "`allow-more-specific` in group mail permits that"),
    (MAIL, "prefix 192.168.0.0/16",
     "prefix 192.168.1.0/24 of group shop lies within prefix 192.168.0.0/16 of group mail; "
     "`allow-more-specific` in group shop permits that"),
    # next-hops
    (SHOP_DC2, "next-hop 2001:db8:ff12::2",
     "group shop site dc2: next-hop 2001:db8:ff12::2 is IPv6, but the group has no IPv6 prefix"),
    (SHOP, "no prefix 192.168.1.0/24", None),  # the last prefix may go
    (SHOP_DC2, "next-hop blackhole", "group shop site dc2: next-hop blackhole excludes next-hop "
                                     "192.0.2.2"),
    (SHOP_DC1, "next-hop blackhole", "next-hop blackhole excludes next-hop lan"),
    (SHOP_DC2, "next-hop 224.0.0.1", "224.0.0.1 cannot be a next-hop"),
    (SHOP_DC2, "no next-hop 192.0.2.99", "next-hop 192.0.2.99 is not configured here"),
    (MAIL + ["site dc2"], "next-hop fe80::1", "fe80::1 is link-local and needs `next-hop interface`"),
    (SHOP_DC1, "next-hop interface a-name-that-is-too-long", "1 to 15 characters"),
    # ids
    (ROOT + ["site dc2"], "id 1", "site dc2: id 1 is that of site dc1 already"),
    (ROOT + ["site dc1"], "id 2", "site dc1: id 2 is that of site dc2 already"),
    (SHOP, "id 2", "group shop: id 2 is that of group mail already"),
    (MAIL, "id 1", "group mail: id 1 is that of group shop already"),
    (SHOP, "id 512", "group shop: id 512 does not fit marker-range 100.64.0.0/16, which has room "
                     "for ids 1 to 511"),
    (ROOT, "marker-range 100.64.0.0/24", "group mail: id 2 does not fit marker-range "
                                         "100.64.0.0/24"),
    (ROOT, "marker-range 100.64.0.0/25", "7 host bits; at least 8 are needed"),
    (ROOT, "marker-range 100.64.1.1/16", "marker-range 100.64.1.1/16 has host bits set; did you "
                                         "mean 100.64.0.0/16?"),
    # sites
    (ROOT, "local-site dc9", "local-site dc9 is not one of the sites"),
    (ROOT, "no local-site", "local-site cannot be removed while there are groups"),
    (ROOT, "no site dc2", "site dc2 cannot be removed: group shop uses it"),
    (ROOT, "no site dc1", "site dc1 cannot be removed: it is local-site"),
    (ROOT + ["site dc2"], "witness", "group shop: site dc2 is a witness, which owns no groups"),
    (SHOP, "site hub", "group shop: site hub is a witness, which owns no groups"),
    (SHOP, "site nowhere", "group shop: there is no site nowhere"),
    # arbiter
    (ROOT, "no arbiter", "arbiter cannot be removed while there are groups"),
    (SHOP, "handover make-before-break", "group shop: `handover make-before-break` is not possible "
                                         "with arbiter manual"),
    # names
    (ROOT, "site it's", "a name consists of letters, digits"),
    (ROOT, "group -x", "a name consists of letters, digits"),
    (ROOT, "group " + "x" * 33, "1 to 32 characters"),
    (SHOP, "prefix-list a'b", "a prefix-list name has no blanks, brackets or quotes"),
    # not available in this version
    (ROOT, "arbiter etcd", "`arbiter etcd` is not available in this version"),
    (ROOT, "plan monday", "`plan monday` is not available in this version"),
]


@pytest.mark.parametrize("where, line, said", [error for error in ERRORS if error[2]],
                         ids=lambda v: v if isinstance(v, str) and len(v) < 50 else "")
def test_error(bench, where, line, said):
    """One daemon for all of them, because nothing may change."""
    router = bench.router
    if running(router) != BASE:
        with router.vty("frrd") as vty:
            Terminal(vty).paste("no subnet-mover\n" + BASE)
    assert running(router) == BASE
    with router.vty("frrd") as vty:
        code, text = Terminal(vty).type(*where, line)
    assert code != CMD_SUCCESS and said in " ".join(text.split()), text
    assert running(router) == BASE


def test_group_needs_local_site_and_arbiter(configured):
    router = configured("")
    with router.vty("frrd") as vty:
        term = Terminal(vty)
        code, said = term.type("subnet-mover", "group shop")
        assert code != CMD_SUCCESS and "group shop: local-site is not configured" in said
        term.paste("local-site dc1")
        code, said = term.type("group shop")
        assert code != CMD_SUCCESS and "local-site dc1 is not one of the sites" in said
        term.paste("site dc1\nexit")
        code, said = term.type("group shop")
        assert code != CMD_SUCCESS
        assert ("group shop: arbiter is not configured; it is `arbiter bgp` or "
                "`arbiter manual`") in said
        term.paste("arbiter manual\nexit\ngroup shop\nexit")
    assert running(router).count("group shop") == 1


def test_overlap_with_permission(base):
    with base.vty("frrd") as vty:
        term = Terminal(vty)
        term.paste("subnet-mover\ngroup mail\nallow-more-specific\nprefix 192.168.1.64/26")
        code, said = term.type("no allow-more-specific")
        assert code != CMD_SUCCESS and "prefix 192.168.1.64/26 of group mail lies within" in said
        term.paste("no prefix 192.168.1.64/26\nno allow-more-specific")
    assert running(base) == BASE


def test_family_of_next_hops_follows_the_prefixes(base):
    with base.vty("frrd") as vty:
        term = Terminal(vty)
        term.paste("subnet-mover\ngroup shop\nprefix 2001:db8:1::/64\nsite dc2\n"
                   "next-hop 2001:db8:ff12::2\nexit")
        code, said = term.type("no prefix 2001:db8:1::/64")
        assert code != CMD_SUCCESS and "next-hop 2001:db8:ff12::2 is IPv6" in said
        term.paste("site dc2\nno next-hop 2001:db8:ff12::2\nexit\nno prefix 2001:db8:1::/64\n"
                   # nothing can be said without prefixes, nor with a prefix-list
                   "no prefix 192.168.1.0/24\nsite dc2\nnext-hop 2001:db8:ff12::2\nexit\n"
                   "prefix-list ANY\nprefix 192.168.1.0/24")


def test_no_change_of_identity_while_announced(base, bench):
    take_over(bench.frrd)
    with base.vty("frrd") as vty:
        term = Terminal(vty)
        for line, what in (("route-table 99", "route-table"), ("no route-table", None),
                           ("local-site dc2", "local-site")):
            code, said = term.type(*(ROOT if vty else ()), line)
            if what is None:
                assert code == CMD_SUCCESS, "it is the default already"
                continue
            assert code != CMD_SUCCESS
            assert (f"{what} cannot change while group shop is announced here; "
                    "release it first") in said
    assert bench.frrd.release("shop").ok
    bench.frrd.wait_state("shop", "standby")
    with base.vty("frrd") as vty:
        term = Terminal(vty)
        term.paste("subnet-mover\nroute-table 99\nlocal-site dc2")
    wait_for(bench.frrd.show, 10, "the new table", until=lambda shown: shown["routeTable"] == 99)


def test_prefix_moves_between_groups_while_announced(configured, bench):
    """In one transaction, and each way round in the tree."""
    router = configured(BASE)
    take_over(bench.frrd)
    take_over(bench.frrd, "mail")
    for old, new in (("shop", "mail"), ("mail", "shop")):
        with router.vty("frrd") as vty:
            term = Terminal(vty)
            term.paste(f"subnet-mover\ngroup {old}\nno prefix 192.168.1.0/24\nexit\n"
                       f"group {new}\nprefix 192.168.1.0/24")
        wait_for(bench.frrd.routes, 10, f"the prefix in {new}",
                 until=lambda routes, new=new: routes[PREFIX4]["group"] == new
                 and routes[PREFIX4]["status"] == "installed")
        take_over_again = bench.frrd.state(new)
        assert take_over_again in ("active", "activating")


def test_ipv6_only_group(configured, bench):
    router = configured(BASE.replace("  prefix 192.168.1.0/24\n", f"  prefix {PREFIX6}\n")
                        .replace("   next-hop 192.0.2.2\n", "   next-hop 2001:db8:ff12::2\n"))
    assert set(bench.frrd.routes("shop")) == {PREFIX6}
    assert f"  prefix {PREFIX6}\n" in running(router)
