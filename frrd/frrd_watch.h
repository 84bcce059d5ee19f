/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watching: which prefixes of a group zebra knows from somebody else.
 *
 * Uses zebra's nexthop tracking with the group's own prefixes as the tracked
 * "next-hops".  zebra answers with the longest match; only an answer for the
 * exact prefix counts.
 *
 * Tracking is not free.  zebra 8.4 keeps every tracked prefix that resolves to
 * nothing on the node of the default route and walks that list for each route
 * that is added anywhere (measured: 0.26 us a tracked prefix and route; 10,000
 * of them turn an announcement of 10,000 routes from 0.13 s into 13 s).  Hence:
 *
 *   SENTINELS  while standby, at most FRRD_SENTINELS prefixes of a group stand
 *              registered; small groups are covered completely.
 *   SWEEP      while claiming, every prefix is asked for, at most
 *              FRRD_SWEEP_WINDOW without answer at a time.  One that is absent
 *              is unregistered soon; one that is announced elsewhere stays
 *              (it resolves, so it costs nothing) until it is absent, and the
 *              sweep waits for it.
 *   OFF        from the moment the group is announced here.
 */
#ifndef FRRD_WATCH_H
#define FRRD_WATCH_H

#include "frrd/core/types.h"

struct frrd_grp;
struct frrd_origin;
struct frrd_route;
struct zapi_route;
struct prefix;

#define FRRD_SENTINELS 16
#define FRRD_SWEEP_WINDOW 256

enum frrd_watch_mode {
	FRRD_WATCH_OFF,
	FRRD_WATCH_SENTINELS,
	FRRD_WATCH_SWEEP,
};

/* Tracking of one group. */
struct frrd_watch_set {
	enum frrd_watch_mode mode;
	uint32_t registered; /* routes that are tracked now */
	uint32_t unknown;    /* of these: no answer yet */
	uint32_t elsewhere;  /* of these: selected from somebody else */
	uint32_t verified;   /* known to be absent now, or since the sweep began */
	struct frrd_route *cursor; /* SWEEP: next route to ask for; NULL: all asked */
};

/* Change what is tracked. Setting the same mode again starts it anew. */
extern void frrd_watch_set_mode(struct frrd_grp *grp, enum frrd_watch_mode mode);

/* Ask for one route, whatever its group's mode; the answer goes to frrd_route_tracked(). */
extern void frrd_watch_ask(struct frrd_route *route);

/* A route joined its group or is about to be freed. */
extern void frrd_watch_joined(struct frrd_route *route);
extern void frrd_watch_leaving(struct frrd_route *route);

/* zebra's answer; `match` is the tracked prefix, `nhr` what it resolved to. */
extern void frrd_watch_answer(const struct prefix *match, const struct zapi_route *nhr);

/* zebra came up (register again) or went away (nothing is known). */
extern void frrd_watch_zebra_up(void);
extern void frrd_watch_zebra_down(void);

/* Protocol of the route, as zebra names it, e.g. "bgp"; a static string. */
extern const char *frrd_origin_protocol(const struct frrd_origin *origin);

/* Was the route made at this router (connected, static, kernel) and not learned? */
extern bool frrd_origin_is_local(const struct frrd_origin *origin);

/* Counters for the engine: a prefix that was not verified counts as unknown. */
extern void frrd_watch_snapshot(const struct frrd_grp *grp, struct frrd_elsewhere *ret_elsewhere);

#endif
