# SPDX-License-Identifier: GPL-2.0-or-later
"""A name server of our own (bind9's named), and somebody who asks it all the time."""

import contextlib
import os
import random
import signal
import socket
import struct
import subprocess
import threading

from labkit import netns
from labkit.run import run, wait_for

ZONE = """$TTL 300
@ IN SOA ns hostmaster 1 3600 600 86400 30
@ IN NS ns
ns IN A 127.0.0.1
www 300 IN A 192.0.2.10
www 300 IN AAAA 2001:db8:1::a:10
pair 300 IN A 192.0.2.20
pair 300 IN A 192.0.2.21
mixed 300 IN A 192.0.2.30
mixed 300 IN A 203.0.113.30
far 300 IN A 203.0.113.40
alias 300 IN CNAME www
*.wild 300 IN A 192.0.2.99
sip-dc1 300 IN A 192.0.2.50
sip-dc2 300 IN AAAA 2001:db8:2::50
sip-hub 300 IN A 203.0.113.50
_sip._tcp 300 IN SRV 10 5 5060 sip-dc1
_sip._tcp 300 IN SRV 20 5 5060 sip-dc2
_sip._tcp 300 IN SRV 30 5 5060 sip-hub
_lone._tcp 300 IN SRV 10 5 5060 sip-dc1
_lone._tcp 300 IN SRV 20 5 5060 sip-hub
_same._tcp 300 IN SRV 10 5 5060 sip-dc1
_same._tcp 300 IN SRV 10 5 5060 sip-dc2
"""
OTHER = """$TTL 300
@ IN SOA ns hostmaster 1 3600 600 86400 30
@ IN NS ns
ns IN A 127.0.0.1
mail IN A 192.0.2.25
"""

CONF = """options {{
  directory "{folder}";
  pid-file "{folder}/named.pid";
  session-keyfile "{folder}/session.key";
  managed-keys-directory "{folder}";
  listen-on {{ {listen}; }};
  listen-on-v6 {{ ::1; }};
  recursion no;
  dnssec-validation no;
  notify no;
}};
controls {{ }};
include "{folder}/good.key";
zone "example.org" {{ type primary; file "{folder}/example.org.zone";
  update-policy {{ grant frrd zonesub ANY; }}; }};
zone "example.net" {{ type primary; file "{folder}/example.net.zone";
  update-policy {{ grant frrd zonesub ANY; }}; }};
"""


OTHER_SECRET = "YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg=="


def key(name, secret):
    return f'key "{name}" {{ algorithm hmac-sha256; secret "{secret}"; }};\n'


class NameServer:
    """address: another one than 127.0.0.1 on which it listens, too; zone: example.org"""

    def __init__(self, ns, folder, address="127.0.0.1", zone=ZONE):
        self.ns, self.folder, self.process = ns, str(folder), None
        self.zone, self.address = zone, address
        listen = "; ".join(sorted({"127.0.0.1", address}))
        self.good = self.write("good.key", key("frrd", "c2VjcmV0IG9mIHRoZSB0ZXN0cyBvZiBmcnJk"))
        self.bad = self.write("bad.key", key("frrd", OTHER_SECRET))
        self.stranger = self.write("stranger.key", key("who", OTHER_SECRET))
        self.conf = self.write("named.conf", CONF.format(folder=self.folder, listen=listen))

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start(self):
        for zone, text in (("example.org", self.zone), ("example.net", OTHER)):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(self.folder, f"{zone}.zone.jnl"))
            self.write(f"{zone}.zone", text)
        log = open(os.path.join(self.folder, "log"), "a", encoding="utf-8")
        with log:
            self.process = self.ns.start(["named", "-f", "-c", self.conf], stdout=log, stderr=log,
                                         stdin=subprocess.DEVNULL)
        wait_for(lambda: self.answers("ns.example.org", "A"), 60, "named", until=bool)

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait()
            self.process = None

    def dig(self, *arguments):
        with netns.inside(self.ns.name):
            return run(["dig", "@127.0.0.1", "+tries=1", "+time=2", *arguments]).stdout

    def answers(self, name, rtype):
        """[(ttl, data)] sorted by data"""
        lines = [line.split(None, 4) for line in
                 self.dig("+noall", "+answer", name, rtype).splitlines() if line[:1] not in ";"]
        return sorted((int(ttl), data) for _, ttl, _, kind, data in lines if kind == rtype)

    def data(self, name, rtype):
        return [data for _, data in self.answers(name, rtype)]

    def serial(self, zone):
        return int(self.data(zone, "SOA")[0].split()[2])


class Asker:
    """Asks for one record all the time; notes each answer that has none."""

    def __init__(self, ns, name, rtype=1):
        with netns.inside(ns.name):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(5)
        self.socket.connect(("127.0.0.1", 53))
        self.question = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
        self.question += b"\0" + struct.pack("!HH", rtype, 1)
        self.asked, self.empty, self.over = 0, [], threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self):
        while not self.over.is_set():
            ident = random.getrandbits(16)
            self.socket.send(struct.pack("!HHHHHH", ident, 0, 1, 0, 0, 0) + self.question)
            got, flags, _, count = struct.unpack("!HHHH", self.socket.recv(2048)[:8])
            self.asked += 1
            if got != ident or flags & 15 or not count:
                self.empty.append((got == ident, flags & 15, count))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.socket.close()
