// SPDX-License-Identifier: GPL-2.0-or-later
/* Starts and inputs of the tests of the manual arbiter; see starts.h. */

#include "tests/core/starts.h"

const struct frrd_routes routes_queued = { .total = 2, .announced = 2, .pending = 2 };
const struct frrd_routes routes_installed = { .total = 2, .announced = 2, .installed = 2 };
static const struct frrd_routes routes_failed_one = {
	.total = 2, .announced = 2, .installed = 1, .failed = 1
};
static const struct frrd_routes routes_lost_one = {
	.total = 2, .announced = 2, .installed = 1, .lost = 1
};
static const struct frrd_routes routes_failed_all = { .total = 2, .announced = 2, .failed = 2 };
static const struct frrd_routes routes_lost_all = { .total = 2, .announced = 2, .lost = 2 };
static const struct frrd_routes routes_over_one = {
	.total = 2, .announced = 2, .installed = 1, .lost = 1, .taken = 1
};
static const struct frrd_routes routes_over_early = {
	.total = 2, .announced = 2, .pending = 1, .lost = 1, .taken = 1
};
static const struct frrd_routes routes_over_rest = {
	.total = 2, .announced = 2, .failed = 1, .lost = 1, .taken = 1
};
static const struct frrd_routes routes_over_all = {
	.total = 2, .announced = 2, .lost = 2, .taken = 2
};
static const struct frrd_routes routes_going = { .total = 2, .pending = 1 };
const struct frrd_routes routes_gone = { .total = 2 };

struct frrd_event input_event(enum input input, int64_t now_ms, struct frrd_policy *policy)
{
	switch (input) {
	case REMOVED:
		policy->member = false;
		return event_at(now_ms, FRRD_EVENT_CONFIG);
	case CONFIG:
		return event_at(now_ms, FRRD_EVENT_CONFIG);
	case FAILOVER:
		return failover_at(now_ms, false);
	case FORCE:
		return failover_at(now_ms, true);
	case HERE:
		return event_at(now_ms, FRRD_EVENT_SWITCHOVER_HERE);
	case AWAY:
		return event_at(now_ms, FRRD_EVENT_SWITCHOVER_AWAY);
	case RELEASE:
		return event_at(now_ms, FRRD_EVENT_RELEASE);
	case HOLD:
		return event_at(now_ms, FRRD_EVENT_HOLD);
	case RESUME:
		return event_at(now_ms, FRRD_EVENT_RESUME);
	case QUEUED:
		return routes_at(now_ms, routes_queued);
	case INSTALLED:
		return routes_at(now_ms, routes_installed);
	case FAILED_ONE:
		return routes_at(now_ms, routes_failed_one);
	case LOST_ONE:
		return routes_at(now_ms, routes_lost_one);
	case FAILED_ALL:
		return routes_at(now_ms, routes_failed_all);
	case LOST_ALL:
		return routes_at(now_ms, routes_lost_all);
	case OVER_ONE:
		return routes_at(now_ms, routes_over_one);
	case OVER_EARLY:
		return routes_at(now_ms, routes_over_early);
	case OVER_REST:
		return routes_at(now_ms, routes_over_rest);
	case OVER_ALL:
		return routes_at(now_ms, routes_over_all);
	case GOING:
		return routes_at(now_ms, routes_going);
	case GONE:
		return routes_at(now_ms, routes_gone);
	case FREE:
		return elsewhere_at(now_ms, 0, 0);
	case TAKEN:
		return elsewhere_at(now_ms, 1, 0);
	case ASKING:
		return elsewhere_at(now_ms, 0, 2);
	case ZEBRA_UP:
		return event_at(now_ms, FRRD_EVENT_ZEBRA_UP);
	case ZEBRA_DOWN:
		return event_at(now_ms, FRRD_EVENT_ZEBRA_DOWN);
	case TICK_EARLY:
	case TICK_DUE:
		return event_at(now_ms, FRRD_EVENT_TICK);
	case SHUTDOWN:
		return event_at(now_ms, FRRD_EVENT_SHUTDOWN);
	case INPUT_END:
		break;
	}
	fail_msg("no such input: %#x", (unsigned int)input);
	return event_at(now_ms, FRRD_EVENT_CONFIG);
}

const struct start_path starts[START_COUNT] = {
	[NEW_GROUP] = { "new group", FRRD_STATE_STANDBY, { 0 } },
	[STANDBY] = { "standby", FRRD_STATE_STANDBY, { READY } },
	[STANDBY_TAKEN] = { "standby, taken", FRRD_STATE_STANDBY, { READY, TAKEN } },
	[STANDBY_ASKING] = { "standby, asking", FRRD_STATE_STANDBY, { READY, ASKING } },
	[STANDBY_HELD] = { "standby, held", FRRD_STATE_STANDBY, { READY, HOLD } },
	[STANDBY_NO_ZEBRA] = { "standby, no zebra", FRRD_STATE_STANDBY, { READY, ZEBRA_DOWN } },
	[STANDBY_STOPPING] = { "standby, stopping", FRRD_STATE_STANDBY, { READY, SHUTDOWN } },
	[STANDBY_YIELDED] = { "standby, yielded",
			      FRRD_STATE_STANDBY,
			      { READY, FAILOVER, INSTALLED, OVER_ALL, GONE } },
	[CLAIMING_WAITING] = { "claiming, waiting", FRRD_STATE_CLAIMING, { READY, TAKEN, HERE } },
	[CLAIMING_ASKING] = { "claiming, asking",
			      FRRD_STATE_CLAIMING,
			      { READY, ASKING, FAILOVER } },
	[CLAIMING_NO_ZEBRA] = { "claiming, no zebra",
				FRRD_STATE_CLAIMING,
				{ READY, TAKEN, HERE, ZEBRA_DOWN } },
	[ACTIVATING] = { "activating", FRRD_STATE_ACTIVATING, { READY, FAILOVER, QUEUED } },
	[ACTIVATING_NONE] = { "activating, none",
			      FRRD_STATE_ACTIVATING,
			      { READY, FAILOVER, FAILED_ALL } },
	[ACTIVATING_HELD] = { "activating, held",
			      FRRD_STATE_ACTIVATING,
			      { READY, FAILOVER, QUEUED, HOLD } },
	[ACTIVATING_NO_ZEBRA] = { "activating, no zebra",
				  FRRD_STATE_ACTIVATING,
				  { READY, FAILOVER, QUEUED, ZEBRA_DOWN } },
	[ACTIVE] = { "active", FRRD_STATE_ACTIVE, { READY, FAILOVER, INSTALLED } },
	[ACTIVE_DEGRADED] = { "active, degraded",
			      FRRD_STATE_ACTIVE,
			      { READY, FAILOVER, FAILED_ONE } },
	[ACTIVE_HELD] = { "active, held", FRRD_STATE_ACTIVE, { READY, FAILOVER, INSTALLED, HOLD } },
	[ACTIVE_NO_ZEBRA] = { "active, no zebra",
			      FRRD_STATE_ACTIVE,
			      { READY, FAILOVER, INSTALLED, ZEBRA_DOWN } },
	[RELEASING] = { "releasing",
			FRRD_STATE_RELEASING,
			{ READY, FAILOVER, INSTALLED, RELEASE, GOING } },
	[RELEASING_OVERDUE] = { "releasing, overdue",
				FRRD_STATE_RELEASING,
				{ READY, FAILOVER, INSTALLED, RELEASE, GOING, TICK_DUE } },
	[RELEASING_HELD] = { "releasing, held",
			     FRRD_STATE_RELEASING,
			     { READY, FAILOVER, INSTALLED, RELEASE, GOING, HOLD } },
	[RELEASING_NO_ZEBRA] = { "releasing, no zebra",
				 FRRD_STATE_RELEASING,
				 { READY, FAILOVER, INSTALLED, RELEASE, GOING, ZEBRA_DOWN } },
	[RELEASING_STOPPING] = { "releasing, stopping",
				 FRRD_STATE_RELEASING,
				 { READY, FAILOVER, INSTALLED, SHUTDOWN, GOING } },
	[RELEASING_YIELDED] = { "releasing, yielded",
				FRRD_STATE_RELEASING,
				{ READY, FAILOVER, INSTALLED, OVER_ALL, GOING } },
};

int64_t input_time(const struct site *site, enum input input)
{
	int64_t deadline_ms = site->group.deadline_ms;

	if (input == TICK_DUE)
		return deadline_ms == FRRD_NEVER ? site->now_ms + 86400000 : deadline_ms;
	if (input == TICK_EARLY && deadline_ms != FRRD_NEVER)
		return deadline_ms - 1;
	return site->now_ms + 1000;
}

struct outcome give(struct site *site, enum input input)
{
	struct frrd_event event;

	site->now_ms = input_time(site, input);
	event = input_event(input, site->now_ms, &site->policy);
	return checked_step(&site->group, &site->policy, &event);
}

void give_all(struct site *site, const enum input *inputs, size_t count)
{
	for (size_t i = 0; i < count && inputs[i] != 0; i++)
		give(site, inputs[i]);
}

struct site site_in(enum start start)
{
	struct site site = { .policy = usual_policy(), .now_ms = 0 };

	frrd_group_init(&site.group, 0);
	give_all(&site, starts[start].path, START_PATH_MAX);
	assert_int_equal(site.group.state, starts[start].state);
	return site;
}
