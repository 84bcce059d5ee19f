// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All runs of a small world, within bounds:
 *
 *   - every ordered pair of troubles out of a list, the second after each of a few
 *     times that matter;
 *   - of the times that news and losses take, each is the shortest or the longest
 *     possible: all of them shortest, all of them longest, and every run that
 *     differs from these in up to `depth` places after the first trouble.
 *
 * Which way an order can go wrong is mostly a matter of one or two of them.
 */

#include <string.h>

#include "tests/sim/sim.h"

#define FIRST_MS 5000
#define PLACES 60 /* that may differ, from the first trouble on */

static const struct small {
	const char *name;
	int sites;
	uint16_t members;
	bool make_before_break;
} smalls[] = {
	{ "pair", 2, 0x06, false },
	{ "three", 3, 0x06, false },
	{ "three-mbb", 3, 0x06, true },
	{ "members", 3, 0x0e, false },
	{ "members-mbb", 3, 0x0e, true },
};

/* Site 1 is the owner, as the best-ranked.  Trouble that ends does so after `arg`. */
static const struct sim_op troubles[] = {
	{ .type = SIM_OP_ISOLATE, .a = 1 },
	{ .type = SIM_OP_ISOLATE, .a = 2 },
	{ .type = SIM_OP_ISOLATE, .a = 3 },
	{ .type = SIM_OP_JOIN, .a = 1 },
	{ .type = SIM_OP_CUT, .a = 1, .b = 2 },
	{ .type = SIM_OP_CUT, .a = 1, .b = 3 },
	{ .type = SIM_OP_KILL, .a = 1 },
	{ .type = SIM_OP_KILL, .a = 2 },
	{ .type = SIM_OP_START, .a = 1 },
	{ .type = SIM_OP_STOP, .a = 2 },
	{ .type = SIM_OP_CONT, .a = 2 },
	{ .type = SIM_OP_DIE, .a = 1 },
	{ .type = SIM_OP_DIE, .a = 2 },
	{ .type = SIM_OP_RETURN, .a = 1 },
	{ .type = SIM_OP_FREEZE, .a = 1 },
	{ .type = SIM_OP_THAW, .a = 1 },
	{ .type = SIM_OP_BGPD, .a = 1, .arg = 200 },
	{ .type = SIM_OP_BGPD, .a = 2, .arg = 200 },
	{ .type = SIM_OP_ZEBRA, .a = 1, .arg = 300 },
	{ .type = SIM_OP_SHUTDOWN, .a = 1 },
	{ .type = SIM_OP_SWITCHOVER, .a = 1, .b = 2 },
	{ .type = SIM_OP_SWITCHOVER, .a = 2, .b = 2 },
	{ .type = SIM_OP_SWITCHOVER, .a = 3, .b = 2 },
	{ .type = SIM_OP_SWITCHOVER, .a = 3, .b = 1 },
	{ .type = SIM_OP_RELEASE, .a = 1 },
	{ .type = SIM_OP_FAILOVER, .a = 2 },
	{ .type = SIM_OP_HEALTH, .a = 1 },
	{ .type = SIM_OP_MAINTENANCE, .a = 1, .arg = 1 },
};
#define TROUBLES ((int)(sizeof(troubles) / sizeof(troubles[0])))

/* In a handover, within a takeover, around the end of one, after all. */
static const int64_t pauses[] = { 3, 50, 170, 230, 700 };
#define PAUSES ((int)(sizeof(pauses) / sizeof(pauses[0])))

struct search {
	struct sim_world *w;
	struct sim_setup setup;
	struct sim_plan plan;
	struct sim_choices choices;
	const char *name;
	bool verbose;
	uint64_t *runs, *failed;
};

static void fail(struct search *s)
{
	struct sim_world *w = s->w;
	char words[80];

	(*s->failed)++;
	printf("FAIL --explore %s: %s at %" PRId64 ": %s\n   ", s->name,
	       sim_verdict_name(w->verdict), w->failed_at, w->text);
	for (int i = 0; i < s->plan.count; i++) {
		sim_op_words(&s->plan.ops[i], words, sizeof(words));
		printf(" at %" PRId64 " %s;", s->plan.ops[i].at, words);
	}
	printf(" %s, but for", s->choices.longest ? "longest" : "shortest");
	for (int i = 0; i < s->choices.given; i++)
		if (s->choices.decision[i])
			printf(" %d", i);
	printf("\n");
	if (s->verbose)
		sim_run(w, &s->setup, &s->plan, &s->choices, stdout);
	s->verbose = false;
}

/* The run as decided so far, and those that differ from it in one place more. */
static void search_from(struct search *s, int depth)
{
	int given = s->choices.given, places;

	sim_run(s->w, &s->setup, &s->plan, &s->choices, NULL);
	if (s->w->verdict != SIM_OK)
		fail(s);
	else
		(*s->runs)++;
	if (depth == 0)
		return;
	places = s->choices.count < PLACES ? s->choices.count : PLACES;
	for (int i = given; i < places; i++) {
		memset(&s->choices.decision[given], 0, (size_t)(i - given));
		s->choices.decision[i] = 1;
		s->choices.given = i + 1;
		search_from(s, depth - 1);
	}
	s->choices.given = given;
}

static void search_pair(struct search *s, int first, int second, int64_t pause, int depth)
{
	s->plan.count = 2;
	s->plan.ops[0] = troubles[first];
	s->plan.ops[1] = troubles[second];
	s->plan.ops[0].at = FIRST_MS;
	s->plan.ops[1].at = FIRST_MS + pause;
	s->setup.end = FIRST_MS + pause + 1500;
	for (int longest = 0; longest < 2; longest++) {
		s->choices = (struct sim_choices){ .from = FIRST_MS, .longest = longest };
		search_from(s, depth);
	}
}

static bool applies(const struct small *small, const struct sim_op *op)
{
	return op->a <= small->sites && op->b <= small->sites;
}

static void search_small(struct search *s, const struct small *small, int depth)
{
	s->name = small->name;
	sim_setup_usual(&s->setup);
	s->setup.sites = small->sites;
	s->setup.conf[0].members = small->members;
	s->setup.conf[0].rank[3] = 2;
	s->setup.conf[0].make_before_break = small->make_before_break;
	s->setup.voters = (uint16_t)((2u << small->sites) - 2);
	for (int first = 0; first < TROUBLES; first++)
		for (int second = 0; second < TROUBLES; second++)
			for (int pause = 0; pause < PAUSES; pause++)
				if (applies(small, &troubles[first]) &&
				    applies(small, &troubles[second]))
					search_pair(s, first, second, pauses[pause], depth);
}

bool sim_explore(struct sim_world *w, const char *which, int depth, bool verbose,
		 uint64_t *ret_runs, uint64_t *ret_failed)
{
	struct search s = { .w = w, .verbose = verbose, .runs = ret_runs, .failed = ret_failed };
	bool any = false;

	for (size_t i = 0; i < sizeof(smalls) / sizeof(smalls[0]); i++)
		if (strcmp(which, "all") == 0 || strcmp(which, smalls[i].name) == 0) {
			any = true;
			search_small(&s, &smalls[i], depth);
		}
	if (!any)
		fprintf(stderr, "sim: there is no world %s to explore\n", which);
	return any;
}
