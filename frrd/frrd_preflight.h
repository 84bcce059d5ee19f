/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preflight: looks for what makes a move fail on this router before it is needed.
 * Every finding says what is wrong with which object, and what to type.
 */
#ifndef FRRD_PREFLIGHT_H
#define FRRD_PREFLIGHT_H

#include "printfrr.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_preflight_facts.h"

enum frrd_severity {
	FRRD_PF_OK,
	FRRD_PF_WARNING, /* slows a move down, or makes it fail in some cases */
	FRRD_PF_ERROR,	 /* a move fails */
	FRRD_PF_SEVERITIES,
};

struct frrd_preflight {
	const struct frrd_pf_facts *facts;
	struct frrd_finding *findings;
	size_t count;
};

/* The commands show subnet-mover preflight and bgp-config. */
extern void frrd_preflight_vty_init(void);

/* --- for the checks --- */

/* Add a finding.  `check` is a short fixed word; `object` is copied. */
extern void frrd_pf_add(struct frrd_preflight *pf, enum frrd_severity severity, const char *check,
			const char *object, const char *format, ...) PRINTFRR(5, 6);

/* A line to type for the last finding: of vtysh's configuration mode of this router... */
extern void frrd_pf_type(struct frrd_preflight *pf, const char *format, ...) PRINTFRR(2, 3);

/* ...or, when it belongs elsewhere, where: "a shell", "the neighbor". */
extern void frrd_pf_type_at(struct frrd_preflight *pf, const char *where);

/* Do sites decide by markers? */
static inline bool frrd_pf_markers(void)
{
	return frrd_config.arbiter == FRRD_ARBITER_BGP && frrd_config.marker_range.family;
}

/* A prefix of the group that this site announces, for examples; false: none of the family. */
extern bool frrd_pf_example(const struct frrd_grp *grp, int family, struct prefix *ret_prefix);

/* The same of what other sites announce: with address change something else. */
extern bool frrd_pf_example_of_others(const struct frrd_grp *grp, int family,
				      struct prefix *ret_prefix);

/* Has bgpd to carry routes of frrd in this family, groups or markers? */
extern bool frrd_pf_family_needed(int family);

/* The beacon of this site; false when it has none. */
extern bool frrd_pf_own_beacon(const struct frrd_pf_facts *facts, struct prefix *ret_prefix);

/* Would frrd-io start this program? If not, reason says why; see frrd_program_open(). */
extern bool frrd_pf_program_runs(const char *program, char reason[FRRD_IPC_TEXT]);

extern void frrd_pf_check_address(struct frrd_preflight *pf);
extern void frrd_pf_check_bgp(struct frrd_preflight *pf);
extern void frrd_pf_check_carried(struct frrd_preflight *pf);
extern void frrd_pf_check_peers(struct frrd_preflight *pf);
extern void frrd_pf_check_hooks(struct frrd_preflight *pf);
extern void frrd_pf_check_maps(struct frrd_preflight *pf);
extern void frrd_pf_check_site(struct frrd_preflight *pf);
extern void frrd_pf_check_shadows(struct frrd_preflight *pf);
extern void frrd_pf_check_attachments(struct frrd_preflight *pf);

#endif
