/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Would bgpd's filters let a route pass?  Route-maps and prefix-lists from their JSON. */
#ifndef FRRD_PREFLIGHT_FILTER_H
#define FRRD_PREFLIGHT_FILTER_H

#include "frrd/frrd_preflight_facts.h"

enum frrd_verdict {
	FRRD_DENIES,
	FRRD_PASSES,
	FRRD_UNSURE, /* it depends on something that is not looked at */
};

/* The route that is asked about. */
struct frrd_pf_route {
	struct prefix prefix;
	uint32_t tag; /* 0: none */
};

/*
 * What the route-map does with the route.  A route-map that does not exist denies,
 * and so does the end of one.
 */
extern enum frrd_verdict frrd_rmap_verdict(const struct frrd_pf_facts *facts, const char *name,
					   const struct frrd_pf_route *route);

extern enum frrd_verdict frrd_plist_verdict(const struct frrd_pf_facts *facts, const char *name,
					    const struct prefix *p);

/* Does bgpd have a route-map of this name? */
extern bool frrd_rmap_exists(const struct frrd_pf_facts *facts, const char *name);

/* The number of an entry in front of all others of the route-map; 0: there is no room. */
extern int64_t frrd_rmap_number_before(const struct frrd_pf_facts *facts, const char *name);

/*
 * What the filters of a neighbor (its JSON object) in the route's address family
 * do with the route, in or out.  ret_filter, of `size` bytes, gets the words for
 * the filter that denies it.
 */
extern enum frrd_verdict frrd_neighbor_verdict(const struct frrd_pf_facts *facts,
					       struct json_object *neighbor, bool out,
					       const struct frrd_pf_route *route, char *ret_filter,
					       size_t size);

/* Has the neighbor this address family (AF_INET, AF_INET6)?  Its JSON object, or NULL. */
extern struct json_object *frrd_neighbor_family(struct json_object *neighbor, int family);

#endif
