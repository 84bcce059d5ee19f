// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, operators' commands: what comes of force (rule 7), release, hold and
 * failover.  Every command in every situation: test_bgp_situations.c.
 */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

/* --- failover ------------------------------------------------------------------------ */

/* The claim goes up at once; what is left of takeover-delay is waited for, at least 400 ms. */
PLAY(failover, POLICY("auto-failover=no") ORPHAN
     "event 10100 failover\n"
     "expect claiming command-failover | accept, record\n"
     "markers claim ready\n"
     "at 11000 activating command-failover | record, announce\n")

PLAY(failover_late, POLICY("auto-failover=no") ORPHAN
     "event 10601 failover\n"
     "expect claiming command-failover | accept, record\n"
     "at 11001 activating command-failover | record, announce\n")

/* No turn is waited for. */
PLAY(failover_out_of_turn, POLICY("stagger=60000") STANDBY
     "event 10000 view beacons=1,3\n"
     "event 20000 failover\n"
     "expect claiming command-failover | accept, record\n"
     "at 20400 activating command-failover | record, announce\n")

PLAY(switchover_of_an_orphan, POLICY("auto-failover=no") ORPHAN
     "event 20000 switchover-here\n"
     "expect claiming command-switchover-here | accept, record\n"
     "at 20400 activating command-switchover-here | record, announce\n")

/* A failover lifts the bar; it does not count as a move of itself. */
PLAY(failover_while_barred, POLICY("withdraw-alone=yes") OWNER
     "event 7000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 7010 " GONE
     "expect standby command-release | record routes-withdrawn\n"
     "event 7020 elsewhere\n"
     "at 20000 -\n"
     "event 20000 failover\n"
     "expect claiming command-failover | accept, record\n"
     "event 20010 health healthy=no\n"
     "expect standby unhealthy | record\n"
     "event 20020 health healthy=yes\n"
     "at 20620 claiming owner-gone | record\n")

/* --- rule 7: force ------------------------------------------------------------------------ */

PLAY(force_without_quorum, POLICY("") STANDBY
     "event 9000 view beacons=none\n"
     "expect fenced no-quorum | record\n"
     "event 10000 failover force\n"
     "expect activating force-no-quorum | accept, record, announce\n"
     "markers claim\n"
     "event 10010 " INSTALLED
     "expect active routes-installed | record\n"
     "at 90000 -\n"
     "event 90000 view beacons=3\n"
     "event 91000 view beacons=none\n"
     "at 91400 releasing fenced | record, withdraw\n")

PLAY(force_with_quorum, POLICY("") STANDBY
     "event 10000 failover force\n"
     "expect activating command-force | accept, record, announce\n"
     "event 10010 view beacons=none claims=1\n"
     "at 10410 releasing fenced | record, withdraw\n")

/* Claims of that time are not yielded to until they vanish. */
PLAY(force_ignores_claims, POLICY("") STANDBY
     "event 10000 failover force\n"
     "expect activating command-force | accept, record, announce\n"
     "event 10010 " INSTALLED
     "expect active routes-installed | record\n"
     "event 10020 view beacons=1,3 claims=1\n"
     "at 20000 -\n"
     "event 20000 view beacons=1,3\n"
     "event 20100 view beacons=1,3 claims=1\n"
     "expect releasing conflict-yield | record, withdraw\n")

PLAY(force_heeds_new_claims, POLICY("members=1,4,2") STANDBY
     "event 10000 failover force\n"
     "expect activating command-force | accept, record, announce\n"
     "event 10020 view beacons=1,3,4 claims=1,4\n"
     "expect releasing conflict-yield | record, withdraw\n")

/* Neither prefixes elsewhere, nor health, maintenance or settling keep it away. */
PLAY(force_in_spite_of_all, POLICY("settle-time=60000 maintenance=2") ZEBRA
     "event 10 view beacons=1,3 claims=1\n"
     "expect standby quorum-back | record\n"
     "event 20 elsewhere announced=2 unknown=1\n"
     "event 20 health healthy=no\n"
     "event 30 failover force\n"
     "expect activating command-force | accept, record, announce\n")

static void test_force_is_refused(void **state)
{
	static const char *const guards[][2] = {
		{ "config member=no", "not-member" }, { "config complete=no", "incomplete" },
		{ "routes total=0", "no-prefix" },    { "zebra-down", "zebra-down" },
		{ "shutdown", "stopping" },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(guards); i++) {
		snprintf(text, sizeof(text),
			 POLICY("") STANDBY "event 9000 %s\nevent 10000 failover force\n"
			 "expect refuse %s\n", guards[i][0], guards[i][1]);
		play(text);
	}
}

/* A request that stood when it was forced is not for this owner. */
PLAY(force_ignores_requests, POLICY("make-before-break=yes") STANDBY
     "event 9000 view beacons=1,3 requests=1 readies=1\n"
     "event 9010 failover force\n"
     "expect activating command-force | accept, record, announce\n"
     "event 9020 " INSTALLED
     "expect active routes-installed | record\n"
     "at 20000 -\n"
     "event 20000 view beacons=1,3 readies=1\n"
     "event 20100 view beacons=1,3 requests=1 readies=1\n"
     "expect draining grant-requested | record\n")

/* --- release, hold ---------------------------------------------------------------------------- */

/* Who released takes nothing over by itself until another site has owned the group. */
PLAY(release_bars, POLICY("") OWNER
     "event 7000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 7010 " GONE
     "expect standby command-release | record routes-withdrawn\n"
     "event 7020 elsewhere\n"
     "markers ready\n"
     "at 90000 -\n"
     "event 90000 view beacons=1,3 claims=1\n"
     "event 91000 view beacons=3\n"
     "at 91960 claiming owner-gone | record\n")

PLAY(resume_lifts_the_bar, POLICY("") OWNER
     "event 7000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 7010 " GONE
     "expect standby command-release | record routes-withdrawn\n"
     "event 7020 elsewhere\n"
     "event 20000 resume\n"
     "expect standby command-resume | accept, record\n"
     "at 20000 claiming owner-gone | record\n")

/* A cancelled claim would be made again at once; a cancelled request is only that. */
PLAY(release_cancels_a_claim, POLICY("") ORPHAN
     "at 10960 claiming owner-gone | record\n"
     "event 10970 release\n"
     "expect standby claim-cancelled | accept, record\n"
     "at 90000 -\n")

PLAY(release_cancels_a_request, POLICY("") STANDBY
     "event 9000 view beacons=1,3 claims=1 requests=2\n"
     "expect requesting asked-remotely | record\n"
     "event 9100 release\n"
     "expect standby request-cancelled | accept, record\n"
     "at 9500 -\n"
     "event 10000 view beacons=3\n"
     "at 10960 claiming owner-gone | record\n")

PLAY(release_during_a_handover, POLICY("self=1 make-before-break=yes") OWNER
     "event 8000 view beacons=2,3 requests=2 readies=2\n"
     "expect draining grant-requested | record\n"
     "event 8010 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "markers claim\n"
     "event 8020 " GONE
     "expect standby command-release | record routes-withdrawn\n")

PLAY(hold_is_kept_while_releasing, POLICY("") OWNER
     "event 7000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 7005 hold\n"
     "expect releasing command-hold | accept, record\n"
     "event 7010 " GONE
     "expect held command-release | record routes-withdrawn\n"
     "markers none\n")

/* Everything comes back with a new process, as it was kept. */
static void test_keep(void **state)
{
	struct frrd_kept kept;
	struct replay r;

	(void)state;
	replay_begin(&r);
	replay_text(&r, POLICY("self=1") OWNER "event 7000 hold\n"
					       "expect active command-hold | accept, record\n");
	assert_string_equal(r.error, "");
	frrd_group_keep(&r.group, &kept);
	assert_true(kept.owned && kept.held && !kept.barred);
	assert_int_equal(kept.moves.count, 0);

	replay_begin(&r);
	replay_text(&r, POLICY("") ORPHAN "at 10960 claiming owner-gone | record\n"
					  "at 11000 activating owner-gone | record, announce\n"
					  "event 11010 release\n"
					  "expect releasing command-release | accept, record, "
					  "withdraw\n");
	assert_string_equal(r.error, "");
	frrd_group_keep(&r.group, &kept);
	assert_true(!kept.owned && !kept.held && kept.barred);
	assert_int_equal(kept.moves.count, 1);
	assert_int_equal(kept.moves.at_ms[0], 11000);

	/* A command lifts the bar. */
	replay_text(&r, "event 11020 " GONE
			"expect standby command-release | record routes-withdrawn\n"
			"event 11030 failover force\n"
			"expect activating command-force | accept, record, announce\n");
	assert_string_equal(r.error, "");
	frrd_group_keep(&r.group, &kept);
	assert_true(kept.owned && !kept.barred);
}

int main(void)
{
	const struct CMUnitTest command[] = {
		cmocka_unit_test(test_failover),
		cmocka_unit_test(test_failover_late),
		cmocka_unit_test(test_failover_out_of_turn),
		cmocka_unit_test(test_switchover_of_an_orphan),
		cmocka_unit_test(test_failover_while_barred),
		cmocka_unit_test(test_force_without_quorum),
		cmocka_unit_test(test_force_with_quorum),
		cmocka_unit_test(test_force_ignores_claims),
		cmocka_unit_test(test_force_heeds_new_claims),
		cmocka_unit_test(test_force_in_spite_of_all),
		cmocka_unit_test(test_force_is_refused),
		cmocka_unit_test(test_force_ignores_requests),
		cmocka_unit_test(test_release_bars),
		cmocka_unit_test(test_resume_lifts_the_bar),
		cmocka_unit_test(test_release_cancels_a_claim),
		cmocka_unit_test(test_release_cancels_a_request),
		cmocka_unit_test(test_release_during_a_handover),
		cmocka_unit_test(test_hold_is_kept_while_releasing),
		cmocka_unit_test(test_keep),
	};

	return cmocka_run_group_tests(command, NULL, NULL);
}
