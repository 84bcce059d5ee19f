/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drain routes: a make-before-break handover that loses no packet.
 *
 * When the old owner withdraws, bgpd has known the successor's path for a while,
 * but has kept its own as the best one: it needs some 60 ms to give zebra the
 * other, and whoever follows the old owner until then still sends packets here.
 * So before a prefix is deleted it gets a second route with the same next-hop, a
 * distance behind every other route, and an instance that no protocol
 * redistributes.  zebra falls back to it without a gap, and leaves it as soon as
 * the successor's route arrives; then it is deleted.
 *
 *            start        written, and           deletion of the       another route
 *                         zebra has read it      group's route         is selected
 *     (none) ----> queued -----------------> standing -----> in the FIB ----> deleted
 *                  the group's deletions wait               or after FRRD_DRAIN_MS
 *
 * Drain routes belong to the sessions' other family (see frrd_zebra.h), hence
 * notifications of the two routes of a prefix are told apart by the session.
 */
#ifndef FRRD_DRAIN_H
#define FRRD_DRAIN_H

#include "prefix.h"

struct frrd_grp;
struct zapi_route;

/* Behind eBGP (20), iBGP (200) and what people give to floating static routes. */
#define FRRD_DRAIN_DISTANCE 250

/* Without progress they go, whatever became of the successor. */
#define FRRD_DRAIN_MS 2000

extern void frrd_drain_init(void);
extern void frrd_drain_fini(void);

/*
 * The group is about to be withdrawn because its successor announces it: every
 * route of it that works gets a drain route.  Until zebra has read these,
 * frrd_drain_holds() is true and no route of the group is to be deleted;
 * frrd_route_flush() is called then.
 */
extern void frrd_drain_start(struct frrd_grp *grp);
extern bool frrd_drain_holds(const struct frrd_grp *grp);

/* The group is about to be freed. */
extern void frrd_drain_drop(struct frrd_grp *grp);

/* Are there any, in zebra or about to be? */
extern bool frrd_drain_any(void);

/* Is this route, that tracking has found, a drain route? */
extern bool frrd_drain_is(const struct zapi_route *nhr);

/*
 * From zebra: a notification of a drain route, the group's route is installed, room
 * in the buffer, the answer to frrd_zebra_echo().
 */
extern void frrd_drain_notify(const struct prefix *p, int note);
extern void frrd_drain_replaced(const struct prefix *p);
extern void frrd_drain_writable(void);
extern void frrd_drain_echoed(void);

/* The session is lost, and zebra drops them. */
extern void frrd_drain_zebra_down(void);

#endif
