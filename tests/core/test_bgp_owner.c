// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, the owner: routes, fence (rule 2), conflicts (5), resuming (6),
 * moves of itself (8, failback, maintenance) with damping and hold-down, the end.
 */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

#define MBB "make-before-break=yes "
#define ACTIVATING                                                                                 \
	SETTLED("beacons=3")                                                                       \
	"at 5610 claiming unowned | record\n"                                                      \
	"at 6010 activating unowned | record, announce\n"

/* Site 1 has taken the group over from site 2 at 11000, which is back and ready. */
#define NEW_OWNER                                                                               \
	SETTLED("beacons=2,3 claims=2")                                                            \
	"event 10000 view beacons=3\n"                                                             \
	"at 10960 claiming owner-gone | record\n"                                                  \
	"at 11000 activating owner-gone | record, announce\n"                                      \
	"event 11005 view beacons=2,3 readies=2\n"                                                 \
	"event 11010 " INSTALLED "expect active routes-installed | record\n"

/* --- routes -------------------------------------------------------------------- */

PLAY(degraded, POLICY("") ACTIVATING
     "event 6020 routes total=2 announced=2 installed=1 pending=1\n"
     "event 6030 routes total=2 announced=2 installed=1 failed=1\n"
     "expect active routes-degraded | record\n"
     "event 6040 " INSTALLED
     "expect active routes-installed | record\n")

/* Nothing is installed, and nobody else is there: it is as good as unhealthy. */
PLAY(none, POLICY("") ACTIVATING
     "event 6020 routes total=2 announced=2 failed=2\n"
     "expect activating routes-none | record\n"
     "at 6410 activating unhealthy-kept | record\n"
     "event 6500 routes total=2 announced=2 failed=1 installed=1\n"
     "expect active routes-degraded | record\n")

PLAY(taken_over, POLICY("") ACTIVATING
     "event 6020 routes total=2 announced=2 lost=2 taken=1\n"
     "expect releasing taken-over | record, withdraw\n"
     "markers claim\n"
     "event 6030 " GONE
     "expect standby taken-over | record routes-withdrawn\n")

PLAY(draining_keeps_its_reason, POLICY("self=1 " MBB) OWNER
     "event 8000 view beacons=2,3 requests=2 readies=2\n"
     "expect draining grant-requested | record\n"
     "event 8010 routes total=2 announced=2 installed=1 failed=1\n"
     "event 8020 routes total=2 announced=2 lost=2 taken=2\n"
     "expect releasing taken-over | record, withdraw\n")

PLAY(unconfirmed, POLICY("") OWNER
     "event 7000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 7010 routes total=2 announced=1\n"
     "deadline 12000\n"
     "at 12000 releasing withdraw-unconfirmed | record\n"
     "markers claim\n"
     "at 50000 -\n"
     "event 50000 routes total=2 pending=1\n"
     "event 50010 " GONE
     "expect standby command-release | record routes-withdrawn\n"
     "markers ready\n")

/* Programs that run before the withdrawal have their own limits: the time begins after them. */
PLAY(held_is_not_unconfirmed, POLICY("") OWNER
     "event 7000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 7010 routes total=2 announced=2 installed=2 pending=1 held=yes\n"
     "at 40000 -\n"
     "event 40000 routes total=2 pending=2\n"
     "deadline 45000\n"
     "at 45000 releasing withdraw-unconfirmed | record\n"
     "event 45010 " GONE
     "expect standby command-release | record routes-withdrawn\n")

/* --- rule 2: fence ----------------------------------------------------------------- */

PLAY(fence, POLICY("") OWNER
     "event 7000 view beacons=none\n"
     "deadline 7400\n"
     "at 7400 releasing fenced | record, withdraw\n"
     "markers claim\n"
     "event 7410 " GONE
     "expect fenced fenced | record routes-withdrawn\n"
     "markers none\n"
     "event 9000 view beacons=1\n"
     "expect standby quorum-back | record\n"
     "event 9010 elsewhere\n"
     "markers none\n"
     "at 14000 standby settled | record\n"
     "markers ready\n"
     "at 15100 claiming owner-gone | record\n")

PLAY(fence_averted, POLICY("") OWNER
     "event 7000 view beacons=none\n"
     "event 7399 view beacons=3\n"
     "at 8000 -\n"
     "event 8000 view beacons=none\n"
     "at 8400 releasing fenced | record, withdraw\n")

PLAY(fence_at_once, POLICY("fence-delay=0") OWNER
     "event 7000 view beacons=none\n"
     "expect releasing fenced | record, withdraw\n")

PLAY(fence_while_activating, POLICY("") ACTIVATING
     "event 6020 view beacons=none\n"
     "at 6420 releasing fenced | record, withdraw\n")

PLAY(fence_although_held, POLICY("") OWNER
     "event 7000 hold\n"
     "expect active command-hold | accept, record\n"
     "event 8000 view beacons=none\n"
     "at 8400 releasing fenced | record, withdraw\n"
     "event 8410 " GONE
     "expect fenced fenced | record routes-withdrawn\n"
     "event 9000 view beacons=3\n"
     "expect held command-hold | record\n")

/* An owner that took a grant back has a successor that may announce. */
PLAY(fence_after_a_grant, POLICY("self=1 " MBB) OWNER
     "event 8000 view beacons=2,3 readies=2\n"
     "event 8000 switchover-away to=2\n"
     "expect draining command-switchover-away | accept, record\n"
     "event 8100 view beacons=3\n"
     "expect active successor-lost | record\n"
     "event 13099 view beacons=none\n"
     "expect releasing fenced | record, withdraw\n")

PLAY(fence_after_the_memory_of_a_grant, POLICY("self=1 " MBB) OWNER
     "event 8000 view beacons=2,3 readies=2\n"
     "event 8000 switchover-away to=2\n"
     "expect draining command-switchover-away | accept, record\n"
     "event 8100 view beacons=3\n"
     "expect active successor-lost | record\n"
     "event 13100 view beacons=none\n"
     "at 13500 releasing fenced | record, withdraw\n")

/* --- rule 5: conflicts ---------------------------------------------------------------- */

PLAY(better_claim, POLICY("") OWNER
     "event 7000 view beacons=1,3 claims=1\n"
     "expect releasing conflict-yield | record, withdraw\n"
     "event 7010 " GONE
     "expect standby conflict-yield | record routes-withdrawn\n")

PLAY(worse_claim, POLICY("self=1") OWNER
     "event 7000 view beacons=2,3 claims=2\n"
     "expect active conflict | record\n"
     "event 7100 view beacons=2,3 claims=2\n"
     "event 7200 view beacons=2,3\n"
     "expect active conflict-over | record\n")

PLAY(claim_of_a_stranger, POLICY("self=1") OWNER
     "event 7000 view beacons=2,3 claims=3\n"
     "expect releasing conflict-yield | record, withdraw\n")

PLAY(conflict_of_three, POLICY("self=2 members=1,2,4") OWNER
     "event 7000 view beacons=1,3,4 claims=4\n"
     "expect active conflict | record\n"
     "event 7100 view beacons=1,3,4 claims=1,4\n"
     "expect releasing conflict-yield | record, withdraw\n")

/* --- rule 8 --------------------------------------------------------------------------------- */

PLAY(unhealthy, POLICY("self=1 " MBB) OWNER
     "event 20000 view beacons=2,3 readies=2\n"
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "markers claim grant=2\n")

PLAY(unhealthy_and_alone, POLICY("self=1 " MBB) OWNER
     "event 20000 health healthy=no\n"
     "expect active unhealthy-kept | record\n"
     "event 21000 health healthy=yes\n"
     "expect active healthy-again | record\n"
     "event 22000 health healthy=no\n"
     "expect active unhealthy-kept | record\n"
     "event 23000 view beacons=2,3 readies=2\n"
     "expect releasing grant-unhealthy | record, withdraw\n")

PLAY(unhealthy_withdraws, POLICY("self=1 withdraw-alone=yes") OWNER
     "event 20000 health healthy=no\n"
     "expect releasing unhealthy-withdrawn | record, withdraw\n"
     "event 20010 " GONE
     "expect standby unhealthy-withdrawn | record routes-withdrawn\n"
     "event 20020 elsewhere\n"
     "markers none\n"
     "event 30000 health healthy=yes\n"
     "at 30600 claiming owner-gone | record\n")

/* It has a successor, which hold-down keeps away for now. */
PLAY(unhealthy_held_down, POLICY("self=1 withdraw-alone=yes " MBB) NEW_OWNER
     "event 11020 health healthy=no\n"
     "at 11410 active unhealthy-kept | record\n"
     "at 21000 releasing grant-unhealthy | record, withdraw\n")

PLAY(no_route_installed, POLICY("self=1 " MBB) OWNER
     "event 20000 view beacons=2,3 readies=2\n"
     "event 30000 routes total=2 announced=2 failed=2\n"
     "expect active routes-none | record\n"
     "at 30000 releasing grant-unhealthy | record, withdraw\n")

PLAY(held_and_unhealthy, POLICY("self=1 " MBB) OWNER
     "event 20000 view beacons=2,3 readies=2\n"
     "event 20000 hold\n"
     "expect active command-hold | accept, record\n"
     "event 30000 health healthy=no\n"
     "at 40000 -\n")

/* --- maintenance, failback, damping -------------------------------------------------------------- */

PLAY(maintenance, POLICY("self=1 " MBB) NEW_OWNER
     "event 11500 config maintenance=1\n"
     "expect draining grant-maintenance | record\n")

PLAY(maintenance_alone, POLICY("self=1 " MBB) OWNER
     "event 11500 config maintenance=1\n"
     "at 20000 -\n"
     "event 20000 view beacons=2,3 readies=2\n"
     "expect draining grant-maintenance | record\n")

PLAY(failback, POLICY("failback=yes " MBB) OWNER
     "event 20000 view beacons=1,3 readies=1\n"
     "event 40000 view beacons=1,3\n"
     "event 40001 view beacons=1,3 readies=1\n"
     "deadline 100001\n"
     "at 100001 draining grant-failback | record\n"
     "markers claim grant=1\n")

PLAY(no_failback, POLICY(MBB) OWNER
     "event 20000 view beacons=1,3 readies=1\n"
     "at 900000 -\n")

PLAY(no_failback_to_the_worse, POLICY("self=1 failback=yes " MBB) OWNER
     "event 20000 view beacons=2,3 readies=2\n"
     "at 900000 -\n")

/* Another better-ranked site begins anew. */
PLAY(failback_to_the_best, POLICY("self=2 members=1,4,2 failback=yes " MBB) OWNER
     "event 20000 view beacons=3,4 readies=4\n"
     "event 50000 view beacons=1,3,4 readies=1,4\n"
     "at 110000 draining grant-failback | record\n"
     "markers claim grant=1\n")

/* Hold-down begins with the last change of owner that was seen. */
PLAY(failback_held_down, POLICY("failback=yes wait-to-restore=1000 hold-down=60000 " MBB) ORPHAN
     "at 10960 claiming owner-gone | record\n"
     "at 11000 activating owner-gone | record, announce\n"
     "event 11010 " INSTALLED
     "expect active routes-installed | record\n"
     "event 12000 view beacons=1,3 readies=1\n"
     "deadline 13000\n"
     "at 71000 draining grant-failback | record\n")

/* Two moves an hour: the takeover counts, and the next one of itself waits. */
PLAY(failback_damped,
     POLICY("failback=yes wait-to-restore=1000 hold-down=0 damping-max-moves=2 "
	    "damping-window=100000 handover-timeout=2000 " MBB) ORPHAN
     "at 10960 claiming owner-gone | record\n"
     "at 11000 activating owner-gone | record, announce\n"
     "event 11010 " INSTALLED
     "expect active routes-installed | record\n"
     "event 12000 view beacons=1,3 readies=1\n"
     "at 13000 draining grant-failback | record\n"
     "at 15000 active grant-timeout | record\n"
     "at 111000 draining grant-failback | record\n"
     "at 113000 active grant-timeout | record\n"
     "event 113100 config damping-max-moves=0\n"
     "at 114000 draining grant-failback | record\n")

/* What the state file remembers counts as well: two before, and the takeover. */
PLAY(failback_damped_by_restored_moves,
     POLICY("failback=yes wait-to-restore=1000 hold-down=0 damping-max-moves=3 "
	    "damping-window=100000 " MBB)
     "event 0 restore moves=2\n" ORPHAN
     "at 10960 claiming owner-gone | record\n"
     "at 11000 activating owner-gone | record, announce\n"
     "event 11010 " INSTALLED
     "expect active routes-installed | record\n"
     "event 12000 view beacons=1,3 readies=1\n"
     "at 100000 draining grant-failback | record\n")

/* Damping never holds an orphan back. */
PLAY(orphan_is_not_damped, POLICY("damping-max-moves=1 hold-down=86400000") ZEBRA
     "event 0 restore moves=9\n"
     "event 10 view beacons=1,3 claims=1\n"
     "expect standby quorum-back | record\n"
     "at 5010 standby settled | record\n"
     "event 9000 view beacons=3,1 claims=1\n"
     "event 10000 view beacons=3\n"
     "at 10960 claiming owner-gone | record\n"
     "at 11000 activating owner-gone | record, announce\n")

/* --- rule 6: resuming -------------------------------------------------------------------------------- */

#define RESTORED(view)                                                                             \
	POLICY("self=1") "event 0 restore owned\n"                                                 \
			 "expect activating resuming | record\n"                                   \
			 "markers none\n"                                                          \
			 "event 100 zebra-up\n"                                                    \
			 "event 100 routes total=2\n"                                              \
			 "event 200 view " view "\n"

PLAY(resumed, RESTORED("own-claim beacons=3")
     "expect activating resumed | record, announce\n"
     "markers claim\n"
     "event 210 " INSTALLED
     "expect active routes-installed | record\n"
     "at 5200 -\n"
     "markers claim\n")

static void test_not_resumed(void **state)
{
	static const char *const texts[] = {
		RESTORED("beacons=3"),
		RESTORED("own-claim beacons=none"),
		RESTORED("own-claim beacons=2,3 claims=2"),
		RESTORED("own-claim beacons=2,3 grants=2"),
		RESTORED("own-claim own-grant beacons=2,3"),
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		snprintf(text, sizeof(text),
			 "%sexpect releasing not-resumed | record, withdraw\n"
			 "markers none\n"
			 "event 300 " GONE
			 "expect %s not-resumed | record routes-withdrawn\n"
			 "markers none\n",
			 texts[i], i == 1 ? "fenced" : "standby");
		play(text);
	}
}

PLAY(resume_unknown_for_too_long, RESTORED("unknown own-claim")
     "at 1100 releasing not-resumed | record, withdraw\n")

/* Without zebra there is no limit. */
PLAY(resume_without_zebra, POLICY("self=1") "event 0 restore owned\n"
     "expect activating resuming | record\n"
     "at 90000 -\n"
     "event 90000 zebra-up\n"
     "at 91000 releasing not-resumed | record, withdraw\n")

PLAY(restore_with_zebra, POLICY("self=1") "event 0 zebra-up\n"
     "event 10 restore owned\n"
     "expect activating resuming | record\n"
     "at 1010 releasing not-resumed | record, withdraw\n")

PLAY(resume_no_member, POLICY("self=1 member=no") "event 0 restore owned\n"
     "expect activating resuming | record\n"
     "event 100 zebra-up\n"
     "event 200 view own-claim beacons=3\n"
     "expect releasing not-resumed | record, withdraw\n")

PLAY(resume_shutdown, RESTORED("unknown own-claim")
     "event 300 shutdown\n"
     "at 400 -\n"
     "event 400 view own-claim beacons=3\n"
     "expect releasing not-resumed | record, withdraw\n")

/* Held or not, an owner stays owner. */
PLAY(resume_held, POLICY("self=1") "event 0 restore owned held\n"
     "expect activating resuming | record\n"
     "event 100 zebra-up\n"
     "event 100 routes total=2\n"
     "event 200 view own-claim beacons=3\n"
     "expect activating resumed | record, announce\n"
     "event 210 " INSTALLED
     "expect active routes-installed | record\n"
     "event 220 hold\n"
     "expect refuse already-held\n")

PLAY(restore_held_and_barred, POLICY("self=1") "event 0 restore held barred\n"
     "expect held command-hold | record\n"
     "event 100 resume\n"
     "expect standby command-resume | accept, record\n"
     "event 200 resume\n"
     "expect refuse not-held\n")

PLAY(restore_barred, POLICY("self=1") "event 0 restore barred\n" SETTLED("beacons=3")
     "at 90000 -\n"
     "markers ready\n")

/* zebra went away under the owner: what it kept is asked for. */
#define ZEBRA_LOST                                                                                 \
	POLICY("self=1") OWNER "event 10000 zebra-down\n"                                          \
			       "expect activating zebra-lost | record\n"                           \
			       "markers none\n"                                                    \
			       "event 10010 routes total=2 announced=2 pending=2\n"                \
			       "event 10020 view own-claim beacons=3\n"                            \
			       "at 20000 -\n"                                                      \
			       "event 20000 zebra-up\n"

PLAY(zebra_back_and_resumed, ZEBRA_LOST
     "event 20010 routes total=2 announced=2 pending=2\n"
     "event 20100 view own-claim beacons=3\n"
     "expect activating resumed | record, announce\n")

PLAY(zebra_back_and_empty, ZEBRA_LOST
     "at 20900 -\n"
     "event 20999 view beacons=3\n"
     "expect releasing not-resumed | record, withdraw\n"
     "markers none\n"
     "event 21110 zebra-down\n"
     "expect releasing zebra-lost | record\n"
     "event 21120 routes total=2\n"
     "at 21130 -\n"
     "event 21130 zebra-up\n"
     "expect standby not-resumed | record routes-withdrawn\n")

PLAY(zebra_lost_while_releasing, POLICY("") OWNER
     "event 7000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "markers claim\n"
     "event 7010 zebra-down\n"
     "expect releasing zebra-lost | record\n"
     "markers none\n"
     "event 9000 zebra-up\n"
     "deadline 14000\n"
     "at 14000 releasing withdraw-unconfirmed | record\n")

/* --- the end ------------------------------------------------------------------------------------------- */

PLAY(shutdown, POLICY("") OWNER
     "event 7000 shutdown\n"
     "expect releasing shutdown | record, withdraw\n"
     "event 7010 " GONE
     "expect standby shutdown | record routes-withdrawn\n"
     "markers none\n"
     "event 8000 elsewhere\n"
     "at 90000 -\n")

PLAY(member_removed, POLICY("") OWNER
     "event 7000 config member=no\n"
     "expect releasing member-removed | record, withdraw\n"
     "markers claim\n"
     "event 7010 " GONE
     "expect standby member-removed | record routes-withdrawn\n")

/* --- another arbiter ------------------------------------------------------------------------------------- */

PLAY(owner_of_manual_stays, "event 0 zebra-up\nevent 0 routes total=2\nevent 0 elsewhere\n"
     "event 10 failover\n"
     "expect activating command-failover | accept, record, announce\n"
     "event 20 " INSTALLED
     "expect active routes-installed | record\n"
     "event 30 config arbiter=bgp\n"
     "markers claim\n"
     /* The sites are converted one after the other: no fence before there was a quorum. */
     "event 40 view beacons=none\n"
     "at 9000 -\n"
     "event 9000 view beacons=3\n"
     "event 10000 view beacons=none\n"
     "at 10400 releasing fenced | record, withdraw\n")

PLAY(standby_of_manual_settles, "event 0 zebra-up\nevent 0 routes total=2\nevent 0 elsewhere\n"
     "event 10 view beacons=3\n"
     "event 30 config arbiter=bgp\n"
     "event 40 view beacons=3\n"
     "expect standby quorum-back | record\n"
     "at 5040 standby settled | record\n")

static void test_to_manual(void **state)
{
	static const struct {
		const char *begin, *outcome;
	} ways[] = {
		{ POLICY("") STANDBY, "-" },
		{ POLICY("") ORPHAN "at 10960 claiming owner-gone | record\n",
		  "standby arbiter-changed | record" },
		{ POLICY("") STANDBY "event 9000 switchover-here\n"
		  "expect requesting command-switchover-here | accept, record\n",
		  "standby arbiter-changed | record" },
		{ POLICY("") STANDBY "event 9000 view beacons=none\n"
		  "expect fenced no-quorum | record\n",
		  "standby arbiter-changed | record" },
		{ POLICY("") STANDBY "event 9000 hold\n"
		  "expect held command-hold | accept, record\n",
		  "standby arbiter-changed | record" },
		{ POLICY("") OWNER, "-" },
		{ POLICY("self=1 make-before-break=yes") OWNER
		  "event 8000 view beacons=2,3 requests=2 readies=2\n"
		  "expect draining grant-requested | record\n",
		  "active arbiter-changed | record" },
		{ POLICY("") OWNER "event 9000 zebra-down\n"
		  "expect activating zebra-lost | record\n",
		  "releasing not-resumed | record, withdraw" },
		{ POLICY("") OWNER "event 9000 release\n"
		  "expect releasing command-release | accept, record, withdraw\n", "-" },
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		bool nothing = strcmp(ways[i].outcome, "-") == 0;

		snprintf(text, sizeof(text),
			 "%sevent 10980 config arbiter=manual\n%s %s\nmarkers none\n",
			 ways[i].begin, nothing ? "#" : "expect", ways[i].outcome);
		play(text);
	}
}

int main(void)
{
	const struct CMUnitTest owner[] = {
		cmocka_unit_test(test_degraded),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_taken_over),
		cmocka_unit_test(test_draining_keeps_its_reason),
		cmocka_unit_test(test_unconfirmed),
		cmocka_unit_test(test_held_is_not_unconfirmed),
		cmocka_unit_test(test_fence),
		cmocka_unit_test(test_fence_averted),
		cmocka_unit_test(test_fence_at_once),
		cmocka_unit_test(test_fence_while_activating),
		cmocka_unit_test(test_fence_although_held),
		cmocka_unit_test(test_fence_after_a_grant),
		cmocka_unit_test(test_fence_after_the_memory_of_a_grant),
		cmocka_unit_test(test_better_claim),
		cmocka_unit_test(test_worse_claim),
		cmocka_unit_test(test_claim_of_a_stranger),
		cmocka_unit_test(test_conflict_of_three),
		cmocka_unit_test(test_unhealthy),
		cmocka_unit_test(test_unhealthy_and_alone),
		cmocka_unit_test(test_unhealthy_withdraws),
		cmocka_unit_test(test_unhealthy_held_down),
		cmocka_unit_test(test_no_route_installed),
		cmocka_unit_test(test_held_and_unhealthy),
		cmocka_unit_test(test_maintenance),
		cmocka_unit_test(test_maintenance_alone),
		cmocka_unit_test(test_failback),
		cmocka_unit_test(test_no_failback),
		cmocka_unit_test(test_no_failback_to_the_worse),
		cmocka_unit_test(test_failback_to_the_best),
		cmocka_unit_test(test_failback_held_down),
		cmocka_unit_test(test_failback_damped),
		cmocka_unit_test(test_failback_damped_by_restored_moves),
		cmocka_unit_test(test_orphan_is_not_damped),
		cmocka_unit_test(test_resumed),
		cmocka_unit_test(test_not_resumed),
		cmocka_unit_test(test_resume_unknown_for_too_long),
		cmocka_unit_test(test_resume_without_zebra),
		cmocka_unit_test(test_restore_with_zebra),
		cmocka_unit_test(test_resume_no_member),
		cmocka_unit_test(test_resume_shutdown),
		cmocka_unit_test(test_resume_held),
		cmocka_unit_test(test_restore_held_and_barred),
		cmocka_unit_test(test_restore_barred),
		cmocka_unit_test(test_zebra_back_and_resumed),
		cmocka_unit_test(test_zebra_back_and_empty),
		cmocka_unit_test(test_zebra_lost_while_releasing),
		cmocka_unit_test(test_shutdown),
		cmocka_unit_test(test_member_removed),
		cmocka_unit_test(test_owner_of_manual_stays),
		cmocka_unit_test(test_standby_of_manual_settles),
		cmocka_unit_test(test_to_manual),
	};

	return cmocka_run_group_tests(owner, NULL, NULL);
}
