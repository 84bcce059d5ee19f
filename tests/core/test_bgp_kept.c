// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbiter bgp, rule 8 with `when-no-successor keep`: an unhealthy owner that let go has
 * the group again when nobody else does.  It waits for a successor that is slow, and
 * whatever interrupts it, it takes back what nobody has had since.
 */

#include <stdio.h>
#include <string.h>

#include "tests/core/bgp_texts.h"
#include "tests/core/replay.h"

/* Site 1 is unhealthy and has let go; 2 is granted the group. */
#define GRANTED_OF(keys)                                                                           \
	POLICY("self=1 make-before-break=yes " keys)                                                                     \
	OWNER "event 20000 view beacons=2,3 readies=2\n"                                           \
	"event 30000 health healthy=no\n"                                                          \
	"expect releasing grant-unhealthy | record, withdraw\n"                                    \
	"event 30020 " GONE "markers claim grant=2\n"
#define GRANTED GRANTED_OF("")

/* --- a successor that is slow, and fails in the end ---------------------------------- */

#define CLAIMED_OF(keys) GRANTED_OF(keys) "event 30250 view beacons=2,3 claims=2 readies=2\n"
#define CLAIMED CLAIMED_OF("")

PLAY(slow_successor_comes, CLAIMED
     "at 500000 -\n"
     "markers claim grant=2\n"
     "event 500000 view beacons=2,3 claims=2\n"
     "at 500200 standby handed-over | record routes-withdrawn\n"
     "markers none\n"
     "at 600000 -\n")

PLAY(slow_successor_gives_back, CLAIMED
     "at 500000 -\n"
     "event 500000 view beacons=2,3 readies=2\n"
     "at 500500 claiming grant-cancelled | record\n"
     "markers claim\n"
     "event 500510 elsewhere\n"
     "at 501500 activating grant-cancelled | record, announce\n"
     "event 501510 " INSTALLED
     "expect active routes-installed | record\n"
     "at 501910 active unhealthy-kept | record\n"
     "at 511500 draining grant-unhealthy | record\n")

PLAY(slow_successor_is_lost, CLAIMED
     "event 40000 view beacons=3\n"
     "expect claiming successor-lost | record\n")

/* It ends, and the end of its claim is seen last. */
PLAY(slow_successor_ends, CLAIMED
     "event 40000 view beacons=2,3 claims=2\n"
     "event 40050 view beacons=3 claims=2\n"
     "event 40100 view beacons=3\n"
     "expect claiming successor-lost | record\n")

/* It hangs: an operator who knows that does not have to wait for it. */
PLAY(slow_successor_is_forced, CLAIMED
     "event 500000 failover force\n"
     "expect activating command-force | accept, record, announce\n"
     "markers claim\n"
     "event 500010 " INSTALLED
     "expect active routes-installed | record\n")

/* Not before: what is granted may be followed any moment, and not for long. */
PLAY(not_claimed_is_not_forced, GRANTED
     "event 30500 failover force\n"
     "expect refuse busy-releasing\n")

/* Who is healthy could be asked again, and who withdraws alone would not have it back. */
PLAY(healthy_does_not_wait_for_ever, CLAIMED
     "event 31000 health healthy=yes\n"
     "at 60000 standby handed-over | record routes-withdrawn\n"
     "markers ready\n")

PLAY(withdraw_does_not_wait_for_ever, CLAIMED_OF("withdraw-alone=yes ")
     "at 60000 standby handed-over | record routes-withdrawn\n"
     "markers none\n")

/* --- what comes between --------------------------------------------------------------- */

#define CLAIMING GRANTED "event 30100 view beacons=3\nexpect claiming successor-lost | record\n"
#define CLAIMING_OF(keys)                                                                          \
	GRANTED_OF(keys) "event 30100 view beacons=3\nexpect claiming successor-lost | record\n"

/* It goes on as one that comes late. */
#define STALLED_OF(keys)                                                                           \
	CLAIMING_OF(keys)                                                                          \
	"event 30110 elsewhere\n"                                                                  \
	"event 30500 stall\n"                                                                      \
	"expect standby stalled | record\n"                                                        \
	"markers none\n"
PLAY(stalled, STALLED_OF("")
     "at 30900 claiming unhealthy-again | record\n"
     "markers claim\n"
     "at 31900 activating unhealthy-again | record, announce\n"
     "event 31910 " INSTALLED
     "expect active routes-installed | record\n"
     "at 32310 active unhealthy-kept | record\n")

PLAY(zebra_lost, CLAIMING
     "event 30500 zebra-down\n"
     "expect standby zebra-down | record\n"
     "event 31000 zebra-up\n"
     "event 31010 view beacons=3\n"
     "event 31020 elsewhere\n"
     "at 36010 claiming unhealthy-again | record\n"
     "at 37010 activating unhealthy-again | record, announce\n")

/* It has not claimed again yet. */
PLAY(no_quorum_while_granted, GRANTED
     "event 30100 view beacons=none\n"
     "expect fenced no-quorum | record routes-withdrawn\n"
     "event 40000 view beacons=3\n"
     "expect standby quorum-back | record\n"
     "event 40010 elsewhere\n"
     "at 45000 standby settled | record\n"
     "at 45000 claiming unhealthy-again | record\n")

/* It had kept the group all the time. */
PLAY(fenced, POLICY("self=1") OWNER
     "event 20000 health healthy=no\n"
     "expect active unhealthy-kept | record\n"
     "event 30000 view beacons=none\n"
     "at 30400 releasing fenced | record, withdraw\n"
     "event 30410 " GONE
     "expect fenced fenced | record routes-withdrawn\n"
     "event 40000 view beacons=3\n"
     "expect standby quorum-back | record\n"
     "event 40010 elsewhere\n"
     "at 45000 standby settled | record\n"
     "at 45000 claiming unhealthy-again | record\n"
     "markers claim\n")

/* What has begun goes on, and is not begun again. */
PLAY(unhealthy_while_claiming, POLICY("self=1") OWNER
     "event 20000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 20010 " GONE
     "expect standby command-release | record routes-withdrawn\n"
     "event 20020 elsewhere\n"
     "event 30000 failover\n"
     "expect claiming command-failover | accept, record\n"
     "event 30010 health healthy=no\n"
     "at 30400 activating command-failover | record, announce\n")

/* ... unless another one would take it over. */
PLAY(unhealthy_while_claiming_and_not_alone, POLICY("self=1") OWNER
     "event 20000 release\n"
     "expect releasing command-release | accept, record, withdraw\n"
     "event 20010 " GONE
     "expect standby command-release | record routes-withdrawn\n"
     "event 20020 elsewhere\n"
     "event 29000 view beacons=2,3 readies=2\n"
     "event 30000 failover\n"
     "expect claiming command-failover | accept, record\n"
     "event 30010 health healthy=no\n"
     "expect standby unhealthy | record\n")

/* A third site that ranks below begins at the same time: it has to yield. */
PLAY(worse_claim_is_waited_for, CLAIMING_OF("members=1,2,4 ")
     "event 30110 elsewhere\n"
     "event 30500 view beacons=3,4 claims=4\n"
     "at 32000 -\n"
     "event 32000 view beacons=3,4\n"
     "expect activating successor-lost | record, announce\n")

/* The one that did not come is not the first that is asked again, and is waited for. */
PLAY(who_failed_is_known, POLICY("self=1 members=1,2,4 make-before-break=yes") OWNER
     "event 20000 view beacons=2,3,4 readies=2\n"
     "event 30000 health healthy=no\n"
     "expect releasing grant-unhealthy | record, withdraw\n"
     "event 30020 " GONE
     "event 30250 view beacons=2,3,4 claims=2 readies=2\n"
     "event 30300 view beacons=2,3,4 readies=2\n"
     "at 30800 claiming grant-cancelled | record\n"
     "event 30810 elsewhere\n"
     "event 31000 stall\n"
     "expect standby stalled | record\n"
     "at 31400 claiming unhealthy-again | record\n"
     "at 31800 activating unhealthy-again | record, announce\n"
     "event 31810 " INSTALLED
     "expect active routes-installed | record\n"
     "at 32210 active unhealthy-kept | record\n"
     "event 32500 view beacons=2,3,4 readies=2,4\n"
     "at 41800 draining grant-unhealthy | record\n"
     "markers claim grant=4\n")

/* --- what it does not take back --------------------------------------------------------- */

static void test_not_taken_back(void **state)
{
	static const char *const obstacles[] = {
		"event 30600 view beacons=3,4 readies=4\n", /* takes over by itself */
		"event 30600 view beacons=3,4 claims=4\nevent 30700 view beacons=3,4\n",
		"event 30600 config maintenance=1\n",
		"event 30600 config auto-failover=no\n",
		"event 30600 config withdraw-alone=yes\n",
		"event 30600 elsewhere announced=1\n",
		"event 30600 view beacons=3,4 grants=4\n",
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(obstacles); i++) {
		snprintf(text, sizeof(text), STALLED_OF("members=1,2,4 ") "%sat 900000 -\n",
			 obstacles[i]);
		play(text);
	}
}

/* ... where it may. */
PLAY(left_to_nobody, STALLED_OF("members=1,2,4 ")
     "event 30600 view beacons=3,4 readies=4\n"
     "at 40000 -\n"
     "event 40000 view beacons=3,4\n"
     "expect claiming unhealthy-again | record\n")

/* An operator wants it away from here. */
PLAY(cancelled, CLAIMING
     "event 30110 elsewhere\n"
     "event 30500 release\n"
     "expect standby claim-cancelled | accept, record\n"
     "at 900000 -\n"
     "event 900000 resume\n"
     "expect standby command-resume | accept, record\n"
     "at 900000 claiming unhealthy-again | record\n")

/* Nobody grants it anything, and it asks for nothing. */
PLAY(not_ready, STALLED_OF("")
     "event 30600 config auto-failover=no\n"
     "event 31000 view beacons=2,3 claims=2 grants=1\n"
     "at 32000 -\n"
     "event 32000 view beacons=2,3 claims=2 requests=1\n"
     "at 33000 -\n"
     "markers none\n")

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slow_successor_comes),
		cmocka_unit_test(test_slow_successor_ends),
		cmocka_unit_test(test_slow_successor_is_forced),
		cmocka_unit_test(test_not_claimed_is_not_forced),
		cmocka_unit_test(test_slow_successor_gives_back),
		cmocka_unit_test(test_slow_successor_is_lost),
		cmocka_unit_test(test_healthy_does_not_wait_for_ever),
		cmocka_unit_test(test_withdraw_does_not_wait_for_ever),
		cmocka_unit_test(test_stalled),
		cmocka_unit_test(test_zebra_lost),
		cmocka_unit_test(test_no_quorum_while_granted),
		cmocka_unit_test(test_fenced),
		cmocka_unit_test(test_unhealthy_while_claiming),
		cmocka_unit_test(test_unhealthy_while_claiming_and_not_alone),
		cmocka_unit_test(test_worse_claim_is_waited_for),
		cmocka_unit_test(test_who_failed_is_known),
		cmocka_unit_test(test_not_taken_back),
		cmocka_unit_test(test_left_to_nobody),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_not_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
