// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A site's zebra and bgpd, and the site as a whole.
 *
 * zebra carries out orders one by one, each in its own time, and keeps what a
 * dead client left behind for stale-retention.  bgpd announces what zebra has.
 * When zebra dies bgpd goes on announcing what it was told last, or does not
 * (setup `flush`), until it has asked the new zebra.
 */

#include "tests/sim/sim.h"

/* frrd wants an item in zebra, or out of it. */
void sim_site_order(struct sim_world *w, int site, int item, bool add)
{
	struct sim_site *s = &w->sites[site];
	struct sim_item *it = &s->items[item];

	it->wanted = add;
	if (!s->connected)
		return;
	it->version++;
	if (add)
		it->last_add = it->version;
	it->written = add;
	it->failed = false;
	if (item != SIM_ITEM_BEACON)
		w->check_groups |= (uint16_t)(1u << sim_item_group(item));
	sim_post(w, w->now + sim_draw(w, SIM_DRAW_ZEBRA, site, item, add, w->setup->zebra),
		 (struct sim_event){ .type = SIM_EV_ORDER,
				     .a = (uint8_t)site,
				     .b = (uint8_t)s->zebra_version,
				     .c = (uint16_t)item,
				     .version = it->version,
				     .value = add });
}

static void put(struct sim_world *w, int site, int item, bool present)
{
	struct sim_site *s = &w->sites[site];
	struct sim_item *it = &s->items[item];

	it->in_zebra = present;
	it->stale = present && !s->connected && !(w->setup->plain & SIM_BIT(site));
	if (s->bgpd && s->synced)
		sim_net_export(w, site, item, present);
	if (item != SIM_ITEM_BEACON)
		w->check_groups |= (uint16_t)(1u << sim_item_group(item));
	/* One's own route hides the others'; what was hidden may come to light. */
	sim_frrd_view_changed(w, site, item);
}

void sim_site_order_done(struct sim_world *w, const struct sim_event *event)
{
	struct sim_site *s = &w->sites[event->a];
	struct sim_item *it = &s->items[event->c];

	if (!s->zebra || (uint8_t)s->zebra_version != event->b ||
	    (int32_t)(event->version - it->done) <= 0)
		return;
	it->done = event->version;
	if (event->value && sim_is_prefix(event->c) &&
	    sim_chance(w, SIM_DRAW_FAIL, event->a, event->c, 0, w->setup->permille_fail))
		it->failed = true;
	else
		put(w, event->a, event->c, event->value);
	sim_post(w, w->now + sim_draw(w, SIM_DRAW_NOTE, event->a, event->c, 0,
				      (struct sim_range){ 0, 2 }),
		 (struct sim_event){ .type = SIM_EV_NOTE,
				     .a = event->a,
				     .b = event->b,
				     .c = event->c,
				     .version = event->version });
}

void sim_site_drop_stale(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	for (int item = 0; item < SIM_ITEMS; item++)
		/* What was written again comes before the word that this is all. */
		if (s->items[item].in_zebra && s->items[item].stale && !s->items[item].written)
			put(w, site, item, false);
}

/* frrd's session with zebra is over, whoever ended it; zebra lives. */
void sim_site_session_lost(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	if (!s->connected)
		return;
	s->connected = false;
	s->session_version++;
	for (int item = 0; item < SIM_ITEMS; item++) {
		struct sim_item *it = &s->items[item];

		it->written = false;
		it->stale = it->in_zebra;
	}
	w->check_groups = UINT16_MAX;
	if (w->setup->stale_retention == 0)
		sim_site_drop_stale(w, site);
	else
		sim_post(w, w->now + w->setup->stale_retention,
			 (struct sim_event){ .type = SIM_EV_EXPIRE,
					     .a = (uint8_t)site,
					     .version = s->session_version });
}

/* bgpd has asked zebra, and told it what it had learned. */
void sim_site_synced(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	if (!s->zebra || !s->bgpd)
		return;
	s->synced = true;
	for (int item = 0; item < SIM_ITEMS; item++)
		sim_net_export(w, site, item, s->items[item].in_zebra);
	sim_frrd_view_changed(w, site, SIM_ITEM_BEACON);
	sim_check_impaired(w);
}

static void post_sync(struct sim_world *w, int site, int hi)
{
	sim_post(w, w->now + sim_draw(w, SIM_DRAW_SYNC, site, 0, 0, (struct sim_range){ 5, hi }),
		 (struct sim_event){ .type = SIM_EV_SYNCED, .a = (uint8_t)site });
}

static void zebra_down(struct sim_world *w, int site, bool flush)
{
	struct sim_site *s = &w->sites[site];

	s->zebra = false;
	s->zebra_version++;
	s->session_version++;
	s->synced = false;
	s->connected = false;
	for (int item = 0; item < SIM_ITEMS; item++) {
		struct sim_item *it = &s->items[item];

		it->in_zebra = it->stale = it->written = it->failed = false;
		it->done = it->version;
		if (flush && it->exported)
			sim_net_export(w, site, item, false);
	}
	w->check_groups = UINT16_MAX;
}

void sim_site_zebra(struct sim_world *w, int site, bool up)
{
	struct sim_site *s = &w->sites[site];

	if (s->zebra == up || !s->alive)
		return;
	sim_trace(w, site, "zebra %s", up ? "starts" : "dies");
	if (!up) {
		zebra_down(w, site, w->setup->flush);
		sim_frrd_disconnected(w, site);
		sim_check_impaired(w);
		return;
	}
	s->zebra = true;
	if (w->setup->plain & SIM_BIT(site))
		put(w, site, SIM_ITEM_BEACON, true);
	if (s->bgpd)
		post_sync(w, site, 1500);
	sim_frrd_connect_soon(w, site);
}

void sim_site_bgpd(struct sim_world *w, int site, bool up)
{
	struct sim_site *s = &w->sites[site];

	if (s->bgpd == up || !s->alive)
		return;
	sim_trace(w, site, "bgpd %s", up ? "starts" : "dies");
	s->bgpd = up;
	if (!up) {
		s->synced = s->zebra; /* zebra deletes what bgpd had learned */
		sim_net_changed(w, false);
		sim_net_forget(w, site);
		for (int item = 0; item < SIM_ITEMS; item++)
			s->items[item].exported = false;
		w->check_groups = UINT16_MAX;
		return;
	}
	if (s->zebra)
		post_sync(w, site, 60);
	sim_net_changed(w, false);
}

void sim_site_alive(struct sim_world *w, int site, bool up)
{
	struct sim_site *s = &w->sites[site];

	if (s->alive == up)
		return;
	sim_trace(w, site, up ? "the site is back" : "the whole site dies");
	if (up) {
		s->alive = true;
		s->bgpd = false;
		sim_site_zebra(w, site, true);
		sim_site_bgpd(w, site, true);
		sim_frrd_start(w, site, true);
		return;
	}
	/* First of all nobody hears of it any more. */
	s->alive = false;
	s->frozen = false;
	sim_net_changed(w, true);
	sim_frrd_die(w, site);
	sim_sequence_detach_all(w, site);
	zebra_down(w, site, false);
	s->bgpd = false;
	sim_net_forget(w, site);
	for (int item = 0; item < SIM_ITEMS; item++)
		s->items[item].exported = false;
}

/* All processes of a site stand still, and nobody hears of it. */
void sim_site_frozen(struct sim_world *w, int site, bool frozen)
{
	struct sim_site *s = &w->sites[site];

	if (s->frozen == frozen || !s->alive)
		return;
	sim_trace(w, site, frozen ? "the whole site stands still" : "the site goes on");
	s->frozen = frozen;
	sim_frrd_stop(w, site, frozen);
	/* What it would have found out meanwhile it finds out now. */
	if (!frozen)
		sim_net_thaw(w, site);
	sim_net_changed(w, true);
}
