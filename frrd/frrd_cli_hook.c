// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration commands of a group's hooks; see frrd_cli.c. */

#include <zebra.h>

#include "command.h"
#include "memory.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd_ipc.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_hook_clippy.c"
#endif

#define HOOK_STR                                                                                   \
	"A program that runs during a move\n"                                                      \
	"Before the first prefix is withdrawn, in a planned move\n"                                \
	"After the withdrawal of the last prefix is confirmed\n"                                   \
	"Before the first prefix is announced\n"                                                   \
	"After zebra has installed the last prefix\n"                                              \
	"When the site fences itself\n"                                                            \
	"When a move ends in a failure\n"                                                          \
	"Order among the hooks of one event\n"
#define COMMAND_STR "What is run, without a shell\n"
#define SITE_STR    "Sites at which it runs; without any: at every member\n"
#define TIMEOUT_STR "How long it may run\n"
#define POLICY_STR  "What follows when it fails or takes too long\n"
#define RETRIES_STR "How often a failed hook runs again, with policy retry\n"
#define PAUSE_STR   "Pause before a failed hook runs again\n"

/* A leaf of the hook; NULL as the value takes it away. */
static int set_leaf(struct vty *vty, const char *event, const char *sequence, const char *leaf,
		    const char *value)
{
	char xpath[XPATH_MAXLEN];

	snprintf(xpath, sizeof(xpath), "./hook[event='%s'][sequence='%s']%s%s", event, sequence,
		 leaf[0] ? "/" : "", leaf);
	return frrd_cli_set_leaf(vty, xpath, value);
}

DEFPY_YANG (hook_command,
	hook_command_cmd,
	"hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq command LINE...",
	HOOK_STR
	COMMAND_STR
	"Absolute path of a program, and its arguments\n")
{
	char *command = argv_concat(argv, argc, 4);
	int ret = CMD_WARNING_CONFIG_FAILED;

	if (strlen(command) >= FRRD_IPC_LINE)
		(void)frrd_cli_refuse(vty, "a command has at most %d characters, this one has %zu",
				      FRRD_IPC_LINE - 1, strlen(command));
	else if (frrd_cli_value_ok(vty, FRRD_NB_ROOT "/group/hook/command", command))
		ret = set_leaf(vty, event, seq_str, "command", command);
	XFREE(MTYPE_TMP, command);
	return ret;
}

DEFPY_YANG (no_hook,
	no_hook_cmd,
	"no hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq",
	NO_STR
	HOOK_STR)
{
	return set_leaf(vty, event, seq_str, "", NULL);
}

DEFPY_YANG (no_hook_command,
	no_hook_command_cmd,
	"no hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq command LINE...",
	NO_STR
	HOOK_STR
	COMMAND_STR
	"Program and arguments\n")
{
	return set_leaf(vty, event, seq_str, "", NULL);
}

DEFPY_YANG (hook_site,
	hook_site_cmd,
	"[no] hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq site NAME$name",
	NO_STR
	HOOK_STR
	SITE_STR
	"Name of the site\n")
{
	char xpath[XPATH_MAXLEN];

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/group/hook/site", name))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(xpath, sizeof(xpath), "./hook[event='%s'][sequence='%s']/site", event, seq_str);
	nb_cli_enqueue_change(vty, xpath, no ? NB_OP_DESTROY : NB_OP_CREATE, name);
	return frrd_cli_commit(vty);
}

DEFPY_YANG (hook_timeout,
	hook_timeout_cmd,
	"hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq timeout (0-4294967295)$ms",
	HOOK_STR
	TIMEOUT_STR
	"Milliseconds, 100 to 3600000 (default 10000)\n")
{
	if (!frrd_cli_number_ok(vty, "timeout", ms, 100, 3600000))
		return CMD_WARNING_CONFIG_FAILED;
	return set_leaf(vty, event, seq_str, "timeout", ms_str);
}

DEFPY_YANG (hook_policy,
	hook_policy_cmd,
	"hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq policy <continue|abort|retry>$policy",
	HOOK_STR
	POLICY_STR
	"The move goes on (default)\n"
	"The takeover is given up, at pre-announce\n"
	"It runs again, then the move goes on\n")
{
	return set_leaf(vty, event, seq_str, "policy", policy);
}

DEFPY_YANG (hook_retries,
	hook_retries_cmd,
	"hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq retries (0-4294967295)$retries",
	HOOK_STR
	RETRIES_STR
	"Times, 1 to 100 (default 3)\n")
{
	if (!frrd_cli_number_ok(vty, "retries", retries, 1, 100))
		return CMD_WARNING_CONFIG_FAILED;
	return set_leaf(vty, event, seq_str, "retries", retries_str);
}

DEFPY_YANG (hook_retry_interval,
	hook_retry_interval_cmd,
	"hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq retry-interval (0-4294967295)$ms",
	HOOK_STR
	PAUSE_STR
	"Milliseconds, 0 to 600000 (default 1000)\n")
{
	if (!frrd_cli_number_ok(vty, "retry-interval", ms, 0, 600000))
		return CMD_WARNING_CONFIG_FAILED;
	return set_leaf(vty, event, seq_str, "retry-interval", ms_str);
}

DEFPY_YANG (no_hook_number,
	no_hook_number_cmd,
	"no hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq <timeout|retries|retry-interval>$leaf [(0-4294967295)]",
	NO_STR
	HOOK_STR
	TIMEOUT_STR
	RETRIES_STR
	PAUSE_STR
	"Number\n")
{
	return set_leaf(vty, event, seq_str, leaf, NULL);
}

DEFPY_YANG (no_hook_policy,
	no_hook_policy_cmd,
	"no hook <pre-withdraw|post-withdraw|pre-announce|post-announce|on-fenced|on-failure>$event (1-65535)$seq policy [<continue|abort|retry>]",
	NO_STR
	HOOK_STR
	POLICY_STR
	"The move goes on\n"
	"The takeover is given up\n"
	"It runs again\n")
{
	return set_leaf(vty, event, seq_str, "policy", NULL);
}

void frrd_cli_hook_init(void)
{
	install_element(SUBNET_MOVER_GROUP_NODE, &hook_command_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_hook_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_hook_command_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &hook_site_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &hook_timeout_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &hook_policy_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &hook_retries_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &hook_retry_interval_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_hook_number_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_hook_policy_cmd);
}
