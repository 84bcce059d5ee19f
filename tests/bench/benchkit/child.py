# SPDX-License-Identifier: GPL-2.0-or-later
"""zapi_loop and fib_watch: commands on a pipe, JSON lines back."""

import json
import os
import select
import subprocess
import time

from labkit import netns
from labkit.run import LabError, Timeout

from .stage import prefer


def now_us():
    """The clock of all times in the bench."""
    return time.monotonic_ns() // 1000


class Child:
    """A program in a namespace that reads commands and answers in JSON."""

    def __init__(self, ns, argv):
        self.name = f"{os.path.basename(argv[0])} in {ns}"
        if not os.access(argv[0], os.X_OK):
            raise LabError(f"{argv[0]} is missing: build it first (make), or name the build "
                           "folder by FRRD_BUILD")
        with netns.inside(ns):
            self._process = subprocess.Popen(argv, stdin=subprocess.PIPE,
                                             stdout=subprocess.PIPE, bufsize=0)
        prefer(self._process.pid)
        self._rest = b""
        self.answer(20)  # the greeting

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.quit()

    def send(self, command):
        """Give a command; the time at which it was given."""
        sent = now_us()
        self._process.stdin.write(command.encode() + b"\n")
        return sent

    def answer(self, timeout):
        deadline = time.monotonic() + timeout
        while b"\n" not in self._rest:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise Timeout(f"{self.name}: no answer within {timeout:g} s")
            data = os.read(self._process.stdout.fileno(), 1 << 16)
            if not data:
                raise LabError(f"{self.name}: ended")
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        answer = json.loads(line)
        if "error" in answer:
            raise LabError(f"{self.name}: {answer['error']}")
        return answer

    def quit(self):
        """End it: both programs end when their standard input does."""
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class ZapiLoop(Child):
    """The bare ZAPI loop at one site."""

    def __init__(self, build, router, first, count, interface):
        super().__init__(router.ns, [f"{build}/tests/bench/zapi_loop", "-N", router.pathspace,
                                     "-n", str(count), "-p", first, "-i", interface])


class FibWatch(Child):
    """Waits for all, or none, of the bench's prefixes in one site's FIB."""

    def __init__(self, build, ns, first, count):
        super().__init__(ns, [f"{build}/tests/bench/fib_watch", first, str(count)])

    def expect(self, condition):
        """'none', or 'all IFNAME'. Give it before what makes it true; take
        the answer after that."""
        self.drop()
        self.send(condition)

    def drop(self):
        """Forget answers that nobody took."""
        while self._rest or select.select([self._process.stdout], [], [], 0)[0]:
            self.answer(1)
