/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address change for shows; see frrd_map.h. */
#ifndef FRRD_MAP_SHOW_H
#define FRRD_MAP_SHOW_H

struct frrd_grp;
struct frrd_member;
struct frrd_route;
struct json_object;
struct vty;

/* The lines of all members; nothing when there are none. */
extern void frrd_map_show(struct vty *vty, struct frrd_grp *grp);

/* Those of one member as an array; the caller owns it. */
extern struct json_object *frrd_map_json(struct frrd_member *member);

/*
 * What a route stands for and who announces it: as JSON, and in a few words ("-": this
 * site, and it is the group's own prefix).
 */
extern void frrd_map_route_json(struct json_object *json, const struct frrd_route *route);
extern const char *frrd_map_route_words(const struct frrd_route *route, char *buf, size_t size);

#endif
