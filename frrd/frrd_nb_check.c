// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: the rules for a configuration; see frrd_nb_check.h.
 *
 * A candidate is read into plain facts first (one walk over the tree), then the
 * rules are asked one after the other.  Those for the arbiter bgp are in
 * frrd_nb_bgp.c, those for prefixes in frrd_nb_prefix.c, those for attachments in
 * frrd_nb_attach.c, those for hooks in frrd_nb_hook.c, those for probes and tracks in
 * frrd_nb_probe_check.c.  How they are asked line by line is in frrd_nb_lines.c.
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

/* --- helpers -------------------------------------------------------------- */

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
	if (frrd_facts_site(f, f->local_site))
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

	if (f->arbiter.type && strmatch(f->arbiter.type, "etcd"))
		return refuse(f, "`arbiter etcd` is not available in this version; `arbiter bgp` and `arbiter manual` are");
	if (f->arbiter.type)
		return true;
	if (g && running_leaf("/arbiter/type"))
		return refuse(f, "arbiter cannot be removed while there are groups (%s)", g->name);
	if (g)
		return refuse(f, "group %s: arbiter is not configured; it is `arbiter bgp` or `arbiter manual`",
			      g->name);
	if (f->arbiter.handover_timeout || f->arbiter.bgp_only)
		return refuse(f, "arbiter: %s is configured, but which arbiter is not",
			      f->arbiter.bgp_only ? f->arbiter.bgp_only : "handover-timeout");
	return true;
}

static bool rule_marker_range(struct facts *f)
{
	struct fact_group *g;
	unsigned long max;
	int bits;

	if (!f->marker_range)
		return true;
	bits = prefix_blen(&f->range) * 8 - f->range.prefixlen;
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

bool frrd_rule_bad_address(const struct prefix *p)
{
	if (p->family == AF_INET)
		return p->u.prefix4.s_addr == INADDR_ANY ||
		       IN_MULTICAST(ntohl(p->u.prefix4.s_addr)) ||
		       p->u.prefix4.s_addr == INADDR_BROADCAST;
	return IN6_IS_ADDR_UNSPECIFIED(&p->u.prefix6) || IN6_IS_ADDR_MULTICAST(&p->u.prefix6);
}

/* Has this address no business as a next-hop? */
static bool bad_nexthop(const char *text)
{
	struct prefix p;

	return text && str2prefix(text, &p) && frrd_rule_bad_address(&p);
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

bool frrd_rule_nexthop(struct facts *f, const char *who, const struct fact_member *m)
{
	if (m->blackhole && (m->ipv4 || m->ipv6 || m->ifname))
		return refuse(f, "%s: next-hop blackhole excludes next-hop %s", who,
			      m->ipv4	? m->ipv4
			      : m->ipv6 ? m->ipv6
					: m->ifname);
	if (bad_nexthop(m->ipv4))
		return refuse(f, "%s: %s cannot be a next-hop", who, m->ipv4);
	if (bad_nexthop(m->ipv6))
		return refuse(f, "%s: %s cannot be a next-hop", who, m->ipv6);
	if (is_link_local(m->ipv6) && !m->ifname)
		return refuse(f, "%s: next-hop %s is link-local and needs `next-hop interface` as well",
			      who, m->ipv6);
	return true;
}

static bool rule_member(struct facts *f, const struct fact_group *g, const struct fact_member *m)
{
	struct fact_site *site = frrd_facts_site(f, m->site);
	char who[2 * FRRD_NAME_SIZE + 16];

	if (!site && running_site(m->site))
		return refuse(f, "site %s cannot be removed: group %s uses it", m->site, g->name);
	if (!site)
		return refuse(f, "group %s: there is no site %s", g->name, m->site);
	if (site->witness)
		return refuse(f, "group %s: site %s is a witness, which owns no groups", g->name,
			      m->site);
	snprintf(who, sizeof(who), "group %s site %s", g->name, m->site);
	return frrd_rule_nexthop(f, who, m);
}

static bool rule_groups(struct facts *f)
{
	struct fact_group *g;

	frr_each (fact_groups, f->groups, g) {
		for (size_t i = 0; i < g->member_count; i++)
			if (!rule_member(f, g, &g->members[i]))
				return false;
		if (!frrd_rule_families(f, g, g->prefixes))
			return false;
	}
	return true;
}

/* --- rules that need the running state ------------------------------------ */

/* What the group is doing, where it must not be disturbed; otherwise NULL. */
static const char *busy_with(const struct frrd_grp *grp)
{
	switch (grp->fsm.state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
	case FRRD_STATE_COUNT:
		return NULL;
	case FRRD_STATE_REQUESTING:
		return "being asked for";
	case FRRD_STATE_CLAIMING:
		return "being claimed";
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_DRAINING:
	case FRRD_STATE_RELEASING:
		return "announced";
	}
	return NULL;
}

/* Is the arbiter bgp there, and does it stay? */
static bool stays_bgp(const struct facts *f)
{
	return frrd_config.arbiter == FRRD_ARBITER_BGP && f->arbiter.type &&
	       strmatch(f->arbiter.type, "bgp");
}

/* The markers of an owner would vanish, and the others would take that for its end. */
static const char *marker_change(struct facts *f)
{
	const struct frrd_site *local = frrd_site_local();
	const struct fact_site *site = frrd_facts_site(f, f->local_site);

	if (!stays_bgp(f))
		return NULL;
	if (!prefix_same(&f->range, &frrd_config.marker_range))
		return "marker-range";
	if (local && site && local->id != site->id)
		return "the id of local-site";
	return NULL;
}

/* The same for the markers of one group. */
static bool rule_announced_ids(struct facts *f)
{
	struct fact_group *g;

	if (!stays_bgp(f))
		return true;
	frr_each (fact_groups, f->groups, g) {
		const struct frrd_grp *grp = frrd_grp_find(g->name);

		if (grp && grp->id != g->id && busy_with(grp))
			return refuse(f, "group %s: its id cannot change while it is %s here; release it first",
				      g->name, busy_with(grp));
	}
	return true;
}

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
	else
		what = marker_change(f);
	if (!what)
		return rule_announced_ids(f);
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && busy_with(grp))
			return refuse(f, "%s cannot change while group %s is %s here; release it first",
				      what, grp->name, busy_with(grp));
	return rule_announced_ids(f);
}

bool frrd_rules(struct facts *f)
{
	return rule_sites(f) && rule_local_site(f) && rule_arbiter(f) && rule_group_ids(f) &&
	       rule_marker_range(f) && frrd_rule_arbiter_fits(f) && frrd_rule_beacons(f) &&
	       rule_groups(f) && frrd_rule_attachments(f) && frrd_rule_hooks(f) &&
	       frrd_rule_address(f) &&
	       rule_announced(f) && frrd_rule_budget(f);
}

int frrd_check_candidate(const struct lyd_node *root, char *errmsg, size_t size)
{
	struct facts f;
	bool ok;

	frrd_check_forget();
	frrd_facts_read(&f, root, true);
	f.errmsg = errmsg;
	f.size = size;
	ok = frrd_rules(&f) && frrd_rule_probes(&f) && frrd_rule_maps(&f) && frrd_rule_prefixes(&f);
	frrd_facts_free(&f);
	if (ok)
		return NB_OK;
	zlog_warn("configuration refused: %s", errmsg);
	return NB_ERR_VALIDATION;
}
