// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How lines of configuration become transactions.
 *
 * A line that somebody types is a transaction of its own.  For the lines of a
 * file that would take too long: a transaction costs time in proportion to the
 * whole configuration, and with a file of 100,000 prefixes it is seconds.  libfrr
 * can group lines (vty->pending_allowed, while vtysh feeds a file), but such a
 * group stands and falls together: one bad line, and all of them are lost.
 *
 * So lines of a file only edit the candidate, each is checked at once by the very
 * rules that the transaction will be checked by, and one that is refused is taken
 * back.  Only the timers of the arbiter are checked together, when the last of them
 * is read: in which order they come must not matter; and whether map lines that come
 * before the prefixes of their group cover one of them is asked when all are read.  What
 * is left is committed together
 *
 *   - when the node subnet-mover is left;
 *   - before a line that removes something: these are transactions of their own;
 *   - before a line that is not ours, since libfrr's lines are not checked like
 *     that, and one of them must not take ours along;
 *   - at the end of the file, by libfrr, which commits the candidate anyway.
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
#include "frrd/frrd_debug.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"

bool frrd_config_reload;

/* The vty whose candidate has lines that are not committed yet, or NULL. */
static const struct vty *open_vty;

/* The leaves that the budget of the arbiter is made of. */
static const char *const timers[] = {
	"takeover-delay",	  "fence-delay",
	"stagger",		  "settle-time",
	"detection/bfd/interval", "detection/bfd/multiplier",
	"detection/hold-time",
};

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

	/* a member of a group is called a site on the command line */
	if (!strncmp(list, "member[", 7))
		list = "site[";
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

static int close_timers(struct vty *vty);
static int close_maps(struct vty *vty);

int frrd_cli_flush(struct vty *vty)
{
	int closed, ret;

	if (frrd_config_reload || open_vty != vty)
		return CMD_SUCCESS;

	closed = close_timers(vty);
	open_vty = NULL;
	/* the vty of a file that libfrr has committed may be gone, and this another */
	if (!vty->candidate_config) {
		frrd_check_forget();
		return CMD_SUCCESS;
	}
	if (close_maps(vty) != CMD_SUCCESS)
		closed = CMD_WARNING_CONFIG_FAILED;
	if (frrd_debug_config())
		zlog_debug("committing the lines read so far");
	ret = commit_candidate(vty);
	return ret == CMD_SUCCESS ? closed : ret;
}

/* One transaction for the line; what is open goes first. */
static int commit_line(struct vty *vty)
{
	bool allowed = vty->pending_allowed;
	int flushed = frrd_cli_flush(vty);
	int ret;

	if (vty->pending_commit)
		(void)nb_cli_pending_commit_check(vty);
	vty->pending_allowed = false;
	ret = nb_cli_apply_changes(vty, NULL);
	vty->pending_allowed = allowed;
	return ret == CMD_SUCCESS ? flushed : ret;
}

/* --- lines of a file ------------------------------------------------------ */

/* What a change has replaced. */
struct undo {
	char xpath[XPATH_MAXLEN];
	bool existed;
	bool same; /* it is what it was */
	char *value; /* NULL: not a leaf, or it did not exist */
};

static void edit(struct vty *vty, const char *xpath, enum nb_operation operation,
		 const char *value)
{
	struct yang_data *data = yang_data_new(xpath, value);

	(void)nb_candidate_edit(vty->candidate_config, nb_node_find(xpath), operation, xpath, NULL,
				data);
	yang_data_free(data);
}

/* Is the change none?  No rule knows a default from the same value set by name. */
static bool is_same(const struct vty_cfg_change *change, const struct lyd_node *dnode)
{
	if (!dnode || change->operation == NB_OP_DESTROY)
		return !dnode && change->operation == NB_OP_DESTROY;
	if (dnode->schema->nodetype == LYS_LIST)
		return true;
	return dnode->schema->nodetype == LYS_LEAF && change->value &&
	       strmatch(lyd_get_value(dnode), change->value);
}

static void undo_prepare(const struct vty *vty, const struct vty_cfg_change *change,
			 struct undo *ret_undo)
{
	const struct nb_node *nb_node;
	const struct lyd_node *dnode;

	if (change->xpath[0] == '.')
		snprintf(ret_undo->xpath, sizeof(ret_undo->xpath), "%s%s", VTY_CURR_XPATH,
			 change->xpath + 1);
	else
		strlcpy(ret_undo->xpath, change->xpath, sizeof(ret_undo->xpath));

	/* leaf-list entries are named by their value */
	nb_node = nb_node_find(ret_undo->xpath);
	if (nb_node && nb_node->snode->nodetype == LYS_LEAFLIST) {
		ret_undo->value = XSTRDUP(MTYPE_TMP, change->value);
		ret_undo->existed = yang_dnode_existsf(vty->candidate_config->dnode, "%s[.='%s']",
						       ret_undo->xpath, change->value);
		return;
	}
	dnode = yang_dnode_get(vty->candidate_config->dnode, ret_undo->xpath);
	ret_undo->existed = !!dnode;
	ret_undo->same = is_same(change, dnode);
	ret_undo->value = dnode && lyd_get_value(dnode)
				  ? XSTRDUP(MTYPE_TMP, lyd_get_value(dnode))
				  : NULL;
}

/*
 * The case of a choice that a leaf has brought along goes with it: of two cases the
 * newer one would win, though nothing in it is set.
 */
static void undo_case(struct vty *vty, const char *xpath)
{
	char path[XPATH_MAXLEN];
	const struct lyd_node *dnode, *child;

	if (xpath[strlen(xpath) - 1] == ']')
		return; /* a list entry, whose key may have a slash in it */
	strlcpy(path, xpath, sizeof(path));
	*strrchr(path, '/') = '\0';
	dnode = yang_dnode_get(vty->candidate_config->dnode, path);
	if (!dnode || dnode->schema->nodetype != LYS_CONTAINER || !dnode->schema->parent ||
	    dnode->schema->parent->nodetype != LYS_CASE)
		return;
	LY_LIST_FOR (lyd_child(dnode), child)
		if (!yang_dnode_is_default_recursive(child))
			return;
	edit(vty, path, NB_OP_DESTROY, NULL);
}

static void undo(struct vty *vty, const struct undo *what)
{
	if (!what->existed) {
		edit(vty, what->xpath, NB_OP_DESTROY, what->value);
		undo_case(vty, what->xpath);
	} else if (what->value)
		edit(vty, what->xpath, NB_OP_MODIFY, what->value);
}

/* Take changes back, the last one first. */
static void undo_all(struct vty *vty, struct undo *undos, size_t n, bool take_back)
{
	if (take_back)
		frrd_check_forget();
	while (n-- > 0) {
		if (take_back)
			undo(vty, &undos[n]);
		XFREE(MTYPE_TMP, undos[n].value);
	}
}

/* --- timers of the arbiter ------------------------------------------------ */

/* What the timers were before the first line of them. */
static struct undo timers_before[array_size(timers)];
static bool timers_open;

static void forget_timers(void)
{
	for (size_t i = 0; i < array_size(timers); i++)
		XFREE(MTYPE_TMP, timers_before[i].value);
	timers_open = false;
}

static void open_timers(struct vty *vty)
{
	struct vty_cfg_change change = {};

	if (timers_open)
		return;
	timers_open = true;
	for (size_t i = 0; i < array_size(timers); i++) {
		snprintf(change.xpath, sizeof(change.xpath), "%s/arbiter/%s", FRRD_NB_ROOT,
			 timers[i]);
		undo_prepare(vty, &change, &timers_before[i]);
	}
}

/* All timers are read: do they fit together?  If not, they stay as they were. */
static int close_timers(struct vty *vty)
{
	char error[512];

	if (!timers_open)
		return CMD_SUCCESS;
	if (!vty->candidate_config ||
	    frrd_check_line(vty->candidate_config, 0, NULL, error, sizeof(error))) {
		forget_timers();
		return CMD_SUCCESS;
	}
	undo_all(vty, timers_before, array_size(timers), true);
	timers_open = false;
	return frrd_cli_refuse(vty, "%s; the timers of this arbiter stay as they were", error);
}

int frrd_cli_close_timers(struct vty *vty)
{
	return open_vty == vty ? close_timers(vty) : CMD_SUCCESS;
}

/* --- map lines ------------------------------------------------------------- */

/* All prefixes are read: map lines before them that cover none would have all refused. */
static int close_maps(struct vty *vty)
{
	char xpath[XPATH_MAXLEN], error[512];
	int ret = CMD_SUCCESS;

	while (frrd_check_useless_map(vty->candidate_config, xpath, sizeof(xpath), error,
				      sizeof(error))) {
		edit(vty, xpath, NB_OP_DESTROY, NULL);
		ret = frrd_cli_refuse(vty, "%s", error);
	}
	frrd_check_forget();
	return ret;
}

/* --- lines of a file, one by one ------------------------------------------ */

/* A line that only adds or changes; libfrr edits, and is kept from committing. */
static int edit_candidate(struct vty *vty)
{
	bool allowed = vty->pending_allowed;
	int ret;

	vty->pending_allowed = true;
	ret = nb_cli_apply_changes(vty, NULL);
	vty->pending_allowed = allowed;

	vty->pending_commit = 0;
	XFREE(MTYPE_TMP, vty->pending_cmds_buf);
	vty->pending_cmds_buflen = 0;
	vty->pending_cmds_bufpos = 0;
	return ret;
}

/* Prepare the candidate for edits that stay uncommitted. */
static void open_candidate(struct vty *vty)
{
	if (frrd_config_reload || open_vty == vty)
		return;
	/* libfrr's open lines are not ours to answer for */
	if (vty->pending_commit)
		(void)nb_cli_pending_commit_check(vty);
	forget_timers();
	frrd_check_forget();
	open_vty = vty;
}

static unsigned int line_is_about(const char *xpath)
{
	if (strstr(xpath, "/probes/probe["))
		return FRRD_LINE_USE;
	if (strstr(xpath, FRRD_NB_ROOT "/probe[") == xpath)
		return FRRD_LINE_PROBE;
	if (strstr(xpath, "/next-hop/"))
		return FRRD_LINE_NEXTHOP;
	if (strstr(xpath, "/marker-range") || strstr(xpath, "/beacon") ||
	    (strstr(xpath, "/track[") && strstr(xpath, "]/prefix")))
		return FRRD_LINE_ADDRESS;
	if (strstr(xpath, "/map["))
		return FRRD_LINE_MAP;
	if (strstr(xpath, "/arbiter/"))
		return FRRD_LINE_TIMER;
	return FRRD_LINE_OTHER;
}

static int line_in_file(struct vty *vty)
{
	struct undo undos[VTY_MAXCFGCHANGES] = {};
	unsigned int about = frrd_config_reload ? FRRD_LINE_PARTIAL : 0;
	size_t n = vty->num_cfg_changes;
	bool ok = true, same = true;
	char error[512];
	int ret;

	open_candidate(vty);
	for (size_t i = 0; i < n; i++) {
		undo_prepare(vty, &vty->cfg_changes[i], &undos[i]);
		about |= line_is_about(undos[i].xpath);
		same &= undos[i].same;
	}
	if (same)
		about |= FRRD_LINE_SAME;
	if (!undos[0].existed)
		about |= FRRD_LINE_ADDS;
	if (!(about & FRRD_LINE_TIMER))
		(void)close_timers(vty);
	else if (!frrd_config_reload)
		open_timers(vty);
	ret = edit_candidate(vty);
	for (size_t i = 0; ok && i < n; i++)
		ok = frrd_check_available(vty->candidate_config, undos[i].xpath, error,
					  sizeof(error));
	if (ok)
		ok = frrd_check_line(vty->candidate_config, about, n ? undos[0].xpath : NULL,
				     error, sizeof(error));
	undo_all(vty, undos, n, !ok);
	return ok ? ret : frrd_cli_refuse(vty, "%s", error);
}

/* Something that goes because something else takes its place is a change. */
static bool removes(const struct vty *vty)
{
	for (size_t i = 0; i < vty->num_cfg_changes; i++)
		if (vty->cfg_changes[i].operation != NB_OP_DESTROY)
			return false;
	return true;
}

int frrd_cli_commit(struct vty *vty)
{
	if (!object_exists(vty))
		return CMD_WARNING_CONFIG_FAILED;
	if (!frrd_cli_from_file(vty) || frr_get_cli_mode() != FRR_CLI_CLASSIC)
		return commit_line(vty);
	if (!removes(vty))
		return line_in_file(vty);
	if (!frrd_config_reload)
		return commit_line(vty);
	frrd_check_doubt(vty->candidate_config);
	return edit_candidate(vty);
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

/* A line of many: check it and edit the candidate. */
static int prefix_in_file(struct vty *vty, const struct prefix *p, const char *xpath, bool add)
{
	const struct lyd_node *group;
	char error[512];
	const char *name;
	bool ok;

	open_candidate(vty);
	(void)close_timers(vty);
	group = yang_dnode_get(vty->candidate_config->dnode, VTY_CURR_XPATH);
	name = lyd_get_value(lyd_child(group));
	if (add)
		ok = frrd_check_prefix_add(vty->candidate_config, name, p, error, sizeof(error));
	else
		ok = frrd_check_prefix_del(vty->candidate_config, name, p, error, sizeof(error));
	if (!ok)
		return frrd_cli_refuse(vty, "%s", error);

	edit(vty, xpath, add ? NB_OP_CREATE : NB_OP_DESTROY, NULL);
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

static bool is_word(const char *line, size_t length, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == length && !strncmp(line, words[i], length))
			return true;
	return false;
}

/* The first words of lines that may leave lines before them uncommitted. */
static bool is_our_line(const struct vty *vty, const char *line)
{
	static const char *const words[] = {
		"prefix",	   "no",	  "next-hop",	 "preference",	 "metric",
		"site",		   "id",	  "group",	 "exit",	 "description",
		"prefix-list",	   "witness",	  "arbiter",	 "local-site",	 "route-table",
		"handover-timeout", "handover",	  "distance",	 "route-tag",	 "marker-range",
		"subnet-mover",	   "quit",	  "allow-more-specific",
		"marker-tag",	   "beacon",	  "maintenance", "detection",	 "stagger",
		"takeover-delay",  "fence-delay", "settle-time", "hold-down",	 "stale-retention",
		"auto-failover",   "failback",	  "damping",	 "when-no-successor",
		"probe",	   "probes",	  "track",	 "hook",	 "map",
		"address-change",  "attach",	  "attach-order",
	};
	/* outside of a probe's node, some of these are libfrr's */
	static const char *const probe_words[] = {
		"icmp",		    "tcp",	"http",		     "method",
		"host-header",	    "status",	"body-match",	     "tls",
		"exec",		    "bfd",	"detect-multiplier", "receive-interval",
		"transmit-interval", "interface", "route",	     "source-address",
		"source-interface", "vrf",	"interval",	     "timeout",
		"rise",		    "fall",	"jitter",	     "when-unknown",
		"retry-interval",
	};
	size_t length;

	while (isspace((unsigned char)*line))
		line++;
	length = strcspn(line, " \t\r\n");
	if (!length || *line == '!' || *line == '#')
		return true;
	return is_word(line, length, words, array_size(words)) ||
	       (vty->node == SUBNET_MOVER_PROBE_NODE &&
		is_word(line, length, probe_words, array_size(probe_words)));
}

/*
 * vtysh does not say when it leaves a node for a line that belongs to one of the
 * parents, and that line could be libfrr's, whose transaction would then take our
 * lines along.  (libfrr declares this hook in command.c only.)
 */
DECLARE_HOOK(cmd_execute, (struct vty *vty, const char *cmd_in, char **cmd_out),
	     (vty, cmd_in, cmd_out));

static int before_command(struct vty *vty, const char *cmd_in, char **cmd_out)
{
	/* all terminals share one candidate, and libfrr replaces it when it refuses a line */
	if (open_vty != vty)
		frrd_check_forget();
	else if (vty->node < SUBNET_MOVER_NODE || !is_our_line(vty, cmd_in))
		(void)frrd_cli_flush(vty);
	return 0;
}

void frrd_cli_commit_init(void)
{
	hook_register(cmd_execute, before_command);
}
