/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time budget of the arbiter bgp: how long each phase of a move may take, and
 * whether the timers fit together.  Plain arithmetic, see doc/protocol.md.
 */
#ifndef FRRD_CORE_BUDGET_H
#define FRRD_CORE_BUDGET_H

#include "types.h"

/* How long zebra's work queue may hold a withdrawal back. */
#define FRRD_BUDGET_WITHDRAW_MS 10
/* The way of a route through zebra and bgpd of two sites: at best, and at most. */
#define FRRD_BUDGET_WAY_BEST_MS	 60
#define FRRD_BUDGET_WAY_WORST_MS FRRD_CLAIM_WAY_MS
/* How far the claim goes ahead of the first prefix; never longer than takeover-delay. */
#define FRRD_BUDGET_LEAD_MS FRRD_CLAIM_LEAD_MS
/* So many voting sites, and two of them may be cut off together. */
#define FRRD_BUDGET_VOTERS_DETOUR 4

/* How routing notices that a site is gone, and how long that takes. */
struct frrd_detection {
	uint32_t bfd_interval_ms;
	uint32_t bfd_multiplier;
	uint32_t hold_time_s; /* 0: BFD */
	int64_t best_ms;
	int64_t worst_ms;
};

/* Fill all of *ret_detection; hold_time_s 0: BFD is what notices it. */
void frrd_detection(uint32_t bfd_interval_ms, uint32_t bfd_multiplier, uint32_t hold_time_s,
		    struct frrd_detection *ret_detection);

/* What the configuration says; of a group, or of all of them (see members). */
struct frrd_budget {
	struct frrd_detection detection;
	int64_t takeover_delay_ms;
	int64_t stagger_ms;
	int64_t fence_delay_ms;
	int64_t settle_time_ms;
	int64_t stale_retention_ms;
	int64_t handover_timeout_ms;
	const char *group; /* the group, or the one with most members; NULL: none */
	uint32_t members;  /* of that group */
	uint32_t voters;   /* sites that vote */
	bool make_before_break;
};

/* The smallest timers that the rules below accept. */
int64_t frrd_budget_least_takeover_delay(const struct frrd_budget *budget);
int64_t frrd_budget_least_stagger(const struct frrd_budget *budget);
int64_t frrd_budget_least_settle_time(const struct frrd_budget *budget);

/*
 * Do the timers fit together?  False, with the arithmetic in errmsg, when a
 * takeover could outrun the fence of the old owner, when a site that has just
 * joined could, or when two members could take over because the claim of the
 * first comes too late.
 */
bool frrd_budget_check(const struct frrd_budget *budget, char *errmsg, size_t size);

/* Phases of a move, and their sums, for people. */
struct frrd_budget_line {
	char code[24];
	char text[200];
	int64_t best_ms;
	int64_t worst_ms;
};

/* Eleven phases, and for each further rank a stagger and a total. */
#define FRRD_BUDGET_LINES_MAX (11 + 2 * FRRD_SITE_MAX)

/* Returns the number of lines. */
size_t frrd_budget_lines(const struct frrd_budget *budget,
			 struct frrd_budget_line ret_lines[FRRD_BUDGET_LINES_MAX]);

#endif
