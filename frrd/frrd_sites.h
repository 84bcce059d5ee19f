/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sites as this one sees them: who is alive, who claims what, is there a
 * quorum.  For show commands and operational state, which have no business with
 * the markers themselves; decisions are taken from the same facts in core.
 *
 * Only the arbiter bgp knows any of this.
 */
#ifndef FRRD_SITES_H
#define FRRD_SITES_H

#include "frrd/frrd_config.h"

/* For how long is not known. */
#define FRRD_AGE_UNKNOWN INT64_C(-1)

/* The votes of rule 2. Times are milliseconds. */
struct frrd_quorum {
	uint16_t voters;  /* sites that vote, with this one */
	uint16_t present; /* of these: alive, with this one */
	bool reached;
	bool settled;	    /* reached without a break for settle-time */
	int64_t age_ms;	    /* since it was reached or lost, or FRRD_AGE_UNKNOWN */
	int64_t settle_ms;  /* until it is settled; 0: it is, or there is none */
	int64_t fence_ms;   /* until an owner without quorum withdraws; 0: it has passed or there is quorum */
};
extern void frrd_sites_quorum(struct frrd_quorum *ret_quorum);

/* Is the site alive, and since when (may be FRRD_AGE_UNKNOWN)? The local site is. */
extern bool frrd_site_alive(const struct frrd_site *site, int64_t *ret_age_ms);

/* Markers of this site that the others do not hear; see frrd_marker_hidden(). */
extern size_t frrd_sites_hidden_markers(struct prefix *ret_prefix, const char **ret_name);

/* "local", "witness", "member of 2 groups", joined by commas. Returns buf. */
extern const char *frrd_site_role(const struct frrd_site *site, char *buf, size_t size);

/* What the sites say about a group, this one included: sets of sites. */
struct frrd_said {
	uint16_t claims;
	uint16_t requests; /* sites that shall become the owner */
	uint16_t readies;
	uint16_t grants; /* successors */
};
extern void frrd_grp_said(const struct frrd_grp *grp, struct frrd_said *ret_said);

/* The site that owns the group as far as is known here, or NULL. */
extern const struct frrd_site *frrd_grp_owner(const struct frrd_grp *grp);

/* Milliseconds that are left; 0: it is over, or there is none. */
extern int64_t frrd_damped_left_ms(const struct frrd_grp *grp);
extern int64_t frrd_handover_left_ms(const struct frrd_grp *grp); /* of a request or grant */

/* Name of a site by its id; "site N" when the configuration has none such. */
extern const char *frrd_site_label(uint8_t id, char *buf, size_t size);

/* Names of a set of sites, joined by ", "; "none" for an empty one. Returns buf. */
extern const char *frrd_site_labels(uint16_t set, char *buf, size_t size);

#endif
