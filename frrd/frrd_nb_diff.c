// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: comparing configurations in linear time.
 *
 * For every transaction libfrr lets libyang compare the candidate with the
 * running configuration, whatever the change is.  libyang 2.1 remembers every
 * instance that it has matched in an array that it searches from the start
 * (lyd_dup_inst_get()), so comparing two lists of n entries takes n^2 steps:
 * measured with one list of prefixes, 0.1 s for 10,000 entries, 9 s for 30,000,
 * minutes for 100,000, and that for each line of configuration.  Prefix-lists,
 * which are libfrr's, suffer as well.
 *
 * The array is there for lists without keys and duplicate leaf-lists, which
 * configuration has not.  So frrd has its own lyd_diff_siblings(), which the
 * dynamic linker finds before libyang's: it makes what nb_config_diff() reads,
 * created, deleted and replaced nodes with their operation, and finds the other
 * instance of a node by its hash.  The result can be applied to the first tree;
 * what is needed to reverse or merge diffs (the original values) is not in it.
 * libyang's own is called for what this one does not do, which is user-ordered
 * lists; none of the modules that frrd loads has any.  Newer libyangs do not need
 * this file; it is harmless there.
 */

#include <zebra.h>

#include <dlfcn.h>

#include <libyang/libyang.h>

/* A node that is on the way to changes, and its copy in the result. */
struct way {
	struct way *parent; /* NULL: top level */
	const struct lyd_node *node;
	struct lyd_node *copy; /* NULL: none yet */
};

struct job {
	struct lyd_node *diff;
	bool defaults;
	bool give_up; /* there is something for libyang's own function */
};

static LY_ERR set_operation(struct lyd_node *node, const char *operation)
{
	return lyd_new_meta(NULL, node, NULL, "yang:operation", operation, 0, NULL);
}

/* Put the copy of a node into the result, below the copy of its parent. */
static LY_ERR add_copy(struct job *job, struct way *parent, const struct lyd_node *node,
		       uint32_t options, const char *operation, struct lyd_node **ret_copy)
{
	struct lyd_node *copy;
	LY_ERR err;

	if (parent && !parent->copy) {
		err = add_copy(job, parent->parent, parent->node, 0, "none", &parent->copy);
		if (err)
			return err;
	}
	err = lyd_dup_single(node, parent ? (struct lyd_node_inner *)parent->copy : NULL,
			     options | LYD_DUP_NO_META | LYD_DUP_WITH_FLAGS, &copy);
	if (err)
		return err;
	if (!parent)
		(void)lyd_insert_sibling(job->diff, copy, &job->diff);
	*ret_copy = copy;
	return set_operation(copy, operation);
}

/* Is this libyang's business? */
static void look_at(struct job *job, const struct lysc_node *schema)
{
	if (lysc_is_userordered(schema) || lysc_is_dup_inst_list(schema))
		job->give_up = true;
}

static LY_ERR add_change(struct job *job, struct way *parent, const struct lyd_node *node,
			 const char *operation)
{
	struct lyd_node *copy, *below;

	/* what is below goes along, and would need its position */
	LYD_TREE_DFS_BEGIN (node, below) {
		look_at(job, below->schema);
		LYD_TREE_DFS_END(node, below);
	}
	if (job->give_up)
		return LY_SUCCESS;
	return add_copy(job, parent, node, LYD_DUP_RECURSIVE, operation, &copy);
}

static bool ignored(const struct job *job, const struct lyd_node *node)
{
	return !node->schema || (!job->defaults && (node->flags & LYD_DEFAULT));
}

/* The instance of a node among others. */
static struct lyd_node *counterpart(struct job *job, const struct lyd_node *node,
				    const struct lyd_node *siblings)
{
	struct lyd_node *match = NULL;

	if (node->schema->nodetype & (LYS_LIST | LYS_LEAFLIST)) {
		look_at(job, node->schema);
		(void)lyd_find_sibling_first(siblings, node, &match);
	} else {
		(void)lyd_find_sibling_val(siblings, node->schema, NULL, 0, &match);
	}
	return match && ignored(job, match) ? NULL : match;
}

static LY_ERR compare(struct job *job, const struct lyd_node *old, const struct lyd_node *new,
		      struct way *parent)
{
	const struct lyd_node *node;
	struct lyd_node *other;
	LY_ERR err = LY_SUCCESS;

	LY_LIST_FOR (old, node) {
		if (ignored(job, node))
			continue;
		other = counterpart(job, node, new);
		if (!other) {
			err = add_change(job, parent, node, "delete");
		} else if (node->schema->nodetype & (LYS_CONTAINER | LYS_LIST)) {
			struct way way = { .parent = parent, .node = other };

			err = compare(job, lyd_child_no_keys(node), lyd_child_no_keys(other),
				      &way);
		} else if (lyd_compare_single(node, other, 0) != LY_SUCCESS) {
			err = add_change(job, parent, other, "replace");
		} else if (job->defaults && ((node->flags ^ other->flags) & LYD_DEFAULT)) {
			/* the default has been set by name, or the other way round */
			err = add_change(job, parent, other, "none");
		}
		if (err || job->give_up)
			return err;
	}
	LY_LIST_FOR (new, node) {
		if (!ignored(job, node) && !counterpart(job, node, old))
			err = add_change(job, parent, node, "create");
		if (err || job->give_up)
			return err;
	}
	return LY_SUCCESS;
}

LY_ERR lyd_diff_siblings(const struct lyd_node *first, const struct lyd_node *second,
			 uint16_t options, struct lyd_node **diff)
{
	LY_ERR (*libyang)(const struct lyd_node *, const struct lyd_node *, uint16_t,
			  struct lyd_node **);
	struct job job = { .defaults = options & LYD_DIFF_DEFAULTS };
	LY_ERR err = compare(&job, first, second, NULL);

	if (!err && !job.give_up) {
		*diff = job.diff;
		return LY_SUCCESS;
	}
	lyd_free_all(job.diff);
	*(void **)&libyang = dlsym(RTLD_NEXT, "lyd_diff_siblings");
	return libyang ? libyang(first, second, options, diff) : LY_ENOT;
}
