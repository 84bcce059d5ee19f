// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preflight: address change.  Where prefixes come from prefix-lists, the rules of the
 * configuration cannot say whether map lines fit them.
 */

#include <zebra.h>

#include "frrd/frrd_preflight.h"

static bool covers(struct frrd_grp *grp, const struct frrd_map *map)
{
	struct frrd_route *route;
	struct prefix original;

	frr_each (frrd_route_list, &grp->routes.list, route) {
		frrd_route_original(route, &original);
		if (route->sources && original.family == map->from.family &&
		    prefix_match(&map->from, &original))
			return true;
	}
	return false;
}

static void check_member(struct frrd_preflight *pf, struct frrd_grp *grp,
			 struct frrd_member *member)
{
	struct frrd_map *map;
	char object[96];

	snprintf(object, sizeof(object), "group %s, site %s", grp->name, member->site);
	frr_each (frrd_maps, &member->maps, map) {
		if (covers(grp, map))
			continue;
		frrd_pf_add(pf, FRRD_PF_WARNING, "map", object,
			    "`map %pFX %pFX` covers no prefix that the group has now", &map->from,
			    &map->to);
		frrd_pf_type(pf, "do show subnet-mover routes group %s", grp->name);
	}
}

void frrd_pf_check_maps(struct frrd_preflight *pf)
{
	struct frrd_member *member;
	size_t before = pf->count;
	struct frrd_grp *grp;
	bool any = false;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		if (grp->removed || !frrd_map_used(grp))
			continue;
		any = true;
		frr_each (frrd_members, &grp->members, member)
			check_member(pf, grp, member);
	}
	if (any && pf->count == before)
		frrd_pf_add(pf, FRRD_PF_OK, "map", "address change",
			    "every map line covers a prefix of its group");
}
