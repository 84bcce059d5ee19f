# SPDX-License-Identifier: GPL-2.0-or-later
"""Shared by the tests of the configuration: texts, and somebody who types."""

import os
import re

import pytest

from labkit.run import run
from labkit.vty import CMD_SUCCESS

# Everything that can be configured with the arbiter manual, as frrd shows it.
FULL = """subnet-mover
 local-site dc1
 marker-range 100.64.0.0/16
 route-table 143
 distance 18
 route-tag 4294967295
 marker-tag 144
 site dc1
  id 1
 exit
 site dc2
  id 15
 exit
 site hub
  id 3
  witness
  beacon 203.0.113.3/32
 exit
 arbiter manual
  handover-timeout 20000
 exit
 group shop
  id 1
  description the web shop: "don't" touch
  prefix 192.168.1.0/24
  prefix 2001:db8:1::/64
  site dc1
   preference 200
   metric 10
   next-hop interface lan
   next-hop fe80::1
  exit
  site dc2
   preference 65535
   metric 4294967295
   next-hop 192.0.2.2
   next-hop 2001:db8:ff12::2
  exit
 exit
 group sub
  allow-more-specific
  id 511
  prefix 192.168.1.128/25
  prefix-list MORE
  prefix-list PREFIXES
  site dc1
   next-hop blackhole
  exit
 exit
 group empty
 exit
exit
"""
# Three sites, one of them far away; to be gone on with, and ended by "exit".
HEAD = """subnet-mover
 local-site dc1
 marker-range 100.64.0.0/16
 site dc1
  id 1
 exit
 site dc2
  id 2
 exit
 site hub
  id 3
  witness
  beacon 203.0.113.128/25
 exit
 arbiter manual
 exit
"""
BASE = """subnet-mover
 local-site dc1
 marker-range 100.64.0.0/16
 site dc1
  id 1
 exit
 site dc2
  id 2
 exit
 site hub
  id 3
  witness
 exit
 arbiter manual
 exit
 group shop
  id 1
  prefix 192.168.1.0/24
  site dc1
   next-hop interface lan
  exit
  site dc2
   next-hop 192.0.2.2
  exit
 exit
 group mail
  id 2
  prefix 198.51.100.0/25
  prefix 2001:db8:2::/64
  site dc1
   next-hop interface lan
  exit
  site dc2
  exit
 exit
exit
"""

# Everything that the arbiter bgp has; the timers are the fastest that fit.
BGP = """subnet-mover
 local-site dc1
 marker-range 2001:db8:ffff::/112
 marker-tag 144
 site dc1
  id 1
 exit
 site dc2
  id 2
  maintenance
 exit
 site dc3
  id 15
 exit
 site hub
  id 3
  witness
  beacon 2001:db8:3::/64
 exit
 arbiter bgp
  fence-delay 100
  detection bfd 50 multiplier 4
  takeover-delay 360
  settle-time 510
  handover-timeout 20000
  stagger 400
  hold-down 0
  stale-retention 0
 exit
 group shop
  id 511
  prefix 192.168.1.0/24
  prefix 2001:db8:1::/64
  handover make-before-break
  auto-failover
  failback automatic
  failback wait-to-restore 60000
  damping max-moves 32
  damping window 7200000
  when-no-successor withdraw
  site dc1
   preference 200
   next-hop interface lan
  exit
  site dc2
   next-hop interface lan
  exit
  site dc3
   next-hop interface lan
  exit
 exit
exit
"""


def block(running):
    """The subnet-mover block of a configuration."""
    found = re.search(r"^subnet-mover\n(?: .*\n)*exit\n", running, re.M)
    return found.group(0) if found else ""


def running(router):
    return block(router.ask("frrd", "show running-config"))


class Terminal:
    """Somebody who types at frrd's vty."""

    def __init__(self, vty):
        self.vty = vty
        vty.run("configure terminal")

    def type(self, *lines):
        """All but the last line have to succeed; (code, text) of the last."""
        for line in lines[:-1]:
            self.vty.run(line)
        return self.vty.ask(lines[-1])

    def paste(self, text):
        """Every line has to be accepted."""
        for line in text.splitlines():
            code, said = self.vty.ask(line)
            assert code == CMD_SUCCESS, f"'{line}' was refused: {said}"


def typed(router, *lines):
    """Was the last line accepted, and what was said, in one line."""
    with router.vty("frrd") as vty:
        code, said = Terminal(vty).type(*lines)
    return code == CMD_SUCCESS, " ".join(said.split())


def vtysh_file(router, text):
    """What vtysh says to the text as a file."""
    path = f"{router.site_dir}/input.conf"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = run([*router.vtysh_argv(), "-f", path], check=False)
    os.unlink(path)
    return done.stdout + done.stderr


@pytest.fixture
def configured(bench):
    """configured(text) -> the router, whose frrd has read the text as its file"""
    def load(text):
        bench.router.daemon("frrd").stop()
        bench.router.write_config("frrd", text)
        bench.router.daemon("frrd").start()
        return bench.router
    return load


@pytest.fixture
def base(configured):
    return configured(BASE)
