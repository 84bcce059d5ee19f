/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What long histories of groups with the manual arbiter are checked for, beyond
 * step_fault() of support.h: three rules about a group's past, which one step does not
 * show, and that everything was met.
 *  - without force nothing is announced before zebra has answered, on this
 *    connection and since this site announced the group the last time;
 *  - a withdrawal without a deadline has been called unconfirmed, once for each
 *    connection to zebra;
 *  - a group that was released shows why, whatever was said in the meantime.
 */
#ifndef TESTS_CORE_MANUAL_RULES_H
#define TESTS_CORE_MANUAL_RULES_H

#include "tests/core/support.h"

struct past {
	bool answered; /* zebra has said what is announced elsewhere */
	bool overdue;  /* withdraw-unconfirmed was recorded */
	/* RELEASING: what was recorded when it began; otherwise FRRD_REASON_STARTED */
	enum frrd_reason cause;
};

/* The past after one step more; what the step broke of the rules, or NULL. */
struct past past_after(struct past past, const struct step *step);
const char *past_fault(struct past before, struct past after, const struct step *step);

struct met {
	bool event_in_state[STATE_COUNT][EVENT_COUNT];
	bool arrow[STATE_COUNT][STATE_COUNT];
	bool reason[FRRD_REASON_COUNT];
	unsigned long steps;
};

void meet(struct met *met, const struct step *step);

/* Every event in every state, every arrow and no other, and every reason was met. */
void assert_all_met(const struct met *met);

/* Does a group in this state announce nothing, and withdraw nothing either? */
bool idle(enum frrd_state state);

/* One line about a step: state, event, outcome. */
void print_step(const struct step *step);

#endif
