/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between frrd_route.c (objects) and frrd_route_sync.c (zebra); private to the two. */
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

#endif
