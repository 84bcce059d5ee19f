// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: rules for what the arbiter bgp needs and the arbiter manual has not:
 * ids, markers, beacons, timers; see frrd_nb_check.h.
 *
 * A configuration is written line by line, sites and groups before their ids, so
 * an id is asked for when the site or the group has a part to play.
 */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/core/budget.h"
#include "frrd/frrd_name.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#include "frrd/frrd_nb_facts.h"

#define refuse frrd_facts_refuse

/* --- the arbiter and what hangs on it ------------------------------------- */

static bool fits_manual(struct facts *f)
{
	struct fact_group *g;

	if (f->arbiter.bgp_only)
		return refuse(f, "arbiter manual: %s belongs to arbiter bgp, with which the sites decide by themselves; here an operator does",
			      f->arbiter.bgp_only);
	for (size_t i = 0; i < f->site_count; i++)
		if (f->sites[i].maintenance)
			return refuse(f, "site %s: `maintenance` is not possible with arbiter manual, where groups move only on command",
				      f->sites[i].name);
	frr_each (fact_groups, f->groups, g) {
		if (g->make_before_break)
			return refuse(f, "group %s: `handover make-before-break` is not possible with arbiter manual, where the sites do not see each other",
				      g->name);
		if (g->bgp_only)
			return refuse(f, "group %s: `%s` is not possible with arbiter manual, where groups move only on command",
				      g->name, g->bgp_only);
	}
	return true;
}

static bool group_has_ids(struct facts *f, const struct fact_group *g)
{
	if (!g->member_count)
		return true;
	if (!g->id)
		return refuse(f, "group %s has no id, and arbiter bgp needs one; configure `id` before its sites",
			      g->name);
	for (size_t i = 0; i < g->member_count; i++) {
		const struct fact_site *site = frrd_facts_site(f, g->members[i].site);

		if (site && !site->id)
			return refuse(f, "group %s: site %s has no id, and arbiter bgp needs one",
				      g->name, site->name);
	}
	return true;
}

static bool fits_bgp(struct facts *f)
{
	const struct fact_site *local = frrd_facts_site(f, f->local_site);
	struct fact_group *g = fact_groups_first(f->groups);

	if (!g)
		return true;
	if (!f->marker_range)
		return refuse(f, "group %s: arbiter bgp needs a marker-range, by which the sites see each other",
			      g->name);
	if (local && !local->id)
		return refuse(f, "site %s is local-site and has no id, and arbiter bgp needs one",
			      local->name);
	frr_each (fact_groups, f->groups, g)
		if (!group_has_ids(f, g))
			return false;
	return true;
}

bool frrd_rule_arbiter_fits(struct facts *f)
{
	if (!f->arbiter.type)
		return true;
	return strmatch(f->arbiter.type, "manual") ? fits_manual(f) : fits_bgp(f);
}

/* --- beacons -------------------------------------------------------------- */

/* A range that is not configured has family 0, and nothing lies within it. */
static bool within(const struct prefix *range, const struct prefix *p)
{
	return range->family == p->family && prefix_match(range, p);
}

static bool beacon_ok(struct facts *f, const struct fact_site *site)
{
	const struct prefix *beacon = &site->beacon_prefix;

	if (beacon->prefixlen == 0)
		return refuse(f, "site %s: beacon %s is the default route, which others may announce as well",
			      site->name, site->beacon);
	if (within(&f->range, beacon))
		return refuse(f, "site %s: beacon %s lies within marker-range %s, whose addresses frrd announces itself",
			      site->name, site->beacon, f->marker_range);
	for (const struct fact_site *other = f->sites; other < site; other++)
		if (prefix_same(&other->beacon_prefix, beacon))
			return refuse(f, "site %s: beacon %s is that of site %s already",
				      site->name, site->beacon, other->name);
	return true;
}

static bool members_have_none(struct facts *f, const struct fact_group *g)
{
	for (size_t i = 0; i < g->member_count; i++) {
		const struct fact_site *site = frrd_facts_site(f, g->members[i].site);

		if (site && site->beacon)
			return refuse(f, "group %s: site %s has a beacon that is not frrd's (%s), which is for sites without frrd; a member runs frrd",
				      g->name, site->name, site->beacon);
	}
	return true;
}

bool frrd_rule_beacons(struct facts *f)
{
	struct fact_group *g;

	for (size_t i = 0; i < f->site_count; i++)
		if (f->sites[i].beacon && !beacon_ok(f, &f->sites[i]))
			return false;
	frr_each (fact_groups, f->groups, g)
		if (!members_have_none(f, g))
			return false;
	return true;
}

/* --- prefixes of groups --------------------------------------------------- */

/* The track that announces exactly this prefix; NULL: none. */
static const char *track_with(const struct facts *f, const struct prefix *p)
{
	struct route_node *rn;

	if (!f->track_index[0])
		return NULL;
	rn = route_node_lookup(f->track_index[p->family == AF_INET6], p);
	if (!rn)
		return NULL;
	route_unlock_node(rn);
	return rn->info;
}

bool frrd_rule_prefix_apart(struct facts *f, const char *list, const char *name,
			    const struct prefix *p)
{
	const char *track = strmatch(list, "group") ? track_with(f, p) : NULL;

	if (within(&f->range, p))
		return refuse(f, "prefix %pFX of %s %s lies within marker-range %s, whose addresses are the sites' markers",
			      p, list, name, f->marker_range);
	for (size_t i = 0; i < f->site_count; i++)
		if (prefix_same(&f->sites[i].beacon_prefix, p))
			return refuse(f, "prefix %pFX of %s %s is the beacon of site %s, which does not move",
				      p, list, name, f->sites[i].name);
	if (track)
		return refuse(f, "prefix %pFX is in group %s and in track %s: it can be announced by one of them only",
			      p, name, track);
	return true;
}

static bool something_apart(const struct facts *f)
{
	for (size_t i = 0; i < f->site_count; i++)
		if (f->sites[i].beacon)
			return true;
	return f->marker_range || f->track_index[0];
}

bool frrd_rule_image_apart(struct facts *f, struct fact_group *g, const struct fact_image *image)
{
	char name[2 * FRRD_NAME_SIZE + PREFIX_STRLEN + 32];

	snprintfrr(name, sizeof(name), "%s (at site %s in place of %pFX)", g->name,
		   image->member->site, image->original);
	return frrd_rule_prefix_apart(f, "group", name, image->prefix);
}

bool frrd_rule_images_apart(struct facts *f, struct fact_group *g, const struct prefix *p)
{
	return frrd_facts_images(f, g, p, frrd_rule_image_apart);
}

bool frrd_rule_prefixes_apart(struct facts *f)
{
	const struct lyd_node *child;
	struct fact_group *g;
	struct prefix p;

	if (!something_apart(f))
		return true;
	frr_each (fact_groups, f->groups, g)
		LY_LIST_FOR (lyd_child(g->dnode), child)
			if (strmatch(child->schema->name, "prefix")) {
				(void)str2prefix(lyd_get_value(lyd_child(child)), &p);
				if (!frrd_rule_prefix_apart(f, "group", g->name, &p) ||
				    !frrd_rule_images_apart(f, g, &p))
					return false;
			}
	return true;
}

/* --- timers --------------------------------------------------------------- */

bool frrd_rule_budget(struct facts *f)
{
	struct frrd_budget budget = {
		.takeover_delay_ms = f->arbiter.takeover_delay,
		.stagger_ms = f->arbiter.stagger,
		.fence_delay_ms = f->arbiter.fence_delay,
		.settle_time_ms = f->arbiter.settle_time,
	};
	struct fact_group *g;

	if (f->arbiter.stale_retention % 1000)
		return refuse(f, "arbiter: stale-retention %lu is not a multiple of 1000: zebra counts whole seconds",
			      f->arbiter.stale_retention);
	if (f->open_timers || !f->arbiter.type || !strmatch(f->arbiter.type, "bgp"))
		return true;
	frr_each (fact_groups, f->groups, g)
		if (g->member_count > budget.members) {
			budget.members = g->member_count;
			budget.group = g->name;
		}
	for (size_t i = 0; i < f->site_count; i++)
		budget.voters += f->sites[i].id != 0;
	frrd_detection(f->arbiter.bfd_interval, f->arbiter.bfd_multiplier, f->arbiter.hold_time,
		       &budget.detection);
	return frrd_budget_check(&budget, f->errmsg, f->size);
}
