/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address change: which prefixes a member announces in place of the group's.
 *
 * A line `map FROM TO` of a member translates every prefix of the group that is FROM or
 * lies within it: the network part becomes that of TO, the bits behind it stay.  The
 * longest FROM counts; a prefix that no line covers is announced as it is.  FROM and
 * TO have the same family and length.
 */
#ifndef FRRD_MAP_H
#define FRRD_MAP_H

#include "prefix.h"
#include "typesafe.h"

struct frrd_grp;
struct frrd_member;

PREDECL_RBTREE_UNIQ(frrd_maps);

struct frrd_map {
	struct frrd_maps_item item;
	struct prefix from, to;
	uint32_t covers; /* for the rules of a configuration: prefixes of the group within from */
};

/* By family, then by length: looking for what covers a prefix relies on that. */
static inline int frrd_map_cmp(const struct frrd_map *a, const struct frrd_map *b)
{
	if (a->from.family != b->from.family)
		return numcmp(a->from.family, b->from.family);
	if (a->from.prefixlen != b->from.prefixlen)
		return numcmp(a->from.prefixlen, b->from.prefixlen);
	return prefix_cmp(&a->from, &b->from);
}
DECLARE_RBTREE_UNIQ(frrd_maps, struct frrd_map, item, frrd_map_cmp);

/* Lines by themselves; see below. */
extern void frrd_map_lines_set(struct frrd_maps_head *lines, const struct prefix *from,
			       const struct prefix *to);
extern void frrd_map_lines_clear(struct frrd_maps_head *lines);
extern void frrd_map_lines_move(struct frrd_maps_head *from, struct frrd_maps_head *to);
/* The line with the longest FROM, of at most so many bits, that covers a prefix; or NULL. */
extern const struct frrd_map *frrd_map_lines_covering(const struct frrd_maps_head *lines,
						      const struct prefix *p, int longest);
extern bool frrd_map_lines_apply(const struct frrd_maps_head *lines, const struct prefix *p,
				 struct prefix *ret_prefix);

/* Write a line, or change it. The prefixes are masked, of one family and length. */
extern void frrd_map_set(struct frrd_member *member, const struct prefix *from,
			 const struct prefix *to);
/* Nothing happens when there is no such line. */
extern void frrd_map_del(struct frrd_member *member, const struct prefix *from);
extern void frrd_map_clear(struct frrd_member *member);

/*
 * What a member (NULL: none) announces for a prefix of the group.  Returns true when a
 * line covers it; *ret_prefix is the prefix itself otherwise.
 */
extern bool frrd_map_apply(const struct frrd_member *member, const struct prefix *p,
			   struct prefix *ret_prefix);

/*
 * What this site announces, as the member that it is; or as the one that it was, until
 * the release that follows the end of its membership is over (`maps_left`).
 */
extern void frrd_map_apply_here(struct frrd_grp *grp, const struct prefix *p,
				struct prefix *ret_prefix);

/* The reverse: the prefix of the group, or the address in one, that becomes p. */
extern void frrd_map_invert(const struct frrd_member *member, const struct prefix *p,
			    struct prefix *ret_prefix);

/* Does a member of the group change its addresses, or did this site while it was one? */
extern bool frrd_map_used(struct frrd_grp *grp);

/* One part of the addresses, before and after a move. */
struct frrd_map_pair {
	struct prefix old_prefix, new_prefix; /* same family and length */
};

/*
 * What changes when `to` becomes the owner: for every FROM of any member, the prefix
 * that each other member has in its place, and the one that `to` has.  Pairs that are
 * equal or the same as one before are left out.  Returns the number of pairs, of which
 * at most `size` are written to `pairs` (which may be NULL when size is 0).
 */
extern size_t frrd_map_pairs(struct frrd_grp *grp, const struct frrd_member *to,
			     struct frrd_map_pair *pairs, size_t size);

#endif
