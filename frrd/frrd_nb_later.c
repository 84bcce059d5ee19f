// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: nodes of the model whose function comes with a later version.  To
 * set one is refused with its name, never accepted silently.
 */

#include <zebra.h>

#include "printfrr.h"

#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"

/* "group shop" for a list entry; several keys are joined. */
static void describe_entry(const struct lyd_node *dnode, struct fbuf *fb)
{
	const struct lyd_node *child;
	const char *name = dnode->schema->name;

	bprintfrr(fb, "%s", strmatch(name, "member") ? "site" : name);
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (!lysc_is_key(child->schema))
			break;
		bprintfrr(fb, " %s", lyd_get_value(child));
	}
}

/* The list entries around a node, outermost first: "group shop site dc1". */
static void describe_object(const struct lyd_node *dnode, struct fbuf *fb)
{
	const struct lyd_node *parent = lyd_parent(dnode);

	if (!parent)
		return;
	describe_object(parent, fb);
	if (parent->schema->nodetype != LYS_LIST)
		return;
	if (fb->pos != fb->buf)
		bprintfrr(fb, " ");
	describe_entry(parent, fb);
}

/* The node as one would configure it: "failback mode", "probe web". */
static void describe_node(const struct lyd_node *dnode, struct fbuf *fb)
{
	const struct lyd_node *parent = lyd_parent(dnode);

	if (dnode->schema->nodetype != LYS_LIST && parent && lyd_parent(parent) &&
	    parent->schema->nodetype == LYS_CONTAINER) {
		describe_node(parent, fb);
		bprintfrr(fb, " ");
	}
	if (dnode->schema->nodetype == LYS_LIST)
		describe_entry(dnode, fb);
	else
		bprintfrr(fb, "%s", dnode->schema->name);
	if (dnode->schema->nodetype == LYS_LEAFLIST)
		bprintfrr(fb, " %s", lyd_get_value(dnode));
}

static int refuse_later(const struct lyd_node *dnode, char *errmsg, size_t size)
{
	char object[256] = "", node[256] = "";
	struct fbuf object_fb = { .buf = object, .pos = object, .len = sizeof(object) - 1 };
	struct fbuf node_fb = { .buf = node, .pos = node, .len = sizeof(node) - 1 };

	describe_object(dnode, &object_fb);
	describe_node(dnode, &node_fb);
	*object_fb.pos = *node_fb.pos = '\0';
	snprintfrr(errmsg, size, "%s%s`%s` is not available in this version", object,
		   object[0] ? ": " : "", node);
	return NB_ERR_VALIDATION;
}

int frrd_nb_later_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_VALIDATE)
		return refuse_later(args->dnode, args->errmsg, args->errmsg_len);
	return NB_OK;
}

int frrd_nb_later_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_VALIDATE)
		return refuse_later(args->dnode, args->errmsg, args->errmsg_len);
	return NB_OK;
}

/* Not called: what was never accepted is never removed. */
int frrd_nb_later_destroy(struct nb_cb_destroy_args *args)
{
	return NB_OK;
}

bool frrd_check_available(const struct nb_config *candidate, const char *xpath, char *errmsg,
			  size_t size)
{
	const struct nb_node *nb_node = nb_node_find(xpath);
	const struct lyd_node *dnode;

	if (!nb_node || (nb_node->cbs.create != frrd_nb_later_create &&
			 nb_node->cbs.modify != frrd_nb_later_modify))
		return true;
	dnode = yang_dnode_get(candidate->dnode, xpath);
	if (!dnode || lyd_is_default(dnode))
		return true;
	(void)refuse_later(dnode, errmsg, size);
	return false;
}
