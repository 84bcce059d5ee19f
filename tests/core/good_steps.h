/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Good steps of the manual arbiter, made by hand.  A test changes one thing in one of
 * them, so that only the rule in question can notice.
 */
#ifndef TESTS_CORE_GOOD_STEPS_H
#define TESTS_CORE_GOOD_STEPS_H

#include "tests/core/support.h"

/* Add an action with the reason that the group shows; take all of a type away. */
void step_add(struct step *step, enum frrd_action_type type);
void step_drop(struct step *step, enum frrd_action_type type);

/* An event that changes nothing, in this state. */
struct step step_in(enum frrd_state state, enum frrd_event_type type);

struct step good_quiet(void);
struct step good_refused(void);
struct step good_failover(void);
struct step good_forced(void);
struct step good_claim(void);
struct step good_claim_done(void);
struct step good_installed(void);
struct step good_release(void);
struct step good_yielded(void);
struct step good_yielded_held(void);
struct step good_shutdown_owner(void);
struct step good_released(void);
struct step good_overdue(void);
struct step good_held(void);

#endif
