# SPDX-License-Identifier: GPL-2.0-or-later
"""https probes of the daemon: a certificate that is not good any more is a failure like
any other, is named, and moves the subnet. All ways in which TLS can fail: tests/io."""

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

import probe_kit as kit
from labkit import config
from labkit.bench import WAN_PEER4
from labkit.plan import LAN, PREFIX4, PREFIX6, SERVICE4

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "io"))

from webkit import Authority  # noqa: E402  the path comes first

PORT = 8443
NAME = "www.example.com"


@pytest.fixture(scope="module")
def pki():
    """Where frrd-io's user can read the CA's certificate."""
    folder = Path(tempfile.mkdtemp(prefix="frrd-pki-"))
    folder.chmod(0o755)
    try:
        authority = Authority(folder / "ca")
        yield {"ca": authority.cert,
               "good": authority.issue("good", f"DNS:{NAME}"),
               "wrong": authority.issue("wrong", "DNS:www.example.org"),
               "expired": authority.issue("expired", f"DNS:{NAME}", "20200101000000Z",
                                          "20210203040506Z")}
    finally:
        shutil.rmtree(folder)


def certificate(pki, which):
    return pki[which].cert, pki[which].key


def https(address, pki, *more):
    return kit.quick("web", f"http https://{address}:{PORT}/", timeout=5000,
                     more=[f"tls ca-file {pki['ca']}", f"tls server-name {NAME}", *more])


def test_certificates(bench, router, pki):
    server = kit.WebServer(bench.stub_ns, WAN_PEER4, PORT, certificate(pki, "good"))
    with server:
        kit.configure(router, *https(WAN_PEER4, pki))
        kit.wait_probe(router, "web", "up")
        for which, text in (("expired", "certificate expired: 2021-02-03 04:05:06 UTC"),
                            ("wrong", 'certificate for another name: it is for "www.example.org"')):
            server.stop()
            server.certificate = certificate(pki, which)
            server.start()
            kit.wait_probe(router, "web", "down", text=text)
            server.stop()
            server.certificate = certificate(pki, "good")
            server.start()
            kit.wait_probe(router, "web", "up")
        # Without verification any certificate will do
        server.stop()
        server.certificate = certificate(pki, "expired")
        server.start()
        kit.wait_probe(router, "web", "down", text="certificate expired")
        kit.configure(router, "probe web", " no tls verify", "exit")
        kit.wait_probe(router, "web", "up")


def test_expired_certificate_moves_the_subnet(shop, pki):
    with contextlib.ExitStack() as stack:
        servers = {site: stack.enter_context(kit.WebServer(
            shop.lab.plan.host_ns(site), SERVICE4, PORT, certificate(pki, "good")))
            for site in ("dc1", "dc2")}
        members = {site: (preference, [*lines, "probe web"]) for site, (preference, lines)
                   in config.members(["dc1", "dc2"]).items()}
        shop.load(groups=config.frrd_group("shop", 1, (PREFIX4, PREFIX6), members,
                                           ("auto-failover",)),
                  options=https(SERVICE4, pki, f"source-interface {LAN}"))
        shop.settle()
        servers["dc1"].stop()
        servers["dc1"].certificate = certificate(pki, "expired")
        servers["dc1"].start()
        shop.wait_owner("dc2")
        assert shop.guard.owners() == ["dc1", "dc2"]
        kit.wait_probe(shop.lab.router("dc1"), "web", "down", text="certificate expired")
