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

static const struct frrd_sequence_hooks *hooks;

static void run(struct frrd_grp *grp);

void frrd_sequence_set_hooks(const struct frrd_sequence_hooks *set)
{
	hooks = set;
}

/* Is the present step, which was begun before, done by now? */
static bool is_done(const struct frrd_grp *grp)
{
	struct frrd_routes routes;

	frrd_route_snapshot(grp, &routes);
	return frrd_steps_is_done(&grp->seq, &routes, frrd_attach_status(grp));
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
		  grp->name, FRRD_UNCONFIRMED_MS);
	frrd_attach_want(grp, FRRD_ATTACH_OFF);
}

/* Once in a release. */
static void detach_soon(struct frrd_grp *grp)
{
	grp->seq.hurried = true;
	event_add_timer_msec(frrd_loop, unconfirmed, grp, FRRD_UNCONFIRMED_MS, &grp->t_step);
}

static void not_detached(struct event *event)
{
	struct frrd_grp *grp = EVENT_ARG(event);

	flog_err(EC_FRRD_ATTACH, "group %s: the kernel has not detached it after %d ms; going on",
		 grp->name, FRRD_DETACH_MS);
	frrd_steps_leave(&grp->seq);
	run(grp);
	frrd_engine_routes_changed(grp);
}

static void cancel(struct frrd_grp *grp, const char *why)
{
	EVENT_OFF(grp->t_step);
	if (hooks && frrd_step_is_hook(grp->seq.step))
		hooks->cancel(grp, why);
}

/* Rules 2 and 5: the withdrawal does not wait for programs any more. */
static void hurry(struct frrd_grp *grp, const char *why)
{
	zlog_warn("group %s: %s; it is withdrawn without waiting for hooks", grp->name, why);
	cancel(grp, why);
	frrd_steps_hurry(&grp->seq);
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
static bool begin(struct frrd_grp *grp)
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
		return is_done(grp);
	case FRRD_STEP_ANNOUNCE:
		announce_routes(grp);
		return is_done(grp);
	case FRRD_STEP_WITHDRAW:
		withdraw_routes(grp);
		if (!frrd_steps_waits_for_zebra(seq, &grp->fsm, frrd_engine_zebra_connected()))
			detach_soon(grp);
		return is_done(grp);
	case FRRD_STEP_DETACH:
		frrd_attach_want(grp, FRRD_ATTACH_OFF);
		event_add_timer_msec(frrd_loop, not_detached, grp, FRRD_DETACH_MS, &grp->t_step);
		return is_done(grp);
	case FRRD_STEP_REST:
	case FRRD_STEP_OWNER:
		return false;
	}
	return false;
}

/* A restart has to know whether post-announce has run to its end. */
static void note_post(const struct frrd_grp *grp, bool was_due)
{
	if (was_due && !grp->seq.post_due)
		frrd_statefile_dirty();
}

/* Enter the present step and those after it, as far as they do not have to wait. */
static void run(struct frrd_grp *grp)
{
	struct frrd_sequence *seq = &grp->seq;
	bool was_due;

	while (true) {
		EVENT_OFF(grp->t_step);
		if (frrd_debug_fsm())
			zlog_debug("group %s: step %s", grp->name, frrd_step_name(seq->step));
		if (!begin(grp))
			return;
		was_due = seq->post_due;
		frrd_steps_leave(seq);
		note_post(grp, was_due);
	}
}

/* --- for the engine --- */

void frrd_sequence_announce(struct frrd_grp *grp, enum frrd_reason reason)
{
	cancel(grp, "the group is taken over again");
	frrd_steps_takeover(&grp->seq, reason, grp->announce_first);
	run(grp);
	frrd_engine_routes_changed(grp);
}

void frrd_sequence_withdraw(struct frrd_grp *grp, enum frrd_reason reason)
{
	cancel(grp, "the group is withdrawn");
	frrd_steps_release(&grp->seq, &grp->fsm, reason,
			   frrd_engine_zebra_connected());
	run(grp);
	frrd_engine_routes_changed(grp);
}

void frrd_sequence_go_on(struct frrd_grp *grp)
{
	struct frrd_routes routes;

	frrd_route_snapshot(grp, &routes);
	if (frrd_steps_go_on(&grp->seq, &grp->fsm, frrd_now_ms(), &routes, frrd_attach_status(grp)))
		run(grp);
}

void frrd_sequence_hooks_done(struct frrd_grp *grp, bool go_on)
{
	bool was_due = grp->seq.post_due;

	if (!frrd_step_is_hook(grp->seq.step))
		return;
	if (frrd_steps_programs_ended(&grp->seq, &grp->fsm, frrd_now_ms(), go_on)) {
		note_post(grp, was_due);
		run(grp);
	}
	frrd_engine_routes_changed(grp);
}

static void programs_overdue(struct event *event)
{
	hurry(EVENT_ARG(event), "frrd ends");
}

void frrd_sequence_follow(struct frrd_grp *grp)
{
	if (grp->removed && grp->seq.step == FRRD_STEP_PRE_WITHDRAW) {
		hurry(grp, "its prefixes are not configured any more");
		return;
	}
	switch (frrd_steps_urgency(&grp->seq, &grp->fsm, &grp->policy, frrd_now_ms(),
				   frrd_engine_zebra_connected())) {
	case FRRD_URGENCY_NONE:
		return;
	case FRRD_URGENCY_GO_ON:
		frrd_sequence_go_on(grp);
		frrd_engine_routes_changed(grp);
		return;
	case FRRD_URGENCY_DETACH:
		detach_soon(grp);
		return;
	case FRRD_URGENCY_NO_QUORUM:
		hurry(grp, "there is no quorum");
		return;
	case FRRD_URGENCY_CLAIMED:
		hurry(grp, "another site claims it");
		return;
	case FRRD_URGENCY_NO_ZEBRA:
		hurry(grp, "zebra is gone, and its routes with it");
		return;
	case FRRD_URGENCY_ENDING:
		if (!grp->t_step)
			event_add_timer_msec(frrd_loop, programs_overdue, grp,
					     FRRD_SHUTDOWN_PROGRAMS_MS, &grp->t_step);
		return;
	}
}

void frrd_sequence_snapshot(const struct frrd_grp *grp, struct frrd_routes *ret_routes)
{
	frrd_route_snapshot(grp, ret_routes);
	frrd_steps_routes(&grp->seq, frrd_attach_status(grp), ret_routes);
}

bool frrd_sequence_busy(const struct frrd_grp *grp)
{
	return frrd_steps_busy(&grp->seq);
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
