/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markers: what a site says about a group by host routes; see doc/protocol.md.
 *
 * A marker's address is the marker-range with, from its first host bit on,
 * kind (3 bits), site id (4 bits) and group id (the rest).
 */
#ifndef FRRD_CORE_MARKERS_H
#define FRRD_CORE_MARKERS_H

#include "types.h"

enum frrd_marker_kind {
	FRRD_MARKER_BEACON,  /* of a site: it is alive; group id 0 */
	FRRD_MARKER_CLAIM,   /* the site owns the group */
	FRRD_MARKER_REQUEST, /* the site shall become the owner */
	FRRD_MARKER_GRANT,   /* announced by the owner: the site may take over */
	FRRD_MARKER_READY,   /* the site could take over now */
	FRRD_MARKER_COUNT,   /* number of kinds, not a kind */
};

/* The markers of a group that this site has to announce. */
struct frrd_markers {
	bool claim;
	bool ready;
	uint8_t request_for; /* site id, or 0: none */
	uint8_t grant_to;    /* site id, or 0: none */
};

/* A pure function of the group's state.  With the manual arbiter: none. */
void frrd_group_markers(const struct frrd_group *group, const struct frrd_policy *policy,
			struct frrd_markers *ret_markers);

/* "beacon", "claim", ...; a static string, never NULL. */
const char *frrd_marker_name(enum frrd_marker_kind kind);

#endif
