// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbiter bgp: operators' commands.  Each is answered at once, accepted or refused. */

#include "decide.h"
#include "group_internal.h"
#include "sites.h"

/* Rule 7 leaves quorum, readiness and the others out, and nothing else. */
#define GUARDS_FORCE                                                                               \
	(1u << FRRD_GUARD_RUNNING | 1u << FRRD_GUARD_MEMBER | 1u << FRRD_GUARD_PREFIXES |          \
	 1u << FRRD_GUARD_NEXTHOPS | 1u << FRRD_GUARD_NOT_HELD | 1u << FRRD_GUARD_ZEBRA)

static bool waits(const struct frrd_group *group)
{
	return group->state == FRRD_STATE_REQUESTING || group->state == FRRD_STATE_CLAIMING;
}

/* Its prefixes are gone, and claim and grant stand until the routes of who claims are out. */
static bool waits_for_successor(const struct frrd_group *group)
{
	return group->state == FRRD_STATE_RELEASING && fsm_routes_gone(group) &&
	       frrd_sites_has(group->view.claims, group->grant_to);
}

/* Ask guards; refuse the command when one fails. */
static bool refused_by(const struct fsm *m, unsigned int guards)
{
	enum frrd_reason reason;

	if (frrd_first_failed_of(m->group, m->policy, guards, &reason) == FRRD_GUARD_COUNT)
		return false;
	fsm_refuse(m, reason);
	return true;
}

/* An operation of this site is in the way. */
static bool refused_busy(const struct fsm *m)
{
	return refused_by(m, 1u << FRRD_GUARD_IDLE);
}

/*
 * Take over what nobody has.  The claim goes up at once and stands for as long
 * as a latecomer's, so that of two sites which are told at the same time the
 * lower-ranked one sees the other's claim.
 */
static void claim_now(const struct fsm *m, enum frrd_reason reason)
{
	struct frrd_group *group = m->group;
	int64_t free_at = group->free_since_ms + m->policy->takeover_delay_ms;
	int64_t seen_at = m->event->now_ms + FRRD_ROUND_TRIP_MS;

	fsm_accept(m, reason);
	group->barred = false;
	fsm_claim(m, reason, free_at > seen_at ? free_at : seen_at, false);
}

static bool refused_owned(const struct fsm *m)
{
	if (refused_by(m, 1u << FRRD_GUARD_CLAIMED | 1u << FRRD_GUARD_ELSEWHERE))
		return true;
	if (m->group->free_since_ms != FRRD_NEVER)
		return false;
	fsm_refuse(m, FRRD_REASON_UNTRACKED);
	return true;
}

static void on_force(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	bool quorum = group->quorum_since_ms != FRRD_NEVER;
	enum frrd_reason reason = quorum ? FRRD_REASON_COMMAND_FORCE : FRRD_REASON_FORCE_NO_QUORUM;

	if (refused_by(m, GUARDS_FORCE) ||
	    (!waits(group) && !waits_for_successor(group) && refused_busy(m)))
		return;
	fsm_accept(m, reason);
	fsm_forget_grant(m);
	group->barred = false;
	group->fence_waived = !quorum;
	group->ignored_claims = group->view.claims;
	group->ignored_requests = group->view.requests;
	group->request_for = 0;
	group->wait_until_ms = FRRD_NEVER;
	group->claim_void = false;
	group->claim_again = false;
	group->failed_to = 0;
	group->last_owner = m->policy->self;
	group->last_move_ms = m->event->now_ms;
	fsm_announce(m, reason);
}

static void on_failover(const struct fsm *m)
{
	if (m->event->force)
		on_force(m);
	else if (!refused_by(m, FRRD_GUARDS_ELIGIBLE | 1u << FRRD_GUARD_IDLE) &&
		 !refused_owned(m))
		claim_now(m, FRRD_REASON_COMMAND_FAILOVER);
}

static void on_switchover_here(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	if (refused_by(m, FRRD_GUARDS_ELIGIBLE | 1u << FRRD_GUARD_IDLE))
		return;
	if (group->view.claims) {
		fsm_accept(m, FRRD_REASON_COMMAND_SWITCHOVER_HERE);
		fsm_request(m, m->policy->self, FRRD_REASON_COMMAND_SWITCHOVER_HERE);
	} else if (!refused_owned(m)) {
		claim_now(m, FRRD_REASON_COMMAND_SWITCHOVER_HERE);
	}
}

/* Rule 4: the owner itself is told. */
static void grant_by_command(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	if (group->held)
		fsm_refuse(m, FRRD_REASON_HELD);
	else if (group->state == FRRD_STATE_DRAINING)
		fsm_refuse(m, FRRD_REASON_BUSY_DRAINING);
	else if (group->resume || !group->zebra_up)
		fsm_refuse(m, FRRD_REASON_ZEBRA_DOWN);
	else if (frrd_sites_has(group->view.claims, group->granter))
		fsm_refuse(m, FRRD_REASON_BUSY_DRAINING); /* its granter is not done yet */
	else if (group->view.claims)
		fsm_refuse(m, FRRD_REASON_CLAIMED);
	else if (!group->settled || (group->granted_to && fsm_owner_is_new(m)))
		fsm_refuse(m, FRRD_REASON_SETTLING);
	else if (!frrd_sites_has(frrd_successors(group, m->policy), m->event->to))
		fsm_refuse(m, FRRD_REASON_SUCCESSOR_NOT_READY);
	else {
		fsm_accept(m, FRRD_REASON_COMMAND_SWITCHOVER_AWAY);
		fsm_grant(m, m->event->to, FRRD_REASON_COMMAND_SWITCHOVER_AWAY);
	}
}

/* Ask on behalf of the site that shall take over. */
static void request_there(const struct fsm *m, bool orphan)
{
	const struct frrd_group *group = m->group;
	const struct frrd_view *view = &group->view;

	if (group->state == FRRD_STATE_HELD)
		fsm_refuse(m, FRRD_REASON_HELD);
	else if (refused_busy(m) || refused_by(m, 1u << FRRD_GUARD_RUNNING |
							  1u << FRRD_GUARD_ZEBRA |
							  1u << FRRD_GUARD_QUORUM))
		return;
	else if (frrd_sites_has(view->claims, m->event->to))
		fsm_refuse(m, FRRD_REASON_ALREADY_THERE);
	else if (orphan && view->claims)
		fsm_refuse(m, FRRD_REASON_OWNER_ALIVE);
	else if (!orphan && !view->claims)
		fsm_refuse(m, FRRD_REASON_NO_OWNER);
	else if (!frrd_sites_has(view->readies & view->beacons, m->event->to))
		fsm_refuse(m, FRRD_REASON_SUCCESSOR_NOT_READY);
	else {
		fsm_accept(m, FRRD_REASON_COMMAND_REQUEST);
		fsm_request(m, m->event->to, FRRD_REASON_COMMAND_REQUEST);
	}
}

static void on_release(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	bool claiming = group->state == FRRD_STATE_CLAIMING;

	if (waits(group)) {
		enum frrd_reason reason = claiming ? FRRD_REASON_CLAIM_CANCELLED
						   : FRRD_REASON_REQUEST_CANCELLED;

		fsm_accept(m, reason);
		/* A claim would be made again at once. */
		group->barred |= claiming;
		group->request_for = 0;
		group->wait_until_ms = FRRD_NEVER;
		/* What was cancelled does not begin again by what still stands. */
		group->ignored_requests |= group->view.requests &
					   FRRD_SITE_BIT(m->policy->self);
		group->grant_used = true;
		fsm_decide(m, fsm_rest_state(m), reason);
	} else if (group->state == FRRD_STATE_RELEASING) {
		fsm_refuse(m, FRRD_REASON_BUSY_RELEASING);
	} else if (!frrd_state_announces(group->state)) {
		fsm_refuse(m, FRRD_REASON_NOT_OWNER);
	} else if (group->held) {
		fsm_refuse(m, FRRD_REASON_HELD);
	} else {
		fsm_accept(m, FRRD_REASON_COMMAND_RELEASE);
		group->barred = true;
		group->resume = false;
		fsm_forget_grant(m);
		group->wait_until_ms = m->event->now_ms + m->policy->withdraw_timeout_ms;
		fsm_release(m, FRRD_REASON_COMMAND_RELEASE);
	}
}

/* The state that a hold leads to: what has not begun does not begin. */
static enum frrd_state held_state(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	switch (group->state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_REQUESTING:
	case FRRD_STATE_CLAIMING:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
		return fsm_rest_state(m);
	case FRRD_STATE_DRAINING:
		return frrd_sites_has(group->view.claims, group->grant_to) ? group->state
									    : FRRD_STATE_ACTIVE;
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_RELEASING:
	case FRRD_STATE_COUNT:
		break;
	}
	return group->state;
}

static void on_hold(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	enum frrd_state to;

	if (group->held) {
		fsm_refuse(m, FRRD_REASON_ALREADY_HELD);
		return;
	}
	group->held = true;
	fsm_accept(m, FRRD_REASON_COMMAND_HOLD);
	to = held_state(m);
	if (waits(group)) {
		group->request_for = 0;
		group->wait_until_ms = FRRD_NEVER;
	}
	if (group->state == FRRD_STATE_DRAINING && to == FRRD_STATE_ACTIVE)
		fsm_forget_grant(m);
	fsm_decide(m, to, FRRD_REASON_COMMAND_HOLD);
}

static void on_resume(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	if (!group->held && !group->barred) {
		fsm_refuse(m, FRRD_REASON_NOT_HELD);
		return;
	}
	group->held = false;
	group->barred = false;
	fsm_accept(m, FRRD_REASON_COMMAND_RESUME);
	fsm_decide(m, group->state == FRRD_STATE_HELD ? fsm_rest_state(m) : group->state,
		   FRRD_REASON_COMMAND_RESUME);
}

void fsm_bgp_command(const struct fsm *m)
{
	switch (m->event->type) {
	case FRRD_EVENT_FAILOVER:
		on_failover(m);
		return;
	case FRRD_EVENT_FAILOVER_TO:
		request_there(m, true);
		return;
	case FRRD_EVENT_SWITCHOVER_HERE:
		on_switchover_here(m);
		return;
	case FRRD_EVENT_SWITCHOVER_AWAY:
		if (frrd_state_announces(m->group->state))
			grant_by_command(m);
		else
			request_there(m, false);
		return;
	case FRRD_EVENT_RELEASE:
		on_release(m);
		return;
	case FRRD_EVENT_HOLD:
		on_hold(m);
		return;
	case FRRD_EVENT_RESUME:
		on_resume(m);
		return;
	case FRRD_EVENT_CONFIG:
	case FRRD_EVENT_ROUTES:
	case FRRD_EVENT_ELSEWHERE:
	case FRRD_EVENT_ZEBRA_UP:
	case FRRD_EVENT_ZEBRA_DOWN:
	case FRRD_EVENT_VIEW:
	case FRRD_EVENT_HEALTH:
	case FRRD_EVENT_STALL:
	case FRRD_EVENT_RESTORE:
	case FRRD_EVENT_TICK:
	case FRRD_EVENT_SHUTDOWN:
		return;
	}
}
