# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the tests that need a network: its two ends, and a frrd-io at the left one."""

import pytest

from iokit import Io
from netkit import Net


@pytest.fixture
def net():
    with Net() as made:
        yield made


@pytest.fixture
def io(net):
    with Io(prefix=net.prefix) as running:
        yield running
