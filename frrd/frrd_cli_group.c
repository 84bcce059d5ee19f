// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration commands of a group and its members; see frrd_cli.c.  Some serve
 * probes and tracks as well.
 */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_group_clippy.c"
#endif

#define GROUP_STR  "A group: prefixes that move together\n"
#define MEMBER_STR "What one site does for the group\n"
#define FAILBACK_STR "How the group comes back to a site of a better rank\n"
#define DAMPING_STR "Cap on the moves that nobody has ordered\n"
#define NO_SUCCESSOR_STR "What an unhealthy owner does when no other site is ready\n"

/* --- group ---------------------------------------------------------------- */

DEFPY_YANG_NOSH (group,
	group_cmd,
	"group NAME$name",
	GROUP_STR
	"Name of the group\n")
{
	return frrd_cli_enter_entry(vty, SUBNET_MOVER_GROUP_NODE, FRRD_NB_ROOT,
				    FRRD_NB_ROOT "/group/name", name);
}

DEFPY_YANG (no_group,
	no_group_cmd,
	"no group NAME$name",
	NO_STR
	GROUP_STR
	"Name of the group\n")
{
	char xpath[XPATH_MAXLEN];

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/group/name", name))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(xpath, sizeof(xpath), "./group[name='%s']", name);
	return frrd_cli_set_leaf(vty, xpath, NULL);
}

DEFPY_YANG (group_id,
	group_id_cmd,
	"id (0-4294967295)$id",
	"Number of the group, the same at every site\n"
	"Number; it has to fit the marker-range\n")
{
	if (!frrd_cli_number_ok(vty, "group id", id, 1, 33554431))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./id", id_str);
}

DEFPY_YANG (no_group_id,
	no_group_id_cmd,
	"no id [(0-4294967295)]",
	NO_STR
	"Number of the group\n"
	"Number\n")
{
	return frrd_cli_set_leaf(vty, "./id", NULL);
}

DEFPY_YANG (group_description,
	group_description_cmd,
	"description LINE...",
	"Text for people\n"
	"Text\n")
{
	char *text = argv_concat(argv, argc, 1);
	int ret = CMD_WARNING_CONFIG_FAILED;

	if (frrd_cli_value_ok(vty, FRRD_NB_ROOT "/group/description", text))
		ret = frrd_cli_set_leaf(vty, "./description", text);
	XFREE(MTYPE_TMP, text);
	return ret;
}

DEFPY_YANG (no_group_description,
	no_group_description_cmd,
	"no description",
	NO_STR
	"Text for people\n")
{
	return frrd_cli_set_leaf(vty, "./description", NULL);
}

ALIAS_YANG (no_group_description,
	no_group_description_text_cmd,
	"no description LINE...",
	NO_STR
	"Text for people\n"
	"Text\n")

DEFPY_YANG (group_prefix,
	group_prefix_cmd,
	"[no] prefix <A.B.C.D/M|X:X::X:X/M>$prefix",
	NO_STR
	"A prefix of the group\n"
	"IPv4 prefix\n"
	"IPv6 prefix\n")
{
	return frrd_cli_prefix(vty, prefix, !no);
}

DEFPY_YANG (group_prefix_list,
	group_prefix_list_cmd,
	"[no] prefix-list NAME$name",
	NO_STR
	"The permit entries of a prefix-list are prefixes of the group\n"
	"Name of an IPv4 and/or IPv6 prefix-list\n")
{
	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/group/prefix-list", name))
		return CMD_WARNING_CONFIG_FAILED;
	nb_cli_enqueue_change(vty, "./prefix-list", no ? NB_OP_DESTROY : NB_OP_CREATE, name);
	return frrd_cli_commit(vty);
}

DEFPY_YANG (group_handover,
	group_handover_cmd,
	"handover <break-before-make|make-before-break>$order",
	"Order of a planned move\n"
	"The owner withdraws, then the successor announces\n"
	"The successor announces, then the owner withdraws\n")
{
	return frrd_cli_set_leaf(vty, "./handover", order);
}

DEFPY_YANG (no_group_handover,
	no_group_handover_cmd,
	"no handover [<break-before-make|make-before-break>]",
	NO_STR
	"Order of a planned move\n"
	"The owner withdraws, then the successor announces\n"
	"The successor announces, then the owner withdraws\n")
{
	return frrd_cli_set_leaf(vty, "./handover", NULL);
}

DEFPY_YANG (group_allow_more_specific,
	group_allow_more_specific_cmd,
	"[no] allow-more-specific",
	NO_STR
	"Prefixes of the group may lie within prefixes of another group\n")
{
	return frrd_cli_set_flag(vty, "./allow-more-specific", !no);
}

DEFPY_YANG (group_auto_failover,
	group_auto_failover_cmd,
	"[no] auto-failover",
	NO_STR
	"The group moves by itself when its owner fails\n")
{
	return frrd_cli_set_flag(vty, "./auto-failover", !no);
}

DEFPY_YANG (group_failback,
	group_failback_cmd,
	"failback <manual|automatic>$mode",
	FAILBACK_STR
	"On command (default)\n"
	"By itself, once that site has been ready for wait-to-restore\n")
{
	return frrd_cli_set_leaf(vty, "./failback/mode", mode);
}

DEFPY_YANG (no_group_failback,
	no_group_failback_cmd,
	"no failback [<manual|automatic>]",
	NO_STR
	FAILBACK_STR
	"On command\n"
	"By itself\n")
{
	return frrd_cli_set_leaf(vty, "./failback/mode", NULL);
}

DEFPY_YANG (group_wait_to_restore,
	group_wait_to_restore_cmd,
	"failback wait-to-restore (0-4294967295)$ms",
	FAILBACK_STR
	"How long that site has to be ready without a break\n"
	"Milliseconds, 0 to 86400000 (default 300000)\n")
{
	if (!frrd_cli_number_ok(vty, "wait-to-restore", ms, 0, 86400000))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./failback/wait-to-restore", ms_str);
}

DEFPY_YANG (no_group_wait_to_restore,
	no_group_wait_to_restore_cmd,
	"no failback wait-to-restore [(0-4294967295)]",
	NO_STR
	FAILBACK_STR
	"How long that site has to be ready without a break\n"
	"Milliseconds\n")
{
	return frrd_cli_set_leaf(vty, "./failback/wait-to-restore", NULL);
}

DEFPY_YANG (group_max_moves,
	group_max_moves_cmd,
	"damping max-moves (0-4294967295)$moves",
	DAMPING_STR
	"How many there may be within the window\n"
	"Moves, 0 to 32 (default 5); 0: any number\n")
{
	if (!frrd_cli_number_ok(vty, "damping max-moves", moves, 0, 32))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./damping/max-moves", moves_str);
}

DEFPY_YANG (group_damping_window,
	group_damping_window_cmd,
	"damping window (0-4294967295)$ms",
	DAMPING_STR
	"The time in which they are counted\n"
	"Milliseconds, 1000 to 604800000 (default 3600000)\n")
{
	if (!frrd_cli_number_ok(vty, "damping window", ms, 1000, 604800000))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./damping/window", ms_str);
}

DEFPY_YANG (no_group_damping,
	no_group_damping_cmd,
	"no damping <max-moves|window>$what [(0-4294967295)]",
	NO_STR
	DAMPING_STR
	"How many there may be within the window\n"
	"The time in which they are counted\n"
	"Number\n")
{
	char xpath[XPATH_MAXLEN];

	snprintf(xpath, sizeof(xpath), "./damping/%s", what);
	return frrd_cli_set_leaf(vty, xpath, NULL);
}

DEFPY_YANG (group_when_no_successor,
	group_when_no_successor_cmd,
	"when-no-successor <keep|withdraw>$what",
	NO_SUCCESSOR_STR
	"Go on announcing (default)\n"
	"Withdraw\n")
{
	return frrd_cli_set_leaf(vty, "./when-no-successor", what);
}

DEFPY_YANG (no_group_when_no_successor,
	no_group_when_no_successor_cmd,
	"no when-no-successor [<keep|withdraw>]",
	NO_STR
	NO_SUCCESSOR_STR
	"Go on announcing\n"
	"Withdraw\n")
{
	return frrd_cli_set_leaf(vty, "./when-no-successor", NULL);
}

/* --- group member --------------------------------------------------------- */

DEFPY_YANG_NOSH (member,
	member_cmd,
	"site NAME$name",
	MEMBER_STR
	"Name of the site\n")
{
	return frrd_cli_enter_entry(vty, SUBNET_MOVER_MEMBER_NODE, VTY_CURR_XPATH,
				    FRRD_NB_ROOT "/group/member/site", name);
}

DEFPY_YANG (no_member,
	no_member_cmd,
	"no site NAME$name",
	NO_STR
	MEMBER_STR
	"Name of the site\n")
{
	char xpath[XPATH_MAXLEN];

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/group/member/site", name))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(xpath, sizeof(xpath), "./member[site='%s']", name);
	return frrd_cli_set_leaf(vty, xpath, NULL);
}

DEFPY_YANG (member_preference,
	member_preference_cmd,
	"preference (0-4294967295)$preference",
	"Rank of the site for this group, the highest goes first\n"
	"Preference, 0 to 65535 (default 100)\n")
{
	if (!frrd_cli_number_ok(vty, "preference", preference, 0, UINT16_MAX))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./preference", preference_str);
}

DEFPY_YANG (no_member_preference,
	no_member_preference_cmd,
	"no preference [(0-4294967295)]",
	NO_STR
	"Rank of the site for this group\n"
	"Preference\n")
{
	return frrd_cli_set_leaf(vty, "./preference", NULL);
}

DEFPY_YANG (member_metric,
	member_metric_cmd,
	"metric (0-4294967295)$metric",
	"Metric of the routes, becomes the MED in BGP\n"
	"Metric\n")
{
	return frrd_cli_set_leaf(vty, "./metric", metric_str);
}

DEFPY_YANG (no_member_metric,
	no_member_metric_cmd,
	"no metric [(0-4294967295)]",
	NO_STR
	"Metric of the routes, becomes the MED in BGP\n"
	"Metric\n")
{
	return frrd_cli_set_leaf(vty, "./metric", NULL);
}

DEFPY_YANG (member_next_hop,
	member_next_hop_cmd,
	"[no] next-hop <A.B.C.D$ipv4|X:X::X:X$ipv6|interface IFNAME$ifname|blackhole$blackhole>",
	NO_STR
	"Where the routes point to at this site\n"
	"Address for IPv4 prefixes\n"
	"Address for IPv6 prefixes\n"
	"An interface\n"
	"Name of the interface; it may appear later\n"
	"Discard the packets\n")
{
	const struct lyd_node *present;
	const char *leaf, *value;
	char canonical[INET6_ADDRSTRLEN];
	char xpath[XPATH_MAXLEN];

	if (blackhole)
		return frrd_cli_set_flag(vty, "./next-hop/blackhole", !no);

	if (ifname) {
		if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/group/member/next-hop/interface",
				       ifname))
			return CMD_WARNING_CONFIG_FAILED;
		leaf = "interface";
		value = ifname;
	} else if (ipv6_str) {
		leaf = "ipv6-address";
		value = inet_ntop(AF_INET6, &ipv6, canonical, sizeof(canonical));
	} else {
		leaf = "ipv4-address";
		value = inet_ntop(AF_INET, &ipv4, canonical, sizeof(canonical));
	}
	snprintf(xpath, sizeof(xpath), "./next-hop/%s", leaf);
	if (!no)
		return frrd_cli_set_leaf(vty, xpath, value);

	present = yang_dnode_getf(vty->candidate_config->dnode, "%s/next-hop/%s",
				  VTY_CURR_XPATH, leaf);
	if (!present || !strmatch(lyd_get_value(present), value))
		return frrd_cli_refuse(vty, "next-hop %s is not configured here", value);
	return frrd_cli_set_leaf(vty, xpath, NULL);
}

/* --- nodes ---------------------------------------------------------------- */

static struct cmd_node group_node = {
	.name = "subnet-mover group",
	.node = SUBNET_MOVER_GROUP_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_GROUP_PROMPT,
};

static struct cmd_node member_node = {
	.name = "subnet-mover group member",
	.node = SUBNET_MOVER_MEMBER_NODE,
	.parent_node = SUBNET_MOVER_GROUP_NODE,
	.prompt = SUBNET_MOVER_MEMBER_PROMPT,
};

void frrd_cli_group_init(void)
{
	install_node(&group_node);
	install_node(&member_node);
	install_default(SUBNET_MOVER_GROUP_NODE);
	install_default(SUBNET_MOVER_MEMBER_NODE);

	install_element(SUBNET_MOVER_NODE, &group_cmd);
	install_element(SUBNET_MOVER_NODE, &no_group_cmd);

	install_element(SUBNET_MOVER_GROUP_NODE, &group_id_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_id_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_description_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_description_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_description_text_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_prefix_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_prefix_list_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_handover_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_handover_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_allow_more_specific_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_auto_failover_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_failback_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_failback_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_wait_to_restore_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_wait_to_restore_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_max_moves_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_damping_window_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_damping_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &group_when_no_successor_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_when_no_successor_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &member_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_member_cmd);

	frrd_cli_hook_init();
	frrd_cli_address_init();

	install_element(SUBNET_MOVER_MEMBER_NODE, &member_preference_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &no_member_preference_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_metric_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &no_member_metric_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_next_hop_cmd);
	frrd_cli_member_probe_init();

	/* what others have in the same words */
	install_element(SUBNET_MOVER_PROBE_NODE, &group_description_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_group_description_cmd);
	install_element(SUBNET_MOVER_PROBE_NODE, &no_group_description_text_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &group_description_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &no_group_description_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &no_group_description_text_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &member_metric_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &no_member_metric_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &member_next_hop_cmd);
}
