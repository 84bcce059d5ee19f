// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, planned moves (rule 4) at the successor, which asks and is granted the
 * group, and at a third site that asks on its behalf.  The owner's side is in
 * test_bgp_handover.c.
 */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

#define MBB "make-before-break=yes "
#define BBM "make-before-break=no "

/* --- the successor ----------------------------------------------------------------------- */

#define REQUESTING                                                                                 \
	STANDBY "event 9000 elsewhere announced=2\n"                                               \
		"event 10000 switchover-here\n"                                                    \
		"expect requesting command-switchover-here | accept, record\n"                     \
		"markers ready request=2\n"

/* The request stays until the old claim is gone, readiness until every route is installed. */
PLAY(successor_mbb, POLICY(MBB) REQUESTING
     "event 10100 view beacons=1,3 claims=1 grants=2\n"
     "expect activating granted | record, announce\n"
     "markers claim ready request=2\n"
     "event 10110 routes total=2 announced=2 installed=1 pending=1\n"
     "markers claim ready request=2\n"
     "event 10120 " INSTALLED
     "expect active routes-installed | record\n"
     "markers claim request=2\n"
     "event 10300 view beacons=1,3 grants=2\n"
     "markers claim\n"
     "event 10310 view beacons=1,3\n"
     "at 100000 -\n")

/* Nothing is installed: the owner keeps the group. */
PLAY(successor_gives_back, POLICY(MBB) REQUESTING
     "event 10100 view beacons=1,3 claims=1 grants=2\n"
     "expect activating granted | record, announce\n"
     "event 10110 routes total=2 announced=2 failed=2\n"
     "expect activating routes-none | record\n"
     "at 10200 releasing unhealthy-withdrawn | record, withdraw\n"
     "event 10220 " GONE
     "expect standby unhealthy-withdrawn | record routes-withdrawn\n")

/* Its claim has stood for a while already. */
PLAY(successor_gives_back_late, POLICY(MBB) REQUESTING
     "event 10100 view beacons=1,3 claims=1 grants=2\n"
     "expect activating granted | record, announce\n"
     "event 10300 routes total=2 announced=2 failed=2\n"
     "expect activating routes-none | record\n"
     "at 10300 releasing unhealthy-withdrawn | record, withdraw\n")

/* ... but not when there is nobody who would. */
PLAY(successor_keeps_what_it_cannot_give_back, POLICY(MBB) REQUESTING
     "event 10100 view beacons=1,3 claims=1 grants=2\n"
     "expect activating granted | record, announce\n"
     "event 10105 view beacons=1,3\n"
     "event 10110 routes total=2 announced=2 failed=2\n"
     "expect activating routes-none | record\n")

PLAY(successor_bbm, POLICY(BBM) REQUESTING
     "event 10100 view beacons=1,3 claims=1 grants=2\n"
     "event 10110 elsewhere unknown=1\n"
     "at 10200 -\n"
     "event 10200 elsewhere\n"
     "expect activating granted | record, announce\n"
     "markers claim ready request=2\n")

/* Told by the owner alone. */
PLAY(granted_in_standby, POLICY(MBB) STANDBY
     "event 10000 view beacons=1,3 claims=1 grants=2\n"
     "expect requesting granted | record\n"
     "at 10000 activating granted | record, announce\n")

PLAY(granted_while_not_eligible, POLICY(MBB) STANDBY
     "event 9000 health healthy=no\n"
     "event 10000 view beacons=1,3 claims=1 grants=2\n"
     "at 11000 -\n"
     "event 11000 health healthy=yes\n"
     "expect requesting granted | record\n"
     "markers ready request=2\n"
     "deadline 11200\n"
     "at 11200 activating granted | record, announce\n"
     "markers claim ready request=2\n")

/* A minority that still sees its granter: ready until that one knows. */
PLAY(successor_is_fenced, POLICY(MBB "self=4 members=1,4 voters=1,2,3,4 fence-delay=0")
     SETTLED("beacons=1,2,3 claims=1")
     "event 10000 view beacons=1,2,3 claims=1 grants=4\n"
     "expect requesting granted | record\n"
     "at 10000 activating granted | record, announce\n"
     "event 10100 view beacons=1 claims=1 grants=4\n"
     "expect releasing fenced | record, withdraw\n"
     "event 10110 " GONE
     "expect fenced fenced | record routes-withdrawn\n"
     "markers ready\n"
     "event 10200 view beacons=1 claims=1\n"
     "markers none\n")

PLAY(granted_to_two, POLICY(MBB) STANDBY
     "event 10000 view beacons=1,3 claims=1 grants=1,2\n"
     "at 11000 -\n")

/* Two owners already are no place for a third. */
PLAY(granted_in_a_conflict, POLICY(MBB "self=4 members=1,2,4 voters=3,4,5")
     SETTLED("beacons=1,2,3 claims=1")
     "event 10000 view beacons=1,2,3 claims=1,2 grants=4\n"
     "expect requesting granted | record\n"
     "at 10100 -\n"
     "event 10100 view beacons=1,2,3 claims=1 grants=4\n"
     "expect activating granted | record, announce\n")

/* The grant that still stands is not followed again. */
PLAY(granted_once, POLICY(MBB) STANDBY
     "event 10000 view beacons=1,3 claims=1 grants=2\n"
     "expect requesting granted | record\n"
     "at 10000 activating granted | record, announce\n"
     "event 10010 " INSTALLED
     "expect active routes-installed | record\n"
     "event 10100 view beacons=1,3 grants=2\n"
     "event 11000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 11010 " GONE
     "expect standby command-release | record routes-withdrawn\n"
     "event 11020 elsewhere\n"
     "at 20000 -\n"
     "event 20000 view beacons=1,3\n"
     "event 20100 view beacons=1,3 claims=1\n"
     "event 21000 view beacons=1,3 claims=1 grants=2\n"
     "expect requesting granted | record\n")

/* The granter's claim is left alone while its grant stands, and 400 ms longer. */
PLAY(granter_is_not_yielded_to, POLICY(MBB) STANDBY
     "event 10000 view beacons=1,3 claims=1 grants=2\n"
     "expect requesting granted | record\n"
     "at 10000 activating granted | record, announce\n"
     "event 10010 " INSTALLED
     "expect active routes-installed | record\n"
     "event 30000 view beacons=1,3 claims=1\n"
     "at 30399 -\n"
     "at 30400 releasing conflict-yield | record, withdraw\n")

/* A third site's claim is not left alone. */
PLAY(third_is_yielded_to, POLICY(MBB "self=4 members=1,2,4 voters=3,4,5")
     SETTLED("beacons=1,2,3 claims=2")
     "event 10000 view beacons=1,2,3 claims=2 grants=4\n"
     "expect requesting granted | record\n"
     "at 10000 activating granted | record, announce\n"
     "event 10010 view beacons=1,2,3 claims=1,2 grants=4\n"
     "expect releasing conflict-yield | record, withdraw\n")

static void test_requests_end(void **state)
{
	static const struct {
		const char *event, *outcome;
	} ends[] = {
		{ "event 11000 view beacons=1,3 claims=1 grants=1", "standby granted-to-another" },
		{ "event 11000 view beacons=1,3 claims=1 grants=1,2", "standby granted-to-another" },
		{ "event 11000 view beacons=1,3 claims=3", "standby owner-changed" },
		{ "event 11000 view beacons=none claims=1", "fenced no-quorum" },
		{ "event 11000 health healthy=no", "standby unhealthy" },
		{ "event 11000 config maintenance=2", "standby maintenance" },
		{ "event 11000 config member=no", "standby not-member" },
		{ "event 11000 config complete=no", "standby incomplete" },
		{ "event 11000 routes total=0", "standby no-prefix" },
		{ "event 11000 zebra-down", "standby zebra-down" },
		{ "event 11000 shutdown", "standby request-cancelled" },
		{ "event 11000 stall", "standby stalled" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(text, sizeof(text),
			 POLICY(MBB) REQUESTING "%s\nexpect %s | record\nat 11300 -\n",
			 ends[i].event, ends[i].outcome);
		play(text);
	}
}

PLAY(request_timeout, POLICY(MBB) REQUESTING
     "at 40000 standby request-timeout | record\n"
     "markers ready\n")

/* The owner is gone instead: as in rule 3. */
PLAY(request_of_an_orphan, POLICY(MBB) REQUESTING
     "event 11000 view beacons=3\n"
     "event 11010 elsewhere\n"
     "at 11970 claiming owner-gone | record\n"
     "markers claim ready\n"
     "at 12010 activating owner-gone | record, announce\n")

/* A grant that waits goes before a claim. */
PLAY(no_claim_while_granted, POLICY(BBM) REQUESTING
     "event 10100 view beacons=1,3 grants=2\n"
     "at 30000 -\n"
     "event 30000 elsewhere\n"
     "expect activating granted | record, announce\n")

PLAY(asked_remotely, POLICY(MBB) STANDBY
     "event 10000 view beacons=1,3 claims=1 requests=2\n"
     "expect requesting asked-remotely | record\n"
     "markers ready request=2\n"
     "event 10100 view beacons=1,3 claims=1 requests=2 grants=2\n"
     "expect activating granted | record, announce\n")

PLAY(asked_for_another, POLICY(MBB "self=4 members=1,2,4") SETTLED("beacons=1,2,3 claims=1")
     "event 10000 view beacons=1,2,3 claims=1 requests=2\n"
     "at 11000 -\n")

PLAY(asked_while_granted, POLICY(MBB) STANDBY
     "event 10000 view beacons=1,3 claims=1 requests=2 grants=1\n"
     "at 11000 -\n")

/* The same request is not followed twice. */
PLAY(asked_once, POLICY(MBB) STANDBY
     "event 10000 view beacons=1,3 claims=1 requests=2\n"
     "expect requesting asked-remotely | record\n"
     "at 40000 standby request-timeout | record\n"
     "at 50000 -\n"
     "event 50000 view beacons=1,3 claims=1\n"
     "event 51000 view beacons=1,3 claims=1 requests=2\n"
     "expect requesting asked-remotely | record\n")

/* Asked while nobody owns it: rule 3, without a turn's delay for this operator. */
PLAY(asked_for_an_orphan, POLICY(MBB "auto-failover=no") ORPHAN
     "event 12000 view beacons=3 requests=2\n"
     "expect requesting asked-remotely | record\n"
     "at 12000 claiming owner-gone | record\n"
     "at 13000 activating owner-gone | record, announce\n")

/* --- a third site asks ---------------------------------------------------------------------- */

#define HUB                                                                                        \
	POLICY("self=3 member=no") ZEBRA "event 10 view beacons=1,2 claims=1 readies=2\n"
#define PROXY                                                                                      \
	HUB "event 10000 switchover-away to=2\n"                                                   \
	    "expect requesting command-request | accept, record\n"                                 \
	    "markers request=2\n"

PLAY(proxy, PROXY
     "event 10100 view beacons=1,2 claims=1 readies=2 grants=2 requests=2\n"
     "event 10200 view beacons=1,2 claims=1,2 requests=2\n"
     "event 10300 view beacons=1,2 claims=2\n"
     "expect standby moved | record\n"
     "markers none\n")

PLAY(proxy_timeout, PROXY
     "at 40000 standby request-timeout | record\n"
     "markers none\n")

PLAY(proxy_successor_lost, PROXY
     "event 10100 view unknown\n"
     "event 10100 view beacons=1 claims=1\n"
     "expect standby successor-lost | record\n")

PLAY(proxy_granted_to_another, PROXY
     "event 10100 view beacons=1,2 claims=1 grants=1\n"
     "expect standby granted-to-another | record\n")

PLAY(proxy_shutdown, PROXY
     "event 10100 shutdown\n"
     "expect standby request-cancelled | record\n")

PLAY(proxy_for_an_orphan, HUB
     "event 9000 view beacons=1,2 readies=2\n"
     "event 10000 failover-to to=2\n"
     "expect requesting command-request | accept, record\n"
     "markers request=2\n"
     "event 11000 view beacons=1,2 claims=2\n"
     "expect standby moved | record\n")

/* Who asks for another does not count its own turn meanwhile. */
PLAY(proxy_is_no_witness, POLICY("self=4 members=1,2,4 voters=3,4,5")
     SETTLED("beacons=1,2,3 claims=1 readies=2")
     "event 10000 switchover-away to=2\n"
     "expect requesting command-request | accept, record\n"
     "event 10100 view beacons=1,2,3 readies=2\n"
     "at 40000 standby request-timeout | record\n"
     "at 41600 claiming owner-gone | record\n"
     "at 42000 activating owner-gone | record, announce\n")
int main(void)
{
	const struct CMUnitTest successor[] = {
		cmocka_unit_test(test_successor_mbb),
		cmocka_unit_test(test_successor_gives_back),
		cmocka_unit_test(test_successor_gives_back_late),
		cmocka_unit_test(test_successor_keeps_what_it_cannot_give_back),
		cmocka_unit_test(test_successor_bbm),
		cmocka_unit_test(test_granted_in_standby),
		cmocka_unit_test(test_granted_while_not_eligible),
		cmocka_unit_test(test_successor_is_fenced),
		cmocka_unit_test(test_granted_to_two),
		cmocka_unit_test(test_granted_in_a_conflict),
		cmocka_unit_test(test_granted_once),
		cmocka_unit_test(test_granter_is_not_yielded_to),
		cmocka_unit_test(test_third_is_yielded_to),
		cmocka_unit_test(test_requests_end),
		cmocka_unit_test(test_request_timeout),
		cmocka_unit_test(test_request_of_an_orphan),
		cmocka_unit_test(test_no_claim_while_granted),
		cmocka_unit_test(test_asked_remotely),
		cmocka_unit_test(test_asked_for_another),
		cmocka_unit_test(test_asked_while_granted),
		cmocka_unit_test(test_asked_once),
		cmocka_unit_test(test_asked_for_an_orphan),
		cmocka_unit_test(test_proxy),
		cmocka_unit_test(test_proxy_timeout),
		cmocka_unit_test(test_proxy_successor_lost),
		cmocka_unit_test(test_proxy_granted_to_another),
		cmocka_unit_test(test_proxy_shutdown),
		cmocka_unit_test(test_proxy_for_an_orphan),
		cmocka_unit_test(test_proxy_is_no_witness),
	};

	return cmocka_run_group_tests(successor, NULL, NULL);
}
