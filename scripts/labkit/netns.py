# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces: enter one, create and delete, ip batches, sysctls."""

import contextlib
import ctypes
import os
import signal

from .run import LabError, run, run_json, wait_for

NETNS_DIR = "/run/netns"
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def _setns(fd):
    if _libc.setns(fd, CLONE_NEWNET) != 0:
        err = ctypes.get_errno()
        raise OSError(err, "setns: " + os.strerror(err))


def enter(ns):
    """Move the calling thread into the namespace, for good."""
    try:
        fd = os.open(f"{NETNS_DIR}/{ns}", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as err:
        raise LabError(f"no network namespace {ns}: is the lab up?") from err
    try:
        _setns(fd)
    finally:
        os.close(fd)


@contextlib.contextmanager
def inside(ns):
    """The calling thread is in the namespace for the length of the block.

    Sockets made and processes started in the block belong to the namespace
    and stay there. Other threads are not touched.
    """
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(ns)
        try:
            yield
        finally:
            _setns(home)
    finally:
        os.close(home)


def exists(ns):
    return os.path.exists(f"{NETNS_DIR}/{ns}")


def inode(ns):
    return os.stat(f"{NETNS_DIR}/{ns}").st_ino


def create(ns):
    run(["ip", "netns", "add", ns])


def pids(ns):
    """The processes that live in the namespace."""
    if not exists(ns):
        return []
    return [int(pid) for pid in run(["ip", "netns", "pids", ns]).stdout.split()]


def delete(ns):
    """Delete the namespace and end what still runs in it."""
    if not exists(ns):
        return
    for sig in (signal.SIGTERM, signal.SIGKILL):
        left = [pid for pid in pids(ns) if pid != os.getpid()]
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, sig)
        if not left:
            break
        with contextlib.suppress(LabError):
            wait_for(lambda: pids(ns), 2, f"processes in {ns} to end", until=lambda p: not p)
    run(["ip", "netns", "del", ns])


def ip_batch(ns, lines):
    """Run many ip commands in the namespace with one process."""
    run(["ip", "-n", ns, "-batch", "-"], stdin="\n".join(lines) + "\n")


def ip_json(ns, *args):
    return run_json(["ip", "-j", "-n", ns, *args])


def sysctl(ns, settings):
    """Set sysctls (a dict of dotted names) in the namespace."""
    with inside(ns):
        for name, value in settings.items():
            path = "/proc/sys/" + name.replace(".", "/")
            try:
                with open(path, "w", encoding="ascii") as file:
                    file.write(str(value))
            except FileNotFoundError as err:
                raise LabError(f"this kernel has no sysctl {name}") from err
