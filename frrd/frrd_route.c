// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Routes: objects, groups' lists and counters; see frrd_route.h.  How they get
 * into zebra and what its answers mean is in frrd_route_sync.c.
 */

#include <zebra.h>

#include "jhash.h"
#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_plist.h"
#include "frrd/frrd_route_sync.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_ROUTE, "Route");
DEFINE_MTYPE_STATIC(FRRD, FRRD_ROUTE_ARRAY, "Route array");
DEFINE_MTYPE_STATIC(FRRD, FRRD_ROUTE_ORIGINAL, "Prefix in whose place a route is");

static size_t addr_size(uint8_t family)
{
	return family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

static int route_cmp(const struct frrd_route *a, const struct frrd_route *b)
{
	int order;

	if (a->family != b->family)
		return numcmp(a->family, b->family);
	order = memcmp(&a->addr, &b->addr, addr_size(a->family));
	return order ? order : numcmp(a->prefixlen, b->prefixlen);
}

static uint32_t route_hash(const struct frrd_route *route)
{
	return jhash(&route->addr, addr_size(route->family),
		     (uint32_t)route->family << 8 | route->prefixlen);
}

DECLARE_HASH(frrd_route_hash, struct frrd_route, hash_item, route_cmp, route_hash);

static struct frrd_route_hash_head all_routes;

void frrd_route_prefix(const struct frrd_route *route, struct prefix *ret_prefix)
{
	memset(ret_prefix, 0, sizeof(*ret_prefix));
	ret_prefix->family = route->family;
	ret_prefix->prefixlen = route->prefixlen;
	memcpy(&ret_prefix->u, &route->addr, addr_size(route->family));
}

/* A route that is only good for comparing. */
static void route_key(const struct prefix *p, struct frrd_route *ret_key)
{
	memset(ret_key, 0, sizeof(*ret_key));
	ret_key->family = p->family;
	ret_key->prefixlen = p->prefixlen;
	memcpy(&ret_key->addr, &p->u, addr_size(p->family));
}

void frrd_route_init(void)
{
	frrd_route_hash_init(&all_routes);
	frrd_drain_init();
}

void frrd_route_fini(void)
{
	frrd_route_ask_stop();
	frrd_drain_fini();
	frrd_route_hash_fini(&all_routes);
}

void frrd_route_set_init(struct frrd_route_set *set)
{
	frrd_route_list_init(&set->list);
}

struct frrd_route *frrd_route_find(const struct prefix *p)
{
	struct frrd_route key;

	route_key(p, &key);
	return frrd_route_hash_find(&all_routes, &key);
}

static bool is_watched(const struct frrd_route *route)
{
	return !frrd_route_is_here(route) && route->status == FRRD_ROUTE_IDLE;
}

static void set_sources(struct frrd_route *route, uint8_t sources)
{
	struct frrd_route_set *set = &route->grp->routes;
	bool ipv6 = route->family == AF_INET6;

	set->here -= frrd_route_is_here(route);
	set->ipv6 -= frrd_route_is_here(route) && ipv6;
	set->watched -= is_watched(route);
	route->sources = sources;
	set->here += frrd_route_is_here(route);
	set->ipv6 += frrd_route_is_here(route) && ipv6;
	set->watched += is_watched(route);
}

void frrd_route_set_original(struct frrd_route *route, const struct prefix *original)
{
	struct prefix p;

	XFREE(MTYPE_FRRD_ROUTE_ORIGINAL, route->original);
	frrd_route_prefix(route, &p);
	if (prefix_same(&p, original))
		return;
	route->original = XCALLOC(MTYPE_FRRD_ROUTE_ORIGINAL, sizeof(*route->original));
	prefix_copy(route->original, original);
}

void frrd_route_original(const struct frrd_route *route, struct prefix *ret_prefix)
{
	if (route->original)
		prefix_copy(ret_prefix, route->original);
	else
		frrd_route_prefix(route, ret_prefix);
}

void frrd_route_to_tail(struct frrd_route *route)
{
	frrd_route_list_del(&route->grp->routes.list, route);
	frrd_route_list_add_tail(&route->grp->routes.list, route);
}

static void route_free(struct frrd_route *route)
{
	struct frrd_route_set *set = &route->grp->routes;

	set_sources(route, 0);
	set->watched -= is_watched(route);
	frrd_route_sync_forget(route);
	frrd_watch_leaving(route);
	set->by_status[route->status]--;
	set->taken -= route->cause == FRRD_CAUSE_TAKEN;
	set->wanted -= route->wanted;
	frrd_route_list_del(&set->list, route);
	frrd_route_hash_del(&all_routes, route);
	frrd_engine_routes_changed(route->grp);
	XFREE(MTYPE_FRRD_ROUTE_ORIGINAL, route->original);
	XFREE(MTYPE_FRRD_ROUTE, route);
	frrd_plist_prefix_free();
}

void frrd_route_set_status(struct frrd_route *route, enum frrd_route_status status,
			   enum frrd_route_cause cause)
{
	struct frrd_route_set *set = &route->grp->routes;

	set->taken -= route->cause == FRRD_CAUSE_TAKEN;
	set->taken += cause == FRRD_CAUSE_TAKEN;
	route->cause = cause;
	if (route->status != status) {
		set->by_status[route->status]--;
		set->by_status[status]++;
		set->watched -= is_watched(route);
		route->status = status;
		set->watched += is_watched(route);
	}
	frrd_engine_routes_changed(route->grp);
}

void frrd_route_want(struct frrd_route *route, bool wanted)
{
	if (route->wanted == wanted)
		return;
	route->wanted = wanted;
	if (wanted)
		route->grp->routes.wanted++;
	else
		route->grp->routes.wanted--;
}

struct frrd_route *frrd_route_add(struct frrd_grp *grp, const struct prefix *p, uint8_t source,
				  struct frrd_grp **ret_owner)
{
	struct frrd_route *route = frrd_route_find(p);

	if (route && route->grp != grp) {
		if (ret_owner)
			*ret_owner = route->grp;
		return NULL;
	}
	if (!route) {
		route = XMALLOC(MTYPE_FRRD_ROUTE, sizeof(*route));
		route_key(p, route);
		route->grp = grp;
		frrd_route_hash_add(&all_routes, route);
		frrd_route_list_add_tail(&grp->routes.list, route);
		grp->routes.by_status[FRRD_ROUTE_IDLE]++;
		grp->routes.watched += is_watched(route);
		frrd_watch_joined(route);
		frrd_engine_routes_changed(grp);
	}
	set_sources(route, route->sources | source);
	/* A site that is no member any more has yet to withdraw, and begins nothing. */
	if (grp->routes.announce && frrd_route_is_here(route) && frrd_member_local(grp))
		frrd_route_sync_want(route);
	return route;
}

void frrd_route_gone(struct frrd_route *route)
{
	frrd_route_set_status(route, FRRD_ROUTE_IDLE, FRRD_CAUSE_NONE);
	route->in_zebra = false;
	if (!route->sources)
		route_free(route);
}

/*
 * frrd_route_flush() has to follow, and only after the last of many: it looks at all
 * that is queued, and may free any route that is not wanted.
 */
static void route_remove_sources(struct frrd_route *route, uint8_t sources)
{
	set_sources(route, route->sources & ~sources);
	if (frrd_route_is_here(route))
		return;
	if (route->status != FRRD_ROUTE_IDLE)
		frrd_route_want_delete(route);
	else if (!route->sources)
		route_free(route);
}

void frrd_route_del(struct frrd_grp *grp, const struct prefix *p, uint8_t source)
{
	struct frrd_route *route = frrd_route_find(p);

	if (!route || route->grp != grp)
		return;
	route_remove_sources(route, source);
	frrd_route_flush();
}

void frrd_route_del_unlisted(struct frrd_grp *grp, uint8_t sources)
{
	struct frrd_route *route;

	frr_each_safe (frrd_route_list, &grp->routes.list, route) {
		uint8_t stale = route->sources & sources & ~route->listed;

		if (stale)
			route_remove_sources(route, stale);
	}
	frrd_route_flush();
}

void frrd_route_clear(struct frrd_grp *grp)
{
	struct frrd_route *route;

	frr_each_safe (frrd_route_list, &grp->routes.list, route)
		route_remove_sources(route, UINT8_MAX);
	frrd_route_flush();
}

void frrd_route_drop(struct frrd_grp *grp)
{
	struct frrd_route *route;

	frrd_drain_drop(grp);
	while ((route = frrd_route_list_first(&grp->routes.list)))
		route_free(route);
}

void frrd_route_snapshot(const struct frrd_grp *grp, struct frrd_routes *ret_routes)
{
	const struct frrd_route_set *set = &grp->routes;
	const uint32_t *n = set->by_status;

	memset(ret_routes, 0, sizeof(*ret_routes));
	for (int i = 0; i < FRRD_ROUTE_STATUS_COUNT; i++)
		ret_routes->total += n[i];
	ret_routes->total -= set->watched;
	ret_routes->announced = set->wanted;
	ret_routes->installed = n[FRRD_ROUTE_INSTALLED];
	ret_routes->pending =
		n[FRRD_ROUTE_QUEUED] + n[FRRD_ROUTE_PENDING] + n[FRRD_ROUTE_WITHDRAWING];
	ret_routes->failed = n[FRRD_ROUTE_FAILED] + n[FRRD_ROUTE_REMOVED];
	ret_routes->lost = n[FRRD_ROUTE_LOST];
	ret_routes->taken = set->taken;
}

const char *frrd_route_status_name(enum frrd_route_status status)
{
	switch (status) {
	case FRRD_ROUTE_IDLE:
		return "idle";
	case FRRD_ROUTE_QUEUED:
		return "queued";
	case FRRD_ROUTE_PENDING:
		return "pending";
	case FRRD_ROUTE_INSTALLED:
		return "installed";
	case FRRD_ROUTE_FAILED:
		return "failed";
	case FRRD_ROUTE_LOST:
		return "lost";
	case FRRD_ROUTE_REMOVED:
		return "removed";
	case FRRD_ROUTE_WITHDRAWING:
		return "withdrawing";
	case FRRD_ROUTE_STATUS_COUNT:
		break;
	}
	return "?";
}

const char *frrd_route_cause_text(enum frrd_route_cause cause)
{
	switch (cause) {
	case FRRD_CAUSE_NONE:
		return "";
	case FRRD_CAUSE_NO_INTERFACE:
		return "the next-hop interface does not exist";
	case FRRD_CAUSE_INTERFACE_DOWN:
		return "the next-hop interface is down";
	case FRRD_CAUSE_GATEWAY:
		return "the next-hop address is not reachable";
	case FRRD_CAUSE_NO_NEXTHOP:
		return "no next-hop is configured for this address family";
	case FRRD_CAUSE_REFUSED:
		return "zebra did not install it; is the next-hop reachable and its interface up?";
	case FRRD_CAUSE_NO_ANSWER:
		return "zebra did not answer and does not know the route";
	case FRRD_CAUSE_TAKEN:
		return "another site announces it";
	case FRRD_CAUSE_BETTER:
		return "zebra prefers another route for this prefix";
	}
	return "?";
}

static int array_cmp(const void *a, const void *b)
{
	return route_cmp(*(struct frrd_route *const *)a, *(struct frrd_route *const *)b);
}

struct frrd_route **frrd_route_array(struct frrd_grp *grp, size_t *ret_count)
{
	struct frrd_route **array;
	struct frrd_route *route;
	size_t n = 0;

	*ret_count = 0;
	if (!frrd_route_hash_count(&all_routes))
		return NULL;
	array = XMALLOC(MTYPE_FRRD_ROUTE_ARRAY,
			frrd_route_hash_count(&all_routes) * sizeof(*array));
	if (grp)
		frr_each (frrd_route_list, &grp->routes.list, route)
			array[n++] = route;
	else
		frr_each (frrd_route_hash, &all_routes, route)
			array[n++] = route;
	qsort(array, n, sizeof(*array), array_cmp);
	*ret_count = n;
	return array;
}

void frrd_route_array_free(struct frrd_route **routes)
{
	XFREE(MTYPE_FRRD_ROUTE_ARRAY, routes);
}
