// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine; see frrd_engine.h.
 *
 * One way only: adapters and management code post what happened, the engine
 * turns it into an event with the time, steps the state machine, and carries
 * the actions out.  An action never posts an event from inside: what it causes
 * comes back through frrd_engine_routes_changed() and
 * frrd_engine_watch_changed(), which only mark the group; one pass of the event
 * loop later the snapshots of all marked groups are posted.
 */

#include <zebra.h>


#include "frrd/core/group_fsm.h"
#include "frrd/core/invariants.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_gateway.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_plist.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_zebra.h"

static struct event *t_dirty;
static struct event *t_shutdown;
static void (*shutdown_done)(void);
static int64_t dirty_since_us;

static void deadline_expired(struct event *event);

/* Answer of the last command event, filled by carry_out(). */
struct answer {
	bool given;
	bool accepted;
	enum frrd_reason reason;
};

static void record(struct frrd_grp *grp, const struct frrd_event *event, enum frrd_state from,
		   enum frrd_state to, enum frrd_reason reason, bool refused, const char *note)
{
	struct frrd_history_entry entry = {
		.event = event->type,
		.from = from,
		.to = to,
		.reason = reason,
		.refused = refused,
	};

	gettimeofday(&entry.when, NULL);
	strlcpy(entry.note, note, sizeof(entry.note));
	frrd_history_add(&grp->history, &entry);
}

static void log_decision(const struct frrd_grp *grp, const struct frrd_event *event,
			 const struct frrd_action *action, const char *note)
{
	const char *text = frrd_reason_text(action->reason);

	if (action->reason == FRRD_REASON_TAKEN_OVER)
		flog_err(EC_FRRD_TAKEN_OVER, "group %s: %s", grp->name, text);
	else if (action->reason == FRRD_REASON_WITHDRAW_UNCONFIRMED)
		flog_err(EC_FRRD_WITHDRAW_UNCONFIRMED, "group %s: %s", grp->name, text);
	else if (action->reason == FRRD_REASON_ROUTES_NONE ||
		 action->reason == FRRD_REASON_ROUTES_DEGRADED)
		flog_err(EC_FRRD_ROUTES, "group %s: %s", grp->name, text);
	else if (action->reason == FRRD_REASON_COMMAND_FORCE)
		flog_warn(EC_FRRD_FORCED, "group %s: %s; reason given: %s", grp->name, text,
			  grp->note);
	zlog_notice("group %s: %s -> %s on %s: %s%s%s", grp->name, frrd_state_name(action->from),
		    frrd_state_name(action->to), frrd_event_name(event->type), text,
		    note[0] ? ": " : "", note);
}

/* What belongs to a decision in words: the operator's, or what was in the way. */
static void describe_decision(struct frrd_grp *grp, enum frrd_reason reason, char *buf, size_t size)
{
	buf[0] = '\0';
	if (reason == FRRD_REASON_COMMAND_FORCE || reason == FRRD_REASON_COMMAND_HOLD)
		strlcpy(buf, grp->note, size);
	else if (reason == FRRD_REASON_COMMAND_SWITCHOVER_AWAY ||
		 reason == FRRD_REASON_COMMAND_SWITCHOVER_HERE)
		strlcpy(buf, grp->peer, size);
	else if (reason == FRRD_REASON_CLAIM_FOUND_ELSEWHERE ||
		 reason == FRRD_REASON_CLAIM_TIMEOUT)
		frrd_engine_describe_elsewhere(grp, buf, size);
}

static void report_problems(struct frrd_grp *grp)
{
	struct frrd_route *route;
	unsigned int n = 0;

	/* A handful names the problem; show subnet-mover routes has them all. */
	frr_each (frrd_route_list, &grp->routes.list, route)
		if (route->wanted && route->status != FRRD_ROUTE_INSTALLED && n++ < 8)
			frrd_notify_route(route);
}

static void carry_out(struct frrd_grp *grp, const struct frrd_event *event,
		      const struct frrd_actions *actions, int64_t trigger_us,
		      struct answer *ret_answer)
{
	for (size_t i = 0; i < actions->count; i++) {
		const struct frrd_action *action = &actions->list[i];
		char note[160];

		switch (action->type) {
		case FRRD_ACTION_ANNOUNCE:
			frrd_watch_set_mode(grp, FRRD_WATCH_OFF);
			grp->command_us = trigger_us;
			frrd_route_announce(grp);
			grp->announce_us = grp->routes.written_us;
			break;
		case FRRD_ACTION_WITHDRAW:
			grp->command_us = trigger_us;
			frrd_route_withdraw(grp);
			grp->announce_us = grp->routes.written_us;
			break;
		case FRRD_ACTION_RECORD:
			describe_decision(grp, action->reason, note, sizeof(note));
			record(grp, event, action->from, action->to, action->reason, false, note);
			log_decision(grp, event, action, note);
			frrd_notify_state(grp, action->from, action->to, action->reason);
			if (action->reason == FRRD_REASON_ROUTES_NONE ||
			    action->reason == FRRD_REASON_ROUTES_DEGRADED)
				report_problems(grp);
			break;
		case FRRD_ACTION_ACCEPT:
		case FRRD_ACTION_REFUSE:
			ret_answer->given = true;
			ret_answer->accepted = action->type == FRRD_ACTION_ACCEPT;
			ret_answer->reason = action->reason;
			break;
		}
	}
}

static enum frrd_watch_mode watch_mode_for(const struct frrd_grp *grp)
{
	switch (grp->fsm.state) {
	case FRRD_STATE_STANDBY:
		return grp->policy.member ? FRRD_WATCH_SENTINELS : FRRD_WATCH_OFF;
	case FRRD_STATE_CLAIMING:
		return FRRD_WATCH_SWEEP;
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_RELEASING:
		return FRRD_WATCH_OFF;
	}
	return FRRD_WATCH_OFF;
}

/* Whatever follows from the state and is no action of its own. */
static void follow_state(struct frrd_grp *grp)
{
	EVENT_OFF(grp->t_deadline);
	if (grp->fsm.deadline_ms != FRRD_NEVER)
		event_add_timer_msec(frrd_loop, deadline_expired, grp,
				     MAX(grp->fsm.deadline_ms - frrd_now_ms(), 0), &grp->t_deadline);
	if (grp->watch.mode != watch_mode_for(grp))
		frrd_watch_set_mode(grp, watch_mode_for(grp));
}

static struct answer dispatch(struct frrd_grp *grp, struct frrd_event *event, int64_t trigger_us)
{
	struct frrd_group before = grp->fsm;
	struct frrd_actions actions;
	struct answer answer = {};
	const char *violation;

	event->now_ms = frrd_now_ms();
	frrd_group_step(&grp->fsm, &grp->policy, event, &actions);
	violation = frrd_step_violation(&before, &grp->fsm, event, &actions);
	if (violation)
		flog_err(EC_FRRD_INVARIANT, "group %s: event %s: %s", grp->name,
			 frrd_event_name(event->type), violation);
	if (frrd_debug_fsm())
		zlog_debug("group %s: event %s in %s: %zu actions, now %s", grp->name,
			   frrd_event_name(event->type), frrd_state_name(before.state),
			   actions.count, frrd_state_name(grp->fsm.state));
	carry_out(grp, event, &actions, trigger_us, &answer);
	follow_state(grp);
	return answer;
}

static void dispatch_type(struct frrd_grp *grp, enum frrd_event_type type)
{
	struct frrd_event event = { .type = type };

	dispatch(grp, &event, frrd_now_us());
}

static void deadline_expired(struct event *event)
{
	dispatch_type(EVENT_ARG(event), FRRD_EVENT_TICK);
}

/* Post what the adapters have to say about one group. */
static void post_snapshots(struct frrd_grp *grp, int64_t trigger_us)
{
	struct frrd_event event = {};

	if (grp->routes_dirty) {
		grp->routes_dirty = false;
		event.type = FRRD_EVENT_ROUTES;
		frrd_route_snapshot(grp, &event.routes);
		dispatch(grp, &event, trigger_us);
	}
	if (grp->watch_dirty) {
		grp->watch_dirty = false;
		event.type = FRRD_EVENT_ELSEWHERE;
		frrd_watch_snapshot(grp, &event.elsewhere);
		dispatch(grp, &event, trigger_us);
	}
}

static bool all_standby(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (grp->fsm.state != FRRD_STATE_STANDBY)
			return false;
	return true;
}

static void shutdown_finish(struct event *event)
{
	void (*done)(void) = shutdown_done;

	EVENT_OFF(t_shutdown);
	shutdown_done = NULL;
	if (done)
		done();
}

static void dirty_event(struct event *event)
{
	int64_t trigger_us = dirty_since_us;
	struct frrd_grp *grp;

	frr_each_safe (frrd_groups, &frrd_config.groups, grp) {
		post_snapshots(grp, trigger_us);
		if (grp->removed && grp->fsm.state == FRRD_STATE_STANDBY &&
		    !frrd_route_list_count(&grp->routes.list))
			frrd_grp_free(grp);
	}
	if (shutdown_done && all_standby())
		shutdown_finish(NULL);
}

static void mark_dirty(void)
{
	if (t_dirty)
		return;
	dirty_since_us = frrd_now_us();
	event_add_event(frrd_loop, dirty_event, NULL, 0, &t_dirty);
}

void frrd_engine_routes_changed(struct frrd_grp *grp)
{
	grp->routes_dirty = true;
	mark_dirty();
}

void frrd_engine_watch_changed(struct frrd_grp *grp)
{
	grp->watch_dirty = true;
	mark_dirty();
}

void frrd_engine_zebra_changed(bool up)
{
	struct frrd_grp *grp;

	if (up)
		zlog_notice("connected to zebra");
	else
		flog_err(EC_FRRD_ZEBRA, "the session with zebra is lost");
	if (up) {
		frrd_gateway_zebra_up();
		frrd_watch_zebra_up(); /* first: routes ask before they are written again */
		frrd_route_zebra_up();
	} else {
		frrd_route_zebra_down();
		frrd_watch_zebra_down();
	}
	frr_each (frrd_groups, &frrd_config.groups, grp)
		dispatch_type(grp, up ? FRRD_EVENT_ZEBRA_UP : FRRD_EVENT_ZEBRA_DOWN);
}

bool frrd_engine_zebra_connected(void)
{
	return frrd_zebra_connected();
}

void frrd_engine_touch(struct frrd_grp *grp)
{
	if (grp) {
		grp->touched = true;
		return;
	}
	frr_each (frrd_groups, &frrd_config.groups, grp)
		grp->touched = true;
}

/* Is there a next-hop for every address family of the group? */
static bool is_complete(struct frrd_grp *grp, const struct frrd_member *member)
{
	struct frrd_route *route;

	frr_each (frrd_route_list, &grp->routes.list, route)
		if (!frrd_nexthop_serves(&member->nexthop, route->family))
			return false;
	return true;
}

static void compute_policy(struct frrd_grp *grp)
{
	const struct frrd_member *member = frrd_member_local(grp);

	grp->policy.member = member != NULL && !grp->removed;
	grp->policy.complete = member != NULL && is_complete(grp, member);
	grp->policy.handover_timeout_ms = frrd_config.handover_timeout_ms;
	grp->policy.withdraw_timeout_ms = FRRD_WITHDRAW_TIMEOUT_MS;
}

static void apply_group(struct frrd_grp *grp)
{
	grp->touched = false;
	frrd_plist_resolve(grp);
	compute_policy(grp);
	if (grp->policy.member)
		frrd_route_sync_params(grp);
	if (frrd_zebra_connected() && !grp->fsm.zebra_up)
		dispatch_type(grp, FRRD_EVENT_ZEBRA_UP);
	dispatch_type(grp, FRRD_EVENT_CONFIG);
	frrd_engine_routes_changed(grp);
}

void frrd_engine_apply(void)
{
	struct frrd_grp *grp;

	frrd_zebra_set_table(frrd_config.route_table);
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (grp->touched)
			apply_group(grp);
	frrd_gateway_sync();
}

/* A prefix-list changed the prefixes, hence maybe the address families. */
void frrd_engine_prefixes_changed(struct frrd_grp *grp)
{
	compute_policy(grp);
}

void frrd_engine_shutdown(void (*done)(void))
{
	struct frrd_grp *grp;

	if (shutdown_done)
		return; /* a second signal changes nothing */
	shutdown_done = done;
	frr_each (frrd_groups, &frrd_config.groups, grp)
		dispatch_type(grp, FRRD_EVENT_SHUTDOWN);
	/* Without a session zebra drops our routes by itself when it sees us gone. */
	if (all_standby() || !frrd_zebra_connected())
		event_add_event(frrd_loop, shutdown_finish, NULL, 0, &t_shutdown);
	else
		event_add_timer_msec(frrd_loop, shutdown_finish, NULL, FRRD_WITHDRAW_TIMEOUT_MS,
				     &t_shutdown);
}

void frrd_engine_init(void)
{
	frrd_route_init();
	frrd_gateway_init();
}

void frrd_engine_fini(void)
{
	EVENT_OFF(t_dirty);
	EVENT_OFF(t_shutdown);
	frrd_gateway_fini();
	frrd_config_fini();
	frrd_route_fini();
	EVENT_OFF(t_dirty); /* freeing routes marked groups again */
}

/* For frrd_command.c: bring the group up to date, then post one command event. */
bool frrd_engine_post_command(struct frrd_grp *grp, struct frrd_event *event,
			      enum frrd_reason *ret_reason)
{
	int64_t trigger_us = frrd_now_us();
	struct answer answer;

	post_snapshots(grp, trigger_us);
	answer = dispatch(grp, event, trigger_us);
	*ret_reason = answer.reason;
	if (!answer.accepted) {
		char detail[160] = "";

		if (answer.reason == FRRD_REASON_ELSEWHERE)
			frrd_engine_describe_elsewhere(grp, detail, sizeof(detail));
		record(grp, event, grp->fsm.state, grp->fsm.state, answer.reason, true, detail);
	}
	return answer.accepted;
}
