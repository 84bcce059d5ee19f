# SPDX-License-Identifier: GPL-2.0-or-later
"""A network namespace of a test: two ends of a cable, files of its own in /etc, a
name server.

    with Net() as net:
        net.hosts("192.0.2.1 www")
        with Io(prefix=net.prefix) as io: ...

"left" is where frrd-io runs, "right" is what it asks. Names are t<pid>..., as those of
all tests, and are removed at the end.
"""

import itertools
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from labkit import netns  # noqa: E402

LEFT4, RIGHT4, GONE4 = "192.0.2.1", "192.0.2.2", "192.0.2.99"
LEFT6, RIGHT6 = "2001:db8::1", "2001:db8::2"
OTHER4 = "192.0.2.3"  # also at the left
_numbers = itertools.count(1)


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Net:
    def __init__(self):
        base = f"t{os.getpid()}n{next(_numbers)}"
        self.left, self.right = base + "l", base + "r"
        self.etc = pathlib.Path("/etc/netns") / self.left
        self.prefix = ("ip", "netns", "exec", self.left)
        self.servers = []

    def __enter__(self):
        try:
            self._make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _make(self):
        for name in (self.left, self.right):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", "wire", "netns", self.left, "type", "veth", "peer", "name", "wire",
           "netns", self.right)
        for name, addresses in ((self.left, (LEFT4, OTHER4, LEFT6)),
                                (self.right, (RIGHT4, RIGHT6))):
            for address in addresses:
                if ":" in address:
                    ip("-n", name, "addr", "add", address + "/64", "dev", "wire", "nodad")
                else:
                    ip("-n", name, "addr", "add", address + "/24", "dev", "wire")
            ip("-n", name, "link", "set", "wire", "up")
        self.etc.mkdir(parents=True)
        self.hosts()
        self.resolv_conf()

    def __exit__(self, *_):
        for server in self.servers:
            server.stop()
        for name in (self.left, self.right):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
        shutil.rmtree(self.etc, ignore_errors=True)

    def _write(self, name, lines):
        # In place: the namespace has this file mounted.
        with open(self.etc / name, "w", encoding="ascii") as file:
            file.write("".join(line + "\n" for line in lines))

    def hosts(self, *lines):
        self._write("hosts", lines)

    def resolv_conf(self, *lines):
        self._write("resolv.conf", lines)

    def nft(self, text, where=None):
        subprocess.run(["ip", "netns", "exec", where or self.right, "nft", "-f", "-"],
                       input=text, text=True, check=True, capture_output=True)

    def listen(self, address=RIGHT4, port=0, backlog=64):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with netns.inside(self.right):
            sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.listen(backlog)
        return sock

    def connect(self, address):
        """A connection that the kernel begins and nobody waits for."""
        with netns.inside(self.left):
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.connect_ex(address)
        return sock

    def link_local(self):
        """The link-local address of the right end."""
        done = subprocess.run(["ip", "-n", self.right, "-j", "-6", "addr", "show", "dev", "wire"],
                              check=True, capture_output=True, text=True)
        return next(address["local"] for link in json.loads(done.stdout)
                    for address in link.get("addr_info", ()) if address.get("scope") == "link")

    def dns(self, records, silent=False):
        server = NameServer(self, records, silent)
        self.servers.append(server)
        return server


class NameServer(threading.Thread):
    """Answers A and AAAA questions from {name: [address, ...]}; counts them."""

    def __init__(self, net, records, silent):
        super().__init__(daemon=True)
        self.records, self.silent = records, silent
        self.asked = []
        with netns.inside(net.right):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((RIGHT4, 53))
        self.start()

    def run(self):
        while True:
            data, peer = self.socket.recvfrom(4096)
            if len(data) < 12:
                return  # stop()
            answer = self._answer(data)
            if not self.silent:
                self.socket.sendto(answer, peer)

    def _answer(self, data):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += 1 + data[at]
        name = ".".join(labels).lower()
        kind = struct.unpack("!H", data[at + 1:at + 3])[0]
        self.asked.append((name, kind))
        found = [a for a in self.records.get(name, [])
                 if kind == (28 if ":" in a else 1)]
        flags = 0x8180 if name in self.records else 0x8183
        answer = data[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0) + data[12:at + 5]
        for address in found:
            packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET,
                                      address)
            answer += struct.pack("!HHHIH", 0xc00c, kind, 1, 60, len(packed)) + packed
        return answer

    def stop(self):
        self.socket.sendto(b"", self.socket.getsockname())
        self.join()
        self.socket.close()
