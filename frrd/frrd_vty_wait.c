// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `... wait`: a command answers when it has come to its end.
 *
 * The command itself is the same as without the word.  What is added is a
 * watcher that prints each decision about the group and looks whether the end is
 * reached: at every decision, and every CHECK_MS, because the end of a move at
 * another site is seen by its markers alone.  The daemon never waits.
 */

#include <zebra.h>

#include "command.h"
#include "memory.h"

#include "frrd/frrd_engine.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_vty.h"
#include "frrd/frrd_vtyreply.h"
#include "frrd/frrd_words.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_WAITER, "Command that waits");

#define CHECK_MS 100
/* What a move may take beyond the time-outs of its phases and the limits of its programs. */
#define SLACK_MS 5000

PREDECL_DLIST(waiters);

struct waiter {
	struct waiters_item item;
	struct frrd_vtyreply *reply;
	char group[FRRD_NAME_SIZE];
	char to[FRRD_NAME_SIZE]; /* the site that takes over; empty: release */
	int64_t begin_ms;
	int64_t limit_ms;
	struct event *t_check;
};

DECLARE_DLIST(waiters, struct waiter, item);

static struct waiters_head waiters = INIT_DLIST(waiters);

enum outcome {
	GOES_ON,
	REACHED,
	FAILED,
};

/* The end of a takeover by this site: active, and nobody else claims any more. */
static enum outcome judge_here(const struct frrd_grp *grp)
{
	if (grp->seq.aborted && grp->fsm.routes.failed)
		return FAILED;
	switch (grp->fsm.state) {
	case FRRD_STATE_ACTIVE:
		return grp->fsm.view.claims ? GOES_ON : REACHED;
	case FRRD_STATE_REQUESTING:
	case FRRD_STATE_CLAIMING:
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_DRAINING:
		return GOES_ON;
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_RELEASING:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
	case FRRD_STATE_COUNT:
		break;
	}
	return FAILED;
}

/* Of a move to another site: that one alone claims, and has all routes installed. */
static enum outcome judge_there(const struct frrd_grp *grp, const struct frrd_site *to)
{
	const struct frrd_view *view = &grp->fsm.view;
	uint16_t bit = to ? FRRD_SITE_BIT(to->id) : 0;

	switch (grp->fsm.state) {
	case FRRD_STATE_REQUESTING:
	case FRRD_STATE_DRAINING:
	case FRRD_STATE_RELEASING:
		return GOES_ON;
	case FRRD_STATE_STANDBY:
	case FRRD_STATE_FENCED:
	case FRRD_STATE_HELD:
		if (grp->policy.arbiter != FRRD_ARBITER_BGP)
			return REACHED; /* no more can be seen from here */
		if (!bit || view->claims != bit)
			return FAILED;
		return view->readies & bit ? GOES_ON : REACHED;
	case FRRD_STATE_CLAIMING:
	case FRRD_STATE_ACTIVATING:
	case FRRD_STATE_ACTIVE:
	case FRRD_STATE_COUNT:
		break;
	}
	return FAILED;
}

static enum outcome judge_release(const struct frrd_grp *grp)
{
	if (grp->fsm.state == FRRD_STATE_RELEASING)
		return GOES_ON;
	return frrd_state_announces(grp->fsm.state) ? FAILED : REACHED;
}

static enum outcome judge(const struct waiter *w, const struct frrd_grp *grp)
{
	if (!w->to[0])
		return judge_release(grp);
	if (strmatch(w->to, frrd_config.local_site))
		return judge_here(grp);
	return judge_there(grp, frrd_site_find(w->to));
}

static void finish(struct waiter *w, int result)
{
	EVENT_OFF(w->t_check);
	waiters_del(&waiters, w);
	frrd_vtyreply_finish(w->reply, result);
	XFREE(MTYPE_FRRD_WAITER, w);
}

static void say_reached(const struct waiter *w, struct frrd_grp *grp, const char *after)
{
	struct frrd_routes routes;

	if (!w->to[0]) {
		frrd_vtyreply_out(w->reply, "group %s: withdrawn after %s\n", w->group, after);
		return;
	}
	if (!strmatch(w->to, frrd_config.local_site)) {
		frrd_vtyreply_out(w->reply,
				  grp->policy.arbiter == FRRD_ARBITER_BGP
					  ? "group %s: owned by %s after %s\n"
					  : "group %s: withdrawn for %s after %s\n",
				  w->group, w->to, after);
		return;
	}
	frrd_route_snapshot(grp, &routes);
	frrd_vtyreply_out(w->reply, "group %s: active at %s after %s, %u of %u prefixes installed\n",
			  w->group, w->to, after, routes.installed, routes.total);
}

static void say_not_reached(const struct waiter *w, const struct frrd_grp *grp,
			    const char *after, bool ended)
{
	const char *hint = frrd_reason_hint(grp->fsm.reason);

	frrd_vtyreply_out(w->reply, "%% group %s: %s after %s: %s: %s\n", w->group,
			  ended ? "failed" : "not at its end", after,
			  frrd_state_name(grp->fsm.state), frrd_reason_text(grp->fsm.reason));
	if (grp->seq.aborted)
		frrd_vtyreply_out(w->reply, "  -> a hook forbade the takeover: see the journal\n");
	else if (hint[0])
		frrd_vtyreply_out(w->reply, "  -> %s\n", hint);
}

static void look(struct event *event);

static void look_later(struct waiter *w)
{
	event_add_timer_msec(frrd_loop, look, w, CHECK_MS, &w->t_check);
}

static void look(struct event *event)
{
	struct waiter *w = EVENT_ARG(event);
	struct frrd_grp *grp = frrd_grp_find(w->group);
	int64_t now_ms = frrd_now_ms();
	enum outcome outcome;
	char after[32];

	if (frrd_vtyreply_gone(w->reply)) {
		finish(w, CMD_WARNING);
		return;
	}
	if (!grp) {
		frrd_vtyreply_out(w->reply, "%% group %s was removed\n", w->group);
		finish(w, CMD_WARNING_CONFIG_FAILED);
		return;
	}
	outcome = judge(w, grp);
	frrd_ms_str(now_ms - w->begin_ms, after, sizeof(after));
	if (outcome == REACHED) {
		say_reached(w, grp, after);
		finish(w, CMD_SUCCESS);
	} else if (outcome == FAILED || now_ms >= w->limit_ms) {
		say_not_reached(w, grp, after, outcome == FAILED);
		finish(w, CMD_WARNING_CONFIG_FAILED);
	} else {
		look_later(w);
	}
}

/* A decision: print it, and look once its actions were carried out. */
static int decided(const struct frrd_grp *grp, enum frrd_state from, enum frrd_state to,
		   enum frrd_reason reason)
{
	struct waiter *w;
	char after[32];

	frr_each (waiters, &waiters, w) {
		if (!strmatch(w->group, grp->name))
			continue;
		frrd_ms_str(frrd_now_ms() - w->begin_ms, after, sizeof(after));
		if (from == to)
			frrd_vtyreply_out(w->reply, "  %8s  %s: %s\n", after, frrd_state_name(to),
					  frrd_reason_text(reason));
		else
			frrd_vtyreply_out(w->reply, "  %8s  %s -> %s: %s\n", after,
					  frrd_state_name(from), frrd_state_name(to),
					  frrd_reason_text(reason));
		EVENT_OFF(w->t_check);
		event_add_event(frrd_loop, look, w, 0, &w->t_check);
	}
	return 0;
}

/*
 * How long the programs may take that the move waits for: those before the withdrawal
 * of whoever owns the group, and those before the announcement at `to` (may be empty).
 * The configuration has the hooks of all sites.
 */
static int64_t programs_ms(struct frrd_grp *grp, const char *to)
{
	struct frrd_member *member;
	uint64_t withdraw_ms = 0, announce_ms = 0, ms;

	frr_each (frrd_members, &grp->members, member) {
		if (strmatch(member->site, to)) {
			announce_ms = frrd_hook_set_longest_ms(&grp->hooks, FRRD_HOOK_PRE_ANNOUNCE, to);
			continue;
		}
		ms = frrd_hook_set_longest_ms(&grp->hooks, FRRD_HOOK_PRE_WITHDRAW, member->site);
		withdraw_ms = MAX(withdraw_ms, ms);
	}
	return withdraw_ms + announce_ms;
}

static void begin(struct frrd_vtyreply *reply, const struct frrd_command_args *args,
		  struct frrd_grp *grp)
{
	const struct frrd_policy *policy = &grp->policy;
	struct waiter *w = XCALLOC(MTYPE_FRRD_WAITER, sizeof(*w));

	w->reply = reply;
	strlcpy(w->group, args->group, sizeof(w->group));
	if (args->to)
		strlcpy(w->to, args->to, sizeof(w->to));
	else if (args->command == FRRD_COMMAND_FAILOVER)
		strlcpy(w->to, frrd_config.local_site, sizeof(w->to));
	w->begin_ms = frrd_now_ms();
	w->limit_ms = w->begin_ms + policy->handover_timeout_ms + policy->withdraw_timeout_ms +
		      policy->takeover_delay_ms + programs_ms(grp, w->to) + SLACK_MS;
	waiters_add_tail(&waiters, w);
	/* What the command has done at once may have been the end already. */
	event_add_event(frrd_loop, look, w, 0, &w->t_check);
}

int frrd_vty_run_and_wait(struct vty *vty, const struct frrd_command_args *args)
{
	struct frrd_vtyreply *reply = frrd_vtyreply_suspend(vty);
	struct frrd_command_result result;

	if (!reply)
		return CMD_WARNING_CONFIG_FAILED;
	frrd_engine_command(args, &result);
	frrd_vtyreply_out(reply, "%s%s\n", result.accepted || result.done ? "" : "% ",
			  result.text);
	if (result.accepted)
		begin(reply, args, frrd_grp_find(args->group));
	else
		frrd_vtyreply_finish(reply,
				     result.done ? CMD_SUCCESS : CMD_WARNING_CONFIG_FAILED);
	return CMD_SUSPEND;
}

void frrd_vty_wait_init(void)
{
	hook_register(frrd_decision, decided);
}
