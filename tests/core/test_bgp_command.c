// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, operators' commands: what each of them does in each situation, and
 * what comes of force (rule 7), release, hold and failover.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

/* --- every command in every situation --------------------------------------------- */

/* Each ends before 11000; site 1 is the other member. */
static const struct {
	const char *name;
	enum frrd_state state;
	const char *text;
} starts[] = {
	{ "standby", FRRD_STATE_STANDBY, POLICY("") SETTLED("beacons=1,3 claims=1 readies=1") },
	{ "orphan", FRRD_STATE_STANDBY,
	  POLICY("") STANDBY "event 10000 view beacons=1,3 readies=1\n" },
	{ "unknown", FRRD_STATE_STANDBY,
	  POLICY("") STANDBY "event 10000 view unknown\n" },
	{ "elsewhere", FRRD_STATE_STANDBY,
	  POLICY("") ORPHAN "event 10500 elsewhere announced=1\n" },
	{ "settling", FRRD_STATE_STANDBY, POLICY("settle-time=30000") ZEBRA
	  "event 10 view beacons=1,3 readies=1\nexpect standby quorum-back | record\n" },
	{ "no zebra", FRRD_STATE_STANDBY, POLICY("") ORPHAN "event 10500 zebra-down\n" },
	{ "no member", FRRD_STATE_STANDBY, POLICY("self=3 member=no") ZEBRA
	  "event 10 view beacons=1,2 claims=2 readies=1\n" },
	{ "barred", FRRD_STATE_STANDBY, POLICY("") ZEBRA "event 0 restore barred\n"
	  "event 10 view beacons=1,3 readies=1\nexpect standby quorum-back | record\n"
	  "at 5010 standby settled | record\n" },
	{ "stopping", FRRD_STATE_STANDBY, POLICY("") ORPHAN "event 10500 shutdown\n" },
	{ "requesting", FRRD_STATE_REQUESTING,
	  POLICY("") STANDBY "event 10000 switchover-here\n"
	  "expect requesting command-switchover-here | accept, record\n" },
	{ "claiming", FRRD_STATE_CLAIMING,
	  POLICY("") ORPHAN "at 10960 claiming owner-gone | record\n" },
	{ "activating", FRRD_STATE_ACTIVATING,
	  POLICY("") SETTLED("beacons=1,3 readies=1") "at 6110 claiming unowned | record\n"
	  "at 6510 activating unowned | record, announce\n" },
	{ "resuming", FRRD_STATE_ACTIVATING, POLICY("") "event 0 restore owned\n"
	  "expect activating resuming | record\n" },
	{ "active", FRRD_STATE_ACTIVE,
	  POLICY("") OWNER "event 8000 view beacons=1,3 readies=1\n" },
	{ "active, held", FRRD_STATE_ACTIVE,
	  POLICY("") OWNER "event 8000 view beacons=1,3 readies=1\n"
	  "event 9000 hold\nexpect active command-hold | accept, record\n" },
	{ "active, conflict", FRRD_STATE_ACTIVE, POLICY("members=2,1") OWNER
	  "event 8000 view beacons=1,3 claims=1\nexpect active conflict | record\n" },
	{ "active, stalled", FRRD_STATE_ACTIVE,
	  POLICY("") OWNER "event 8000 view beacons=1,3 readies=1\nevent 10900 stall\n" },
	{ "active, successor not ready", FRRD_STATE_ACTIVE,
	  POLICY("") OWNER "event 8000 view beacons=1,3\n" },
	{ "draining", FRRD_STATE_DRAINING, POLICY("make-before-break=yes") OWNER
	  "event 8000 view beacons=1,3 readies=1\nevent 9000 switchover-away to=1\n"
	  "expect draining command-switchover-away | accept, record\n" },
	{ "draining, successor claims", FRRD_STATE_DRAINING, POLICY("make-before-break=yes") OWNER
	  "event 8000 view beacons=1,3 readies=1\nevent 9000 switchover-away to=1\n"
	  "expect draining command-switchover-away | accept, record\n"
	  "event 9100 view beacons=1,3 readies=1 claims=1\n" },
	{ "releasing", FRRD_STATE_RELEASING,
	  POLICY("") OWNER "event 10000 release\n"
	  "expect releasing command-release | accept, record, withdraw\n" },
	{ "releasing, granted", FRRD_STATE_RELEASING, POLICY("") OWNER
	  "event 8000 view beacons=1,3 readies=1\nevent 9000 switchover-away to=1\n"
	  "expect releasing command-switchover-away | accept, record, withdraw\n"
	  "event 9010 " GONE },
	{ "fenced", FRRD_STATE_FENCED,
	  POLICY("") STANDBY "event 10000 view beacons=none\nexpect fenced no-quorum | record\n" },
	{ "held", FRRD_STATE_HELD,
	  POLICY("") SETTLED("beacons=1,3 readies=1 claims=1") "event 5900 hold\n"
	  "expect held command-hold | accept, record\n" },
};

static const char *const commands[] = {
	"failover",	   "failover force", "failover-to to=1", "switchover-here",
	"switchover-away to=1", "release",   "hold",		 "resume",
};

#include "tests/core/bgp_commands.h"

static void test_starts_are_what_they_say(void **state)
{
	unsigned int states = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct replay r;

		replay_begin(&r);
		replay_text(&r, starts[i].text);
		if (r.error[0] != '\0' && !strstr(r.error, "expects something"))
			fail_msg("%s: %s", starts[i].name, r.error);
		assert_int_equal(r.group.state, starts[i].state);
		assert_true(r.now_ms < 11000);
		states |= 1u << r.group.state;
	}
	assert_int_equal(states, (1u << STATE_COUNT) - 1);
}

static void test_commands(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		for (size_t n = 0; n < ARRAY_SIZE(commands); n++) {
			char text[512];
			struct replay r;

			replay_begin(&r);
			replay_text(&r, starts[i].text);
			r.error[0] = '\0';
			snprintf(text, sizeof(text), "event 10980 %s\nexpect x\n", commands[n]);
			replay_text(&r, text);
			if (getenv("PRINT"))
				printf("%zu|%zu|%s|%s\n", i, n, strstr(r.error, "got") ? "" : r.error, r.outcome.text);
			wrong += strcmp(r.outcome.text, outcomes[i][n]) != 0;
		}
	}
	assert_int_equal(wrong, 0);
}
int main(void)
{
	const struct CMUnitTest command[] = {
		cmocka_unit_test(test_starts_are_what_they_say),
		cmocka_unit_test(test_commands),
	};

	return cmocka_run_group_tests(command, NULL, NULL);
}
