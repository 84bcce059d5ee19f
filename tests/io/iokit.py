# SPDX-License-Identifier: GPL-2.0-or-later
"""frrd-io for tests: started as frrd starts it, by iotalk, which speaks JSON lines.

    with Io() as io:
        io.probe(1, "tcp", host="127.0.0.1", port=80)
        assert io.result(1)["good"]

FRRD_BUILD names the build folder. Whatever is waited for comes as an event; the
limits are there only for what never comes.
"""

import collections
import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "scripts"))

from labkit.patience import Deadline  # noqa: E402

BUILD = pathlib.Path(os.environ.get("FRRD_BUILD", SOURCE / "build")).resolve()
FRRD_IO = BUILD / "frrd" / "frrd-io"
IOTALK = BUILD / "tests" / "io" / "iotalk"
LIMIT = 60  # seconds, for what comes at once on an idle machine


class Io:
    """A running frrd-io. `prefix`: a command in front of it, such as setpriv."""

    def __init__(self, prefix=()):
        self.process = subprocess.Popen(
            [str(IOTALK), *prefix, str(FRRD_IO)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.seen = collections.deque()  # messages that nobody has taken yet
        self.results = []  # all results
        self.most_results = 0  # in one message
        self.errors = []  # lines of standard error
        self.expect_exit = 0
        self.ended = None
        self._queue = queue.Queue()
        self._threads = [threading.Thread(target=self._read_messages, daemon=True),
                         threading.Thread(target=self._read_errors, daemon=True)]
        for thread in self._threads:
            thread.start()
        self.pid = self.wait(lambda m: m["type"] == "started")["pid"]
        self.wait(lambda m: m["type"] in ("hello", "exit"))

    def _read_messages(self):
        for line in self.process.stdout:
            self._queue.put(json.loads(line))
        self._queue.put(None)

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.rstrip("\n"))

    def _next(self, deadline):
        """One more message into `seen`; False: the time is over or there are no more."""
        while True:
            left = deadline.left()
            try:
                message = self._queue.get(timeout=min(1, max(0.001, left)))
                break
            except queue.Empty:
                # frrd-io may still have iotalk's standard output when iotalk has gone.
                if left <= 0 or self.process.poll() is not None:
                    return False
        if message is None:
            self._queue.put(None)
            return False
        if message["type"] == "results":
            self.results += message["results"]
            self.most_results = max(self.most_results, len(message["results"]))
            self.seen.extend({"type": "result", **result} for result in message["results"])
        else:
            if message["type"] == "exit":
                self.ended = message
            self.seen.append(message)
        return True

    def find(self, predicate, seconds=LIMIT):
        """The first message not taken yet for which this is so, or None."""
        deadline = Deadline(seconds)
        looked = 0
        while True:
            while looked < len(self.seen):
                message = self.seen[looked]
                if predicate(message):
                    del self.seen[looked]
                    return message
                looked += 1
            if not self._next(deadline):
                return None

    def wait(self, predicate, seconds=LIMIT):
        message = self.find(predicate, seconds)
        assert message is not None, f"nothing came; {list(self.seen)[-5:]} {self.errors}"
        return message

    def send(self, type, **fields):
        self.process.stdin.write(json.dumps({"type": type, **fields}) + "\n")
        self.process.stdin.flush()

    def probe(self, id, kind, **fields):
        self.send("probe-set", id=id, kind=kind, **fields)

    def delete(self, id):
        self.send("probe-del", id=id)

    def run(self, id, command, **fields):
        self.send("run", id=id, command=command, **fields)

    def result(self, id, generation=None, seconds=LIMIT):
        """The next result of this probe."""
        return self.wait(lambda m: m["type"] == "result" and m["id"] == id
                         and generation in (None, m["generation"]), seconds)

    def done(self, id, seconds=LIMIT):
        return self.wait(lambda m: m["type"] == "run-done" and m["id"] == id, seconds)

    def ping(self, number=1, seconds=LIMIT):
        self.send("ping", number=number)
        return self.wait(lambda m: m["type"] == "pong" and m["number"] == number, seconds)

    def close(self):
        """As frrd does when it ends."""
        self.send("close")

    def exit(self, seconds=LIMIT):
        if self.ended is None:
            self.wait(lambda m: m["type"] == "exit", seconds)
        return self.ended

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        try:
            if self.ended is None:
                try:
                    self.process.stdin.close()
                except BrokenPipeError:
                    pass
            ended = self.exit()
            if kind is None and self.expect_exit is not None:
                assert ended.get("status") == self.expect_exit, f"{ended} {self.errors}"
        finally:
            self.process.kill()
            self.process.wait()
            for thread in self._threads:
                thread.join()
            self.process.stdout.close()
            self.process.stderr.close()
        # Of a build with sanitizers; the process for programs has no exit status to be seen.
        assert not any("Sanitizer" in line or "runtime error" in line for line in self.errors), \
            "\n".join(self.errors)


def children(pid):
    """Process ids of the children of a process."""
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text(encoding="ascii").split()]


def status(pid):
    """/proc/PID/status as a dictionary."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def wait_until(condition, seconds=LIMIT):
    """Waits for something that no message tells: it is looked at again and again."""
    deadline = Deadline(seconds)
    while not condition():
        assert not deadline.over(), "it never became so"
        time.sleep(0.02)
