// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbiter bgp: the rules of the owner, of a handover, and of what is left of one. */

#include "damping.h"
#include "decide.h"
#include "group_internal.h"
#include "sites.h"

void fsm_forget_grant(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	if (!group->grant_to)
		return;
	group->granted_to = group->grant_to;
	group->granted_until_ms = m->event->now_ms + FRRD_GRANT_MEMORY_MS;
	group->grant_to = 0;
	group->missing_since_ms = FRRD_NEVER;
}

static void withdraw(const struct fsm *m, enum frrd_reason reason)
{
	m->group->linger_until_ms = FRRD_NEVER;
	m->group->resume = false;
	m->group->conflict = false;
	m->group->wait_until_ms = m->event->now_ms + m->policy->withdraw_timeout_ms;
	fsm_release(m, reason);
}

/* --- rules that end an ownership ------------------------------------------ */

/* Rule 6: may this site go on with what it announced before it lost zebra or died? */
static bool rule_resume(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	const struct frrd_view *view = &group->view;
	bool leaves = group->stopping || !m->policy->member;
	/* The configuration may name the prefixes a moment later. */
	bool told = view->known && (group->routes.total > 0 || leaves);
	bool stands = view->own_claim && !view->own_grant && !view->claims && !view->grants &&
		      group->quorum_since_ms != FRRD_NEVER;

	if (!group->resume)
		return false;
	if (!group->zebra_up || (!told && m->event->now_ms < group->wait_until_ms))
		return true;
	if (!told || !stands || leaves) {
		/* Somebody may own the group by now: no claim that did not stand already. */
		group->claim_void = true;
		withdraw(m, FRRD_REASON_NOT_RESUMED);
		return true;
	}
	group->resume = false;
	group->wait_until_ms = FRRD_NEVER;
	group->last_owner = m->policy->self;
	group->ignored_requests = 0;
	fsm_announce(m, FRRD_REASON_RESUMED);
	return true;
}

/* Rule 2.  No delay once a successor may announce: it has quorum where it is. */
static bool rule_fence(const struct fsm *m)
{
	const struct frrd_group *group = m->group;
	bool granted = group->grant_to || group->granted_to;
	int64_t delay = granted ? 0 : m->policy->fence_delay_ms;

	if (group->quorum_since_ms != FRRD_NEVER || group->fence_waived || !group->zebra_up ||
	    m->event->now_ms < group->quorum_lost_ms + delay)
		return false;
	fsm_forget_grant(m);
	withdraw(m, FRRD_REASON_FENCED);
	return true;
}

/* Rule 5: two claims without a grant between them. */
static bool rule_conflict(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint16_t others = group->view.claims & ~group->ignored_claims;

	if (frrd_sites_has(others, group->granted_to)) {
		fsm_forget_grant(m); /* to yet another site: two owners are enough */
		withdraw(m, FRRD_REASON_HANDED_OVER);
		return true;
	}
	if (group->granter)
		others &= ~FRRD_SITE_BIT(group->granter);
	if (group->grant_to)
		others &= ~FRRD_SITE_BIT(group->grant_to);
	if (frrd_outranked_by(m->policy, others)) {
		fsm_forget_grant(m);
		withdraw(m, FRRD_REASON_CONFLICT_YIELD);
		return true;
	}
	if (group->conflict == (others != 0))
		return false;
	group->conflict = others != 0;
	fsm_decide(m, group->state,
		   group->conflict ? FRRD_REASON_CONFLICT : FRRD_REASON_CONFLICT_OVER);
	return true;
}

static bool rule_leave(const struct fsm *m)
{
	if (m->policy->member && !m->group->stopping)
		return false;
	fsm_forget_grant(m);
	withdraw(m, m->policy->member ? FRRD_REASON_SHUTDOWN : FRRD_REASON_MEMBER_REMOVED);
	return true;
}

/* --- rules that begin a handover ------------------------------------------ */

void fsm_grant(const struct fsm *m, uint8_t successor, enum frrd_reason reason)
{
	struct frrd_group *group = m->group;
	bool overlap = m->policy->make_before_break;

	group->grant_to = successor;
	if (group->granted_to == successor)
		group->granted_to = 0; /* its claim is no sign of the earlier grant any more */
	group->grant_asked = frrd_sites_has(group->view.requests, successor);
	/* When the prefixes go first, the grant rises, and its time begins, when they are gone. */
	group->grant_until_ms = FRRD_NEVER;
	if (overlap)
		group->grant_until_ms = m->event->now_ms + m->policy->handover_timeout_ms;
	group->missing_since_ms = FRRD_NEVER;
	group->linger_until_ms = FRRD_NEVER;
	/* Rule 8: what does not work is not kept for a successor, unless the last one did not come. */
	if (overlap && (reason != FRRD_REASON_GRANT_UNHEALTHY || group->claim_again))
		fsm_decide(m, FRRD_STATE_DRAINING, reason);
	else
		withdraw(m, reason);
}

/* A move that nobody ordered, away from an owner that lives. */
static void grant_by_itself(const struct fsm *m, uint8_t successor, enum frrd_reason reason)
{
	frrd_moves_add(&m->group->moves, m->event->now_ms);
	m->group->last_move_ms = m->event->now_ms;
	fsm_grant(m, successor, reason);
}

static bool may_move(const struct fsm *m)
{
	return frrd_moves_allowed_at(m->group, m->policy, m->event->now_ms) <= m->event->now_ms;
}

/* Rule 4.  Somebody wants the group away from here, but not again and again for nothing. */
static void rule_maintenance(const struct fsm *m, uint8_t successor)
{
	if (successor != m->group->failed_to)
		fsm_grant(m, successor, FRRD_REASON_GRANT_MAINTENANCE);
	else if (may_move(m))
		grant_by_itself(m, successor, FRRD_REASON_GRANT_MAINTENANCE);
}

/* Rule 8. */
static void rule_unhealthy(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint8_t successor = frrd_successor(group, m->policy);

	if (successor && may_move(m)) {
		grant_by_itself(m, successor, FRRD_REASON_GRANT_UNHEALTHY);
	} else if (!successor && m->policy->withdraw_alone) {
		/* Without this it would take the group over again when it is healthy, only later. */
		withdraw(m, FRRD_REASON_UNHEALTHY_WITHDRAWN);
	} else {
		fsm_decide_once(m, FRRD_REASON_UNHEALTHY_KEPT);
	}
}

/*
 * Rule 4: what a new owner sees may be left over from its own takeover, and a
 * successor from which a grant was taken back may have followed it: both are
 * known when a marker has had its way there and back.  A granter whose claim has
 * gone without a word may have been cut off, and has its time to fence.
 */
bool fsm_owner_is_new(const struct fsm *m)
{
	const struct frrd_group *group = m->group;
	int64_t now = m->event->now_ms;

	return now < group->since_ms + FRRD_ROUND_TRIP_MS ||
	       (group->claim_seen_ms && now < group->claim_seen_ms + m->policy->takeover_delay_ms);
}

/* Rule 4: who shall have the group instead of this site? */
static void handover_rules(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	const struct frrd_policy *policy = m->policy;
	uint8_t asks = frrd_best_of(policy, frrd_requesters(group, policy));
	uint8_t ready = frrd_successor(group, policy);
	int64_t now = m->event->now_ms;

	/* Who has just taken over lets its granter go first, and learns what is going on. */
	if (group->held || !group->settled || fsm_owner_is_new(m))
		return;
	if (asks)
		fsm_grant(m, asks, FRRD_REASON_GRANT_REQUESTED);
	else if ((policy->maintenance & FRRD_SITE_BIT(policy->self)) && ready)
		rule_maintenance(m, ready);
	else if (group->unhealthy || fsm_routes_none(group))
		rule_unhealthy(m);
	else if (group->reason == FRRD_REASON_UNHEALTHY_KEPT)
		fsm_decide(m, group->state, FRRD_REASON_HEALTHY_AGAIN);
	else if (policy->failback && group->better &&
		 now >= group->better_since_ms + policy->wait_to_restore_ms && may_move(m))
		grant_by_itself(m, group->better, FRRD_REASON_GRANT_FAILBACK);
}

/*
 * Rule 4: a successor that gets nothing out leaves the group with its granter, as long
 * as that one is there.  Else both would wait until the granter withdraws for nothing.
 */
static bool rule_give_back(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	/* The granter takes the grant back when it has seen the claim come and go. */
	if (m->event->now_ms < group->since_ms + FRRD_CLAIM_SHOWN_MS)
		return false;
	if (group->state != FRRD_STATE_ACTIVATING || !fsm_routes_none(group) ||
	    !frrd_sites_has(group->view.claims, group->granter))
		return false;
	withdraw(m, FRRD_REASON_UNHEALTHY_WITHDRAWN);
	return true;
}

void fsm_owner_rules(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	if (rule_resume(m) || rule_leave(m) || rule_fence(m) || rule_conflict(m) ||
	    rule_give_back(m))
		return;
	/* What is half announced is not handed over, unless nothing comes of it. */
	if (group->state == FRRD_STATE_ACTIVE || fsm_routes_none(group))
		handover_rules(m);
}

/* --- a handover in progress ----------------------------------------------- */

/*
 * Rule 4: does the successor show that it still wants the group?  Markers of one
 * site may arrive out of order, hence the grace, but a missing beacon is clear.
 * Returns the reason to take the grant back, or FRRD_REASON_COUNT.
 */
static enum frrd_reason take_back_reason(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	const struct frrd_view *view = &group->view;
	uint16_t successor = FRRD_SITE_BIT(group->grant_to);
	bool gave_back = group->linger_until_ms != FRRD_NEVER; /* its claim was there */
	int64_t now = m->event->now_ms;

	if (view->claims & successor) {
		group->missing_since_ms = FRRD_NEVER;
		group->linger_until_ms = now;
		return FRRD_REASON_COUNT;
	}
	if (!(view->beacons & successor))
		return FRRD_REASON_SUCCESSOR_LOST;
	if (now >= group->grant_until_ms && !gave_back)
		return FRRD_REASON_GRANT_TIMEOUT;
	if ((view->readies & successor) && !gave_back &&
	    (!group->grant_asked || (view->requests & successor)))
		group->missing_since_ms = FRRD_NEVER;
	else if (group->missing_since_ms == FRRD_NEVER)
		group->missing_since_ms = now;
	else if (now - group->missing_since_ms >= FRRD_MISSING_GRACE_MS)
		return FRRD_REASON_GRANT_CANCELLED;
	return FRRD_REASON_COUNT;
}

/* The successor that did not come is not chosen again at once. */
static void note_failed(const struct fsm *m, uint8_t successor)
{
	struct frrd_group *group = m->group;

	group->failed_to = successor;
	if (group->better == successor)
		group->better_since_ms = m->event->now_ms;
}

/* Make-before-break: this site announces until the successor does. */
void fsm_draining_rules(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint16_t successor = FRRD_SITE_BIT(group->grant_to);
	enum frrd_reason reason;

	if (rule_resume(m) || rule_leave(m) || rule_fence(m) || rule_conflict(m))
		return;
	/* Its readiness goes when all its routes are installed. */
	if ((group->view.claims & successor) && (!(group->view.readies & successor) ||
						 m->event->now_ms >= group->grant_until_ms)) {
		withdraw(m, FRRD_REASON_HANDED_OVER);
		return;
	}
	reason = take_back_reason(m);
	if (reason == FRRD_REASON_COUNT)
		return;
	group->ignored_requests |= group->view.requests & successor;
	note_failed(m, group->grant_to);
	fsm_forget_grant(m);
	fsm_decide(m, FRRD_STATE_ACTIVE, reason);
}

static void end(const struct fsm *m, enum frrd_reason cause)
{
	m->group->grant_to = 0;
	m->group->missing_since_ms = FRRD_NEVER;
	m->group->wait_until_ms = FRRD_NEVER;
	m->group->release_cause = cause;
	fsm_end_release(m, fsm_rest_state(m));
}

/*
 * The prefixes have gone first, and the successor does not come; claim again, as a
 * latecomer would.  The successor may act on the grant until it sees that it is gone.
 * Without a sign of it, it may have acted already, and this site may be cut off and not
 * know that yet: then it waits as one that joins, in this claim and in any later one.
 */
static void take_back(const struct fsm *m, enum frrd_reason reason)
{
	struct frrd_group *group = m->group;

	if (reason == FRRD_REASON_GRANT_TIMEOUT)
		group->unsure_until_ms = m->event->now_ms + m->policy->settle_time_ms;
	group->ignored_requests |= group->view.requests & FRRD_SITE_BIT(group->grant_to);
	group->last_owner = m->policy->self; /* a successor that gave back has announced nothing */
	note_failed(m, group->grant_to);
	fsm_forget_grant(m);
	if (!frrd_may_claim(group, m->policy)) {
		end(m, reason);
		return;
	}
	fsm_forget_elsewhere(group);
	fsm_claim(m, reason, m->event->now_ms + frrd_late_delay(m->policy), true);
}

/*
 * Rule 4: the successor claims, and its routes are not out yet.  If nothing comes of it, it
 * gives the group back as long as somebody is there to have it.  Who is unhealthy, and would
 * keep the group all the same, is the only one who can: it waits whatever that takes.
 */
static bool waits_for_routes(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	if (group->stopping || !m->policy->member || group->quorum_since_ms == FRRD_NEVER ||
	    !frrd_sites_has(group->view.readies, group->grant_to))
		return false;
	return m->event->now_ms < group->grant_until_ms ||
	       (group->unhealthy && !m->policy->withdraw_alone);
}

void fsm_releasing_rules(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	enum frrd_reason reason;

	if (!group->zebra_up || !fsm_routes_gone(group)) {
		if (!group->routes.held && m->event->now_ms >= group->wait_until_ms) {
			group->wait_until_ms = FRRD_NEVER;
			fsm_decide_once(m, FRRD_REASON_WITHDRAW_UNCONFIRMED);
		}
		return;
	}
	if (!group->grant_to) {
		end(m, group->release_cause);
		return;
	}
	if (group->grant_until_ms == FRRD_NEVER)
		group->grant_until_ms = m->event->now_ms + m->policy->handover_timeout_ms;
	/*
	 * Only claim and grant are left.  They keep everybody but the successor away until
	 * its claim has been seen everywhere, so that there is no moment without one, and
	 * until its routes are out.
	 */
	if (frrd_sites_has(group->view.claims, group->grant_to)) {
		if (group->linger_until_ms == FRRD_NEVER || group->missing_since_ms != FRRD_NEVER)
			group->linger_until_ms = m->event->now_ms + FRRD_CLAIM_WAY_MS;
		group->missing_since_ms = FRRD_NEVER;
		if (m->event->now_ms >= group->linger_until_ms && !waits_for_routes(m))
			end(m, FRRD_REASON_HANDED_OVER);
		return;
	}
	if (group->stopping || !m->policy->member || group->quorum_since_ms == FRRD_NEVER) {
		end(m, group->stopping	       ? FRRD_REASON_SHUTDOWN
		       : !m->policy->member ? FRRD_REASON_MEMBER_REMOVED
					       : FRRD_REASON_NO_QUORUM);
		return;
	}
	reason = take_back_reason(m);
	if (reason != FRRD_REASON_COUNT)
		take_back(m, reason);
}
