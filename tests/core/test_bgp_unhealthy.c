// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, an unhealthy owner that has a successor (rule 8): it withdraws at once
 * and grants, the successor comes or does not, and what `when-no-successor` says then.
 * What it does without one is in test_bgp_owner.c.
 */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

#define MBB "make-before-break=yes "
#define BBM "make-before-break=no "
#define READY "event 20000 view beacons=2,3 readies=2\n"

/* --- who lets go ------------------------------------------------------------------ */

/* The grant goes out with the withdrawal, and neither waits for the other. */
#define LETTING_GO_OF(keys)                                                                        \
	POLICY("self=1 " MBB keys) OWNER READY                                                     \
	"event 30000 health healthy=no\n"                                                          \
	"expect releasing grant-unhealthy | record, withdraw\n"                                    \
	"markers claim grant=2\n"                                                                  \
	"event 30005 routes total=2 pending=2\n"                                                   \
	"markers claim grant=2\n"
#define LETTING_GO LETTING_GO_OF("")
/* Nothing is announced any more, and the successor is waited for. */
#define GRANTED LETTING_GO "event 30020 " GONE "markers claim grant=2\n"

PLAY(handed_over, GRANTED
     "event 30250 view beacons=2,3 claims=2 readies=2\n"
     "markers claim grant=2\n"
     "event 30300 view beacons=2,3 claims=2\n"
     "deadline 30500\n"
     "at 30500 standby handed-over | record routes-withdrawn\n"
     "markers none\n"
     "event 40000 health healthy=yes\n"
     "markers ready\n")

/* Programs before the withdrawal may take longer than the successor needs. */
PLAY(successor_is_quick, LETTING_GO
     "event 30250 view beacons=2,3 claims=2 readies=2\n"
     "event 30400 view beacons=2,3 claims=2\n"
     "at 34000 -\n"
     "event 34000 " GONE
     "at 34200 standby handed-over | record routes-withdrawn\n")

/* Break-before-make: the grant has to wait for the withdrawal as ever. */
PLAY(break_before_make, POLICY("self=1 " BBM) OWNER READY
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "markers claim\n"
     "event 30020 " GONE
     "markers claim grant=2\n")

/* What an operator, maintenance or failback moves is worth keeping meanwhile. */
static void test_others_drain(void **state)
{
	static const struct {
		const char *keys, *event, *outcome;
	} moves[] = {
		{ "self=1 ", "switchover-away to=2",
		  "draining command-switchover-away | accept, record" },
		{ "self=1 ", "config maintenance=1", "draining grant-maintenance | record" },
		{ "self=1 ", "view beacons=2,3 readies=2 requests=2",
		  "draining grant-requested | record" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
		snprintf(text, sizeof(text),
			 "policy arbiter=bgp " MBB "%s\n" OWNER READY "event 30000 %s\nexpect %s\n"
			 "markers claim grant=2\n"
			 "event 30010 health healthy=no\n",
			 moves[i].keys, moves[i].event, moves[i].outcome);
		play(text);
	}
}

/* --- the successor does not come -------------------------------------------------- */

static const struct {
	const char *event;
	int at_ms;
	const char *reason;
} ends[] = {
	{ "event 30100 view beacons=3\nexpect", 30100, "successor-lost" },
	{ "event 30100 view beacons=2,3\nat 30600", 30600, "grant-cancelled" },
	{ "at 60000", 60000, "grant-timeout" },
};

/* `keep`, the default: an unhealthy owner is better than none, as before. */
static void test_taken_back(void **state)
{
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		int at_ms = ends[i].at_ms, out_ms = at_ms + (i == 2 ? 5000 : 1000);

		snprintf(text, sizeof(text),
			 GRANTED "%s claiming %s | record\n"
			 "markers claim\n"
			 "event %d elsewhere\n"
			 "at %d activating %s | record, announce\n"
			 "event %d " INSTALLED
			 "expect active routes-installed | record\n"
			 "at %d active unhealthy-kept | record\n",
			 ends[i].event, ends[i].reason, at_ms + 10, out_ms, ends[i].reason,
			 out_ms + 10, out_ms + 410);
		play(text);
	}
}

/* Once it did not come, it is waited for: make-before-break until this site is healthy again. */
#define KEPT                                                                                       \
	GRANTED                                                                                    \
	"event 30100 view beacons=3\n"                                                             \
	"expect claiming successor-lost | record\n"                                                \
	"event 30200 elsewhere\n"                                                                  \
	"at 31100 activating successor-lost | record, announce\n"                                  \
	"event 31110 " INSTALLED "expect active routes-installed | record\n"                       \
	"at 31510 active unhealthy-kept | record\n"

PLAY(waits_for_the_second_one, KEPT
     "event 32000 view beacons=2,3 readies=2\n"
     "at 41100 draining grant-unhealthy | record\n"
     "markers claim grant=2\n"
     "at 71100 active grant-timeout | record\n"
     "at 71500 draining grant-unhealthy | record\n"
     "event 71600 view beacons=2,3 claims=2\n"
     "expect releasing handed-over | record, withdraw\n")

PLAY(healthy_between, KEPT
     "event 32000 health healthy=yes\n"
     "expect active healthy-again | record\n"
     "event 33000 view beacons=2,3 readies=2\n"
     "event 50000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n")

/* Nor is it waited for where another site had the group meanwhile, or an operator forced it. */
PLAY(granted_between, GRANTED
     "event 30100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "event 30200 view beacons=2,3 claims=2\n"
     "expect standby conflict-yield | record\n"
     "event 40000 health healthy=yes\n"
     "event 50000 view beacons=2,3 claims=2 grants=1\n"
     "expect requesting granted | record\n"
     "at 50000 activating granted | record, announce\n"
     "event 50010 view beacons=2,3\n"
     "event 51000 view beacons=2,3 readies=2\n"
     "event 60000 routes total=2 announced=2 failed=2\n"
     "expect activating routes-none | record\n"
     "at 60000 releasing grant-unhealthy | record, withdraw\n")

PLAY(forced_between, GRANTED
     "event 30100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "event 30200 failover force\n"
     "expect activating command-force | accept, record, announce\n"
     "event 30210 " INSTALLED
     "expect active routes-installed | record\n"
     "at 30610 active unhealthy-kept | record\n"
     "event 50000 view beacons=2,3 readies=2\n"
     "expect releasing grant-unhealthy | record, withdraw\n")

/* `withdraw`: nobody is better. */
static void test_not_taken_back(void **state)
{
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(text, sizeof(text),
			 LETTING_GO_OF("withdraw-alone=yes ")
			 "event 30020 " GONE "%s standby %s | record routes-withdrawn\n"
			 "markers none\n",
			 ends[i].event, ends[i].reason);
		play(text);
	}
}

/* It could own the group again: no matter what is said about owners that cannot. */
PLAY(healthy_again, LETTING_GO_OF("withdraw-alone=yes ")
     "event 30020 " GONE
     "event 30050 health healthy=yes\n"
     "event 30100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "event 30110 elsewhere\n"
     "event 30120 health healthy=no\n"
     "expect standby unhealthy | record\n")

/* `keep` forgives nothing but the health. */
static void test_other_obstacles(void **state)
{
	static const char *const obstacles[] = { "config maintenance=1", "config complete=no",
						 "routes total=0", "stall" };
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(obstacles); i++) {
		snprintf(text, sizeof(text),
			 GRANTED "event 30050 %s\n"
			 "event 30100 view beacons=3\n"
			 "expect standby successor-lost | record routes-withdrawn\n",
			 obstacles[i]);
		play(text);
	}
}

PLAY(maintenance_while_claiming, GRANTED
     "event 30100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "event 30200 config maintenance=1\n"
     "expect standby maintenance | record\n")

/* A third member is ready: it takes over what nobody has, sooner than hold-down allows. */
PLAY(left_to_a_third, POLICY("self=1 members=1,2,4 " MBB) OWNER
     "event 20000 view beacons=2,3,4 readies=2,4\n"
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "event 30020 " GONE
     "event 30100 view beacons=3,4 readies=4\n"
     "expect standby successor-lost | record routes-withdrawn\n")

/* ... but not by itself where it may not. */
PLAY(not_left_to_a_third, POLICY("self=1 members=1,2,4 " MBB) OWNER
     "event 20000 config auto-failover=no\n"
     "event 20000 view beacons=2,3,4 readies=2,4\n"
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "event 30020 " GONE
     "event 30100 view beacons=3,4 readies=4\n"
     "expect claiming successor-lost | record\n")

/* The successor claims and gives the group back: ready it may be, it does not come again. */
PLAY(successor_gives_up, GRANTED
     "event 30250 view beacons=2,3 claims=2 readies=2\n"
     "event 30300 view beacons=2,3 readies=2\n"
     "deadline 30450\n"
     "at 30800 claiming grant-cancelled | record\n"
     "event 30900 view beacons=2,3 claims=2\n"
     "expect standby conflict-yield | record\n")

/* That was then: the next grant has its time. */
PLAY(successor_gave_up_before, GRANTED
     "event 30250 view beacons=2,3 claims=2 readies=2\n"
     "event 30300 view beacons=2,3 readies=2\n"
     "at 30800 claiming grant-cancelled | record\n"
     "event 30900 elsewhere\n"
     "at 31800 activating grant-cancelled | record, announce\n"
     "event 31810 " INSTALLED
     "expect active routes-installed | record\n"
     "at 32210 active unhealthy-kept | record\n"
     "at 41800 draining grant-unhealthy | record\n"
     "at 71800 active grant-timeout | record\n")

/* It was gone for a moment only: seen everywhere is what stands for 200 ms. */
PLAY(successor_flaps, GRANTED
     "event 30250 view beacons=2,3 claims=2 readies=2\n"
     "event 30300 view beacons=2,3 readies=2\n"
     "event 30350 view beacons=2,3\n"
     "event 30600 view beacons=2,3 claims=2\n"
     "at 30800 standby handed-over | record routes-withdrawn\n")

/* The next claim of this site is an ordinary one again. */
PLAY(ordinary_again, GRANTED
     "event 30100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "event 30200 view beacons=2,3 claims=2\n"
     "expect standby conflict-yield | record\n"
     "event 40000 health healthy=yes\n"
     "event 40100 elsewhere\n"
     "event 41000 view beacons=3\n"
     "at 41960 claiming owner-gone | record\n"
     "event 41970 health healthy=no\n"
     "expect standby unhealthy | record\n")

/* --- who comes and goes, or does not come -------------------------------------------- */

/* Draining: the claim was there and is gone, whatever the readiness says. */
PLAY(gives_back_while_drained, POLICY("self=1 " MBB) OWNER READY
     "event 30000 switchover-away to=2\n"
     "expect draining command-switchover-away | accept, record\n"
     "event 30100 view beacons=2,3 claims=2 readies=2\n"
     "event 30200 view beacons=2,3 readies=2\n"
     "event 30400 view beacons=2,3 claims=2 readies=2\n"
     "event 30500 view beacons=2,3 readies=2\n"
     "at 31000 active grant-cancelled | record\n")

/* Maintenance asks again, but as often as hold-down and damping let it. */
PLAY(maintenance_again, POLICY("self=1 hold-down=10000 damping-max-moves=1 damping-window=100000 " MBB) OWNER READY
     "event 30000 config maintenance=1\n"
     "expect draining grant-maintenance | record\n"
     "event 30100 view beacons=2,3 claims=2 readies=2\n"
     "event 30200 view beacons=2,3 readies=2\n"
     "at 30700 active grant-cancelled | record\n"
     "at 31100 draining grant-maintenance | record\n"
     "event 31200 view beacons=2,3 claims=2 readies=2\n"
     "event 31300 view beacons=2,3 readies=2\n"
     "at 31800 active grant-cancelled | record\n"
     "at 131100 draining grant-maintenance | record\n")

/* Failback: what gave back has to be ready for wait-to-restore from then on. */
PLAY(failback_again, POLICY("self=2 failback=yes hold-down=1000 wait-to-restore=5000 " MBB)
     SETTLED("beacons=3")
     "at 5610 claiming unowned | record\n"
     "at 6010 activating unowned | record, announce\n"
     "event 6020 " INSTALLED
     "expect active routes-installed | record\n"
     "event 20000 view beacons=1,3 readies=1\n"
     "at 25000 draining grant-failback | record\n"
     "event 25100 view beacons=1,3 claims=1 readies=1\n"
     "event 25200 view beacons=1,3 readies=1\n"
     "at 25700 active grant-cancelled | record\n"
     "at 30700 draining grant-failback | record\n")

/* Another one may do better, although it ranks below. */
PLAY(another_one_first, POLICY("self=1 members=1,2,4 " MBB) OWNER
     "event 20000 view beacons=2,3,4 readies=2,4\n"
     "event 30000 config maintenance=1\n"
     "expect draining grant-maintenance | record\n"
     "markers claim grant=2\n"
     "event 30100 view beacons=2,3,4 claims=2 readies=2,4\n"
     "event 30200 view beacons=2,3,4 readies=2,4\n"
     "at 30700 active grant-cancelled | record\n"
     "at 31100 draining grant-maintenance | record\n"
     "markers claim grant=4\n"
     "event 31200 view beacons=2,3,4 readies=2\n"
     "at 31700 active grant-cancelled | record\n"
     "at 32100 draining grant-maintenance | record\n"
     "markers claim grant=2\n")

/* The same when the prefixes have gone first. */
#define ANOTHER_ONE_NEXT                                                                           \
	POLICY("self=1 members=1,2,4 " MBB)                                                        \
	OWNER                                                                                      \
	"event 20000 config auto-failover=no\n"                                                    \
	"event 20000 view beacons=2,3,4 readies=2,4\n"                                             \
	"event 30000 health healthy=no\n"                                                          \
	"expect releasing grant-unhealthy | record, withdraw\n"                                    \
	"event 30020 " GONE                                                                        \
	"event 30100 view beacons=2,3,4 claims=2 readies=2,4\n"                                    \
	"event 30200 view beacons=2,3,4 readies=2,4\n"                                             \
	"at 30700 claiming grant-cancelled | record\n"                                             \
	"event 30800 elsewhere\n"                                                                  \
	"at 31700 activating grant-cancelled | record, announce\n"                                 \
	"event 31710 " INSTALLED                                                                   \
	"expect active routes-installed | record\n"                                                \
	"at 32110 active unhealthy-kept | record\n"                                                \
	"at 41700 draining grant-unhealthy | record\n"                                             \
	"markers claim grant=4\n"
PLAY(another_one_next, ANOTHER_ONE_NEXT)

/* The first one comes all the same: the grant to the second falls. */
PLAY(first_one_comes_late, POLICY("self=1 members=1,2,4 " MBB) OWNER
     "event 20000 view beacons=2,3,4 readies=2,4\n"
     "event 30000 switchover-away to=2\n"
     "expect draining command-switchover-away | accept, record\n"
     "event 30100 view beacons=3,4 readies=4\n"
     "expect active successor-lost | record\n"
     "event 30600 config maintenance=1\n"
     "expect draining grant-maintenance | record\n"
     "markers claim grant=4\n"
     "event 30700 view beacons=2,3,4 claims=2 readies=4\n"
     "expect releasing handed-over | record, withdraw\n"
     "markers claim\n"
     "event 30800 " GONE
     "expect standby handed-over | record routes-withdrawn\n")

/* An owner that comes to it anew begins with the best again. */
#define BEST_FIRST(ms)                                                                             \
	"event " #ms " config maintenance=1\n"                                                     \
	"expect draining grant-maintenance | record\n"                                             \
	"markers claim grant=2\n"
PLAY(best_first_when_granted, ANOTHER_ONE_NEXT
     "event 41800 view beacons=2,3,4 claims=4 readies=2\n"
     "expect releasing handed-over | record, withdraw\n"
     "event 41900 " GONE
     "at 42100 standby handed-over | record routes-withdrawn\n"
     "event 42200 health healthy=yes\n"
     "event 50000 view beacons=2,3,4 claims=4 readies=2 grants=1\n"
     "expect requesting granted | record\n"
     "at 50000 activating granted | record, announce\n"
     "event 50010 " INSTALLED
     "expect active routes-installed | record\n"
     "event 50300 view beacons=2,3,4 readies=2,4\n" BEST_FIRST(60000))

#define FAILED_ONCE                                                                                \
	POLICY("self=1 members=1,2,4 " MBB)                                                        \
	OWNER "event 20000 view beacons=2,3,4 readies=2,4\n"                                       \
	"event 30000 switchover-away to=2\n"                                                       \
	"expect draining command-switchover-away | accept, record\n"                               \
	"event 30100 view beacons=2,3,4 claims=2 readies=2,4\n"                                    \
	"event 30200 view beacons=2,3,4 readies=2,4\n"                                             \
	"at 30700 active grant-cancelled | record\n"                                               \
	"event 40000 release\n"                                                                    \
	"expect releasing command-release | accept, record, withdraw\n"                            \
	"event 40100 " GONE                                                                        \
	"expect standby command-release | record routes-withdrawn\n"                               \
	"event 40200 elsewhere\n"
PLAY(best_first_when_claimed, FAILED_ONCE
     "event 41000 failover\n"
     "expect claiming command-failover | accept, record\n"
     "at 41400 activating command-failover | record, announce\n"
     "event 41410 " INSTALLED
     "expect active routes-installed | record\n" BEST_FIRST(60000))
PLAY(best_first_when_forced, FAILED_ONCE
     "event 41000 failover force\n"
     "expect activating command-force | accept, record, announce\n"
     "event 41410 " INSTALLED
     "expect active routes-installed | record\n" BEST_FIRST(60000))

/* Nothing is announced, and the cap on moves is reached: it is not kept for that. */
PLAY(no_route_undamped, POLICY("self=1 hold-down=5000 damping-max-moves=1 damping-window=3600000 " BBM) OWNER READY
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "event 30020 " GONE
     "event 30100 view beacons=3\n"
     "expect claiming successor-lost | record\n"
     "event 30200 elsewhere\n"
     "at 31100 activating successor-lost | record, announce\n"
     "event 31110 " INSTALLED
     "expect active routes-installed | record\n"
     "at 31510 active unhealthy-kept | record\n"
     "event 32000 view beacons=2,3 readies=2\n"
     "at 50000 -\n"
     "event 50000 routes total=2 announced=2 failed=2\n"
     "expect releasing grant-unhealthy | record, withdraw\n")

/* --- rule 2, and zebra -------------------------------------------------------------- */

PLAY(no_quorum, GRANTED
     "event 30100 view beacons=none\n"
     "expect fenced no-quorum | record routes-withdrawn\n")

PLAY(zebra_lost, LETTING_GO
     "event 30010 zebra-down\n"
     "expect releasing zebra-lost | record\n"
     "markers none\n")

/* --- the successor -------------------------------------------------------------------- */

/* It does not matter to it whether the old owner's prefixes are still there. */
static void test_successor(void **state)
{
	static const char *const elsewhere[] = { "elsewhere announced=2", "elsewhere unknown=2",
						 "elsewhere announced=1 unknown=1", "elsewhere" };
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++) {
		snprintf(text, sizeof(text),
			 POLICY(MBB) STANDBY "event 9000 %s\n"
			 "event 10000 view beacons=1,3 claims=1 grants=2\n"
			 "expect requesting granted | record\n"
			 "at 10000 activating granted | record, announce\n"
			 "markers claim ready request=2\n",
			 elsewhere[i]);
		play(text);
	}
}

/* --- the time of a grant ---------------------------------------------------------------- */

/* It begins when the successor can see the grant, however long the withdrawal takes. */
PLAY(slow_withdrawal, POLICY("self=1 handover-timeout=2000 withdraw-timeout=60000 " BBM) OWNER READY
     "event 30000 switchover-away to=2\n"
     "expect releasing command-switchover-away | accept, record, withdraw\n"
     "at 50000 -\n"
     "markers claim\n"
     "event 50000 " GONE
     "markers claim grant=2\n"
     "deadline 52000\n"
     "event 51000 routes total=2\n"
     "at 52000 claiming grant-timeout | record\n")

/*
 * Whoever lets the time of a grant go by may be cut off and not know it, whatever comes
 * before it claims again.
 */
PLAY(timeout_is_not_forgotten, POLICY("self=1 withdraw-alone=yes handover-timeout=2000 " BBM) OWNER READY
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "event 30010 " GONE
     "at 32010 standby grant-timeout | record routes-withdrawn\n"
     "event 32020 elsewhere\n"
     "event 32100 health healthy=yes\n"
     "at 32700 claiming owner-gone | record\n"
     "at 37010 activating owner-gone | record, announce\n")

/* ... but when it hears of another owner. */
PLAY(timeout_is_forgotten, POLICY("self=1 withdraw-alone=yes handover-timeout=2000 " BBM) OWNER READY
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "event 30010 " GONE
     "at 32010 standby grant-timeout | record routes-withdrawn\n"
     "event 32020 elsewhere\n"
     "event 32100 view beacons=2,3 claims=2\n"
     "event 32200 view beacons=2,3\n"
     "event 32300 health healthy=yes\n"
     "at 32900 claiming owner-gone | record\n"
     "at 33300 activating owner-gone | record, announce\n")

/* ... and is not prolonged when the prefixes go after it. */
PLAY(slow_withdrawal_after_the_grant,
     POLICY("self=1 handover-timeout=2000 withdraw-timeout=60000 " MBB) OWNER READY
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "at 31000 -\n"
     "event 31000 " GONE
     "at 32000 claiming grant-timeout | record\n")

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handed_over),
		cmocka_unit_test(test_timeout_is_not_forgotten),
		cmocka_unit_test(test_timeout_is_forgotten),
		cmocka_unit_test(test_successor_is_quick),
		cmocka_unit_test(test_break_before_make),
		cmocka_unit_test(test_others_drain),
		cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_waits_for_the_second_one),
		cmocka_unit_test(test_healthy_between),
		cmocka_unit_test(test_granted_between),
		cmocka_unit_test(test_forced_between),
		cmocka_unit_test(test_not_taken_back),
		cmocka_unit_test(test_healthy_again),
		cmocka_unit_test(test_other_obstacles),
		cmocka_unit_test(test_maintenance_while_claiming),
		cmocka_unit_test(test_left_to_a_third),
		cmocka_unit_test(test_not_left_to_a_third),
		cmocka_unit_test(test_successor_gives_up),
		cmocka_unit_test(test_successor_gave_up_before),
		cmocka_unit_test(test_successor_flaps),
		cmocka_unit_test(test_ordinary_again),
		cmocka_unit_test(test_gives_back_while_drained),
		cmocka_unit_test(test_maintenance_again),
		cmocka_unit_test(test_failback_again),
		cmocka_unit_test(test_another_one_first),
		cmocka_unit_test(test_another_one_next),
		cmocka_unit_test(test_first_one_comes_late),
		cmocka_unit_test(test_best_first_when_granted),
		cmocka_unit_test(test_best_first_when_claimed),
		cmocka_unit_test(test_best_first_when_forced),
		cmocka_unit_test(test_no_route_undamped),
		cmocka_unit_test(test_no_quorum),
		cmocka_unit_test(test_zebra_lost),
		cmocka_unit_test(test_successor),
		cmocka_unit_test(test_slow_withdrawal),
		cmocka_unit_test(test_slow_withdrawal_after_the_grant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
