# SPDX-License-Identifier: GPL-2.0-or-later
"""tunnel-endpoint with IPsec: three strongSwans, each in a namespace of its own, a
third site with a tunnel to the site that owns the prefix. ESP is done in user space
(kernel-libipsec), so that the kernel's does not matter."""

import contextlib
import os
import socket
import sys

import pytest

from conftest import Namespace, move
from labkit import netns
from labkit.patience import Since
from labkit.run import run, wait_for

OWNERS = ("dc1", "dc2")
SERVICE = "192.0.2.1"
INSIDE = "198.51.100.3"
WORDS = ("ipsec", "dc1=to-dc1", "dc2=to-dc2", "--child", "lan")

# Only what is needed here, and nothing of the machine's own configuration.
STRONGSWAN = """charon-systemd {{
  load = random nonce aes sha2 hmac kdf pem pkcs1 openssl socket-default kernel-libipsec kernel-netlink vici
  journal {{
    default = -1
  }}
  filelog {{
    file {{
      path = {folder}/log
      default = 1
      flush_line = yes
    }}
  }}
  plugins {{
    vici {{
      socket = unix://{folder}/vici
    }}
  }}
}}
swanctl {{
  load = random pem pkcs1
  socket = unix://{folder}/vici
}}
"""
# Says to each datagram that comes to the service at which owner it is.
ANSWER = """import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((sys.argv[1], 7))
while True:
    _, sender = sock.recvfrom(100)
    sock.sendto(sys.argv[2].encode(), sender)
"""
CONNECTION = """connections {{
  {name} {{
    version = 2
    local_addrs = {local}
    remote_addrs = {remote}
    local {{
      auth = psk
      id = {me}
    }}
    remote {{
      auth = psk
      id = {peer}
    }}
    children {{
      lan {{
        local_ts = {local_ts}
        remote_ts = {remote_ts}
      }}
    }}
  }}
}}
"""
SECRET = """secrets {
  ike-lab {
    secret = "of the lab only"
  }
}
"""


class Peer(Namespace):
    """A namespace with a strongSwan."""

    def __init__(self, name, site, folder):
        super().__init__(name)
        self.site = site
        self.folder = folder
        self.process = None
        self.text = SECRET
        folder.mkdir()
        self.conf = folder / "strongswan.conf"
        self.conf.write_text(STRONGSWAN.format(folder=folder))

    def connect(self, name, local, remote, peer, local_ts, remote_ts):
        self.text += CONNECTION.format(name=name, local=local, remote=remote, me=self.site,
                                       peer=peer, local_ts=local_ts, remote_ts=remote_ts)

    def swanctl(self, *words, check=True):
        return run(["swanctl", *words], env={**os.environ, "STRONGSWAN_CONF": str(self.conf)},
                   check=check)

    def begin(self):
        with open(self.folder / "out", "wb") as out:
            self.process = self.start(["charon-systemd"], stdout=out, stderr=out,
                                      env={**os.environ, "STRONGSWAN_CONF": str(self.conf)})
        conf = self.folder / "swanctl.conf"
        conf.write_text(self.text)
        conf.chmod(0o600)
        wait_for(lambda: self.process.poll() is not None
                 or self.swanctl("--stats", check=False).returncode == 0, 60,
                 f"strongSwan of {self.site}")
        assert self.process.poll() is None, (self.folder / "out").read_text()
        self.swanctl("--load-all", "--file", str(conf))

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def sas(self, connection, *texts):
        said = self.swanctl("--list-sas", "--raw", "--ike", connection).stdout
        lines = [line for line in said.splitlines() if line.startswith("list-sa event")]
        return [line for line in lines if all(text in line for text in texts)]


class Lab:
    def __init__(self, hub, owners):
        self.hub = hub
        self.owners = owners

    def hook(self, to, *more):
        return self.hub.hook("tunnel-endpoint", *WORDS, *more, STRONGSWAN_CONF=str(self.hub.conf),
                             **move(to))

    def answer(self):
        """Who answers from behind the tunnel."""
        with netns.inside(self.hub.name):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with sock:
            sock.bind((INSIDE, 0))
            sock.settimeout(1)

            def ask():
                with contextlib.suppress(OSError):
                    sock.sendto(b"who", (SERVICE, 7))
                    return sock.recv(100).decode()
                return None
            return wait_for(ask, 30, "an answer through the tunnel")

    def link(self, site, state):
        run(["ip", "-n", self.hub.name, "link", "set", f"to-{site}", state])


def wire(lab_hub, owner, number):
    """A link between the two; the prefix is behind both owners."""
    hub, name = lab_hub.name, owner.name
    link = f"to-{owner.site}"
    run(["ip", "-n", hub, "link", "add", link, "type", "veth", "peer", "name", "wan",
         "netns", name])
    netns.ip_batch(hub, [f"addr add 10.0.{number}.3/24 dev {link}", f"link set {link} up"])
    netns.ip_batch(name, [f"addr add 10.0.{number}.1/24 dev wan", "link set wan up",
                          f"addr add {SERVICE}/32 dev lo"])


@pytest.fixture(scope="module")
def peers(tmp_path_factory):
    """(the third site, {owner: peer}), configured and running, without any tunnel"""
    folder = tmp_path_factory.mktemp("ipsec")
    with contextlib.ExitStack() as stack:
        made = {}
        for site in ("hub", *OWNERS):
            name = f"frrd-ipsec-{os.getpid()}-{site}"
            netns.create(name)
            stack.callback(netns.delete, name)
            run(["ip", "-n", name, "link", "set", "lo", "up"])
            made[site] = Peer(name, site, folder / site)
        hub = made.pop("hub")
        netns.ip_batch(hub.name, [f"addr add {INSIDE}/32 dev lo"])
        for number, owner in enumerate(made.values(), 1):
            wire(hub, owner, number)
            owner.start([sys.executable, "-c", ANSWER, SERVICE, owner.site])
            hub.connect(f"to-{owner.site}", f"10.0.{number}.3", f"10.0.{number}.1", owner.site,
                        f"{INSIDE}/32", "192.0.2.0/24")
            owner.connect("hub", f"10.0.{number}.1", f"10.0.{number}.3", "hub", "192.0.2.0/24",
                          f"{INSIDE}/32")
        for peer in (hub, *made.values()):
            stack.callback(peer.end)
            peer.begin()
        yield hub, made


@pytest.fixture
def lab(peers):
    """All links are up, and so is the tunnel to dc1, and no other."""
    hub, owners = peers
    for site in OWNERS:
        run(["ip", "-n", hub.name, "link", "set", f"to-{site}", "up"])
        hub.swanctl("--terminate", "--ike", f"to-{site}", "--force", check=False)
    for owner in owners.values():
        owner.swanctl("--terminate", "--ike", "hub", "--force", check=False)
    hub.swanctl("--initiate", "--ike", "to-dc1", "--child", "lan", "--timeout", "30")
    return Lab(hub, owners)


def test_new_connection_first_then_the_old_one_ends(lab):
    assert lab.answer() == "dc1"
    code, said = lab.hook("dc2")
    assert code == 0, said
    assert said.splitlines() == ["connection to-dc2 is up", "connection to-dc1 is ended"]
    assert lab.hub.sas("to-dc2", "state=ESTABLISHED", "remote-host=10.0.2.1", "state=INSTALLED")
    assert not lab.hub.sas("to-dc1")
    assert lab.answer() == "dc2"
    wait_for(lambda: not lab.owners["dc1"].sas("hub"), 30, "the old owner to hear of the end")
    code, said = lab.hook("dc2")
    assert code == 0 and said.splitlines() == ["connection to-dc2 is up already"]


def test_and_back(lab):
    for owner in ("dc2", "dc1"):
        code, said = lab.hook(owner)
        assert code == 0, said
        assert lab.answer() == owner


def test_connection_without_a_child_gets_one(lab):
    """Such as after the far end has closed it: the IKE_SA alone carries nothing."""
    lab.hub.swanctl("--terminate", "--child", "lan")
    assert lab.hub.sas("to-dc1", "state=ESTABLISHED") and not lab.hub.sas("to-dc1", "name=lan")
    code, said = lab.hook("dc1")
    assert code == 0 and said.splitlines() == ["connection to-dc1 is up"]
    assert lab.answer() == "dc1"


def test_old_owner_that_is_dead_is_not_waited_for(lab):
    lab.link("dc1", "down")
    began = Since()
    code, said = lab.hook("dc2")
    assert code == 0, said
    assert began.counted_s() < 5, "a retransmission takes 4 s"
    assert not lab.hub.sas("to-dc1")
    assert lab.answer() == "dc2"


def test_new_owner_that_is_dead(lab):
    """The old connection stays, and the attempt does not outlive the next move."""
    lab.link("dc2", "down")
    code, said = lab.hook("dc2", "--timeout", "2.5")
    assert code == 1 and "CHILD_SA 'lan' not established" in said
    assert lab.answer() == "dc1"
    assert lab.hub.sas("to-dc2", "state=CONNECTING"), "strongSwan goes on trying"
    code, said = lab.hook("dc1")
    assert code == 0
    assert said.splitlines() == ["connection to-dc1 is up already", "connection to-dc2 is ended"]
    assert not lab.hub.sas("to-dc2")


def test_connection_that_is_not_configured(lab):
    code, said = lab.hub.hook("tunnel-endpoint", "ipsec", "dc2=nowhere", "--child", "lan",
                              STRONGSWAN_CONF=str(lab.hub.conf), **move("dc2"))
    assert code == 1 and "CHILD_SA config 'lan' not found" in said


def test_strongswan_that_does_not_run(namespace, tmp_path):
    conf = tmp_path / "strongswan.conf"
    conf.write_text(STRONGSWAN.format(folder=tmp_path))
    code, said = namespace.hook("tunnel-endpoint", *WORDS, STRONGSWAN_CONF=str(conf),
                                **move("dc2"))
    assert code == 1 and said.count("\n") == 1
    assert "Error: connecting to 'unix:///" in said


def test_swanctl_that_hangs(namespace, program):
    code, said = namespace.hook("tunnel-endpoint", *WORDS, "--swanctl",
                                program("swanctl", "exec sleep 1000\n"), "--timeout", "0.3",
                                **move("dc2"))
    assert code == 1 and "no end in time" in said
