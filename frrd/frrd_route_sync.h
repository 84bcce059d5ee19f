/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between frrd_route.c (objects), frrd_route_sync.c (zebra), frrd_route_session.c,
 * frrd_drain.c and frrd_nexthop.c; private to these.
 */
#ifndef FRRD_ROUTE_SYNC_H
#define FRRD_ROUTE_SYNC_H

#include "frrd/frrd_route.h"

/* Set status and cause, keep the counters, tell the engine. */
extern void frrd_route_set_status(struct frrd_route *route, enum frrd_route_status status,
				  enum frrd_route_cause cause);

/* Set the wish and keep the counter; nothing is sent. */
extern void frrd_route_want(struct frrd_route *route, bool wanted);

/* zebra has nothing of this route any more. May free it: do not touch it afterwards. */
extern void frrd_route_gone(struct frrd_route *route);

/* Announce or withdraw one route; may free it when it is not wanted and has no source. */
extern void frrd_route_sync_want(struct frrd_route *route, bool wanted);

/* The route is about to be freed: take it off the send queue. */
extern void frrd_route_sync_forget(struct frrd_route *route);

extern void frrd_route_sync_stop(void);

/* The session is lost: what is wanted is queued, and not written. */
extern void frrd_route_sync_down(void);

/* For one of many routes: frrd_route_flush() has to follow. */
extern void frrd_route_want_again(struct frrd_route *route);  /* asks before it writes */
extern void frrd_route_want_delete(struct frrd_route *route); /* may free it */
extern void frrd_route_flush(void);

/* May zebra have routes that this session has not written? */
extern bool frrd_route_adopting(void);

/*
 * What keeps routes of this family from working by the next-hop now, or
 * FRRD_CAUSE_NONE.  Gives the interface that it names, if any.
 */
extern enum frrd_route_cause frrd_nexthop_obstacle(const struct frrd_nexthop *nexthop, int family,
						   ifindex_t *ret_ifindex);

#endif
