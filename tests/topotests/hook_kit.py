# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs for hooks, in a folder that only root can write to."""

import os
import shutil

from labkit.run import wait_for


class Programs:
    def __init__(self):
        self.folder = f"/usr/local/lib/frrd-test-{os.getpid()}"
        self.scratch = f"/tmp/frrd-test-{os.getpid()}"

    def __enter__(self):
        os.makedirs(self.folder)
        os.makedirs(self.scratch)
        os.chmod(self.scratch, 0o777)  # the hooks are not root
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)
        shutil.rmtree(self.scratch)

    def program(self, name, text, mode=0o755):
        path = f"{self.folder}/{name}"
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, mode)
        return path

    def touched(self, name):
        return os.path.exists(f"{self.scratch}/{name}")

    def touch(self, name):
        with open(f"{self.scratch}/{name}", "w", encoding="utf-8"):
            pass

    def gate(self, name):
        """A program that says that it runs, and what it is told, and goes on when the test
        says so."""
        return self.program(name, f"env\ntouch {self.scratch}/{name}-runs\n"
                                  f"until [ -e {self.scratch}/{name}-open ]; do sleep 0.02; done\n"
                                  f"touch {self.scratch}/{name}-ends\n")

    def wait_runs(self, name):
        wait_for(lambda: self.touched(f"{name}-runs"), 60, f"the hook {name} to run")
