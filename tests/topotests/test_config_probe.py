# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration of probes, of track objects, and of members that use probes: what is
shown can be pasted back and loaded by vtysh, every line has its "no", and what does
not fit is refused with object and reason."""

import json
import os
import signal

import pytest

from config_helpers import BASE, Terminal, block, configured, running  # noqa: F401
from labkit.run import run, wait_for
from labkit.vty import CMD_SUCCESS

ROOT = ["subnet-mover"]

# Every line of probes, track objects and members, as frrd shows them.
PROBES = """ probe shop-http
  description the shop: "don't" touch
  source-address 192.0.2.1
  source-interface lan
  vrf blue
  http https://192.168.1.10:8443/healthz?full=1
  host-header shop.example.org
  status 200-204,304
  body-match all systems "ok"
  tls ca-file /etc/ssl/example/ca.pem
  tls server-name shop.example.org
  tls certificate-file /etc/ssl/example/client.pem key-file /etc/ssl/example/client.key
  interval 200
  timeout 150
  rise 3
  fall 2
  jitter 20
  when-unknown down
 exit
 probe shop-page
  http https://[2001:db8:1::10]/
  method head
  no tls verify
  when-unknown up
 exit
 probe gateway
  source-interface lan
  icmp fe80::1 size 1400
  jitter 0
 exit
 probe name
  icmp gw.example.org
 exit
 probe database
  tcp db.example.org port 5432
  interval 50
  timeout 600000
 exit
 probe backup
  exec /usr/local/bin/backup-age --max 3600 "x y" $HOME
  interval 60000
 exit
 probe core
  source-address 2001:db8::2
  bfd 2001:db8::1 multihop
  detect-multiplier 4
  receive-interval 50
  transmit-interval 60
 exit
 probe near
  bfd 192.0.2.2
 exit
 probe vrrp
  interface lan address 192.168.1.1
 exit
 probe port
  interface lan
 exit
 probe upstream
  route 0.0.0.0/0 covering via 192.0.2.254
 exit
 probe peer
  route 2001:db8:9::/48
 exit
 probe unfinished
 exit
 track uplink
  description announce while the uplink is good
  next-hop interface lan
  next-hop 192.0.2.1
  next-hop fe80::2
  probe upstream
  probe core
  probes at-least 1
  prefix 198.18.0.0/24
  prefix 2001:db8:18::/48
  metric 10
 exit
 track anchor
  next-hop blackhole
  probe near
  prefix 0.0.0.0/0
 exit
 track watched
  probe near
  probes any
 exit
"""
MEMBER = """   probe shop-http owner
   probe gateway standby
   probe database
   probe backup
   probes at-least 3
"""
FULL = BASE.replace(" group shop\n", PROBES + " group shop\n").replace(
    "   next-hop interface lan\n", "   next-hop interface lan\n" + MEMBER, 1).replace(
    "   next-hop 192.0.2.2\n", "   next-hop 192.0.2.2\n   probe vrrp\n   probes any\n")

# A small one, in which nothing is missing
SMALL = BASE.replace(" group shop\n", """ probe web
  http https://192.168.1.10/
 exit
 probe ping
  icmp 192.168.1.10
 exit
 probe idle
  tcp 192.168.1.10 port 80
 exit
 probe bare
 exit
 track uplink
  next-hop 192.0.2.1
  probe ping
  prefix 198.18.0.0/24
 exit
 group shop
""").replace("   next-hop interface lan\n", "   next-hop interface lan\n   probe web\n"
             "   probe ping owner\n   probes at-least 1\n", 1)


def typed(router, *lines):
    with router.vty("frrd") as vty:
        code, said = Terminal(vty).type(*lines)
    return code == CMD_SUCCESS, " ".join(said.split())


def vtysh_file(router, text):
    path = f"{router.site_dir}/input.conf"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = run([*router.vtysh_argv(), "-f", path], check=False)
    os.unlink(path)
    return done.stdout + done.stderr


def restore(router, text):
    """By a file, which is one transaction."""
    if running(router) != text:
        assert vtysh_file(router, "no subnet-mover\n" + text) == ""
    assert running(router) == text


# Round trip

@pytest.mark.parametrize("text", [FULL, SMALL], ids=["full", "small"])
def test_file_is_shown_as_it_was(configured, text):
    assert running(configured(text)) == text


def test_shown_lines_can_be_pasted(configured):
    """Each line is a transaction, so the order in which lines are shown matters."""
    router = configured("")
    for _ in range(2):  # once more changes nothing
        with router.vty("frrd") as vty:
            Terminal(vty).paste(FULL)
        assert running(router) == FULL


def test_shown_lines_can_be_loaded_by_vtysh(configured):
    router = configured("")
    router.configure(FULL)
    assert running(router) == FULL
    assert block(router.vtysh("show running-config")) == FULL
    assert vtysh_file(router, FULL) == ""
    assert running(router) == FULL


def test_file_without_exit_lines(configured):
    """A line that belongs to no probe leaves its node."""
    text = "\n".join(line for line in FULL.splitlines() if line.strip() != "exit") + "\n"
    assert running(configured(text)) == FULL


def test_all_is_taken_away_and_comes_again(configured):
    router = configured(FULL)
    for _ in range(2):
        assert typed(router, "no subnet-mover")[0]
        assert running(router) == ""
        with router.vty("frrd") as vty:
            Terminal(vty).paste(FULL)
        assert running(router) == FULL


def test_defaults_are_not_shown(configured):
    router = configured(SMALL)
    with router.vty("frrd") as vty:
        Terminal(vty).paste("""subnet-mover
 probe web
  method get
  status 200-299
  tls verify
  interval 1000
  timeout 500
  rise 2
  fall 3
  jitter 10
  when-unknown no-move
 exit
 probe ping
  icmp 192.168.1.10 size 56
 exit
 track uplink
  probes all
 exit
 group shop
  site dc1
   probe web both""")
    assert running(router) == SMALL


# The "no" of each line: where, the line, what is gone

def probe(name):
    return ROOT + [f"probe {name}"]


def track(name):
    return ROOT + [f"track {name}"]


DC1 = ROOT + ["group shop", "site dc1"]
HTTP = probe("shop-http")
NO_FORMS = [
    (HTTP, "no description", 'the shop: "don\'t" touch'),
    (HTTP, "no description some text", 'the shop: "don\'t" touch'),
    (HTTP, "no source-address", "  source-address 192.0.2.1\n"),
    (HTTP, "no source-address 192.0.2.1", "  source-address 192.0.2.1\n"),
    (HTTP, "no source-interface lan", "  source-interface lan\n  vrf"),
    (HTTP, "no vrf", "vrf blue"),
    (HTTP, "no vrf blue", "vrf blue"),
    (HTTP, "no host-header", "host-header"),
    (HTTP, "no host-header shop.example.org", "host-header"),
    (HTTP, "no status", "status"),
    (HTTP, "no status 200-204,304", "status"),
    (HTTP, "no body-match", "body-match"),
    (HTTP, "no body-match all systems", "body-match"),
    (HTTP, "no tls ca-file", "ca-file"),
    (HTTP, "no tls ca-file /etc/ssl/example/ca.pem", "ca-file"),
    (HTTP, "no tls server-name", "server-name"),
    (HTTP, "no tls server-name shop.example.org", "server-name"),
    (HTTP, "no tls certificate-file", "key-file"),
    (HTTP, "no tls certificate-file /a key-file /b", "certificate-file"),
    (HTTP, "no interval", "interval 200"),
    (HTTP, "no timeout 150", "timeout 150"),
    (HTTP, "no rise", "rise"),
    (HTTP, "no fall 2", "fall"),
    (HTTP, "no jitter", "jitter 20"),
    (HTTP, "no when-unknown", "when-unknown down"),
    (HTTP, "no when-unknown down", "when-unknown down"),
    (probe("shop-page"), "no method", "method"),
    (probe("shop-page"), "no method head", "method"),
    (probe("shop-page"), "tls verify", "tls verify"),
    (probe("shop-page"), "no http", "  http https://[2001:db8:1::10]/\n  method head\n"
                                    "  no tls verify\n"),
    (probe("name"), "no icmp gw.example.org", "gw.example.org"),
    (probe("name"), "no icmp", "gw.example.org"),
    (probe("peer"), "no route", "route 2001"),
    (probe("peer"), "no route 2001:db8:9::/48", "route 2001"),
    (probe("port"), "no interface lan", "  interface lan\n exit\n probe upstream"),
    (probe("core"), "no detect-multiplier", "detect-multiplier"),
    (probe("core"), "no receive-interval 50", "receive-interval"),
    (probe("core"), "no transmit-interval", "transmit-interval"),
    (ROOT, "no probe unfinished", "probe unfinished"),
    (ROOT, "no probe shop-page", "https://[2001:db8:1::10]/"),
    (track("uplink"), "no description", "announce while"),
    (track("uplink"), "no next-hop 192.0.2.1", "next-hop 192.0.2.1\n"),
    (track("uplink"), "no probe upstream", "probe upstream\n  probe core"),
    (track("uplink"), "no probes", "probes at-least 1"),
    (track("uplink"), "no probes at-least 1", "probes at-least 1"),
    (track("uplink"), "probes any", "probes at-least 1"),
    (track("watched"), "no probes any", "  probes any\n exit\n group"),
    (track("uplink"), "no prefix 198.18.0.0/24", "198.18.0.0/24"),
    (track("uplink"), "no prefix 2001:db8:18::/48", "2001:db8:18::/48"),
    (track("uplink"), "no metric", "metric"),
    (track("uplink"), "no metric 10", "metric"),
    (ROOT, "no track uplink", "track uplink"),
    (DC1, "no probe shop-http", "probe shop-http owner"),
    (DC1, "probe shop-http", "probe shop-http owner"),
    (DC1, "probe shop-http both", "probe shop-http owner"),
    (DC1, "no probe gateway standby", "probe gateway standby"),
    (DC1, "no probes", "at-least 3"),
    (DC1, "probes all", "at-least 3"),
]


@pytest.mark.parametrize("where, line, gone", NO_FORMS,
                         ids=[f"{where[-1]}-{line}" for where, line, _ in NO_FORMS])
def test_no_form(bench, where, line, gone):
    router = bench.router
    restore(router, FULL)
    if where is DC1 and "probes" not in line:  # all four are needed for three of each role
        assert typed(router, *DC1, "probes at-least 1")[0]
    assert gone in running(router)
    ok, said = typed(router, *where, line)
    assert ok, said
    assert gone not in running(router)


# A line of another kind takes the place of the first one, with its options

KINDS = [
    "icmp 192.0.2.9 size 100", "icmp 192.0.2.9", "tcp 192.0.2.9 port 80",
    "http http://192.0.2.9/", "exec /bin/true", "bfd 192.0.2.9", "interface lan address 192.0.2.9",
    "interface lan", "route 192.0.2.0/24 covering via 192.0.2.9", "route 192.0.2.0/24",
]


@pytest.mark.parametrize("way", ["typed", "file"])
def test_kinds_follow_each_other(configured, way):
    router = configured("subnet-mover\nexit\n")
    for line in KINDS + KINDS[::-1]:
        text = f"subnet-mover\n probe p\n  {line}\n exit\nexit\n"
        if way == "file":
            assert vtysh_file(router, text) == ""
        else:
            with router.vty("frrd") as vty:
                Terminal(vty).paste(text)
        assert running(router) == text


def test_options_go_with_their_kind(configured):
    router = configured(FULL)
    ok, said = typed(router, *HTTP, "no vrf")
    assert ok, said
    ok, said = typed(router, *HTTP, "no source-interface")
    assert ok, said
    ok, said = typed(router, *HTTP, "bfd 192.0.2.2")
    assert ok, said
    shown = running(router)
    assert """  source-address 192.0.2.1
  bfd 192.0.2.2
  interval 200
""" in shown and "healthz" not in shown and "body-match" not in shown and "ca-file" not in shown
    assert typed(router, *HTTP, "http http://192.0.2.2/")[0]
    assert """  http http://192.0.2.2/
  interval 200
""" in running(router)


# Errors: where, the line, what has to be said. They start from SMALL.

WEB, PING, IDLE, BARE = (probe(name) for name in ("web", "ping", "idle", "bare"))
UPLINK = track("uplink")
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


def test_wide_and_narrow_prefixes_of_tracks(configured):
    """Only the same prefix is a conflict: a default route, or a service address within
    the subnet of a group, may hang on a probe."""
    router = configured(SMALL)
    with router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\ntrack uplink\nprefix 0.0.0.0/0\nprefix 192.168.1.10/32")
    assert "  prefix 0.0.0.0/0\n" in running(router)


def test_prefix_moves_from_a_track_to_a_group(configured):
    router = configured(SMALL)
    with router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\ntrack uplink\nno prefix 198.18.0.0/24\nexit\n"
                            "group shop\nprefix 198.18.0.0/24\nno prefix 198.18.0.0/24\nexit\n"
                            "track uplink\nprefix 198.18.0.0/24")
    assert running(router) == SMALL


def test_sighup_changes_what_is_different(configured):
    router = configured(SMALL)
    changed = FULL.replace("interval 200", "interval 300")
    for text, word in ((changed, "the configuration was changed"),
                       (changed.replace("at-least 3", "at-least 9"), "refused, nothing was changed"),
                       (SMALL, "the configuration was changed")):
        router.write_config("frrd", text)
        reload_frrd(router, word)
        assert running(router) == (SMALL if text == SMALL else changed)


def reload_frrd(router, word):
    daemon = router.daemon("frrd")
    daemon.mark()
    daemon.signal(signal.SIGHUP)
    wait_for(lambda: daemon.tail("log", 40), 20, f"'{word}' in the log",
             until=lambda log: word in log)


def test_thousand_probes_in_a_file(configured):
    """A file of many lines is read in one transaction; no time is asked for."""
    lines = "".join(f" probe p{n}\n  tcp 192.0.2.{n % 250 + 1} port {n + 1}\n  interval 60000\n"
                    f" exit\n" for n in range(1000))
    text = BASE.replace(" group shop\n", lines + " group shop\n").replace(
        "   next-hop 192.0.2.2\n", "   next-hop 192.0.2.2\n" +
        "".join(f"   probe p{n}\n" for n in range(0, 1000, 10)) + "   probes at-least 50\n")
    assert running(configured(text)) == text


def test_model_has_what_was_typed(configured):
    router = configured(FULL)
    data = json.loads(router.ask("frrd", "show subnet-mover json"))
    assert data["arbiter"] == "manual"
    shown = json.loads(router.ask("frrd", "show configuration running json"))
    mover = shown["frr-subnet-mover:subnet-mover"]
    probes = {entry["name"]: entry for entry in mover["probe"]}
    assert probes["upstream"]["route"] == {"prefix": "0.0.0.0/0", "match": "covering",
                                           "via": "192.0.2.254"}
    assert probes["shop-http"]["http"]["tls"]["key-file"] == "/etc/ssl/example/client.key"
    assert probes["core"]["bfd"]["multihop"] is True
    assert probes["backup"]["exec"]["command"] == \
        '/usr/local/bin/backup-age --max 3600 "x y" $HOME'


# What the daemon has made of it: kind and target, and how it runs

RUNS = {
    "shop-http": ("http", "https://192.168.1.10:8443/healthz?full=1", 200, 150, 3, 2, "down"),
    "shop-page": ("http", "https://[2001:db8:1::10]/", 1000, 500, 2, 3, "up"),
    "gateway": ("icmp", "fe80::1", 1000, 500, 2, 3, "no-move"),
    "database": ("tcp", "db.example.org port 5432", 50, 600000, 2, 3, "no-move"),
    "backup": ("exec", '/usr/local/bin/backup-age --max 3600 "x y" $HOME', 60000, 500, 2, 3,
               "no-move"),
    "core": ("bfd", "2001:db8::1", None, None, None, None, "no-move"),
    "vrrp": ("interface", "lan address 192.168.1.1", None, None, None, None, "no-move"),
    "unfinished": ("none", "", None, None, None, None, "no-move"),
}


def probes_of(router):
    return json.loads(router.ask("frrd", "show subnet-mover probes json"))["probes"]


def test_daemon_has_what_was_typed(configured):
    router = configured(FULL)
    shown = probes_of(router)
    for name, (kind, target, interval, timeout, rise, fall, unknown) in RUNS.items():
        entry = shown[name]
        assert (entry["kind"], entry["target"], entry["whenUnknown"]) == (kind, target, unknown)
        assert [entry.get(key) for key in ("intervalMs", "timeoutMs", "rise", "fall")] == \
            [interval, timeout, rise, fall], name
    assert shown["shop-http"]["usedBy"] == [{"group": "shop", "role": "owner"}]
    assert shown["gateway"]["usedBy"] == [{"group": "shop", "role": "standby"}]
    assert shown["near"]["usedBy"] == [{"track": "anchor"}, {"track": "watched"}]
    tracks = json.loads(router.ask("frrd", "show subnet-mover track json"))["tracks"]
    assert tracks["uplink"]["mode"] == "at-least"
    assert set(tracks["uplink"]["probes"]) == {"upstream", "core"}
    assert set(tracks["uplink"]["routes"]) == {"198.18.0.0/24", "2001:db8:18::/48"}


def test_daemon_follows_changes(configured):
    router = configured(SMALL)
    for line, kind, target in (("exec /bin/true", "exec", "/bin/true"),
                               ("route 192.0.2.0/24", "route", "192.0.2.0/24"),
                               ("http http://192.0.2.9/", "http", "http://192.0.2.9/")):
        assert typed(router, *WEB, line)[0]
        entry = probes_of(router)["web"]
        assert (entry["kind"], entry["target"]) == (kind, target)
    assert typed(router, *WEB, "interval 300")[0] and typed(router, *WEB, "fall 7")[0]
    assert [probes_of(router)["web"][key] for key in ("intervalMs", "fall")] == [300, 7]
    assert typed(router, *WEB, "no interval")[0] and typed(router, *WEB, "no fall")[0]
    assert [probes_of(router)["web"][key] for key in ("intervalMs", "fall")] == [1000, 3]
    assert typed(router, *DC1, "no probe ping")[0] and typed(router, *DC1, "probe web standby")[0]
    shown = probes_of(router)
    assert shown["web"]["usedBy"] == [{"group": "shop", "role": "standby"}]
    assert shown["ping"]["usedBy"] == [{"track": "uplink"}]
    assert typed(router, *ROOT, "no track uplink")[0] and typed(router, *ROOT, "no probe ping")[0]
    assert "ping" not in probes_of(router)
    assert typed(router, *UPLINK)[0]  # it comes again, empty
    tracks = json.loads(router.ask("frrd", "show subnet-mover track json"))["tracks"]
    assert tracks["uplink"]["probes"] == {} and tracks["uplink"]["routes"] == {}
    assert typed(router, "no subnet-mover")[0]
    assert probes_of(router) == {}
