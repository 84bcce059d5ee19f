// SPDX-License-Identifier: GPL-2.0-or-later
/* Steps as the state machine does them; see good_steps.h. */

#include <string.h>

#include "tests/core/good_steps.h"

void step_add(struct step *step, enum frrd_action_type type)
{
	struct frrd_action action = { .type = type, .reason = step->after.reason };

	assert_true(step->actions.count < FRRD_ACTIONS_MAX);
	if (type == FRRD_ACTION_RECORD) {
		action.from = step->before.state;
		action.to = step->after.state;
	}
	step->actions.list[step->actions.count++] = action;
}

void step_drop(struct step *step, enum frrd_action_type type)
{
	size_t kept = 0;

	for (size_t i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type != type)
			step->actions.list[kept++] = step->actions.list[i];
	assert_int_not_equal(kept, step->actions.count);
	step->actions.count = kept;
}

struct step step_in(enum frrd_state state, enum frrd_event_type type)
{
	struct step step;

	memset(&step, 0, sizeof(step));
	frrd_group_init(&step.before, 0);
	step.before.state = state;
	step.before.zebra_up = true;
	step.before.elsewhere = (struct frrd_elsewhere){ 0 };
	step.before.routes.total = 2;
	if (state == FRRD_STATE_CLAIMING || state == FRRD_STATE_RELEASING)
		step.before.deadline_ms = 5000;
	step.after = step.before;
	step.policy = usual_policy();
	step.event = event_at(1000, type);
	return step;
}

static void move_to(struct step *step, enum frrd_state state, enum frrd_reason reason)
{
	step->after.state = state;
	step->after.reason = reason;
	step->after.since_ms = step->event.now_ms;
	step->after.deadline_ms = FRRD_NEVER;
	step_add(step, FRRD_ACTION_RECORD);
}

/* --- good steps ------------------------------------------------------------------ */

struct step good_quiet(void)
{
	return step_in(FRRD_STATE_STANDBY, FRRD_EVENT_CONFIG);
}

struct step good_refused(void)
{
	struct step step = step_in(FRRD_STATE_STANDBY, FRRD_EVENT_RELEASE);

	step_add(&step, FRRD_ACTION_REFUSE);
	step.actions.list[0].reason = FRRD_REASON_NOT_OWNER;
	return step;
}

struct step good_failover(void)
{
	struct step step = step_in(FRRD_STATE_STANDBY, FRRD_EVENT_FAILOVER);

	step.after.reason = FRRD_REASON_COMMAND_FAILOVER;
	step_add(&step, FRRD_ACTION_ACCEPT);
	move_to(&step, FRRD_STATE_ACTIVATING, FRRD_REASON_COMMAND_FAILOVER);
	step_add(&step, FRRD_ACTION_ANNOUNCE);
	return step;
}

struct step good_forced(void)
{
	struct step step = good_failover();

	step.event.force = true;
	step.before.elsewhere = (struct frrd_elsewhere){ .announced = 1, .unknown = 1 };
	step.after.elsewhere = step.before.elsewhere;
	return step;
}

struct step good_claim(void)
{
	struct step step = step_in(FRRD_STATE_STANDBY, FRRD_EVENT_SWITCHOVER_HERE);

	step.after.reason = FRRD_REASON_COMMAND_SWITCHOVER_HERE;
	step_add(&step, FRRD_ACTION_ACCEPT);
	move_to(&step, FRRD_STATE_CLAIMING, FRRD_REASON_COMMAND_SWITCHOVER_HERE);
	step.after.claim_waits = true;
	step.after.deadline_ms = step.event.now_ms + HANDOVER_TIMEOUT_MS;
	return step;
}

struct step good_claim_done(void)
{
	struct step step = step_in(FRRD_STATE_CLAIMING, FRRD_EVENT_ELSEWHERE);

	move_to(&step, FRRD_STATE_ACTIVATING, FRRD_REASON_ELSEWHERE_GONE);
	step_add(&step, FRRD_ACTION_ANNOUNCE);
	return step;
}

struct step good_installed(void)
{
	struct step step = step_in(FRRD_STATE_ACTIVATING, FRRD_EVENT_ROUTES);

	step.event.routes = (struct frrd_routes){ .total = 2, .announced = 2, .installed = 2 };
	step.after.routes = step.event.routes;
	move_to(&step, FRRD_STATE_ACTIVE, FRRD_REASON_ROUTES_INSTALLED);
	return step;
}

struct step good_release(void)
{
	struct step step = step_in(FRRD_STATE_ACTIVE, FRRD_EVENT_RELEASE);

	step.after.reason = FRRD_REASON_COMMAND_RELEASE;
	step_add(&step, FRRD_ACTION_ACCEPT);
	move_to(&step, FRRD_STATE_RELEASING, FRRD_REASON_COMMAND_RELEASE);
	step.after.release_cause = FRRD_REASON_COMMAND_RELEASE;
	step.after.deadline_ms = step.event.now_ms + WITHDRAW_TIMEOUT_MS;
	step_add(&step, FRRD_ACTION_WITHDRAW);
	return step;
}

struct step good_yielded(void)
{
	struct step step = step_in(FRRD_STATE_ACTIVE, FRRD_EVENT_ROUTES);

	step.event.routes =
		(struct frrd_routes){ .total = 2, .announced = 2, .lost = 2, .taken = 1 };
	step.after.routes = step.event.routes;
	move_to(&step, FRRD_STATE_RELEASING, FRRD_REASON_TAKEN_OVER);
	step.after.release_cause = FRRD_REASON_TAKEN_OVER;
	step.after.deadline_ms = step.event.now_ms + WITHDRAW_TIMEOUT_MS;
	step_add(&step, FRRD_ACTION_WITHDRAW);
	return step;
}

struct step good_yielded_held(void)
{
	struct step step = good_yielded();

	step.before.held = true;
	step.after.held = true;
	return step;
}

struct step good_shutdown_owner(void)
{
	struct step step = good_release();

	step.event.type = FRRD_EVENT_SHUTDOWN;
	step_drop(&step, FRRD_ACTION_ACCEPT);
	step.after.stopping = true;
	step.after.reason = FRRD_REASON_SHUTDOWN;
	step.after.release_cause = FRRD_REASON_SHUTDOWN;
	step.actions.list[0].reason = FRRD_REASON_SHUTDOWN;
	return step;
}

struct step good_released(void)
{
	struct step step = step_in(FRRD_STATE_RELEASING, FRRD_EVENT_ROUTES);

	step.event.routes = step.before.routes;
	step.before.release_cause = FRRD_REASON_COMMAND_RELEASE;
	step.after.release_cause = FRRD_REASON_COMMAND_RELEASE;
	move_to(&step, FRRD_STATE_STANDBY, FRRD_REASON_ROUTES_WITHDRAWN);
	step.after.reason = FRRD_REASON_COMMAND_RELEASE;
	return step;
}

struct step good_overdue(void)
{
	struct step step = step_in(FRRD_STATE_RELEASING, FRRD_EVENT_TICK);

	step.event.now_ms = step.before.deadline_ms;
	step.after.deadline_ms = FRRD_NEVER;
	step.after.reason = FRRD_REASON_WITHDRAW_UNCONFIRMED;
	step_add(&step, FRRD_ACTION_RECORD);
	return step;
}

struct step good_held(void)
{
	struct step step = step_in(FRRD_STATE_ACTIVE, FRRD_EVENT_HOLD);

	step.after.held = true;
	step.after.reason = FRRD_REASON_COMMAND_HOLD;
	step_add(&step, FRRD_ACTION_ACCEPT);
	step_add(&step, FRRD_ACTION_RECORD);
	return step;
}
