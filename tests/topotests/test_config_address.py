# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration of what follows a change of addresses: what is shown can be pasted
back and loaded by vtysh, every `no`, every error, and what preflight says."""

import os
import shutil

import pytest

from config_helpers import BASE, Terminal, block, configured, running  # noqa: F401
from labkit.vty import CMD_SUCCESS

SHOP = ["subnet-mover", "group shop"]

LINES = """  address-change dns-server 192.0.2.53
  address-change dns-port 5353
  address-change dns-zone example.org
  address-change dns-key-file /etc/frr/dns.key
  address-change record www.example.org a
  address-change record www.example.org aaaa ttl 0
  address-change record _sip._tcp.example.org srv swap-priority
  address-change record _xmpp._tcp.example.org srv ttl 2147483647 swap-priority
  address-change notify https://hooks.example.com/moves?key=1&group=shop
  address-change notify mailto:noc@example.org
"""


def with_lines(lines=LINES, maps=""):
    """They come before the sites of the group; maps: lines of site dc2."""
    text = BASE.replace("  prefix 192.168.1.0/24\n", "  prefix 192.168.1.0/24\n" + lines)
    return text.replace("   next-hop 192.0.2.2\n", "   next-hop 192.0.2.2\n" + maps)


CHANGE = with_lines()


def lines_of(text):
    return sorted(line for line in text.splitlines() if line.startswith("  address-change"))


def typed(router, *lines):
    with router.vty("frrd") as vty:
        code, said = Terminal(vty).type(*lines)
    return code == CMD_SUCCESS, " ".join(said.split())


@pytest.fixture
def router(bench):
    """The daemon with CHANGE; the same for all tests that leave it as it was."""
    if lines_of(running(bench.router)) != lines_of(CHANGE):
        with bench.router.vty("frrd") as vty:
            Terminal(vty).paste("no subnet-mover\n" + CHANGE)
    assert lines_of(running(bench.router)) == lines_of(CHANGE)
    return bench.router


# Round trip

def test_file_is_shown_as_it_was(configured):
    shown = running(configured(CHANGE))
    assert lines_of(shown) == lines_of(CHANGE)
    assert running(configured(shown)) == shown


def test_shown_lines_can_be_pasted(configured):
    router = configured("")
    for _ in range(2):  # once more changes nothing
        with router.vty("frrd") as vty:
            Terminal(vty).paste(CHANGE)
        assert lines_of(running(router)) == lines_of(CHANGE)


def test_shown_lines_can_be_loaded_by_vtysh(configured):
    router = configured("")
    router.configure(CHANGE)
    assert lines_of(running(router)) == lines_of(CHANGE)
    assert block(router.vtysh("show running-config")) == running(router)


def test_defaults_are_not_shown(configured):
    router = configured(with_lines("""  address-change dns-server ns1.example.org
  address-change dns-port 53
  address-change record www.example.org a ttl 60
"""))
    assert lines_of(running(router)) == ["  address-change dns-server ns1.example.org",
                                         "  address-change record www.example.org a"]


def test_a_record_line_is_all_of_the_record(router):
    assert typed(router, *SHOP, "address-change record www.example.org aaaa")[0]
    assert "  address-change record www.example.org aaaa\n" in running(router)
    assert typed(router, *SHOP, "address-change record www.example.org aaaa ttl 0")[0]
    assert lines_of(running(router)) == lines_of(CHANGE)


# `no`

NO_FORMS = [
    ("no address-change dns-port", "dns-port"),
    ("no address-change dns-port 5353", "dns-port"),
    ("no address-change dns-zone", "dns-zone"),
    ("no address-change dns-key-file /etc/frr/dns.key", "dns-key-file"),
    ("no address-change record www.example.org a", "record www.example.org a"),
    ("no address-change record _xmpp._tcp.example.org srv ttl 2147483647 swap-priority",
     "record _xmpp._tcp.example.org srv"),
    ("no address-change notify mailto:noc@example.org", "notify mailto:noc@example.org"),
]


@pytest.mark.parametrize("line, gone", NO_FORMS, ids=[line for line, _ in NO_FORMS])
def test_no_form(router, line, gone):
    before = [text for text in lines_of(CHANGE)
              if not f"{text} ".startswith(f"  address-change {gone} ")]
    ok, said = typed(router, *SHOP, line)
    assert ok, said
    assert lines_of(running(router)) == before
    with router.vty("frrd") as vty:
        Terminal(vty).paste(CHANGE)


def test_group_takes_its_lines_along(configured):
    router = configured(CHANGE)
    assert typed(router, "subnet-mover", "no group shop")[0]
    assert "address-change" not in running(router)
    with router.vty("frrd") as vty:
        Terminal(vty).paste("subnet-mover\ngroup shop\nid 1")
    assert "address-change" not in running(router)
    assert "addressChange" not in router.ask_json("frrd", "show subnet-mover group shop json")


# Errors

ERRORS = [
    ("no address-change dns-server", "group shop: address-change has records and no dns-server; "
                                     "configure `address-change dns-server HOST` first"),
    ("address-change dns-server -x", "-x: "),
    ("address-change dns-port 0", "dns-port 0 is out of range: it is a number from 1 to 65535"),
    ("address-change dns-port 65536", "from 1 to 65535"),
    ("address-change dns-key-file dns.key", "dns.key: "),
    ("address-change record www..example.org a", "www..example.org: "),
    ("address-change record . a", "group shop: address-change record . is the root"),
    ("address-change record www.example.org a ttl 2147483648",
     "ttl 2147483648 is out of range: it is a number from 0 to 2147483647"),
    ("address-change record www.example.org a swap-priority",
     "group shop: address-change record www.example.org a: swap-priority is for type srv"),
    ("address-change record _ldap._tcp.example.org srv",
     "group shop: address-change record _ldap._tcp.example.org srv: without swap-priority nothing "
     "would be done with it"),
    ("no address-change record nobody.example.org a",
     "there is no record nobody.example.org a here"),
    ("address-change notify tel:555", "notify takes an http, https or mailto URL"),
    ("address-change notify https://example.org/it's", "notify takes an http, https or mailto URL"),
    ("no address-change notify mailto:nobody@example.org",
     "mailto:nobody@example.org is not among those who are told"),
]


@pytest.mark.parametrize("line, text", ERRORS, ids=[line[:50] for line, _ in ERRORS])
def test_error(router, line, text):
    ok, said = typed(router, *SHOP, line)
    assert not ok and text in said
    assert lines_of(running(router)) == lines_of(CHANGE)


def test_a_file_without_the_server(configured):
    """The lines about records are refused, the others are not."""
    router = configured(with_lines(LINES.split("\n", 1)[1]))
    assert lines_of(running(router)) == [line for line in lines_of(CHANGE)
                                         if " record " not in line and "dns-server" not in line]


def test_what_a_program_can_be_told(configured):
    """The arithmetic is in the message, and what fits is kept."""
    label = ".".join(["x" * 63] * 3)
    records = [f"  address-change record n{i:03}.{label}.example.org a\n" for i in range(200)]
    router = configured(with_lines("  address-change dns-server 192.0.2.53\n" + "".join(records)))
    length = len(f"n000.{label}.example.org/a/60 ")
    fits = 40960 // length
    assert len([line for line in lines_of(running(router)) if " record " in line]) == fits
    ok, said = typed(router, *SHOP, records[-1].strip())
    assert not ok
    assert f"dns-update can be told 40960 characters; {fits + 1} records are " \
           f"{(fits + 1) * length}, and 0 map lines" in said


# Preflight

@pytest.fixture
def programs(bench):
    folder = bench.router.hook_folder
    os.makedirs(folder)
    yield folder
    shutil.rmtree(folder)


def findings(router):
    return [f"{found['severity']}: {found['text']}" for found in
            router.ask_json("frrd", "show subnet-mover preflight json")["findings"]
            if found["check"] == "address-change"]


def test_preflight(configured, programs, bench):
    key = f"{bench.router.site_dir}/dns.key"
    router = configured(with_lines(LINES.replace("/etc/frr/dns.key", key),
                                   maps="   map 192.168.1.0/24 192.168.2.0/24\n"))
    missing = "will not be started: {0}/{1}: No such file or directory"
    assert findings(router) == [
        f"error: {programs}/dns-update " + missing.format(programs, "dns-update"),
        f"error: dns-key-file {key} cannot be read: No such file or directory",
        f"error: {programs}/notify " + missing.format(programs, "notify")]
    for name, mode in (("dns-update", 0o755), ("notify", 0o775)):
        with open(f"{programs}/{name}", "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n")
        os.chmod(f"{programs}/{name}", mode)
    with open(key, "w", encoding="utf-8"):
        pass
    os.chmod(key, 0o600)
    assert findings(router) == [
        f"error: dns-key-file {key} cannot be read: Permission denied",
        f"error: {programs}/notify will not be started: {programs}/notify can be written by others "
        "than root"]
    os.chmod(f"{programs}/notify", 0o755)
    os.chmod(key, 0o644)
    assert findings(router) == [
        f"warning: dns-key-file {key} is open to everybody on this router: whoever has the key "
        "changes the zone"]
    os.unlink(key)


def test_preflight_without_map_lines(configured, programs):
    router = configured(with_lines("  address-change notify mailto:noc@example.org\n"))
    assert findings(router)[-1] == (
        "warning: no site has a `map` line, so the addresses never change: no record is updated "
        "and nobody is told")
