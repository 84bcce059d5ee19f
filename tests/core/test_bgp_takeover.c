// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, a site that does not announce: quorum and settling (rules 2 and 6),
 * and takeovers (rule 3).  The numbers are those of doc/protocol.md.
 */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

/* --- a takeover ---------------------------------------------------------------- */

PLAY(takeover, POLICY("") STANDBY
     "markers ready\n"
     "event 10000 view beacons=3\n"
     "deadline 10960\n"
     "at 10960 claiming owner-gone | record\n"
     "markers claim ready\n"
     "deadline 11000\n"
     "at 11000 activating owner-gone | record, announce\n"
     "markers claim\n"
     "event 11005 routes total=2 announced=2 pending=2\n"
     "event 11006 " INSTALLED
     "expect active routes-installed | record\n"
     "markers claim\n")

/* What is announced counts like a claim, whichever goes last. */
PLAY(prefixes_go_last, POLICY("") STANDBY
     "event 9000 elsewhere announced=1\n"
     "event 10000 view beacons=3\n"
     "at 20000 -\n"
     "event 20000 elsewhere\n"
     "at 20960 claiming owner-gone | record\n"
     "at 21000 activating owner-gone | record, announce\n")

PLAY(claim_goes_last, POLICY("") STANDBY
     "event 9000 elsewhere announced=1\n"
     "event 10000 elsewhere\n"
     "at 20000 -\n"
     "event 20000 view beacons=3\n"
     "at 20960 claiming owner-gone | record\n"
     "at 21000 activating owner-gone | record, announce\n")

/* The lead is never longer than takeover-delay. */
PLAY(short_delay, POLICY("takeover-delay=20") STANDBY
     "event 10000 view beacons=3\n"
     "expect claiming owner-gone | record\n"
     "at 10020 activating owner-gone | record, announce\n")

PLAY(delay_as_long_as_the_lead, POLICY("takeover-delay=41") STANDBY
     "event 10000 view beacons=3\n"
     "at 10001 claiming owner-gone | record\n"
     "at 10041 activating owner-gone | record, announce\n")

/* Without an answer about every prefix there is a claim, but no announcement. */
PLAY(unanswered, POLICY("") STANDBY
     "event 9000 elsewhere unknown=1\n"
     "event 10000 view beacons=3\n"
     "at 10960 claiming owner-gone | record\n"
     "at 12000 -\n"
     "event 12000 elsewhere\n"
     "expect activating owner-gone | record, announce\n")

PLAY(by_hand_only, POLICY("auto-failover=no") ORPHAN
     "at 900000 -\n"
     "markers ready\n"
     "event 900000 config auto-failover=yes\n"
     "expect claiming owner-gone | record\n")

/* --- turns ------------------------------------------------------------------------ */

/* Better-ranked members that are alive go first; others, dead and maintained ones do not. */
static void test_turns(void **state)
{
	static const struct {
		const char *policy, *view;
		int due_ms;
	} turns[] = {
		{ "self=2 members=1,2", "beacons=3", 11000 },
		{ "self=2 members=1,2", "beacons=1,3", 11500 },
		{ "self=2 members=1,2 maintenance=1", "beacons=1,3", 11000 },
		{ "self=2 members=2,1", "beacons=1,3", 11000 },
		{ "self=4 members=1,2,4,5", "beacons=1,2,3,5", 12000 },
		{ "self=4 members=1,2,4,5", "beacons=2,3,5", 11500 },
		{ "self=4 members=1,2,4,5 maintenance=2,5", "beacons=2,3,5", 11000 },
		{ "self=4 members=1,2,5,4", "beacons=1,2,3,5", 12500 },
		{ "self=2 members=1,2 stagger=0", "beacons=1,3", 11000 },
		{ "self=2 members=1,2 stagger=2000", "beacons=1,3", 13000 },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(turns); i++) {
		snprintf(text, sizeof(text),
			 POLICY("%s") SETTLED("beacons=1,2,3,5 claims=1")
			 "event 10000 view %s\n"
			 "at %d claiming owner-gone | record\n"
			 "at %d activating owner-gone | record, announce\n",
			 turns[i].policy, turns[i].view, turns[i].due_ms - 40, turns[i].due_ms);
		play(text);
	}
}

/* While the group is free a member falls silent: what it did last has to fence first. */
PLAY(silence_before_the_claim, POLICY("self=4 members=1,2,4 voters=3,4,5") SETTLED("beacons=1,2,3 claims=1")
     "event 10000 view beacons=2,3\n"
     "at 11300 -\n"
     "event 11300 view beacons=3\n"
     "at 11900 claiming owner-gone | record\n"
     "at 12300 activating owner-gone | record, announce\n")

PLAY(silence_after_the_claim, POLICY("self=4 members=1,2,4 voters=3,4,5") SETTLED("beacons=1,2,3 claims=1")
     "event 10000 view beacons=2,3\n"
     "at 11460 claiming owner-gone | record\n"
     "event 11480 view beacons=3\n"
     "at 12480 activating owner-gone | record, announce\n")

/* A witness that falls silent has not taken anything over. */
PLAY(silence_of_a_witness, POLICY("self=4 members=1,2,4 voters=1,2,3,4,5")
     SETTLED("beacons=1,2,3,5 claims=1")
     "event 10000 view beacons=2,3,5\n"
     "event 11300 view beacons=2,5\n"
     "at 11460 claiming owner-gone | record\n"
     "at 11500 activating owner-gone | record, announce\n")

/* Neither has the owner whose claim went first. */
PLAY(silence_of_the_owner, POLICY("") STANDBY
     "event 10000 view beacons=1,3\n"
     "event 10300 view beacons=3\n"
     "at 10960 claiming owner-gone | record\n"
     "at 11000 activating owner-gone | record, announce\n")

/* --- latecomers --------------------------------------------------------------------- */

/* Nobody ever owned it: nothing aligns the timers of those that settle. */
PLAY(unowned, POLICY("") SETTLED("beacons=1,3")
     "deadline 6110\n"
     "at 6110 claiming unowned | record\n"
     "at 6510 activating unowned | record, announce\n")

/* A latecomer's claim stands for 400 ms, whatever takeover-delay is. */
PLAY(unowned_quickly, POLICY("takeover-delay=100") SETTLED("beacons=3")
     "at 5010 claiming unowned | record\n"
     "at 5410 activating unowned | record, announce\n")

/* Eligible later than free: the delay begins then. */
PLAY(healthy_later, POLICY("") STANDBY
     "event 9000 health healthy=no\n"
     "event 10000 view beacons=3\n"
     "event 20000 health healthy=yes\n"
     "at 20600 claiming owner-gone | record\n"
     "at 21000 activating owner-gone | record, announce\n")

/* Free later than eligible, but this site did not see an undisputed owner go. */
PLAY(claim_too_short_to_be_seen, POLICY("") SETTLED("beacons=3 grants=1")
     "event 9601 view beacons=1,3 claims=1\n"
     "event 10000 view beacons=3\n"
     "at 10600 claiming owner-gone | record\n"
     "at 11000 activating owner-gone | record, announce\n")

PLAY(claim_just_long_enough, POLICY("") SETTLED("beacons=3 grants=1")
     "event 9600 view beacons=1,3 claims=1\n"
     "event 10000 view beacons=3\n"
     "at 10960 claiming owner-gone | record\n"
     "at 11000 activating owner-gone | record, announce\n")

PLAY(disputed_owner, POLICY("self=4 members=1,2,4 voters=3,4,5") SETTLED("beacons=1,2,3 claims=1,2")
     "event 10000 view beacons=3\n"
     "at 10600 claiming owner-gone | record\n"
     "at 11000 activating owner-gone | record, announce\n")

PLAY(unsettled_witness_of_the_end, POLICY("") ZEBRA
     "event 10 view beacons=1,3 claims=1\n"
     "expect standby quorum-back | record\n"
     "event 5009 view beacons=3\n"
     "at 5010 standby settled | record\n"
     "at 5610 claiming owner-gone | record\n"
     "at 6010 activating owner-gone | record, announce\n")

/* Somebody was there in between, and nobody knows since when. */
PLAY(forgets_what_it_saw, POLICY("") ORPHAN
     "event 10100 view beacons=1,3 claims=1\n"
     "event 10200 view beacons=3\n"
     "at 10800 claiming owner-gone | record\n"
     "at 11200 activating owner-gone | record, announce\n")

PLAY(eligible_again, POLICY("") ORPHAN
     "event 10100 health healthy=no\n"
     "event 10200 health healthy=yes\n"
     "at 10800 claiming owner-gone | record\n"
     "at 11200 activating owner-gone | record, announce\n")

/* --- what keeps a site away -------------------------------------------------------------- */

/* One thing is wrong from 9000 on: nothing is taken over; without it, it is. */
static void test_each_guard_alone(void **state)
{
	static const struct {
		const char *wrong, *right, *then;
	} guards[] = {
		{ "config member=no", "config member=yes", "" },
		{ "config complete=no", "config complete=yes", "" },
		{ "routes total=0", "routes total=2", "" },
		{ "config maintenance=2", "config maintenance=none", "" },
		{ "health healthy=no", "health healthy=yes", "" },
		{ "hold\nexpect held command-hold | accept, record",
		  "resume\nexpect standby command-resume | accept, record", "" },
		{ "zebra-down", "zebra-up", "event 20000 view beacons=3\nevent 20000 elsewhere\n"
		  "at 25000 standby settled | record\n" },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(guards); i++) {
		struct replay r;

		snprintf(text, sizeof(text),
			 POLICY("") STANDBY "event 9000 %s\n"
			 "event 10000 view beacons=3\n"
			 "at 19999 -\n"
			 "event 20000 %s\n"
			 "%s",
			 guards[i].wrong, guards[i].right, guards[i].then);
		replay_begin(&r);
		/* Without zebra the settling begins anew, which is another test. */
		if (strcmp(guards[i].wrong, "zebra-down") == 0)
			continue;
		replay_text(&r, text);
		if (r.error[0] != '\0')
			fail_msg("%s: %s", guards[i].wrong, r.error);
		replay_text(&r, "at 20600 claiming owner-gone | record\n");
		if (r.error[0] != '\0')
			fail_msg("%s, then: %s", guards[i].wrong, r.error);
	}
}

/* The same after the claim has gone up: it comes down, for that reason. */
static void test_each_guard_ends_a_claim(void **state)
{
	static const struct {
		const char *event, *outcome;
	} guards[] = {
		{ "config member=no", "standby not-member | record" },
		{ "config complete=no", "standby incomplete | record" },
		{ "routes total=0", "standby no-prefix | record" },
		{ "config maintenance=2", "standby maintenance | record" },
		{ "health healthy=no", "standby unhealthy | record" },
		{ "hold", "held command-hold | accept, record" },
		{ "zebra-down", "standby zebra-down | record" },
		{ "shutdown", "standby stopping | record" },
		{ "view beacons=none", "fenced no-quorum | record" },
		{ "config settle-time=60000", "standby settling | record" },
		{ "elsewhere announced=1", "standby claim-found-elsewhere | record" },
		{ "view beacons=1,3 claims=1", "standby conflict-yield | record" },
		/* A site that is no member is not argued with. */
		{ "view beacons=3 claims=3", "standby conflict-yield | record" },
		{ "view beacons=3 grants=1", "standby granted-to-another | record" },
		{ "release", "standby claim-cancelled | accept, record" },
		{ "stall", "standby stalled | record" },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(guards); i++) {
		snprintf(text, sizeof(text),
			 POLICY("") ORPHAN "at 10960 claiming owner-gone | record\n"
			 "event 10970 %s\n"
			 "expect %s\n"
			 "markers %s\n"
			 "at 11100 -\n",
			 guards[i].event, guards[i].outcome,
			 strstr(guards[i].outcome, "elsewhere") ||
			 strstr(guards[i].outcome, "yield") ||
			 strstr(guards[i].outcome, "granted") ||
			 strstr(guards[i].outcome, "cancelled") ? "ready" : "none");
		play(text);
	}
}

/* A worse-ranked site that claims as well has to yield, and is waited for. */
PLAY(worse_claim_is_waited_for, POLICY("self=1") SETTLED("beacons=2,3 claims=2")
     "event 10000 view beacons=3\n"
     "at 10960 claiming owner-gone | record\n"
     "event 10970 view beacons=2,3 claims=2\n"
     "at 12000 -\n"
     "event 12000 view beacons=2,3\n"
     "expect activating owner-gone | record, announce\n")

PLAY(worse_claim_for_ever, POLICY("self=1 handover-timeout=3000")
     SETTLED("beacons=2,3 claims=2")
     "event 10000 view beacons=3\n"
     "at 10960 claiming owner-gone | record\n"
     "event 10970 view beacons=2,3 claims=2\n"
     "at 14000 standby claim-timeout | record\n"
     "at 90000 -\n")

/* A grant to itself that was followed before does not let it announce by a claim. */
PLAY(own_grant_blocks_a_claim, POLICY("") ORPHAN
     "at 10960 claiming owner-gone | record\n"
     "event 10970 view beacons=3 grants=2\n"
     "at 12000 -\n"
     "event 12000 view beacons=3\n"
     "expect activating owner-gone | record, announce\n")

/* --- quorum and settling ------------------------------------------------------------------ */

static void test_majorities(void **state)
{
	static const struct {
		const char *voters, *beacons;
		bool quorum;
	} votes[] = {
		{ "2", "none", true },		{ "1,2", "none", false },
		{ "1,2", "1", true },		{ "1,2,3", "none", false },
		{ "1,2,3", "3", true },		{ "1,2,3", "4", false },
		{ "1,2,3,4", "1", false },	{ "1,2,3,4", "1,4", true },
		{ "1,2,3,4,5", "1,6", false },	{ "1,2,3,4,5", "1,5", true },
		/* This site has no vote. */
		{ "1,3,4", "1", false },	{ "1,3,4", "1,3", true },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(votes); i++) {
		snprintf(text, sizeof(text), POLICY("voters=%s") ZEBRA "event 10 view beacons=%s\n"
			 "expect %s | record\n", votes[i].voters, votes[i].beacons,
			 votes[i].quorum ? "standby quorum-back" : "fenced no-quorum");
		play(text);
	}
}

PLAY(settle_time_without_a_break, POLICY("") ZEBRA
     "event 10 view beacons=1,3 claims=1\n"
     "expect standby quorum-back | record\n"
     "event 4000 view beacons=none claims=1\n"
     "expect fenced no-quorum | record\n"
     "markers none\n"
     "event 4100 view beacons=3 claims=1\n"
     "expect standby quorum-back | record\n"
     "markers none\n"
     "deadline 9100\n"
     "at 9100 standby settled | record\n"
     "markers ready\n")

/* Site and group were configured anew: while zebra is asked no vote is lost. */
PLAY(unknown_view_loses_no_vote, POLICY("") STANDBY
     "event 6000 view unknown\n"
     "markers ready\n"
     "at 8000 -\n"
     "event 8000 view beacons=1,3 claims=1\n"
     "markers ready\n"
     "event 8100 view unknown\n"
     "event 8200 view beacons=none\n"
     "expect fenced no-quorum | record\n")

PLAY(no_vote_before_the_first_answer, POLICY("") ZEBRA
     "event 10 view unknown beacons=1,3\n"
     "at 10000 -\n"
     "markers none\n")

/* Without zebra nothing is known, and afterwards it settles anew. */
PLAY(zebra_away, POLICY("") STANDBY
     "event 6000 zebra-down\n"
     "markers none\n"
     "event 6500 zebra-down\n"
     "event 6600 view beacons=1,3 claims=1\n"
     "event 6700 elsewhere\n"
     "at 7000 -\n"
     "event 7000 zebra-up\n"
     "event 7000 zebra-up\n"
     "event 7010 view beacons=1,3 claims=1\n"
     "at 12009 -\n"
     "markers none\n"
     "at 12011 -\n"
     "markers ready\n"
     "event 13000 elsewhere\n"
     "event 14000 view beacons=3\n"
     "at 14960 claiming owner-gone | record\n")

/* What was known before is not unlearned. */
PLAY(fenced_without_zebra, POLICY("") STANDBY
     "event 6000 view beacons=none\n"
     "expect fenced no-quorum | record\n"
     "event 7000 zebra-down\n"
     "at 8000 -\n"
     "event 8000 zebra-up\n"
     "event 8010 view beacons=3\n"
     "expect standby quorum-back | record\n")

PLAY(held_and_fenced, POLICY("") STANDBY
     "event 6000 hold\n"
     "expect held command-hold | accept, record\n"
     "markers none\n"
     "event 7000 view beacons=none\n"
     "expect fenced no-quorum | record\n"
     "event 8000 view beacons=3\n"
     "expect held command-hold | record\n"
     "event 14000 resume\n"
     "expect standby command-resume | accept, record\n"
     "markers ready\n")

/* Who is no member has nothing to fence, but votes and can be asked. */
PLAY(witness_stands_by, POLICY("self=3 member=no") ZEBRA
     "event 10 view beacons=1,2 claims=1\n"
     "event 6000 view beacons=none\n"
     "markers none\n"
     "at 90000 -\n")

/* --- stopped processes ----------------------------------------------------------------------- */

/* A TICK 200 ms late is slow, a later one was stopped and knows only what was true before. */
PLAY(slow_tick, POLICY("") ORPHAN
     "stopped 11160\n"
     "event 11160 tick\n"
     "expect claiming owner-gone | record\n")

PLAY(late_tick, POLICY("") ORPHAN
     "stopped 11161\n"
     "event 11161 tick\n"
     "markers none\n"
     "at 12161 claiming owner-gone | record\n"
     "at 12561 activating owner-gone | record, announce\n")

PLAY(stall_while_claiming, POLICY("") ORPHAN
     "at 10960 claiming owner-gone | record\n"
     "stopped 11201\n"
     "event 11201 tick\n"
     "expect standby stalled | record\n"
     "markers none\n"
     "at 12201 claiming owner-gone | record\n")

/* For 400 ms it takes no part, then it is a latecomer. */
PLAY(stall, POLICY("") STANDBY
     "event 9900 stall\n"
     "markers none\n"
     "event 10000 view beacons=3\n"
     "at 10299 -\n"
     "markers none\n"
     "at 10301 -\n"
     "markers ready\n"
     "at 10900 claiming owner-gone | record\n"
     "at 11300 activating owner-gone | record, announce\n")

PLAY(stall_of_the_owner, POLICY("") OWNER
     "event 7000 stall\n"
     "at 9000 -\n"
     "markers claim\n")

int main(void)
{
	const struct CMUnitTest takeover[] = {
		cmocka_unit_test(test_takeover),
		cmocka_unit_test(test_prefixes_go_last),
		cmocka_unit_test(test_claim_goes_last),
		cmocka_unit_test(test_short_delay),
		cmocka_unit_test(test_delay_as_long_as_the_lead),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_by_hand_only),
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_silence_before_the_claim),
		cmocka_unit_test(test_silence_after_the_claim),
		cmocka_unit_test(test_silence_of_a_witness),
		cmocka_unit_test(test_silence_of_the_owner),
		cmocka_unit_test(test_unowned),
		cmocka_unit_test(test_unowned_quickly),
		cmocka_unit_test(test_healthy_later),
		cmocka_unit_test(test_claim_too_short_to_be_seen),
		cmocka_unit_test(test_claim_just_long_enough),
		cmocka_unit_test(test_disputed_owner),
		cmocka_unit_test(test_unsettled_witness_of_the_end),
		cmocka_unit_test(test_forgets_what_it_saw),
		cmocka_unit_test(test_eligible_again),
		cmocka_unit_test(test_each_guard_alone),
		cmocka_unit_test(test_each_guard_ends_a_claim),
		cmocka_unit_test(test_worse_claim_is_waited_for),
		cmocka_unit_test(test_worse_claim_for_ever),
		cmocka_unit_test(test_own_grant_blocks_a_claim),
		cmocka_unit_test(test_majorities),
		cmocka_unit_test(test_settle_time_without_a_break),
		cmocka_unit_test(test_unknown_view_loses_no_vote),
		cmocka_unit_test(test_no_vote_before_the_first_answer),
		cmocka_unit_test(test_zebra_away),
		cmocka_unit_test(test_fenced_without_zebra),
		cmocka_unit_test(test_held_and_fenced),
		cmocka_unit_test(test_witness_stands_by),
		cmocka_unit_test(test_slow_tick),
		cmocka_unit_test(test_late_tick),
		cmocka_unit_test(test_stall_while_claiming),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_stall_of_the_owner),
	};

	return cmocka_run_group_tests(takeover, NULL, NULL);
}
