/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts and inputs of the tests of the manual arbiter: a group in each state that
 * events can bring it to, and everything that can happen to it then.
 */
#ifndef FRRD_TESTS_CORE_STARTS_H
#define FRRD_TESTS_CORE_STARTS_H

#include "tests/core/support.h"

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
struct start_path {
	const char *name;
	enum frrd_state state;
	enum input path[START_PATH_MAX];
};
extern const struct start_path starts[START_COUNT];

/* A group, the configuration, and the clock. */
struct site {
	struct frrd_group group;
	struct frrd_policy policy;
	int64_t now_ms;
};

/* Snapshots of two prefixes: sent, installed, not wanted and gone. */
extern const struct frrd_routes routes_queued, routes_installed, routes_gone;

/* Make the event of an input; REMOVED changes the policy as well. */
struct frrd_event input_event(enum input input, int64_t now_ms, struct frrd_policy *policy);

/* When it would be given: a second later, or at the deadline. */
int64_t input_time(const struct site *site, enum input input);

/* One input; fails the test when an invariant breaks. */
struct outcome give(struct site *site, enum input input);

/* Up to `count` of them; a 0 ends the list. */
void give_all(struct site *site, const enum input *inputs, size_t count);

#define GIVE(site, ...)                                                                            \
	do {                                                                                       \
		static const enum input give_list[] = { __VA_ARGS__ };                             \
                                                                                                   \
		give_all(site, give_list, ARRAY_SIZE(give_list));                                  \
	} while (0)

/* A group in this start; fails the test when it does not get there. */
struct site site_in(enum start start);

#endif
