// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Markers: what is announced and tracked, and what is seen; see frrd_marker.h.
 *
 * One object an address, whether it is announced, tracked, or both (another site
 * may ask for the same successor as this one).  What is wanted follows from the
 * configuration and from the engine's wishes: rebuild() notes it at every object
 * and then carries the differences out.
 */

#include <zebra.h>

#include "memory.h"
#include "zclient.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_debug.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_marker_sync.h"
#include "frrd/frrd_retain.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_zebra.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_MARKER, "Marker");
DEFINE_MTYPE_STATIC(FRRD, FRRD_MARKER_SET, "Markers of a group");

#define TRACK_BATCH 256

struct markers_head frrd_markers;
static bool asking_own; /* until all is resumed: what of an earlier session stands? */
static bool resumed;	/* the engine has decided about all groups */
static unsigned int unanswered; /* tracked, without an answer */
static bool stopping;

/* --- what is wanted ------------------------------------------------------- */

struct marker *frrd_marker_find(const struct prefix *p)
{
	struct marker key;

	prefix_copy(&key.prefix, p);
	return markers_find(&frrd_markers, &key);
}

/*
 * Rule 6 asks whether the claim of an earlier session stands, which is only known
 * as long as this session has not written it: the answer comes first.  And what
 * stands is not written before everything is decided about, see frrd_retain.h: if
 * this process died in the same second, zebra would keep it for ever.
 */
bool frrd_marker_held_back(const struct marker *marker)
{
	return asking_own && marker->tracked && marker->status == STATUS_OUT &&
	       (marker->seen <= SEEN_UNKNOWN || marker->seen == SEEN_OURS);
}

static void attach(struct marker *marker, struct frrd_grp *grp)
{
	if (marker->grp == grp)
		return;
	if (marker->grp)
		marker_list_del(&marker->grp->markers->list, marker);
	marker->grp = grp;
	if (grp)
		marker_list_add_tail(&grp->markers->list, marker);
}

void frrd_marker_release(struct marker *marker)
{
	if (marker->wanted || marker->tracked || marker->status != STATUS_OUT)
		return;
	attach(marker, NULL);
	markers_del(&frrd_markers, marker);
	XFREE(MTYPE_FRRD_MARKER, marker);
}

static struct marker *get(const struct prefix *p, struct frrd_grp *grp, uint8_t kind, uint8_t site)
{
	struct marker *marker = frrd_marker_find(p);

	if (!marker) {
		marker = XCALLOC(MTYPE_FRRD_MARKER, sizeof(*marker));
		prefix_copy(&marker->prefix, p);
		markers_add(&frrd_markers, marker);
	}
	attach(marker, grp);
	marker->kind = kind;
	marker->site = site;
	return marker;
}

/* The marker of a group; NULL when its id does not fit the range. */
static struct marker *get_of_group(struct frrd_grp *grp, enum frrd_marker_kind kind, uint8_t site)
{
	struct frrd_marker_set *set = grp->markers;
	struct prefix p;

	if (!set->id || !frrd_marker_prefix(kind, site, set->id, &p)) {
		set->complete = false;
		return NULL;
	}
	return get(&p, grp, kind, site);
}

static struct frrd_marker_set *set_of(struct frrd_grp *grp)
{
	if (!grp->markers) {
		grp->markers = XCALLOC(MTYPE_FRRD_MARKER_SET, sizeof(*grp->markers));
		marker_list_init(&grp->markers->list);
	}
	if (grp->id)
		grp->markers->id = grp->id;
	return grp->markers;
}

static void note_wanted(struct frrd_grp *grp, enum frrd_marker_kind kind, uint8_t site)
{
	struct marker *marker = site ? get_of_group(grp, kind, site) : NULL;

	if (marker)
		marker->want_next = !stopping;
}

static void note_tracked(struct frrd_grp *grp, enum frrd_marker_kind kind, uint8_t site)
{
	struct marker *marker = get_of_group(grp, kind, site);

	if (marker)
		marker->track_next = true;
}

static void note_wishes(struct frrd_grp *grp)
{
	const struct frrd_markers *wanted = &grp->markers->wanted;

	note_wanted(grp, FRRD_MARKER_CLAIM, wanted->claim ? frrd_marker_self() : 0);
	note_wanted(grp, FRRD_MARKER_GRANT, wanted->grant_to);
	note_wanted(grp, FRRD_MARKER_REQUEST, wanted->request_for);
	note_wanted(grp, FRRD_MARKER_READY, wanted->ready ? frrd_marker_self() : 0);
}

static uint16_t members_of(struct frrd_grp *grp)
{
	struct frrd_member *member;
	uint16_t members = 0;

	frr_each (frrd_members, &grp->members, member) {
		const struct frrd_site *site = frrd_site_find(member->site);

		if (site && site->id)
			members |= FRRD_SITE_BIT(site->id);
	}
	return members;
}

static void note_group(struct frrd_grp *grp)
{
	uint16_t members = members_of(grp);

	set_of(grp)->complete = true;
	note_wishes(grp);
	for (uint8_t id = 1; id <= FRRD_SITE_MAX; id++) {
		if (!(members & FRRD_SITE_BIT(id)))
			continue;
		note_tracked(grp, FRRD_MARKER_REQUEST, id);
		note_tracked(grp, FRRD_MARKER_GRANT, id);
		if (id == frrd_marker_self() && !asking_own)
			continue;
		note_tracked(grp, FRRD_MARKER_CLAIM, id);
		note_tracked(grp, FRRD_MARKER_READY, id);
	}
}

static void note_cover(enum frrd_marker_kind kind, uint8_t site)
{
	struct marker *marker;
	struct prefix p;

	if (!frrd_marker_part(kind, site, &p))
		return;
	marker = get(&p, NULL, kind, site);
	marker->cover = true;
	marker->want_next = !stopping;
}

static void note_site(const struct frrd_site *site)
{
	struct marker *marker;
	struct prefix p;

	for (enum frrd_marker_kind kind = FRRD_MARKER_CLAIM; kind < FRRD_MARKER_COUNT; kind++)
		note_cover(kind, site->id);
	if (site->id == frrd_marker_self()) {
		if (!frrd_marker_prefix(FRRD_MARKER_BEACON, site->id, 0, &p))
			return;
		marker = get(&p, NULL, FRRD_MARKER_BEACON, site->id);
		marker->want_next = !stopping;
		marker->track_next = asking_own;
		return;
	}
	if (site->beacon.family)
		prefix_copy(&p, &site->beacon);
	else if (!frrd_marker_prefix(FRRD_MARKER_BEACON, site->id, 0, &p))
		return;
	marker = get(&p, NULL, FRRD_MARKER_BEACON, site->id);
	marker->track_next = true;
	frrd_marker_set_beacon(site->id, marker);
}

static void note_all(void)
{
	struct frrd_site *site;
	struct frrd_grp *grp;

	for (unsigned int id = 0; id <= FRRD_SITE_MAX; id++)
		frrd_marker_set_beacon(id, NULL);
	if (!frrd_marker_enabled())
		return;
	note_cover(FRRD_MARKER_BEACON, 0);
	frr_each (frrd_sites, &frrd_config.sites, site)
		if (site->id)
			note_site(site);
	frr_each (frrd_groups, &frrd_config.groups, grp)
		note_group(grp);
}

/* --- tracking ------------------------------------------------------------- */

static void set_seen(struct marker *marker, enum marker_seen seen)
{
	if (marker->seen == seen)
		return;
	unanswered -= marker->seen == SEEN_UNKNOWN;
	marker->seen = seen;
	unanswered += seen == SEEN_UNKNOWN;
	frrd_marker_refresh(marker);
}

/* (Un)register everything that is not tracked as it should be. */
static void track_all(bool on)
{
	struct prefix batch[TRACK_BATCH];
	struct marker *marker;
	size_t count = 0;

	frr_each (markers, &frrd_markers, marker) {
		if (marker->tracked != on || (marker->seen != SEEN_OFF) == on)
			continue;
		set_seen(marker, on ? SEEN_UNKNOWN : SEEN_OFF);
		prefix_copy(&batch[count++], &marker->prefix);
		if (count == TRACK_BATCH) {
			frrd_zebra_track(batch, count, on);
			count = 0;
		}
	}
	frrd_zebra_track(batch, count, on);
}

static void want_all(bool covers, bool wanted)
{
	struct marker *marker;

	frr_each (markers, &frrd_markers, marker)
		if (marker->cover == covers && marker->want_next == wanted)
			frrd_marker_set_wanted(marker, wanted);
}

/* Covers come first and go last. */
static void rebuild(void)
{
	struct marker *marker;
	struct frrd_grp *grp;

	frr_each (markers, &frrd_markers, marker)
		marker->want_next = marker->track_next = false;
	note_all();
	frr_each (markers, &frrd_markers, marker)
		marker->tracked = marker->track_next;

	want_all(true, true);
	if (frrd_zebra_connected()) {
		track_all(false);
		track_all(true);
	}
	want_all(false, true);
	want_all(false, false);
	want_all(true, false);
	frr_each_safe (markers, &frrd_markers, marker)
		frrd_marker_release(marker);

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (grp->markers)
			frrd_marker_refresh_group(grp);
	frrd_marker_refresh_beacons();
}

static bool is_ours(const struct zapi_route *nhr)
{
	/* zebra 8.4 leaves the instance out of its answer: type and distance have to do. */
	return nhr->type == ZEBRA_ROUTE_TABLE && nhr->distance == frrd_config.distance;
}

static enum marker_seen judge(const struct prefix *match, const struct zapi_route *nhr)
{
	if (!nhr->nexthop_num || !prefix_same(match, &nhr->prefix))
		return SEEN_ABSENT;
	return is_ours(nhr) ? SEEN_OURS : SEEN_PRESENT;
}

bool frrd_marker_tracks(const struct prefix *p)
{
	const struct marker *marker = frrd_marker_find(p);

	return marker && marker->tracked;
}

bool frrd_marker_answer(const struct prefix *match, const struct zapi_route *nhr)
{
	struct marker *marker = frrd_marker_find(match);
	enum marker_seen seen;

	if (!marker)
		return false;
	if (marker->seen == SEEN_OFF)
		return true;
	seen = judge(match, nhr);
	if (frrd_debug_zebra())
		zlog_debug("marker %pFX: %s", match,
			   seen == SEEN_ABSENT ? "absent"
			   : seen == SEEN_OURS ? "ours"
					       : zebra_route_string(nhr->type));
	if (asking_own && marker->status == STATUS_OUT && marker->kind == FRRD_MARKER_CLAIM &&
	    marker->site == frrd_marker_self())
		marker->grp->markers->view.own_claim = seen == SEEN_OURS;
	set_seen(marker, seen);
	if (marker->wanted && marker->status == STATUS_OUT)
		frrd_marker_write(marker);
	frrd_marker_settle();
	return true;
}

/* --- the outside ---------------------------------------------------------- */

void frrd_marker_apply(void)
{
	rebuild();
}

static bool same_wishes(const struct frrd_markers *a, const struct frrd_markers *b)
{
	return a->claim == b->claim && a->ready == b->ready && a->request_for == b->request_for &&
	       a->grant_to == b->grant_to;
}

void frrd_marker_want(struct frrd_grp *grp, const struct frrd_markers *wanted)
{
	struct frrd_marker_set *set = set_of(grp);
	struct marker *marker;

	if (same_wishes(&set->wanted, wanted))
		return;
	set->wanted = *wanted;
	if (!frrd_marker_enabled() || stopping)
		return;
	frr_each (marker_list, &set->list, marker)
		marker->want_next = false;
	note_wishes(grp);
	frr_each (marker_list, &set->list, marker)
		if (marker->want_next)
			frrd_marker_set_wanted(marker, true);
	frr_each_safe (marker_list, &set->list, marker)
		if (!marker->want_next) {
			frrd_marker_set_wanted(marker, false);
			frrd_marker_release(marker);
		}
}

void frrd_marker_drop(struct frrd_grp *grp)
{
	struct marker *marker;

	if (!grp->markers)
		return;
	while ((marker = marker_list_first(&grp->markers->list))) {
		if (marker->seen != SEEN_OFF)
			frrd_zebra_track(&marker->prefix, 1, false);
		attach(marker, NULL);
		set_seen(marker, SEEN_OFF);
		marker->tracked = false;
		frrd_marker_set_wanted(marker, false);
		frrd_marker_release(marker);
	}
	marker_list_fini(&grp->markers->list);
	XFREE(MTYPE_FRRD_MARKER_SET, grp->markers);
}

void frrd_marker_zebra_up(void)
{
	struct marker *marker;

	frrd_retain_zebra_up();
	asking_own = true;
	/* What was wanted before is written again: rebuild() sees it as new. */
	frr_each (markers, &frrd_markers, marker)
		marker->wanted = false;
	rebuild();
}

void frrd_marker_zebra_down(void)
{
	struct marker *marker;
	struct frrd_grp *grp;

	frrd_retain_zebra_down();
	asking_own = resumed = false;
	unanswered = 0;
	frr_each (markers, &frrd_markers, marker)
		marker->seen = SEEN_OFF;
	frrd_marker_sync_down();
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (grp->markers) {
			grp->markers->view.own_claim = false;
			frrd_marker_refresh_group(grp);
		}
	frrd_marker_refresh_beacons();
}

/*
 * zebra drops by itself what was not written again, but for routes that are as old
 * as the end of the earlier session (see frrd_retain.h).
 */
static void drop_left_over(void)
{
	struct marker *marker;

	frr_each (markers, &frrd_markers, marker)
		if (marker->seen == SEEN_OURS && !marker->wanted && marker->status == STATUS_OUT)
			frrd_marker_write(marker);
}

/* Prefixes first: those without a claim are still served, the reverse is an outage. */
static void write_held_back(void)
{
	struct marker *marker;

	asking_own = false;
	frr_each (markers, &frrd_markers, marker)
		if (marker->wanted && marker->status == STATUS_OUT)
			frrd_marker_write(marker);
}

void frrd_marker_settle(void)
{
	struct frrd_grp *grp;

	if (!resumed || unanswered || !frrd_route_all_written())
		return;
	resumed = false;
	write_held_back();
	drop_left_over();
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (grp->markers)
			grp->markers->view.own_claim = false;
	rebuild();
	frrd_route_resumed();
	frrd_retain_resumed();
}

void frrd_marker_resumed(void)
{
	resumed = asking_own && frrd_zebra_connected();
	frrd_marker_settle();
}

void frrd_marker_shutdown(void)
{
	if (stopping)
		return;
	stopping = true;
	rebuild();
	frrd_retain_stop();
}

bool frrd_marker_gone(void)
{
	return !frrd_zebra_connected() || !frrd_marker_standing();
}

void frrd_marker_init(void)
{
	markers_init(&frrd_markers);
}

void frrd_marker_fini(void)
{
	struct marker *marker;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		frrd_marker_drop(grp);
	frrd_marker_sync_fini();
	while ((marker = markers_pop(&frrd_markers)))
		XFREE(MTYPE_FRRD_MARKER, marker);
	markers_fini(&frrd_markers);
}
