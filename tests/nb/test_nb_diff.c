// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frrd's lyd_diff_siblings() (frrd/frrd_nb_diff.c) against libyang's own.
 *
 * Of pairs of trees, most of them random, both functions make a diff.  Each diff,
 * applied to the first tree, has to give the second, and libfrr has to read the
 * same operations on the same paths out of both.  Where the two have siblings of
 * different kinds in another order, that is not compared: ours is the schema's,
 * libyang's follows from how it has put parents into its result.
 *
 * Random trees are of frrd's own model, and of two small ones that have what it
 * lacks.  A pair is independent, or the second tree is the first after edits.
 *
 * A failure says its seed; FRRD_SEED=N takes that seed only.
 */

#define _GNU_SOURCE /* RTLD_NEXT, vasprintf() */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/nb/random_tree.h"

#define PAIRS 300 /* random pairs of one model */

typedef LY_ERR diff_fn(const struct lyd_node *first, const struct lyd_node *second,
		       uint16_t options, struct lyd_node **diff);

static diff_fn *libyang_diff;

/* --- lists of lines ----------------------------------------------------------- */

struct lines {
	char **line;
	size_t count;
};

static void add_line(struct lines *lines, const char *fmt, ...)
{
	va_list ap;

	lines->line = realloc(lines->line, (lines->count + 1) * sizeof(*lines->line));
	assert_non_null(lines->line);
	va_start(ap, fmt);
	assert_true(vasprintf(&lines->line[lines->count++], fmt, ap) >= 0);
	va_end(ap);
}

static void free_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->line[i]);
	free(lines->line);
	*lines = (struct lines){ 0 };
}

/* Fails at the first line that is not the same. */
static void same_lines(const struct lines *got, const struct lines *wanted, const char *what)
{
	for (size_t i = 0; i < got->count || i < wanted->count; i++) {
		const char *a = i < got->count ? got->line[i] : "nothing";
		const char *b = i < wanted->count ? wanted->line[i] : "nothing";

		if (strcmp(a, b) != 0)
			fail_msg("seed %llu, %s: line %zu is\n  %s\nand should be\n  %s",
				 (unsigned long long)seed, what, i, a, b);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_lines(struct lines *lines)
{
	if (lines->count)
		qsort(lines->line, lines->count, sizeof(*lines->line), by_text);
}

/* --- what is in a tree ---------------------------------------------------------- */

static bool is_default(const struct lyd_node *node)
{
	return node->flags & LYD_DEFAULT;
}

static bool is_term(const struct lyd_node *node)
{
	return node->schema->nodetype & (LYS_LEAF | LYS_LEAFLIST);
}

static bool is_plain_container(const struct lyd_node *node)
{
	return lysc_is_np_cont(node->schema);
}

/*
 * All that a tree says, one line a node, sorted.  The order of nodes counts where
 * users give it, and that of others does not.
 */
static struct lines facts(const struct lyd_node *tree, bool defaults)
{
	const struct lyd_node *root, *node;
	struct lines lines = { 0 };

	LY_LIST_FOR (tree, root) {
		LYD_TREE_DFS_BEGIN (root, node) {
			if (!is_plain_container(node) && (defaults || !is_default(node))) {
				char *path = lyd_path(node, LYD_PATH_STD, NULL, 0);
				bool ordered = lysc_is_userordered(node->schema);

				add_line(&lines, "%s = %s%s, number %u", path,
					 is_term(node) ? lyd_get_value(node) : "",
					 is_default(node) ? " (default)" : "",
					 ordered ? lyd_list_pos(node) : 0);
				free(path);
			}
			LYD_TREE_DFS_END(root, node);
		}
	}
	sort_lines(&lines);
	return lines;
}

static struct lyd_node *copy_of(const struct lyd_node *tree)
{
	struct lyd_node *copy = NULL;

	if (tree)
		must(lyd_dup_siblings(tree, NULL, LYD_DUP_RECURSIVE | LYD_DUP_WITH_FLAGS, &copy));
	return copy;
}

static void remove_defaults(struct lyd_node *siblings, struct lyd_node **top)
{
	struct lyd_node *next, *node;

	LY_LIST_FOR_SAFE (siblings, next, node) {
		if (is_default(node))
			remove_node(node, top);
		else
			remove_defaults(lyd_child_no_keys(node), top);
	}
}

/* --- what libfrr reads out of a diff: nb_config_diff() ---------------------------- */

static void created(struct lines *lines, const struct lyd_node *node)
{
	const struct lyd_node *child;
	char *path;

	if (is_term(node) && is_default(node))
		return;
	path = lyd_path(node, LYD_PATH_STD, NULL, 0);
	add_line(lines, "create %s %s", path, is_term(node) ? lyd_get_value(node) : "");
	free(path);
	LY_LIST_FOR (lyd_child(node), child)
		created(lines, child);
}

static void deleted(struct lines *lines, const struct lyd_node *node)
{
	const struct lyd_node *child;
	char *path;

	if (is_plain_container(node)) {
		LY_LIST_FOR (lyd_child(node), child)
			deleted(lines, child);
		return;
	}
	path = lyd_path(node, LYD_PATH_STD, NULL, 0);
	add_line(lines, "destroy %s", path);
	free(path);
}

static char operation(const struct lyd_node *node)
{
	const struct lyd_meta *meta;

	LY_LIST_FOR (node->meta, meta)
		if (strcmp(meta->name, "operation") == 0 &&
		    strcmp(meta->annotation->module->name, "yang") == 0)
			return lyd_get_meta_value(meta)[0];
	return 'n';
}

static struct lyd_node *find(const struct lyd_node *tree, const char *path)
{
	struct lyd_node *found = NULL;

	if (!tree || lyd_find_path(tree, path, 0, &found) || !found)
		fail_msg("seed %llu: the diff names %s, which is not there",
			 (unsigned long long)seed, path);
	return found;
}

static struct lines read_diff(const struct lyd_node *diff, const struct lyd_node *first,
			      const struct lyd_node *second)
{
	const struct lyd_node *root;
	struct lyd_node *node;
	struct lines lines = { 0 };

	LY_LIST_FOR (diff, root) {
		LYD_TREE_DFS_BEGIN (root, node) {
			char *path = lyd_path(node, LYD_PATH_STD, NULL, 0);

			switch (operation(node)) {
			case 'c':
				created(&lines, find(second, path));
				LYD_TREE_DFS_continue = 1;
				break;
			case 'd':
				deleted(&lines, find(first, path));
				LYD_TREE_DFS_continue = 1;
				break;
			case 'r':
				add_line(&lines, "modify %s %s", path,
					 lyd_get_value(find(second, path)));
				break;
			default:
				break;
			}
			free(path);
			LYD_TREE_DFS_END(root, node);
		}
	}
	sort_lines(&lines);
	return lines;
}

/* --- the comparison ----------------------------------------------------------------- */

static void check_effect(const struct lyd_node *diff, const struct lyd_node *first,
			 const struct lines *wanted, uint16_t options, const char *whose)
{
	struct lyd_node *tree = copy_of(first);
	struct lines got;

	if (!options)
		remove_defaults(tree, &tree);
	must(lyd_diff_apply_all(&tree, diff));
	got = facts(tree, options);
	same_lines(&got, wanted, whose);
	free_lines(&got);
	lyd_free_all(tree);
}

static void check_pair(const struct lyd_node *first, const struct lyd_node *second,
		       uint16_t options)
{
	struct lyd_node *ours = NULL, *theirs = NULL;
	struct lines wanted = facts(second, options);
	struct lines our_changes, their_changes;

	must(lyd_diff_siblings(first, second, options, &ours));
	must(libyang_diff(first, second, options, &theirs));
	our_changes = read_diff(ours, first, second);
	their_changes = read_diff(theirs, first, second);
	same_lines(&our_changes, &their_changes, "what libfrr reads");
	check_effect(theirs, first, &wanted, options, "first tree with libyang's diff");
	check_effect(ours, first, &wanted, options, "first tree with our diff");

	free_lines(&wanted);
	free_lines(&our_changes);
	free_lines(&their_changes);
	lyd_free_all(ours);
	lyd_free_all(theirs);
}

static void check_both_ways(const struct lyd_node *first, const struct lyd_node *second)
{
	check_pair(first, second, LYD_DIFF_DEFAULTS); /* as libfrr does */
	check_pair(second, first, LYD_DIFF_DEFAULTS);
	check_pair(first, second, 0);
	check_pair(second, first, 0);
}

/* --- random pairs ----------------------------------------------------------------- */

static void check_random_pairs(const struct lys_module *module)
{
	const char *only = getenv("FRRD_SEED");
	size_t changes = 0;

	for (seed = only ? strtoull(only, NULL, 0) : 1; only || seed <= PAIRS; seed++) {
		struct lyd_node *first, *second, *diff;

		random_start();
		first = random_tree(module);
		if (chance(30)) {
			second = random_tree(module);
		} else {
			second = copy_of(first);
			random_edit(&second, module);
		}
		check_both_ways(first, second);
		check_pair(first, first, LYD_DIFF_DEFAULTS);
		must(lyd_diff_siblings(first, second, LYD_DIFF_DEFAULTS, &diff));
		changes += diff != NULL;
		lyd_free_all(diff);
		lyd_free_all(first);
		lyd_free_all(second);
		if (only)
			return;
	}
	/* the trees are not all alike */
	assert_true(changes > PAIRS / 2);
}

/* --- models ----------------------------------------------------------------------------- */

static const char shapes[] =
	"module shapes { yang-version 1.1; namespace 'urn:shapes'; prefix s;"
	"  leaf top { type uint8; default 3; }"
	"  leaf-list several { type string; default a; default b; }"
	"  list pair { key 'a b'; leaf a { type string; } leaf b { type uint16; }"
	"    container plain { leaf d { type uint8; default 1; } leaf e { type string; }"
	"      container deep { leaf-list l { type uint8; default 1; default 2; } } }"
	"    container marked { presence 'yes'; leaf d { type uint8; default 2; } }"
	"    list inner { key k; leaf k { type string; } leaf empty { type empty; } } }"
	"  choice one { default first;"
	"    case first { leaf x { type uint8; default 2; } leaf y { type string; } }"
	"    case second { container z { leaf zz { type string; } } leaf-list w { type string; } } }"
	"}";

static const char ordered[] =
	"module ordered { yang-version 1.1; namespace 'urn:ordered'; prefix o;"
	"  leaf plain { type uint8; default 3; }"
	"  leaf-list first { type string; ordered-by user; }"
	"  list entry { key k; leaf k { type string; } leaf v { type string; }"
	"    leaf-list inner { type string; ordered-by user; }"
	"    container box { list inner { key k; ordered-by user;"
	"      leaf k { type string; } leaf v { type uint8; } } } } }";

static const struct lys_module *open_model(const char *text)
{
	struct lys_module *module = NULL;
	char folder[4096];

	snprintf(folder, sizeof(folder), "%s/yang", getenv("top_srcdir") ?: ".");
	must(ly_ctx_new(folder, LY_CTX_NO_YANGLIBRARY | LY_CTX_DISABLE_SEARCHDIR_CWD, &ctx));
	if (text) {
		must(lys_parse_mem(ctx, text, LYS_IN_YANG, &module));
		return module;
	}
	module = ly_ctx_load_module(ctx, "frr-subnet-mover", NULL, NULL);
	if (!module)
		fail_msg("frr-subnet-mover is not in %s: %s", folder, ly_errmsg(ctx));
	return module;
}

static int close_model(void **state)
{
	ly_ctx_destroy(ctx);
	ctx = NULL;
	seed = 0;
	return 0;
}

static struct lyd_node *tree_of(const char *json)
{
	struct lyd_node *tree = NULL;

	must(lyd_parse_data_mem(ctx, json, LYD_JSON, LYD_PARSE_STRICT | LYD_PARSE_NO_STATE,
				LYD_VALIDATE_NO_STATE, &tree));
	return tree;
}

/* --- tests ------------------------------------------------------------------------------ */

static void test_random_subnet_mover(void **state)
{
	check_random_pairs(open_model(NULL));
}

static void test_random_shapes(void **state)
{
	check_random_pairs(open_model(shapes));
}

static void test_random_user_ordered(void **state)
{
	check_random_pairs(open_model(ordered));
}

#define GROUPS(text) "{\"frr-subnet-mover:subnet-mover\":{\"group\":[" text "]}}"

/* What people do, and what random trees might miss; each with each. */
static void test_pairs_by_hand(void **state)
{
	static const char *const texts[] = {
		"{}",
		"{\"frr-subnet-mover:subnet-mover\":{}}",
		/* a default by name, another value, no value */
		"{\"frr-subnet-mover:subnet-mover\":{\"distance\":15}}",
		"{\"frr-subnet-mover:subnet-mover\":{\"distance\":16}}",
		/* prefixes that move, groups that are replaced */
		GROUPS("{\"name\":\"a\",\"prefix\":[{\"prefix\":\"192.0.2.0/24\"}]},"
		       "{\"name\":\"b\",\"prefix\":[{\"prefix\":\"198.51.100.0/24\"}]}"),
		GROUPS("{\"name\":\"a\"},{\"name\":\"b\",\"prefix\":["
		       "{\"prefix\":\"198.51.100.0/24\"},{\"prefix\":\"192.0.2.0/24\"}]}"),
		GROUPS("{\"name\":\"c\",\"prefix\":[{\"prefix\":\"192.0.2.0/24\"}],"
		       "\"prefix-list\":[\"x\",\"y\"],\"member\":[{\"site\":\"dc1\","
		       "\"next-hop\":{\"ipv4-address\":\"192.0.2.1\"}},{\"site\":\"dc2\"}]}"),
		GROUPS("{\"name\":\"c\",\"prefix\":[{\"prefix\":\"192.0.2.0/24\"}],"
		       "\"prefix-list\":[\"y\",\"z\"],\"member\":[{\"site\":\"dc1\","
		       "\"preference\":100,\"next-hop\":{\"blackhole\":true}}]}"),
		/* another case of a choice */
		"{\"frr-subnet-mover:subnet-mover\":{\"probe\":[{\"name\":\"p\","
		"\"icmp\":{\"target\":\"192.0.2.1\"}}]}}",
		"{\"frr-subnet-mover:subnet-mover\":{\"probe\":[{\"name\":\"p\","
		"\"tcp\":{\"target\":\"192.0.2.1\"}}]}}",
	};

	(void)open_model(NULL);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		for (size_t k = i; k < ARRAY_SIZE(texts); k++) {
			struct lyd_node *first = tree_of(texts[i]), *second = tree_of(texts[k]);

			seed = i * 1000 + k; /* a name for the pair */
			check_both_ways(first, second);
			lyd_free_all(first);
			lyd_free_all(second);
		}
}

/* Where users give the order the diff is libyang's, to the letter. */
static void test_user_ordered_is_left_to_libyang(void **state)
{
	static const char *const pairs[][2] = {
		{ "{\"ordered:first\":[\"x\",\"y\",\"z\"]}", "{\"ordered:first\":[\"z\",\"x\"]}" },
		{ "{}", "{\"ordered:first\":[\"x\"]}" },
		{ "{\"ordered:first\":[\"x\"]}", "{\"ordered:plain\":4}" },
		/* below something that is created */
		{ "{}", "{\"ordered:entry\":[{\"k\":\"a\",\"inner\":[\"x\",\"y\"]}]}" },
		{ "{}", "{\"ordered:entry\":[{\"k\":\"a\",\"box\":{\"inner\":[{\"k\":\"q\"}]}}]}" },
		/* after something else is in the result already */
		{ "{\"ordered:plain\":4,\"ordered:entry\":[{\"k\":\"a\",\"v\":\"1\"},"
		  "{\"k\":\"b\",\"box\":{\"inner\":[{\"k\":\"q\"},{\"k\":\"r\"}]}}]}",
		  "{\"ordered:plain\":5,\"ordered:entry\":[{\"k\":\"a\",\"v\":\"2\"},"
		  "{\"k\":\"b\",\"box\":{\"inner\":[{\"k\":\"r\"},{\"k\":\"q\"}]}}]}" },
	};

	(void)open_model(ordered);
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct lyd_node *first = tree_of(pairs[i][0]), *second = tree_of(pairs[i][1]);
		struct lyd_node *ours = NULL, *theirs = NULL;
		uint32_t print = LYD_PRINT_WITHSIBLINGS | LYD_PRINT_WD_ALL;
		char *our_text, *their_text;

		must(lyd_diff_siblings(first, second, LYD_DIFF_DEFAULTS, &ours));
		must(libyang_diff(first, second, LYD_DIFF_DEFAULTS, &theirs));
		must(lyd_print_mem(&our_text, ours, LYD_XML, print));
		must(lyd_print_mem(&their_text, theirs, LYD_XML, print));
		assert_string_equal(our_text, their_text);
		free(our_text);
		free(their_text);
		lyd_free_all(ours);
		lyd_free_all(theirs);
		check_both_ways(first, second);
		lyd_free_all(first);
		lyd_free_all(second);
	}
}

/* Otherwise libyang would be compared with itself. */
static void test_two_functions(void **state)
{
	assert_non_null(libyang_diff);
	assert_ptr_not_equal(libyang_diff, lyd_diff_siblings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_functions),
		cmocka_unit_test_teardown(test_pairs_by_hand, close_model),
		cmocka_unit_test_teardown(test_user_ordered_is_left_to_libyang, close_model),
		cmocka_unit_test_teardown(test_random_subnet_mover, close_model),
		cmocka_unit_test_teardown(test_random_shapes, close_model),
		cmocka_unit_test_teardown(test_random_user_ordered, close_model),
	};

	/* values are tried out, which is no reason to complain */
	(void)ly_log_options(LY_LOSTORE_LAST);
	*(void **)&libyang_diff = dlsym(RTLD_NEXT, "lyd_diff_siblings");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
