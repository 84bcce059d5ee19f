// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All small groups with the manual arbiter; test_bgp_walk.c is for the arbiter bgp, and
 * test_manual_walk.c has longer histories.
 *
 * Beginning with a new group, every input is given in every state that is reached,
 * until nothing new is found.  Counters of routes and of prefixes elsewhere take all
 * consistent values of a group of up to two prefixes.  Two groups count as the same
 * state when step() cannot tell them apart: since_ms and the counters that matter at
 * most in the step that brings them (failed, lost, taken) are left out, the cause of a
 * release counts until that ends, and of a deadline only whether there is one.  What
 * was found is searched breadth first, so the history that is printed with a fault is
 * a shortest one.
 *
 * After every step step_fault() of support.h is checked, and the rules of
 * manual_rules.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/manual_rules.h"

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

int main(void)
{
	const struct CMUnitTest explore[] = {
		cmocka_unit_test(test_explore),
	};

	return cmocka_run_group_tests(explore, NULL, NULL);
}
