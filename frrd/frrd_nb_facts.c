// SPDX-License-Identifier: GPL-2.0-or-later
/* Northbound: a candidate configuration as plain facts; see frrd_nb_facts.h. */

#include <zebra.h>

#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_nb_facts.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_FACTS, "Configuration facts");

bool frrd_facts_refuse(struct facts *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintfrr(f->errmsg, f->size, fmt, ap);
	va_end(ap);
	return false;
}

static bool is(const struct lyd_node *dnode, const char *name)
{
	return strmatch(dnode->schema->name, name);
}

static unsigned long number(const struct lyd_node *dnode)
{
	return strtoul(lyd_get_value(dnode), NULL, 10);
}

static bool is_true(const struct lyd_node *dnode)
{
	return strmatch(lyd_get_value(dnode), "true");
}

static void read_site(struct facts *f, const struct lyd_node *dnode)
{
	struct fact_site *site;
	const struct lyd_node *child;

	if (f->site_count == array_size(f->sites))
		return;
	site = &f->sites[f->site_count++];
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (is(child, "name"))
			site->name = lyd_get_value(child);
		else if (is(child, "id"))
			site->id = number(child);
		else if (is(child, "witness"))
			site->witness = is_true(child);
		else if (is(child, "maintenance"))
			site->maintenance = is_true(child);
		else if (is(child, "beacon")) {
			site->beacon = lyd_get_value(child);
			(void)str2prefix(site->beacon, &site->beacon_prefix);
		}
	}
}

static void read_detection(struct fact_arbiter *a, const struct lyd_node *dnode)
{
	const struct lyd_node *child, *leaf;

	LY_LIST_FOR (lyd_child(dnode), child) {
		if (is(child, "hold-time")) {
			a->hold_time = number(child);
			a->bgp_only = "detection";
		}
		if (!is(child, "bfd"))
			continue;
		LY_LIST_FOR (lyd_child(child), leaf) {
			if (is(leaf, "interval"))
				a->bfd_interval = number(leaf);
			else if (is(leaf, "multiplier"))
				a->bfd_multiplier = number(leaf);
			if (!lyd_is_default(leaf))
				a->bgp_only = "detection";
		}
	}
}

static void read_arbiter(struct fact_arbiter *a, const struct lyd_node *dnode)
{
	const struct lyd_node *leaf;

	LY_LIST_FOR (lyd_child(dnode), leaf) {
		if (is(leaf, "type"))
			a->type = lyd_get_value(leaf);
		else if (is(leaf, "detection"))
			read_detection(a, leaf);
		if (leaf->schema->nodetype != LYS_LEAF || is(leaf, "type") || lyd_is_default(leaf))
			continue;
		if (is(leaf, "handover-timeout")) {
			a->handover_timeout = lyd_get_value(leaf);
			continue;
		}
		a->bgp_only = leaf->schema->name;
		if (is(leaf, "takeover-delay"))
			a->takeover_delay = number(leaf);
		else if (is(leaf, "stagger"))
			a->stagger = number(leaf);
		else if (is(leaf, "fence-delay"))
			a->fence_delay = number(leaf);
		else if (is(leaf, "settle-time"))
			a->settle_time = number(leaf);
		else if (is(leaf, "stale-retention"))
			a->stale_retention = number(leaf);
	}
}

/* What only the arbiter bgp does with a group; a container is named like a leaf. */
static void read_group_policy(struct fact_group *g, const struct lyd_node *dnode)
{
	const struct lyd_node *leaf;

	if (dnode->schema->nodetype == LYS_LEAF && !lyd_is_default(dnode))
		g->bgp_only = dnode->schema->name;
	LY_LIST_FOR (lyd_child(dnode), leaf)
		if (!lyd_is_default(leaf))
			g->bgp_only = dnode->schema->name;
}

static void read_attach(struct fact_group *g, const char *site, const struct lyd_node *dnode)
{
	struct fact_attach *attach;
	const struct lyd_node *child;

	g->attaches = XREALLOC(MTYPE_FRRD_FACTS, g->attaches,
			       (g->attach_count + 1) * sizeof(*g->attaches));
	attach = &g->attaches[g->attach_count++];
	*attach = (struct fact_attach){ .site = site };
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (is(child, "interface"))
			attach->ifname = lyd_get_value(child);
		else if (is(child, "duplicate-check"))
			attach->duplicate_check = is_true(child);
		if (!is(child, "address"))
			continue;
		attach->addresses = XREALLOC(MTYPE_FRRD_FACTS, attach->addresses,
					     (attach->address_count + 1) *
						     sizeof(*attach->addresses));
		memset(&attach->addresses[attach->address_count], 0, sizeof(struct prefix));
		(void)str2prefix(lyd_get_value(child),
				 &attach->addresses[attach->address_count++]);
	}
}

static void read_map(struct fact_group *g, struct fact_member *m, const struct lyd_node *dnode)
{
	const struct lyd_node *from = lyd_child(dnode), *to = from ? from->next : NULL;
	struct prefix from_p, to_p;

	g->has_maps = true;
	if (!to) {
		m->map_without_to = lyd_get_value(from);
		return;
	}
	memset(&from_p, 0, sizeof(from_p));
	memset(&to_p, 0, sizeof(to_p));
	(void)str2prefix(lyd_get_value(from), &from_p);
	(void)str2prefix(lyd_get_value(to), &to_p);
	frrd_map_lines_set(&m->maps, &from_p, &to_p);
}

static void read_member(struct fact_group *g, const struct lyd_node *dnode)
{
	struct fact_member *m;
	const struct lyd_node *child, *leaf;

	g->members = XREALLOC(MTYPE_FRRD_FACTS, g->members,
			      (g->member_count + 1) * sizeof(*g->members));
	m = &g->members[g->member_count++];
	memset(m, 0, sizeof(*m));
	frrd_maps_init(&m->maps);
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (is(child, "site"))
			m->site = lyd_get_value(child);
		if (is(child, "attach"))
			read_attach(g, m->site, child);
		if (is(child, "map"))
			read_map(g, m, child);
		if (!is(child, "next-hop"))
			continue;
		LY_LIST_FOR (lyd_child(child), leaf) {
			if (is(leaf, "ipv4-address"))
				m->ipv4 = lyd_get_value(leaf);
			else if (is(leaf, "ipv6-address"))
				m->ipv6 = lyd_get_value(leaf);
			else if (is(leaf, "interface"))
				m->ifname = lyd_get_value(leaf);
			else if (is(leaf, "blackhole"))
				m->blackhole = is_true(leaf);
		}
	}
}

static void read_group(struct facts *f, const struct lyd_node *dnode, bool count)
{
	struct fact_group *g = XCALLOC(MTYPE_FRRD_FACTS, sizeof(*g));
	const struct lyd_node *child;

	g->dnode = dnode;
	fact_groups_add_tail(f->groups, g);
	LY_LIST_FOR (lyd_child(dnode), child) {
		/* by far the most frequent first */
		if (is(child, "prefix")) {
			if (count)
				g->prefixes[strchr(lyd_get_value(lyd_child(child)), ':') ? 1 : 0]++;
		} else if (is(child, "name"))
			g->name = lyd_get_value(child);
		else if (is(child, "id"))
			g->id = number(child);
		else if (is(child, "prefix-list"))
			g->has_plist = true;
		else if (is(child, "hook"))
			g->has_hooks = true;
		else if (is(child, "address-change"))
			g->address = child;
		else if (is(child, "handover"))
			g->make_before_break = strmatch(lyd_get_value(child), "make-before-break");
		else if (is(child, "allow-more-specific"))
			g->allow_more_specific = is_true(child);
		else if (is(child, "member"))
			read_member(g, child);
		else if (is(child, "auto-failover") || is(child, "failback") ||
			 is(child, "damping") || is(child, "when-no-successor"))
			read_group_policy(g, child);
	}
}

/* Of tracks the prefixes are remembered, for there are few of them. */
static void index_track(struct facts *f, const struct lyd_node *dnode)
{
	const struct lyd_node *child;
	struct prefix p;

	if (!f->track_index[0]) {
		f->track_index[0] = route_table_init();
		f->track_index[1] = route_table_init();
	}
	LY_LIST_FOR (lyd_child(dnode), child) {
		struct route_node *rn;

		if (!is(child, "prefix"))
			continue;
		(void)str2prefix(lyd_get_value(child), &p);
		rn = route_node_get(f->track_index[p.family == AF_INET6], &p);
		if (rn->info)
			route_unlock_node(rn);
		else
			rn->info = (void *)lyd_get_value(lyd_child(dnode));
	}
}

void frrd_facts_read(struct facts *f, const struct lyd_node *root, bool count)
{
	const struct lyd_node *child;

	memset(f, 0, sizeof(*f));
	fact_groups_init(f->groups);
	f->root = root;
	f->counted = count;
	/* the node of a default may be missing */
	f->route_table = FRRD_DEFAULT_ROUTE_TABLE;
	f->arbiter = (struct fact_arbiter){
		.takeover_delay = FRRD_DEFAULT_TAKEOVER_DELAY_MS,
		.stagger = FRRD_DEFAULT_STAGGER_MS,
		.fence_delay = FRRD_DEFAULT_FENCE_DELAY_MS,
		.settle_time = FRRD_DEFAULT_SETTLE_TIME_MS,
		.stale_retention = FRRD_DEFAULT_STALE_RETENTION_MS,
		.bfd_interval = FRRD_DEFAULT_BFD_INTERVAL_MS,
		.bfd_multiplier = FRRD_DEFAULT_BFD_MULTIPLIER,
	};
	LY_LIST_FOR (lyd_child(root), child) {
		if (is(child, "local-site"))
			f->local_site = lyd_get_value(child);
		else if (is(child, "marker-range")) {
			f->marker_range = lyd_get_value(child);
			(void)str2prefix(f->marker_range, &f->range);
		}
		else if (is(child, "route-table"))
			f->route_table = number(child);
		else if (is(child, "site"))
			read_site(f, child);
		else if (is(child, "group"))
			read_group(f, child, count);
		else if (is(child, "arbiter"))
			read_arbiter(&f->arbiter, child);
		else if (is(child, "track"))
			index_track(f, child);
	}
}

static void free_member(struct fact_member *m)
{
	frrd_map_lines_clear(&m->maps);
	frrd_maps_fini(&m->maps);
	for (int i = 0; i < 2; i++)
		if (m->announced[i])
			route_table_finish(m->announced[i]);
}

void frrd_facts_free(struct facts *f)
{
	struct fact_group *g;

	for (int i = 0; i < 2; i++) {
		if (f->index[i])
			route_table_finish(f->index[i]);
		if (f->track_index[i])
			route_table_finish(f->track_index[i]);
	}
	while ((g = fact_groups_pop(f->groups))) {
		for (size_t i = 0; i < g->attach_count; i++)
			XFREE(MTYPE_FRRD_FACTS, g->attaches[i].addresses);
		for (size_t i = 0; i < g->member_count; i++)
			free_member(&g->members[i]);
		for (int i = 0; i < 2; i++)
			if (g->lines[i])
				route_table_finish(g->lines[i]);
		XFREE(MTYPE_FRRD_FACTS, g->attaches);
		XFREE(MTYPE_FRRD_FACTS, g->members);
		XFREE(MTYPE_FRRD_FACTS, g);
	}
	fact_groups_fini(f->groups);
}

struct fact_site *frrd_facts_site(struct facts *f, const char *name)
{
	for (size_t i = 0; name && i < f->site_count; i++)
		if (strmatch(f->sites[i].name, name))
			return &f->sites[i];
	return NULL;
}
