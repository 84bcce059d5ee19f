// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: the rules for prefixes; see frrd_nb_check.h.
 *
 * No two groups have the same prefix, and one that lies within a prefix of
 * another group needs that group's permission.  An index by address tells what
 * contains a prefix and what it contains.
 *
 * Whole candidates are checked once a transaction.  Single lines are checked
 * against an index that lives as long as nothing but prefix lines comes: tens of
 * thousands of them are then one transaction, and it cannot fail.
 */

#include <zebra.h>

#include "frrd/frrd_config.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#include "frrd/frrd_nb_facts.h"

#define refuse frrd_facts_refuse

/* Two names, a prefix, and words; see frrd_facts_whose(). */
#define WHOSE_SIZE (2 * FRRD_NAME_SIZE + PREFIX_STRLEN + 32)

static int family_of(const struct prefix *p)
{
	return p->family == AF_INET ? 0 : 1;
}

static bool had_prefix(const struct fact_group *g, const struct prefix *p)
{
	const struct frrd_route *route = frrd_route_find(p);
	char xpath[XPATH_MAXLEN];

	if (route && route->original && strmatch(route->grp->name, g->name))
		return true; /* by address change */
	snprintfrr(xpath, sizeof(xpath), "%s/group[name='%s']/prefix[prefix='%pFX']",
		   FRRD_NB_ROOT, g->name, p);
	return yang_dnode_exists(running_config->dnode, xpath);
}

/* The same prefix in two groups. Which of them is new? The other one is to blame. */
static bool refuse_twice(struct facts *f, const struct prefix *p, const struct fact_group *a,
			 const struct fact_group *b)
{
	char whose[2][WHOSE_SIZE];

	if (had_prefix(a, p) && !had_prefix(b, p)) {
		const struct fact_group *swap = a;

		a = b;
		b = swap;
	}
	return refuse(f, "prefix %pFX of group %s is in group %s already", p,
		      frrd_facts_whose(a, p, whose[0], sizeof(whose[0])),
		      frrd_facts_whose(b, p, whose[1], sizeof(whose[1])));
}

/* A prefix of one group within a prefix of another. */
static bool refuse_within(struct facts *f, const struct route_node *inner,
			  const struct route_node *outer)
{
	const struct fact_group *g = inner->info, *h = outer->info;
	char whose[2][WHOSE_SIZE];

	return refuse(f, "prefix %pFX of group %s lies within prefix %pFX of group %s; `allow-more-specific` in group %s permits that",
		      &inner->p, frrd_facts_whose(g, &inner->p, whose[0], sizeof(whose[0])),
		      &outer->p, frrd_facts_whose(h, &outer->p, whose[1], sizeof(whose[1])),
		      g->name);
}

static bool nests_ok(struct facts *f, struct route_node *rn)
{
	struct fact_group *g = rn->info;
	struct route_node *other;
	bool ok = true;

	for (other = rn->parent; other && !g->allow_more_specific; other = other->parent)
		if (other->info && other->info != g)
			return refuse_within(f, rn, other);

	route_lock_node(rn);
	for (other = route_next_until(rn, rn); other; other = route_next_until(other, rn)) {
		struct fact_group *h = other->info;

		if (h && h != g && !h->allow_more_specific) {
			ok = refuse_within(f, other, rn);
			route_unlock_node(other);
			break;
		}
	}
	return ok;
}

/* Put a prefix into the index, or say why not and leave the index as it is. */
static bool index_add_one(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	struct route_node *rn = route_node_get(f->index[family_of(p)], p);
	struct fact_group *owner = rn->info;

	if (owner == g && g->has_maps)
		return true; /* locked once more */
	if (owner) {
		route_unlock_node(rn);
		return owner == g || refuse_twice(f, p, g, owner);
	}
	rn->info = g;
	if (nests_ok(f, rn))
		return true;
	rn->info = NULL;
	route_unlock_node(rn);
	return false;
}

static bool index_add_image(struct facts *f, struct fact_group *g, const struct fact_image *image)
{
	return index_add_one(f, g, image->prefix);
}

static bool index_add(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	return index_add_one(f, g, p) && frrd_facts_images(f, g, p, index_add_image);
}

static void index_del_one(struct facts *f, const struct prefix *p)
{
	struct route_node *rn = route_node_lookup(f->index[family_of(p)], p);

	if (!rn)
		return;
	if (route_node_get_lock_count(rn) == 2) /* the last one, and ours */
		rn->info = NULL;
	route_unlock_node(rn);
	route_unlock_node(rn);
}

static bool index_del_image(struct facts *f, struct fact_group *g, const struct fact_image *image)
{
	index_del_one(f, image->prefix);
	return true;
}

static void index_del(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	if (!f->index[0])
		return;
	index_del_one(f, p);
	(void)frrd_facts_images(f, g, p, index_del_image);
}

static bool index_make(struct facts *f)
{
	struct fact_group *g;
	const struct lyd_node *child;
	struct prefix p;

	f->index[0] = route_table_init();
	f->index[1] = route_table_init();
	frr_each (fact_groups, f->groups, g)
		LY_LIST_FOR (lyd_child(g->dnode), child)
			if (strmatch(child->schema->name, "prefix")) {
				(void)str2prefix(lyd_get_value(lyd_child(child)), &p);
				if (!index_add(f, g, &p))
					return false;
			}
	return true;
}

/* Prefixes conflict only between groups: with one group there is nothing to look at. */
bool frrd_rule_prefixes(struct facts *f)
{
	struct fact_group *g;
	int groups = 0;

	if (!frrd_rule_prefixes_apart(f))
		return false;
	frr_each (fact_groups, f->groups, g)
		groups += g->prefixes[0] || g->prefixes[1];
	return groups < 2 || index_make(f);
}

/* --- line by line --------------------------------------------------------- */

/* Facts about the candidate that prefix lines go to. */
static struct facts lines;
static const struct nb_config *lines_candidate; /* NULL: no facts */

void frrd_check_index_drop(void)
{
	if (lines_candidate)
		frrd_facts_free(&lines);
	lines_candidate = NULL;
}

/* Find the group in the candidate's facts; makes these when needed. */
static struct fact_group *lines_group(const struct nb_config *candidate, const char *group,
				      char *errmsg, size_t size)
{
	const struct lyd_node *root;
	struct fact_group *g;

	if (lines_candidate != candidate) {
		frrd_check_index_drop();
		root = yang_dnode_get(candidate->dnode, FRRD_NB_ROOT);
		if (root) {
			frrd_facts_read(&lines, root, true);
			lines_candidate = candidate;
		}
	}
	lines.errmsg = errmsg;
	lines.size = size;
	if (lines_candidate)
		frr_each (fact_groups, lines.groups, g)
			if (strmatch(g->name, group))
				return g;
	(void)refuse(&lines, "there is no group %s", group);
	return NULL;
}

/* The index is needed as soon as another group has prefixes, too. */
static bool lines_index(const struct fact_group *mine)
{
	struct fact_group *g;

	if (lines.index[0])
		return true;
	frr_each (fact_groups, lines.groups, g)
		if (g != mine && (g->prefixes[0] || g->prefixes[1])) {
			if (index_make(&lines))
				return true;
			frrd_check_index_drop();
			return false;
		}
	return true;
}

bool frrd_check_prefix_add(const struct nb_config *candidate, const char *group,
			   const struct prefix *p, char *errmsg, size_t size)
{
	struct fact_group *g = lines_group(candidate, group, errmsg, size);
	uint32_t counts[2];

	if (!g)
		return false;
	counts[0] = g->prefixes[0];
	counts[1] = g->prefixes[1];
	counts[family_of(p)]++;
	if (!frrd_rule_prefix_apart(&lines, "group", g->name, p) ||
	    !frrd_rule_images_apart(&lines, g, p) || !frrd_rule_families(&lines, g, counts) ||
	    !frrd_rule_prefix_unshadowed(&lines, g, p) || !lines_index(g))
		return false;
	if (!frrd_rule_map_add(&lines, g, p) ||
	    (lines.index[0] && !index_add(&lines, g, p))) {
		if (g->has_maps)
			frrd_check_index_drop();
		return false;
	}
	g->prefixes[family_of(p)]++;
	return true;
}

bool frrd_check_prefix_del(const struct nb_config *candidate, const char *group,
			   const struct prefix *p, char *errmsg, size_t size)
{
	struct fact_group *g = lines_group(candidate, group, errmsg, size);
	uint32_t counts[2];

	if (!g)
		return false;
	counts[0] = g->prefixes[0];
	counts[1] = g->prefixes[1];
	counts[family_of(p)]--;
	if (!frrd_rule_families(&lines, g, counts))
		return false;
	if (!frrd_rule_map_del(&lines, g, p)) {
		frrd_check_index_drop();
		return false;
	}
	g->prefixes[family_of(p)]--;
	index_del(&lines, g, p);
	return true;
}

bool frrd_check_host_bits(const char *what, const struct prefix *p, char *errmsg, size_t size)
{
	struct prefix masked;

	prefix_copy(&masked, p);
	apply_mask(&masked);
	if (prefix_same(&masked, p))
		return true;
	snprintfrr(errmsg, size, "%s %pFX has host bits set; did you mean %pFX?", what, p,
		   &masked);
	return false;
}

