// SPDX-License-Identifier: GPL-2.0-or-later
/* Debug switches and their commands; see frrd_debug.h. */

#include <zebra.h>

#include "command.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_debug.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_debug_clippy.c"
#endif

struct debug frrd_dbg_fsm = { 0, "Subnet mover: state machine" };
struct debug frrd_dbg_zebra = { 0, "Subnet mover: zebra" };
struct debug frrd_dbg_markers = { 0, "Subnet mover: markers" };
struct debug frrd_dbg_config = { 0, "Subnet mover: configuration" };

static const struct {
	struct debug *debug;
	const char *name;
} switches[] = {
	{ &frrd_dbg_fsm, "fsm" },
	{ &frrd_dbg_zebra, "zebra" },
	{ &frrd_dbg_markers, "markers" },
	{ &frrd_dbg_config, "config" },
};

DEFPY (debug_subnet_mover,
	debug_subnet_mover_cmd,
	"[no] debug subnet-mover [<fsm|zebra|markers|config>$what]",
	NO_STR
	DEBUG_STR
	"Subnet mover\n"
	"State machine: events, decisions, actions\n"
	"Routes and nexthop tracking\n"
	"Markers: what is announced and what is seen of other sites\n"
	"Configuration\n")
{
	uint32_t mode = DEBUG_NODE2MODE(vty->node);

	for (size_t i = 0; i < array_size(switches); i++)
		if (!what || strmatch(what, switches[i].name))
			DEBUG_MODE_SET(switches[i].debug, mode, !no);
	return CMD_SUCCESS;
}

static int write_switches(struct vty *vty, uint32_t mode, const char *indent)
{
	int lines = 0;

	for (size_t i = 0; i < array_size(switches); i++)
		if (DEBUG_MODE_CHECK(switches[i].debug, mode)) {
			vty_out(vty, "%sdebug subnet-mover %s\n", indent, switches[i].name);
			lines++;
		}
	return lines;
}

DEFUN_NOSH (show_debugging_subnet_mover,
	show_debugging_subnet_mover_cmd,
	"show debugging [subnet-mover]",
	SHOW_STR
	DEBUG_STR
	"Subnet mover\n")
{
	vty_out(vty, "Subnet mover debugging status:\n");
	(void)write_switches(vty, DEBUG_MODE_ALL, "  ");
	return CMD_SUCCESS;
}

static int config_write(struct vty *vty)
{
	return write_switches(vty, DEBUG_MODE_CONF, "");
}

static struct cmd_node debug_node = {
	.name = "subnet-mover debug",
	.node = SUBNET_MOVER_DEBUG_NODE,
	.prompt = "",
	.config_write = config_write,
};

static void set_all(uint32_t flags, bool set)
{
	for (size_t i = 0; i < array_size(switches); i++) {
		DEBUG_FLAGS_SET(switches[i].debug, flags, set);

		/* no mode left: forget the options too */
		if (!DEBUG_MODE_CHECK(switches[i].debug, DEBUG_MODE_ALL))
			DEBUG_CLEAR(switches[i].debug);
	}
}

static struct debug_callbacks callbacks = { .debug_set_all = set_all };

void frrd_debug_init(void)
{
	debug_init(&callbacks);
	install_node(&debug_node);
	install_element(ENABLE_NODE, &show_debugging_subnet_mover_cmd);
	install_element(ENABLE_NODE, &debug_subnet_mover_cmd);
	install_element(CONFIG_NODE, &debug_subnet_mover_cmd);
}
