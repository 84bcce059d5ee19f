// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, operators' commands: what each of them does in each situation, and
 * what comes of force (rule 7), release, hold and failover.
 */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

/* --- every command in every situation --------------------------------------------- */

/* The commands, in the order of the outcomes below. */
static const char *const commands[] = {
	"failover",	   "failover force", "failover-to to=1", "switchover-here",
	"switchover-away to=1", "release",   "hold",		 "resume",
};

/* How a situation comes about, and what each command does in it. */
static const struct situation {
	const char *name;
	enum frrd_state state;
	const char *text; /* ends before 10980; site 1 is the other member */
	const char *outcomes[ARRAY_SIZE(commands)];
} situations[] = {
	/* clang-format off */
	{ "standby", FRRD_STATE_STANDBY,
	  POLICY("") SETTLED("beacons=1,3 claims=1 readies=1"),
	  {
		"refuse claimed",
		"activating command-force | accept, record, announce",
		"refuse already-there",
		"requesting command-switchover-here | accept, record",
		"refuse already-there",
		"refuse not-owner",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "orphan", FRRD_STATE_STANDBY,
	  POLICY("") STANDBY "event 10000 view beacons=1,3 readies=1\n",
	  {
		"claiming command-failover | accept, record",
		"activating command-force | accept, record, announce",
		"requesting command-request | accept, record",
		"claiming command-switchover-here | accept, record",
		"refuse no-owner",
		"refuse not-owner",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "unknown", FRRD_STATE_STANDBY,
	  POLICY("") STANDBY "event 10000 view unknown\n",
	  {
		"refuse untracked",
		"activating command-force | accept, record, announce",
		"refuse successor-not-ready",
		"refuse untracked",
		"refuse no-owner",
		"refuse not-owner",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "elsewhere", FRRD_STATE_STANDBY,
	  POLICY("") ORPHAN "event 10500 elsewhere announced=1\n",
	  {
		"refuse announced-elsewhere",
		"activating command-force | accept, record, announce",
		"refuse successor-not-ready",
		"refuse announced-elsewhere",
		"refuse no-owner",
		"refuse not-owner",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "settling", FRRD_STATE_STANDBY,
	  POLICY("settle-time=30000") ZEBRA
	  "event 10 view beacons=1,3 readies=1\nexpect standby quorum-back | record\n",
	  {
		"refuse settling",
		"activating command-force | accept, record, announce",
		"requesting command-request | accept, record",
		"refuse settling",
		"refuse no-owner",
		"refuse not-owner",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "no zebra", FRRD_STATE_STANDBY,
	  POLICY("") ORPHAN "event 10500 zebra-down\n",
	  {
		"refuse zebra-down",
		"refuse zebra-down",
		"refuse zebra-down",
		"refuse zebra-down",
		"refuse zebra-down",
		"refuse not-owner",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "no member", FRRD_STATE_STANDBY,
	  POLICY("self=3 member=no") ZEBRA
	  "event 10 view beacons=1,2 claims=2 readies=1\n",
	  {
		"refuse not-member",
		"refuse not-member",
		"refuse owner-alive",
		"refuse not-member",
		"requesting command-request | accept, record",
		"refuse not-owner",
		"standby command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "barred", FRRD_STATE_STANDBY,
	  POLICY("") ZEBRA "event 0 restore barred\n"
	  "event 10 view beacons=1,3 readies=1\nexpect standby quorum-back | record\n"
	  "at 5010 standby settled | record\n",
	  {
		"claiming command-failover | accept, record",
		"activating command-force | accept, record, announce",
		"requesting command-request | accept, record",
		"claiming command-switchover-here | accept, record",
		"refuse no-owner",
		"refuse not-owner",
		"held command-hold | accept, record",
		"standby command-resume | accept, record",
	  } },
	{ "stopping", FRRD_STATE_STANDBY,
	  POLICY("") ORPHAN "event 10500 shutdown\n",
	  {
		"refuse stopping",
		"refuse stopping",
		"refuse stopping",
		"refuse stopping",
		"refuse stopping",
		"refuse not-owner",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "requesting", FRRD_STATE_REQUESTING,
	  POLICY("") STANDBY "event 10000 switchover-here\n"
	  "expect requesting command-switchover-here | accept, record\n",
	  {
		"refuse busy-requesting",
		"activating command-force | accept, record, announce",
		"refuse busy-requesting",
		"refuse busy-requesting",
		"refuse busy-requesting",
		"standby request-cancelled | accept, record",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "claiming", FRRD_STATE_CLAIMING,
	  POLICY("") ORPHAN "at 10960 claiming owner-gone | record\n",
	  {
		"refuse busy-claiming",
		"activating command-force | accept, record, announce",
		"refuse busy-claiming",
		"refuse busy-claiming",
		"refuse busy-claiming",
		"standby claim-cancelled | accept, record",
		"held command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "activating", FRRD_STATE_ACTIVATING,
	  POLICY("") SETTLED("beacons=1,3 readies=1")
	  "at 6110 claiming unowned | record\n"
	  "at 6510 activating unowned | record, announce\n",
	  {
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"releasing command-switchover-away | accept, record, withdraw",
		"releasing command-release | accept, record, withdraw",
		"activating command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "resuming", FRRD_STATE_ACTIVATING,
	  POLICY("") "event 0 restore owned\n"
	  "expect activating resuming | record\n",
	  {
		"refuse no-prefix",
		"refuse no-prefix",
		"refuse already-owner",
		"refuse no-prefix",
		"refuse zebra-down",
		"releasing command-release | accept, record, withdraw",
		"activating command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "active", FRRD_STATE_ACTIVE,
	  POLICY("") OWNER "event 8000 view beacons=1,3 readies=1\n",
	  {
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"releasing command-switchover-away | accept, record, withdraw",
		"releasing command-release | accept, record, withdraw",
		"active command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "active, held", FRRD_STATE_ACTIVE,
	  POLICY("") OWNER "event 8000 view beacons=1,3 readies=1\n"
	  "event 9000 hold\nexpect active command-hold | accept, record\n",
	  {
		"refuse held",
		"refuse held",
		"refuse already-owner",
		"refuse held",
		"refuse held",
		"refuse held",
		"refuse already-held",
		"active command-resume | accept, record",
	  } },
	{ "active, conflict", FRRD_STATE_ACTIVE,
	  POLICY("members=2,1") OWNER
	  "event 8000 view beacons=1,3 claims=1\nexpect active conflict | record\n",
	  {
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"refuse claimed",
		"releasing command-release | accept, record, withdraw",
		"active command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "active, stalled", FRRD_STATE_ACTIVE,
	  POLICY("") OWNER
	  "event 8000 view beacons=1,3 readies=1\nevent 10900 stall\n",
	  {
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"refuse settling",
		"releasing command-release | accept, record, withdraw",
		"active command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "active, successor not ready", FRRD_STATE_ACTIVE,
	  POLICY("") OWNER "event 8000 view beacons=1,3\n",
	  {
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"refuse already-owner",
		"refuse successor-not-ready",
		"releasing command-release | accept, record, withdraw",
		"active command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "draining", FRRD_STATE_DRAINING,
	  POLICY("make-before-break=yes") OWNER
	  "event 8000 view beacons=1,3 readies=1\nevent 9000 switchover-away to=1\n"
	  "expect draining command-switchover-away | accept, record\n",
	  {
		"refuse busy-draining",
		"refuse busy-draining",
		"refuse busy-draining",
		"refuse busy-draining",
		"refuse busy-draining",
		"releasing command-release | accept, record, withdraw",
		"active command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "draining, successor claims", FRRD_STATE_DRAINING,
	  POLICY("make-before-break=yes") OWNER
	  "event 8000 view beacons=1,3 readies=1\nevent 9000 switchover-away to=1\n"
	  "expect draining command-switchover-away | accept, record\n"
	  "event 9100 view beacons=1,3 readies=1 claims=1\n",
	  {
		"refuse busy-draining",
		"refuse busy-draining",
		"refuse busy-draining",
		"refuse busy-draining",
		"refuse busy-draining",
		"releasing command-release | accept, record, withdraw",
		"draining command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "releasing", FRRD_STATE_RELEASING,
	  POLICY("") OWNER "event 10000 release\n"
	  "expect releasing command-release | accept, record, withdraw\n",
	  {
		"refuse busy-releasing",
		"refuse busy-releasing",
		"refuse busy-releasing",
		"refuse busy-releasing",
		"refuse busy-releasing",
		"refuse busy-releasing",
		"releasing command-hold | accept, record",
		"releasing command-resume | accept, record",
	  } },
	{ "releasing, granted", FRRD_STATE_RELEASING,
	  POLICY("") OWNER
	  "event 8000 view beacons=1,3 readies=1\nevent 9000 switchover-away to=1\n"
	  "expect releasing command-switchover-away | accept, record, withdraw\n"
	  "event 9010 " GONE,
	  {
		"refuse busy-releasing",
		"refuse busy-releasing",
		"refuse busy-releasing",
		"refuse busy-releasing",
		"refuse busy-releasing",
		"refuse busy-releasing",
		"releasing command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "fenced", FRRD_STATE_FENCED,
	  POLICY("") STANDBY
	  "event 10000 view beacons=none\nexpect fenced no-quorum | record\n",
	  {
		"refuse no-quorum",
		"activating force-no-quorum | accept, record, announce",
		"refuse no-quorum",
		"refuse no-quorum",
		"refuse no-quorum",
		"refuse not-owner",
		"fenced command-hold | accept, record",
		"refuse not-held",
	  } },
	{ "held", FRRD_STATE_HELD,
	  POLICY("") SETTLED("beacons=1,3 readies=1 claims=1")
	  "event 5900 hold\n" "expect held command-hold | accept, record\n",
	  {
		"refuse held",
		"refuse held",
		"refuse held",
		"refuse held",
		"refuse held",
		"refuse not-owner",
		"refuse already-held",
		"standby command-resume | accept, record",
	  } },
	/* clang-format on */
};

/* They lead to the states that they are named after, and every state occurs. */
static void test_situations(void **state)
{
	unsigned int states = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(situations); i++) {
		struct replay r;

		replay_begin(&r);
		replay_text(&r, situations[i].text);
		/* Some expect nothing, which a scenario of its own must not. */
		if (r.error[0] != '\0' && !strstr(r.error, "expects something"))
			fail_msg("%s: %s", situations[i].name, r.error);
		assert_int_equal(r.group.state, situations[i].state);
		states |= 1u << r.group.state;
	}
	assert_int_equal(states, (1u << STATE_COUNT) - 1);
}

static bool does(const struct situation *situation, size_t command)
{
	const char *expected = situation->outcomes[command];
	char text[512];
	struct replay r;

	replay_begin(&r);
	replay_text(&r, situation->text);
	r.error[0] = '\0';
	snprintf(text, sizeof(text), "event 10980 %s\nexpect %s\n", commands[command], expected);
	replay_text(&r, text);
	if (r.error[0] != '\0')
		print_error("%s: %s: %s\n", situation->name, commands[command], r.error);
	return r.error[0] == '\0';
}

static void test_commands(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(situations); i++)
		for (size_t n = 0; n < ARRAY_SIZE(commands); n++)
			wrong += !does(&situations[i], n);
	assert_int_equal(wrong, 0);
}

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
PLAY(failover_while_barred, POLICY("") OWNER
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
		cmocka_unit_test(test_situations),
		cmocka_unit_test(test_commands),
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
