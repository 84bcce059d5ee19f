// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: the rules for prefixes; see frrd_nb_check.h.
 *
 * No two groups have the same prefix, and one that lies within a prefix of
 * another group needs that group's permission.  An index by address tells what
 * contains a prefix and what it contains.
 *
 * Whole candidates are checked once a transaction.  While lines are read the index is
 * kept up to date (frrd_nb_lines.c): tens of thousands of them are then one transaction,
 * and it cannot fail.
 */

#include <zebra.h>

#include "frrd/frrd_config.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#include "frrd/frrd_nb_facts.h"

#define refuse frrd_facts_refuse

/* Two names, a prefix, and words; see frrd_facts_whose(). */
#define WHOSE_SIZE (2 * FRRD_NAME_SIZE + PREFIX_STRLEN + 32)

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
	struct route_node *rn = route_node_get(f->index[frrd_facts_family(p)], p);
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

bool frrd_index_add_image(struct facts *f, struct fact_group *g, const struct prefix *image)
{
	return !f->index[0] || index_add_one(f, g, image);
}

static bool add_image(struct facts *f, struct fact_group *g, const struct fact_image *image)
{
	return index_add_one(f, g, image->prefix);
}

bool frrd_index_add(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	return !f->index[0] ||
	       (index_add_one(f, g, p) && frrd_facts_images(f, g, p, add_image));
}

void frrd_index_del_image(struct facts *f, const struct prefix *p)
{
	struct route_node *rn = f->index[0] ? route_node_lookup(f->index[frrd_facts_family(p)], p) : NULL;

	if (!rn)
		return;
	if (route_node_get_lock_count(rn) == 2) /* the last one, and ours */
		rn->info = NULL;
	route_unlock_node(rn);
	route_unlock_node(rn);
}

static bool del_image(struct facts *f, struct fact_group *g, const struct fact_image *image)
{
	frrd_index_del_image(f, image->prefix);
	return true;
}

void frrd_index_del(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	if (!f->index[0])
		return;
	frrd_index_del_image(f, p);
	(void)frrd_facts_images(f, g, p, del_image);
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
				if (!frrd_index_add(f, g, &p))
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

bool frrd_index_need(struct facts *f, const struct fact_group *mine)
{
	struct fact_group *g;

	if (f->index[0])
		return true;
	frr_each (fact_groups, f->groups, g)
		if (g != mine && (g->prefixes[0] || g->prefixes[1]))
			return index_make(f);
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

