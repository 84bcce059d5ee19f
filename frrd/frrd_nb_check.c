// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: the rules for a configuration; see frrd_nb_check.h.
 *
 * A candidate is read into plain facts first (one walk over the tree), then the
 * rules are asked one after the other.  Those for prefixes are in
 * frrd_nb_prefix.c.
 */

#include <zebra.h>

#include "log.h"
#include "memory.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#include "frrd/frrd_nb_facts.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_CHECK, "Configuration check");

/* A marker's address is range + kind (3 bits) | site id (4 bits) | group id. */
#define MARKER_KIND_SITE_BITS 7
#define MARKER_MIN_BITS	      8

static const char *const family_name[] = { "IPv4", "IPv6" };

#define refuse frrd_facts_refuse

bool frrd_facts_refuse(struct facts *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintfrr(f->errmsg, f->size, fmt, ap);
	va_end(ap);
	return false;
}

/* --- facts ---------------------------------------------------------------- */

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
	}
}

static void read_member(struct fact_group *g, const struct lyd_node *dnode)
{
	struct fact_member *m;
	const struct lyd_node *child, *leaf;

	g->members = XREALLOC(MTYPE_FRRD_CHECK, g->members,
			      (g->member_count + 1) * sizeof(*g->members));
	m = &g->members[g->member_count++];
	memset(m, 0, sizeof(*m));
	LY_LIST_FOR (lyd_child(dnode), child) {
		if (is(child, "site"))
			m->site = lyd_get_value(child);
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
	struct fact_group *g = XCALLOC(MTYPE_FRRD_CHECK, sizeof(*g));
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
		else if (is(child, "handover"))
			g->make_before_break = strmatch(lyd_get_value(child), "make-before-break");
		else if (is(child, "allow-more-specific"))
			g->allow_more_specific = is_true(child);
		else if (is(child, "member"))
			read_member(g, child);
	}
}

void frrd_facts_read(struct facts *f, const struct lyd_node *root, bool count)
{
	const struct lyd_node *child, *leaf;

	memset(f, 0, sizeof(*f));
	fact_groups_init(f->groups);
	f->root = root;
	f->route_table = FRRD_DEFAULT_ROUTE_TABLE; /* the node of a default may be missing */
	LY_LIST_FOR (lyd_child(root), child) {
		if (is(child, "local-site"))
			f->local_site = lyd_get_value(child);
		else if (is(child, "marker-range"))
			f->marker_range = lyd_get_value(child);
		else if (is(child, "route-table"))
			f->route_table = number(child);
		else if (is(child, "site"))
			read_site(f, child);
		else if (is(child, "group"))
			read_group(f, child, count);
		if (!is(child, "arbiter"))
			continue;
		LY_LIST_FOR (lyd_child(child), leaf) {
			if (is(leaf, "type"))
				f->arbiter = lyd_get_value(leaf);
			else if (is(leaf, "handover-timeout") && !lyd_is_default(leaf))
				f->handover_timeout = lyd_get_value(leaf);
		}
	}
}

void frrd_facts_free(struct facts *f)
{
	struct fact_group *g;

	for (int i = 0; i < 2; i++)
		if (f->index[i])
			route_table_finish(f->index[i]);
	while ((g = fact_groups_pop(f->groups))) {
		XFREE(MTYPE_FRRD_CHECK, g->members);
		XFREE(MTYPE_FRRD_CHECK, g);
	}
	fact_groups_fini(f->groups);
}

static struct fact_site *find_site(struct facts *f, const char *name)
{
	for (size_t i = 0; name && i < f->site_count; i++)
		if (strmatch(f->sites[i].name, name))
			return &f->sites[i];
	return NULL;
}

/* A leaf of the configuration in use, or NULL. */
static const char *running_leaf(const char *path)
{
	const struct lyd_node *dnode = yang_dnode_getf(running_config->dnode, "%s%s",
						       FRRD_NB_ROOT, path);

	return dnode ? lyd_get_value(dnode) : NULL;
}

/* Does the configuration in use give this id to this site or group? */
static bool running_id(const char *list, const char *name, unsigned long id)
{
	return yang_dnode_existsf(running_config->dnode, "%s/%s[name='%s'][id='%lu']",
				  FRRD_NB_ROOT, list, name, id);
}

/* Two entries with one id: the one that is new is to blame. */
static bool refuse_id(struct facts *f, const char *list, const char *a, const char *b,
		      unsigned long id)
{
	if (running_id(list, a, id)) {
		const char *swap = a;

		a = b;
		b = swap;
	}
	return frrd_facts_refuse(f, "%s %s: id %lu is that of %s %s already", list, a, id, list,
				 b);
}

static bool running_site(const char *name)
{
	return yang_dnode_existsf(running_config->dnode, "%s/site[name='%s']", FRRD_NB_ROOT,
				  name);
}

/* --- rules: sites, arbiter, marker range ---------------------------------- */

static bool rule_sites(struct facts *f)
{
	for (size_t i = 0; i < f->site_count; i++)
		for (size_t j = 0; j < i; j++)
			if (f->sites[i].id && f->sites[i].id == f->sites[j].id)
				return refuse_id(f, "site", f->sites[i].name, f->sites[j].name,
						 f->sites[i].id);
	return true;
}

/*
 * local-site comes before the sites in the configuration, and lines come one by
 * one; so it may name a site that does not exist as long as there are no groups.
 * (The command refuses a name that is not among existing sites.)
 */
static bool rule_local_site(struct facts *f)
{
	struct fact_group *g = fact_groups_first(f->groups);

	if (!f->local_site) {
		if (!g)
			return true;
		if (running_leaf("/local-site"))
			return refuse(f, "local-site cannot be removed while there are groups (%s)",
				      g->name);
		return refuse(f, "group %s: local-site is not configured; it says which of the sites this router is at",
			      g->name);
	}
	if (find_site(f, f->local_site))
		return true;
	if (!f->partial && running_site(f->local_site))
		return refuse(f, "site %s cannot be removed: it is local-site", f->local_site);
	if (g)
		return refuse(f, "group %s: local-site %s is not one of the sites; configure `site %s` first",
			      g->name, f->local_site, f->local_site);
	return true;
}

static bool rule_arbiter(struct facts *f)
{
	struct fact_group *g = fact_groups_first(f->groups);

	if (f->arbiter) {
		if (strmatch(f->arbiter, "manual"))
			return true;
		return refuse(f, "`arbiter %s` is not available in this version; `arbiter manual` is",
			      f->arbiter);
	}
	if (g && running_leaf("/arbiter/type"))
		return refuse(f, "arbiter cannot be removed while there are groups (%s)", g->name);
	if (g)
		return refuse(f, "group %s: arbiter is not configured; `arbiter manual` is the only one available in this version",
			      g->name);
	if (f->handover_timeout)
		return refuse(f, "arbiter: handover-timeout is configured, but which arbiter is not");
	return true;
}

static bool rule_marker_range(struct facts *f)
{
	struct fact_group *g;
	struct prefix range;
	unsigned long max;
	int bits;

	if (!f->marker_range)
		return true;
	(void)str2prefix(f->marker_range, &range);
	bits = prefix_blen(&range) * 8 - range.prefixlen;
	if (bits < MARKER_MIN_BITS)
		return refuse(f, "marker-range %s has %d host bits; at least %d are needed (3 for the kind, 4 for the site id, the rest for the group id)",
			      f->marker_range, bits, MARKER_MIN_BITS);
	bits -= MARKER_KIND_SITE_BITS;
	max = bits >= 32 ? UINT32_MAX : (1UL << bits) - 1;
	frr_each (fact_groups, f->groups, g)
		if (g->id > max)
			return refuse(f, "group %s: id %lu does not fit marker-range %s, which has room for ids 1 to %lu",
				      g->name, g->id, f->marker_range, max);
	return true;
}

/* --- rules: groups -------------------------------------------------------- */

static int cmp_id(const void *a, const void *b)
{
	const struct fact_group *const *ga = a, *const *gb = b;

	return numcmp((*ga)->id, (*gb)->id);
}

static bool rule_group_ids(struct facts *f)
{
	size_t n = 0, count = fact_groups_count(f->groups);
	struct fact_group **by_id, *g;
	bool ok = true;

	if (count < 2)
		return true;
	by_id = XMALLOC(MTYPE_FRRD_CHECK, count * sizeof(struct fact_group *));
	frr_each (fact_groups, f->groups, g)
		if (g->id)
			by_id[n++] = g;
	qsort(by_id, n, sizeof(struct fact_group *), cmp_id);
	for (size_t i = 1; ok && i < n; i++)
		if (by_id[i]->id == by_id[i - 1]->id)
			ok = refuse_id(f, "group", by_id[i]->name, by_id[i - 1]->name,
				       by_id[i]->id);
	XFREE(MTYPE_FRRD_CHECK, by_id);
	return ok;
}

/* Has this address no business as a next-hop? */
static bool bad_nexthop(int family, const char *text)
{
	struct prefix p;

	(void)str2prefix(text, &p);
	if (family == 0)
		return p.u.prefix4.s_addr == INADDR_ANY ||
		       IN_MULTICAST(ntohl(p.u.prefix4.s_addr)) ||
		       p.u.prefix4.s_addr == INADDR_BROADCAST;
	return IN6_IS_ADDR_UNSPECIFIED(&p.u.prefix6) || IN6_IS_ADDR_MULTICAST(&p.u.prefix6);
}

static bool is_link_local(const char *text)
{
	struct prefix p;

	return text && str2prefix(text, &p) && IN6_IS_ADDR_LINKLOCAL(&p.u.prefix6);
}

/* A next-hop needs a prefix of its family, unless there are no prefixes to look at. */
static bool family_ok(struct facts *f, const struct fact_group *g, const struct fact_member *m,
		      int family, const uint32_t prefixes[2])
{
	if (g->has_plist || prefixes[0] + prefixes[1] == 0 || prefixes[family])
		return true;
	return refuse(f, "group %s site %s: next-hop %s is %s, but the group has no %s prefix",
		      g->name, m->site, family ? m->ipv6 : m->ipv4, family_name[family],
		      family_name[family]);
}

bool frrd_rule_families(struct facts *f, const struct fact_group *g, const uint32_t prefixes[2])
{
	for (size_t i = 0; i < g->member_count; i++) {
		const struct fact_member *m = &g->members[i];

		if ((m->ipv4 && !family_ok(f, g, m, 0, prefixes)) ||
		    (m->ipv6 && !family_ok(f, g, m, 1, prefixes)))
			return false;
	}
	return true;
}

static bool rule_member(struct facts *f, const struct fact_group *g, const struct fact_member *m)
{
	struct fact_site *site = find_site(f, m->site);

	if (!site && running_site(m->site))
		return refuse(f, "site %s cannot be removed: group %s uses it", m->site, g->name);
	if (!site)
		return refuse(f, "group %s: there is no site %s", g->name, m->site);
	if (site->witness)
		return refuse(f, "group %s: site %s is a witness, which owns no groups", g->name,
			      m->site);
	if (m->blackhole && (m->ipv4 || m->ipv6 || m->ifname))
		return refuse(f, "group %s site %s: next-hop blackhole excludes next-hop %s",
			      g->name, m->site,
			      m->ipv4	? m->ipv4
			      : m->ipv6 ? m->ipv6
					: m->ifname);
	if (m->ipv4 && bad_nexthop(0, m->ipv4))
		return refuse(f, "group %s site %s: %s cannot be a next-hop", g->name, m->site,
			      m->ipv4);
	if (m->ipv6 && bad_nexthop(1, m->ipv6))
		return refuse(f, "group %s site %s: %s cannot be a next-hop", g->name, m->site,
			      m->ipv6);
	if (is_link_local(m->ipv6) && !m->ifname)
		return refuse(f, "group %s site %s: next-hop %s is link-local and needs `next-hop interface` as well",
			      g->name, m->site, m->ipv6);
	return true;
}

static bool rule_groups(struct facts *f)
{
	struct fact_group *g;

	frr_each (fact_groups, f->groups, g) {
		if (g->make_before_break)
			return refuse(f, "group %s: `handover make-before-break` is not possible with arbiter manual, where the sites do not see each other",
				      g->name);
		for (size_t i = 0; i < g->member_count; i++)
			if (!rule_member(f, g, &g->members[i]))
				return false;
		if (!frrd_rule_families(f, g, g->prefixes))
			return false;
	}
	return true;
}

/* --- rules that need the running state ------------------------------------ */

static bool rule_announced(struct facts *f)
{
	const char *what = NULL;
	struct frrd_grp *grp;

	if (f->partial)
		return true;
	if (f->route_table != frrd_config.route_table)
		what = "route-table";
	else if (!strmatch(f->local_site ? f->local_site : "", frrd_config.local_site))
		what = "local-site";
	if (!what)
		return true;
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && grp->fsm.state != FRRD_STATE_STANDBY)
			return refuse(f, "%s cannot change while group %s is %s here; release it first",
				      what, grp->name,
				      grp->fsm.state == FRRD_STATE_CLAIMING ? "being claimed"
									    : "announced");
	return true;
}

/* Everything but the prefixes of groups among each other. */
static bool rules(struct facts *f)
{
	return rule_sites(f) && rule_local_site(f) && rule_arbiter(f) && rule_group_ids(f) &&
	       rule_marker_range(f) && rule_groups(f) && rule_announced(f);
}

int frrd_check_candidate(const struct lyd_node *root, char *errmsg, size_t size)
{
	struct facts f;
	bool ok;

	frrd_check_index_drop();
	frrd_facts_read(&f, root, true);
	f.errmsg = errmsg;
	f.size = size;
	ok = rules(&f) && frrd_rule_prefixes(&f);
	frrd_facts_free(&f);
	if (ok)
		return NB_OK;
	zlog_warn("configuration refused: %s", errmsg);
	return NB_ERR_VALIDATION;
}

bool frrd_check_line(const struct nb_config *candidate, bool nexthops, bool partial, char *errmsg,
		     size_t size)
{
	const struct lyd_node *root = yang_dnode_get(candidate->dnode, FRRD_NB_ROOT);
	struct facts f;
	bool ok;

	if (!root)
		return true;
	frrd_facts_read(&f, root, nexthops);
	f.partial = partial;
	f.errmsg = errmsg;
	f.size = size;
	ok = rules(&f);
	frrd_facts_free(&f);
	return ok;
}
