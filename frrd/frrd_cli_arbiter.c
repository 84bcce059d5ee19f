// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration commands of the arbiter; see frrd_cli.c. */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_arbiter_clippy.c"
#endif

#define ARBITER_STR "Who decides which site owns a group\n"
#define ARBITER_KINDS_STR                                                                          \
	"The sites among themselves, by routes that they see of each other\n"                      \
	"An operator, by command\n"                                                                \
	"An etcd cluster\n"
#define TIMERS_STR                                                                                 \
	"How long a planned move may take\n"                                                       \
	"How long nobody has claimed or announced a group before it is taken over\n"               \
	"What each further rank adds to takeover-delay\n"                                          \
	"How long an owner may be without quorum before it withdraws\n"                            \
	"How long a site only watches, after its start or without quorum\n"                        \
	"How long after a move a group does not leave a living owner by itself\n"                  \
	"How long zebra keeps the routes when frrd dies, whole seconds\n"
#define DETECTION_STR "How routing notices that a site is silent\n"

DEFPY_YANG_NOSH (arbiter,
	arbiter_cmd,
	"arbiter <bgp|manual|etcd>$kind",
	ARBITER_STR
	ARBITER_KINDS_STR)
{
	int ret = frrd_cli_set_leaf(vty, "./arbiter/type", kind);
	int entered = frrd_cli_enter(vty, SUBNET_MOVER_ARBITER_NODE, FRRD_NB_ROOT "/arbiter");

	return ret == CMD_SUCCESS ? entered : ret;
}

/* The timers go as well: without an arbiter they have no meaning. */
DEFPY_YANG (no_arbiter,
	no_arbiter_cmd,
	"no arbiter [<bgp|manual|etcd>]",
	NO_STR
	ARBITER_STR
	ARBITER_KINDS_STR)
{
	return frrd_cli_set_leaf(vty, "./arbiter", NULL);
}

static const struct {
	const char *name;
	long min, max;
} timers[] = {
	{ "handover-timeout", 1000, 600000 }, { "takeover-delay", 0, 600000 },
	{ "stagger", 0, 60000 },	      { "fence-delay", 0, 600000 },
	{ "settle-time", 0, 600000 },	      { "hold-down", 0, 86400000 },
	{ "stale-retention", 0, 60000 },
};

DEFPY_YANG (arbiter_timer,
	arbiter_timer_cmd,
	"<handover-timeout|takeover-delay|stagger|fence-delay|settle-time|hold-down|stale-retention>$what (0-4294967295)$ms",
	TIMERS_STR
	"Milliseconds\n")
{
	char xpath[XPATH_MAXLEN];

	for (size_t i = 0; i < array_size(timers); i++)
		if (strmatch(timers[i].name, what) &&
		    !frrd_cli_number_ok(vty, what, ms, timers[i].min, timers[i].max))
			return CMD_WARNING_CONFIG_FAILED;
	snprintf(xpath, sizeof(xpath), "./%s", what);
	return frrd_cli_set_leaf(vty, xpath, ms_str);
}

DEFPY_YANG (no_arbiter_timer,
	no_arbiter_timer_cmd,
	"no <handover-timeout|takeover-delay|stagger|fence-delay|settle-time|hold-down|stale-retention>$what [(0-4294967295)]",
	NO_STR
	TIMERS_STR
	"Milliseconds\n")
{
	char xpath[XPATH_MAXLEN];

	snprintf(xpath, sizeof(xpath), "./%s", what);
	return frrd_cli_set_leaf(vty, xpath, NULL);
}

/* One way of detection takes the place of the other. */
static void give_up(struct vty *vty, const char *xpath)
{
	const struct lyd_node *leaf = yang_dnode_getf(vty->candidate_config->dnode, "%s/%s",
						      VTY_CURR_XPATH, xpath + 2);

	if (leaf && !lyd_is_default(leaf))
		nb_cli_enqueue_change(vty, xpath, NB_OP_DESTROY, NULL);
}

DEFPY_YANG (detection_bfd,
	detection_bfd_cmd,
	"detection bfd (0-4294967295)$interval multiplier (0-4294967295)$multiplier",
	DETECTION_STR
	"BFD of the BGP neighbours, with the values that are configured there\n"
	"Interval in milliseconds, 10 to 60000 (default 300)\n"
	"How many packets may be lost\n"
	"Multiplier, 2 to 255 (default 3)\n")
{
	if (!frrd_cli_number_ok(vty, "detection bfd", interval, 10, 60000) ||
	    !frrd_cli_number_ok(vty, "multiplier", multiplier, 2, 255))
		return CMD_WARNING_CONFIG_FAILED;
	give_up(vty, "./detection/hold-time");
	nb_cli_enqueue_change(vty, "./detection/bfd/interval", NB_OP_MODIFY, interval_str);
	return frrd_cli_set_leaf(vty, "./detection/bfd/multiplier", multiplier_str);
}

DEFPY_YANG (detection_hold_time,
	detection_hold_time_cmd,
	"detection hold-time (0-4294967295)$seconds",
	DETECTION_STR
	"Hold time of the BGP neighbours, where there is no BFD\n"
	"Seconds, 3 to 65535\n")
{
	if (!frrd_cli_number_ok(vty, "detection hold-time", seconds, 3, 65535))
		return CMD_WARNING_CONFIG_FAILED;
	give_up(vty, "./detection/bfd/interval");
	give_up(vty, "./detection/bfd/multiplier");
	return frrd_cli_set_leaf(vty, "./detection/hold-time", seconds_str);
}

DEFPY_YANG (no_detection,
	no_detection_cmd,
	"no detection",
	NO_STR
	DETECTION_STR)
{
	return frrd_cli_set_leaf(vty, "./detection", NULL);
}

ALIAS_YANG (no_detection,
	no_detection_bfd_cmd,
	"no detection bfd [(0-4294967295) multiplier (0-4294967295)]",
	NO_STR
	DETECTION_STR
	"BFD of the BGP neighbours\n"
	"Interval in milliseconds\n"
	"How many packets may be lost\n"
	"Multiplier\n")

ALIAS_YANG (no_detection,
	no_detection_hold_time_cmd,
	"no detection hold-time [(0-4294967295)]",
	NO_STR
	DETECTION_STR
	"Hold time of the BGP neighbours\n"
	"Seconds\n")

/* --- node ----------------------------------------------------------------- */

static int leave_arbiter(struct vty *vty)
{
	(void)frrd_cli_close_timers(vty);
	return 1;
}

static struct cmd_node arbiter_node = {
	.name = "subnet-mover arbiter",
	.node = SUBNET_MOVER_ARBITER_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_ARBITER_PROMPT,
	.node_exit = leave_arbiter,
};

void frrd_cli_arbiter_init(void)
{
	install_node(&arbiter_node);
	install_default(SUBNET_MOVER_ARBITER_NODE);

	install_element(SUBNET_MOVER_NODE, &arbiter_cmd);
	install_element(SUBNET_MOVER_NODE, &no_arbiter_cmd);

	install_element(SUBNET_MOVER_ARBITER_NODE, &arbiter_timer_cmd);
	install_element(SUBNET_MOVER_ARBITER_NODE, &no_arbiter_timer_cmd);
	install_element(SUBNET_MOVER_ARBITER_NODE, &detection_bfd_cmd);
	install_element(SUBNET_MOVER_ARBITER_NODE, &detection_hold_time_cmd);
	install_element(SUBNET_MOVER_ARBITER_NODE, &no_detection_cmd);
	install_element(SUBNET_MOVER_ARBITER_NODE, &no_detection_bfd_cmd);
	install_element(SUBNET_MOVER_ARBITER_NODE, &no_detection_hold_time_cmd);
}
