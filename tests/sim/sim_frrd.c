// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon around the real engine: what frrd_engine.c, frrd_route*.c,
 * frrd_watch.c and frrd_marker.c do, without FRR.
 *
 * Markers that rise are ordered before the actions of a step, markers that fall
 * after them.  What zebra says is posted as snapshots one pass later, once for
 * all that changed; some snapshots are a pass late, and some come twice.
 */

#include <string.h>

#include "tests/sim/sim.h"

bool sim_frrd_runs(const struct sim_world *w, int site)
{
	return w->sites[site].process == SIM_RUNNING && !w->sites[site].frozen;
}

/* --- policy -------------------------------------------------------------------------- */

void sim_frrd_policy(struct sim_world *w, int site, int group)
{
	const struct sim_setup *setup = w->setup;
	const struct sim_conf *conf = &w->sites[site].conf[group];
	struct frrd_policy *policy = &w->sites[site].grps[group].policy;

	*policy = (struct frrd_policy){
		.arbiter = FRRD_ARBITER_BGP,
		.member = conf->members & SIM_BIT(site),
		.complete = conf->members & SIM_BIT(site),
		.handover_timeout_ms = setup->handover_timeout,
		.withdraw_timeout_ms = SIM_WITHDRAW_TIMEOUT_MS,
		.self = (uint8_t)site,
		.voters = setup->voters,
		.members = conf->members,
		.maintenance = conf->maintenance,
		.auto_failover = conf->auto_failover,
		.failback = conf->failback,
		.make_before_break = conf->make_before_break,
		.withdraw_alone = conf->withdraw_alone,
		.takeover_delay_ms = setup->takeover_delay,
		.stagger_ms = setup->stagger,
		.fence_delay_ms = setup->fence_delay,
		.settle_time_ms = setup->settle_time,
		.hold_down_ms = setup->hold_down,
		.wait_to_restore_ms = setup->wait_to_restore,
		.damping_window_ms = setup->damping_window,
		.damping_max_moves = (uint32_t)setup->damping_max_moves,
	};
	memcpy(policy->rank, conf->rank, sizeof(policy->rank));
}

/* --- what the engine gets to know ---------------------------------------------------- */

void sim_frrd_pass_soon(struct sim_world *w, int site, int delay)
{
	struct sim_site *s = &w->sites[site];

	if (s->pass_pending)
		return;
	s->pass_pending = true;
	sim_post(w, w->now + delay,
		 (struct sim_event){ .type = SIM_EV_PASS,
				     .a = (uint8_t)site,
				     .version = s->process_version });
}

static int pass_delay(struct sim_world *w, int site)
{
	return sim_draw(w, SIM_DRAW_PASS, site, 0, 0, (struct sim_range){ 0, 1 });
}

/* Something that this site knows of others changed, or its own route that hides it. */
void sim_frrd_view_changed(struct sim_world *w, int site, int item)
{
	struct sim_site *s = &w->sites[site];
	int group = sim_item_group(item);

	if (s->process == SIM_DEAD)
		return;
	for (int g = 0; g < w->setup->groups; g++)
		if (group < 0 || g == group) {
			s->grps[g].view_dirty = true;
			s->grps[g].elsewhere_dirty = true;
		}
	if (s->connected)
		sim_frrd_pass_soon(w, site, pass_delay(w, site));
}

/* Is the item there, as nexthop tracking tells it: somebody else's, and not our own? */
static bool visible(const struct sim_world *w, int site, int item)
{
	if (w->sites[site].items[item].in_zebra)
		return false;
	for (int origin = 1; origin <= w->setup->sites; origin++)
		if (origin != site && sim_sees(w, site, origin, item))
			return true;
	return false;
}

/* A marker of an earlier session that zebra still has. */
static bool is_left(const struct sim_world *w, int site, int item)
{
	return w->sites[site].items[item].in_zebra && w->sites[site].items[item].stale;
}

static struct frrd_view view_of(const struct sim_world *w, int site, int group)
{
	struct frrd_view view = { .known = w->sites[site].answered };

	view.own_claim = is_left(w, site, sim_item_claim(group));
	for (int id = 1; id <= w->setup->sites; id++) {
		uint16_t bit = SIM_BIT(id);

		if (id != site && sim_sees(w, site, id, SIM_ITEM_BEACON))
			view.beacons |= bit;
		if (id != site && sim_sees(w, site, id, sim_item_claim(group)))
			view.claims |= bit;
		if (id != site && sim_sees(w, site, id, sim_item_ready(group)))
			view.readies |= bit;
		if (visible(w, site, sim_item_request(group, id)))
			view.requests |= bit;
		if (visible(w, site, sim_item_grant(group, id)))
			view.grants |= bit;
		view.own_grant |= is_left(w, site, sim_item_grant(group, id));
	}
	return view;
}

static struct frrd_elsewhere elsewhere_of(const struct sim_world *w, int site, int group)
{
	const struct sim_grp *grp = &w->sites[site].grps[group];
	struct frrd_elsewhere elsewhere = { 0, 0 };

	if (!grp->tracked || !grp->tracking) {
		elsewhere.unknown = (uint32_t)w->setup->prefixes;
		return elsewhere;
	}
	for (int p = 0; p < w->setup->prefixes; p++)
		elsewhere.announced += visible(w, site, sim_item_prefix(group, p));
	return elsewhere;
}

/* As zebra tells it. */
struct frrd_routes sim_frrd_routes(const struct sim_world *w, int site, int group)
{
	struct frrd_routes routes = { .total = (uint32_t)w->setup->prefixes };

	for (int p = 0; p < w->setup->prefixes; p++) {
		const struct sim_item *it = &w->sites[site].items[sim_item_prefix(group, p)];

		routes.announced += it->wanted;
		routes.pending += it->pending;
		routes.failed += it->wanted && !it->pending && it->failed;
		routes.installed += it->wanted && !it->pending && !it->failed;
	}
	return routes;
}

/* --- one step ------------------------------------------------------------------------- */

static bool has_marker(const struct frrd_markers *m, int kind, int id)
{
	switch (kind) {
	case FRRD_MARKER_CLAIM:
		return m->claim;
	case FRRD_MARKER_READY:
		return m->ready;
	case FRRD_MARKER_REQUEST:
		return m->request_for == id;
	default:
		return m->grant_to == id;
	}
}

static int marker_item(int group, int kind, int id)
{
	switch (kind) {
	case FRRD_MARKER_CLAIM:
		return sim_item_claim(group);
	case FRRD_MARKER_READY:
		return sim_item_ready(group);
	case FRRD_MARKER_REQUEST:
		return sim_item_request(group, id);
	default:
		return sim_item_grant(group, id);
	}
}

static void order_markers(struct sim_world *w, int site, int group,
			  const struct frrd_markers *old, const struct frrd_markers *new, bool add)
{
	for (int kind = FRRD_MARKER_CLAIM; kind < FRRD_MARKER_COUNT; kind++) {
		bool single = kind == FRRD_MARKER_CLAIM || kind == FRRD_MARKER_READY;

		for (int id = 1; id <= (single ? 1 : w->setup->sites); id++)
			if (has_marker(old, kind, id) != has_marker(new, kind, id) &&
			    has_marker(new, kind, id) == add)
				sim_site_order(w, site, marker_item(group, kind, id), add);
	}
}

void sim_frrd_order_routes(struct sim_world *w, int site, int group, bool add)
{
	for (int p = 0; p < w->setup->prefixes; p++) {
		w->sites[site].items[sim_item_prefix(group, p)].pending = true;
		sim_site_order(w, site, sim_item_prefix(group, p), add);
	}
	w->sites[site].grps[group].routes_dirty = true;
	sim_frrd_pass_soon(w, site, 0);
}

static void carry_out(struct sim_world *w, int site, int group, const struct frrd_event *event,
		      const struct frrd_actions *actions)
{
	(void)event;
	for (size_t i = 0; i < actions->count; i++) {
		switch (actions->list[i].type) {
		case FRRD_ACTION_ANNOUNCE:
			sim_sequence_announce(w, site, group, actions->list[i].reason);
			break;
		case FRRD_ACTION_WITHDRAW:
			sim_sequence_withdraw(w, site, group, actions->list[i].reason);
			break;
		case FRRD_ACTION_RECORD:
		case FRRD_ACTION_ACCEPT:
		case FRRD_ACTION_REFUSE:
			break;
		}
	}
}

/* As the watch does: whoever announces does not look for others. */
static void follow_tracking(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	enum frrd_state state = grp->fsm.state;
	bool on = grp->policy.member && !frrd_state_announces(state) &&
		  state != FRRD_STATE_RELEASING;

	if (on == grp->tracking)
		return;
	grp->tracking = on;
	grp->tracked = false;
	grp->tracking_version++;
	grp->elsewhere_dirty = true;
	if (on)
		sim_post(w,
			 w->now + sim_draw(w, SIM_DRAW_TRACK, site, group, 0,
					   (struct sim_range){ 0, 4 }),
			 (struct sim_event){ .type = SIM_EV_TRACKED,
					     .a = (uint8_t)site,
					     .b = (uint8_t)group,
					     .version = grp->tracking_version });
}

void sim_frrd_follow_deadline(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	int64_t at = grp->fsm.deadline_ms;

	if (grp->tick_at == at)
		return;
	grp->tick_at = at;
	grp->tick_version++;
	if (at == FRRD_NEVER)
		return;
	if (at > w->now)
		at += sim_draw(w, SIM_DRAW_TICK, site, group, 0, (struct sim_range){ 0, 1 });
	sim_post(w, at,
		 (struct sim_event){ .type = SIM_EV_TICK,
				     .a = (uint8_t)site,
				     .b = (uint8_t)group,
				     .version = grp->tick_version });
}

/* What the state file shall hold. */
static struct frrd_kept kept_of(const struct sim_grp *grp)
{
	struct frrd_kept kept;

	frrd_group_keep(&grp->fsm, &kept);
	kept.owned &= frrd_steps_resumable(&grp->seq, &grp->fsm);
	return kept;
}

void sim_frrd_save_soon(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	struct frrd_kept kept;

	if (grp->save_pending)
		return;
	kept = kept_of(grp);
	if (grp->kept_valid && kept.owned == grp->kept.owned && kept.held == grp->kept.held &&
	    kept.barred == grp->kept.barred && kept.moves.count == grp->kept.moves.count)
		return;
	grp->save_pending = true;
	sim_post(w,
		 w->now + sim_draw(w, SIM_DRAW_SAVE, site, group, 0, (struct sim_range){ 0, 30 }),
		 (struct sim_event){ .type = SIM_EV_SAVE,
				     .a = (uint8_t)site,
				     .b = (uint8_t)group,
				     .version = w->sites[site].process_version });
}

static void trace_step(struct sim_world *w, int site, int group, const struct frrd_group *before,
		       const struct frrd_event *event, const struct frrd_actions *actions)
{
	const struct frrd_group *fsm = &w->sites[site].grps[group].fsm;

	for (size_t i = 0; i < actions->count; i++) {
		const struct frrd_action *action = &actions->list[i];

		if (action->type == FRRD_ACTION_RECORD)
			sim_trace(w, site, "group %d: %s -> %s on %s: %s", group + 1,
				  frrd_state_name(before->state), frrd_state_name(fsm->state),
				  frrd_event_name(event->type), frrd_reason_code(action->reason));
		else if (action->type == FRRD_ACTION_REFUSE)
			sim_trace(w, site, "group %d: refused: %s", group + 1,
				  frrd_reason_code(action->reason));
	}
	if (fsm->state == FRRD_STATE_CLAIMING && before->state != FRRD_STATE_CLAIMING)
		sim_trace(w, site, "group %d: free since %" PRId64 ", %s, announces at %" PRId64,
			  group + 1, fsm->free_since_ms,
			  fsm->witnessed ? "witnessed" : "came late", fsm->announce_at_ms);
}

void sim_frrd_post(struct sim_world *w, int site, int group, struct frrd_event *event)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	struct frrd_group before = grp->fsm;
	struct frrd_markers markers;
	struct frrd_actions actions;

	event->now_ms = w->now;
	frrd_group_step(&grp->fsm, &grp->policy, event, &actions);
	if (w->trace)
		trace_step(w, site, group, &before, event, &actions);
	sim_check_step(w, site, group, &before, event, &actions);
	frrd_group_markers(&grp->fsm, &grp->policy, &markers);
	sim_check_markers(w, site, group, &markers);
	order_markers(w, site, group, &grp->markers, &markers, true);
	carry_out(w, site, group, event, &actions);
	order_markers(w, site, group, &grp->markers, &markers, false);
	grp->markers = markers;
	follow_tracking(w, site, group);
	sim_frrd_follow_deadline(w, site, group);
	sim_sequence_follow(w, site, group);
	sim_frrd_save_soon(w, site, group);
}

void sim_frrd_post_type(struct sim_world *w, int site, int group, enum frrd_event_type type)
{
	struct frrd_event event = { .type = type };

	sim_frrd_post(w, site, group, &event);
}

/* --- snapshots ------------------------------------------------------------------------ */

static void post_view(struct sim_world *w, int site, int group, const struct frrd_view *view)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	struct frrd_event event = { .type = FRRD_EVENT_VIEW, .view = *view };

	grp->posted = *view;
	sim_check_view(w, site, group);
	sim_frrd_post(w, site, group, &event);
	if (sim_chance(w, SIM_DRAW_TWICE, site, group, 0, w->setup->permille_twice)) {
		event.view = *view;
		sim_frrd_post(w, site, group, &event);
	}
}

static void post_views(struct sim_world *w, int site, int group, bool command)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	struct frrd_view view;

	if (grp->view_late) {
		grp->view_late = false;
		post_view(w, site, group, &grp->late_view);
	}
	if (!grp->view_dirty)
		return;
	grp->view_dirty = false;
	view = view_of(w, site, group);
	if (!command && sim_chance(w, SIM_DRAW_STALE, site, group, 0, w->setup->permille_stale)) {
		grp->view_late = true;
		grp->late_view = view;
		sim_frrd_pass_soon(w, site, 1);
		return;
	}
	post_view(w, site, group, &view);
}

static void post_snapshots(struct sim_world *w, int site, int group, bool command)
{
	struct sim_grp *grp = &w->sites[site].grps[group];
	struct frrd_event event;

	if (grp->routes_dirty) {
		grp->routes_dirty = false;
		event = (struct frrd_event){ .type = FRRD_EVENT_ROUTES };
		sim_sequence_go_on(w, site, group);
		event.routes = sim_sequence_snapshot(w, site, group);
		sim_frrd_post(w, site, group, &event);
	}
	if (grp->elsewhere_dirty) {
		grp->elsewhere_dirty = false;
		event = (struct frrd_event){ .type = FRRD_EVENT_ELSEWHERE };
		event.elsewhere = elsewhere_of(w, site, group);
		sim_frrd_post(w, site, group, &event);
		if (sim_chance(w, SIM_DRAW_TWICE, site, group, 1, w->setup->permille_twice))
			sim_frrd_post(w, site, group, &event);
	}
	post_views(w, site, group, command);
}

/* Rule 6: when no group has anything to resume any more zebra may drop the rest. */
static void tell_resumed(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	if (!s->connected || s->resumed_told)
		return;
	for (int g = 0; g < w->setup->groups; g++)
		if (s->grps[g].fsm.resume)
			return;
	s->resumed_told = true;
	sim_site_drop_stale(w, site);
}

/* What is left of the markers goes last. */
void sim_frrd_exit(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	if (!s->shutting_down)
		return;
	for (int item = 0; item < SIM_ITEMS; item++)
		if (s->items[item].wanted)
			sim_site_order(w, site, item, false);
	sim_sequence_detach_all(w, site);
	sim_frrd_die(w, site);
}

static void end_shutdown(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	if (!s->shutting_down)
		return;
	for (int g = 0; g < w->setup->groups; g++)
		if (frrd_state_announces(s->grps[g].fsm.state) ||
		    s->grps[g].fsm.state == FRRD_STATE_RELEASING ||
		    frrd_steps_busy(&s->grps[g].seq))
			return;
	sim_frrd_exit(w, site);
}

void sim_frrd_pass(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	s->pass_pending = false;
	if (!sim_frrd_runs(w, site))
		return;
	for (int g = 0; g < w->setup->groups; g++)
		post_snapshots(w, site, g, false);
	tell_resumed(w, site);
	end_shutdown(w, site);
}

void sim_frrd_tick(struct sim_world *w, const struct sim_event *event)
{
	struct sim_grp *grp = &w->sites[event->a].grps[event->b];

	if (grp->tick_version != event->version)
		return;
	if (!sim_frrd_runs(w, event->a))
		return;
	grp->tick_at = FRRD_NEVER;
	sim_frrd_post_type(w, event->a, event->b, FRRD_EVENT_TICK);
	tell_resumed(w, event->a);
	end_shutdown(w, event->a);
}

void sim_frrd_command(struct sim_world *w, int site, int group, struct frrd_event *event)
{
	if (!sim_frrd_runs(w, site))
		return;
	post_snapshots(w, site, group, true);
	sim_frrd_post(w, site, group, event);
	tell_resumed(w, site);
}

void sim_frrd_tracked(struct sim_world *w, const struct sim_event *event)
{
	struct sim_grp *grp = &w->sites[event->a].grps[event->b];

	if (grp->tracking_version != event->version || !w->sites[event->a].connected)
		return;
	grp->tracked = true;
	grp->elsewhere_dirty = true;
	sim_frrd_pass_soon(w, event->a, pass_delay(w, event->a));
}

void sim_frrd_note(struct sim_world *w, const struct sim_event *event)
{
	struct sim_site *s = &w->sites[event->a];
	struct sim_item *it = &s->items[event->c];

	if (!s->connected || it->version != event->version || event->c == SIM_ITEM_BEACON)
		return;
	it->pending = false;
	s->grps[sim_item_group(event->c)].routes_dirty = true;
	sim_frrd_pass_soon(w, event->a, pass_delay(w, event->a));
	if (it->failed)
		sim_post(w, w->now + 1000,
			 (struct sim_event){ .type = SIM_EV_RETRY,
					     .a = event->a,
					     .version = s->process_version });
}

void sim_frrd_retry(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	for (int g = 0; g < w->setup->groups && s->connected; g++)
		for (int p = 0; p < w->setup->prefixes; p++) {
			struct sim_item *it = &s->items[sim_item_prefix(g, p)];

			if (!it->failed || !it->wanted || it->pending)
				continue;
			it->pending = true;
			sim_site_order(w, site, sim_item_prefix(g, p), true);
			s->grps[g].routes_dirty = true;
		}
	if (s->connected)
		sim_frrd_pass_soon(w, site, 0);
}

void sim_frrd_save(struct sim_world *w, int site, int group)
{
	struct sim_grp *grp = &w->sites[site].grps[group];

	grp->save_pending = false;
	if (w->sites[site].process == SIM_DEAD)
		return;
	grp->kept = kept_of(grp);
	grp->kept_valid = true;
}

void sim_frrd_config(struct sim_world *w, int site, int group)
{
	sim_frrd_policy(w, site, group);
	if (w->sites[site].process == SIM_DEAD)
		return;
	sim_frrd_post_type(w, site, group, FRRD_EVENT_CONFIG);
	sim_sequence_apply(w, site, group);
}
