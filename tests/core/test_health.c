// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Health: counting of results, what unknown counts as, and every combination of up to
 * four probes compared with what the words mean.
 */

#include <string.h>

#include "tests/core/support.h"

#include "frrd/core/health.h"

/* --- one probe ------------------------------------------------------------------ */

static bool results(struct frrd_probe_health *health, const char *list, uint8_t rise, uint8_t fall)
{
	bool changed = false;

	for (; *list; list++)
		changed = frrd_health_result(health, *list == '+', rise, fall);
	return changed;
}

static void test_first_state_is_counted(void **state)
{
	struct frrd_probe_health health;

	frrd_health_init(&health);
	assert_int_equal(health.state, FRRD_HEALTH_UNKNOWN);
	assert_false(results(&health, "+", 2, 3));
	assert_true(results(&health, "+", 2, 3));
	assert_int_equal(health.state, FRRD_HEALTH_UP);

	frrd_health_init(&health);
	assert_false(results(&health, "--", 2, 3));
	assert_int_equal(health.state, FRRD_HEALTH_UNKNOWN);
	assert_true(results(&health, "-", 2, 3));
	assert_int_equal(health.state, FRRD_HEALTH_DOWN);
}

static void test_only_rows_count(void **state)
{
	struct frrd_probe_health health;

	frrd_health_init(&health);
	assert_true(results(&health, "++", 2, 3));
	assert_false(results(&health, "--+--+--", 2, 3));
	assert_int_equal(health.state, FRRD_HEALTH_UP);
	assert_true(results(&health, "-", 2, 3));
	assert_int_equal(health.state, FRRD_HEALTH_DOWN);
	assert_false(results(&health, "+-+-+", 2, 3));
	assert_true(results(&health, "+", 2, 3));
	assert_int_equal(health.state, FRRD_HEALTH_UP);
}

static void test_settled(void **state)
{
	static const struct {
		const char *results;
		bool settled;
	} cases[] = {
		{ "", true },	  { "+", false },   { "-", false },	{ "+-+--", false },
		{ "++", true },	  { "+++", true },  { "++-", false },	{ "++--", false },
		{ "++--+", true }, { "++---", true }, { "++---+", false }, { "++---+-", true },
	};
	struct frrd_probe_health health;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		frrd_health_init(&health);
		results(&health, cases[i].results, 2, 3);
		assert_int_equal(frrd_health_is_settled(&health), cases[i].settled);
	}
	results(&health, "++", 2, 3);
	frrd_health_lost(&health);
	assert_true(frrd_health_is_settled(&health));
	results(&health, "+", 2, 3);
	assert_false(frrd_health_is_settled(&health));
}

static void test_change_is_told_once(void **state)
{
	struct frrd_probe_health health;

	frrd_health_init(&health);
	assert_true(results(&health, "+", 1, 1));
	assert_false(results(&health, "+", 1, 1));
	assert_true(results(&health, "-", 1, 1));
	assert_false(results(&health, "-", 1, 1));
}

static void test_long_rows_do_not_overflow(void **state)
{
	struct frrd_probe_health health;

	frrd_health_init(&health);
	for (int i = 0; i < 254; i++)
		assert_false(frrd_health_result(&health, false, 1, 255));
	assert_true(frrd_health_result(&health, false, 1, 255));
	for (int i = 0; i < 1000; i++)
		assert_false(frrd_health_result(&health, false, 1, 255));
	assert_int_equal(health.state, FRRD_HEALTH_DOWN);
	assert_int_equal(health.bad, 255);
}

/* A configuration that asks for fewer results takes effect with the next one. */
static void test_new_limit(void **state)
{
	struct frrd_probe_health health;

	frrd_health_init(&health);
	assert_false(results(&health, "---", 2, 10));
	assert_true(results(&health, "-", 2, 3));
}

static void test_lost(void **state)
{
	struct frrd_probe_health health;

	frrd_health_init(&health);
	assert_false(frrd_health_lost(&health));
	assert_true(results(&health, "++", 2, 3));
	assert_true(frrd_health_lost(&health));
	assert_false(frrd_health_lost(&health));
	assert_int_equal(health.state, FRRD_HEALTH_UNKNOWN);
	assert_int_equal(health.last, FRRD_HEALTH_UP);
	/* Rows do not reach across the gap. */
	assert_false(results(&health, "--", 2, 3));
	assert_true(frrd_health_lost(&health) == false);
	assert_false(results(&health, "--", 2, 3));
	assert_true(results(&health, "-", 2, 3));
	assert_int_equal(health.last, FRRD_HEALTH_DOWN);
}

static void test_what_unknown_counts_as(void **state)
{
	struct frrd_probe_health health;

	frrd_health_init(&health);
	assert_int_equal(frrd_health_counts(&health, FRRD_UNKNOWN_NO_MOVE), FRRD_HEALTH_UNKNOWN);
	assert_int_equal(frrd_health_counts(&health, FRRD_UNKNOWN_UP), FRRD_HEALTH_UP);
	assert_int_equal(frrd_health_counts(&health, FRRD_UNKNOWN_DOWN), FRRD_HEALTH_DOWN);

	(void)results(&health, "+", 1, 1);
	assert_int_equal(frrd_health_counts(&health, FRRD_UNKNOWN_DOWN), FRRD_HEALTH_UP);
	(void)frrd_health_lost(&health);
	assert_int_equal(frrd_health_counts(&health, FRRD_UNKNOWN_NO_MOVE), FRRD_HEALTH_UP);
	assert_int_equal(frrd_health_counts(&health, FRRD_UNKNOWN_DOWN), FRRD_HEALTH_DOWN);

	(void)results(&health, "-", 1, 1);
	(void)frrd_health_lost(&health);
	assert_int_equal(frrd_health_counts(&health, FRRD_UNKNOWN_NO_MOVE), FRRD_HEALTH_DOWN);
	assert_int_equal(frrd_health_counts(&health, FRRD_UNKNOWN_UP), FRRD_HEALTH_UP);
}

/* --- several -------------------------------------------------------------------- */

static enum frrd_health combine(const char *words, enum frrd_combine how, uint32_t number)
{
	struct frrd_health_sum sum = {};

	for (; *words; words++)
		frrd_health_sum_add(&sum, *words == '+'	  ? FRRD_HEALTH_UP
					  : *words == '-' ? FRRD_HEALTH_DOWN
							  : FRRD_HEALTH_UNKNOWN);
	return frrd_health_combine(&sum, how, number);
}

static void test_none(void **state)
{
	assert_int_equal(combine("", FRRD_COMBINE_ALL, 0), FRRD_HEALTH_UP);
	assert_int_equal(combine("", FRRD_COMBINE_ANY, 0), FRRD_HEALTH_UP);
	assert_int_equal(combine("", FRRD_COMBINE_AT_LEAST, 2), FRRD_HEALTH_UP);
}

static void test_examples(void **state)
{
	assert_int_equal(combine("++", FRRD_COMBINE_ALL, 0), FRRD_HEALTH_UP);
	assert_int_equal(combine("+?", FRRD_COMBINE_ALL, 0), FRRD_HEALTH_UNKNOWN);
	assert_int_equal(combine("-?", FRRD_COMBINE_ALL, 0), FRRD_HEALTH_DOWN);
	assert_int_equal(combine("+-", FRRD_COMBINE_ANY, 0), FRRD_HEALTH_UP);
	assert_int_equal(combine("?-", FRRD_COMBINE_ANY, 0), FRRD_HEALTH_UNKNOWN);
	assert_int_equal(combine("--", FRRD_COMBINE_ANY, 0), FRRD_HEALTH_DOWN);
	assert_int_equal(combine("++-", FRRD_COMBINE_AT_LEAST, 2), FRRD_HEALTH_UP);
	assert_int_equal(combine("+?-", FRRD_COMBINE_AT_LEAST, 2), FRRD_HEALTH_UNKNOWN);
	assert_int_equal(combine("+--", FRRD_COMBINE_AT_LEAST, 2), FRRD_HEALTH_DOWN);
	assert_int_equal(combine("++", FRRD_COMBINE_AT_LEAST, 3), FRRD_HEALTH_DOWN);
}

/* What it would be for each way in which the unknown ones may turn out. */
static enum frrd_health by_cases(const char *words, enum frrd_combine how, uint32_t number)
{
	size_t length = strlen(words), unknown = 0;
	bool can_up = false, can_down = false;
	char known[8];

	for (size_t i = 0; i < length; i++)
		unknown += words[i] == '?';
	for (unsigned int bits = 0; bits < 1u << unknown; bits++) {
		unsigned int next = bits;
		size_t ups = 0;

		for (size_t i = 0; i < length; i++) {
			known[i] = words[i];
			if (words[i] == '?') {
				known[i] = next & 1 ? '+' : '-';
				next >>= 1;
			}
			ups += known[i] == '+';
		}
		if (how == FRRD_COMBINE_ALL ? ups == length
		    : how == FRRD_COMBINE_ANY ? ups > 0
					      : ups >= number)
			can_up = true;
		else
			can_down = true;
	}
	return can_up && can_down ? FRRD_HEALTH_UNKNOWN
	       : can_up		  ? FRRD_HEALTH_UP
				  : FRRD_HEALTH_DOWN;
}

static void test_every_combination(void **state)
{
	static const char letters[] = "+-?";

	for (size_t length = 1; length <= 4; length++) {
		size_t count = 1;

		for (size_t i = 0; i < length; i++)
			count *= 3;
		for (size_t word = 0; word < count; word++) {
			char words[8] = "";
			size_t rest = word;

			for (size_t i = 0; i < length; i++, rest /= 3)
				words[i] = letters[rest % 3];
			assert_int_equal(combine(words, FRRD_COMBINE_ALL, 0),
					 by_cases(words, FRRD_COMBINE_ALL, 0));
			assert_int_equal(combine(words, FRRD_COMBINE_ANY, 0),
					 by_cases(words, FRRD_COMBINE_ANY, 0));
			for (uint32_t number = 1; number <= 5; number++)
				assert_int_equal(combine(words, FRRD_COMBINE_AT_LEAST, number),
						 by_cases(words, FRRD_COMBINE_AT_LEAST, number));
		}
	}
}

static void test_names(void **state)
{
	assert_string_equal(frrd_health_name(FRRD_HEALTH_UNKNOWN), "unknown");
	assert_string_equal(frrd_health_name(FRRD_HEALTH_UP), "up");
	assert_string_equal(frrd_health_name(FRRD_HEALTH_DOWN), "down");
	assert_string_equal(frrd_health_name((enum frrd_health)99), "unknown");
}

int main(void)
{
	const struct CMUnitTest health[] = {
		cmocka_unit_test(test_first_state_is_counted),
		cmocka_unit_test(test_only_rows_count),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_change_is_told_once),
		cmocka_unit_test(test_long_rows_do_not_overflow),
		cmocka_unit_test(test_new_limit),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_what_unknown_counts_as),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(health, NULL, NULL);
}
