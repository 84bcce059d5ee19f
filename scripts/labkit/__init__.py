# SPDX-License-Identifier: GPL-2.0-or-later
"""labkit: three sites of real FRR in network namespaces.

scripts/lab, scripts/demo and tests/topotests share this package, so that what
a user tries by hand is what the tests run.

Who does what:

  run        subprocesses, errors, wait_for()
  netns      network namespaces: enter, create, ip batches, sysctls
  plan       the topology as data: sites, links, addresses, names
  wiring     the plan made real: namespaces, veth pairs, bridges
  config     configuration text of zebra, bgpd, bfdd, staticd and frrd
  vty        a daemon's vty socket, spoken to directly
  daemon     one daemon process: start, stop, kill, freeze by its pid file
  router     the daemons of one namespace, with vtysh
  state      the lab's state folder: lock, owner, what is cut or frozen
  lab        the whole lab: up, down, kill, freeze, cut, heal ...
  status     a snapshot of the lab, as data and as text
  nlroute    rtnetlink route messages
  fibmon     a site's FIB with time stamps, followed by netlink
  responder  the echo service in the service hosts
  stream     the counted packet stream of the client host
  client     the stream as a process that is read while it runs
  stalls     did the machine stand still? (wakeup: a process that finds out)
  again      hooks of pytest that run a test again then
  sampler    who announces a prefix, asked at the hub again and again
  frrd       frrd's JSON, and its commands
  bench      one router with stub links for the tests that need no three sites
  cli        scripts/lab
  story      scripts/demo; report: the file that it leaves
"""
