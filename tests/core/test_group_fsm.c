// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transitions of the group state machine with the manual arbiter.
 *
 * The first part is one table: for each start (a state, reached through events)
 * and each input what has to come out.  The rows of a start cover every input
 * exactly once, which test_table_is_total() proves; what an input does in a
 * start is looked up in the table by reading down.
 *
 * The second part has what one step cannot show: deadlines, times, and what is
 * known about other sites.
 */

#include <string.h>

#include "frrd/core/markers.h"
#include "tests/core/support.h"

/* --- inputs ------------------------------------------------------------------ */

enum input {
	CONFIG = 1 << 0,   /* committed, nothing new for the group */
	REMOVED = 1 << 1,  /* committed, this site is no member any more */
	FAILOVER = 1 << 2, /* commands */
	FORCE = 1 << 3,
	HERE = 1 << 4,
	AWAY = 1 << 5,
	RELEASE = 1 << 6,
	HOLD = 1 << 7,
	RESUME = 1 << 8,
	QUEUED = 1 << 9,      /* routes: both sent, no answer yet */
	INSTALLED = 1 << 10,  /* both installed */
	FAILED_ONE = 1 << 11, /* one installed, one refused */
	LOST_ONE = 1 << 12,   /* one installed, one lost to another route */
	FAILED_ALL = 1 << 13, /* both refused */
	GOING = 1 << 14,      /* not wanted any more, one deletion not confirmed */
	GONE = 1 << 15,	      /* not wanted, nothing pending */
	FREE = 1 << 16,	      /* elsewhere: every answer is in, nobody announces */
	TAKEN = 1 << 17,      /* every answer is in, one prefix is announced */
	ASKING = 1 << 18,     /* an answer is missing, nobody seen so far */
	ZEBRA_UP = 1 << 19,
	ZEBRA_DOWN = 1 << 20,
	TICK_EARLY = 1 << 21, /* before the deadline */
	TICK_DUE = 1 << 22,   /* at the deadline, or far in the future without one */
	SHUTDOWN = 1 << 23,
	LOST_ALL = 1 << 24,   /* routes: both lost, to other routes of this site */
	OVER_ONE = 1 << 25,   /* one installed, one taken over by another site */
	OVER_EARLY = 1 << 26, /* one taken over, no answer for the other yet */
	OVER_REST = 1 << 27,  /* one taken over, one refused */
	OVER_ALL = 1 << 28,   /* both taken over */
	INPUT_END = 1 << 29,
};
#define INPUT_COUNT 29

#define TAKEOVERS (FAILOVER | FORCE | HERE)
#define GIVE_UPS (AWAY | RELEASE)
/* Routes without a verdict, in part and not at all installed, and lost to another owner. */
#define WAITING (QUEUED | OVER_EARLY | GOING | GONE)
#define IN_PART (FAILED_ONE | LOST_ONE | OVER_ONE)
#define IN_VAIN (FAILED_ALL | LOST_ALL)
#define OVER (OVER_REST | OVER_ALL)
#define ROUTES (WAITING | INSTALLED | IN_PART | IN_VAIN | OVER)
#define ELSEWHERE (FREE | TAKEN | ASKING)
#define ZEBRA (ZEBRA_UP | ZEBRA_DOWN)
#define TICKS (TICK_EARLY | TICK_DUE)

static const struct frrd_routes routes_queued = { .total = 2, .announced = 2, .pending = 2 };
static const struct frrd_routes routes_installed = { .total = 2, .announced = 2, .installed = 2 };
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
static const struct frrd_routes routes_gone = { .total = 2 };

/* Make the event of an input; REMOVED changes the policy as well. */
static struct frrd_event input_event(enum input input, int64_t now_ms, struct frrd_policy *policy)
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

/* --- starts ------------------------------------------------------------------- */

enum start {
	NEW_GROUP,
	STANDBY,
	STANDBY_TAKEN,
	STANDBY_ASKING,
	STANDBY_HELD,
	STANDBY_NO_ZEBRA,
	STANDBY_STOPPING,
	STANDBY_YIELDED,
	CLAIMING_WAITING,
	CLAIMING_ASKING,
	CLAIMING_NO_ZEBRA,
	ACTIVATING,
	ACTIVATING_NONE,
	ACTIVATING_HELD,
	ACTIVATING_NO_ZEBRA,
	ACTIVE,
	ACTIVE_DEGRADED,
	ACTIVE_HELD,
	ACTIVE_NO_ZEBRA,
	RELEASING,
	RELEASING_OVERDUE,
	RELEASING_HELD,
	RELEASING_NO_ZEBRA,
	RELEASING_STOPPING,
	RELEASING_YIELDED,
	START_COUNT,
};

/* How a start is reached, one event a second from zero on. */
#define START_PATH_MAX 10
#define READY ZEBRA_UP, GONE, FREE
static const struct {
	const char *name;
	enum frrd_state state;
	enum input path[START_PATH_MAX];
} starts[START_COUNT] = {
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

/* A group, the configuration, and the clock. */
struct site {
	struct frrd_group group;
	struct frrd_policy policy;
	int64_t now_ms;
};

static int64_t input_time(const struct site *site, enum input input)
{
	int64_t deadline_ms = site->group.deadline_ms;

	if (input == TICK_DUE)
		return deadline_ms == FRRD_NEVER ? site->now_ms + 86400000 : deadline_ms;
	if (input == TICK_EARLY && deadline_ms != FRRD_NEVER)
		return deadline_ms - 1;
	return site->now_ms + 1000;
}

/* One input; fails the test when an invariant breaks. */
static struct outcome give(struct site *site, enum input input)
{
	struct frrd_event event;

	site->now_ms = input_time(site, input);
	event = input_event(input, site->now_ms, &site->policy);
	return checked_step(&site->group, &site->policy, &event);
}

static void give_all(struct site *site, const enum input *inputs, size_t count)
{
	for (size_t i = 0; i < count && inputs[i] != 0; i++)
		give(site, inputs[i]);
}

#define GIVE(site, ...)                                                                            \
	do {                                                                                       \
		static const enum input give_list[] = { __VA_ARGS__ };                             \
                                                                                                   \
		give_all(site, give_list, ARRAY_SIZE(give_list));                                  \
	} while (0)

static struct site site_in(enum start start)
{
	struct site site = { .policy = usual_policy(), .now_ms = 0 };

	frrd_group_init(&site.group, 0);
	give_all(&site, starts[start].path, START_PATH_MAX);
	assert_int_equal(site.group.state, starts[start].state);
	return site;
}

/* --- the table ---------------------------------------------------------------- */

/* Outcomes as struct outcome of support.h has them; "-" is nothing at all. */
static const struct {
	enum start start;
	unsigned int inputs; /* bits of enum input */
	const char *outcome;
} table[] = {
	/* clang-format off */
	/* Nothing is known of its prefixes and zebra has not been seen yet. */
	{ NEW_GROUP, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ NEW_GROUP, TAKEOVERS,		"refuse no-prefix" },
	{ NEW_GROUP, GIVE_UPS,		"refuse not-owner" },
	{ NEW_GROUP, HOLD,		"standby command-hold | accept, record" },
	{ NEW_GROUP, RESUME,		"refuse not-held" },

	{ STANDBY, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY, FAILOVER,		"activating command-failover | accept, record, announce" },
	{ STANDBY, FORCE,		"activating command-force | accept, record, announce" },
	{ STANDBY, HERE,		"activating command-switchover-here | accept, record, announce" },
	{ STANDBY, GIVE_UPS,		"refuse not-owner" },
	{ STANDBY, HOLD,		"standby command-hold | accept, record" },
	{ STANDBY, RESUME,		"refuse not-held" },

	/* Failover is refused, force does not care, a switchover waits. */
	{ STANDBY_TAKEN, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_TAKEN, FAILOVER,	"refuse announced-elsewhere" },
	{ STANDBY_TAKEN, FORCE,		"activating command-force | accept, record, announce" },
	{ STANDBY_TAKEN, HERE,		"claiming command-switchover-here | accept, record" },
	{ STANDBY_TAKEN, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_TAKEN, HOLD,		"standby command-hold | accept, record" },
	{ STANDBY_TAKEN, RESUME,	"refuse not-held" },

	/* Without all answers a failover waits for them, and only for them. */
	{ STANDBY_ASKING, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_ASKING, FAILOVER,	"claiming command-failover | accept, record" },
	{ STANDBY_ASKING, FORCE,	"activating command-force | accept, record, announce" },
	{ STANDBY_ASKING, HERE,		"claiming command-switchover-here | accept, record" },
	{ STANDBY_ASKING, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_ASKING, HOLD,		"standby command-hold | accept, record" },
	{ STANDBY_ASKING, RESUME,	"refuse not-held" },

	{ STANDBY_HELD, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_HELD, TAKEOVERS | GIVE_UPS, "refuse held" },
	{ STANDBY_HELD, HOLD,		"refuse already-held" },
	{ STANDBY_HELD, RESUME,		"standby command-resume | accept, record" },

	/* Force does not help against a missing zebra. */
	{ STANDBY_NO_ZEBRA, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_NO_ZEBRA, TAKEOVERS,	"refuse zebra-down" },
	{ STANDBY_NO_ZEBRA, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_NO_ZEBRA, HOLD,	"standby command-hold | accept, record" },
	{ STANDBY_NO_ZEBRA, RESUME,	"refuse not-held" },

	{ STANDBY_STOPPING, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_STOPPING, TAKEOVERS,	"refuse stopping" },
	{ STANDBY_STOPPING, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_STOPPING, HOLD,	"standby command-hold | accept, record" },
	{ STANDBY_STOPPING, RESUME,	"refuse not-held" },

	/* The other site is asked for like any other: what was seen of it is forgotten. */
	{ STANDBY_YIELDED, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_YIELDED, FAILOVER,	"claiming command-failover | accept, record" },
	{ STANDBY_YIELDED, FORCE,	"activating command-force | accept, record, announce" },
	{ STANDBY_YIELDED, HERE,	"claiming command-switchover-here | accept, record" },
	{ STANDBY_YIELDED, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_YIELDED, HOLD,	"standby command-hold | accept, record" },
	{ STANDBY_YIELDED, RESUME,	"refuse not-held" },

	/* A switchover, told to the successor first: the owner still announces. */
	{ CLAIMING_WAITING, CONFIG | ROUTES | TAKEN | ASKING | ZEBRA | TICK_EARLY, "-" },
	{ CLAIMING_WAITING, REMOVED,	"standby member-removed | record" },
	{ CLAIMING_WAITING, TAKEOVERS,	"refuse busy-claiming" },
	{ CLAIMING_WAITING, GIVE_UPS,	"standby claim-cancelled | accept, record" },
	{ CLAIMING_WAITING, HOLD,	"standby command-hold | accept, record" },
	{ CLAIMING_WAITING, RESUME,	"refuse not-held" },
	{ CLAIMING_WAITING, FREE,	"activating elsewhere-gone | record, announce" },
	{ CLAIMING_WAITING, TICK_DUE,	"standby claim-timeout | record" },
	{ CLAIMING_WAITING, SHUTDOWN,	"standby shutdown | record" },

	/* A failover, before all answers are in: the first bad one ends it. */
	{ CLAIMING_ASKING, CONFIG | ROUTES | ASKING | ZEBRA | TICK_EARLY, "-" },
	{ CLAIMING_ASKING, REMOVED,	"standby member-removed | record" },
	{ CLAIMING_ASKING, TAKEOVERS,	"refuse busy-claiming" },
	{ CLAIMING_ASKING, GIVE_UPS,	"standby claim-cancelled | accept, record" },
	{ CLAIMING_ASKING, HOLD,	"standby command-hold | accept, record" },
	{ CLAIMING_ASKING, RESUME,	"refuse not-held" },
	{ CLAIMING_ASKING, FREE,	"activating elsewhere-gone | record, announce" },
	{ CLAIMING_ASKING, TAKEN,	"standby claim-found-elsewhere | record" },
	{ CLAIMING_ASKING, TICK_DUE,	"standby claim-timeout | record" },
	{ CLAIMING_ASKING, SHUTDOWN,	"standby shutdown | record" },

	/* While zebra is away nothing that is said about others counts. */
	{ CLAIMING_NO_ZEBRA, CONFIG | ROUTES | ELSEWHERE | ZEBRA | TICK_EARLY, "-" },
	{ CLAIMING_NO_ZEBRA, REMOVED,	"standby member-removed | record" },
	{ CLAIMING_NO_ZEBRA, TAKEOVERS,	"refuse busy-claiming" },
	{ CLAIMING_NO_ZEBRA, GIVE_UPS,	"standby claim-cancelled | accept, record" },
	{ CLAIMING_NO_ZEBRA, HOLD,	"standby command-hold | accept, record" },
	{ CLAIMING_NO_ZEBRA, RESUME,	"refuse not-held" },
	{ CLAIMING_NO_ZEBRA, TICK_DUE,	"standby claim-timeout | record" },
	{ CLAIMING_NO_ZEBRA, SHUTDOWN,	"standby shutdown | record" },

	{ ACTIVATING, CONFIG | WAITING | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVATING, REMOVED,		"releasing member-removed | record, withdraw" },
	{ ACTIVATING, TAKEOVERS,	"refuse already-owner" },
	{ ACTIVATING, AWAY,		"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVATING, RELEASE,		"releasing command-release | accept, record, withdraw" },
	{ ACTIVATING, HOLD,		"activating command-hold | accept, record" },
	{ ACTIVATING, RESUME,		"refuse not-held" },
	{ ACTIVATING, INSTALLED,	"active routes-installed | record" },
	{ ACTIVATING, IN_PART,		"active routes-degraded | record" },
	{ ACTIVATING, IN_VAIN,		"activating routes-none | record" },
	{ ACTIVATING, OVER,		"releasing taken-over | record, withdraw" },
	{ ACTIVATING, ZEBRA_DOWN,	"activating zebra-lost | record" },
	{ ACTIVATING, SHUTDOWN,		"releasing shutdown | record, withdraw" },

	/* zebra refused everything, which is said once; it may change its mind. */
	{ ACTIVATING_NONE, CONFIG | WAITING | IN_VAIN | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVATING_NONE, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVATING_NONE, TAKEOVERS,	"refuse already-owner" },
	{ ACTIVATING_NONE, AWAY,	"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVATING_NONE, RELEASE,	"releasing command-release | accept, record, withdraw" },
	{ ACTIVATING_NONE, HOLD,	"activating command-hold | accept, record" },
	{ ACTIVATING_NONE, RESUME,	"refuse not-held" },
	{ ACTIVATING_NONE, INSTALLED,	"active routes-installed | record" },
	{ ACTIVATING_NONE, IN_PART,	"active routes-degraded | record" },
	{ ACTIVATING_NONE, OVER,	"releasing taken-over | record, withdraw" },
	{ ACTIVATING_NONE, ZEBRA_DOWN,	"activating zebra-lost | record" },
	{ ACTIVATING_NONE, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	/* A hold keeps operators from moving it, not the takeover from ending, well or not. */
	{ ACTIVATING_HELD, CONFIG | WAITING | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVATING_HELD, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVATING_HELD, TAKEOVERS | GIVE_UPS, "refuse held" },
	{ ACTIVATING_HELD, HOLD,	"refuse already-held" },
	{ ACTIVATING_HELD, RESUME,	"activating command-resume | accept, record" },
	{ ACTIVATING_HELD, INSTALLED,	"active routes-installed | record" },
	{ ACTIVATING_HELD, IN_PART,	"active routes-degraded | record" },
	{ ACTIVATING_HELD, IN_VAIN,	"activating routes-none | record" },
	{ ACTIVATING_HELD, OVER,	"releasing taken-over | record, withdraw" },
	{ ACTIVATING_HELD, ZEBRA_DOWN,	"activating zebra-lost | record" },
	{ ACTIVATING_HELD, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	/* Counters say nothing while zebra is away; giving up is still possible. */
	{ ACTIVATING_NO_ZEBRA, CONFIG | ROUTES | ELSEWHERE | ZEBRA_DOWN | TICKS, "-" },
	{ ACTIVATING_NO_ZEBRA, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVATING_NO_ZEBRA, TAKEOVERS, "refuse already-owner" },
	{ ACTIVATING_NO_ZEBRA, AWAY,	"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVATING_NO_ZEBRA, RELEASE,	"releasing command-release | accept, record, withdraw" },
	{ ACTIVATING_NO_ZEBRA, HOLD,	"activating command-hold | accept, record" },
	{ ACTIVATING_NO_ZEBRA, RESUME,	"refuse not-held" },
	{ ACTIVATING_NO_ZEBRA, ZEBRA_UP, "activating zebra-back | record" },
	{ ACTIVATING_NO_ZEBRA, SHUTDOWN, "releasing shutdown | record, withdraw" },

	/* One route that works is a reason to stay, one that has no answer yet to wait. */
	{ ACTIVE, CONFIG | WAITING | INSTALLED | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVE, REMOVED,		"releasing member-removed | record, withdraw" },
	{ ACTIVE, TAKEOVERS,		"refuse already-owner" },
	{ ACTIVE, AWAY,			"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVE, RELEASE,		"releasing command-release | accept, record, withdraw" },
	{ ACTIVE, HOLD,			"active command-hold | accept, record" },
	{ ACTIVE, RESUME,		"refuse not-held" },
	{ ACTIVE, IN_PART,		"active routes-degraded | record" },
	{ ACTIVE, IN_VAIN,		"active routes-none | record" },
	{ ACTIVE, OVER,			"releasing taken-over | record, withdraw" },
	{ ACTIVE, ZEBRA_DOWN,		"active zebra-lost | record" },
	{ ACTIVE, SHUTDOWN,		"releasing shutdown | record, withdraw" },

	{ ACTIVE_DEGRADED, CONFIG | WAITING | IN_PART | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVE_DEGRADED, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVE_DEGRADED, TAKEOVERS,	"refuse already-owner" },
	{ ACTIVE_DEGRADED, AWAY,	"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVE_DEGRADED, RELEASE,	"releasing command-release | accept, record, withdraw" },
	{ ACTIVE_DEGRADED, HOLD,	"active command-hold | accept, record" },
	{ ACTIVE_DEGRADED, RESUME,	"refuse not-held" },
	{ ACTIVE_DEGRADED, INSTALLED,	"active routes-installed | record" },
	{ ACTIVE_DEGRADED, IN_VAIN,	"active routes-none | record" },
	{ ACTIVE_DEGRADED, OVER,	"releasing taken-over | record, withdraw" },
	{ ACTIVE_DEGRADED, ZEBRA_DOWN,	"active zebra-lost | record" },
	{ ACTIVE_DEGRADED, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	/* The configuration, another owner, and the end of the daemon are stronger than a hold. */
	{ ACTIVE_HELD, CONFIG | WAITING | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVE_HELD, REMOVED,		"releasing member-removed | record, withdraw" },
	{ ACTIVE_HELD, TAKEOVERS | GIVE_UPS, "refuse held" },
	{ ACTIVE_HELD, HOLD,		"refuse already-held" },
	{ ACTIVE_HELD, RESUME,		"active command-resume | accept, record" },
	{ ACTIVE_HELD, INSTALLED,	"active routes-installed | record" },
	{ ACTIVE_HELD, IN_PART,		"active routes-degraded | record" },
	{ ACTIVE_HELD, IN_VAIN,		"active routes-none | record" },
	{ ACTIVE_HELD, OVER,		"releasing taken-over | record, withdraw" },
	{ ACTIVE_HELD, ZEBRA_DOWN,	"active zebra-lost | record" },
	{ ACTIVE_HELD, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	{ ACTIVE_NO_ZEBRA, CONFIG | ROUTES | ELSEWHERE | ZEBRA_DOWN | TICKS, "-" },
	{ ACTIVE_NO_ZEBRA, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVE_NO_ZEBRA, TAKEOVERS,	"refuse already-owner" },
	{ ACTIVE_NO_ZEBRA, AWAY,	"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVE_NO_ZEBRA, RELEASE,	"releasing command-release | accept, record, withdraw" },
	{ ACTIVE_NO_ZEBRA, HOLD,	"active command-hold | accept, record" },
	{ ACTIVE_NO_ZEBRA, RESUME,	"refuse not-held" },
	{ ACTIVE_NO_ZEBRA, ZEBRA_UP,	"active zebra-back | record" },
	{ ACTIVE_NO_ZEBRA, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	/* Only the confirmation of the last deletion ends it. */
	{ RELEASING, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICK_EARLY | SHUTDOWN,
					"-" },
	{ RELEASING, TAKEOVERS | GIVE_UPS, "refuse busy-releasing" },
	{ RELEASING, HOLD,		"releasing command-hold | accept, record" },
	{ RELEASING, RESUME,		"refuse not-held" },
	{ RELEASING, GONE,		"standby command-release | record routes-withdrawn" },
	{ RELEASING, ZEBRA_DOWN,	"releasing zebra-lost | record" },
	{ RELEASING, TICK_DUE,		"releasing withdraw-unconfirmed | record" },

	/* The deadline has passed: said once, and the state stays what it is. */
	{ RELEASING_OVERDUE, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICKS | SHUTDOWN,
					"-" },
	{ RELEASING_OVERDUE, TAKEOVERS | GIVE_UPS, "refuse busy-releasing" },
	{ RELEASING_OVERDUE, HOLD,	"releasing command-hold | accept, record" },
	{ RELEASING_OVERDUE, RESUME,	"refuse not-held" },
	{ RELEASING_OVERDUE, GONE,	"standby command-release | record routes-withdrawn" },
	{ RELEASING_OVERDUE, ZEBRA_DOWN, "releasing zebra-lost | record" },

	{ RELEASING_HELD, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICK_EARLY |
			  SHUTDOWN,	"-" },
	{ RELEASING_HELD, TAKEOVERS | GIVE_UPS, "refuse held" },
	{ RELEASING_HELD, HOLD,		"refuse already-held" },
	{ RELEASING_HELD, RESUME,	"releasing command-resume | accept, record" },
	{ RELEASING_HELD, GONE,		"standby command-release | record routes-withdrawn" },
	{ RELEASING_HELD, ZEBRA_DOWN,	"releasing zebra-lost | record" },
	{ RELEASING_HELD, TICK_DUE,	"releasing withdraw-unconfirmed | record" },

	/* bgpd may go on announcing what it learned from the zebra that is gone. */
	{ RELEASING_NO_ZEBRA, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA_DOWN | TICK_EARLY | SHUTDOWN,
					"-" },
	{ RELEASING_NO_ZEBRA, TAKEOVERS | GIVE_UPS, "refuse busy-releasing" },
	{ RELEASING_NO_ZEBRA, HOLD,	"releasing command-hold | accept, record" },
	{ RELEASING_NO_ZEBRA, RESUME,	"refuse not-held" },
	{ RELEASING_NO_ZEBRA, ZEBRA_UP,	"releasing zebra-back | record" },
	{ RELEASING_NO_ZEBRA, TICK_DUE,	"releasing withdraw-unconfirmed | record" },

	{ RELEASING_STOPPING, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICK_EARLY |
			      SHUTDOWN,	"-" },
	{ RELEASING_STOPPING, TAKEOVERS, "refuse stopping" },
	{ RELEASING_STOPPING, GIVE_UPS,	"refuse busy-releasing" },
	{ RELEASING_STOPPING, HOLD,	"releasing command-hold | accept, record" },
	{ RELEASING_STOPPING, RESUME,	"refuse not-held" },
	{ RELEASING_STOPPING, GONE,	"standby shutdown | record routes-withdrawn" },
	{ RELEASING_STOPPING, ZEBRA_DOWN, "releasing zebra-lost | record" },
	{ RELEASING_STOPPING, TICK_DUE,	"releasing withdraw-unconfirmed | record" },

	/* A release like any other: that routes come back meanwhile brings nothing back. */
	{ RELEASING_YIELDED, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICK_EARLY |
			     SHUTDOWN,	"-" },
	{ RELEASING_YIELDED, TAKEOVERS | GIVE_UPS, "refuse busy-releasing" },
	{ RELEASING_YIELDED, HOLD,	"releasing command-hold | accept, record" },
	{ RELEASING_YIELDED, RESUME,	"refuse not-held" },
	{ RELEASING_YIELDED, GONE,	"standby taken-over | record routes-withdrawn" },
	{ RELEASING_YIELDED, ZEBRA_DOWN, "releasing zebra-lost | record" },
	{ RELEASING_YIELDED, TICK_DUE,	"releasing withdraw-unconfirmed | record" },
	/* clang-format on */
};

#define MANUAL_STATES                                                                              \
	(1u << FRRD_STATE_STANDBY | 1u << FRRD_STATE_CLAIMING | 1u << FRRD_STATE_ACTIVATING |      \
	 1u << FRRD_STATE_ACTIVE | 1u << FRRD_STATE_RELEASING)
/* They are the same in every start; see test_sites_do_not_matter() and test_restore(). */
#define SITES_EVENTS                                                                               \
	(1u << FRRD_EVENT_FAILOVER_TO | 1u << FRRD_EVENT_VIEW | 1u << FRRD_EVENT_HEALTH |          \
	 1u << FRRD_EVENT_STALL | 1u << FRRD_EVENT_RESTORE)

/* Every start says what every input does, once; every state and event occurs. */
static void test_table_is_total(void **state)
{
	unsigned int seen[START_COUNT] = { 0 };
	unsigned int states = 0, events = 0;
	struct frrd_policy policy = usual_policy();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (seen[table[i].start] & table[i].inputs)
			fail_msg("%s: two rows for inputs %#x", starts[table[i].start].name,
				 seen[table[i].start] & table[i].inputs);
		seen[table[i].start] |= table[i].inputs;
	}
	for (int start = 0; start < START_COUNT; start++) {
		if (seen[start] != INPUT_END - 1)
			fail_msg("%s: no row for inputs %#x", starts[start].name,
				 ~seen[start] & (INPUT_END - 1));
		states |= 1u << starts[start].state;
	}
	for (unsigned int input = 1; input < INPUT_END; input <<= 1)
		events |= 1u << input_event((enum input)input, 0, &policy).type;
	assert_int_equal(states, MANUAL_STATES);
	assert_int_equal(events | SITES_EVENTS, (1u << EVENT_COUNT) - 1);
}

/* What the sites say to each other is nothing to the manual arbiter, in no start. */
static void test_sites_do_not_matter(void **state)
{
	const struct frrd_view view = {
		.known = true, .own_claim = true, .beacons = 6, .claims = 4, .requests = 6,
		.readies = 4, .grants = 2,
	};

	(void)state;
	for (int start = 0; start < START_COUNT; start++) {
		struct site site = site_in((enum start)start);
		const struct frrd_group before = site.group;
		const int64_t now_ms = site.now_ms;
		struct frrd_markers markers;

		frrd_group_markers(&site.group, &site.policy, &markers);
		assert_false(markers.claim || markers.ready || markers.request_for ||
			     markers.grant_to);
		expect_step(&site.group, &site.policy, view_at(now_ms, view), "-");
		expect_step(&site.group, &site.policy, event_at(now_ms, FRRD_EVENT_HEALTH), "-");
		expect_step(&site.group, &site.policy, event_at(now_ms, FRRD_EVENT_STALL), "-");
		expect_step(&site.group, &site.policy, to_at(now_ms, FRRD_EVENT_FAILOVER_TO, 2),
			    "refuse command-elsewhere");
		assert_true(same_group(&site.group, &before));
	}
}

/* Of the state file only the hold counts: an operator decides who owns the group. */
static void test_restore(void **state)
{
	struct frrd_event restore = event_at(0, FRRD_EVENT_RESTORE);
	struct site site = site_in(NEW_GROUP);
	struct frrd_kept kept;

	(void)state;
	restore.kept.owned = true;
	restore.kept.barred = true;
	restore.kept.held = true;
	expect_step(&site.group, &site.policy, restore, "-");
	assert_true(site.group.held);
	GIVE(&site, READY);
	assert_string_equal(give(&site, FAILOVER).text, "refuse held");
	frrd_group_keep(&site.group, &kept);
	assert_true(kept.held);
	assert_false(kept.owned || kept.barred);
	site = site_in(ACTIVATING);
	frrd_group_keep(&site.group, &kept);
	assert_true(kept.owned);
	assert_false(kept.held);
	site = site_in(RELEASING);
	frrd_group_keep(&site.group, &kept);
	assert_false(kept.owned);
}

static bool cell_holds(enum start start, enum input input, const char *expected)
{
	struct site site = site_in(start);
	struct frrd_policy policy = site.policy;
	struct frrd_event event = input_event(input, input_time(&site, input), &policy);
	struct step step = try_step(&site.group, &policy, &event);
	struct outcome outcome = outcome_of(&step.before, &step.after, &step.actions);
	const char *fault = step_fault(&step);

	if (strcmp(outcome.text, expected) == 0 && !fault)
		return true;
	print_error("%s + %s%s: expected \"%s\", got \"%s\"%s%s\n", starts[start].name,
		    event_words(&event).text, input == REMOVED ? " (no member any more)" : "",
		    expected, outcome.text, fault ? ", " : "", fault ? fault : "");
	return false;
}

/* The table of one start; *state is the start. */
static void test_start(void **state)
{
	const enum start start = *(const enum start *)*state;
	unsigned int wrong = 0, cells = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].start != start)
			continue;
		for (unsigned int input = 1; input < INPUT_END; input <<= 1) {
			if (!(table[i].inputs & input))
				continue;
			cells++;
			wrong += !cell_holds(start, (enum input)input, table[i].outcome);
		}
	}
	assert_int_equal(cells, INPUT_COUNT);
	assert_int_equal(wrong, 0);
}

/* --- times ---------------------------------------------------------------------- */

static void test_new_group(void **state)
{
	struct frrd_group group;

	(void)state;
	memset(&group, 0xff, sizeof(group));
	frrd_group_init(&group, 4711);
	assert_int_equal(group.state, FRRD_STATE_STANDBY);
	assert_int_equal(group.reason, FRRD_REASON_STARTED);
	assert_int_equal(group.since_ms, 4711);
	assert_true(group.deadline_ms == FRRD_NEVER);
	assert_false(group.held);
	assert_false(group.stopping);
	assert_false(group.zebra_up);
	assert_false(group.claim_waits);
	assert_int_equal(group.release_cause, FRRD_REASON_STARTED);
	assert_int_equal(group.routes.total, 0);
	assert_int_equal(group.routes.taken, 0);
	assert_int_equal(group.elsewhere.announced, 0);
}

/* A claim ends at its deadline, not before, and not twice. */
static void test_claim_deadline(void **state)
{
	static const int64_t timeouts_ms[] = { 1, 1000, 30000, 600000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(timeouts_ms); i++) {
		struct site site = site_in(STANDBY_TAKEN);
		struct frrd_policy *policy = &site.policy;
		int64_t due_ms = 100000 + timeouts_ms[i];

		policy->handover_timeout_ms = timeouts_ms[i];
		expect_step(&site.group, policy, event_at(100000, FRRD_EVENT_SWITCHOVER_HERE),
			    "claiming command-switchover-here | accept, record");
		assert_true(site.group.deadline_ms == due_ms);
		/* A commit in between does not move it. */
		policy->handover_timeout_ms = 5;
		expect_step(&site.group, policy, event_at(100000, FRRD_EVENT_CONFIG), "-");
		expect_step(&site.group, policy, event_at(due_ms - 1, FRRD_EVENT_TICK), "-");
		expect_step(&site.group, policy, event_at(due_ms, FRRD_EVENT_TICK),
			    "standby claim-timeout | record");
		assert_true(site.group.deadline_ms == FRRD_NEVER);
		expect_step(&site.group, policy, event_at(due_ms + 1, FRRD_EVENT_TICK), "-");
		/* And it can be tried again. */
		expect_step(&site.group, policy, event_at(due_ms + 2, FRRD_EVENT_SWITCHOVER_HERE),
			    "claiming command-switchover-here | accept, record");
		assert_true(site.group.deadline_ms == due_ms + 2 + 5);
	}
}

/* A claim that waits for answers has the same deadline. */
static void test_claim_deadline_without_answers(void **state)
{
	struct site site = site_in(STANDBY_ASKING);

	(void)state;
	expect_step(&site.group, &site.policy, failover_at(100000, false),
		    "claiming command-failover | accept, record");
	assert_true(site.group.deadline_ms == 100000 + HANDOVER_TIMEOUT_MS);
	expect_step(&site.group, &site.policy, elsewhere_at(110000, 0, 1), "-");
	/* The tick may come late. */
	expect_step(&site.group, &site.policy, event_at(900000, FRRD_EVENT_TICK),
		    "standby claim-timeout | record");
}

/* Every way to lose a group, and what its confirmation looks like. */
static const struct {
	enum input way;
	enum frrd_reason cause;
	const char *end;
} releases[] = {
	{ AWAY, FRRD_REASON_COMMAND_SWITCHOVER_AWAY,
	  "standby command-switchover-away | record routes-withdrawn" },
	{ RELEASE, FRRD_REASON_COMMAND_RELEASE,
	  "standby command-release | record routes-withdrawn" },
	{ REMOVED, FRRD_REASON_MEMBER_REMOVED, "standby member-removed | record routes-withdrawn" },
	{ SHUTDOWN, FRRD_REASON_SHUTDOWN, "standby shutdown | record routes-withdrawn" },
	{ OVER_REST, FRRD_REASON_TAKEN_OVER, "standby taken-over | record routes-withdrawn" },
	{ OVER_ALL, FRRD_REASON_TAKEN_OVER, "standby taken-over | record routes-withdrawn" },
};

/* A withdrawal is called unconfirmed at its deadline, once, and stays. */
static void test_withdraw_deadline(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		struct site site = site_in(ACTIVE);
		int64_t due_ms;

		give(&site, releases[i].way);
		due_ms = site.now_ms + WITHDRAW_TIMEOUT_MS;
		assert_true(site.group.deadline_ms == due_ms);
		expect_step(&site.group, &site.policy, event_at(due_ms - 1, FRRD_EVENT_TICK), "-");
		expect_step(&site.group, &site.policy, event_at(due_ms, FRRD_EVENT_TICK),
			    "releasing withdraw-unconfirmed | record");
		expect_step(&site.group, &site.policy, event_at(due_ms * 2, FRRD_EVENT_TICK), "-");
		expect_step(&site.group, &site.policy, routes_at(due_ms * 2, routes_gone),
			    releases[i].end);
		assert_true(site.group.deadline_ms == FRRD_NEVER);
	}
}

/* What happens on the way moves neither the deadline nor the time of entry. */
static void test_deadline_is_kept(void **state)
{
	static const enum input noise[] = { CONFIG, FAILOVER, FORCE,	  HERE,	   HOLD,  AWAY,
					    RESUME, TAKEN,    ASKING,	  QUEUED,  GOING, ZEBRA_UP,
					    FREE,   RELEASE,  TICK_EARLY, OVER_ALL };
	struct site site = site_in(ACTIVE);
	int64_t due_ms, since_ms;

	(void)state;
	give(&site, RELEASE);
	due_ms = site.group.deadline_ms;
	since_ms = site.group.since_ms;
	assert_int_equal(since_ms, site.now_ms);
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++) {
		struct frrd_event event = input_event(noise[i], site.now_ms + 1, &site.policy);

		checked_step(&site.group, &site.policy, &event);
		assert_int_equal(site.group.state, FRRD_STATE_RELEASING);
		assert_true(site.group.deadline_ms == due_ms);
		assert_true(site.group.since_ms == since_ms);
	}
}

/* However a claim ends, its deadline and its kind end with it. */
static void test_claim_leaves_nothing_behind(void **state)
{
	static const enum input ways[] = { REMOVED, AWAY, RELEASE, HOLD, FREE, TICK_DUE, SHUTDOWN };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct site site = site_in(CLAIMING_WAITING);

		assert_true(site.group.claim_waits);
		give(&site, ways[i]);
		assert_int_not_equal(site.group.state, FRRD_STATE_CLAIMING);
		assert_true(site.group.deadline_ms == FRRD_NEVER);
		assert_false(site.group.claim_waits);
		assert_true(site.group.since_ms == site.now_ms);
	}
}

/* A failover after a switchover that was cancelled does not wait as that did. */
static void test_kind_of_claim_is_not_inherited(void **state)
{
	struct site site = site_in(CLAIMING_WAITING);

	(void)state;
	GIVE(&site, RELEASE, ASKING, FAILOVER);
	assert_int_equal(site.group.state, FRRD_STATE_CLAIMING);
	assert_string_equal(give(&site, TAKEN).text, "standby claim-found-elsewhere | record");
}

/* The clock of a machine that is up for ages does not overflow anything. */
static void test_late_times(void **state)
{
	const int64_t late_ms = INT64_MAX / 2;
	struct site site = site_in(STANDBY_TAKEN);

	(void)state;
	expect_step(&site.group, &site.policy, event_at(late_ms, FRRD_EVENT_SWITCHOVER_HERE),
		    "claiming command-switchover-here | accept, record");
	expect_step(&site.group, &site.policy, elsewhere_at(late_ms, 0, 0),
		    "activating elsewhere-gone | record, announce");
	expect_step(&site.group, &site.policy, event_at(late_ms, FRRD_EVENT_RELEASE),
		    "releasing command-release | accept, record, withdraw");
	expect_step(&site.group, &site.policy,
		    event_at(late_ms + WITHDRAW_TIMEOUT_MS, FRRD_EVENT_TICK),
		    "releasing withdraw-unconfirmed | record");
}

/* --- routes --------------------------------------------------------------------- */

/* No verdict while an answer is missing, or a prefix was not handed to zebra yet. */
static void test_no_verdict_before_all_answers(void **state)
{
	static const struct frrd_routes early[] = {
		{ .total = 3, .announced = 2, .installed = 2 },
		{ .total = 3, .announced = 3, .installed = 2, .pending = 1 },
		{ .total = 3, .announced = 3, .failed = 2, .pending = 1 },
		{ .total = 3, .announced = 3, .pending = 3 },
		{ .total = 3, .announced = 2, .lost = 2, .taken = 2 },
		{ .total = 3, .announced = 3, .pending = 1, .lost = 2, .taken = 2 },
		{ .total = 3, .announced = 3, .installed = 1, .pending = 1, .lost = 1, .taken = 1 },
		{ .total = 3 },
	};
	static const enum start owners[] = { ACTIVATING, ACTIVE, ACTIVE_DEGRADED, ACTIVATING_NONE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		struct site site = site_in(owners[i]);

		for (size_t j = 0; j < ARRAY_SIZE(early); j++)
			expect_step(&site.group, &site.policy, routes_at(site.now_ms, early[j]),
				    "-");
	}
}

/* installed / degraded / none, for one prefix and for very many. */
static void test_verdicts(void **state)
{
	static const uint32_t totals[] = { 1, 2, 100000, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(totals); i++) {
		struct site site = site_in(ACTIVATING);
		uint32_t n = totals[i];
		struct frrd_routes none = { .total = n, .announced = n, .failed = n };
		struct frrd_routes most = {
			.total = n, .announced = n, .installed = n - 1, .lost = 1
		};
		struct frrd_routes all = { .total = n, .announced = n, .installed = n };

		expect_step(&site.group, &site.policy, routes_at(site.now_ms, none),
			    "activating routes-none | record");
		if (n > 1)
			expect_step(&site.group, &site.policy, routes_at(site.now_ms, most),
				    "active routes-degraded | record");
		expect_step(&site.group, &site.policy, routes_at(site.now_ms, all),
			    "active routes-installed | record");
		if (n > 1)
			expect_step(&site.group, &site.policy, routes_at(site.now_ms, most),
				    "active routes-degraded | record");
		expect_step(&site.group, &site.policy, routes_at(site.now_ms, none),
			    "active routes-none | record");
		expect_step(&site.group, &site.policy, routes_at(site.now_ms, all),
			    "active routes-installed | record");
	}
}

/* Wait, stay or yield, for one prefix and for very many, and yield once. */
static void test_yields(void **state)
{
	static const uint32_t totals[] = { 1, 2, 100000, UINT32_MAX };
	static const enum start owners[] = {
		ACTIVATING, ACTIVATING_NONE, ACTIVATING_HELD, ACTIVE, ACTIVE_DEGRADED, ACTIVE_HELD,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(totals); i++) {
		uint32_t n = totals[i];
		struct frrd_routes one_is_ours = {
			.total = n, .announced = n, .installed = 1, .lost = n - 1, .taken = n - 1
		};
		struct frrd_routes one_is_open = {
			.total = n, .announced = n, .pending = 1, .lost = n - 1, .taken = n - 1
		};
		struct frrd_routes one_is_theirs = {
			.total = n, .announced = n, .failed = n - 1, .lost = 1, .taken = 1
		};

		for (size_t j = 0; j < ARRAY_SIZE(owners); j++) {
			struct site site = site_in(owners[j]);

			expect_step(&site.group, &site.policy, routes_at(site.now_ms, one_is_open),
				    "-");
			if (n > 1) {
				struct frrd_event event = routes_at(site.now_ms, one_is_ours);

				checked_step(&site.group, &site.policy, &event);
				assert_int_equal(site.group.state, FRRD_STATE_ACTIVE);
				assert_int_equal(site.group.reason, FRRD_REASON_ROUTES_DEGRADED);
			}
			expect_step(&site.group, &site.policy,
				    routes_at(site.now_ms, one_is_theirs),
				    "releasing taken-over | record, withdraw");
			expect_step(&site.group, &site.policy,
				    routes_at(site.now_ms, one_is_theirs), "-");
		}
	}
}

/* What is known of other sites is no reason to yield: ours may be the better route. */
static void test_elsewhere_does_not_make_yield(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	assert_string_equal(give(&site, TAKEN).text, "-");
	assert_string_equal(give(&site, LOST_ALL).text, "active routes-none | record");
	assert_string_equal(give(&site, TAKEN).text, "-");
	assert_string_equal(give(&site, OVER_ALL).text, "releasing taken-over | record, withdraw");
}

/* While zebra is away nobody is seen; what it says when it is back counts. */
static void test_yields_after_zebra_is_back(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, OVER_ALL);
	assert_int_equal(site.group.state, FRRD_STATE_ACTIVE);
	GIVE(&site, QUEUED, ZEBRA_UP, OVER_EARLY);
	assert_int_equal(site.group.state, FRRD_STATE_ACTIVE);
	assert_string_equal(give(&site, OVER_ALL).text, "releasing taken-over | record, withdraw");
}

/* The hold that did not keep the group here keeps it from coming back. */
static void test_hold_outlives_yielding(void **state)
{
	struct site site = site_in(ACTIVE_HELD);

	(void)state;
	GIVE(&site, OVER_ALL, GONE, FREE);
	assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
	assert_int_equal(site.group.reason, FRRD_REASON_TAKEN_OVER);
	assert_true(site.group.held);
	assert_string_equal(give(&site, FAILOVER).text, "refuse held");
	assert_string_equal(give(&site, RESUME).text, "standby command-resume | accept, record");
	assert_string_equal(give(&site, FAILOVER).text,
			    "activating command-failover | accept, record, announce");
}

/* A release shows in the end why it began, whatever was said on the way. */
static void test_cause_of_release(void **state)
{
	static const enum input ways_on[][6] = {
		{ GONE },
		{ GOING, GONE },
		{ HOLD, GONE },
		{ HOLD, RESUME, GONE },
		{ TICK_DUE, GONE },
		{ TICK_DUE, HOLD, GONE },
		{ ZEBRA_DOWN, GONE, ZEBRA_UP },
		{ ZEBRA_DOWN, ZEBRA_UP, GONE },
		{ ZEBRA_DOWN, TICK_DUE, ZEBRA_UP, TICK_DUE, GONE },
		{ REMOVED, GONE },
		{ SHUTDOWN, GONE },
		{ RELEASE, AWAY, FORCE, GONE },
		{ OVER_ALL, INSTALLED, GONE },
	};
	static const enum start owners[] = { ACTIVATING, ACTIVATING_NONE, ACTIVE, ACTIVE_DEGRADED };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(owners) * ARRAY_SIZE(ways_on); j++) {
			struct site site = site_in(owners[j / ARRAY_SIZE(ways_on)]);

			give(&site, releases[i].way);
			assert_int_equal(site.group.reason, releases[i].cause);
			assert_int_equal(site.group.release_cause, releases[i].cause);
			give_all(&site, ways_on[j % ARRAY_SIZE(ways_on)], 6);
			assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
			assert_int_equal(site.group.reason, releases[i].cause);
		}
	}
}

/* Each release has its own cause; an earlier one does not come up again. */
static void test_cause_of_next_release(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		struct site site = site_in(ACTIVE);

		GIVE(&site, OVER_ALL, GONE, FREE, FAILOVER, INSTALLED, RELEASE, GONE);
		assert_int_equal(site.group.reason, FRRD_REASON_COMMAND_RELEASE);
		GIVE(&site, FREE, FAILOVER, INSTALLED);
		give(&site, releases[i].way);
		assert_string_equal(give(&site, GONE).text, releases[i].end);
	}
	/* Nor does a claim that ends show it. */
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		struct site site = site_in(ACTIVE);

		if (releases[i].way == REMOVED || releases[i].way == SHUTDOWN)
			continue;
		give(&site, releases[i].way);
		GIVE(&site, GONE, TAKEN, HERE);
		assert_string_equal(give(&site, TICK_DUE).text, "standby claim-timeout | record");
	}
}

/* The last prefix leaves the configuration of an owner. */
static void test_owner_without_prefixes(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	expect_step(&site.group, &site.policy, routes_at(site.now_ms, (struct frrd_routes){ 0 }),
		    "active routes-none | record");
	assert_string_equal(give(&site, RELEASE).text,
			    "releasing command-release | accept, record, withdraw");
	expect_step(&site.group, &site.policy, routes_at(site.now_ms, (struct frrd_routes){ 0 }),
		    "standby command-release | record routes-withdrawn");
}

/* Neither a prefix that is still wanted nor one with a deletion underway is gone. */
static void test_release_waits_for_each(void **state)
{
	static const struct frrd_routes unfinished[] = {
		{ .total = 2, .announced = 1 },
		{ .total = 2, .pending = 1 },
		{ .total = 2, .announced = 1, .pending = 1 },
		/* The prefix list lost an entry whose deletion is underway. */
		{ .total = 0, .pending = 1 },
	};
	struct site site = site_in(RELEASING);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unfinished); i++)
		expect_step(&site.group, &site.policy, routes_at(site.now_ms, unfinished[i]), "-");
	assert_string_equal(give(&site, GONE).text,
			    "standby command-release | record routes-withdrawn");
}

/* After zebra came back the verdict is said again, once. */
static void test_verdict_after_zebra_is_back(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, QUEUED, ZEBRA_UP);
	assert_string_equal(give(&site, INSTALLED).text, "active routes-installed | record");
	assert_string_equal(give(&site, INSTALLED).text, "-");
}

/* A withdrawal that zebra's death interrupted can end once zebra is back. */
static void test_release_ends_after_zebra_is_back(void **state)
{
	struct site site = site_in(RELEASING);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, GONE);
	assert_int_equal(site.group.state, FRRD_STATE_RELEASING);
	GIVE(&site, ZEBRA_UP, GONE);
	assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
	assert_int_equal(site.group.reason, FRRD_REASON_COMMAND_RELEASE);
}

/*
 * An overdue withdrawal, and zebra restarts: deletions are sent again, so that
 * they can be overdue again; without that the reason stays zebra-back for ever.
 */
static void test_release_is_overdue_again(void **state)
{
	struct site site = site_in(RELEASING_OVERDUE);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, ZEBRA_UP, GOING);
	assert_int_equal(site.group.state, FRRD_STATE_RELEASING);
	assert_false(site.group.deadline_ms == FRRD_NEVER);
	assert_string_equal(give(&site, TICK_DUE).text, "releasing withdraw-unconfirmed | record");
}

/* --- commands ------------------------------------------------------------------- */

static void test_refused_by_configuration(void **state)
{
	static const enum input takeovers[] = { FAILOVER, FORCE, HERE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(takeovers); i++) {
		struct site site = site_in(STANDBY);

		site.policy.complete = false;
		assert_string_equal(give(&site, takeovers[i]).text, "refuse incomplete");
		site.policy.member = false;
		assert_string_equal(give(&site, takeovers[i]).text, "refuse not-member");
	}
}

/* One prefix seen elsewhere is enough, however many answers are missing. */
static void test_taken_beats_unanswered(void **state)
{
	struct site site = site_in(STANDBY);

	(void)state;
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 1, 1), "-");
	assert_string_equal(give(&site, FAILOVER).text, "refuse announced-elsewhere");

	site = site_in(CLAIMING_ASKING);
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 1, 1),
		    "standby claim-found-elsewhere | record");

	site = site_in(CLAIMING_WAITING);
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 1, 1), "-");
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 0, 1), "-");
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 0, 0),
		    "activating elsewhere-gone | record, announce");
}

/* hold, resume, and then all is as it was. */
static void test_hold_and_resume(void **state)
{
	static const enum start movable[] = { STANDBY, ACTIVATING, ACTIVE, RELEASING };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(movable); i++) {
		struct site site = site_in(movable[i]);
		struct site plain = site;

		GIVE(&site, HOLD);
		assert_true(site.group.held);
		GIVE(&site, RELEASE, FAILOVER);
		GIVE(&site, RESUME);
		assert_false(site.group.held);
		assert_int_equal(site.group.state, plain.group.state);
		assert_string_equal(give(&site, FAILOVER).text, give(&plain, FAILOVER).text);
		assert_string_equal(give(&site, RELEASE).text, give(&plain, RELEASE).text);
	}
}

/* --- what is known about other sites -------------------------------------------- */

/*
 * A takeover without force needs zebra's answers of this connection.  What was
 * never asked, what an earlier zebra said, and what was seen before this site
 * itself announced the group is not knowledge.
 */
static void assert_asks_first(struct site *site)
{
	assert_int_equal(site->group.state, FRRD_STATE_STANDBY);
	assert_string_equal(give(site, FAILOVER).text,
			    "claiming command-failover | accept, record");
	assert_string_equal(give(site, FREE).text, "activating elsewhere-gone | record, announce");
}

static void test_new_group_knows_nothing(void **state)
{
	struct site site = site_in(NEW_GROUP);

	(void)state;
	GIVE(&site, ZEBRA_UP, GONE);
	assert_asks_first(&site);
}

static void test_knowledge_ends_with_zebra(void **state)
{
	struct site site = site_in(STANDBY);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, ZEBRA_UP);
	assert_asks_first(&site);

	/* An answer that was on its way when the connection broke. */
	site = site_in(STANDBY);
	GIVE(&site, ZEBRA_DOWN, FREE, ZEBRA_UP);
	assert_asks_first(&site);

	/* Nor does a waiting claim trust it. */
	site = site_in(CLAIMING_WAITING);
	GIVE(&site, ZEBRA_DOWN, FREE, ZEBRA_UP);
	assert_int_equal(site.group.state, FRRD_STATE_CLAIMING);
	assert_string_equal(give(&site, FREE).text, "activating elsewhere-gone | record, announce");
}

static void test_knowledge_ends_with_own_announcement(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	GIVE(&site, RELEASE, GONE);
	assert_asks_first(&site);

	site = site_in(STANDBY_YIELDED);
	assert_asks_first(&site);
}

/* The configuration that a claim began with has to hold when it ends. */
static void test_claim_asks_the_guards_again(void **state)
{
	static const enum start claims[] = { CLAIMING_WAITING, CLAIMING_ASKING };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		struct site site = site_in(claims[i]);
		struct frrd_event event;

		site.policy.complete = false;
		GIVE(&site, CONFIG, FREE);
		assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
		assert_int_equal(site.group.reason, FRRD_REASON_INCOMPLETE);

		site = site_in(claims[i]);
		event = routes_at(site.now_ms, (struct frrd_routes){ 0 });
		checked_step(&site.group, &site.policy, &event);
		GIVE(&site, FREE);
		assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
		assert_int_equal(site.group.reason, FRRD_REASON_NO_PREFIX);
	}
}

int main(void)
{
	static enum start all_starts[START_COUNT];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_table_is_total),
		cmocka_unit_test(test_sites_do_not_matter),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_new_group),
		cmocka_unit_test(test_claim_deadline),
		cmocka_unit_test(test_claim_deadline_without_answers),
		cmocka_unit_test(test_withdraw_deadline),
		cmocka_unit_test(test_deadline_is_kept),
		cmocka_unit_test(test_claim_leaves_nothing_behind),
		cmocka_unit_test(test_kind_of_claim_is_not_inherited),
		cmocka_unit_test(test_late_times),
		cmocka_unit_test(test_no_verdict_before_all_answers),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_yields),
		cmocka_unit_test(test_elsewhere_does_not_make_yield),
		cmocka_unit_test(test_yields_after_zebra_is_back),
		cmocka_unit_test(test_hold_outlives_yielding),
		cmocka_unit_test(test_cause_of_release),
		cmocka_unit_test(test_cause_of_next_release),
		cmocka_unit_test(test_owner_without_prefixes),
		cmocka_unit_test(test_release_waits_for_each),
		cmocka_unit_test(test_verdict_after_zebra_is_back),
		cmocka_unit_test(test_release_ends_after_zebra_is_back),
		cmocka_unit_test(test_release_is_overdue_again),
		cmocka_unit_test(test_refused_by_configuration),
		cmocka_unit_test(test_taken_beats_unanswered),
		cmocka_unit_test(test_hold_and_resume),
		cmocka_unit_test(test_new_group_knows_nothing),
		cmocka_unit_test(test_knowledge_ends_with_zebra),
		cmocka_unit_test(test_knowledge_ends_with_own_announcement),
		cmocka_unit_test(test_claim_asks_the_guards_again),
	};
	struct CMUnitTest group_fsm[ARRAY_SIZE(others) + START_COUNT];

	memcpy(group_fsm, others, sizeof(others));
	for (size_t i = 0; i < START_COUNT; i++) {
		all_starts[i] = (enum start)i;
		group_fsm[ARRAY_SIZE(others) + i] = (struct CMUnitTest){
			.name = starts[i].name,
			.test_func = test_start,
			.initial_state = &all_starts[i],
		};
	}
	return cmocka_run_group_tests(group_fsm, NULL, NULL);
}
