// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, planned moves (rule 4): requests, grants in both orders, and grants
 * that are taken back; at the owner, at the successor, and at a third site.
 */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

/* Site 1 owns the group, 2 is ready, and what site 1 has just become is over. */
#define OWNER_AND_READY OWNER "event 8000 view beacons=2,3 readies=2\n"
#define MBB "make-before-break=yes "
#define BBM "make-before-break=no "

/* --- the owner, make before break ----------------------------------------------- */

#define DRAINING                                                                                   \
	POLICY("self=1 " MBB) OWNER_AND_READY                                                      \
	"event 9000 switchover-away to=2\n"                                                        \
	"expect draining command-switchover-away | accept, record\n"                               \
	"markers claim grant=2\n"

PLAY(mbb, DRAINING
     "event 9100 view beacons=2,3 readies=2 claims=2\n"
     "at 9200 -\n"
     "event 9200 view beacons=2,3 claims=2\n"
     "expect releasing handed-over | record, withdraw\n"
     "markers claim grant=2\n"
     "event 9210 routes total=2 pending=1\n"
     "event 9220 " GONE
     "markers claim grant=2\n"
     "deadline 9420\n"
     "at 9420 standby handed-over | record routes-withdrawn\n"
     "markers ready\n"
     "at 100000 -\n")

/* The prefix is announced elsewhere, as it should be, and then this site has forgotten it. */
PLAY(mbb_follows_the_new_owner, DRAINING
     "event 9200 view beacons=2,3 claims=2\n"
     "expect releasing handed-over | record, withdraw\n"
     "event 9220 " GONE
     "at 9420 standby handed-over | record routes-withdrawn\n"
     "event 9500 elsewhere announced=2\n"
     "event 20000 elsewhere\n"
     "event 20000 view beacons=2,3\n"
     "at 20960 claiming owner-gone | record\n")

/* Ready for ever although it claims: some of its routes cannot be installed. */
PLAY(mbb_never_complete, DRAINING
     "event 9100 view beacons=2,3 readies=2 claims=2\n"
     "at 39000 releasing handed-over | record, withdraw\n")

PLAY(mbb_successor_lost, DRAINING
     "event 9100 view beacons=3 readies=2\n"
     "expect active successor-lost | record\n"
     "markers claim\n")

PLAY(mbb_grant_timeout, DRAINING
     "at 39000 active grant-timeout | record\n"
     "markers claim\n")

/* Its claim may come late, and its readiness may go first; 500 ms are the limit. */
PLAY(mbb_grant_cancelled, DRAINING
     "event 9100 view beacons=2,3\n"
     "event 9300 view beacons=2,3 readies=2\n"
     "event 9400 view beacons=2,3\n"
     "deadline 9900\n"
     "at 9900 active grant-cancelled | record\n")

PLAY(mbb_claims_after_all, DRAINING
     "event 9100 view beacons=2,3\n"
     "event 9599 view beacons=2,3 claims=2 readies=2\n"
     "event 9700 view beacons=2,3 readies=2\n"
     "at 9900 -\n"
     "event 9900 view beacons=2,3 claims=2\n"
     "expect releasing handed-over | record, withdraw\n")

/* After the grant was taken back this site yields to the successor all the same, for 5 s. */
PLAY(mbb_yields_after_all, DRAINING
     "event 9100 view beacons=3\n"
     "expect active successor-lost | record\n"
     "event 14099 view beacons=2,3 claims=2\n"
     "expect releasing handed-over | record, withdraw\n")

PLAY(mbb_does_not_yield_for_ever, DRAINING
     "event 9100 view beacons=3\n"
     "expect active successor-lost | record\n"
     "event 14100 view beacons=2,3 claims=2\n"
     "expect active conflict | record\n"
     "event 14200 view beacons=2,3\n"
     "expect active conflict-over | record\n")

/* The others still go by rank. */
PLAY(mbb_conflict_with_a_third, POLICY("self=4 members=1,4,2 voters=2,3,4 " MBB) OWNER_AND_READY
     "event 9000 switchover-away to=2\n"
     "expect draining command-switchover-away | accept, record\n"
     "event 9100 view beacons=1,2,3 claims=1\n"
     "expect releasing conflict-yield | record, withdraw\n"
     "event 9110 " GONE
     "expect standby conflict-yield | record routes-withdrawn\n")

PLAY(mbb_shutdown, DRAINING
     "event 9100 shutdown\n"
     "expect releasing shutdown | record, withdraw\n"
     "event 9110 " GONE
     "expect standby shutdown | record routes-withdrawn\n"
     "markers none\n")

PLAY(mbb_member_removed, DRAINING
     "event 9100 config member=no\n"
     "expect releasing member-removed | record, withdraw\n"
     "markers claim\n"
     "event 9110 " GONE
     "expect standby member-removed | record routes-withdrawn\n")

/* A quorum that is lost fences at once: the successor has one where it is. */
PLAY(mbb_fence_at_once, DRAINING
     "event 9100 view beacons=none\n"
     "expect releasing fenced | record, withdraw\n"
     "event 9110 " GONE
     "expect fenced fenced | record routes-withdrawn\n")

PLAY(mbb_zebra_lost, DRAINING
     "event 9100 zebra-down\n"
     "expect activating zebra-lost | record\n"
     "markers none\n")

/* --- the owner, break before make --------------------------------------------------- */

#define LETTING_GO                                                                                 \
	POLICY("self=1 " BBM) OWNER_AND_READY                                                      \
	"event 9000 switchover-away to=2\n"                                                        \
	"expect releasing command-switchover-away | accept, record, withdraw\n"                    \
	"markers claim\n"                                                                          \
	"event 9010 " GONE                                                                         \
	"markers claim grant=2\n"

PLAY(bbm, LETTING_GO
     "event 9300 view beacons=2,3 readies=2 claims=2\n"
     "at 9400 -\n"
     "markers claim grant=2\n"
     "at 9500 standby handed-over | record routes-withdrawn\n"
     "markers ready\n")

/* The claim of the successor may come before the routes are gone. */
PLAY(bbm_successor_is_quick, POLICY("self=1 " BBM) OWNER_AND_READY
     "event 9000 switchover-away to=2\n"
     "expect releasing command-switchover-away | accept, record, withdraw\n"
     "event 9005 view beacons=2,3 claims=2\n"
     "event 9010 " GONE
     "at 9210 standby handed-over | record routes-withdrawn\n")

/* Taken back: claimed again, and announced as a latecomer would. */
static void test_bbm_taken_back(void **state)
{
	static const struct {
		const char *event;
		int at_ms;
		const char *reason;
	} ends[] = {
		{ "event 9100 view beacons=3\nexpect", 9100, "successor-lost" },
		{ "event 9100 view beacons=2,3\nat 9600", 9600, "grant-cancelled" },
		{ "at 39010", 39010, "grant-timeout" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		int at_ms = ends[i].at_ms;

		snprintf(text, sizeof(text),
			 LETTING_GO "%s claiming %s | record\n"
			 "markers claim ready\n"
			 "event %d elsewhere\n"
			 "at %d activating %s | record, announce\n",
			 ends[i].event, ends[i].reason, at_ms + 10, at_ms + 1000, ends[i].reason);
		play(text);
	}
}

/* It was not eligible any more: the end of its ownership. */
PLAY(bbm_taken_back_by_nobody, LETTING_GO
     "event 9050 config maintenance=1\n"
     "event 9100 view beacons=3\n"
     "expect standby successor-lost | record routes-withdrawn\n"
     "markers none\n")

/* Another site's prefix is asked for again, because this one announced before. */
PLAY(bbm_taken_back_asks_first, LETTING_GO
     "event 9100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "at 12000 -\n"
     "event 12000 elsewhere\n"
     "expect activating successor-lost | record, announce\n")

PLAY(bbm_yields_while_claiming, LETTING_GO
     "event 9100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "event 9200 view beacons=2,3 claims=2\n"
     "expect standby conflict-yield | record\n")

PLAY(bbm_yields_after_all, LETTING_GO
     "event 9100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "event 9200 elsewhere\n"
     "at 10100 activating successor-lost | record, announce\n"
     "event 10110 " INSTALLED
     "expect active routes-installed | record\n"
     "event 11000 view beacons=2,3 claims=2\n"
     "expect releasing handed-over | record, withdraw\n")

static void test_bbm_ends_early(void **state)
{
	static const struct {
		const char *event, *outcome;
	} ends[] = {
		{ "shutdown", "standby shutdown | record routes-withdrawn" },
		{ "config member=no", "standby member-removed | record routes-withdrawn" },
		{ "view beacons=none", "fenced no-quorum | record routes-withdrawn" },
		{ "hold", "releasing command-hold | accept, record" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(text, sizeof(text), LETTING_GO "event 9100 %s\nexpect %s\n",
			 ends[i].event, ends[i].outcome);
		play(text);
	}
}

/* zebra dies: claim and grant are not written anew. */
PLAY(bbm_zebra_lost, LETTING_GO
     "event 9100 zebra-down\n"
     "expect releasing zebra-lost | record\n"
     "markers none\n"
     "event 9200 zebra-up\n"
     "expect standby command-switchover-away | record routes-withdrawn\n"
     "markers none\n")

/* --- requests at the owner ------------------------------------------------------------- */

static void test_requests(void **state)
{
	static const struct {
		const char *view;
		bool granted; /* to site 4 */
	} requests[] = {
		{ "beacons=2,3,4,5 requests=4 readies=4", true },
		/* Not ready, dead, no member, under maintenance. */
		{ "beacons=2,3,4,5 requests=4 readies=2", false },
		{ "beacons=2,3,5 requests=4 readies=4", false },
		{ "beacons=2,3,4,5 requests=3 readies=3", false },
		{ "beacons=2,3,4,5 requests=5 readies=5", false },
		/* Ready, but it does not ask. */
		{ "beacons=2,3,4,5 readies=2,4", false },
		/* The best-ranked one. */
		{ "beacons=2,3,4,5 requests=2,4 readies=2,4", true },
		{ "beacons=2,3,4,5 requests=2,4,5 readies=2,4,5", true },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		snprintf(text, sizeof(text),
			 POLICY("self=1 members=5,1,4,2 maintenance=5 " MBB) OWNER
			 "event 8000 view beacons=2,3,4,5\n"
			 "event 9000 view %s\n"
			 "%s\n",
			 requests[i].view,
			 requests[i].granted ? "expect draining grant-requested | record\n"
					       "markers claim grant=4"
					     : "markers claim");
		play(text);
	}
}

/* What a new owner sees may be left over from its own takeover. */
PLAY(new_owner_waits, POLICY("self=1 " MBB) OWNER
     "event 6100 view beacons=2,3 requests=2 readies=2\n"
     "deadline 6420\n"
     "at 6420 draining grant-requested | record\n")

PLAY(granter_goes_first, POLICY("self=1 " MBB) OWNER
     "event 8000 view beacons=2,3 claims=2\n"
     "expect active conflict | record\n"
     "event 8010 view beacons=2,3 requests=2 readies=2\n"
     "expect active conflict-over | record\n"
     "at 9000 draining grant-requested | record\n")

PLAY(request_ends, POLICY("self=1 " MBB) OWNER
     "event 8000 view beacons=2,3 requests=2 readies=2\n"
     "expect draining grant-requested | record\n"
     "event 8100 view beacons=2,3 readies=2\n"
     "at 8600 active grant-cancelled | record\n")

/* A grant that was taken back is not given again for the same request. */
PLAY(request_is_answered_once, POLICY("self=1 handover-timeout=2000 " MBB) OWNER
     "event 8000 view beacons=2,3 requests=2 readies=2\n"
     "expect draining grant-requested | record\n"
     "at 10000 active grant-timeout | record\n"
     "at 20000 -\n"
     "event 20000 view beacons=2,3 readies=2\n"
     "event 21000 view beacons=2,3 requests=2 readies=2\n"
     "expect draining grant-requested | record\n")

PLAY(held_owner_grants_nothing, POLICY("self=1 " MBB) OWNER
     "event 8000 hold\n"
     "expect active command-hold | accept, record\n"
     "event 8100 view beacons=2,3 requests=2 readies=2\n"
     "at 9000 -\n"
     "event 9000 resume\n"
     "expect active command-resume | accept, record\n"
     "at 9000 draining grant-requested | record\n")

PLAY(stalled_owner_grants_nothing, POLICY("self=1 " MBB) OWNER
     "event 8000 stall\n"
     "event 8100 view beacons=2,3 requests=2 readies=2\n"
     "at 8400 draining grant-requested | record\n")

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
     "at 11000 activating granted | record, announce\n")

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
	const struct CMUnitTest handover[] = {
		cmocka_unit_test(test_mbb),
		cmocka_unit_test(test_mbb_follows_the_new_owner),
		cmocka_unit_test(test_mbb_never_complete),
		cmocka_unit_test(test_mbb_successor_lost),
		cmocka_unit_test(test_mbb_grant_timeout),
		cmocka_unit_test(test_mbb_grant_cancelled),
		cmocka_unit_test(test_mbb_claims_after_all),
		cmocka_unit_test(test_mbb_yields_after_all),
		cmocka_unit_test(test_mbb_does_not_yield_for_ever),
		cmocka_unit_test(test_mbb_conflict_with_a_third),
		cmocka_unit_test(test_mbb_shutdown),
		cmocka_unit_test(test_mbb_member_removed),
		cmocka_unit_test(test_mbb_fence_at_once),
		cmocka_unit_test(test_mbb_zebra_lost),
		cmocka_unit_test(test_bbm),
		cmocka_unit_test(test_bbm_successor_is_quick),
		cmocka_unit_test(test_bbm_taken_back),
		cmocka_unit_test(test_bbm_taken_back_by_nobody),
		cmocka_unit_test(test_bbm_taken_back_asks_first),
		cmocka_unit_test(test_bbm_yields_while_claiming),
		cmocka_unit_test(test_bbm_yields_after_all),
		cmocka_unit_test(test_bbm_ends_early),
		cmocka_unit_test(test_bbm_zebra_lost),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_new_owner_waits),
		cmocka_unit_test(test_granter_goes_first),
		cmocka_unit_test(test_request_ends),
		cmocka_unit_test(test_request_is_answered_once),
		cmocka_unit_test(test_held_owner_grants_nothing),
		cmocka_unit_test(test_stalled_owner_grants_nothing),
		cmocka_unit_test(test_successor_mbb),
		cmocka_unit_test(test_successor_gives_back),
		cmocka_unit_test(test_successor_gives_back_late),
		cmocka_unit_test(test_successor_keeps_what_it_cannot_give_back),
		cmocka_unit_test(test_successor_bbm),
		cmocka_unit_test(test_granted_in_standby),
		cmocka_unit_test(test_granted_while_not_eligible),
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

	return cmocka_run_group_tests(handover, NULL, NULL);
}
