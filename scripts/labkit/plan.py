# SPDX-License-Identifier: GPL-2.0-or-later
"""The topology as data: sites, links, addresses, and the names they get.

    client 198.51.100.10 --- hub (65003)
                            /           \\
                     dc1 (65001) --- dc2 (65002)
                      |                 |
        service 192.168.1.10     service 192.168.1.10

Every inter-site link runs through a bridge in a namespace of its own (the
middle): with the bridge down packets are lost silently, and both ends keep
their carrier. The service host has the same address behind dc1 and dc2; the
site that announces 192.168.1.0/24 is the one that is reached. The gateway
address is a host address (/32, /128), because a connected route would beat
every other type in zebra and shadow frrd's.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from .run import LabError

NAME_RULE = re.compile(r"[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?\Z")

ROUTE_TABLE = 142
ROUTE_TAG = 142
SEEN_COMMUNITY = f"65000:{ROUTE_TAG}"  # put on routes with the tag: see config.py
PREFIX4 = "192.168.1.0/24"
PREFIX6 = "2001:db8:1::/64"
SERVICE4 = "192.168.1.10"
SERVICE6 = "2001:db8:1::10"
CLIENT4 = "198.51.100.10"
CLIENT6 = "2001:db8:3::10"
SERVICE_PORT = 7777


@dataclass(frozen=True)
class Host:
    """A host behind a site's LAN interface, in a namespace of its own."""
    role: str             # suffix of the namespace
    addresses: tuple      # with prefix length
    gateways: tuple       # one for each family


@dataclass(frozen=True)
class Site:
    name: str
    number: int           # site id in frrd's configuration
    asn: int
    router_id: str
    gateway: tuple        # addresses on the LAN interface, with prefix length
    networks: tuple       # announced by plain bgpd
    host: Host
    witness: bool = False


@dataclass(frozen=True)
class Link:
    """An inter-site link; addresses are those of side a, then of side b."""
    a: str
    b: str
    net4: tuple
    net6: tuple

    @property
    def name(self):
        return f"{self.a}-{self.b}"

    @property
    def bridge(self):
        return "br-" + self.name

    def port(self, site):
        """The middle's end of the cable that goes to the site."""
        return f"{site}_{self.other(site)}"

    def other(self, site):
        return self.b if site == self.a else self.a

    def interface(self, site):
        """The site's interface on this link."""
        return "to-" + self.other(site)

    def address(self, site, family):
        net = self.net4 if family == 4 else self.net6
        return net[0] if site == self.a else net[1]

    def peer_address(self, site, family):
        return self.address(self.other(site), family)

    def length(self, family):
        return 30 if family == 4 else 64


SERVICE_HOST = Host("srv", (f"{SERVICE4}/24", f"{SERVICE6}/64"),
                    ("192.168.1.1", "2001:db8:1::1"))
SERVICE_GATEWAY = ("192.168.1.1/32", "2001:db8:1::1/128")

SITES = (
    Site("dc1", 1, 65001, "203.0.113.1", SERVICE_GATEWAY, (), SERVICE_HOST),
    Site("dc2", 2, 65002, "203.0.113.2", SERVICE_GATEWAY, (), SERVICE_HOST),
    Site("hub", 3, 65003, "203.0.113.3", ("198.51.100.1/24", "2001:db8:3::1/64"),
         ("198.51.100.0/24", "2001:db8:3::/64"),
         Host("cli", (f"{CLIENT4}/24", f"{CLIENT6}/64"), ("198.51.100.1", "2001:db8:3::1")),
         witness=True),
)

LINKS = (
    Link("dc1", "dc2", ("192.0.2.1", "192.0.2.2"), ("2001:db8:ff12::1", "2001:db8:ff12::2")),
    Link("dc1", "hub", ("192.0.2.5", "192.0.2.6"), ("2001:db8:ff13::1", "2001:db8:ff13::2")),
    Link("dc2", "hub", ("192.0.2.9", "192.0.2.10"), ("2001:db8:ff23::1", "2001:db8:ff23::2")),
)

LAN = "lan"
HOST_INTERFACE = "eth0"


class Plan:
    """The names of one lab: everything carries the lab's name as a prefix."""

    def __init__(self, name):
        if not NAME_RULE.match(name):
            raise LabError(f"lab name '{name}': 1 to 20 of a-z, 0-9 and '-', "
                           "not beginning or ending with '-'")
        self.name = name

    @cached_property
    def sites(self):
        return {site.name: site for site in SITES}

    def site(self, name):
        if name not in self.sites:
            raise LabError(f"no site '{name}'; the sites are {', '.join(self.sites)}")
        return self.sites[name]

    def links_of(self, site):
        return [link for link in LINKS if site in (link.a, link.b)]

    def link(self, a, b):
        self.site(a), self.site(b)
        for link in LINKS:
            if {a, b} == {link.a, link.b}:
                return link
        raise LabError(f"no link between '{a}' and '{b}'")

    def asn_of(self, asn):
        """The site's name, given its AS number."""
        return next((site.name for site in SITES if site.asn == asn), None)

    def site_ns(self, site):
        return f"{self.name}-{site}"

    def host_ns(self, site):
        return f"{self.name}-{site}-{self.site(site).host.role}"

    @property
    def middle_ns(self):
        return f"{self.name}-mid"

    @property
    def namespaces(self):
        names = [self.middle_ns]
        for site in self.sites:
            names += [self.site_ns(site), self.host_ns(site)]
        return names
