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
#include "frrd/frrd_address.h"
#include "frrd/frrd_convergence.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_gateway.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_map_route.h"
#include "frrd/frrd_marker.h"
#include "frrd/frrd_plist.h"
#include "frrd/frrd_policy.h"
#include "frrd/frrd_probe_local.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_record.h"
#include "frrd/frrd_retain.h"
#include "frrd/frrd_statefile.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_track.h"
#include "frrd/frrd_zebra.h"

#define HEARTBEAT_MS 200

static struct event *t_heartbeat;
static int64_t heartbeat_due_ms;
static struct event *t_dirty;
static struct event *t_shutdown;
static bool applying; /* not every group of the configuration is restored yet */
static bool resumed;  /* zebra was told to drop what was not written again */
static void (*shutdown_done)(void);
static int64_t dirty_since_us;

static void deadline_expired(struct event *event);

/* Answer of the last command event, filled by carry_out(). */
struct answer {
	bool given;
	bool accepted;
	enum frrd_reason reason;
};

static void carry_out(struct frrd_grp *grp, const struct frrd_event *event,
		      const struct frrd_actions *actions, int64_t trigger_us,
		      struct answer *ret_answer)
{
	for (size_t i = 0; i < actions->count; i++) {
		const struct frrd_action *action = &actions->list[i];

		switch (action->type) {
		case FRRD_ACTION_ANNOUNCE:
			frrd_watch_set_mode(grp, FRRD_WATCH_OFF);
			grp->command_us = trigger_us;
			frrd_sequence_announce(grp, action->reason);
			break;
		case FRRD_ACTION_WITHDRAW:
			grp->command_us = trigger_us;
			frrd_sequence_withdraw(grp, action->reason);
			break;
		case FRRD_ACTION_RECORD:
			frrd_record_decision(grp, event, action);
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
	enum frrd_watch_mode standby = grp->policy.member ? FRRD_WATCH_SENTINELS : FRRD_WATCH_OFF;

	switch (grp->fsm.state) {
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
		return standby;
	case FRRD_STATE_REQUESTING:
		return grp->fsm.request_for == grp->policy.self ? FRRD_WATCH_SWEEP : standby;
	case FRRD_STATE_CLAIMING:
		return FRRD_WATCH_SWEEP;
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_DRAINING:
	case FRRD_STATE_RELEASING:
	case FRRD_STATE_COUNT:
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
	frrd_convergence_follow(grp);
}

/* Some probes count at the owner only, others at a standby only. */
static void follow_ownership(struct frrd_grp *grp, bool owned_before)
{
	if (frrd_grp_owned(grp) == owned_before)
		return;
	grp->owned_since_ms = frrd_now_ms();
	frrd_engine_health_changed(grp);
}

static void want_markers(struct frrd_grp *grp, const struct frrd_markers *markers)
{
	if (!memcmp(&grp->markers_wanted, markers, sizeof(*markers)))
		return;
	grp->markers_wanted = *markers;
	frrd_marker_want(grp, markers);
	frrd_journal_markers(grp, markers);
}

/* Rule 1: what rises goes up before the step's actions, what falls goes after them. */
static void raise_markers(struct frrd_grp *grp, const struct frrd_markers *next)
{
	struct frrd_markers raised = grp->markers_wanted;

	raised.claim |= next->claim;
	raised.ready |= next->ready;
	if (next->request_for)
		raised.request_for = next->request_for;
	if (next->grant_to)
		raised.grant_to = next->grant_to;
	want_markers(grp, &raised);
}

/* Rule 6: is there a group whose routes of an earlier session are not decided about? */
static bool anything_to_resume(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (grp->fsm.resume)
			return true;
	return false;
}

static void check_resumed(void)
{
	/* The configuration may come after the session. */
	if (resumed || applying || frrd_config.arbiter == FRRD_ARBITER_NONE ||
	    !frrd_zebra_connected() || anything_to_resume())
		return;
	resumed = true;
	frrd_marker_resumed();
}

static struct answer dispatch(struct frrd_grp *grp, struct frrd_event *event, int64_t trigger_us)
{
	struct frrd_group before = grp->fsm;
	struct frrd_actions actions;
	struct answer answer = {};
	struct frrd_markers markers;
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
	frrd_group_markers(&grp->fsm, &grp->policy, &markers);
	raise_markers(grp, &markers);
	carry_out(grp, event, &actions, trigger_us, &answer);
	want_markers(grp, &markers);
	follow_state(grp);
	follow_ownership(grp, frrd_state_announces(before.state));
	frrd_sequence_follow(grp);
	frrd_address_follow(grp);
	frrd_record_kept(&before, &grp->fsm);
	check_resumed();
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

static void health_expired(struct event *event)
{
	frrd_engine_health_changed(EVENT_ARG(event));
}

/* Is this site healthy for the group? Asked again when time alone changes that. */
static bool look_at_health(struct frrd_grp *grp)
{
	int64_t again_ms;
	bool healthy = frrd_grp_healthy(grp, &again_ms);

	EVENT_OFF(grp->t_health);
	if (again_ms != FRRD_NEVER)
		event_add_timer_msec(frrd_loop, health_expired, grp,
				     MAX(again_ms - frrd_now_ms(), 1), &grp->t_health);
	return healthy;
}

/* Post what the adapters have to say about one group. */
static void post_snapshots(struct frrd_grp *grp, int64_t trigger_us)
{
	struct frrd_event event = {};

	if (grp->routes_dirty) {
		grp->routes_dirty = false;
		event.type = FRRD_EVENT_ROUTES;
		frrd_sequence_go_on(grp);
		frrd_sequence_snapshot(grp, &event.routes);
		dispatch(grp, &event, trigger_us);
	}
	if (grp->view_dirty) {
		struct frrd_view before = grp->fsm.view;

		grp->view_dirty = false;
		event.type = FRRD_EVENT_VIEW;
		frrd_marker_view(grp, &event.view);
		frrd_journal_view(grp, &before, &event.view);
		dispatch(grp, &event, trigger_us);
	}
	if (grp->watch_dirty) {
		grp->watch_dirty = false;
		event.type = FRRD_EVENT_ELSEWHERE;
		frrd_watch_snapshot(grp, &event.elsewhere);
		dispatch(grp, &event, trigger_us);
	}
	if (grp->health_dirty) {
		grp->health_dirty = false;
		event.type = FRRD_EVENT_HEALTH;
		event.healthy = look_at_health(grp);
		if (event.healthy == grp->fsm.unhealthy)
			dispatch(grp, &event, trigger_us);
	}
}

/* Nothing of the group is, or may be, announced here. */
static bool rests(const struct frrd_grp *grp)
{
	return !frrd_state_announces(grp->fsm.state) && grp->fsm.state != FRRD_STATE_RELEASING;
}

/* ... nor is there a route of it in zebra, or an attachment, that awaits its end. */
static bool is_gone(const struct frrd_grp *grp)
{
	return rests(grp) && !frrd_sequence_stands(grp);
}

static bool all_gone(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!is_gone(grp))
			return false;
	return true;
}

static bool any_program_runs(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (frrd_sequence_busy(grp))
			return true;
	return false;
}

/* What an operator may rely on after this process. */
static void shutdown_report(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!is_gone(grp))
			flog_warn(EC_FRRD_WITHDRAW_UNCONFIRMED,
				  "group %s: ending at the step %s, without zebra's confirmation that its routes are withdrawn",
				  grp->name, frrd_step_name(grp->seq.step));
		else if (frrd_sequence_busy(grp))
			zlog_warn("group %s: ending while programs of %s run", grp->name,
				  frrd_step_name(grp->seq.step));
	if (all_gone())
		zlog_notice("all routes are withdrawn");
	if (!frrd_marker_gone())
		zlog_warn("ending without zebra's confirmation that the markers of this site are withdrawn");
}

static void shutdown_finish(struct event *event)
{
	void (*done)(void) = shutdown_done;

	EVENT_OFF(t_shutdown);
	shutdown_done = NULL;
	/* When zebra has not answered in time, it keeps nothing for the next frrd at least. */
	frrd_retain_stop();
	shutdown_report();
	if (done)
		done();
}

/*
 * Nothing of any group is left: the beacon and what else there is of the markers goes
 * last, so that the other sites see the end of this one.  Programs of post-withdraw
 * hold up the process only.
 */
static void shutdown_go_on(void)
{
	if (!shutdown_done || !all_gone())
		return;
	frrd_marker_shutdown();
	if (!any_program_runs() && (frrd_marker_gone() || !frrd_zebra_connected()))
		shutdown_finish(NULL);
}

void frrd_engine_markers_gone(void)
{
	shutdown_go_on();
}

static void dirty_event(struct event *event)
{
	int64_t trigger_us = dirty_since_us;
	struct frrd_grp *grp;

	frr_each_safe (frrd_groups, &frrd_config.groups, grp) {
		post_snapshots(grp, trigger_us);
		frrd_map_follow(grp);
		if (grp->removed && rests(grp) && !frrd_sequence_busy(grp) &&
		    frrd_attach_gone(grp) && !frrd_route_list_count(&grp->routes.list)) {
			frrd_marker_drop(grp);
			frrd_convergence_drop(grp);
			frrd_grp_free(grp);
		}
	}
	frrd_record_quorum();
	shutdown_go_on();
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

/*
 * A process that was stopped has to know it before it reads what happened
 * meanwhile.  libfrr runs timers that are due before it reads sockets, so a
 * heartbeat that comes late is noticed first.
 */
static void heartbeat(struct event *event)
{
	int64_t late_ms = frrd_now_ms() - heartbeat_due_ms;
	struct frrd_grp *grp;

	if (late_ms > FRRD_STALL_MS && frrd_config.arbiter == FRRD_ARBITER_BGP) {
		zlog_warn("frrd was stopped for %" PRId64 " ms", late_ms);
		frr_each (frrd_groups, &frrd_config.groups, grp)
			dispatch_type(grp, FRRD_EVENT_STALL);
	}
	heartbeat_due_ms = frrd_now_ms() + HEARTBEAT_MS;
	event_add_timer_msec(frrd_loop, heartbeat, NULL, HEARTBEAT_MS, &t_heartbeat);
}

void frrd_engine_view_changed(struct frrd_grp *grp)
{
	grp->view_dirty = true;
	mark_dirty();
}

void frrd_engine_health_changed(struct frrd_grp *grp)
{
	grp->health_dirty = true;
	mark_dirty();
}

static void zebra_up(void)
{
	zlog_notice("connected to zebra");
	frrd_journal_daemon("zebra-up", "");
	frrd_gateway_zebra_up();
	frrd_marker_zebra_up(); /* first: the beacon and what is asked of others */
	frrd_watch_zebra_up();	/* then: routes ask before they are written again */
	frrd_route_zebra_up();
	frrd_track_zebra_up();
	frrd_probe_local_zebra_up();
	frrd_convergence_zebra_up();
	resumed = false;
}

static void zebra_down(void)
{
	flog_err(EC_FRRD_ZEBRA, "the session with zebra is lost");
	frrd_journal_daemon("zebra-down", "");
	frrd_route_zebra_down();
	frrd_watch_zebra_down();
	frrd_marker_zebra_down();
	frrd_track_zebra_down();
	frrd_probe_local_zebra_down();
	frrd_convergence_zebra_down();
}

void frrd_engine_zebra_changed(bool up)
{
	struct frrd_grp *grp;

	if (up)
		zebra_up();
	else
		zebra_down();
	frr_each (frrd_groups, &frrd_config.groups, grp)
		dispatch_type(grp, up ? FRRD_EVENT_ZEBRA_UP : FRRD_EVENT_ZEBRA_DOWN);
	check_resumed();
	frrd_record_quorum();
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

/* Rule 6 and the holds of operators: what an earlier process has left for the group. */
static void restore(struct frrd_grp *grp)
{
	struct frrd_event event = { .type = FRRD_EVENT_RESTORE };
	char note[sizeof(grp->note)];

	if (grp->restored)
		return;
	grp->restored = true;
	if (!frrd_statefile_find(grp->name, &event.kept, &grp->seq.post_due, note,
				 sizeof(note)))
		return;
	if (event.kept.held)
		strlcpy(grp->note, note, sizeof(grp->note));
	frrd_statefile_restore_history(grp);
	dispatch(grp, &event, frrd_now_us());
}

static void apply_group(struct frrd_grp *grp)
{
	grp->touched = false;
	frrd_plist_resolve(grp);
	frrd_policy_compute(grp);
	restore(grp);
	if (grp->policy.member)
		frrd_route_sync_params(grp);
	if (frrd_zebra_connected() && !grp->fsm.zebra_up)
		dispatch_type(grp, FRRD_EVENT_ZEBRA_UP);
	dispatch_type(grp, FRRD_EVENT_CONFIG);
	frrd_convergence_apply(grp);
	frrd_attach_apply(grp);
	frrd_address_apply(grp);
	/* What an earlier process has attached stays until it is known who owns the group. */
	if (rests(grp) && !frrd_sequence_busy(grp))
		frrd_attach_want(grp, FRRD_ATTACH_OFF);
	frrd_engine_routes_changed(grp);
	frrd_engine_view_changed(grp);
	frrd_engine_health_changed(grp);
}

void frrd_engine_apply(void)
{
	struct frrd_grp *grp;

	frrd_zebra_set_table(frrd_config.route_table);
	frrd_marker_apply();
	frrd_retain_apply();
	applying = true;
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (grp->touched)
			apply_group(grp);
	applying = false;
	check_resumed();
	frrd_gateway_sync();
	frrd_probe_apply();
}

/* A prefix-list changed the prefixes, hence maybe the address families. */
void frrd_engine_prefixes_changed(struct frrd_grp *grp)
{
	frrd_policy_compute(grp);
	frrd_convergence_apply(grp);
}

void frrd_engine_shutdown(void (*done)(void))
{
	struct frrd_grp *grp;

	if (shutdown_done)
		return; /* a second signal changes nothing */
	shutdown_done = done;
	frrd_track_shutdown();
	frr_each (frrd_groups, &frrd_config.groups, grp)
		dispatch_type(grp, FRRD_EVENT_SHUTDOWN);
	/* Without a session zebra drops our routes by itself when it sees us gone. */
	if (!frrd_zebra_connected()) {
		event_add_event(frrd_loop, shutdown_finish, NULL, 0, &t_shutdown);
		return;
	}
	event_add_timer_msec(frrd_loop, shutdown_finish, NULL, FRRD_WITHDRAW_TIMEOUT_MS,
			     &t_shutdown);
	mark_dirty(); /* there may be nothing to wait for */
}

void frrd_engine_init(void)
{
	frrd_route_init();
	frrd_gateway_init();
	frrd_marker_init();
	frrd_attach_init();
	heartbeat_due_ms = frrd_now_ms() + HEARTBEAT_MS;
	event_add_timer_msec(frrd_loop, heartbeat, NULL, HEARTBEAT_MS, &t_heartbeat);
}

void frrd_engine_fini(void)
{
	EVENT_OFF(t_dirty);
	EVENT_OFF(t_shutdown);
	frrd_gateway_fini();
	frrd_marker_fini();
	frrd_config_fini();
	frrd_attach_fini();
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
	if (!answer.accepted)
		frrd_record_refusal(grp, event, answer.reason);
	return answer.accepted;
}
