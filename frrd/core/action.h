/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions: what the caller of step() has to do, in this order.
 * A list is bounded; no event yields more than FRRD_ACTIONS_MAX actions.
 */
#ifndef FRRD_CORE_ACTION_H
#define FRRD_CORE_ACTION_H

#include "types.h"

enum frrd_action_type {
	FRRD_ACTION_ANNOUNCE, /* hand every prefix of the group to zebra */
	FRRD_ACTION_WITHDRAW, /* take every prefix of the group back */
	FRRD_ACTION_RECORD,   /* a decision: keep it in history and journal */
	FRRD_ACTION_ACCEPT,   /* answer to a command: it is being done */
	FRRD_ACTION_REFUSE,   /* answer to a command: no, and why */
};

struct frrd_action {
	enum frrd_action_type type;
	enum frrd_state from; /* RECORD */
	enum frrd_state to;   /* RECORD */
	enum frrd_reason reason; /* RECORD, ACCEPT, REFUSE */
};

#define FRRD_ACTIONS_MAX 5

struct frrd_actions {
	size_t count;
	struct frrd_action list[FRRD_ACTIONS_MAX];
};

#endif
