// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: address change.  Configuration callbacks, which store and mark (see
 * frrd_nb_config.c), and the rules for map lines (see frrd_nb_check.h).
 */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_map_route.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_facts.h"

#define refuse frrd_facts_refuse

/* --- callbacks ------------------------------------------------------------ */

static const char *key_of(const struct lyd_node *dnode, const char *list)
{
	return lyd_get_value(lyd_child(yang_dnode_get_parent(dnode, list)));
}

/* The member around a node; its group is marked. */
static struct frrd_member *member_of(const struct lyd_node *dnode)
{
	struct frrd_grp *grp = frrd_grp_find(key_of(dnode, "group"));
	struct frrd_member *member = grp ? frrd_member_find(grp, key_of(dnode, "member")) : NULL;

	assert(member);
	grp->maps_dirty = true;
	frrd_engine_touch(grp);
	return member;
}

static void from_of(const struct lyd_node *dnode, struct prefix *ret_from)
{
	memset(ret_from, 0, sizeof(*ret_from));
	(void)str2prefix(key_of(dnode, "map"), ret_from);
}

/* The entry comes with what it maps to, see below. */
int frrd_nb_map_create(struct nb_cb_create_args *args)
{
	return NB_OK;
}

int frrd_nb_map_destroy(struct nb_cb_destroy_args *args)
{
	struct prefix from;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	from_of(args->dnode, &from);
	frrd_map_del(member_of(args->dnode), &from);
	return NB_OK;
}

int frrd_nb_map_to_modify(struct nb_cb_modify_args *args)
{
	struct prefix from, to;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	from_of(args->dnode, &from);
	memset(&to, 0, sizeof(to));
	(void)str2prefix(lyd_get_value(args->dnode), &to);
	frrd_map_set(member_of(args->dnode), &from, &to);
	return NB_OK;
}

/* Not alone: an entry without it is refused. */
int frrd_nb_map_to_destroy(struct nb_cb_destroy_args *args)
{
	return NB_OK;
}

/* --- from prefix lines to routes ------------------------------------------ */

/* Of the children of a group, those behind the prefix lines are few. */
static bool has_maps(const struct lyd_node *prefix)
{
	const struct lyd_node *node = lyd_child(lyd_parent(prefix)), *child;

	for (node = node->prev; !strmatch(node->schema->name, "prefix"); node = node->prev)
		if (strmatch(node->schema->name, "member"))
			LY_LIST_FOR (lyd_child(node), child)
				if (strmatch(child->schema->name, "map"))
					return true;
	return false;
}

bool frrd_nb_map_reads_anew(struct frrd_grp *grp, const struct lyd_node *dnode)
{
	const struct lyd_node *prefix = yang_dnode_get_parent(dnode, "prefix");

	if (!grp->maps_dirty)
		grp->maps_dirty = frrd_map_used(grp) || has_maps(prefix);
	return grp->maps_dirty;
}

void frrd_nb_map_all_dirty(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (frrd_map_used(grp))
			grp->maps_dirty = true;
}

static void use_image(struct frrd_grp *grp, const struct frrd_image *image, void *arg)
{
	if (!frrd_map_route_put(grp, image, NULL))
		frrd_nb_waiting_add(grp->name, image);
}

static void read_anew(struct frrd_grp *grp, const struct lyd_node *root)
{
	const struct lyd_node *dnode = yang_dnode_getf(root, "./group[name='%s']", grp->name);
	const struct lyd_node *child;
	struct prefix p;

	frrd_nb_waiting_forget(grp->name, NULL);
	frrd_map_routes_begin(grp);
	LY_LIST_FOR (dnode ? lyd_child(dnode) : NULL, child)
		if (strmatch(child->schema->name, "prefix")) {
			(void)str2prefix(lyd_get_value(lyd_child(child)), &p);
			frrd_map_images(grp, &p, FRRD_SOURCE_PREFIX, use_image, NULL);
		}
	frrd_map_routes_end(grp, FRRD_SOURCE_PREFIX);
}

void frrd_nb_map_finish(const struct lyd_node *root)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		if (grp->maps_dirty && !grp->removed)
			read_anew(grp, root);
		grp->maps_dirty = false;
	}
}

/* --- rules ---------------------------------------------------------------- */

bool frrd_facts_images(struct facts *f, struct fact_group *g, const struct prefix *p,
		       bool (*rule)(struct facts *f, struct fact_group *g,
				    const struct fact_image *image))
{
	struct fact_image image = { .original = p };
	struct prefix announced;

	image.prefix = &announced;
	for (size_t i = 0; g->has_maps && i < g->member_count; i++) {
		image.member = &g->members[i];
		frrd_map_lines_apply(&g->members[i].maps, p, &announced);
		if (!prefix_same(&announced, p) && !rule(f, g, &image))
			return false;
	}
	return true;
}

void frrd_facts_announced(const struct fact_group *g, const char *site, const struct prefix *p,
			  struct prefix *ret_prefix)
{
	prefix_copy(ret_prefix, p);
	for (size_t i = 0; g->has_maps && i < g->member_count; i++)
		if (strmatch(g->members[i].site, site))
			frrd_map_lines_apply(&g->members[i].maps, p, ret_prefix);
}

/* The prefix of the group, other than `but` (may be NULL), that the member announces as p. */
static bool original_of(const struct fact_group *g, const struct fact_member *m,
			const struct prefix *p, const struct prefix *but,
			struct prefix *ret_original)
{
	const struct lyd_node *child;
	struct prefix image;

	if (g->coming && !(but && prefix_same(g->coming, but))) {
		prefix_copy(ret_original, g->coming);
		frrd_map_lines_apply(&m->maps, ret_original, &image);
		if (prefix_same(&image, p))
			return true;
	}
	LY_LIST_FOR (lyd_child(g->dnode), child) {
		if (!strmatch(child->schema->name, "prefix"))
			continue;
		(void)str2prefix(lyd_get_value(lyd_child(child)), ret_original);
		frrd_map_lines_apply(&m->maps, ret_original, &image);
		if (prefix_same(&image, p) && !(but && prefix_same(ret_original, but)))
			return true;
	}
	return false;
}

static bool has_line(const struct fact_group *g, const struct prefix *p)
{
	char xpath[PREFIX_STRLEN + 32];

	if (g->coming && prefix_same(g->coming, p))
		return true;
	snprintfrr(xpath, sizeof(xpath), "./prefix[prefix='%pFX']", p);
	return yang_dnode_exists(g->dnode, xpath);
}

bool frrd_facts_announces(const struct fact_group *g, const char *site, const struct prefix *p)
{
	struct prefix original;

	for (size_t i = 0; g->has_maps && i < g->member_count; i++)
		if (strmatch(g->members[i].site, site) && frrd_maps_count(&g->members[i].maps))
			return original_of(g, &g->members[i], p, NULL, &original);
	return has_line(g, p);
}

const char *frrd_facts_whose(const struct fact_group *g, const struct prefix *p, char *buf,
			     size_t size)
{
	struct prefix original;

	strlcpy(buf, g->name, size);
	if (!g->has_maps || has_line(g, p))
		return buf;
	for (size_t i = 0; i < g->member_count; i++)
		if (original_of(g, &g->members[i], p, NULL, &original)) {
			snprintfrr(buf, size, "%s (at site %s in place of %pFX)", g->name,
				   g->members[i].site, &original);
			break;
		}
	return buf;
}

static bool line_ok(struct facts *f, const struct fact_group *g, const struct fact_member *m,
		    const struct frrd_map *map)
{
	if (map->from.family != map->to.family)
		return refuse(f, "group %s site %s: %pFX cannot be mapped to %pFX: they are of different address families",
			      g->name, m->site, &map->from, &map->to);
	if (map->from.prefixlen != map->to.prefixlen)
		return refuse(f, "group %s site %s: %pFX cannot be mapped to %pFX: they have different lengths",
			      g->name, m->site, &map->from, &map->to);
	if (frrd_rule_bad_address(&map->to))
		return refuse(f, "group %s site %s: %pFX cannot be mapped to %pFX, which are no addresses of hosts",
			      g->name, m->site, &map->from, &map->to);
	return true;
}

/*
 * Nor may one take the place of another one that gives it away: an address there would be
 * an old and a new one, and the lines could be read from a file in one order only, or in
 * none.
 */
static bool has_own_place(struct facts *f, const struct fact_group *g, struct fact_member *m,
			  const struct prefix *p, const struct prefix *image)
{
	struct prefix other;
	struct route_node *rn;
	bool taken;

	if (prefix_same(image, p))
		return true;
	frrd_map_lines_apply(&m->maps, image, &other);
	if (!prefix_same(&other, image) && has_line(g, image))
		return refuse(f, "group %s site %s: %pFX cannot be mapped to %pFX, which is a prefix of the group as well",
			      g->name, m->site, p, image);
	/* The other way round, when p is a line that comes. */
	rn = route_node_lookup(m->announced[frrd_facts_family(p)], p);
	if (!rn)
		return true;
	taken = rn->info && original_of(g, m, p, p, &other);
	route_unlock_node(rn);
	return !taken || refuse(f, "group %s site %s: %pFX cannot be mapped to %pFX, which is a prefix of the group as well",
				g->name, m->site, &other, p);
}

/* Two prefixes of the group may not become one at a site. */
static bool announced_once(struct facts *f, struct fact_group *g, struct fact_member *m,
			   const struct prefix *p)
{
	struct prefix image, other;
	struct route_node *rn;

	if (!m->announced[0]) {
		m->announced[0] = route_table_init();
		m->announced[1] = route_table_init();
	}
	frrd_map_lines_apply(&m->maps, p, &image);
	if (!has_own_place(f, g, m, p, &image))
		return false;
	rn = route_node_get(m->announced[frrd_facts_family(p)], &image);
	if (!rn->info) {
		rn->info = m;
		return true;
	}
	route_unlock_node(rn);
	if (!original_of(g, m, &image, p, &other))
		prefix_copy(&other, &image);
	return refuse(f, "group %s site %s: %pFX and %pFX would both be announced as %pFX",
		      g->name, m->site, p, &other, &image);
}

static struct frrd_map *covering(struct fact_member *m, const struct prefix *p, int longest)
{
	return (struct frrd_map *)frrd_map_lines_covering(&m->maps, p, longest);
}

static bool look_at(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	for (size_t i = 0; i < g->member_count; i++) {
		struct fact_member *m = &g->members[i];

		if (!frrd_maps_count(&m->maps))
			continue;
		for (struct frrd_map *map = covering(m, p, p->prefixlen); map;
		     map = covering(m, p, map->from.prefixlen - 1))
			map->covers++;
		if (!announced_once(f, g, m, p))
			return false;
	}
	return true;
}

/* Look at all prefix lines of the group, once. */
static bool look_at_all(struct facts *f, struct fact_group *g)
{
	const struct lyd_node *child;
	struct prefix p;

	if (g->maps_ready)
		return true;
	g->maps_ready = true;
	LY_LIST_FOR (lyd_child(g->dnode), child)
		if (strmatch(child->schema->name, "prefix")) {
			(void)str2prefix(lyd_get_value(lyd_child(child)), &p);
			if (!look_at(f, g, &p))
				return false;
		}
	return true;
}

/*
 * A map line that covers no prefix of the group; NULL: none.  Which prefixes a prefix-list
 * brings is not known here; preflight looks at these.
 */
static struct frrd_map *useless_line(struct facts *f, const struct fact_group *g,
				     const struct fact_member **ret_member)
{
	struct frrd_map *map;

	if (g->has_plist || !(g->prefixes[0] + g->prefixes[1]))
		return NULL;
	for (size_t i = 0; i < g->member_count; i++)
		frr_each (frrd_maps, &g->members[i].maps, map) {
			if (map->covers)
				continue;
			(void)refuse(f, "group %s site %s: `map %pFX %pFX` covers no prefix of the group",
				     g->name, g->members[i].site, &map->from, &map->to);
			*ret_member = &g->members[i];
			return map;
		}
	return NULL;
}

static bool lines_useful(struct facts *f, const struct fact_group *g)
{
	const struct fact_member *m;

	return !useless_line(f, g, &m);
}

bool frrd_facts_useless_map(struct facts *f, char *ret_xpath, size_t size)
{
	const struct fact_member *m;
	struct fact_group *g;
	struct frrd_map *map;

	frr_each (fact_groups, f->groups, g) {
		if (!g->has_maps || !look_at_all(f, g))
			continue;
		map = useless_line(f, g, &m);
		if (!map)
			continue;
		map->covers = 1; /* as good as gone */
		snprintfrr(ret_xpath, size, "%s/group[name='%s']/member[site='%s']/map[from='%pFX']",
			   FRRD_NB_ROOT, g->name, m->site, &map->from);
		return true;
	}
	return false;
}

static bool rule_group(struct facts *f, struct fact_group *g)
{
	struct frrd_map *map;

	for (size_t i = 0; i < g->member_count; i++) {
		if (g->members[i].map_without_to)
			return refuse(f, "group %s site %s: `map %s` does not say what it is mapped to",
				      g->name, g->members[i].site, g->members[i].map_without_to);
		frr_each (frrd_maps, &g->members[i].maps, map)
			if (!line_ok(f, g, &g->members[i], map))
				return false;
	}
	return look_at_all(f, g) && lines_useful(f, g);
}

bool frrd_rule_maps(struct facts *f)
{
	struct fact_group *g;

	frr_each (fact_groups, f->groups, g)
		if (g->has_maps && !rule_group(f, g))
			return false;
	return true;
}

/* --- prefix lines, one by one --------------------------------------------- */

/* Remember a prefix line, or forget it, where lines of this group are remembered. */
static void line_add(struct fact_group *g, const struct prefix *p)
{
	struct route_node *rn;

	if (!g->lines[0])
		return;
	rn = route_node_get(g->lines[frrd_facts_family(p)], p);
	if (rn->info)
		route_unlock_node(rn);
	rn->info = g;
}

static void line_del(struct fact_group *g, const struct prefix *p)
{
	struct route_node *rn = g->lines[0] ? route_node_lookup(g->lines[frrd_facts_family(p)], p) : NULL;

	if (!rn)
		return;
	rn->info = NULL;
	route_unlock_node(rn);
	route_unlock_node(rn);
}

bool frrd_rule_map_add(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	if (g->has_maps && !(look_at_all(f, g) && look_at(f, g, p)))
		return false;
	line_add(g, p);
	return true;
}

static void forget(struct fact_member *m, const struct prefix *p)
{
	struct prefix image;
	struct route_node *rn;

	frrd_map_lines_apply(&m->maps, p, &image);
	rn = m->announced[0] ? route_node_lookup(m->announced[frrd_facts_family(p)], &image) : NULL;
	if (!rn)
		return;
	rn->info = NULL;
	route_unlock_node(rn);
	route_unlock_node(rn);
}

bool frrd_rule_map_del(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	uint32_t left = g->prefixes[0] + g->prefixes[1] - 1;

	line_del(g, p);
	if (!g->has_maps)
		return true;
	if (!look_at_all(f, g))
		return false;
	for (size_t i = 0; i < g->member_count; i++) {
		struct fact_member *m = &g->members[i];

		for (struct frrd_map *map = covering(m, p, p->prefixlen); map;
		     map = covering(m, p, map->from.prefixlen - 1)) {
			if (!--map->covers && left && !g->has_plist)
				return refuse(f, "group %s site %s: `map %pFX %pFX` would cover no prefix of the group any more; remove it first",
					      g->name, m->site, &map->from, &map->to);
		}
		if (frrd_maps_count(&m->maps))
			forget(m, p);
	}
	return true;
}

/* --- map lines, one by one ------------------------------------------------- */

static void lines_need(struct fact_group *g)
{
	const struct lyd_node *child;
	struct prefix p;

	if (g->lines[0])
		return;
	g->lines[0] = route_table_init();
	g->lines[1] = route_table_init();
	LY_LIST_FOR (lyd_child(g->dnode), child)
		if (strmatch(child->schema->name, "prefix")) {
			(void)str2prefix(lyd_get_value(lyd_child(child)), &p);
			line_add(g, &p);
		}
}

/* What a map line changes: the prefix lines that lie within its FROM. */
struct change {
	struct facts *f;
	struct fact_group *g;
	struct fact_member *m;
	const struct prefix *from, *to;
	bool first; /* of the member: it announces the prefixes themselves until now */
	uint32_t count;
};

/* What the member announces for these comes from another line now. */
static void within_leaves(struct change *c, const struct prefix *p)
{
	struct prefix image;

	frrd_map_lines_apply(&c->m->maps, p, &image);
	if (!prefix_same(&image, p))
		frrd_index_del_image(c->f, &image);
	forget(c->m, p);
	c->count++;
}

static bool within_comes(struct change *c, const struct prefix *p)
{
	struct prefix announced;
	struct fact_image image = { .member = c->m, .original = p, .prefix = &announced };

	frrd_map_lines_apply(&c->m->maps, p, &announced);
	if (!announced_once(c->f, c->g, c->m, p) || !frrd_rule_prefix_unshadowed(c->f, c->g, p))
		return false;
	return prefix_same(&announced, p) || (frrd_rule_image_apart(c->f, c->g, &image) &&
					      frrd_index_add_image(c->f, c->g, &announced));
}

/* Of the first line of a member, the others stay what they are, and are remembered. */
static bool others_stay(struct change *c)
{
	const struct lyd_node *child;
	struct prefix p;

	LY_LIST_FOR (lyd_child(c->g->dnode), child) {
		if (!strmatch(child->schema->name, "prefix"))
			continue;
		(void)str2prefix(lyd_get_value(lyd_child(child)), &p);
		if (!prefix_match(c->from, &p) && !announced_once(c->f, c->g, c->m, &p))
			return false;
	}
	return true;
}

/* All leave before the first one comes: one may become what another one was until now. */
static bool change_map(struct change *c)
{
	struct route_table *lines = c->g->lines[frrd_facts_family(c->from)];
	struct route_node *top = route_node_get(lines, c->from), *rn;
	bool ok = true;

	for (rn = route_lock_node(top); rn; rn = route_next_until(rn, top))
		if (rn->info)
			within_leaves(c, &rn->p);
	frrd_map_lines_set(&c->m->maps, c->from, c->to);
	covering(c->m, c->from, c->from->prefixlen)->covers = c->count;
	c->g->has_maps = true;
	for (rn = route_lock_node(top); rn; rn = route_next_until(rn, top))
		if (rn->info && !within_comes(c, &rn->p)) {
			ok = false;
			route_unlock_node(rn);
			break;
		}
	route_unlock_node(top);
	return ok && (!c->first || others_stay(c));
}

bool frrd_rule_map_line(struct facts *f, struct fact_group *g, struct fact_member *m,
			const struct prefix *from, const struct prefix *to)
{
	const struct frrd_map line = { .from = *from, .to = *to };
	struct change change = { .f = f, .g = g, .m = m, .from = from, .to = to };

	if (m->map_without_to || !line_ok(f, g, m, &line) || !frrd_index_need(f, g) ||
	    !look_at_all(f, g))
		return false;
	change.first = !frrd_maps_count(&m->maps);
	lines_need(g);
	return change_map(&change) &&
	       (change.count || g->has_plist || !(g->prefixes[0] + g->prefixes[1])) &&
	       frrd_rule_group_address(f, g);
}
