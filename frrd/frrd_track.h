/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracks at run time: up or down by their probes, and their routes, which are in
 * zebra while they are up.  Objects and configuration: frrd_probe.h.
 */
#ifndef FRRD_TRACK_H
#define FRRD_TRACK_H

#include "frrd/frrd_probe.h"

/* The transaction is through: look at every track, whatever was touched. */
extern void frrd_track_apply(void);

/* A probe that the track uses has changed, or may have. */
extern void frrd_track_evaluate(struct frrd_trk *track);

/* An interface, or whether a next-hop can be reached, has changed. */
extern void frrd_track_nexthop_changed(void);

/* Withdraw all routes; the end of the process. */
extern void frrd_track_shutdown(void);
extern void frrd_track_fini(void);

/* The track that has, or is still withdrawing, exactly this prefix; NULL: none. */
extern const struct frrd_trk *frrd_track_with(const struct prefix *p);

/* --- routes (frrd_track_sync.c) ------------------------------------------------ */

/* Write what the state, the next-hop and the prefixes of the track ask for. */
extern void frrd_track_sync(struct frrd_trk *track);

/* The session with zebra came or went, or has room again. */
extern void frrd_track_zebra_up(void);
extern void frrd_track_zebra_down(void);
extern void frrd_track_writable(void);

/* zebra's owner notification; false: the prefix belongs to no track. */
extern bool frrd_track_notify(const struct prefix *p, int note);

extern void frrd_track_sync_stop(void);

/* For frrd_track_sync.c: zebra has nothing of the prefix, or of the track, any more. */
extern void frrd_track_prefix_free(struct frrd_trk *track, struct frrd_track_prefix *tp);
extern void frrd_track_release(struct frrd_trk *track); /* may free it */

#endif
