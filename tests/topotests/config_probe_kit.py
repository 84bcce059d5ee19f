# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations of probes and tracks, for the tests of their configuration."""

from config_helpers import BASE, running, vtysh_file

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


def restore(router, text):
    """By a file, which is one transaction."""
    if running(router) != text:
        assert vtysh_file(router, "no subnet-mover\n" + text) == ""
    assert running(router) == text


def probe(name):
    return ROOT + [f"probe {name}"]


def track(name):
    return ROOT + [f"track {name}"]


DC1 = ROOT + ["group shop", "site dc1"]
WEB, UPLINK = probe("web"), track("uplink")
