// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The network: who reaches whom, and who knows what of whom.
 *
 * BGP carries routing state: an observer ends up with the last state of each item
 * of each origin it reaches.  Every change of every item takes its own time to
 * every observer, so what was sent first may be seen last; of one item the
 * observer never sees an older state after a newer one.
 *
 * The two ends of a link that is cut find out by themselves, each within the range
 * `detect`; until then they believe what they knew.  A site is forgotten when there
 * is no way left to it, not even a believed one.  With the setup `detour` a site
 * that learns of a loss from others learns of it a `way` later than these; without,
 * not later than `detect` allows, which is how the rule of the budget counts.
 */

#include <string.h>

#include "tests/sim/sim.h"

/* The items of one site vanish together, within this time. */
#define SPREAD_MS 3

bool sim_sees(const struct sim_world *w, int observer, int origin, int item)
{
	const struct sim_site *site = &w->sites[observer];

	return site->zebra && site->synced && w->seen[observer][origin][item].seen;
}

static void tell(struct sim_world *w, int observer, int origin, int item, bool value, int delay)
{
	struct sim_seen *seen = &w->seen[observer][origin][item];

	if (seen->coming == value)
		return;
	seen->coming = value;
	seen->version++;
	sim_post(w, w->now + delay,
		 (struct sim_event){ .type = SIM_EV_ITEM,
				     .a = (uint8_t)observer,
				     .b = (uint8_t)origin,
				     .c = (uint16_t)item,
				     .version = seen->version,
				     .value = value });
}

static int way(struct sim_world *w, int observer, int origin, int item)
{
	return sim_draw(w, SIM_DRAW_WAY, observer, origin, item, w->setup->way);
}

/* The observer hears what is announced now, as far as it was not told. */
static void bring_up_to_date(struct sim_world *w, int observer, int origin)
{
	for (int item = 0; item < SIM_ITEMS; item++) {
		bool exported = w->sites[origin].items[item].exported;

		if (w->seen[observer][origin][item].coming != exported)
			tell(w, observer, origin, item, exported, way(w, observer, origin, item));
	}
}

/* All that the observer knew of the origin vanishes, `delay` from now. */
static void forget(struct sim_world *w, int observer, int origin, int delay)
{
	for (int item = 0; item < SIM_ITEMS; item++) {
		struct sim_seen *seen = &w->seen[observer][origin][item];

		/* Also what is on its way to be withdrawn goes now. */
		seen->coming |= seen->seen;
		if (seen->coming)
			tell(w, observer, origin, item, false,
			     delay + sim_draw(w, SIM_DRAW_LOST, observer, origin, item,
					      (struct sim_range){ 0, SPREAD_MS }));
	}
}

static bool carries(const struct sim_world *w, int site)
{
	return w->sites[site].alive && !w->sites[site].frozen && w->sites[site].bgpd;
}

/* --- who believes to have a way to whom ------------------------------------------------- */

/* Sites that get from and to `site` what they announce now. */
static uint16_t flow_of(const struct sim_world *w, int site)
{
	uint16_t in = SIM_BIT(site), todo = in;

	while (todo) {
		int from = __builtin_ctz(todo);

		todo &= (uint16_t)~SIM_BIT(from);
		for (int next = 1; next <= w->setup->sites; next++)
			if (!(in & SIM_BIT(next)) && w->links[from][next].works &&
			    w->links[from][next].session && w->links[next][from].session) {
				in |= SIM_BIT(next);
				todo |= SIM_BIT(next);
			}
	}
	return in;
}

/*
 * Sites of which `site` knows something, old or new.  A neighbour that was lost
 * unnoticed is believed for what it knew at that time, `without` this site.
 */
static uint16_t known_of(const struct sim_world *w, int site, int without)
{
	uint16_t in = SIM_BIT(site), todo = in, leaves = 0;

	while (todo) {
		int from = __builtin_ctz(todo);

		todo &= (uint16_t)~SIM_BIT(from);
		for (int next = 1; next <= w->setup->sites; next++) {
			const struct sim_link *link = &w->links[from][next];

			if (next == without || !link->session)
				continue;
			leaves |= SIM_BIT(next) | (link->works ? 0 : link->last);
			if (link->works && !(in & SIM_BIT(next)))
				todo |= SIM_BIT(next);
			if (link->works)
				in |= SIM_BIT(next);
		}
	}
	return in | leaves;
}

/* A loss that others notice is told by them; without a detour not later than noticed. */
static int told_after(struct sim_world *w, int observer, int origin)
{
	int64_t delay = way(w, observer, origin, SIM_ITEM_BEACON);
	int64_t rest = w->lost_at + w->setup->detect.hi - SPREAD_MS - w->now;

	if (!w->setup->detour && delay > rest)
		delay = rest > 0 ? rest : 0;
	return (int)delay;
}

/* After a change at the ends of some link; `noticed` is the site that saw it, or 0. */
static void follow(struct sim_world *w, int noticed)
{
	for (int observer = 1; observer <= w->setup->sites; observer++) {
		uint16_t flow = flow_of(w, observer), known = known_of(w, observer, 0);

		for (int origin = 1; origin <= w->setup->sites; origin++) {
			struct sim_pair *pair = &w->pairs[observer][origin];
			bool flows = flow & SIM_BIT(origin);

			if (origin == observer)
				continue;
			if (pair->session && !(known & SIM_BIT(origin))) {
				sim_trace(w, observer, "loses site %d", origin);
				pair->session = false;
				forget(w, observer, origin,
				       observer == noticed ? 0 : told_after(w, observer, origin));
			}
			if (flows == pair->flow)
				continue;
			pair->flow = flows;
			pair->session |= flows;
			if (flows)
				bring_up_to_date(w, observer, origin);
		}
	}
	sim_check_impaired(w);
}

/* --- links ------------------------------------------------------------------------------ */

static void post_link(struct sim_world *w, int a, int b, int64_t at, bool up)
{
	sim_post(w, at,
		 (struct sim_event){ .type = SIM_EV_LINK,
				     .a = (uint8_t)a,
				     .b = (uint8_t)b,
				     .version = w->links[a][b].version,
				     .value = up });
}

static void down_at(struct sim_world *w, int a, int b, int64_t at)
{
	struct sim_link *link = &w->links[a][b];

	if (at < link->down_at)
		link->down_at = at;
	post_link(w, a, b, link->down_at, false);
}

/* One end of a link that does not work any more. */
static void lose(struct sim_world *w, int a, int b, bool silent)
{
	struct sim_link *link = &w->links[a][b];
	struct sim_range range = w->setup->detect;

	link->version++;
	if (!link->session)
		return;
	range.hi -= SPREAD_MS;
	if (silent)
		down_at(w, a, b, w->now + sim_draw(w, SIM_DRAW_DETECT, a, b, 0, range));
	else
		down_at(w, a, b, w->now + sim_draw(w, SIM_DRAW_LOST, a, b, 0,
						   (struct sim_range){ 0, SPREAD_MS }));
}

/* Both ends: a session that one end gave up is given up by the other, too. */
static void regain(struct sim_world *w, int a, int b)
{
	struct sim_link *ab = &w->links[a][b], *ba = &w->links[b][a];
	int64_t up;

	ab->version++;
	ba->version++;
	if (ab->session && ba->session) {
		ab->down_at = ba->down_at = FRRD_NEVER;
		return;
	}
	for (int i = 0; i < 2; i++) {
		int from = i ? b : a, to = i ? a : b;

		if (w->links[from][to].session)
			down_at(w, from, to,
				w->now + sim_draw(w, SIM_DRAW_LOST, from, to, 0,
						  (struct sim_range){ 0, 20 }));
	}
	up = w->now + 25 + sim_draw(w, SIM_DRAW_RECONNECT, a, b, 0, w->setup->reconnect);
	post_link(w, a, b, up, true);
	post_link(w, b, a, up, true);
}

/* Links or sites changed.  silent: nobody is told, each has to find out. */
void sim_net_changed(struct sim_world *w, bool silent)
{
	int n = w->setup->sites;
	uint16_t known[SIM_SITES][SIM_SITES];

	for (int a = 1; a <= n; a++)
		for (int b = 1; b <= n; b++)
			known[a][b] = known_of(w, b, a);
	for (int a = 1; a <= n; a++)
		for (int b = 1; b <= n; b++) {
			struct sim_link *link = &w->links[a][b];
			bool works = link->up && carries(w, a) && carries(w, b);

			if (link->works && !works) {
				link->last = known[a][b];
				link->lost = true;
				if (silent)
					w->lost_at = w->now;
			}
			link->gained = works && !link->works;
			link->works = works;
		}
	for (int a = 1; a <= n; a++)
		for (int b = 1; b <= n; b++) {
			if (w->links[a][b].lost)
				lose(w, a, b, silent);
			w->links[a][b].lost = false;
			if (a < b && w->links[a][b].gained)
				regain(w, a, b);
		}
	follow(w, 0);
}

void sim_net_link(struct sim_world *w, const struct sim_event *event)
{
	struct sim_link *link = &w->links[event->a][event->b];

	if (link->version != event->version)
		return;
	/* A site that stands still finds out when it goes on. */
	if (w->sites[event->a].frozen || link->session == event->value)
		return;
	link->session = event->value;
	link->down_at = FRRD_NEVER;
	follow(w, event->a);
}

/* A site that stood still goes on: what is overdue happens. */
void sim_net_thaw(struct sim_world *w, int site)
{
	for (int other = 1; other <= w->setup->sites; other++) {
		struct sim_link *link = &w->links[site][other];

		if (link->session && link->down_at <= w->now) {
			link->down_at = FRRD_NEVER;
			down_at(w, site, other,
				w->now + sim_draw(w, SIM_DRAW_LOST, site, other, 2,
						  (struct sim_range){ 0, 5 }));
		}
	}
}

bool sim_net_has_link(const struct sim_setup *setup, int a, int b)
{
	int n = setup->sites;

	if (a == b)
		return false;
	switch (setup->topology) {
	case SIM_STAR:
		return a == n || b == n;
	case SIM_RING:
		return a % n + 1 == b || b % n + 1 == a;
	case SIM_MESH:
		break;
	}
	return true;
}

void sim_net_init(struct sim_world *w)
{
	int n = w->setup->sites;

	for (int a = 1; a <= n; a++)
		for (int b = 1; b <= n; b++) {
			w->links[a][b] = (struct sim_link){
				.up = sim_net_has_link(w->setup, a, b),
				.down_at = FRRD_NEVER,
			};
			memset(w->seen[a][b], 0, sizeof(w->seen[a][b]));
		}
}

/* The site's bgpd is gone, and with it what it knew. */
void sim_net_forget(struct sim_world *w, int site)
{
	for (int other = 1; other <= w->setup->sites; other++) {
		w->links[site][other].session = false;
		w->links[site][other].version++;
		w->links[site][other].down_at = FRRD_NEVER;
	}
	follow(w, site);
}

/* An origin's bgpd begins or ends to announce an item. */
void sim_net_export(struct sim_world *w, int site, int item, bool exported)
{
	if (w->sites[site].items[item].exported == exported)
		return;
	w->sites[site].items[item].exported = exported;
	if (item != SIM_ITEM_BEACON)
		w->check_groups |= (uint16_t)(1u << sim_item_group(item));
	for (int observer = 1; observer <= w->setup->sites; observer++) {
		const struct sim_pair *pair = &w->pairs[observer][site];

		if (observer != site && pair->flow)
			tell(w, observer, site, item, exported, way(w, observer, site, item));
	}
}

void sim_net_item(struct sim_world *w, const struct sim_event *event)
{
	struct sim_seen *seen = &w->seen[event->a][event->b][event->c];
	const struct sim_pair *pair = &w->pairs[event->a][event->b];

	if ((int16_t)((uint16_t)event->version - seen->done) <= 0)
		return;
	/* It was on its way when the way was lost: comes again, or never. */
	if (pair->session && !pair->flow &&
	    sim_chance(w, SIM_DRAW_LOST, event->a, event->b, event->c, 500)) {
		if ((uint16_t)event->version == seen->version)
			seen->coming = seen->seen;
		return;
	}
	seen->done = (uint16_t)event->version;
	if (seen->seen == event->value)
		return;
	seen->seen = event->value;
	sim_frrd_view_changed(w, event->a, event->c);
}
