# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration of attachments: what is shown can be pasted back and loaded by vtysh,
every `no`, and what cannot work is refused with object and reason."""

import pytest

from config_helpers import (BASE, Terminal, block, configured,  # noqa: F401
                            running, typed, vtysh_file)

ROOT = ["subnet-mover"]
SHOP = ROOT + ["group shop"]
MAIL = ROOT + ["group mail"]
SHOP_DC1 = SHOP + ["site dc1"]
MAIL_DC1 = MAIL + ["site dc1"]

# Everything that attachments have, as frrd shows it. The interfaces are in the order in
# which they were configured; dc1's are on this router.
ATTACH = """subnet-mover
 local-site dc1
 site dc1
  id 1
 exit
 site dc2
  id 2
 exit
 arbiter manual
 exit
 group shop
  id 1
  prefix 192.168.1.0/24
  prefix 2001:db8:1::/64
  attach-order announce-first
  site dc1
   next-hop interface lan
   attach interface lan
   attach interface lan address 192.168.1.254/32
   attach interface lan address 2001:db8:1::fe/128
   attach interface lan duplicate-check
   attach interface lan advertisements 0
   attach interface lan advertisement-interval 60000
   attach interface wg0
   attach interface wg0 carrier
   attach interface wg0 advertisements 100
   attach interface wg0 advertisement-interval 10
  exit
  site dc2
   next-hop 192.0.2.2
   next-hop 2001:db8:ff12::2
   attach interface eth1.100
   attach interface eth1.100 address 10.9.8.7/24
  exit
 exit
exit
"""


# Round trip

def test_file_is_shown_as_it_was(configured):
    assert running(configured(ATTACH)) == ATTACH


def test_shown_lines_can_be_pasted(configured):
    router = configured("")
    for _ in range(2):  # once more changes nothing
        with router.vty("frrd") as vty:
            Terminal(vty).paste(ATTACH)
        assert running(router) == ATTACH


def test_shown_lines_can_be_loaded_by_vtysh(configured):
    router = configured("")
    said = vtysh_file(router, ATTACH)
    assert "refused" not in said, said
    assert running(router) == ATTACH
    assert block(router.vtysh("show running-config")) == ATTACH


def test_a_line_makes_the_attachment(configured):
    """An address is enough; defaults are not shown."""
    router = configured(BASE)
    ok, said = typed(router, *SHOP_DC1, "attach interface lan address 192.168.1.1/32")
    assert ok, said
    assert "   attach interface lan\n   attach interface lan address 192.168.1.1/32\n" in \
        running(router)
    for line in ("attach interface lan advertisements 3",
                 "attach interface lan advertisement-interval 200"):
        ok, said = typed(router, *SHOP_DC1, line)
        assert ok, said
    assert "advertisement" not in running(router)


# `no` forms

NO_FORMS = [
    (SHOP, "no attach-order", "  attach-order"),
    (SHOP, "no attach-order announce-first", "  attach-order"),
    (SHOP_DC1, "no attach interface lan address 2001:db8:1::fe/128", "2001:db8:1::fe/128"),
    (SHOP_DC1, "no attach interface lan address 192.168.1.254/32", "192.168.1.254/32"),
    (SHOP_DC1, "no attach interface lan duplicate-check", "duplicate-check"),
    (SHOP_DC1, "no attach interface wg0 carrier", "wg0 carrier"),
    (SHOP_DC1, "no attach interface lan advertisements", "lan advertisements"),
    (SHOP_DC1, "no attach interface wg0 advertisements 100", "wg0 advertisements"),
    (SHOP_DC1, "no attach interface lan advertisement-interval", "lan advertisement-interval"),
    (SHOP_DC1, "no attach interface lan advertisement-interval 60000",
     "lan advertisement-interval"),
    (SHOP_DC1, "no attach interface wg0", "wg0"),
    (SHOP_DC1, "no attach interface lan", "attach interface lan"),
]


@pytest.mark.parametrize("where, line, gone", NO_FORMS,
                         ids=lambda v: v if isinstance(v, str) else "")
def test_no_form(configured, where, line, gone):
    router = configured(ATTACH)
    assert gone in running(router)
    ok, said = typed(router, *where, line)
    assert ok, said
    assert gone not in running(router)
    with router.vty("frrd") as vty:
        Terminal(vty).paste(ATTACH)
    assert sorted(running(router).splitlines()) == sorted(ATTACH.splitlines())


# Refusals

ERRORS = [
    (SHOP_DC1, "attach interface lan address 192.168.1.1/24",
     "group shop site dc1: the connected route of address 192.168.1.1/24 would stand before "
     "prefix 192.168.1.0/24 of the group, which could not be announced; with 192.168.1.1/32 the "
     "address serves the hosts as well"),
    (MAIL_DC1, "attach interface lan address 2001:db8:2::1/64",
     "prefix 2001:db8:2::/64 of the group, which could not be announced; with 2001:db8:2::1/128"),
    (SHOP_DC1, "attach interface lan address 224.0.0.1/32",
     "group shop site dc1: 224.0.0.1/32 cannot be an address of interface lan"),
    (SHOP_DC1, "attach interface lan address 127.0.0.2/32", "127.0.0.2/32 cannot be an address"),
    (SHOP_DC1, "attach interface lan address ff02::1/128", "ff02::1/128 cannot be an address"),
    (SHOP_DC1, "attach interface lan address ::/0", "::/0 cannot be an address"),
    (SHOP_DC1, "attach interface a-name-that-is-too-long", "1 to 15 characters"),
    (SHOP_DC1, "attach interface lan advertisements 101", "from 0 to 100"),
    (SHOP_DC1, "attach interface lan advertisement-interval 9", "from 10 to 60000"),
    (SHOP_DC1, "no attach interface lan", "interface lan is not attached here"),
    (SHOP_DC1, "no attach interface lan carrier", "interface lan is not attached here"),
    (SHOP_DC1, "no attach interface lan address 192.168.1.1/32", "interface lan is not attached"),
]


@pytest.mark.parametrize("where, line, said", ERRORS, ids=lambda v: v if isinstance(v, str) else "")
def test_error(configured, where, line, said):
    router = configured(BASE)
    ok, text = typed(router, *where, line)
    assert not ok and said in text, text
    assert running(router) == BASE


def test_an_address_belongs_to_one_group(configured):
    router = configured(BASE)
    ok, said = typed(router, *SHOP_DC1, "attach interface lan address 192.168.1.1/32")
    assert ok, said
    for where, line in ((MAIL_DC1, "attach interface wan address 192.168.1.1/32"),
                        (SHOP_DC1, "attach interface wan address 192.168.1.1/31")):
        ok, said = typed(router, *where, line)
        assert not ok and "is attached by group" in said and "already" in said, said
    ok, said = typed(router, *SHOP, "site dc2", "attach interface lan address 192.168.1.1/32")
    assert ok, said  # another site: that is what it is for


def test_no_such_address(configured):
    router = configured(ATTACH)
    ok, said = typed(router, *SHOP_DC1, "no attach interface lan address 192.168.1.9/32")
    assert not ok and "address 192.168.1.9/32 is not attached to interface lan" in said


def test_prefix_that_an_address_would_shadow(configured):
    router = configured(BASE)
    ok, said = typed(router, *SHOP_DC1, "attach interface lan address 203.0.113.1/24")
    assert ok, said
    before = running(router)
    ok, said = typed(router, *SHOP, "prefix 203.0.113.0/24")
    assert not ok and "the connected route of address 203.0.113.1/24" in said, said
    assert running(router) == before
    said = vtysh_file(router, "subnet-mover\n group shop\n  prefix 203.0.113.0/24\n"
                              "  prefix 192.168.7.0/24\n exit\nexit\n")
    assert "the connected route of address 203.0.113.1/24" in " ".join(said.split()), said
    assert "prefix 192.168.7.0/24" in running(router)  # the other lines count


def test_duplicate_check_needs_break_before_make(configured):
    router = configured(ATTACH.replace(" arbiter manual\n", " marker-range 100.64.0.0/16\n"
                                                            " arbiter bgp\n"))
    ok, said = typed(router, *SHOP, "handover make-before-break")
    assert not ok and "duplicate-check of interface lan is not possible with `handover " \
                      "make-before-break`" in said, said
    ok, said = typed(router, *SHOP_DC1, "no attach interface lan duplicate-check")
    assert ok, said
    ok, said = typed(router, *SHOP, "handover make-before-break")
    assert ok, said
    ok, said = typed(router, *SHOP_DC1, "attach interface lan duplicate-check")
    assert not ok and "duplicate-check of interface lan" in said, said


def test_file_with_a_bad_line(configured):
    """The other lines of the file count."""
    router = configured("")
    said = vtysh_file(router, ATTACH.replace("254/32", "254/24"))
    assert "would stand before prefix 192.168.1.0/24" in " ".join(said.split()), said
    assert running(router) == ATTACH.replace("   attach interface lan address 192.168.1.254/32\n",
                                             "")
