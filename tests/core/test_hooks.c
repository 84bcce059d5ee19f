// SPDX-License-Identifier: GPL-2.0-or-later
/* Order and policy of hooks: what runs next after every end. */

#include "tests/core/support.h"

#include "frrd/core/hooks.h"

#define RULE(p, ...) { .policy = FRRD_HOOK_##p, .timeout_ms = 1000, __VA_ARGS__ }

static void assert_next(enum frrd_hook_next next, enum frrd_hook_next wanted,
			const struct frrd_hooks *hooks, size_t at)
{
	assert_int_equal(next, wanted);
	assert_int_equal(hooks->at, at);
}

static void test_none(void **state)
{
	struct frrd_hooks hooks;

	assert_next(frrd_hooks_begin(&hooks, FRRD_HOOK_ON_FENCED, NULL, 0), FRRD_HOOK_FINISHED,
		    &hooks, 0);
}

static void test_in_order(void **state)
{
	static const struct frrd_hook_rule rules[] = { RULE(CONTINUE), RULE(ABORT), RULE(RETRY) };
	struct frrd_hooks hooks;

	assert_next(frrd_hooks_begin(&hooks, FRRD_HOOK_PRE_ANNOUNCE, rules, 3), FRRD_HOOK_RUN,
		    &hooks, 0);
	assert_next(frrd_hooks_ended(&hooks, true), FRRD_HOOK_RUN, &hooks, 1);
	assert_next(frrd_hooks_ended(&hooks, true), FRRD_HOOK_RUN, &hooks, 2);
	assert_next(frrd_hooks_ended(&hooks, true), FRRD_HOOK_FINISHED, &hooks, 3);
	assert_int_equal(hooks.failed, 0);
}

static void test_continue(void **state)
{
	static const struct frrd_hook_rule rules[] = { RULE(CONTINUE), RULE(CONTINUE) };
	struct frrd_hooks hooks;

	(void)frrd_hooks_begin(&hooks, FRRD_HOOK_PRE_ANNOUNCE, rules, 2);
	assert_next(frrd_hooks_ended(&hooks, false), FRRD_HOOK_RUN, &hooks, 1);
	assert_next(frrd_hooks_ended(&hooks, false), FRRD_HOOK_FINISHED, &hooks, 2);
	assert_int_equal(hooks.failed, 2);
}

/* Only a takeover that has not begun can be forbidden. */
static void test_abort(void **state)
{
	static const struct frrd_hook_rule rules[] = { RULE(ABORT), RULE(CONTINUE) };

	for (enum frrd_hook_event event = 0; event < FRRD_HOOK_EVENTS; event++) {
		bool stops = event == FRRD_HOOK_PRE_ANNOUNCE;
		struct frrd_hooks hooks;

		assert_int_equal(frrd_hook_may_abort(event), stops);
		(void)frrd_hooks_begin(&hooks, event, rules, 2);
		assert_next(frrd_hooks_ended(&hooks, false),
			    stops ? FRRD_HOOK_ABORTED : FRRD_HOOK_RUN, &hooks, stops ? 0 : 1);
		assert_int_equal(hooks.failed, 1);
	}
}

static void test_retry_until_well(void **state)
{
	static const struct frrd_hook_rule rules[] = {
		RULE(RETRY, .retries = 3, .retry_interval_ms = 50),
		RULE(RETRY, .retries = 1, .retry_interval_ms = 50),
	};
	struct frrd_hooks hooks;

	(void)frrd_hooks_begin(&hooks, FRRD_HOOK_POST_ANNOUNCE, rules, 2);
	assert_next(frrd_hooks_ended(&hooks, false), FRRD_HOOK_WAIT, &hooks, 0);
	assert_next(frrd_hooks_waited(&hooks), FRRD_HOOK_RUN, &hooks, 0);
	assert_next(frrd_hooks_ended(&hooks, false), FRRD_HOOK_WAIT, &hooks, 0);
	assert_int_equal(hooks.repeats, 2);
	assert_next(frrd_hooks_waited(&hooks), FRRD_HOOK_RUN, &hooks, 0);
	assert_next(frrd_hooks_ended(&hooks, true), FRRD_HOOK_RUN, &hooks, 1);
	/* the second hook has repeats of its own */
	assert_int_equal(hooks.repeats, 0);
	assert_next(frrd_hooks_ended(&hooks, false), FRRD_HOOK_WAIT, &hooks, 1);
	assert_next(frrd_hooks_waited(&hooks), FRRD_HOOK_RUN, &hooks, 1);
	assert_next(frrd_hooks_ended(&hooks, true), FRRD_HOOK_FINISHED, &hooks, 2);
	assert_int_equal(hooks.failed, 0);
}

static void test_retry_in_vain(void **state)
{
	static const struct frrd_hook_rule rules[] = { RULE(RETRY, .retries = 100) };
	struct frrd_hooks hooks;
	unsigned int runs = 1;

	(void)frrd_hooks_begin(&hooks, FRRD_HOOK_PRE_ANNOUNCE, rules, 1);
	while (frrd_hooks_ended(&hooks, false) == FRRD_HOOK_RUN) /* no pause: at once */
		runs++;
	assert_int_equal(runs, 101);
	assert_int_equal(hooks.at, 1);
	assert_int_equal(hooks.failed, 1);
}

static void test_longest(void **state)
{
	static const struct {
		struct frrd_hook_rule rule;
		uint64_t longest;
	} cases[] = {
		{ { FRRD_HOOK_CONTINUE, 3, 1000, 10000 }, 10000 },
		{ { FRRD_HOOK_ABORT, 3, 1000, 500 }, 500 },
		{ { FRRD_HOOK_RETRY, 3, 1000, 10000 }, 43000 },
		{ { FRRD_HOOK_RETRY, 1, 0, 100 }, 200 },
		{ { FRRD_HOOK_RETRY, 100, 600000, 3600000 }, UINT64_C(423600000) },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(frrd_hook_longest_ms(&cases[i].rule) == cases[i].longest);
}

static void test_names(void **state)
{
	for (enum frrd_hook_event event = 0; event < FRRD_HOOK_EVENTS; event++) {
		enum frrd_hook_event same = FRRD_HOOK_EVENTS;

		assert_true(frrd_hook_event_of(frrd_hook_event_name(event), &same));
		assert_int_equal(same, event);
	}
	for (enum frrd_hook_policy policy = 0; policy <= FRRD_HOOK_RETRY; policy++) {
		enum frrd_hook_policy same = FRRD_HOOK_CONTINUE;

		assert_true(frrd_hook_policy_of(frrd_hook_policy_name(policy), &same));
		assert_int_equal(same, policy);
	}
	assert_string_equal(frrd_hook_event_name(FRRD_HOOK_EVENTS), "?");
	assert_string_equal(frrd_hook_policy_name((enum frrd_hook_policy)3), "?");
	assert_false(frrd_hook_event_of("whenever", &(enum frrd_hook_event){ 0 }));
	assert_false(frrd_hook_policy_of("", &(enum frrd_hook_policy){ 0 }));
}

/* A move that went on, was ordered to end or came to its end is no failure. */
static void test_failures(void **state)
{
	unsigned int failures = 0;

	for (enum frrd_reason reason = 0; reason < FRRD_REASON_COUNT; reason++)
		failures += frrd_hook_is_failure(reason);
	assert_int_equal(failures, 7);
	assert_true(frrd_hook_is_failure(FRRD_REASON_GRANT_TIMEOUT));
	assert_false(frrd_hook_is_failure(FRRD_REASON_CLAIM_CANCELLED));
	assert_false(frrd_hook_is_failure(FRRD_REASON_FENCED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_continue),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_retry_until_well),
		cmocka_unit_test(test_retry_in_vain),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
