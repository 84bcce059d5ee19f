# SPDX-License-Identifier: GPL-2.0-or-later
"""Configuration text of every daemon, rendered from the plan."""

from .plan import (LAN, MARKER_COMMUNITY, MARKER_TAG, PREFIX4, PREFIX6, ROUTE_TABLE, ROUTE_TAG,
                   SEEN_COMMUNITY, SERVICE_GATEWAY)

DEFAULT_BFD_MS = 50

# For tests. Of a shared machine some hypervisors take the processors away for
# 200 to 400 ms, and with 3 x 50 ms every link of a lab is dead then.
PATIENT_BFD_MS = 300

# bgpd 8.4 takes the table's number in IPv4 only. In IPv6 "redistribute table"
# means routes without an instance (a line with a number is tried at the node
# above, where it silently becomes one for IPv4).
REDISTRIBUTE = {4: f"redistribute table {ROUTE_TABLE} route-map FRRD",
                6: "redistribute table route-map FRRD"}

# First in the file, because a route-map that is referenced before it is
# defined takes effect seconds later. The last entry lets through what has
# another tag, so that a test may try other tags; it only gets no community.
ROUTE_MAP = f"""route-map FRRD permit 10
 match tag {ROUTE_TAG}
 set community {SEEN_COMMUNITY}
exit
!
route-map FRRD permit 20
 match tag {MARKER_TAG}
 set community {MARKER_COMMUNITY}
exit
!
route-map FRRD permit 30
exit
!
"""
MARKER_RANGE = "100.64.0.0/16"

# Times of `arbiter bgp` for tests, with PATIENT_BFD_MS: quick, but good for up to
# 15 sites.
QUICK = {"takeover-delay": 600, "stagger": 600, "fence-delay": 0, "settle-time": 1300,
         "hold-down": 0, "stale-retention": 2000, "handover-timeout": 3000}


def quickest(bfd_ms=DEFAULT_BFD_MS):
    """The smallest times that the budget accepts for three sites with BFD
    3 x bfd_ms: the takeover waits for as long as one site may notice a loss
    after another, and 10 ms for zebra."""
    return {**QUICK, "takeover-delay": bfd_ms + 10, "stagger": max(bfd_ms, 200) + 50,
            "settle-time": 3 * bfd_ms + 250}


def header(hostname, log_file):
    """First lines of every file. The log is named here and not by --log,
    because time stamps of --log have no fractions."""
    return f"hostname {hostname}\nlog file {log_file}\nlog timestamp precision 6\n!\n"


def zebra(site):
    return f"ip router-id {site.router_id}\n"


def bfdd(interval_ms=DEFAULT_BFD_MS):
    return f"""bfd
 profile lab
  detect-multiplier 3
  receive-interval {interval_ms}
  transmit-interval {interval_ms}
 exit
exit
"""


def bgpd(plan, site):
    neighbors = {4: [], 6: []}
    head = [f"router bgp {site.asn}",
            f" bgp router-id {site.router_id}",
            " no bgp default ipv4-unicast",
            " no bgp ebgp-requires-policy",
            " no bgp network import-check",
            " timers bgp 3 9"]
    for link in plan.links_of(site.name):
        other = plan.site(link.other(site.name))
        for family in (4, 6):
            address = link.peer_address(site.name, family)
            neighbors[family].append(address)
            head += [f" neighbor {address} remote-as {other.asn}",
                     f" neighbor {address} description {other.name}",
                     f" neighbor {address} bfd",
                     f" neighbor {address} bfd profile lab",
                     f" neighbor {address} advertisement-interval 0",
                     f" neighbor {address} timers connect 1"]
    return (ROUTE_MAP + "\n".join(head) + "\n" + _families(site, neighbors) + "exit\n")


def _families(site, neighbors):
    lines = []
    for family in (4, 6):
        lines += [" !", f" address-family ipv{family} unicast",
                  f"  {REDISTRIBUTE[family]}"]
        lines += [f"  network {net}" for net in site.networks if (":" in net) == (family == 6)]
        for address in neighbors[family]:
            lines += [f"  neighbor {address} activate",
                      f"  neighbor {address} soft-reconfiguration inbound"]
        lines.append(" exit-address-family")
    return "\n".join(lines) + "\n"


def frrd_sites(plan, extra=None):
    """extra: site -> more lines of that site."""
    lines = []
    for site in plan.sites.values():
        lines += [f" site {site.name}", f"  id {site.number}"]
        if site.witness:
            lines.append("  witness")
        lines += [f"  {line}" for line in (extra or {}).get(site.name, ())]
        lines.append(" exit")
    return lines


def arbiter_bgp(times=None, bfd_ms=DEFAULT_BFD_MS):
    """The lines of `arbiter bgp`. times: name -> milliseconds; what it does
    not name has its default. Detection is what bfdd does in the lab."""
    return [f"detection bfd {bfd_ms} multiplier 3",
            *[f"{name} {value}" for name, value in (times or {}).items()]]


def frrd_group(name, number, prefixes, members, extra=()):
    """A group; members: site -> (preference, [lines of the member])."""
    lines = [f" group {name}", f"  id {number}"]
    lines += [f"  {line}" for line in extra]
    lines += [f"  prefix {prefix}" for prefix in prefixes]
    for site, (preference, member) in members.items():
        lines += [f"  site {site}", f"   preference {preference}"]
        lines += [f"   {line}" for line in member]
        lines.append("  exit")
    lines.append(" exit")
    return lines


def attach_gateway():
    """The lines of a member that attach the gateway addresses of its LAN."""
    return [f"attach interface {LAN} address {address}" for address in SERVICE_GATEWAY]


def members(sites, extra=()):
    """These sites with the service on their LAN, in the order of preference, and
    with more lines."""
    return {site: (200 - 50 * number, [f"next-hop interface {LAN}", *extra])
            for number, site in enumerate(sites)}


def shop(prefixes=(PREFIX4, PREFIX6), extra=(), sites=("dc1", "dc2"), member=()):
    """The group of the story: primary dc1, recovery dc2. member: more lines of
    each member."""
    return frrd_group("shop", 1, prefixes, members(sites, member), extra)


def frrd(plan, local_site, groups=None, options=(), arbiter=(), kind="manual", sites=None,
         marker_range=MARKER_RANGE):
    """frrd's own file: the same text at every site but for local-site.

    groups: lines as frrd_group() makes them; options: more lines of the
    subnet-mover node; arbiter: lines of the arbiter node, which is of this
    kind; sites: site -> more lines of that site.
    """
    lines = ["subnet-mover", f" local-site {local_site}", f" marker-range {marker_range}"]
    lines += [f" {line}" for line in options]
    lines += frrd_sites(plan, sites)
    lines += [f" arbiter {kind}", *[f"  {line}" for line in arbiter], " exit"]
    lines += shop(sites=plan.members) if groups is None else groups
    lines.append("exit")
    return "\n".join(lines) + "\n"


def story(plan, local_site, arbiter, bfd_ms=DEFAULT_BFD_MS, attach=False):
    """What the lab begins with: the group of the story, moved by an operator
    or by the sites themselves (with the default times). attach: with the gateway."""
    member = attach_gateway() if attach else ()
    if arbiter == "manual":
        return frrd(plan, local_site, shop(sites=plan.members, member=member))
    group = shop(extra=("auto-failover", "handover make-before-break"), sites=plan.members,
                 member=member)
    return frrd(plan, local_site, group, kind="bgp", arbiter=arbiter_bgp(bfd_ms=bfd_ms))
