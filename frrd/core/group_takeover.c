// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbiter bgp: the rules of a site that does not announce the group (rules 3 and 4). */

#include "damping.h"
#include "decide.h"
#include "group_internal.h"
#include "sites.h"

/* How late a claim may be and still count as in turn: timers are not exact. */
#define TURN_SLACK_MS 20

/* What keeps this site from taking part now, or FRRD_GUARD_COUNT. */
static enum frrd_guard obstacle(const struct fsm *m, enum frrd_reason *ret_reason)
{
	return frrd_first_failed_of(m->group, m->policy, FRRD_GUARDS_ELIGIBLE, ret_reason);
}

static void back_to_rest(const struct fsm *m, enum frrd_reason reason)
{
	m->group->request_for = 0;
	m->group->wait_until_ms = FRRD_NEVER;
	/* The same request is not followed twice. */
	m->group->ignored_requests |= m->group->view.requests & FRRD_SITE_BIT(m->policy->self);
	fsm_decide(m, fsm_rest_state(m), reason);
}

static bool moves_by_itself(const struct fsm *m)
{
	return m->policy->auto_failover && !m->group->barred;
}

/* When the claim of this site goes up, or FRRD_NEVER when nothing leads there. */
int64_t fsm_claim_due(const struct fsm *m)
{
	const struct frrd_group *group = m->group;
	int64_t due = frrd_takeover_due(group, m->policy);
	bool wanted = (group->state == FRRD_STATE_STANDBY && moves_by_itself(m)) ||
		      (group->state == FRRD_STATE_REQUESTING &&
		       group->request_for == m->policy->self);

	if (due == FRRD_NEVER || !wanted || !frrd_may_claim(group, m->policy))
		return FRRD_NEVER;
	return due - frrd_claim_lead(group, m->policy);
}

void fsm_request(const struct fsm *m, uint8_t site, enum frrd_reason reason)
{
	struct frrd_group *group = m->group;

	group->request_for = site;
	group->request_from = frrd_sites_has(group->view.claims, group->last_owner)
				      ? group->last_owner
				      : 0;
	group->wait_until_ms = m->event->now_ms + m->policy->handover_timeout_ms;
	fsm_decide(m, FRRD_STATE_REQUESTING, reason);
}

/* `again`: it had the group last, and may be unhealthy where `keep` says so. */
void fsm_claim(const struct fsm *m, enum frrd_reason reason, int64_t announce_at_ms, bool again)
{
	struct frrd_group *group = m->group;

	if (announce_at_ms < group->unsure_until_ms)
		announce_at_ms = group->unsure_until_ms;
	group->claim_cause = reason;
	group->claim_void = false;
	group->claim_again = again;
	if (!again)
		group->failed_to = 0;
	group->announce_at_ms = announce_at_ms;
	group->wait_until_ms = announce_at_ms + m->policy->handover_timeout_ms;
	fsm_decide(m, FRRD_STATE_CLAIMING, reason);
}

/* Rule 3: the claim first, the prefixes when it has gone ahead. */
static void claim_orphan(const struct fsm *m)
{
	int64_t lead = frrd_claim_lead(m->group, m->policy);
	int64_t due = frrd_takeover_due(m->group, m->policy);
	int64_t earliest = m->event->now_ms + lead;
	bool again = !frrd_eligible(m->group, m->policy);
	enum frrd_reason reason = m->group->last_owner ? FRRD_REASON_OWNER_GONE
							: FRRD_REASON_UNOWNED;

	/* Whose turn has passed is a latecomer: others may have begun theirs. */
	if (m->event->now_ms > due - lead + TURN_SLACK_MS)
		earliest = m->event->now_ms + frrd_late_delay(m->policy);
	fsm_claim(m, again ? FRRD_REASON_UNHEALTHY_AGAIN : reason, due > earliest ? due : earliest,
		  again);
}

static void become_owner(const struct fsm *m, enum frrd_reason reason)
{
	struct frrd_group *group = m->group;

	if (reason == FRRD_REASON_OWNER_GONE)
		frrd_moves_add(&group->moves, m->event->now_ms);
	if (group->last_owner)
		group->last_move_ms = m->event->now_ms;
	group->last_owner = m->policy->self;
	group->barred = false; /* a command has brought it here, maybe by way of another site */
	group->claim_void = false;
	group->wait_until_ms = FRRD_NEVER;
	/* Requests from the time before this site owned anything are not meant for it. */
	group->ignored_requests = group->view.requests;
	fsm_announce(m, reason);
}

/* Rule 4: this site was granted the group by the site that owned it last. */
static void accept_grant(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	group->grant_used = true;
	group->claim_again = false;
	group->failed_to = 0;
	group->granted_to = 0;
	group->granter = group->last_owner;
	group->granter_until_ms = m->event->now_ms + FRRD_ROUND_TRIP_MS;
	become_owner(m, FRRD_REASON_GRANTED);
}

void fsm_standby_rules(const struct fsm *m)
{
	const struct frrd_group *group = m->group;
	const struct frrd_view *view = &group->view;
	uint8_t self = m->policy->self;

	/* Rule 4. */
	if (view->grants & ~FRRD_SITE_BIT(self))
		return;
	if (frrd_eligible(group, m->policy)) {
		if (view->grants && !group->grant_used) {
			fsm_request(m, self, FRRD_REASON_GRANTED);
			return;
		}
		if (frrd_sites_has(view->requests & ~group->ignored_requests, self)) {
			fsm_request(m, self, FRRD_REASON_ASKED_REMOTELY);
			return;
		}
	}
	/* Rules 3 and 8. */
	if (fsm_claim_due(m) <= m->event->now_ms)
		claim_orphan(m);
}

/* Is the way free for the successor?  The granter's claim stays until it sees this site's. */
static bool free_for_successor(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	/* Two owners already are no place for a third. */
	if (frrd_count_sites(group->view.claims) > 1)
		return false;
	/* The claim does not overtake the readiness: without it, it looks like success. */
	if (m->event->now_ms < group->eligible_since_ms + FRRD_CLAIM_WAY_MS)
		return false;
	if (m->policy->make_before_break)
		return true;
	return !group->elsewhere.announced && !group->elsewhere.unknown;
}

/* This site asks for itself. */
static void requesting_here(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint16_t self = FRRD_SITE_BIT(m->policy->self);
	uint16_t strangers = group->view.claims;
	enum frrd_reason reason;

	if (group->request_from)
		strangers &= ~FRRD_SITE_BIT(group->request_from);
	if (obstacle(m, &reason) != FRRD_GUARD_COUNT)
		back_to_rest(m, reason);
	else if (m->event->now_ms >= group->wait_until_ms)
		back_to_rest(m, FRRD_REASON_REQUEST_TIMEOUT);
	else if (group->view.grants & ~self)
		back_to_rest(m, FRRD_REASON_GRANTED_TO_ANOTHER);
	else if ((group->view.grants & self) && !group->grant_used) {
		if (free_for_successor(m))
			accept_grant(m);
	} else if (strangers)
		back_to_rest(m, FRRD_REASON_OWNER_CHANGED);
	else if (fsm_claim_due(m) <= m->event->now_ms)
		claim_orphan(m);
}

/* This site asks for another one, because an operator is here. */
static void requesting_there(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint16_t there = FRRD_SITE_BIT(group->request_for);

	if (group->view.claims == there)
		back_to_rest(m, FRRD_REASON_MOVED);
	else if (m->event->now_ms >= group->wait_until_ms)
		back_to_rest(m, FRRD_REASON_REQUEST_TIMEOUT);
	else if (group->view.grants & ~there)
		back_to_rest(m, FRRD_REASON_GRANTED_TO_ANOTHER);
	else if (group->view.known && !(group->view.beacons & there))
		back_to_rest(m, FRRD_REASON_SUCCESSOR_LOST);
}

void fsm_requesting_rules(const struct fsm *m)
{
	if (m->group->stopping || !m->group->request_for)
		back_to_rest(m, FRRD_REASON_REQUEST_CANCELLED);
	else if (m->group->request_for == m->policy->self)
		requesting_here(m);
	else
		requesting_there(m);
}

/* Rule 8: who had the group last may be unhealthy, where `keep` says so. */
static bool claim_fails(const struct fsm *m, enum frrd_reason *ret_reason)
{
	bool again = m->group->claim_again && !m->policy->withdraw_alone;
	unsigned int guards = FRRD_GUARDS_ELIGIBLE;

	if (again || frrd_may_claim(m->group, m->policy))
		guards &= ~(1u << FRRD_GUARD_HEALTHY);
	return frrd_first_failed_of(m->group, m->policy, guards, ret_reason) != FRRD_GUARD_COUNT;
}

void fsm_claiming_rules(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	int64_t now = m->event->now_ms;
	enum frrd_reason reason;

	if (claim_fails(m, &reason))
		back_to_rest(m, reason);
	/* Rule 5, also towards a successor that was granted the group before. */
	else if (frrd_outranked_by(m->policy, group->view.claims) ||
		 frrd_sites_has(group->view.claims, group->granted_to))
		back_to_rest(m, FRRD_REASON_CONFLICT_YIELD);
	/* Rule 4: a grant counts like a claim. */
	else if (group->view.grants & ~FRRD_SITE_BIT(m->policy->self))
		back_to_rest(m, FRRD_REASON_GRANTED_TO_ANOTHER);
	/* Rule 3. */
	else if (group->elsewhere.announced)
		back_to_rest(m, FRRD_REASON_CLAIM_FOUND_ELSEWHERE);
	else if (now >= group->wait_until_ms)
		back_to_rest(m, FRRD_REASON_CLAIM_TIMEOUT);
	else if (!group->view.claims && !group->view.grants && !group->elsewhere.unknown &&
		 now >= group->announce_at_ms)
		become_owner(m, group->claim_cause);
}
