// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The contract of types.h, markers.h and doc/protocol.md for the arbiter bgp; see
 * support.h.
 */

#include <string.h>

#include "frrd/core/markers.h"
#include "tests/core/contract.h"

#define BIT(state) (1u << (state))
#define REST (BIT(FRRD_STATE_STANDBY) | BIT(FRRD_STATE_FENCED) | BIT(FRRD_STATE_HELD))
#define ANNOUNCING                                                                                 \
	(BIT(FRRD_STATE_ACTIVATING) | BIT(FRRD_STATE_ACTIVE) | BIT(FRRD_STATE_DRAINING))

/* The arrows of the picture in group_bgp.c; staying is always possible. */
static const unsigned int arrows[STATE_COUNT] = {
	[FRRD_STATE_STANDBY] = REST | BIT(FRRD_STATE_REQUESTING) | BIT(FRRD_STATE_CLAIMING) |
			       BIT(FRRD_STATE_ACTIVATING),
	/* Force. */
	[FRRD_STATE_FENCED] = REST | BIT(FRRD_STATE_ACTIVATING),
	[FRRD_STATE_HELD] = REST,
	[FRRD_STATE_REQUESTING] = REST | BIT(FRRD_STATE_CLAIMING) | BIT(FRRD_STATE_ACTIVATING),
	[FRRD_STATE_CLAIMING] = REST | BIT(FRRD_STATE_ACTIVATING),
	[FRRD_STATE_ACTIVATING] = BIT(FRRD_STATE_ACTIVE) | BIT(FRRD_STATE_DRAINING) |
				  BIT(FRRD_STATE_RELEASING),
	/* zebra lost: what it kept is asked for when it is back. */
	[FRRD_STATE_ACTIVE] = BIT(FRRD_STATE_DRAINING) | BIT(FRRD_STATE_RELEASING) |
			      BIT(FRRD_STATE_ACTIVATING),
	[FRRD_STATE_DRAINING] = BIT(FRRD_STATE_ACTIVE) | BIT(FRRD_STATE_RELEASING) |
				BIT(FRRD_STATE_ACTIVATING),
	/* Force, when only claim and grant are left. */
	[FRRD_STATE_RELEASING] = REST | BIT(FRRD_STATE_CLAIMING) | BIT(FRRD_STATE_ACTIVATING),
};

static bool is_in(enum frrd_state state, unsigned int states)
{
	return BIT(state) & states;
}

static bool ends_release(const struct step *step)
{
	return step->before.state == FRRD_STATE_RELEASING && is_in(step->after.state, REST);
}

/* --- actions ---------------------------------------------------------------- */

static const char *order_violation(const struct step *step)
{
	unsigned int rank = 0;

	for (size_t i = 0; i < step->actions.count; i++) {
		const struct frrd_action *action = &step->actions.list[i];
		bool answer =
			action->type == FRRD_ACTION_ACCEPT || action->type == FRRD_ACTION_REFUSE;
		unsigned int this_rank = answer ? 1 : action->type == FRRD_ACTION_RECORD ? 2 : 3;

		if (has_reason(action->type) && (unsigned int)action->reason >= FRRD_REASON_COUNT)
			return "every answer and every record has a reason";
		if (this_rank <= rank)
			return "answer, then record, then what is done to routes";
		rank = this_rank;
	}
	return NULL;
}

static const char *action_violation(const struct step *step, const struct tally *tally)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	bool moved = before->state != after->state || before->reason != after->reason;
	/* zebra may be lost twice without a word in between. */
	bool again = step->event.type == FRRD_EVENT_HOLD || step->event.type == FRRD_EVENT_RESUME ||
		     step->event.type == FRRD_EVENT_ZEBRA_DOWN;

	if (tally->record > 1)
		return "one record a step";
	if (moved && tally->record == 0)
		return "every new state and every new reason is recorded";
	if (!moved && tally->record > 0 && !again)
		return "a record says something new";
	if (tally->refuse > 0 && (before->held != after->held || before->barred != after->barred))
		return "a refused command changes nothing";
	if (tally->accept > 0 && tally->record == 0)
		return "an accepted command is recorded";
	for (size_t i = 0; i < step->actions.count; i++) {
		const struct frrd_action *action = &step->actions.list[i];

		if (action->type == FRRD_ACTION_RECORD &&
		    (action->from != before->state || action->to != after->state))
			return "a record tells the transition that happened";
		if ((action->type == FRRD_ACTION_ACCEPT || action->type == FRRD_ACTION_RECORD) &&
		    !ends_release(step) && action->reason != after->reason)
			return "answer and record give the reason that the group shows";
	}
	return order_violation(step);
}

static const char *cause_violation(const struct step *step)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	bool begins = before->state != FRRD_STATE_RELEASING && after->state == FRRD_STATE_RELEASING;

	if (begins && after->release_cause != after->reason)
		return "the cause of a release is the reason why it began";
	if (!begins && !ends_release(step) && after->release_cause != before->release_cause)
		return "the cause of a release is kept until its end";
	if (!ends_release(step) || step->event.type == FRRD_EVENT_CONFIG)
		return NULL;
	if (after->reason != after->release_cause)
		return "after a release the group shows its cause";
	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type == FRRD_ACTION_RECORD &&
		    step->actions.list[i].reason != FRRD_REASON_ROUTES_WITHDRAWN)
			return "the end of a release is recorded as such";
	return NULL;
}

/* --- what is known ------------------------------------------------------------ */

static const char *field_violation(const struct step *step, const struct tally *tally)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	enum frrd_event_type type = step->event.type;
	int64_t now_ms = step->event.now_ms;

	if (after->since_ms != (before->state != after->state ? now_ms : before->since_ms))
		return "since_ms is when the state was entered";
	if (after->held != before->held && type != FRRD_EVENT_RESTORE &&
	    type != (after->held ? FRRD_EVENT_HOLD : FRRD_EVENT_RESUME))
		return "only hold holds and only resume resumes";
	if (after->stopping != (before->stopping || type == FRRD_EVENT_SHUTDOWN))
		return "shutdown, and nothing else, stops for good";
	if (after->zebra_up !=
	    (type == FRRD_EVENT_ZEBRA_UP || (before->zebra_up && type != FRRD_EVENT_ZEBRA_DOWN)))
		return "zebra is up when it was last reported up";
	/* What was just sent or taken back is not answered yet. */
	if (type == FRRD_EVENT_ROUTES && !tally->announce && !tally->withdraw &&
	    memcmp(&after->routes, &step->event.routes, sizeof(after->routes)) != 0)
		return "routes are the last snapshot";
	if (type == FRRD_EVENT_VIEW && after->zebra_up &&
	    memcmp(&after->view, &step->event.view, sizeof(after->view)) != 0)
		return "the view is the last snapshot";
	if (type == FRRD_EVENT_ZEBRA_DOWN && after->view.known)
		return "without zebra nothing is known of the others";
	if (after->barred && after->view.claims)
		return "a site is barred only until another one owns the group";
	return NULL;
}

static struct frrd_markers marks_of(const struct step *step)
{
	struct frrd_markers markers;

	frrd_group_markers(&step->after, &step->policy, &markers);
	return markers;
}

static const char *time_violation(const struct step *step)
{
	const struct frrd_group *after = &step->after;
	const struct frrd_policy *policy = &step->policy;
	int64_t now_ms = step->event.now_ms;
	bool quorum = after->quorum_since_ms != FRRD_NEVER;
	bool waits = after->state == FRRD_STATE_CLAIMING || after->state == FRRD_STATE_REQUESTING;

	if (after->settled && (!quorum || now_ms - after->quorum_since_ms < policy->settle_time_ms))
		return "settled is quorum for settle-time";
	if (after->settled && now_ms < after->stalled_until_ms)
		return "who was stopped is not settled";
	if (after->free_since_ms != FRRD_NEVER &&
	    (!after->zebra_up || !after->view.known || after->view.claims || after->view.grants ||
	     after->elsewhere.announced))
		return "free is what nobody claims, was granted or announces";
	if (after->eligible_since_ms != FRRD_NEVER && after->eligible_since_ms > now_ms)
		return "eligible since a time in the past";
	if (waits && after->wait_until_ms == FRRD_NEVER)
		return "a claim and a request have a limit";
	if (marks_of(step).grant_to && after->grant_until_ms == FRRD_NEVER)
		return "a grant that is up has a limit";
	return NULL;
}

/* --- what the markers say ------------------------------------------------------- */

static bool could_take_over(const struct step *step)
{
	const struct frrd_group *group = &step->after;
	const struct frrd_policy *policy = &step->policy;

	return !group->stopping && policy->member && policy->complete && group->routes.total > 0 &&
	       !group->held && group->zebra_up && !group->unhealthy && group->settled &&
	       !(policy->maintenance & FRRD_SITE_BIT(policy->self));
}

/* It has followed a grant that still stands, and the granter looks at its readiness. */
static bool is_successor(const struct frrd_group *group, const struct frrd_policy *policy)
{
	return group->granter && !group->resume &&
	       (group->state == FRRD_STATE_ACTIVATING ||
		(group->grant_used && (group->view.grants & FRRD_SITE_BIT(policy->self))));
}

static const char *marker_violation(const struct step *step)
{
	const struct frrd_group *group = &step->after;
	struct frrd_markers markers;
	bool announces = is_in(group->state, ANNOUNCING);

	memset(&markers, 0xff, sizeof(markers));
	frrd_group_markers(group, &step->policy, &markers);
	if (announces && !group->resume && !markers.claim)
		return "rule 1: no prefix without a claim";
	if (markers.claim && (is_in(group->state, REST) || group->state == FRRD_STATE_REQUESTING))
		return "rule 1: at rest there is no claim";
	if (markers.claim && group->resume)
		return "rule 6: while it asks, a site claims nothing";
	if (markers.ready && !could_take_over(step) && !is_successor(group, &step->policy))
		return "rule 4: ready is who could take over";
	if (markers.ready && (is_in(group->state, BIT(FRRD_STATE_ACTIVE) | BIT(FRRD_STATE_DRAINING)) ||
			      (is_in(group->state, BIT(FRRD_STATE_HELD) | BIT(FRRD_STATE_FENCED)) &&
			       !is_successor(group, &step->policy))))
		return "rule 4: an owner is not ready, and who rests by force is not";
	if (markers.grant_to && group->state != FRRD_STATE_DRAINING &&
	    group->state != FRRD_STATE_RELEASING)
		return "rule 4: only an owner that lets go grants";
	if (markers.grant_to && group->state == FRRD_STATE_RELEASING &&
	    !step->policy.make_before_break && step->before.state == FRRD_STATE_ACTIVE)
		return "rule 4: break-before-make, no grant before the prefixes are gone";
	if (markers.grant_to == step->policy.self)
		return "rule 4: nobody grants to itself";
	if (group->state == FRRD_STATE_REQUESTING && !markers.request_for)
		return "rule 4: a request has its marker";
	if (markers.request_for && is_in(group->state, REST))
		return "rule 4: at rest there is no request";
	return NULL;
}

/* --- states --------------------------------------------------------------------- */

static const char *state_violation(const struct step *step, const struct tally *tally)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	const struct frrd_routes *routes = &after->routes;
	bool forced = step->event.type == FRRD_EVENT_FAILOVER && step->event.force;

	/* Another arbiter: everything that had begun is over. */
	if (before->arbiter != after->arbiter)
		return NULL;
	if (before->state != after->state && !is_in(after->state, arrows[before->state]))
		return "no such transition in the picture";
	if (tally->announce > 0 && (!step->policy.member || !step->policy.complete) &&
	    after->reason != FRRD_REASON_RESUMED)
		return "only a member with next-hops announces";
	if (tally->announce > 0 && after->unhealthy && !forced &&
	    after->reason != FRRD_REASON_RESUMED &&
	    !((before->claim_again || before->last_owner == step->policy.self) &&
	      before->state == FRRD_STATE_CLAIMING && !step->policy.withdraw_alone))
		return "an unhealthy site does not take over, but take back where keep is configured";
	if (before->state != FRRD_STATE_ACTIVE && after->state == FRRD_STATE_ACTIVE &&
	    before->state != FRRD_STATE_DRAINING &&
	    (!after->zebra_up || routes->announced < routes->total || routes->pending > 0 ||
	     routes->installed == 0))
		return "active is what zebra has confirmed";
	if (after->held && (after->state == FRRD_STATE_CLAIMING ||
			    (after->state == FRRD_STATE_REQUESTING &&
			     after->request_for == step->policy.self)))
		return "a held group neither asks nor claims";
	if (after->held && after->state == FRRD_STATE_DRAINING &&
	    before->state != FRRD_STATE_DRAINING)
		return "a held owner does not hand over";
	if (after->stopping && before->stopping && is_in(after->state, ANNOUNCING) &&
	    !after->resume)
		return "a stopping group withdraws";
	if (after->state == FRRD_STATE_FENCED && after->quorum_since_ms != FRRD_NEVER &&
	    step->event.type == FRRD_EVENT_TICK)
		return "fenced is who has no quorum";
	if (after->state == FRRD_STATE_HELD && !after->held)
		return "held is who was told to hold";
	return NULL;
}

const char *bgp_contract_violation(const struct step *step)
{
	struct tally tally = tally_of(&step->actions);
	const char *violation;

	violation = action_violation(step, &tally);
	if (!violation)
		violation = cause_violation(step);
	if (!violation)
		violation = field_violation(step, &tally);
	if (!violation)
		violation = time_violation(step);
	if (!violation)
		violation = marker_violation(step);
	if (!violation)
		violation = state_violation(step, &tally);
	return violation;
}
