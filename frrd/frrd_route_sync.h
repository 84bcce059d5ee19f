/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between frrd_route.c (objects), frrd_route_sync.c (zebra), frrd_route_ask.c (questions),
 * frrd_route_session.c, frrd_drain.c and frrd_nexthop.c; private to these.
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

/* Announce one route. */
extern void frrd_route_sync_want(struct frrd_route *route);

/* The send queue; frrd_route_flush() has to follow. */
extern void frrd_route_enqueue(struct frrd_route *route);
extern void frrd_route_dequeue(struct frrd_route *route);

/* The session is lost: what is wanted is queued, and not written. */
extern void frrd_route_sync_down(void);

/* For one of many routes: frrd_route_flush() has to follow. */
extern void frrd_route_want_again(struct frrd_route *route);  /* asks before it writes */
extern void frrd_route_want_delete(struct frrd_route *route); /* may free it */
extern void frrd_route_flush(void);

/* --- frrd_route_ask.c --- */

/* Does it have to be asked for before it is written? */
extern bool frrd_route_must_ask(const struct frrd_route *route);

/* Ask, and take it off the send queue; false: later, too many questions are on their way. */
extern bool frrd_route_ask(struct frrd_route *route);

/* It is not wanted any more. */
extern void frrd_route_stop_asking(struct frrd_route *route);

/* The route is about to be freed: take it off the send queue. */
extern void frrd_route_sync_forget(struct frrd_route *route);

/* Something was written: ask for it when zebra's answer does not come. */
extern void frrd_route_expect_answer(void);

/* zebra has said something. */
extern void frrd_route_progress(void);

/* It is not possible now, and is tried again; after a success sooner than after failures. */
extern void frrd_route_fail(struct frrd_route *route, enum frrd_route_cause cause);
extern void frrd_route_retry_reset(void);

/* No answer comes any more: the session is lost; the process ends. */
extern void frrd_route_ask_down(void);
extern void frrd_route_ask_stop(void);

/* May zebra have routes that this session has not written? */
extern bool frrd_route_adopting(void);

/*
 * What keeps routes of this family from working by the next-hop now, or
 * FRRD_CAUSE_NONE.  Gives the interface that it names, if any.
 */
extern enum frrd_route_cause frrd_nexthop_obstacle(const struct frrd_nexthop *nexthop, int family,
						   ifindex_t *ret_ifindex);

#endif
