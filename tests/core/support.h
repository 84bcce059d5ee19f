/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests of the core share: makers of events, one line that says
 * what a step did, and a second set of checks on a step, the contract.
 *
 * The contract (contract.c, contract_bgp.c) is written from group_fsm.h, types.h
 * and doc/protocol.md, not from the code, and is stricter than
 * frrd/core/invariants.c, which has to be cheap enough to run in the daemon.
 */
#ifndef FRRD_TESTS_CORE_SUPPORT_H
#define FRRD_TESTS_CORE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frrd/core/decide.h"
#include "frrd/core/group_fsm.h"
#include "frrd/core/invariants.h"
#include "frrd/core/reason.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define STATE_COUNT FRRD_STATE_COUNT
/* The enum without a counter of its own; test_words.c checks the number. */
#define EVENT_COUNT (FRRD_EVENT_SHUTDOWN + 1)

#define HANDOVER_TIMEOUT_MS 30000
#define WITHDRAW_TIMEOUT_MS 5000

/* A member with everything that it needs; an operator decides. */
struct frrd_policy usual_policy(void);

/*
 * The same with the arbiter bgp: this is site 2, a recovery site of site 1; site 3
 * is a witness.
 */
struct frrd_policy bgp_policy(void);

struct frrd_event event_at(int64_t now_ms, enum frrd_event_type type);
struct frrd_event failover_at(int64_t now_ms, bool force);
struct frrd_event routes_at(int64_t now_ms, struct frrd_routes routes);
struct frrd_event elsewhere_at(int64_t now_ms, uint32_t announced, uint32_t unknown);

/* FAILOVER_TO, SWITCHOVER_AWAY. */
struct frrd_event to_at(int64_t now_ms, enum frrd_event_type type, uint8_t to);
struct frrd_event view_at(int64_t now_ms, struct frrd_view view);

/* Has an action of this kind a reason? */
bool has_reason(enum frrd_action_type type);
bool same_group(const struct frrd_group *a, const struct frrd_group *b);
bool is_command(enum frrd_event_type type);

/*
 * What a step did, in one line:
 *
 *   -                                          nothing
 *   refuse held                                answered, nothing else happened
 *   standby claim-timeout | record             new state or reason, and actions
 *   activating command-failover | accept, record, announce
 *
 * Actions are in their order.  A reason that differs from the group's new one,
 * and a RECORD of another transition than the one that happened, is spelled out.
 */
struct outcome {
	char text[256];
};
struct outcome outcome_of(const struct frrd_group *before, const struct frrd_group *after,
			  const struct frrd_actions *actions);

/* "failover force", "routes total=2 announced=2 ...", as in scenario files. */
struct outcome event_words(const struct frrd_event *event);

/* One step and all that came of it. */
struct step {
	struct frrd_group before;
	struct frrd_group after;
	struct frrd_policy policy;
	struct frrd_event event;
	struct frrd_actions actions;
};
struct step try_step(const struct frrd_group *group, const struct frrd_policy *policy,
		     const struct frrd_event *event);

/*
 * What is wrong with a step: frrd_step_violation() first, then the contract, then
 * whether the same input gives the same output and whether the same event a
 * second time has a second effect.  With the arbiter bgp also whether the rules
 * come to rest, and whether nothing happens by itself before the deadline.  NULL
 * when all is well, else a static string.
 */
const char *step_fault(const struct step *step);

/* The contract alone, on what a step shows; see test_contract.c. */
const char *contract_violation(const struct step *step);

/* Step `group`, fail the test on any fault, and return what happened. */
struct outcome checked_step(struct frrd_group *group, const struct frrd_policy *policy,
			    const struct frrd_event *event);

/* checked_step(), and fail the test unless the outcome is `expected`. */
#define expect_step(group, policy, event, expected)                                                \
	do {                                                                                       \
		const struct frrd_event expect_event = (event);                                    \
		struct outcome expect_outcome = checked_step(group, policy, &expect_event);        \
                                                                                                   \
		assert_string_equal(expect_outcome.text, expected);                                \
	} while (0)

#endif
