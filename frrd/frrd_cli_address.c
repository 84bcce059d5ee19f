// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration commands of what follows a change of addresses, and how they are
 * written; see frrd_cli.c.
 */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_address_clippy.c"
#endif

#define CHANGE_STR "What follows when the services get other addresses (`map` of the sites)\n"
#define SERVER_STR "Server that takes dynamic updates\n"
#define PORT_STR   "Port of that server\n"
#define ZONE_STR   "Zone of all records; without it the server is asked\n"
#define KEY_STR    "File with the TSIG key of the updates\n"
#define RECORD_STR "A DNS record that follows the group\nIts name, as the whole domain name\n"
#define TYPE_STR                                                                                   \
	"IPv4 addresses\n"                                                                         \
	"IPv6 addresses\n"                                                                         \
	"Servers of a service; with swap-priority\n"
#define NOTIFY_STR "Who is told the old and new prefixes, once a takeover\n"

#define CHANGE "/group/address-change/"

static int set_leaf(struct vty *vty, const char *leaf, const char *value)
{
	char path[XPATH_MAXLEN];

	snprintf(path, sizeof(path), FRRD_NB_ROOT CHANGE "%s", leaf);
	if (value && !frrd_cli_value_ok(vty, path, value))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(path, sizeof(path), "./address-change/%s", leaf);
	return frrd_cli_set_leaf(vty, path, value);
}

DEFPY_YANG (address_change_server,
	address_change_server_cmd,
	"address-change dns-server HOST$host",
	CHANGE_STR
	SERVER_STR
	"Address or name\n")
{
	return set_leaf(vty, "dns-server", host);
}

DEFPY_YANG (address_change_port,
	address_change_port_cmd,
	"address-change dns-port (0-4294967295)$port",
	CHANGE_STR
	PORT_STR
	"Port, 1 to 65535 (default 53)\n")
{
	if (!frrd_cli_number_ok(vty, "dns-port", port, 1, 65535))
		return CMD_WARNING_CONFIG_FAILED;
	return set_leaf(vty, "dns-port", port_str);
}

DEFPY_YANG (address_change_zone,
	address_change_zone_cmd,
	"address-change dns-zone NAME$zone",
	CHANGE_STR
	ZONE_STR
	"Name of the zone\n")
{
	return set_leaf(vty, "dns-zone", zone);
}

DEFPY_YANG (address_change_key,
	address_change_key_cmd,
	"address-change dns-key-file PATH$file",
	CHANGE_STR
	KEY_STR
	"Absolute path, as tsig-keygen writes it\n")
{
	return set_leaf(vty, "dns-key-file", file);
}

DEFPY_YANG (no_address_change_leaf,
	no_address_change_leaf_cmd,
	"no address-change <dns-server|dns-port|dns-zone|dns-key-file>$leaf [VALUE]",
	NO_STR
	CHANGE_STR
	SERVER_STR
	PORT_STR
	ZONE_STR
	KEY_STR
	"What it was\n")
{
	return set_leaf(vty, leaf, NULL);
}

/* The path of a record or of a leaf of it; false: no such name. */
static bool record_path(struct vty *vty, const char *name, const char *type, const char *leaf,
			char ret_xpath[XPATH_MAXLEN])
{
	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT CHANGE "record/name", name))
		return false;
	snprintf(ret_xpath, XPATH_MAXLEN, "./address-change/record[name='%s'][type='%s']%s", name,
		 type, leaf);
	return true;
}

/* The line is all of the record: what it does not say is the default. */
static void record_leaf(struct vty *vty, const char *name, const char *type, const char *leaf,
			const char *value)
{
	char xpath[XPATH_MAXLEN];

	if (!record_path(vty, name, type, leaf, xpath))
		return;
	if (value)
		nb_cli_enqueue_change(vty, xpath, NB_OP_MODIFY, value);
	else if (yang_dnode_existsf(vty->candidate_config->dnode, "%s%s", VTY_CURR_XPATH,
				    xpath + 1))
		nb_cli_enqueue_change(vty, xpath, NB_OP_DESTROY, NULL);
}

DEFPY_YANG (address_change_record,
	address_change_record_cmd,
	"address-change record NAME$name <a|aaaa|srv>$type [{ttl (0-4294967295)$ttl|swap-priority$swap}]",
	CHANGE_STR
	RECORD_STR
	TYPE_STR
	"Time to live of the changed record\n"
	"Seconds, 0 to 2147483647 (default 60)\n"
	"The targets here get the priority of those elsewhere, and those get theirs\n")
{
	char xpath[XPATH_MAXLEN];

	if (ttl_str && !frrd_cli_number_ok(vty, "ttl", ttl, 0, INT32_MAX))
		return CMD_WARNING_CONFIG_FAILED;
	if (!record_path(vty, name, type, "", xpath))
		return CMD_WARNING_CONFIG_FAILED;
	nb_cli_enqueue_change(vty, xpath, NB_OP_CREATE, NULL);
	record_leaf(vty, name, type, "/ttl", ttl_str);
	record_leaf(vty, name, type, "/swap-priority", swap ? "true" : NULL);
	return frrd_cli_commit(vty);
}

DEFPY_YANG (no_address_change_record,
	no_address_change_record_cmd,
	"no address-change record NAME$name <a|aaaa|srv>$type [{ttl (0-4294967295)|swap-priority}]",
	NO_STR
	CHANGE_STR
	RECORD_STR
	TYPE_STR
	"Time to live of the changed record\n"
	"Seconds\n"
	"The targets here get the priority of those elsewhere, and those get theirs\n")
{
	char xpath[XPATH_MAXLEN];

	if (!record_path(vty, name, type, "", xpath))
		return CMD_WARNING_CONFIG_FAILED;
	if (!yang_dnode_existsf(vty->candidate_config->dnode, "%s%s", VTY_CURR_XPATH, xpath + 1))
		return frrd_cli_refuse(vty, "there is no record %s %s here", name, type);
	nb_cli_enqueue_change(vty, xpath, NB_OP_DESTROY, NULL);
	return frrd_cli_commit(vty);
}

DEFPY_YANG (address_change_notify,
	address_change_notify_cmd,
	"[no] address-change notify URL$url",
	NO_STR
	CHANGE_STR
	NOTIFY_STR
	"mailto:ADDRESS, or the URL of a webhook: http://..., https://...\n")
{
	static const char path[] = "./address-change/notify";

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT CHANGE "notify", url))
		return CMD_WARNING_CONFIG_FAILED;
	if (no && !yang_dnode_existsf(vty->candidate_config->dnode, "%s%s[.='%s']", VTY_CURR_XPATH,
				      path + 1, url))
		return frrd_cli_refuse(vty, "%s is not among those who are told", url);
	nb_cli_enqueue_change(vty, path, no ? NB_OP_DESTROY : NB_OP_CREATE, url);
	return frrd_cli_commit(vty);
}

void frrd_cli_address_init(void)
{
	install_element(SUBNET_MOVER_GROUP_NODE, &address_change_server_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &address_change_port_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &address_change_zone_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &address_change_key_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_address_change_leaf_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &address_change_record_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &no_address_change_record_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &address_change_notify_cmd);
}

/* --- how they are written ----------------------------------------------------------- */

void frrd_show_address(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, "  address-change %s %s\n", dnode->schema->name, lyd_get_value(dnode));
}

/* One line, for an SRV record is refused without swap-priority. */
void frrd_show_address_record(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	const struct lyd_node *ttl = yang_dnode_get(dnode, "./ttl");

	vty_out(vty, "  address-change record %s %s", yang_dnode_get_string(dnode, "./name"),
		yang_dnode_get_string(dnode, "./type"));
	if (ttl && (defaults || !lyd_is_default(ttl)))
		vty_out(vty, " ttl %s", lyd_get_value(ttl));
	if (yang_dnode_exists(dnode, "./swap-priority") &&
	    yang_dnode_get_bool(dnode, "./swap-priority"))
		vty_out(vty, " swap-priority");
	vty_out(vty, "\n");
}
