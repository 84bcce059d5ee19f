// SPDX-License-Identifier: GPL-2.0-or-later
/* Address change for shows: the lines of members, and what routes stand for. */

#include <zebra.h>

#include "json.h"
#include "termtable.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_map_route.h"
#include "frrd/frrd_map_show.h"

void frrd_map_show(struct vty *vty, struct frrd_grp *grp)
{
	struct frrd_member *member;
	struct frrd_map *map;

	if (!frrd_map_used(grp))
		return;
	vty_out(vty, "  Address change:\n");
	frr_each (frrd_members, &grp->members, member)
		frr_each (frrd_maps, &member->maps, map)
			vty_out(vty, "    %pFX announced as %pFX at site %s%s\n", &map->from,
				&map->to, member->site,
				strmatch(member->site, frrd_config.local_site) ? " (local)" : "");
	frr_each (frrd_maps, &grp->maps_left, map)
		vty_out(vty, "    %pFX announced as %pFX here until the release is over\n",
			&map->from, &map->to);
}

struct json_object *frrd_map_json(struct frrd_member *member)
{
	struct json_object *list = json_object_new_array();
	struct frrd_map *map;

	frr_each (frrd_maps, &member->maps, map) {
		struct json_object *entry = json_object_new_object();

		json_object_string_addf(entry, "from", "%pFX", &map->from);
		json_object_string_addf(entry, "to", "%pFX", &map->to);
		json_object_array_add(list, entry);
	}
	return list;
}

/*
 * A site that is no member has the prefixes of the group, and announces none; but it may
 * have to withdraw some.
 */
static bool is_own(const struct frrd_route *route)
{
	return frrd_route_is_here(route) &&
	       (frrd_member_local(route->grp) || route->status != FRRD_ROUTE_IDLE);
}

void frrd_map_route_json(struct json_object *json, const struct frrd_route *route)
{
	struct json_object *sites = json_object_new_array();
	struct frrd_member *member;
	struct prefix original;

	frrd_route_original(route, &original);
	json_object_string_addf(json, "groupPrefix", "%pFX", &original);
	frr_each (frrd_members, &route->grp->members, member)
		if (frrd_map_announces(member, route))
			json_object_array_add(sites, json_object_new_string(member->site));
	json_object_object_add(json, "sites", sites);
	json_object_boolean_add(json, "watchedOnly", !is_own(route));
}

const char *frrd_map_route_words(const struct frrd_route *route, char *buf, size_t size)
{
	struct frrd_member *member;

	buf[0] = '\0';
	if (route->original)
		snprintfrr(buf, size, "in place of %pFX", route->original);
	if (is_own(route))
		return buf[0] ? buf : "-";
	strlcat(buf, buf[0] ? ", by" : "by", size);
	frr_each (frrd_members, &route->grp->members, member)
		if (frrd_map_announces(member, route)) {
			strlcat(buf, " ", size);
			strlcat(buf, member->site, size);
		}
	return buf;
}
