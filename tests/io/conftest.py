# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of frrd-io; see iokit.py."""

import sys

import pytest

sys.dont_write_bytecode = True

from iokit import Io  # noqa: E402


@pytest.fixture
def io():
    with Io() as running:
        yield running
