# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration of probes, of track objects, and of members that use probes: what is
shown can be pasted back and loaded by vtysh, every line has its "no", and frrd has what
was typed. What does not fit: test_config_probe_errors.py."""

import json
import signal

import pytest

from config_helpers import (BASE, Terminal, block, configured, running,  # noqa: F401
                            typed, vtysh_file)
from config_probe_kit import DC1, FULL, ROOT, SMALL, UPLINK, WEB, probe, restore, track
from labkit.run import wait_for

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
