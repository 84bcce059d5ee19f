// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transitions of the group state machine with the manual arbiter, as one table:
 * for each start (a state, reached through events) and each input what has to come
 * out.  The rows of a start cover every input exactly once, which
 * test_table_is_total() proves; what an input does in a start is looked up in the
 * table by reading down.
 */

#include <string.h>

#include "frrd/core/markers.h"
#include "tests/core/starts.h"

/* --- the table ---------------------------------------------------------------- */

/* Outcomes as struct outcome of support.h has them; "-" is nothing at all. */
static const struct {
	enum start start;
	unsigned int inputs; /* bits of enum input */
	const char *outcome;
} table[] = {
	/* clang-format off */
	/* Nothing is known of its prefixes and zebra has not been seen yet. */
	{ NEW_GROUP, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ NEW_GROUP, TAKEOVERS,		"refuse no-prefix" },
	{ NEW_GROUP, GIVE_UPS,		"refuse not-owner" },
	{ NEW_GROUP, HOLD,		"standby command-hold | accept, record" },
	{ NEW_GROUP, RESUME,		"refuse not-held" },

	{ STANDBY, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY, FAILOVER,		"activating command-failover | accept, record, announce" },
	{ STANDBY, FORCE,		"activating command-force | accept, record, announce" },
	{ STANDBY, HERE,		"activating command-switchover-here | accept, record, announce" },
	{ STANDBY, GIVE_UPS,		"refuse not-owner" },
	{ STANDBY, HOLD,		"standby command-hold | accept, record" },
	{ STANDBY, RESUME,		"refuse not-held" },

	/* Failover is refused, force does not care, a switchover waits. */
	{ STANDBY_TAKEN, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_TAKEN, FAILOVER,	"refuse announced-elsewhere" },
	{ STANDBY_TAKEN, FORCE,		"activating command-force | accept, record, announce" },
	{ STANDBY_TAKEN, HERE,		"claiming command-switchover-here | accept, record" },
	{ STANDBY_TAKEN, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_TAKEN, HOLD,		"standby command-hold | accept, record" },
	{ STANDBY_TAKEN, RESUME,	"refuse not-held" },

	/* Without all answers a failover waits for them, and only for them. */
	{ STANDBY_ASKING, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_ASKING, FAILOVER,	"claiming command-failover | accept, record" },
	{ STANDBY_ASKING, FORCE,	"activating command-force | accept, record, announce" },
	{ STANDBY_ASKING, HERE,		"claiming command-switchover-here | accept, record" },
	{ STANDBY_ASKING, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_ASKING, HOLD,		"standby command-hold | accept, record" },
	{ STANDBY_ASKING, RESUME,	"refuse not-held" },

	{ STANDBY_HELD, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_HELD, TAKEOVERS | GIVE_UPS, "refuse held" },
	{ STANDBY_HELD, HOLD,		"refuse already-held" },
	{ STANDBY_HELD, RESUME,		"standby command-resume | accept, record" },

	/* Force does not help against a missing zebra. */
	{ STANDBY_NO_ZEBRA, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_NO_ZEBRA, TAKEOVERS,	"refuse zebra-down" },
	{ STANDBY_NO_ZEBRA, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_NO_ZEBRA, HOLD,	"standby command-hold | accept, record" },
	{ STANDBY_NO_ZEBRA, RESUME,	"refuse not-held" },

	{ STANDBY_STOPPING, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_STOPPING, TAKEOVERS,	"refuse stopping" },
	{ STANDBY_STOPPING, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_STOPPING, HOLD,	"standby command-hold | accept, record" },
	{ STANDBY_STOPPING, RESUME,	"refuse not-held" },

	/* The other site is asked for like any other: what was seen of it is forgotten. */
	{ STANDBY_YIELDED, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA | TICKS | SHUTDOWN, "-" },
	{ STANDBY_YIELDED, FAILOVER,	"claiming command-failover | accept, record" },
	{ STANDBY_YIELDED, FORCE,	"activating command-force | accept, record, announce" },
	{ STANDBY_YIELDED, HERE,	"claiming command-switchover-here | accept, record" },
	{ STANDBY_YIELDED, GIVE_UPS,	"refuse not-owner" },
	{ STANDBY_YIELDED, HOLD,	"standby command-hold | accept, record" },
	{ STANDBY_YIELDED, RESUME,	"refuse not-held" },

	/* A switchover, told to the successor first: the owner still announces. */
	{ CLAIMING_WAITING, CONFIG | ROUTES | TAKEN | ASKING | ZEBRA | TICK_EARLY, "-" },
	{ CLAIMING_WAITING, REMOVED,	"standby member-removed | record" },
	{ CLAIMING_WAITING, TAKEOVERS,	"refuse busy-claiming" },
	{ CLAIMING_WAITING, GIVE_UPS,	"standby claim-cancelled | accept, record" },
	{ CLAIMING_WAITING, HOLD,	"standby command-hold | accept, record" },
	{ CLAIMING_WAITING, RESUME,	"refuse not-held" },
	{ CLAIMING_WAITING, FREE,	"activating elsewhere-gone | record, announce" },
	{ CLAIMING_WAITING, TICK_DUE,	"standby claim-timeout | record" },
	{ CLAIMING_WAITING, SHUTDOWN,	"standby shutdown | record" },

	/* A failover, before all answers are in: the first bad one ends it. */
	{ CLAIMING_ASKING, CONFIG | ROUTES | ASKING | ZEBRA | TICK_EARLY, "-" },
	{ CLAIMING_ASKING, REMOVED,	"standby member-removed | record" },
	{ CLAIMING_ASKING, TAKEOVERS,	"refuse busy-claiming" },
	{ CLAIMING_ASKING, GIVE_UPS,	"standby claim-cancelled | accept, record" },
	{ CLAIMING_ASKING, HOLD,	"standby command-hold | accept, record" },
	{ CLAIMING_ASKING, RESUME,	"refuse not-held" },
	{ CLAIMING_ASKING, FREE,	"activating elsewhere-gone | record, announce" },
	{ CLAIMING_ASKING, TAKEN,	"standby claim-found-elsewhere | record" },
	{ CLAIMING_ASKING, TICK_DUE,	"standby claim-timeout | record" },
	{ CLAIMING_ASKING, SHUTDOWN,	"standby shutdown | record" },

	/* While zebra is away nothing that is said about others counts. */
	{ CLAIMING_NO_ZEBRA, CONFIG | ROUTES | ELSEWHERE | ZEBRA | TICK_EARLY, "-" },
	{ CLAIMING_NO_ZEBRA, REMOVED,	"standby member-removed | record" },
	{ CLAIMING_NO_ZEBRA, TAKEOVERS,	"refuse busy-claiming" },
	{ CLAIMING_NO_ZEBRA, GIVE_UPS,	"standby claim-cancelled | accept, record" },
	{ CLAIMING_NO_ZEBRA, HOLD,	"standby command-hold | accept, record" },
	{ CLAIMING_NO_ZEBRA, RESUME,	"refuse not-held" },
	{ CLAIMING_NO_ZEBRA, TICK_DUE,	"standby claim-timeout | record" },
	{ CLAIMING_NO_ZEBRA, SHUTDOWN,	"standby shutdown | record" },

	{ ACTIVATING, CONFIG | WAITING | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVATING, REMOVED,		"releasing member-removed | record, withdraw" },
	{ ACTIVATING, TAKEOVERS,	"refuse already-owner" },
	{ ACTIVATING, AWAY,		"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVATING, RELEASE,		"releasing command-release | accept, record, withdraw" },
	{ ACTIVATING, HOLD,		"activating command-hold | accept, record" },
	{ ACTIVATING, RESUME,		"refuse not-held" },
	{ ACTIVATING, INSTALLED,	"active routes-installed | record" },
	{ ACTIVATING, IN_PART,		"active routes-degraded | record" },
	{ ACTIVATING, IN_VAIN,		"activating routes-none | record" },
	{ ACTIVATING, OVER,		"releasing taken-over | record, withdraw" },
	{ ACTIVATING, ZEBRA_DOWN,	"activating zebra-lost | record" },
	{ ACTIVATING, SHUTDOWN,		"releasing shutdown | record, withdraw" },

	/* zebra refused everything, which is said once; it may change its mind. */
	{ ACTIVATING_NONE, CONFIG | WAITING | IN_VAIN | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVATING_NONE, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVATING_NONE, TAKEOVERS,	"refuse already-owner" },
	{ ACTIVATING_NONE, AWAY,	"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVATING_NONE, RELEASE,	"releasing command-release | accept, record, withdraw" },
	{ ACTIVATING_NONE, HOLD,	"activating command-hold | accept, record" },
	{ ACTIVATING_NONE, RESUME,	"refuse not-held" },
	{ ACTIVATING_NONE, INSTALLED,	"active routes-installed | record" },
	{ ACTIVATING_NONE, IN_PART,	"active routes-degraded | record" },
	{ ACTIVATING_NONE, OVER,	"releasing taken-over | record, withdraw" },
	{ ACTIVATING_NONE, ZEBRA_DOWN,	"activating zebra-lost | record" },
	{ ACTIVATING_NONE, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	/* A hold keeps operators from moving it, not the takeover from ending, well or not. */
	{ ACTIVATING_HELD, CONFIG | WAITING | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVATING_HELD, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVATING_HELD, TAKEOVERS | GIVE_UPS, "refuse held" },
	{ ACTIVATING_HELD, HOLD,	"refuse already-held" },
	{ ACTIVATING_HELD, RESUME,	"activating command-resume | accept, record" },
	{ ACTIVATING_HELD, INSTALLED,	"active routes-installed | record" },
	{ ACTIVATING_HELD, IN_PART,	"active routes-degraded | record" },
	{ ACTIVATING_HELD, IN_VAIN,	"activating routes-none | record" },
	{ ACTIVATING_HELD, OVER,	"releasing taken-over | record, withdraw" },
	{ ACTIVATING_HELD, ZEBRA_DOWN,	"activating zebra-lost | record" },
	{ ACTIVATING_HELD, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	/* Counters say nothing while zebra is away; giving up is still possible. */
	{ ACTIVATING_NO_ZEBRA, CONFIG | ROUTES | ELSEWHERE | ZEBRA_DOWN | TICKS, "-" },
	{ ACTIVATING_NO_ZEBRA, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVATING_NO_ZEBRA, TAKEOVERS, "refuse already-owner" },
	{ ACTIVATING_NO_ZEBRA, AWAY,	"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVATING_NO_ZEBRA, RELEASE,	"releasing command-release | accept, record, withdraw" },
	{ ACTIVATING_NO_ZEBRA, HOLD,	"activating command-hold | accept, record" },
	{ ACTIVATING_NO_ZEBRA, RESUME,	"refuse not-held" },
	{ ACTIVATING_NO_ZEBRA, ZEBRA_UP, "activating zebra-back | record" },
	{ ACTIVATING_NO_ZEBRA, SHUTDOWN, "releasing shutdown | record, withdraw" },

	/* One route that works is a reason to stay, one that has no answer yet to wait. */
	{ ACTIVE, CONFIG | WAITING | INSTALLED | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVE, REMOVED,		"releasing member-removed | record, withdraw" },
	{ ACTIVE, TAKEOVERS,		"refuse already-owner" },
	{ ACTIVE, AWAY,			"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVE, RELEASE,		"releasing command-release | accept, record, withdraw" },
	{ ACTIVE, HOLD,			"active command-hold | accept, record" },
	{ ACTIVE, RESUME,		"refuse not-held" },
	{ ACTIVE, IN_PART,		"active routes-degraded | record" },
	{ ACTIVE, IN_VAIN,		"active routes-none | record" },
	{ ACTIVE, OVER,			"releasing taken-over | record, withdraw" },
	{ ACTIVE, ZEBRA_DOWN,		"active zebra-lost | record" },
	{ ACTIVE, SHUTDOWN,		"releasing shutdown | record, withdraw" },

	{ ACTIVE_DEGRADED, CONFIG | WAITING | IN_PART | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVE_DEGRADED, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVE_DEGRADED, TAKEOVERS,	"refuse already-owner" },
	{ ACTIVE_DEGRADED, AWAY,	"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVE_DEGRADED, RELEASE,	"releasing command-release | accept, record, withdraw" },
	{ ACTIVE_DEGRADED, HOLD,	"active command-hold | accept, record" },
	{ ACTIVE_DEGRADED, RESUME,	"refuse not-held" },
	{ ACTIVE_DEGRADED, INSTALLED,	"active routes-installed | record" },
	{ ACTIVE_DEGRADED, IN_VAIN,	"active routes-none | record" },
	{ ACTIVE_DEGRADED, OVER,	"releasing taken-over | record, withdraw" },
	{ ACTIVE_DEGRADED, ZEBRA_DOWN,	"active zebra-lost | record" },
	{ ACTIVE_DEGRADED, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	/* The configuration, another owner, and the end of the daemon are stronger than a hold. */
	{ ACTIVE_HELD, CONFIG | WAITING | ELSEWHERE | ZEBRA_UP | TICKS, "-" },
	{ ACTIVE_HELD, REMOVED,		"releasing member-removed | record, withdraw" },
	{ ACTIVE_HELD, TAKEOVERS | GIVE_UPS, "refuse held" },
	{ ACTIVE_HELD, HOLD,		"refuse already-held" },
	{ ACTIVE_HELD, RESUME,		"active command-resume | accept, record" },
	{ ACTIVE_HELD, INSTALLED,	"active routes-installed | record" },
	{ ACTIVE_HELD, IN_PART,		"active routes-degraded | record" },
	{ ACTIVE_HELD, IN_VAIN,		"active routes-none | record" },
	{ ACTIVE_HELD, OVER,		"releasing taken-over | record, withdraw" },
	{ ACTIVE_HELD, ZEBRA_DOWN,	"active zebra-lost | record" },
	{ ACTIVE_HELD, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	{ ACTIVE_NO_ZEBRA, CONFIG | ROUTES | ELSEWHERE | ZEBRA_DOWN | TICKS, "-" },
	{ ACTIVE_NO_ZEBRA, REMOVED,	"releasing member-removed | record, withdraw" },
	{ ACTIVE_NO_ZEBRA, TAKEOVERS,	"refuse already-owner" },
	{ ACTIVE_NO_ZEBRA, AWAY,	"releasing command-switchover-away | accept, record, withdraw" },
	{ ACTIVE_NO_ZEBRA, RELEASE,	"releasing command-release | accept, record, withdraw" },
	{ ACTIVE_NO_ZEBRA, HOLD,	"active command-hold | accept, record" },
	{ ACTIVE_NO_ZEBRA, RESUME,	"refuse not-held" },
	{ ACTIVE_NO_ZEBRA, ZEBRA_UP,	"active zebra-back | record" },
	{ ACTIVE_NO_ZEBRA, SHUTDOWN,	"releasing shutdown | record, withdraw" },

	/* Only the confirmation of the last deletion ends it. */
	{ RELEASING, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICK_EARLY | SHUTDOWN,
					"-" },
	{ RELEASING, TAKEOVERS | GIVE_UPS, "refuse busy-releasing" },
	{ RELEASING, HOLD,		"releasing command-hold | accept, record" },
	{ RELEASING, RESUME,		"refuse not-held" },
	{ RELEASING, GONE,		"standby command-release | record routes-withdrawn" },
	{ RELEASING, ZEBRA_DOWN,	"releasing zebra-lost | record" },
	{ RELEASING, TICK_DUE,		"releasing withdraw-unconfirmed | record" },

	/* The deadline has passed: said once, and the state stays what it is. */
	{ RELEASING_OVERDUE, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICKS | SHUTDOWN,
					"-" },
	{ RELEASING_OVERDUE, TAKEOVERS | GIVE_UPS, "refuse busy-releasing" },
	{ RELEASING_OVERDUE, HOLD,	"releasing command-hold | accept, record" },
	{ RELEASING_OVERDUE, RESUME,	"refuse not-held" },
	{ RELEASING_OVERDUE, GONE,	"standby command-release | record routes-withdrawn" },
	{ RELEASING_OVERDUE, ZEBRA_DOWN, "releasing zebra-lost | record" },

	{ RELEASING_HELD, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICK_EARLY |
			  SHUTDOWN,	"-" },
	{ RELEASING_HELD, TAKEOVERS | GIVE_UPS, "refuse held" },
	{ RELEASING_HELD, HOLD,		"refuse already-held" },
	{ RELEASING_HELD, RESUME,	"releasing command-resume | accept, record" },
	{ RELEASING_HELD, GONE,		"standby command-release | record routes-withdrawn" },
	{ RELEASING_HELD, ZEBRA_DOWN,	"releasing zebra-lost | record" },
	{ RELEASING_HELD, TICK_DUE,	"releasing withdraw-unconfirmed | record" },

	/* bgpd may go on announcing what it learned from the zebra that is gone. */
	{ RELEASING_NO_ZEBRA, CONFIG | REMOVED | ROUTES | ELSEWHERE | ZEBRA_DOWN | TICK_EARLY | SHUTDOWN,
					"-" },
	{ RELEASING_NO_ZEBRA, TAKEOVERS | GIVE_UPS, "refuse busy-releasing" },
	{ RELEASING_NO_ZEBRA, HOLD,	"releasing command-hold | accept, record" },
	{ RELEASING_NO_ZEBRA, RESUME,	"refuse not-held" },
	{ RELEASING_NO_ZEBRA, ZEBRA_UP,	"releasing zebra-back | record" },
	{ RELEASING_NO_ZEBRA, TICK_DUE,	"releasing withdraw-unconfirmed | record" },

	{ RELEASING_STOPPING, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICK_EARLY |
			      SHUTDOWN,	"-" },
	{ RELEASING_STOPPING, TAKEOVERS, "refuse stopping" },
	{ RELEASING_STOPPING, GIVE_UPS,	"refuse busy-releasing" },
	{ RELEASING_STOPPING, HOLD,	"releasing command-hold | accept, record" },
	{ RELEASING_STOPPING, RESUME,	"refuse not-held" },
	{ RELEASING_STOPPING, GONE,	"standby shutdown | record routes-withdrawn" },
	{ RELEASING_STOPPING, ZEBRA_DOWN, "releasing zebra-lost | record" },
	{ RELEASING_STOPPING, TICK_DUE,	"releasing withdraw-unconfirmed | record" },

	/* A release like any other: that routes come back meanwhile brings nothing back. */
	{ RELEASING_YIELDED, CONFIG | REMOVED | (ROUTES & ~GONE) | ELSEWHERE | ZEBRA_UP | TICK_EARLY |
			     SHUTDOWN,	"-" },
	{ RELEASING_YIELDED, TAKEOVERS | GIVE_UPS, "refuse busy-releasing" },
	{ RELEASING_YIELDED, HOLD,	"releasing command-hold | accept, record" },
	{ RELEASING_YIELDED, RESUME,	"refuse not-held" },
	{ RELEASING_YIELDED, GONE,	"standby taken-over | record routes-withdrawn" },
	{ RELEASING_YIELDED, ZEBRA_DOWN, "releasing zebra-lost | record" },
	{ RELEASING_YIELDED, TICK_DUE,	"releasing withdraw-unconfirmed | record" },
	/* clang-format on */
};

#define MANUAL_STATES                                                                              \
	(1u << FRRD_STATE_STANDBY | 1u << FRRD_STATE_CLAIMING | 1u << FRRD_STATE_ACTIVATING |      \
	 1u << FRRD_STATE_ACTIVE | 1u << FRRD_STATE_RELEASING)
/* They are the same in every start; see test_sites_do_not_matter() and test_restore(). */
#define SITES_EVENTS                                                                               \
	(1u << FRRD_EVENT_FAILOVER_TO | 1u << FRRD_EVENT_VIEW | 1u << FRRD_EVENT_HEALTH |          \
	 1u << FRRD_EVENT_STALL | 1u << FRRD_EVENT_RESTORE)

/* Every start says what every input does, once; every state and event occurs. */
static void test_table_is_total(void **state)
{
	unsigned int seen[START_COUNT] = { 0 };
	unsigned int states = 0, events = 0;
	struct frrd_policy policy = usual_policy();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (seen[table[i].start] & table[i].inputs)
			fail_msg("%s: two rows for inputs %#x", starts[table[i].start].name,
				 seen[table[i].start] & table[i].inputs);
		seen[table[i].start] |= table[i].inputs;
	}
	for (int start = 0; start < START_COUNT; start++) {
		if (seen[start] != INPUT_END - 1)
			fail_msg("%s: no row for inputs %#x", starts[start].name,
				 ~seen[start] & (INPUT_END - 1));
		states |= 1u << starts[start].state;
	}
	for (unsigned int input = 1; input < INPUT_END; input <<= 1)
		events |= 1u << input_event((enum input)input, 0, &policy).type;
	assert_int_equal(states, MANUAL_STATES);
	assert_int_equal(events | SITES_EVENTS, (1u << EVENT_COUNT) - 1);
}

/* What the sites say to each other is nothing to the manual arbiter, in no start. */
static void test_sites_do_not_matter(void **state)
{
	const struct frrd_view view = {
		.known = true, .own_claim = true, .beacons = 6, .claims = 4, .requests = 6,
		.readies = 4, .grants = 2,
	};

	(void)state;
	for (int start = 0; start < START_COUNT; start++) {
		struct site site = site_in((enum start)start);
		const struct frrd_group before = site.group;
		const int64_t now_ms = site.now_ms;
		struct frrd_markers markers;

		frrd_group_markers(&site.group, &site.policy, &markers);
		assert_false(markers.claim || markers.ready || markers.request_for ||
			     markers.grant_to);
		expect_step(&site.group, &site.policy, view_at(now_ms, view), "-");
		expect_step(&site.group, &site.policy, event_at(now_ms, FRRD_EVENT_HEALTH), "-");
		expect_step(&site.group, &site.policy, event_at(now_ms, FRRD_EVENT_STALL), "-");
		expect_step(&site.group, &site.policy, to_at(now_ms, FRRD_EVENT_FAILOVER_TO, 2),
			    "refuse command-elsewhere");
		assert_true(same_group(&site.group, &before));
	}
}

/* Of the state file only the hold counts: an operator decides who owns the group. */
static void test_restore(void **state)
{
	struct frrd_event restore = event_at(0, FRRD_EVENT_RESTORE);
	struct site site = site_in(NEW_GROUP);
	struct frrd_kept kept;

	(void)state;
	restore.kept.owned = true;
	restore.kept.barred = true;
	restore.kept.held = true;
	expect_step(&site.group, &site.policy, restore, "-");
	assert_true(site.group.held);
	GIVE(&site, READY);
	assert_string_equal(give(&site, FAILOVER).text, "refuse held");
	frrd_group_keep(&site.group, &kept);
	assert_true(kept.held);
	assert_false(kept.owned || kept.barred);
	site = site_in(ACTIVATING);
	frrd_group_keep(&site.group, &kept);
	assert_true(kept.owned);
	assert_false(kept.held);
	site = site_in(RELEASING);
	frrd_group_keep(&site.group, &kept);
	assert_false(kept.owned);
}

static bool cell_holds(enum start start, enum input input, const char *expected)
{
	struct site site = site_in(start);
	struct frrd_policy policy = site.policy;
	struct frrd_event event = input_event(input, input_time(&site, input), &policy);
	struct step step = try_step(&site.group, &policy, &event);
	struct outcome outcome = outcome_of(&step.before, &step.after, &step.actions);
	const char *fault = step_fault(&step);

	if (strcmp(outcome.text, expected) == 0 && !fault)
		return true;
	print_error("%s + %s%s: expected \"%s\", got \"%s\"%s%s\n", starts[start].name,
		    event_words(&event).text, input == REMOVED ? " (no member any more)" : "",
		    expected, outcome.text, fault ? ", " : "", fault ? fault : "");
	return false;
}

/* The table of one start; *state is the start. */
static void test_start(void **state)
{
	const enum start start = *(const enum start *)*state;
	unsigned int wrong = 0, cells = 0;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].start != start)
			continue;
		for (unsigned int input = 1; input < INPUT_END; input <<= 1) {
			if (!(table[i].inputs & input))
				continue;
			cells++;
			wrong += !cell_holds(start, (enum input)input, table[i].outcome);
		}
	}
	assert_int_equal(cells, INPUT_COUNT);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	static enum start all_starts[START_COUNT];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_table_is_total),
		cmocka_unit_test(test_sites_do_not_matter),
		cmocka_unit_test(test_restore),
	};
	struct CMUnitTest group_fsm[ARRAY_SIZE(others) + START_COUNT];

	memcpy(group_fsm, others, sizeof(others));
	for (size_t i = 0; i < START_COUNT; i++) {
		all_starts[i] = (enum start)i;
		group_fsm[ARRAY_SIZE(others) + i] = (struct CMUnitTest){
			.name = starts[i].name,
			.test_func = test_start,
			.initial_state = &all_starts[i],
		};
	}
	return cmocka_run_group_tests(group_fsm, NULL, NULL);
}
