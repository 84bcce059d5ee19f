// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How lines of configuration become transactions.
 *
 * libfrr commits each line, or, while vtysh feeds a file (vty->pending_allowed),
 * groups lines into one transaction.  A group of lines stands and falls together:
 * one bad line, and all of them are lost.  A transaction for each line, on the
 * other hand, costs time in proportion to the whole configuration: tens of
 * thousands of prefix lines would take hours.  Hence:
 *
 *   - every line is a transaction of its own, except prefix lines;
 *   - prefix lines that come from a file are checked completely when they are
 *     read, and only edit the candidate; they are committed together before the
 *     next other line, when the node is left, or at the end of the file.
 *
 * While vtysh feeds us, libfrr's own means holds the open transaction
 * (vty->pending_commit).  While libfrr reads our file, it is the candidate of
 * that vty, which libfrr commits at the end anyway.
 */

#include <zebra.h>

#include "command.h"
#include "hook.h"
#include "libfrr.h"
#include "log.h"
#include "memory.h"
#include "northbound_cli.h"

#include "frrd_cli_nodes.h"
#include "frrd_compat.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"

bool frrd_config_reload;

/* The vty that reads a file has prefix lines in its candidate. */
static bool file_open;

bool frrd_cli_from_file(const struct vty *vty)
{
	return vty->type == VTY_FILE || vty->pending_allowed || frrd_config_reload;
}

int frrd_cli_refuse(struct vty *vty, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintfrr(text, sizeof(text), fmt, ap);
	va_end(ap);

	vty_out(vty, "%% %s\n", text);
	if (vty->type == VTY_FILE)
		flog_err(EC_FRRD_CONFIG, "configuration line refused: %s", text);
	return CMD_WARNING_CONFIG_FAILED;
}

bool frrd_cli_value_ok(struct vty *vty, const char *xpath, const char *value)
{
	const struct nb_node *nb_node = nb_node_find(xpath);
	const char *reason;

	assert(nb_node);
	if (lyd_value_validate(ly_native_ctx, nb_node->snode, value, strlen(value), NULL, NULL,
			       NULL) == LY_SUCCESS)
		return true;
	reason = ly_errmsg(ly_native_ctx);
	(void)frrd_cli_refuse(vty, "%s: %s", value, reason ? reason : "not possible here");
	ly_err_clean(ly_native_ctx, NULL);
	return false;
}

bool frrd_cli_number_ok(struct vty *vty, const char *what, long value, long min, long max)
{
	if (value >= min && value <= max)
		return true;
	(void)frrd_cli_refuse(vty, "%s %ld is out of range: it is a number from %ld to %ld", what,
			      value, min, max);
	return false;
}

/* The object of the vty's node, for people: "group shop", "subnet-mover". */
static void describe_node(const struct vty *vty, char *buf, size_t size)
{
	const char *last = strrchr(VTY_CURR_XPATH, '/');
	const char *list = last ? last + 1 : VTY_CURR_XPATH;
	const char *key = strchr(list, '\'');
	const char *colon = strchr(list, ':');

	if (!key)
		strlcpy(buf, colon ? colon + 1 : list, size);
	else if (key[1] == '?')
		snprintf(buf, size, "this %.*s", (int)strcspn(list, "["), list);
	else
		snprintf(buf, size, "%.*s %.*s", (int)strcspn(list, "["), list,
			 (int)strcspn(key + 1, "'"), key + 1);
}

/* In a file the node of an object that was refused is entered, too. */
static bool object_exists(struct vty *vty)
{
	char object[128];

	if (vty->xpath_index == 0 ||
	    yang_dnode_exists(vty->candidate_config->dnode, VTY_CURR_XPATH))
		return true;
	describe_node(vty, object, sizeof(object));
	(void)frrd_cli_refuse(vty, "%s does not exist: its own line was refused, or it was removed",
			      object);
	return false;
}

/* Commit the candidate as it is. */
static int commit_candidate(struct vty *vty)
{
	bool allowed = vty->pending_allowed;
	size_t changes = vty->num_cfg_changes;
	int ret;

	vty->pending_allowed = false;
	vty->num_cfg_changes = 0;
	ret = nb_cli_apply_changes(vty, NULL);
	vty->num_cfg_changes = changes;
	vty->pending_allowed = allowed;
	return ret;
}

int frrd_cli_flush(struct vty *vty)
{
	if (frrd_config_reload)
		return CMD_SUCCESS;

	frrd_check_index_drop();
	if (vty->pending_commit)
		return nb_cli_pending_commit_check(vty);
	if (vty->type == VTY_FILE && file_open) {
		file_open = false;
		return commit_candidate(vty);
	}
	return CMD_SUCCESS;
}

/* The candidate has been edited, but is committed by somebody else. */
static void leave_uncommitted(struct vty *vty)
{
	vty->pending_commit = 0;
	XFREE(MTYPE_TMP, vty->pending_cmds_buf);
	vty->pending_cmds_buflen = 0;
	vty->pending_cmds_bufpos = 0;
}

int frrd_cli_commit(struct vty *vty)
{
	bool allowed = vty->pending_allowed;
	int flushed, ret;

	if (!object_exists(vty))
		return CMD_WARNING_CONFIG_FAILED;

	flushed = frrd_cli_flush(vty);
	frrd_check_index_drop();
	vty->pending_allowed = frrd_config_reload;
	ret = nb_cli_apply_changes(vty, NULL);
	vty->pending_allowed = allowed;
	if (frrd_config_reload)
		leave_uncommitted(vty);
	return ret == CMD_SUCCESS ? flushed : ret;
}

int frrd_cli_enter(struct vty *vty, int node, const char *xpath)
{
	int ret = CMD_SUCCESS;

	if (!yang_dnode_exists(vty->candidate_config->dnode, xpath)) {
		nb_cli_enqueue_change(vty, xpath, NB_OP_CREATE, NULL);
		ret = frrd_cli_commit(vty);
	}
	if (ret == CMD_SUCCESS || frrd_cli_from_file(vty))
		VTY_PUSH_XPATH(node, xpath);
	return ret;
}

/* --- prefix lines --------------------------------------------------------- */

/* Keep the transaction open that the candidate's new edit belongs to. */
static void hold_open(struct vty *vty)
{
	if (frrd_config_reload)
		return;
	if (!vty->pending_allowed) {
		file_open = true;
		return;
	}
	vty->pending_commit = 1;
	if (!vty->pending_cmds_buf) {
		/* what libfrr prints should the transaction fail */
		vty->pending_cmds_buflen = 4096;
		vty->pending_cmds_buf = XCALLOC(MTYPE_TMP, vty->pending_cmds_buflen);
		vty->pending_cmds_bufpos = strlcpy(vty->pending_cmds_buf, "- (prefix lines)\n",
						   vty->pending_cmds_buflen);
	}
}

/* A line of many: check it, edit the candidate, commit later. */
static int prefix_in_file(struct vty *vty, const struct prefix *p, const char *xpath, bool add)
{
	const struct lyd_node *group;
	struct yang_data *data;
	char error[512];
	const char *name;
	bool ok;
	int ret;

	group = yang_dnode_get(vty->candidate_config->dnode, VTY_CURR_XPATH);
	name = lyd_get_value(lyd_child(group));
	if (add)
		ok = frrd_check_prefix_add(vty->candidate_config, name, p, error, sizeof(error));
	else
		ok = frrd_check_prefix_del(vty->candidate_config, name, p, error, sizeof(error));
	if (!ok)
		return frrd_cli_refuse(vty, "%s", error);

	data = yang_data_new(xpath, NULL);
	ret = nb_candidate_edit(vty->candidate_config, nb_node_find(xpath),
				add ? NB_OP_CREATE : NB_OP_DESTROY, xpath, NULL, data);
	yang_data_free(data);
	if (ret != NB_OK) {
		frrd_check_index_drop();
		return frrd_cli_refuse(vty, "prefix %pFX cannot be %s", p,
				       add ? "added" : "removed");
	}
	hold_open(vty);
	return CMD_SUCCESS;
}

int frrd_cli_prefix(struct vty *vty, const struct prefix *p, bool add)
{
	char xpath[XPATH_MAXLEN], error[512];

	if (!frrd_check_host_bits("prefix", p, error, sizeof(error)))
		return frrd_cli_refuse(vty, "%s", error);
	if (!object_exists(vty))
		return CMD_WARNING_CONFIG_FAILED;

	snprintfrr(xpath, sizeof(xpath), "%s/prefix[prefix='%pFX']", VTY_CURR_XPATH, p);
	if (yang_dnode_exists(vty->candidate_config->dnode, xpath) == add)
		return CMD_SUCCESS;

	if (frrd_cli_from_file(vty) && frr_get_cli_mode() == FRR_CLI_CLASSIC)
		return prefix_in_file(vty, p, xpath, add);

	nb_cli_enqueue_change(vty, xpath, add ? NB_OP_CREATE : NB_OP_DESTROY, NULL);
	return frrd_cli_commit(vty);
}

/*
 * vtysh does not say when it leaves a node for a line that belongs to one of the
 * parents, and that line could be one of libfrr's, which then would be grouped
 * with our prefixes.  So what is open is committed before any line that is not a
 * prefix line.  (libfrr declares this hook in command.c only.)
 */
DECLARE_HOOK(cmd_execute, (struct vty *vty, const char *cmd_in, char **cmd_out),
	     (vty, cmd_in, cmd_out));

static int before_command(struct vty *vty, const char *cmd_in, char **cmd_out)
{
	if (!vty->pending_commit || vty->node != SUBNET_MOVER_GROUP_NODE)
		return 0;
	while (isspace((unsigned char)*cmd_in))
		cmd_in++;
	if (strncmp(cmd_in, "prefix ", 7) && strncmp(cmd_in, "no prefix ", 10))
		(void)frrd_cli_flush(vty);
	return 0;
}

void frrd_cli_commit_init(void)
{
	hook_register(cmd_execute, before_command);
}
