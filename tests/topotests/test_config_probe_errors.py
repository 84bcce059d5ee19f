# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration of probes, of track objects, and of members that use probes: what does not
fit is refused with object and reason, typed and in a file."""

import pytest

from config_helpers import Terminal, configured, running, typed, vtysh_file  # noqa: F401
from config_probe_kit import DC1, ROOT, SMALL, UPLINK, WEB, probe, restore
from labkit.vty import CMD_SUCCESS

# Errors: where, the line, what has to be said. They start from SMALL.

PING, IDLE, BARE = (probe(name) for name in ("ping", "idle", "bare"))
ERRORS = [
    # names and numbers
    (ROOT, "probe it's", "a name consists of letters, digits"),
    (ROOT, "track -x", "a name consists of letters, digits"),
    (WEB, "interval 49", "interval 49 is out of range: it is a number from 50 to 86400000"),
    (WEB, "timeout 9", "timeout 9 is out of range: it is a number from 10 to 600000"),
    (WEB, "rise 0", "rise 0 is out of range: it is a number from 1 to 255"),
    (WEB, "fall 256", "fall 256 is out of range: it is a number from 1 to 255"),
    (WEB, "jitter 51", "jitter 51 is out of range: it is a number from 0 to 50"),
    (PING, "icmp 192.0.2.1 size 9001", "icmp size 9001 is out of range"),
    (PING, "tcp 192.0.2.1 port 0", "tcp port 0 is out of range: it is a number from 1 to 65535"),
    (PING, "source-interface a-name-that-is-too-long", "1 to 15 characters"),
    (PING, "vrf a/b", "an interface name has no blanks, slashes, brackets or quotes"),
    (PING, "interface a-name-that-is-too-long", "1 to 15 characters"),
    # targets
    (PING, "icmp 192.0.2.300", "probe ping: 192.0.2.300 is neither an address nor a name"),
    (PING, "icmp 224.0.0.1", "probe ping: 224.0.0.1 cannot be a target"),
    (PING, "tcp :: port 80", "probe ping: :: cannot be a target"),
    (PING, "bfd 255.255.255.255", "probe ping: 255.255.255.255 cannot be a target"),
    (PING, "icmp fe80::1", "probe ping: fe80::1 is link-local and needs a `source-interface`, "
                           "which has to be configured first"),
    (PING, "bfd fe80::1", "probe ping: fe80::1 is link-local and needs a `source-interface`"),
    (PING, "source-address 2001:db8::1", "probe ping: source-address 2001:db8::1 is IPv6, but the "
                                         "target 192.168.1.10 is IPv4"),
    (WEB, "source-address 2001:db8::1", "probe web: source-address 2001:db8::1 is IPv6, but the "
                                        "target 192.168.1.10 is IPv4"),
    (PING, "source-address 0.0.0.0", "probe ping: 0.0.0.0 cannot be a source-address"),
    (BARE, "bfd 192.0.2.1 multihop", "probe bare: `bfd ... multihop` needs a `source-address`, "
                                     "which has to be configured first"),
    (BARE, "route 192.0.2.1/24", "route 192.0.2.1/24 has host bits set; did you mean 192.0.2.0/24?"),
    (BARE, "route 192.0.2.0/24 via 2001:db8::1", "probe bare: route 192.0.2.0/24 is IPv4, but its "
                                                 "next-hop 2001:db8::1 is IPv6"),
    (BARE, "exec bin/true", "a command starts with the absolute path of a program"),
    # web addresses
    (WEB, "http ftp://192.0.2.1/", "url is an http or https URL"),
    (WEB, "http http:///x", "probe web: http:///x: the URL has no host"),
    (WEB, "http http://192.0.2.1:99999/", "the port of the URL is not 1 to 65535"),
    (WEB, "http http://a:b@192.0.2.1/", "the URL has a user name in it"),
    (WEB, "http http://[2001:db8::1/", "the address of the URL has no closing bracket"),
    (WEB, "status 20", "status is a list of codes and ranges such as 200-299,304"),
    (WEB, "status 299-200", "probe web: status 299-200: a range of status codes ends before it "
                            "begins"),
    (WEB, "tls ca-file ca.pem", "a file is named by its absolute path, without blanks"),
    (WEB, "body-match " + "ä" * 200, "probe web: body-match has 400 bytes, and at most 255 are "
                                     "possible"),
    # what goes together
    (WEB + ["method head"], "body-match ok", "probe web: `body-match` is not possible with `method "
                                             "head`, whose answer has no body"),
    (WEB + ["body-match ok"], "method head", "probe web: `body-match` is not possible with"),
    (WEB + ["tls server-name shop.example.org"], "http http://192.168.1.10/",
     "probe web: `tls` is for an https URL, and http://192.168.1.10/ is none"),
    (WEB + ["http http://192.168.1.10/"], "no tls verify", "probe web: `tls` is for an https URL"),
    (PING, "method head", "probe ping: `method` is for http probes, and this one is `icmp`"),
    (PING, "no tls verify", "probe ping: `tls` is for http probes, and this one is `icmp`"),
    (PING, "detect-multiplier 3", "probe ping: `detect-multiplier` is for bfd probes, and this one "
                                  "is `icmp`"),
    (BARE, "body-match ok", "probe bare: `body-match` is for http probes; configure `http` first"),
    (BARE, "receive-interval 50", "probe bare: `receive-interval` is for bfd probes; configure "
                                  "`bfd` first"),
    (BARE + ["bfd 192.0.2.1"], "detect-multiplier 1", "detect-multiplier 1 is out of range: it is "
                                                      "a number from 2 to 255"),
    (BARE + ["bfd 192.0.2.1"], "transmit-interval 9", "transmit-interval 9 is out of range: it is "
                                                      "a number from 10 to 60000"),
    (BARE + ["exec /bin/true"], "source-address 192.0.2.1",
     "probe bare: `source-address` is not possible with `exec`"),
    (BARE + ["interface lan"], "source-interface lan",
     "probe bare: `source-interface` is not possible with `interface`"),
    (BARE + ["vrf blue"], "route 192.0.2.0/24", "probe bare: `vrf` is not possible with `route`"),
    (BARE + ["vrf blue"], "bfd 192.0.2.1", "probe bare: `vrf` is not possible with `bfd`"),
    (BARE + ["vrf blue"], "exec /bin/true", "probe bare: `vrf` is not possible with `exec`"),
    # who uses probes
    (DC1, "probe none", "group shop site dc1: there is no probe none"),
    (UPLINK, "probe none", "track uplink: there is no probe none"),
    (DC1, "probe bare", "group shop site dc1: probe bare does not say what it checks; configure "
                        "`icmp`, `tcp`, `http`, `exec`, `bfd`, `interface` or `route` in it first"),
    (ROOT, "no probe web", "probe web cannot be removed: group shop site dc1 uses it"),
    (ROOT, "no probe ping", "probe ping cannot be removed: track uplink uses it"),
    (WEB, "no http", "probe web: what it checks cannot be removed, as group shop site dc1 uses it; "
                     "put something else in its place"),
    (DC1, "probes at-least 0", "probes at-least 0 is out of range: it is a number from 1 to 1000"),
    (DC1, "probes at-least 3", "group shop site dc1: `probes at-least 3`, but only 2 probes count"),
    (DC1, "probes at-least 2", "group shop site dc1: `probes at-least 2`, but only 1 probe counts "
                               "at a standby"),
    (ROOT + ["group mail", "site dc1"], "probes at-least 1",
     "group mail site dc1: `probes at-least 1`, but 0 probes count"),
    (ROOT + ["group mail", "site dc1", "probe web standby", "probe ping", "probes at-least 1"],
     "probes at-least 2", "but only 1 probe counts at the owner"),
    (UPLINK, "probes at-least 2", "track uplink: `probes at-least 2`, but only 1 probe counts"),
    # tracks
    (UPLINK, "no probe ping", "track uplink: prefix 198.18.0.0/24 is announced while its probes "
                              "are up, so there has to be one; configure `probe NAME` first"),
    (UPLINK, "no next-hop 192.0.2.1", "track uplink: prefix 198.18.0.0/24 needs a next-hop: an IPv4 "
                                      "address, an interface, or blackhole"),
    (UPLINK, "prefix 2001:db8:18::/48", "track uplink: prefix 2001:db8:18::/48 needs a next-hop: an "
                                        "IPv6 address"),
    (UPLINK, "prefix 198.18.1.1/24", "prefix 198.18.1.1/24 has host bits set"),
    (UPLINK, "prefix 192.168.1.0/24", "prefix 192.168.1.0/24 is in group shop and in track uplink: "
                                      "it can be announced by one of them only"),
    (ROOT + ["group shop"], "prefix 198.18.0.0/24", "prefix 198.18.0.0/24 is in group shop and in "
                                                    "track uplink"),
    (ROOT + ["track other", "next-hop blackhole", "probe ping"], "prefix 198.18.0.0/24",
     "prefix 198.18.0.0/24 of track other is that of track uplink already"),
    (UPLINK, "prefix 100.64.1.0/24", "prefix 100.64.1.0/24 of track uplink lies within marker-range "
                                     "100.64.0.0/16, whose addresses are the sites' markers"),
    (ROOT, "marker-range 198.18.0.0/15", "prefix 198.18.0.0/24 of track uplink lies within "
                                         "marker-range 198.18.0.0/15"),
    (ROOT + ["site hub"], "beacon 198.18.0.0/24", "prefix 198.18.0.0/24 of track uplink is the "
                                                  "beacon of site hub, which does not move"),
    (UPLINK, "next-hop blackhole", "track uplink: next-hop blackhole excludes next-hop 192.0.2.1"),
    (UPLINK, "next-hop fe80::1", "track uplink: next-hop fe80::1 is link-local and needs "
                                 "`next-hop interface` as well"),
    (UPLINK, "next-hop 224.0.0.1", "track uplink: 224.0.0.1 cannot be a next-hop"),
    (UPLINK, "no next-hop 192.0.2.99", "next-hop 192.0.2.99 is not configured here"),
]


@pytest.mark.parametrize("where, line, said", ERRORS,
                         ids=[f"{where[-1]}-{line[:40]}" for where, line, _ in ERRORS])
def test_error_typed(bench, where, line, said):
    """One daemon for all of them, because nothing may change."""
    router = bench.router
    restore(router, SMALL)
    if len(where) > 1:
        with router.vty("frrd") as vty:
            Terminal(vty).type(*where)
    before = running(router)
    ok, answer = typed(router, *where, line)
    assert not ok and said in answer, answer
    assert running(router) == before


# Lines that only add are checked one by one in a file as well, and the rest is kept.
FILE_ERRORS = [(where, line, said) for where, line, said in ERRORS
               if not line.startswith(("no ", "probe it", "track -", "marker-range"))
               and len(where) == 2 and "beacon" not in line]


@pytest.mark.parametrize("where, line, said", FILE_ERRORS,
                         ids=[f"{where[-1]}-{line[:40]}" for where, line, _ in FILE_ERRORS])
def test_error_in_a_file(bench, where, line, said):
    router = bench.router
    restore(router, SMALL)
    answer = vtysh_file(router, f"subnet-mover\n {where[-1]}\n  description kept\n  {line}\n"
                                f"  description also kept\n exit\nexit\n")
    assert said in " ".join(answer.split()), answer
    after = running(router)
    assert "  description also kept\n" in after
    assert after.replace("  description also kept\n", "") == SMALL


def test_bad_block_in_a_file(configured):
    """A probe without a name that can be: its lines are nobody's."""
    text = SMALL.replace(" probe idle\n", " probe b@d\n  http http://192.0.2.1/\n  interval 200\n"
                                          " exit\n probe idle\n")
    assert running(configured(text)) == SMALL


def test_references_in_a_file(configured):
    """One that is not there, and one that is there too late."""
    late = """ probe late
  icmp 192.0.2.7
 exit
"""
    text = SMALL.replace("   probe web\n", "   probe web\n   probe late\n   probe never\n")
    text = text.replace(" group mail\n", late + " group mail\n")
    shown = running(configured(text))
    assert "   probe late\n" not in shown and "   probe never\n" not in shown
    assert late in shown


def test_at_least_follows_the_roles(configured):
    router = configured(SMALL)
    with router.vty("frrd") as vty:
        term = Terminal(vty)
        term.paste("subnet-mover\ngroup shop\nsite dc1\nprobe idle\nprobes at-least 2")
        for line in ("no probe web", "probe web owner", "no probe idle", "probe idle owner"):
            code, said = term.type(line)
            assert code != CMD_SUCCESS and "at a standby" in said, line
        term.paste("probe ping\nprobe web owner\nprobes any\nno probe idle\nno probe web\n"
                   "no probe ping\nno probes")
    assert "   probe" not in running(router)


def test_probe_is_exchanged_under_its_users(configured):
    """Another kind, while a member uses it; nothing else changes."""
    router = configured(SMALL)
    for line in ("tcp 192.168.1.10 port 443", "exec /bin/true", "interface lan",
                 "http https://192.168.1.10/"):
        ok, said = typed(router, *WEB, line)
        assert ok, said
        assert f"  {line}\n" in running(router)
    assert running(router) == SMALL
