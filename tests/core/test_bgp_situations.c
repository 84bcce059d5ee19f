// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbiter bgp: what every command of an operator does in every situation. */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

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

int main(void)
{
	const struct CMUnitTest situation[] = {
		cmocka_unit_test(test_situations),
		cmocka_unit_test(test_commands),
	};

	return cmocka_run_group_tests(situation, NULL, NULL);
}
