/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes that frrd itself makes of what zebra says: interface, route, bfd.
 *
 * They follow events, so they are as quick as zebra is.  What a new session with zebra
 * says comes piece by piece: an interface, then its addresses; a BFD session that is
 * not up yet.  So for a while after the start only good news counts
 * (FRRD_PROBE_SETTLE_MS, for BFD FRRD_PROBE_BFD_SETTLE_MS).  Without a session they
 * are unknown.
 */
#ifndef FRRD_PROBE_LOCAL_H
#define FRRD_PROBE_LOCAL_H

#include "frrd/frrd_probe.h"

struct zapi_route;

#define FRRD_PROBE_SETTLE_MS	 1000
#define FRRD_PROBE_BFD_SETTLE_MS 5000

extern void frrd_probe_local_start(struct frrd_probe *probe);
extern void frrd_probe_local_stop(struct frrd_probe *probe);

/* The session with zebra came or went. */
extern void frrd_probe_local_zebra_up(void);
extern void frrd_probe_local_zebra_down(void);

/* zebra spoke of this interface, or of an address of it. */
extern void frrd_probe_local_interface(const char *ifname);

/* Nexthop tracking answered; others' answers are ignored. */
extern void frrd_probe_local_answer(const struct prefix *match, const struct zapi_route *nhr);

/* Does a route probe need this prefix tracked? Then nobody else may end that. */
extern bool frrd_probe_local_tracks(const struct prefix *p);

/* --- bfd (frrd_probe_bfd.c) ----------------------------------------------------- */

extern void frrd_probe_bfd_start(struct frrd_probe *probe);
extern void frrd_probe_bfd_stop(struct frrd_probe *probe);
extern void frrd_probe_bfd_zebra_up(void);
extern void frrd_probe_bfd_zebra_down(void);
extern void frrd_probe_bfd_fini(void);

/* What the session says now, and in words. Unknown: bfdd has not answered. */
extern enum frrd_health frrd_probe_bfd_state(const struct frrd_probe *probe,
					     const char **ret_text);

/* For frrd_probe_bfd.c: something about the probe has changed, look at it in a moment. */
extern void frrd_probe_local_changed(struct frrd_probe *probe);

#endif
