// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What lies between the actions of the engine and the routes: frrd_sequence.c with
 * the real steps (frrd/core/steps.c), programs of the user, and attachments.
 *
 * Programs take their time, or run into their limit.  The kernel attaches and
 * detaches, one thing at a time, and what it has outlives the process.
 */

#include "tests/sim/sim.h"

/* As in frrd_attach_sync.c. */
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 30000
/* The kernel's own part; what takes longer is the check for duplicates, before it. */
#define KERNEL_MS 10
static const struct sim_range detaching = { 1, 40 };

static void run(struct sim_world *w, int site, int group);

static void routes_changed(struct sim_world *w, int site, int group)
{
	w->sites[site].grps[group].routes_dirty = true;
	sim_frrd_pass_soon(w, site, 0);
}

/* --- timers --------------------------------------------------------------------------- */

static void set_timer(struct sim_world *w, int site, int group, enum sim_timer which, int64_t at)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	grp->timers[which].at = at;
	grp->timers[which].version++;
	if (at != FRRD_NEVER)
		sim_post(w, at,
			 (struct sim_event){ .type = SIM_EV_STEP,
					     .a = (uint8_t)site,
					     .b = (uint8_t)group,
					     .value = which,
					     .version = grp->timers[which].version });
}

/* --- attachments ---------------------------------------------------------------------- */

static bool has_attachments(const struct sim_world *w)
{
	return w->setup->attach.hi > 0;
}

static enum frrd_attach_status attach_status(const struct sim_world *w, int site, int group)
{
	const struct sim_attach *att = &w->sites[site].grps[group].attach;

	if (!has_attachments(w))
		return FRRD_ATTACH_DONE;
	if (att->job)
		return FRRD_ATTACH_BUSY;
	if (att->want != SIM_ATTACH_ON)
		return att->there ? FRRD_ATTACH_BUSY : FRRD_ATTACH_DONE;
	if (att->failed)
		return FRRD_ATTACH_FAILED;
	return att->there ? FRRD_ATTACH_DONE : FRRD_ATTACH_BUSY;
}

static void evaluate(struct sim_world *w, int site, int group)
{
	struct sim_attach *att = &w->sites[site].grps[group].attach;
	bool on = att->want == SIM_ATTACH_ON;

	if (!has_attachments(w) || att->job || att->failed || att->want == SIM_ATTACH_LEAVE ||
	    att->there == on)
		return;
	att->job = true;
	att->attaching = on;
	set_timer(w, site, group, SIM_TIMER_KERNEL,
		  w->now + sim_draw(w, SIM_DRAW_ATTACH, site, group, on,
				    on ? w->setup->attach : detaching));
}

static void attach_want(struct sim_world *w, int site, int group, enum sim_attach_want want)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	struct sim_attach *att = &grp->attach;

	if (att->want == want)
		return;
	att->want = want;
	att->failed = false;
	att->retry = 0;
	/* It still looks for duplicates, and has not asked the kernel. */
	if (att->job && att->attaching &&
	    grp->timers[SIM_TIMER_KERNEL].at > w->now + KERNEL_MS)
		att->job = false;
	if (!att->job)
		set_timer(w, site, group, SIM_TIMER_KERNEL, FRRD_NEVER);
	evaluate(w, site, group);
}

static bool cannot_attach(struct sim_world *w, int site, int group)
{
	return (w->sites[site].unattachable & (1u << group)) ||
	       (w->setup->conf[group].unattachable & SIM_BIT(site)) ||
	       sim_chance(w, SIM_DRAW_ATTACH, site, group, 2, w->setup->permille_attach_fail);
}

/* The kernel has done what it was asked for, or it is time to ask again. */
static void kernel_done(struct sim_world *w, int site, int group)
{
	struct sim_attach *att = &w->sites[site].grps[group].attach;

	att->failed = false;
	if (att->job) {
		att->job = false;
		if (!att->attaching)
			att->there = false;
		else if (!cannot_attach(w, site, group))
			att->there = true;
		else if (att->want == SIM_ATTACH_ON)
			att->failed = true;
		w->check_groups |= (uint16_t)(1u << group);
		sim_trace(w, site, "group %d: %s", group + 1,
			  att->there ? "attached" : att->failed ? "cannot be attached" : "detached");
	}
	if (att->failed) {
		att->retry = att->retry ? 2 * att->retry : RETRY_MIN_MS;
		att->retry = att->retry < RETRY_MAX_MS ? att->retry : RETRY_MAX_MS;
		set_timer(w, site, group, SIM_TIMER_KERNEL, w->now + att->retry);
	}
	routes_changed(w, site, group);
	evaluate(w, site, group);
}

/* Somebody mended the interface, or spoilt it; of the former frrd hears at once. */
void sim_sequence_attachable(struct sim_world *w, int site, int group, bool yes)
{
	struct sim_site *s = &w->sites[site];
	struct sim_attach *att = &s->grps[group].attach;

	if (yes)
		s->unattachable &= (uint16_t)~(1u << group);
	else
		s->unattachable |= (uint16_t)(1u << group);
	if (yes && att->failed && s->process != SIM_DEAD)
		set_timer(w, site, group, SIM_TIMER_KERNEL, w->now);
}

/* --- programs ------------------------------------------------------------------------- */

static struct sim_range programs_of(const struct sim_setup *setup, enum frrd_step step)
{
	if (step == FRRD_STEP_PRE_ANNOUNCE)
		return setup->pre_announce;
	if (step == FRRD_STEP_PRE_WITHDRAW)
		return setup->pre_withdraw;
	return setup->post;
}

/* As in frrd_sequence.c; true: there is nothing to wait for. */
static bool begin_programs(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	struct frrd_sequence *seq = &grp->seq;
	struct sim_range range = programs_of(w->setup, seq->step);
	int ms;

	if (range.hi == 0)
		return true;
	if (seq->step == FRRD_STEP_POST_ANNOUNCE && !seq->post_due)
		return true;
	ms = sim_draw(w, SIM_DRAW_PROGRAM, site, group, (int)seq->step, range);
	if (sim_chance(w, SIM_DRAW_SLOW, site, group, (int)seq->step, w->setup->permille_slow) &&
	    ms < w->setup->program_limit)
		ms = w->setup->program_limit;
	set_timer(w, site, group, SIM_TIMER_PROGRAMS, w->now + ms);
	return false;
}

static void programs_ended(struct sim_world *w, int site, int group)
{
	struct sim_site *s = &w->sites[site];
	struct sim_grp *grp = &s->grps[group];
	bool abort = (s->forbidding & (1u << group)) ||
		     sim_chance(w, SIM_DRAW_ABORT, site, group, 0, w->setup->permille_abort);

	if (!frrd_step_is_hook(grp->seq.step))
		return;
	sim_trace(w, site, "group %d: programs of %s have ended%s", group + 1,
		  frrd_step_name(grp->seq.step), abort ? ", and forbid it" : "");
	if (frrd_steps_programs_ended(&grp->seq, &grp->fsm, w->now, !abort))
		run(w, site, group);
	routes_changed(w, site, group);
}

/* --- steps ---------------------------------------------------------------------------- */

static void detach_soon(struct sim_world *w, int site, int group)
{
	w->sites[site].grps[group].seq.hurried = true;
	set_timer(w, site, group, SIM_TIMER_LIMIT, w->now + FRRD_UNCONFIRMED_MS);
}

static void cancel(struct sim_world *w, int site, int group)
{
	set_timer(w, site, group, SIM_TIMER_LIMIT, FRRD_NEVER);
	set_timer(w, site, group, SIM_TIMER_PROGRAMS, FRRD_NEVER);
}

static void hurry(struct sim_world *w, int site, int group)
{
	sim_trace(w, site, "group %d: in a hurry", group + 1);
	cancel(w, site, group);
	frrd_steps_hurry(&w->sites[site].grps[group].seq);
	run(w, site, group);
	routes_changed(w, site, group);
}

static bool is_done(const struct sim_world *w, int site, int group)
{
	struct frrd_routes routes = sim_frrd_routes(w, site, group);

	return frrd_steps_is_done(&w->sites[site].grps[group].seq, &routes,
				  attach_status(w, site, group));
}

/* The step has just been entered; true: it is done already. */
static bool begin(struct sim_world *w, int site, int group)
{
	struct sim_site *s = &w->sites[site];
	struct sim_grp *grp = &s->grps[group];
	struct frrd_sequence *seq = &grp->seq;

	switch (seq->step) {
	case FRRD_STEP_PRE_ANNOUNCE:
	case FRRD_STEP_POST_ANNOUNCE:
	case FRRD_STEP_PRE_WITHDRAW:
	case FRRD_STEP_POST_WITHDRAW:
		return begin_programs(w, site, group);
	case FRRD_STEP_ATTACH:
		attach_want(w, site, group, SIM_ATTACH_ON);
		return is_done(w, site, group);
	case FRRD_STEP_ANNOUNCE:
		seq->routes_done = true;
		sim_frrd_order_routes(w, site, group, true);
		sim_frrd_save_soon(w, site, group);
		return is_done(w, site, group);
	case FRRD_STEP_WITHDRAW:
		grp->released_at = w->now;
		sim_frrd_order_routes(w, site, group, false);
		if (!frrd_steps_waits_for_zebra(seq, &grp->fsm, s->connected))
			detach_soon(w, site, group);
		return is_done(w, site, group);
	case FRRD_STEP_DETACH:
		attach_want(w, site, group, SIM_ATTACH_OFF);
		set_timer(w, site, group, SIM_TIMER_LIMIT, w->now + FRRD_DETACH_MS);
		return is_done(w, site, group);
	case FRRD_STEP_REST:
	case FRRD_STEP_OWNER:
		return false;
	}
	return false;
}

static void run(struct sim_world *w, int site, int group)
{
	struct frrd_sequence *seq = &w->sites[site].grps[group].seq;

	while (true) {
		set_timer(w, site, group, SIM_TIMER_LIMIT, FRRD_NEVER);
		if (!begin(w, site, group))
			break;
		frrd_steps_leave(seq);
	}
	sim_trace(w, site, "group %d: step %s", group + 1, frrd_step_name(seq->step));
}

void sim_sequence_announce(struct sim_world *w, int site, int group, enum frrd_reason reason)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	cancel(w, site, group);
	frrd_steps_takeover(&grp->seq, reason, w->setup->conf[group].announce_first);
	run(w, site, group);
	routes_changed(w, site, group);
}

void sim_sequence_withdraw(struct sim_world *w, int site, int group, enum frrd_reason reason)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	cancel(w, site, group);
	frrd_steps_release(&grp->seq, &grp->fsm, reason, w->sites[site].connected);
	run(w, site, group);
	routes_changed(w, site, group);
}

void sim_sequence_go_on(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	struct frrd_routes routes = sim_frrd_routes(w, site, group);

	if (frrd_steps_go_on(&grp->seq, &grp->fsm, w->now, &routes, attach_status(w, site, group)))
		run(w, site, group);
}

void sim_sequence_follow(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	switch (frrd_steps_urgency(&grp->seq, &grp->fsm, &grp->policy, w->now,
				   w->sites[site].connected)) {
	case FRRD_URGENCY_NONE:
		return;
	case FRRD_URGENCY_GO_ON:
		sim_sequence_go_on(w, site, group);
		routes_changed(w, site, group);
		return;
	case FRRD_URGENCY_DETACH:
		detach_soon(w, site, group);
		return;
	case FRRD_URGENCY_NO_QUORUM:
	case FRRD_URGENCY_CLAIMED:
	case FRRD_URGENCY_NO_ZEBRA:
		hurry(w, site, group);
		return;
	case FRRD_URGENCY_ENDING:
		if (grp->timers[SIM_TIMER_LIMIT].at == FRRD_NEVER)
			set_timer(w, site, group, SIM_TIMER_LIMIT,
				  w->now + FRRD_SHUTDOWN_PROGRAMS_MS);
		return;
	}
}

struct frrd_routes sim_sequence_snapshot(const struct sim_world *w, int site, int group)
{
	struct frrd_routes routes = sim_frrd_routes(w, site, group);

	frrd_steps_routes(&w->sites[site].grps[group].seq, attach_status(w, site, group), &routes);
	return routes;
}

/* --- what time brings ----------------------------------------------------------------- */

/* The limit of the present step. */
static void limit_reached(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	if (grp->seq.step == FRRD_STEP_PRE_WITHDRAW) {
		hurry(w, site, group);
	} else if (grp->seq.step == FRRD_STEP_WITHDRAW) {
		attach_want(w, site, group, SIM_ATTACH_OFF);
	} else if (grp->seq.step == FRRD_STEP_DETACH) {
		frrd_steps_leave(&grp->seq);
		run(w, site, group);
		routes_changed(w, site, group);
	}
}

static void expire(struct sim_world *w, int site, int group, enum sim_timer which)
{
	w->sites[site].grps[group].timers[which].at = FRRD_NEVER;
	switch (which) {
	case SIM_TIMER_PROGRAMS:
		programs_ended(w, site, group);
		return;
	case SIM_TIMER_LIMIT:
		limit_reached(w, site, group);
		return;
	case SIM_TIMER_KERNEL:
		kernel_done(w, site, group);
		return;
	case SIM_TIMERS:
		return;
	}
}

void sim_sequence_event(struct sim_world *w, const struct sim_event *event)
{
	struct sim_grp *grp = &w->sites[event->a].grps[event->b];

	if (grp->timers[event->value].version == event->version && sim_frrd_runs(w, event->a))
		expire(w, event->a, event->b, (enum sim_timer)event->value);
}

/* frrd stood still, and what was due meanwhile comes now. */
void sim_sequence_overdue(struct sim_world *w, int site)
{
	for (int g = 0; g < w->setup->groups; g++)
		for (int which = 0; which < SIM_TIMERS; which++)
			if (w->sites[site].grps[g].timers[which].at <= w->now)
				expire(w, site, g, (enum sim_timer)which);
}

/* --- the process ---------------------------------------------------------------------- */

/* What it had begun ends with it; what is attached stays. */
void sim_sequence_forget(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	for (int which = 0; which < SIM_TIMERS; which++)
		set_timer(w, site, group, (enum sim_timer)which, FRRD_NEVER);
	grp->seq = (struct frrd_sequence){ .step = FRRD_STEP_REST };
	grp->attach = (struct sim_attach){ .there = grp->attach.there };
}

/* A commit, the first one among them: who rests has nothing to be attached for. */
void sim_sequence_apply(struct sim_world *w, int site, int group)
{
	const struct sim_grp *grp = &w->sites[site].grps[group];

	if (!frrd_state_announces(grp->fsm.state) && grp->fsm.state != FRRD_STATE_RELEASING &&
	    !frrd_steps_busy(&grp->seq))
		attach_want(w, site, group, SIM_ATTACH_OFF);
}

/* The process ends in good order, or the whole site is gone. */
void sim_sequence_detach_all(struct sim_world *w, int site)
{
	for (int g = 0; g < w->setup->groups; g++)
		w->sites[site].grps[g].attach.there = false;
}

/* How long the programs of one move may take, at most. */
int64_t sim_sequence_longest(const struct sim_setup *setup)
{
	int64_t limit = setup->permille_slow ? setup->program_limit : 0;
	int64_t before = setup->pre_announce.hi, after = setup->pre_withdraw.hi;

	if (before)
		before = before > limit ? before : limit;
	if (after)
		after = after > limit ? after : limit;
	return before + after + setup->attach.hi;
}
