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

/*
 * A site that is cut off lets its addresses go although zebra does not answer: the
 * others take over when they may think that it has.
 */
#define UNCONFIRMED_MS 300
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

/* --- steps --- */

/*
 * After a while without an attachment another site may have taken over, with the
 * arbiter manual by command: only what nobody else announces is written then.
 */
static void ask_first(struct frrd_grp *grp)
{
	struct frrd_route *route;

	frr_each (frrd_route_list, &grp->routes.list, route)
		route->verify = true;
}

static void announce_routes(struct frrd_grp *grp)
{
	if (grp->seq.delayed)
		ask_first(grp);
	grp->seq.routes_done = true;
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

static void not_detached(struct event *event)
{
	struct frrd_grp *grp = EVENT_ARG(event);

	flog_err(EC_FRRD_ATTACH, "group %s: the kernel has not detached it after %d ms; going on",
		 grp->name, DETACH_MS);
	grp->seq.step = step_after(&grp->seq);
	run(grp);
	frrd_engine_routes_changed(grp);
}

/* The step has just been entered; true: it is done already. */
static bool begin(struct frrd_grp *grp, bool planned)
{
	struct frrd_sequence *seq = &grp->seq;

	switch (seq->step) {
	case FRRD_STEP_PRE_ANNOUNCE:
	case FRRD_STEP_POST_ANNOUNCE:
	case FRRD_STEP_PRE_WITHDRAW:
	case FRRD_STEP_POST_WITHDRAW:
		return !hooks || hooks->begin(grp, seq->step, seq->reason);
	case FRRD_STEP_ATTACH:
		frrd_attach_want(grp, FRRD_ATTACH_ON);
		return frrd_attach_status(grp) == FRRD_ATTACH_DONE;
	case FRRD_STEP_ANNOUNCE:
		announce_routes(grp);
		return routes_stand(grp);
	case FRRD_STEP_WITHDRAW:
		withdraw_routes(grp);
		if (!planned || !frrd_engine_zebra_connected())
			event_add_timer_msec(frrd_loop, unconfirmed, grp, UNCONFIRMED_MS,
					     &seq->t_limit);
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
	bool planned = is_planned(grp, seq->reason);

	while (true) {
		EVENT_OFF(seq->t_limit);
		if (frrd_debug_fsm())
			zlog_debug("group %s: step %s", grp->name, frrd_step_name(seq->step));
		if (!begin(grp, planned))
			return;
		seq->step = step_after(seq);
	}
}

static void cancel(struct frrd_grp *grp)
{
	EVENT_OFF(grp->seq.t_limit);
	if (hooks && is_hook_step(grp->seq.step))
		hooks->cancel(grp);
}

/* --- for the engine --- */

void frrd_sequence_announce(struct frrd_grp *grp, enum frrd_reason reason)
{
	struct frrd_sequence *seq = &grp->seq;

	cancel(grp);
	seq->reason = reason;
	seq->announce_first = grp->announce_first;
	seq->routes_done = false;
	seq->aborted = false;
	seq->delayed = false;
	/* Who goes on after a restart has not taken over: the programs have run. */
	seq->step = FRRD_STEP_PRE_ANNOUNCE;
	if (reason == FRRD_REASON_RESUMED)
		seq->step = step_after(seq);
	run(grp);
	frrd_engine_routes_changed(grp);
}

void frrd_sequence_withdraw(struct frrd_grp *grp, enum frrd_reason reason)
{
	struct frrd_sequence *seq = &grp->seq;
	bool announced = seq->routes_done;

	cancel(grp);
	seq->reason = reason;
	seq->routes_done = false;
	seq->aborted = false;
	seq->step = announced && is_planned(grp, reason) ? FRRD_STEP_PRE_WITHDRAW
							 : FRRD_STEP_WITHDRAW;
	run(grp);
	frrd_engine_routes_changed(grp);
}

void frrd_sequence_go_on(struct frrd_grp *grp)
{
	struct frrd_sequence *seq = &grp->seq;

	if (seq->step == FRRD_STEP_ATTACH && frrd_attach_status(grp) == FRRD_ATTACH_FAILED)
		seq->delayed = true;
	if (is_done(grp)) {
		seq->step = step_after(seq);
		run(grp);
	}
}

void frrd_sequence_hooks_done(struct frrd_grp *grp, bool go_on)
{
	struct frrd_sequence *seq = &grp->seq;

	if (!is_hook_step(seq->step))
		return;
	if (seq->step == FRRD_STEP_PRE_ANNOUNCE && !go_on) {
		seq->aborted = true;
	} else {
		seq->step = step_after(seq);
		run(grp);
	}
	frrd_engine_routes_changed(grp);
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

void frrd_sequence_drop(struct frrd_grp *grp)
{
	cancel(grp);
	grp->seq = (struct frrd_sequence){};
}
