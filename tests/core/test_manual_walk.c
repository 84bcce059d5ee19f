// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many large groups with the manual arbiter: longer histories than those of
 * test_explore.c, with real times and large, also inconsistent counters, from a fixed
 * list of seeds.  FRRD_SEED=N walks with that seed only and prints every step.
 *
 * After every step step_fault() of support.h is checked, and the rules of
 * manual_rules.h.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/core/manual_rules.h"

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
	const struct CMUnitTest walks[] = {
		cmocka_unit_test(test_random_walks),
		cmocka_unit_test(test_walks_repeat),
	};

	return cmocka_run_group_tests(walks, NULL, NULL);
}
