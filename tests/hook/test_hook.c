// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hooks as they run: which program, when, and what becomes of it.  frrd-io and the rest of
 * the daemon are stand-ins.
 */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "frrd_compat.h"
#include "frrd/frrd_process.h"

#include "hook_kit.h"

/* --- one after the other --------------------------------------------------- */

static void test_nothing_to_run(void **state)
{
	add(FRRD_HOOK_POST_ANNOUNCE, 1, "/bin/other");
	assert_false(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_int_equal(started, 0);
	assert_int_equal(dones, 0);
}

static void test_order(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 20, "/bin/second");
	add(FRRD_HOOK_PRE_ANNOUNCE, 10, "/bin/first")->rule.timeout_ms = 345;
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_string_equal(running()->command, "/bin/first");
	assert_int_equal(running()->timeout_ms, 345);
	end_with(3, "");
	assert_int_equal(dones, 0);
	assert_string_equal(running()->command, "/bin/second");
	end_with(0, "");
	assert_int_equal(dones, 1);
	assert_true(last_go_on);
	assert_null(group.hooks.step);
}

static void test_sites(void **state)
{
	struct frrd_hook *hook = add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");

	frrd_hook_site_add(hook, "dc1");
	assert_false(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_site_add(hook, "dc2");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	end_with(0, "");
	frrd_hook_site_del(hook, "dc2");
	assert_false(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_site_del(hook, "dc1");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
}

static void test_abort(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a")->rule.policy = FRRD_HOOK_ABORT;
	add(FRRD_HOOK_PRE_ANNOUNCE, 2, "/bin/b");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	end_with(1, "not writable\n");
	assert_int_equal(started, 1);
	assert_int_equal(dones, 1);
	assert_false(last_go_on);
	assert_non_null(strstr(journal, "\"next\":\"abort\""));
}

static void test_retry(void **state)
{
	struct frrd_hook *hook = add(FRRD_HOOK_POST_ANNOUNCE, 1, "/bin/a");

	hook->rule = (struct frrd_hook_rule){ FRRD_HOOK_RETRY, 2, 5, 1000 };
	assert_true(run(FRRD_HOOK_POST_ANNOUNCE));
	end_with(1, "");
	assert_non_null(strstr(journal, "\"repeats\":0,\"failed\":true,\"next\":\"retry\""));
	assert_int_equal(started, 1); /* after a pause */
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(started, 2);
	end_with(1, "");
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(started, 3);
	end_with(1, "");
	assert_non_null(strstr(journal, "\"repeats\":2,\"failed\":true,\"next\":\"continue\""));
	assert_int_equal(dones, 1);
	assert_true(last_go_on);
}

/* What is configured meanwhile changes nothing. */
static void test_configuration_changes(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	add(FRRD_HOOK_PRE_ANNOUNCE, 2, "/bin/b");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_set_clear(&group.hooks);
	add(FRRD_HOOK_PRE_ANNOUNCE, 2, "/bin/c");
	end_with(0, "");
	assert_string_equal(running()->command, "/bin/b");
	end_with(0, "");
	assert_int_equal(dones, 1);
}

/* Refused by the runner: as a failure, and not from within the call. */
static void test_not_handed_over(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a")->rule.policy = FRRD_HOOK_ABORT;
	accepting = false;
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_int_equal(dones, 0);
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(dones, 1);
	assert_false(last_go_on);
	assert_non_null(strstr(journal, "\"end\":\"not-run\""));
	assert_non_null(strstr(journal, "too long"));
}

/* --- the group moves on ---------------------------------------------------- */

static void test_moved_on(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_cancel(&group, "the group is withdrawn");
	frrd_hook_cancel(&group, "nothing is left to end");
	assert_int_equal(killed, 1);
	assert_string_equal(journal, ""); /* it has its time to end */
	end_by_signal();
	assert_string_equal(journal,
			    "{\"event\":\"pre-announce\",\"sequence\":1,\"command\":\"/bin/a\","
			    "\"end\":\"cancelled\",\"why\":\"the group is withdrawn\",\"ranMs\":34,"
			    "\"repeats\":0,\"failed\":true,\"next\":\"none\",\"output\":\"half\"}");
	assert_int_equal(dones, 0);
}

/* The programs of the next step begin when the last one of the step before has gone. */
static void test_next_step_waits(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/b");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_cancel(&group, "the group is withdrawn");
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	assert_int_equal(started, 1);
	end_by_signal();
	assert_int_equal(started, 2);
	assert_string_equal(running()->command, "/bin/b");
	end_with(0, "");
	assert_int_equal(dones, 1);
}

/* What waits for its beginning has nothing to end. */
static void test_moved_on_while_it_waits(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/b");
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	assert_non_null(strstr(journal, "\"event\":\"pre-announce\""));
	assert_non_null(strstr(journal, "\"end\":\"cancelled\",\"why\":\"the group has moved on\",\"ranMs\":0"));
	assert_int_equal(killed, 1);
	assert_int_equal(started, 1);
	end_by_signal();
	assert_int_equal(started, 2);
	assert_string_equal(running()->command, "/bin/b");
	end_with(0, "");
	assert_int_equal(dones, 1);
}

/* Whoever does not end holds nobody up for ever. */
static void test_does_not_go(void **state)
{
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/b");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(cancelled, 1);
	assert_non_null(strstr(journal, "\"end\":\"cancelled\""));
	assert_int_equal(started, 2);
	end_with(0, "");
	assert_int_equal(dones, 1);
}

static void test_moved_on_between_two_runs(void **state)
{
	struct frrd_hook *hook = add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a");

	hook->rule = (struct frrd_hook_rule){ FRRD_HOOK_RETRY, 2, 600000, 1000 };
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	end_with(1, "");
	frrd_hook_cancel(&group, "there is no quorum");
	assert_int_equal(killed + cancelled, 0); /* no program ran */
	assert_int_equal(dones, 0);
	assert_non_null(strstr(journal, "\"why\":\"there is no quorum\",\"ranMs\":0,\"repeats\":1"));
}

/* At the end of the process nobody waits, and the journal says what did not end. */
static void test_stop(void **state)
{
	add(FRRD_HOOK_POST_WITHDRAW, 1, "/bin/a");
	assert_true(run(FRRD_HOOK_POST_WITHDRAW));
	frrd_hook_stop();
	assert_int_equal(cancelled, 1);
	assert_int_equal(dones, 0);
	assert_non_null(strstr(journal, "\"end\":\"cancelled\",\"why\":\"frrd ends\""));
}

/* --- what hangs on decisions ----------------------------------------------- */

static void test_fenced(void **state)
{
	add(FRRD_HOOK_ON_FENCED, 1, "/bin/a");
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/b");
	group.fsm.last_owner = 2;
	decide(FRRD_STATE_RELEASING, FRRD_REASON_FENCED);
	assert_int_equal(started, 0); /* the withdrawal comes first */
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(started, 1);
	assert_string_equal(owners(), "FRRD_FROM=dc2|FRRD_TO=");
	assert_true(run(FRRD_HOOK_PRE_ANNOUNCE));
	frrd_hook_cancel(&group, "the group is withdrawn");
	assert_int_equal(killed, 1); /* the step's, not the report */
	end_by_signal();
	started = 1;
	end_with(0, "");
	assert_int_equal(dones, 0);
}

static void test_failure(void **state)
{
	add(FRRD_HOOK_ON_FAILURE, 1, "/bin/a");
	decide(FRRD_STATE_STANDBY, FRRD_REASON_CLAIM_CANCELLED);
	decide(FRRD_STATE_STANDBY, FRRD_REASON_REQUEST_TIMEOUT);
	EVENT_RUN_NEXT(frrd_loop);
	assert_int_equal(started, 1);
	assert_non_null(strstr(running()->env, "FRRD_EVENT=on-failure|"));
	assert_non_null(strstr(running()->env, "FRRD_REASON=request-timeout|"));
	end_with(0, "");
}

/* --- questions about the configuration ------------------------------------- */

static void test_any_here(void **state)
{
	assert_false(frrd_hook_any_here());
	frrd_groups_add(&frrd_config.groups, &group);
	assert_false(frrd_hook_any_here());
	frrd_hook_site_add(add(FRRD_HOOK_ON_FENCED, 1, "/bin/a"), "dc1");
	assert_false(frrd_hook_any_here());
	add(FRRD_HOOK_ON_FENCED, 2, "/bin/a");
	assert_true(frrd_hook_any_here());
	frrd_groups_del(&frrd_config.groups, &group);
}

static void test_longest(void **state)
{
	struct frrd_hook *hook = add(FRRD_HOOK_PRE_WITHDRAW, 1, "/bin/a");

	hook->rule = (struct frrd_hook_rule){ FRRD_HOOK_RETRY, 2, 50, 1000 };
	frrd_hook_site_add(hook, "dc1");
	add(FRRD_HOOK_PRE_WITHDRAW, 2, "/bin/a")->rule.timeout_ms = 500;
	add(FRRD_HOOK_PRE_ANNOUNCE, 1, "/bin/a")->rule.timeout_ms = 70000;
	assert_int_equal(frrd_hook_set_longest_ms(&group.hooks, FRRD_HOOK_PRE_WITHDRAW, "dc1"), 3600);
	assert_int_equal(frrd_hook_set_longest_ms(&group.hooks, FRRD_HOOK_PRE_WITHDRAW, "dc2"), 500);
	assert_int_equal(frrd_hook_set_longest_ms(&group.hooks, FRRD_HOOK_ON_FENCED, "dc2"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_to_run),
		TEST(order),
		TEST(sites),
		TEST(abort),
		TEST(retry),
		TEST(configuration_changes),
		TEST(not_handed_over),
		TEST(moved_on),
		TEST(next_step_waits),
		TEST(moved_on_while_it_waits),
		TEST(does_not_go),
		TEST(moved_on_between_two_runs),
		TEST(stop),
		TEST(fenced),
		TEST(failure),
		TEST(any_here),
		TEST(longest),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
