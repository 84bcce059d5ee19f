// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frrd's part of vtysh.
 *
 * vtysh knows the commands of every daemon from a table that is made out of
 * the daemons' sources. What the table cannot know is here: the nodes, the
 * commands that enter and leave them (in the daemon these are marked NOSH, for
 * vtysh has to follow them itself), and who keeps frrd's configuration.
 *
 * Two set-ups exist. While <sysconfdir>/frrd.conf exists, frrd reads and writes
 * that file by itself, as it has to where FRR's own vtysh is still the
 * installed one; vtysh then leaves frrd's lines out of frr.conf, tells frrd to
 * write its own file, and does not feed frrd at boot. Without that file frrd is
 * a part of the integrated frr.conf like any other daemon.
 */

#include <zebra.h>

#include <libgen.h>
#include <sys/stat.h>

#include "command.h"
#include "vtysh/vtysh.h"

#include "frrd_cli_nodes.h"
#include "vtysh/vtysh_frrd.h"

#define FRRD_NAME	 "frrd"
#define FRRD_CONFIG_NAME "frrd.conf"

static bool skip_frrd;

/* --- who keeps the configuration ------------------------------------------ */

/* frrd's own file is the neighbour of the frr.conf that vtysh is using. */
static void own_file_path(char *ret_path, size_t size)
{
	char folder[MAXPATHLEN];

	strlcpy(folder, frr_config, sizeof(folder));
	snprintf(ret_path, size, "%s/%s", dirname(folder), FRRD_CONFIG_NAME);
}

bool vtysh_frrd_is_installed_vtysh(void)
{
	struct stat self, installed;

	if (stat("/proc/self/exe", &self) != 0 ||
	    stat(VTYSH_BIN_PATH, &installed) != 0)
		return false;
	return self.st_dev == installed.st_dev &&
	       self.st_ino == installed.st_ino;
}

bool vtysh_frrd_own_file(const char *name)
{
	char path[MAXPATHLEN];
	struct stat st;

	if (strcmp(name, FRRD_NAME) != 0)
		return false;

	own_file_path(path, sizeof(path));
	if (stat(path, &st) == 0)
		return true;
	/*
	 * A user who may use vtysh need not be allowed to look into FRR's
	 * folder. Where FRR's vtysh is the installed one, an own file is the
	 * only set-up that survives a reboot.
	 */
	return errno == EACCES && !vtysh_frrd_is_installed_vtysh();
}

bool vtysh_frrd_watchfrr_may_write(void)
{
	return vtysh_frrd_is_installed_vtysh() ||
	       vtysh_frrd_own_file(FRRD_NAME);
}

void vtysh_frrd_before_connect(bool boot, const char *daemon)
{
	char path[MAXPATHLEN];

	if (!boot || !vtysh_frrd_own_file(FRRD_NAME))
		return;

	skip_frrd = true;
	if (daemon && strcmp(daemon, FRRD_NAME) == 0) {
		own_file_path(path, sizeof(path));
		fprintf(stderr, "frrd reads %s by itself, nothing to do\n",
			path);
		exit(0);
	}
}

bool vtysh_frrd_skip_client(const char *name)
{
	return skip_frrd && strcmp(name, FRRD_NAME) == 0;
}

/* --- nodes ---------------------------------------------------------------- */

static struct cmd_node subnet_mover_node = {
	.name = "subnet-mover",
	.node = SUBNET_MOVER_NODE,
	.parent_node = CONFIG_NODE,
	.prompt = SUBNET_MOVER_PROMPT,
};

static struct cmd_node site_node = {
	.name = "subnet-mover site",
	.node = SUBNET_MOVER_SITE_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_SITE_PROMPT,
};

static struct cmd_node arbiter_node = {
	.name = "subnet-mover arbiter",
	.node = SUBNET_MOVER_ARBITER_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_ARBITER_PROMPT,
};

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

/* --- into a node ---------------------------------------------------------- */
/* Each command is the daemon's NOSH command, letter by letter. */

DEFUNSH(VTYSH_FRRD, vtysh_subnet_mover, vtysh_subnet_mover_cmd,
	"subnet-mover",
	"Move subnets between sites\n")
{
	vty->node = SUBNET_MOVER_NODE;
	return CMD_SUCCESS;
}

DEFUNSH(VTYSH_FRRD, vtysh_subnet_mover_site, vtysh_subnet_mover_site_cmd,
	"site NAME$name",
	"A site\n"
	"Name of the site\n")
{
	vty->node = SUBNET_MOVER_SITE_NODE;
	return CMD_SUCCESS;
}

DEFUNSH(VTYSH_FRRD, vtysh_subnet_mover_arbiter, vtysh_subnet_mover_arbiter_cmd,
	"arbiter <bgp|manual|etcd>$kind",
	"Who decides which site owns a group\n"
	"The sites among themselves, by routes that they see of each other\n"
	"An operator, by command\n"
	"An etcd cluster\n")
{
	vty->node = SUBNET_MOVER_ARBITER_NODE;
	return CMD_SUCCESS;
}

DEFUNSH(VTYSH_FRRD, vtysh_subnet_mover_group, vtysh_subnet_mover_group_cmd,
	"group NAME$name",
	"A group: prefixes that move together\n"
	"Name of the group\n")
{
	vty->node = SUBNET_MOVER_GROUP_NODE;
	return CMD_SUCCESS;
}

DEFUNSH(VTYSH_FRRD, vtysh_subnet_mover_member, vtysh_subnet_mover_member_cmd,
	"site NAME$name",
	"What one site does for the group\n"
	"Name of the site\n")
{
	vty->node = SUBNET_MOVER_MEMBER_NODE;
	return CMD_SUCCESS;
}

/* --- and out again -------------------------------------------------------- */

DEFUNSH(VTYSH_FRRD, vtysh_exit_frrd, vtysh_exit_frrd_cmd,
	"exit",
	"Exit current mode and down to previous mode\n")
{
	vty->node = node_parent(vty->node);
	if (vty->node == CONFIG_NODE) {
		/* resync in case one of the daemons is somewhere else */
		vtysh_execute("end");
		vtysh_execute("configure");
	}
	return CMD_SUCCESS;
}

DEFUNSH(VTYSH_FRRD, vtysh_quit_frrd, vtysh_quit_frrd_cmd,
	"quit",
	"Exit current mode and down to previous mode\n")
{
	return vtysh_exit_frrd(self, vty, argc, argv);
}

DEFUNSH(VTYSH_REALLYALL, vtysh_end_frrd, vtysh_end_frrd_cmd,
	"end",
	"End current mode and change to enable mode\n")
{
	vty->node = ENABLE_NODE;
	return CMD_SUCCESS;
}

static void install_frrd_node(struct cmd_node *node)
{
	install_node(node);
	_install_element(node->node, &vtysh_exit_frrd_cmd);
	_install_element(node->node, &vtysh_quit_frrd_cmd);
	_install_element(node->node, &vtysh_end_frrd_cmd);
}

void vtysh_frrd_init(void)
{
	install_frrd_node(&subnet_mover_node);
	install_frrd_node(&site_node);
	install_frrd_node(&arbiter_node);
	install_frrd_node(&group_node);
	install_frrd_node(&member_node);

	install_element(CONFIG_NODE, &vtysh_subnet_mover_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_site_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_arbiter_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_group_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &vtysh_subnet_mover_member_cmd);
}
