// SPDX-License-Identifier: GPL-2.0-or-later
/* What probes amount to; see frrd_probe_use.h. */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_route_sync.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_words.h"

/* Does the probe count at a site that owns the group, or does not? */
static bool role_applies(enum frrd_probe_role role, bool owned)
{
	return role == FRRD_ROLE_BOTH || (role == FRRD_ROLE_OWNER) == owned;
}

/* How long a new owner waits for a probe of its own to come up. */
static int64_t owner_grace_ms(const struct frrd_probe *probe)
{
	return (int64_t)probe->io.interval_ms * probe->io.fall + probe->io.timeout_ms;
}

/* What one probe says. */
static enum frrd_health ref_word(const struct frrd_grp *grp, const struct frrd_probe_ref *ref,
				 int64_t *ret_again_ms)
{
	const struct frrd_probe *probe = frrd_probe_find(ref->name);
	enum frrd_health word;
	int64_t until_ms;

	if (!probe)
		return FRRD_HEALTH_UNKNOWN;
	word = frrd_health_counts(&probe->health, probe->when_unknown);
	if (!grp || ref->role != FRRD_ROLE_OWNER || word != FRRD_HEALTH_DOWN)
		return word;
	until_ms = grp->owned_since_ms + owner_grace_ms(probe);
	if (until_ms <= frrd_now_ms())
		return word;
	*ret_again_ms = MIN(*ret_again_ms, until_ms);
	return FRRD_HEALTH_UNKNOWN;
}

/* grp is NULL for a track. */
static void sum_up(const struct frrd_grp *grp, bool owned, const struct frrd_probe_use *use,
		   struct frrd_health_sum *ret_sum, int64_t *ret_again_ms)
{
	const struct frrd_probe_ref *ref;

	memset(ret_sum, 0, sizeof(*ret_sum));
	*ret_again_ms = FRRD_NEVER;
	frr_each (frrd_probe_refs_const, &use->refs, ref)
		if (!grp || role_applies(ref->role, owned))
			frrd_health_sum_add(ret_sum, ref_word(grp, ref, ret_again_ms));
}

enum frrd_health frrd_probe_word(struct frrd_grp *grp, int64_t *ret_again_ms)
{
	const struct frrd_member *member = frrd_member_local(grp);
	struct frrd_health_sum sum;

	*ret_again_ms = FRRD_NEVER;
	if (!member)
		return FRRD_HEALTH_UP;
	sum_up(grp, frrd_grp_owned(grp), &member->probes, &sum, ret_again_ms);
	return frrd_health_combine(&sum, member->probes.mode, member->probes.number);
}

enum frrd_health frrd_track_word(struct frrd_trk *track)
{
	struct frrd_health_sum sum;
	int64_t again_ms;

	sum_up(NULL, false, &track->use, &sum, &again_ms);
	return frrd_health_combine(&sum, track->use.mode, track->use.number);
}

bool frrd_grp_healthy(struct frrd_grp *grp, int64_t *ret_again_ms)
{
	enum frrd_health word = frrd_probe_word(grp, ret_again_ms);
	int64_t attach_ms;
	bool attachable = frrd_attach_possible(grp, &attach_ms);

	*ret_again_ms = MIN(*ret_again_ms, attach_ms);
	if (!frrd_route_nexthop_usable(grp) || !attachable)
		return false;
	return frrd_grp_owned(grp) ? word != FRRD_HEALTH_DOWN : word == FRRD_HEALTH_UP;
}

/* --- words ---------------------------------------------------------------------- */

/* What is wrong with the next-hop; false: nothing. */
static bool describe_nexthop(struct frrd_grp *grp, const struct frrd_member *member, char *buf,
			     size_t size)
{
	uint32_t total = grp->routes.here;
	enum frrd_route_cause cause = FRRD_CAUSE_NONE;
	ifindex_t ifindex;

	if (total != grp->routes.ipv6)
		cause = frrd_nexthop_obstacle(&member->nexthop, AF_INET, &ifindex);
	if (cause == FRRD_CAUSE_NONE && grp->routes.ipv6)
		cause = frrd_nexthop_obstacle(&member->nexthop, AF_INET6, &ifindex);
	if (cause == FRRD_CAUSE_NONE)
		return false;
	snprintf(buf, size, "%s", frrd_route_cause_text(cause));
	return true;
}

static void describe_probe(const struct frrd_probe_ref *ref, char *buf, size_t size)
{
	const struct frrd_probe *probe = frrd_probe_find(ref->name);
	char since[32];

	if (!probe) {
		snprintf(buf, size, "probe %s does not exist", ref->name);
		return;
	}
	snprintf(buf, size, "probe %s is %s for %s: %s", probe->name,
		 frrd_health_name(probe->health.state),
		 frrd_ms_str(frrd_now_ms() - probe->since_ms, since, sizeof(since)), probe->text);
}

/* The probe that is to blame: one that is down before one that is unknown. */
static const struct frrd_probe_ref *to_blame(const struct frrd_grp *grp, bool owned,
					     const struct frrd_probe_use *use)
{
	const struct frrd_probe_ref *ref, *unknown = NULL;
	int64_t again_ms = FRRD_NEVER;

	frr_each (frrd_probe_refs_const, &use->refs, ref) {
		enum frrd_health word;

		if (!role_applies(ref->role, owned))
			continue;
		word = ref_word(grp, ref, &again_ms);
		if (word == FRRD_HEALTH_DOWN)
			return ref;
		if (word == FRRD_HEALTH_UNKNOWN && !unknown)
			unknown = ref;
	}
	return unknown;
}

static void describe_probes(struct frrd_grp *grp, const struct frrd_probe_use *use, char *buf,
			    size_t size)
{
	/* A site that hands the group over says why it does not want to own it. */
	bool owned = frrd_grp_owned(grp) || grp->fsm.state == FRRD_STATE_RELEASING;
	const struct frrd_probe_ref *ref = to_blame(grp, owned, use);
	struct frrd_health_sum sum;
	int64_t again_ms;

	if (!ref)
		return;
	sum_up(grp, owned, use, &sum, &again_ms);
	if (frrd_health_combine(&sum, use->mode, use->number) == FRRD_HEALTH_UP)
		return;
	if (use->mode != FRRD_COMBINE_ALL)
		snprintf(buf, size, "%u of %u probes are up, %u needed; ", sum.up, sum.total,
			 use->mode == FRRD_COMBINE_ANY ? 1 : use->number);
	describe_probe(ref, buf + strlen(buf), size - strlen(buf));
}

const char *frrd_describe_health(struct frrd_grp *grp, char *buf, size_t size)
{
	const struct frrd_member *member = frrd_member_local(grp);

	buf[0] = '\0';
	if (!member || describe_nexthop(grp, member, buf, size))
		return buf;
	frrd_attach_describe(grp, buf, size);
	if (!buf[0])
		describe_probes(grp, &member->probes, buf, size);
	return buf;
}

const char *frrd_probe_role_name(enum frrd_probe_role role)
{
	switch (role) {
	case FRRD_ROLE_BOTH:
		break;
	case FRRD_ROLE_OWNER:
		return "owner";
	case FRRD_ROLE_STANDBY:
		return "standby";
	}
	return "both";
}

const char *frrd_combine_name(enum frrd_combine mode)
{
	switch (mode) {
	case FRRD_COMBINE_ALL:
		break;
	case FRRD_COMBINE_ANY:
		return "any";
	case FRRD_COMBINE_AT_LEAST:
		return "at-least";
	}
	return "all";
}
