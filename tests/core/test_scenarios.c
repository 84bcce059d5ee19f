// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replays the scenarios of tests/core/scenarios against step().
 *
 * A scenario is a text file, NAME.scn, of lines:
 *
 *   # anything                         a comment; empty lines are skipped
 *   policy KEY=VALUE...                before the first event; see below
 *   event MS NAME [ARGUMENTS]          one event, MS milliseconds after the start
 *   expect OUTCOME                     what it does, as struct outcome has it
 *   deadline MS|never                  the group's deadline now
 *
 * An event without `expect` has to do nothing.  Times do not run backwards.
 * Names of events are those of frrd_event_name(); arguments are
 *
 *   failover [force]
 *   routes total=N announced=N installed=N pending=N failed=N lost=N taken=N
 *   elsewhere announced=N unknown=N
 *   config member=yes|no complete=yes|no handover-timeout=MS withdraw-timeout=MS
 *
 * Counters that are not named are 0; parts of the policy that are not named stay
 * as they were.  The folder comes from the environment, SCENARIO_DIR, or from
 * the define of that name.
 */

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/support.h"

#ifndef SCENARIO_DIR
#define SCENARIO_DIR "tests/core/scenarios"
#endif

#define SCENARIOS_MIN 10
#define SCENARIOS_MAX 256

/* --- replaying ---------------------------------------------------------------------- */

struct replay {
	struct frrd_group group;
	struct frrd_policy policy;
	int64_t now_ms;
	unsigned int line;
	unsigned int events, expects;
	bool unsaid;		/* the last event's outcome was not compared yet */
	struct outcome outcome; /* of the last event */
	char error[512];	/* empty: all is well */
};

static void set_error(struct replay *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void set_error(struct replay *r, const char *format, ...)
{
	int used = snprintf(r->error, sizeof(r->error), "line %u: ", r->line);
	va_list args;

	va_start(args, format);
	vsnprintf(r->error + used, sizeof(r->error) - (size_t)used, format, args);
	va_end(args);
}

static bool parse_number(const char *text, int64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoll(text, &end, 10);
	return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0';
}

static bool parse_counter(const char *text, uint32_t *ret_counter)
{
	int64_t number;

	if (!parse_number(text, &number) || number > UINT32_MAX)
		return false;
	*ret_counter = (uint32_t)number;
	return true;
}

static bool parse_bool(const char *text, bool *ret_value)
{
	*ret_value = strcmp(text, "yes") == 0;
	return *ret_value || strcmp(text, "no") == 0;
}

static bool set_policy(struct frrd_policy *policy, const char *key, const char *value)
{
	if (strcmp(key, "member") == 0)
		return parse_bool(value, &policy->member);
	if (strcmp(key, "complete") == 0)
		return parse_bool(value, &policy->complete);
	if (strcmp(key, "handover-timeout") == 0)
		return parse_number(value, &policy->handover_timeout_ms);
	if (strcmp(key, "withdraw-timeout") == 0)
		return parse_number(value, &policy->withdraw_timeout_ms);
	return false;
}

static bool set_routes(struct frrd_routes *routes, const char *key, const char *value)
{
	const struct {
		const char *key;
		uint32_t *counter;
	} counters[] = {
		{ "total", &routes->total },	     { "announced", &routes->announced },
		{ "installed", &routes->installed }, { "pending", &routes->pending },
		{ "failed", &routes->failed },	     { "lost", &routes->lost },
		{ "taken", &routes->taken },
	};

	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		if (strcmp(key, counters[i].key) == 0)
			return parse_counter(value, counters[i].counter);
	return false;
}

static bool set_elsewhere(struct frrd_elsewhere *elsewhere, const char *key, const char *value)
{
	if (strcmp(key, "announced") == 0)
		return parse_counter(value, &elsewhere->announced);
	if (strcmp(key, "unknown") == 0)
		return parse_counter(value, &elsewhere->unknown);
	return false;
}

/* One argument of an event. */
static bool set_argument(struct replay *r, struct frrd_event *event, char *argument)
{
	char *value = strchr(argument, '=');

	if (event->type == FRRD_EVENT_FAILOVER && strcmp(argument, "force") == 0) {
		event->force = true;
		return true;
	}
	if (!value)
		return false;
	*value++ = '\0';
	if (event->type == FRRD_EVENT_ROUTES)
		return set_routes(&event->routes, argument, value);
	if (event->type == FRRD_EVENT_ELSEWHERE)
		return set_elsewhere(&event->elsewhere, argument, value);
	if (event->type == FRRD_EVENT_CONFIG)
		return set_policy(&r->policy, argument, value);
	return false;
}

/* What the last event did was not asked for: then it has to be nothing. */
static bool settle(struct replay *r)
{
	if (r->unsaid && strcmp(r->outcome.text, "-") != 0) {
		set_error(r, "the event before did: %s", r->outcome.text);
		return false;
	}
	r->unsaid = false;
	return true;
}

static bool find_event(const char *name, enum frrd_event_type *ret_type)
{
	for (int i = 0; i < EVENT_COUNT; i++) {
		*ret_type = (enum frrd_event_type)i;
		if (strcmp(name, frrd_event_name(*ret_type)) == 0)
			return true;
	}
	return false;
}

static void on_event(struct replay *r, char *words)
{
	char *rest = NULL;
	char *time = strtok_r(words, " \t", &rest);
	char *name = strtok_r(NULL, " \t", &rest);
	enum frrd_event_type type;
	struct frrd_event event;
	struct step step;
	const char *fault;
	int64_t now_ms;

	if (!settle(r))
		return;
	if (!time || !parse_number(time, &now_ms)) {
		set_error(r, "an event begins with its time in milliseconds");
		return;
	}
	if (now_ms < r->now_ms) {
		set_error(r, "time runs backwards: %" PRId64 " after %" PRId64, now_ms, r->now_ms);
		return;
	}
	if (!name || !find_event(name, &type)) {
		set_error(r, "no such event: %s", name ? name : "");
		return;
	}
	event = event_at(now_ms, type);
	for (char *word = strtok_r(NULL, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		if (!set_argument(r, &event, word)) {
			set_error(r, "%s does not take %s", name, word);
			return;
		}
	}
	r->now_ms = now_ms;
	r->events++;
	step = try_step(&r->group, &r->policy, &event);
	r->group = step.after;
	r->outcome = outcome_of(&step.before, &step.after, &step.actions);
	r->unsaid = true;
	fault = step_fault(&step);
	if (fault)
		set_error(r, "%s (%s)", fault, r->outcome.text);
}

static void on_expect(struct replay *r, const char *expected)
{
	r->expects++;
	if (!r->unsaid)
		set_error(r, "nothing to expect anything of: no event since the last one");
	else if (strcmp(r->outcome.text, expected) != 0)
		set_error(r, "expected \"%s\", got \"%s\"", expected, r->outcome.text);
	r->unsaid = false;
}

static void on_deadline(struct replay *r, const char *expected)
{
	char deadline[32] = "never";

	if (r->group.deadline_ms != FRRD_NEVER)
		snprintf(deadline, sizeof(deadline), "%" PRId64, r->group.deadline_ms);
	if (strcmp(deadline, expected) != 0)
		set_error(r, "expected deadline %s, got %s", expected, deadline);
}

static void on_policy(struct replay *r, char *words)
{
	char *rest = NULL;

	if (r->events > 0) {
		set_error(r, "the policy is set before the first event, later by config");
		return;
	}
	for (char *word = strtok_r(words, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest)) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		if (!value || !set_policy(&r->policy, word, value)) {
			set_error(r, "policy does not have %s", word);
			return;
		}
	}
}

static void on_line(struct replay *r, char *line)
{
	char *end = line + strlen(line);
	char *words;

	while (end > line && strchr(" \t\r\n", end[-1]))
		*--end = '\0';
	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return;
	words = line + strcspn(line, " \t");
	if (*words != '\0')
		*words++ = '\0';
	words += strspn(words, " \t");
	if (strcmp(line, "event") == 0)
		on_event(r, words);
	else if (strcmp(line, "expect") == 0)
		on_expect(r, words);
	else if (strcmp(line, "deadline") == 0)
		on_deadline(r, words);
	else if (strcmp(line, "policy") == 0)
		on_policy(r, words);
	else
		set_error(r, "no such line: %s", line);
}

/* Replay a whole scenario; r->error says what is wrong, or nothing. */
static void replay(struct replay *r, FILE *file)
{
	char *line = NULL;
	size_t size = 0;

	memset(r, 0, sizeof(*r));
	r->policy = usual_policy();
	frrd_group_init(&r->group, 0);
	while (r->error[0] == '\0' && getline(&line, &size, file) >= 0) {
		r->line++;
		on_line(r, line);
	}
	free(line);
	if (r->error[0] == '\0' && settle(r) && r->expects == 0)
		set_error(r, "a scenario expects something");
}

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
	replay(&r, file);
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
	{ "event tick\n", "line 1: an event begins with its time in milliseconds" },
	{ "event -1 tick\n", "line 1: an event begins with its time in milliseconds" },
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
		replay(&r, file);
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
