// SPDX-License-Identifier: GPL-2.0-or-later
/* What has to happen around a move, and in which order; see frrd_sequence.h. */

#include <zebra.h>

#include "log.h"

#include "frrd/frrd_attach.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_drain.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_sequence.h"
#include "frrd/frrd_statefile.h"
#include "frrd/frrd_time.h"

/*
 * A site that is cut off lets its addresses go although zebra does not answer: the
 * others take over when they may think that it has.
 */
#define UNCONFIRMED_MS 300
/* What programs have at the end of the daemon. */
#define SHUTDOWN_PROGRAMS_MS 5000
/* The kernel detaches at once; if it does not, the release is not held up by it. */
#define DETACH_MS 2000

static const struct frrd_sequence_hooks *hooks;

static void run(struct frrd_grp *grp);

void frrd_sequence_set_hooks(const struct frrd_sequence_hooks *set)
{
	hooks = set;
}

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

/* --- what the steps wait for --- */

static bool routes_stand(const struct frrd_grp *grp)
{
	struct frrd_routes routes;

	frrd_route_snapshot(grp, &routes);
	return routes.announced >= routes.total && !routes.pending && routes.installed;
}

static bool routes_gone(const struct frrd_grp *grp)
{
	struct frrd_routes routes;

	frrd_route_snapshot(grp, &routes);
	return !routes.announced && !routes.pending;
}

static bool is_hook_step(enum frrd_step step)
{
	return step == FRRD_STEP_PRE_ANNOUNCE || step == FRRD_STEP_POST_ANNOUNCE ||
	       step == FRRD_STEP_PRE_WITHDRAW || step == FRRD_STEP_POST_WITHDRAW;
}

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

/* The step is done. */
static void leave(struct frrd_sequence *seq)
{
	if (seq->step == FRRD_STEP_PRE_ANNOUNCE)
		seq->pre_done = true;
	if (seq->step == FRRD_STEP_POST_ANNOUNCE && seq->post_due) {
		seq->post_due = false;
		frrd_statefile_dirty();
	}
	seq->step = step_after(seq);
}

/*
 * Rule 6: the session with zebra was lost before the routes were handed over.  The
 * state machine decides whether this site goes on, and its answer is a new action.
 */
static bool undecided(const struct frrd_grp *grp)
{
	return grp->fsm.resume && !grp->seq.routes_done;
}

/* --- steps --- */

/*
 * While programs ran or an attachment was missing another site may have taken over,
 * with the arbiter manual by command: only what nobody else announces is written then.
 * With the arbiter bgp the claim has stood all the time, and the owner that hands over
 * make-before-break announces of course.
 */
static void ask_first(struct frrd_grp *grp)
{
	struct frrd_route *route;

	if (grp->policy.arbiter == FRRD_ARBITER_BGP ||
	    grp->seq.reason == FRRD_REASON_COMMAND_FORCE)
		return;
	frr_each (frrd_route_list, &grp->routes.list, route)
		route->verify = frrd_route_is_here(route);
}

static void announce_routes(struct frrd_grp *grp)
{
	if (grp->seq.delayed)
		ask_first(grp);
	grp->seq.routes_done = true;
	frrd_statefile_dirty_now(); /* from here on a restart may resume it */
	frrd_route_announce(grp);
	grp->announce_us = grp->routes.written_us;
	frrd_journal_written(grp, "announce");
}

static void withdraw_routes(struct frrd_grp *grp)
{
	if (grp->seq.reason == FRRD_REASON_HANDED_OVER && grp->policy.make_before_break)
		frrd_drain_start(grp);
	frrd_route_withdraw(grp);
	grp->announce_us = grp->routes.written_us;
	frrd_journal_written(grp, "withdraw");
}

static void unconfirmed(struct event *event)
{
	struct frrd_grp *grp = EVENT_ARG(event);

	if (!frrd_attach_count(grp))
		return;
	zlog_warn("group %s: zebra has not confirmed the withdrawal for %d ms; detached all the same",
		  grp->name, UNCONFIRMED_MS);
	frrd_attach_want(grp, FRRD_ATTACH_OFF);
}

/* Once in a release. */
static void detach_soon(struct frrd_grp *grp)
{
	grp->seq.hurried = true;
	event_add_timer_msec(frrd_loop, unconfirmed, grp, UNCONFIRMED_MS, &grp->seq.t_limit);
}

static void not_detached(struct event *event)
{
	struct frrd_grp *grp = EVENT_ARG(event);

	flog_err(EC_FRRD_ATTACH, "group %s: the kernel has not detached it after %d ms; going on",
		 grp->name, DETACH_MS);
	grp->seq.step = step_after(&grp->seq);
	run(grp);
	frrd_engine_routes_changed(grp);
}

static void cancel(struct frrd_grp *grp, const char *why)
{
	EVENT_OFF(grp->seq.t_limit);
	if (hooks && is_hook_step(grp->seq.step))
		hooks->cancel(grp, why);
}

/* Rules 2 and 5: the withdrawal does not wait for programs any more. */
static void hurry(struct frrd_grp *grp, const char *why)
{
	zlog_warn("group %s: %s; it is withdrawn without waiting for hooks", grp->name, why);
	cancel(grp, why);
	grp->seq.hurried = true;
	grp->seq.step = FRRD_STEP_WITHDRAW;
	run(grp);
	frrd_engine_routes_changed(grp);
}

static bool begin_programs(struct frrd_grp *grp)
{
	struct frrd_sequence *seq = &grp->seq;

	/* Who goes on after a restart has not taken over: the programs have run to their end. */
	if (seq->step == FRRD_STEP_POST_ANNOUNCE && !seq->post_due)
		return true;
	return !hooks || hooks->begin(grp, seq->step, seq->reason);
}

/* A service that a hook or an attachment brings has its time to come up from here on. */
static void owner_at_last(struct frrd_grp *grp)
{
	grp->owned_since_ms = frrd_now_ms();
	frrd_engine_health_changed(grp);
}

/* The step has just been entered; true: it is done already. */
static bool begin(struct frrd_grp *grp, bool planned)
{
	struct frrd_sequence *seq = &grp->seq;

	switch (seq->step) {
	case FRRD_STEP_POST_ANNOUNCE:
		owner_at_last(grp);
		return begin_programs(grp);
	case FRRD_STEP_PRE_ANNOUNCE:
	case FRRD_STEP_PRE_WITHDRAW:
	case FRRD_STEP_POST_WITHDRAW:
		return begin_programs(grp);
	case FRRD_STEP_ATTACH:
		frrd_attach_want(grp, FRRD_ATTACH_ON);
		return frrd_attach_status(grp) == FRRD_ATTACH_DONE;
	case FRRD_STEP_ANNOUNCE:
		announce_routes(grp);
		return routes_stand(grp);
	case FRRD_STEP_WITHDRAW:
		withdraw_routes(grp);
		if (!planned || !frrd_engine_zebra_connected())
			detach_soon(grp);
		return routes_gone(grp);
	case FRRD_STEP_DETACH:
		frrd_attach_want(grp, FRRD_ATTACH_OFF);
		event_add_timer_msec(frrd_loop, not_detached, grp, DETACH_MS, &seq->t_limit);
		return frrd_attach_status(grp) != FRRD_ATTACH_BUSY;
	case FRRD_STEP_REST:
	case FRRD_STEP_OWNER:
		return false;
	}
	return false;
}

/* Is the step, which was begun before, done by now? */
static bool is_done(const struct frrd_grp *grp)
{
	switch (grp->seq.step) {
	case FRRD_STEP_ATTACH:
		return frrd_attach_status(grp) == FRRD_ATTACH_DONE;
	case FRRD_STEP_ANNOUNCE:
		return routes_stand(grp);
	case FRRD_STEP_WITHDRAW:
		return routes_gone(grp);
	case FRRD_STEP_DETACH:
		return frrd_attach_status(grp) != FRRD_ATTACH_BUSY;
	case FRRD_STEP_REST:
	case FRRD_STEP_OWNER:
	case FRRD_STEP_PRE_ANNOUNCE:
	case FRRD_STEP_POST_ANNOUNCE:
	case FRRD_STEP_PRE_WITHDRAW:
	case FRRD_STEP_POST_WITHDRAW:
		return false; /* nothing to wait for, or hooks, which say so themselves */
	}
	return false;
}

/* Withdrawals that somebody wanted, and that may wait for the user's programs. */
static bool is_planned(const struct frrd_grp *grp, enum frrd_reason reason)
{
	static const enum frrd_reason planned[] = {
		FRRD_REASON_COMMAND_RELEASE,   FRRD_REASON_COMMAND_SWITCHOVER_AWAY,
		FRRD_REASON_GRANT_REQUESTED,   FRRD_REASON_GRANT_MAINTENANCE,
		FRRD_REASON_GRANT_UNHEALTHY,   FRRD_REASON_GRANT_FAILBACK,
		FRRD_REASON_MEMBER_REMOVED,    FRRD_REASON_SHUTDOWN,
	};

	for (size_t i = 0; i < array_size(planned); i++)
		if (reason == planned[i])
			return true;
	/* else it is the claim of a successor of before: a conflict */
	return reason == FRRD_REASON_HANDED_OVER && grp->fsm.grant_to;
}

/* Enter the present step and those after it, as far as they do not have to wait. */
static void run(struct frrd_grp *grp)
{
	struct frrd_sequence *seq = &grp->seq;
	bool planned = is_planned(grp, seq->reason) && !seq->hurried;

	while (true) {
		EVENT_OFF(seq->t_limit);
		if (frrd_debug_fsm())
			zlog_debug("group %s: step %s", grp->name, frrd_step_name(seq->step));
		if (!begin(grp, planned))
			return;
		leave(seq);
	}
}

/* --- for the engine --- */

void frrd_sequence_announce(struct frrd_grp *grp, enum frrd_reason reason)
{
	struct frrd_sequence *seq = &grp->seq;
	bool resumed = reason == FRRD_REASON_RESUMED;
	/* The routes stand in zebra: this process has handed them over, or an earlier one. */
	bool stood = resumed && (seq->routes_done || !seq->pre_begun);

	cancel(grp, "the group is taken over again");
	seq->reason = reason;
	seq->announce_first = stood || grp->announce_first;
	seq->routes_done = false;
	seq->aborted = false;
	seq->delayed = false;
	seq->hurried = false;
	seq->step = FRRD_STEP_PRE_ANNOUNCE;
	if (resumed && (seq->pre_done || !seq->pre_begun)) {
		leave(seq);
	} else {
		seq->pre_begun = seq->post_due = true;
		seq->pre_done = false;
	}
	run(grp);
	frrd_engine_routes_changed(grp);
}

void frrd_sequence_withdraw(struct frrd_grp *grp, enum frrd_reason reason)
{
	struct frrd_sequence *seq = &grp->seq;
	bool wait = seq->routes_done && is_planned(grp, reason) && frrd_engine_zebra_connected();

	cancel(grp, "the group is withdrawn");
	seq->reason = reason;
	seq->routes_done = false;
	seq->aborted = false;
	seq->pre_begun = seq->pre_done = seq->post_due = false;
	seq->hurried = false;
	seq->step = wait ? FRRD_STEP_PRE_WITHDRAW : FRRD_STEP_WITHDRAW;
	run(grp);
	frrd_engine_routes_changed(grp);
}

void frrd_sequence_go_on(struct frrd_grp *grp)
{
	struct frrd_sequence *seq = &grp->seq;

	if (seq->step == FRRD_STEP_ATTACH && !seq->routes_done)
		seq->delayed = true;
	if (!undecided(grp) && is_done(grp)) {
		leave(seq);
		run(grp);
	}
}

void frrd_sequence_hooks_done(struct frrd_grp *grp, bool go_on)
{
	struct frrd_sequence *seq = &grp->seq;

	if (!is_hook_step(seq->step))
		return;
	seq->delayed = true;
	if (seq->step == FRRD_STEP_PRE_ANNOUNCE && !go_on) {
		seq->aborted = true;
	} else if (seq->step == FRRD_STEP_PRE_ANNOUNCE && undecided(grp)) {
		seq->pre_done = true;
	} else {
		leave(seq);
		run(grp);
	}
	frrd_engine_routes_changed(grp);
}

static void programs_overdue(struct event *event)
{
	hurry(EVENT_ARG(event), "frrd ends");
}

/* Programs of pre-withdraw run: does something make it better not to wait for them? */
static void follow_pre_withdraw(struct frrd_grp *grp, bool cut_off, uint16_t conflicts)
{
	struct frrd_sequence *seq = &grp->seq;

	if (cut_off)
		hurry(grp, "there is no quorum");
	else if (conflicts)
		hurry(grp, "another site claims it");
	else if (!frrd_engine_zebra_connected())
		hurry(grp, "zebra is gone, and its routes with it");
	else if (grp->removed)
		hurry(grp, "its prefixes are not configured any more");
	else if (grp->fsm.stopping && !seq->t_limit)
		event_add_timer_msec(frrd_loop, programs_overdue, grp, SHUTDOWN_PROGRAMS_MS,
				     &seq->t_limit);
}

void frrd_sequence_follow(struct frrd_grp *grp)
{
	const struct frrd_group *fsm = &grp->fsm;
	bool bgp = grp->policy.arbiter == FRRD_ARBITER_BGP;
	bool cut_off = bgp && fsm->quorum_since_ms == FRRD_NEVER && !fsm->fence_waived;
	uint16_t successors = FRRD_SITE_BIT(fsm->grant_to) | FRRD_SITE_BIT(fsm->granted_to);

	if (grp->seq.step == FRRD_STEP_WITHDRAW && !grp->seq.hurried &&
	    (cut_off || !frrd_engine_zebra_connected()))
		detach_soon(grp);
	if (grp->seq.step == FRRD_STEP_PRE_WITHDRAW)
		follow_pre_withdraw(grp, cut_off,
				    bgp ? fsm->view.claims & ~fsm->ignored_claims & ~successors : 0);
}

/* The takeover has not handed the routes over yet. */
static void snapshot_before(const struct frrd_grp *grp, struct frrd_routes *ret_routes)
{
	bool failed = grp->seq.aborted || (grp->seq.step == FRRD_STEP_ATTACH &&
					   frrd_attach_status(grp) == FRRD_ATTACH_FAILED);

	ret_routes->announced = ret_routes->total;
	ret_routes->installed = ret_routes->lost = ret_routes->taken = 0;
	ret_routes->failed = failed ? ret_routes->total : 0;
	ret_routes->pending = failed ? 0 : MAX(ret_routes->total, 1);
}

void frrd_sequence_snapshot(const struct frrd_grp *grp, struct frrd_routes *ret_routes)
{
	frrd_route_snapshot(grp, ret_routes);
	switch (grp->seq.step) {
	case FRRD_STEP_PRE_ANNOUNCE:
		snapshot_before(grp, ret_routes);
		return;
	case FRRD_STEP_ATTACH:
		if (!grp->seq.routes_done)
			snapshot_before(grp, ret_routes);
		else if (frrd_attach_status(grp) == FRRD_ATTACH_BUSY)
			ret_routes->pending = MAX(ret_routes->pending, 1);
		return;
	case FRRD_STEP_PRE_WITHDRAW:
		ret_routes->held = true;
		ret_routes->pending = MAX(ret_routes->pending, 1);
		return;
	case FRRD_STEP_WITHDRAW:
	case FRRD_STEP_DETACH:
		ret_routes->pending = MAX(ret_routes->pending, 1);
		return;
	case FRRD_STEP_REST:
	case FRRD_STEP_ANNOUNCE:
	case FRRD_STEP_POST_ANNOUNCE:
	case FRRD_STEP_OWNER:
	case FRRD_STEP_POST_WITHDRAW:
		return;
	}
}

bool frrd_sequence_busy(const struct frrd_grp *grp)
{
	return grp->seq.step != FRRD_STEP_REST && grp->seq.step != FRRD_STEP_OWNER;
}

bool frrd_sequence_stands(const struct frrd_grp *grp)
{
	return frrd_sequence_busy(grp) ? grp->seq.step != FRRD_STEP_POST_WITHDRAW
				       : grp->seq.step == FRRD_STEP_OWNER;
}

void frrd_sequence_drop(struct frrd_grp *grp)
{
	cancel(grp, "the group is removed");
	grp->seq = (struct frrd_sequence){};
}
