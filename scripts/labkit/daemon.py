# SPDX-License-Identifier: GPL-2.0-or-later
"""One daemon process in one namespace, handled by its pid file alone."""

import contextlib
import functools
import os
import select
import shutil
import signal
import subprocess
from dataclasses import dataclass, field

from . import netns
from .run import LabError, Timeout, wait_for
from .vty import VtySocket

FRR_USER = "frr"
FRR_TMP = "/var/tmp/frr"   # each daemon makes a folder there, and a crash log in it
STOP_TIMEOUT = 20

# Many routers share one machine here. A bfdd that has to wait for the processor
# calls a link dead that is not.
REALTIME = ["chrt", "-f", "1"]


@functools.lru_cache(maxsize=None)
def may_be_realtime():
    """Does this machine let root have real-time priority?"""
    return subprocess.run([*REALTIME, "true"], capture_output=True, check=False).returncode == 0


def process_state(pid):
    """The letter that ps shows: R, S, T (stopped), Z ... or None when gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def wait_exit(pid, timeout):
    """Wait, without polling, until the process is gone; False: it still runs."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poller = select.poll()
        poller.register(fd, select.POLLIN)
        return bool(poller.poll(timeout * 1000))
    finally:
        os.close(fd)


@dataclass
class Daemon:
    name: str
    binary: str
    ns: str
    pathspace: str
    run_dir: str               # pid file and vty socket
    site_dir: str              # configuration and log
    options: list = field(default_factory=list)
    env: dict = field(default_factory=dict)
    _marks: dict = field(default_factory=dict)

    @property
    def pid_file(self):
        return f"{self.run_dir}/{self.name}.pid"

    @property
    def vty_path(self):
        return f"{self.run_dir}/{self.name}.vty"

    @property
    def config_file(self):
        return f"{self.site_dir}/{self.name}.conf"

    @property
    def log_file(self):
        return f"{self.site_dir}/{self.name}.log"

    def pid(self):
        """The daemon's pid, or None. A pid file left over by a process that
        is gone, or that belongs to somebody else by now, does not count."""
        try:
            with open(self.pid_file, encoding="ascii") as file:
                pid = int(file.read())
            with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
                comm = file.read().strip()
            same_ns = os.stat(f"/proc/{pid}/ns/net").st_ino == netns.inode(self.ns)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        if comm != self.name[:15] or not same_ns or process_state(pid) in (None, "Z"):
            return None
        return pid

    def running(self):
        return self.pid() is not None

    def state(self):
        pid = self.pid()
        if pid is None:
            return "dead"
        return "frozen" if process_state(pid) == "T" else "running"

    def argv(self):
        first = REALTIME if self.name == "bfdd" and may_be_realtime() else []
        return [*first, self.binary, "-d", "-N", self.pathspace, "-f", self.config_file,
                "-P", "0", *self.options]

    def start(self, timeout=20):
        if self.running():
            return
        if not (os.path.isfile(self.binary) and os.access(self.binary, os.X_OK)):
            raise LabError(f"{self.binary} is missing; is it installed or built?")
        self.clean()
        with open(f"{self.site_dir}/{self.name}.out", "ab") as out, netns.inside(self.ns):
            process = subprocess.Popen(self.argv(), stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=out, env={**os.environ, **self.env})
        with open(self._tmp_list, "a", encoding="ascii") as file:
            file.write(f"{process.pid}\n")  # the folder has the pid before the fork
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired as err:
            process.kill()
            process.wait()
            raise Timeout(f"{self.name} in {self.ns} did not go into the background within "
                          f"{timeout:g} s: {self.tail('out', 15)}") from err
        if code != 0:
            raise LabError(f"{self.name} in {self.ns} did not start (exit code {code}): "
                           f"{self.tail('out', 15)}")
        wait_for(self._answers, timeout, f"{self.name} in {self.ns} to answer on its vty")

    def _answers(self):
        pid = self.pid()
        if pid is None:
            raise LabError(f"no process; it said: {self.tail('out', 15)}")
        self.vty().close()
        return pid

    def vty(self, timeout=20):
        return VtySocket(self.vty_path, self.name, timeout)

    def signal(self, number):
        pid = self.pid()
        if pid is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        return pid

    def freeze(self):
        """SIGSTOP; returns when the process has stopped."""
        if self.signal(signal.SIGSTOP) is None:
            raise LabError(f"{self.name} in {self.ns} does not run")
        wait_for(self.state, 5, f"{self.name} in {self.ns} to stop",
                 until=lambda state: state != "running", interval=0.002)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def stop(self, timeout=STOP_TIMEOUT):
        """Clean end by SIGTERM. A daemon that does not follow is killed, and
        that is an error."""
        pid = self.pid()
        if pid is not None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            if not wait_exit(pid, timeout):
                self.kill()
                raise Timeout(f"{self.name} in {self.ns} (pid {pid}) ignored SIGTERM for "
                              f"{timeout:g} s; killed")
        self.clean()

    def kill(self):
        """End without warning. Returns when the process is gone."""
        pid = self.signal(signal.SIGKILL)
        if pid is not None and not wait_exit(pid, STOP_TIMEOUT):
            raise Timeout(f"{self.name} in {self.ns} (pid {pid}) survived SIGKILL")
        self.clean()

    def clean(self):
        """Remove what a process that is gone may have left in the run folder."""
        if self.running():
            return
        for path in (self.pid_file, self.vty_path):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        self.collect_crashes()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._tmp_list)

    @property
    def _tmp_list(self):
        return f"{self.site_dir}/.{self.name}.tmp"

    def collect_crashes(self):
        """Move crash logs to NAME.crash.PID in the site folder, and remove
        the folders of processes that are gone."""
        try:
            with open(self._tmp_list, encoding="ascii") as file:
                pids = file.read().split()
        except FileNotFoundError:
            return
        for pid in pids:
            folder = f"{FRR_TMP}/{self.name}.{pid}"
            with contextlib.suppress(FileNotFoundError):
                shutil.move(f"{folder}/crashlog", f"{self.site_dir}/{self.name}.crash.{pid}")
            if not self.running():
                shutil.rmtree(folder, ignore_errors=True)

    def mark(self):
        """Remember the end of the logs: tail() then shows only what follows."""
        for kind in ("log", "out"):
            with contextlib.suppress(FileNotFoundError):
                self._marks[kind] = os.path.getsize(f"{self.site_dir}/{self.name}.{kind}")

    def tail(self, kind="log", lines=40):
        path = f"{self.site_dir}/{self.name}.{kind}"
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                begin = self._marks.get(kind, 0)
                if begin <= os.path.getsize(path):  # else it was rotated
                    file.seek(begin)
                return "".join(file.readlines()[-lines:]).strip() or "(empty)"
        except FileNotFoundError:
            return "(nothing)"
