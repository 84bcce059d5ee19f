# SPDX-License-Identifier: GPL-2.0-or-later
"""Between one frrd and its zebra: passes every byte on, and notes when route
messages come by. An independent witness of frrd's share of a move: it sees the
moment when frrd's write arrives, some 0.05 to 0.2 ms after the write itself.
"""

import contextlib
import os
import select
import shutil
import socket
import struct
import threading
import time

# enum zebra_message_types_t of FRR 8.4, lib/zclient.h
ROUTE_ADD, ROUTE_DELETE = 8, 9
NAMES = {ROUTE_ADD: "add", ROUTE_DELETE: "delete"}
HEADER = struct.Struct("!HBBIH")


class Proxy:
    """Listens on a socket of its own; frrd is started with -z PATH."""

    def __init__(self, path, zebra_path, user="frr"):
        self.path = path
        self._zebra_path = zebra_path
        self._seen = []                  # (ns, "add" or "delete")
        self._lock = threading.Lock()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        shutil.chown(path, user, user)
        self._listener.listen(4)
        self._stop_r, self._stop_w = socket.socketpair()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self):
        self._stop_w.close()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def first(self, kind, since_ns):
        """When the first such message since then came by, or None."""
        with self._lock:
            return next((ns for ns, what in self._seen if what == kind and ns >= since_ns), None)

    def _accept(self):
        while True:
            readable, _, _ = select.select([self._listener, self._stop_r], [], [])
            if self._stop_r in readable:
                return
            frrd, _ = self._listener.accept()
            thread = threading.Thread(target=self._pass_on, args=(frrd,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _pass_on(self, frrd):
        with frrd, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as zebra:
            zebra.connect(self._zebra_path)
            rest = b""
            while True:
                readable, _, _ = select.select([frrd, zebra, self._stop_r], [], [])
                ns = time.monotonic_ns()
                if self._stop_r in readable:
                    return
                if frrd in readable:
                    data = frrd.recv(1 << 16)
                    if not data:
                        return
                    zebra.sendall(data)
                    rest = self._note(rest + data, ns)
                if zebra in readable:
                    data = zebra.recv(1 << 16)
                    if not data:
                        return
                    frrd.sendall(data)

    def _note(self, data, ns):
        while len(data) >= HEADER.size:
            length, _, _, _, command = HEADER.unpack_from(data)
            if len(data) < length:
                break
            if command in NAMES:
                with self._lock:
                    self._seen.append((ns, NAMES[command]))
            data = data[length:]
        return data
