/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random configurations of a YANG module: trees, and edits of trees.
 *
 * They are made from the compiled schema, so they have whatever the module has:
 * containers, lists, leaf-lists, choices, defaults.  They are valid, and complete
 * with default nodes, as libfrr's configurations are.
 */
#ifndef FRRD_TESTS_NB_RANDOM_TREE_H
#define FRRD_TESTS_NB_RANDOM_TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libyang/libyang.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Of the test that runs. */
extern struct ly_ctx *ctx;
extern uint64_t seed;

/* Anything of libyang that must not fail. */
#define must(call)                                                                                 \
	do {                                                                                       \
		LY_ERR must_err = (call);                                                          \
		if (must_err)                                                                      \
			fail_msg("seed %llu: %s: %d %s", (unsigned long long)seed, #call,          \
				 must_err, ly_errmsg(ctx) ? ly_errmsg(ctx) : "");                  \
	} while (0)

/* What follows is random by the seed. */
extern void random_start(void);

/* True in so many of a hundred cases. */
extern bool chance(unsigned int percent);

/* A tree, which may be empty. */
extern struct lyd_node *random_tree(const struct lys_module *module);

/* Change, delete, add nodes, and move entries of lists to other lists of the kind. */
extern void random_edit(struct lyd_node **tree, const struct lys_module *module);

/* Free a node that may be the first one at the top of the tree. */
extern void remove_node(struct lyd_node *node, struct lyd_node **top);

#endif
