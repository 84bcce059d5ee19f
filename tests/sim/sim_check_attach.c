// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must never be attached: a shared address at two sites, beyond what routing
 * itself allows, or at a site that has nothing to do with the group.
 *
 * The addresses follow the routes with the time that zebra needs for its answer and
 * the kernel for its work; without an answer they go after FRRD_UNCONFIRMED_MS.
 */

#include "tests/sim/sim.h"

/* Answers of zebra, a pass of the daemon, and the kernel. */
#define FOLLOW_MS 60

/* Whoever cannot act keeps what it has attached, and for a while after it. */
static bool is_helpless(const struct sim_world *w, int site)
{
	const struct sim_site *s = &w->sites[site];

	return s->impaired || w->now <= s->able_since + FRRD_RESUME_MS + FRRD_UNCONFIRMED_MS ||
	       w->now < s->excused_until;
}

/*
 * It has stopped to be the owner just now.  Break-before-make is no excuse: there the
 * successor waits until nothing is attached any more.
 */
static bool lets_go(const struct sim_world *w, int site, int other, int group)
{
	const struct sim_grp *grp = &w->sites[site].grps[group];

	if (grp->grant.up && grp->grant.to == other && !grp->grant.overlap)
		return false;
	return (grp->seq.step == FRRD_STEP_WITHDRAW || grp->seq.step == FRRD_STEP_DETACH) &&
	       w->now <= grp->released_at + FRRD_UNCONFIRMED_MS + FOLLOW_MS;
}

static bool may_both(const struct sim_world *w, int older, int newer, int group)
{
	if (w->sites[older].grps[group].open && w->sites[newer].grps[group].open)
		return true; /* judged as announcements */
	return is_helpless(w, older) || is_helpless(w, newer) ||
	       sim_may_overlap(w, older, newer, group) ||
	       sim_may_overlap(w, newer, older, group) || lets_go(w, older, newer, group) ||
	       lets_go(w, newer, older, group);
}

static void check_pair(struct sim_world *w, int a, int b, int group)
{
	bool a_first = w->sites[a].grps[group].attached_since <=
		       w->sites[b].grps[group].attached_since;
	int older = a_first ? a : b, newer = a_first ? b : a;

	if (!may_both(w, older, newer, group))
		sim_fail(w, SIM_ATTACHED,
			 "group %d: attached at site %d (%s, step %s), and at site %d (%s, step %s)",
			 group + 1, older, frrd_state_name(w->sites[older].grps[group].fsm.state),
			 frrd_step_name(w->sites[older].grps[group].seq.step), newer,
			 frrd_state_name(w->sites[newer].grps[group].fsm.state),
			 frrd_step_name(w->sites[newer].grps[group].seq.step));
}

/* Attached without announcing, and without being about to, or having done so just now. */
static void check_idle(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	bool idle = grp->attached && !is_helpless(w, site) &&
		    !frrd_state_announces(grp->fsm.state) &&
		    grp->fsm.state != FRRD_STATE_RELEASING && !grp->open;

	if (!idle)
		grp->idle_since = FRRD_NEVER;
	else if (grp->idle_since == FRRD_NEVER)
		grp->idle_since = w->now;
	else if (w->now - grp->idle_since > FOLLOW_MS)
		sim_fail(w, SIM_ATTACHED, "group %d: attached at site %d, which is %s since %" PRId64,
			 group + 1, site, frrd_state_name(grp->fsm.state), grp->idle_since);
}

/* Without zebra's answer the addresses go all the same, soon. */
static void check_unconfirmed(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	if (!grp->attached || grp->seq.step != FRRD_STEP_WITHDRAW)
		return;
	if (!sim_frrd_runs(w, site))
		grp->released_at = w->now;
	else if (w->now - grp->released_at > FRRD_UNCONFIRMED_MS + FOLLOW_MS)
		sim_fail(w, SIM_ATTACHED, "group %d: attached at site %d, released at %" PRId64,
			 group + 1, site, grp->released_at);
}

/* attach-first: the addresses are there as long as the routes. */
static void check_order(struct sim_world *w, int site, int group)
{
	const struct sim_grp *grp = &w->sites[site].grps[group];
	const struct frrd_sequence *seq = &grp->seq;

	if (!grp->open || grp->attached || is_helpless(w, site) ||
	    w->sites[site].shutting_down)
		return;
	if (!seq->announce_first && (seq->step == FRRD_STEP_ANNOUNCE ||
				     seq->step == FRRD_STEP_POST_ANNOUNCE ||
				     seq->step == FRRD_STEP_OWNER))
		sim_fail(w, SIM_ATTACHED, "group %d: site %d announces before it is attached",
			 group + 1, site);
	if (grp->was_attached && !seq->hurried &&
	    (seq->step == FRRD_STEP_PRE_WITHDRAW || seq->step == FRRD_STEP_WITHDRAW ||
	     seq->step == FRRD_STEP_DETACH))
		sim_fail(w, SIM_ATTACHED, "group %d: site %d is detached before its routes are gone",
			 group + 1, site);
}

void sim_check_attached(struct sim_world *w)
{
	int n = w->setup->sites;

	if (w->setup->attach.hi == 0)
		return;
	for (int g = 0; g < w->setup->groups; g++) {
		for (int site = 1; site <= n; site++) {
			struct sim_grp *grp = &w->sites[site].grps[g];
			bool attached = w->sites[site].alive && grp->attach.there;

			if (attached && !grp->attached)
				grp->attached_since = w->now;
			grp->was_attached = grp->attached;
			grp->attached = attached;
			check_idle(w, site, g);
			check_order(w, site, g);
			check_unconfirmed(w, site, g);
		}
		for (int a = 1; a <= n; a++)
			for (int b = a + 1; b <= n; b++)
				if (w->sites[a].grps[g].attached && w->sites[b].grps[g].attached)
					check_pair(w, a, b, g);
	}
}
