// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: which callback serves which node of the model.
 *
 * libfrr refuses to start a daemon when a configuration node has no callbacks,
 * so every node is listed here; those whose function comes with a later version
 * (in the model they say "Not available in this version") refuse to be set.
 */

#include <zebra.h>

#include "libfrr.h"

#include "frrd/frrd_nb.h"

#define CONFIG(path) .xpath = FRRD_NB_ROOT path
#define STATE(path)  .xpath = FRRD_NB_STATE path

/* Leaves, and leaves with a default, whose callbacks have the same name. */
#define LEAF(path, name, show)                                                                     \
	{                                                                                          \
		CONFIG(path), .cbs = {                                                             \
			.modify = frrd_nb_##name##_modify,                                         \
			.destroy = frrd_nb_##name##_destroy,                                       \
			.cli_show = show,                                                          \
		}                                                                                  \
	}
#define LEAF_DEFAULT(path, name, show)                                                             \
	{                                                                                          \
		CONFIG(path), .cbs = {                                                             \
			.modify = frrd_nb_##name##_modify,                                         \
			.cli_show = show,                                                          \
		}                                                                                  \
	}

/* A container that stands for a kind of probe. */
#define PROBE_KIND(path)                                                                           \
	{                                                                                          \
		CONFIG(path), .cbs = {                                                             \
			.cli_show = frrd_show_probe_kind,                                          \
		}                                                                                  \
	}

/* Refused: lists and leaf-lists, leaves, leaves with a default. */
#define LATER_LIST(path)                                                                           \
	{                                                                                          \
		CONFIG(path), .cbs = {                                                             \
			.create = frrd_nb_later_create,                                            \
			.destroy = frrd_nb_later_destroy,                                          \
		}                                                                                  \
	}
#define LATER_LEAF(path)                                                                           \
	{                                                                                          \
		CONFIG(path), .cbs = {                                                             \
			.modify = frrd_nb_later_modify,                                            \
			.destroy = frrd_nb_later_destroy,                                          \
		}                                                                                  \
	}
#define LATER_DEFAULT(path)                                                                        \
	{                                                                                          \
		CONFIG(path), .cbs = {                                                             \
			.modify = frrd_nb_later_modify,                                            \
		}                                                                                  \
	}

/* State leaves; a list needs three callbacks. */
#define STATE_LEAF(path, elem)                                                                     \
	{                                                                                          \
		STATE(path), .cbs = {                                                              \
			.get_elem = elem,                                                          \
		}                                                                                  \
	}
#define STATE_LIST(path, name)                                                                     \
	{                                                                                          \
		STATE(path), .cbs = {                                                              \
			.get_next = frrd_nb_state_##name##_next,                                   \
			.get_keys = frrd_nb_state_##name##_keys,                                   \
			.lookup_entry = frrd_nb_state_##name##_lookup,                             \
		}                                                                                  \
	}
#define STATE_LEAF_LIST(path, next, elem)                                                           \
	{                                                                                          \
		STATE(path), .cbs = {                                                              \
			.get_next = next,                                                          \
			.get_elem = elem,                                                          \
		}                                                                                  \
	}

#define RPC(name, callback)                                                                        \
	{                                                                                          \
		.xpath = "/frr-subnet-mover:" name, .cbs = {                                       \
			.rpc = callback,                                                           \
		}                                                                                  \
	}

/* clang-format off */
const struct frr_yang_module_info frr_subnet_mover_info = {
	.name = FRRD_NB_MODULE,
	.nodes = {
		{
			CONFIG(""),
			.cbs = {
				.pre_validate = frrd_nb_root_pre_validate,
				.create = frrd_nb_root_create,
				.destroy = frrd_nb_root_destroy,
				.apply_finish = frrd_nb_root_apply_finish,
				.cli_show = frrd_show_root,
				.cli_show_end = frrd_show_root_end,
			},
		},
		LEAF("/local-site", local_site, frrd_show_root_leaf),
		LEAF("/marker-range", marker_range, frrd_show_root_leaf),
		LEAF_DEFAULT("/route-table", route_table, frrd_show_root_leaf),
		LEAF_DEFAULT("/distance", distance, frrd_show_root_leaf),
		LEAF_DEFAULT("/route-tag", route_tag, frrd_show_root_leaf),
		LEAF_DEFAULT("/marker-tag", marker_tag, frrd_show_root_leaf),
		{
			CONFIG("/site"),
			.cbs = {
				.create = frrd_nb_site_create,
				.destroy = frrd_nb_site_destroy,
				.cli_show = frrd_show_site,
				.cli_show_end = frrd_show_sub_end,
			},
		},
		LEAF("/site/id", site_id, frrd_show_sub_leaf),
		LEAF_DEFAULT("/site/witness", site_witness, frrd_show_sub_leaf),
		LEAF("/site/beacon", site_beacon, frrd_show_sub_leaf),
		LEAF_DEFAULT("/site/maintenance", site_maintenance, frrd_show_sub_leaf),
		{
			CONFIG("/arbiter"),
			.cbs = {
				.cli_show = frrd_show_arbiter,
				.cli_show_end = frrd_show_arbiter_end,
			},
		},
		LEAF("/arbiter/type", arbiter_type, NULL),
		LEAF_DEFAULT("/arbiter/handover-timeout", arbiter_timer, frrd_show_sub_leaf),
		LEAF_DEFAULT("/arbiter/takeover-delay", arbiter_timer, NULL),
		LEAF_DEFAULT("/arbiter/stagger", arbiter_timer, frrd_show_sub_leaf),
		LEAF_DEFAULT("/arbiter/fence-delay", arbiter_timer, NULL),
		LEAF_DEFAULT("/arbiter/settle-time", arbiter_timer, NULL),
		LEAF_DEFAULT("/arbiter/hold-down", arbiter_timer, frrd_show_sub_leaf),
		LEAF_DEFAULT("/arbiter/stale-retention", arbiter_timer, frrd_show_sub_leaf),
		LEAF_DEFAULT("/arbiter/detection/bfd/interval", bfd_interval, NULL),
		LEAF_DEFAULT("/arbiter/detection/bfd/multiplier", bfd_multiplier, NULL),
		LEAF("/arbiter/detection/hold-time", hold_time, NULL),
		{
			CONFIG("/probe"),
			.cbs = {
				.create = frrd_nb_probe_create,
				.destroy = frrd_nb_probe_destroy,
				.cli_show = frrd_show_probe,
				.cli_show_end = frrd_show_sub_end,
			},
		},
		LEAF("/probe/description", probe_description, NULL),
		PROBE_KIND("/probe/icmp"),
		LEAF("/probe/icmp/target", probe_leaf, NULL),
		LEAF_DEFAULT("/probe/icmp/size", probe_leaf, NULL),
		PROBE_KIND("/probe/tcp"),
		LEAF("/probe/tcp/target", probe_leaf, NULL),
		LEAF("/probe/tcp/port", probe_leaf, NULL),
		PROBE_KIND("/probe/http"),
		LEAF("/probe/http/url", probe_leaf, NULL),
		LEAF_DEFAULT("/probe/http/method", probe_leaf, frrd_show_sub_leaf),
		LEAF("/probe/http/host-header", probe_leaf, frrd_show_sub_leaf),
		LEAF_DEFAULT("/probe/http/status", probe_leaf, frrd_show_sub_leaf),
		LEAF("/probe/http/body-match", probe_leaf, frrd_show_sub_leaf),
		{
			CONFIG("/probe/http/tls"),
			.cbs = {
				.cli_show = frrd_show_tls,
			},
		},
		LEAF_DEFAULT("/probe/http/tls/verify", probe_leaf, NULL),
		LEAF("/probe/http/tls/ca-file", probe_leaf, NULL),
		LEAF("/probe/http/tls/server-name", probe_leaf, NULL),
		LEAF("/probe/http/tls/certificate-file", probe_leaf, NULL),
		LEAF("/probe/http/tls/key-file", probe_leaf, NULL),
		PROBE_KIND("/probe/exec"),
		LEAF("/probe/exec/command", probe_leaf, NULL),
		PROBE_KIND("/probe/bfd"),
		LEAF("/probe/bfd/peer", probe_leaf, NULL),
		LEAF_DEFAULT("/probe/bfd/multihop", probe_leaf, NULL),
		LEAF_DEFAULT("/probe/bfd/detect-multiplier", probe_leaf, frrd_show_sub_leaf),
		LEAF_DEFAULT("/probe/bfd/receive-interval", probe_leaf, frrd_show_sub_leaf),
		LEAF_DEFAULT("/probe/bfd/transmit-interval", probe_leaf, frrd_show_sub_leaf),
		PROBE_KIND("/probe/interface"),
		LEAF("/probe/interface/name", probe_leaf, NULL),
		LEAF("/probe/interface/address", probe_leaf, NULL),
		PROBE_KIND("/probe/route"),
		LEAF("/probe/route/prefix", probe_leaf, NULL),
		LEAF_DEFAULT("/probe/route/match", probe_leaf, NULL),
		LEAF("/probe/route/via", probe_leaf, NULL),
		LEAF("/probe/source-address", probe_leaf, NULL),
		LEAF("/probe/source-interface", probe_leaf, NULL),
		LEAF("/probe/vrf", probe_leaf, NULL),
		LEAF_DEFAULT("/probe/interval", probe_leaf, frrd_show_sub_leaf),
		LEAF("/probe/retry-interval", probe_leaf, frrd_show_sub_leaf),
		LEAF_DEFAULT("/probe/timeout", probe_leaf, frrd_show_sub_leaf),
		LEAF_DEFAULT("/probe/rise", probe_leaf, frrd_show_sub_leaf),
		LEAF_DEFAULT("/probe/fall", probe_leaf, frrd_show_sub_leaf),
		LEAF_DEFAULT("/probe/jitter", probe_leaf, frrd_show_sub_leaf),
		LEAF_DEFAULT("/probe/when-unknown", probe_leaf, frrd_show_sub_leaf),
		{
			CONFIG("/track"),
			.cbs = {
				.create = frrd_nb_track_create,
				.destroy = frrd_nb_track_destroy,
				.cli_show = frrd_show_track,
				.cli_show_end = frrd_show_sub_end,
			},
		},
		LEAF("/track/description", track_description, NULL),
		{
			CONFIG("/track/probes"),
			.cbs = {
				.cli_show = frrd_show_probes,
			},
		},
		LEAF_DEFAULT("/track/probes/mode", track_leaf, NULL),
		LEAF("/track/probes/number", track_leaf, NULL),
		{
			CONFIG("/track/probes/probe"),
			.cbs = {
				.create = frrd_nb_track_probe_create,
				.destroy = frrd_nb_track_leaf_destroy,
			},
		},
		LEAF_DEFAULT("/track/probes/probe/role", track_leaf, NULL),
		{
			CONFIG("/track/prefix"),
			.cbs = {
				.create = frrd_nb_track_prefix_create,
				.destroy = frrd_nb_track_prefix_destroy,
				.cli_show = frrd_show_sub_leaf,
			},
		},
		LEAF("/track/next-hop/ipv4-address", track_leaf, NULL),
		LEAF("/track/next-hop/ipv6-address", track_leaf, NULL),
		LEAF("/track/next-hop/interface", track_leaf, NULL),
		LEAF_DEFAULT("/track/next-hop/blackhole", track_leaf, NULL),
		LEAF("/track/metric", track_leaf, frrd_show_sub_leaf),
		{
			CONFIG("/group"),
			.cbs = {
				.create = frrd_nb_group_create,
				.destroy = frrd_nb_group_destroy,
				.cli_show = frrd_show_group,
				.cli_show_end = frrd_show_sub_end,
			},
		},
		LEAF("/group/id", group_id, frrd_show_sub_leaf),
		LEAF("/group/description", group_description, frrd_show_sub_leaf),
		{
			/*
			 * A list with the prefix as its key, not a leaf-list:
			 * libfrr compares leaf-lists in quadratic time.
			 */
			CONFIG("/group/prefix"),
			.cbs = {
				.create = frrd_nb_group_prefix_create,
				.destroy = frrd_nb_group_prefix_destroy,
				.cli_show = frrd_show_prefix,
			},
		},
		{
			CONFIG("/group/prefix-list"),
			.cbs = {
				.create = frrd_nb_group_plist_create,
				.destroy = frrd_nb_group_plist_destroy,
				.cli_show = frrd_show_sub_leaf,
			},
		},
		LEAF_DEFAULT("/group/handover", group_handover, frrd_show_sub_leaf),
		LEAF_DEFAULT("/group/allow-more-specific", group_checked, NULL),
		LEAF_DEFAULT("/group/auto-failover", group_auto_failover, frrd_show_sub_leaf),
		LEAF_DEFAULT("/group/failback/mode", group_failback, frrd_show_policy),
		LEAF_DEFAULT("/group/failback/wait-to-restore", group_wait_to_restore, frrd_show_policy),
		LEAF_DEFAULT("/group/damping/max-moves", group_max_moves, frrd_show_policy),
		LEAF_DEFAULT("/group/damping/window", group_window, frrd_show_policy),
		LEAF_DEFAULT("/group/when-no-successor", group_when_no_successor, frrd_show_sub_leaf),
		LEAF_DEFAULT("/group/attach-order", group_attach_order, frrd_show_sub_leaf),
		{
			CONFIG("/group/hook"),
			.cbs = {
				.create = frrd_nb_hook_create,
				.destroy = frrd_nb_hook_destroy,
				.cli_show = frrd_show_hook,
			},
		},
		LEAF("/group/hook/command", hook_command, NULL),
		{
			CONFIG("/group/hook/site"),
			.cbs = {
				.create = frrd_nb_hook_site_create,
				.destroy = frrd_nb_hook_site_destroy,
			},
		},
		LEAF_DEFAULT("/group/hook/timeout", hook_timeout, NULL),
		LEAF_DEFAULT("/group/hook/policy", hook_policy, NULL),
		LEAF_DEFAULT("/group/hook/retries", hook_retries, NULL),
		LEAF_DEFAULT("/group/hook/retry-interval", hook_retry_interval, NULL),
		LEAF("/group/address-change/dns-server", address, frrd_show_address),
		LEAF_DEFAULT("/group/address-change/dns-port", address, frrd_show_address),
		LEAF("/group/address-change/dns-zone", address, frrd_show_address),
		LEAF("/group/address-change/dns-key-file", address, frrd_show_address),
		{
			CONFIG("/group/address-change/record"),
			.cbs = {
				.create = frrd_nb_address_create,
				.destroy = frrd_nb_address_destroy,
				.cli_show = frrd_show_address_record,
			},
		},
		LEAF_DEFAULT("/group/address-change/record/ttl", address, NULL),
		LEAF_DEFAULT("/group/address-change/record/swap-priority", address, NULL),
		{
			CONFIG("/group/address-change/notify"),
			.cbs = {
				.create = frrd_nb_address_create,
				.destroy = frrd_nb_address_destroy,
				.cli_show = frrd_show_address,
			},
		},
		{
			CONFIG("/group/member"),
			.cbs = {
				.create = frrd_nb_member_create,
				.destroy = frrd_nb_member_destroy,
				.cli_show = frrd_show_member,
				.cli_show_end = frrd_show_member_end,
			},
		},
		LEAF_DEFAULT("/group/member/preference", member_preference, frrd_show_member_leaf),
		LEAF("/group/member/metric", member_metric, frrd_show_member_leaf),
		{
			CONFIG("/group/member/next-hop"),
			.cbs = {
				.cli_show = frrd_show_nexthop,
			},
		},
		LEAF("/group/member/next-hop/ipv4-address", nexthop_ipv4, NULL),
		LEAF("/group/member/next-hop/ipv6-address", nexthop_ipv6, NULL),
		LEAF("/group/member/next-hop/interface", nexthop_interface, NULL),
		LEAF_DEFAULT("/group/member/next-hop/blackhole", nexthop_blackhole, NULL),
		{
			CONFIG("/group/member/attach"),
			.cbs = {
				.create = frrd_nb_attach_create,
				.destroy = frrd_nb_attach_destroy,
				.cli_show = frrd_show_attach,
			},
		},
		{
			CONFIG("/group/member/attach/address"),
			.cbs = {
				.create = frrd_nb_attach_address_create,
				.destroy = frrd_nb_attach_address_destroy,
				.cli_show = frrd_show_attach_leaf,
			},
		},
		LEAF_DEFAULT("/group/member/attach/carrier", attach_carrier, frrd_show_attach_leaf),
		LEAF_DEFAULT("/group/member/attach/duplicate-check", attach_duplicate_check,
			     frrd_show_attach_leaf),
		LEAF_DEFAULT("/group/member/attach/advertisements", attach_advertisements,
			     frrd_show_attach_leaf),
		LEAF_DEFAULT("/group/member/attach/advertisement-interval", attach_interval,
			     frrd_show_attach_leaf),
		{
			CONFIG("/group/member/map"),
			.cbs = {
				.create = frrd_nb_map_create,
				.destroy = frrd_nb_map_destroy,
				.cli_show = frrd_show_map,
			},
		},
		LEAF("/group/member/map/to", map_to, NULL),
		{
			CONFIG("/group/member/probes"),
			.cbs = {
				.cli_show = frrd_show_probes,
			},
		},
		LEAF_DEFAULT("/group/member/probes/mode", member_probes, NULL),
		LEAF("/group/member/probes/number", member_probes, NULL),
		{
			CONFIG("/group/member/probes/probe"),
			.cbs = {
				.create = frrd_nb_member_probe_create,
				.destroy = frrd_nb_member_probes_destroy,
			},
		},
		LEAF_DEFAULT("/group/member/probes/probe/role", member_probes, NULL),

		/* comes with a later version */
		LATER_LIST("/arbiter/etcd/endpoint"),
		LATER_DEFAULT("/arbiter/etcd/key-prefix"),
		LATER_DEFAULT("/arbiter/etcd/lease-ttl"),
		LATER_DEFAULT("/arbiter/etcd/request-timeout"),
		LATER_DEFAULT("/arbiter/etcd/when-unreachable"),
		LATER_LEAF("/arbiter/etcd/username"),
		LATER_LEAF("/arbiter/etcd/password-file"),
		LATER_DEFAULT("/arbiter/etcd/tls/verify"),
		LATER_LEAF("/arbiter/etcd/tls/ca-file"),
		LATER_LEAF("/arbiter/etcd/tls/server-name"),
		LATER_LEAF("/arbiter/etcd/tls/certificate-file"),
		LATER_LEAF("/arbiter/etcd/tls/key-file"),
		LATER_LIST("/plan"),
		LATER_LEAF("/plan/description"),
		LATER_LIST("/plan/step"),
		LATER_LEAF("/plan/step/description"),
		LATER_LIST("/plan/step/switchover/group"),
		LATER_LEAF("/plan/step/switchover/to"),
		LATER_LIST("/plan/step/failover/group"),
		LATER_LEAF("/plan/step/failover/to"),
		LATER_LIST("/plan/step/release/group"),
		LATER_LEAF("/plan/step/wait/duration"),
		LATER_LEAF("/plan/step/check/probe"),
		LATER_LEAF("/plan/step/run/command"),
		LATER_LEAF("/plan/step/confirm/text"),
		LATER_DEFAULT("/plan/step/timeout"),
		LATER_DEFAULT("/plan/step/policy"),

		/* operational state */
		STATE_LEAF("/zebra", frrd_nb_state_root_elem),
		STATE_LEAF("/local-site", frrd_nb_state_root_elem),
		STATE_LEAF("/arbiter", frrd_nb_state_root_elem),
		STATE_LEAF("/quorum/voters", frrd_nb_state_quorum_elem),
		STATE_LEAF("/quorum/present", frrd_nb_state_quorum_elem),
		STATE_LEAF("/quorum/reached", frrd_nb_state_quorum_elem),
		STATE_LEAF("/quorum/since", frrd_nb_state_quorum_elem),
		STATE_LIST("/site", site),
		STATE_LEAF("/site/name", frrd_nb_state_site_elem),
		STATE_LEAF("/site/id", frrd_nb_state_site_elem),
		STATE_LEAF("/site/local", frrd_nb_state_site_elem),
		STATE_LEAF("/site/witness", frrd_nb_state_site_elem),
		STATE_LEAF("/site/alive", frrd_nb_state_alive_elem),
		STATE_LEAF("/site/since", frrd_nb_state_alive_elem),
		STATE_LEAF_LIST("/site/claim", frrd_nb_state_claim_next,
				frrd_nb_state_said_elem),
		STATE_LEAF_LIST("/site/request", frrd_nb_state_request_next,
				frrd_nb_state_said_elem),
		STATE_LEAF_LIST("/site/ready", frrd_nb_state_ready_next,
				frrd_nb_state_said_elem),
		STATE_LIST("/group", group),
		STATE_LEAF("/group/name", frrd_nb_state_group_elem),
		STATE_LEAF("/group/id", frrd_nb_state_group_elem),
		STATE_LEAF("/group/state", frrd_nb_state_group_elem),
		STATE_LEAF("/group/reason", frrd_nb_state_group_elem),
		STATE_LEAF("/group/reason-text", frrd_nb_state_group_elem),
		STATE_LEAF("/group/since", frrd_nb_state_group_elem),
		STATE_LEAF("/group/time-in-state", frrd_nb_state_group_elem),
		STATE_LEAF("/group/step", frrd_nb_state_group_elem),
		STATE_LEAF("/group/forbidden-by-hook", frrd_nb_state_group_elem),
		STATE_LEAF("/group/held", frrd_nb_state_group_elem),
		STATE_LEAF("/group/hold-reason", frrd_nb_state_group_elem),
		STATE_LEAF("/group/member", frrd_nb_state_group_elem),
		STATE_LEAF("/group/owner", frrd_nb_state_group_elem),
		STATE_LEAF("/group/damped-until", frrd_nb_state_group_elem),
		STATE_LEAF("/group/prefixes/total", frrd_nb_state_group_elem),
		STATE_LEAF("/group/prefixes/announced", frrd_nb_state_group_elem),
		STATE_LEAF("/group/prefixes/installed", frrd_nb_state_group_elem),
		STATE_LEAF("/group/prefixes/pending", frrd_nb_state_group_elem),
		STATE_LEAF("/group/prefixes/failed", frrd_nb_state_group_elem),
		STATE_LEAF("/group/prefixes/lost", frrd_nb_state_group_elem),
		STATE_LEAF("/group/prefixes/elsewhere", frrd_nb_state_group_elem),
		STATE_LEAF("/group/prefixes/untracked", frrd_nb_state_group_elem),
		STATE_LIST("/group/attachment", attachment),
		STATE_LEAF("/group/attachment/interface", frrd_nb_state_attachment_elem),
		STATE_LEAF("/group/attachment/state", frrd_nb_state_attachment_elem),
		STATE_LEAF("/group/attachment/problem", frrd_nb_state_attachment_elem),
		STATE_LEAF_LIST("/group/attachment/address", frrd_nb_state_attached_next,
				frrd_nb_state_attached_elem),
		STATE_LEAF("/group/address-change/dns/state", frrd_nb_state_dns_elem),
		STATE_LEAF("/group/address-change/dns/updated", frrd_nb_state_dns_elem),
		STATE_LEAF("/group/address-change/dns/failing-since", frrd_nb_state_dns_elem),
		STATE_LEAF("/group/address-change/dns/problem", frrd_nb_state_dns_elem),
		STATE_LIST("/group/address-change/notify", target),
		STATE_LEAF("/group/address-change/notify/number", frrd_nb_state_target_elem),
		STATE_LEAF("/group/address-change/notify/target", frrd_nb_state_target_elem),
		STATE_LEAF("/group/address-change/notify/state", frrd_nb_state_target_elem),
		STATE_LEAF("/group/address-change/notify/told", frrd_nb_state_target_elem),
		STATE_LEAF("/group/address-change/notify/problem", frrd_nb_state_target_elem),
		STATE_LIST("/group/history", history),
		STATE_LEAF("/group/history/number", frrd_nb_state_history_elem),
		STATE_LEAF("/group/history/time", frrd_nb_state_history_elem),
		STATE_LEAF("/group/history/event", frrd_nb_state_history_elem),
		STATE_LEAF("/group/history/from", frrd_nb_state_history_elem),
		STATE_LEAF("/group/history/to", frrd_nb_state_history_elem),
		STATE_LEAF("/group/history/reason", frrd_nb_state_history_elem),
		STATE_LEAF("/group/history/reason-text", frrd_nb_state_history_elem),
		STATE_LIST("/route", route),
		STATE_LEAF("/route/prefix", frrd_nb_state_route_elem),
		STATE_LEAF("/route/group", frrd_nb_state_route_elem),
		STATE_LEAF("/route/source", frrd_nb_state_route_elem),
		STATE_LEAF("/route/group-prefix", frrd_nb_state_route_elem),
		STATE_LEAF_LIST("/route/site", frrd_nb_state_announcer_next,
				frrd_nb_state_announcer_elem),
		STATE_LEAF("/route/status", frrd_nb_state_route_elem),
		STATE_LEAF("/route/elsewhere/protocol", frrd_nb_state_route_elem),
		STATE_LEAF_LIST("/route/elsewhere/via", frrd_nb_state_via_next,
				frrd_nb_state_via_elem),
		STATE_LEAF("/route/elsewhere/distance", frrd_nb_state_route_elem),
		STATE_LEAF("/route/elsewhere/metric", frrd_nb_state_route_elem),
		STATE_LIST("/probe", probe),
		STATE_LEAF("/probe/name", frrd_nb_state_probe_elem),
		STATE_LEAF("/probe/state", frrd_nb_state_probe_elem),
		STATE_LEAF("/probe/since", frrd_nb_state_probe_elem),
		STATE_LEAF("/probe/text", frrd_nb_state_probe_elem),
		STATE_LEAF("/probe/latency", frrd_nb_state_probe_elem),
		STATE_LIST("/track", track),
		STATE_LEAF("/track/name", frrd_nb_state_track_elem),
		STATE_LEAF("/track/state", frrd_nb_state_track_elem),
		STATE_LEAF("/track/since", frrd_nb_state_track_elem),
		STATE_LIST("/plan", none),
		STATE_LEAF("/plan/name", frrd_nb_state_none_elem),
		STATE_LEAF("/plan/status", frrd_nb_state_none_elem),
		STATE_LEAF("/plan/step", frrd_nb_state_none_elem),
		STATE_LEAF("/plan/since", frrd_nb_state_none_elem),
		STATE_LEAF("/plan/text", frrd_nb_state_none_elem),

		/* commands */
		RPC("switchover", frrd_nb_rpc_switchover),
		RPC("failover", frrd_nb_rpc_failover),
		RPC("release", frrd_nb_rpc_release),
		RPC("hold", frrd_nb_rpc_hold),
		RPC("resume", frrd_nb_rpc_resume),
		RPC("plan-start", frrd_nb_rpc_later),
		RPC("plan-confirm", frrd_nb_rpc_later),
		RPC("plan-abort", frrd_nb_rpc_later),
		{
			.xpath = NULL,
		},
	}
};
/* clang-format on */
