// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guards of a takeover; see decide.h.
 *
 * With the manual arbiter an operator decides who owns a group, and frrd sees to
 * it that a site does not begin to announce while the same prefixes are
 * announced from elsewhere.  With the arbiter bgp the sites decide, and votes and
 * claims count as well.  Every guard is cheap and looks at the group's own state
 * only; what the network shows was brought in by events before.
 */

#include "decide.h"
#include "sites.h"

static struct frrd_check check(bool ok, enum frrd_reason reason)
{
	return (struct frrd_check){ .ok = ok, .reason = reason };
}

static struct frrd_check check_idle(const struct frrd_group *group)
{
	switch (group->state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
	case FRRD_STATE_COUNT:
		return check(true, FRRD_REASON_STARTED);
	case FRRD_STATE_REQUESTING:
		return check(false, FRRD_REASON_BUSY_REQUESTING);
	case FRRD_STATE_CLAIMING:
		return check(false, FRRD_REASON_BUSY_CLAIMING);
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
		return check(false, FRRD_REASON_ALREADY_OWNER);
	case FRRD_STATE_DRAINING:
		return check(false, FRRD_REASON_BUSY_DRAINING);
	case FRRD_STATE_RELEASING:
		return check(false, FRRD_REASON_BUSY_RELEASING);
	}
	return check(true, FRRD_REASON_STARTED);
}

/* What only the arbiter bgp asks; with the manual one an operator has judged it. */
static void check_sites(const struct frrd_group *group, const struct frrd_policy *policy,
			struct frrd_check ret_checks[FRRD_GUARD_COUNT])
{
	const struct frrd_view *view = &group->view;
	bool manual = policy->arbiter != FRRD_ARBITER_BGP;
	uint16_t self = manual ? 0 : FRRD_SITE_BIT(policy->self);

	ret_checks[FRRD_GUARD_MAINTENANCE] =
		check(manual || !(policy->maintenance & self), FRRD_REASON_MAINTENANCE);
	ret_checks[FRRD_GUARD_HEALTHY] = check(manual || !group->unhealthy, FRRD_REASON_UNHEALTHY);
	ret_checks[FRRD_GUARD_QUORUM] =
		check(manual || group->quorum_since_ms != FRRD_NEVER, FRRD_REASON_NO_QUORUM);
	ret_checks[FRRD_GUARD_SETTLED] = check(manual || group->settled, FRRD_REASON_SETTLING);
	ret_checks[FRRD_GUARD_CLAIMED] =
		check(manual || !((view->claims | view->grants) & ~self), FRRD_REASON_CLAIMED);
}

void frrd_takeover_checks(const struct frrd_group *group, const struct frrd_policy *policy,
			  struct frrd_check ret_checks[FRRD_GUARD_COUNT])
{
	ret_checks[FRRD_GUARD_RUNNING] = check(!group->stopping, FRRD_REASON_STOPPING);
	ret_checks[FRRD_GUARD_MEMBER] = check(policy->member, FRRD_REASON_NOT_MEMBER);
	ret_checks[FRRD_GUARD_PREFIXES] = check(group->routes.total > 0, FRRD_REASON_NO_PREFIX);
	ret_checks[FRRD_GUARD_NEXTHOPS] = check(policy->complete, FRRD_REASON_INCOMPLETE);
	ret_checks[FRRD_GUARD_NOT_HELD] = check(!group->held, FRRD_REASON_HELD);
	ret_checks[FRRD_GUARD_IDLE] = check_idle(group);
	ret_checks[FRRD_GUARD_ZEBRA] = check(group->zebra_up, FRRD_REASON_ZEBRA_DOWN);
	ret_checks[FRRD_GUARD_TRACKED] =
		check(group->elsewhere.unknown == 0, FRRD_REASON_UNTRACKED);
	ret_checks[FRRD_GUARD_ELSEWHERE] =
		check(group->elsewhere.announced == 0, FRRD_REASON_ELSEWHERE);
	check_sites(group, policy, ret_checks);
}

enum frrd_guard frrd_first_failed_of(const struct frrd_group *group,
				     const struct frrd_policy *policy, unsigned int guards,
				     enum frrd_reason *ret_reason)
{
	struct frrd_check checks[FRRD_GUARD_COUNT];

	frrd_takeover_checks(group, policy, checks);
	for (int i = 0; i < FRRD_GUARD_COUNT; i++)
		if ((guards & 1u << i) && !checks[i].ok) {
			*ret_reason = checks[i].reason;
			return (enum frrd_guard)i;
		}
	return FRRD_GUARD_COUNT;
}

bool frrd_eligible(const struct frrd_group *group, const struct frrd_policy *policy)
{
	enum frrd_reason reason;

	return frrd_first_failed_of(group, policy, FRRD_GUARDS_ELIGIBLE, &reason) ==
	       FRRD_GUARD_COUNT;
}

/* Rule 8: an unhealthy owner is better than none, where `keep` says so. */
static bool keeps_unhealthy(const struct frrd_group *group, const struct frrd_policy *policy)
{
	uint16_t others = frrd_successors(group, policy) & ~FRRD_SITE_BIT(group->failed_to);
	bool taken = policy->auto_failover && others; /* they take over what nobody has */

	return !policy->withdraw_alone && group->last_owner == policy->self && !taken;
}

bool frrd_may_claim(const struct frrd_group *group, const struct frrd_policy *policy)
{
	unsigned int guards = FRRD_GUARDS_ELIGIBLE;
	enum frrd_reason reason;

	if (keeps_unhealthy(group, policy))
		guards &= ~(1u << FRRD_GUARD_HEALTHY);
	return frrd_first_failed_of(group, policy, guards, &reason) == FRRD_GUARD_COUNT;
}

enum frrd_guard frrd_first_failed(const struct frrd_check checks[FRRD_GUARD_COUNT],
				  enum frrd_guard ignore_from)
{
	for (int i = 0; i < (int)ignore_from; i++)
		if (!checks[i].ok)
			return (enum frrd_guard)i;
	return FRRD_GUARD_COUNT;
}

static const struct {
	const char *code;
	const char *text;
} guards[FRRD_GUARD_COUNT] = {
	[FRRD_GUARD_RUNNING] = { "running", "frrd is running and not about to end" },
	[FRRD_GUARD_MEMBER] = { "member", "this site is a member of the group" },
	[FRRD_GUARD_PREFIXES] = { "prefixes", "the group has at least one prefix" },
	[FRRD_GUARD_NEXTHOPS] = { "next-hops", "every address family has a next-hop" },
	[FRRD_GUARD_NOT_HELD] = { "not-held", "no operator holds the group" },
	[FRRD_GUARD_IDLE] = { "idle", "this site is standby and does nothing else with the group" },
	[FRRD_GUARD_ZEBRA] = { "zebra", "zebra is connected" },
	[FRRD_GUARD_MAINTENANCE] = { "maintenance", "this site is not under maintenance" },
	[FRRD_GUARD_HEALTHY] = { "healthy", "this site is healthy for the group" },
	[FRRD_GUARD_QUORUM] = { "quorum", "a majority of the voting sites is alive" },
	[FRRD_GUARD_SETTLED] = { "settled", "there has been quorum for settle-time" },
	[FRRD_GUARD_TRACKED] = { "tracked", "zebra has answered for every prefix" },
	[FRRD_GUARD_ELSEWHERE] = { "elsewhere", "no prefix of the group is announced elsewhere" },
	[FRRD_GUARD_CLAIMED] = { "claimed", "no other site claims the group or was granted it" },
};

const char *frrd_guard_code(enum frrd_guard guard)
{
	return guards[guard].code;
}

const char *frrd_guard_text(enum frrd_guard guard)
{
	return guards[guard].text;
}
