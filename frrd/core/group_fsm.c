// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state machine of one group; see group_fsm.h.
 *
 *            failover, switchover-here          nobody else announces
 *   STANDBY ---------------------------> CLAIMING ------------------+
 *      ^  ^                                |                        |
 *      |  +---- found elsewhere, timeout,--+                        v
 *      |        cancelled, hold                               ACTIVATING
 *      |                                                         |  |
 *      | all routes gone           release, switchover-away,     |  | all routes
 *      +------------- RELEASING <------ member removed, ---------+  | answered for
 *                         ^             taken over, shutdown        v
 *                         +-------------------------------------- ACTIVE
 *
 * Order within a transition: the state is set first, then actions are emitted.
 * What was sent to zebra is only pending until a ROUTES event confirms it.
 *
 * Deadlines.  CLAIMING has one: handover-timeout, after which the claim is
 * given up.  RELEASING has one: when zebra does not confirm, the group stays in
 * RELEASING with reason withdraw-unconfirmed, because a subnet that may still
 * be announced must not look released; the next ROUTES event ends it.
 *
 * zebra lost.  The adapter sends every wanted route again when zebra is back.
 * While it is away an owner stays owner: bgpd may go on announcing what it
 * learned.  RELEASING stays RELEASING for the same reason.
 */

#include <string.h>

#include "decide.h"
#include "group_fsm.h"

static void emit(struct frrd_actions *actions, struct frrd_action action)
{
	if (actions->count < FRRD_ACTIONS_MAX)
		actions->list[actions->count++] = action;
}

static void emit_plain(struct frrd_actions *actions, enum frrd_action_type type,
		       enum frrd_reason reason)
{
	emit(actions, (struct frrd_action){ .type = type, .reason = reason });
}

/* Enter `to` (or stay) for `reason` and record the decision. */
static void decide(struct frrd_group *group, const struct frrd_event *event,
		   struct frrd_actions *actions, enum frrd_state to, enum frrd_reason reason)
{
	enum frrd_state from = group->state;

	group->state = to;
	group->reason = reason;
	if (from != to) {
		group->since_ms = event->now_ms;
		group->deadline_ms = FRRD_NEVER;
		group->claim_waits = false;
	}
	emit(actions, (struct frrd_action){ .type = FRRD_ACTION_RECORD,
					    .from = from,
					    .to = to,
					    .reason = reason });
}

/* A decision that is worth a record only when it says something new. */
static void decide_once(struct frrd_group *group, const struct frrd_event *event,
			struct frrd_actions *actions, enum frrd_reason reason)
{
	if (group->reason != reason)
		decide(group, event, actions, group->state, reason);
}

/* What zebra told about others does not hold any more: it has to be asked again. */
static void forget_elsewhere(struct frrd_group *group)
{
	group->elsewhere.announced = 0;
	group->elsewhere.unknown = group->routes.total > 0 ? group->routes.total : 1;
}

static void start_announcing(struct frrd_group *group, const struct frrd_event *event,
			     struct frrd_actions *actions, enum frrd_reason reason)
{
	decide(group, event, actions, FRRD_STATE_ACTIVATING, reason);
	emit_plain(actions, FRRD_ACTION_ANNOUNCE, reason);
}

static void start_releasing(struct frrd_group *group, const struct frrd_policy *policy,
			    const struct frrd_event *event, struct frrd_actions *actions,
			    enum frrd_reason reason)
{
	decide(group, event, actions, FRRD_STATE_RELEASING, reason);
	group->release_cause = reason;
	group->deadline_ms = event->now_ms + policy->withdraw_timeout_ms;
	emit_plain(actions, FRRD_ACTION_WITHDRAW, reason);
}

static void start_claiming(struct frrd_group *group, const struct frrd_policy *policy,
			   const struct frrd_event *event, struct frrd_actions *actions,
			   enum frrd_reason reason, bool wait)
{
	decide(group, event, actions, FRRD_STATE_CLAIMING, reason);
	group->claim_waits = wait;
	group->deadline_ms = event->now_ms + policy->handover_timeout_ms;
}

/* A command to take over: refuse, wait, or begin. */
static void on_takeover(struct frrd_group *group, const struct frrd_policy *policy,
			const struct frrd_event *event, struct frrd_actions *actions,
			enum frrd_reason reason, bool wait)
{
	struct frrd_check checks[FRRD_GUARD_COUNT];
	enum frrd_guard failed;
	bool force = reason == FRRD_REASON_COMMAND_FORCE;
	/* What others announce can be waited for, or overridden by force. */
	enum frrd_guard limit = force || wait ? FRRD_GUARD_TRACKED : FRRD_GUARD_COUNT;

	frrd_takeover_checks(group, policy, checks);
	failed = frrd_first_failed(checks, limit);

	/* The answers are on their way: claim, and decide when they are in. */
	if (failed == FRRD_GUARD_TRACKED && checks[FRRD_GUARD_ELSEWHERE].ok)
		failed = FRRD_GUARD_COUNT;
	else if (failed == FRRD_GUARD_TRACKED)
		failed = FRRD_GUARD_ELSEWHERE;

	if (failed != FRRD_GUARD_COUNT) {
		emit_plain(actions, FRRD_ACTION_REFUSE, checks[failed].reason);
		return;
	}
	emit_plain(actions, FRRD_ACTION_ACCEPT, reason);
	if (force || (checks[FRRD_GUARD_TRACKED].ok && checks[FRRD_GUARD_ELSEWHERE].ok))
		start_announcing(group, event, actions, reason);
	else
		start_claiming(group, policy, event, actions, reason, wait);
}

static void on_give_up(struct frrd_group *group, const struct frrd_policy *policy,
		       const struct frrd_event *event, struct frrd_actions *actions,
		       enum frrd_reason reason)
{
	enum frrd_reason refusal = FRRD_REASON_NOT_OWNER;

	if (group->held)
		refusal = FRRD_REASON_HELD;
	else if (group->state == FRRD_STATE_RELEASING)
		refusal = FRRD_REASON_BUSY_RELEASING;
	else if (group->state == FRRD_STATE_CLAIMING) {
		emit_plain(actions, FRRD_ACTION_ACCEPT, FRRD_REASON_CLAIM_CANCELLED);
		decide(group, event, actions, FRRD_STATE_STANDBY, FRRD_REASON_CLAIM_CANCELLED);
		return;
	} else if (group->state != FRRD_STATE_STANDBY) {
		emit_plain(actions, FRRD_ACTION_ACCEPT, reason);
		start_releasing(group, policy, event, actions, reason);
		return;
	}
	emit_plain(actions, FRRD_ACTION_REFUSE, refusal);
}

static void on_hold(struct frrd_group *group, const struct frrd_event *event,
		    struct frrd_actions *actions, bool hold)
{
	enum frrd_reason reason = hold ? FRRD_REASON_COMMAND_HOLD : FRRD_REASON_COMMAND_RESUME;

	if (group->held == hold) {
		emit_plain(actions, FRRD_ACTION_REFUSE,
			   hold ? FRRD_REASON_ALREADY_HELD : FRRD_REASON_NOT_HELD);
		return;
	}
	group->held = hold;
	emit_plain(actions, FRRD_ACTION_ACCEPT, reason);
	/* A claim is a move that has not begun yet: a hold cancels it. */
	decide(group, event, actions,
	       group->state == FRRD_STATE_CLAIMING ? FRRD_STATE_STANDBY : group->state, reason);
}

/* Every announced route has its answer: say what came out. */
static void judge_routes(struct frrd_group *group, const struct frrd_policy *policy,
			 const struct frrd_event *event, struct frrd_actions *actions)
{
	const struct frrd_routes *routes = &group->routes;

	if (routes->announced < routes->total || routes->pending > 0)
		return;
	/* Two owners are worse than none: the one that announces nothing yields. */
	if (routes->announced > 0 && routes->installed == 0 && routes->taken > 0) {
		start_releasing(group, policy, event, actions, FRRD_REASON_TAKEN_OVER);
		return;
	}
	if (routes->installed == 0) {
		decide_once(group, event, actions, FRRD_REASON_ROUTES_NONE);
		return;
	}
	if (group->state == FRRD_STATE_ACTIVATING)
		decide(group, event, actions, FRRD_STATE_ACTIVE,
		       routes->installed == routes->total ? FRRD_REASON_ROUTES_INSTALLED
							  : FRRD_REASON_ROUTES_DEGRADED);
	else
		decide_once(group, event, actions,
			    routes->installed == routes->total ? FRRD_REASON_ROUTES_INSTALLED
							       : FRRD_REASON_ROUTES_DEGRADED);
}

static bool routes_gone(const struct frrd_group *group)
{
	return group->routes.announced == 0 && group->routes.pending == 0;
}

/* Others may have taken over while this site still announced. */
static void end_release(struct frrd_group *group, const struct frrd_event *event,
			struct frrd_actions *actions)
{
	decide(group, event, actions, FRRD_STATE_STANDBY, FRRD_REASON_ROUTES_WITHDRAWN);
	/* That zebra confirmed is for the history; people ask why it was withdrawn. */
	group->reason = group->release_cause;
	forget_elsewhere(group);
}

static void on_routes(struct frrd_group *group, const struct frrd_policy *policy,
		      const struct frrd_event *event, struct frrd_actions *actions)
{
	group->routes = event->routes;
	switch (group->state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_CLAIMING:
		return;
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
		/* While zebra is away the counters only say what is queued. */
		if (group->zebra_up)
			judge_routes(group, policy, event, actions);
		return;
	case FRRD_STATE_RELEASING:
		/* Without zebra nothing is confirmed; bgpd may go on announcing. */
		if (group->zebra_up && routes_gone(group))
			end_release(group, event, actions);
		return;
	}
}

/* The way is free: ask the guards again, the configuration may have changed. */
static void end_claim(struct frrd_group *group, const struct frrd_policy *policy,
		      const struct frrd_event *event, struct frrd_actions *actions)
{
	struct frrd_check checks[FRRD_GUARD_COUNT];
	enum frrd_guard failed;

	frrd_takeover_checks(group, policy, checks);
	failed = frrd_first_failed(checks, FRRD_GUARD_IDLE);
	if (failed != FRRD_GUARD_COUNT)
		decide(group, event, actions, FRRD_STATE_STANDBY, checks[failed].reason);
	else
		start_announcing(group, event, actions, FRRD_REASON_ELSEWHERE_GONE);
}

static void on_elsewhere(struct frrd_group *group, const struct frrd_policy *policy,
			 const struct frrd_event *event, struct frrd_actions *actions)
{
	/* An answer that a lost connection still delivered says nothing. */
	if (!group->zebra_up)
		return;
	group->elsewhere = event->elsewhere;
	if (group->state != FRRD_STATE_CLAIMING)
		return;
	if (group->elsewhere.announced > 0 && !group->claim_waits)
		decide(group, event, actions, FRRD_STATE_STANDBY,
		       FRRD_REASON_CLAIM_FOUND_ELSEWHERE);
	else if (group->elsewhere.announced == 0 && group->elsewhere.unknown == 0)
		end_claim(group, policy, event, actions);
}

static void on_config(struct frrd_group *group, const struct frrd_policy *policy,
		      const struct frrd_event *event, struct frrd_actions *actions)
{
	if (policy->member)
		return;
	switch (group->state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_RELEASING:
		return;
	case FRRD_STATE_CLAIMING:
		decide(group, event, actions, FRRD_STATE_STANDBY, FRRD_REASON_MEMBER_REMOVED);
		return;
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
		start_releasing(group, policy, event, actions, FRRD_REASON_MEMBER_REMOVED);
		return;
	}
}

static void on_shutdown(struct frrd_group *group, const struct frrd_policy *policy,
			const struct frrd_event *event, struct frrd_actions *actions)
{
	group->stopping = true;
	switch (group->state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_RELEASING:
		return;
	case FRRD_STATE_CLAIMING:
		decide(group, event, actions, FRRD_STATE_STANDBY, FRRD_REASON_SHUTDOWN);
		return;
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
		start_releasing(group, policy, event, actions, FRRD_REASON_SHUTDOWN);
		return;
	}
}

static void on_tick(struct frrd_group *group, const struct frrd_event *event,
		    struct frrd_actions *actions)
{
	if (event->now_ms < group->deadline_ms)
		return;
	group->deadline_ms = FRRD_NEVER;
	if (group->state == FRRD_STATE_CLAIMING)
		decide(group, event, actions, FRRD_STATE_STANDBY, FRRD_REASON_CLAIM_TIMEOUT);
	else if (group->state == FRRD_STATE_RELEASING)
		decide_once(group, event, actions, FRRD_REASON_WITHDRAW_UNCONFIRMED);
}

static void on_zebra(struct frrd_group *group, const struct frrd_policy *policy,
		     const struct frrd_event *event, struct frrd_actions *actions, bool up)
{
	if (group->zebra_up == up)
		return;
	group->zebra_up = up;
	if (!up)
		forget_elsewhere(group);
	switch (group->state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_CLAIMING:
		return;
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_RELEASING:
		/* What became known while zebra was away counts now. */
		if (up && group->state == FRRD_STATE_RELEASING && routes_gone(group)) {
			end_release(group, event, actions);
			return;
		}
		decide(group, event, actions, group->state,
		       up ? FRRD_REASON_ZEBRA_BACK : FRRD_REASON_ZEBRA_LOST);
		/* Deletions are sent again, so the wait for their answers begins anew. */
		if (up && group->state == FRRD_STATE_RELEASING)
			group->deadline_ms = event->now_ms + policy->withdraw_timeout_ms;
		return;
	}
}

void frrd_group_init(struct frrd_group *ret_group, int64_t now_ms)
{
	memset(ret_group, 0, sizeof(*ret_group));
	ret_group->state = FRRD_STATE_STANDBY;
	ret_group->reason = FRRD_REASON_STARTED;
	ret_group->since_ms = now_ms;
	ret_group->deadline_ms = FRRD_NEVER;
	forget_elsewhere(ret_group);
}

void frrd_group_step(struct frrd_group *group, const struct frrd_policy *policy,
		     const struct frrd_event *event, struct frrd_actions *ret_actions)
{
	ret_actions->count = 0;
	switch (event->type) {
	case FRRD_EVENT_CONFIG:
		on_config(group, policy, event, ret_actions);
		return;
	case FRRD_EVENT_FAILOVER:
		on_takeover(group, policy, event, ret_actions,
			    event->force ? FRRD_REASON_COMMAND_FORCE : FRRD_REASON_COMMAND_FAILOVER,
			    false);
		return;
	case FRRD_EVENT_SWITCHOVER_HERE:
		on_takeover(group, policy, event, ret_actions,
			    FRRD_REASON_COMMAND_SWITCHOVER_HERE, true);
		return;
	case FRRD_EVENT_SWITCHOVER_AWAY:
		on_give_up(group, policy, event, ret_actions,
			   FRRD_REASON_COMMAND_SWITCHOVER_AWAY);
		return;
	case FRRD_EVENT_RELEASE:
		on_give_up(group, policy, event, ret_actions, FRRD_REASON_COMMAND_RELEASE);
		return;
	case FRRD_EVENT_HOLD:
		on_hold(group, event, ret_actions, true);
		return;
	case FRRD_EVENT_RESUME:
		on_hold(group, event, ret_actions, false);
		return;
	case FRRD_EVENT_ROUTES:
		on_routes(group, policy, event, ret_actions);
		return;
	case FRRD_EVENT_ELSEWHERE:
		on_elsewhere(group, policy, event, ret_actions);
		return;
	case FRRD_EVENT_ZEBRA_UP:
		on_zebra(group, policy, event, ret_actions, true);
		return;
	case FRRD_EVENT_ZEBRA_DOWN:
		on_zebra(group, policy, event, ret_actions, false);
		return;
	case FRRD_EVENT_TICK:
		on_tick(group, event, ret_actions);
		return;
	case FRRD_EVENT_SHUTDOWN:
		on_shutdown(group, policy, event, ret_actions);
		return;
	}
}
