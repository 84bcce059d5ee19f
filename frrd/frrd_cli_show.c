// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration as commands (`show running-config`, the saved files).
 *
 * libfrr walks the tree in the order of the model and calls these.  What they
 * print has to be accepted line by line, so a line whose order matters is printed
 * by its parent: allow-more-specific before the prefixes that need it, the
 * interface before the link-local next-hop that needs it, the timers of the budget.
 */

#include <zebra.h>

#include "command.h"
#include "northbound.h"
#include "vty.h"

#include "frrd/core/budget.h"
#include "frrd/frrd_config.h"
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

/* A leaf of the arbiter; libfrr leaves defaults out, so this does as well. */
static void show_timer(struct vty *vty, const struct lyd_node *arbiter, const char *path,
		       bool defaults)
{
	const struct lyd_node *leaf = yang_dnode_get(arbiter, path);

	if (leaf && (defaults || !lyd_is_default(leaf)))
		show_leaf(vty, 2, leaf);
}

static void show_detection(struct vty *vty, const struct frrd_detection *detection,
			   bool defaults)
{
	if (detection->hold_time_s)
		vty_out(vty, "  detection hold-time %u\n", detection->hold_time_s);
	else if (defaults || detection->bfd_interval_ms != FRRD_DEFAULT_BFD_INTERVAL_MS ||
		 detection->bfd_multiplier != FRRD_DEFAULT_BFD_MULTIPLIER)
		vty_out(vty, "  detection bfd %u multiplier %u\n", detection->bfd_interval_ms,
			detection->bfd_multiplier);
}

/* A candidate that nobody has validated may lack the nodes of defaults. */
static unsigned long number(const struct lyd_node *arbiter, const char *path,
			    unsigned long otherwise)
{
	const struct lyd_node *leaf = yang_dnode_get(arbiter, path);

	return leaf ? strtoul(lyd_get_value(leaf), NULL, 10) : otherwise;
}

/* Those that are shorter than their defaults, or the others. */
static void show_delays(struct vty *vty, const struct lyd_node *arbiter, bool shorter,
			bool defaults)
{
	static const struct {
		const char *path;
		unsigned long usual;
	} delays[] = {
		{ "./takeover-delay", FRRD_DEFAULT_TAKEOVER_DELAY_MS },
		{ "./settle-time", FRRD_DEFAULT_SETTLE_TIME_MS },
	};

	for (size_t i = 0; i < array_size(delays); i++)
		if ((number(arbiter, delays[i].path, delays[i].usual) < delays[i].usual) == shorter)
			show_timer(vty, arbiter, delays[i].path, defaults);
}

/*
 * Each line has to leave the budget in order, from the defaults on: takeover-delay
 * and settle-time go first when they are longer than their defaults and last when
 * they are shorter; fence-delay goes before detection when it is shorter, and
 * after it when it is longer.
 */
static void show_budget(struct vty *vty, const struct lyd_node *arbiter, bool defaults)
{
	struct frrd_detection detection;
	bool shorter;

	frrd_detection(number(arbiter, "./detection/bfd/interval", FRRD_DEFAULT_BFD_INTERVAL_MS),
		       number(arbiter, "./detection/bfd/multiplier", FRRD_DEFAULT_BFD_MULTIPLIER),
		       number(arbiter, "./detection/hold-time", 0), &detection);
	shorter = number(arbiter, "./fence-delay", FRRD_DEFAULT_FENCE_DELAY_MS) <
		  FRRD_DEFAULT_FENCE_DELAY_MS;

	show_delays(vty, arbiter, false, defaults);
	if (shorter)
		show_timer(vty, arbiter, "./fence-delay", defaults);
	show_detection(vty, &detection, defaults);
	if (!shorter)
		show_timer(vty, arbiter, "./fence-delay", defaults);
	show_delays(vty, arbiter, true, defaults);
}

/* Without a type there is no line: the check lets nothing else be set then. */
void frrd_show_arbiter(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	if (!yang_dnode_exists(dnode, "./type"))
		return;
	vty_out(vty, " arbiter %s\n", yang_dnode_get_string(dnode, "./type"));
	show_budget(vty, dnode, defaults);
}

/* failback, damping: a container and its leaf; the mode has no name of its own. */
void frrd_show_policy(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	const char *name = dnode->schema->name;
	bool mode = strmatch(name, "mode");

	vty_out(vty, "  %s %s%s%s\n", dnode->schema->parent->name, mode ? "" : name,
		mode ? "" : " ", lyd_get_value(dnode));
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

void frrd_show_nexthop_lines(struct vty *vty, const struct lyd_node *dnode, int indent)
{
	static const char *const addresses[] = { "./ipv4-address", "./ipv6-address" };

	if (yang_dnode_exists(dnode, "./interface"))
		vty_out(vty, "%*snext-hop interface %s\n", indent, "",
			yang_dnode_get_string(dnode, "./interface"));
	for (size_t i = 0; i < array_size(addresses); i++)
		if (yang_dnode_exists(dnode, addresses[i]))
			vty_out(vty, "%*snext-hop %s\n", indent, "",
				yang_dnode_get_string(dnode, addresses[i]));
	if (yang_dnode_get_bool(dnode, "./blackhole"))
		vty_out(vty, "%*snext-hop blackhole\n", indent, "");
}

void frrd_show_nexthop(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	frrd_show_nexthop_lines(vty, dnode, 3);
}
