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

static bool may_announce(enum frrd_state state)
{
	return state == FRRD_STATE_ACTIVATING || state == FRRD_STATE_ACTIVE;
}

static bool is_command(enum frrd_event_type type)
{
	switch (type) {
	case FRRD_EVENT_FAILOVER:
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
	case FRRD_EVENT_TICK:
	case FRRD_EVENT_SHUTDOWN:
		return false;
	}
	return false;
}

static const char *announce_violation(const struct frrd_group *before,
				      const struct frrd_group *after,
				      const struct frrd_event *event,
				      const struct frrd_actions *actions)
{
	bool forced = event->type == FRRD_EVENT_FAILOVER && event->force;
	unsigned int announces = count_of(actions, FRRD_ACTION_ANNOUNCE);
	unsigned int withdraws = count_of(actions, FRRD_ACTION_WITHDRAW);

	if ((announces > 0) != (!may_announce(before->state) && may_announce(after->state)))
		return "ANNOUNCE goes with entering an announcing state, and only with it";
	if ((withdraws > 0) != (may_announce(before->state) && !may_announce(after->state)))
		return "WITHDRAW goes with leaving the announcing states, and only with it";
	if (announces > 1 || withdraws > 1)
		return "one announcement or withdrawal a step";
	if (announces && !forced && (after->elsewhere.announced || after->elsewhere.unknown))
		return "no announcement while a prefix is, or may be, announced elsewhere";
	if (announces && (after->held || after->stopping))
		return "no announcement by a held or stopping group";
	if (announces && (!after->zebra_up || after->routes.total == 0))
		return "no announcement without zebra or without a prefix";
	return NULL;
}

const char *frrd_step_violation(const struct frrd_group *before, const struct frrd_group *after,
				const struct frrd_event *event,
				const struct frrd_actions *actions)
{
	unsigned int answers = count_of(actions, FRRD_ACTION_ACCEPT) +
			       count_of(actions, FRRD_ACTION_REFUSE);

	if (answers != (is_command(event->type) ? 1 : 0))
		return "a command is answered exactly once, other events never";
	if (before->state != after->state && count_of(actions, FRRD_ACTION_RECORD) != 1)
		return "a change of state is recorded exactly once";
	if (before->state == FRRD_STATE_RELEASING && after->state != FRRD_STATE_RELEASING &&
	    after->state != FRRD_STATE_STANDBY)
		return "a withdrawal ends in standby";
	if (before->state == FRRD_STATE_RELEASING && after->state == FRRD_STATE_STANDBY &&
	    (!after->zebra_up || after->routes.announced || after->routes.pending))
		return "a release is over only when zebra confirmed it";
	if (after->state == FRRD_STATE_CLAIMING && after->deadline_ms == FRRD_NEVER)
		return "a claim has a deadline";
	if (after->deadline_ms != FRRD_NEVER && after->state != FRRD_STATE_CLAIMING &&
	    after->state != FRRD_STATE_RELEASING)
		return "only claims and withdrawals have deadlines";
	return announce_violation(before, after, event, actions);
}
