// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preflight: routes of this router itself that stand before those of frrd.
 *
 * zebra prefers a connected route to every other type, whatever the distance.  At
 * the owner such a route keeps frrd's from being announced; at any other site it
 * keeps the traffic for the moved subnet here.
 */

#include <zebra.h>

#include "if.h"
#include "printfrr.h"
#include "vrf.h"

#include "frrd/frrd_map_route.h"
#include "frrd/frrd_preflight.h"

/* A static route with less keeps the eBGP routes of other sites out. */
#define EBGP_DISTANCE 20

static const char *const local_names[FRRD_PF_LOCALS] = {
	[FRRD_PF_CONNECTED] = "connected",
	[FRRD_PF_STATIC] = "static",
	[FRRD_PF_KERNEL] = "kernel",
};

struct shadow {
	enum frrd_pf_local type;
	struct prefix prefix; /* of the local route */
	struct json_object *route;
	const struct frrd_grp *grp;
	struct prefix moved; /* the group's prefix: the same, or one that contains it */
	bool here;	     /* that this site announces as the owner */
	char object[128];
};

/* The prefix of a group that is p or contains it. */
static const struct frrd_route *covering(const struct prefix *p)
{
	struct prefix wider = *p;

	for (int length = p->prefixlen; length >= 0; length--) {
		const struct frrd_route *route;

		wider.prefixlen = length;
		apply_mask(&wider);
		route = frrd_route_find(&wider);
		if (route)
			return route;
	}
	return NULL;
}

static const char *interface_of(struct json_object *route)
{
	struct json_object *nexthops = frrd_jo(route, "nexthops");

	return frrd_js(nexthops ? json_object_array_get_idx(nexthops, 0) : NULL, "interfaceName");
}

/* --- connected --- */

static void type_address(struct frrd_preflight *pf, const struct prefix *address, const char *name)
{
	const char *word = address->family == AF_INET ? "ip" : "ipv6";
	char block[64], line[80];
	struct prefix host = *address;

	host.prefixlen = address->family == AF_INET ? IPV4_MAX_BITLEN : IPV6_MAX_BITLEN;
	snprintf(block, sizeof(block), "interface %s", name);
	snprintfrr(line, sizeof(line), "%s address %pFX", word, address);
	if (frrd_config_has(pf->facts->zebra_config, block, line)) {
		frrd_pf_type(pf, "%s", block);
		frrd_pf_type(pf, " no %s", line);
		frrd_pf_type(pf, " %s address %pFX", word, &host);
		frrd_pf_type(pf, "exit");
		return;
	}
	frrd_pf_type(pf, "ip address del %pFX dev %s", address, name);
	frrd_pf_type(pf, "ip address add %pFX dev %s", &host, name);
	frrd_pf_type_at(pf, "a shell (and where the address is configured)");
}

static void report_connected(struct frrd_preflight *pf, const struct shadow *shadow)
{
	const char *name = interface_of(shadow->route);
	struct interface *ifp = name ? if_lookup_by_name(name, VRF_DEFAULT) : NULL;
	struct connected *connected =
		ifp ? connected_lookup_prefix(ifp, &shadow->prefix) : NULL;
	unsigned int host = shadow->moved.family == AF_INET ? IPV4_MAX_BITLEN : IPV6_MAX_BITLEN;

	if (shadow->moved.prefixlen == host && shadow->here) {
		frrd_pf_add(pf, FRRD_PF_ERROR, "shadow", shadow->object,
			    "interface %s has this address: its connected route wins over frrd's, which is not announced from here, and traffic stays here when another site is the owner. With /%u the router has the address all the same",
			    name ? name : "?", host - 1);
		frrd_pf_type(pf, "ip address show dev %s", name ? name : "NAME");
		frrd_pf_type_at(pf, "a shell");
		return;
	}
	if (prefix_same(&shadow->prefix, &shadow->moved) && !shadow->here)
		frrd_pf_add(pf, FRRD_PF_ERROR, "shadow", shadow->object,
			    "interface %s has an address in %pFX with the length of the subnet: traffic for it stays here when the site that announces it is the owner",
			    name ? name : "?", &shadow->moved);
	else if (prefix_same(&shadow->prefix, &shadow->moved))
		frrd_pf_add(pf, FRRD_PF_ERROR, "shadow", shadow->object,
			    "interface %s has an address in %pFX with the length of the subnet: its connected route wins over frrd's, which is not announced from here, and traffic stays here when another site is the owner. With /%u the address serves the hosts as well",
			    name ? name : "?", &shadow->moved, host);
	else
		frrd_pf_add(pf, FRRD_PF_WARNING, "shadow", shadow->object,
			    "the connected route %pFX on interface %s lies within %pFX: traffic for it stays here when another site is the owner",
			    &shadow->prefix, name ? name : "?", &shadow->moved);
	if (connected && connected->address) {
		type_address(pf, connected->address, name);
	} else {
		frrd_pf_type(pf, "ip address show dev %s", name ? name : "NAME");
		frrd_pf_type_at(pf, "a shell");
	}
}

/* --- static and kernel --- */

static void type_static(struct frrd_preflight *pf, const struct shadow *shadow)
{
	struct json_object *nexthops = frrd_jo(shadow->route, "nexthops");
	struct json_object *first = nexthops ? json_object_array_get_idx(nexthops, 0) : NULL;
	const char *gateway = frrd_js(first, "ip");
	const char *interface = frrd_js(first, "interfaceName");
	int64_t distance = frrd_ji(shadow->route, "distance");
	char number[16] = "";

	if (distance != 1)
		snprintf(number, sizeof(number), " %" PRId64, distance);
	frrd_pf_type(pf, "no %s route %pFX %s%s", shadow->prefix.family == AF_INET ? "ip" : "ipv6",
		     &shadow->prefix,
		     gateway ? gateway : interface ? interface : "blackhole", number);
}

static void report_other(struct frrd_preflight *pf, const struct shadow *shadow)
{
	int64_t distance = frrd_ji(shadow->route, "distance");

	if (!prefix_same(&shadow->prefix, &shadow->moved))
		frrd_pf_add(pf, FRRD_PF_WARNING, "shadow", shadow->object,
			    "the %s route %pFX lies within %pFX: traffic for it does not follow a move",
			    local_names[shadow->type], &shadow->prefix, &shadow->moved);
	else if (distance < EBGP_DISTANCE && !shadow->here)
		frrd_pf_add(pf, FRRD_PF_ERROR, "shadow", shadow->object,
			    "the %s route %pFX with distance %" PRId64
			    " wins over the routes of the site that announces it as the owner",
			    local_names[shadow->type], &shadow->prefix, distance);
	else if (distance < EBGP_DISTANCE)
		frrd_pf_add(pf, FRRD_PF_ERROR, "shadow", shadow->object,
			    "the %s route %pFX with distance %" PRId64
			    " %s, and over the routes of another site that is the owner",
			    local_names[shadow->type], &shadow->prefix, distance,
			    distance <= frrd_config.distance
				    ? "wins over frrd's, which is not announced from here"
				    : "loses to frrd's, but wins when this site is not the owner");
	else
		return;
	if (shadow->type == FRRD_PF_STATIC) {
		type_static(pf, shadow);
		return;
	}
	frrd_pf_type(pf, "ip %sroute del %pFX", shadow->prefix.family == AF_INET ? "" : "-6 ",
		     &shadow->prefix);
	frrd_pf_type_at(pf, "a shell");
}

/* --- all of them --- */

static void check_route(struct frrd_preflight *pf, enum frrd_pf_local type, const char *text,
			struct json_object *entries)
{
	unsigned int host;
	struct shadow shadow = { .type = type };
	const struct frrd_route *route;

	if (!str2prefix(text, &shadow.prefix) || !json_object_is_type(entries, json_type_array) ||
	    !json_object_array_length(entries))
		return;
	shadow.route = json_object_array_get_idx(entries, 0);
	host = shadow.prefix.family == AF_INET ? IPV4_MAX_BITLEN : IPV6_MAX_BITLEN;
	route = covering(&shadow.prefix);
	if (!route || !frrd_map_announced(route))
		return;
	frrd_route_prefix(route, &shadow.moved);
	shadow.here = frrd_route_is_here(route);
	/* An address of this router within a subnet: that is how a gateway has to be. */
	if (type == FRRD_PF_CONNECTED && shadow.prefix.prefixlen == host &&
	    shadow.moved.prefixlen < host)
		return;
	shadow.grp = route->grp;
	snprintfrr(shadow.object, sizeof(shadow.object), "group %s, %pFX", shadow.grp->name,
		   &shadow.moved);
	if (type == FRRD_PF_CONNECTED)
		report_connected(pf, &shadow);
	else
		report_other(pf, &shadow);
}

static void check_routes(struct frrd_preflight *pf, enum frrd_pf_local type,
			 struct json_object *routes)
{
	struct json_object_iterator it, end;

	if (!json_object_is_type(routes, json_type_object))
		return;
	it = json_object_iter_begin(routes);
	end = json_object_iter_end(routes);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		check_route(pf, type, json_object_iter_peek_name(&it),
			    json_object_iter_peek_value(&it));
}

void frrd_pf_check_shadows(struct frrd_preflight *pf)
{
	size_t before = pf->count;

	for (size_t i = 0; i < FRRD_PF_LOCALS; i++)
		for (size_t j = 0; j < FRRD_PF_FAMILIES; j++)
			check_routes(pf, i, pf->facts->local_routes[i][j]);
	if (pf->count == before && !pf->facts->zebra_error[0])
		frrd_pf_add(pf, FRRD_PF_OK, "shadow", "routes",
			    "no route of this router itself stands before a group's prefix");
}
