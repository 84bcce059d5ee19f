// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The manual arbiter: an operator decides.
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
 * Deadlines.  CLAIMING has one: handover-timeout, after which the claim is
 * given up.  RELEASING has one: when zebra does not confirm, the group stays in
 * RELEASING with reason withdraw-unconfirmed; the next ROUTES event ends it.
 */

#include "decide.h"
#include "group_internal.h"

static void start_claiming(const struct fsm *m, enum frrd_reason reason, bool wait)
{
	struct frrd_group *group = m->group;

	fsm_decide(m, FRRD_STATE_CLAIMING, reason);
	group->claim_waits = wait;
	group->deadline_ms = m->event->now_ms + m->policy->handover_timeout_ms;
}

/* A command to take over: refuse, wait, or begin. */
static void on_takeover(const struct fsm *m, enum frrd_reason reason, bool wait)
{
	struct frrd_group *group = m->group;
	struct frrd_check checks[FRRD_GUARD_COUNT];
	enum frrd_guard failed;
	bool force = reason == FRRD_REASON_COMMAND_FORCE;
	/* What others announce can be waited for, or overridden by force. */
	enum frrd_guard limit = force || wait ? FRRD_GUARD_TRACKED : FRRD_GUARD_COUNT;

	frrd_takeover_checks(group, m->policy, checks);
	failed = frrd_first_failed(checks, limit);

	/* The answers are on their way: claim, and decide when they are in. */
	if (failed == FRRD_GUARD_TRACKED && checks[FRRD_GUARD_ELSEWHERE].ok)
		failed = FRRD_GUARD_COUNT;
	else if (failed == FRRD_GUARD_TRACKED)
		failed = FRRD_GUARD_ELSEWHERE;

	if (failed != FRRD_GUARD_COUNT) {
		fsm_refuse(m, checks[failed].reason);
		return;
	}
	fsm_accept(m, reason);
	if (force || (checks[FRRD_GUARD_TRACKED].ok && checks[FRRD_GUARD_ELSEWHERE].ok))
		fsm_announce(m, reason);
	else
		start_claiming(m, reason, wait);
}

static void on_give_up(const struct fsm *m, enum frrd_reason reason)
{
	struct frrd_group *group = m->group;
	enum frrd_reason refusal = FRRD_REASON_NOT_OWNER;

	if (group->held)
		refusal = FRRD_REASON_HELD;
	else if (group->state == FRRD_STATE_RELEASING)
		refusal = FRRD_REASON_BUSY_RELEASING;
	else if (group->state == FRRD_STATE_CLAIMING) {
		fsm_accept(m, FRRD_REASON_CLAIM_CANCELLED);
		fsm_decide(m, FRRD_STATE_STANDBY, FRRD_REASON_CLAIM_CANCELLED);
		return;
	} else if (group->state != FRRD_STATE_STANDBY) {
		fsm_accept(m, reason);
		fsm_release(m, reason);
		return;
	}
	fsm_refuse(m, refusal);
}

static void on_hold(const struct fsm *m, bool hold)
{
	struct frrd_group *group = m->group;
	enum frrd_reason reason = hold ? FRRD_REASON_COMMAND_HOLD : FRRD_REASON_COMMAND_RESUME;

	if (group->held == hold) {
		fsm_refuse(m, hold ? FRRD_REASON_ALREADY_HELD : FRRD_REASON_NOT_HELD);
		return;
	}
	group->held = hold;
	fsm_accept(m, reason);
	/* A claim is a move that has not begun yet: a hold cancels it. */
	fsm_decide(m,
		   group->state == FRRD_STATE_CLAIMING ? FRRD_STATE_STANDBY : group->state,
		   reason);
}

static void on_routes(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	if (fsm_take_routes(m))
		group->deadline_ms = m->event->now_ms + m->policy->withdraw_timeout_ms;
	/* Without zebra nothing is confirmed: the counters say what is queued. */
	if (!group->zebra_up)
		return;
	if (frrd_state_announces(group->state))
		fsm_judge_routes(m);
	else if (group->state == FRRD_STATE_RELEASING && fsm_routes_gone(group))
		fsm_end_release(m, FRRD_STATE_STANDBY);
}

/* The way is free: ask the guards again, the configuration may have changed. */
static void end_claim(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	struct frrd_check checks[FRRD_GUARD_COUNT];
	enum frrd_guard failed;

	frrd_takeover_checks(group, m->policy, checks);
	failed = frrd_first_failed(checks, FRRD_GUARD_IDLE);
	if (failed != FRRD_GUARD_COUNT)
		fsm_decide(m, FRRD_STATE_STANDBY, checks[failed].reason);
	else
		fsm_announce(m, FRRD_REASON_ELSEWHERE_GONE);
}

static void on_elsewhere(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	/* An answer that a lost connection still delivered says nothing. */
	if (!group->zebra_up)
		return;
	group->elsewhere = m->event->elsewhere;
	if (group->state != FRRD_STATE_CLAIMING)
		return;
	if (group->elsewhere.announced > 0 && !group->claim_waits)
		fsm_decide(m, FRRD_STATE_STANDBY,
		       FRRD_REASON_CLAIM_FOUND_ELSEWHERE);
	else if (group->elsewhere.announced == 0 && group->elsewhere.unknown == 0)
		end_claim(m);
}

/* The group is none of this site's business any more, or soon not. */
static void leave(const struct fsm *m, enum frrd_reason reason)
{
	if (m->group->state == FRRD_STATE_CLAIMING)
		fsm_decide(m, FRRD_STATE_STANDBY, reason);
	else if (frrd_state_announces(m->group->state))
		fsm_release(m, reason);
}

static void on_tick(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	if (m->event->now_ms < group->deadline_ms)
		return;
	group->deadline_ms = FRRD_NEVER;
	if (group->state == FRRD_STATE_CLAIMING)
		fsm_decide(m, FRRD_STATE_STANDBY, FRRD_REASON_CLAIM_TIMEOUT);
	else if (group->state == FRRD_STATE_RELEASING && !group->routes.held)
		fsm_decide_once(m, FRRD_REASON_WITHDRAW_UNCONFIRMED);
}

static void on_zebra(const struct fsm *m, bool up)
{
	struct frrd_group *group = m->group;
	bool releasing = group->state == FRRD_STATE_RELEASING;

	if (group->zebra_up == up)
		return;
	group->zebra_up = up;
	if (!up)
		fsm_forget_elsewhere(group);
	if (!releasing && !frrd_state_announces(group->state))
		return;
	/* What became known while zebra was away counts now. */
	if (up && releasing && fsm_routes_gone(group)) {
		fsm_end_release(m, FRRD_STATE_STANDBY);
		return;
	}
	fsm_decide(m, group->state, up ? FRRD_REASON_ZEBRA_BACK : FRRD_REASON_ZEBRA_LOST);
	/* Deletions are sent again, so the wait for their answers begins anew. */
	if (up && releasing)
		group->deadline_ms = m->event->now_ms + m->policy->withdraw_timeout_ms;
}

void fsm_manual(const struct fsm *m)
{
	switch (m->event->type) {
	case FRRD_EVENT_CONFIG:
		if (!m->policy->member)
			leave(m, FRRD_REASON_MEMBER_REMOVED);
		return;
	case FRRD_EVENT_FAILOVER:
		on_takeover(m,
			    m->event->force ? FRRD_REASON_COMMAND_FORCE
					    : FRRD_REASON_COMMAND_FAILOVER,
			    false);
		return;
	case FRRD_EVENT_SWITCHOVER_HERE:
		on_takeover(m, FRRD_REASON_COMMAND_SWITCHOVER_HERE, true);
		return;
	case FRRD_EVENT_SWITCHOVER_AWAY:
		on_give_up(m, FRRD_REASON_COMMAND_SWITCHOVER_AWAY);
		return;
	case FRRD_EVENT_FAILOVER_TO:
		/* Nobody passes a command on to another site. */
		fsm_refuse(m, FRRD_REASON_COMMAND_ELSEWHERE);
		return;
	case FRRD_EVENT_RELEASE:
		on_give_up(m, FRRD_REASON_COMMAND_RELEASE);
		return;
	case FRRD_EVENT_HOLD:
		on_hold(m, true);
		return;
	case FRRD_EVENT_RESUME:
		on_hold(m, false);
		return;
	case FRRD_EVENT_ROUTES:
		on_routes(m);
		return;
	case FRRD_EVENT_ELSEWHERE:
		on_elsewhere(m);
		return;
	case FRRD_EVENT_ZEBRA_UP:
		on_zebra(m, true);
		return;
	case FRRD_EVENT_ZEBRA_DOWN:
		on_zebra(m, false);
		return;
	case FRRD_EVENT_RESTORE:
		/* An operator takes the group over again; what he forbade stays forbidden. */
		m->group->held = m->event->kept.held;
		return;
	case FRRD_EVENT_VIEW:
	case FRRD_EVENT_HEALTH:
	case FRRD_EVENT_STALL:
		return;
	case FRRD_EVENT_TICK:
		on_tick(m);
		return;
	case FRRD_EVENT_SHUTDOWN:
		m->group->stopping = true;
		leave(m, FRRD_REASON_SHUTDOWN);
		return;
	}
}
