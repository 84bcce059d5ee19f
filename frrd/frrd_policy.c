// SPDX-License-Identifier: GPL-2.0-or-later
/* From the configuration to the policy of a group; see frrd_policy.h. */

#include <zebra.h>

#include "log.h"

#include "frrd_compat.h"
#include "frrd/frrd_policy.h"

/* Is there a next-hop for every address family of the group? */
static bool is_complete(struct frrd_grp *grp, const struct frrd_member *member)
{
	struct frrd_route *route;

	frr_each (frrd_route_list, &grp->routes.list, route)
		if (frrd_route_is_here(route) &&
		    !frrd_nexthop_serves(&member->nexthop, route->family))
			return false;
	return true;
}

/* A site that is a member, for ranking. */
struct candidate {
	uint16_t preference;
	uint8_t id;
};

/* The highest preference first, among equals the lowest site id: a total order. */
static int cmp_candidate(const void *a, const void *b)
{
	const struct candidate *ca = a, *cb = b;

	if (ca->preference != cb->preference)
		return numcmp(cb->preference, ca->preference);
	return numcmp(ca->id, cb->id);
}

static void compute_members(struct frrd_grp *grp, struct frrd_policy *policy)
{
	struct candidate candidates[FRRD_SITE_MAX];
	struct frrd_member *member;
	size_t count = 0;

	policy->members = 0;
	memset(policy->rank, 0, sizeof(policy->rank));
	frr_each (frrd_members, &grp->members, member) {
		const struct frrd_site *site = frrd_site_find(member->site);

		/* ids are unique, so this also bounds the array */
		if (!site || !site->id || policy->members & FRRD_SITE_BIT(site->id))
			continue;
		policy->members |= FRRD_SITE_BIT(site->id);
		candidates[count++] = (struct candidate){ member->preference, site->id };
	}
	qsort(candidates, count, sizeof(candidates[0]), cmp_candidate);
	for (size_t i = 0; i < count; i++)
		policy->rank[candidates[i].id] = i;
}

static void compute_sites(struct frrd_policy *policy)
{
	struct frrd_site *site = frrd_site_local();

	policy->self = site ? site->id : 0;
	policy->voters = 0;
	policy->maintenance = 0;
	frr_each (frrd_sites, &frrd_config.sites, site) {
		if (!site->id)
			continue;
		policy->voters |= FRRD_SITE_BIT(site->id);
		if (site->maintenance)
			policy->maintenance |= FRRD_SITE_BIT(site->id);
	}
}

void frrd_policy_compute(struct frrd_grp *grp)
{
	const struct frrd_member *member = frrd_member_local(grp);
	struct frrd_policy *policy = &grp->policy;

	policy->arbiter = frrd_config.arbiter;
	policy->member = member != NULL && !grp->removed;
	policy->complete = member != NULL && is_complete(grp, member);
	policy->handover_timeout_ms = frrd_config.handover_timeout_ms;
	policy->withdraw_timeout_ms = FRRD_WITHDRAW_TIMEOUT_MS;

	compute_sites(policy);
	compute_members(grp, policy);
	policy->auto_failover = grp->auto_failover;
	policy->failback = grp->failback;
	policy->make_before_break = grp->make_before_break;
	policy->withdraw_alone = grp->withdraw_alone;
	policy->takeover_delay_ms = frrd_config.takeover_delay_ms;
	policy->stagger_ms = frrd_config.stagger_ms;
	policy->fence_delay_ms = frrd_config.fence_delay_ms;
	policy->settle_time_ms = frrd_config.settle_time_ms;
	policy->hold_down_ms = frrd_config.hold_down_ms;
	policy->wait_to_restore_ms = grp->wait_to_restore_ms;
	policy->damping_window_ms = grp->damping_window_ms;
	policy->damping_max_moves = grp->damping_max_moves;
}

/* With one or two votes there is no majority as soon as one site is gone. */
#define VOTERS_MIN 3

static size_t count_voters(void)
{
	struct frrd_site *site;
	size_t voters = 0;

	frr_each (frrd_sites, &frrd_config.sites, site)
		voters += site->id != 0;
	return voters;
}

void frrd_policy_warn(void)
{
	static size_t warned_voters;
	size_t voters = count_voters();
	size_t mute = frrd_sites_count(&frrd_config.sites) - voters;

	if (frrd_config.arbiter != FRRD_ARBITER_BGP || !frrd_groups_count(&frrd_config.groups)) {
		warned_voters = 0;
		return;
	}
	if (voters >= VOTERS_MIN) {
		warned_voters = 0;
		return;
	}
	if (warned_voters == voters)
		return;
	warned_voters = voters;
	zlog_warn("arbiter bgp: only %zu %s; when one is lost the rest has no quorum and announces nothing: add a witness%s",
		  voters, voters == 1 ? "site votes" : "sites vote",
		  mute ? ", or give every site an id" : "");
}

/* The group whose timers are checked first: the one with most members. */
static const struct frrd_grp *largest_group(void)
{
	struct frrd_grp *grp, *largest = NULL;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && (!largest || frrd_members_count(&grp->members) >
							  frrd_members_count(&largest->members)))
			largest = grp;
	return largest;
}

void frrd_policy_budget(const struct frrd_grp *grp, struct frrd_budget *ret_budget)
{
	if (!grp)
		grp = largest_group();
	*ret_budget = (struct frrd_budget){
		.takeover_delay_ms = frrd_config.takeover_delay_ms,
		.stagger_ms = frrd_config.stagger_ms,
		.fence_delay_ms = frrd_config.fence_delay_ms,
		.settle_time_ms = frrd_config.settle_time_ms,
		.stale_retention_ms = frrd_config.stale_retention_ms,
		.handover_timeout_ms = frrd_config.handover_timeout_ms,
		.group = grp ? grp->name : NULL,
		.members = grp ? frrd_members_count(&grp->members) : 0,
		.voters = count_voters(),
		.make_before_break = grp && grp->make_before_break,
	};
	frrd_detection(frrd_config.bfd_interval_ms, frrd_config.bfd_multiplier,
		       frrd_config.hold_time_s, &ret_budget->detection);
}
