# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's state folder: /run/frrd-lab/NAME, removed by `down`.

state.json says what the kernel cannot tell: which links were cut on purpose,
which sites are frozen or switched off, and which process owns the lab.
"""

import contextlib
import fcntl
import json
import os
import shutil

from .run import LabError

BASE = "/run/frrd-lab"


def start_time(pid):
    """When the process started, in clock ticks; tells a reused pid apart."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[19])
    except (FileNotFoundError, ProcessLookupError):
        return None


class State:
    def __init__(self, name):
        self.name = name
        self.dir = f"{BASE}/{name}"
        self._path = f"{self.dir}/state.json"

    def exists(self):
        return os.path.isdir(self.dir)

    def create(self):
        os.makedirs(self.dir, mode=0o755, exist_ok=True)

    def remove(self):
        shutil.rmtree(self.dir, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.rmdir(BASE)

    def load(self):
        try:
            with open(self._path, encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {}
        except ValueError as err:
            raise LabError(f"{self._path} is damaged ({err}); run `lab down`") from err

    def save(self, data):
        with open(self._path + ".new", "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1)
        os.replace(self._path + ".new", self._path)

    @contextlib.contextmanager
    def change(self):
        """Load, change in the block, save."""
        data = self.load()
        yield data
        self.save(data)

    @contextlib.contextmanager
    def lock(self):
        """One command at a time works on a lab; the others wait. The lock
        file lies beside the folder, which `down` removes."""
        path = f"{BASE}/.{self.name}.lock"
        fd = self._locked(path)
        try:
            yield
        finally:
            if not self.exists():
                with contextlib.suppress(OSError):
                    os.unlink(path)
                    os.rmdir(BASE)
            os.close(fd)

    @staticmethod
    def _locked(path):
        """Lock the file that has this path now: the one before us may have
        removed the file that we opened."""
        while True:
            os.makedirs(BASE, mode=0o755, exist_ok=True)
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(fd, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if os.stat(path).st_ino == os.fstat(fd).st_ino:
                    return fd
            os.close(fd)

    def own(self, pid):
        """The lab dies with this process: see abandoned()."""
        with self.change() as data:
            data["owner"] = {"pid": pid, "start": start_time(pid)}

    def abandoned(self):
        """True when an owner was named and is gone."""
        owner = self.load().get("owner")
        return bool(owner) and start_time(owner["pid"]) != owner["start"]


def all_names():
    try:
        return sorted(name for name in os.listdir(BASE) if os.path.isdir(f"{BASE}/{name}"))
    except FileNotFoundError:
        return []
