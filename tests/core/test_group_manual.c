// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The group state machine with the manual arbiter, what one step cannot show:
 * deadlines, times, and verdicts on routes.  Commands, and what is known about other
 * sites: test_manual_command.c.
 */

#include <string.h>

#include "frrd/core/markers.h"
#include "tests/core/starts.h"

/* --- times ---------------------------------------------------------------------- */

static void test_new_group(void **state)
{
	struct frrd_group group;

	(void)state;
	memset(&group, 0xff, sizeof(group));
	frrd_group_init(&group, 4711);
	assert_int_equal(group.state, FRRD_STATE_STANDBY);
	assert_int_equal(group.reason, FRRD_REASON_STARTED);
	assert_int_equal(group.since_ms, 4711);
	assert_true(group.deadline_ms == FRRD_NEVER);
	assert_false(group.held);
	assert_false(group.stopping);
	assert_false(group.zebra_up);
	assert_false(group.claim_waits);
	assert_int_equal(group.release_cause, FRRD_REASON_STARTED);
	assert_int_equal(group.routes.total, 0);
	assert_int_equal(group.routes.taken, 0);
	assert_int_equal(group.elsewhere.announced, 0);
}

/* A claim ends at its deadline, not before, and not twice. */
static void test_claim_deadline(void **state)
{
	static const int64_t timeouts_ms[] = { 1, 1000, 30000, 600000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(timeouts_ms); i++) {
		struct site site = site_in(STANDBY_TAKEN);
		struct frrd_policy *policy = &site.policy;
		int64_t due_ms = 100000 + timeouts_ms[i];

		policy->handover_timeout_ms = timeouts_ms[i];
		expect_step(&site.group, policy, event_at(100000, FRRD_EVENT_SWITCHOVER_HERE),
			    "claiming command-switchover-here | accept, record");
		assert_true(site.group.deadline_ms == due_ms);
		/* A commit in between does not move it. */
		policy->handover_timeout_ms = 5;
		expect_step(&site.group, policy, event_at(100000, FRRD_EVENT_CONFIG), "-");
		expect_step(&site.group, policy, event_at(due_ms - 1, FRRD_EVENT_TICK), "-");
		expect_step(&site.group, policy, event_at(due_ms, FRRD_EVENT_TICK),
			    "standby claim-timeout | record");
		assert_true(site.group.deadline_ms == FRRD_NEVER);
		expect_step(&site.group, policy, event_at(due_ms + 1, FRRD_EVENT_TICK), "-");
		/* And it can be tried again. */
		expect_step(&site.group, policy, event_at(due_ms + 2, FRRD_EVENT_SWITCHOVER_HERE),
			    "claiming command-switchover-here | accept, record");
		assert_true(site.group.deadline_ms == due_ms + 2 + 5);
	}
}

/* A claim that waits for answers has the same deadline. */
static void test_claim_deadline_without_answers(void **state)
{
	struct site site = site_in(STANDBY_ASKING);

	(void)state;
	expect_step(&site.group, &site.policy, failover_at(100000, false),
		    "claiming command-failover | accept, record");
	assert_true(site.group.deadline_ms == 100000 + HANDOVER_TIMEOUT_MS);
	expect_step(&site.group, &site.policy, elsewhere_at(110000, 0, 1), "-");
	/* The tick may come late. */
	expect_step(&site.group, &site.policy, event_at(900000, FRRD_EVENT_TICK),
		    "standby claim-timeout | record");
}

/* Every way to lose a group, and what its confirmation looks like. */
static const struct {
	enum input way;
	enum frrd_reason cause;
	const char *end;
} releases[] = {
	{ AWAY, FRRD_REASON_COMMAND_SWITCHOVER_AWAY,
	  "standby command-switchover-away | record routes-withdrawn" },
	{ RELEASE, FRRD_REASON_COMMAND_RELEASE,
	  "standby command-release | record routes-withdrawn" },
	{ REMOVED, FRRD_REASON_MEMBER_REMOVED, "standby member-removed | record routes-withdrawn" },
	{ SHUTDOWN, FRRD_REASON_SHUTDOWN, "standby shutdown | record routes-withdrawn" },
	{ OVER_REST, FRRD_REASON_TAKEN_OVER, "standby taken-over | record routes-withdrawn" },
	{ OVER_ALL, FRRD_REASON_TAKEN_OVER, "standby taken-over | record routes-withdrawn" },
};

/* A withdrawal is called unconfirmed at its deadline, once, and stays. */
static void test_withdraw_deadline(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		struct site site = site_in(ACTIVE);
		int64_t due_ms;

		give(&site, releases[i].way);
		due_ms = site.now_ms + WITHDRAW_TIMEOUT_MS;
		assert_true(site.group.deadline_ms == due_ms);
		expect_step(&site.group, &site.policy, event_at(due_ms - 1, FRRD_EVENT_TICK), "-");
		expect_step(&site.group, &site.policy, event_at(due_ms, FRRD_EVENT_TICK),
			    "releasing withdraw-unconfirmed | record");
		expect_step(&site.group, &site.policy, event_at(due_ms * 2, FRRD_EVENT_TICK), "-");
		expect_step(&site.group, &site.policy, routes_at(due_ms * 2, routes_gone),
			    releases[i].end);
		assert_true(site.group.deadline_ms == FRRD_NEVER);
	}
}

/* Programs that run before the withdrawal have their own limits: the time begins after them. */
static void test_held_is_not_unconfirmed(void **state)
{
	const struct frrd_routes held = { .total = 2, .announced = 2, .pending = 1, .held = true };
	const struct frrd_routes going = { .total = 2, .pending = 2 };
	struct site site = site_in(ACTIVE);
	int64_t late_ms;

	(void)state;
	give(&site, RELEASE);
	late_ms = site.now_ms + WITHDRAW_TIMEOUT_MS * 3;
	expect_step(&site.group, &site.policy, routes_at(site.now_ms, held), "-");
	expect_step(&site.group, &site.policy, event_at(late_ms, FRRD_EVENT_TICK), "-");
	expect_step(&site.group, &site.policy, routes_at(late_ms, going), "-");
	assert_true(site.group.deadline_ms == late_ms + WITHDRAW_TIMEOUT_MS);
	expect_step(&site.group, &site.policy,
		    event_at(late_ms + WITHDRAW_TIMEOUT_MS, FRRD_EVENT_TICK),
		    "releasing withdraw-unconfirmed | record");
	expect_step(&site.group, &site.policy, routes_at(late_ms * 2, routes_gone),
		    "standby command-release | record routes-withdrawn");
}

/* What happens on the way moves neither the deadline nor the time of entry. */
static void test_deadline_is_kept(void **state)
{
	static const enum input noise[] = { CONFIG, FAILOVER, FORCE,	  HERE,	   HOLD,  AWAY,
					    RESUME, TAKEN,    ASKING,	  QUEUED,  GOING, ZEBRA_UP,
					    FREE,   RELEASE,  TICK_EARLY, OVER_ALL };
	struct site site = site_in(ACTIVE);
	int64_t due_ms, since_ms;

	(void)state;
	give(&site, RELEASE);
	due_ms = site.group.deadline_ms;
	since_ms = site.group.since_ms;
	assert_int_equal(since_ms, site.now_ms);
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++) {
		struct frrd_event event = input_event(noise[i], site.now_ms + 1, &site.policy);

		checked_step(&site.group, &site.policy, &event);
		assert_int_equal(site.group.state, FRRD_STATE_RELEASING);
		assert_true(site.group.deadline_ms == due_ms);
		assert_true(site.group.since_ms == since_ms);
	}
}

/* However a claim ends, its deadline and its kind end with it. */
static void test_claim_leaves_nothing_behind(void **state)
{
	static const enum input ways[] = { REMOVED, AWAY, RELEASE, HOLD, FREE, TICK_DUE, SHUTDOWN };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct site site = site_in(CLAIMING_WAITING);

		assert_true(site.group.claim_waits);
		give(&site, ways[i]);
		assert_int_not_equal(site.group.state, FRRD_STATE_CLAIMING);
		assert_true(site.group.deadline_ms == FRRD_NEVER);
		assert_false(site.group.claim_waits);
		assert_true(site.group.since_ms == site.now_ms);
	}
}

/* A failover after a switchover that was cancelled does not wait as that did. */
static void test_kind_of_claim_is_not_inherited(void **state)
{
	struct site site = site_in(CLAIMING_WAITING);

	(void)state;
	GIVE(&site, RELEASE, ASKING, FAILOVER);
	assert_int_equal(site.group.state, FRRD_STATE_CLAIMING);
	assert_string_equal(give(&site, TAKEN).text, "standby claim-found-elsewhere | record");
}

/* The clock of a machine that is up for ages does not overflow anything. */
static void test_late_times(void **state)
{
	const int64_t late_ms = INT64_MAX / 2;
	struct site site = site_in(STANDBY_TAKEN);

	(void)state;
	expect_step(&site.group, &site.policy, event_at(late_ms, FRRD_EVENT_SWITCHOVER_HERE),
		    "claiming command-switchover-here | accept, record");
	expect_step(&site.group, &site.policy, elsewhere_at(late_ms, 0, 0),
		    "activating elsewhere-gone | record, announce");
	expect_step(&site.group, &site.policy, event_at(late_ms, FRRD_EVENT_RELEASE),
		    "releasing command-release | accept, record, withdraw");
	expect_step(&site.group, &site.policy,
		    event_at(late_ms + WITHDRAW_TIMEOUT_MS, FRRD_EVENT_TICK),
		    "releasing withdraw-unconfirmed | record");
}

/* --- routes --------------------------------------------------------------------- */

/* No verdict while an answer is missing, or a prefix was not handed to zebra yet. */
static void test_no_verdict_before_all_answers(void **state)
{
	static const struct frrd_routes early[] = {
		{ .total = 3, .announced = 2, .installed = 2 },
		{ .total = 3, .announced = 3, .installed = 2, .pending = 1 },
		{ .total = 3, .announced = 3, .failed = 2, .pending = 1 },
		{ .total = 3, .announced = 3, .pending = 3 },
		{ .total = 3, .announced = 2, .lost = 2, .taken = 2 },
		{ .total = 3, .announced = 3, .pending = 1, .lost = 2, .taken = 2 },
		{ .total = 3, .announced = 3, .installed = 1, .pending = 1, .lost = 1, .taken = 1 },
		{ .total = 3 },
	};
	static const enum start owners[] = { ACTIVATING, ACTIVE, ACTIVE_DEGRADED, ACTIVATING_NONE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		struct site site = site_in(owners[i]);

		for (size_t j = 0; j < ARRAY_SIZE(early); j++)
			expect_step(&site.group, &site.policy, routes_at(site.now_ms, early[j]),
				    "-");
	}
}

/* installed / degraded / none, for one prefix and for very many. */
static void test_verdicts(void **state)
{
	static const uint32_t totals[] = { 1, 2, 100000, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(totals); i++) {
		struct site site = site_in(ACTIVATING);
		uint32_t n = totals[i];
		struct frrd_routes none = { .total = n, .announced = n, .failed = n };
		struct frrd_routes most = {
			.total = n, .announced = n, .installed = n - 1, .lost = 1
		};
		struct frrd_routes all = { .total = n, .announced = n, .installed = n };

		expect_step(&site.group, &site.policy, routes_at(site.now_ms, none),
			    "activating routes-none | record");
		if (n > 1)
			expect_step(&site.group, &site.policy, routes_at(site.now_ms, most),
				    "active routes-degraded | record");
		expect_step(&site.group, &site.policy, routes_at(site.now_ms, all),
			    "active routes-installed | record");
		if (n > 1)
			expect_step(&site.group, &site.policy, routes_at(site.now_ms, most),
				    "active routes-degraded | record");
		expect_step(&site.group, &site.policy, routes_at(site.now_ms, none),
			    "active routes-none | record");
		expect_step(&site.group, &site.policy, routes_at(site.now_ms, all),
			    "active routes-installed | record");
	}
}

/* Wait, stay or yield, for one prefix and for very many, and yield once. */
static void test_yields(void **state)
{
	static const uint32_t totals[] = { 1, 2, 100000, UINT32_MAX };
	static const enum start owners[] = {
		ACTIVATING, ACTIVATING_NONE, ACTIVATING_HELD, ACTIVE, ACTIVE_DEGRADED, ACTIVE_HELD,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(totals); i++) {
		uint32_t n = totals[i];
		struct frrd_routes one_is_ours = {
			.total = n, .announced = n, .installed = 1, .lost = n - 1, .taken = n - 1
		};
		struct frrd_routes one_is_open = {
			.total = n, .announced = n, .pending = 1, .lost = n - 1, .taken = n - 1
		};
		struct frrd_routes one_is_theirs = {
			.total = n, .announced = n, .failed = n - 1, .lost = 1, .taken = 1
		};

		for (size_t j = 0; j < ARRAY_SIZE(owners); j++) {
			struct site site = site_in(owners[j]);

			expect_step(&site.group, &site.policy, routes_at(site.now_ms, one_is_open),
				    "-");
			if (n > 1) {
				struct frrd_event event = routes_at(site.now_ms, one_is_ours);

				checked_step(&site.group, &site.policy, &event);
				assert_int_equal(site.group.state, FRRD_STATE_ACTIVE);
				assert_int_equal(site.group.reason, FRRD_REASON_ROUTES_DEGRADED);
			}
			expect_step(&site.group, &site.policy,
				    routes_at(site.now_ms, one_is_theirs),
				    "releasing taken-over | record, withdraw");
			expect_step(&site.group, &site.policy,
				    routes_at(site.now_ms, one_is_theirs), "-");
		}
	}
}

/* What is known of other sites is no reason to yield: ours may be the better route. */
static void test_elsewhere_does_not_make_yield(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	assert_string_equal(give(&site, TAKEN).text, "-");
	assert_string_equal(give(&site, LOST_ALL).text, "active routes-none | record");
	assert_string_equal(give(&site, TAKEN).text, "-");
	assert_string_equal(give(&site, OVER_ALL).text, "releasing taken-over | record, withdraw");
}

/* While zebra is away nobody is seen; what it says when it is back counts. */
static void test_yields_after_zebra_is_back(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, OVER_ALL);
	assert_int_equal(site.group.state, FRRD_STATE_ACTIVE);
	GIVE(&site, QUEUED, ZEBRA_UP, OVER_EARLY);
	assert_int_equal(site.group.state, FRRD_STATE_ACTIVE);
	assert_string_equal(give(&site, OVER_ALL).text, "releasing taken-over | record, withdraw");
}

/* The hold that did not keep the group here keeps it from coming back. */
static void test_hold_outlives_yielding(void **state)
{
	struct site site = site_in(ACTIVE_HELD);

	(void)state;
	GIVE(&site, OVER_ALL, GONE, FREE);
	assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
	assert_int_equal(site.group.reason, FRRD_REASON_TAKEN_OVER);
	assert_true(site.group.held);
	assert_string_equal(give(&site, FAILOVER).text, "refuse held");
	assert_string_equal(give(&site, RESUME).text, "standby command-resume | accept, record");
	assert_string_equal(give(&site, FAILOVER).text,
			    "activating command-failover | accept, record, announce");
}

/* A release shows in the end why it began, whatever was said on the way. */
static void test_cause_of_release(void **state)
{
	static const enum input ways_on[][6] = {
		{ GONE },
		{ GOING, GONE },
		{ HOLD, GONE },
		{ HOLD, RESUME, GONE },
		{ TICK_DUE, GONE },
		{ TICK_DUE, HOLD, GONE },
		{ ZEBRA_DOWN, GONE, ZEBRA_UP },
		{ ZEBRA_DOWN, ZEBRA_UP, GONE },
		{ ZEBRA_DOWN, TICK_DUE, ZEBRA_UP, TICK_DUE, GONE },
		{ REMOVED, GONE },
		{ SHUTDOWN, GONE },
		{ RELEASE, AWAY, FORCE, GONE },
		{ OVER_ALL, INSTALLED, GONE },
	};
	static const enum start owners[] = { ACTIVATING, ACTIVATING_NONE, ACTIVE, ACTIVE_DEGRADED };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(owners) * ARRAY_SIZE(ways_on); j++) {
			struct site site = site_in(owners[j / ARRAY_SIZE(ways_on)]);

			give(&site, releases[i].way);
			assert_int_equal(site.group.reason, releases[i].cause);
			assert_int_equal(site.group.release_cause, releases[i].cause);
			give_all(&site, ways_on[j % ARRAY_SIZE(ways_on)], 6);
			assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
			assert_int_equal(site.group.reason, releases[i].cause);
		}
	}
}

/* Each release has its own cause; an earlier one does not come up again. */
static void test_cause_of_next_release(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		struct site site = site_in(ACTIVE);

		GIVE(&site, OVER_ALL, GONE, FREE, FAILOVER, INSTALLED, RELEASE, GONE);
		assert_int_equal(site.group.reason, FRRD_REASON_COMMAND_RELEASE);
		GIVE(&site, FREE, FAILOVER, INSTALLED);
		give(&site, releases[i].way);
		assert_string_equal(give(&site, GONE).text, releases[i].end);
	}
	/* Nor does a claim that ends show it. */
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		struct site site = site_in(ACTIVE);

		if (releases[i].way == REMOVED || releases[i].way == SHUTDOWN)
			continue;
		give(&site, releases[i].way);
		GIVE(&site, GONE, TAKEN, HERE);
		assert_string_equal(give(&site, TICK_DUE).text, "standby claim-timeout | record");
	}
}

/* The last prefix leaves the configuration of an owner. */
static void test_owner_without_prefixes(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	expect_step(&site.group, &site.policy, routes_at(site.now_ms, (struct frrd_routes){ 0 }),
		    "active routes-none | record");
	assert_string_equal(give(&site, RELEASE).text,
			    "releasing command-release | accept, record, withdraw");
	expect_step(&site.group, &site.policy, routes_at(site.now_ms, (struct frrd_routes){ 0 }),
		    "standby command-release | record routes-withdrawn");
}

/* Neither a prefix that is still wanted nor one with a deletion underway is gone. */
static void test_release_waits_for_each(void **state)
{
	static const struct frrd_routes unfinished[] = {
		{ .total = 2, .announced = 1 },
		{ .total = 2, .pending = 1 },
		{ .total = 2, .announced = 1, .pending = 1 },
		/* The prefix list lost an entry whose deletion is underway. */
		{ .total = 0, .pending = 1 },
	};
	struct site site = site_in(RELEASING);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unfinished); i++)
		expect_step(&site.group, &site.policy, routes_at(site.now_ms, unfinished[i]), "-");
	assert_string_equal(give(&site, GONE).text,
			    "standby command-release | record routes-withdrawn");
}

/* After zebra came back the verdict is said again, once. */
static void test_verdict_after_zebra_is_back(void **state)
{
	struct site site = site_in(ACTIVE);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, QUEUED, ZEBRA_UP);
	assert_string_equal(give(&site, INSTALLED).text, "active routes-installed | record");
	assert_string_equal(give(&site, INSTALLED).text, "-");
}

/* A withdrawal that zebra's death interrupted can end once zebra is back. */
static void test_release_ends_after_zebra_is_back(void **state)
{
	struct site site = site_in(RELEASING);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, GONE);
	assert_int_equal(site.group.state, FRRD_STATE_RELEASING);
	GIVE(&site, ZEBRA_UP, GONE);
	assert_int_equal(site.group.state, FRRD_STATE_STANDBY);
	assert_int_equal(site.group.reason, FRRD_REASON_COMMAND_RELEASE);
}

/*
 * An overdue withdrawal, and zebra restarts: deletions are sent again, so that
 * they can be overdue again; without that the reason stays zebra-back for ever.
 */
static void test_release_is_overdue_again(void **state)
{
	struct site site = site_in(RELEASING_OVERDUE);

	(void)state;
	GIVE(&site, ZEBRA_DOWN, ZEBRA_UP, GOING);
	assert_int_equal(site.group.state, FRRD_STATE_RELEASING);
	assert_false(site.group.deadline_ms == FRRD_NEVER);
	assert_string_equal(give(&site, TICK_DUE).text, "releasing withdraw-unconfirmed | record");
}

int main(void)
{
	const struct CMUnitTest group_manual[] = {
		cmocka_unit_test(test_new_group),
		cmocka_unit_test(test_claim_deadline),
		cmocka_unit_test(test_claim_deadline_without_answers),
		cmocka_unit_test(test_withdraw_deadline),
		cmocka_unit_test(test_held_is_not_unconfirmed),
		cmocka_unit_test(test_deadline_is_kept),
		cmocka_unit_test(test_claim_leaves_nothing_behind),
		cmocka_unit_test(test_kind_of_claim_is_not_inherited),
		cmocka_unit_test(test_late_times),
		cmocka_unit_test(test_no_verdict_before_all_answers),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_yields),
		cmocka_unit_test(test_elsewhere_does_not_make_yield),
		cmocka_unit_test(test_yields_after_zebra_is_back),
		cmocka_unit_test(test_hold_outlives_yielding),
		cmocka_unit_test(test_cause_of_release),
		cmocka_unit_test(test_cause_of_next_release),
		cmocka_unit_test(test_owner_without_prefixes),
		cmocka_unit_test(test_release_waits_for_each),
		cmocka_unit_test(test_verdict_after_zebra_is_back),
		cmocka_unit_test(test_release_ends_after_zebra_is_back),
		cmocka_unit_test(test_release_is_overdue_again),
	};

	return cmocka_run_group_tests(group_manual, NULL, NULL);
}
