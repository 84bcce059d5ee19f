/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gateways: the next-hop addresses of the local members and of tracks, followed in zebra so
 * that routes which zebra dropped are tried again when a gateway is back.
 */
#ifndef FRRD_GATEWAY_H
#define FRRD_GATEWAY_H

#include "prefix.h"

struct frrd_nexthop;
struct zapi_route;

extern void frrd_gateway_init(void);
extern void frrd_gateway_fini(void);

/* Track exactly the gateways that the configuration names now. */
extern void frrd_gateway_sync(void);

/* zebra's answer about an address; others' answers are ignored. */
extern void frrd_gateway_answer(const struct prefix *match, const struct zapi_route *nhr);

extern void frrd_gateway_zebra_up(void);

/* Is exactly this address one of them? */
extern bool frrd_gateway_tracks(const struct prefix *p);

/*
 * Does zebra know a way to the next-hop address that routes of this family
 * (AF_INET, AF_INET6) use?  True also while it is not known, and for next-hops
 * that are not tracked: zebra judges these when the route is written.
 */
extern bool frrd_gateway_usable(const struct frrd_nexthop *nexthop, int family);

#endif
