// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time budget: detection, the three rules to the millisecond, and every word
 * that goes to people.
 */

#include <string.h>

#include "tests/core/support.h"

#include "frrd/core/budget.h"

/* What the configuration says when it says nothing, for a group of two and a witness. */
static struct frrd_budget usual_budget(void)
{
	struct frrd_budget budget = {
		.takeover_delay_ms = 1000,
		.stagger_ms = 500,
		.fence_delay_ms = 400,
		.settle_time_ms = 5000,
		.stale_retention_ms = 3000,
		.handover_timeout_ms = 30000,
		.group = "shop",
		.members = 2,
		.voters = 3,
	};

	frrd_detection(300, 3, 0, &budget.detection);
	return budget;
}

static void assert_fits(const struct frrd_budget *budget)
{
	char error[512] = "unchanged";

	if (!frrd_budget_check(budget, error, sizeof(error)))
		fail_msg("refused: %s", error);
	assert_string_equal(error, "");
}

static void assert_refused(const struct frrd_budget *budget, const char *text)
{
	char error[512];

	assert_false(frrd_budget_check(budget, error, sizeof(error)));
	assert_string_equal(error, text);
}

/* --- detection ------------------------------------------------------------- */

static void test_detection(void **state)
{
	static const struct {
		uint32_t interval, multiplier, hold_time;
		int64_t best, worst;
	} cases[] = {
		{ 300, 3, 0, 600, 900 },
		{ 50, 3, 0, 100, 150 },
		{ 10, 2, 0, 10, 20 },
		{ 60000, 255, 0, 15240000, 15300000 },
		{ 300, 3, 3, 2000, 3000 },
		{ 0, 0, 9, 6000, 9000 },
		{ 0, 0, 10, 6667, 10000 },
		{ 0, 0, 65535, 43690000, 65535000 },
	};
	struct frrd_detection detection;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(&detection, 0xff, sizeof(detection));
		frrd_detection(cases[i].interval, cases[i].multiplier, cases[i].hold_time,
			       &detection);
		assert_int_equal(detection.best_ms, cases[i].best);
		assert_int_equal(detection.worst_ms, cases[i].worst);
		assert_int_equal(detection.hold_time_s, cases[i].hold_time);
		assert_int_equal(detection.bfd_interval_ms, cases[i].interval);
		assert_int_equal(detection.bfd_multiplier, cases[i].multiplier);
	}
}

/* --- the fence ------------------------------------------------------------- */

static void test_defaults_fit(void **state)
{
	struct frrd_budget budget = usual_budget();

	assert_fits(&budget);
	budget.members = 15;
	budget.voters = 15;
	assert_fits(&budget);
}

static void test_fence_to_the_millisecond(void **state)
{
	struct frrd_budget budget = usual_budget();

	assert_int_equal(frrd_budget_least_takeover_delay(&budget), 710);
	budget.takeover_delay_ms = 710;
	assert_fits(&budget);
	budget.takeover_delay_ms = 709;
	assert_refused(&budget,
		       "arbiter: with takeover-delay 709 ms a takeover can outrun the fence of the old owner; it has to be at least 710 ms: 300 ms (detection takes 600 to 900 ms with BFD 300 ms x 3) + fence-delay 400 ms + 10 ms (zebra's withdrawal)");
}

static void test_fastest(void **state)
{
	struct frrd_budget budget = usual_budget();

	frrd_detection(50, 3, 0, &budget.detection);
	budget.fence_delay_ms = 0;
	assert_int_equal(frrd_budget_least_takeover_delay(&budget), 60);
	budget.takeover_delay_ms = 60;
	assert_fits(&budget);
	budget.takeover_delay_ms = 0;
	assert_refused(&budget,
		       "arbiter: with takeover-delay 0 ms a takeover can outrun the fence of the old owner; it has to be at least 60 ms: 50 ms (detection takes 100 to 150 ms with BFD 50 ms x 3) + fence-delay 0 ms + 10 ms (zebra's withdrawal)");
}

static void test_hold_time(void **state)
{
	struct frrd_budget budget = usual_budget();

	frrd_detection(0, 0, 9, &budget.detection);
	assert_refused(&budget,
		       "arbiter: with takeover-delay 1000 ms a takeover can outrun the fence of the old owner; it has to be at least 3410 ms: 3000 ms (detection takes 6000 to 9000 ms with hold time 9 s) + fence-delay 400 ms + 10 ms (zebra's withdrawal)");
	budget.takeover_delay_ms = 3410;
	budget.settle_time_ms = 9610;
	assert_fits(&budget);
}

/* With four votes two sites can be cut off together, and one hears of it from the other. */
static void test_fence_through_a_neighbour(void **state)
{
	struct frrd_budget budget = usual_budget();

	budget.voters = 4;
	assert_int_equal(frrd_budget_least_takeover_delay(&budget), 910);
	budget.takeover_delay_ms = 910;
	assert_fits(&budget);
	budget.takeover_delay_ms = 909;
	assert_refused(&budget,
		       "arbiter: with takeover-delay 909 ms a takeover can outrun the fence of the old owner; it has to be at least 910 ms: 300 ms (detection takes 600 to 900 ms with BFD 300 ms x 3) + 200 ms (of 4 sites some hear of the loss through a neighbour) + fence-delay 400 ms + 10 ms (zebra's withdrawal)");
	budget.voters = 15;
	assert_int_equal(frrd_budget_least_takeover_delay(&budget), 910);
}

/* --- the settle time ------------------------------------------------------- */

static void test_settle_to_the_millisecond(void **state)
{
	struct frrd_budget budget = usual_budget();

	assert_int_equal(frrd_budget_least_settle_time(&budget), 1510);
	budget.settle_time_ms = 1510;
	assert_fits(&budget);
	budget.settle_time_ms = 1509;
	assert_refused(&budget,
		       "arbiter: with settle-time 1509 ms a site that has just joined can take over before an owner that it never heard of has fenced; it has to be at least 1510 ms: 900 ms (longest detection with BFD 300 ms x 3) + fence-delay 400 ms + 10 ms (zebra's withdrawal) + 200 ms (a claim's way to another site)");
}

static void test_settle_follows_detection(void **state)
{
	struct frrd_budget budget = usual_budget();

	frrd_detection(50, 3, 0, &budget.detection);
	budget.fence_delay_ms = 0;
	assert_int_equal(frrd_budget_least_settle_time(&budget), 360);
	frrd_detection(0, 0, 9, &budget.detection);
	budget.takeover_delay_ms = 3010;
	assert_refused(&budget,
		       "arbiter: with settle-time 5000 ms a site that has just joined can take over before an owner that it never heard of has fenced; it has to be at least 9210 ms: 9000 ms (longest detection with hold time 9 s) + fence-delay 0 ms + 10 ms (zebra's withdrawal) + 200 ms (a claim's way to another site)");
	budget.settle_time_ms = 9210;
	assert_fits(&budget);
}

static void test_who_votes_alone_needs_no_settle_time(void **state)
{
	struct frrd_budget budget = usual_budget();

	budget.settle_time_ms = 0;
	budget.voters = 1;
	assert_int_equal(frrd_budget_least_settle_time(&budget), 0);
	assert_fits(&budget);
	budget.voters = 2;
	assert_int_equal(frrd_budget_least_settle_time(&budget), 1510);
}

/* --- the stagger ----------------------------------------------------------- */

static void test_stagger_to_the_millisecond(void **state)
{
	struct frrd_budget budget = usual_budget();

	assert_int_equal(frrd_budget_least_stagger(&budget), 500);
	budget.stagger_ms = 499;
	assert_fits(&budget); /* with two members there is nobody to stagger */
	budget.members = 3;
	assert_refused(&budget,
		       "group shop: with 3 members and stagger 499 ms two of them can take over at once; stagger (of the arbiter) has to be at least 500 ms: 300 ms (detection takes 600 to 900 ms with BFD 300 ms x 3) + 200 ms (a claim's way to another site)");
	budget.stagger_ms = 500;
	assert_fits(&budget);
}

static void test_stagger_follows_detection(void **state)
{
	struct frrd_budget budget = usual_budget();

	frrd_detection(50, 3, 0, &budget.detection);
	budget.members = 4;
	budget.stagger_ms = 400;
	assert_fits(&budget);
	budget.stagger_ms = 399;
	assert_refused(&budget,
		       "group shop: with 4 members and stagger 399 ms two of them can take over at once; stagger (of the arbiter) has to be at least 400 ms: 200 ms (the way of the owner's markers as they vanish) + 200 ms (a claim's way to another site)");
	frrd_detection(200, 3, 0, &budget.detection);
	assert_int_equal(frrd_budget_least_stagger(&budget), 400);
	frrd_detection(201, 3, 0, &budget.detection);
	assert_int_equal(frrd_budget_least_stagger(&budget), 401);
}

static void test_no_groups(void **state)
{
	struct frrd_budget budget = usual_budget();

	budget.group = NULL;
	budget.members = 0;
	budget.stagger_ms = 0;
	assert_fits(&budget);
}

/* A text that does not fit is cut and ended. */
static void test_small_buffer(void **state)
{
	struct frrd_budget budget = usual_budget();
	char error[9] = "........";

	budget.takeover_delay_ms = 0;
	assert_false(frrd_budget_check(&budget, error, 8));
	assert_string_equal(error, "arbiter");
	assert_int_equal(error[8], '\0');
	assert_false(frrd_budget_check(&budget, error, 0));
}

/* --- the lines ------------------------------------------------------------- */

struct expected {
	const char *code;
	int64_t best, worst;
	const char *text;
};

static void assert_lines(const struct frrd_budget *budget, const struct expected *expected,
			 size_t count)
{
	struct frrd_budget_line lines[FRRD_BUDGET_LINES_MAX];
	size_t n = frrd_budget_lines(budget, lines);

	for (size_t i = 0; i < n && i < count; i++) {
		assert_string_equal(lines[i].code, expected[i].code);
		assert_string_equal(lines[i].text, expected[i].text);
		assert_int_equal(lines[i].best_ms, expected[i].best);
		assert_int_equal(lines[i].worst_ms, expected[i].worst);
	}
	assert_int_equal(n, count);
}

static void test_lines(void **state)
{
	static const struct expected lines[] = {
		{ "detection", 600, 900,
		  "routing notices that a site is silent: BFD 300 ms x 3; a lost link is noticed at once" },
		{ "convergence", 60, 200,
		  "its routes and markers vanish at the others (FRR on an idle machine, not checked)" },
		{ "takeover-delay", 1000, 1000,
		  "nobody has claimed or announced the group for so long" },
		{ "claim-lead", 40, 40,
		  "part of takeover-delay: the claim goes so far ahead of the prefixes" },
		{ "announcement", 60, 200,
		  "the prefixes reach the others (the same; a group of 100,000 prefixes takes 8 seconds)" },
		{ "fence", 1010, 1310,
		  "an owner that is cut off is silent: detection + fence-delay + zebra's withdrawal" },
		{ "fence-margin", 590, 290,
		  "from the fence to the first prefix elsewhere, at worst takeover-delay - 710 ms" },
		{ "settle-time", 5000, 5000,
		  "a site only watches, after its start and after it has regained quorum; at least 1510 ms" },
		{ "stale-retention", 0, 3000,
		  "double fault: frrd dies at the owner, and meanwhile the site is cut off: nobody fences it for so long" },
		{ "planned-move", 120, 30000,
		  "break-before-make: a gap of two ways; a grant that is not used is taken back after handover-timeout" },
		{ "unhealthy", 120, 400,
		  "an unhealthy owner withdraws, and a ready standby announces: the grant's way + the prefixes' way; before that interval x fall of the probe" },
		{ "total-1", 1720, 2300,
		  "unplanned move to the best standby: detection + convergence + takeover-delay + announcement" },
		{ "stagger-2", 500, 500,
		  "the standby of rank 2 waits so much longer for those before it" },
		{ "total-2", 2220, 2800,
		  "unplanned move to the standby of rank 2: detection + convergence + takeover-delay + stagger + announcement" },
	};
	struct frrd_budget budget = usual_budget();

	budget.members = 3;
	assert_lines(&budget, lines, ARRAY_SIZE(lines));
}

static void test_lines_of_the_fastest(void **state)
{
	static const struct expected lines[] = {
		{ "detection", 100, 150,
		  "routing notices that a site is silent: BFD 50 ms x 3; a lost link is noticed at once" },
		{ "convergence", 60, 200,
		  "its routes and markers vanish at the others (FRR on an idle machine, not checked)" },
		{ "takeover-delay", 30, 30,
		  "nobody has claimed or announced the group for so long" },
		{ "claim-lead", 30, 30,
		  "part of takeover-delay: the claim goes so far ahead of the prefixes" },
		{ "announcement", 60, 200,
		  "the prefixes reach the others (the same; a group of 100,000 prefixes takes 8 seconds)" },
		{ "fence", 110, 360,
		  "an owner that is cut off is silent: detection + a way through a neighbour + fence-delay + zebra's withdrawal" },
		{ "fence-margin", 20, -230,
		  "from the fence to the first prefix elsewhere, at worst takeover-delay - 260 ms" },
		{ "settle-time", 5000, 5000,
		  "a site only watches, after its start and after it has regained quorum; at least 360 ms" },
		{ "stale-retention", 0, 0, "zebra drops the routes as soon as frrd dies" },
		{ "planned-move", 0, 30000,
		  "make-before-break: no gap; a grant that is not used is taken back after handover-timeout" },
		{ "unhealthy", 120, 400,
		  "an unhealthy owner withdraws, and a ready standby announces: the grant's way + the prefixes' way; before that interval x fall of the probe" },
		{ "total-1", 250, 580,
		  "unplanned move to the best standby: detection + convergence + takeover-delay + announcement" },
	};
	struct frrd_budget budget = usual_budget();

	frrd_detection(50, 3, 0, &budget.detection);
	budget.voters = 4;
	budget.takeover_delay_ms = 30;
	budget.fence_delay_ms = 0;
	budget.stale_retention_ms = 0;
	budget.make_before_break = true;
	assert_lines(&budget, lines, ARRAY_SIZE(lines));
}

/* Every text fits its place, whatever the numbers are. */
static void test_lines_have_room(void **state)
{
	struct frrd_budget_line lines[FRRD_BUDGET_LINES_MAX];
	struct frrd_budget budget = usual_budget();

	frrd_detection(60000, 255, 0, &budget.detection);
	budget.takeover_delay_ms = 600000;
	budget.fence_delay_ms = 600000;
	budget.voters = FRRD_SITE_MAX;
	for (budget.members = 0; budget.members <= FRRD_SITE_MAX + 1; budget.members++) {
		size_t n = frrd_budget_lines(&budget, lines);

		assert_true(n <= FRRD_BUDGET_LINES_MAX);
		for (size_t i = 0; i < n; i++) {
			assert_true(strlen(lines[i].code) + 1 < sizeof(lines[i].code));
			assert_true(strlen(lines[i].text) + 1 < sizeof(lines[i].text));
		}
	}
}

int main(void)
{
	const struct CMUnitTest budget[] = {
		cmocka_unit_test(test_detection),
		cmocka_unit_test(test_defaults_fit),
		cmocka_unit_test(test_fence_to_the_millisecond),
		cmocka_unit_test(test_fastest),
		cmocka_unit_test(test_hold_time),
		cmocka_unit_test(test_fence_through_a_neighbour),
		cmocka_unit_test(test_settle_to_the_millisecond),
		cmocka_unit_test(test_settle_follows_detection),
		cmocka_unit_test(test_who_votes_alone_needs_no_settle_time),
		cmocka_unit_test(test_stagger_to_the_millisecond),
		cmocka_unit_test(test_stagger_follows_detection),
		cmocka_unit_test(test_no_groups),
		cmocka_unit_test(test_small_buffer),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_of_the_fastest),
		cmocka_unit_test(test_lines_have_room),
	};

	return cmocka_run_group_tests(budget, NULL, NULL);
}
