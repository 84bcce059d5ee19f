// SPDX-License-Identifier: GPL-2.0-or-later
/* A world: its beginning, its events, its end. */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

#define AT_ONCE_MAX 5000

void sim_trace(struct sim_world *w, int site, const char *format, ...)
{
	va_list args;

	if (!w->trace)
		return;
	fprintf(w->trace, "%8" PRId64 "  ", w->now);
	if (site)
		fprintf(w->trace, "site %d: ", site);
	va_start(args, format);
	vfprintf(w->trace, format, args);
	va_end(args);
	fputc('\n', w->trace);
}

struct sim_world *sim_world_new(void)
{
	struct sim_world *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	return w;
}

void sim_world_free(struct sim_world *w)
{
	free(w->heap);
	free(w);
}

/*
 * Everything is well and nothing happens: how long may it take until each group
 * has its one owner, failback and damping included?
 */
int64_t sim_live_bound(const struct sim_setup *setup)
{
	int64_t away = setup->detect.hi + setup->reconnect.hi + 2 * setup->way.hi;
	int64_t start = 300 + 1500 + 1000 + setup->stale_retention;
	int64_t take = setup->settle_time + setup->takeover_delay +
		       (int64_t)setup->sites * setup->stagger + setup->fence_delay;
	int64_t programs = 4 * sim_sequence_longest(setup);
	int64_t back = (int64_t)setup->wait_to_restore + setup->hold_down + setup->damping_window;

	return 2 * (away + start + take) + back + programs + 4 * (int64_t)setup->handover_timeout +
	       SIM_WITHDRAW_TIMEOUT_MS;
}

static void begin_site(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	memset(s, 0, sizeof(*s));
	s->alive = true;
	s->excused_until = 0;
	s->lost_since = FRRD_NEVER;
	for (int g = 0; g < w->setup->groups; g++) {
		s->conf[g] = w->setup->conf[g];
		s->grps[g].quorum_since = FRRD_NEVER;
		s->grps[g].tick_at = FRRD_NEVER;
		s->grps[g].idle_since = FRRD_NEVER;
		for (int which = 0; which < SIM_TIMERS; which++)
			s->grps[g].timers[which].at = FRRD_NEVER;
	}
	sim_site_zebra(w, site, true);
	sim_site_bgpd(w, site, true);
	sim_post(w, sim_draw(w, SIM_DRAW_SKEW, site, 0, 0, (struct sim_range){ 0, 200 }),
		 (struct sim_event){ .type = SIM_EV_START, .a = (uint8_t)site });
}

static void heal_at(struct sim_world *w, int64_t at, enum sim_heal what)
{
	sim_post(w, at, (struct sim_event){ .type = SIM_EV_END, .value = (uint8_t)what });
}

/* One thing after the other is healed; between them is what has to be then. */
static void post_end(struct sim_world *w)
{
	int64_t bound = sim_live_bound(w->setup), at = w->setup->end;

	heal_at(w, at, SIM_HEAL_FAULTS);
	at += 2500 + bound;
	sim_post(w, at, (struct sim_event){ .type = SIM_EV_KEPT });
	heal_at(w, at + 1, SIM_HEAL_HEALTH);
	at += 2500;
	heal_at(w, at, SIM_HEAL_COMMANDS);
	sim_post(w, at + bound, (struct sim_event){ .type = SIM_EV_LIVE });
	sim_post(w, at + 2 * bound, (struct sim_event){ .type = SIM_EV_FINISH });
}

static void begin(struct sim_world *w, const struct sim_setup *setup, const struct sim_plan *plan)
{
	struct sim_event *heap = w->heap;
	int heap_size = w->heap_size;
	struct sim_choices *choices = w->choices;
	FILE *trace = w->trace;

	/* The table of who knows what is large; only its used part is cleared. */
	memset(w, 0, offsetof(struct sim_world, seen));
	w->heap = heap;
	w->heap_size = heap_size;
	w->choices = choices;
	w->trace = trace;
	w->setup = setup;
	w->plan = plan;
	sim_net_init(w);
	for (int site = 1; site <= setup->sites; site++)
		begin_site(w, site);
	for (int i = 0; i < plan->count; i++)
		sim_post(w, plan->ops[i].at,
			 (struct sim_event){ .type = SIM_EV_OP, .c = (uint16_t)i });
	if (setup->liveness)
		post_end(w);
	else
		sim_post(w, setup->end, (struct sim_event){ .type = SIM_EV_FINISH });
}

static void start_again(struct sim_world *w, const struct sim_event *event)
{
	struct sim_site *s = &w->sites[event->a];

	if (!s->alive)
		return;
	if (s->frozen) {
		sim_post(w, w->now + 100, *event);
		return;
	}
	if (event->value == 1)
		sim_site_zebra(w, event->a, true);
	else if (event->value == 2)
		sim_site_bgpd(w, event->a, true);
	else
		sim_frrd_start(w, event->a, true);
}

/* Of a process that was there when the event was posted. */
static bool is_current(const struct sim_world *w, const struct sim_event *event)
{
	return w->sites[event->a].process_version == event->version;
}

static bool is_session(const struct sim_world *w, const struct sim_event *event)
{
	return w->sites[event->a].session_version == event->version;
}

/* Returns false when it is over. */
static bool happen(struct sim_world *w, const struct sim_event *event)
{
	switch ((enum sim_event_type)event->type) {
	case SIM_EV_OP:
		sim_op_apply(w, event->c);
		break;
	case SIM_EV_END:
		sim_op_heal_all(w, (enum sim_heal)event->value);
		break;
	case SIM_EV_KEPT:
		sim_check_kept(w);
		break;
	case SIM_EV_LIVE:
		sim_check_live(w);
		break;
	case SIM_EV_FINISH:
		return false;
	case SIM_EV_ITEM:
		sim_net_item(w, event);
		break;
	case SIM_EV_LINK:
		sim_net_link(w, event);
		break;
	case SIM_EV_ORDER:
		sim_site_order_done(w, event);
		break;
	case SIM_EV_NOTE:
		sim_frrd_note(w, event);
		break;
	case SIM_EV_PASS:
		if (is_current(w, event))
			sim_frrd_pass(w, event->a);
		break;
	case SIM_EV_TICK:
		sim_frrd_tick(w, event);
		break;
	case SIM_EV_CONNECT:
		sim_frrd_connect(w, event->a);
		break;
	case SIM_EV_ANSWERED:
		if (is_session(w, event))
			sim_frrd_answered(w, event->a);
		break;
	case SIM_EV_TRACKED:
		sim_frrd_tracked(w, event);
		break;
	case SIM_EV_EXPIRE:
		if (is_session(w, event))
			sim_site_drop_stale(w, event->a);
		break;
	case SIM_EV_START:
		start_again(w, event);
		break;
	case SIM_EV_SYNCED:
		sim_site_synced(w, event->a);
		break;
	case SIM_EV_SAVE:
		if (is_current(w, event))
			sim_frrd_save(w, event->a, event->b);
		break;
	case SIM_EV_RETRY:
		if (is_current(w, event) && sim_frrd_runs(w, event->a))
			sim_frrd_retry(w, event->a);
		break;
	case SIM_EV_CONFIG:
		sim_op_commit(w, event->a, event->c);
		break;
	case SIM_EV_STEP:
		sim_sequence_event(w, event);
		break;
	case SIM_EV_EXIT:
		if (is_current(w, event) && sim_frrd_runs(w, event->a))
			sim_frrd_exit(w, event->a);
		break;
	case SIM_EV_CONTINUE:
		if (is_current(w, event))
			sim_frrd_continue(w, event->a);
		break;
	}
	return true;
}

void sim_run(struct sim_world *w, const struct sim_setup *setup, const struct sim_plan *plan,
	     struct sim_choices *choices, FILE *trace)
{
	struct sim_event event;

	w->choices = choices;
	w->trace = trace;
	if (choices)
		choices->count = 0;
	begin(w, setup, plan);
	while (w->verdict == SIM_OK && sim_take(w, &event)) {
		/* Steps that follow each other without end, and without time. */
		w->at_once = event.at == w->now ? w->at_once + 1 : 0;
		if (w->at_once > AT_ONCE_MAX)
			sim_fail(w, SIM_LIVENESS, "the engine does not come to rest");
		w->now = event.at;
		w->events++;
		if (!happen(w, &event))
			break;
		sim_check_all(w);
	}
}
