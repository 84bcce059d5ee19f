/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markers: what the sites say to each other, as host routes out of the
 * marker-range (core/markers.h has the kinds and the layout of an address).
 *
 * Own markers are routes of frrd like those of a group: written to zebra in the
 * order of the calls, confirmed by owner notifications, written again when a new
 * session begins.  Those of other sites are observed by nexthop tracking: a
 * marker is present when exactly its host route is selected and is not our own.
 *
 * Tracked addresses that resolve to nothing would hang on the default route's
 * node in zebra, and every route that zebra adds would walk them (see
 * frrd_watch.h).  So the range gets blackhole routes that cover it, which no
 * protocol redistributes: absent markers hang on these.
 */
#ifndef FRRD_MARKER_H
#define FRRD_MARKER_H

#include "prefix.h"

#include "frrd/core/markers.h"

struct frrd_grp;
struct frrd_marker_set; /* of a group; private to frrd_marker.c */
struct zapi_route;

extern void frrd_marker_init(void);
extern void frrd_marker_fini(void); /* before the configuration goes */

/* The configuration changed: what to track, what covers it, and the beacon. */
extern void frrd_marker_apply(void);

/*
 * Announce exactly these markers of the group.  Written at once, in the order
 * of the calls; without a session, when there is one.
 */
extern void frrd_marker_want(struct frrd_grp *grp, const struct frrd_markers *markers);

/* The group is about to be freed: withdraw and forget its markers. */
extern void frrd_marker_drop(struct frrd_grp *grp);

/*
 * What is known about the group and the sites.  Cheap.  Every change is told
 * by frrd_engine_view_changed().
 */
extern void frrd_marker_view(const struct frrd_grp *grp, struct frrd_view *ret_view);

/*
 * Is the site's beacon present?  If it is, also since when, by the wall clock
 * and by the monotonic one; both pointers may be NULL.
 */
extern bool frrd_marker_beacon(uint8_t site, struct timeval *ret_since, int64_t *ret_since_us);

/*
 * The address of a marker (group id 0 with a beacon).  False when there is no
 * marker-range, or when the range is too small for the group id.
 */
extern bool frrd_marker_prefix(enum frrd_marker_kind kind, uint8_t site, uint32_t group,
			       struct prefix *ret_prefix);

/* zebra's answers.  True when the prefix is a marker's or a beacon's. */
extern bool frrd_marker_answer(const struct prefix *match, const struct zapi_route *nhr);
extern bool frrd_marker_notify(const struct prefix *p, int note);

extern void frrd_marker_zebra_up(void);
extern void frrd_marker_zebra_down(void);

/*
 * No group has anything left to resume from an earlier session (rule 6): when the
 * prefixes are written, zebra is told to drop what it has kept and was not written
 * again.  To be called in each session, also when there was nothing to resume.
 */
extern void frrd_marker_resumed(void);

/*
 * Markers of this site that zebra has been asked for and has not selected for 3 s:
 * the other sites do not hear them. Returns how many; when there are any, the one of
 * the first kind goes to both pointers (a static string).
 */
extern size_t frrd_marker_hidden(struct prefix *ret_prefix, const char **ret_name);

/* Something that this waits for is done: the routes are written, an answer came. */
extern void frrd_marker_settle(void);

/*
 * The end: withdraw the beacon and everything else.  frrd_marker_gone() says
 * when zebra has confirmed it; frrd_engine_markers_gone() is called then.
 */
extern void frrd_marker_shutdown(void);
extern bool frrd_marker_gone(void);

/* Is exactly this address a marker that is tracked? */
extern bool frrd_marker_tracks(const struct prefix *p);

#endif
