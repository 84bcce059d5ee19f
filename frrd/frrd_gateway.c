// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracking of next-hop addresses; see frrd_gateway.h. */

#include <zebra.h>

#include "memory.h"
#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_gateway.h"
#include "frrd/frrd_probe_local.h"
#include "frrd/frrd_track.h"
#include "frrd/frrd_zebra.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_GATEWAY, "Tracked gateway");

PREDECL_RBTREE_UNIQ(gateways);

struct gateway {
	struct gateways_item item;
	struct prefix address;
	bool answered;
	bool reachable; /* meaningless until answered */
	bool wanted;
};

static int gateway_cmp(const struct gateway *a, const struct gateway *b)
{
	return prefix_cmp(&a->address, &b->address);
}

DECLARE_RBTREE_UNIQ(gateways, struct gateway, item, gateway_cmp);

static struct gateways_head gateways;

void frrd_gateway_init(void)
{
	gateways_init(&gateways);
}

void frrd_gateway_fini(void)
{
	struct gateway *gateway;

	while ((gateway = gateways_pop(&gateways)))
		XFREE(MTYPE_FRRD_GATEWAY, gateway);
	gateways_fini(&gateways);
}

static struct gateway *gateway_find(const struct prefix *address)
{
	struct gateway key = {};

	prefix_copy(&key.address, address);
	return gateways_find(&gateways, &key);
}

static void gateway_want(const struct prefix *address)
{
	struct gateway *gateway = gateway_find(address);

	if (!gateway) {
		gateway = XCALLOC(MTYPE_FRRD_GATEWAY, sizeof(*gateway));
		prefix_copy(&gateway->address, address);
		gateways_add(&gateways, gateway);
		frrd_zebra_track(address, 1, true);
	}
	gateway->wanted = true;
}

/* The address of a next-hop that is worth tracking; false when there is none. */
static bool address_of(const struct frrd_nexthop *nexthop, int family,
		       struct prefix *ret_address)
{
	memset(ret_address, 0, sizeof(*ret_address));
	ret_address->family = family;
	if (family == AF_INET) {
		ret_address->prefixlen = IPV4_MAX_BITLEN;
		ret_address->u.prefix4 = nexthop->ipv4;
		return nexthop->has_ipv4;
	}
	ret_address->prefixlen = IPV6_MAX_BITLEN;
	ret_address->u.prefix6 = nexthop->ipv6;
	/* A link-local address says nothing without its interface, which is followed anyway. */
	return nexthop->has_ipv6 && !IN6_IS_ADDR_LINKLOCAL(&nexthop->ipv6);
}

static void want_of(const struct frrd_nexthop *nexthop)
{
	struct prefix address;

	if (address_of(nexthop, AF_INET, &address))
		gateway_want(&address);
	if (address_of(nexthop, AF_INET6, &address))
		gateway_want(&address);
}

bool frrd_gateway_usable(const struct frrd_nexthop *nexthop, int family)
{
	struct gateway *gateway;
	struct prefix address;

	if (!address_of(nexthop, family, &address))
		return true;
	gateway = gateway_find(&address);
	return !gateway || !gateway->answered || gateway->reachable;
}

void frrd_gateway_sync(void)
{
	struct frrd_member *member;
	struct gateway *gateway;
	struct frrd_trk *track;
	struct frrd_grp *grp;

	frr_each (gateways, &gateways, gateway)
		gateway->wanted = false;
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		member = frrd_member_local(grp);
		if (member)
			want_of(&member->nexthop);
	}
	frr_each (frrd_tracks, &frrd_config.tracks, track)
		want_of(&track->nexthop);
	frr_each_safe (gateways, &gateways, gateway) {
		if (gateway->wanted)
			continue;
		if (!frrd_probe_local_tracks(&gateway->address))
			frrd_zebra_track(&gateway->address, 1, false);
		gateways_del(&gateways, gateway);
		XFREE(MTYPE_FRRD_GATEWAY, gateway);
	}
}

void frrd_gateway_answer(const struct prefix *match, const struct zapi_route *nhr)
{
	struct gateway *gateway = gateway_find(match);
	bool reachable = nhr->nexthop_num > 0;

	if (!gateway || (gateway->answered && gateway->reachable == reachable))
		return;
	gateway->answered = true;
	gateway->reachable = reachable;
	frrd_route_gateway_changed(match);
	frrd_track_nexthop_changed();
}

bool frrd_gateway_tracks(const struct prefix *p)
{
	return gateway_find(p) != NULL;
}

void frrd_gateway_zebra_up(void)
{
	struct gateway *gateway;

	frr_each (gateways, &gateways, gateway) {
		gateway->answered = false;
		frrd_zebra_track(&gateway->address, 1, true);
	}
}
