// SPDX-License-Identifier: GPL-2.0-or-later
/* Address change: from prefixes of a group to routes; see frrd_map_route.h. */

#include <zebra.h>

#include "frrd/frrd_config.h"
#include "frrd/frrd_map_route.h"

static void (*read_anew)(struct frrd_grp *grp);

void frrd_map_images(struct frrd_grp *grp, const struct prefix *p, uint8_t source,
		     void (*use)(struct frrd_grp *grp, const struct frrd_image *image, void *arg),
		     void *arg)
{
	struct frrd_image image = { .source = source };
	struct frrd_member *member;
	struct prefix here;

	prefix_copy(&image.original, p);
	frrd_map_apply_here(grp, p, &here);
	prefix_copy(&image.prefix, &here);
	use(grp, &image, arg);
	image.source = FRRD_SOURCE_OTHER(source);
	frr_each (frrd_members, &grp->members, member) {
		frrd_map_apply(member, p, &image.prefix);
		if (!prefix_same(&image.prefix, &here))
			use(grp, &image, arg);
	}
}

/* What this site announces matters more than what others have in the same place. */
static bool is_told_already(const struct frrd_route *route, uint8_t source)
{
	uint8_t read_now = source >> 2; /* what was found of it before may be stale */

	return !(source & FRRD_SOURCE_HERE) &&
	       ((route->listed | (route->sources & ~read_now)) & FRRD_SOURCE_HERE);
}

struct frrd_route *frrd_map_route_put(struct frrd_grp *grp, const struct frrd_image *image,
				      struct frrd_grp **ret_owner)
{
	struct frrd_route *route = frrd_route_add(grp, &image->prefix, image->source, ret_owner);

	if (!route)
		return NULL;
	if (!is_told_already(route, image->source))
		frrd_route_set_original(route, &image->original);
	route->listed |= image->source;
	/* Of each prefix all images are among the first, which a standby watches. */
	if (frrd_map_used(grp)) {
		frrd_route_to_tail(route);
		grp->routes.reordered = true;
	}
	return route;
}

void frrd_map_routes_settle(struct frrd_grp *grp)
{
	if (!grp->routes.reordered)
		return;
	grp->routes.reordered = false;
	if (grp->watch.mode != FRRD_WATCH_OFF)
		frrd_watch_set_mode(grp, grp->watch.mode);
	frrd_route_ask_anew(grp);
}

void frrd_map_routes_begin(struct frrd_grp *grp)
{
	struct frrd_route *route;

	frr_each (frrd_route_list, &grp->routes.list, route)
		route->listed = 0;
}

void frrd_map_routes_end(struct frrd_grp *grp, uint8_t source)
{
	frrd_route_del_unlisted(grp, source | FRRD_SOURCE_OTHER(source));
	frrd_map_routes_settle(grp);
}

void frrd_map_set_reader(void (*reader)(struct frrd_grp *grp))
{
	read_anew = reader;
}

void frrd_map_follow(struct frrd_grp *grp)
{
	if (!frrd_maps_count(&grp->maps_left) || grp->seq.step != FRRD_STEP_REST)
		return;
	frrd_map_lines_clear(&grp->maps_left);
	read_anew(grp);
}

bool frrd_map_announces(const struct frrd_member *member, const struct frrd_route *route)
{
	struct prefix original, own, image;

	frrd_route_prefix(route, &own);
	frrd_route_original(route, &original);
	frrd_map_apply(member, &original, &image);
	return prefix_same(&image, &own);
}

bool frrd_map_announced(const struct frrd_route *route)
{
	struct frrd_member *member;

	frr_each (frrd_members, &route->grp->members, member)
		if (frrd_map_announces(member, route))
			return true;
	return frrd_maps_count(&route->grp->maps_left) && frrd_route_is_here(route);
}

struct frrd_route *frrd_map_route_own(struct frrd_route *route)
{
	struct prefix original, image;
	struct frrd_route *own;

	if (frrd_route_is_here(route))
		return route;
	frrd_route_original(route, &original);
	frrd_map_apply_here(route->grp, &original, &image);
	own = frrd_route_find(&image);
	return own && own->grp == route->grp && frrd_route_is_here(own) ? own : NULL;
}

/* Is the image of this member that of one before it? */
static bool is_repeated(struct frrd_grp *grp, const struct frrd_member *member,
			const struct prefix *original, const struct prefix *image)
{
	struct frrd_member *before;
	struct prefix other;

	frr_each (frrd_members, &grp->members, before) {
		if (before == member)
			return false;
		frrd_map_apply(before, original, &other);
		if (prefix_same(&other, image))
			return true;
	}
	return false;
}

/*
 * Is this the route to ask for the image of a prefix that another site announces?  One
 * that several prefixes become, each at another site, is asked for in the name of one.
 */
static bool stands_for(const struct frrd_route *other, const struct frrd_grp *grp,
		       const struct prefix *original)
{
	struct prefix its;

	if (!other || other->grp != grp || frrd_route_is_here(other))
		return false;
	frrd_route_original(other, &its);
	return prefix_same(&its, original);
}

struct frrd_route *frrd_map_route_next(const struct frrd_route *route)
{
	bool found = frrd_route_is_here(route);
	struct frrd_member *member;
	struct prefix original, image, own;

	if (!frrd_map_used(route->grp))
		return NULL;
	frrd_route_prefix(route, &own);
	frrd_route_original(route, &original);
	frr_each (frrd_members, &route->grp->members, member) {
		struct frrd_route *other;

		frrd_map_apply(member, &original, &image);
		if (is_repeated(route->grp, member, &original, &image))
			continue;
		other = frrd_route_find(&image);
		if (found && stands_for(other, route->grp, &original))
			return other;
		found |= prefix_same(&image, &own);
	}
	return NULL;
}
