# SPDX-License-Identifier: GPL-2.0-or-later
"""benchkit: what tests/bench/move and tests/bench/failover measure, on the lab
of scripts/labkit.

  child    zapi_loop and fib_watch: commands on a pipe, JSON lines back
  stage    the lab made ready for a bench: configuration, quiet, names
  moves    N prefixes announced and moved, by frrd and by the bare loop
  single   one prefix: from command to ZAPI write to the third site's FIB
  proxy    time stamps of frrd's ZAPI messages, taken between frrd and zebra
  memory   what a prefix costs
  report   numbers into tables and JSON

  outage         one move or fault as the client's stream sees it
  floor          the faults with plain FRR
  takeover       the faults and planned moves with frrd
  service        a dead service behind a living router, seen by a probe
  idle           processor time while nothing happens
  outage_report  outages into tables and JSON

  load           how long files with many lines are read (tests/bench/load)
"""
