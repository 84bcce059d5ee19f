// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration commands of attachments, and how they are written; see frrd_cli.c. */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_attach_clippy.c"
#endif

#define ATTACH_STR    "What is up, or has an address, only while this site is the owner\n"
#define ATTACH_IF_STR "An interface\nName of the interface; it may appear later\n"
#define ORDER_STR     "Order of attachments and routes on takeover\n"

/* The path of a leaf of the attachment ("" for itself); false: no such interface name. */
static bool path_of(struct vty *vty, const char *ifname, const char *leaf, char *ret_xpath,
		    size_t size)
{
	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/group/member/attach/interface", ifname))
		return false;
	snprintf(ret_xpath, size, "./attach[interface='%s']%s", ifname, leaf);
	return true;
}

/* Is there an attachment of this interface? Complains when not. */
static bool exists(struct vty *vty, const char *ifname)
{
	if (yang_dnode_existsf(vty->candidate_config->dnode, "%s/attach[interface='%s']",
			       VTY_CURR_XPATH, ifname))
		return true;
	(void)frrd_cli_refuse(vty, "interface %s is not attached here", ifname);
	return false;
}

/* The line makes the attachment when it does not exist; what is refused leaves nothing of it. */
static void want_attachment(struct vty *vty, const char *ifname)
{
	char xpath[XPATH_MAXLEN];

	snprintf(xpath, sizeof(xpath), "./attach[interface='%s']", ifname);
	if (!yang_dnode_existsf(vty->candidate_config->dnode, "%s%s", VTY_CURR_XPATH, xpath + 1))
		nb_cli_enqueue_change(vty, xpath, NB_OP_CREATE, NULL);
}

DEFPY_YANG (member_attach,
	member_attach_cmd,
	"[no] attach interface IFNAME$ifname",
	NO_STR
	ATTACH_STR
	ATTACH_IF_STR)
{
	char xpath[XPATH_MAXLEN];

	if (!path_of(vty, ifname, "", xpath, sizeof(xpath)) || (no && !exists(vty, ifname)))
		return CMD_WARNING_CONFIG_FAILED;
	nb_cli_enqueue_change(vty, xpath, no ? NB_OP_DESTROY : NB_OP_CREATE, NULL);
	return frrd_cli_commit(vty);
}

DEFPY_YANG (member_attach_address,
	member_attach_address_cmd,
	"[no] attach interface IFNAME$ifname address <A.B.C.D/M|X:X::X:X/M>$address",
	NO_STR
	ATTACH_STR
	ATTACH_IF_STR
	"An address that it has; one that was there before is left alone\n"
	"IPv4 address and length\n"
	"IPv6 address and length\n")
{
	char xpath[XPATH_MAXLEN], value[PREFIX_STRLEN];

	if (!path_of(vty, ifname, "/address", xpath, sizeof(xpath)) || (no && !exists(vty, ifname)))
		return CMD_WARNING_CONFIG_FAILED;
	prefix2str(address, value, sizeof(value));
	if (no && !yang_dnode_existsf(vty->candidate_config->dnode, "%s%s[.='%s']",
				      VTY_CURR_XPATH, xpath + 1, value))
		return frrd_cli_refuse(vty, "address %s is not attached to interface %s", value,
				       ifname);
	if (!no)
		want_attachment(vty, ifname);
	nb_cli_enqueue_change(vty, xpath, no ? NB_OP_DESTROY : NB_OP_CREATE, value);
	return frrd_cli_commit(vty);
}

static int set_leaf(struct vty *vty, const char *ifname, const char *leaf, const char *value)
{
	char xpath[XPATH_MAXLEN];

	if (!path_of(vty, ifname, leaf, xpath, sizeof(xpath)) || (!value && !exists(vty, ifname)))
		return CMD_WARNING_CONFIG_FAILED;
	if (value)
		want_attachment(vty, ifname);
	nb_cli_enqueue_change(vty, xpath, value ? NB_OP_MODIFY : NB_OP_DESTROY, value);
	return frrd_cli_commit(vty);
}

DEFPY_YANG (member_attach_flag,
	member_attach_flag_cmd,
	"[no] attach interface IFNAME$ifname <carrier|duplicate-check>$what",
	NO_STR
	ATTACH_STR
	ATTACH_IF_STR
	"It is set up on takeover and down on release\n"
	"Look whether somebody else has an address before it is added\n")
{
	char leaf[32];

	snprintf(leaf, sizeof(leaf), "/%s", what);
	return set_leaf(vty, ifname, leaf, no ? NULL : "true");
}

DEFPY_YANG (member_attach_advertisements,
	member_attach_advertisements_cmd,
	"attach interface IFNAME$ifname advertisements (0-4294967295)$count",
	ATTACH_STR
	ATTACH_IF_STR
	"How often the hosts are told where an added address is (ARP, neighbour advertisements)\n"
	"Number, 0 to 100 (default 3)\n")
{
	if (!frrd_cli_number_ok(vty, "advertisements", count, 0, 100))
		return CMD_WARNING_CONFIG_FAILED;
	return set_leaf(vty, ifname, "/advertisements", count_str);
}

DEFPY_YANG (member_attach_interval,
	member_attach_interval_cmd,
	"attach interface IFNAME$ifname advertisement-interval (0-4294967295)$ms",
	ATTACH_STR
	ATTACH_IF_STR
	"Time between two of them\n"
	"Milliseconds, 10 to 60000 (default 200)\n")
{
	if (!frrd_cli_number_ok(vty, "advertisement-interval", ms, 10, 60000))
		return CMD_WARNING_CONFIG_FAILED;
	return set_leaf(vty, ifname, "/advertisement-interval", ms_str);
}

DEFPY_YANG (no_member_attach_number,
	no_member_attach_number_cmd,
	"no attach interface IFNAME$ifname <advertisements|advertisement-interval>$what [(0-4294967295)]",
	NO_STR
	ATTACH_STR
	ATTACH_IF_STR
	"How often the hosts are told where an added address is\n"
	"Time between two of them\n"
	"Number\n")
{
	char leaf[32];

	snprintf(leaf, sizeof(leaf), "/%s", what);
	return set_leaf(vty, ifname, leaf, NULL);
}

DEFPY_YANG (group_attach_order,
	group_attach_order_cmd,
	"attach-order <attach-first|announce-first>$order",
	ORDER_STR
	"Attach, look whether it is there, then announce (default)\n"
	"Announce, then attach\n")
{
	return frrd_cli_set_leaf(vty, "./attach-order", order);
}

DEFPY_YANG (no_group_attach_order,
	no_group_attach_order_cmd,
	"no attach-order [<attach-first|announce-first>]",
	NO_STR
	ORDER_STR
	"Attach, then announce\n"
	"Announce, then attach\n")
{
	return frrd_cli_set_leaf(vty, "./attach-order", NULL);
}

/* --- the configuration as commands ---------------------------------------- */

void frrd_show_attach(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, "   attach interface %s\n", lyd_get_value(lyd_child(dnode)));
}

void frrd_show_attach_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	const char *ifname = lyd_get_value(lyd_child(lyd_parent(dnode)));
	const char *name = dnode->schema->name, *value = lyd_get_value(dnode);

	if (strmatch(value, "true"))
		vty_out(vty, "   attach interface %s %s\n", ifname, name);
	else if (!strmatch(value, "false"))
		vty_out(vty, "   attach interface %s %s %s\n", ifname, name, value);
}

void frrd_cli_attach_init(void)
{
	install_element(SUBNET_MOVER_GROUP_NODE, &group_attach_order_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_group_attach_order_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_attach_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_attach_address_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_attach_flag_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_attach_advertisements_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_attach_interval_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &no_member_attach_number_cmd);
}
