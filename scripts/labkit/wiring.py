# SPDX-License-Identifier: GPL-2.0-or-later
"""The plan made real: namespaces, veth pairs, bridges, addresses, cuts."""

from . import netns
from .plan import HOST_INTERFACE, LAN

COMMON = {
    "net.ipv6.conf.all.disable_ipv6": 0,
    "net.ipv6.conf.default.disable_ipv6": 0,
    "net.ipv6.conf.all.accept_dad": 0,
    "net.ipv6.conf.default.accept_dad": 0,
    "net.ipv6.conf.default.accept_ra": 0,
    "net.ipv4.conf.all.rp_filter": 0,
    "net.ipv4.conf.default.rp_filter": 0,
}
# A router keeps its IPv6 addresses when a link goes down, as it does for IPv4.
ROUTER = {
    "net.ipv4.ip_forward": 1,
    "net.ipv6.conf.all.forwarding": 1,
    "net.ipv6.conf.all.keep_addr_on_down": 1,
    "net.ipv6.conf.default.keep_addr_on_down": 1,
}
MIDDLE = {
    "net.ipv6.conf.all.disable_ipv6": 1,
    "net.ipv6.conf.default.disable_ipv6": 1,
}


def add_addresses(interface, addresses):
    """ip commands that put the addresses on the interface."""
    lines = []
    for address in addresses:
        flags = " nodad" if ":" in address else ""
        lines.append(f"address add {address} dev {interface}{flags}")
    return lines


def make_router_ns(ns):
    netns.create(ns)
    netns.sysctl(ns, {**COMMON, **ROUTER})
    netns.ip_batch(ns, ["link set lo up"])


def make_host_ns(ns):
    netns.create(ns)
    netns.sysctl(ns, COMMON)
    netns.ip_batch(ns, ["link set lo up"])


def make_veth(ns, interface, peer_ns, peer_interface):
    netns.ip_batch(ns, [f"link add {interface} type veth peer name {peer_interface} "
                        f"netns {peer_ns}"])


def _build_site(plan, site):
    ns, host_ns = plan.site_ns(site.name), plan.host_ns(site.name)
    make_router_ns(ns)
    make_host_ns(host_ns)
    make_veth(ns, LAN, host_ns, HOST_INTERFACE)
    netns.ip_batch(ns, [f"address add {site.router_id}/32 dev lo",
                        *add_addresses(LAN, site.gateway), f"link set {LAN} up"])
    netns.ip_batch(host_ns, [*add_addresses(HOST_INTERFACE, site.host.addresses),
                             f"link set {HOST_INTERFACE} up"])
    netns.ip_batch(host_ns, [f"route add default via {gw}" for gw in site.host.gateways])


def _build_link(plan, link):
    lines = [f"link add {link.bridge} type bridge mcast_snooping 0 stp_state 0"]
    for site in (link.a, link.b):
        lines += [
            f"link add {link.port(site)} type veth peer name {link.interface(site)} "
            f"netns {plan.site_ns(site)}",
            f"link set {link.port(site)} master {link.bridge} up",
        ]
    lines.append(f"link set {link.bridge} up")
    netns.ip_batch(plan.middle_ns, lines)
    for site in (link.a, link.b):
        interface = link.interface(site)
        addresses = [f"{link.address(site, family)}/{link.length(family)}" for family in (4, 6)]
        netns.ip_batch(plan.site_ns(site), [*add_addresses(interface, addresses),
                                            f"link set {interface} up"])


def build(plan):
    netns.create(plan.middle_ns)
    netns.sysctl(plan.middle_ns, MIDDLE)
    for site in plan.sites.values():
        _build_site(plan, site)
    for link in plan.links:
        _build_link(plan, link)


def destroy(plan):
    for ns in plan.namespaces:
        netns.delete(ns)


def complete(plan):
    return all(netns.exists(ns) for ns in plan.namespaces)


def partly(plan):
    return any(netns.exists(ns) for ns in plan.namespaces)


def set_links(plan, down):
    """Cut exactly the named links (silently), and let all others through."""
    netns.ip_batch(plan.middle_ns, [
        f"link set {link.bridge} {'down' if link.name in down else 'up'}" for link in plan.links])


def cut_links(plan):
    """The links whose bridge is down now, asked from the kernel."""
    links = {entry["ifname"]: entry for entry in
             netns.ip_json(plan.middle_ns, "link", "show", "type", "bridge")}
    return [link.name for link in plan.links
            if "UP" not in links.get(link.bridge, {}).get("flags", [])]


def set_site_interfaces(plan, site, up):
    """A router that is switched off has all its interfaces down."""
    names = [LAN] + [link.interface(site) for link in plan.links_of(site)]
    netns.ip_batch(plan.site_ns(site),
                   [f"link set {name} {'up' if up else 'down'}" for name in names])
