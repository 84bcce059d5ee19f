// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration commands: all but those of the arbiter, which are in
 * frrd_cli_arbiter.c, of a group, which are in frrd_cli_group.c, and of probes and
 * tracks, which are in frrd_cli_probe.c and frrd_cli_track.c.
 *
 * Each command turns into changes of the model; what is not allowed is said by
 * the northbound (frrd_nb_check.c), except for what only the text of the line
 * tells, such as host bits.  Numbers are read with more room than they have,
 * because "Unknown command" is no good answer to a number that is too big.
 */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd_compat.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_clippy.c"
#endif

#define SITE_STR    "A site\n"

int frrd_cli_set_leaf(struct vty *vty, const char *xpath, const char *value)
{
	nb_cli_enqueue_change(vty, xpath, value ? NB_OP_MODIFY : NB_OP_DESTROY, value);
	return frrd_cli_commit(vty);
}

int frrd_cli_set_flag(struct vty *vty, const char *xpath, bool on)
{
	return frrd_cli_set_leaf(vty, xpath, on ? "true" : NULL);
}

int frrd_cli_enter_entry(struct vty *vty, int node, const char *parent, const char *key_path,
			 const char *name)
{
	const char *key = strrchr(key_path, '/') + 1;
	const char *list = key - 1;
	bool ok = frrd_cli_value_ok(vty, key_path, name);
	char xpath[XPATH_MAXLEN];

	while (list[-1] != '/')
		list--;
	snprintf(xpath, sizeof(xpath), "%s/%.*s[%s='%s']", parent, (int)(key - 1 - list), list,
		 key, ok ? name : "?");
	if (ok)
		return frrd_cli_enter(vty, node, xpath);
	if (frrd_cli_from_file(vty))
		VTY_PUSH_XPATH(node, xpath);
	return CMD_WARNING_CONFIG_FAILED;
}

/* --- subnet-mover --------------------------------------------------------- */

DEFPY_YANG_NOSH (subnet_mover,
	subnet_mover_cmd,
	"subnet-mover",
	"Move subnets between sites\n")
{
	return frrd_cli_enter(vty, SUBNET_MOVER_NODE, FRRD_NB_ROOT);
}

DEFPY_YANG (no_subnet_mover,
	no_subnet_mover_cmd,
	"no subnet-mover",
	NO_STR
	"Move subnets between sites\n")
{
	return frrd_cli_set_leaf(vty, FRRD_NB_ROOT, NULL);
}

DEFPY_YANG (local_site,
	local_site_cmd,
	"local-site NAME$name",
	"The site at which this router is\n"
	"Name of the site\n")
{
	const struct lyd_node *candidate = vty->candidate_config->dnode;

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/local-site", name))
		return CMD_WARNING_CONFIG_FAILED;
	/* the line comes before the sites, so without any it cannot be wrong */
	if (yang_dnode_exists(candidate, FRRD_NB_ROOT "/site") &&
	    !yang_dnode_existsf(candidate, "%s/site[name='%s']", FRRD_NB_ROOT, name) &&
	    !yang_dnode_existsf(candidate, "%s[local-site='%s']", FRRD_NB_ROOT, name))
		return frrd_cli_refuse(vty, "local-site %s is not one of the sites", name);
	return frrd_cli_set_leaf(vty, "./local-site", name);
}

DEFPY_YANG (no_local_site,
	no_local_site_cmd,
	"no local-site [NAME]",
	NO_STR
	"The site at which this router is\n"
	"Name of the site\n")
{
	return frrd_cli_set_leaf(vty, "./local-site", NULL);
}

DEFPY_YANG (marker_range,
	marker_range_cmd,
	"marker-range <A.B.C.D/M|X:X::X:X/M>$range",
	"Range of addresses by which the sites see each other\n"
	"IPv4 range, at least 8 host bits\n"
	"IPv6 range, at least 8 host bits\n")
{
	char value[PREFIX_STRLEN], error[256];

	if (!frrd_check_host_bits("marker-range", range, error, sizeof(error)))
		return frrd_cli_refuse(vty, "%s", error);
	prefix2str(range, value, sizeof(value));
	return frrd_cli_set_leaf(vty, "./marker-range", value);
}

DEFPY_YANG (no_marker_range,
	no_marker_range_cmd,
	"no marker-range [<A.B.C.D/M|X:X::X:X/M>]",
	NO_STR
	"Range of addresses by which the sites see each other\n"
	"IPv4 range\n"
	"IPv6 range\n")
{
	return frrd_cli_set_leaf(vty, "./marker-range", NULL);
}

DEFPY_YANG (route_table,
	route_table_cmd,
	"route-table (1-4294967295)$table",
	"Instance of the TABLE routes that bgpd redistributes\n"
	"Instance, 1 to 255 (default 142)\n")
{
	if (!frrd_cli_number_ok(vty, "route-table", table, 1, 255))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./route-table", table_str);
}

DEFPY_YANG (no_route_table,
	no_route_table_cmd,
	"no route-table [(1-4294967295)]",
	NO_STR
	"Instance of the TABLE routes that bgpd redistributes\n"
	"Instance\n")
{
	return frrd_cli_set_leaf(vty, "./route-table", NULL);
}

DEFPY_YANG (distance,
	distance_cmd,
	"distance (1-4294967295)$distance",
	"Administrative distance of the routes\n"
	"Distance, 1 to 254 (default 15); below eBGP's 20\n")
{
	if (!frrd_cli_number_ok(vty, "distance", distance, 1, 254))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./distance", distance_str);
}

DEFPY_YANG (no_distance,
	no_distance_cmd,
	"no distance [(1-4294967295)]",
	NO_STR
	"Administrative distance of the routes\n"
	"Distance\n")
{
	return frrd_cli_set_leaf(vty, "./distance", NULL);
}

DEFPY_YANG (route_tag,
	route_tag_cmd,
	"route-tag (1-4294967295)$tag",
	"Tag of group routes, for route-maps\n"
	"Tag (default 142)\n")
{
	return frrd_cli_set_leaf(vty, "./route-tag", tag_str);
}

DEFPY_YANG (no_route_tag,
	no_route_tag_cmd,
	"no route-tag [(1-4294967295)]",
	NO_STR
	"Tag of group routes, for route-maps\n"
	"Tag\n")
{
	return frrd_cli_set_leaf(vty, "./route-tag", NULL);
}

DEFPY_YANG (marker_tag,
	marker_tag_cmd,
	"marker-tag (1-4294967295)$tag",
	"Tag of marker routes, for route-maps\n"
	"Tag (default 143)\n")
{
	return frrd_cli_set_leaf(vty, "./marker-tag", tag_str);
}

DEFPY_YANG (no_marker_tag,
	no_marker_tag_cmd,
	"no marker-tag [(1-4294967295)]",
	NO_STR
	"Tag of marker routes, for route-maps\n"
	"Tag\n")
{
	return frrd_cli_set_leaf(vty, "./marker-tag", NULL);
}

DEFPY_YANG (later_in_root,
	later_in_root_cmd,
	"plan NAME$name",
	NOT_YET_STR
	"Name\n")
{
	/* any node will do for the lines of what is refused, and for its `exit` */
	return frrd_cli_enter_entry(vty, SUBNET_MOVER_SITE_NODE, FRRD_NB_ROOT,
				    FRRD_NB_ROOT "/plan/name", name);
}

/* --- site ----------------------------------------------------------------- */

DEFPY_YANG_NOSH (site,
	site_cmd,
	"site NAME$name",
	SITE_STR
	"Name of the site\n")
{
	return frrd_cli_enter_entry(vty, SUBNET_MOVER_SITE_NODE, FRRD_NB_ROOT,
				    FRRD_NB_ROOT "/site/name", name);
}

DEFPY_YANG (no_site,
	no_site_cmd,
	"no site NAME$name",
	NO_STR
	SITE_STR
	"Name of the site\n")
{
	char xpath[XPATH_MAXLEN];

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/site/name", name))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(xpath, sizeof(xpath), "./site[name='%s']", name);
	return frrd_cli_set_leaf(vty, xpath, NULL);
}

DEFPY_YANG (site_id,
	site_id_cmd,
	"id (0-4294967295)$id",
	"Number of the site, the same at every site\n"
	"Number, 1 to 15\n")
{
	if (!frrd_cli_number_ok(vty, "site id", id, 1, 15))
		return CMD_WARNING_CONFIG_FAILED;
	return frrd_cli_set_leaf(vty, "./id", id_str);
}

DEFPY_YANG (no_site_id,
	no_site_id_cmd,
	"no id [(0-4294967295)]",
	NO_STR
	"Number of the site\n"
	"Number\n")
{
	return frrd_cli_set_leaf(vty, "./id", NULL);
}

DEFPY_YANG (site_witness,
	site_witness_cmd,
	"[no] witness",
	NO_STR
	"The site votes and owns no groups\n")
{
	return frrd_cli_set_flag(vty, "./witness", !no);
}

DEFPY_YANG (site_beacon,
	site_beacon_cmd,
	"beacon <A.B.C.D/M|X:X::X:X/M>$beacon",
	"A prefix that a site without frrd announces, which says that it is alive\n"
	"IPv4 prefix\n"
	"IPv6 prefix\n")
{
	char value[PREFIX_STRLEN], error[256];

	if (!frrd_check_host_bits("beacon", beacon, error, sizeof(error)))
		return frrd_cli_refuse(vty, "%s", error);
	prefix2str(beacon, value, sizeof(value));
	return frrd_cli_set_leaf(vty, "./beacon", value);
}

DEFPY_YANG (no_site_beacon,
	no_site_beacon_cmd,
	"no beacon [<A.B.C.D/M|X:X::X:X/M>]",
	NO_STR
	"A prefix that a site without frrd announces\n"
	"IPv4 prefix\n"
	"IPv6 prefix\n")
{
	return frrd_cli_set_leaf(vty, "./beacon", NULL);
}

DEFPY_YANG (site_maintenance,
	site_maintenance_cmd,
	"[no] maintenance",
	NO_STR
	"The site hands its groups over and takes none over\n")
{
	return frrd_cli_set_flag(vty, "./maintenance", !no);
}

/* --- nodes ---------------------------------------------------------------- */

static int config_write(struct vty *vty)
{
	const struct lyd_node *root = yang_dnode_get(running_config->dnode, FRRD_NB_ROOT);

	if (!root)
		return 0;
	nb_cli_show_dnode_cmds(vty, root, false);
	return 1;
}

/* What lines of a file have left open ends with this node. */
static int leave_subnet_mover(struct vty *vty)
{
	(void)frrd_cli_flush(vty);
	return 1;
}

static struct cmd_node subnet_mover_node = {
	.name = "subnet-mover",
	.node = SUBNET_MOVER_NODE,
	.parent_node = CONFIG_NODE,
	.prompt = SUBNET_MOVER_PROMPT,
	.config_write = config_write,
	.node_exit = leave_subnet_mover,
};

static struct cmd_node site_node = {
	.name = "subnet-mover site",
	.node = SUBNET_MOVER_SITE_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_SITE_PROMPT,
};

void frrd_cli_init(void)
{
	frrd_cli_commit_init();

	install_node(&subnet_mover_node);
	install_node(&site_node);
	install_default(SUBNET_MOVER_NODE);
	install_default(SUBNET_MOVER_SITE_NODE);

	install_element(CONFIG_NODE, &subnet_mover_cmd);
	install_element(CONFIG_NODE, &no_subnet_mover_cmd);

	install_element(SUBNET_MOVER_NODE, &local_site_cmd);
	install_element(SUBNET_MOVER_NODE, &no_local_site_cmd);
	install_element(SUBNET_MOVER_NODE, &marker_range_cmd);
	install_element(SUBNET_MOVER_NODE, &no_marker_range_cmd);
	install_element(SUBNET_MOVER_NODE, &route_table_cmd);
	install_element(SUBNET_MOVER_NODE, &no_route_table_cmd);
	install_element(SUBNET_MOVER_NODE, &distance_cmd);
	install_element(SUBNET_MOVER_NODE, &no_distance_cmd);
	install_element(SUBNET_MOVER_NODE, &route_tag_cmd);
	install_element(SUBNET_MOVER_NODE, &no_route_tag_cmd);
	install_element(SUBNET_MOVER_NODE, &marker_tag_cmd);
	install_element(SUBNET_MOVER_NODE, &no_marker_tag_cmd);
	install_element(SUBNET_MOVER_NODE, &later_in_root_cmd);
	install_element(SUBNET_MOVER_NODE, &site_cmd);
	install_element(SUBNET_MOVER_NODE, &no_site_cmd);

	install_element(SUBNET_MOVER_SITE_NODE, &site_id_cmd);
	install_element(SUBNET_MOVER_SITE_NODE, &no_site_id_cmd);
	install_element(SUBNET_MOVER_SITE_NODE, &site_witness_cmd);
	install_element(SUBNET_MOVER_SITE_NODE, &site_beacon_cmd);
	install_element(SUBNET_MOVER_SITE_NODE, &no_site_beacon_cmd);
	install_element(SUBNET_MOVER_SITE_NODE, &site_maintenance_cmd);

	frrd_cli_arbiter_init();
	frrd_cli_probe_init();
	frrd_cli_track_init();
	frrd_cli_group_init();
	frrd_cli_attach_init();
	frrd_cli_map_init();
}
