# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of frrd-io; see iokit.py."""

import os
import sys

import pytest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts"))

from iokit import Io  # noqa: E402
from labkit.again import (pytest_runtest_protocol, pytest_terminal_summary,  # noqa: E402,F401
                          pytest_unconfigure, watch)


def pytest_configure(config):
    watch()


@pytest.fixture
def io():
    with Io() as running:
        yield running
