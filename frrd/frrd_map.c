// SPDX-License-Identifier: GPL-2.0-or-later
/* Address change: the lines of a member, and what they do; see frrd_map.h. */

#include <zebra.h>

#include "memory.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_map.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_MAP, "Address map of a member");

void frrd_map_lines_set(struct frrd_maps_head *lines, const struct prefix *from,
			const struct prefix *to)
{
	struct frrd_map *map = XCALLOC(MTYPE_FRRD_MAP, sizeof(*map)), *old;

	prefix_copy(&map->from, from);
	old = frrd_maps_add(lines, map);
	if (old) {
		XFREE(MTYPE_FRRD_MAP, map);
		map = old;
	}
	prefix_copy(&map->to, to);
}

void frrd_map_set(struct frrd_member *member, const struct prefix *from, const struct prefix *to)
{
	frrd_map_lines_set(&member->maps, from, to);
}

void frrd_map_del(struct frrd_member *member, const struct prefix *from)
{
	struct frrd_map key = {}, *map;

	prefix_copy(&key.from, from);
	map = frrd_maps_find(&member->maps, &key);
	if (!map)
		return;
	frrd_maps_del(&member->maps, map);
	XFREE(MTYPE_FRRD_MAP, map);
}

void frrd_map_lines_clear(struct frrd_maps_head *lines)
{
	struct frrd_map *map;

	while ((map = frrd_maps_pop(lines)))
		XFREE(MTYPE_FRRD_MAP, map);
}

void frrd_map_lines_move(struct frrd_maps_head *from, struct frrd_maps_head *to)
{
	struct frrd_map *map;

	while ((map = frrd_maps_pop(from)))
		frrd_maps_add(to, map);
}

void frrd_map_clear(struct frrd_member *member)
{
	frrd_map_lines_clear(&member->maps);
}

/* The bits of `p` behind the length of `to` stay. */
static void translate(const struct prefix *p, const struct prefix *to, struct prefix *ret_prefix)
{
	struct prefix result = *p;
	uint8_t *bytes = &result.u.prefix;
	const uint8_t *network = &to->u.prefix;
	int whole = to->prefixlen / 8, rest = to->prefixlen % 8;

	memcpy(bytes, network, whole);
	if (rest) {
		uint8_t mask = 0xff << (8 - rest);

		bytes[whole] = (network[whole] & mask) | (bytes[whole] & ~mask);
	}
	*ret_prefix = result;
}

/* Few lines are looked at one by one; of many, one is looked up for each length there is. */
#define FEW_LINES 32

static const struct frrd_map *covering_of_few(const struct frrd_maps_head *lines,
					      const struct prefix *p, int longest)
{
	const struct frrd_map *map, *best = NULL;

	frr_each (frrd_maps_const, lines, map)
		if (map->from.family == p->family && map->from.prefixlen <= longest &&
		    prefix_match(&map->from, p) &&
		    (!best || map->from.prefixlen > best->from.prefixlen))
			best = map;
	return best;
}

/* The longest length, of at most so many bits, that a line of this family has; or -1. */
static int length_up_to(const struct frrd_maps_head *lines, uint8_t family, int longest)
{
	struct frrd_map key = { .from = { .family = family, .prefixlen = longest + 1 } };
	const struct frrd_map *map = frrd_maps_const_find_lt(lines, &key);

	return map && map->from.family == family ? map->from.prefixlen : -1;
}

const struct frrd_map *frrd_map_lines_covering(const struct frrd_maps_head *lines,
					       const struct prefix *p, int longest)
{
	const struct frrd_map *map = NULL;
	struct frrd_map key = {};
	int length;

	if (frrd_maps_count(lines) <= FEW_LINES)
		return covering_of_few(lines, p, longest);
	prefix_copy(&key.from, p);
	for (longest = MIN(longest, p->prefixlen); longest >= 0 && !map; longest = length - 1) {
		length = length_up_to(lines, p->family, longest);
		if (length < 0)
			break;
		key.from.prefixlen = length;
		apply_mask(&key.from);
		map = frrd_maps_const_find(lines, &key);
	}
	return map;
}

bool frrd_map_lines_apply(const struct frrd_maps_head *lines, const struct prefix *p,
			  struct prefix *ret_prefix)
{
	const struct frrd_map *map = frrd_map_lines_covering(lines, p, p->prefixlen);

	if (map)
		translate(p, &map->to, ret_prefix);
	else
		prefix_copy(ret_prefix, p);
	return map != NULL;
}

bool frrd_map_apply(const struct frrd_member *member, const struct prefix *p,
		    struct prefix *ret_prefix)
{
	if (member)
		return frrd_map_lines_apply(&member->maps, p, ret_prefix);
	prefix_copy(ret_prefix, p);
	return false;
}

void frrd_map_apply_here(struct frrd_grp *grp, const struct prefix *p, struct prefix *ret_prefix)
{
	const struct frrd_member *member = frrd_member_local(grp);

	(void)frrd_map_lines_apply(member ? &member->maps : &grp->maps_left, p, ret_prefix);
}

void frrd_map_invert(const struct frrd_member *member, const struct prefix *p,
		     struct prefix *ret_prefix)
{
	const struct frrd_map *map;
	struct prefix again;

	frr_each (frrd_maps_const, &member->maps, map) {
		if (map->to.family != p->family || !prefix_match(&map->to, p))
			continue;
		translate(p, &map->from, ret_prefix);
		frrd_map_apply(member, ret_prefix, &again);
		if (prefix_same(&again, p))
			return;
	}
	prefix_copy(ret_prefix, p);
}

bool frrd_map_used(struct frrd_grp *grp)
{
	struct frrd_member *member;

	frr_each (frrd_members, &grp->members, member)
		if (frrd_maps_count(&member->maps))
			return true;
	return frrd_maps_count(&grp->maps_left) > 0;
}

/* --- what changes in a move --- */

struct pairs {
	struct frrd_map_pair *list;
	size_t size, count;
};

static bool is_known(const struct pairs *pairs, const struct frrd_map_pair *pair)
{
	for (size_t i = 0; i < MIN(pairs->count, pairs->size); i++)
		if (prefix_same(&pairs->list[i].old_prefix, &pair->old_prefix) &&
		    prefix_same(&pairs->list[i].new_prefix, &pair->new_prefix))
			return true;
	return false;
}

static void add_pairs(struct frrd_grp *grp, const struct frrd_member *to,
		      const struct prefix *from, struct pairs *pairs)
{
	struct frrd_map_pair pair;
	struct frrd_member *other;

	frrd_map_apply(to, from, &pair.new_prefix);
	frr_each (frrd_members, &grp->members, other) {
		frrd_map_apply(other, from, &pair.old_prefix);
		if (other == to || prefix_same(&pair.old_prefix, &pair.new_prefix) ||
		    is_known(pairs, &pair))
			continue;
		if (pairs->count < pairs->size)
			pairs->list[pairs->count] = pair;
		pairs->count++;
	}
}

size_t frrd_map_pairs(struct frrd_grp *grp, const struct frrd_member *to,
		      struct frrd_map_pair *pairs, size_t size)
{
	struct pairs found = { .list = pairs, .size = size };
	struct frrd_member *member;
	struct frrd_map *map;

	frr_each (frrd_members, &grp->members, member)
		frr_each (frrd_maps, &member->maps, map)
			add_pairs(grp, to, &map->from, &found);
	return found.count;
}
