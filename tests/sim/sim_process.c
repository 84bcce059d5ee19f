// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frrd as a process: it starts and dies, stands still and goes on, and has its
 * session with zebra or not.
 */

#include <string.h>

#include "tests/sim/sim.h"

/* As in frrd_engine.c. */
#define HEARTBEAT_MS 200

void sim_frrd_connect_soon(struct sim_world *w, int site)
{
	if (w->sites[site].process == SIM_RUNNING)
		sim_post(w,
			 w->now + sim_draw(w, SIM_DRAW_CONNECT, site, 0, 0,
					   (struct sim_range){ 2, 300 }),
			 (struct sim_event){ .type = SIM_EV_CONNECT, .a = (uint8_t)site });
}

void sim_frrd_connect(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	if (s->connected || !s->zebra || !sim_frrd_runs(w, site))
		return;
	sim_trace(w, site, "frrd is connected to zebra");
	s->connected = true;
	s->told_up = true;
	s->session_version++;
	s->answered = false;
	s->resumed_told = false;
	for (int item = 0; item < SIM_ITEMS; item++) {
		struct sim_item *it = &s->items[item];

		if (item == SIM_ITEM_BEACON || (it->wanted && !sim_is_prefix(item)))
			sim_site_order(w, site, item, true);
		else if (it->pending && !it->wanted)
			sim_site_order(w, site, item, false);
	}
	sim_post(w, w->now + sim_draw(w, SIM_DRAW_ANSWER, site, 0, 0, (struct sim_range){ 1, 10 }),
		 (struct sim_event){ .type = SIM_EV_ANSWERED,
				     .a = (uint8_t)site,
				     .version = s->session_version });
	for (int g = 0; g < w->setup->groups; g++) {
		s->grps[g].tracking = false; /* asked again */
		s->grps[g].routes_dirty = true;
		sim_frrd_post_type(w, site, g, FRRD_EVENT_ZEBRA_UP);
	}
	sim_frrd_pass_soon(w, site, 0);
	sim_check_impaired(w);
}

void sim_frrd_answered(struct sim_world *w, int site)
{
	w->sites[site].answered = true;
	sim_frrd_view_changed(w, site, SIM_ITEM_BEACON);
}

/* The session broke; zebra may live or not. */
void sim_frrd_disconnected(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	for (int item = 0; item < SIM_ITEMS; item++)
		if (sim_is_prefix(item) && s->items[item].wanted)
			s->items[item].pending = true;
	if (!sim_frrd_runs(w, site) || !s->told_up)
		return;
	s->told_up = false;
	s->answered = false;
	for (int g = 0; g < w->setup->groups; g++) {
		s->grps[g].view_late = false;
		s->grps[g].routes_dirty = true;
		sim_frrd_post_type(w, site, g, FRRD_EVENT_ZEBRA_DOWN);
	}
	sim_frrd_pass_soon(w, site, 0);
	if (s->zebra)
		sim_frrd_connect_soon(w, site);
	sim_check_impaired(w);
}

void sim_frrd_start(struct sim_world *w, int site, bool kept)
{
	struct sim_site *s = &w->sites[site];

	if (s->process != SIM_DEAD || !s->alive || (w->setup->plain & SIM_BIT(site)))
		return;
	if (s->frozen) {
		sim_post(w, w->now + 100,
			 (struct sim_event){ .type = SIM_EV_START, .a = (uint8_t)site });
		return;
	}
	sim_trace(w, site, "frrd starts");
	s->process = SIM_RUNNING;
	s->process_version++;
	s->shutting_down = false;
	s->told_up = false;
	s->answered = false;
	s->pass_pending = false;
	for (int item = 0; item < SIM_ITEMS; item++)
		s->items[item].wanted = s->items[item].pending = s->items[item].failed = false;
	for (int g = 0; g < w->setup->groups; g++) {
		struct sim_grp *grp = &s->grps[g];
		struct frrd_event event = { .type = FRRD_EVENT_RESTORE, .kept = grp->kept };

		sim_frrd_policy(w, site, g);
		frrd_group_init(&grp->fsm, w->now);
		memset(&grp->markers, 0, sizeof(grp->markers));
		sim_sequence_forget(w, site, g);
		grp->tracking = grp->tracked = false;
		grp->view_late = false;
		grp->save_pending = false;
		grp->tick_at = FRRD_NEVER;
		grp->tick_version++;
		grp->quorum_since = FRRD_NEVER;
		grp->posted = (struct frrd_view){ .known = false };
		grp->routes_dirty = grp->view_dirty = true;
		if (kept && grp->kept_valid)
			sim_frrd_post(w, site, g, &event);
		if (s->unhealthy & (1u << g)) {
			event = (struct frrd_event){ .type = FRRD_EVENT_HEALTH, .healthy = false };
			sim_frrd_post(w, site, g, &event);
		}
		sim_frrd_post_type(w, site, g, FRRD_EVENT_CONFIG);
		sim_sequence_apply(w, site, g);
	}
	sim_frrd_pass_soon(w, site, 0);
	sim_frrd_connect_soon(w, site);
	sim_check_impaired(w);
}

void sim_frrd_die(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	if (s->process == SIM_DEAD)
		return;
	sim_trace(w, site, "frrd dies");
	s->process = SIM_DEAD;
	s->process_version++;
	s->shutting_down = false;
	s->told_up = false;
	for (int g = 0; g < w->setup->groups; g++) {
		s->grps[g].tick_version++;
		sim_sequence_forget(w, site, g);
	}
	sim_site_session_lost(w, site);
	for (int item = 0; item < SIM_ITEMS; item++)
		s->items[item].wanted = false;
	w->check_groups = UINT16_MAX;
	sim_check_impaired(w);
}

/* SIGSTOP and SIGCONT. */
void sim_frrd_stop(struct sim_world *w, int site, bool stop)
{
	struct sim_site *s = &w->sites[site];

	if (stop && s->process == SIM_RUNNING) {
		sim_trace(w, site, "frrd stands still");
		s->process = SIM_STOPPED;
		s->stopped_at = w->now;
	} else if (!stop && s->process == SIM_STOPPED && !s->frozen) {
		sim_post(w,
			 w->now + sim_draw(w, SIM_DRAW_CONTINUE, site, 0, 0,
					   (struct sim_range){ 0, 1 }),
			 (struct sim_event){ .type = SIM_EV_CONTINUE,
					     .a = (uint8_t)site,
					     .version = s->process_version });
	}
	sim_check_impaired(w);
}

static void overdue_ticks(struct sim_world *w, int site)
{
	for (int g = 0; g < w->setup->groups; g++)
		if (w->sites[site].grps[g].fsm.deadline_ms <= w->now)
			sim_frrd_post_type(w, site, g, FRRD_EVENT_TICK);
}

/* The daemon's heartbeat comes too late, if it was due early enough in the stop. */
static bool notices_stop(const struct sim_world *w, int site)
{
	int64_t stopped_at = w->sites[site].stopped_at + 37 * site;
	int64_t beat = (stopped_at / HEARTBEAT_MS + 1) * HEARTBEAT_MS - 37 * site;

	return w->now - beat > FRRD_STALL_MS;
}

/* What waited comes now: the timers first, as a rule, and then what was received. */
void sim_frrd_continue(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];
	bool timers_first = !sim_chance(w, SIM_DRAW_CONTINUE, site, 1, 0, 200);

	if (s->process != SIM_STOPPED || s->frozen)
		return;
	sim_trace(w, site, "frrd goes on");
	s->process = SIM_RUNNING;
	sim_check_impaired(w);
	for (int g = 0; g < w->setup->groups && notices_stop(w, site); g++)
		sim_frrd_post_type(w, site, g, FRRD_EVENT_STALL);
	if (timers_first)
		overdue_ticks(w, site);
	sim_sequence_overdue(w, site);
	for (int g = 0; g < w->setup->groups; g++) {
		struct frrd_event health = { .type = FRRD_EVENT_HEALTH,
					     .healthy = !(s->unhealthy & (1u << g)) };

		sim_frrd_post(w, site, g, &health);
	}
	if (!s->connected)
		sim_frrd_disconnected(w, site);
	if (!s->connected && !s->told_up)
		sim_frrd_connect_soon(w, site);
	s->pass_pending = false;
	sim_frrd_pass(w, site);
	if (s->process != SIM_RUNNING)
		return;
	if (!timers_first)
		overdue_ticks(w, site);
	for (int g = 0; g < w->setup->groups; g++) {
		s->grps[g].tick_at = FRRD_NEVER;
		sim_frrd_follow_deadline(w, site, g);
	}
}

void sim_frrd_shutdown(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	if (!sim_frrd_runs(w, site))
		return;
	sim_trace(w, site, "frrd is told to end");
	s->shutting_down = true;
	sim_post(w, w->now + SIM_WITHDRAW_TIMEOUT_MS,
		 (struct sim_event){ .type = SIM_EV_EXIT,
				     .a = (uint8_t)site,
				     .version = s->process_version });
	for (int g = 0; g < w->setup->groups; g++)
		sim_frrd_post_type(w, site, g, FRRD_EVENT_SHUTDOWN);
	sim_frrd_pass_soon(w, site, 0);
}
