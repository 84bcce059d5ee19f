// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, random walks of one site through what may happen to it: the other
 * sites say plausible things most of the time, and anything now and then.  After
 * every step step_fault() of support.h.  In the end every event was met in every
 * state, and every reason was given.  FRRD_SEED=N walks with that seed only and
 * prints every step.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/support.h"

#define WALK_STEPS 200000
#define TAIL 16
#define SITES 5

static const uint64_t seeds[] = { 1,  2,  3,   5,   8,   13,  21,  34,   55,   89,
				  144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 20261121 };

struct met {
	bool event_in_state[STATE_COUNT][EVENT_COUNT];
	bool reason[FRRD_REASON_COUNT];
};

struct walk {
	uint64_t seed;
	int64_t now_ms;
	struct frrd_group group;
	struct frrd_policy policy;
	struct step tail[TAIL]; /* the last steps, a ring */
	bool fresh;		/* a new process: the state file may say something */
};

/* splitmix64 */
static uint64_t draw(uint64_t *seed)
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint32_t below(struct walk *w, uint32_t limit)
{
	return (uint32_t)(draw(&w->seed) % limit);
}

static bool one_in(struct walk *w, uint32_t n)
{
	return below(w, n) == 0;
}

static uint8_t some_site(struct walk *w)
{
	return (uint8_t)(1 + below(w, SITES));
}

static uint16_t some_sites(struct walk *w)
{
	return (uint16_t)(below(w, 1u << SITES) << 1);
}

/* --- what happens --------------------------------------------------------------------- */

/* Mostly a small change of what was seen last. */
static struct frrd_view draw_view(struct walk *w)
{
	uint16_t self = FRRD_SITE_BIT(w->policy.self), others = (uint16_t)(0x3e & ~self);
	struct frrd_view view = w->group.view;

	if (one_in(w, 40)) {
		view.beacons = some_sites(w);
		view.claims = some_sites(w);
		view.requests = some_sites(w);
		view.readies = some_sites(w);
		view.grants = some_sites(w);
	}
	view.known = !one_in(w, 40);
	view.own_claim = !one_in(w, 3);
	view.own_grant = one_in(w, 10);
	if (!one_in(w, 4))
		view.beacons = others;
	switch (below(w, 8)) {
	case 0:
		view.beacons ^= FRRD_SITE_BIT(some_site(w));
		break;
	case 1:
		view.claims = one_in(w, 2) ? 0 : FRRD_SITE_BIT(some_site(w));
		break;
	case 2:
		view.grants = one_in(w, 2) ? 0 : one_in(w, 2) ? self : FRRD_SITE_BIT(some_site(w));
		break;
	case 3:
		view.requests = one_in(w, 2) ? 0 : FRRD_SITE_BIT(some_site(w));
		break;
	case 4:
		view.readies = some_sites(w);
		break;
	case 5: /* whoever was granted the group goes ahead */
		if (w->group.grant_to)
			view.claims = FRRD_SITE_BIT(w->group.grant_to);
		break;
	case 6:
		view.beacons = one_in(w, 4) ? 0 : others;
		break;
	default:
		view.grants = 0;
		view.claims &= view.beacons;
		break;
	}
	view.claims &= ~self;
	view.readies &= ~self;
	return view;
}

static struct frrd_routes draw_routes(struct walk *w)
{
	struct frrd_routes r = { .total = one_in(w, 60) ? 0 : 2 };

	if (!frrd_state_announces(w->group.state)) {
		r.pending = w->group.state == FRRD_STATE_RELEASING && one_in(w, 3);
		return r;
	}
	r.announced = r.total;
	switch (below(w, 8)) {
	case 0:
		r.pending = r.total;
		break;
	case 1:
		r.failed = r.total;
		break;
	case 2:
		r.failed = r.total / 2;
		r.installed = r.total - r.failed;
		break;
	case 3:
		r.lost = r.total;
		r.taken = r.total && one_in(w, 4);
		break;
	default:
		r.installed = r.total;
		break;
	}
	return r;
}

static void draw_policy(struct walk *w)
{
	struct frrd_policy *p = &w->policy;

	p->member = !one_in(w, 8);
	p->complete = !one_in(w, 8);
	p->maintenance = one_in(w, 4) ? FRRD_SITE_BIT(some_site(w)) : 0;
	p->auto_failover = !one_in(w, 4);
	p->failback = one_in(w, 2);
	p->make_before_break = one_in(w, 2);
	p->withdraw_alone = one_in(w, 2);
	p->takeover_delay_ms = below(w, 3) * 600;
	p->settle_time_ms = below(w, 3) * 1000;
	p->fence_delay_ms = below(w, 3) * 300;
	p->hold_down_ms = below(w, 2) * 10000;
	p->wait_to_restore_ms = below(w, 3) * 2000;
	p->damping_max_moves = below(w, 3);
	p->handover_timeout_ms = 1000 + below(w, 2) * 29000;
	if (one_in(w, 8)) {
		p->arbiter = p->arbiter == FRRD_ARBITER_BGP ? FRRD_ARBITER_MANUAL
							     : FRRD_ARBITER_BGP;
		p->member = true; /* one thing at a time */
	}
}

static struct frrd_event draw_event(struct walk *w)
{
	enum frrd_event_type type = (enum frrd_event_type)below(w, EVENT_COUNT);
	struct frrd_event event;

	/* The rare ones would keep the walk in a corner. */
	if ((type == FRRD_EVENT_ZEBRA_DOWN || type == FRRD_EVENT_HOLD ||
	     type == FRRD_EVENT_CONFIG || is_command(type)) &&
	    w->group.state != FRRD_STATE_DRAINING && !one_in(w, 3))
		type = FRRD_EVENT_VIEW;
	if (type == FRRD_EVENT_SHUTDOWN && !one_in(w, 10))
		type = FRRD_EVENT_ROUTES;
	if (type == FRRD_EVENT_RESTORE)
		type = FRRD_EVENT_TICK;
	if (w->fresh)
		type = FRRD_EVENT_RESTORE;
	w->fresh = false;
	if (w->group.held && type != FRRD_EVENT_RESTORE && one_in(w, 6))
		type = FRRD_EVENT_RESUME;
	if (!w->group.zebra_up && type != FRRD_EVENT_RESTORE && one_in(w, 3))
		type = FRRD_EVENT_ZEBRA_UP;
	event = event_at(w->now_ms, type);
	if (type == FRRD_EVENT_FAILOVER)
		event.force = one_in(w, 6);
	if (type == FRRD_EVENT_FAILOVER_TO || type == FRRD_EVENT_SWITCHOVER_AWAY) {
		do
			event.to = some_site(w);
		while (event.to == w->policy.self);
	}
	if (type == FRRD_EVENT_HEALTH)
		event.healthy = !one_in(w, 3);
	if (type == FRRD_EVENT_VIEW)
		event.view = draw_view(w);
	if (type == FRRD_EVENT_ROUTES)
		event.routes = draw_routes(w);
	if (type == FRRD_EVENT_ELSEWHERE && one_in(w, 4))
		event.elsewhere = (struct frrd_elsewhere){ below(w, 3), below(w, 2) };
	if (type == FRRD_EVENT_RESTORE) {
		event.kept.owned = !one_in(w, 3);
		event.kept.held = one_in(w, 8);
		event.kept.barred = one_in(w, 8);
	}
	return event;
}

/* --- walking ------------------------------------------------------------------------------ */

static void meet(struct met *met, const struct step *step)
{
	met->event_in_state[step->before.state][step->event.type] = true;
	for (size_t i = 0; i < step->actions.count; i++)
		if (has_reason(step->actions.list[i].type))
			met->reason[step->actions.list[i].reason] = true;
}

static void restart(struct walk *w)
{
	frrd_group_init(&w->group, w->now_ms);
	w->group.arbiter = w->policy.arbiter;
	w->fresh = one_in(w, 2);
}

static const char *give(struct walk *w, const struct frrd_event *event, unsigned int *n,
			struct met *met)
{
	struct step *step = &w->tail[*n % TAIL];

	*n += 1;
	*step = try_step(&w->group, &w->policy, event);
	w->group = step->after;
	meet(met, step);
	return step_fault(step);
}

/* Time passes; TICKs at the deadlines, as the daemon gives them. */
static const char *pass_time(struct walk *w, unsigned int *n, struct met *met)
{
	static const int64_t spans[] = { 0, 0, 1, 10, 40, 100, 210, 400, 600, 2000, 30000 };
	int64_t until_ms = w->now_ms + spans[below(w, ARRAY_SIZE(spans))];
	const char *fault = NULL;

	if (one_in(w, 100)) {
		w->now_ms = until_ms; /* it was stopped */
		return NULL;
	}
	for (int i = 0; i < 100 && !fault && w->group.deadline_ms <= until_ms &&
			w->policy.arbiter == FRRD_ARBITER_BGP; i++) {
		struct frrd_event tick;

		if (w->group.deadline_ms > w->now_ms)
			w->now_ms = w->group.deadline_ms;
		tick = event_at(w->now_ms, FRRD_EVENT_TICK);
		fault = give(w, &tick, n, met);
	}
	w->now_ms = until_ms;
	return fault;
}

static const char *walk_on(struct walk *w, unsigned int *n, struct met *met)
{
	const char *fault = pass_time(w, n, met);
	struct frrd_event event;

	if (fault)
		return fault;
	event = draw_event(w);
	if (event.type == FRRD_EVENT_CONFIG)
		draw_policy(w);
	fault = give(w, &event, n, met);
	if (w->group.stopping && !frrd_state_announces(w->group.state) && one_in(w, 10))
		restart(w);
	return fault;
}

static void print_tail(const struct walk *w, unsigned int n)
{
	for (unsigned int i = n > TAIL ? n - TAIL : 0; i < n; i++) {
		const struct step *step = &w->tail[i % TAIL];

		print_error("  %8" PRId64 " %-10s %-56s %s\n", step->event.now_ms,
			    frrd_state_name(step->before.state), event_words(&step->event).text,
			    outcome_of(&step->before, &step->after, &step->actions).text);
	}
}

static const char *walk_with(uint64_t seed, bool verbose, struct met *met)
{
	struct walk w = { .seed = seed, .policy = bgp_policy() };
	const char *fault = NULL;
	unsigned int n = 0;

	w.policy.members = FRRD_SITE_BIT(1) | FRRD_SITE_BIT(2) | FRRD_SITE_BIT(4);
	w.policy.voters = 0x3e;
	w.policy.rank[4] = 2;
	restart(&w);
	while (n < WALK_STEPS && !fault) {
		unsigned int before = n;

		fault = walk_on(&w, &n, met);
		if (verbose)
			print_tail(&w, n - before > TAIL ? n : before);
	}
	if (fault) {
		print_error("FRRD_SEED=%" PRIu64 ", step %u: %s; the last steps:\n", seed, n, fault);
		print_tail(&w, n);
	}
	return fault;
}

/* Reasons that only the manual arbiter gives. */
static bool is_manual(enum frrd_reason reason)
{
	return reason == FRRD_REASON_STARTED || reason == FRRD_REASON_ELSEWHERE_GONE ||
	       reason == FRRD_REASON_ZEBRA_BACK || reason == FRRD_REASON_COMMAND_ELSEWHERE;
}

static void assert_all_met(const struct met *met)
{
	for (int from = 0; from < STATE_COUNT; from++)
		for (int type = 0; type < EVENT_COUNT; type++)
			/* What the state file says is the first event of all. */
			if (!met->event_in_state[from][type] && type != FRRD_EVENT_RESTORE)
				fail_msg("%s was never met in %s",
					 frrd_event_name((enum frrd_event_type)type),
					 frrd_state_name((enum frrd_state)from));
	for (int reason = 0; reason < FRRD_REASON_COUNT; reason++)
		if (!met->reason[reason] && !is_manual((enum frrd_reason)reason))
			fail_msg("reason %s was never given",
				 frrd_reason_code((enum frrd_reason)reason));
}

static void test_walks(void **state)
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
	assert_int_equal(faults, 0);
	assert_all_met(&met);
}

int main(void)
{
	const struct CMUnitTest walks[] = {
		cmocka_unit_test(test_walks),
	};

	return cmocka_run_group_tests(walks, NULL, NULL);
}
