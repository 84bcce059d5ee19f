// SPDX-License-Identifier: GPL-2.0-or-later
/* What the markers say: the beacons, and the view of each group. */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_marker_sync.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_zebra.h"

struct beacon {
	struct marker *marker; /* NULL: no such site, or this one */
	bool present;
	struct timeval since;
	int64_t since_us;
};

static struct beacon beacons[FRRD_SITE_MAX + 1]; /* by site id */
static unsigned int beacons_unknown;

uint8_t frrd_marker_self(void)
{
	const struct frrd_site *site = frrd_site_local();

	return site ? site->id : 0;
}

bool frrd_marker_enabled(void)
{
	return frrd_config.arbiter == FRRD_ARBITER_BGP && frrd_config.marker_range.family &&
	       frrd_marker_self();
}

void frrd_marker_set_beacon(uint8_t site, struct marker *marker)
{
	beacons[site].marker = marker;
}

static void all_views_changed(void)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		frrd_engine_view_changed(grp);
}

void frrd_marker_refresh_beacons(void)
{
	beacons_unknown = 0;
	for (unsigned int id = 1; id <= FRRD_SITE_MAX; id++) {
		struct beacon *beacon = &beacons[id];
		bool present = beacon->marker && beacon->marker->seen == SEEN_PRESENT;

		beacons_unknown += beacon->marker && beacon->marker->seen <= SEEN_UNKNOWN;
		if (beacon->present == present)
			continue;
		beacon->present = present;
		gettimeofday(&beacon->since, NULL);
		beacon->since_us = frrd_now_us();
	}
	all_views_changed();
}

/* There are a few dozen of them at most. */
void frrd_marker_refresh_group(struct frrd_grp *grp)
{
	struct frrd_marker_set *set = grp->markers;
	struct frrd_view *view = &set->view;
	struct marker *marker;

	set->unknown = 0;
	view->claims = view->requests = view->readies = view->grants = 0;
	view->own_grant = false;
	frr_each (marker_list, &set->list, marker) {
		uint16_t bit = FRRD_SITE_BIT(marker->site);

		set->unknown += marker->tracked && marker->seen <= SEEN_UNKNOWN;
		/* One of an earlier session, as long as nothing was decided in this one. */
		view->own_grant |= marker->kind == FRRD_MARKER_GRANT && marker->seen == SEEN_OURS &&
				   frrd_marker_held_back(marker);
		if (marker->seen != SEEN_PRESENT)
			continue;
		switch ((enum frrd_marker_kind)marker->kind) {
		case FRRD_MARKER_CLAIM:
			view->claims |= bit;
			break;
		case FRRD_MARKER_REQUEST:
			view->requests |= bit;
			break;
		case FRRD_MARKER_GRANT:
			view->grants |= bit;
			break;
		case FRRD_MARKER_READY:
			view->readies |= bit;
			break;
		case FRRD_MARKER_BEACON:
		case FRRD_MARKER_COUNT:
			break;
		}
	}
	frrd_engine_view_changed(grp);
}

void frrd_marker_refresh(const struct marker *marker)
{
	if (marker->grp)
		frrd_marker_refresh_group(marker->grp);
	else if (marker->kind == FRRD_MARKER_BEACON)
		frrd_marker_refresh_beacons();
}

void frrd_marker_view(const struct frrd_grp *grp, struct frrd_view *ret_view)
{
	const struct frrd_marker_set *set = grp->markers;

	memset(ret_view, 0, sizeof(*ret_view));
	if (!set || !frrd_marker_enabled() || !frrd_zebra_connected())
		return;
	*ret_view = set->view;
	ret_view->known = set->complete && !set->unknown && !beacons_unknown;
	for (unsigned int id = 1; id <= FRRD_SITE_MAX; id++)
		if (beacons[id].present)
			ret_view->beacons |= FRRD_SITE_BIT(id);
}

bool frrd_marker_beacon(uint8_t site, struct timeval *ret_since, int64_t *ret_since_us)
{
	const struct beacon *beacon;

	if (site > FRRD_SITE_MAX || !beacons[site].present)
		return false;
	beacon = &beacons[site];
	if (ret_since)
		*ret_since = beacon->since;
	if (ret_since_us)
		*ret_since_us = beacon->since_us;
	return true;
}
