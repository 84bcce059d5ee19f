# SPDX-License-Identifier: GPL-2.0-or-later
"""One router with stub links, for the tests that need no three sites.

    lan   gateway address, a host at the other end (192.168.1.10)
    wan   192.0.2.1/30 and 2001:db8:ff12::1/64, a neighbor at the other end

The daemons are zebra, staticd, bgpd (AS 65001, without a peer) and frrd as
site dc1. The other ends of all links are in one namespace, and no daemon runs
there.
"""

import signal

from . import config, frrd, netns, wiring
from .plan import LAN, Plan
from .router import Router, build_dir
from .run import LabError, need_root
from .state import State

LOCAL_SITE = "dc1"
WAN = "wan"
WAN_PEER4, WAN_PEER6 = "192.0.2.2", "2001:db8:ff12::2"
STUBS = {
    LAN: (("192.168.1.1/32", "2001:db8:1::1/128"), ("192.168.1.10/24", "2001:db8:1::10/64")),
    WAN: (("192.0.2.1/30", "2001:db8:ff12::1/64"), (f"{WAN_PEER4}/30", f"{WAN_PEER6}/64")),
}


def bgpd():
    return config.ROUTE_MAP + f"""router bgp 65001
 bgp router-id 203.0.113.1
 no bgp default ipv4-unicast
 no bgp ebgp-requires-policy
 !
 address-family ipv4 unicast
  {config.REDISTRIBUTE[4]}
 exit-address-family
 !
 address-family ipv6 unicast
  {config.REDISTRIBUTE[6]}
 exit-address-family
exit
"""


class Bench:
    def __init__(self, name, with_frrd=True):
        need_root()
        self.name = name
        self.plan = Plan(name)
        self.state = State(name)
        self.ns = f"{name}-r1"
        self.stub_ns = f"{name}-stub"
        daemons = ["zebra", "staticd", "bgpd"] + (["frrd"] if with_frrd else [])
        self.router = Router(self.ns, self.ns, f"{self.state.dir}/r1", daemons)
        self.frrd = frrd.Frrd(self.router)

    def up(self, owner=None):
        with self.state.lock():
            self._down()
            self.state.create()
            self.state.save({"kind": "bench", "build": build_dir()})
            if owner is not None:
                self.state.own(owner)
            wiring.make_router_ns(self.ns)
            wiring.make_host_ns(self.stub_ns)
            for name, (here, there) in STUBS.items():
                self.add_stub(name, here, there)
            self.router.prepare()
            site = self.plan.site(LOCAL_SITE)
            self.router.write_config("zebra", config.zebra(site))
            self.router.write_config("staticd", "")
            self.router.write_config("bgpd", bgpd())
            if "frrd" in self.router.daemons:
                self.router.write_config("frrd", self.frrd_config())
            self.router.start()

    def frrd_config(self, groups=None, options=(), arbiter=()):
        return config.frrd(self.plan, LOCAL_SITE, groups, options, arbiter)

    def load_frrd(self, groups=None, options=(), arbiter=()):
        """Restart frrd with a configuration file; see config.frrd()."""
        self.router.daemon("frrd").stop()
        self.router.forget()
        self.router.write_config("frrd", self.frrd_config(groups, options, arbiter))
        self.router.daemon("frrd").start()
        self.frrd.wait_ready()

    def down(self):
        with self.state.lock():
            self._down()

    def _down(self):
        self.router.signal(signal.SIGCONT)
        self.router.remove()
        netns.delete(self.ns)
        netns.delete(self.stub_ns)
        self.state.remove()

    # Links

    def add_stub(self, name, here=(), there=()):
        peer = f"{name}-peer"
        wiring.make_veth(self.ns, name, self.stub_ns, peer)
        netns.ip_batch(self.stub_ns, [*wiring.add_addresses(peer, there), f"link set {peer} up"])
        netns.ip_batch(self.ns, [*wiring.add_addresses(name, here), f"link set {name} up"])

    def del_stub(self, name):
        netns.ip_batch(self.ns, [f"link del {name}"])

    def set_link(self, name, up):
        netns.ip_batch(self.ns, [f"link set {name} {'up' if up else 'down'}"])

    def links(self):
        return {link["ifname"] for link in netns.ip_json(self.ns, "link", "show")} - {"lo"}

    def restore(self):
        """Back to the first state: links, daemons, no static routes."""
        for name in self.links() - set(STUBS):
            self.del_stub(name)
        for name, (here, there) in STUBS.items():
            if name not in self.links():
                self.add_stub(name, here, there)
            self.set_link(name, True)
        self.router.signal(signal.SIGCONT)
        self.router.start()
        static = [line for line in self.router.ask("staticd", "show running-config").splitlines()
                  if line.startswith(("ip route ", "ipv6 route "))]
        if static:
            said = self.router.configure("\n".join(f"no {line}" for line in static))
            if said:
                raise LabError(f"cannot remove static routes at {self.ns}: {said}")

    def findings(self):
        return self.router.findings()

    def logs(self, lines=60):
        return self.router.logs(lines)
