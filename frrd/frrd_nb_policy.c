// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: configuration callbacks of sites, of the arbiter, and of how a group
 * moves.  They store and mark, see frrd_nb_config.c.
 */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_nb.h"

/* --- helpers -------------------------------------------------------------- */

static const char *key_of(const struct lyd_node *dnode, const char *list)
{
	return lyd_get_value(lyd_child(yang_dnode_get_parent(dnode, list)));
}

/* The site around a node.  Sites matter to all groups, so these are marked. */
static struct frrd_site *site_of(const struct lyd_node *dnode)
{
	struct frrd_site *site = frrd_site_find(key_of(dnode, "site"));

	assert(site);
	frrd_engine_touch(NULL);
	return site;
}

/* The group around a node, marked. */
static struct frrd_grp *grp_of(const struct lyd_node *dnode)
{
	struct frrd_grp *grp = frrd_grp_find(key_of(dnode, "group"));

	assert(grp);
	frrd_engine_touch(grp);
	return grp;
}

static bool is_value(const struct lyd_node *dnode, const char *value)
{
	return strmatch(lyd_get_value(dnode), value);
}

int frrd_nb_marker_tag_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.marker_tag = yang_dnode_get_uint32(args->dnode, NULL);
	frrd_engine_touch(NULL);
	return NB_OK;
}

/* --- subnet-mover/site ---------------------------------------------------- */

int frrd_nb_site_create(struct nb_cb_create_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	(void)frrd_site_add(key_of(args->dnode, "site"));
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_site_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_site_del(site_of(args->dnode));
	return NB_OK;
}

int frrd_nb_site_id_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		site_of(args->dnode)->id = yang_dnode_get_uint8(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_site_id_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		site_of(args->dnode)->id = 0;
	return NB_OK;
}

int frrd_nb_site_witness_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		site_of(args->dnode)->witness = yang_dnode_get_bool(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_site_beacon_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		(void)str2prefix(lyd_get_value(args->dnode), &site_of(args->dnode)->beacon);
	return NB_OK;
}

int frrd_nb_site_beacon_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		site_of(args->dnode)->beacon = (struct prefix){};
	return NB_OK;
}

int frrd_nb_site_maintenance_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		site_of(args->dnode)->maintenance = yang_dnode_get_bool(args->dnode, NULL);
	return NB_OK;
}

/* --- subnet-mover/arbiter ------------------------------------------------- */

/* The check lets no other type through. */
int frrd_nb_arbiter_type_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.arbiter = is_value(args->dnode, "bgp") ? FRRD_ARBITER_BGP
							   : FRRD_ARBITER_MANUAL;
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_arbiter_type_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.arbiter = FRRD_ARBITER_NONE;
	frrd_engine_touch(NULL);
	return NB_OK;
}

/* The timers of the arbiter by the names of their leaves, all in milliseconds. */
int frrd_nb_arbiter_timer_modify(struct nb_cb_modify_args *args)
{
	static const struct {
		const char *name;
		uint32_t *value;
	} timers[] = {
		{ "handover-timeout", &frrd_config.handover_timeout_ms },
		{ "takeover-delay", &frrd_config.takeover_delay_ms },
		{ "stagger", &frrd_config.stagger_ms },
		{ "fence-delay", &frrd_config.fence_delay_ms },
		{ "settle-time", &frrd_config.settle_time_ms },
		{ "hold-down", &frrd_config.hold_down_ms },
		{ "stale-retention", &frrd_config.stale_retention_ms },
	};

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	for (size_t i = 0; i < array_size(timers); i++)
		if (strmatch(args->dnode->schema->name, timers[i].name))
			*timers[i].value = yang_dnode_get_uint32(args->dnode, NULL);
	frrd_engine_touch(NULL);
	return NB_OK;
}

int frrd_nb_bfd_interval_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.bfd_interval_ms = yang_dnode_get_uint32(args->dnode, NULL);
	frrd_config_detection();
	return NB_OK;
}

int frrd_nb_bfd_multiplier_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.bfd_multiplier = yang_dnode_get_uint8(args->dnode, NULL);
	frrd_config_detection();
	return NB_OK;
}

/* It takes the place of BFD, whose values go without a callback. */
int frrd_nb_hold_time_modify(struct nb_cb_modify_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config_detection_reset();
	frrd_config.hold_time_s = yang_dnode_get_uint16(args->dnode, NULL);
	frrd_config_detection();
	return NB_OK;
}

int frrd_nb_hold_time_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event != NB_EV_APPLY)
		return NB_OK;

	frrd_config.hold_time_s = 0;
	frrd_config_detection();
	return NB_OK;
}

/* --- subnet-mover/group --------------------------------------------------- */

int frrd_nb_group_handover_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		grp_of(args->dnode)->make_before_break = is_value(args->dnode,
								  "make-before-break");
	return NB_OK;
}

int frrd_nb_group_auto_failover_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		grp_of(args->dnode)->auto_failover = yang_dnode_get_bool(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_group_failback_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		grp_of(args->dnode)->failback = is_value(args->dnode, "automatic");
	return NB_OK;
}

int frrd_nb_group_wait_to_restore_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		grp_of(args->dnode)->wait_to_restore_ms = yang_dnode_get_uint32(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_group_max_moves_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		grp_of(args->dnode)->damping_max_moves = yang_dnode_get_uint16(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_group_window_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		grp_of(args->dnode)->damping_window_ms = yang_dnode_get_uint32(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_group_when_no_successor_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		grp_of(args->dnode)->withdraw_alone = is_value(args->dnode, "withdraw");
	return NB_OK;
}
