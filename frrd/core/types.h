/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types of the pure decision engine.
 *
 * Everything in frrd/core is free of I/O, clocks, allocation, logging and
 * globals.  Times are milliseconds of one monotonic clock that the caller
 * injects with every event; FRRD_NEVER means "no deadline".
 */
#ifndef FRRD_CORE_TYPES_H
#define FRRD_CORE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRRD_NEVER INT64_MAX

/*
 * What this site does for one group.
 *
 * STANDBY     announces nothing.
 * CLAIMING    was told to take over and waits until nobody else announces.
 * ACTIVATING  the routes were handed to zebra; not all are confirmed yet.
 * ACTIVE      owner: the routes were confirmed by zebra.
 * RELEASING   the routes are being taken back; not all are confirmed gone.
 */
enum frrd_state {
	FRRD_STATE_STANDBY,
	FRRD_STATE_CLAIMING,
	FRRD_STATE_ACTIVATING,
	FRRD_STATE_ACTIVE,
	FRRD_STATE_RELEASING,
};

/*
 * Reasons: one for every decision that step() can take.  The texts are in
 * reason.c; `show subnet-mover group NAME why` and the history print them.
 */
enum frrd_reason {
	/* why a group is where it is */
	FRRD_REASON_STARTED,
	FRRD_REASON_COMMAND_FAILOVER,
	FRRD_REASON_COMMAND_FORCE,
	FRRD_REASON_COMMAND_SWITCHOVER_HERE,
	FRRD_REASON_COMMAND_SWITCHOVER_AWAY,
	FRRD_REASON_COMMAND_RELEASE,
	FRRD_REASON_COMMAND_HOLD,
	FRRD_REASON_COMMAND_RESUME,
	FRRD_REASON_ELSEWHERE_GONE,
	FRRD_REASON_ROUTES_INSTALLED,
	FRRD_REASON_ROUTES_DEGRADED,
	FRRD_REASON_ROUTES_NONE,
	FRRD_REASON_ROUTES_WITHDRAWN,
	FRRD_REASON_CLAIM_TIMEOUT,
	FRRD_REASON_CLAIM_CANCELLED,
	FRRD_REASON_CLAIM_FOUND_ELSEWHERE,
	FRRD_REASON_WITHDRAW_UNCONFIRMED,
	FRRD_REASON_ZEBRA_LOST,
	FRRD_REASON_ZEBRA_BACK,
	FRRD_REASON_MEMBER_REMOVED,
	FRRD_REASON_TAKEN_OVER,
	FRRD_REASON_SHUTDOWN,
	/* why a command was refused */
	FRRD_REASON_NOT_MEMBER,
	FRRD_REASON_INCOMPLETE,
	FRRD_REASON_NO_PREFIX,
	FRRD_REASON_HELD,
	FRRD_REASON_NOT_HELD,
	FRRD_REASON_ALREADY_HELD,
	FRRD_REASON_ALREADY_OWNER,
	FRRD_REASON_NOT_OWNER,
	FRRD_REASON_BUSY_CLAIMING,
	FRRD_REASON_BUSY_RELEASING,
	FRRD_REASON_ZEBRA_DOWN,
	FRRD_REASON_ELSEWHERE,
	FRRD_REASON_UNTRACKED,
	FRRD_REASON_STOPPING,
	FRRD_REASON_COUNT, /* number of reasons, not a reason */
};

/* What the configuration says about a group at this site. */
struct frrd_policy {
	bool member;	     /* the local site is a member of the group */
	bool complete;	     /* every address family has a usable next-hop */
	int64_t handover_timeout_ms; /* how long a claim may wait, > 0 */
	int64_t withdraw_timeout_ms; /* until a withdrawal counts as stuck, > 0 */
};

/* Snapshot of a group's routes in zebra, counted in prefixes. */
struct frrd_routes {
	uint32_t total;	    /* prefixes of the group */
	uint32_t announced; /* wanted in zebra now */
	uint32_t installed; /* confirmed by zebra's owner notification */
	uint32_t pending;   /* sent or queued, add or delete, no answer yet */
	uint32_t failed;    /* refused by zebra: next-hop inactive, kernel error */
	uint32_t lost;	    /* another route for the same prefix is selected */
	uint32_t taken;	    /* of the lost: another site announces the prefix */
};

/* What nexthop tracking says about a group's prefixes. */
struct frrd_elsewhere {
	uint32_t announced; /* exact prefix present and not ours */
	uint32_t unknown;   /* tracked, but zebra has not answered yet */
};

/* State of one group.  Only frrd_group_step() writes to it. */
struct frrd_group {
	enum frrd_state state;
	enum frrd_reason reason; /* why it is in this state; see release_cause */
	enum frrd_reason release_cause; /* why the last withdrawal began */
	bool held;		 /* an operator forbade moves */
	bool stopping;		 /* the daemon is going down */
	bool zebra_up;
	bool claim_waits;	 /* CLAIMING: wait for the others to withdraw */
	int64_t since_ms;	 /* when state was entered */
	int64_t deadline_ms;	 /* next TICK wanted, or FRRD_NEVER */
	struct frrd_routes routes;
	struct frrd_elsewhere elsewhere;
};

#endif
