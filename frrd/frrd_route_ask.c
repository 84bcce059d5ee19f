// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asking for routes by nexthop tracking, and trying again; see frrd_route.h.
 *
 * After FRRD_DOUBT_MS without any progress the routes that still wait for zebra's
 * answer are asked for: tracking tells whose route is selected.
 *
 * A route that was out of zebra for a while is asked for before it is written.  With
 * address change the images that other sites announce are asked for as well, one after
 * the other: `asking` is set for the route itself, which waits, and for the image whose
 * answer it waits for.
 */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_map_route.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_route_sync.h"
#include "frrd/frrd_time.h"

#define RETRY_SOON_MS 20
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 60000

static unsigned int asking; /* routes whose question is on its way */
static unsigned int doubts; /* routes without an answer that were asked for */
static struct event *t_doubt;
static struct event *t_retry;
static struct event *t_retry_soon;
static unsigned int retry_ms = RETRY_MIN_MS;
static int64_t last_progress_us;

static void doubt_expired(struct event *event);
static void retry_expired(struct event *event);

/* --- before a route is written again ---------------------------------------- */

static void set_asking(struct frrd_route *route, bool on)
{
	if (route->asking == on)
		return;
	route->asking = on;
	if (on)
		asking++;
	else
		asking--;
}

/* A route that cannot work now need not be asked for: writing it says why. */
bool frrd_route_must_ask(const struct frrd_route *route)
{
	ifindex_t ifindex;

	return route->wanted && route->verify &&
	       frrd_nexthop_obstacle(&route->grp->routes.params.nexthop, route->family,
				     &ifindex) == FRRD_CAUSE_NONE;
}

bool frrd_route_ask(struct frrd_route *route)
{
	if (asking >= FRRD_SWEEP_WINDOW)
		return false;
	frrd_route_dequeue(route);
	set_asking(route, true);
	frrd_watch_ask(route);
	return true;
}

void frrd_route_stop_asking(struct frrd_route *route)
{
	if (!route->asking)
		return;
	set_asking(route, false);
	/* It may be the answer for another image that it waits for. */
	for (struct frrd_route *other = frrd_map_route_next(route); other;
	     other = frrd_map_route_next(other))
		set_asking(other, false);
}

void frrd_route_sync_forget(struct frrd_route *route)
{
	struct frrd_route *own = route->asking ? frrd_map_route_own(route) : NULL;

	frrd_route_dequeue(route);
	set_asking(route, false);
	if (own && own != route && own->asking) { /* it waits for this one's answer */
		set_asking(own, false);
		frrd_route_enqueue(own);
		frrd_route_retry_soon();
	}
}

void frrd_route_ask_anew(struct frrd_grp *grp)
{
	struct frrd_route *route;

	frr_each (frrd_route_list, &grp->routes.list, route) {
		if (!route->asking)
			continue;
		set_asking(route, false);
		if (route->wanted && route->status == FRRD_ROUTE_QUEUED)
			frrd_route_enqueue(route);
	}
	frrd_route_flush();
}

/* The answer to the question that goes before writing a route again. */
static void verified(struct frrd_route *asked, enum frrd_track track, bool local)
{
	/* A local route only shadows ours, and zebra says so when we write. */
	bool taken = track == FRRD_TRACK_ELSEWHERE && !local;
	struct frrd_route *route = frrd_map_route_own(asked);
	struct frrd_route *next = taken ? NULL : frrd_map_route_next(asked);
	bool meant = route && route->asking;

	set_asking(asked, false);
	if (!meant || route->status != FRRD_ROUTE_QUEUED)
		return;
	if (next) { /* with address change another site would announce this one */
		set_asking(next, true);
		set_asking(route, true);
		frrd_watch_ask(next);
		return;
	}
	set_asking(route, false);
	if (taken) {
		frrd_route_fail(route, FRRD_CAUSE_TAKEN);
		frrd_route_set_status(route, FRRD_ROUTE_LOST, FRRD_CAUSE_TAKEN);
	} else {
		route->verify = false;
		frrd_route_enqueue(route);
	}
	frrd_route_flush();
}

/* --- after it was written ---------------------------------------------------- */

void frrd_route_progress(void)
{
	last_progress_us = frrd_now_us();
}

void frrd_route_expect_answer(void)
{
	frrd_route_progress();
	if (!t_doubt)
		event_add_timer_msec(frrd_loop, doubt_expired, NULL, FRRD_DOUBT_MS, &t_doubt);
}

static bool waits_for_answer(const struct frrd_route *route)
{
	return route->status == FRRD_ROUTE_PENDING ||
	       (route->status == FRRD_ROUTE_WITHDRAWING && !route->queued);
}

static void doubt_expired(struct event *event)
{
	int64_t silent_ms = (frrd_now_us() - last_progress_us) / 1000;
	struct frrd_route *route;
	struct frrd_grp *grp;
	unsigned int asked = 0;

	if (silent_ms < FRRD_DOUBT_MS) {
		event_add_timer_msec(frrd_loop, doubt_expired, NULL, FRRD_DOUBT_MS - silent_ms,
				     &t_doubt);
		return;
	}
	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_route_list, &grp->routes.list, route)
			if (waits_for_answer(route) && asked < FRRD_SWEEP_WINDOW) {
				frrd_watch_ask(route);
				asked++;
			}
	doubts = asked;
	if (asked)
		event_add_timer_msec(frrd_loop, doubt_expired, NULL, FRRD_DOUBT_MS, &t_doubt);
}

/* With the last answer of a lot the next lot is asked for, unless there was progress. */
static void doubt_answered(void)
{
	if (!doubts || --doubts > 0)
		return;
	EVENT_OFF(t_doubt);
	event_add_timer_msec(frrd_loop, doubt_expired, NULL, 0, &t_doubt);
}

void frrd_route_tracked(struct frrd_route *route, enum frrd_track track, bool local)
{
	if (route->asking) {
		verified(route, track, local);
		return;
	}
	doubt_answered();
	if (!waits_for_answer(route))
		return;
	if (route->status == FRRD_ROUTE_WITHDRAWING) {
		if (track != FRRD_TRACK_OURS) {
			frrd_route_gone(route);
		} else {
			frrd_route_enqueue(route);
			frrd_route_flush();
		}
		return;
	}
	if (track == FRRD_TRACK_OURS)
		frrd_route_set_status(route, FRRD_ROUTE_INSTALLED, FRRD_CAUSE_NONE);
	else if (track == FRRD_TRACK_ELSEWHERE)
		frrd_route_set_status(route, FRRD_ROUTE_LOST, FRRD_CAUSE_BETTER);
	else
		frrd_route_fail(route, FRRD_CAUSE_NO_ANSWER);
}

/* --- what failed is tried again ---------------------------------------------- */

void frrd_route_fail(struct frrd_route *route, enum frrd_route_cause cause)
{
	frrd_route_set_status(route, FRRD_ROUTE_FAILED, cause);
	if (!t_retry)
		event_add_timer_msec(frrd_loop, retry_expired, NULL, retry_ms, &t_retry);
}

static void retry_all(void)
{
	struct frrd_route *route;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_route_list, &grp->routes.list, route)
			if (route->wanted && (route->status == FRRD_ROUTE_FAILED ||
					      route->status == FRRD_ROUTE_REMOVED ||
					      route->cause == FRRD_CAUSE_TAKEN))
				frrd_route_want_again(route);
	frrd_route_flush();
}

/* The slow safety net below the events: interfaces and gateways trigger retry_soon. */
static void retry_expired(struct event *event)
{
	retry_ms = MIN(retry_ms * 2, RETRY_MAX_MS);
	retry_all();
}

static void retry_soon_expired(struct event *event)
{
	retry_all();
}

void frrd_route_retry_soon(void)
{
	if (!t_retry_soon)
		event_add_timer_msec(frrd_loop, retry_soon_expired, NULL, RETRY_SOON_MS,
				     &t_retry_soon);
}

void frrd_route_retry_reset(void)
{
	retry_ms = RETRY_MIN_MS;
}

/* --- beginning and end -------------------------------------------------------- */

void frrd_route_ask_down(void)
{
	struct frrd_route *route;
	struct frrd_grp *grp;

	EVENT_OFF(t_doubt);
	doubts = 0;
	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_route_list, &grp->routes.list, route)
			set_asking(route, false);
}

void frrd_route_ask_stop(void)
{
	EVENT_OFF(t_doubt);
	EVENT_OFF(t_retry);
	EVENT_OFF(t_retry_soon);
}
