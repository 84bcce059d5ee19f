// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes when a session with zebra begins and ends: what may zebra still have? */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_route_sync.h"

static bool adopting; /* from the beginning of a session until frrd_route_resumed() */

/* With the arbiter bgp zebra keeps routes for stale-retention; manual has none. */
bool frrd_route_adopting(void)
{
	return adopting && frrd_config.arbiter == FRRD_ARBITER_BGP &&
	       frrd_config.stale_retention_ms > 0;
}

bool frrd_route_may_stand(const struct frrd_route *route)
{
	return route->in_zebra || frrd_route_adopting();
}

/* Arbiter manual: a new session starts empty, zebra dropped what we had. */
static void begin_anew(struct frrd_route *route)
{
	route->in_zebra = false;
	if (route->wanted)
		frrd_route_want_again(route);
	else if (route->status != FRRD_ROUTE_IDLE)
		frrd_route_gone(route);
}

/*
 * Arbiter bgp: zebra may have kept what we had.  What was being withdrawn is
 * withdrawn again; what was announced waits for frrd_route_announce() or
 * frrd_route_withdraw(), since the engine has to find out who owns the group now.
 */
static void adopt(struct frrd_route *route)
{
	route->in_zebra = false;
	if (!route->wanted && route->status != FRRD_ROUTE_IDLE) {
		if (frrd_route_adopting())
			frrd_route_want_delete(route);
		else
			frrd_route_gone(route);
	}
}

void frrd_route_zebra_up(void)
{
	bool bgp = frrd_config.arbiter == FRRD_ARBITER_BGP;
	struct frrd_route *route;
	struct frrd_grp *grp;

	adopting = true;
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		grp->routes.suspended = bgp && grp->routes.wanted > 0;
		frr_each_safe (frrd_route_list, &grp->routes.list, route) {
			if (bgp)
				adopt(route);
			else
				begin_anew(route);
		}
	}
	frrd_route_flush();
}

void frrd_route_resumed(void)
{
	adopting = false;
}

void frrd_route_zebra_down(void)
{
	adopting = false;
	frrd_drain_zebra_down();
	frrd_route_sync_down();
}
