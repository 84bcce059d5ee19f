// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state machine of one group; see group_fsm.h.  This file has the entry and
 * what both arbiters share: recording, announcing, withdrawing, and judging what
 * zebra says about the routes.  doc/architecture.md has the picture.
 *
 * Order within a transition: the state is set first, then actions are emitted.
 * What was sent to zebra is only pending until a ROUTES event confirms it.
 *
 * RELEASING ends only with zebra's confirmation: a subnet that may still be
 * announced must not look released.
 *
 * zebra lost.  While it is away an owner stays owner: bgpd may go on announcing
 * what it learned.  RELEASING stays RELEASING for the same reason.
 */

#include <string.h>

#include "group_fsm.h"
#include "group_internal.h"

static void emit(const struct fsm *m, struct frrd_action action)
{
	if (m->actions->count < FRRD_ACTIONS_MAX)
		m->actions->list[m->actions->count++] = action;
}

void fsm_accept(const struct fsm *m, enum frrd_reason reason)
{
	emit(m, (struct frrd_action){ .type = FRRD_ACTION_ACCEPT, .reason = reason });
}

void fsm_refuse(const struct fsm *m, enum frrd_reason reason)
{
	emit(m, (struct frrd_action){ .type = FRRD_ACTION_REFUSE, .reason = reason });
}

void fsm_decide(const struct fsm *m, enum frrd_state to, enum frrd_reason reason)
{
	struct frrd_group *group = m->group;
	enum frrd_state from = group->state;

	group->state = to;
	group->reason = reason;
	if (from != to) {
		group->since_ms = m->event->now_ms;
		group->deadline_ms = FRRD_NEVER;
		group->claim_waits = false;
	}
	emit(m, (struct frrd_action){ .type = FRRD_ACTION_RECORD,
				      .from = from,
				      .to = to,
				      .reason = reason });
}

void fsm_decide_once(const struct fsm *m, enum frrd_reason reason)
{
	if (m->group->reason != reason)
		fsm_decide(m, m->group->state, reason);
}

bool fsm_decided(const struct fsm *m)
{
	for (size_t i = 0; i < m->actions->count; i++)
		if (m->actions->list[i].type == FRRD_ACTION_RECORD)
			return true;
	return false;
}

void fsm_forget_elsewhere(struct frrd_group *group)
{
	group->elsewhere.announced = 0;
	group->elsewhere.unknown = group->routes.total > 0 ? group->routes.total : 1;
}

/*
 * What was known about the routes was true before; the adapter answers every
 * action with a ROUTES event.  The manual arbiter asks the routes in that event
 * only.
 */
static void expect_routes(const struct fsm *m, uint32_t announced)
{
	struct frrd_routes *routes = &m->group->routes;

	if (m->policy->arbiter != FRRD_ARBITER_BGP)
		return;
	routes->announced = announced;
	routes->installed = 0;
	routes->pending = routes->total > 0 ? routes->total : 1;
}

void fsm_announce(const struct fsm *m, enum frrd_reason reason)
{
	fsm_decide(m, FRRD_STATE_ACTIVATING, reason);
	expect_routes(m, m->group->routes.total);
	emit(m, (struct frrd_action){ .type = FRRD_ACTION_ANNOUNCE, .reason = reason });
}

void fsm_release(const struct fsm *m, enum frrd_reason reason)
{
	fsm_decide(m, FRRD_STATE_RELEASING, reason);
	expect_routes(m, 0);
	/* Who lets go of a group does not ask for it any more. */
	m->group->request_for = 0;
	m->group->release_cause = reason;
	m->group->deadline_ms = m->event->now_ms + m->policy->withdraw_timeout_ms;
	emit(m, (struct frrd_action){ .type = FRRD_ACTION_WITHDRAW, .reason = reason });
}

/* Others may have taken over while this site still announced. */
void fsm_end_release(const struct fsm *m, enum frrd_state to)
{
	fsm_decide(m, to, FRRD_REASON_ROUTES_WITHDRAWN);
	/* That zebra confirmed is for the history; people ask why it was withdrawn. */
	m->group->reason = m->group->release_cause;
	fsm_forget_elsewhere(m->group);
}

bool fsm_take_routes(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	bool held = group->routes.held;

	group->routes = m->event->routes;
	return group->state == FRRD_STATE_RELEASING && held && !group->routes.held;
}

bool fsm_routes_gone(const struct frrd_group *group)
{
	return group->routes.announced == 0 && group->routes.pending == 0;
}

static bool all_answered(const struct frrd_routes *routes)
{
	return routes->announced >= routes->total && routes->pending == 0;
}

bool fsm_routes_none(const struct frrd_group *group)
{
	return all_answered(&group->routes) && group->routes.announced > 0 &&
	       group->routes.installed == 0;
}

/* Rules 4 and 8 have said more about this owner than its routes could. */
static bool keeps_reason(const struct frrd_group *group)
{
	if (group->state == FRRD_STATE_DRAINING)
		return true;
	return group->reason == FRRD_REASON_UNHEALTHY_KEPT &&
	       (group->state == FRRD_STATE_ACTIVE || group->routes.installed == 0);
}

void fsm_judge_routes(const struct fsm *m)
{
	const struct frrd_routes *routes = &m->group->routes;
	enum frrd_reason reason = routes->installed == routes->total ? FRRD_REASON_ROUTES_INSTALLED
								     : FRRD_REASON_ROUTES_DEGRADED;

	if (!all_answered(routes))
		return;
	/* Two owners are worse than none: the one that announces nothing yields. */
	if (routes->announced > 0 && routes->installed == 0 && routes->taken > 0)
		fsm_release(m, FRRD_REASON_TAKEN_OVER);
	else if (keeps_reason(m->group))
		return;
	else if (routes->installed == 0)
		fsm_decide_once(m, FRRD_REASON_ROUTES_NONE);
	else if (m->group->state == FRRD_STATE_ACTIVATING)
		fsm_decide(m, FRRD_STATE_ACTIVE, reason);
	else
		fsm_decide_once(m, reason);
}

void frrd_group_init(struct frrd_group *ret_group, int64_t now_ms)
{
	memset(ret_group, 0, sizeof(*ret_group));
	ret_group->state = FRRD_STATE_STANDBY;
	ret_group->reason = FRRD_REASON_STARTED;
	ret_group->since_ms = now_ms;
	ret_group->deadline_ms = FRRD_NEVER;
	ret_group->quorum_since_ms = FRRD_NEVER;
	ret_group->quorum_lost_ms = now_ms;
	ret_group->free_since_ms = FRRD_NEVER;
	ret_group->eligible_since_ms = FRRD_NEVER;
	ret_group->missing_since_ms = FRRD_NEVER;
	ret_group->wait_until_ms = FRRD_NEVER;
	ret_group->linger_until_ms = FRRD_NEVER;
	ret_group->last_move_ms = FRRD_NEVER;
	fsm_forget_elsewhere(ret_group);
}

void frrd_group_keep(const struct frrd_group *group, struct frrd_kept *ret_kept)
{
	memset(ret_kept, 0, sizeof(*ret_kept));
	/* Whose grant may just have been followed does not come back as the owner. */
	ret_kept->owned = frrd_state_announces(group->state) && !group->granted_to;
	ret_kept->held = group->held;
	ret_kept->barred = group->barred;
	ret_kept->moves = group->moves;
}

/*
 * The configuration names another arbiter.  An owner stays owner.  What the
 * other arbiter had begun with the other sites is over.
 */
static void change_arbiter(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	group->arbiter = m->policy->arbiter;
	group->view = (struct frrd_view){ .known = false }; /* of another time */
	group->request_for = 0;
	group->grant_to = 0;
	group->wait_until_ms = FRRD_NEVER;
	group->deadline_ms = FRRD_NEVER;
	group->quorum_since_ms = FRRD_NEVER;
	group->quorum_lost_ms = m->event->now_ms;
	/* The sites are converted one after the other: no fence before there was a quorum. */
	group->fence_waived = frrd_state_announces(group->state);
	if (group->resume) {
		group->resume = false;
		fsm_release(m, FRRD_REASON_NOT_RESUMED);
		return;
	}
	switch (group->state) {
	case FRRD_STATE_REQUESTING:
	case FRRD_STATE_CLAIMING:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
		fsm_decide(m, FRRD_STATE_STANDBY, FRRD_REASON_ARBITER_CHANGED);
		return;
	case FRRD_STATE_DRAINING:
		if (m->policy->member)
			fsm_decide(m, FRRD_STATE_ACTIVE, FRRD_REASON_ARBITER_CHANGED);
		else
			fsm_release(m, FRRD_REASON_MEMBER_REMOVED);
		return;
	case FRRD_STATE_RELEASING:
		group->deadline_ms = m->event->now_ms + m->policy->withdraw_timeout_ms;
		return;
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_COUNT:
		return;
	}
}

void frrd_group_step(struct frrd_group *group, const struct frrd_policy *policy,
		     const struct frrd_event *event, struct frrd_actions *ret_actions)
{
	struct fsm m = { .group = group, .policy = policy, .event = event, .actions = ret_actions };

	ret_actions->count = 0;
	if (group->arbiter != policy->arbiter)
		change_arbiter(&m);
	if (policy->arbiter == FRRD_ARBITER_BGP)
		fsm_bgp(&m);
	else
		fsm_manual(&m);
}
