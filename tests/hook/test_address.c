// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What follows a change of addresses: when dns-update and notify run, and when they are
 * ended.
 */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "address_kit.h"

static void test_not_before_the_routes_stand(void **state)
{
	static const enum frrd_step early[] = { FRRD_STEP_PRE_ANNOUNCE, FRRD_STEP_ATTACH,
						FRRD_STEP_ANNOUNCE };

	configure(&group, 1, 1);
	pass(1000);
	assert_int_equal(started, 0);
	for (size_t i = 0; i < array_size(early); i++) {
		group.seq.step = early[i];
		become(FRRD_STATE_ACTIVATING);
		pass(1000);
		assert_int_equal(started, 0);
	}
	group.seq.step = FRRD_STEP_POST_ANNOUNCE;
	become(FRRD_STATE_ACTIVATING);
	pass(0);
	assert_int_equal(started, 2);
	assert_string_equal(programs[0].command, "/hooks/dns-update --timeout 10");
	assert_string_equal(programs[1].command, "/hooks/notify --timeout 10");
}

static void test_tried_until_it_works(void **state)
{
	static const int64_t pauses_ms[] = { 1000,  2000,  4000,  8000,	 16000,
					     32000, 60000, 60000, 60000 };

	configure(&group, 1, 0);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	for (size_t i = 0; i < array_size(pauses_ms); i++) {
		end_last(1, "no answer");
		assert_int_equal(dns().state, FRRD_ADDRESS_FAILING);
		assert_int_equal(dns().failures, i + 1);
		assert_int_equal(dns().next_ms - now_ms, pauses_ms[i]);
		pass(pauses_ms[i] - 1);
		assert_int_equal(started, i + 1);
		pass(1);
		assert_int_equal(started, i + 2);
	}
	assert_string_equal(journal_text, "dns failed|"); /* once */
	end_last(1, "REFUSED");
	assert_string_equal(journal_text, "dns failed|dns failed|"); /* another cause */
	pass(60000);
	end_last(0, "a -> b");
	assert_string_equal(journal_text, "dns failed|dns failed|dns updated|");
	assert_int_equal(dns().state, FRRD_ADDRESS_DONE);
	assert_int_equal(dns().failures, 0);
	assert_int_equal(dns().failing_ms, 0);
	assert_string_equal(dns().problem, "");
}

static void test_looked_at_again(void **state)
{
	static const int64_t looks[] = { 5000, 60000, 600000, 600000 };
	int64_t done_ms;

	configure(&group, 1, 0);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	end_last(0, "(as it should be)");
	assert_string_equal(journal_text, "dns unchanged|");
	done_ms = now_ms;
	for (size_t i = 0; i < array_size(looks); i++) {
		pass(looks[i] - 1);
		assert_int_equal(started, i + 1);
		pass(1);
		assert_int_equal(started, i + 2);
		assert_int_equal(dns().state, FRRD_ADDRESS_DONE);
		end_last(0, "(as it should be)");
	}
	/* no news */
	assert_string_equal(journal_text, "dns unchanged|");
	assert_int_equal(dns().done_ms, done_ms);
	pass(600000);
	end_last(0, "b -> a");
	assert_string_equal(journal_text, "dns unchanged|dns updated|");
	assert_int_equal(dns().done_ms, now_ms);
	assert_int_equal(notified, 2);
}

static void ends_with(void (*change)(void))
{
	setup(NULL);
	configure(&group, 1, 2);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	assert_int_equal(started, 3);
	end_number(2, 1, "mailbox full"); /* waits for its next try */
	change();
	frrd_address_follow(&group);
	assert_int_equal(cancelled, 2);
	assert_int_equal(dns().state, FRRD_ADDRESS_IDLE);
	pass(3600000);
	assert_int_equal(started, 3);
	teardown(NULL);
}

static void drain(void)
{
	group.fsm.state = FRRD_STATE_DRAINING;
}

static void release(void)
{
	group.fsm.state = FRRD_STATE_RELEASING;
	group.seq.step = FRRD_STEP_PRE_WITHDRAW;
}

static void lose_quorum(void)
{
	group.fsm.quorum_since_ms = FRRD_NEVER;
}

static void see_conflict(void)
{
	group.fsm.conflict = true;
}

static void leave_group(void)
{
	is_member = false;
}

static void remove_group(void)
{
	group.removed = true;
}

static void test_ended_at_once(void **state)
{
	ends_with(drain);
	ends_with(release);
	ends_with(lose_quorum);
	ends_with(see_conflict);
	ends_with(leave_group);
	ends_with(remove_group);
	setup(NULL);
}

/* An operator has forced it: nobody else decides. */
static void test_forced_without_quorum(void **state)
{
	configure(&group, 1, 0);
	group.fsm.quorum_since_ms = FRRD_NEVER;
	group.fsm.fence_waived = true;
	own(&group, FRRD_REASON_COMMAND_FORCE);
	pass(0);
	assert_int_equal(started, 1);
}

static void test_arbiter_manual(void **state)
{
	configure(&group, 1, 0);
	group.policy.arbiter = FRRD_ARBITER_MANUAL;
	group.fsm.quorum_since_ms = FRRD_NEVER;
	own(&group, FRRD_REASON_COMMAND_FAILOVER);
	pass(0);
	assert_int_equal(started, 1);
}

/* The records are looked at again, and nobody is told again. */
static void test_owner_that_goes_on(void **state)
{
	configure(&group, 1, 1);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	end_number(1, 0, "a -> b");
	end_number(2, 0, "told");
	become(FRRD_STATE_DRAINING);
	become(FRRD_STATE_ACTIVE); /* the grant was taken back */
	pass(0);
	assert_int_equal(started, 3);
	assert_null(programs[2].target);
	lose_quorum();
	frrd_address_follow(&group);
	group.fsm.quorum_since_ms = 0;
	frrd_address_follow(&group);
	pass(0);
	assert_int_equal(started, 4);
	assert_null(programs[3].target);
	/* another takeover */
	become(FRRD_STATE_STANDBY);
	own(&group, FRRD_REASON_GRANTED);
	pass(0);
	assert_int_equal(started, 6);
	assert_string_equal(programs[5].target, "mailto:a@example.org");
}

static void test_resumed(void **state)
{
	configure(&group, 1, 1);
	own(&group, FRRD_REASON_RESUMED);
	pass(3600000);
	assert_int_equal(started, 1);
	assert_null(programs[0].target);
}

static void test_nothing_changes_here(void **state)
{
	what_changes = NULL;
	configure(&group, 1, 1);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(3600000);
	assert_int_equal(started, 0);
	assert_int_equal(dns().state, FRRD_ADDRESS_IDLE);
	/* a map line */
	what_changes = "b";
	frrd_address_apply(&group);
	pass(0);
	assert_int_equal(started, 1);
	assert_null(programs[0].target);
}

static void test_what_is_configured_meanwhile(void **state)
{
	configure(&group, 1, 1);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	assert_int_equal(started, 2);
	configure(&group, 1, 1); /* the same */
	assert_int_equal(cancelled, 0);
	end_number(1, 1, "no answer");
	what_changes = "c";
	configure(&group, 1, 1);
	pass(0); /* without waiting for the next try */
	assert_int_equal(started, 3);
	what_changes = "d";
	configure(&group, 1, 2);
	assert_int_equal(cancelled, 1);
	pass(0);
	assert_int_equal(started, 4); /* the new target is for the next takeover */
	configure(&group, 0, 0);
	assert_int_equal(cancelled, 3);
	assert_null(group.address);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(not_before_the_routes_stand),
		TEST(tried_until_it_works),
		TEST(looked_at_again),
		TEST(ended_at_once),
		TEST(forced_without_quorum),
		TEST(arbiter_manual),
		TEST(owner_that_goes_on),
		TEST(resumed),
		TEST(nothing_changes_here),
		TEST(what_is_configured_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
