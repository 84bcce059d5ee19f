// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbiter bgp, what the rules count with: votes, ranks, turns, moves, markers. */

#include <string.h>

#include "frrd/core/damping.h"
#include "frrd/core/markers.h"
#include "frrd/core/sites.h"
#include "tests/core/support.h"

#define S(id) FRRD_SITE_BIT(id)

/* --- sets -------------------------------------------------------------------- */

static void test_sets(void **state)
{
	(void)state;
	assert_int_equal(frrd_count_sites(0), 0);
	assert_int_equal(frrd_count_sites(S(15)), 1);
	assert_int_equal(frrd_count_sites(S(1) | S(7) | S(15)), 3);
	assert_true(frrd_sites_has(S(3) | S(15), 15));
	assert_false(frrd_sites_has(S(3), 4));
	/* 0 is nobody, whatever the set is. */
	assert_false(frrd_sites_has(UINT16_MAX, 0));
}

static void test_votes(void **state)
{
	struct frrd_policy policy = bgp_policy();
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	group.zebra_up = true;
	group.view.known = true;
	assert_int_equal(frrd_votes(&group, &policy), 1);
	assert_false(frrd_majority(&group, &policy));
	group.view.beacons = S(3) | S(4) | S(2);
	assert_int_equal(frrd_votes(&group, &policy), 2);
	assert_true(frrd_majority(&group, &policy));
	/* Half of the votes is no majority. */
	policy.voters = S(1) | S(2) | S(3) | S(5);
	assert_false(frrd_majority(&group, &policy));
	group.view.beacons |= S(5);
	assert_true(frrd_majority(&group, &policy));
	group.view.known = false;
	assert_false(frrd_majority(&group, &policy));
	group.view.known = true;
	group.zebra_up = false;
	assert_false(frrd_majority(&group, &policy));
}

/* --- ranks ----------------------------------------------------------------------- */

/* Members in the order of their ranks: 9, 1, 2, 15; this is site 2. */
static struct frrd_policy ranked(void)
{
	struct frrd_policy policy = bgp_policy();

	policy.members = S(9) | S(1) | S(2) | S(15);
	policy.rank[9] = 0;
	policy.rank[1] = 1;
	policy.rank[2] = 2;
	policy.rank[15] = 3;
	return policy;
}

static void test_best(void **state)
{
	struct frrd_policy policy = ranked();

	(void)state;
	assert_int_equal(frrd_best_of(&policy, 0), 0);
	assert_int_equal(frrd_best_of(&policy, S(3) | S(14)), 0);
	assert_int_equal(frrd_best_of(&policy, UINT16_MAX), 9);
	assert_int_equal(frrd_best_of(&policy, S(1) | S(15) | S(3)), 1);
	assert_int_equal(frrd_best_of(&policy, S(15)), 15);
	policy.members = S(1);
	assert_int_equal(frrd_best_of(&policy, UINT16_MAX), 1);
}

static void test_outranked(void **state)
{
	struct frrd_policy policy = ranked();

	(void)state;
	assert_false(frrd_outranked_by(&policy, 0));
	assert_false(frrd_outranked_by(&policy, S(15)));
	assert_false(frrd_outranked_by(&policy, S(2)));
	assert_true(frrd_outranked_by(&policy, S(1)));
	assert_true(frrd_outranked_by(&policy, S(15) | S(9)));
	/* Who is no member is not argued with. */
	assert_true(frrd_outranked_by(&policy, S(3)));
	assert_true(frrd_outranked_by(&policy, S(15) | S(3)));
}

static void test_position(void **state)
{
	struct frrd_policy policy = ranked();
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	assert_int_equal(frrd_takeover_position(&group, &policy), 0);
	group.view.beacons = S(3) | S(15);
	assert_int_equal(frrd_takeover_position(&group, &policy), 0);
	group.view.beacons = S(9) | S(1) | S(15);
	assert_int_equal(frrd_takeover_position(&group, &policy), 2);
	policy.maintenance = S(9);
	assert_int_equal(frrd_takeover_position(&group, &policy), 1);
	/* It does not know of its maintenance yet, and may take over. */
	group.view.readies = S(9);
	assert_int_equal(frrd_takeover_position(&group, &policy), 2);
}

static void test_due(void **state)
{
	struct frrd_policy policy = ranked();
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	assert_true(frrd_takeover_due(&group, &policy) == FRRD_NEVER);
	group.free_since_ms = 10000;
	assert_int_equal(frrd_takeover_due(&group, &policy), 11000);
	group.eligible_since_ms = 9000;
	assert_int_equal(frrd_takeover_due(&group, &policy), 11000);
	group.eligible_since_ms = 10500;
	assert_int_equal(frrd_takeover_due(&group, &policy), 11500);
	group.view.beacons = S(9) | S(1);
	assert_int_equal(frrd_takeover_due(&group, &policy), 12500);
	assert_int_equal(frrd_claim_lead(&group, &policy), 400);
	policy.takeover_delay_ms = 399;
	assert_int_equal(frrd_late_delay(&policy), 400);
	assert_int_equal(frrd_takeover_due(&group, &policy), 11900);
	policy.takeover_delay_ms = 401;
	assert_int_equal(frrd_late_delay(&policy), 401);
	/* Who saw it go has its turn from then on. */
	group.witnessed = true;
	policy.takeover_delay_ms = 300;
	assert_int_equal(frrd_takeover_due(&group, &policy), 11300);
	assert_int_equal(frrd_claim_lead(&group, &policy), 40);
	policy.takeover_delay_ms = 39;
	assert_int_equal(frrd_claim_lead(&group, &policy), 39);
}

static void test_successors(void **state)
{
	struct frrd_policy policy = ranked();
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	group.view.readies = UINT16_MAX;
	assert_int_equal(frrd_successors(&group, &policy), 0);
	group.view.beacons = UINT16_MAX;
	assert_int_equal(frrd_successors(&group, &policy), S(9) | S(1) | S(15));
	policy.maintenance = S(1);
	assert_int_equal(frrd_successors(&group, &policy), S(9) | S(15));
	group.view.readies = S(15) | S(3);
	assert_int_equal(frrd_successors(&group, &policy), S(15));
	group.view.readies = UINT16_MAX;
	assert_int_equal(frrd_requesters(&group, &policy), 0);
	group.view.requests = UINT16_MAX;
	assert_int_equal(frrd_requesters(&group, &policy), S(9) | S(15));
	group.ignored_requests = S(9);
	assert_int_equal(frrd_requesters(&group, &policy), S(15));
	group.view.claims = S(15);
	assert_int_equal(frrd_requesters(&group, &policy), 0);
}

/* --- damping ---------------------------------------------------------------------- */

static void test_moves(void **state)
{
	struct frrd_moves moves = { 0 };

	(void)state;
	for (int i = 0; i < FRRD_MOVES_MAX; i++)
		frrd_moves_add(&moves, 100 + i);
	assert_int_equal(moves.count, FRRD_MOVES_MAX);
	assert_int_equal(moves.at_ms[0], 100);
	/* The oldest makes room. */
	frrd_moves_add(&moves, 900);
	assert_int_equal(moves.count, FRRD_MOVES_MAX);
	assert_int_equal(moves.at_ms[0], 101);
	assert_int_equal(moves.at_ms[FRRD_MOVES_MAX - 2], 100 + FRRD_MOVES_MAX - 1);
	assert_int_equal(moves.at_ms[FRRD_MOVES_MAX - 1], 900);
}

static void test_damping(void **state)
{
	struct frrd_policy policy = bgp_policy();
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	policy.hold_down_ms = 0;
	policy.damping_window_ms = 1000;
	frrd_moves_add(&group.moves, 100);
	frrd_moves_add(&group.moves, 600);
	/* No cap. */
	assert_int_equal(frrd_moves_damped_until(&group.moves, &policy, 700), 700);
	policy.damping_max_moves = 3;
	assert_int_equal(frrd_moves_damped_until(&group.moves, &policy, 700), 700);
	policy.damping_max_moves = 2;
	assert_int_equal(frrd_moves_damped_until(&group.moves, &policy, 700), 1100);
	assert_int_equal(frrd_moves_damped_until(&group.moves, &policy, 1100), 1100);
	assert_int_equal(frrd_moves_damped_until(&group.moves, &policy, 1200), 1200);
	/* Of three moves the last two count. */
	frrd_moves_add(&group.moves, 800);
	assert_int_equal(frrd_moves_damped_until(&group.moves, &policy, 900), 1600);
	policy.damping_max_moves = 1;
	assert_int_equal(frrd_moves_damped_until(&group.moves, &policy, 900), 1800);
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 900), 1800);
}

static void test_hold_down(void **state)
{
	struct frrd_policy policy = bgp_policy();
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 500), 500);
	group.last_move_ms = 400;
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 500), 10400);
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 10400), 10400);
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 20000), 20000);
	/* The later of the two. */
	policy.damping_max_moves = 1;
	frrd_moves_add(&group.moves, 450);
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 500), 3600450);
	/* The cap does not hold an owner that gets no route out; hold-down does. */
	group.routes = (struct frrd_routes){ .total = 2, .announced = 2, .failed = 2 };
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 500), 10400);
	group.routes = (struct frrd_routes){ .total = 2, .announced = 2, .installed = 1 };
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 500), 3600450);
	policy.damping_window_ms = 1000;
	assert_int_equal(frrd_moves_allowed_at(&group, &policy, 500), 10400);
}

/* --- markers ----------------------------------------------------------------------- */

/* What has to stand in each state, of a site that is well, with its routes and without. */
static void test_markers(void **state)
{
	static const struct {
		bool claim, claim_without_routes, ready;
	} expected[STATE_COUNT] = {
		[FRRD_STATE_STANDBY] = { false, false, true },
		[FRRD_STATE_REQUESTING] = { false, false, true },
		[FRRD_STATE_CLAIMING] = { true, true, true },
		[FRRD_STATE_ACTIVATING] = { true, true, false },
		[FRRD_STATE_ACTIVE] = { true, true, false },
		[FRRD_STATE_DRAINING] = { true, true, false },
		[FRRD_STATE_RELEASING] = { true, false, false },
		[FRRD_STATE_FENCED] = { false, false, false },
		[FRRD_STATE_HELD] = { false, false, false },
	};
	struct frrd_policy policy = bgp_policy();

	(void)state;
	for (int i = 0; i < STATE_COUNT; i++) {
		struct frrd_markers markers;
		struct frrd_group group;

		frrd_group_init(&group, 0);
		group.state = (enum frrd_state)i;
		group.zebra_up = true;
		group.quorum_since_ms = 0;
		group.settled = true;
		group.routes = (struct frrd_routes){ .total = 2, .pending = 1 };
		memset(&markers, 0xff, sizeof(markers));
		frrd_group_markers(&group, &policy, &markers);
		assert_int_equal(markers.claim, expected[i].claim);
		assert_int_equal(markers.ready, expected[i].ready);
		assert_int_equal(markers.request_for, 0);
		assert_int_equal(markers.grant_to, 0);
		group.routes.pending = 0;
		frrd_group_markers(&group, &policy, &markers);
		assert_int_equal(markers.claim, expected[i].claim_without_routes);
		group.routes.announced = 1;
		frrd_group_markers(&group, &policy, &markers);
		assert_int_equal(markers.claim, expected[i].claim);
		/* Without zebra nothing says that the routes are gone. */
		group.routes.announced = 0;
		group.zebra_up = false;
		frrd_group_markers(&group, &policy, &markers);
		assert_int_equal(markers.claim, expected[i].claim);
		assert_false(markers.ready);
		/* A claim that went with an earlier session is not written anew. */
		group.claim_void = true;
		frrd_group_markers(&group, &policy, &markers);
		assert_int_equal(markers.claim,
				 expected[i].claim && i != FRRD_STATE_RELEASING);
		group.resume = true;
		frrd_group_markers(&group, &policy, &markers);
		assert_false(markers.claim);
		policy.arbiter = FRRD_ARBITER_MANUAL;
		group.request_for = 1;
		group.grant_to = 1;
		frrd_group_markers(&group, &policy, &markers);
		assert_false(markers.claim || markers.ready || markers.request_for ||
			     markers.grant_to);
		policy.arbiter = FRRD_ARBITER_BGP;
	}
}

/*
 * A successor is ready until it is active, whatever becomes of it: the granter lets go
 * when it sees the claim without readiness.  Whoever took over otherwise is not ready.
 */
static void test_ready_while_activating(void **state)
{
	struct frrd_policy policy = bgp_policy();
	struct frrd_markers markers;
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	group.state = FRRD_STATE_ACTIVATING;
	group.zebra_up = true;
	group.quorum_since_ms = 0;
	group.settled = true;
	group.routes.total = 2;
	group.granter = 1;
	frrd_group_markers(&group, &policy, &markers);
	assert_true(markers.ready);
	group.resume = true;
	frrd_group_markers(&group, &policy, &markers);
	assert_false(markers.ready);
	group.resume = false;
	group.unhealthy = true;
	frrd_group_markers(&group, &policy, &markers);
	assert_true(markers.ready);
}

/* It gives the group back: not without being ready as long as the grant stands. */
static void test_ready_while_giving_back(void **state)
{
	static const enum frrd_state back[] = { FRRD_STATE_RELEASING, FRRD_STATE_STANDBY,
						FRRD_STATE_HELD };
	struct frrd_policy policy = bgp_policy();
	struct frrd_markers markers;
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	group.zebra_up = true;
	group.unhealthy = true;
	group.granter = 1;
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++) {
		group.state = back[i];
		group.grant_used = true;
		group.view.grants = FRRD_SITE_BIT(policy.self);
		frrd_group_markers(&group, &policy, &markers);
		assert_true(markers.ready);
		group.view.grants = 0;
		frrd_group_markers(&group, &policy, &markers);
		assert_false(markers.ready);
		group.view.grants = FRRD_SITE_BIT(policy.self);
		group.grant_used = false;
		frrd_group_markers(&group, &policy, &markers);
		assert_false(markers.ready);
	}
}

/* The grant waits for the withdrawal when the prefixes move first: its time has not begun. */
static void test_grant(void **state)
{
	struct frrd_policy policy = bgp_policy();
	struct frrd_markers markers;
	struct frrd_group group;

	(void)state;
	frrd_group_init(&group, 0);
	group.grant_to = 1;
	group.zebra_up = true;
	group.routes.pending = 1;
	group.state = FRRD_STATE_RELEASING;
	group.grant_until_ms = FRRD_NEVER;
	frrd_group_markers(&group, &policy, &markers);
	assert_int_equal(markers.grant_to, 0);
	assert_true(markers.claim);
	group.grant_until_ms = 30000;
	frrd_group_markers(&group, &policy, &markers);
	assert_int_equal(markers.grant_to, 1);
	group.routes.pending = 0;
	frrd_group_markers(&group, &policy, &markers);
	assert_int_equal(markers.grant_to, 1);
	assert_true(markers.claim);
}

static void test_marker_names(void **state)
{
	static const char *const names[FRRD_MARKER_COUNT] = {
		[FRRD_MARKER_BEACON] = "beacon",   [FRRD_MARKER_CLAIM] = "claim",
		[FRRD_MARKER_REQUEST] = "request", [FRRD_MARKER_GRANT] = "grant",
		[FRRD_MARKER_READY] = "ready",
	};

	(void)state;
	for (int i = 0; i < FRRD_MARKER_COUNT; i++)
		assert_string_equal(frrd_marker_name((enum frrd_marker_kind)i), names[i]);
	assert_string_equal(frrd_marker_name(FRRD_MARKER_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest sites[] = {
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_votes),
		cmocka_unit_test(test_best),
		cmocka_unit_test(test_outranked),
		cmocka_unit_test(test_position),
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_successors),
		cmocka_unit_test(test_moves),
		cmocka_unit_test(test_damping),
		cmocka_unit_test(test_hold_down),
		cmocka_unit_test(test_markers),
		cmocka_unit_test(test_ready_while_activating),
		cmocka_unit_test(test_ready_while_giving_back),
		cmocka_unit_test(test_grant),
		cmocka_unit_test(test_marker_names),
	};

	return cmocka_run_group_tests(sites, NULL, NULL);
}
