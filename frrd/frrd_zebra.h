/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session with zebra: connecting, encoding, decoding.  It keeps no state
 * about routes; see frrd_route.h and frrd_watch.h for that.
 */
#ifndef FRRD_ZEBRA_H
#define FRRD_ZEBRA_H

#include "prefix.h"

#include "frrd_compat.h"
#include "frrd/frrd_route.h"

extern void frrd_zebra_init(struct event_loop *loop);
extern void frrd_zebra_fini(void);
extern bool frrd_zebra_connected(void);

/* Use this instance of ZEBRA_ROUTE_TABLE; a change makes a new session. */
extern void frrd_zebra_set_table(uint8_t table);

enum frrd_zebra_send {
	FRRD_SEND_DONE,	  /* written */
	FRRD_SEND_FULL,	  /* taken, but write no more before frrd_route_writable() */
	FRRD_SEND_CLOSED, /* not taken: there is no session */
};

/* Add (or replace) and delete one route of frrd, RFC-style "announce"/"withdraw" to the RIB. */
extern enum frrd_zebra_send frrd_zebra_route_add(const struct prefix *p,
						 const struct frrd_route_params *params,
						 ifindex_t ifindex);
extern enum frrd_zebra_send frrd_zebra_route_delete(const struct prefix *p);

/*
 * A blackhole route that covers a part of the marker-range.  It is given to zebra
 * by the session of the other family, hence with an instance that nobody asks
 * for in this family: it is redistributed to no protocol.
 */
extern enum frrd_zebra_send frrd_zebra_cover_add(const struct prefix *p);
extern enum frrd_zebra_send frrd_zebra_cover_delete(const struct prefix *p);

/* A drain route, see frrd_drain.h: by the session of the other family as well. */
extern enum frrd_zebra_send frrd_zebra_drain_add(const struct prefix *p,
						 const struct frrd_route_params *params,
						 ifindex_t ifindex);
extern enum frrd_zebra_send frrd_zebra_drain_delete(const struct prefix *p);

/*
 * frrd_drain_echoed() is called when zebra has read everything that was written
 * in both sessions so far.  One at a time.
 */
extern void frrd_zebra_echo(void);

/* What zebra shall do with our routes when this process dies; see frrd_retain.h. */
enum frrd_zebra_retain {
	FRRD_RETAIN_NOTHING, /* drop them; also what it has kept of an earlier session */
	FRRD_RETAIN_WRITTEN, /* drop what it has kept and was not written again */
	FRRD_RETAIN_ALL,     /* keep them for some seconds */
};
extern void frrd_zebra_retain(enum frrd_zebra_retain what, unsigned int seconds);

/*
 * Register or unregister prefixes for nexthop tracking, as many as fit in a
 * message at a time.  zebra answers each registration with an update at once
 * and again on every change.
 */
extern void frrd_zebra_track(const struct prefix *prefixes, size_t count, bool on);

#endif
