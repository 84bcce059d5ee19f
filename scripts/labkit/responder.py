# SPDX-License-Identifier: GPL-2.0-or-later
"""The echo service in the service hosts: returns what it gets with the name
of its site appended, so that the client knows which site answered.

Run by the lab as `responder.py SITE PORT` inside the host's namespace; it
prints "ready" once it listens.
"""

import os
import signal
import socket
import sys


def serve(site, port):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(("::", port))
    os.write(1, b"ready\n")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    name = site.encode()
    while True:
        data, sender = sock.recvfrom(2048)
        try:
            sock.sendto(data + name, sender)
        except OSError:
            pass  # no way back just now: the client counts it as lost


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    serve(sys.argv[1], int(sys.argv[2]))
