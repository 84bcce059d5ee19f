// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replays the scenarios of tests/core/scenarios against step().
 *
 * replay.h says what a scenario is.  The folder comes from the environment,
 * SCENARIO_DIR, or from the define of that name.
 */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/replay.h"

#ifndef SCENARIO_DIR
#define SCENARIO_DIR "tests/core/scenarios"
#endif

#define SCENARIOS_MIN 10
#define SCENARIOS_MAX 256

/* --- the files ------------------------------------------------------------------------ */

static const char *scenario_dir(void)
{
	const char *dir = getenv("SCENARIO_DIR");

	return dir ? dir : SCENARIO_DIR;
}

/* *state is the name of the file. */
static void test_scenario(void **state)
{
	const char *name = *state;
	char path[4096];
	struct replay r;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", scenario_dir(), name);
	file = fopen(path, "r");
	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	replay_begin(&r);
	replay_lines(&r, file);
	fclose(file);
	if (r.error[0] != '\0')
		fail_msg("%s, %s", path, r.error);
}

static int is_scenario(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot && strcmp(dot, ".scn") == 0;
}

/* --- the runner itself ------------------------------------------------------------------ */

/* A scenario, and what is wrong with it; NULL: nothing. */
static const struct {
	const char *text;
	const char *error;
} samples[] = {
	{ "event 0 hold\nexpect standby command-hold | accept, record\n", NULL },
	{ "# a comment\n\n  event\t5  release \r\n expect  refuse not-owner\n deadline never",
	  NULL },
	{ "event 0 tick\nevent 0 release\nexpect refuse not-owner\nevent 1 tick\n", NULL },
	{ "policy member=no\nevent 0 failover force\nexpect refuse not-member\n", NULL },
	{ "policy member=no\nevent 0 config member=yes\nevent 0 failover\nexpect refuse "
	  "no-prefix\n",
	  NULL },
	{ "event 0 routes total=1 pending=1\nevent 0 zebra-up\nevent 0 elsewhere announced=1\n"
	  "event 7 switchover-here\nexpect claiming command-switchover-here | accept, record\n"
	  "deadline 30007\n",
	  NULL },
	{ "event 0 zebra-up\nevent 0 routes total=1\nevent 0 elsewhere\nevent 0 failover\n"
	  "expect activating command-failover | accept, record, announce\n"
	  "event 1 routes total=1 announced=1 lost=1 taken=1\n"
	  "expect releasing taken-over | record, withdraw\n",
	  NULL },
	{ "", "line 0: a scenario expects something" },
	{ "event 0 tick\n", "line 1: a scenario expects something" },
	{ "event 0 hold\nexpect -\n",
	  "line 2: expected \"-\", got \"standby command-hold | accept, record\"" },
	{ "event 0 hold\nexpect standby command-hold | accept\n",
	  "line 2: expected \"standby command-hold | accept\", got \"standby command-hold | "
	  "accept, "
	  "record\"" },
	{ "event 0 hold\n", "line 1: the event before did: standby command-hold | accept, record" },
	{ "event 0 release\n\nevent 0 tick\n", "line 3: the event before did: refuse not-owner" },
	{ "expect -\n", "line 1: nothing to expect anything of: no event since the last one" },
	{ "event 0 tick\nexpect -\nexpect -\n",
	  "line 3: nothing to expect anything of: no event since the last one" },
	{ "event 5 tick\nevent 4 tick\n", "line 2: time runs backwards: 4 after 5" },
	{ "event tick\n", "line 1: a time in milliseconds is missing" },
	{ "event -1 tick\n", "line 1: a time in milliseconds is missing" },
	{ "event 0\n", "line 1: no such event: " },
	{ "event 0 tock\n", "line 1: no such event: tock" },
	{ "event 0 tick force\n", "line 1: tick does not take force" },
	{ "event 0 routes totals=1\n", "line 1: routes does not take totals" },
	{ "event 0 routes total=-1\n", "line 1: routes does not take total" },
	{ "event 0 routes total=4294967296\n", "line 1: routes does not take total" },
	{ "event 0 routes taken=x\n", "line 1: routes does not take taken" },
	{ "event 0 elsewhere announced=x\n", "line 1: elsewhere does not take announced" },
	{ "event 0 config member=maybe\n", "line 1: config does not take member" },
	{ "policy complete\n", "line 1: policy does not have complete" },
	{ "event 0 tick\npolicy complete=no\n",
	  "line 2: the policy is set before the first event, later by config" },
	{ "deadline 5\n", "line 1: expected deadline 5, got never" },
	{ "events 0 tick\n", "line 1: no such line: events" },
};

static void test_runner(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		/* One byte of nothing for the empty one, which fmemopen() refuses. */
		char text[1024];
		struct replay r;
		FILE *file;

		snprintf(text, sizeof(text), "%s\n", samples[i].text);
		file = fmemopen(text, samples[i].text[0] ? strlen(samples[i].text) : 1, "r");
		assert_non_null(file);
		if (!samples[i].text[0])
			assert_int_equal(fgetc(file), '\n');
		replay_begin(&r);
	replay_lines(&r, file);
		fclose(file);
		assert_string_equal(r.error, samples[i].error ? samples[i].error : "");
	}
}

int main(void)
{
	struct CMUnitTest scenarios[1 + SCENARIOS_MAX];
	struct dirent **entries = NULL;
	int count = scandir(scenario_dir(), &entries, is_scenario, alphasort);
	int failed;

	if (count < SCENARIOS_MIN || count > SCENARIOS_MAX) {
		fprintf(stderr, "%s: %d scenarios, expected %d to %d: %s\n", scenario_dir(), count,
			SCENARIOS_MIN, SCENARIOS_MAX,
			count < 0 ? strerror(errno) : "not all there");
		return 1;
	}
	scenarios[0] = (struct CMUnitTest)cmocka_unit_test(test_runner);
	for (int i = 0; i < count; i++)
		scenarios[1 + i] = (struct CMUnitTest){
			.name = entries[i]->d_name,
			.test_func = test_scenario,
			.initial_state = entries[i]->d_name,
		};
	/* The macro around it takes whole arrays only. */
	failed = _cmocka_run_group_tests("scenarios", scenarios, (size_t)count + 1, NULL, NULL);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return failed;
}
