// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, planned moves (rule 4) at the owner: grants in both orders, grants that
 * are taken back, and requests.  The successor's side is in test_bgp_successor.c.
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
     "at 9550 -\n"
     "markers claim grant=2\n"
     "event 9550 view beacons=2,3 claims=2\n"
     "at 9750 standby handed-over | record routes-withdrawn\n"
     "markers ready\n")

/* It has ended, and what is left of its markers goes in any order. */
PLAY(bbm_successor_ends, LETTING_GO
     "event 9300 view beacons=2,3 readies=2 claims=2\n"
     "event 12000 view beacons=2,3 claims=2\n"
     "event 12190 view beacons=2,3\n"
     "event 12200 view beacons=3\n"
     "expect claiming successor-lost | record\n")

/* Its routes are out before its claim has been seen everywhere. */
PLAY(bbm_claim_is_seen_everywhere, LETTING_GO
     "event 9300 view beacons=2,3 readies=2 claims=2\n"
     "event 9400 view beacons=2,3 claims=2\n"
     "deadline 9600\n"
     "at 9600 standby handed-over | record routes-withdrawn\n")

/* They do not get out for long: this site could be asked again when it rests. */
PLAY(bbm_successor_is_slow, LETTING_GO
     "event 9300 view beacons=2,3 readies=2 claims=2\n"
     "at 39010 standby handed-over | record routes-withdrawn\n"
     "markers ready\n")

/* They never get out, and the successor gives the group back. */
PLAY(bbm_successor_gives_back, LETTING_GO
     "event 9300 view beacons=2,3 readies=2 claims=2\n"
     "event 20000 view beacons=2,3 readies=2\n"
     "at 20500 claiming grant-cancelled | record\n")

/* Who has to go does not wait for them. */
static void test_bbm_does_not_wait(void **state)
{
	static const struct {
		const char *event, *rest;
	} ends[] = {
		{ "shutdown", "standby" },
		{ "config member=no", "standby" },
		{ "view beacons=none claims=2 readies=2", "fenced" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(text, sizeof(text),
			 LETTING_GO "event 9300 view beacons=2,3 readies=2 claims=2\n"
				    "event 10000 %s\n"
				    "expect %s handed-over | record routes-withdrawn\n",
			 ends[i].event, ends[i].rest);
		play(text);
	}
}

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
		/* without a sign of it this site may be cut off, and waits for settle-time */
		{ "at 39010", 39010, "grant-timeout" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		int at_ms = ends[i].at_ms, delay = i == 2 ? 5000 : 1000;

		snprintf(text, sizeof(text),
			 LETTING_GO "%s claiming %s | record\n"
			 "markers claim ready\n"
			 "event %d elsewhere\n"
			 "at %d activating %s | record, announce\n",
			 ends[i].event, ends[i].reason, at_ms + 10, at_ms + delay, ends[i].reason);
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
		cmocka_unit_test(test_bbm_successor_ends),
		cmocka_unit_test(test_bbm_claim_is_seen_everywhere),
		cmocka_unit_test(test_bbm_successor_is_slow),
		cmocka_unit_test(test_bbm_successor_gives_back),
		cmocka_unit_test(test_bbm_does_not_wait),
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
	};

	return cmocka_run_group_tests(handover, NULL, NULL);
}
