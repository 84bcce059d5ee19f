// SPDX-License-Identifier: GPL-2.0-or-later
/* The sites as this one sees them; see frrd_sites.h. */

#include <zebra.h>

#include "frrd/core/damping.h"
#include "frrd/core/markers.h"
#include "frrd/core/sites.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_time.h"

size_t frrd_sites_hidden_markers(struct prefix *ret_prefix, const char **ret_name)
{
	return frrd_marker_hidden(ret_prefix, ret_name);
}

bool frrd_site_alive(const struct frrd_site *site, int64_t *ret_age_ms)
{
	struct timeval since;
	int64_t since_us = 0;
	bool alive;

	*ret_age_ms = FRRD_AGE_UNKNOWN;
	if (strmatch(site->name, frrd_config.local_site))
		return true;
	alive = frrd_marker_beacon(site->id, &since, &since_us);
	if (since_us)
		*ret_age_ms = (frrd_now_us() - since_us) / 1000;
	return alive;
}

/* Since when there is, or is no quorum: the groups know, each since it exists. */
static int64_t quorum_age_ms(bool reached)
{
	int64_t since = FRRD_NEVER;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		bool has = grp->fsm.quorum_since_ms != FRRD_NEVER;

		if (has == reached)
			since = MIN(since, has ? grp->fsm.quorum_since_ms
					       : grp->fsm.quorum_lost_ms);
	}
	return since == FRRD_NEVER ? FRRD_AGE_UNKNOWN : frrd_now_ms() - since;
}

void frrd_sites_quorum(struct frrd_quorum *ret_quorum)
{
	struct frrd_quorum q = {};
	struct frrd_site *site;
	int64_t age;

	frr_each (frrd_sites, &frrd_config.sites, site) {
		if (!site->id)
			continue;
		q.voters |= FRRD_SITE_BIT(site->id);
		if (frrd_site_alive(site, &age))
			q.present |= FRRD_SITE_BIT(site->id);
	}
	q.reached = frrd_engine_zebra_connected() &&
		    frrd_count_sites(q.present) * 2 > frrd_count_sites(q.voters);
	q.age_ms = quorum_age_ms(q.reached);
	age = MAX(q.age_ms, 0); /* nothing known: as if it began just now */
	if (q.reached)
		q.settle_ms = MAX((int64_t)frrd_config.settle_time_ms - age, 0);
	else
		q.fence_ms = MAX((int64_t)frrd_config.fence_delay_ms - age, 0);
	q.settled = q.reached && !q.settle_ms;
	*ret_quorum = q;
}

const char *frrd_site_role(const struct frrd_site *site, char *buf, size_t size)
{
	unsigned int groups = 0;
	struct frrd_grp *grp;
	size_t len;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && frrd_member_find(grp, site->name))
			groups++;
	if (site->witness)
		strlcpy(buf, "witness", size);
	else
		snprintf(buf, size, "member of %u group%s", groups, groups == 1 ? "" : "s");
	len = strlen(buf);
	if (strmatch(site->name, frrd_config.local_site))
		snprintf(buf + len, size - len, ", local");
	return buf;
}

void frrd_grp_said(const struct frrd_grp *grp, struct frrd_said *ret_said)
{
	const struct frrd_view *view = &grp->fsm.view;
	struct frrd_markers own;

	frrd_group_markers(&grp->fsm, &grp->policy, &own);
	ret_said->claims = view->claims;
	ret_said->requests = view->requests;
	ret_said->readies = view->readies;
	ret_said->grants = view->grants;
	if (own.claim)
		ret_said->claims |= FRRD_SITE_BIT(grp->policy.self);
	if (own.ready)
		ret_said->readies |= FRRD_SITE_BIT(grp->policy.self);
	if (own.request_for)
		ret_said->requests |= FRRD_SITE_BIT(own.request_for);
	if (own.grant_to)
		ret_said->grants |= FRRD_SITE_BIT(own.grant_to);
}

const struct frrd_site *frrd_grp_owner(const struct frrd_grp *grp)
{
	struct frrd_said said;

	if (frrd_grp_owned(grp))
		return frrd_site_local();
	if (grp->policy.arbiter != FRRD_ARBITER_BGP)
		return NULL;
	frrd_grp_said(grp, &said);
	return frrd_site_by_id(frrd_best_of(&grp->policy, said.claims));
}

int64_t frrd_damped_left_ms(const struct frrd_grp *grp)
{
	int64_t now_ms = frrd_now_ms();

	return MAX(frrd_moves_damped_until(&grp->fsm.moves, &grp->policy, now_ms) - now_ms, 0);
}

int64_t frrd_handover_left_ms(const struct frrd_grp *grp)
{
	int64_t until = grp->fsm.grant_to ? grp->fsm.grant_until_ms : grp->fsm.wait_until_ms;

	if ((!grp->fsm.grant_to && !grp->fsm.request_for) || until == FRRD_NEVER)
		return 0;
	return MAX(until - frrd_now_ms(), 0);
}

const char *frrd_site_label(uint8_t id, char *buf, size_t size)
{
	const struct frrd_site *site = frrd_site_by_id(id);

	if (site)
		strlcpy(buf, site->name, size);
	else
		snprintf(buf, size, "site %u", id);
	return buf;
}

const char *frrd_site_labels(uint16_t set, char *buf, size_t size)
{
	char name[FRRD_NAME_SIZE];
	size_t len = 0;

	strlcpy(buf, "none", size);
	for (uint8_t id = 1; id <= FRRD_SITE_MAX && len < size; id++)
		if (set & FRRD_SITE_BIT(id))
			len += snprintf(buf + len, size - len, "%s%s", len ? ", " : "",
					frrd_site_label(id, name, sizeof(name)));
	return buf;
}
