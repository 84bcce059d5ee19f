// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration commands of those who use probes: tracks, and the members of groups;
 * see frrd_cli.c.  What a track has in common with groups and members, such as the
 * next-hop, is in frrd_cli_group.c.
 */

#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#ifndef VTYSH_EXTRACT_PL
#include "frrd/frrd_cli_track_clippy.c"
#endif

#define SM_TRACK_STR "Announces prefixes while probes are up, without any group\n"
#define SM_REF_STR   "A probe that counts\n"
#define SM_USE_STR   "How the probes combine\n"
#define SM_USES_STR                                                                                \
	"All have to be up (default)\n"                                                            \
	"One has to be up\n"
#define SM_ROLE_STR                                                                                \
	"It counts at the owner and at a standby (default)\n"                                      \
	"It counts while the site owns the group\n"                                                \
	"It counts while the site does not own the group\n"

/* --- probes that count ---------------------------------------------------- */

static bool exists(struct vty *vty, const char *path)
{
	return yang_dnode_existsf(vty->candidate_config->dnode, "%s/%s", VTY_CURR_XPATH,
				  path + 2);
}

/* Name a probe, with a role where there is one, or do so no more. */
static int set_ref(struct vty *vty, const char *name, const char *role, bool add)
{
	char xpath[XPATH_MAXLEN], leaf[XPATH_MAXLEN];

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/probe/name", name))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(xpath, sizeof(xpath), "./probes/probe[name='%s']", name);
	if (!add)
		return frrd_cli_set_leaf(vty, xpath, NULL);
	nb_cli_enqueue_change(vty, xpath, NB_OP_CREATE, NULL);
	snprintf(leaf, sizeof(leaf), "./probes/probe[name='%s']/role", name);
	nb_cli_enqueue_change(vty, leaf, NB_OP_MODIFY, role ? role : "both");
	return frrd_cli_commit(vty);
}

DEFPY_YANG (member_probe,
	member_probe_cmd,
	"[no] probe NAME$name [<both|owner|standby>$role]",
	NO_STR
	SM_REF_STR
	"Name of the probe\n"
	SM_ROLE_STR)
{
	return set_ref(vty, name, role, !no);
}

DEFPY_YANG (track_probe,
	track_probe_cmd,
	"[no] probe NAME$name",
	NO_STR
	SM_REF_STR
	"Name of the probe\n")
{
	return set_ref(vty, name, NULL, !no);
}

DEFPY_YANG (probes,
	probes_cmd,
	"probes <all|any>$mode",
	SM_USE_STR
	SM_USES_STR)
{
	if (exists(vty, "./probes/number"))
		nb_cli_enqueue_change(vty, "./probes/number", NB_OP_DESTROY, NULL);
	return frrd_cli_set_leaf(vty, "./probes/mode", mode);
}

DEFPY_YANG (probes_at_least,
	probes_at_least_cmd,
	"probes at-least (0-4294967295)$number",
	SM_USE_STR
	"So many have to be up\n"
	"Number, 1 to 1000\n")
{
	if (!frrd_cli_number_ok(vty, "probes at-least", number, 1, 1000))
		return CMD_WARNING_CONFIG_FAILED;
	nb_cli_enqueue_change(vty, "./probes/number", NB_OP_MODIFY, number_str);
	return frrd_cli_set_leaf(vty, "./probes/mode", "at-least");
}

DEFPY_YANG (no_probes,
	no_probes_cmd,
	"no probes [<all|any|at-least (0-4294967295)>]",
	NO_STR
	SM_USE_STR
	SM_USES_STR
	"So many have to be up\n"
	"Number\n")
{
	if (exists(vty, "./probes/number"))
		nb_cli_enqueue_change(vty, "./probes/number", NB_OP_DESTROY, NULL);
	return frrd_cli_set_leaf(vty, "./probes/mode", NULL);
}

/* --- track ---------------------------------------------------------------- */

DEFPY_YANG_NOSH (track,
	track_cmd,
	"track NAME$name",
	SM_TRACK_STR
	"Name of the track object\n")
{
	return frrd_cli_enter_entry(vty, SUBNET_MOVER_TRACK_NODE, FRRD_NB_ROOT,
				    FRRD_NB_ROOT "/track/name", name);
}

DEFPY_YANG (no_track,
	no_track_cmd,
	"no track NAME$name",
	NO_STR
	SM_TRACK_STR
	"Name of the track object\n")
{
	char xpath[XPATH_MAXLEN];

	if (!frrd_cli_value_ok(vty, FRRD_NB_ROOT "/track/name", name))
		return CMD_WARNING_CONFIG_FAILED;
	snprintf(xpath, sizeof(xpath), "./track[name='%s']", name);
	return frrd_cli_set_leaf(vty, xpath, NULL);
}

DEFPY_YANG (track_prefix,
	track_prefix_cmd,
	"[no] prefix <A.B.C.D/M|X:X::X:X/M>$prefix",
	NO_STR
	"A prefix to announce while the probes are up\n"
	"IPv4 prefix\n"
	"IPv6 prefix\n")
{
	char value[PREFIX_STRLEN], error[256];

	if (!frrd_check_host_bits("prefix", prefix, error, sizeof(error)))
		return frrd_cli_refuse(vty, "%s", error);
	prefix2str(prefix, value, sizeof(value));
	nb_cli_enqueue_change(vty, "./prefix", no ? NB_OP_DESTROY : NB_OP_CREATE, value);
	return frrd_cli_commit(vty);
}

/* --- nodes ---------------------------------------------------------------- */

static struct cmd_node track_node = {
	.name = "subnet-mover track",
	.node = SUBNET_MOVER_TRACK_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_TRACK_PROMPT,
};

void frrd_cli_track_init(void)
{
	install_node(&track_node);
	install_default(SUBNET_MOVER_TRACK_NODE);

	install_element(SUBNET_MOVER_NODE, &track_cmd);
	install_element(SUBNET_MOVER_NODE, &no_track_cmd);

	install_element(SUBNET_MOVER_TRACK_NODE, &track_probe_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &probes_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &probes_at_least_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &no_probes_cmd);
	install_element(SUBNET_MOVER_TRACK_NODE, &track_prefix_cmd);
}

void frrd_cli_member_probe_init(void)
{
	install_element(SUBNET_MOVER_MEMBER_NODE, &member_probe_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &probes_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &probes_at_least_cmd);
	install_element(SUBNET_MOVER_MEMBER_NODE, &no_probes_cmd);
}
