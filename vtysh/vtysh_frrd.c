// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frrd's part of vtysh.
 *
 * vtysh knows the commands of every daemon from a table that is made out of
 * the daemons' sources. What the table cannot know is here: the nodes, the
 * commands that enter and leave them (in the daemon these are marked NOSH, for
 * vtysh has to follow them itself), and who keeps frrd's configuration.
 *
 * Two set-ups exist. In one frrd has a file of its own, <sysconfdir>/frrd.conf,
 * which it reads and writes by itself; vtysh leaves frrd's lines out of frr.conf,
 * tells frrd to write its own file, and does not feed frrd at boot. This is the
 * set-up while that file exists, and also as long as FRR's own vtysh is the
 * installed one: that one cannot read frrd's lines, so they must not get into
 * frr.conf. In the other, frrd is a part of the integrated frr.conf like any
 * other daemon.
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

static bool own_file_exists(void)
{
	char path[MAXPATHLEN];
	struct stat st;

	own_file_path(path, sizeof(path));
	return stat(path, &st) == 0;
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
	if (strcmp(name, FRRD_NAME) != 0)
		return false;
	return own_file_exists() || !vtysh_frrd_is_installed_vtysh();
}

void vtysh_frrd_before_connect(bool boot, const char *daemon)
{
	char path[MAXPATHLEN];

	if (!boot || !own_file_exists())
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

/* --- files with bad lines -------------------------------------------------- */

/*
 * FRR's vtysh takes each line of a file for itself. When the line that should
 * have entered a node is not known, the lines of that node are tried in the
 * outer one, where some may even fit (`site dc1` of a group is a command outside
 * of groups as well), and its `exit` leaves the outer node. One `exit` too many
 * leaves configuration mode; one more ends vtysh, with the rest of the file
 * unread. So, inside of subnet-mover: what follows an unknown line and is
 * indented more than it belongs to it, up to its `exit`. And anywhere in a file:
 * `exit` does not leave configuration mode.
 */
static int bad_indent = -1; /* of the unknown line whose block is skipped */

static int indent_of(const char *line)
{
	return strspn(line, " ");
}

static bool is_exit(const char *line)
{
	char word[8] = "";

	return sscanf(line, " %7s", word) == 1 &&
	       (strcmp(word, "exit") == 0 || strcmp(word, "quit") == 0);
}

bool vtysh_frrd_skip_line(struct vty *vty, int line_number)
{
	const char *line = vty->buf;
	int indent = indent_of(line);
	bool exits = is_exit(line);

	if (bad_indent >= 0) {
		bool inside = indent > bad_indent;
		bool last = exits && indent == bad_indent;

		if (!inside)
			bad_indent = -1;
		if (inside || last) {
			if (!exits)
				fprintf(stderr,
					"line %d: %% Left out, as its block is unknown: %s",
					line_number, line);
			return true;
		}
	}

	if (exits && vty->node == CONFIG_NODE) {
		fprintf(stderr, "line %d: %% Nothing to exit from: %s",
			line_number, line);
		return true;
	}
	return false;
}

void vtysh_frrd_line_read(struct vty *vty, int result)
{
	bool unknown = result == CMD_ERR_NO_MATCH ||
		       result == CMD_ERR_AMBIGUOUS ||
		       result == CMD_ERR_INCOMPLETE;
	int indent = indent_of(vty->buf);

	/* without indentation nothing can be said about blocks */
	if (unknown && vty->node >= SUBNET_MOVER_NODE && indent > 0)
		bad_indent = indent;
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

static struct cmd_node probe_node = {
	.name = "subnet-mover probe",
	.node = SUBNET_MOVER_PROBE_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_PROBE_PROMPT,
};

static struct cmd_node track_node = {
	.name = "subnet-mover track",
	.node = SUBNET_MOVER_TRACK_NODE,
	.parent_node = SUBNET_MOVER_NODE,
	.prompt = SUBNET_MOVER_TRACK_PROMPT,
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

DEFUNSH(VTYSH_FRRD, vtysh_subnet_mover_probe, vtysh_subnet_mover_probe_cmd,
	"probe NAME$name",
	"A check that runs again and again\n"
	"Name of the probe\n")
{
	vty->node = SUBNET_MOVER_PROBE_NODE;
	return CMD_SUCCESS;
}

DEFUNSH(VTYSH_FRRD, vtysh_subnet_mover_track, vtysh_subnet_mover_track_cmd,
	"track NAME$name",
	"Announces prefixes while probes are up, without any group\n"
	"Name of the track object\n")
{
	vty->node = SUBNET_MOVER_TRACK_NODE;
	return CMD_SUCCESS;
}

/*
 * Not available yet. frrd refuses it and, from a file, takes the lines that
 * follow for those of the thing refused, until its `exit`; so does vtysh.
 */
DEFUNSH(VTYSH_FRRD, vtysh_subnet_mover_later, vtysh_subnet_mover_later_cmd,
	"plan NAME$name",
	"Not available in this version\n"
	"Name\n")
{
	vty->node = SUBNET_MOVER_SITE_NODE;
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
	install_frrd_node(&probe_node);
	install_frrd_node(&track_node);

	install_element(CONFIG_NODE, &vtysh_subnet_mover_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_site_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_arbiter_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_group_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_probe_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_track_cmd);
	install_element(SUBNET_MOVER_NODE, &vtysh_subnet_mover_later_cmd);
	install_element(SUBNET_MOVER_GROUP_NODE, &vtysh_subnet_mover_member_cmd);
}
