/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration must not be, and why, in words.
 *
 * All rules are in one place and are rules about a whole configuration, not
 * about a change: whoever configures, by whatever way and in whatever order,
 * gets the same answer.  They are asked once a transaction, before anything is
 * applied.  Rules that need the running state are few and say so.
 */
#ifndef FRRD_NB_CHECK_H
#define FRRD_NB_CHECK_H

#include "northbound.h"
#include "prefix.h"

/*
 * Check the candidate configuration; `root` is its container subnet-mover.
 * Returns NB_OK, or NB_ERR_VALIDATION with the reason in errmsg.
 */
extern int frrd_check_candidate(const struct lyd_node *root, char *errmsg, size_t size);

/* --- lines of a file, which become one transaction that must not fail --- */

/* What a line is about, where that makes a difference, and what it does. */
#define FRRD_LINE_NEXTHOP (1 << 0) /* a next-hop */
#define FRRD_LINE_ADDRESS (1 << 1) /* an address that prefixes must not have */
#define FRRD_LINE_TIMER	  (1 << 2) /* a timer of the arbiter, others follow */
#define FRRD_LINE_PARTIAL (1 << 3) /* the candidate is read from scratch */
#define FRRD_LINE_MAP	  (1 << 4) /* what a site announces in the place of prefixes */
#define FRRD_LINE_PROBE	  (1 << 5) /* a probe and nothing else */
#define FRRD_LINE_USE	  (1 << 6) /* that a member or a track names a probe */
#define FRRD_LINE_OTHER	  (1 << 7) /* something else */
#define FRRD_LINE_ADDS	  (1 << 8) /* what `xpath` names was not there before */
#define FRRD_LINE_SAME	  (1 << 9) /* all is as it was */

/*
 * Check a candidate after a line that was not a prefix, by the same rules: those
 * about next-hops, prefixes and map lines only when the line concerned these, the budget not
 * before all timers are read, those about changes and the budget not while the
 * candidate is read from scratch, those about probes and tracks only for the one
 * that `xpath` (absolute; NULL: none) is about.  Returns false with the reason in
 * errmsg.
 *
 * What was read of the candidate is remembered from line to line, see frrd_nb_lines.c, and
 * of a map line, a probe, or a probe that is named only what it changes is looked at.
 * Whoever takes back a line that was refused has to call frrd_check_forget().
 */
extern bool frrd_check_line(const struct nb_config *candidate, unsigned int what,
			    const char *xpath, char *errmsg, size_t size);

/* False, with a text that names it, when the node comes with a later version. */
extern bool frrd_check_available(const struct nb_config *candidate, const char *xpath,
				 char *errmsg, size_t size);

/* Check a prefix before it is added to or removed from the candidate. */
extern bool frrd_check_prefix_add(const struct nb_config *candidate, const char *group,
				  const struct prefix *p, char *errmsg, size_t size);
extern bool frrd_check_prefix_del(const struct nb_config *candidate, const char *group,
				  const struct prefix *p, char *errmsg, size_t size);

/*
 * Is there a map line that covers no prefix of its group?  Before the group has prefixes,
 * lines may come that cover those to come; afterwards, the candidate would be refused for
 * one.  Each is told once, with its XPath, and is to be removed; when all are told,
 * frrd_check_forget() has to be called.
 */
extern bool frrd_check_useless_map(const struct nb_config *candidate, char *ret_xpath,
				   size_t xpath_size, char *errmsg, size_t size);

/*
 * What is remembered does not hold any more: the candidate was changed in another way, or
 * may be.  Checks and commits of whole candidates say so themselves.
 */
extern void frrd_check_forget(void);

/*
 * This candidate (NULL: none) is changed without a check.  Its lines that follow are checked
 * in full, for it is with one of them that it comes out.
 */
extern void frrd_check_doubt(const struct nb_config *candidate);

/* False, with a proposal in errmsg, when a prefix has bits beyond its length. */
extern bool frrd_check_host_bits(const char *what, const struct prefix *p, char *errmsg,
				 size_t size);

#endif
