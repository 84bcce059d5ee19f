/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What probes amount to: for a group at this site, and for a track; in one word, and
 * in words for people.
 */
#ifndef FRRD_PROBE_USE_H
#define FRRD_PROBE_USE_H

#include "frrd/frrd_config.h"

/*
 * What the probes of the local member say about the group.  An owner is unhealthy when
 * they say down, a standby is ready only when they say up.  A probe that counts only at
 * the owner, and is down because the site has just become that, is given the time to
 * say it again (`fall` runs): until then it counts as unknown.  *ret_again_ms is when
 * the word has to be asked again for that, FRRD_NEVER when not.
 */
extern enum frrd_health frrd_probe_word(struct frrd_grp *grp, int64_t *ret_again_ms);

/* The same for a track; roles have no meaning there. */
extern enum frrd_health frrd_track_word(struct frrd_trk *track);

/* Is this site healthy for the group by its next-hop and its probes? */
extern bool frrd_grp_healthy(struct frrd_grp *grp, int64_t *ret_again_ms);

/* Room for a description of the health of a group. */
#define FRRD_HEALTH_TEXT 512

/*
 * Why the group is not healthy here: the first obstacle of the next-hop, or the probe
 * that says so, what it said and for how long.  Empty when there is nothing to say.
 * Returns buf.
 */
extern const char *frrd_describe_health(struct frrd_grp *grp, char *buf, size_t size);

/* "both", "owner", "standby"; "all", "any", "at-least". Static strings. */
extern const char *frrd_probe_role_name(enum frrd_probe_role role);
extern const char *frrd_combine_name(enum frrd_combine mode);

#endif
