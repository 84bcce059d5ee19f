// SPDX-License-Identifier: GPL-2.0-or-later
/* Votes, ranks and positions; see sites.h. */

#include "sites.h"

unsigned int frrd_count_sites(uint16_t sites)
{
	unsigned int count = 0;

	for (; sites; sites &= sites - 1)
		count++;
	return count;
}

unsigned int frrd_votes(const struct frrd_group *group, const struct frrd_policy *policy)
{
	return frrd_count_sites((group->view.beacons | FRRD_SITE_BIT(policy->self)) &
				policy->voters);
}

bool frrd_majority(const struct frrd_group *group, const struct frrd_policy *policy)
{
	return group->zebra_up && group->view.known &&
	       frrd_votes(group, policy) * 2 > frrd_count_sites(policy->voters);
}

uint8_t frrd_best_of(const struct frrd_policy *policy, uint16_t sites)
{
	uint8_t best = 0;

	for (uint8_t id = 1; id <= FRRD_SITE_MAX; id++)
		if (frrd_sites_has(sites & policy->members, id) &&
		    (!best || policy->rank[id] < policy->rank[best]))
			best = id;
	return best;
}

bool frrd_outranked_by(const struct frrd_policy *policy, uint16_t sites)
{
	uint8_t best = frrd_best_of(policy, sites);

	if (sites & ~policy->members)
		return true;
	return best && policy->rank[best] < policy->rank[policy->self];
}

unsigned int frrd_takeover_position(const struct frrd_group *group,
				    const struct frrd_policy *policy)
{
	/* One that is ready does not know of its maintenance yet. */
	uint16_t idle = policy->maintenance & ~group->view.readies;
	uint16_t rivals = policy->members & ~idle & group->view.beacons;
	unsigned int position = 0;

	for (uint8_t id = 1; id <= FRRD_SITE_MAX; id++)
		position += frrd_sites_has(rivals, id) &&
			    policy->rank[id] < policy->rank[policy->self];
	return position;
}

int64_t frrd_late_delay(const struct frrd_policy *policy)
{
	return policy->takeover_delay_ms > FRRD_ROUND_TRIP_MS ? policy->takeover_delay_ms
							     : FRRD_ROUND_TRIP_MS;
}

int64_t frrd_takeover_due(const struct frrd_group *group, const struct frrd_policy *policy)
{
	int64_t turn = (int64_t)frrd_takeover_position(group, policy) * policy->stagger_ms;
	int64_t since = group->free_since_ms;

	if (since == FRRD_NEVER)
		return FRRD_NEVER;
	if (group->witnessed)
		return since + policy->takeover_delay_ms + turn;
	if (group->eligible_since_ms != FRRD_NEVER && group->eligible_since_ms > since)
		since = group->eligible_since_ms;
	return since + frrd_late_delay(policy) + turn;
}

int64_t frrd_claim_lead(const struct frrd_group *group, const struct frrd_policy *policy)
{
	if (!group->witnessed)
		return FRRD_ROUND_TRIP_MS;
	return policy->takeover_delay_ms < FRRD_CLAIM_LEAD_MS ? policy->takeover_delay_ms
							       : FRRD_CLAIM_LEAD_MS;
}

uint16_t frrd_successors(const struct frrd_group *group, const struct frrd_policy *policy)
{
	return group->view.readies & group->view.beacons & policy->members &
	       ~policy->maintenance & ~FRRD_SITE_BIT(policy->self);
}

uint8_t frrd_successor(const struct frrd_group *group, const struct frrd_policy *policy)
{
	uint16_t ready = frrd_successors(group, policy);
	uint16_t others = ready & ~FRRD_SITE_BIT(group->failed_to);

	return frrd_best_of(policy, others ? others : ready);
}

uint16_t frrd_requesters(const struct frrd_group *group, const struct frrd_policy *policy)
{
	return frrd_successors(group, policy) & group->view.requests &
	       ~group->ignored_requests & ~group->view.claims;
}
