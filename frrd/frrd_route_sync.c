// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Getting routes into zebra and out of it, and understanding its answers.
 *
 *              want            written           INSTALLED
 *     IDLE ----------> QUEUED ---------> PENDING ----------> INSTALLED
 *       ^                ^                  |  FAIL_INSTALL   |   ^
 *       |                | retry            v                 |   |
 *       |                +--------------- FAILED, REMOVED <---+   | INSTALLED
 *       |                                                     |   |
 *       |   REMOVED, BETTER_ADMIN_WON         BETTER_ADMIN_WON v   |
 *       +------------------ WITHDRAWING <------------------- LOST-+
 *                                          not wanted any more
 *
 * What zebra 8.4 does not say:
 *  - a route that is added while a better one is selected gets no notification;
 *  - a deletion that overtakes the addition in zebra's queue gets none;
 *  - a deleted route whose prefix another route takes over is answered with
 *    BETTER_ADMIN_WON instead of REMOVED, and not at all when that is a TABLE
 *    route as well, which only a drain route is (see frrd_drain.h);
 *  - a TABLE route whose next-hop becomes inactive is deleted inside zebra
 *    after FAIL_INSTALL and has to be sent again when the next-hop is back.
 * So what waits for an answer is asked for in the end, see frrd_route_ask.c.
 */

#include <zebra.h>

#include "memory.h"
#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_route_sync.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_zebra.h"

DECLARE_DLIST(frrd_route_queue, struct frrd_route, queue_item);

static struct frrd_route_queue_head queue = INIT_DLIST(queue);
static bool buffer_full;

void frrd_route_enqueue(struct frrd_route *route)
{
	if (route->queued)
		return;
	route->queued = true;
	frrd_route_queue_add_tail(&queue, route);
}

void frrd_route_dequeue(struct frrd_route *route)
{
	if (!route->queued)
		return;
	route->queued = false;
	frrd_route_queue_del(&queue, route);
}

/* The route cannot work now: it must not be announced either. */
static enum frrd_zebra_send write_nothing(struct frrd_route *route, enum frrd_route_cause cause)
{
	enum frrd_zebra_send result = FRRD_SEND_DONE;
	struct prefix p;

	if (frrd_route_may_stand(route)) {
		frrd_route_prefix(route, &p);
		result = frrd_zebra_route_delete(&p);
		if (result == FRRD_SEND_CLOSED)
			return result;
		route->in_zebra = false;
	}
	frrd_route_fail(route, cause);
	return result;
}

static enum frrd_zebra_send write_add(struct frrd_route *route)
{
	const struct frrd_route_params *params = &route->grp->routes.params;
	enum frrd_zebra_send result;
	enum frrd_route_cause cause;
	ifindex_t ifindex;
	struct prefix p;

	cause = frrd_nexthop_obstacle(&params->nexthop, route->family, &ifindex);
	if (cause != FRRD_CAUSE_NONE)
		return write_nothing(route, cause);
	frrd_route_prefix(route, &p);
	result = frrd_zebra_route_add(&p, params, ifindex);
	if (result == FRRD_SEND_CLOSED)
		return result;
	route->in_zebra = true;
	frrd_route_set_status(route, FRRD_ROUTE_PENDING, FRRD_CAUSE_NONE);
	return result;
}

static enum frrd_zebra_send write_delete(struct frrd_route *route)
{
	enum frrd_zebra_send result;
	struct prefix p;

	frrd_route_prefix(route, &p);
	result = frrd_zebra_route_delete(&p);
	/* Without a session zebra has dropped, or will drop, everything of ours. */
	if (result != FRRD_SEND_CLOSED && route->status != FRRD_ROUTE_WITHDRAWING)
		frrd_route_gone(route); /* was not selected: zebra will not answer */
	return result;
}

/* Write what is queued until zebra's buffer is full. */
void frrd_route_flush(void)
{
	struct frrd_route *route;
	bool wrote = false;

	if (!frrd_zebra_connected())
		return;
	frr_each_safe (frrd_route_queue, &queue, route) {
		enum frrd_zebra_send result;
		struct frrd_route_set *set;

		if (buffer_full)
			break;
		if (!route->wanted && frrd_drain_holds(route->grp))
			continue;
		if (frrd_route_must_ask(route)) {
			if (!frrd_route_ask(route))
				break; /* frrd_route_tracked() goes on */
			continue;
		}
		frrd_route_dequeue(route);
		set = &route->grp->routes; /* the write may free the route, not its group */
		result = route->wanted ? write_add(route) : write_delete(route);
		if (result == FRRD_SEND_CLOSED)
			return; /* frrd_route_zebra_down() and _up() queue it again */
		if (!set->written_us)
			set->written_us = frrd_now_us();
		buffer_full = result == FRRD_SEND_FULL;
		wrote = true;
	}
	if (wrote)
		frrd_route_expect_answer();
	frrd_marker_settle();
}

bool frrd_route_all_written(void)
{
	return !frrd_route_queue_count(&queue);
}

void frrd_route_writable(void)
{
	buffer_full = false;
	frrd_route_flush();
}

static void want_add(struct frrd_route *route)
{
	frrd_route_want(route, true);
	frrd_route_set_status(route, FRRD_ROUTE_QUEUED, FRRD_CAUSE_NONE);
	if (!route->grp->routes.suspended)
		frrd_route_enqueue(route);
}

/* The same for a route that was out of zebra for a while. */
void frrd_route_want_again(struct frrd_route *route)
{
	route->verify = true;
	want_add(route);
}

void frrd_route_want_delete(struct frrd_route *route)
{
	frrd_route_want(route, false);
	route->verify = false;
	frrd_route_stop_asking(route);
	if (frrd_route_adopting()) {
		route->in_zebra = true;
		if (route->status == FRRD_ROUTE_IDLE)
			frrd_route_set_status(route, FRRD_ROUTE_WITHDRAWING, FRRD_CAUSE_NONE);
	}
	switch ((enum frrd_route_status)route->status) {
	case FRRD_ROUTE_IDLE:
		return;
	case FRRD_ROUTE_QUEUED:
	case FRRD_ROUTE_PENDING:
	case FRRD_ROUTE_INSTALLED:
	case FRRD_ROUTE_WITHDRAWING:
		if (!route->in_zebra || !frrd_zebra_connected()) {
			frrd_route_dequeue(route);
			/*
			 * Without a session the withdrawal cannot be confirmed:
			 * frrd_route_zebra_up() says that it is done.
			 */
			if (route->in_zebra)
				frrd_route_set_status(route, FRRD_ROUTE_WITHDRAWING,
						      FRRD_CAUSE_NONE);
			else
				frrd_route_gone(route);
			return;
		}
		frrd_route_set_status(route, FRRD_ROUTE_WITHDRAWING, FRRD_CAUSE_NONE);
		frrd_route_enqueue(route);
		return;
	case FRRD_ROUTE_FAILED:
	case FRRD_ROUTE_REMOVED:
	case FRRD_ROUTE_LOST:
		if (route->in_zebra && frrd_zebra_connected())
			frrd_route_enqueue(route);
		else
			frrd_route_gone(route);
		return;
	case FRRD_ROUTE_STATUS_COUNT:
		return;
	}
}

void frrd_route_sync_want(struct frrd_route *route)
{
	if (!route->wanted)
		want_add(route);
	frrd_route_flush();
}

static void params_of(struct frrd_grp *grp, struct frrd_route_params *ret_params)
{
	const struct frrd_member *member = frrd_member_local(grp);

	memset(ret_params, 0, sizeof(*ret_params));
	if (member) {
		ret_params->nexthop = member->nexthop;
		ret_params->metric = member->metric;
	}
	ret_params->tag = frrd_config.route_tag;
	ret_params->distance = frrd_config.distance;
	ret_params->table = frrd_config.route_table;
}

void frrd_route_sync_params(struct frrd_grp *grp)
{
	struct frrd_route_params params;
	struct frrd_route *route;

	if (!frrd_member_local(grp))
		return; /* what is in zebra is deleted with what it was added with */
	params_of(grp, &params);
	if (!memcmp(&params, &grp->routes.params, sizeof(params)))
		return;
	grp->routes.params = params;
	frr_each (frrd_route_list, &grp->routes.list, route)
		if (route->wanted)
			want_add(route);
	frrd_route_flush();
}

void frrd_route_announce(struct frrd_grp *grp)
{
	bool was_suspended = grp->routes.suspended;
	struct frrd_route *route;

	frrd_route_sync_params(grp);
	grp->routes.announce = true;
	grp->routes.written_us = 0;
	grp->routes.suspended = false;
	frr_each (frrd_route_list, &grp->routes.list, route)
		if (frrd_route_is_here(route) && (!route->wanted || was_suspended)) {
			route->verify &= !was_suspended;
			want_add(route);
		}
	frrd_route_flush();
}

/* What a next-hop of the group depends on has changed. */
static void nexthop_changed(struct frrd_grp *grp)
{
	struct frrd_route *route;

	frrd_engine_health_changed(grp);
	frr_each (frrd_route_list, &grp->routes.list, route) {
		if (!route->wanted)
			continue;
		if (route->in_zebra)
			want_add(route);
		else
			frrd_route_want_again(route);
	}
}

void frrd_route_interface_changed(const char *ifname)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (strmatch(grp->routes.params.nexthop.ifname, ifname))
			nexthop_changed(grp);
	frrd_route_flush();
}

static bool uses_gateway(const struct frrd_nexthop *nexthop, const struct prefix *address)
{
	if (address->family == AF_INET)
		return nexthop->has_ipv4 && IPV4_ADDR_SAME(&nexthop->ipv4, &address->u.prefix4);
	return nexthop->has_ipv6 && IPV6_ADDR_SAME(&nexthop->ipv6, &address->u.prefix6);
}

void frrd_route_gateway_changed(const struct prefix *address)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (uses_gateway(&grp->routes.params.nexthop, address))
			nexthop_changed(grp);
	frrd_route_flush();
}

void frrd_route_withdraw(struct frrd_grp *grp)
{
	struct frrd_route *route;

	grp->routes.announce = false;
	grp->routes.suspended = false;
	/* The drain routes, if there are any, are the first of what is written. */
	grp->routes.written_us = frrd_drain_holds(grp) ? frrd_now_us() : 0;
	frr_each_safe (frrd_route_list, &grp->routes.list, route)
		if (route->wanted || (route->status == FRRD_ROUTE_IDLE && frrd_route_adopting()))
			frrd_route_want_delete(route);
	frrd_route_flush();
	frrd_engine_routes_changed(grp); /* also when there was nothing to withdraw */
}

void frrd_route_sync_down(void)
{
	struct frrd_route *route;
	struct frrd_grp *grp;

	frrd_route_ask_down();
	buffer_full = false;
	while ((route = frrd_route_queue_pop(&queue)))
		route->queued = false;
	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_route_list, &grp->routes.list, route)
			if (route->wanted)
				frrd_route_set_status(route, FRRD_ROUTE_QUEUED, FRRD_CAUSE_NONE);
}

static void notify_wanted(struct frrd_route *route, enum zapi_route_notify_owner note)
{
	if (route->status == FRRD_ROUTE_QUEUED)
		return; /* an answer to something older than what waits to be written */
	switch (note) {
	case ZAPI_ROUTE_INSTALLED:
		frrd_route_retry_reset();
		frrd_route_set_status(route, FRRD_ROUTE_INSTALLED, FRRD_CAUSE_NONE);
		return;
	case ZAPI_ROUTE_BETTER_ADMIN_WON:
		frrd_route_set_status(route, FRRD_ROUTE_LOST, FRRD_CAUSE_BETTER);
		return;
	case ZAPI_ROUTE_FAIL_INSTALL:
		frrd_route_fail(route, FRRD_CAUSE_REFUSED);
		return;
	case ZAPI_ROUTE_REMOVED:
		/* A REMOVED for an older entry may come after the new one was sent. */
		if (route->status != FRRD_ROUTE_INSTALLED)
			return;
		frrd_route_fail(route, FRRD_CAUSE_REFUSED);
		frrd_route_set_status(route, FRRD_ROUTE_REMOVED, FRRD_CAUSE_REFUSED);
		return;
	case ZAPI_ROUTE_REMOVE_FAIL:
		return;
	}
}

void frrd_route_notify(const struct prefix *p, int note)
{
	struct frrd_route *route = frrd_route_find(p);

	if (frrd_debug_zebra())
		zlog_debug("owner notification %d for %pFX", note, p);
	if (!route)
		return;
	frrd_route_progress();
	if (route->wanted) {
		notify_wanted(route, note);
		return;
	}
	if (note == ZAPI_ROUTE_REMOVE_FAIL)
		zlog_warn("group %s: the kernel did not remove the route %pFX", route->grp->name,
			  p);
	if (route->status == FRRD_ROUTE_WITHDRAWING && !route->queued &&
	    note != ZAPI_ROUTE_INSTALLED)
		frrd_route_gone(route);
}

void frrd_route_drained(const struct prefix *p)
{
	struct frrd_route *route = frrd_route_find(p);

	if (route && route->status == FRRD_ROUTE_WITHDRAWING && !route->queued)
		frrd_route_gone(route);
}
