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

/* Times of the protocol that nobody configures, in ms; see doc/protocol.md. */
#define FRRD_CLAIM_LEAD_MS 40	   /* how far a claim goes ahead of the prefixes, at least wanted */
#define FRRD_CLAIM_WAY_MS 200	   /* a marker's way to another site, at most */
#define FRRD_CLAIM_SHOWN_MS (FRRD_CLAIM_WAY_MS / 2) /* a claim that stands so long is seen everywhere */
#define FRRD_ROUND_TRIP_MS (2 * FRRD_CLAIM_WAY_MS) /* ... and the other's answer is seen here */
#define FRRD_MISSING_GRACE_MS 500  /* a successor without a sign of readiness has given up */
#define FRRD_STALL_MS 200	   /* a process stopped for longer knows only what was true before */
#define FRRD_RESUME_MS 1000	   /* limit of rule 6 after zebra is up */
#define FRRD_GRANT_MEMORY_MS 5000  /* how long an owner yields to a successor after taking a grant back */

/* Sites have the numbers 1..15; a set of sites has bit (1 << id) for each. */
#define FRRD_SITE_MAX 15
#define FRRD_SITE_BIT(id) ((uint16_t)(1u << (id)))

/* Who decides which site owns a group. */
enum frrd_arbiter {
	FRRD_ARBITER_NONE, /* not configured yet */
	FRRD_ARBITER_MANUAL, /* an operator */
	FRRD_ARBITER_BGP,  /* the sites, by markers that routing carries */
};

/*
 * What this site does for one group.
 *
 * STANDBY     announces nothing and could take over.
 * REQUESTING  has asked the owner to hand the group over, to this site or, on
 *             behalf of an operator, to another one.
 * CLAIMING    is about to announce: waits until nobody else does, or until the
 *             claim has gone ahead of the prefixes.
 * ACTIVATING  the routes were handed to zebra; not all are confirmed yet.
 * ACTIVE      owner: the routes were confirmed by zebra.
 * DRAINING    owner that still announces and has granted the group to a successor.
 * RELEASING   the routes are being taken back; or they are gone and the grant
 *             waits for the successor's claim.
 * FENCED      announces nothing because there is no quorum.
 * HELD        announces nothing because an operator forbade moves.
 *
 * The manual arbiter knows no REQUESTING, DRAINING, FENCED and HELD.
 */
enum frrd_state {
	FRRD_STATE_STANDBY,
	FRRD_STATE_REQUESTING,
	FRRD_STATE_CLAIMING,
	FRRD_STATE_ACTIVATING,
	FRRD_STATE_ACTIVE,
	FRRD_STATE_DRAINING,
	FRRD_STATE_RELEASING,
	FRRD_STATE_FENCED,
	FRRD_STATE_HELD,
	FRRD_STATE_COUNT, /* number of states, not a state */
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
	/* the same, arbiter bgp */
	FRRD_REASON_UNOWNED,
	FRRD_REASON_OWNER_GONE,
	FRRD_REASON_STALLED,
	FRRD_REASON_GRANTED,
	FRRD_REASON_ASKED_REMOTELY,
	FRRD_REASON_COMMAND_REQUEST,
	FRRD_REASON_REQUEST_TIMEOUT,
	FRRD_REASON_REQUEST_CANCELLED,
	FRRD_REASON_GRANTED_TO_ANOTHER,
	FRRD_REASON_OWNER_CHANGED,
	FRRD_REASON_MOVED,
	FRRD_REASON_NO_QUORUM,
	FRRD_REASON_QUORUM_BACK,
	FRRD_REASON_SETTLED,
	FRRD_REASON_FENCED,
	FRRD_REASON_CONFLICT,
	FRRD_REASON_CONFLICT_OVER,
	FRRD_REASON_CONFLICT_YIELD,
	FRRD_REASON_GRANT_REQUESTED,
	FRRD_REASON_GRANT_MAINTENANCE,
	FRRD_REASON_GRANT_UNHEALTHY,
	FRRD_REASON_GRANT_FAILBACK,
	FRRD_REASON_GRANT_TIMEOUT,
	FRRD_REASON_GRANT_CANCELLED,
	FRRD_REASON_SUCCESSOR_LOST,
	FRRD_REASON_HANDED_OVER,
	FRRD_REASON_UNHEALTHY_KEPT,
	FRRD_REASON_UNHEALTHY_WITHDRAWN,
	FRRD_REASON_UNHEALTHY_AGAIN,
	FRRD_REASON_HEALTHY_AGAIN,
	FRRD_REASON_RESUMING,
	FRRD_REASON_RESUMED,
	FRRD_REASON_NOT_RESUMED,
	FRRD_REASON_FORCE_NO_QUORUM,
	FRRD_REASON_ARBITER_CHANGED,
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
	FRRD_REASON_MAINTENANCE,
	FRRD_REASON_UNHEALTHY,
	FRRD_REASON_SETTLING,
	FRRD_REASON_CLAIMED,
	FRRD_REASON_SUCCESSOR_NOT_READY,
	FRRD_REASON_NO_OWNER,
	FRRD_REASON_OWNER_ALIVE,
	FRRD_REASON_COMMAND_ELSEWHERE,
	FRRD_REASON_ALREADY_THERE,
	FRRD_REASON_BUSY_REQUESTING,
	FRRD_REASON_BUSY_DRAINING,
	FRRD_REASON_COUNT, /* number of reasons, not a reason */
};

/*
 * What the configuration says about a group at this site.  What is below
 * `withdraw_timeout_ms` is for the arbiter bgp; times are >= 0.
 */
struct frrd_policy {
	enum frrd_arbiter arbiter; /* BGP, or anything else for manual */
	bool member;	     /* the local site is a member of the group */
	bool complete;	     /* every address family has a usable next-hop */
	int64_t handover_timeout_ms; /* how long a claim, request or grant may wait, > 0 */
	int64_t withdraw_timeout_ms; /* until a withdrawal counts as stuck, > 0 */

	uint8_t self;	      /* id of the local site, 1..FRRD_SITE_MAX */
	uint16_t voters;      /* sites that vote, with this one */
	uint16_t members;     /* sites that are members of the group */
	uint16_t maintenance; /* sites under maintenance */
	uint8_t rank[FRRD_SITE_MAX + 1]; /* by site id; of members, unique, 0 is the best */
	bool auto_failover;	/* take over without a command */
	bool failback;		/* give back to a better rank without a command */
	bool make_before_break; /* order of a planned move */
	bool withdraw_alone;	/* an unhealthy owner without a successor withdraws */
	int64_t takeover_delay_ms;
	int64_t stagger_ms;
	int64_t fence_delay_ms;
	int64_t settle_time_ms;
	int64_t hold_down_ms;
	int64_t wait_to_restore_ms;
	int64_t damping_window_ms;
	uint32_t damping_max_moves; /* 0: any number; at most FRRD_MOVES_MAX */
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
	bool held;	    /* zebra was not asked to withdraw yet: programs run before that */
};

/* What nexthop tracking says about a group's prefixes. */
struct frrd_elsewhere {
	uint32_t announced; /* exact prefix present and not ours */
	uint32_t unknown;   /* tracked, but zebra has not answered yet */
};

/* What the markers say about a group and the sites; sets of sites. */
struct frrd_view {
	bool known;	   /* zebra has answered for every marker and beacon */
	bool own_claim;	   /* this site's claim of an earlier session still stands in zebra */
	bool own_grant;	   /* so does a grant of this site to somebody */
	uint16_t beacons;  /* sites that are alive; the own bit does not count */
	uint16_t claims;   /* other sites that claim the group */
	uint16_t requests; /* sites asked for; the own bit: another site asks for this one */
	uint16_t readies;  /* other sites that could take over */
	uint16_t grants;   /* successors that another site has granted the group to */
};

/* Moves that nobody ordered, for damping: the newest are kept. */
#define FRRD_MOVES_MAX 32
struct frrd_moves {
	uint8_t count;
	int64_t at_ms[FRRD_MOVES_MAX]; /* oldest first */
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

	/* arbiter bgp */
	struct frrd_view view;
	enum frrd_arbiter arbiter; /* under which the state came about */
	bool settled;		 /* quorum for settle-time without a break */
	bool unhealthy;		 /* the probes or the next-hop say so */
	bool barred;		 /* an operator released it here: no takeover by itself */
	bool resume;		 /* zebra may keep the routes of an earlier session (rule 6) */
	bool conflict;		 /* another site claims too, and has to yield */
	bool claim_void;	 /* RELEASING: the claim went with an earlier session */
	bool witnessed;		 /* this site saw an undisputed owner's claim go away */
	bool fence_waived;	 /* forced without quorum: no fence until there was one */
	bool claim_again;	 /* it had the group last: CLAIMING, and owner until it is healthy */
	bool grant_used;	 /* the grant to this site that still stands was followed */
	bool grant_asked;	 /* the grant answers a request */
	uint8_t last_owner;	 /* site whose claim was seen last, this one included; 0: none */
	uint8_t request_for;	 /* REQUESTING: the site that shall take over */
	uint8_t request_from;	 /* REQUESTING: the owner when it began; 0: none */
	uint8_t grant_to;	 /* successor that this owner has granted the group to; 0: none */
	uint8_t failed_to;	 /* the last one that did not come, or gave back; 0: none did */
	uint8_t granted_to;	 /* the last one; this site yields to its claim until granted_until_ms */
	uint8_t granter;	 /* the owner that granted; no yielding to its claim until granter_until_ms */
	uint8_t better;		 /* best-ranked ready site above this owner; 0: none */
	uint16_t seen_grants;	   /* successors granted since the last change of owner */
	uint16_t ignored_claims;   /* claims that this site does not yield to */
	uint16_t ignored_requests; /* requests that were answered or came too early */
	enum frrd_reason claim_cause; /* CLAIMING: why */
	int64_t quorum_since_ms; /* FRRD_NEVER: no quorum */
	int64_t quorum_lost_ms;	 /* when it was lost, or the start */
	int64_t free_since_ms;	 /* nobody claims or announces; FRRD_NEVER: somebody does */
	uint8_t sole_claimant;	 /* the only site that claims, 0: none or several, or this one */
	int64_t sole_since_ms;	 /* since when that is so */
	int64_t eligible_since_ms; /* this site could take over; FRRD_NEVER: it could not */
	int64_t stalled_until_ms; /* the process was stopped: it has to hear what happened first */
	int64_t better_since_ms; /* since when `better` is ready without a break */
	int64_t missing_since_ms; /* DRAINING, RELEASING: the successor shows no sign of readiness */
	int64_t announce_at_ms;	 /* CLAIMING: not before */
	int64_t unsure_until_ms; /* it may have been cut off when its successor claimed: no announcing */
	int64_t wait_until_ms;	 /* end of the operation in progress, or FRRD_NEVER */
	int64_t linger_until_ms; /* the successor claims: how long claim and grant stand yet;
				  * DRAINING: when it claimed last; FRRD_NEVER: it has not */
	int64_t claim_seen_ms;	 /* when another site's claim was seen last */
	int64_t grant_until_ms;	 /* while grant_to is set: end of the grant; FRRD_NEVER: it is not up yet */
	int64_t granted_until_ms;
	int64_t granter_until_ms;
	int64_t last_move_ms;	 /* last change of owner that was seen; FRRD_NEVER: none */
	struct frrd_moves moves;
};

/* Is the group announced in this state, or about to be? */
static inline bool frrd_state_announces(enum frrd_state state)
{
	return state == FRRD_STATE_ACTIVATING || state == FRRD_STATE_ACTIVE ||
	       state == FRRD_STATE_DRAINING;
}

#endif
