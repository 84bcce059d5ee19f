# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration of address change: what is shown can be pasted back and loaded by
vtysh, every `no`, and what cannot be is refused with group, site and prefix."""

import signal

import pytest

from config_helpers import HEAD, Terminal, block, configured, running  # noqa: F401
from labkit.run import wait_for
from preflight_kit import preflight
from test_config_attach import typed, vtysh_file

ROOT = ["subnet-mover"]
WEB = ROOT + ["group web"]
WEB_DC1 = WEB + ["site dc1"]
WEB_DC2 = WEB + ["site dc2"]
MAIL = ROOT + ["group mail"]

MAP = HEAD + """ group mail
  id 2
  prefix 10.8.0.0/24
  prefix 2001:db8:2::/64
  site dc1
   next-hop interface lan
  exit
 exit
 group web
  id 1
  prefix 10.1.0.0/24
  prefix 10.1.1.7/32
  prefix 2001:db8:1::/64
  site dc1
   next-hop interface lan
  exit
  site dc2
   next-hop interface lan
   map 10.1.0.0/16 10.2.0.0/16
   map 10.1.1.7/32 10.2.9.9/32
   map 2001:db8:1::/64 2001:db8:f:2::/64
  exit
 exit
exit
"""


def routes(router, group="web"):
    found = router.ask_json("frrd", f"show subnet-mover routes group {group} json")["routes"]
    return {route["prefix"]: route for route in found}


# Round trip

def test_file_is_shown_as_it_was(configured):
    assert running(configured(MAP)) == MAP


def test_shown_lines_can_be_pasted(configured):
    router = configured("")
    for _ in range(2):  # once more changes nothing
        with router.vty("frrd") as vty:
            Terminal(vty).paste(MAP)
        assert running(router) == MAP


def test_shown_lines_can_be_loaded_by_vtysh(configured):
    router = configured("")
    said = vtysh_file(router, MAP)
    assert "refused" not in said, said
    assert running(router) == MAP
    assert block(router.vtysh("show running-config")) == MAP


@pytest.mark.parametrize("line, gone", [
    ("no map 10.1.1.7/32", "map 10.1.1.7/32"),
    ("no map 10.1.0.0/16 10.2.0.0/16", "map 10.1.0.0/16"),
    ("no map 2001:db8:1::/64", "map 2001:db8:1::/64"),
])
def test_no_form(configured, line, gone):
    router = configured(MAP)
    ok, said = typed(router, *WEB_DC2, line)
    assert ok, said
    assert gone not in running(router)
    with router.vty("frrd") as vty:
        Terminal(vty).paste(MAP)
    assert sorted(running(router).splitlines()) == sorted(MAP.splitlines())


def test_a_line_is_changed(configured):
    router = configured(MAP)
    ok, said = typed(router, *WEB_DC2, "map 10.1.1.7/32 10.2.9.8/32")
    assert ok, said
    assert running(router) == MAP.replace("10.2.9.9", "10.2.9.8")


# Refusals

ERRORS = [
    (WEB_DC2, "map 10.1.0.0/24 10.3.0.0/25",
     "group web site dc2: 10.1.0.0/24 cannot be mapped to 10.3.0.0/25: they have different lengths"),
    (WEB_DC2, "map 10.1.0.0/24 2001:db8:f::/24", "has host bits set"),
    (WEB_DC2, "map 10.1.0.0/24 2001:d00::/24",
     "10.1.0.0/24 cannot be mapped to 2001:d00::/24: they are of different address families"),
    (WEB_DC2, "map 10.1.0.1/24 10.3.0.0/24",
     "prefix 10.1.0.1/24 has host bits set; did you mean 10.1.0.0/24?"),
    (WEB_DC2, "map 10.1.0.0/24 10.3.0.9/24",
     "prefix 10.3.0.9/24 has host bits set; did you mean 10.3.0.0/24?"),
    (WEB_DC2, "map 10.1.0.0/24 224.0.0.0/24", "which are no addresses of hosts"),
    (WEB_DC2, "map 10.7.0.0/24 10.3.0.0/24",
     "group web site dc2: `map 10.7.0.0/24 10.3.0.0/24` covers no prefix of the group"),
    (WEB_DC2, "map 10.1.0.0/16 10.8.0.0/16",
     "prefix 10.8.0.0/24 of group web (at site dc2 in place of 10.1.0.0/24) is in group mail "
     "already"),
    (WEB_DC2, "map 2001:db8:1::/64 2001:db8:2::/64",
     "prefix 2001:db8:2::/64 of group web (at site dc2 in place of 2001:db8:1::/64) is in group "
     "mail already"),
    (WEB_DC2, "map 10.1.1.7/32 10.8.0.7/32",
     "prefix 10.8.0.7/32 of group web (at site dc2 in place of 10.1.1.7/32) lies within prefix "
     "10.8.0.0/24 of group mail; `allow-more-specific` in group web permits that"),
    (WEB_DC1, "map 10.1.1.7/32 100.64.3.4/32",
     "prefix 100.64.3.4/32 of group web (at site dc1 in place of 10.1.1.7/32) lies within "
     "marker-range 100.64.0.0/16"),
    (WEB_DC1, "map 10.1.0.0/24 10.2.0.0/24", None),
    (MAIL, "prefix 10.2.0.0/24",
     "prefix 10.2.0.0/24 of group mail is in group web (at site dc2 in place of 10.1.0.0/24) "
     "already"),
    (MAIL, "prefix 10.2.0.128/25",
     "lies within prefix 10.2.0.0/24 of group web (at site dc2 in place of 10.1.0.0/24)"),
    (ROOT, "marker-range 10.2.0.0/16", "in place of 10.1.0.0/24) lies within marker-range"),
    (WEB_DC2, "no map 10.1.0.0/24", "prefix 10.1.0.0/24 is not mapped here"),
    (WEB, "no prefix 2001:db8:1::/64",
     "`map 2001:db8:1::/64 2001:db8:f:2::/64` covers no prefix of the group"),
    (WEB_DC2, "attach interface lan address 10.2.0.1/24",
     "the connected route of address 10.2.0.1/24 would stand before prefix 10.2.0.0/24"),
]


@pytest.mark.parametrize("where, line, said", ERRORS, ids=lambda v: v if isinstance(v, str) else "")
def test_error(configured, where, line, said):
    router = configured(MAP)
    ok, text = typed(router, *where, line)
    if said is None:  # it is another site's, of the same group
        assert ok, text
        return
    assert not ok and said in text, text
    assert running(router) == MAP


def test_an_attached_address_of_the_original_prefix_is_fine(configured):
    """At dc2 the group is not announced as 10.1.0.0/24."""
    router = configured(MAP)
    ok, said = typed(router, *WEB_DC2, "attach interface lan address 10.1.0.1/24")
    assert ok, said
    ok, said = typed(router, *WEB_DC2, "no map 10.1.0.0/16")
    assert not ok and "would stand before prefix 10.1.0.0/24" in said, said


def test_attached_addresses_are_compared_by_the_lines(configured):
    """What is 10.1.0.1 at dc1 is 10.2.0.1 at dc2."""
    router = configured(MAP)
    ok, said = typed(router, *WEB_DC1, "attach interface lan address 10.1.0.1/32")
    assert ok, said
    found = [finding for finding in preflight(router)["findings"] if finding["check"] == "attach"]
    assert ["10.1.0.1/32 is attached at site dc1, and 10.2.0.1/32, which it becomes, not here"] == \
        [finding["text"] for finding in found if finding["object"] == "group web, site dc2"], found
    ok, said = typed(router, *WEB_DC2, "attach interface lan address 10.2.0.1/32")
    assert ok, said
    found = [finding for finding in preflight(router)["findings"] if finding["check"] == "attach"]
    assert not [finding for finding in found if "which it becomes" in finding["text"]
                or "lose it" in finding["text"]], found


def test_two_prefixes_of_a_group_stay_two(configured):
    router = configured(MAP)
    ok, said = typed(router, *WEB, "prefix 10.2.0.0/24")
    assert not ok and "group web site dc2: 10.2.0.0/24 and 10.1.0.0/24 would both be announced " \
                      "as 10.2.0.0/24" in said, said
    ok, said = typed(router, *WEB, "prefix 10.5.0.0/24")
    assert ok, said
    ok, said = typed(router, *WEB_DC2, "map 10.5.0.0/24 10.2.0.0/24")
    assert not ok and "10.5.0.0/24" in said and "10.1.0.0/24" in said and \
        "would both be announced as 10.2.0.0/24" in said, said
    assert "map 10.5" not in running(router)


def test_no_prefix_takes_the_place_of_one_that_moves_away(configured):
    """In whatever order the lines come."""
    router = configured(MAP)
    said = "group web site dc2: {} cannot be mapped to {}, which is a prefix of the group as well"
    assert typed(router, *WEB, "prefix 10.5.0.0/24")[0]
    ok, text = typed(router, *WEB_DC2, "map 10.5.0.0/24 10.1.0.0/24")
    assert not ok and said.format("10.5.0.0/24", "10.1.0.0/24") in text, text
    assert typed(router, *WEB_DC2, "map 10.5.0.0/24 10.6.0.0/24")[0]
    ok, text = typed(router, *WEB_DC2, "map 10.1.0.0/24 10.5.0.0/24")
    assert not ok and said.format("10.1.0.0/24", "10.5.0.0/24") in text, text
    # the prefix comes last
    assert typed(router, *WEB_DC2, "map 10.0.0.0/8 11.0.0.0/8")[0]
    ok, text = typed(router, *WEB, "prefix 10.6.0.0/24")
    assert not ok and said.format("10.5.0.0/24", "10.6.0.0/24") in text, text
    text = " ".join(vtysh_file(router, "subnet-mover\n group web\n  prefix 10.99.0.0/24\n"
                                       "  prefix 10.6.0.0/24\n  prefix 10.98.0.0/24\n"
                                       " exit\nexit\n").split())
    assert said.format("10.5.0.0/24", "10.6.0.0/24") in text, text
    shown = running(router)
    assert "prefix 10.99.0.0/24" in shown and "prefix 10.98.0.0/24" in shown
    assert "prefix 10.6.0.0/24" not in shown


FILE_ERRORS = [
    ("  prefix 10.2.0.0/24", "10.2.0.0/24 and 10.1.0.0/24 would both be announced as 10.2.0.0/24"),
    ("  no prefix 2001:db8:1::/64",
     "`map 2001:db8:1::/64 2001:db8:f:2::/64` would cover no prefix of the group any more"),
    ("  prefix 10.1.200.0/24", None),
    ("  site dc2\n   map 10.7.0.0/24 10.3.0.0/24\n  exit", "covers no prefix of the group"),
    ("  site dc2\n   map 10.1.0.0/24 10.8.0.0/24\n  exit", "is in group mail already"),
    ("  site dc2\n   map 10.1.0.0/24 10.8.0.0/23\n  exit", "have different lengths"),
]


@pytest.mark.parametrize("line, said", FILE_ERRORS, ids=[line for line, _ in FILE_ERRORS])
def test_error_in_a_file(configured, line, said):
    """The line is refused and the others count."""
    router = configured(MAP)
    text = " ".join(vtysh_file(router, f"subnet-mover\n group web\n{line}\n  prefix 10.1.99.0/24\n"
                                       " exit\nexit\n").split())
    if said is None:
        assert "refused" not in text and "%" not in text, text
    else:
        assert said in text, text
    shown = running(router)
    assert "prefix 10.1.99.0/24" in shown
    if said is not None:
        assert shown.replace("  prefix 10.1.99.0/24\n", "") == MAP


def test_lines_one_by_one_are_checked_like_the_whole(configured):
    """Prefix lines are added and removed in a file by an index that is kept up to date."""
    router = configured(MAP)
    lines = ["prefix 10.1.50.0/24", "prefix 10.1.51.0/24", "no prefix 10.1.50.0/24",
             "prefix 10.1.50.0/24", "no prefix 10.1.51.0/24"]
    said = vtysh_file(router, "subnet-mover\n group web\n" +
                      "".join(f"  {line}\n" for line in lines) +
                      " exit\n group mail\n  prefix 10.2.50.0/24\n  prefix 10.2.51.0/24\n"
                      " exit\nexit\n")
    said = " ".join(said.split())
    assert "10.2.50.0/24 of group mail is in group web (at site dc2 in place of 10.1.50.0/24)" \
        in said, said
    shown = running(router)
    assert "prefix 10.2.51.0/24" in shown and "prefix 10.1.50.0/24" in shown
    assert "prefix 10.2.50.0/24" not in shown and "prefix 10.1.51.0/24" not in shown


def test_with_a_prefix_list_a_line_may_cover_nothing_yet(configured):
    """The list changes by itself; preflight tells."""
    router = configured("ip prefix-list WEB seq 5 permit 10.1.0.0/24\n" + MAP)
    ok, said = typed(router, *WEB, "prefix-list WEB")
    assert ok, said
    ok, said = typed(router, *WEB_DC2, "map 10.7.0.0/24 10.3.0.0/24")
    assert ok, said
    wanted = "`map 10.7.0.0/24 10.3.0.0/24` covers no prefix that the group has now"
    assert any(finding["check"] == "map" and finding["text"] == wanted
               for finding in preflight(router)["findings"]), preflight(router)


# What prefixes become

def test_routes_at_a_site_that_announces_its_own(configured):
    """This router is dc1: the group's own prefixes, and dc2's are watched."""
    router = configured(MAP)
    found = routes(router)
    assert {prefix: (route["groupPrefix"], route["sites"], route["watchedOnly"])
            for prefix, route in found.items()} == {
        "10.1.0.0/24": ("10.1.0.0/24", ["dc1"], False),
        "10.1.1.7/32": ("10.1.1.7/32", ["dc1"], False),
        "2001:db8:1::/64": ("2001:db8:1::/64", ["dc1"], False),
        "10.2.0.0/24": ("10.1.0.0/24", ["dc2"], True),
        "10.2.9.9/32": ("10.1.1.7/32", ["dc2"], True),
        "2001:db8:f:2::/64": ("2001:db8:1::/64", ["dc2"], True)}
    group = router.ask_json("frrd", "show subnet-mover group web json")
    assert group["prefixes"]["total"] == 3
    assert group["members"]["dc2"]["maps"][0] == {"from": "10.1.0.0/16", "to": "10.2.0.0/16"}


def test_routes_at_a_mapped_site(configured):
    router = configured(MAP.replace("local-site dc1", "local-site dc2"))
    found = routes(router)
    here = {prefix for prefix, route in found.items() if not route["watchedOnly"]}
    assert here == {"10.2.0.0/24", "10.2.9.9/32", "2001:db8:f:2::/64"}
    assert set(found) - here == {"10.1.0.0/24", "10.1.1.7/32", "2001:db8:1::/64"}
    shown = router.ask("frrd", "show subnet-mover group web")
    assert "10.1.0.0/16 announced as 10.2.0.0/16 at site dc2 (local)" in shown
    table = router.ask("frrd", "show subnet-mover routes group web")
    assert "in place of 10.1.1.7/32" in table and "by dc1" in table and "watched" in table


def test_operational_state(configured):
    router = configured(MAP)
    with router.vty("frrd") as vty:
        data = vty.json("show yang operational-data /frr-subnet-mover:subnet-mover-state")
    found = {route["prefix"]: route
             for route in data["frr-subnet-mover:subnet-mover-state"]["route"]}
    assert found["10.2.9.9/32"]["group-prefix"] == "10.1.1.7/32"
    assert found["10.2.9.9/32"]["site"] == ["dc2"]
    assert found["10.1.1.7/32"]["site"] == ["dc1"]


CHANGES = [
    # (lines below subnet-mover, in one transaction; what dc1 announces; what it watches)
    (("group web", "site dc2", "no map 10.1.1.7/32"),
     {"10.1.0.0/24", "10.1.1.7/32", "2001:db8:1::/64"},
     {"10.2.0.0/24", "10.2.1.7/32", "2001:db8:f:2::/64"}),
    (("group web", "no site dc2"), {"10.1.0.0/24", "10.1.1.7/32", "2001:db8:1::/64"}, set()),
    (("local-site dc2",), {"10.2.0.0/24", "10.2.9.9/32", "2001:db8:f:2::/64"},
     {"10.1.0.0/24", "10.1.1.7/32", "2001:db8:1::/64"}),
    (("group web", "site dc1", "map 10.1.1.7/32 10.3.1.7/32"),
     {"10.1.0.0/24", "10.3.1.7/32", "2001:db8:1::/64"},
     {"10.2.0.0/24", "10.2.9.9/32", "2001:db8:f:2::/64"}),
    (("group web", "prefix 10.1.3.0/24"),
     {"10.1.0.0/24", "10.1.3.0/24", "10.1.1.7/32", "2001:db8:1::/64"},
     {"10.2.0.0/24", "10.2.3.0/24", "10.2.9.9/32", "2001:db8:f:2::/64"}),
    (("group web", "no prefix 10.1.0.0/24"), {"10.1.1.7/32", "2001:db8:1::/64"},
     {"10.2.9.9/32", "2001:db8:f:2::/64"}),
]


@pytest.mark.parametrize("lines, here, watched", CHANGES, ids=[" ".join(c[0]) for c in CHANGES])
def test_change(configured, lines, here, watched):
    """And back again."""
    router = configured(MAP)
    before = routes(router)
    ok, said = typed(router, *ROOT, *lines)
    assert ok, said
    found = routes(router)
    assert {p for p, route in found.items() if not route.get("watchedOnly")} == here
    assert {p for p, route in found.items() if route.get("watchedOnly")} == watched
    with router.vty("frrd") as vty:
        terminal = Terminal(vty)
        terminal.paste(MAP)
        if "prefix 10.1.3.0/24" in lines:
            terminal.type(*WEB, "no prefix 10.1.3.0/24")
        if "map 10.1.1.7/32 10.3.1.7/32" in lines:
            terminal.type(*WEB_DC1, "no map 10.1.1.7/32")
    assert routes(router) == before


def test_reload(configured):
    """The file is read again: lines in one transaction, checked as one by one."""
    router = configured(MAP)
    before = routes(router)
    router.write_config("frrd", MAP.replace("map 10.1.0.0/16 10.2.0.0/16",
                                            "map 10.1.0.0/16 10.8.0.0/16"))
    daemon = router.daemon("frrd")
    daemon.mark()
    daemon.signal(signal.SIGHUP)
    wait_for(lambda: daemon.tail("log", 40), 10, "the refusal in the log",
             until=lambda log: "is in group mail already" in log and "nothing was changed" in log)
    assert routes(router) == before
    router.write_config("frrd", MAP.replace("map 10.1.0.0/16 10.2.0.0/16",
                                            "map 10.1.0.0/16 10.4.0.0/16"))
    daemon.signal(signal.SIGHUP)
    found = wait_for(lambda: routes(router), 10, "the new prefixes",
                     until=lambda seen: "10.4.0.0/24" in seen)
    assert "10.2.0.0/24" not in found and len(found) == len(before)


def test_a_prefix_moves_to_what_another_group_mapped_to(configured):
    """In one transaction: the map goes, and its prefix comes in another group."""
    router = configured(MAP)
    said = vtysh_file(router, "subnet-mover\n group web\n  site dc2\n   no map 10.1.0.0/16\n  exit\n"
                              " exit\n group mail\n  prefix 10.2.0.0/24\n exit\nexit\n")
    assert "%" not in said, said
    wait_for(lambda: routes(router, "mail"), 5, "the prefix in its new group",
             until=lambda found: "10.2.0.0/24" in found)
    assert "10.2.0.0/24" not in routes(router)


def test_many_prefixes_and_one_line(configured):
    """10,000 prefixes under one line: reading them takes no longer than without."""
    prefixes = [f"10.{i >> 8}.{i & 255}.0/24" for i in range(10000)]
    text = MAP.replace("  prefix 10.1.0.0/24\n  prefix 10.1.1.7/32\n",
                       "".join(f"  prefix {prefix}\n" for prefix in prefixes))
    text = text.replace("   map 10.1.0.0/16 10.2.0.0/16\n   map 10.1.1.7/32 10.2.9.9/32\n",
                        "   map 10.0.0.0/8 11.0.0.0/8\n")
    text = text.replace("  prefix 10.8.0.0/24\n", "")
    router = configured(text)
    found = routes(router)
    assert len(found) == 20000
    assert found["11.39.15.0/24"]["groupPrefix"] == "10.39.15.0/24"
    ok, said = typed(router, *WEB, "prefix 10.200.0.0/24")
    assert ok, said
    assert routes(router)["11.200.0.0/24"]["sites"] == ["dc2"]
    # lines of a file, one by one
    more = [f"10.{100 + (i >> 8)}.{i & 255}.0/24" for i in range(2000)]
    said = vtysh_file(router, "subnet-mover\n group web\n" +
                      "".join(f"  prefix {prefix}\n" for prefix in more) + " exit\nexit\n")
    assert "%" not in said, said
    assert len(routes(router)) == 24002


def test_many_lines(configured):
    """One line for each of 250 single addresses, and one around them."""
    own = [f"10.1.5.{i}/32" for i in range(250)]
    text = MAP.replace("  prefix 10.1.0.0/24\n  prefix 10.1.1.7/32\n",
                       "".join(f"  prefix {prefix}\n" for prefix in own))
    text = text.replace("   map 10.1.1.7/32 10.2.9.9/32\n",
                        "".join(f"   map {prefix} 10.3.0.{249 - i}/32\n"
                                for i, prefix in enumerate(own[1:], 1)))
    router = configured(text)
    found = routes(router)
    assert len(found) == 502
    assert found["10.2.5.0/32"]["groupPrefix"] == own[0]  # by the line around all
    assert all(found[f"10.3.0.{249 - i}/32"]["groupPrefix"] == prefix
               for i, prefix in enumerate(own[1:], 1))
    ok, said = typed(router, *WEB, f"no prefix {own[5]}")
    assert not ok and f"`map {own[5]} 10.3.0.244/32` covers no prefix" in said, said
