// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Preflight: address change.  Where prefixes come from prefix-lists, the rules of the
 * configuration cannot say whether map lines fit them.  And lines that are right one by
 * one may together give an address two meanings.
 */

#include <zebra.h>

#include "memory.h"

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

static bool overlap(const struct prefix *a, const struct prefix *b)
{
	return a->family == b->family && (prefix_match(a, b) || prefix_match(b, a));
}

/* When this one is the owner: what is new is nowhere what is old. */
static bool is_clear_at(struct frrd_preflight *pf, struct frrd_grp *grp,
			const struct frrd_member *owner, const struct frrd_map_pair *pairs,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			if (!overlap(&pairs[i].new_prefix, &pairs[j].old_prefix))
				continue;
			frrd_pf_add(pf, FRRD_PF_WARNING, "map", grp->name,
				    "when site %s is the owner, %pFX comes in place of %pFX, and %pFX in place of %pFX: what an address there stands for depends on the owner, so clients may reach another service after a move, and DNS records stay as they are; map to prefixes that the group has at no other site",
				    owner->site, &pairs[i].new_prefix, &pairs[i].old_prefix,
				    &pairs[j].new_prefix, &pairs[j].old_prefix);
			return false;
		}
	return true;
}

/* One finding a group: what is wrong at one owner is so at the others. */
static void check_meaning(struct frrd_preflight *pf, struct frrd_grp *grp)
{
	struct frrd_map_pair *pairs;
	struct frrd_member *owner;
	bool clear = true;
	size_t count;

	frr_each (frrd_members, &grp->members, owner) {
		/* Without room for them it cannot tell which of them it has counted before. */
		count = frrd_map_pairs(grp, owner, NULL, 0);
		pairs = XCALLOC(MTYPE_TMP, (count + 1) * sizeof(*pairs));
		count = MIN(frrd_map_pairs(grp, owner, pairs, count), count);
		clear = is_clear_at(pf, grp, owner, pairs, count);
		XFREE(MTYPE_TMP, pairs);
		if (!clear)
			return;
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
		check_meaning(pf, grp);
	}
	if (any && pf->count == before)
		frrd_pf_add(pf, FRRD_PF_OK, "map", "address change",
			    "every map line covers a prefix of its group, and no new prefix is an old one");
}
