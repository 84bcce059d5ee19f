// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading the configuration again; see frrd_reload.h.
 *
 * libfrr's vty_read_config() commits line by line into an empty candidate: on a
 * running daemon its first line would delete everything else, and a moved
 * subnet with it.  So the lines are collected in a candidate of their own, and
 * the difference to the running configuration is committed once.
 */

#include <zebra.h>

#include "buffer.h"
#include "command.h"
#include "memory.h"
#include "northbound.h"
#include "northbound_cli.h"
#include "vty.h"

#include "frrd_compat.h"
#include "frrd/frrd_cli.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_nb_check.h"
#include "frrd/frrd_reload.h"

/* A vty that edits a fresh candidate and never commits by itself. */
static struct vty *reload_vty(void)
{
	struct vty *vty = vty_new();

	vty->type = VTY_FILE;
	vty->node = CONFIG_NODE;
	vty->config = true;
	vty->private_config = true;
	vty->candidate_config = nb_config_new(NULL);
	/* An older candidate is replaced by the running configuration at each command. */
	vty->candidate_config->version = running_config->version;
	vty->pending_allowed = true;
	return vty;
}

/* Commands mark a commit as pending, and others carry it out early: not here. */
static void forget_pending(struct vty *vty)
{
	vty->pending_commit = 0;
	vty->pending_cmds_bufpos = 0;
	if (vty->pending_cmds_buf)
		vty->pending_cmds_buf[0] = '\0';
}

/* What the command said about the line goes to the log: there is no terminal. */
static void report_line(struct vty *vty, const char *path, unsigned int line)
{
	char *said = buffer_getstr(vty->obuf);

	vty->buf[strcspn(vty->buf, "\n")] = '\0';
	said[strcspn(said, "\n")] = '\0';
	flog_err(EC_FRRD_CONFIG, "%s line %u refused: %s (%s)", path, line, vty->buf,
		 said[0] ? said : "unknown command");
	XFREE(MTYPE_TMP, said);
}

/* Returns the number of lines that were refused. */
static unsigned int read_lines(struct vty *vty, FILE *file, const char *path)
{
	unsigned int line = 0, bad = 0;

	while (fgets(vty->buf, VTY_BUFSIZ, file)) {
		int ret;

		buffer_reset(vty->obuf);
		ret = command_config_read_one_line(vty, NULL, ++line, 0);

		forget_pending(vty);
		if (ret == CMD_SUCCESS || ret == CMD_WARNING || ret == CMD_ERR_NOTHING_TODO)
			continue;
		bad++;
		report_line(vty, path, line);
	}
	buffer_reset(vty->obuf);
	return bad;
}

static void commit(struct vty *vty, const char *path)
{
	struct nb_context context = { .client = NB_CLIENT_CLI, .user = vty };
	char errmsg[BUFSIZ] = "";
	int ret;

	ret = nb_candidate_commit(&context, vty->candidate_config, true, "SIGHUP", NULL, errmsg,
				  sizeof(errmsg));
	if (ret == NB_OK)
		zlog_notice("read %s again: the configuration was changed", path);
	else if (ret == NB_ERR_NO_CHANGES)
		zlog_notice("read %s again: no change", path);
	else
		flog_err(EC_FRRD_CONFIG, "read %s again: refused, nothing was changed: %s", path,
			 errmsg);
}

void frrd_reload(void)
{
	const char *path = host_config_get();
	FILE *file = path ? fopen(path, "r") : NULL;
	struct vty *vty;
	unsigned int bad;

	if (!file) {
		zlog_warn("SIGHUP: frrd has no file of its own (%s: %s); use `vtysh -b` to read the integrated one",
			  path ? path : "?", safe_strerror(errno));
		return;
	}
	vty = reload_vty();
	frrd_config_reload = true;
	bad = read_lines(vty, file, path);
	frrd_config_reload = false;
	frrd_check_doubt(NULL);
	fclose(file);
	if (bad)
		flog_err(EC_FRRD_CONFIG, "read %s again: %u lines refused, nothing was changed",
			 path, bad);
	else
		commit(vty, path);
	vty_close(vty);
}
