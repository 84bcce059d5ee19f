/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the files that make up the state machine: group_fsm.c (what both
 * arbiters have in common), group_manual.c, and for the arbiter bgp group_bgp.c
 * (inputs and resting), group_takeover.c and group_owner.c.
 */
#ifndef FRRD_CORE_GROUP_INTERNAL_H
#define FRRD_CORE_GROUP_INTERNAL_H

#include "action.h"
#include "event.h"
#include "types.h"

/* One step in progress. */
struct fsm {
	struct frrd_group *group;
	const struct frrd_policy *policy;
	const struct frrd_event *event;
	struct frrd_actions *actions;
};

/* --- group_fsm.c ---------------------------------------------------------- */

/* Enter `to` (or stay) for `reason` and record the decision. */
void fsm_decide(const struct fsm *m, enum frrd_state to, enum frrd_reason reason);

/* A decision that is worth a record only when it says something new. */
void fsm_decide_once(const struct fsm *m, enum frrd_reason reason);

/* The answer to a command. */
void fsm_accept(const struct fsm *m, enum frrd_reason reason);
void fsm_refuse(const struct fsm *m, enum frrd_reason reason);

/* Rule 1: begin to announce; take everything back. */
void fsm_announce(const struct fsm *m, enum frrd_reason reason);
void fsm_release(const struct fsm *m, enum frrd_reason reason);

/* Everything is taken back: rest in `to`. */
void fsm_end_release(const struct fsm *m, enum frrd_state to);

/*
 * What the event says about the routes is known from here on.  True: a withdrawal that
 * was held has begun, and its time until it counts as unconfirmed begins as well.
 */
bool fsm_take_routes(const struct fsm *m);

/* Has zebra confirmed that nothing of the group is left? */
bool fsm_routes_gone(const struct frrd_group *group);

/* Has every route its answer, and is none of them installed? */
bool fsm_routes_none(const struct frrd_group *group);

/* Every announced route has its answer: say what came out. */
void fsm_judge_routes(const struct fsm *m);

/* What zebra told about others does not hold any more: it has to be asked again. */
void fsm_forget_elsewhere(struct frrd_group *group);

/* Was a decision made in this step? */
bool fsm_decided(const struct fsm *m);

/* --- the two arbiters ----------------------------------------------------- */

void fsm_manual(const struct fsm *m);
void fsm_bgp(const struct fsm *m);

/* --- arbiter bgp ---------------------------------------------------------- */

/* The state in which this site rests now: STANDBY, HELD or FENCED. */
enum frrd_state fsm_rest_state(const struct fsm *m);

/* group_bgp_command.c: an operator's command. */
void fsm_bgp_command(const struct fsm *m);

/* group_takeover.c: rules of the states without announcement; claims. */
void fsm_standby_rules(const struct fsm *m);
void fsm_requesting_rules(const struct fsm *m);
void fsm_claiming_rules(const struct fsm *m);
void fsm_request(const struct fsm *m, uint8_t site, enum frrd_reason reason);
void fsm_claim(const struct fsm *m, enum frrd_reason reason, int64_t announce_at_ms, bool again);
int64_t fsm_claim_due(const struct fsm *m);

/* group_owner.c: rules of the owner, and of what it leaves behind. */
void fsm_owner_rules(const struct fsm *m);
void fsm_draining_rules(const struct fsm *m);
void fsm_releasing_rules(const struct fsm *m);
void fsm_grant(const struct fsm *m, uint8_t successor, enum frrd_reason reason);
void fsm_forget_grant(const struct fsm *m);
bool fsm_owner_is_new(const struct fsm *m);

#endif
