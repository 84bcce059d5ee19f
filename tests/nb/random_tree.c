// SPDX-License-Identifier: GPL-2.0-or-later
/* Random configurations, made from a schema; see random_tree.h. */

#include <stdio.h>
#include <string.h>

#include "tests/nb/random_tree.h"

struct ly_ctx *ctx;
uint64_t seed;

static uint64_t random_state;

void random_start(void)
{
	random_state = seed;
}

static unsigned int any_below(unsigned int n)
{
	uint64_t x = random_state += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return (x ^ (x >> 31)) % n;
}

bool chance(unsigned int percent)
{
	return any_below(100) < percent;
}

/* Percentages: what is missing is added, what is there is changed or deleted. */
struct odds {
	unsigned int add, change, remove;
};

/* Every leaf takes some of these, or is an enumeration. */
static const char *const pool[] = {
	"true", "false", "1", "2", "3", "10", "200", "1000", "5000", "60000", "a", "b", "dc1",
	"dc2", "shop", "/bin/true", "/bin/true -x", "http://192.0.2.1/", "192.0.2.1", "192.0.2.2",
	"2001:db8::1", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "192.0.2.1/32",
	"2001:db8::/32", "2001:db8:1::/48", "example.com",
};

static const char *any_value(const struct lysc_node *schema)
{
	const struct lysc_type *type = ((const struct lysc_node_leaf *)schema)->type;
	unsigned int start = any_below(ARRAY_SIZE(pool));

	if (type->basetype == LY_TYPE_ENUM) {
		const struct lysc_type_enum *e = (const struct lysc_type_enum *)type;

		return e->enums[any_below(LY_ARRAY_COUNT(e->enums))].name;
	}
	if (type->basetype == LY_TYPE_EMPTY)
		return "";
	for (size_t i = 0; i < ARRAY_SIZE(pool); i++) {
		const char *value = pool[(start + i) % ARRAY_SIZE(pool)];

		if (!lyd_value_validate(ctx, schema, value, strlen(value), NULL, NULL, NULL))
			return value;
	}
	fail_msg("no value of the pool is one for %s", schema->name);
	return NULL;
}

void remove_node(struct lyd_node *node, struct lyd_node **top)
{
	if (*top == node)
		*top = node->next;
	lyd_free_tree(node);
}

static struct lyd_node *children(struct lyd_node *parent, struct lyd_node **top)
{
	return parent ? lyd_child(parent) : *top;
}

static struct lyd_node *instance(struct lyd_node *parent, struct lyd_node **top,
				 const struct lysc_node *schema, const char *value)
{
	struct lyd_node *found = NULL;

	(void)lyd_find_sibling_val(children(parent, top), schema, value, 0, &found);
	return found;
}

/* A node without parent joins the top of the tree; one of several may come first. */
static void place(struct lyd_node *node, struct lyd_node *parent, struct lyd_node **top)
{
	struct lyd_node *first;

	if (!parent)
		must(lyd_insert_sibling(*top, node, top));
	first = instance(parent, top, node->schema, NULL);
	if (lysc_is_userordered(node->schema) && first != node && chance(50)) {
		must(lyd_insert_before(first, node));
		if (!parent)
			*top = lyd_first_sibling(*top);
	}
}

static void grow_all(struct lyd_node *parent, struct lyd_node **top, const struct lysc_node *schema,
		     struct odds odds);

static void grow_leaf(struct lyd_node *parent, struct lyd_node **top,
		      const struct lysc_node *schema, struct odds odds)
{
	struct lyd_node *node = instance(parent, top, schema, NULL);

	if (node && chance(odds.remove)) {
		remove_node(node, top);
	} else if (node && chance(odds.change)) {
		/* "exists" and "not" say that the value is the same */
		LY_ERR err = lyd_change_term(node, any_value(schema));

		assert_true(!err || err == LY_EEXIST || err == LY_ENOT);
	} else if (!node && chance(odds.add)) {
		must(lyd_new_term(parent, schema->module, schema->name, any_value(schema), 0,
				  &node));
		place(node, parent, top);
	}
}

static void grow_leaf_list(struct lyd_node *parent, struct lyd_node **top,
			   const struct lysc_node *schema, struct odds odds)
{
	struct lyd_node *next, *node;

	LY_LIST_FOR_SAFE (children(parent, top), next, node)
		if (node->schema == schema && chance(odds.remove))
			remove_node(node, top);
	while (chance(odds.add)) {
		const char *value = any_value(schema);

		node = instance(parent, top, schema, value);
		if (node)
			remove_node(node, top);
		must(lyd_new_term(parent, schema->module, schema->name, value, 0, &node));
		place(node, parent, top);
	}
}

static void grow_list(struct lyd_node *parent, struct lyd_node **top,
		      const struct lysc_node *schema, struct odds odds)
{
	const struct lysc_node *key;
	struct lyd_node *next, *node;

	LY_LIST_FOR_SAFE (children(parent, top), next, node) {
		if (node->schema != schema)
			continue;
		if (chance(odds.remove))
			remove_node(node, top);
		else
			grow_all(node, top, lysc_node_child(schema), odds);
	}
	while (chance(odds.add)) {
		char keys[256] = "";

		LY_LIST_FOR (lysc_node_child(schema), key)
			if (lysc_is_key(key))
				snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys),
					 "[%s='%s']", key->name, any_value(key));
		if (instance(parent, top, schema, keys))
			continue;
		must(lyd_new_list2(parent, schema->module, schema->name, keys, 0, &node));
		place(node, parent, top);
		grow_all(node, top, lysc_node_child(schema), odds);
	}
}

static void grow_container(struct lyd_node *parent, struct lyd_node **top,
			   const struct lysc_node *schema, struct odds odds)
{
	struct lyd_node *node = instance(parent, top, schema, NULL);

	if (node && chance(odds.remove / 4)) {
		remove_node(node, top);
		return;
	}
	if (!node) {
		/* without the top there would be nothing */
		if (!chance(parent || !odds.add ? odds.add : 95))
			return;
		must(lyd_new_inner(parent, schema->module, schema->name, 0, &node));
		place(node, parent, top);
	}
	grow_all(node, top, lysc_node_child(schema), odds);
}

/* Only one case may have nodes. */
static void grow_choice(struct lyd_node *parent, struct lyd_node **top,
			const struct lysc_node *schema, struct odds odds)
{
	const struct lysc_node *option, *child, *chosen = NULL;
	unsigned int seen = 0;

	LY_LIST_FOR (lysc_node_child(schema), option)
		LY_LIST_FOR (lysc_node_child(option), child)
			if (instance(parent, top, child, NULL))
				chosen = option;
	if (chosen && chance(odds.remove)) {
		LY_LIST_FOR (lysc_node_child(chosen), child) {
			struct lyd_node *node;

			while ((node = instance(parent, top, child, NULL)))
				remove_node(node, top);
		}
		chosen = NULL;
	}
	if (!chosen && chance(odds.add))
		LY_LIST_FOR (lysc_node_child(schema), option)
			if (any_below(++seen) == 0)
				chosen = option;
	if (chosen)
		grow_all(parent, top, lysc_node_child(chosen), odds);
}

/* Edit the nodes of these schema nodes; what an empty tree becomes is new. */
static void grow_all(struct lyd_node *parent, struct lyd_node **top, const struct lysc_node *schema,
		     struct odds odds)
{
	LY_LIST_FOR (schema, schema) {
		if (!(schema->flags & LYS_CONFIG_W) || lysc_is_key(schema))
			continue;
		if (schema->nodetype == LYS_LEAF)
			grow_leaf(parent, top, schema, odds);
		else if (schema->nodetype == LYS_LEAFLIST)
			grow_leaf_list(parent, top, schema, odds);
		else if (schema->nodetype == LYS_LIST)
			grow_list(parent, top, schema, odds);
		else if (schema->nodetype == LYS_CHOICE)
			grow_choice(parent, top, schema, odds);
		else
			grow_container(parent, top, schema, odds);
	}
}

/* Move an entry of a list to another node that has such a list. */
static void move_entry(struct lyd_node *tree)
{
	struct lyd_node *root, *node, *entry = NULL, *target = NULL;
	unsigned int seen = 0;

	LY_LIST_FOR (tree, root) {
		LYD_TREE_DFS_BEGIN (root, node) {
			if (node->schema->nodetype == LYS_LIST && lyd_parent(node) &&
			    any_below(++seen) == 0)
				entry = node;
			LYD_TREE_DFS_END(root, node);
		}
	}
	seen = 0;
	LY_LIST_FOR (entry ? tree : NULL, root) {
		LYD_TREE_DFS_BEGIN (root, node) {
			if (node->schema == lyd_parent(entry)->schema &&
			    lyd_find_sibling_first(lyd_child(node), entry, NULL) &&
			    any_below(++seen) == 0)
				target = node;
			LYD_TREE_DFS_END(root, node);
		}
	}
	if (target)
		must(lyd_insert_child(target, entry));
}

/* --- whole trees ------------------------------------------------------------ */

/* As libfrr validates a candidate; default nodes come and go with it. */
static void complete(struct lyd_node **tree)
{
	must(lyd_validate_all(tree, ctx, LYD_VALIDATE_NO_STATE, NULL));
}

struct lyd_node *random_tree(const struct lys_module *module)
{
	static const unsigned int densities[] = { 0, 10, 30, 50, 65 };
	struct odds odds = { .add = densities[any_below(ARRAY_SIZE(densities))] };
	struct lyd_node *tree = NULL;

	grow_all(NULL, &tree, module->compiled->data, odds);
	complete(&tree);
	return tree;
}

void random_edit(struct lyd_node **tree, const struct lys_module *module)
{
	struct odds odds = { any_below(20), any_below(30), any_below(20) };

	for (unsigned int moves = any_below(4); moves; moves--)
		move_entry(*tree);
	grow_all(NULL, tree, module->compiled->data, odds);
	complete(tree);
}
