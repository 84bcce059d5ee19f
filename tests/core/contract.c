// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The contract of group_fsm.h and types.h for the manual arbiter, written from
 * these headers; see support.h.
 */

#include <string.h>

#include "tests/core/contract.h"

struct tally tally_of(const struct frrd_actions *actions)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < actions->count; i++) {
		switch (actions->list[i].type) {
		case FRRD_ACTION_ANNOUNCE:
			tally.announce++;
			break;
		case FRRD_ACTION_WITHDRAW:
			tally.withdraw++;
			break;
		case FRRD_ACTION_RECORD:
			tally.record++;
			break;
		case FRRD_ACTION_ACCEPT:
			tally.accept++;
			break;
		case FRRD_ACTION_REFUSE:
			tally.refuse++;
			break;
		}
	}
	return tally;
}

static bool announcing(enum frrd_state state)
{
	return state == FRRD_STATE_ACTIVATING || state == FRRD_STATE_ACTIVE;
}

/* The arrows of the picture in group_manual.c, and staying. */
static bool legal_arrow(enum frrd_state from, enum frrd_state to)
{
	switch (from) {
	case FRRD_STATE_STANDBY:
		return to == FRRD_STATE_STANDBY || to == FRRD_STATE_CLAIMING ||
		       to == FRRD_STATE_ACTIVATING;
	case FRRD_STATE_CLAIMING:
		return to == FRRD_STATE_CLAIMING || to == FRRD_STATE_STANDBY ||
		       to == FRRD_STATE_ACTIVATING;
	case FRRD_STATE_ACTIVATING:
		return to == FRRD_STATE_ACTIVATING || to == FRRD_STATE_ACTIVE ||
		       to == FRRD_STATE_RELEASING;
	case FRRD_STATE_ACTIVE:
		return to == FRRD_STATE_ACTIVE || to == FRRD_STATE_RELEASING;
	case FRRD_STATE_RELEASING:
		return to == FRRD_STATE_RELEASING || to == FRRD_STATE_STANDBY;
	case FRRD_STATE_REQUESTING:
	case FRRD_STATE_DRAINING:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
	case FRRD_STATE_COUNT:
		break;
	}
	return false;
}

/* The one decision whose record and whose reason differ; see cause_violation(). */
static bool ends_release(const struct step *step)
{
	return step->before.state == FRRD_STATE_RELEASING &&
	       step->after.state == FRRD_STATE_STANDBY;
}

static const char *action_violation(const struct step *step, const struct tally *tally)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	bool moved = before->state != after->state || before->reason != after->reason;
	bool hold = step->event.type == FRRD_EVENT_HOLD || step->event.type == FRRD_EVENT_RESUME;
	unsigned int rank = 0;

	if (tally->record > 1)
		return "one record a step";
	if (moved && tally->record == 0)
		return "every new state and every new reason is recorded";
	/* The other arbiter may have said before that zebra was lost. */
	if (!moved && tally->record > 0 && !(hold && tally->accept > 0) &&
	    step->event.type != FRRD_EVENT_ZEBRA_DOWN)
		return "a record says something new";
	if (tally->refuse > 0 && (step->actions.count > 1 || !same_group(before, after)))
		return "a refused command changes nothing";
	if (tally->accept > 0 && same_group(before, after))
		return "an accepted command changes something";
	if (same_group(before, after) && step->actions.count > tally->refuse)
		return "an event that changes nothing yields no action";

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
		if (action->type == FRRD_ACTION_RECORD &&
		    (action->from != before->state || action->to != after->state))
			return "a record tells the transition that happened";
		if (has_reason(action->type) && action->type != FRRD_ACTION_REFUSE && moved &&
		    !ends_release(step) && action->reason != after->reason)
			return "answer and record give the reason that the group shows";
	}
	return NULL;
}

/* Why a group was released: kept to the end, and then what the group shows. */
static const char *cause_violation(const struct step *step)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	bool begins = before->state != FRRD_STATE_RELEASING && after->state == FRRD_STATE_RELEASING;

	if (begins && after->release_cause != after->reason)
		return "the cause of a release is the reason why it began";
	if (!begins && after->release_cause != before->release_cause)
		return "the cause of a release is kept until the next one";
	if (!ends_release(step))
		return NULL;
	if (after->reason != before->release_cause)
		return "after a release the group shows its cause";
	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type == FRRD_ACTION_RECORD &&
		    step->actions.list[i].reason != FRRD_REASON_ROUTES_WITHDRAWN)
			return "the end of a release is recorded as such";
	return NULL;
}

static bool same_routes(const struct frrd_routes *a, const struct frrd_routes *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool same_elsewhere(const struct frrd_elsewhere *a, const struct frrd_elsewhere *b)
{
	return a->announced == b->announced && a->unknown == b->unknown;
}

/* Who may change which member of the group. */
static const char *field_violation(const struct step *step)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	const struct frrd_elsewhere nothing_new = { 0, after->elsewhere.unknown };
	enum frrd_event_type type = step->event.type;

	if (after->since_ms !=
	    (before->state != after->state ? step->event.now_ms : before->since_ms))
		return "since_ms is when the state was entered";
	if (after->held != before->held && type != FRRD_EVENT_RESTORE &&
	    type != (after->held ? FRRD_EVENT_HOLD : FRRD_EVENT_RESUME))
		return "only hold holds and only resume resumes";
	if (after->stopping != (before->stopping || type == FRRD_EVENT_SHUTDOWN))
		return "shutdown, and nothing else, stops for good";
	if (after->zebra_up !=
	    (type == FRRD_EVENT_ZEBRA_UP || (before->zebra_up && type != FRRD_EVENT_ZEBRA_DOWN)))
		return "zebra is up when it was last reported up";
	if (!same_routes(&after->routes,
			 type == FRRD_EVENT_ROUTES ? &step->event.routes : &before->routes))
		return "routes are the last snapshot";
	/* Knowledge may be forgotten (asked again) at any time, but not invented. */
	if (!same_elsewhere(&after->elsewhere, type == FRRD_EVENT_ELSEWHERE ? &step->event.elsewhere
									    : &before->elsewhere) &&
	    !(after->elsewhere.unknown > 0 && same_elsewhere(&after->elsewhere, &nothing_new)))
		return "elsewhere is the last snapshot, or unknown";
	if (after->claim_waits && after->state != FRRD_STATE_CLAIMING)
		return "only a claim waits";
	if (before->state != FRRD_STATE_CLAIMING && after->state == FRRD_STATE_CLAIMING &&
	    after->claim_waits != (type == FRRD_EVENT_SWITCHOVER_HERE))
		return "a switchover waits, a failover does not";
	if (before->state == after->state && before->claim_waits != after->claim_waits)
		return "a claim does not change its kind";
	return NULL;
}

static const char *deadline_violation(const struct step *step)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	const struct frrd_policy *policy = &step->policy;
	int64_t now_ms = step->event.now_ms;
	bool begins;

	if (after->state == FRRD_STATE_CLAIMING && before->state != FRRD_STATE_CLAIMING &&
	    after->deadline_ms != now_ms + policy->handover_timeout_ms)
		return "a claim may last handover_timeout_ms";
	if (after->state == FRRD_STATE_RELEASING && before->state != FRRD_STATE_RELEASING &&
	    after->deadline_ms != now_ms + policy->withdraw_timeout_ms)
		return "a withdrawal may last withdraw_timeout_ms";
	if (before->state != after->state || before->deadline_ms == after->deadline_ms)
		return NULL;
	if (after->deadline_ms == FRRD_NEVER) {
		if (step->event.type != FRRD_EVENT_TICK || now_ms < before->deadline_ms)
			return "a deadline is kept until it has passed";
		return NULL;
	}
	/* zebra is back: the withdrawal begins anew. Nothing holds it up any more: it begins now. */
	begins = step->event.type == FRRD_EVENT_ZEBRA_UP ||
		 (before->routes.held && !after->routes.held);
	if (!begins || after->state != FRRD_STATE_RELEASING ||
	    after->deadline_ms != now_ms + policy->withdraw_timeout_ms)
		return "a deadline does not move";
	return NULL;
}

/*
 * An owner yields when zebra has answered for every prefix, none is installed,
 * and another site announces one; it does so on hold as well, and routes alone
 * are no other cause to give a group up.
 */
static const char *yield_violation(const struct step *step)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	const struct frrd_routes *routes = &after->routes;
	bool has_to = step->event.type == FRRD_EVENT_ROUTES && announcing(before->state) &&
		      after->zebra_up && routes->announced >= routes->total &&
		      routes->pending == 0 && routes->installed == 0 && routes->taken > 0;
	bool gives_up = announcing(before->state) && !announcing(after->state);

	if (has_to &&
	    (after->state != FRRD_STATE_RELEASING || after->reason != FRRD_REASON_TAKEN_OVER))
		return "a site that announces nothing yields to the one that does";
	if (!has_to && gives_up && step->event.type == FRRD_EVENT_ROUTES)
		return "a site that may announce something does not yield";
	if (!has_to && gives_up && after->reason == FRRD_REASON_TAKEN_OVER)
		return "only routes tell that a group was taken over";
	return NULL;
}

static const char *state_violation(const struct step *step, const struct tally *tally)
{
	const struct frrd_group *before = &step->before, *after = &step->after;
	const struct frrd_routes *routes = &after->routes;
	enum frrd_event_type type = step->event.type;

	if (!legal_arrow(before->state, after->state))
		return "no such transition in the picture";
	if (tally->announce > 0 && !after->zebra_up)
		return "nothing is announced without zebra";
	if (tally->announce > 0 && !step->policy.member)
		return "nothing is announced by a site that is not a member";
	if (tally->announce > 0 && !step->policy.complete)
		return "nothing is announced while a next-hop is missing";
	if (tally->announce > 0 && routes->total == 0)
		return "a group without prefixes is not announced";
	if (before->state != FRRD_STATE_ACTIVE && after->state == FRRD_STATE_ACTIVE &&
	    (!after->zebra_up || routes->announced < routes->total || routes->pending > 0 ||
	     routes->installed == 0))
		return "active is what zebra has confirmed";
	if (before->state == FRRD_STATE_RELEASING && after->state == FRRD_STATE_STANDBY &&
	    !after->zebra_up)
		return "without zebra nothing confirms that a withdrawal is over";
	if (type == FRRD_EVENT_CONFIG && !step->policy.member && announcing(after->state))
		return "a site that is no member any more withdraws";
	if (after->stopping && after->state != FRRD_STATE_STANDBY &&
	    after->state != FRRD_STATE_RELEASING)
		return "a stopping group withdraws";
	if (after->held && after->state == FRRD_STATE_CLAIMING)
		return "a held group does not claim";
	if (before->held && is_command(type) && type != FRRD_EVENT_RESUME && tally->accept > 0)
		return "a held group refuses every move";
	return NULL;
}

const char *manual_contract_violation(const struct step *step)
{
	struct tally tally = tally_of(&step->actions);
	const char *violation;

	violation = action_violation(step, &tally);
	if (!violation)
		violation = cause_violation(step);
	if (!violation)
		violation = field_violation(step);
	if (!violation)
		violation = deadline_violation(step);
	if (!violation)
		violation = state_violation(step, &tally);
	if (!violation)
		violation = yield_violation(step);
	return violation;
}

