// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All small groups, and many large ones, with the manual arbiter; test_bgp_walk.c
 * is for the arbiter bgp.
 *
 * Exploration.  Beginning with a new group, every input is given in every state
 * that is reached, until nothing new is found.  Counters of routes and of
 * prefixes elsewhere take all consistent values of a group of up to two
 * prefixes.  Two groups count as the same state when step() cannot tell them
 * apart: since_ms and the counters that matter at most in the step that brings
 * them (failed, lost, taken) are left out, the cause of a release counts until
 * that ends, and of a deadline only whether there is one.  What was found
 * is searched breadth first, so the history that is printed with a fault is a
 * shortest one.
 *
 * Random walks.  Longer histories with real times and large, also inconsistent
 * counters, from a fixed list of seeds.  FRRD_SEED=N walks with that seed only
 * and prints every step.
 *
 * Both check after every step step_fault() of support.h, and three rules about a
 * group's past, which one step does not show:
 *  - without force nothing is announced before zebra has answered, on this
 *    connection and since this site announced the group the last time;
 *  - a withdrawal without a deadline has been called unconfirmed, once for each
 *    connection to zebra;
 *  - a group that was released shows why, whatever was said in the meantime.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/support.h"

/* --- the past ---------------------------------------------------------------------- */

struct past {
	bool answered; /* zebra has said what is announced elsewhere */
	bool overdue;  /* withdraw-unconfirmed was recorded */
	/* RELEASING: what was recorded when it began; otherwise FRRD_REASON_STARTED */
	enum frrd_reason cause;
};

static bool has_action(const struct step *step, enum frrd_action_type type)
{
	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type == type)
			return true;
	return false;
}

/* The reason that the step recorded, or the one that stays. */
static enum frrd_reason recorded(const struct step *step)
{
	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type == FRRD_ACTION_RECORD)
			return step->actions.list[i].reason;
	return step->before.reason;
}

static bool idle(enum frrd_state state)
{
	return state == FRRD_STATE_STANDBY || state == FRRD_STATE_CLAIMING;
}

static struct past past_after(struct past past, const struct step *step)
{
	const struct frrd_group *before = &step->before, *after = &step->after;

	if (step->event.type == FRRD_EVENT_ELSEWHERE && before->zebra_up && idle(before->state))
		past.answered = true;
	if (before->zebra_up != after->zebra_up || !idle(after->state))
		past.answered = false;
	if (after->state != FRRD_STATE_RELEASING || before->state != FRRD_STATE_RELEASING ||
	    (!before->zebra_up && after->zebra_up))
		past.overdue = false;
	if (has_action(step, FRRD_ACTION_RECORD) &&
	    after->reason == FRRD_REASON_WITHDRAW_UNCONFIRMED)
		past.overdue = true;
	if (after->state != FRRD_STATE_RELEASING)
		past.cause = FRRD_REASON_STARTED;
	else if (before->state != FRRD_STATE_RELEASING)
		past.cause = recorded(step);
	return past;
}

static const char *past_fault(struct past before, struct past after, const struct step *step)
{
	bool forced = step->event.type == FRRD_EVENT_FAILOVER && step->event.force;

	if (has_action(step, FRRD_ACTION_ANNOUNCE) && !forced && !before.answered &&
	    step->event.type != FRRD_EVENT_ELSEWHERE)
		return "announced before zebra has answered";
	if (step->after.state == FRRD_STATE_RELEASING && step->after.zebra_up &&
	    step->after.deadline_ms == FRRD_NEVER && !after.overdue)
		return "a withdrawal waits for ever and nobody is told";
	if (step->before.state == FRRD_STATE_RELEASING &&
	    step->after.state != FRRD_STATE_RELEASING && step->after.reason != before.cause)
		return "a released group does not show why";
	return NULL;
}

/* --- what was met ------------------------------------------------------------------- */

struct met {
	bool event_in_state[STATE_COUNT][EVENT_COUNT];
	bool arrow[STATE_COUNT][STATE_COUNT];
	bool reason[FRRD_REASON_COUNT];
	unsigned long steps;
};

static void meet(struct met *met, const struct step *step)
{
	met->event_in_state[step->before.state][step->event.type] = true;
	met->arrow[step->before.state][step->after.state] = true;
	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type != FRRD_ACTION_ANNOUNCE &&
		    step->actions.list[i].type != FRRD_ACTION_WITHDRAW)
			met->reason[step->actions.list[i].reason] = true;
	met->steps++;
}

/* The picture in group_manual.c. */
static const bool arrows[STATE_COUNT][STATE_COUNT] = {
	[FRRD_STATE_STANDBY] = { [FRRD_STATE_CLAIMING] = true, [FRRD_STATE_ACTIVATING] = true },
	[FRRD_STATE_CLAIMING] = { [FRRD_STATE_STANDBY] = true, [FRRD_STATE_ACTIVATING] = true },
	[FRRD_STATE_ACTIVATING] = { [FRRD_STATE_ACTIVE] = true, [FRRD_STATE_RELEASING] = true },
	[FRRD_STATE_ACTIVE] = { [FRRD_STATE_RELEASING] = true },
	[FRRD_STATE_RELEASING] = { [FRRD_STATE_STANDBY] = true },
};

/* States that the manual arbiter knows. */
static bool is_manual(int state)
{
	return state == FRRD_STATE_STANDBY || state == FRRD_STATE_CLAIMING ||
	       state == FRRD_STATE_ACTIVATING || state == FRRD_STATE_ACTIVE ||
	       state == FRRD_STATE_RELEASING;
}

/* Reasons that only the arbiter bgp gives. */
static bool is_of_the_sites(int reason)
{
	return (reason >= FRRD_REASON_UNOWNED && reason <= FRRD_REASON_ARBITER_CHANGED) ||
	       (reason >= FRRD_REASON_MAINTENANCE && reason <= FRRD_REASON_OWNER_ALIVE) ||
	       (reason >= FRRD_REASON_ALREADY_THERE && reason <= FRRD_REASON_BUSY_DRAINING);
}

/* Every event in every state, every arrow and no other, and every reason was met. */
static void assert_all_met(const struct met *met)
{
	for (int from = 0; from < STATE_COUNT; from++) {
		for (int type = 0; type < EVENT_COUNT; type++)
			/* What the state file says is the first event of all. */
			if (is_manual(from) && !met->event_in_state[from][type] &&
			    (type != FRRD_EVENT_RESTORE || from == FRRD_STATE_STANDBY))
				fail_msg("%s was never met in %s",
					 frrd_event_name((enum frrd_event_type)type),
					 frrd_state_name((enum frrd_state)from));
		for (int to = 0; to < STATE_COUNT; to++)
			if (from != to && met->arrow[from][to] != arrows[from][to])
				fail_msg("%s > %s: %s", frrd_state_name((enum frrd_state)from),
					 frrd_state_name((enum frrd_state)to),
					 met->arrow[from][to] ? "is not in the picture"
							      : "was never met");
	}
	for (int reason = 0; reason < FRRD_REASON_COUNT; reason++) {
		/* Nobody decides to start; `untracked` is for `why`: a takeover waits instead. */
		if (reason == FRRD_REASON_STARTED || reason == FRRD_REASON_UNTRACKED)
			continue;
		if (met->reason[reason] == is_of_the_sites(reason))
			fail_msg("reason %s was %s given",
				 frrd_reason_code((enum frrd_reason)reason),
				 met->reason[reason] ? "nevertheless" : "never");
	}
}

/* --- exploration: inputs -------------------------------------------------------------- */

#define NOW_MS 1000000
#define TIMEOUT_MS 1000
#define INPUTS_MAX 256

struct explore_input {
	struct frrd_event event;
	bool member, complete; /* of CONFIG */
};

struct inputs {
	size_t count;
	struct explore_input list[INPUTS_MAX];
};

static void add_input(struct inputs *inputs, struct frrd_event event)
{
	assert_true(inputs->count < INPUTS_MAX);
	inputs->list[inputs->count++] = (struct explore_input){ .event = event };
}

static void add_config(struct inputs *inputs, bool member, bool complete)
{
	add_input(inputs, event_at(NOW_MS, FRRD_EVENT_CONFIG));
	inputs->list[inputs->count - 1].member = member;
	inputs->list[inputs->count - 1].complete = complete;
}

/* One digit of a number to the base of `base`. */
static uint32_t digit(uint32_t *number, uint32_t base)
{
	uint32_t rest = *number % base;

	*number /= base;
	return rest;
}

/*
 * Each prefix has one status at most, and of the lost any number are taken; how
 * many are wanted is another question.
 */
static void add_routes(struct inputs *inputs, uint32_t total)
{
	uint32_t base = total + 1;

	for (uint32_t n = 0; n < base * base * base * base * base * base; n++) {
		uint32_t digits = n;
		struct frrd_routes r = { .total = total };

		r.announced = digit(&digits, base);
		r.installed = digit(&digits, base);
		r.pending = digit(&digits, base);
		r.failed = digit(&digits, base);
		r.lost = digit(&digits, base);
		r.taken = digit(&digits, base);
		if (r.installed + r.pending + r.failed + r.lost <= total && r.taken <= r.lost)
			add_input(inputs, routes_at(NOW_MS, r));
	}
}

static void make_inputs(struct inputs *inputs)
{
	inputs->count = 0;
	for (int type = 0; type < EVENT_COUNT; type++) {
		switch ((enum frrd_event_type)type) {
		case FRRD_EVENT_CONFIG:
			add_config(inputs, true, true);
			add_config(inputs, true, false);
			add_config(inputs, false, true);
			add_config(inputs, false, false);
			break;
		case FRRD_EVENT_FAILOVER:
			add_input(inputs, failover_at(NOW_MS, false));
			add_input(inputs, failover_at(NOW_MS, true));
			break;
		case FRRD_EVENT_ROUTES:
			for (uint32_t total = 0; total <= 2; total++)
				add_routes(inputs, total);
			break;
		case FRRD_EVENT_ELSEWHERE:
			for (uint32_t announced = 0; announced <= 2; announced++)
				for (uint32_t unknown = 0; unknown <= 2; unknown++)
					add_input(inputs, elsewhere_at(NOW_MS, announced, unknown));
			break;
		case FRRD_EVENT_TICK:
			add_input(inputs, event_at(NOW_MS, FRRD_EVENT_TICK));
			add_input(inputs, event_at(NOW_MS + TIMEOUT_MS - 1, FRRD_EVENT_TICK));
			add_input(inputs, event_at(NOW_MS + TIMEOUT_MS, FRRD_EVENT_TICK));
			break;
		case FRRD_EVENT_FAILOVER_TO:
		case FRRD_EVENT_SWITCHOVER_HERE:
		case FRRD_EVENT_SWITCHOVER_AWAY:
		case FRRD_EVENT_RELEASE:
		case FRRD_EVENT_HOLD:
		case FRRD_EVENT_RESUME:
		case FRRD_EVENT_ZEBRA_UP:
		case FRRD_EVENT_ZEBRA_DOWN:
		case FRRD_EVENT_VIEW:
		case FRRD_EVENT_HEALTH:
		case FRRD_EVENT_STALL:
		case FRRD_EVENT_RESTORE:
		case FRRD_EVENT_SHUTDOWN:
			add_input(inputs, event_at(NOW_MS, (enum frrd_event_type)type));
			break;
		}
	}
}

/* --- exploration: states ---------------------------------------------------------------- */

#define NOT_FOUND UINT32_MAX

struct node {
	struct frrd_group group;
	struct frrd_policy policy;
	struct past past;
	uint32_t parent; /* found from there, NOT_FOUND: the start */
	uint32_t input;	 /* by this input */
};

struct graph {
	struct node *nodes;
	size_t count, room;
	uint32_t *buckets; /* index of a node, NOT_FOUND: empty */
	size_t bucket_count;
};

/* Leave out what step() does not read. */
static struct frrd_group canonical(struct frrd_group group)
{
	group.since_ms = 0;
	if (group.deadline_ms != FRRD_NEVER)
		group.deadline_ms = NOW_MS + TIMEOUT_MS;
	/* Set anew by each release, and read at its end only. */
	if (group.state != FRRD_STATE_RELEASING)
		group.release_cause = FRRD_REASON_STARTED;
	group.routes.failed = 0;
	group.routes.lost = 0;
	group.routes.taken = 0;
	return group;
}

static uint64_t key_of(const struct node *node)
{
	const struct frrd_group *g = &node->group;
	uint64_t key = g->state;

	key = key << 7 | g->reason;
	key = key << 7 | g->release_cause;
	key = key << 1 | g->held;
	key = key << 1 | g->stopping;
	key = key << 1 | g->zebra_up;
	key = key << 1 | g->claim_waits;
	key = key << 1 | (g->deadline_ms != FRRD_NEVER);
	key = key << 1 | node->policy.member;
	key = key << 1 | node->policy.complete;
	key = key << 1 | node->past.answered;
	key = key << 1 | node->past.overdue;
	key = key << 7 | node->past.cause;
	key = key << 4 | g->routes.total;
	key = key << 4 | g->routes.announced;
	key = key << 4 | g->routes.installed;
	key = key << 4 | g->routes.pending;
	key = key << 4 | g->elsewhere.announced;
	key = key << 4 | g->elsewhere.unknown;
	return key;
}

static size_t bucket_of(const struct graph *graph, uint64_t key)
{
	size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & (graph->bucket_count - 1);

	while (graph->buckets[i] != NOT_FOUND && key_of(&graph->nodes[graph->buckets[i]]) != key)
		i = (i + 1) & (graph->bucket_count - 1);
	return i;
}

static void grow(struct graph *graph)
{
	size_t bucket_count = graph->bucket_count ? graph->bucket_count * 2 : 1 << 16;

	free(graph->buckets);
	graph->buckets = malloc(bucket_count * sizeof(*graph->buckets));
	graph->room = bucket_count / 2;
	graph->nodes = realloc(graph->nodes, graph->room * sizeof(*graph->nodes));
	if (!graph->buckets || !graph->nodes)
		fail_msg("out of memory");
	graph->bucket_count = bucket_count;
	memset(graph->buckets, 0xff, bucket_count * sizeof(*graph->buckets));
	for (size_t i = 0; i < graph->count; i++)
		graph->buckets[bucket_of(graph, key_of(&graph->nodes[i]))] = (uint32_t)i;
}

static void add_node(struct graph *graph, const struct node *node)
{
	size_t bucket;

	if (graph->count == graph->room)
		grow(graph);
	bucket = bucket_of(graph, key_of(node));
	if (graph->buckets[bucket] != NOT_FOUND)
		return;
	graph->buckets[bucket] = (uint32_t)graph->count;
	graph->nodes[graph->count++] = *node;
}

/* What happens to a node by an input. */
static struct step step_from(const struct node *node, const struct explore_input *input,
			     struct frrd_policy *ret_policy)
{
	*ret_policy = node->policy;
	if (input->event.type == FRRD_EVENT_CONFIG) {
		ret_policy->member = input->member;
		ret_policy->complete = input->complete;
	}
	return try_step(&node->group, ret_policy, &input->event);
}

static void print_step(const struct step *step)
{
	struct outcome words = event_words(&step->event);
	struct outcome outcome = outcome_of(&step->before, &step->after, &step->actions);

	print_error("  %-11s %-48s %s%s%s\n", frrd_state_name(step->before.state), words.text,
		    outcome.text,
		    step->event.type == FRRD_EVENT_CONFIG && !step->policy.member ? "  (no member)"
										  : "",
		    step->event.type == FRRD_EVENT_CONFIG && !step->policy.complete
			    ? "  (next-hop missing)"
			    : "");
}

static void print_history(const struct graph *graph, const struct inputs *inputs, uint32_t index)
{
	const struct node *node = &graph->nodes[index];
	struct frrd_policy policy;
	struct step step;

	if (node->parent == NOT_FOUND)
		return;
	print_history(graph, inputs, node->parent);
	step = step_from(&graph->nodes[node->parent], &inputs->list[node->input], &policy);
	print_step(&step);
}

/* --- exploration: ways out ------------------------------------------------------------ */

static bool walk(struct node *node, struct frrd_event event)
{
	struct step step = try_step(&node->group, &node->policy, &event);

	node->group = step.after;
	return step_fault(&step) == NULL;
}

/* The shortest way to standby, by commands (when an owner) and zebra's answers. */
static bool leads_to_standby(struct node node)
{
	for (int i = 0; i < 5 && node.group.state != FRRD_STATE_STANDBY; i++) {
		enum frrd_event_type type = FRRD_EVENT_RELEASE;

		switch (node.group.state) {
		case FRRD_STATE_STANDBY:
			break;
		case FRRD_STATE_CLAIMING:
			/* Time alone is enough. */
			walk(&node, event_at(node.group.deadline_ms, FRRD_EVENT_TICK));
			continue;
		case FRRD_STATE_ACTIVATING:
		case FRRD_STATE_ACTIVE:
			if (node.group.held)
				type = FRRD_EVENT_RESUME;
			break;
		case FRRD_STATE_RELEASING:
			/* zebra alone is enough. */
			if (node.group.zebra_up) {
				walk(&node, routes_at(NOW_MS, (struct frrd_routes){ .total = 2 }));
				continue;
			}
			type = FRRD_EVENT_ZEBRA_UP;
			break;
		case FRRD_STATE_REQUESTING:
		case FRRD_STATE_DRAINING:
		case FRRD_STATE_FENCED:
		case FRRD_STATE_HELD:
		case FRRD_STATE_COUNT:
			return false;
		}
		walk(&node, event_at(NOW_MS, type));
	}
	return node.group.state == FRRD_STATE_STANDBY;
}

/* The end of the daemon gets every group to standby, also a held one. */
static bool shuts_down(struct node node)
{
	walk(&node, event_at(NOW_MS, FRRD_EVENT_SHUTDOWN));
	if (node.group.state != FRRD_STATE_STANDBY) {
		walk(&node, event_at(NOW_MS, FRRD_EVENT_ZEBRA_UP));
		walk(&node, routes_at(NOW_MS, (struct frrd_routes){ .total = 2 }));
	}
	return node.group.state == FRRD_STATE_STANDBY;
}

/* No dead ends: whatever happened, a site that is well can become the owner. */
static bool can_become_owner(struct node node)
{
	const struct frrd_routes gone = { .total = 2 };
	const struct frrd_routes installed = { .total = 2, .announced = 2, .installed = 2 };

	node.policy.member = true;
	node.policy.complete = true;
	walk(&node, event_at(NOW_MS, FRRD_EVENT_CONFIG));
	walk(&node, event_at(NOW_MS, FRRD_EVENT_ZEBRA_UP));
	walk(&node, event_at(NOW_MS, FRRD_EVENT_RESUME));
	walk(&node, event_at(NOW_MS, FRRD_EVENT_RELEASE));
	walk(&node, routes_at(NOW_MS, gone));
	walk(&node, elsewhere_at(NOW_MS, 0, 0));
	walk(&node, failover_at(NOW_MS, false));
	walk(&node, elsewhere_at(NOW_MS, 0, 0));
	walk(&node, routes_at(NOW_MS, installed));
	return node.group.state == FRRD_STATE_ACTIVE;
}

static const char *way_out_fault(const struct node *node)
{
	const struct frrd_group *group = &node->group;

	if (group->state == FRRD_STATE_CLAIMING && group->deadline_ms == FRRD_NEVER)
		return "a claim without a deadline";
	if (!leads_to_standby(*node))
		return "no way out to standby";
	if (!shuts_down(*node))
		return "no end";
	if (!group->stopping && !can_become_owner(*node))
		return "no way to become the owner";
	return NULL;
}

/* --- exploration: the search ------------------------------------------------------------ */

#define FAULTS_MAX 16

/* Each kind of fault is shown once, with the shortest history that leads to it. */
struct faults {
	size_t count;
	const char *seen[FAULTS_MAX];
};

static bool is_new_fault(struct faults *faults, const char *fault)
{
	for (size_t i = 0; i < faults->count; i++)
		if (strcmp(faults->seen[i], fault) == 0)
			return false;
	if (faults->count == FAULTS_MAX)
		return false;
	faults->seen[faults->count++] = fault;
	return true;
}

static void explore_node(struct graph *graph, const struct inputs *inputs, uint32_t index,
			 struct met *met, struct faults *faults)
{
	/* A copy: the array moves when it grows. */
	const struct node node = graph->nodes[index];
	const char *fault = way_out_fault(&node);

	if (fault && is_new_fault(faults, fault)) {
		print_error("%s:\n", fault);
		print_history(graph, inputs, index);
	}
	for (uint32_t i = 0; i < inputs->count; i++) {
		/* The first event of a group, if there is one. */
		if (inputs->list[i].event.type == FRRD_EVENT_RESTORE && node.parent != NOT_FOUND)
			continue;
		struct node next = { .parent = index, .input = i };
		struct step step = step_from(&node, &inputs->list[i], &next.policy);

		meet(met, &step);
		next.past = past_after(node.past, &step);
		fault = step_fault(&step);
		if (!fault)
			fault = past_fault(node.past, next.past, &step);
		if (fault) {
			/* Beyond a fault there is nothing to learn. */
			if (is_new_fault(faults, fault)) {
				print_error("%s:\n", fault);
				print_history(graph, inputs, index);
				print_step(&step);
			}
			continue;
		}
		next.group = canonical(step.after);
		add_node(graph, &next);
	}
}

static void test_explore(void **state)
{
	struct node start = { .parent = NOT_FOUND, .policy = usual_policy() };
	struct graph graph = { 0 };
	struct inputs inputs;
	struct faults faults = { 0 };
	struct met met = { 0 };
	size_t by_state[STATE_COUNT] = { 0 };

	(void)state;
	make_inputs(&inputs);
	start.policy.handover_timeout_ms = TIMEOUT_MS;
	start.policy.withdraw_timeout_ms = TIMEOUT_MS;
	frrd_group_init(&start.group, 0);
	start.group = canonical(start.group);
	add_node(&graph, &start);
	for (uint32_t i = 0; i < graph.count; i++) {
		by_state[graph.nodes[i].group.state]++;
		explore_node(&graph, &inputs, i, &met, &faults);
	}
	print_message("%zu states, %zu inputs, %lu steps:", graph.count, inputs.count, met.steps);
	for (int i = 0; i < STATE_COUNT; i++)
		print_message(" %zu %s", by_state[i], frrd_state_name((enum frrd_state)i));
	print_message("\n");
	free(graph.nodes);
	free(graph.buckets);
	assert_int_equal(faults.count, 0);
	assert_all_met(&met);
}

/* --- random walks ------------------------------------------------------------------------ */

#define WALK_STEPS 20000
#define TAIL 24

static const uint64_t seeds[] = { 1,  2,  3,   5,   8,	 13,   21,   34,
				  55, 89, 144, 233, 377, 4711, 8080, 20261121 };

/* splitmix64 */
static uint64_t draw(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint32_t below(uint64_t *seed, uint32_t limit)
{
	return (uint32_t)(draw(seed) % limit);
}

static bool one_in(uint64_t *seed, uint32_t n)
{
	return below(seed, n) == 0;
}

/* Mostly what the adapters would say of a group in its state, at times anything. */
static struct frrd_routes draw_routes(uint64_t *seed, const struct frrd_group *group)
{
	static const uint32_t sizes[] = { 0, 1, 2, 3, 7, 1000, 100000 };
	struct frrd_routes r = { .total = sizes[below(seed, ARRAY_SIZE(sizes))] };
	uint32_t left;

	if (one_in(seed, 8)) {
		r = (struct frrd_routes){ below(seed, 4), below(seed, 4), below(seed, 4),
					  below(seed, 4), below(seed, 4), below(seed, 4),
					  below(seed, 4) };
		/* But a prefix that is not wanted is not taken: the end follows the beginning. */
		if (r.announced == 0)
			r.taken = 0;
		return r;
	}
	if (idle(group->state) || (group->state == FRRD_STATE_RELEASING && one_in(seed, 4)))
		return r;
	left = r.total;
	if (group->state == FRRD_STATE_RELEASING) {
		r.pending = left > 0 ? 1 + below(seed, left) : 0;
		return r;
	}
	r.announced = r.total;
	if (left > 0 && one_in(seed, 3))
		left -= r.pending = below(seed, left + 1);
	if (left > 0 && one_in(seed, 3))
		left -= r.failed = below(seed, left + 1);
	if (left > 0 && one_in(seed, 3))
		left -= r.lost = below(seed, left + 1);
	/* Another site has the whole group, which single draws hardly ever say. */
	if (one_in(seed, 6)) {
		r.lost += left;
		left = 0;
	}
	if (r.lost > 0 && one_in(seed, 3))
		r.taken = 1 + below(seed, r.lost);
	r.installed = left;
	return r;
}

static struct frrd_event draw_event(uint64_t *seed, const struct frrd_group *group, int64_t now_ms)
{
	/* The rare ones would keep the walk in a corner. */
	enum frrd_event_type type = (enum frrd_event_type)below(seed, EVENT_COUNT);

	if ((type == FRRD_EVENT_HOLD || type == FRRD_EVENT_ZEBRA_DOWN) && !one_in(seed, 3))
		type = type == FRRD_EVENT_HOLD ? FRRD_EVENT_RESUME : FRRD_EVENT_ZEBRA_UP;
	if ((type == FRRD_EVENT_SHUTDOWN && !one_in(seed, 100)) ||
	    (type == FRRD_EVENT_RESTORE && group->state != FRRD_STATE_STANDBY))
		type = FRRD_EVENT_ROUTES;
	if (type == FRRD_EVENT_TICK && group->deadline_ms != FRRD_NEVER && one_in(seed, 2) &&
	    group->deadline_ms > now_ms)
		return event_at(group->deadline_ms, type);
	if (type == FRRD_EVENT_FAILOVER)
		return failover_at(now_ms, one_in(seed, 4));
	if (type == FRRD_EVENT_ROUTES)
		return routes_at(now_ms, draw_routes(seed, group));
	if (type == FRRD_EVENT_ELSEWHERE)
		return elsewhere_at(now_ms, one_in(seed, 2) ? below(seed, 3) : 0,
				    one_in(seed, 3) ? below(seed, 100000) : 0);
	return event_at(now_ms, type);
}

static void draw_policy(uint64_t *seed, struct frrd_policy *policy)
{
	policy->member = !one_in(seed, 8);
	policy->complete = !one_in(seed, 8);
	policy->handover_timeout_ms = 1 + below(seed, 600000);
	policy->withdraw_timeout_ms = 1 + below(seed, 60000);
}

struct walk {
	uint64_t seed;
	struct frrd_group group;
	struct frrd_policy policy;
	struct past past;
	int64_t now_ms;
	struct step tail[TAIL]; /* the last steps, a ring */
};

static void restart(struct walk *w)
{
	frrd_group_init(&w->group, w->now_ms);
	w->past = (struct past){ 0 };
}

/* One random step; returns its fault. */
static const char *walk_on(struct walk *w, unsigned int number, struct met *met)
{
	struct step *step = &w->tail[number % TAIL];
	struct past past = w->past;
	struct frrd_event event;
	const char *fault;

	if (one_in(&w->seed, 2))
		w->now_ms += below(&w->seed, one_in(&w->seed, 10) ? 1000000 : 5000);
	event = draw_event(&w->seed, &w->group, w->now_ms);
	if (event.type == FRRD_EVENT_CONFIG)
		draw_policy(&w->seed, &w->policy);
	w->now_ms = event.now_ms;
	*step = try_step(&w->group, &w->policy, &event);
	w->group = step->after;
	w->past = past_after(past, step);
	meet(met, step);
	fault = step_fault(step);
	if (!fault)
		fault = past_fault(past, w->past, step);
	/* The daemon has ended, and is started again. */
	if (w->group.stopping && w->group.state == FRRD_STATE_STANDBY && one_in(&w->seed, 20))
		restart(w);
	return fault;
}

static const char *walk_with(uint64_t seed, bool verbose, struct met *met)
{
	struct walk w = { .seed = seed, .policy = usual_policy() };
	const char *fault = NULL;
	unsigned int n;

	restart(&w);
	for (n = 0; n < WALK_STEPS && !fault; n++) {
		fault = walk_on(&w, n, met);
		if (verbose)
			print_step(&w.tail[n % TAIL]);
	}
	if (fault) {
		print_error("FRRD_SEED=%" PRIu64 ", step %u: %s; the last steps:\n", seed, n,
			    fault);
		for (unsigned int i = n > TAIL ? n - TAIL : 0; i < n; i++)
			print_step(&w.tail[i % TAIL]);
	}
	return fault;
}

static void test_random_walks(void **state)
{
	const char *only = getenv("FRRD_SEED");
	struct met met = { 0 };
	unsigned int faults = 0;

	(void)state;
	if (only) {
		assert_null(walk_with(strtoull(only, NULL, 10), true, &met));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(seeds) && faults == 0; i++)
		faults += walk_with(seeds[i], false, &met) != NULL;
	print_message("%zu walks, %lu steps\n", ARRAY_SIZE(seeds), met.steps);
	assert_int_equal(faults, 0);
	assert_all_met(&met);
}

/* The same seed walks the same way, or the seed of a failure would be worth nothing. */
static void test_walks_repeat(void **state)
{
	struct met met = { 0 };
	struct walk a = { .seed = 7, .policy = usual_policy() };
	struct walk b = { .seed = 7, .policy = usual_policy() };

	(void)state;
	restart(&a);
	restart(&b);
	for (unsigned int n = 0; n < 1000; n++) {
		walk_on(&a, n, &met);
		walk_on(&b, n, &met);
		assert_true(same_group(&a.group, &b.group));
	}
}

int main(void)
{
	const struct CMUnitTest explore[] = {
		cmocka_unit_test(test_explore),
		cmocka_unit_test(test_random_walks),
		cmocka_unit_test(test_walks_repeat),
	};

	return cmocka_run_group_tests(explore, NULL, NULL);
}
