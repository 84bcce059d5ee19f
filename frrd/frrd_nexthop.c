// SPDX-License-Identifier: GPL-2.0-or-later
/* Next-hops of members: what they serve, and whether they can work now. */

#include <zebra.h>

#include "vrf.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_gateway.h"
#include "frrd/frrd_route_sync.h"

bool frrd_nexthop_serves(const struct frrd_nexthop *nexthop, int family)
{
	if (nexthop->blackhole || nexthop->ifname[0])
		return true;
	return family == AF_INET ? nexthop->has_ipv4 : nexthop->has_ipv6;
}

enum frrd_route_cause frrd_nexthop_obstacle(const struct frrd_nexthop *nexthop, int family,
					    ifindex_t *ret_ifindex)
{
	struct interface *ifp;

	*ret_ifindex = IFINDEX_INTERNAL;
	if (!frrd_nexthop_serves(nexthop, family))
		return FRRD_CAUSE_NO_NEXTHOP;
	if (!frrd_gateway_usable(nexthop, family))
		return FRRD_CAUSE_GATEWAY;
	if (!nexthop->ifname[0])
		return FRRD_CAUSE_NONE;
	ifp = if_lookup_by_name(nexthop->ifname, VRF_DEFAULT);
	if (!ifp || ifp->ifindex == IFINDEX_INTERNAL)
		return FRRD_CAUSE_NO_INTERFACE;
	*ret_ifindex = ifp->ifindex;
	return if_is_operative(ifp) ? FRRD_CAUSE_NONE : FRRD_CAUSE_INTERFACE_DOWN;
}

/* Now, or as soon as the group is attached here. */
static bool usable(const struct frrd_grp *grp, const struct frrd_nexthop *nexthop, int family)
{
	enum frrd_route_cause cause;
	ifindex_t ifindex;

	cause = frrd_nexthop_obstacle(nexthop, family, &ifindex);
	if (cause == FRRD_CAUSE_INTERFACE_DOWN || cause == FRRD_CAUSE_GATEWAY)
		return frrd_attach_will_serve(grp, nexthop, family);
	return cause == FRRD_CAUSE_NONE;
}

bool frrd_route_nexthop_usable(struct frrd_grp *grp)
{
	const struct frrd_member *member = frrd_member_local(grp);
	uint32_t total = grp->routes.here;
	uint32_t ipv6 = grp->routes.ipv6;

	if (!member)
		return false;
	return (total == ipv6 || usable(grp, &member->nexthop, AF_INET)) &&
	       (!ipv6 || usable(grp, &member->nexthop, AF_INET6));
}
