// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: configuration callbacks.
 *
 * They store and mark, nothing else: each writes its piece into frrd_config and
 * marks the group that it concerns, and when all callbacks of a transaction are
 * through, the top container's apply_finish lets the engine look once.  What is
 * not allowed is decided before that, in frrd_nb_check.c.
 *
 * A prefix may move from one group to another within a transaction, and the
 * order of creation and deletion follows the tree.  One that its old group still
 * holds therefore waits: until the end of the transaction, or, when the old group
 * has to withdraw it first, until zebra has confirmed that.
 *
 * What prefix lines become depends on the map lines of the members, which may change
 * in the same transaction.  So where there are any, the prefix lines are read anew
 * when all callbacks are through (frrd_nb_map_finish()).
 */

#include <zebra.h>

#include "log.h"
#include "memory.h"
#include "typesafe.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_map_route.h"
#include "frrd/frrd_policy.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_WAITING_PREFIX, "Prefix that waits for its old group");

#define WAITING_RETRY_MS 100

PREDECL_DLIST(waiting_prefixes);
struct waiting_prefix {
	struct waiting_prefixes_item item;
	char group[FRRD_NAME_SIZE];
	struct frrd_image image;
};
DECLARE_DLIST(waiting_prefixes, struct waiting_prefix, item);

static struct waiting_prefixes_head waiting[1] = { INIT_DLIST(waiting[0]) };
static struct event *t_waiting;

/* --- helpers -------------------------------------------------------------- */

/* The key of the list entry `list` around (or at) a node. */
static const char *key_of(const struct lyd_node *dnode, const char *list)
{
	return lyd_get_value(lyd_child(yang_dnode_get_parent(dnode, list)));
}

static const char *value_of(const struct lyd_node *dnode)
{
	return lyd_get_value(dnode);
}

static struct frrd_grp *grp_of(const struct lyd_node *dnode)
{
	struct frrd_grp *grp = frrd_grp_find(key_of(dnode, "group"));

	assert(grp);
	return grp;
}

/* The member around a node; its group is marked, whatever is going to change. */
static struct frrd_member *member_of(const struct lyd_node *dnode)
{
	struct frrd_grp *grp = grp_of(dnode);
	struct frrd_member *member = frrd_member_find(grp, key_of(dnode, "member"));

	assert(member);
	frrd_engine_touch(grp);
	return member;
}

/* --- prefixes that wait --------------------------------------------------- */

void frrd_nb_waiting_add(const char *group, const struct frrd_image *image)
{
	struct waiting_prefix *w = XCALLOC(MTYPE_FRRD_WAITING_PREFIX, sizeof(*w));

	strlcpy(w->group, group, sizeof(w->group));
	w->image = *image;
	waiting_prefixes_add_tail(waiting, w);
}

static void waiting_free(struct waiting_prefix *w)
{
	waiting_prefixes_del(waiting, w);
	XFREE(MTYPE_FRRD_WAITING_PREFIX, w);
}

void frrd_nb_waiting_forget(const char *group, const struct prefix *p)
{
	struct waiting_prefix *w;

	frr_each_safe (waiting_prefixes, waiting, w)
		if (strmatch(w->group, group) && (!p || prefix_same(&w->image.prefix, p)))
			waiting_free(w);
}

static void waiting_timer(struct event *event);

/* Returns true when a group got a prefix. */
static bool waiting_retry(void)
{
	struct waiting_prefix *w;
	struct frrd_grp *grp;
	bool any = false;

	frr_each_safe (waiting_prefixes, waiting, w) {
		grp = frrd_grp_find(w->group);

		if (grp) {
			if (!frrd_map_route_put(grp, &w->image, NULL))
				continue;
			frrd_engine_touch(grp);
			any = true;
		}
		waiting_free(w);
	}
	if (any)
		frr_each (frrd_groups, &frrd_config.groups, grp)
			frrd_map_routes_settle(grp);

	EVENT_OFF(t_waiting);
	if (waiting_prefixes_count(waiting))
		event_add_timer_msec(frrd_loop, waiting_timer, NULL, WAITING_RETRY_MS,
				     &t_waiting);
	return any;
}

static void waiting_timer(struct event *event)
{
	if (waiting_retry())
		frrd_engine_apply();
}

/* Outside of a transaction; see frrd_map_follow(). */
static void read_anew(struct frrd_grp *grp)
{
	grp->maps_dirty = true;
	frrd_engine_touch(grp);
	frrd_nb_map_finish(yang_dnode_get(running_config->dnode, FRRD_NB_ROOT));
	(void)waiting_retry();
	frrd_engine_apply();
}

void frrd_nb_config_init(void)
{
	frrd_map_set_reader(read_anew);
}

void frrd_nb_config_fini(void)
{
	struct waiting_prefix *w;

	EVENT_OFF(t_waiting);
	while ((w = waiting_prefixes_first(waiting)))
		waiting_free(w);
}

/* --- subnet-mover --------------------------------------------------------- */

int frrd_nb_root_pre_validate(struct nb_cb_pre_validate_args *args)
{
	return frrd_check_candidate(args->dnode, args->errmsg, args->errmsg_len);
}

int frrd_nb_root_create(struct nb_cb_create_args *args)
{
	return NB_OK;
}

int frrd_nb_root_destroy(struct nb_cb_destroy_args *args)
{
	struct frrd_site *site;
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_engine_touch(NULL);
	frrd_nb_config_fini(); /* no prefix waits for a group any more */
	frr_each_safe (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed)
			frrd_grp_del(grp);
	while ((site = frrd_sites_first(&frrd_config.sites)))
		frrd_site_del(site);
	frrd_probe_reset();
	frrd_config_reset();

	/* the container is gone, and so is its apply_finish */
	frrd_engine_apply();
	return NB_OK;
}

void frrd_nb_root_apply_finish(struct nb_cb_apply_finish_args *args)
{
	frrd_nb_map_finish(args->dnode);
	(void)waiting_retry();
	frrd_nb_probe_finish(args->dnode);
	frrd_nb_address_finish(args->dnode);
	frrd_policy_warn();
	frrd_engine_apply();
}

int frrd_nb_local_site_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	strlcpy(frrd_config.local_site, value_of(args->dnode), sizeof(frrd_config.local_site));
	frrd_nb_map_all_dirty();
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_local_site_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.local_site[0] = '\0';
	frrd_nb_map_all_dirty();
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_marker_range_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	(void)str2prefix(value_of(args->dnode), &frrd_config.marker_range);
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_marker_range_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	memset(&frrd_config.marker_range, 0, sizeof(frrd_config.marker_range));
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_route_table_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.route_table = yang_dnode_get_uint8(args->dnode, NULL);
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_distance_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.distance = yang_dnode_get_uint8(args->dnode, NULL);
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_route_tag_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.route_tag = yang_dnode_get_uint32(args->dnode, NULL);
	frrd_engine_touch(NULL);
	return NB_OK;
}

/* --- subnet-mover/group --------------------------------------------------- */

int frrd_nb_group_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_engine_touch(frrd_grp_add(key_of(args->dnode, "group")));
	return NB_OK;
}

int frrd_nb_group_destroy(struct nb_cb_destroy_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	frrd_engine_touch(grp);
	frrd_nb_waiting_forget(grp->name, NULL);
	frrd_grp_del(grp);
	return NB_OK;
}

int frrd_nb_group_id_modify(struct nb_cb_modify_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	grp->id = yang_dnode_get_uint32(args->dnode, NULL);
	frrd_engine_touch(grp);
	return NB_OK;
}

int frrd_nb_group_id_destroy(struct nb_cb_destroy_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	grp->id = 0;
	frrd_engine_touch(grp);
	return NB_OK;
}

int frrd_nb_group_description_modify(struct nb_cb_modify_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	XFREE(MTYPE_TMP, grp->description);
	grp->description = XSTRDUP(MTYPE_TMP, value_of(args->dnode));
	return NB_OK;
}

int frrd_nb_group_description_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		XFREE(MTYPE_TMP, grp_of(args->dnode)->description);
	return NB_OK;
}

int frrd_nb_group_prefix_create(struct nb_cb_create_args *args)
{
	struct frrd_image image = { .source = FRRD_SOURCE_PREFIX };
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	frrd_engine_touch(grp);
	if (frrd_nb_map_reads_anew(grp, args->dnode))
		return NB_OK;
	(void)str2prefix(key_of(args->dnode, "prefix"), &image.prefix);
	image.original = image.prefix;
	if (!frrd_map_route_put(grp, &image, NULL))
		frrd_nb_waiting_add(grp->name, &image);
	return NB_OK;
}

int frrd_nb_group_prefix_destroy(struct nb_cb_destroy_args *args)
{
	struct frrd_grp *grp;
	struct prefix p;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	frrd_engine_touch(grp);
	if (frrd_nb_map_reads_anew(grp, args->dnode))
		return NB_OK;
	(void)str2prefix(key_of(args->dnode, "prefix"), &p);
	frrd_nb_waiting_forget(grp->name, &p);
	frrd_route_del(grp, &p, FRRD_SOURCE_PREFIX);
	return NB_OK;
}

int frrd_nb_group_plist_create(struct nb_cb_create_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	(void)frrd_plist_ref_add(grp, value_of(args->dnode));
	frrd_engine_touch(grp);
	return NB_OK;
}

int frrd_nb_group_plist_destroy(struct nb_cb_destroy_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	frrd_plist_ref_del(grp, value_of(args->dnode));
	frrd_engine_touch(grp);
	return NB_OK;
}

/* allow-more-specific: it matters to the check and to nobody else. */
int frrd_nb_group_checked_modify(struct nb_cb_modify_args *args)
{
	return NB_OK;
}

/* --- subnet-mover/group/member -------------------------------------------- */

int frrd_nb_member_create(struct nb_cb_create_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	grp->maps_dirty |= frrd_map_used(grp);
	(void)frrd_member_add(grp, key_of(args->dnode, "member"));
	frrd_engine_touch(grp);
	return NB_OK;
}

int frrd_nb_member_destroy(struct nb_cb_destroy_args *args)
{
	struct frrd_grp *grp;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	grp = grp_of(args->dnode);
	grp->maps_dirty |= frrd_map_used(grp);
	frrd_member_del(grp, member_of(args->dnode));
	return NB_OK;
}

int frrd_nb_member_preference_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		member_of(args->dnode)->preference = yang_dnode_get_uint16(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_member_metric_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		member_of(args->dnode)->metric = yang_dnode_get_uint32(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_member_metric_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		member_of(args->dnode)->metric = 0;
	return NB_OK;
}

int frrd_nb_nexthop_ipv4_modify(struct nb_cb_modify_args *args)
{
	struct frrd_nexthop *nexthop;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	nexthop = &member_of(args->dnode)->nexthop;
	nexthop->has_ipv4 = inet_pton(AF_INET, value_of(args->dnode), &nexthop->ipv4) == 1;
	return NB_OK;
}

int frrd_nb_nexthop_ipv4_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		member_of(args->dnode)->nexthop.has_ipv4 = false;
	return NB_OK;
}

int frrd_nb_nexthop_ipv6_modify(struct nb_cb_modify_args *args)
{
	struct frrd_nexthop *nexthop;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	nexthop = &member_of(args->dnode)->nexthop;
	nexthop->has_ipv6 = inet_pton(AF_INET6, value_of(args->dnode), &nexthop->ipv6) == 1;
	return NB_OK;
}

int frrd_nb_nexthop_ipv6_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		member_of(args->dnode)->nexthop.has_ipv6 = false;
	return NB_OK;
}

int frrd_nb_nexthop_interface_modify(struct nb_cb_modify_args *args)
{
	struct frrd_nexthop *nexthop;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	nexthop = &member_of(args->dnode)->nexthop;
	strlcpy(nexthop->ifname, value_of(args->dnode), sizeof(nexthop->ifname));
	return NB_OK;
}

int frrd_nb_nexthop_interface_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		member_of(args->dnode)->nexthop.ifname[0] = '\0';
	return NB_OK;
}

int frrd_nb_nexthop_blackhole_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		member_of(args->dnode)->nexthop.blackhole =
			yang_dnode_get_bool(args->dnode, NULL);
	return NB_OK;
}
