// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drain routes; see frrd_drain.h.
 *
 * zebra says nothing about a route that is added while a better one is selected,
 * and the two sessions are read in no particular order.  So that no deletion
 * overtakes a drain route, the deletions of a group wait for an echo that is
 * sent behind its last drain route.  One echo is on its way at a time; groups
 * that begin meanwhile wait for the next.
 *
 * Nor does zebra 8.4 say that a route was replaced by another of the same type,
 * as the group's route and its drain route are.  That the one is installed says
 * that the other is not.
 *
 * Nobody waits for zebra to confirm the end of a drain route: it is forgotten
 * with the deletion.  What is written in one session stays in order.
 */

#include <zebra.h>

#include "memory.h"
#include "typesafe.h"
#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_route_sync.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_zebra.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_DRAIN, "Drain route");

PREDECL_HASH(drains);
PREDECL_DLIST(drain_queue);

struct drain {
	struct drains_item item;
	struct drain_queue_item queue_item;
	struct prefix prefix;
	struct frrd_grp *grp; /* NULL: it is gone */
	bool wanted;
	bool queued;   /* to be written as it is wanted */
	bool in_zebra; /* an addition was written */
};

static int drain_cmp(const struct drain *a, const struct drain *b)
{
	return prefix_cmp(&a->prefix, &b->prefix);
}

static uint32_t drain_hash(const struct drain *drain)
{
	return prefix_hash_key(&drain->prefix);
}

DECLARE_HASH(drains, struct drain, item, drain_cmp, drain_hash);
DECLARE_DLIST(drain_queue, struct drain, queue_item);

static struct drains_head drains;
static struct drain_queue_head queue = INIT_DLIST(queue);
static bool buffer_full;
static uint32_t echoes_sent;
static bool echo_on_its_way;
static bool echo_wanted; /* some group waits for the next one */
static struct event *t_limit;
static int64_t last_progress_us;

static void flush(void);

static void enqueue(struct drain *drain, bool wanted)
{
	drain->wanted = wanted;
	if (drain->queued)
		return;
	drain->queued = true;
	drain_queue_add_tail(&queue, drain);
}

static void forget(struct drain *drain)
{
	if (drain->queued)
		drain_queue_del(&queue, drain);
	drains_del(&drains, drain);
	XFREE(MTYPE_FRRD_DRAIN, drain);
}

static struct drain *find(const struct prefix *p)
{
	struct drain key;

	prefix_copy(&key.prefix, p);
	return drains_find(&drains, &key);
}

/* --- the time limit ------------------------------------------------------- */

/* Groups that wait for this echo, or for one before it, go on. */
static void end_holds(uint32_t echo)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (grp->routes.drain_echo <= echo)
			grp->routes.drain_echo = 0;
}

static void limit_expired(struct event *event)
{
	int64_t silent_ms = (frrd_now_us() - last_progress_us) / 1000;
	struct drain *drain;

	if (silent_ms < FRRD_DRAIN_MS) {
		event_add_timer_msec(frrd_loop, limit_expired, NULL, FRRD_DRAIN_MS - silent_ms,
				     &t_limit);
		return;
	}
	frr_each (drains, &drains, drain)
		enqueue(drain, false);
	event_add_timer_msec(frrd_loop, limit_expired, NULL, FRRD_DRAIN_MS, &t_limit);
	last_progress_us = frrd_now_us();
	echo_wanted = false;
	end_holds(UINT32_MAX);
	flush();
	frrd_route_flush();
}

static void progress(void)
{
	last_progress_us = frrd_now_us();
	if (!t_limit)
		event_add_timer_msec(frrd_loop, limit_expired, NULL, FRRD_DRAIN_MS, &t_limit);
}

/* --- writing -------------------------------------------------------------- */

static enum frrd_zebra_send write_add(struct drain *drain)
{
	struct frrd_route_params params = drain->grp->routes.params;
	enum frrd_zebra_send result;
	ifindex_t ifindex;

	/* What cannot work would only be refused. */
	if (frrd_nexthop_obstacle(&params.nexthop, drain->prefix.family, &ifindex) !=
	    FRRD_CAUSE_NONE)
		return FRRD_SEND_DONE;
	params.distance = FRRD_DRAIN_DISTANCE;
	result = frrd_zebra_drain_add(&drain->prefix, &params, ifindex);
	drain->in_zebra = result != FRRD_SEND_CLOSED;
	return result;
}

/* Write one; what has no route in zebra afterwards is freed. */
static enum frrd_zebra_send write_one(struct drain *drain)
{
	enum frrd_zebra_send result = FRRD_SEND_DONE;

	if (drain->wanted && drain->grp) {
		result = write_add(drain);
	} else if (drain->in_zebra) {
		result = frrd_zebra_drain_delete(&drain->prefix);
		drain->in_zebra = false;
	}
	if (!drain->in_zebra)
		forget(drain);
	return result;
}

static void flush(void)
{
	struct drain *drain;

	while (!buffer_full && frrd_zebra_connected() && (drain = drain_queue_pop(&queue))) {
		drain->queued = false;
		buffer_full = write_one(drain) == FRRD_SEND_FULL;
		progress();
	}
	if (!drains_count(&drains))
		EVENT_OFF(t_limit);
	if (!echo_wanted || echo_on_its_way || drain_queue_count(&queue) ||
	    !frrd_zebra_connected())
		return;
	echo_wanted = false;
	echo_on_its_way = true;
	echoes_sent++;
	frrd_zebra_echo();
}

void frrd_drain_writable(void)
{
	buffer_full = false;
	flush();
}

void frrd_drain_echoed(void)
{
	if (!echo_on_its_way)
		return;
	echo_on_its_way = false;
	end_holds(echoes_sent);
	flush();
	frrd_route_flush();
}

/* --- begin and end -------------------------------------------------------- */

/* Is the route the one that packets follow now, as far as is known? */
static bool carries(const struct frrd_route *route)
{
	return route->wanted && route->in_zebra && route->status == FRRD_ROUTE_INSTALLED;
}

static void start_one(const struct frrd_route *route)
{
	struct drain *drain;
	struct prefix p;

	frrd_route_prefix(route, &p);
	drain = find(&p);
	if (!drain) {
		drain = XCALLOC(MTYPE_FRRD_DRAIN, sizeof(*drain));
		prefix_copy(&drain->prefix, &p);
		drains_add(&drains, drain);
	}
	drain->grp = route->grp;
	enqueue(drain, true);
}

void frrd_drain_start(struct frrd_grp *grp)
{
	const struct frrd_route_params *params = &grp->routes.params;
	struct frrd_route *route;
	ifindex_t ifindex;
	bool any = false;

	if (!frrd_zebra_connected() || params->distance >= FRRD_DRAIN_DISTANCE)
		return;
	frr_each (frrd_route_list, &grp->routes.list, route) {
		if (!carries(route) || frrd_nexthop_obstacle(&params->nexthop, route->family,
							     &ifindex) != FRRD_CAUSE_NONE)
			continue;
		start_one(route);
		any = true;
	}
	if (!any)
		return;
	progress();
	echo_wanted = true;
	grp->routes.drain_echo = echoes_sent + 1;
	flush();
}

bool frrd_drain_holds(const struct frrd_grp *grp)
{
	return grp->routes.drain_echo != 0;
}

void frrd_drain_drop(struct frrd_grp *grp)
{
	struct drain *drain;

	frr_each (drains, &drains, drain)
		if (drain->grp == grp)
			drain->grp = NULL;
}

bool frrd_drain_any(void)
{
	return drains_count(&drains) > 0;
}

bool frrd_drain_is(const struct zapi_route *nhr)
{
	/* zebra 8.4 leaves the instance out of its answer: type and distance have to do. */
	return nhr->type == ZEBRA_ROUTE_TABLE && nhr->distance == FRRD_DRAIN_DISTANCE &&
	       frrd_config.distance < FRRD_DRAIN_DISTANCE;
}

static void end(struct drain *drain)
{
	if (drain->queued)
		return; /* what zebra says is about something older */
	enqueue(drain, false);
	flush();
}

void frrd_drain_notify(const struct prefix *p, int note)
{
	struct drain *drain = find(p);

	if (frrd_debug_zebra())
		zlog_debug("owner notification %d for the drain route %pFX", note, p);
	if (!drain)
		return;
	progress();
	if (note == ZAPI_ROUTE_INSTALLED)
		frrd_route_drained(p);
	else if (note != ZAPI_ROUTE_REMOVE_FAIL)
		end(drain); /* another route carries the packets now, or this one cannot */
}

void frrd_drain_replaced(const struct prefix *p)
{
	struct frrd_route *route = frrd_route_find(p);
	struct drain *drain = find(p);

	if (drain && route && route->wanted)
		end(drain);
}

void frrd_drain_zebra_down(void)
{
	struct drain *drain;

	while ((drain = drain_queue_pop(&queue)))
		drain->queued = false;
	while ((drain = drains_pop(&drains)))
		XFREE(MTYPE_FRRD_DRAIN, drain);
	EVENT_OFF(t_limit);
	buffer_full = echo_on_its_way = echo_wanted = false;
	end_holds(UINT32_MAX);
}

void frrd_drain_init(void)
{
	drains_init(&drains);
}

void frrd_drain_fini(void)
{
	frrd_drain_zebra_down();
	drains_fini(&drains);
}
