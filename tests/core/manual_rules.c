// SPDX-License-Identifier: GPL-2.0-or-later
/* What long histories of the manual arbiter are checked for; see manual_rules.h. */

#include "tests/core/manual_rules.h"

/* --- the past ---------------------------------------------------------------------- */

static bool has_action(const struct step *step, enum frrd_action_type type)
{
	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type == type)
			return true;
	return false;
}

/* The reason that the step recorded, or the one that stays. */
static enum frrd_reason recorded(const struct step *step)
{
	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type == FRRD_ACTION_RECORD)
			return step->actions.list[i].reason;
	return step->before.reason;
}

bool idle(enum frrd_state state)
{
	return state == FRRD_STATE_STANDBY || state == FRRD_STATE_CLAIMING;
}

struct past past_after(struct past past, const struct step *step)
{
	const struct frrd_group *before = &step->before, *after = &step->after;

	if (step->event.type == FRRD_EVENT_ELSEWHERE && before->zebra_up && idle(before->state))
		past.answered = true;
	if (before->zebra_up != after->zebra_up || !idle(after->state))
		past.answered = false;
	if (after->state != FRRD_STATE_RELEASING || before->state != FRRD_STATE_RELEASING ||
	    (!before->zebra_up && after->zebra_up))
		past.overdue = false;
	if (has_action(step, FRRD_ACTION_RECORD) &&
	    after->reason == FRRD_REASON_WITHDRAW_UNCONFIRMED)
		past.overdue = true;
	if (after->state != FRRD_STATE_RELEASING)
		past.cause = FRRD_REASON_STARTED;
	else if (before->state != FRRD_STATE_RELEASING)
		past.cause = recorded(step);
	return past;
}

const char *past_fault(struct past before, struct past after, const struct step *step)
{
	bool forced = step->event.type == FRRD_EVENT_FAILOVER && step->event.force;

	if (has_action(step, FRRD_ACTION_ANNOUNCE) && !forced && !before.answered &&
	    step->event.type != FRRD_EVENT_ELSEWHERE)
		return "announced before zebra has answered";
	if (step->after.state == FRRD_STATE_RELEASING && step->after.zebra_up &&
	    step->after.deadline_ms == FRRD_NEVER && !after.overdue)
		return "a withdrawal waits for ever and nobody is told";
	if (step->before.state == FRRD_STATE_RELEASING &&
	    step->after.state != FRRD_STATE_RELEASING && step->after.reason != before.cause)
		return "a released group does not show why";
	return NULL;
}

/* --- what was met ------------------------------------------------------------------- */

void meet(struct met *met, const struct step *step)
{
	met->event_in_state[step->before.state][step->event.type] = true;
	met->arrow[step->before.state][step->after.state] = true;
	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type != FRRD_ACTION_ANNOUNCE &&
		    step->actions.list[i].type != FRRD_ACTION_WITHDRAW)
			met->reason[step->actions.list[i].reason] = true;
	met->steps++;
}

/* The picture in group_manual.c. */
static const bool arrows[STATE_COUNT][STATE_COUNT] = {
	[FRRD_STATE_STANDBY] = { [FRRD_STATE_CLAIMING] = true, [FRRD_STATE_ACTIVATING] = true },
	[FRRD_STATE_CLAIMING] = { [FRRD_STATE_STANDBY] = true, [FRRD_STATE_ACTIVATING] = true },
	[FRRD_STATE_ACTIVATING] = { [FRRD_STATE_ACTIVE] = true, [FRRD_STATE_RELEASING] = true },
	[FRRD_STATE_ACTIVE] = { [FRRD_STATE_RELEASING] = true },
	[FRRD_STATE_RELEASING] = { [FRRD_STATE_STANDBY] = true },
};

/* States that the manual arbiter knows. */
static bool is_manual(int state)
{
	return state == FRRD_STATE_STANDBY || state == FRRD_STATE_CLAIMING ||
	       state == FRRD_STATE_ACTIVATING || state == FRRD_STATE_ACTIVE ||
	       state == FRRD_STATE_RELEASING;
}

/* Reasons that only the arbiter bgp gives. */
static bool is_of_the_sites(int reason)
{
	return (reason >= FRRD_REASON_UNOWNED && reason <= FRRD_REASON_ARBITER_CHANGED) ||
	       (reason >= FRRD_REASON_MAINTENANCE && reason <= FRRD_REASON_OWNER_ALIVE) ||
	       (reason >= FRRD_REASON_ALREADY_THERE && reason <= FRRD_REASON_BUSY_DRAINING);
}

void assert_all_met(const struct met *met)
{
	for (int from = 0; from < STATE_COUNT; from++) {
		for (int type = 0; type < EVENT_COUNT; type++)
			/* What the state file says is the first event of all. */
			if (is_manual(from) && !met->event_in_state[from][type] &&
			    (type != FRRD_EVENT_RESTORE || from == FRRD_STATE_STANDBY))
				fail_msg("%s was never met in %s",
					 frrd_event_name((enum frrd_event_type)type),
					 frrd_state_name((enum frrd_state)from));
		for (int to = 0; to < STATE_COUNT; to++)
			if (from != to && met->arrow[from][to] != arrows[from][to])
				fail_msg("%s > %s: %s", frrd_state_name((enum frrd_state)from),
					 frrd_state_name((enum frrd_state)to),
					 met->arrow[from][to] ? "is not in the picture"
							      : "was never met");
	}
	for (int reason = 0; reason < FRRD_REASON_COUNT; reason++) {
		/* Nobody decides to start; `untracked` is for `why`: a takeover waits instead. */
		if (reason == FRRD_REASON_STARTED || reason == FRRD_REASON_UNTRACKED)
			continue;
		if (met->reason[reason] == is_of_the_sites(reason))
			fail_msg("reason %s was %s given",
				 frrd_reason_code((enum frrd_reason)reason),
				 met->reason[reason] ? "nevertheless" : "never");
	}
}

/* --- for people ---------------------------------------------------------------------- */

void print_step(const struct step *step)
{
	struct outcome words = event_words(&step->event);
	struct outcome outcome = outcome_of(&step->before, &step->after, &step->actions);

	print_error("  %-11s %-48s %s%s%s\n", frrd_state_name(step->before.state), words.text,
		    outcome.text,
		    step->event.type == FRRD_EVENT_CONFIG && !step->policy.member ? "  (no member)"
										  : "",
		    step->event.type == FRRD_EVENT_CONFIG && !step->policy.complete
			    ? "  (next-hop missing)"
			    : "");
}
