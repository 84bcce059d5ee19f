# SPDX-License-Identifier: GPL-2.0-or-later
"""The topology as data: sites, links, addresses, and the names they get.

    client 198.51.100.10 --- hub (65003)
                            /           \\
                     dc1 (65001) --- dc2 (65002)
                      |                 |
        service 192.168.1.10     service 192.168.1.10

That is the usual lab. A larger one has dc3, a second recovery site, and hub2,
a second third site, linked in a full mesh or by the links that are given.

Every inter-site link runs through a bridge in a namespace of its own (the
middle): with the bridge down packets are lost silently, and both ends keep
their carrier. The service host has the same address behind dc1, dc2 and dc3; the
site that announces 192.168.1.0/24 is the one that is reached. The gateway
address is a host address (/32, /128), because a connected route would beat
every other type in zebra and shadow frrd's.
"""

import re
from dataclasses import dataclass, replace

from .run import LabError

NAME_RULE = re.compile(r"[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?\Z")

ROUTE_TABLE = 142
ROUTE_TAG = 142
MARKER_TAG = 143
SEEN_COMMUNITY = f"65000:{ROUTE_TAG}"  # put on routes with the tag: see config.py
MARKER_COMMUNITY = f"65000:{MARKER_TAG}"
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

# In this order the sites are added; a lab has the first three at least.
SITES = (
    Site("dc1", 1, 65001, "203.0.113.1", SERVICE_GATEWAY, (), SERVICE_HOST),
    Site("dc2", 2, 65002, "203.0.113.2", SERVICE_GATEWAY, (), SERVICE_HOST),
    Site("hub", 3, 65003, "203.0.113.3", ("198.51.100.1/24", "2001:db8:3::1/64"),
         ("198.51.100.0/24", "2001:db8:3::/64"),
         Host("cli", (f"{CLIENT4}/24", f"{CLIENT6}/64"), ("198.51.100.1", "2001:db8:3::1")),
         witness=True),
    Site("dc3", 4, 65004, "203.0.113.4", SERVICE_GATEWAY, (), SERVICE_HOST),
    Site("hub2", 5, 65005, "203.0.113.5", ("203.0.113.129/25", "2001:db8:5::1/64"),
         ("203.0.113.128/25", "2001:db8:5::/64"),
         Host("cli", ("203.0.113.130/25", "2001:db8:5::10/64"),
              ("203.0.113.129", "2001:db8:5::1")), witness=True),
)
THREE = ("dc1", "dc2", "hub")


def full_mesh():
    """Every pair of sites, those of the usual lab first."""
    return [(a.name, b.name) for number, b in enumerate(SITES) for a in SITES[:number]]


def _link(a, b):
    """The addresses depend on the pair alone, not on the other links."""
    net = 4 * full_mesh().index((a, b))
    numbers = {site.name: site.number for site in SITES}
    prefix = f"2001:db8:ff{numbers[a]}{numbers[b]}:"
    return Link(a, b, (f"192.0.2.{net + 1}", f"192.0.2.{net + 2}"),
                (f"{prefix}:1", f"{prefix}:2"))


LAN = "lan"
HOST_INTERFACE = "eth0"


class Plan:
    """The names of one lab: everything carries the lab's name as a prefix."""

    def __init__(self, name, sites=THREE, links=None, attach=False):
        """links: pairs of sites; without them a full mesh. attach: the gateway
        addresses of the members are there while frrd attaches them, and only then."""
        if not NAME_RULE.match(name):
            raise LabError(f"lab name '{name}': 1 to 20 of a-z, 0-9 and '-', "
                           "not beginning or ending with '-'")
        unknown = set(sites) - {site.name for site in SITES}
        if unknown or not set(THREE) <= set(sites):
            raise LabError(f"sites {', '.join(sites)}: {', '.join(THREE)} and perhaps "
                           f"{', '.join(site.name for site in SITES[3:])}")
        self.name = name
        self.sites = {site.name: site for site in SITES if site.name in sites}
        self.attach = attach
        if attach:
            self.sites = {name: site if site.witness else replace(site, gateway=())
                          for name, site in self.sites.items()}
        pairs = [pair for pair in full_mesh() if set(pair) <= set(self.sites)]
        if links is not None:
            wanted = {frozenset(pair) for pair in links}
            if not wanted <= {frozenset(pair) for pair in pairs}:
                raise LabError("a link joins two different sites of the lab")
            pairs = [pair for pair in pairs if frozenset(pair) in wanted]
        self.links = [_link(a, b) for a, b in pairs]

    def site(self, name):
        if name not in self.sites:
            raise LabError(f"no site '{name}'; the sites are {', '.join(self.sites)}")
        return self.sites[name]

    @property
    def members(self):
        """The sites with the service behind them, in the order of preference."""
        return [name for name, site in self.sites.items() if not site.witness]

    def links_of(self, site):
        return [link for link in self.links if site in (link.a, link.b)]

    def link(self, a, b):
        self.site(a), self.site(b)
        for link in self.links:
            if {a, b} == {link.a, link.b}:
                return link
        raise LabError(f"no link between '{a}' and '{b}'")

    def asn_of(self, asn):
        """The site's name, given its AS number."""
        return next((site.name for site in self.sites.values() if site.asn == asn), None)

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
