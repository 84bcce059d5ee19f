// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes and tracks as commands; see frrd_cli_show.c.
 *
 * A line that another one needs goes before it: the source of a probe before its
 * target, the next-hop of a track before its prefixes, the probes before how many of
 * them have to be up.
 */

#include <zebra.h>

#include "command.h"
#include "northbound.h"
#include "vty.h"

#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_probe.h"

#define value frrd_nb_probe_value

static const char *key(const struct lyd_node *dnode)
{
	return lyd_get_value(lyd_child(dnode));
}

/* A leaf as a command of its own name, when it is there. */
static void show_leaf(struct vty *vty, const struct lyd_node *dnode, const char *path)
{
	const char *text = value(dnode, path);

	if (text)
		vty_out(vty, "  %s %s\n", strrchr(path, '/') + 1, text);
}

/* " word value", when the leaf is there and not a default. */
static void show_option(struct vty *vty, const struct lyd_node *dnode, const char *path,
			const char *word, bool defaults)
{
	const struct lyd_node *leaf = frrd_nb_probe_node(dnode, path);

	if (leaf && (defaults || !lyd_is_default(leaf)))
		vty_out(vty, " %s %s", word, lyd_get_value(leaf));
}

static bool is(const struct lyd_node *dnode, const char *path, const char *word)
{
	const char *text = value(dnode, path);

	return text && strmatch(text, word);
}

void frrd_show_probe(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " probe %s\n", key(dnode));
	show_leaf(vty, dnode, "./description");
	show_leaf(vty, dnode, "./source-address");
	show_leaf(vty, dnode, "./source-interface");
	show_leaf(vty, dnode, "./vrf");
}

/* The container of a kind; its options follow as leaves. */
void frrd_show_probe_kind(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	const char *name = dnode->schema->name;
	const struct frrd_nb_probe_kind *kind = frrd_nb_probe_kind_of(lyd_parent(dnode));

	if (!kind || !strmatch(kind->name, name))
		return;
	vty_out(vty, "  %s %s", name, value(lyd_parent(dnode), kind->target));
	show_option(vty, dnode, "./size", "size", defaults);
	show_option(vty, dnode, "./port", "port", defaults);
	if (is(dnode, "./multihop", "true"))
		vty_out(vty, " multihop");
	show_option(vty, dnode, "./address", "address", defaults);
	if (is(dnode, "./match", "covering"))
		vty_out(vty, " covering");
	show_option(vty, dnode, "./via", "via", defaults);
	vty_out(vty, "\n");
}

void frrd_show_tls(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	static const char *const leaves[] = { "./ca-file", "./server-name" };

	if (is(dnode, "./verify", "false"))
		vty_out(vty, "  no tls verify\n");
	else if (defaults)
		vty_out(vty, "  tls verify\n");
	for (size_t i = 0; i < array_size(leaves); i++)
		if (value(dnode, leaves[i]))
			vty_out(vty, "  tls %s %s\n", leaves[i] + 2, value(dnode, leaves[i]));
	if (value(dnode, "./certificate-file") && value(dnode, "./key-file"))
		vty_out(vty, "  tls certificate-file %s key-file %s\n",
			value(dnode, "./certificate-file"), value(dnode, "./key-file"));
}

void frrd_show_track(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " track %s\n", key(dnode));
	show_leaf(vty, dnode, "./description");
	frrd_show_nexthop_lines(vty, yang_dnode_get(dnode, "./next-hop"), 2);
}

/* The container probes of a track or a member. */
void frrd_show_probes(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	int indent = strmatch(lyd_parent(dnode)->schema->name, "track") ? 2 : 3;
	const struct lyd_node *mode = frrd_nb_probe_node(dnode, "./mode");
	const char *number = value(dnode, "./number");
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(dnode), child) {
		const struct lyd_node *role;
		bool show;

		if (child->schema->nodetype != LYS_LIST)
			continue;
		role = frrd_nb_probe_node(child, "./role");
		show = indent == 3 && role && (defaults || !lyd_is_default(role));
		vty_out(vty, "%*sprobe %s%s%s\n", indent, "", key(child), show ? " " : "",
			show ? lyd_get_value(role) : "");
	}
	if (mode && (defaults || !lyd_is_default(mode)))
		vty_out(vty, "%*sprobes %s%s%s\n", indent, "", lyd_get_value(mode),
			number ? " " : "", number ? number : "");
}
