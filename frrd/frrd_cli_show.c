// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration as commands (`show running-config`, the saved files).
 *
 * libfrr walks the tree in the order of the model and calls these.  What they
 * print has to be accepted line by line, so a line whose order matters is printed
 * by its parent: allow-more-specific before the prefixes that need it, the
 * interface before the link-local next-hop that needs it.
 */

#include <zebra.h>

#include "command.h"
#include "northbound.h"
#include "vty.h"

#include "frrd/frrd_nb.h"

static const char *key(const struct lyd_node *dnode)
{
	return lyd_get_value(lyd_child(dnode));
}

/* A leaf as a command of its own name; a boolean is there or not. */
static void show_leaf(struct vty *vty, int indent, const struct lyd_node *dnode)
{
	const struct lysc_type *type = yang_snode_get_type(dnode->schema);

	if (!type || type->basetype != LY_TYPE_BOOL)
		vty_out(vty, "%*s%s %s\n", indent, "", dnode->schema->name, lyd_get_value(dnode));
	else if (yang_dnode_get_bool(dnode, NULL))
		vty_out(vty, "%*s%s\n", indent, "", dnode->schema->name);
}

void frrd_show_root_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	show_leaf(vty, 1, dnode);
}

void frrd_show_sub_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	show_leaf(vty, 2, dnode);
}

void frrd_show_member_leaf(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	show_leaf(vty, 3, dnode);
}

void frrd_show_root(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, "subnet-mover\n");
}

void frrd_show_root_end(struct vty *vty, const struct lyd_node *dnode)
{
	vty_out(vty, "exit\n");
}

void frrd_show_site(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " site %s\n", key(dnode));
}

/* Without a type there is no line: the check lets nothing else be set then. */
void frrd_show_arbiter(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	if (yang_dnode_exists(dnode, "./type"))
		vty_out(vty, " arbiter %s\n", yang_dnode_get_string(dnode, "./type"));
}

void frrd_show_arbiter_end(struct vty *vty, const struct lyd_node *dnode)
{
	if (yang_dnode_exists(dnode, "./type"))
		vty_out(vty, " exit\n");
}

void frrd_show_group(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, " group %s\n", key(dnode));
	if (yang_dnode_get_bool(dnode, "./allow-more-specific"))
		vty_out(vty, "  allow-more-specific\n");
}

void frrd_show_prefix(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, "  prefix %s\n", key(dnode));
}

void frrd_show_sub_end(struct vty *vty, const struct lyd_node *dnode)
{
	vty_out(vty, " exit\n");
}

void frrd_show_member(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	vty_out(vty, "  site %s\n", key(dnode));
}

void frrd_show_member_end(struct vty *vty, const struct lyd_node *dnode)
{
	vty_out(vty, "  exit\n");
}

void frrd_show_nexthop(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	if (yang_dnode_exists(dnode, "./interface"))
		vty_out(vty, "   next-hop interface %s\n",
			yang_dnode_get_string(dnode, "./interface"));
	if (yang_dnode_exists(dnode, "./ipv4-address"))
		vty_out(vty, "   next-hop %s\n", yang_dnode_get_string(dnode, "./ipv4-address"));
	if (yang_dnode_exists(dnode, "./ipv6-address"))
		vty_out(vty, "   next-hop %s\n", yang_dnode_get_string(dnode, "./ipv6-address"));
	if (yang_dnode_get_bool(dnode, "./blackhole"))
		vty_out(vty, "   next-hop blackhole\n");
}
