// SPDX-License-Identifier: GPL-2.0-or-later
/* Watching prefixes by nexthop tracking; see frrd_watch.h. */

#include <zebra.h>

#include "memory.h"
#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_zebra.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_ORIGIN, "Origin of a prefix announced elsewhere");

/*
 * Registrations are collected during one pass of the event loop and sent
 * together.  Answers come one a pass, and a sweep gives each absent prefix up at
 * once, so unregistrations wait a little longer for company: a message for each
 * would cost zebra as much as the question.  They always go before
 * registrations: a prefix may be given up by one group and asked for by another,
 * never the reverse.
 */
#define BATCH_SIZE 256
#define UNREGISTER_DELAY_MS 2

struct batch {
	struct prefix prefixes[BATCH_SIZE];
	size_t count;
};

static struct batch registrations;
static struct batch unregistrations;
static struct event *t_send;

static void batch_send(struct batch *batch, bool on)
{
	if (batch->count)
		frrd_zebra_track(batch->prefixes, batch->count, on);
	batch->count = 0;
}

static void send_all(void)
{
	EVENT_OFF(t_send);
	batch_send(&unregistrations, false);
	batch_send(&registrations, true);
}

static void send_event(struct event *event)
{
	send_all();
}

static void batch_add(struct batch *batch, const struct frrd_route *route)
{
	if (batch->count == BATCH_SIZE)
		send_all();
	frrd_route_prefix(route, &batch->prefixes[batch->count++]);
	if (batch == &unregistrations) {
		if (!t_send)
			event_add_timer_msec(frrd_loop, send_event, NULL, UNREGISTER_DELAY_MS,
					     &t_send);
		return;
	}
	if (batch->count == 1) {
		EVENT_OFF(t_send);
		event_add_event(frrd_loop, send_event, NULL, 0, &t_send);
	}
}

/* A registration that was not sent yet is simply dropped. */
static bool batch_cancel(struct batch *batch, const struct frrd_route *route)
{
	struct prefix p;

	frrd_route_prefix(route, &p);
	for (size_t i = 0; i < batch->count; i++)
		if (prefix_same(&batch->prefixes[i], &p)) {
			batch->prefixes[i] = batch->prefixes[--batch->count];
			return true;
		}
	return false;
}

static void set_verified(struct frrd_route *route, bool verified)
{
	struct frrd_watch_set *watch = &route->grp->watch;

	if (route->verified == verified)
		return;
	route->verified = verified;
	if (verified)
		watch->verified++;
	else
		watch->verified--;
}

/* The only place that changes route->track; keeps the counters. */
static void set_track(struct frrd_route *route, enum frrd_track track)
{
	struct frrd_watch_set *watch = &route->grp->watch;

	watch->registered -= route->track != FRRD_TRACK_OFF;
	watch->unknown -= route->track == FRRD_TRACK_UNKNOWN;
	watch->elsewhere -= route->track == FRRD_TRACK_ELSEWHERE;
	route->track = track;
	watch->registered += track != FRRD_TRACK_OFF;
	watch->unknown += track == FRRD_TRACK_UNKNOWN;
	watch->elsewhere += track == FRRD_TRACK_ELSEWHERE;
	if (track != FRRD_TRACK_ELSEWHERE)
		XFREE(MTYPE_FRRD_ORIGIN, route->origin);
	frrd_engine_watch_changed(route->grp);
}

static void track_on(struct frrd_route *route)
{
	if (route->track != FRRD_TRACK_OFF || !frrd_zebra_connected())
		return;
	set_track(route, FRRD_TRACK_UNKNOWN);
	batch_add(&registrations, route);
}

static void track_off(struct frrd_route *route)
{
	if (route->track == FRRD_TRACK_OFF)
		return;
	set_track(route, FRRD_TRACK_OFF);
	if (frrd_zebra_connected() && !batch_cancel(&registrations, route))
		batch_add(&unregistrations, route);
}

/*
 * Ask for more routes of a sweep: many at a time, as far as the window allows.
 * While somebody is known to announce a prefix the others need not be asked for:
 * the claim waits for that one anyway, and each tracked prefix would cost zebra an
 * update for every turn that the withdrawal of the owner takes through BGP.
 */
static void pump(struct frrd_grp *grp)
{
	struct frrd_watch_set *watch = &grp->watch;

	if (watch->elsewhere > 0 || watch->unknown > FRRD_SWEEP_WINDOW / 2)
		return;
	while (watch->cursor && watch->unknown < FRRD_SWEEP_WINDOW) {
		struct frrd_route *route = watch->cursor;

		watch->cursor = frrd_route_list_next(&grp->routes.list, route);
		if (!route->verified)
			track_on(route);
	}
}

/* Small groups stay registered as a whole, so that nothing is ever stale. */
static bool covered_by_sentinels(struct frrd_grp *grp)
{
	return frrd_route_list_count(&grp->routes.list) <= FRRD_SENTINELS;
}

static void start_sentinels(struct frrd_grp *grp)
{
	struct frrd_route *route;
	unsigned int n = 0;

	frr_each (frrd_route_list, &grp->routes.list, route) {
		if (n++ < FRRD_SENTINELS) {
			track_on(route);
			continue;
		}
		track_off(route);
		set_verified(route, false);
	}
}

static void start_sweep(struct frrd_grp *grp)
{
	struct frrd_route *route;

	frr_each (frrd_route_list, &grp->routes.list, route)
		if (route->track == FRRD_TRACK_OFF)
			set_verified(route, false);
	grp->watch.cursor = frrd_route_list_first(&grp->routes.list);
	pump(grp);
}

static void stop(struct frrd_grp *grp)
{
	struct frrd_route *route;

	if (!grp->watch.registered && !grp->watch.verified)
		return;
	frr_each (frrd_route_list, &grp->routes.list, route) {
		track_off(route);
		set_verified(route, false);
	}
}

void frrd_watch_set_mode(struct frrd_grp *grp, enum frrd_watch_mode mode)
{
	grp->watch.mode = mode;
	grp->watch.cursor = NULL;
	switch (mode) {
	case FRRD_WATCH_OFF:
		stop(grp);
		send_all(); /* nothing may stand registered while routes are added */
		break;
	case FRRD_WATCH_SENTINELS:
		start_sentinels(grp);
		break;
	case FRRD_WATCH_SWEEP:
		start_sweep(grp);
		break;
	}
	frrd_engine_watch_changed(grp);
}

void frrd_watch_ask(struct frrd_route *route)
{
	route->doubt = true;
	if (route->track == FRRD_TRACK_UNKNOWN)
		return; /* asked already */
	track_off(route);
	track_on(route);
}

void frrd_watch_joined(struct frrd_route *route)
{
	struct frrd_watch_set *watch = &route->grp->watch;

	switch (watch->mode) {
	case FRRD_WATCH_OFF:
		return;
	case FRRD_WATCH_SENTINELS:
		if (watch->registered < FRRD_SENTINELS)
			track_on(route);
		return;
	case FRRD_WATCH_SWEEP:
		if (!watch->cursor)
			watch->cursor = route;
		pump(route->grp);
		return;
	}
}

void frrd_watch_leaving(struct frrd_route *route)
{
	struct frrd_watch_set *watch = &route->grp->watch;

	if (watch->cursor == route)
		watch->cursor = frrd_route_list_next(&route->grp->routes.list, route);
	track_off(route);
	set_verified(route, false);
}

static bool is_ours(const struct frrd_route *route, const struct zapi_route *nhr)
{
	/* zebra 8.4 leaves the instance out of its answer: type and distance have to do. */
	return frrd_route_may_stand(route) && nhr->type == ZEBRA_ROUTE_TABLE &&
	       nhr->distance == route->grp->routes.params.distance;
}

static void set_origin(struct frrd_route *route, const struct zapi_route *nhr)
{
	struct frrd_origin *origin = route->origin;

	if (!origin)
		origin = XCALLOC(MTYPE_FRRD_ORIGIN, sizeof(*origin));
	memset(origin, 0, sizeof(*origin));
	origin->type = nhr->type;
	origin->distance = nhr->distance;
	origin->metric = nhr->metric;
	origin->via_count = MIN(nhr->nexthop_num, UINT8_MAX);
	if (nhr->nexthop_num) {
		const struct zapi_nexthop *nh = &nhr->nexthops[0];

		origin->via_ifindex = nh->ifindex;
		if (nh->type == NEXTHOP_TYPE_IPV4 || nh->type == NEXTHOP_TYPE_IPV4_IFINDEX) {
			origin->via.family = AF_INET;
			origin->via.prefixlen = IPV4_MAX_BITLEN;
			origin->via.u.prefix4 = nh->gate.ipv4;
		} else if (nh->type == NEXTHOP_TYPE_IPV6 ||
			   nh->type == NEXTHOP_TYPE_IPV6_IFINDEX) {
			origin->via.family = AF_INET6;
			origin->via.prefixlen = IPV6_MAX_BITLEN;
			origin->via.u.prefix6 = nh->gate.ipv6;
		}
	}
	route->origin = origin;
}

static bool is_local_type(int type)
{
	return type == ZEBRA_ROUTE_CONNECT || type == ZEBRA_ROUTE_KERNEL ||
	       type == ZEBRA_ROUTE_STATIC || type == ZEBRA_ROUTE_SYSTEM;
}

static enum frrd_track judge(const struct frrd_route *route, const struct prefix *match,
			     const struct zapi_route *nhr)
{
	if (!nhr->nexthop_num || !prefix_same(match, &nhr->prefix) || frrd_drain_is(nhr))
		return FRRD_TRACK_ABSENT;
	/* It would shadow what another site announces, which is no business of the engine. */
	if (!frrd_route_is_here(route) && !route->in_zebra && is_local_type(nhr->type))
		return FRRD_TRACK_ABSENT;
	return is_ours(route, nhr) ? FRRD_TRACK_OURS : FRRD_TRACK_ELSEWHERE;
}

void frrd_watch_answer(const struct prefix *match, const struct zapi_route *nhr)
{
	struct frrd_route *route = frrd_route_find(match);
	enum frrd_track track;
	struct frrd_grp *grp;
	bool local = false;

	if (!route || route->track == FRRD_TRACK_OFF)
		return;
	grp = route->grp;
	track = judge(route, match, nhr);
	if (frrd_debug_zebra())
		zlog_debug("tracking of %pFX: %s", match,
			   track == FRRD_TRACK_ABSENT ? "absent"
			   : track == FRRD_TRACK_OURS ? "ours"
						      : zebra_route_string(nhr->type));
	set_track(route, track);
	if (track == FRRD_TRACK_ELSEWHERE) {
		set_origin(route, nhr);
		local = frrd_origin_is_local(route->origin);
	}
	set_verified(route, track == FRRD_TRACK_ABSENT);

	if (grp->watch.mode == FRRD_WATCH_OFF ||
	    (grp->watch.mode == FRRD_WATCH_SWEEP && track == FRRD_TRACK_ABSENT &&
	     !covered_by_sentinels(grp)))
		track_off(route);
	if (grp->watch.mode == FRRD_WATCH_SWEEP)
		pump(grp);
	if (route->doubt) {
		route->doubt = false;
		frrd_route_tracked(route, track, local); /* may free the route */
	}
}

void frrd_watch_zebra_up(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		frrd_watch_set_mode(grp, grp->watch.mode);
}

void frrd_watch_zebra_down(void)
{
	struct frrd_route *route;
	struct frrd_grp *grp;

	EVENT_OFF(t_send);
	registrations.count = 0;
	unregistrations.count = 0;
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		grp->watch.cursor = NULL;
		frr_each (frrd_route_list, &grp->routes.list, route) {
			set_track(route, FRRD_TRACK_OFF);
			set_verified(route, false);
			route->doubt = false;
		}
	}
}

const char *frrd_origin_protocol(const struct frrd_origin *origin)
{
	return zebra_route_string(origin->type);
}

bool frrd_origin_is_local(const struct frrd_origin *origin)
{
	return is_local_type(origin->type);
}

void frrd_watch_snapshot(const struct frrd_grp *grp, struct frrd_elsewhere *ret_elsewhere)
{
	const struct frrd_watch_set *watch = &grp->watch;
	size_t total = frrd_route_list_count(&grp->routes.list);

	ret_elsewhere->announced = watch->elsewhere;
	ret_elsewhere->unknown = total - watch->verified - watch->elsewhere;
}
