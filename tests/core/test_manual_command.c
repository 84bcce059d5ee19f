// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The group state machine with the manual arbiter: commands, and what a takeover has to
 * know about other sites.
 */

#include "tests/core/starts.h"

/* --- commands ------------------------------------------------------------------- */

static void test_refused_by_configuration(void **state)
{
	static const enum input takeovers[] = { FAILOVER, FORCE, HERE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(takeovers); i++) {
		struct site site = site_in(STANDBY);

		site.policy.complete = false;
		assert_string_equal(give(&site, takeovers[i]).text, "refuse incomplete");
		site.policy.member = false;
		assert_string_equal(give(&site, takeovers[i]).text, "refuse not-member");
	}
}

/* One prefix seen elsewhere is enough, however many answers are missing. */
static void test_taken_beats_unanswered(void **state)
{
	struct site site = site_in(STANDBY);

	(void)state;
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 1, 1), "-");
	assert_string_equal(give(&site, FAILOVER).text, "refuse announced-elsewhere");

	site = site_in(CLAIMING_ASKING);
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 1, 1),
		    "standby claim-found-elsewhere | record");

	site = site_in(CLAIMING_WAITING);
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 1, 1), "-");
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 0, 1), "-");
	expect_step(&site.group, &site.policy, elsewhere_at(site.now_ms, 0, 0),
		    "activating elsewhere-gone | record, announce");
}

/* hold, resume, and then all is as it was. */
static void test_hold_and_resume(void **state)
{
	static const enum start movable[] = { STANDBY, ACTIVATING, ACTIVE, RELEASING };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(movable); i++) {
		struct site site = site_in(movable[i]);
		struct site plain = site;

		GIVE(&site, HOLD);
		assert_true(site.group.held);
		GIVE(&site, RELEASE, FAILOVER);
		GIVE(&site, RESUME);
		assert_false(site.group.held);
		assert_int_equal(site.group.state, plain.group.state);
		assert_string_equal(give(&site, FAILOVER).text, give(&plain, FAILOVER).text);
		assert_string_equal(give(&site, RELEASE).text, give(&plain, RELEASE).text);
	}
}

/* --- what is known about other sites -------------------------------------------- */

/*
 * A takeover without force needs zebra's answers of this connection.  What was
 * never asked, what an earlier zebra said, and what was seen before this site
 * itself announced the group is not knowledge.
 */
static void assert_asks_first(struct site *site)
{
	assert_int_equal(site->group.state, FRRD_STATE_STANDBY);
	assert_string_equal(give(site, FAILOVER).text,
			    "claiming command-failover | accept, record");
	assert_string_equal(give(site, FREE).text, "activating elsewhere-gone | record, announce");
}

static void test_new_group_knows_nothing(void **state)
{
	struct site site = site_in(NEW_GROUP);

	(void)state;
	GIVE(&site, ZEBRA_UP, GONE);
	assert_asks_first(&site);
}

static void test_knowledge_ends_with_zebra(void **state)
{
	struct site site = site_in(STANDBY);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, ZEBRA_UP);
	assert_asks_first(&site);

	/* An answer that was on its way when the connection broke. */
	site = site_in(STANDBY);
	GIVE(&site, ZEBRA_DOWN, FREE, ZEBRA_UP);
	assert_asks_first(&site);

	/* Nor does a waiting claim trust it. */
	site = site_in(CLAIMING_WAITING);
	GIVE(&site, ZEBRA_DOWN, FREE, ZEBRA_UP);
	assert_int_equal(site.group.state, FRRD_STATE_CLAIMING);
	assert_string_equal(give(&site, FREE).text, "activating elsewhere-gone | record, announce");
}

static void test_knowledge_ends_with_own_announcement(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	GIVE(&site, RELEASE, GONE);
	assert_asks_first(&site);

	site = site_in(STANDBY_YIELDED);
	assert_asks_first(&site);
}

/* The configuration that a claim began with has to hold when it ends. */
static void test_claim_asks_the_guards_again(void **state)
{
	static const enum start claims[] = { CLAIMING_WAITING, CLAIMING_ASKING };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		struct site site = site_in(claims[i]);
		struct frrd_event event;

		site.policy.complete = false;
		GIVE(&site, CONFIG, FREE);
		assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
		assert_int_equal(site.group.reason, FRRD_REASON_INCOMPLETE);

		site = site_in(claims[i]);
		event = routes_at(site.now_ms, (struct frrd_routes){ 0 });
		checked_step(&site.group, &site.policy, &event);
		GIVE(&site, FREE);
		assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
		assert_int_equal(site.group.reason, FRRD_REASON_NO_PREFIX);
	}
}

int main(void)
{
	const struct CMUnitTest manual_command[] = {
		cmocka_unit_test(test_refused_by_configuration),
		cmocka_unit_test(test_taken_beats_unanswered),
		cmocka_unit_test(test_hold_and_resume),
		cmocka_unit_test(test_new_group_knows_nothing),
		cmocka_unit_test(test_knowledge_ends_with_zebra),
		cmocka_unit_test(test_knowledge_ends_with_own_announcement),
		cmocka_unit_test(test_claim_asks_the_guards_again),
	};

	return cmocka_run_group_tests(manual_command, NULL, NULL);
}
