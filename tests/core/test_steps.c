// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps of a move: order, what is waited for, what the state machine is told. */

#include "tests/core/support.h"

#include "frrd/core/group_fsm.h"
#include "frrd/core/steps.h"

static struct frrd_group quiet_group(void)
{
	struct frrd_group group;

	frrd_group_init(&group, 0);
	group.arbiter = FRRD_ARBITER_BGP;
	group.quorum_since_ms = 0;
	group.settled = true;
	return group;
}

static void expect_order(struct frrd_sequence *seq, const enum frrd_step *steps)
{
	for (size_t i = 0;; i++) {
		assert_string_equal(frrd_step_name(seq->step), frrd_step_name(steps[i]));
		if (!frrd_steps_busy(seq))
			return;
		frrd_steps_leave(seq);
	}
}

static void test_order(void **state)
{
	static const enum frrd_step attach_first[] = { FRRD_STEP_PRE_ANNOUNCE, FRRD_STEP_ATTACH,
						       FRRD_STEP_ANNOUNCE, FRRD_STEP_POST_ANNOUNCE,
						       FRRD_STEP_OWNER };
	static const enum frrd_step announce_first[] = { FRRD_STEP_PRE_ANNOUNCE,
							 FRRD_STEP_ANNOUNCE, FRRD_STEP_ATTACH,
							 FRRD_STEP_POST_ANNOUNCE,
							 FRRD_STEP_OWNER };
	static const enum frrd_step planned[] = { FRRD_STEP_PRE_WITHDRAW, FRRD_STEP_WITHDRAW,
						  FRRD_STEP_DETACH, FRRD_STEP_POST_WITHDRAW,
						  FRRD_STEP_REST };
	struct frrd_group group = quiet_group();
	struct frrd_sequence seq = { .step = FRRD_STEP_REST };

	(void)state;
	frrd_steps_takeover(&seq, FRRD_REASON_UNOWNED, false);
	expect_order(&seq, attach_first);
	frrd_steps_takeover(&seq, FRRD_REASON_UNOWNED, true);
	expect_order(&seq, announce_first);
	seq.routes_done = true;
	frrd_steps_release(&seq, &group, FRRD_REASON_COMMAND_RELEASE, true);
	expect_order(&seq, planned);
}

/* Programs are for what somebody wanted, and what was announced. */
static void test_unplanned(void **state)
{
	struct frrd_group group = quiet_group();
	struct frrd_sequence seq = { .routes_done = true };

	(void)state;
	frrd_steps_release(&seq, &group, FRRD_REASON_FENCED, true);
	assert_int_equal(seq.step, FRRD_STEP_WITHDRAW);
	assert_false(frrd_steps_waits_for_zebra(&seq, &group, true));
	frrd_steps_release(&seq, &group, FRRD_REASON_COMMAND_RELEASE, true);
	assert_int_equal(seq.step, FRRD_STEP_WITHDRAW); /* nothing stood any more */
	assert_true(frrd_steps_waits_for_zebra(&seq, &group, true));
	assert_false(frrd_steps_waits_for_zebra(&seq, &group, false));
	/* To a successor it is planned, to one from before it is a conflict. */
	seq.routes_done = true;
	frrd_steps_release(&seq, &group, FRRD_REASON_HANDED_OVER, true);
	assert_int_equal(seq.step, FRRD_STEP_WITHDRAW);
	seq.routes_done = true;
	group.grant_to = 2;
	frrd_steps_release(&seq, &group, FRRD_REASON_HANDED_OVER, true);
	assert_int_equal(seq.step, FRRD_STEP_PRE_WITHDRAW);
	/* zebra is gone, and the routes with it: there is nothing to prepare for. */
	seq.routes_done = true;
	frrd_steps_release(&seq, &group, FRRD_REASON_COMMAND_RELEASE, false);
	assert_int_equal(seq.step, FRRD_STEP_WITHDRAW);
}

static void test_urgency(void **state)
{
	struct frrd_policy policy = { .arbiter = FRRD_ARBITER_BGP };
	struct frrd_group group = quiet_group();
	struct frrd_sequence seq = { .step = FRRD_STEP_PRE_WITHDRAW };

	(void)state;
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, true), FRRD_URGENCY_NONE);
	group.grant_to = 2;
	group.view.claims = FRRD_SITE_BIT(2);
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, true), FRRD_URGENCY_NONE);
	/* The grant has fallen: rule 5. */
	group.grant_to = 0;
	group.granted_to = 2;
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, true),
			 FRRD_URGENCY_CLAIMED);
	group.ignored_claims = FRRD_SITE_BIT(2);
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, true), FRRD_URGENCY_NONE);
	group.quorum_since_ms = FRRD_NEVER;
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, true),
			 FRRD_URGENCY_NO_QUORUM);
	frrd_steps_hurry(&seq);
	assert_int_equal(seq.step, FRRD_STEP_WITHDRAW);
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, true), FRRD_URGENCY_NONE);
	seq.hurried = false;
	group.quorum_since_ms = 0;
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, false),
			 FRRD_URGENCY_DETACH);
	policy.arbiter = FRRD_ARBITER_MANUAL;
	seq.step = FRRD_STEP_PRE_WITHDRAW;
	group.ignored_claims = 0;
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, true), FRRD_URGENCY_NONE);
	group.stopping = true;
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, true),
			 FRRD_URGENCY_ENDING);
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 0, false),
			 FRRD_URGENCY_NO_ZEBRA);
}

/* Programs end while it is not known what others have done. */
static void test_held_back(void **state)
{
	struct frrd_policy policy = { .arbiter = FRRD_ARBITER_BGP };
	struct frrd_routes routes = { .total = 2 };
	struct frrd_group group = quiet_group();
	struct frrd_sequence seq = { .step = FRRD_STEP_REST };

	(void)state;
	frrd_steps_takeover(&seq, FRRD_REASON_UNOWNED, false);
	group.stalled_until_ms = 400;
	assert_false(frrd_steps_programs_ended(&seq, &group, 100, true));
	assert_int_equal(seq.step, FRRD_STEP_PRE_ANNOUNCE);
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 399, true), FRRD_URGENCY_NONE);
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 400, true),
			 FRRD_URGENCY_GO_ON);
	assert_true(frrd_steps_go_on(&seq, &group, 400, &routes, FRRD_ATTACH_DONE));
	assert_int_equal(seq.step, FRRD_STEP_ATTACH);
	/* The same for attachments, and for the quorum. */
	group.settled = false;
	assert_false(frrd_steps_go_on(&seq, &group, 500, &routes, FRRD_ATTACH_DONE));
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 500, true), FRRD_URGENCY_NONE);
	group.settled = true;
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 500, true),
			 FRRD_URGENCY_GO_ON);
	assert_true(frrd_steps_go_on(&seq, &group, 500, &routes, FRRD_ATTACH_DONE));
	assert_int_equal(seq.step, FRRD_STEP_ANNOUNCE);
}

/* The grant has fallen while programs ran, and the granter claims still. */
static void test_taken_back(void **state)
{
	struct frrd_policy policy = { .arbiter = FRRD_ARBITER_BGP };
	struct frrd_group group = quiet_group();
	struct frrd_sequence seq = { .step = FRRD_STEP_REST };

	(void)state;
	group.view.claims = FRRD_SITE_BIT(1);
	frrd_steps_takeover(&seq, FRRD_REASON_GRANTED, false);
	assert_false(frrd_steps_programs_ended(&seq, &group, 100, true));
	assert_int_equal(seq.step, FRRD_STEP_PRE_ANNOUNCE);
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 100, true), FRRD_URGENCY_NONE);
	/* It is gone as well: the handover was over. */
	group.view.claims = 0;
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 100, true),
			 FRRD_URGENCY_GO_ON);
	/* The grant stands. */
	group.view.claims = FRRD_SITE_BIT(1);
	group.view.grants = FRRD_SITE_BIT(2);
	assert_int_equal(frrd_steps_urgency(&seq, &group, &policy, 100, true),
			 FRRD_URGENCY_GO_ON);
	/* What was forced, and what the arbiter manual does, has nothing to do with grants. */
	group.view.grants = 0;
	frrd_steps_takeover(&seq, FRRD_REASON_COMMAND_FORCE, false);
	assert_true(frrd_steps_programs_ended(&seq, &group, 100, true));
	group.arbiter = FRRD_ARBITER_MANUAL;
	frrd_steps_takeover(&seq, FRRD_REASON_GRANTED, false);
	assert_true(frrd_steps_programs_ended(&seq, &group, 100, true));
}

static void test_snapshot(void **state)
{
	struct frrd_routes routes = { .total = 2 };
	struct frrd_group group = quiet_group();
	struct frrd_sequence seq = { .step = FRRD_STEP_REST };

	(void)state;
	frrd_steps_takeover(&seq, FRRD_REASON_UNOWNED, false);
	frrd_steps_routes(&seq, FRRD_ATTACH_DONE, &routes);
	assert_true(routes.announced == 2 && routes.pending == 2 && routes.failed == 0);
	assert_false(frrd_steps_programs_ended(&seq, &group, 0, false));
	frrd_steps_routes(&seq, FRRD_ATTACH_DONE, &routes);
	assert_true(routes.announced == 2 && routes.pending == 0 && routes.failed == 2);
	frrd_steps_takeover(&seq, FRRD_REASON_UNOWNED, false);
	assert_true(frrd_steps_programs_ended(&seq, &group, 0, true));
	frrd_steps_routes(&seq, FRRD_ATTACH_FAILED, &routes);
	assert_true(routes.pending == 0 && routes.failed == 2);
	frrd_steps_routes(&seq, FRRD_ATTACH_BUSY, &routes);
	assert_true(routes.pending == 2 && routes.failed == 0);
	routes = (struct frrd_routes){ .total = 2 };
	seq.step = FRRD_STEP_DETACH;
	frrd_steps_routes(&seq, FRRD_ATTACH_BUSY, &routes);
	assert_true(routes.announced == 0 && routes.pending == 1);
	routes = (struct frrd_routes){ .total = 2 };
	seq.step = FRRD_STEP_POST_WITHDRAW;
	frrd_steps_routes(&seq, FRRD_ATTACH_DONE, &routes);
	assert_int_equal(routes.pending, 0);
}

/* Who goes on after a restart has its routes, and has run its programs. */
static void test_resumed(void **state)
{
	struct frrd_group group = quiet_group();
	struct frrd_sequence seq = { .step = FRRD_STEP_REST };

	(void)state;
	assert_false(frrd_steps_resumable(&seq, &group));
	group.resume = true;
	assert_true(frrd_steps_resumable(&seq, &group));
	frrd_steps_takeover(&seq, FRRD_REASON_RESUMED, false);
	assert_int_equal(seq.step, FRRD_STEP_ANNOUNCE);
	/* The session was lost when programs had ended, and while they ran. */
	frrd_steps_takeover(&seq, FRRD_REASON_UNOWNED, false);
	assert_false(frrd_steps_programs_ended(&seq, &group, 0, true));
	frrd_steps_takeover(&seq, FRRD_REASON_RESUMED, false);
	assert_int_equal(seq.step, FRRD_STEP_ATTACH);
	frrd_steps_takeover(&seq, FRRD_REASON_UNOWNED, false);
	frrd_steps_takeover(&seq, FRRD_REASON_RESUMED, false);
	assert_int_equal(seq.step, FRRD_STEP_PRE_ANNOUNCE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),	  cmocka_unit_test(test_unplanned),
		cmocka_unit_test(test_urgency),	  cmocka_unit_test(test_held_back),
		cmocka_unit_test(test_snapshot), cmocka_unit_test(test_resumed),
		cmocka_unit_test(test_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
