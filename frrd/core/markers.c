// SPDX-License-Identifier: GPL-2.0-or-later
/* Which markers belong to a state; see markers.h. */

#include <string.h>

#include "decide.h"
#include "markers.h"

static bool routes_gone(const struct frrd_group *group)
{
	return group->zebra_up && group->routes.announced == 0 && group->routes.pending == 0;
}

/*
 * Rule 1: the claim is up before the first prefix and goes after the last; in a
 * handover, after the successor's claim has been seen everywhere.
 */
static bool claims(const struct frrd_group *group)
{
	if (group->resume)
		return false; /* rule 6: what zebra may have kept is not decided yet */
	if (group->state == FRRD_STATE_RELEASING)
		return !group->claim_void && (!routes_gone(group) || group->grant_to);
	return group->state == FRRD_STATE_CLAIMING || frrd_state_announces(group->state);
}

/* The grant that this site has followed still stands. */
static bool is_granted(const struct frrd_group *group, const struct frrd_policy *policy)
{
	return group->granter && group->grant_used &&
	       (group->view.grants & FRRD_SITE_BIT(policy->self));
}

/*
 * Rule 4: ready until every route is installed, so that the granter knows when to let
 * go.  A successor that gives up stays ready until the granter knows: without its
 * claim's end, the end of its readiness would look like success.
 */
static bool is_ready(const struct frrd_group *group, const struct frrd_policy *policy)
{
	switch (group->state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_REQUESTING:
	case FRRD_STATE_CLAIMING:
		return frrd_eligible(group, policy) || is_granted(group, policy);
	case FRRD_STATE_ACTIVATING:
		return group->granter != 0 && !group->resume;
	case FRRD_STATE_RELEASING:
	case FRRD_STATE_HELD:
	case FRRD_STATE_FENCED:
		return is_granted(group, policy);
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_DRAINING:
	case FRRD_STATE_COUNT:
		break;
	}
	return false;
}

/*
 * Rule 4: break-before-make, the grant follows the withdrawal of the prefixes: a
 * successor may not even have seen them yet.
 */
static uint8_t grants(const struct frrd_group *group)
{
	return group->grant_until_ms == FRRD_NEVER ? 0 : group->grant_to;
}

void frrd_group_markers(const struct frrd_group *group, const struct frrd_policy *policy,
			struct frrd_markers *ret_markers)
{
	memset(ret_markers, 0, sizeof(*ret_markers));
	if (policy->arbiter != FRRD_ARBITER_BGP)
		return;
	ret_markers->claim = claims(group);
	ret_markers->ready = is_ready(group, policy);
	ret_markers->request_for = group->request_for;
	ret_markers->grant_to = grants(group);
}

const char *frrd_marker_name(enum frrd_marker_kind kind)
{
	switch (kind) {
	case FRRD_MARKER_BEACON:
		return "beacon";
	case FRRD_MARKER_CLAIM:
		return "claim";
	case FRRD_MARKER_REQUEST:
		return "request";
	case FRRD_MARKER_GRANT:
		return "grant";
	case FRRD_MARKER_READY:
		return "ready";
	case FRRD_MARKER_COUNT:
		break;
	}
	return "?";
}
