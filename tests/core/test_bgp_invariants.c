// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The invariants of the arbiter bgp can fail: good steps with one thing changed,
 * so that only the invariant in question can notice.  See test_invariants.c.
 */

#include <string.h>

#include "tests/core/support.h"

#define SELF 2
#define OTHER 1
#define NOW_MS 100000

static void act(struct step *step, enum frrd_action_type type)
{
	step->actions.list[step->actions.count++] = (struct frrd_action){
		.type = type,
		.from = step->before.state,
		.to = step->after.state,
		.reason = step->after.reason,
	};
}

static struct step move(enum frrd_event_type type, enum frrd_state from, enum frrd_state to,
			enum frrd_reason reason)
{
	struct step step;
	struct frrd_group *group = &step.before;

	memset(&step, 0, sizeof(step));
	frrd_group_init(group, 0);
	step.policy = usual_policy();
	step.policy.arbiter = FRRD_ARBITER_BGP;
	step.policy.self = SELF;
	step.event = event_at(NOW_MS, type);
	group->arbiter = FRRD_ARBITER_BGP;
	group->state = from;
	group->zebra_up = true;
	group->settled = true;
	group->quorum_since_ms = 0;
	group->view.known = true;
	group->routes.total = 2;
	group->elsewhere = (struct frrd_elsewhere){ 0 };
	step.after = step.before;
	step.after.state = to;
	step.after.reason = reason;
	if (is_command(type))
		act(&step, FRRD_ACTION_ACCEPT);
	act(&step, FRRD_ACTION_RECORD);
	if (!frrd_state_announces(from) && frrd_state_announces(to))
		act(&step, FRRD_ACTION_ANNOUNCE);
	if (frrd_state_announces(from) && !frrd_state_announces(to))
		act(&step, FRRD_ACTION_WITHDRAW);
	return step;
}

/* --- good steps -------------------------------------------------------------- */

static struct step taken_over(void)
{
	return move(FRRD_EVENT_TICK, FRRD_STATE_CLAIMING, FRRD_STATE_ACTIVATING,
		    FRRD_REASON_OWNER_GONE);
}

static struct step granted(void)
{
	struct step step = move(FRRD_EVENT_VIEW, FRRD_STATE_REQUESTING, FRRD_STATE_ACTIVATING,
				FRRD_REASON_GRANTED);

	step.after.view.claims = FRRD_SITE_BIT(OTHER);
	step.after.view.grants = FRRD_SITE_BIT(SELF);
	step.after.elsewhere.announced = 2;
	return step;
}

static struct step forced(void)
{
	struct step step = move(FRRD_EVENT_FAILOVER, FRRD_STATE_FENCED, FRRD_STATE_ACTIVATING,
				FRRD_REASON_FORCE_NO_QUORUM);

	step.event.force = true;
	step.after.quorum_since_ms = FRRD_NEVER;
	step.after.settled = false;
	step.after.view.claims = FRRD_SITE_BIT(OTHER);
	step.after.elsewhere.announced = 1;
	return step;
}

static struct step resumed(void)
{
	struct step step = move(FRRD_EVENT_VIEW, FRRD_STATE_ACTIVATING, FRRD_STATE_ACTIVATING,
				FRRD_REASON_RESUMED);

	step.before.resume = true;
	step.after.held = true;
	step.after.settled = false;
	step.after.view.own_claim = true;
	step.after.elsewhere.unknown = 2;
	act(&step, FRRD_ACTION_ANNOUNCE);
	return step;
}

static struct step resuming(void)
{
	struct step step = move(FRRD_EVENT_RESTORE, FRRD_STATE_STANDBY, FRRD_STATE_ACTIVATING,
				FRRD_REASON_RESUMING);

	step.after.resume = true;
	step.actions.count--;
	return step;
}

static struct step draining(void)
{
	struct step step = move(FRRD_EVENT_VIEW, FRRD_STATE_ACTIVE, FRRD_STATE_DRAINING,
				FRRD_REASON_GRANT_REQUESTED);

	step.after.grant_to = OTHER;
	return step;
}

/* An unhealthy owner whose last successor did not come. */
static struct step draining_again(void)
{
	struct step step = draining();

	step.after.reason = FRRD_REASON_GRANT_UNHEALTHY;
	step.after.claim_again = true;
	return step;
}

static struct step let_go(void)
{
	struct step step = move(FRRD_EVENT_VIEW, FRRD_STATE_ACTIVE, FRRD_STATE_RELEASING,
				FRRD_REASON_GRANT_REQUESTED);

	step.after.grant_to = OTHER;
	return step;
}

static struct step requesting(void)
{
	struct step step = move(FRRD_EVENT_SWITCHOVER_HERE, FRRD_STATE_STANDBY,
				FRRD_STATE_REQUESTING, FRRD_REASON_COMMAND_SWITCHOVER_HERE);

	step.after.request_for = SELF;
	return step;
}

static struct step taken_back(void)
{
	return move(FRRD_EVENT_TICK, FRRD_STATE_RELEASING, FRRD_STATE_CLAIMING,
		    FRRD_REASON_GRANT_TIMEOUT);
}

static struct step fenced(void)
{
	return move(FRRD_EVENT_ROUTES, FRRD_STATE_RELEASING, FRRD_STATE_FENCED,
		    FRRD_REASON_ROUTES_WITHDRAWN);
}

static struct step held(void)
{
	return move(FRRD_EVENT_ROUTES, FRRD_STATE_RELEASING, FRRD_STATE_HELD,
		    FRRD_REASON_ROUTES_WITHDRAWN);
}

static const char *violation_of(const struct step *step)
{
	return frrd_step_violation(&step->before, &step->after, &step->event, &step->actions);
}

static void test_good_steps_pass(void **state)
{
	static struct step (*const good[])(void) = {
		taken_over, granted,	forced,	    resumed, resuming, draining, draining_again,
		let_go,	    requesting, taken_back, fenced,  held,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct step step = good[i]();

		if (violation_of(&step))
			fail_msg("good step %zu: %s", i, violation_of(&step));
	}
}

/* --- and bad ones -------------------------------------------------------------- */

#define SPOIL(name, good, message, ...)                                                            \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		struct step step = good();                                                         \
		struct step *s = &step;                                                            \
                                                                                                   \
		(void)state;                                                                       \
		__VA_ARGS__;                                                                       \
		assert_non_null(violation_of(s));                                                  \
		assert_string_equal(violation_of(s), message);                                     \
	}
#define NO_QUORUM "rule 2: no announcement without quorum"
#define NO_PREFIX_ELSEWHERE                                                                        \
	"no announcement while a prefix is, or may be, announced elsewhere"
#define NOT_FREE "rule 3: no announcement while another site claims or was granted the group"
/* clang-format off */
SPOIL(quorum, taken_over, NO_QUORUM, s->after.quorum_since_ms = FRRD_NEVER)
SPOIL(quorum_granted, granted, NO_QUORUM, s->after.quorum_since_ms = FRRD_NEVER)
SPOIL(quorum_resumed, resumed, NO_QUORUM, s->after.quorum_since_ms = FRRD_NEVER)
SPOIL(quorum_failover, forced, NO_QUORUM, s->event.force = false)
SPOIL(settled, taken_over, "rule 6: no announcement before settle-time has passed",
      s->after.settled = false)
SPOIL(settled_granted, granted, "rule 6: no announcement before settle-time has passed",
      s->after.settled = false)
SPOIL(claimed, taken_over, NOT_FREE, s->after.view.claims = FRRD_SITE_BIT(OTHER))
SPOIL(granted_away, taken_over, NOT_FREE, s->after.view.grants = FRRD_SITE_BIT(OTHER))
SPOIL(claimed_resumed, resumed, NOT_FREE, s->after.view.claims = FRRD_SITE_BIT(OTHER))
SPOIL(no_own_claim, resumed, "rule 6: nothing to resume without the own claim",
      s->after.view.own_claim = false)
SPOIL(granting_owner, draining, "rule 4: only an owner that lets go grants",
      s->after.state = FRRD_STATE_ACTIVE; s->actions.list[0].to = FRRD_STATE_ACTIVE)
SPOIL(granting_claimant, taken_back, "rule 4: only an owner that lets go grants",
      s->after.grant_to = OTHER)
SPOIL(draining_unhealthy, draining, "rule 8: an unhealthy owner that grants withdraws",
      s->after.reason = FRRD_REASON_GRANT_UNHEALTHY)
SPOIL(draining_to_nobody, draining, "rule 4: draining towards nobody", s->after.grant_to = 0)
SPOIL(request_for_nobody, requesting, "rule 4: a request for nobody", s->after.request_for = 0)
SPOIL(resume_at_rest, fenced, "rule 6: only an owner can resume", s->after.resume = true)
SPOIL(elsewhere, taken_over, NO_PREFIX_ELSEWHERE, s->after.elsewhere.announced = 1)
SPOIL(elsewhere_unknown, taken_over, NO_PREFIX_ELSEWHERE, s->after.elsewhere.unknown = 1)
SPOIL(held_taken_over, taken_over, "no announcement by a held group", s->after.held = true)
SPOIL(held_granted, granted, "no announcement by a held group", s->after.held = true)
SPOIL(stopping_resumed, resumed, "no announcement by a stopping group", s->after.stopping = true)
SPOIL(no_zebra, granted, "no announcement without zebra or without a prefix",
      s->after.zebra_up = false)
SPOIL(announced_while_asking, resuming,
      "ANNOUNCE goes with entering an announcing state, and only with it",
      act(s, FRRD_ACTION_ANNOUNCE))
SPOIL(resumed_silently, resumed,
      "ANNOUNCE goes with entering an announcing state, and only with it", s->actions.count--)
SPOIL(draining_withdrawn, draining,
      "WITHDRAW goes with leaving the announcing states, and only with it",
      act(s, FRRD_ACTION_WITHDRAW))
SPOIL(let_go_silently, let_go,
      "WITHDRAW goes with leaving the announcing states, and only with it", s->actions.count--)
SPOIL(fenced_unconfirmed, fenced, "a release is over only when zebra confirmed it",
      s->after.routes.announced = 1)
SPOIL(claimed_unconfirmed, taken_back, "a release is over only when zebra confirmed it",
      s->after.routes.pending = 1)
SPOIL(held_without_zebra, held, "a release is over only when zebra confirmed it",
      s->after.zebra_up = false)
SPOIL(release_asks, taken_back, "a withdrawal ends at rest, or in a claim",
      s->after.state = FRRD_STATE_REQUESTING)
SPOIL(release_drains, taken_back, "a withdrawal ends at rest, or in a claim",
      s->after.state = FRRD_STATE_DRAINING)
/* clang-format on */

int main(void)
{
	const struct CMUnitTest invariants[] = {
		cmocka_unit_test(test_good_steps_pass),
		cmocka_unit_test(test_quorum),
		cmocka_unit_test(test_quorum_granted),
		cmocka_unit_test(test_quorum_resumed),
		cmocka_unit_test(test_quorum_failover),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_settled_granted),
		cmocka_unit_test(test_claimed),
		cmocka_unit_test(test_granted_away),
		cmocka_unit_test(test_claimed_resumed),
		cmocka_unit_test(test_no_own_claim),
		cmocka_unit_test(test_granting_owner),
		cmocka_unit_test(test_granting_claimant),
		cmocka_unit_test(test_draining_unhealthy),
		cmocka_unit_test(test_draining_to_nobody),
		cmocka_unit_test(test_request_for_nobody),
		cmocka_unit_test(test_resume_at_rest),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_elsewhere_unknown),
		cmocka_unit_test(test_held_taken_over),
		cmocka_unit_test(test_held_granted),
		cmocka_unit_test(test_stopping_resumed),
		cmocka_unit_test(test_no_zebra),
		cmocka_unit_test(test_announced_while_asking),
		cmocka_unit_test(test_resumed_silently),
		cmocka_unit_test(test_draining_withdrawn),
		cmocka_unit_test(test_let_go_silently),
		cmocka_unit_test(test_fenced_unconfirmed),
		cmocka_unit_test(test_claimed_unconfirmed),
		cmocka_unit_test(test_held_without_zebra),
		cmocka_unit_test(test_release_asks),
		cmocka_unit_test(test_release_drains),
	};

	return cmocka_run_group_tests(invariants, NULL, NULL);
}
