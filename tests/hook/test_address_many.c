// SPDX-License-Identifier: GPL-2.0-or-later
/* Many that are told of a change of addresses, and many groups at once. */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "address_kit.h"

static void test_targets_alone(void **state)
{
	configure(&group, 1, 3);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	assert_int_equal(started, 4);
	end_number(2, 0, "told");
	end_number(4, 0, "told");
	end_number(3, 1, "503");
	for (uint32_t i = 0; i < 3; i++) {
		pass((5000 << i) - 1);
		assert_int_equal(started, 4 + i);
		pass(1);
		assert_int_equal(started, 5 + i);
		assert_string_equal(programs[4 + i].target, "http://b");
		end_last(1, "503");
	}
	pass(3600000);
	assert_int_equal(started, 7);
	assert_string_equal(journal_text,
			    "notify told|notify told|notify failed|notify failed|");
}

/* Eight at a time, in the order of the configuration, and the DNS before all of them. */
static void test_many_targets(void **state)
{
	const uint32_t all = KIT_TARGETS + 1;

	configure(&group, 1, KIT_TARGETS);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	assert_int_equal(started, 8);
	for (uint32_t id = 1; id <= all; id++) {
		end_number(id, 0, "a -> b");
		assert_int_equal(started, MIN(8 + id, all));
	}
	assert_null(programs[0].target);
	for (size_t i = 0; i < KIT_TARGETS; i++)
		assert_string_equal(programs[i + 1].target, kit_targets[i]);
	pass(4000); /* nobody is told again; the records are looked at later */
	assert_int_equal(started, all);
}

/* None of those that wait gets the place of one that is ended. */
static void test_owner_goes_while_targets_wait(void **state)
{
	configure(&group, 1, KIT_TARGETS);
	own(&group, FRRD_REASON_OWNER_GONE);
	pass(0);
	assert_int_equal(started, 8);
	become(FRRD_STATE_DRAINING);
	assert_int_equal(started, 8);
	assert_int_equal(cancelled, 8);
	pass(3600000);
	assert_int_equal(started, 8);
}

/* It goes before any of them has begun. */
static void test_owner_goes_at_once(void **state)
{
	configure(&group, 1, KIT_TARGETS);
	own(&group, FRRD_REASON_OWNER_GONE);
	become(FRRD_STATE_DRAINING);
	pass(3600000);
	assert_int_equal(started, 0);
}

/* The places of a group that goes are those of another one that waits. */
static void test_places_of_another_group(void **state)
{
	struct frrd_grp other = {};

	other.policy.arbiter = FRRD_ARBITER_MANUAL;
	configure(&group, 1, KIT_TARGETS);
	own(&group, FRRD_REASON_OWNER_GONE);
	configure(&other, 0, 3);
	own(&other, FRRD_REASON_COMMAND_FAILOVER);
	pass(0);
	assert_int_equal(started, 8);
	become(FRRD_STATE_DRAINING);
	assert_int_equal(started, 11);
	assert_int_equal(cancelled, 8);
	for (uint32_t i = 0; i < 3; i++)
		assert_string_equal(programs[8 + i].target, kit_targets[i]);
	frrd_address_drop(&other);
}

/* Eight at a time, of all groups. */
static void test_many_groups(void **state)
{
	struct frrd_grp groups[12] = {};

	for (size_t i = 0; i < array_size(groups); i++) {
		groups[i].policy.arbiter = FRRD_ARBITER_MANUAL;
		configure(&groups[i], 1, 0);
		own(&groups[i], FRRD_REASON_COMMAND_FAILOVER);
	}
	pass(0);
	assert_int_equal(started, 8);
	end_number(3, 0, "a -> b");
	assert_int_equal(started, 9);
	frrd_address_drop(&groups[0]); /* one that runs */
	assert_int_equal(started, 10);
	frrd_address_drop(&groups[11]); /* one that waits */
	end_number(2, 1, "no answer");
	end_number(4, 0, "a -> b");
	assert_int_equal(started, 11);
	for (size_t i = 0; i < array_size(groups); i++)
		frrd_address_drop(&groups[i]);
	assert_int_equal(started, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(targets_alone),
		TEST(many_targets),
		TEST(owner_goes_while_targets_wait),
		TEST(owner_goes_at_once),
		TEST(places_of_another_group),
		TEST(many_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
