/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Northbound: the callbacks behind the module frr-subnet-mover, by file. */
#ifndef FRRD_NB_H
#define FRRD_NB_H

#include "northbound.h"

struct frrd_grp;
struct frrd_image;
struct prefix;
struct vty;

#define FRRD_NB_MODULE "frr-subnet-mover"
#define FRRD_NB_ROOT   "/frr-subnet-mover:subnet-mover"
#define FRRD_NB_STATE  "/frr-subnet-mover:subnet-mover-state"

extern const struct frr_yang_module_info frr_subnet_mover_info;

/* --- frrd_nb_later.c: nodes whose function comes with a later version --- */

extern int frrd_nb_later_create(struct nb_cb_create_args *args);
extern int frrd_nb_later_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_later_destroy(struct nb_cb_destroy_args *args);

/* --- frrd_nb_config.c: store what was configured, tell the engine --- */

extern void frrd_nb_config_init(void);

/* Stop what waits for a later moment. */
extern void frrd_nb_config_fini(void);

extern int frrd_nb_root_pre_validate(struct nb_cb_pre_validate_args *args);
extern int frrd_nb_root_create(struct nb_cb_create_args *args);
extern int frrd_nb_root_destroy(struct nb_cb_destroy_args *args);
extern void frrd_nb_root_apply_finish(struct nb_cb_apply_finish_args *args);
extern int frrd_nb_local_site_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_local_site_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_marker_range_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_marker_range_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_route_table_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_distance_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_route_tag_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_create(struct nb_cb_create_args *args);
extern int frrd_nb_group_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_group_id_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_id_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_group_description_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_description_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_group_prefix_create(struct nb_cb_create_args *args);
extern int frrd_nb_group_prefix_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_group_plist_create(struct nb_cb_create_args *args);
extern int frrd_nb_group_plist_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_group_checked_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_member_create(struct nb_cb_create_args *args);
extern int frrd_nb_member_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_member_preference_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_member_metric_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_member_metric_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_nexthop_ipv4_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_nexthop_ipv4_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_nexthop_ipv6_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_nexthop_ipv6_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_nexthop_interface_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_nexthop_interface_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_nexthop_blackhole_modify(struct nb_cb_modify_args *args);

/* --- frrd_nb_map.c: the same for address change --- */

/*
 * At the end of a transaction: read the prefix lines of the groups anew whose map
 * lines have, or had, to do with the change.  `root` is the container subnet-mover.
 */
extern void frrd_nb_map_finish(const struct lyd_node *root);

/* Is a changed prefix line of the group left to that?  `dnode` is the line. */
extern bool frrd_nb_map_reads_anew(struct frrd_grp *grp, const struct lyd_node *dnode);

/* What all sites announce is to be read anew: this router is at another one. */
extern void frrd_nb_map_all_dirty(void);

/*
 * A prefix that another group still holds: it is added when that has gone.  To forget:
 * one prefix of a group, or (NULL) all.
 */
extern void frrd_nb_waiting_add(const char *group, const struct frrd_image *image);
extern void frrd_nb_waiting_forget(const char *group, const struct prefix *p);

extern int frrd_nb_map_create(struct nb_cb_create_args *args);
extern int frrd_nb_map_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_map_to_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_map_to_destroy(struct nb_cb_destroy_args *args);

/* --- frrd_nb_policy.c: the same for sites, the arbiter, and how groups move --- */

extern int frrd_nb_marker_tag_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_site_create(struct nb_cb_create_args *args);
extern int frrd_nb_site_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_site_id_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_site_id_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_site_witness_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_site_beacon_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_site_beacon_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_site_maintenance_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_arbiter_type_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_arbiter_type_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_arbiter_timer_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_bfd_interval_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_bfd_multiplier_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_hold_time_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_hold_time_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_group_handover_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_auto_failover_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_failback_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_wait_to_restore_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_max_moves_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_window_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_group_when_no_successor_modify(struct nb_cb_modify_args *args);

/* --- frrd_nb_attach.c: the same for attachments --- */

extern int frrd_nb_group_attach_order_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_attach_create(struct nb_cb_create_args *args);
extern int frrd_nb_attach_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_attach_address_create(struct nb_cb_create_args *args);
extern int frrd_nb_attach_address_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_attach_carrier_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_attach_duplicate_check_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_attach_advertisements_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_attach_interval_modify(struct nb_cb_modify_args *args);

/* --- frrd_nb_state_attach.c: operational state of attachments --- */

extern const void *frrd_nb_state_attachment_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_attachment_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_attachment_lookup(struct nb_cb_lookup_entry_args *args);
extern struct yang_data *frrd_nb_state_attachment_elem(struct nb_cb_get_elem_args *args);
extern const void *frrd_nb_state_attached_next(struct nb_cb_get_next_args *args);
extern struct yang_data *frrd_nb_state_attached_elem(struct nb_cb_get_elem_args *args);

/* --- frrd_nb_hook.c: the same for hooks --- */

extern int frrd_nb_hook_create(struct nb_cb_create_args *args);
extern int frrd_nb_hook_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_hook_command_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_hook_command_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_hook_site_create(struct nb_cb_create_args *args);
extern int frrd_nb_hook_site_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_hook_timeout_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_hook_policy_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_hook_retries_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_hook_retry_interval_modify(struct nb_cb_modify_args *args);

/* --- frrd_nb_address.c: the same for what follows a change of addresses, and its state --- */

/* At the end of a transaction: read it anew for the groups that were touched. */
extern void frrd_nb_address_finish(const struct lyd_node *root);

extern int frrd_nb_address_create(struct nb_cb_create_args *args);
extern int frrd_nb_address_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_address_destroy(struct nb_cb_destroy_args *args);
extern struct yang_data *frrd_nb_state_dns_elem(struct nb_cb_get_elem_args *args);
extern const void *frrd_nb_state_target_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_target_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_target_lookup(struct nb_cb_lookup_entry_args *args);
extern struct yang_data *frrd_nb_state_target_elem(struct nb_cb_get_elem_args *args);

/* --- frrd_nb_probe.c: the same for probes, tracks, and the probes of members --- */

/*
 * At the end of a transaction, before the engine looks: what was touched of probes,
 * tracks and groups is read anew.  `root` is the container subnet-mover.
 */
extern void frrd_nb_probe_finish(const struct lyd_node *root);

extern int frrd_nb_probe_create(struct nb_cb_create_args *args);
extern int frrd_nb_probe_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_probe_leaf_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_probe_leaf_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_probe_description_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_probe_description_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_track_create(struct nb_cb_create_args *args);
extern int frrd_nb_track_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_track_leaf_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_track_leaf_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_track_probe_create(struct nb_cb_create_args *args);
extern int frrd_nb_track_description_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_track_description_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_track_prefix_create(struct nb_cb_create_args *args);
extern int frrd_nb_track_prefix_destroy(struct nb_cb_destroy_args *args);
extern int frrd_nb_member_probe_create(struct nb_cb_create_args *args);
extern int frrd_nb_member_probes_modify(struct nb_cb_modify_args *args);
extern int frrd_nb_member_probes_destroy(struct nb_cb_destroy_args *args);

/* --- frrd_nb_state.c: operational state --- */

/* One set of callbacks for every leaf; which one it is is the end of the path. */
extern struct yang_data *frrd_nb_state_root_elem(struct nb_cb_get_elem_args *args);
extern struct yang_data *frrd_nb_state_quorum_elem(struct nb_cb_get_elem_args *args);
extern struct yang_data *frrd_nb_state_alive_elem(struct nb_cb_get_elem_args *args);
extern struct yang_data *frrd_nb_state_said_elem(struct nb_cb_get_elem_args *args);
extern struct yang_data *frrd_nb_state_site_elem(struct nb_cb_get_elem_args *args);
extern struct yang_data *frrd_nb_state_group_elem(struct nb_cb_get_elem_args *args);
extern struct yang_data *frrd_nb_state_history_elem(struct nb_cb_get_elem_args *args);
extern struct yang_data *frrd_nb_state_route_elem(struct nb_cb_get_elem_args *args);
extern struct yang_data *frrd_nb_state_via_elem(struct nb_cb_get_elem_args *args);
extern const void *frrd_nb_state_site_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_site_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_site_lookup(struct nb_cb_lookup_entry_args *args);
extern const void *frrd_nb_state_claim_next(struct nb_cb_get_next_args *args);
extern const void *frrd_nb_state_request_next(struct nb_cb_get_next_args *args);
extern const void *frrd_nb_state_ready_next(struct nb_cb_get_next_args *args);
extern const void *frrd_nb_state_group_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_group_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_group_lookup(struct nb_cb_lookup_entry_args *args);
extern const void *frrd_nb_state_history_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_history_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_history_lookup(struct nb_cb_lookup_entry_args *args);
extern const void *frrd_nb_state_route_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_route_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_route_lookup(struct nb_cb_lookup_entry_args *args);
extern const void *frrd_nb_state_via_next(struct nb_cb_get_next_args *args);
extern const void *frrd_nb_state_announcer_next(struct nb_cb_get_next_args *args);
extern struct yang_data *frrd_nb_state_announcer_elem(struct nb_cb_get_elem_args *args);

/* Lists and leaves of which there is nothing in this version. */
extern struct yang_data *frrd_nb_state_probe_elem(struct nb_cb_get_elem_args *args);
extern const void *frrd_nb_state_probe_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_probe_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_probe_lookup(struct nb_cb_lookup_entry_args *args);
extern struct yang_data *frrd_nb_state_track_elem(struct nb_cb_get_elem_args *args);
extern const void *frrd_nb_state_track_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_track_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_track_lookup(struct nb_cb_lookup_entry_args *args);
extern struct yang_data *frrd_nb_state_none_elem(struct nb_cb_get_elem_args *args);
extern const void *frrd_nb_state_none_next(struct nb_cb_get_next_args *args);
extern int frrd_nb_state_none_keys(struct nb_cb_get_keys_args *args);
extern const void *frrd_nb_state_none_lookup(struct nb_cb_lookup_entry_args *args);

/* --- frrd_nb_rpc.c: commands --- */

extern int frrd_nb_rpc_switchover(struct nb_cb_rpc_args *args);
extern int frrd_nb_rpc_failover(struct nb_cb_rpc_args *args);
extern int frrd_nb_rpc_release(struct nb_cb_rpc_args *args);
extern int frrd_nb_rpc_hold(struct nb_cb_rpc_args *args);
extern int frrd_nb_rpc_resume(struct nb_cb_rpc_args *args);
extern int frrd_nb_rpc_later(struct nb_cb_rpc_args *args);

/* --- frrd_cli_show.c: the configuration as commands --- */

extern void frrd_show_root(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_root_end(struct vty *vty, const struct lyd_node *dnode);
extern void frrd_show_root_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_site(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_arbiter(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_policy(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_arbiter_end(struct vty *vty, const struct lyd_node *dnode);
extern void frrd_show_group(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_prefix(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_hook(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_member(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_nexthop(struct vty *vty, const struct lyd_node *dnode, bool defaults);
/* The lines of a container next-hop, indented by so many blanks. */
extern void frrd_show_nexthop_lines(struct vty *vty, const struct lyd_node *dnode, int indent);
extern void frrd_show_sub_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_member_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_sub_end(struct vty *vty, const struct lyd_node *dnode);
extern void frrd_show_member_end(struct vty *vty, const struct lyd_node *dnode);

/* --- frrd_cli_address.c: the same for what follows a change of addresses --- */

extern void frrd_show_address(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_address_record(struct vty *vty, const struct lyd_node *dnode, bool defaults);

/* --- frrd_cli_attach.c: the same for attachments --- */

extern void frrd_show_attach(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_attach_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults);

/* --- frrd_cli_map.c: the same for address change --- */

extern void frrd_show_map(struct vty *vty, const struct lyd_node *dnode, bool defaults);

/* --- frrd_cli_show_probe.c: the same for probes and tracks --- */

extern void frrd_show_probe(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_probe_kind(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_tls(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_track(struct vty *vty, const struct lyd_node *dnode, bool defaults);
extern void frrd_show_probes(struct vty *vty, const struct lyd_node *dnode, bool defaults);

#endif
