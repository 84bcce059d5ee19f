// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must never be, and what must be in the end; README.md has the list.
 *
 * The checks look at zebra's routes, at what was ordered, and at the markers.
 * They do not ask the engine what it thinks, except for the two things that
 * happen in it alone: an operator's force, and a grant.
 */

#include <stdarg.h>
#include <string.h>

#include "frrd/core/decide.h"
#include "tests/sim/sim.h"

/* From the loss of quorum to the withdrawal, beyond fence-delay. */
#define FENCE_SLACK_MS 40
/* From the decision to claim until others hear of it, beyond its way. */
#define HEARD_MS 10
/* Limit of rule 6 for an owner that came back, and time for its withdrawal. */
#define RESUME_SLACK_MS 1100

const char *sim_verdict_name(enum sim_verdict verdict)
{
	switch (verdict) {
	case SIM_OK:
		return "ok";
	case SIM_STEP:
		return "step";
	case SIM_TWO_OWNERS:
		return "two-owners";
	case SIM_NO_QUORUM:
		return "no-quorum";
	case SIM_RULE1:
		return "claim-missing";
	case SIM_RULE6:
		return "too-early";
	case SIM_LIVENESS:
		return "liveness";
	case SIM_GAP:
		return "gap";
	case SIM_EXPECT:
		return "expectation";
	case SIM_ATTACHED:
		return "attached";
	}
	return "?";
}

void sim_fail(struct sim_world *w, enum sim_verdict verdict, const char *format, ...)
{
	va_list args;

	if (w->verdict != SIM_OK)
		return;
	w->verdict = verdict;
	w->failed_at = w->now;
	va_start(args, format);
	vsnprintf(w->text, sizeof(w->text), format, args);
	va_end(args);
	sim_trace(w, 0, "VIOLATION (%s): %s", sim_verdict_name(verdict), w->text);
}

bool sim_has_majority(const struct sim_world *w, uint16_t others, int site)
{
	uint16_t voters = w->setup->voters;

	return __builtin_popcount((others | SIM_BIT(site)) & voters) * 2 >
	       __builtin_popcount(voters);
}

/* --- a site that cannot withdraw ------------------------------------------------------ */

static uint16_t in_touch(const struct sim_world *w, int site)
{
	uint16_t sites = 0;

	for (int other = 1; other <= w->setup->sites; other++)
		if (other != site && w->pairs[site][other].flow)
			sites |= SIM_BIT(other);
	return sites;
}

/*
 * frrd dead, stopped or without zebra is one fault: its claim stands.  Without
 * its majority as well nobody sees the claim: the documented double fault.
 */
void sim_check_impaired(struct sim_world *w)
{
	for (int site = 1; site <= w->setup->sites; site++) {
		struct sim_site *s = &w->sites[site];
		/* With a new zebra that bgpd has not asked yet it is as without zebra. */
		bool able = sim_frrd_runs(w, site) && s->connected && (s->synced || !s->bgpd);

		if (w->setup->plain & SIM_BIT(site))
			continue;
		if (!able && !s->impaired) {
			s->impaired = true;
			s->impaired_lost = s->excused_until > w->now && s->impaired_lost;
			s->excused_until = FRRD_NEVER;
		} else if (able && s->impaired) {
			s->impaired = false;
			s->able_since = w->now;
			s->excused_until = w->now + w->setup->fence_delay + w->setup->detect.hi +
					   RESUME_SLACK_MS;
		}
		if (!able)
			for (int g = 0; g < w->setup->groups && !s->told_up; g++)
				s->grps[g].quorum_since = FRRD_NEVER;
		if (sim_has_majority(w, in_touch(w, site), site))
			continue;
		s->impaired_lost |= s->impaired;
		for (int g = 0; g < w->setup->groups; g++)
			if (s->grps[g].markers.claim &&
			    w->now - s->grps[g].claim_since <= w->setup->way.hi + HEARD_MS)
				s->grps[g].unheard = true;
	}
}

static bool is_excused(const struct sim_world *w, int site)
{
	const struct sim_site *s = &w->sites[site];

	return s->impaired_lost && w->now < s->excused_until;
}

/* --- one step ------------------------------------------------------------------------- */

static void check_announce(struct sim_world *w, int site, int group, bool forced)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	bool resumed = grp->fsm.reason == FRRD_REASON_RESUMED;

	grp->forced = forced;
	grp->waived = forced && grp->quorum_since == FRRD_NEVER;
	if (forced)
		return;
	if (grp->quorum_since == FRRD_NEVER)
		sim_fail(w, SIM_RULE6, "site %d announces group %d without quorum", site, group + 1);
	else if (resumed && (!grp->posted.own_claim || grp->posted.claims || grp->posted.grants))
		sim_fail(w, SIM_RULE6, "site %d resumes group %d and must not", site, group + 1);
	else if (!resumed && w->now - grp->quorum_since < w->setup->settle_time)
		sim_fail(w, SIM_RULE6,
			 "site %d announces group %d %" PRId64 " ms after it got a quorum", site,
			 group + 1, w->now - grp->quorum_since);
}

static bool has_every_route(const struct sim_world *w, int site, int group)
{
	for (int p = 0; p < w->setup->prefixes; p++)
		if (!w->sites[site].items[sim_item_prefix(group, p)].in_zebra)
			return false;
	return true;
}

/* Make-before-break: who lets go has a successor that had every route. */
static void check_gap(struct sim_world *w, int site, int group)
{
	const struct sim_grp *grp = &w->sites[site].grps[group];
	const struct sim_site *to = &w->sites[grp->grant.to];

	if (!grp->grant.overlap || !grp->grant.up || w->sites[site].impaired || to->impaired ||
	    w->now < to->excused_until || w->setup->permille_fail ||
	    to->grps[group].forced || !w->pairs[site][grp->grant.to].flow ||
	    w->now >= grp->grant.since + w->setup->handover_timeout)
		return;
	if (to->grps[group].complete_at < grp->grant.since &&
	    !has_every_route(w, grp->grant.to, group))
		sim_fail(w, SIM_GAP, "group %d: site %d lets go before site %d had its routes",
			 group + 1, site, grp->grant.to);
}

void sim_check_step(struct sim_world *w, int site, int group, const struct frrd_group *before,
		    const struct frrd_event *event, const struct frrd_actions *actions)
{
	const struct frrd_group *after = &w->sites[site].grps[group].fsm;
	const char *violation = frrd_step_violation(before, after, event, actions);

	if (violation)
		sim_fail(w, SIM_STEP, "site %d, group %d, %s on %s: %s", site, group + 1,
			 frrd_state_name(after->state), frrd_event_name(event->type), violation);
	for (size_t i = 0; i < actions->count; i++)
		if (actions->list[i].type == FRRD_ACTION_ANNOUNCE)
			check_announce(w, site, group,
				       event->type == FRRD_EVENT_FAILOVER && event->force);
		else if (actions->list[i].type == FRRD_ACTION_WITHDRAW && after->grant_to &&
			 actions->list[i].reason == FRRD_REASON_HANDED_OVER)
			check_gap(w, site, group);
}

/* Turns and conflicts are decided by ranks and maintenance, the same everywhere. */
static bool configurations_differ(const struct sim_world *w, int group)
{
	const struct sim_conf *one = &w->sites[1].conf[group];

	for (int site = 2; site <= w->setup->sites; site++) {
		const struct sim_conf *conf = &w->sites[site].conf[group];

		if (conf->members != one->members || conf->maintenance != one->maintenance ||
		    memcmp(conf->rank, one->rank, sizeof(conf->rank)) != 0)
			return true;
	}
	return false;
}

/* Remember what was granted: it is what makes two announcers legal. */
void sim_check_markers(struct sim_world *w, int site, int group,
		       const struct frrd_markers *markers)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	if (markers->claim && !grp->markers.claim) {
		grp->claim_since = w->now;
		grp->unheard = !sim_has_majority(w, in_touch(w, site), site) ||
			       configurations_differ(w, group);
	}
	if (markers->grant_to && (!grp->grant.up || grp->grant.to != markers->grant_to))
		grp->grant = (struct sim_grant){
			.to = markers->grant_to,
			.up = true,
			.make_before_break = grp->policy.make_before_break,
			.overlap = grp->policy.make_before_break,
			.forced = grp->forced || (!grp->open && grp->was_forced),
			.since = w->now,
		};
	else if (!markers->grant_to && grp->grant.up) {
		grp->grant.up = false;
		grp->grant.until = w->now;
	}
}

void sim_check_view(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	bool quorum = grp->posted.known && sim_has_majority(w, grp->posted.beacons, site);

	if (grp->posted.claims & ~SIM_BIT(grp->grant.to))
		grp->rival_at = w->now;
	if (!quorum)
		grp->quorum_since = FRRD_NEVER;
	else if (grp->quorum_since == FRRD_NEVER)
		grp->quorum_since = w->now;
	grp->waived &= !quorum;
}

/* --- announce windows ----------------------------------------------------------------- */

static bool item_open(const struct sim_site *s, const struct sim_item *it)
{
	return it->in_zebra || it->exported || (it->wanted && it->written) ||
	       (s->zebra && (int32_t)(it->last_add - it->done) > 0);
}

static bool is_open(const struct sim_world *w, int site, int group)
{
	const struct sim_site *s = &w->sites[site];

	for (int p = 0; s->alive && p < w->setup->prefixes; p++)
		if (item_open(s, &s->items[sim_item_prefix(group, p)]))
			return true;
	return false;
}

static bool handing_over(const struct sim_world *w, int from, int to, int group)
{
	const struct sim_grant *grant = &w->sites[from].grps[group].grant;

	if (grant->to != to || !grant->make_before_break)
		return false;
	/* One that stands still, is dead or has no zebra lets go when it can. */
	if (w->sites[from].impaired || w->now < w->sites[from].excused_until)
		return true;
	if (grant->up)
		return w->now <= (grant->since > w->sites[from].able_since
					  ? grant->since
					  : w->sites[from].able_since) +
					 w->setup->handover_timeout + 500 +
					 sim_sequence_longest(w->setup);
	/* The successor may have seen it for that long, and withdraws or is yielded to. */
	return w->now <= grant->until + w->setup->detect.hi + 2 * w->setup->way.hi + 500;
}

static bool is_blind(const struct sim_grp *grp)
{
	return grp->blind || grp->unheard;
}

/* `older` announced first. */
bool sim_may_overlap(const struct sim_world *w, int older, int newer, int group)
{
	if (w->sites[older].grps[group].forced || w->sites[newer].grps[group].forced)
		return true;
	/*
	 * A site that is cut off in the moment of its takeover, unnoticed yet: nobody
	 * hears of its claim, and the next in rank takes over as well.  Or ranks that
	 * are just being changed, at one site after the other.
	 */
	if (is_blind(&w->sites[older].grps[group]) || is_blind(&w->sites[newer].grps[group]))
		return true;
	/* An owner may grant while its own takeover is under way. */
	return handing_over(w, older, newer, group) || handing_over(w, newer, older, group) ||
	       is_excused(w, older);
}

static void check_pair(struct sim_world *w, int a, int b, int group)
{
	bool a_first = w->sites[a].grps[group].open_since <= w->sites[b].grps[group].open_since;
	int older = a_first ? a : b, newer = a_first ? b : a;

	if (!sim_may_overlap(w, older, newer, group))
		sim_fail(w, SIM_TWO_OWNERS,
			 "group %d: site %d (%s) announces since %" PRId64
			 ", and site %d (%s) since %" PRId64,
			 group + 1, older, frrd_state_name(w->sites[older].grps[group].fsm.state),
			 w->sites[older].grps[group].open_since, newer,
			 frrd_state_name(w->sites[newer].grps[group].fsm.state),
			 w->sites[newer].grps[group].open_since);
}

/* What was taken by force is handed on with all that comes of it. */
static bool got_from_forced(const struct sim_world *w, int site, int group)
{
	for (int other = 1; other <= w->setup->sites; other++) {
		const struct sim_grp *grp = &w->sites[other].grps[group];

		if (other != site && grp->grant.forced && grp->grant.to == site &&
		    (grp->grant.up || w->now - grp->grant.until < 1000))
			return true;
	}
	return false;
}

static void check_group(struct sim_world *w, int group)
{
	int n = w->setup->sites;

	for (int site = 1; site <= n; site++) {
		struct sim_grp *grp = &w->sites[site].grps[group];
		bool open = is_open(w, site, group);

		if (has_every_route(w, site, group))
			grp->complete_at = w->now;
		if (open == grp->open)
			continue;
		grp->open = open;
		grp->open_since = w->now;
		if (open)
			grp->opened_by = w->sites[site].process_version;
		grp->blind = open && (grp->unheard || configurations_differ(w, group));
		grp->forced = grp->forced || (open && got_from_forced(w, site, group));
		sim_trace(w, site, "group %d: window %s", group + 1, open ? "opens" : "is closed");
		if (!open) {
			/* What may still be taken of it is not a handover any more. */
			grp->was_forced = grp->forced;
			grp->forced = false;
			grp->grant.make_before_break = false;
		}
		if (w->live)
			sim_fail(w, SIM_LIVENESS, "group %d: site %d %s, long after everything was well",
				 group + 1, site, open ? "announces" : "withdraws");
	}
	for (int a = 1; a <= n; a++)
		for (int b = a + 1; b <= n; b++)
			if (w->sites[a].grps[group].open && w->sites[b].grps[group].open)
				check_pair(w, a, b, group);
}

/* Rule 1: as long as a prefix is there, so is the claim. */
static void check_claim(struct sim_world *w, int site, int group)
{
	const struct sim_site *s = &w->sites[site];

	if (!sim_frrd_runs(w, site) || !s->connected || s->shutting_down ||
	    s->items[sim_item_claim(group)].wanted)
		return;
	for (int p = 0; p < w->setup->prefixes; p++) {
		const struct sim_item *it = &s->items[sim_item_prefix(group, p)];

		if ((it->wanted && it->written) || (it->in_zebra && !it->stale))
			sim_fail(w, SIM_RULE1, "site %d has prefixes of group %d, and no claim",
				 site, group + 1);
	}
}

static uint16_t beacons_of(const struct sim_world *w, int site)
{
	uint16_t beacons = 0;

	for (int other = 1; other <= w->setup->sites; other++)
		if (other != site && sim_sees(w, site, other, SIM_ITEM_BEACON))
			beacons |= SIM_BIT(other);
	return beacons;
}

/* Rule 2, by what zebra of the site shows. */
static void check_fence(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];
	int64_t since;

	if (sim_has_majority(w, beacons_of(w, site), site))
		s->lost_since = FRRD_NEVER;
	else if (s->lost_since == FRRD_NEVER)
		s->lost_since = w->now;
	if (s->impaired || s->lost_since == FRRD_NEVER)
		return;
	since = s->lost_since > s->able_since ? s->lost_since : s->able_since;
	if (w->now - since <= w->setup->fence_delay + FENCE_SLACK_MS)
		return;
	for (int g = 0; g < w->setup->groups; g++)
		if (s->grps[g].open && !s->grps[g].waived &&
		    s->items[sim_item_prefix(g, 0)].in_zebra)
			sim_fail(w, SIM_NO_QUORUM,
				 "site %d announces group %d, and has no quorum since %" PRId64, site,
				 g + 1, s->lost_since);
}

void sim_check_all(struct sim_world *w)
{
	for (int g = 0; g < w->setup->groups; g++) {
		if (!(w->check_groups & (1u << g)))
			continue;
		check_group(w, g);
		for (int site = 1; site <= w->setup->sites; site++)
			check_claim(w, site, g);
	}
	w->check_groups = 0;
	sim_check_attached(w);
	for (int site = 1; site <= w->setup->sites; site++)
		if (!(w->setup->plain & SIM_BIT(site)))
			check_fence(w, site);
}

/* --- in the end ----------------------------------------------------------------------- */

static uint16_t owners_of(const struct sim_world *w, int group)
{
	uint16_t owners = 0;

	for (int site = 1; site <= w->setup->sites; site++)
		if (w->sites[site].grps[group].open)
			owners |= SIM_BIT(site);
	return owners;
}

/*
 * A program has forbidden the takeover, and there is nobody else: by design a person
 * has to look then.
 */
static bool is_forbidden(const struct sim_world *w, int group)
{
	bool forbidden = false, other = false;

	for (int site = 1; site <= w->setup->sites; site++) {
		const struct sim_grp *grp = &w->sites[site].grps[group];

		if (grp->seq.aborted)
			forbidden = true;
		else
			other |= grp->policy.member && frrd_eligible(&grp->fsm, &grp->policy);
	}
	return forbidden && !other;
}

static bool has_member(const struct sim_world *w, int group)
{
	for (int site = 1; site <= w->setup->sites; site++)
		if (!(w->setup->plain & SIM_BIT(site)) &&
		    (w->sites[site].conf[group].members & SIM_BIT(site)))
			return true;
	return false;
}

/* The site that announced last, or 0. */
static int last_to_announce(const struct sim_world *w, int group)
{
	int last = 0;

	for (int site = 1; site <= w->setup->sites; site++) {
		const struct sim_grp *grp = &w->sites[site].grps[group];

		if (grp->opened_by &&
		    (!last || grp->open_since > w->sites[last].grps[group].open_since))
			last = site;
	}
	return last;
}

/* Could it go on with what it announced, but for its health, and does not know of another owner? */
static bool could_keep(const struct sim_world *w, int site, int group)
{
	const struct sim_site *s = &w->sites[site];
	const struct sim_grp *grp = &s->grps[group];

	return s->process_version == grp->opened_by && grp->rival_at < grp->open_since &&
	       grp->policy.member && !grp->fsm.held &&
	       !(grp->policy.maintenance & SIM_BIT(site)) &&
	       !((s->forbidding | s->unattachable) & (1u << group));
}

/*
 * Who took over what nobody had, and gets nothing out, has no granter to give it back to.
 * And who is ready is expected to take over by itself, but not after an operator's release.
 */
static bool waits_for_a_person(const struct sim_world *w, int group)
{
	for (int site = 1; site <= w->setup->sites; site++) {
		const struct sim_grp *grp = &w->sites[site].grps[group];
		bool claims = frrd_state_announces(grp->fsm.state);

		if (grp->fsm.barred || (claims && grp->seq.reason != FRRD_REASON_GRANTED))
			return true;
	}
	return false;
}

/*
 * Rule 8: nothing is broken, and only health is not what it should be. With `keep` the
 * site that announced last does so, or another one.
 */
void sim_check_kept(struct sim_world *w)
{
	for (int g = 0; g < w->setup->groups; g++) {
		int last = last_to_announce(w, g);

		if (!last || owners_of(w, g) || w->sites[1].conf[g].withdraw_alone ||
		    !w->sites[1].conf[g].auto_failover || !could_keep(w, last, g) ||
		    waits_for_a_person(w, g) || configurations_differ(w, g))
			continue;
		if (w->sites[last].grps[g].open_since < w->setup->end)
			sim_fail(w, SIM_LIVENESS,
				 "group %d: nobody announces since site %d did, and only health is missing",
				 g + 1, last);
	}
}

void sim_check_live(struct sim_world *w)
{
	for (int g = 0; g < w->setup->groups; g++) {
		uint16_t owners = owners_of(w, g);
		int count = __builtin_popcount(owners);

		if (count > 1)
			sim_fail(w, SIM_LIVENESS, "group %d has %d owners in the end", g + 1, count);
		else if (count == 0 && is_forbidden(w, g))
			continue;
		else if (count == 0 && w->sites[1].conf[g].auto_failover && has_member(w, g))
			sim_fail(w, SIM_LIVENESS, "group %d has no owner in the end", g + 1);
		else if (count == 1 && w->sites[__builtin_ctz(owners)].grps[g].fsm.state !=
					       FRRD_STATE_ACTIVE)
			sim_fail(w, SIM_LIVENESS, "group %d: its owner %d is %s in the end", g + 1,
				 __builtin_ctz(owners),
				 frrd_state_name(w->sites[__builtin_ctz(owners)].grps[g].fsm.state));
	}
	w->live = true;
}

void sim_check_owner(struct sim_world *w, int group, int owner)
{
	uint16_t owners = owners_of(w, group);

	if (owners != (owner ? SIM_BIT(owner) : 0))
		sim_fail(w, SIM_EXPECT, "group %d: expected owner %d, announced by the set %#x",
			 group + 1, owner, owners);
}
