// SPDX-License-Identifier: GPL-2.0-or-later
/* The steps of a move; see steps.h. */

#include "frrd/core/steps.h"

const char *frrd_step_name(enum frrd_step step)
{
	switch (step) {
	case FRRD_STEP_REST:
		return "rest";
	case FRRD_STEP_PRE_ANNOUNCE:
		return "pre-announce";
	case FRRD_STEP_ATTACH:
		return "attach";
	case FRRD_STEP_ANNOUNCE:
		return "announce";
	case FRRD_STEP_POST_ANNOUNCE:
		return "post-announce";
	case FRRD_STEP_OWNER:
		return "owner";
	case FRRD_STEP_PRE_WITHDRAW:
		return "pre-withdraw";
	case FRRD_STEP_WITHDRAW:
		return "withdraw";
	case FRRD_STEP_DETACH:
		return "detach";
	case FRRD_STEP_POST_WITHDRAW:
		return "post-withdraw";
	}
	return "?";
}

bool frrd_step_is_hook(enum frrd_step step)
{
	return step == FRRD_STEP_PRE_ANNOUNCE || step == FRRD_STEP_POST_ANNOUNCE ||
	       step == FRRD_STEP_PRE_WITHDRAW || step == FRRD_STEP_POST_WITHDRAW;
}

bool frrd_steps_busy(const struct frrd_sequence *seq)
{
	return seq->step != FRRD_STEP_REST && seq->step != FRRD_STEP_OWNER;
}

/* --- the order -------------------------------------------------------------------- */

static enum frrd_step step_after(const struct frrd_sequence *seq)
{
	switch (seq->step) {
	case FRRD_STEP_PRE_ANNOUNCE:
		return seq->announce_first ? FRRD_STEP_ANNOUNCE : FRRD_STEP_ATTACH;
	case FRRD_STEP_ATTACH:
		return seq->announce_first ? FRRD_STEP_POST_ANNOUNCE : FRRD_STEP_ANNOUNCE;
	case FRRD_STEP_ANNOUNCE:
		return seq->announce_first ? FRRD_STEP_ATTACH : FRRD_STEP_POST_ANNOUNCE;
	case FRRD_STEP_POST_ANNOUNCE:
	case FRRD_STEP_OWNER:
		return FRRD_STEP_OWNER;
	case FRRD_STEP_PRE_WITHDRAW:
		return FRRD_STEP_WITHDRAW;
	case FRRD_STEP_WITHDRAW:
		return FRRD_STEP_DETACH;
	case FRRD_STEP_DETACH:
		return FRRD_STEP_POST_WITHDRAW;
	case FRRD_STEP_POST_WITHDRAW:
	case FRRD_STEP_REST:
		return FRRD_STEP_REST;
	}
	return FRRD_STEP_REST;
}

void frrd_steps_leave(struct frrd_sequence *seq)
{
	if (seq->step == FRRD_STEP_PRE_ANNOUNCE)
		seq->pre_done = true;
	if (seq->step == FRRD_STEP_POST_ANNOUNCE)
		seq->post_due = false;
	seq->step = step_after(seq);
}

void frrd_steps_takeover(struct frrd_sequence *seq, enum frrd_reason reason, bool announce_first)
{
	bool resumed = reason == FRRD_REASON_RESUMED;
	/* The routes stand in zebra: this process has handed them over, or an earlier one. */
	bool stood = resumed && (seq->routes_done || !seq->pre_begun);

	seq->reason = reason;
	seq->announce_first = stood || announce_first;
	seq->routes_done = false;
	seq->aborted = false;
	seq->delayed = false;
	seq->hurried = false;
	seq->held_back = false;
	seq->step = FRRD_STEP_PRE_ANNOUNCE;
	if (resumed && (seq->pre_done || !seq->pre_begun)) {
		frrd_steps_leave(seq);
	} else {
		seq->pre_begun = seq->post_due = true;
		seq->pre_done = false;
	}
}

/* Withdrawals that somebody wanted, and that may wait for the user's programs. */
static bool is_planned(const struct frrd_group *group, enum frrd_reason reason)
{
	static const enum frrd_reason planned[] = {
		FRRD_REASON_COMMAND_RELEASE,   FRRD_REASON_COMMAND_SWITCHOVER_AWAY,
		FRRD_REASON_GRANT_REQUESTED,   FRRD_REASON_GRANT_MAINTENANCE,
		FRRD_REASON_GRANT_UNHEALTHY,   FRRD_REASON_GRANT_FAILBACK,
		FRRD_REASON_MEMBER_REMOVED,    FRRD_REASON_SHUTDOWN,
	};

	for (size_t i = 0; i < sizeof(planned) / sizeof(planned[0]); i++)
		if (reason == planned[i])
			return true;
	/* else it is the claim of a successor of before: a conflict */
	return reason == FRRD_REASON_HANDED_OVER && group->grant_to;
}

void frrd_steps_release(struct frrd_sequence *seq, const struct frrd_group *group,
			enum frrd_reason reason, bool zebra_up)
{
	bool wait = seq->routes_done && is_planned(group, reason) && zebra_up;

	seq->reason = reason;
	seq->routes_done = false;
	seq->aborted = false;
	seq->pre_begun = seq->pre_done = seq->post_due = false;
	seq->hurried = false;
	seq->held_back = false;
	seq->step = wait ? FRRD_STEP_PRE_WITHDRAW : FRRD_STEP_WITHDRAW;
}

/* --- what the steps wait for ------------------------------------------------------ */

static bool routes_stand(const struct frrd_routes *routes)
{
	return routes->announced >= routes->total && !routes->pending && routes->installed;
}

static bool routes_gone(const struct frrd_routes *routes)
{
	return !routes->announced && !routes->pending;
}

bool frrd_steps_is_done(const struct frrd_sequence *seq, const struct frrd_routes *routes,
			enum frrd_attach_status attached)
{
	switch (seq->step) {
	case FRRD_STEP_PRE_ANNOUNCE:
		return seq->pre_done; /* they have ended, and the group was held back */
	case FRRD_STEP_ATTACH:
		return attached == FRRD_ATTACH_DONE;
	case FRRD_STEP_ANNOUNCE:
		return routes_stand(routes);
	case FRRD_STEP_WITHDRAW:
		return routes_gone(routes);
	case FRRD_STEP_DETACH:
		return attached != FRRD_ATTACH_BUSY;
	case FRRD_STEP_REST:
	case FRRD_STEP_OWNER:
	case FRRD_STEP_POST_ANNOUNCE:
	case FRRD_STEP_PRE_WITHDRAW:
	case FRRD_STEP_POST_WITHDRAW:
		return false; /* nothing to wait for, or hooks, which say so themselves */
	}
	return false;
}

bool frrd_steps_taken_back(const struct frrd_sequence *seq, const struct frrd_group *group)
{
	return group->arbiter == FRRD_ARBITER_BGP && seq->reason == FRRD_REASON_GRANTED &&
	       group->view.claims && !group->view.grants;
}

/*
 * A takeover in which programs or attachments took their time goes on only when it is
 * known that nobody else has taken over meanwhile.
 *
 * Rule 6: the session with zebra was lost before the routes were handed over.  The
 * state machine decides whether this site goes on, and its answer is a new action.
 * Rules 2 and 6: there is no quorum any more, or not for settle-time yet.  Either it
 * comes back, or the fence withdraws.  Force does not wait for that.
 * The process was stopped: it has to hear first what happened.
 * Rule 4: the grant that was followed has fallen, and the granter claims still.  It has taken
 * it back, and one of the two yields by rule 5; a handover that is over has neither.
 */
static bool has_to_wait(const struct frrd_sequence *seq, const struct frrd_group *group,
			int64_t now_ms)
{
	bool unsettled = group->arbiter == FRRD_ARBITER_BGP && !group->settled &&
			 seq->reason != FRRD_REASON_COMMAND_FORCE;
	bool taken_back = frrd_steps_taken_back(seq, group);
	bool before = seq->step == FRRD_STEP_PRE_ANNOUNCE || seq->step == FRRD_STEP_ATTACH;

	return before && !seq->routes_done &&
	       (group->resume || unsettled || taken_back || now_ms < group->stalled_until_ms);
}

/* The present step is done: leave it, unless the takeover has to wait. */
static bool leave_or_wait(struct frrd_sequence *seq, const struct frrd_group *group,
			  int64_t now_ms)
{
	seq->held_back = has_to_wait(seq, group, now_ms);
	if (!seq->held_back)
		frrd_steps_leave(seq);
	return !seq->held_back;
}

bool frrd_steps_go_on(struct frrd_sequence *seq, const struct frrd_group *group, int64_t now_ms,
		      const struct frrd_routes *routes, enum frrd_attach_status attached)
{
	if (seq->step == FRRD_STEP_ATTACH && !seq->routes_done)
		seq->delayed = true;
	seq->held_back = false;
	return frrd_steps_is_done(seq, routes, attached) && leave_or_wait(seq, group, now_ms);
}

bool frrd_steps_programs_ended(struct frrd_sequence *seq, const struct frrd_group *group,
			       int64_t now_ms, bool go_on)
{
	seq->delayed = true;
	if (seq->step == FRRD_STEP_PRE_ANNOUNCE) {
		seq->aborted = !go_on;
		seq->pre_done = go_on;
		if (!go_on)
			return false;
	}
	return leave_or_wait(seq, group, now_ms);
}

/* --- a release that is in a hurry ------------------------------------------------- */

bool frrd_steps_waits_for_zebra(const struct frrd_sequence *seq, const struct frrd_group *group,
				bool zebra_up)
{
	return is_planned(group, seq->reason) && !seq->hurried && zebra_up;
}

enum frrd_urgency frrd_steps_urgency(const struct frrd_sequence *seq,
				     const struct frrd_group *group,
				     const struct frrd_policy *policy, int64_t now_ms,
				     bool zebra_up)
{
	bool bgp = policy->arbiter == FRRD_ARBITER_BGP;
	bool cut_off = bgp && group->quorum_since_ms == FRRD_NEVER && !group->fence_waived;
	/* Of an earlier successor, from which the grant was taken back, it is a conflict. */
	uint16_t others = group->view.claims & ~group->ignored_claims &
			  ~FRRD_SITE_BIT(group->grant_to);

	if (seq->held_back && !has_to_wait(seq, group, now_ms))
		return FRRD_URGENCY_GO_ON;
	if (seq->step == FRRD_STEP_WITHDRAW && !seq->hurried && (cut_off || !zebra_up))
		return FRRD_URGENCY_DETACH;
	if (seq->step != FRRD_STEP_PRE_WITHDRAW)
		return FRRD_URGENCY_NONE;
	if (cut_off)
		return FRRD_URGENCY_NO_QUORUM;
	if (bgp && others)
		return FRRD_URGENCY_CLAIMED;
	if (!zebra_up)
		return FRRD_URGENCY_NO_ZEBRA;
	return group->stopping ? FRRD_URGENCY_ENDING : FRRD_URGENCY_NONE;
}

void frrd_steps_hurry(struct frrd_sequence *seq)
{
	seq->hurried = true;
	seq->step = FRRD_STEP_WITHDRAW;
}

/* --- what others get to know ------------------------------------------------------ */

static uint32_t at_least_one(uint32_t count)
{
	return count > 0 ? count : 1;
}

/* The takeover has not handed the routes over yet. */
static void routes_before(const struct frrd_sequence *seq, enum frrd_attach_status attached,
			  struct frrd_routes *routes)
{
	bool failed = seq->aborted ||
		      (seq->step == FRRD_STEP_ATTACH && attached == FRRD_ATTACH_FAILED);

	routes->announced = routes->total;
	routes->installed = routes->lost = routes->taken = 0;
	routes->failed = failed ? routes->total : 0;
	routes->pending = failed ? 0 : at_least_one(routes->total);
}

void frrd_steps_routes(const struct frrd_sequence *seq, enum frrd_attach_status attached,
		       struct frrd_routes *routes)
{
	switch (seq->step) {
	case FRRD_STEP_PRE_ANNOUNCE:
		routes_before(seq, attached, routes);
		return;
	case FRRD_STEP_ATTACH:
		if (!seq->routes_done)
			routes_before(seq, attached, routes);
		else if (attached == FRRD_ATTACH_BUSY)
			routes->pending = at_least_one(routes->pending);
		return;
	case FRRD_STEP_PRE_WITHDRAW:
		routes->held = true;
		routes->pending = at_least_one(routes->pending);
		return;
	case FRRD_STEP_WITHDRAW:
	case FRRD_STEP_DETACH:
		routes->pending = at_least_one(routes->pending);
		return;
	case FRRD_STEP_REST:
	case FRRD_STEP_ANNOUNCE:
	case FRRD_STEP_POST_ANNOUNCE:
	case FRRD_STEP_OWNER:
	case FRRD_STEP_POST_WITHDRAW:
		return;
	}
}

bool frrd_steps_resumable(const struct frrd_sequence *seq, const struct frrd_group *group)
{
	return group->resume || seq->routes_done;
}
