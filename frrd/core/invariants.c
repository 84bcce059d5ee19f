// SPDX-License-Identifier: GPL-2.0-or-later
/* Invariants of one step; see invariants.h. */

#include "invariants.h"

static unsigned int count_of(const struct frrd_actions *actions, enum frrd_action_type type)
{
	unsigned int n = 0;

	for (size_t i = 0; i < actions->count; i++)
		n += actions->list[i].type == type;
	return n;
}

/* Rule 6: an owner that came back has to ask first; till then it has sent nothing. */
static bool may_announce(const struct frrd_group *group)
{
	return frrd_state_announces(group->state) && !group->resume;
}

static bool is_command(enum frrd_event_type type)
{
	switch (type) {
	case FRRD_EVENT_FAILOVER:
	case FRRD_EVENT_FAILOVER_TO:
	case FRRD_EVENT_SWITCHOVER_HERE:
	case FRRD_EVENT_SWITCHOVER_AWAY:
	case FRRD_EVENT_RELEASE:
	case FRRD_EVENT_HOLD:
	case FRRD_EVENT_RESUME:
		return true;
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
		return false;
	}
	return false;
}

/* Rules 2 to 7: who may begin to announce under the arbiter bgp. */
static const char *bgp_violation(const struct frrd_group *after, const struct frrd_event *event,
				 bool announces)
{
	bool forced = event->type == FRRD_EVENT_FAILOVER && event->force;
	bool granted = after->reason == FRRD_REASON_GRANTED;
	bool resumed = after->reason == FRRD_REASON_RESUMED;

	if (announces && !forced && after->quorum_since_ms == FRRD_NEVER)
		return "rule 2: no announcement without quorum";
	if (announces && !forced && !resumed && !after->settled)
		return "rule 6: no announcement before settle-time has passed";
	if (announces && !forced && !granted && (after->view.claims || after->view.grants))
		return "rule 3: no announcement while another site claims or was granted the group";
	if (announces && resumed && !after->view.own_claim)
		return "rule 6: nothing to resume without the own claim";
	if (after->grant_to && after->state != FRRD_STATE_DRAINING &&
	    after->state != FRRD_STATE_RELEASING)
		return "rule 4: only an owner that lets go grants";
	if (after->state == FRRD_STATE_DRAINING && !after->grant_to)
		return "rule 4: draining towards nobody";
	if (after->state == FRRD_STATE_DRAINING && after->reason == FRRD_REASON_GRANT_UNHEALTHY &&
	    !after->claim_again)
		return "rule 8: an unhealthy owner that grants withdraws";
	if (after->state == FRRD_STATE_REQUESTING && !after->request_for)
		return "rule 4: a request for nobody";
	if (after->resume && !frrd_state_announces(after->state))
		return "rule 6: only an owner can resume";
	return NULL;
}

static const char *manual_violation(const struct frrd_group *after)
{
	if (after->state == FRRD_STATE_CLAIMING && after->deadline_ms == FRRD_NEVER)
		return "a claim has a deadline";
	if (after->deadline_ms != FRRD_NEVER && after->state != FRRD_STATE_CLAIMING &&
	    after->state != FRRD_STATE_RELEASING)
		return "only claims and withdrawals have deadlines";
	return NULL;
}

static const char *announce_violation(const struct frrd_group *before,
				      const struct frrd_group *after,
				      const struct frrd_event *event, unsigned int announces,
				      unsigned int withdraws)
{
	bool bgp = after->arbiter == FRRD_ARBITER_BGP;
	bool free = bgp && (after->reason == FRRD_REASON_GRANTED ||
			    after->reason == FRRD_REASON_RESUMED);
	bool forced = event->type == FRRD_EVENT_FAILOVER && event->force;

	if ((announces > 0) != (!may_announce(before) && may_announce(after)))
		return "ANNOUNCE goes with entering an announcing state, and only with it";
	if ((withdraws > 0) !=
	    (frrd_state_announces(before->state) && !frrd_state_announces(after->state)))
		return "WITHDRAW goes with leaving the announcing states, and only with it";
	if (announces > 1 || withdraws > 1)
		return "one announcement or withdrawal a step";
	if (announces && !forced && !free &&
	    (after->elsewhere.announced || after->elsewhere.unknown))
		return "no announcement while a prefix is, or may be, announced elsewhere";
	if (announces && after->reason != FRRD_REASON_RESUMED && after->held)
		return "no announcement by a held group";
	if (announces && after->stopping)
		return "no announcement by a stopping group";
	if (announces && (!after->zebra_up || after->routes.total == 0))
		return "no announcement without zebra or without a prefix";
	return NULL;
}

static bool ends_release(enum frrd_state state)
{
	return state == FRRD_STATE_STANDBY || state == FRRD_STATE_FENCED ||
	       state == FRRD_STATE_HELD || state == FRRD_STATE_CLAIMING;
}

const char *frrd_step_violation(const struct frrd_group *before, const struct frrd_group *after,
				const struct frrd_event *event,
				const struct frrd_actions *actions)
{
	unsigned int answers = count_of(actions, FRRD_ACTION_ACCEPT) +
			       count_of(actions, FRRD_ACTION_REFUSE);
	unsigned int announces = count_of(actions, FRRD_ACTION_ANNOUNCE);
	unsigned int withdraws = count_of(actions, FRRD_ACTION_WITHDRAW);
	bool forced = event->type == FRRD_EVENT_FAILOVER && event->force;
	/* Force sends routes in the same step. */
	const struct frrd_routes *left = forced ? &before->routes : &after->routes;
	const char *violation;

	if (answers != (is_command(event->type) ? 1 : 0))
		return "a command is answered exactly once, other events never";
	if (before->state != after->state && count_of(actions, FRRD_ACTION_RECORD) != 1)
		return "a change of state is recorded exactly once";
	if (before->state == FRRD_STATE_RELEASING && after->state != FRRD_STATE_RELEASING &&
	    !ends_release(after->state) && !forced)
		return "a withdrawal ends at rest, or in a claim";
	if (before->state == FRRD_STATE_RELEASING && after->state != FRRD_STATE_RELEASING &&
	    (!after->zebra_up || left->announced || left->pending))
		return "a release is over only when zebra confirmed it";
	violation = after->arbiter == FRRD_ARBITER_BGP
			    ? bgp_violation(after, event, announces > 0)
			    : manual_violation(after);
	if (violation)
		return violation;
	return announce_violation(before, after, event, announces, withdraws);
}
