/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address change: which routes the prefixes of a group become.
 *
 * A prefix of the group becomes what this site announces in its place, and, to be
 * watched, what each other member announces.  The sources of a group (its prefix
 * lines, its prefix-lists) are read as a whole, since one changed map line may change
 * all of it:
 *
 *     begin -> put, for each image of each prefix -> end, which takes away the rest
 *
 * Without map lines a prefix has one image, itself, and lines of it are added and
 * removed one by one.
 */
#ifndef FRRD_MAP_ROUTE_H
#define FRRD_MAP_ROUTE_H

#include "frrd/frrd_map.h"

struct frrd_route;

/* What a prefix of the group is announced as, by this site or by others. */
struct frrd_image {
	struct prefix original, prefix;
	uint8_t source; /* FRRD_SOURCE_*, of others FRRD_SOURCE_OTHER() of it */
};

/*
 * Call `use` for every image of a prefix that comes from `source`: first that of this
 * site (one that is no member announces nothing, and has the prefix itself, unless it
 * has yet to withdraw another), then those of the other members that differ from it.
 */
extern void frrd_map_images(struct frrd_grp *grp, const struct prefix *p, uint8_t source,
			    void (*use)(struct frrd_grp *grp, const struct frrd_image *image,
					void *arg),
			    void *arg);

/*
 * Add the route of an image.  Returns NULL when another group has the prefix;
 * *ret_owner (may be NULL) is then that group.
 */
extern struct frrd_route *frrd_map_route_put(struct frrd_grp *grp, const struct frrd_image *image,
					     struct frrd_grp **ret_owner);

/*
 * To find out whether another site has taken a prefix over, its images are asked for
 * one after the other: first this site's own, then those that are watched.  The one
 * after `route` (NULL: that was the last), and this site's own (NULL: it has none).
 */
extern struct frrd_route *frrd_map_route_next(const struct frrd_route *route);
extern struct frrd_route *frrd_map_route_own(struct frrd_route *route);

/* Routes were put: what is watched, or asked for, of the group may have to change. */
extern void frrd_map_routes_settle(struct frrd_grp *grp);

/* Before and after reading everything that comes from `source`. */
extern void frrd_map_routes_begin(struct frrd_grp *grp);
extern void frrd_map_routes_end(struct frrd_grp *grp, uint8_t source);

/*
 * A site that is no member any more withdraws what it announced, in the usual order:
 * until then its routes are those of the map lines that it had.  To be called when the
 * group has made a step: when all is withdrawn, they are read without these.
 */
extern void frrd_map_follow(struct frrd_grp *grp);

/* Who reads the prefixes of a group anew: the prefix lines are with the configuration. */
extern void frrd_map_set_reader(void (*reader)(struct frrd_grp *grp));

/* Does the member announce the route as the owner? */
extern bool frrd_map_announces(const struct frrd_member *member, const struct frrd_route *route);

/* Does any member of its group, or this site as long as it has yet to withdraw it? */
extern bool frrd_map_announced(const struct frrd_route *route);

#endif
