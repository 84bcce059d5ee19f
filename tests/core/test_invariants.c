// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The invariants can fail: steps that the state machine should never do (here with
 * the manual arbiter; test_bgp_invariants.c has the other one), made by hand, each
 * reported with its own message.  Every violating step is a good one with one thing
 * changed.  test_contract.c does the same for the checks of contract.c.
 */

#include <string.h>

#include "tests/core/good_steps.h"

static const struct {
	const char *name;
	struct step (*make)(void);
} good_steps[] = {
	{ "quiet", good_quiet },
	{ "refused", good_refused },
	{ "failover", good_failover },
	{ "forced", good_forced },
	{ "claim", good_claim },
	{ "claim done", good_claim_done },
	{ "release", good_release },
	{ "installed", good_installed },
	{ "shutdown", good_shutdown_owner },
	{ "released", good_released },
	{ "overdue", good_overdue },
	{ "held", good_held },
	{ "yielded", good_yielded },
	{ "yielded, held", good_yielded_held },
};

static void test_good_steps_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good_steps); i++) {
		struct step step = good_steps[i].make();
		const char *violation =
			frrd_step_violation(&step.before, &step.after, &step.event, &step.actions);

		if (!violation)
			violation = contract_violation(&step);
		if (violation)
			fail_msg("%s: %s", good_steps[i].name, violation);
	}
}

/* --- frrd_step_violation() ---------------------------------------------------------- */

static void assert_reported(const struct step *step, const char *expected)
{
	const char *violation =
		frrd_step_violation(&step->before, &step->after, &step->event, &step->actions);

	if (!violation)
		fail_msg("not reported: %s", expected);
	assert_string_equal(violation, expected);
}

#define ANSWERED "a command is answered exactly once, other events never"
static void test_unanswered_command(void **state)
{
	(void)state;
	for (int type = 0; type < EVENT_COUNT; type++) {
		struct step step = step_in(FRRD_STATE_ACTIVE, (enum frrd_event_type)type);

		if (is_command((enum frrd_event_type)type)) {
			assert_reported(&step, ANSWERED);
			step_add(&step, FRRD_ACTION_REFUSE);
			assert_null(frrd_step_violation(&step.before, &step.after, &step.event,
							&step.actions));
		} else {
			assert_null(frrd_step_violation(&step.before, &step.after, &step.event,
							&step.actions));
			step_add(&step, FRRD_ACTION_REFUSE);
			assert_reported(&step, ANSWERED);
			step.actions.list[0].type = FRRD_ACTION_ACCEPT;
			assert_reported(&step, ANSWERED);
		}
	}
}

static void test_command_answered_twice(void **state)
{
	struct step step = good_refused();

	(void)state;
	step_add(&step, FRRD_ACTION_REFUSE);
	assert_reported(&step, ANSWERED);
	step = good_refused();
	step_add(&step, FRRD_ACTION_ACCEPT);
	assert_reported(&step, ANSWERED);
	step = good_release();
	step_add(&step, FRRD_ACTION_ACCEPT);
	assert_reported(&step, ANSWERED);
}

#define RECORDED "a change of state is recorded exactly once"
static void test_change_not_recorded(void **state)
{
	struct step step = good_installed();

	(void)state;
	step_drop(&step, FRRD_ACTION_RECORD);
	assert_reported(&step, RECORDED);
	step = good_installed();
	step_add(&step, FRRD_ACTION_RECORD);
	assert_reported(&step, RECORDED);
}

static void test_withdrawal_ends_elsewhere(void **state)
{
	static const enum frrd_state wrong[] = { FRRD_STATE_REQUESTING, FRRD_STATE_ACTIVATING,
						 FRRD_STATE_ACTIVE, FRRD_STATE_DRAINING };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct step step = good_released();

		step.after.state = wrong[i];
		assert_reported(&step, "a withdrawal ends at rest, or in a claim");
	}
}

#define CONFIRMED "a release is over only when zebra confirmed it"
static void test_release_over_too_early(void **state)
{
	struct step step = good_released();

	(void)state;
	step.after.routes.announced = 1;
	assert_reported(&step, CONFIRMED);
	step = good_released();
	step.after.routes.pending = 1;
	assert_reported(&step, CONFIRMED);
}

static void test_claim_without_deadline(void **state)
{
	struct step step = good_claim();

	(void)state;
	step.after.deadline_ms = FRRD_NEVER;
	assert_reported(&step, "a claim has a deadline");
	step = step_in(FRRD_STATE_CLAIMING, FRRD_EVENT_ROUTES);
	step.after.deadline_ms = FRRD_NEVER;
	assert_reported(&step, "a claim has a deadline");
}

static void test_deadline_without_purpose(void **state)
{
	static const enum frrd_state wrong[] = { FRRD_STATE_STANDBY, FRRD_STATE_ACTIVATING,
						 FRRD_STATE_ACTIVE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct step step = step_in(wrong[i], FRRD_EVENT_CONFIG);

		step.after.deadline_ms = 7000;
		assert_reported(&step, "only claims and withdrawals have deadlines");
	}
}

#define ANNOUNCE_ON_ENTRY "ANNOUNCE goes with entering an announcing state, and only with it"
static void test_announce_out_of_place(void **state)
{
	struct step step = good_failover();

	(void)state;
	step_drop(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
	step = good_installed();
	step_add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
	step = good_claim();
	step_add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
	step = good_quiet();
	step_add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
	step = step_in(FRRD_STATE_ACTIVE, FRRD_EVENT_ZEBRA_UP);
	step_add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ANNOUNCE_ON_ENTRY);
}

#define WITHDRAW_ON_EXIT "WITHDRAW goes with leaving the announcing states, and only with it"
static void test_withdraw_out_of_place(void **state)
{
	struct step step = good_release();

	(void)state;
	step_drop(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
	step = good_released();
	step_add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
	step = good_installed();
	step_add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
	step = good_quiet();
	step_add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
	step = step_in(FRRD_STATE_RELEASING, FRRD_EVENT_ZEBRA_UP);
	step_add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, WITHDRAW_ON_EXIT);
}

#define ONCE "one announcement or withdrawal a step"
static void test_announce_twice(void **state)
{
	struct step step = good_claim_done();

	(void)state;
	step_add(&step, FRRD_ACTION_ANNOUNCE);
	assert_reported(&step, ONCE);
	step = good_shutdown_owner();
	step_add(&step, FRRD_ACTION_WITHDRAW);
	assert_reported(&step, ONCE);
}

#define NOT_ELSEWHERE "no announcement while a prefix is, or may be, announced elsewhere"
static void test_announced_elsewhere(void **state)
{
	struct step step = good_failover();

	(void)state;
	step.after.elsewhere.announced = 1;
	assert_reported(&step, NOT_ELSEWHERE);
	step = good_failover();
	step.after.elsewhere.unknown = 1;
	assert_reported(&step, NOT_ELSEWHERE);
	step = good_claim_done();
	step.after.elsewhere.unknown = 1;
	assert_reported(&step, NOT_ELSEWHERE);
	/* Force is a word of failover; other events cannot have it. */
	step = good_claim_done();
	step.event.elsewhere = (struct frrd_elsewhere){ .announced = 1, .unknown = 1 };
	step.after.elsewhere = step.event.elsewhere;
	assert_reported(&step, NOT_ELSEWHERE);
}

#define NOT_HELD "no announcement by a held group"
#define NOT_STOPPING "no announcement by a stopping group"
#define NOTHING "no announcement without zebra or without a prefix"
static void test_announced_by_held_group(void **state)
{
	struct step step = good_failover();

	(void)state;
	step.after.held = true;
	assert_reported(&step, NOT_HELD);
	step = good_claim_done();
	step.after.stopping = true;
	assert_reported(&step, NOT_STOPPING);
	/* Force is no way around it. */
	step = good_forced();
	step.after.held = true;
	assert_reported(&step, NOT_HELD);
	step = good_forced();
	step.after.stopping = true;
	assert_reported(&step, NOT_STOPPING);
}

static void test_announced_nothing_to_nobody(void **state)
{
	struct step step = good_forced();

	(void)state;
	step.after.zebra_up = false;
	assert_reported(&step, NOTHING);
	step = good_claim_done();
	step.after.routes.total = 0;
	assert_reported(&step, NOTHING);
}

int main(void)
{
	const struct CMUnitTest invariants[] = {
		cmocka_unit_test(test_good_steps_pass),
		cmocka_unit_test(test_unanswered_command),
		cmocka_unit_test(test_command_answered_twice),
		cmocka_unit_test(test_change_not_recorded),
		cmocka_unit_test(test_withdrawal_ends_elsewhere),
		cmocka_unit_test(test_release_over_too_early),
		cmocka_unit_test(test_claim_without_deadline),
		cmocka_unit_test(test_deadline_without_purpose),
		cmocka_unit_test(test_announce_out_of_place),
		cmocka_unit_test(test_withdraw_out_of_place),
		cmocka_unit_test(test_announce_twice),
		cmocka_unit_test(test_announced_elsewhere),
		cmocka_unit_test(test_announced_by_held_group),
		cmocka_unit_test(test_announced_nothing_to_nobody),
	};

	return cmocka_run_group_tests(invariants, NULL, NULL);
}
