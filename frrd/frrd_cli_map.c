// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration commands of address change, and how they are written; see frrd_cli.c. */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_map_clippy.c"
#endif

#define MAP_STR  "This site announces other prefixes in the place of those of the group\n"
#define FROM_STR "IPv4 prefix of the group, or one that covers some\n"                             \
		 "IPv6 prefix of the group, or one that covers some\n"
#define TO_STR   "IPv4 prefix that this site announces, of the same length\n"                      \
	       "IPv6 prefix that this site announces, of the same length\n"

static void path_of(const struct prefix *from, const char *leaf, char *ret_xpath, size_t size)
{
	snprintfrr(ret_xpath, size, "./map[from='%pFX']%s", from, leaf);
}

DEFPY_YANG (member_map,
	member_map_cmd,
	"map <A.B.C.D/M|X:X::X:X/M>$from <A.B.C.D/M|X:X::X:X/M>$to",
	MAP_STR
	FROM_STR
	TO_STR)
{
	char list[XPATH_MAXLEN], leaf[XPATH_MAXLEN], value[PREFIX_STRLEN], error[256];

	if (!frrd_check_host_bits("prefix", from, error, sizeof(error)) ||
	    !frrd_check_host_bits("prefix", to, error, sizeof(error)))
		return frrd_cli_refuse(vty, "%s", error);
	path_of(from, "", list, sizeof(list));
	path_of(from, "/to", leaf, sizeof(leaf));
	prefix2str(to, value, sizeof(value));
	nb_cli_enqueue_change(vty, list, NB_OP_CREATE, NULL);
	nb_cli_enqueue_change(vty, leaf, NB_OP_MODIFY, value);
	return frrd_cli_commit(vty);
}

DEFPY_YANG (no_member_map,
	no_member_map_cmd,
	"no map <A.B.C.D/M|X:X::X:X/M>$from [<A.B.C.D/M|X:X::X:X/M>]",
	NO_STR
	MAP_STR
	FROM_STR
	TO_STR)
{
	char xpath[XPATH_MAXLEN], error[256];

	if (!frrd_check_host_bits("prefix", from, error, sizeof(error)))
		return frrd_cli_refuse(vty, "%s", error);
	path_of(from, "", xpath, sizeof(xpath));
	if (!yang_dnode_existsf(vty->candidate_config->dnode, "%s%s", VTY_CURR_XPATH, xpath + 1))
		return frrd_cli_refuse(vty, "prefix %s is not mapped here", from_str);
	nb_cli_enqueue_change(vty, xpath, NB_OP_DESTROY, NULL);
	return frrd_cli_commit(vty);
}

void frrd_show_map(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, "   map %s %s\n", lyd_get_value(lyd_child(dnode)),
		yang_dnode_get_string(dnode, "./to"));
}

void frrd_cli_map_init(void)
{
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_map_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &no_member_map_cmd);
}
