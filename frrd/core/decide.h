/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * May this site take a group over?  The one list of guards that step() obeys
 * and that `show subnet-mover group NAME why` prints.
 */
#ifndef FRRD_CORE_DECIDE_H
#define FRRD_CORE_DECIDE_H

#include "types.h"

/* The guards, in the order in which they are asked. */
enum frrd_guard {
	FRRD_GUARD_RUNNING,   /* frrd is not ending */
	FRRD_GUARD_MEMBER,    /* the local site is a member */
	FRRD_GUARD_PREFIXES,  /* there is something to announce */
	FRRD_GUARD_NEXTHOPS,  /* every address family has a next-hop */
	FRRD_GUARD_NOT_HELD,  /* no operator's hold */
	FRRD_GUARD_IDLE,      /* no other operation in progress */
	FRRD_GUARD_ZEBRA,     /* zebra is connected */
	FRRD_GUARD_MAINTENANCE, /* this site is not under maintenance */
	FRRD_GUARD_HEALTHY,   /* this site is healthy for the group */
	FRRD_GUARD_QUORUM,    /* rule 2: a majority of the voting sites is alive */
	FRRD_GUARD_SETTLED,   /* rule 6: for settle-time */
	FRRD_GUARD_TRACKED,   /* zebra answered for every prefix */
	FRRD_GUARD_ELSEWHERE, /* nobody else announces a prefix */
	FRRD_GUARD_CLAIMED,   /* rule 3: nobody else claims the group or was granted it */
	FRRD_GUARD_COUNT,     /* number of guards, not a guard */
};

struct frrd_check {
	bool ok;
	enum frrd_reason reason; /* why not; meaningless when ok */
};

/*
 * Ask every guard about a takeover of `group` by this site.
 * Fills all FRRD_GUARD_COUNT entries of ret_checks.
 */
void frrd_takeover_checks(const struct frrd_group *group, const struct frrd_policy *policy,
			  struct frrd_check ret_checks[FRRD_GUARD_COUNT]);

/*
 * The first guard that fails, or FRRD_GUARD_COUNT when none does.
 * Guards from `ignore_from` on are left out (FRRD_GUARD_COUNT: none are).
 */
enum frrd_guard frrd_first_failed(const struct frrd_check checks[FRRD_GUARD_COUNT],
				  enum frrd_guard ignore_from);

/*
 * Arbiter bgp, rules 2, 3, 6: could this site take the group over, if it were free?
 * The guards but those about what it does itself and what others announce.
 */
#define FRRD_GUARDS_ELIGIBLE                                                                       \
	(1u << FRRD_GUARD_RUNNING | 1u << FRRD_GUARD_MEMBER | 1u << FRRD_GUARD_PREFIXES |          \
	 1u << FRRD_GUARD_NEXTHOPS | 1u << FRRD_GUARD_NOT_HELD | 1u << FRRD_GUARD_ZEBRA |          \
	 1u << FRRD_GUARD_MAINTENANCE | 1u << FRRD_GUARD_HEALTHY | 1u << FRRD_GUARD_QUORUM |       \
	 1u << FRRD_GUARD_SETTLED)
bool frrd_eligible(const struct frrd_group *group, const struct frrd_policy *policy);

/*
 * Could it claim the group by itself, if nobody had it?  Who is eligible could, and by rule 8
 * the site that had it last although it is unhealthy: where `keep` says so, and as long as no
 * other member is ready to take it over, but for the one that did not come.
 */
bool frrd_may_claim(const struct frrd_group *group, const struct frrd_policy *policy);

/*
 * Ask the guards in the set `guards` (bit 1 << guard) only.  Returns the first
 * that fails, with its reason in *ret_reason, or FRRD_GUARD_COUNT.
 */
enum frrd_guard frrd_first_failed_of(const struct frrd_group *group,
				     const struct frrd_policy *policy, unsigned int guards,
				     enum frrd_reason *ret_reason);

/* Identifier and English sentence of a guard; static strings, never NULL. */
const char *frrd_guard_code(enum frrd_guard guard);
const char *frrd_guard_text(enum frrd_guard guard);

#endif
