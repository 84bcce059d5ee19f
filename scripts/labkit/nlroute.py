# SPDX-License-Identifier: GPL-2.0-or-later
"""rtnetlink route messages: ask for the table, parse what arrives.

Only the main table's unicast, blackhole and unreachable routes are of
interest; everything else is left out by parse().
"""

import ipaddress
import socket
import struct
from dataclasses import dataclass

# linux/netlink.h, linux/rtnetlink.h
NETLINK_ROUTE = 0
SOL_NETLINK = 270
NETLINK_GET_STRICT_CHK = 12
RTMGRP_LINK = 0x1
RTMGRP_IPV4_IFADDR = 0x10
RTMGRP_IPV4_ROUTE = 0x40
RTMGRP_IPV6_ROUTE = 0x400
RTM_NEWLINK = 16
RTM_DELLINK = 17
RTM_DELADDR = 21
RTM_NEWROUTE = 24
RTM_DELROUTE = 25
RTM_GETROUTE = 26
NLM_F_REQUEST = 0x01
NLM_F_DUMP = 0x300
NLM_F_REPLACE = 0x100
NLMSG_ERROR = 2
NLMSG_DONE = 3
RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_MULTIPATH, RTA_TABLE, RTA_VIA = \
    1, 4, 5, 6, 9, 15, 18
RT_TABLE_MAIN = 254
TYPES = {1: "unicast", 6: "blackhole", 7: "unreachable", 8: "prohibit"}

END = "end of dump"
STALE = "look again"

SO_RCVBUFFORCE = 33
RECEIVE_BUFFER = 32 << 20

_NLMSG = struct.Struct("=IHHII")
_RTMSG = struct.Struct("=BBBBBBBBI")
_ATTR = struct.Struct("=HH")
_NEXTHOP = struct.Struct("=HBBi")


@dataclass(frozen=True)
class Message:
    kind: int             # RTM_NEWROUTE or RTM_DELROUTE
    replace: bool
    prefix: str
    metric: int
    type: str
    hops: tuple           # of (interface index, gateway or None)


def open_socket(groups=0):
    """A route socket in the calling thread's namespace."""
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_ROUTE)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
    sock.bind((0, groups))
    return sock


def ask_dump(sock, family, sequence):
    body = _RTMSG.pack(family, 0, 0, 0, 0, 0, 0, 0, 0)
    sock.send(_NLMSG.pack(_NLMSG.size + len(body), RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP,
                          sequence, 0) + body)


def _attributes(data, offset):
    found = {}
    while offset + _ATTR.size <= len(data):
        length, kind = _ATTR.unpack_from(data, offset)
        if length < _ATTR.size:
            break
        found[kind & 0x3fff] = data[offset + _ATTR.size:offset + length]
        offset += (length + 3) & ~3
    return found


def _address(data):
    return str(ipaddress.ip_address(data)) if data else None


def _gateway(attributes):
    if RTA_GATEWAY in attributes:
        return _address(attributes[RTA_GATEWAY])
    if RTA_VIA in attributes:  # address of another family: two bytes of family first
        return _address(attributes[RTA_VIA][2:])
    return None


def _hops(attributes):
    if RTA_MULTIPATH in attributes:
        data, offset, hops = attributes[RTA_MULTIPATH], 0, []
        while offset + _NEXTHOP.size <= len(data):
            length, _, _, index = _NEXTHOP.unpack_from(data, offset)
            if length < _NEXTHOP.size:
                break
            inner = _attributes(data[:offset + length], offset + _NEXTHOP.size)
            hops.append((index, _gateway(inner)))
            offset += (length + 3) & ~3
        return tuple(hops)
    if RTA_OIF in attributes:
        index = struct.unpack("=i", attributes[RTA_OIF])[0]
        return ((index, _gateway(attributes)),)
    return ()


def _route(kind, flags, data):
    family, length, _, _, table, _, _, route_type, route_flags = _RTMSG.unpack_from(data)
    if route_type not in TYPES or route_flags & 0x200:  # RTM_F_CLONED
        return None
    attributes = _attributes(data, _RTMSG.size)
    if RTA_TABLE in attributes:
        table = struct.unpack("=I", attributes[RTA_TABLE])[0]
    if table != RT_TABLE_MAIN:
        return None
    size = 4 if family == socket.AF_INET else 16
    address = _address(attributes.get(RTA_DST, bytes(size)))
    metric = struct.unpack("=I", attributes[RTA_PRIORITY])[0] if RTA_PRIORITY in attributes else 0
    return Message(kind, bool(flags & NLM_F_REPLACE), f"{address}/{length}", metric,
                   TYPES[route_type], _hops(attributes))


def parse(data):
    """Yield Message objects; END when a dump has ended, and STALE when the
    kernel may have dropped routes without a word about each of them."""
    offset = 0
    while offset + _NLMSG.size <= len(data):
        length, kind, flags, _, _ = _NLMSG.unpack_from(data, offset)
        if length < _NLMSG.size:
            return
        body = data[offset + _NLMSG.size:offset + length]
        if kind in (NLMSG_DONE, NLMSG_ERROR):
            yield END
        elif kind in (RTM_NEWLINK, RTM_DELLINK, RTM_DELADDR):
            yield STALE
        elif kind in (RTM_NEWROUTE, RTM_DELROUTE):
            message = _route(kind, flags, body)
            if message:
                yield message
        offset += (length + 3) & ~3
