// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The arbiter bgp: the sites decide, by markers.  doc/protocol.md has the rules;
 * their numbers are in the comments.
 *
 * Level-triggered: an event only updates what is known.  Then the rules of the
 * present state are asked in their order, and the first that applies makes the
 * one decision of this step.  After a decision the deadline is "now", so that a
 * TICK asks the rules of the new state.  A lost, repeated or reordered event
 * therefore changes nothing but the time at which something is noticed.
 *
 *              grant to this site,
 *              command             granted, and free
 *    STANDBY ---------> REQUESTING ------------------------+
 *     |  ^  ^               | owner gone                   |
 *     |  |  |               v                              v
 *     |  |  +-- yields -- CLAIMING ------ due ------> ACTIVATING
 *     |  |                  ^  ^                        |    | routes answered
 *     +--|--- owner gone ---+  | taken back             |    v
 *        |                     | (prefixes went first)  |  ACTIVE <--- taken back ---+
 *     routes gone,             |                        |    |  | grant              |
 *     successor claims         |                        v    v  v                    |
 *        +------------------- RELEASING <-------------- (fence, conflict, release) DRAINING
 *                               ^                            make-before-break -----^ |
 *                               +--------------- successor claims --------------------+
 *
 *    STANDBY <--> FENCED (quorum), STANDBY <--> HELD (hold, resume)
 */

#include "damping.h"
#include "decide.h"
#include "group_internal.h"
#include "sites.h"

/* --- what an event changes ------------------------------------------------ */

/* Follow who owns the group, and count the moves that nobody granted. */
static void note_owner(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint16_t claims = group->view.claims;
	uint8_t owner = 0;

	if (!claims || frrd_sites_has(claims, group->last_owner))
		return;
	for (uint8_t id = FRRD_SITE_MAX; id > 0; id--)
		if (frrd_sites_has(claims, id))
			owner = id;
	if (group->last_owner) {
		group->last_move_ms = m->event->now_ms;
		if (!frrd_sites_has(group->seen_grants, owner) && owner != group->grant_to)
			frrd_moves_add(&group->moves, m->event->now_ms);
	}
	group->seen_grants = group->view.grants;
	group->last_owner = owner;
}

/*
 * Rule 3: while nobody has the group, another member falls silent.  It may have
 * taken the group over in its last moment and needs its time to fence.
 */
static void follow_silence(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint16_t silent = group->view.beacons & ~m->event->view.beacons & m->policy->members;
	int64_t turn = m->event->now_ms + m->policy->takeover_delay_ms;

	if (group->free_since_ms == FRRD_NEVER)
		return;
	/* The beacon of the owner that is gone goes with its claim. */
	if (group->last_owner &&
	    m->event->now_ms < group->free_since_ms + m->policy->takeover_delay_ms)
		silent &= ~FRRD_SITE_BIT(group->last_owner);
	if (!silent)
		return;
	group->free_since_ms = m->event->now_ms;
	group->witnessed = false;
	if (group->state == FRRD_STATE_CLAIMING && group->announce_at_ms < turn)
		group->announce_at_ms = turn;
}

/*
 * Rule 4: the successor that claims is not ready any more.  Its routes are out, or it has
 * ended, and the end of its claim is still on its way: markers arrive in any order.
 */
static void follow_successor(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	if (group->linger_until_ms != FRRD_NEVER &&
	    frrd_sites_has(group->view.readies & ~m->event->view.readies, group->grant_to))
		group->linger_until_ms = m->event->now_ms + FRRD_CLAIM_WAY_MS;
}

static void on_view(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	/* An answer that a lost connection still delivered says nothing. */
	if (!group->zebra_up)
		return;
	follow_silence(m);
	follow_successor(m);
	/* A grant stood until now, not until the rules were asked last. */
	if (group->granter && (group->view.grants & FRRD_SITE_BIT(m->policy->self)))
		group->granter_until_ms = m->event->now_ms + FRRD_ROUND_TRIP_MS;
	group->view = m->event->view;
	group->seen_grants |= group->view.grants;
}

static void on_zebra_down(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	group->zebra_up = false;
	group->view = (struct frrd_view){ .known = false };
	fsm_forget_elsewhere(group);
	if (frrd_state_announces(group->state)) {
		/* Rule 6 decides when zebra is back. */
		group->resume = true;
		group->request_for = 0;
		group->wait_until_ms = FRRD_NEVER;
		fsm_forget_grant(m);
		fsm_decide(m, FRRD_STATE_ACTIVATING, FRRD_REASON_ZEBRA_LOST);
	} else if (group->state == FRRD_STATE_RELEASING) {
		/* What stood of claim and grant may stand; neither is written anew. */
		fsm_forget_grant(m);
		group->claim_void = true;
		fsm_decide(m, FRRD_STATE_RELEASING, FRRD_REASON_ZEBRA_LOST);
	} else if (group->state == FRRD_STATE_CLAIMING ||
		   group->state == FRRD_STATE_REQUESTING) {
		group->request_for = 0;
		fsm_decide(m, FRRD_STATE_STANDBY, FRRD_REASON_ZEBRA_DOWN);
	}
}

static void on_zebra_up(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	group->zebra_up = true;
	group->quorum_lost_ms = m->event->now_ms;
	if (group->resume)
		group->wait_until_ms = m->event->now_ms + FRRD_RESUME_MS;
	else if (group->state == FRRD_STATE_RELEASING)
		group->wait_until_ms = m->event->now_ms + m->policy->withdraw_timeout_ms;
}

static void on_routes(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	if (fsm_take_routes(m))
		group->wait_until_ms = m->event->now_ms + m->policy->withdraw_timeout_ms;
	if (frrd_state_announces(group->state) && group->zebra_up && !group->resume)
		fsm_judge_routes(m);
}

/* Rule 6: the process before this one may have owned the group. */
static void on_restore(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	const struct frrd_kept *kept = &m->event->kept;

	group->held = kept->held;
	group->barred = kept->barred;
	group->moves = kept->moves;
	if (!kept->owned || group->state != FRRD_STATE_STANDBY)
		return;
	group->resume = true;
	group->wait_until_ms = group->zebra_up ? m->event->now_ms + FRRD_RESUME_MS : FRRD_NEVER;
	fsm_decide(m, FRRD_STATE_ACTIVATING, FRRD_REASON_RESUMING);
}

/*
 * Rules 3 and 4: a process that was stopped reads what happened meanwhile one
 * message after the other; until then it takes no part.
 */
static void on_stall(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	group->stalled_until_ms = m->event->now_ms + FRRD_ROUND_TRIP_MS;
	if (group->state != FRRD_STATE_CLAIMING && group->state != FRRD_STATE_REQUESTING)
		return;
	group->request_for = 0;
	group->wait_until_ms = FRRD_NEVER;
	fsm_decide(m, FRRD_STATE_STANDBY, FRRD_REASON_STALLED);
}

static void on_tick(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	if (group->deadline_ms != FRRD_NEVER &&
	    m->event->now_ms - group->deadline_ms > FRRD_STALL_MS)
		on_stall(m);
}

static void take_in(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	switch (m->event->type) {
	case FRRD_EVENT_FAILOVER:
	case FRRD_EVENT_FAILOVER_TO:
	case FRRD_EVENT_SWITCHOVER_HERE:
	case FRRD_EVENT_SWITCHOVER_AWAY:
	case FRRD_EVENT_RELEASE:
	case FRRD_EVENT_HOLD:
	case FRRD_EVENT_RESUME:
		fsm_bgp_command(m);
		return;
	case FRRD_EVENT_CONFIG:
		return;
	case FRRD_EVENT_ROUTES:
		on_routes(m);
		return;
	case FRRD_EVENT_ELSEWHERE:
		if (group->zebra_up)
			group->elsewhere = m->event->elsewhere;
		return;
	case FRRD_EVENT_ZEBRA_UP:
		if (!group->zebra_up)
			on_zebra_up(m);
		return;
	case FRRD_EVENT_ZEBRA_DOWN:
		if (group->zebra_up)
			on_zebra_down(m);
		return;
	case FRRD_EVENT_VIEW:
		on_view(m);
		return;
	case FRRD_EVENT_HEALTH:
		group->unhealthy = !m->event->healthy;
		return;
	case FRRD_EVENT_STALL:
		on_stall(m);
		return;
	case FRRD_EVENT_RESTORE:
		on_restore(m);
		return;
	case FRRD_EVENT_TICK:
		on_tick(m);
		return;
	case FRRD_EVENT_SHUTDOWN:
		group->stopping = true;
		return;
	}
}

/* --- what follows from what is known -------------------------------------- */

/* Rule 2. */
static void follow_quorum(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	int64_t now = m->event->now_ms;
	bool quorum = frrd_majority(group, m->policy);

	/* A site or group that was configured just now is asked for: no vote is lost by that. */
	if (group->zebra_up && !group->view.known && group->quorum_since_ms != FRRD_NEVER)
		quorum = true;
	if (quorum && group->quorum_since_ms == FRRD_NEVER)
		group->quorum_since_ms = now;
	if (!quorum && group->quorum_since_ms != FRRD_NEVER) {
		group->quorum_since_ms = FRRD_NEVER;
		group->quorum_lost_ms = now;
	}
	if (quorum)
		group->fence_waived = false;
	group->settled = quorum && now - group->quorum_since_ms >= m->policy->settle_time_ms &&
			 now >= group->stalled_until_ms;
}

/* Rule 3: since when could this site take over? */
static void follow_eligibility(const struct fsm *m)
{
	struct frrd_group *group = m->group;

	bool elsewhere = group->state == FRRD_STATE_REQUESTING &&
			 group->request_for != m->policy->self;

	if (!frrd_eligible(group, m->policy) || elsewhere) {
		group->eligible_since_ms = FRRD_NEVER;
		group->witnessed = false;
	} else if (group->eligible_since_ms == FRRD_NEVER) {
		group->eligible_since_ms = m->event->now_ms;
	}
}

/* Does another site have the group, or may it have it, or does this one? */
static bool is_taken(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	return !group->zebra_up || !group->view.known || frrd_state_announces(group->state) ||
	       group->state == FRRD_STATE_RELEASING || group->view.grants ||
	       group->view.claims || group->elsewhere.announced > 0;
}

/* Rule 3: has one other site, and nobody else, claimed the group for a while? */
static void follow_claimant(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint16_t claims = group->view.claims;
	bool here = group->state == FRRD_STATE_CLAIMING || group->state == FRRD_STATE_RELEASING ||
		    frrd_state_announces(group->state);
	uint8_t sole = 0;

	if (!here && frrd_count_sites(claims) == 1)
		sole = (uint8_t)__builtin_ctz(claims); /* its only bit */
	if (sole == group->sole_claimant)
		return;
	group->sole_claimant = sole;
	group->sole_since_ms = m->event->now_ms;
}

/* Rule 3: since when does nobody have the group, and did this site see it happen? */
static void follow_freedom(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	int64_t now = m->event->now_ms;
	bool undisputed = group->sole_claimant &&
			  now - group->sole_since_ms >= FRRD_ROUND_TRIP_MS;

	follow_claimant(m);
	/* The claim may go before the prefixes do, or after them. */
	if (undisputed && !group->sole_claimant && !group->view.claims)
		group->witnessed = group->eligible_since_ms != FRRD_NEVER;
	else if (group->view.claims)
		group->witnessed = false;
	if (is_taken(m))
		group->free_since_ms = FRRD_NEVER;
	else if (group->free_since_ms == FRRD_NEVER)
		group->free_since_ms = now;
}

/* Failback: since when is which better-ranked site ready? */
static void follow_better(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	uint8_t best = frrd_best_of(m->policy, frrd_successors(group, m->policy));

	if (best && m->policy->rank[best] > m->policy->rank[m->policy->self])
		best = 0;
	if (best == group->better)
		return;
	group->better = best;
	group->better_since_ms = m->event->now_ms;
}

static void observe(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	const struct frrd_view *view = &group->view;
	int64_t now = m->event->now_ms;

	if (!frrd_state_announces(group->state))
		note_owner(m);
	follow_quorum(m);
	follow_eligibility(m);
	follow_freedom(m);
	follow_better(m);
	if (group->state == FRRD_STATE_ACTIVE && !group->unhealthy)
		group->claim_again = false;
	group->ignored_claims &= view->claims;
	group->ignored_requests &= view->requests;
	if (!(view->grants & FRRD_SITE_BIT(m->policy->self)))
		group->grant_used = false;
	if (view->claims) {
		group->barred = false;
		group->unsure_until_ms = 0;
		group->claim_seen_ms = now;
	}
	if (group->granted_to && now >= group->granted_until_ms)
		group->granted_to = 0;
	if (group->granter && (view->grants & FRRD_SITE_BIT(m->policy->self)))
		group->granter_until_ms = now + FRRD_ROUND_TRIP_MS;
	else if (group->granter && now >= group->granter_until_ms)
		group->granter = 0;
	/* Rule 4: the request stays up until the old claim is gone. */
	if (group->request_for && group->state != FRRD_STATE_REQUESTING &&
	    !(view->claims & ~FRRD_SITE_BIT(m->policy->self)))
		group->request_for = 0;
}

/* --- resting -------------------------------------------------------------- */

enum frrd_state fsm_rest_state(const struct fsm *m)
{
	const struct frrd_group *group = m->group;

	if (!m->policy->member)
		return FRRD_STATE_STANDBY;
	if (group->zebra_up && group->view.known && group->quorum_since_ms == FRRD_NEVER)
		return FRRD_STATE_FENCED;
	/* Without zebra nothing is known; what was known before is not unlearned. */
	if (group->state == FRRD_STATE_FENCED && group->quorum_since_ms == FRRD_NEVER)
		return FRRD_STATE_FENCED;
	return group->held ? FRRD_STATE_HELD : FRRD_STATE_STANDBY;
}

static enum frrd_reason rest_reason(const struct frrd_group *group, enum frrd_state rest)
{
	if (rest == FRRD_STATE_FENCED)
		return FRRD_REASON_NO_QUORUM;
	if (rest == FRRD_STATE_HELD)
		return FRRD_REASON_COMMAND_HOLD;
	return group->quorum_since_ms != FRRD_NEVER ? FRRD_REASON_QUORUM_BACK
						     : FRRD_REASON_STARTED;
}

static void resting_rules(const struct fsm *m)
{
	struct frrd_group *group = m->group;
	enum frrd_state rest = fsm_rest_state(m);

	if (group->state != rest)
		fsm_decide(m, rest, rest_reason(group, rest));
	else if (m->policy->member && group->reason == FRRD_REASON_STARTED &&
		 group->quorum_since_ms != FRRD_NEVER)
		fsm_decide(m, rest, FRRD_REASON_QUORUM_BACK);
	else if (group->reason == FRRD_REASON_QUORUM_BACK && group->settled)
		fsm_decide(m, rest, FRRD_REASON_SETTLED);
	else if (rest == FRRD_STATE_STANDBY && m->policy->member)
		fsm_standby_rules(m);
}

/* --- one step ------------------------------------------------------------- */

static void apply_rules(const struct fsm *m)
{
	switch (m->group->state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
		resting_rules(m);
		return;
	case FRRD_STATE_REQUESTING:
		fsm_requesting_rules(m);
		return;
	case FRRD_STATE_CLAIMING:
		fsm_claiming_rules(m);
		return;
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
		fsm_owner_rules(m);
		return;
	case FRRD_STATE_DRAINING:
		fsm_draining_rules(m);
		return;
	case FRRD_STATE_RELEASING:
		fsm_releasing_rules(m);
		return;
	case FRRD_STATE_COUNT:
		return;
	}
}

/* Keep the earliest time that is still ahead. */
static void sooner(int64_t *deadline, int64_t now, int64_t at)
{
	if (at > now && at < *deadline)
		*deadline = at;
}

static int64_t plus(int64_t at, int64_t ms)
{
	return at == FRRD_NEVER ? FRRD_NEVER : at + ms;
}

/*
 * When the rules may say something else although nothing happens.  Too early
 * does no harm, a TICK that finds nothing to do computes the next one; so times
 * of other states need not be left out.
 */
static int64_t next_deadline(const struct fsm *m)
{
	const struct frrd_group *group = m->group;
	const struct frrd_policy *policy = m->policy;
	int64_t now = m->event->now_ms;
	int64_t deadline = FRRD_NEVER;
	int64_t due;

	if (fsm_decided(m))
		return now;
	if (!group->settled) {
		sooner(&deadline, now, plus(group->quorum_since_ms, policy->settle_time_ms));
		sooner(&deadline, now, group->stalled_until_ms);
	}
	if (group->state == FRRD_STATE_REQUESTING)
		sooner(&deadline, now, plus(group->eligible_since_ms, FRRD_CLAIM_WAY_MS));
	due = fsm_claim_due(m);
	sooner(&deadline, now, due);
	if (group->state == FRRD_STATE_CLAIMING)
		sooner(&deadline, now, group->announce_at_ms);
	sooner(&deadline, now, group->wait_until_ms);
	if (group->granted_to)
		sooner(&deadline, now, group->granted_until_ms);
	if (group->granter)
		sooner(&deadline, now, group->granter_until_ms);
	if (frrd_state_announces(group->state)) {
		if (group->state == FRRD_STATE_ACTIVATING)
			sooner(&deadline, now, group->since_ms + FRRD_CLAIM_SHOWN_MS);
		sooner(&deadline, now, group->since_ms + FRRD_ROUND_TRIP_MS);
		sooner(&deadline, now, group->claim_seen_ms + policy->takeover_delay_ms);
		if (group->quorum_since_ms == FRRD_NEVER)
			sooner(&deadline, now, group->quorum_lost_ms + policy->fence_delay_ms);
		if (group->better && policy->failback)
			sooner(&deadline, now,
			       group->better_since_ms + policy->wait_to_restore_ms);
		if (group->unhealthy || fsm_routes_none(group) || group->failed_to ||
		    (group->better && policy->failback))
			sooner(&deadline, now, frrd_moves_allowed_at(group, policy, now));
	}
	if (group->grant_to) {
		sooner(&deadline, now, group->linger_until_ms);
		sooner(&deadline, now, group->grant_until_ms);
		sooner(&deadline, now, plus(group->missing_since_ms, FRRD_MISSING_GRACE_MS));
	}
	return deadline;
}

void fsm_bgp(const struct fsm *m)
{
	take_in(m);
	observe(m);
	if (!fsm_decided(m))
		apply_rules(m);
	m->group->deadline_ms = next_deadline(m);
}
