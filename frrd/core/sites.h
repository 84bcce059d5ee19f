/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of sites and what they mean: votes, ranks, positions. */
#ifndef FRRD_CORE_SITES_H
#define FRRD_CORE_SITES_H

#include "types.h"

/* Number of sites in a set. */
unsigned int frrd_count_sites(uint16_t sites);

/* Is `id` in the set?  0 is in none. */
static inline bool frrd_sites_has(uint16_t sites, uint8_t id)
{
	return id && (sites & FRRD_SITE_BIT(id));
}

/*
 * Rule 2: voting sites that are alive, this one included.  They are a quorum
 * when twice their number is more than that of all voting sites.
 */
unsigned int frrd_votes(const struct frrd_group *group, const struct frrd_policy *policy);
bool frrd_majority(const struct frrd_group *group, const struct frrd_policy *policy);

/* The best-ranked member in the set, or 0 when none is a member. */
uint8_t frrd_best_of(const struct frrd_policy *policy, uint16_t sites);

/*
 * Does a site of the set rank above this one?  A site that is no member does:
 * one that claims what it has no business with is not to be argued with.
 */
bool frrd_outranked_by(const struct frrd_policy *policy, uint16_t sites);

/*
 * Rule 3: how many members have their turn before this one: those that rank
 * above it, are alive and not under maintenance.
 */
unsigned int frrd_takeover_position(const struct frrd_group *group,
				    const struct frrd_policy *policy);

/*
 * When rule 3 lets this site announce the group.  FRRD_NEVER while somebody else
 * claims, was granted or announces it.
 *
 * Sites that saw an undisputed claim go away while they could take over have their
 * turns from that moment on, and budget and stagger keep them apart.  The others
 * are latecomers (just settled, healthy again, resumed): nothing aligns their
 * timers, so their claim stands long enough to be seen everywhere, and to see
 * every other one, before they announce.
 */
int64_t frrd_takeover_due(const struct frrd_group *group, const struct frrd_policy *policy);

/* How long before that its claim goes up, in ms. */
int64_t frrd_claim_lead(const struct frrd_group *group, const struct frrd_policy *policy);

/* How long a latecomer's claim stands before it announces, in ms. */
int64_t frrd_late_delay(const struct frrd_policy *policy);

/* Ready members that ask for the group, or for which somebody does. */
uint16_t frrd_requesters(const struct frrd_group *group, const struct frrd_policy *policy);

/* Members that could take over from this owner now. */
uint16_t frrd_successors(const struct frrd_group *group, const struct frrd_policy *policy);

/*
 * The one of them that an owner chooses by itself: the best-ranked, but the one that
 * did not come last only when there is no other.  0: there is none.
 */
uint8_t frrd_successor(const struct frrd_group *group, const struct frrd_policy *policy);

#endif
