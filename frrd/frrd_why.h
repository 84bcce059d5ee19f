/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a group is where it is at this site, what keeps it from moving, and what
 * comes next: the facts behind `show subnet-mover group NAME why`.
 */
#ifndef FRRD_WHY_H
#define FRRD_WHY_H

#include "frrd/core/decide.h"
#include "frrd/frrd_config.h"

#define FRRD_WHY_TEXT 256

/* A condition of a move by itself, beside the guards. */
struct frrd_why_rule {
	const char *code;
	bool ok; /* standby: it may take over; owner: it stays the owner */
	char text[FRRD_WHY_TEXT];
	const char *hint; /* what to do when not ok; may be empty */
};

/* Something that runs out. */
struct frrd_why_timer {
	const char *code;
	char text[FRRD_WHY_TEXT]; /* what happens then */
	int64_t left_ms;
};

#define FRRD_WHY_RULES_MAX 10
#define FRRD_WHY_TIMERS_MAX 12

struct frrd_why {
	struct frrd_check checks[FRRD_GUARD_COUNT]; /* of a takeover by this site */
	size_t rules_count;
	struct frrd_why_rule rules[FRRD_WHY_RULES_MAX]; /* arbiter bgp only */
	size_t timers_count;
	struct frrd_why_timer timers[FRRD_WHY_TIMERS_MAX];
	char next[2 * FRRD_WHY_TEXT]; /* one sentence; empty with arbiter manual */
};

extern void frrd_why(struct frrd_grp *grp, struct frrd_why *ret_why);

/* Is the guard of any meaning with the group's arbiter? */
extern bool frrd_why_guard_applies(const struct frrd_grp *grp, enum frrd_guard guard);

#endif
